"""The public pages of the experts' work."""

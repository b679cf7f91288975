"""The public pages of participation."""

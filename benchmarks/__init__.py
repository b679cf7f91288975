"""How fast the public pages are, as ratios to a bare Django view and a one-query view under the same server."""

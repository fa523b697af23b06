"""Pages of campaigns' plans."""

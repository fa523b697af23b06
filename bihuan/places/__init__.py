"""Registers of places (场所底册): villages, communities, schools … what there is to be reached, on any day."""

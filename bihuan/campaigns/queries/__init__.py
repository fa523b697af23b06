"""Reads of campaigns."""

from bihuan.campaigns.queries.campaigns import covering, named

__all__ = ["covering", "named"]

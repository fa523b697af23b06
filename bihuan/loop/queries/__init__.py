"""Reads of matters."""

from bihuan.loop.queries.past import stood
from bihuan.loop.queries.replaying import differences, replayed
from bihuan.loop.queries.tallies import Count, counts

__all__ = ["Count", "counts", "differences", "replayed", "stood"]

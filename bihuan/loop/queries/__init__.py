"""Reads of matters."""

from bihuan.loop.queries.lines import assisting, colleagues, line, piece, rungs, wishes
from bihuan.loop.queries.past import stood
from bihuan.loop.queries.replaying import differences, replayed
from bihuan.loop.queries.tallies import Count, counts

__all__ = [
    "Count",
    "assisting",
    "colleagues",
    "counts",
    "differences",
    "line",
    "piece",
    "replayed",
    "rungs",
    "stood",
    "wishes",
]

"""Reads of matters."""

from bihuan.loop.queries.duties import owned, to_decide, to_do, to_keep
from bihuan.loop.queries.ledger import ENDED, OPEN, below, ledger, tallied, whole
from bihuan.loop.queries.lines import (
    assisting,
    assisting_names,
    colleagues,
    done,
    line,
    piece,
    rungs,
    the_one,
    wishes,
)
from bihuan.loop.queries.past import stood
from bihuan.loop.queries.replaying import differences, replayed
from bihuan.loop.queries.retiming import Retimed, outdated, retimed
from bihuan.loop.queries.tallies import Count, counts

__all__ = [
    "ENDED",
    "OPEN",
    "Count",
    "Retimed",
    "assisting",
    "assisting_names",
    "below",
    "colleagues",
    "counts",
    "differences",
    "done",
    "ledger",
    "line",
    "outdated",
    "owned",
    "piece",
    "replayed",
    "retimed",
    "rungs",
    "stood",
    "tallied",
    "the_one",
    "to_decide",
    "to_do",
    "to_keep",
    "whole",
    "wishes",
]

"""Reads of supervision."""

from bihuan.supervision.queries.bulletins import (
    Asked,
    Computed,
    Line,
    Table,
    asked_of,
    behind,
    broken,
    compute,
    month_before,
    newest,
    row_of,
    stored,
    table,
    versions,
)
from bihuan.supervision.queries.lights import Judged, Preview, RulesOf, preview, rules_at, steps_of, unregistered

__all__ = [
    "Asked",
    "Computed",
    "Judged",
    "Line",
    "Preview",
    "RulesOf",
    "Table",
    "asked_of",
    "behind",
    "broken",
    "compute",
    "month_before",
    "newest",
    "preview",
    "row_of",
    "rules_at",
    "steps_of",
    "stored",
    "table",
    "unregistered",
    "versions",
]

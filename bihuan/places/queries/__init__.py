"""Reads of registers."""

from bihuan.places.queries.kinds import kind, kinds, kinds_counted
from bihuan.places.queries.pages import (
    CountRow,
    Overview,
    areas,
    changes_of,
    lines,
    listed,
    listed_in,
    merged_into,
    overview,
)
from bihuan.places.queries.registers import count_by_node, count_here, on_day, places_on, register, successors

__all__ = [
    "CountRow",
    "Overview",
    "areas",
    "changes_of",
    "count_by_node",
    "count_here",
    "kind",
    "kinds",
    "kinds_counted",
    "lines",
    "listed",
    "listed_in",
    "merged_into",
    "on_day",
    "overview",
    "places_on",
    "register",
    "successors",
]

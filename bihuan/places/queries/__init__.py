"""Reads of registers."""

from bihuan.places.queries.kinds import kind, kinds
from bihuan.places.queries.registers import count_by_node, count_here, on_day, places_on, register, successors

__all__ = [
    "count_by_node",
    "count_here",
    "kind",
    "kinds",
    "on_day",
    "places_on",
    "register",
    "successors",
]

"""How many matters stand where, at once and right: the folded counts and the changes that are not folded yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum

from bihuan.loop.models import Tally, TallyChange, WideTally


@dataclass(frozen=True, slots=True)
class Count:
    """A number of matters, and the values that they share, in the order in which they were asked for."""

    key: tuple[object, ...]
    count: int


def counts(where: Q, by: Sequence[str]) -> list[Count]:
    """The matters that fulfil a condition, counted by some of scope, book, flow, region, unit, place, state, light.

    Args:
        where: on those same fields, and on what lies behind region, unit and place.
    """
    total: Counter[tuple[object, ...]] = Counter()
    folded: type[Tally | WideTally] = Tally if "unit" in (*by, *_named(where)) else WideTally
    for model in (folded, TallyChange):
        for *key, count in model.objects.filter(where).values_list(*by).annotate(n=Sum("count")).order_by():
            total[tuple(key)] += count
    return [Count(key, count) for key, count in total.items() if count]


def _named(where: Q) -> set[str]:
    """The fields that a condition is on."""
    found: set[str] = set()
    for child in where.children:
        if isinstance(child, Q):
            found |= _named(child)
        else:  # of what is no pair of a lookup and a value nobody knows what it is on
            found.add(str(child[0]).partition("__")[0] if isinstance(child, tuple) else "unit")
    return found

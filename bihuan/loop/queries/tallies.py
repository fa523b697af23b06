"""How many matters stand where, at once and right: the folded counts and the changes that are not folded yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum

from bihuan.loop.models import Tally, TallyChange


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
    for model in (Tally, TallyChange):
        for *key, count in model.objects.filter(where).values_list(*by).annotate(n=Sum("count")).order_by():
            total[tuple(key)] += count
    return [Count(key, count) for key, count in total.items() if count]

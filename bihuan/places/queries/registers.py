"""The registers as they stood on a day, read from the places' changes.

Two clocks: `on`, the day that is asked about, and `known`, the moment up to which changes had been written down (none:
now). What is entered later, for whatever day, alters nothing that was known earlier.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Substr

from bihuan.org.models import Edition, Node, Region
from bihuan.org.rules import SEGMENT
from bihuan.places.models import PlaceChange, PlaceKind
from bihuan.places.rules import Standing

_MOST_STEPS = 50  # from a place to what it was merged into, and on: far more mergers than a place can live to see


def on_day(on: dt.date, *, known: dt.datetime | None = None) -> QuerySet[PlaceChange]:
    """How each place was on a day: of each the change that held, merged and closed ones among them."""
    rows = PlaceChange.objects.filter(valid_from__lte=on)
    later = PlaceChange.objects.filter(place=OuterRef("place"), version__gt=OuterRef("version"), valid_from__lte=on)
    if known is not None:
        rows, later = rows.filter(at__lte=known), later.filter(at__lte=known)
    return rows.filter(~Exists(later))


def places_on(day: dt.date, *, known: dt.datetime | None = None) -> QuerySet[PlaceChange]:
    """The places that there were on a day, as they were."""
    return on_day(day, known=known).filter(standing=Standing.OPEN)


def register(
    *,
    region: Region,
    edition: Edition,
    book: str,
    on: dt.date,
    kinds: Collection[PlaceKind] | None = None,
    known: dt.datetime | None = None,
) -> QuerySet[PlaceChange]:
    """底册: the places in a region and below it on a day, by the tree of an edition.

    Args:
        kinds: of these kinds; None: of all.
        known: as it was known at that moment.

    Returns:
        The changes that held, one a place; none where the region is no part of the edition.
    """
    path = path_of(region, edition)
    if path is None:
        return PlaceChange.objects.none()
    return _below(path, edition, book, on, kinds, known)


def _below(
    path: str,
    edition: Edition,
    book: str,
    on: dt.date,
    kinds: Collection[PlaceKind] | None,
    known: dt.datetime | None,
) -> QuerySet[PlaceChange]:
    found = places_on(on, known=known).filter(book=book)
    if kinds is not None:
        found = found.filter(kind__in=kinds)
    # "~" sorts behind every character of a path: one range on the index
    below = Node.objects.filter(edition=edition, path__gte=path, path__lt=path + "~").values("region")
    return found.filter(region__in=below)


def count_by_node(
    *,
    region: Region,
    edition: Edition,
    book: str,
    on: dt.date,
    kinds: Collection[PlaceKind] | None = None,
    known: dt.datetime | None = None,
    among: Collection[int] | None = None,
) -> dict[int, Counter[int]]:
    """How many places there were at a region and at each of those directly below it, by kind: {region: {kind: count}}.
    Three queries, whatever the size. The region's own count is that of all below it and of those directly in it.

    Args:
        among: of these places alone; None: of all.
    """
    path = path_of(region, edition)
    if path is None:
        return {}
    found = _below(path, edition, book, on, kinds, known)
    if among is not None:
        found = found.filter(place__in=among)
    nodes = Node.objects.filter(edition=edition, region=OuterRef("region"))
    part = nodes.annotate(part=Substr("path", 1, len(path) + SEGMENT)).values("part")
    rows = found.annotate(part=part).values_list("part", "kind").annotate(count=Count("pk")).order_by()
    held = list(rows)
    below = Node.objects.filter(edition=edition, path__in={part for part, _kind, _count in held})
    regions = dict(below.values_list("path", "region_id"))
    counts: dict[int, Counter[int]] = {region.pk: Counter()}
    for at, kind, count in held:
        counts[region.pk][kind] += count
        if at != path:
            counts.setdefault(regions[at], Counter())[kind] += count
    return counts


def count_here(counts: dict[int, Counter[int]], region: int, kinds: Iterable[PlaceKind]) -> int:
    """Of what `count_by_node` gave: how many places of these kinds together at a region."""
    held = counts.get(region, Counter())
    return sum(held[kind.pk] for kind in kinds)


def successors(places: Collection[int], *, on: dt.date, known: dt.datetime | None = None) -> dict[int, int]:
    """What each place was part of on a day: itself, or what it had been merged into by then, and that in its turn.
    One query for each merger in a row."""
    now = {place: place for place in places}
    asked = set(now)
    for _step in range(_MOST_STEPS):
        merged = on_day(on, known=known).filter(place__in=asked, standing=Standing.MERGED)
        further = dict(merged.values_list("place_id", "merged_into_id"))
        if not further:
            break
        now = {place: further.get(at, at) for place, at in now.items()}
        asked = {at for at in further.values() if at is not None}
    return now


def path_of(region: Region, edition: Edition) -> str | None:
    """Where a region stands in an edition; None where it is no part of it."""
    return Node.objects.filter(edition=edition, region=region).values_list("path", flat=True).first()

"""What the pages of registers show."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from bihuan.org.models import Edition, Node, Region
from bihuan.org.rules import SEGMENT, Level
from bihuan.places.models import Place, PlaceChange, PlaceKind
from bihuan.places.queries.kinds import kinds
from bihuan.places.queries.registers import count_by_node, on_day, path_of
from bihuan.places.register_workbook import Line
from bihuan.places.rules import Standing


@dataclass(frozen=True)
class CountRow:
    """A region and how many places of each kind it has, in the order of the kinds."""

    region: Region
    counts: list[tuple[PlaceKind, int]]
    further: bool  # it has regions below it


@dataclass(frozen=True)
class Overview:
    """The registers of a region on a day: its own row, and one for each region directly below."""

    kinds: list[PlaceKind]
    whole: CountRow
    parts: list[CountRow]
    above: Region | None


def overview(region: Region, edition: Edition, *, book: str, on: dt.date) -> Overview:
    """Counts of a region and of each of its parts, none left out. Six queries."""
    counts = count_by_node(region=region, edition=edition, book=book, on=on)
    shown = kinds()

    def row(at: Region, *, further: bool) -> CountRow:
        held = counts.get(at.pk, Counter())
        return CountRow(at, [(kind, held[kind.pk]) for kind in shown], further)

    below = Node.objects.filter(edition=edition, parent=region).order_by("path").select_related("region")
    own = Node.objects.filter(edition=edition, region=region).select_related("parent").first()
    parts = [
        row(node.region, further=node.region.level not in (Level.TOWNSHIP, Level.VILLAGE)) for node in below
    ]  # fmt: skip
    return Overview(shown, row(region, further=True), parts, own.parent if own else None)


def listed(
    *,
    region: Region,
    edition: Edition,
    book: str,
    on: dt.date,
    kind: PlaceKind | None = None,
    words: str = "",
    gone: bool = False,
) -> QuerySet[PlaceChange]:
    """The places of a register on a day as they were, with kind and region, unordered; `gone`: also closed ones."""
    path = path_of(region, edition)
    if path is None:
        return PlaceChange.objects.none()
    below = Node.objects.filter(edition=edition, path__gte=path, path__lt=path + "~").values("region")
    return _narrowed(on_day(on).filter(book=book, region__in=below), kind, words, gone=gone)


def listed_in(
    regions: QuerySet[Region],
    *,
    book: str,
    on: dt.date,
    kind: PlaceKind | None = None,
    words: str = "",
    gone: bool = False,
) -> QuerySet[PlaceChange]:
    """The same for the places that lie directly in one of `regions`."""
    return _narrowed(on_day(on).filter(book=book, region__in=regions.values("pk")), kind, words, gone=gone)


def _narrowed(found: QuerySet[PlaceChange], kind: PlaceKind | None, words: str, *, gone: bool) -> QuerySet[PlaceChange]:
    if not gone:
        found = found.filter(standing=Standing.OPEN)
    if kind is not None:
        found = found.filter(kind=kind)
    for word in words.split()[:5]:
        found = found.filter(Q(name__icontains=word) | Q(code__icontains=word))
    return found.select_related("kind", "region", "merged_into", "unit")


def lines(found: QuerySet[PlaceChange], edition: Edition) -> Iterator[Line]:
    """Places of `listed` as rows of a workbook."""
    where = _whereabouts(found, edition)
    rows = found.select_related("kind", "region", "unit", "place").order_by("kind__order", "pinyin", "pk")
    for row in rows.iterator(2000):
        county, town = where.get(row.region_id, (row.region.name, ""))
        yield Line(
            kind=row.kind.zh,
            name=row.name,
            code=row.code,
            county=county,
            town=town,
            unit=row.unit.name if row.unit else "",
            lon=row.lon,
            lat=row.lat,
            opened=row.place.opened_on,
            closed=None if row.standing == Standing.OPEN else row.valid_from,
            book="" if not row.book else "模型数据",
        )


def _whereabouts(found: QuerySet[PlaceChange], edition: Edition) -> dict[int, tuple[str, str]]:
    """County and town of each region in `found`; a region above the county stands in the place of the county."""
    nodes = Node.objects.filter(edition=edition, region__in=found.values("region"))
    held = list(nodes.values_list("region_id", "path", "region__name", "region__level"))
    above = {path[:-SEGMENT] for _region, path, _name, level in held if level == Level.TOWNSHIP}
    counties = Node.objects.filter(edition=edition, path__in=above).values_list("path", "region__name")
    names = dict(counties)
    return {
        region: (names.get(path[:-SEGMENT], ""), name) if level == Level.TOWNSHIP else (name, "")
        for region, path, name, level in held
    }


def areas(regions: QuerySet[Region]) -> list[tuple[int, str, int]]:
    """All regions among those given, townships among them, in the order of the tree: key, name, depth."""
    nodes = Node.objects.filter(edition=Edition.objects.latest("as_of"), region__in=regions).order_by("path")
    return list(nodes.values_list("region", "region__name", "depth"))


def changes_of(place: Place) -> Sequence[PlaceChange]:
    """What has become of a place, the newest first."""
    found = PlaceChange.objects.filter(place=place).select_related("region", "merged_into", "unit")
    return list(found.order_by("-version"))


def merged_into(place: Place) -> Sequence[Place]:
    """What was merged into a place."""
    return list(Place.objects.filter(merged_into=place).select_related("region").order_by("pinyin", "pk")[:100])

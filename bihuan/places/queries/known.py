"""What an import looks its words up in: regions by their names, units, places that are there; in few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from bihuan.org.models import Edition, Node, Region, RegionAlias, Unit
from bihuan.org.rules import Level, short_names
from bihuan.places.models import Place, PlaceKind
from bihuan.places.queries.kinds import kinds
from bihuan.places.register_rows import Row

_TOWN = (Level.TOWNSHIP.value, Level.VILLAGE.value)


@dataclass(frozen=True, slots=True)
class Area:
    """A region and where it is."""

    region: int
    path: str
    name: str


@dataclass
class Known:
    """Regions, kinds, units and places, by how a file calls them. `upper`: regions down to the county."""

    kinds: dict[str, PlaceKind]
    upper: dict[str, list[Area]]
    towns: dict[str, list[Area]]
    only: Area | None  # where the file need not say the county
    units: dict[str, list[Unit]]
    by_code: dict[tuple[int, str], Place] = field(default_factory=dict)
    by_name: dict[tuple[int, int, str], Place] = field(default_factory=dict)
    beyond: set[tuple[int, str]] = field(default_factory=set)  # codes of places that the reader does not keep

    def kind(self, row: Row) -> PlaceKind | None:
        """The kind that a row names, or its sheet; a fault where there is none."""
        text = row["kind"] or (row.sheet if "kind" not in row.columns else "")
        found = self.kinds.get(text)
        if found is None:
            which = "、".join(dict.fromkeys(kind.zh for kind in self.kinds.values()))
            row.fault("kind", f"类别须是其中之一：{which}", f"the kind is one of {which}")
        return found

    def area(self, row: Row) -> Area | None:
        """The region that a row names; a fault where it names none, or several, or none that the reader keeps."""
        county, town = row["county"], row["town"]
        at = self.only if not county else self._one(row, "county", county, self.upper.get(county, []))
        if county and at is None:
            return None
        if not town:
            if at is None:
                row.fault("county", "没有写县市", "the county is missing")
            return at
        towns = [item for item in self.towns.get(town, []) if at is None or item.path.startswith(at.path)]
        return self._one(row, "town", town, towns)

    def _one(self, row: Row, column: str, text: str, found: list[Area]) -> Area | None:
        if len(found) == 1:
            return found[0]
        exact = [item for item in found if item.name == text]
        if len(exact) == 1:
            return exact[0]
        if found:
            which = "、".join(item.name for item in found[:5])
            zh = f"“{text}”可指{which}，请写全称" if column == "county" else f"不止一个“{text}”，请写明县市"
            row.fault(column, zh, f"“{text}” may be any of several: write its whole name, and the county")
        else:
            zh = f"没有“{text}”，或不在您管理的地区内"
            row.fault(column, zh, f"there is no “{text}”, or it is not in a region that you keep")
        return None

    def unit(self, row: Row) -> Unit | None:
        """The unit that a row names."""
        text = row["unit"]
        found = self.units.get(text, [])
        if text and len(found) != 1:
            zh = f"不止一个单位叫“{text}”" if found else f"单位名录里没有“{text}”，可先不填"
            row.fault("unit", zh, f"units called “{text}”: {len(found)}; it may be left empty")
            return None
        return found[0] if found else None

    def place(self, kind: PlaceKind, area: Area, row: Row) -> Place | None:
        """The place that is there already: by its code, else by its name in its region."""
        if row["code"] and (found := self.by_code.get((kind.pk, row["code"]))):
            return found
        found = self.by_name.get((kind.pk, area.region, row["name"]))
        return found if found is None or not row["code"] or not found.code else None


def known_for(rows: Iterable[Row], *, regions: QuerySet[Region], units: QuerySet[Unit], book: str) -> Known:
    """What is known of the words in a file.

    Args:
        regions: those whose registers the reader keeps. units: those that the reader may name.
    """
    rows = list(rows)
    upper, towns = _areas(regions)
    counties = {area.region: area for areas in upper.values() for area in areas}
    named = {row["unit"] for row in rows} - {""}
    held: dict[str, list[Unit]] = defaultdict(list)
    if named:
        for unit in units.filter(Q(name__in=named) | Q(short_name__in=named), closed_on=None).distinct():
            for name in {unit.name, unit.short_name} & named:
                held[name].append(unit)
    known = Known(
        kinds={word: kind for kind in kinds(offered=True) for word in (kind.zh, kind.code)},
        upper=upper,
        towns=towns,
        only=next(iter(counties.values())) if len(counties) == 1 else None,
        units=held,
    )
    _places(known, rows, regions, book)
    return known


def _areas(regions: QuerySet[Region]) -> tuple[dict[str, list[Area]], dict[str, list[Area]]]:
    nodes = Node.objects.filter(edition=Edition.objects.latest("as_of"), region__in=regions)
    held = list(nodes.order_by("path").values_list("region", "path", "region__name", "region__level"))
    aliases: dict[int, list[str]] = defaultdict(list)
    for region, alias in RegionAlias.objects.filter(region__in=regions).values_list("region", "alias"):
        aliases[region].append(alias)
    upper: dict[str, list[Area]] = defaultdict(list)
    towns: dict[str, list[Area]] = defaultdict(list)
    for region, path, name, level in held:
        into = towns if level in _TOWN else upper
        for word in {name, *aliases[region], *short_names(name)}:
            into[word].append(Area(region, path, name))
    return upper, towns


def _places(known: Known, rows: list[Row], regions: QuerySet[Region], book: str) -> None:
    codes, names = {row["code"] for row in rows} - {""}, {row["name"] for row in rows}
    mine = set(regions.values_list("pk", flat=True))
    there = Place.objects.filter(book=book, closed_on=None).filter(Q(code__in=codes) | Q(name__in=names))
    for place in there.select_related("region", "kind", "unit"):
        if place.region_id in mine:
            known.by_name[place.kind_id, place.region_id, place.name] = place
            if place.code:
                known.by_code[place.kind_id, place.code] = place
        elif place.code in codes:
            known.beyond.add((place.kind_id, place.code))

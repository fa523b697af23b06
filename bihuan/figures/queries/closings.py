"""Which days of which regions are closed, and what went through a closing since."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from bihuan.figures.models import Closing, OccasionRegion, Revision
from bihuan.figures.queries.standing import counting_in
from bihuan.history.prepared import prepared
from bihuan.org.models import Region

# `asked` (region, day, book) stands in front. A region that the closing's own edition does not know is inside where
# any other edition has it below: a township founded later does not open what its county has closed.
COVERED = """
    FROM asked a
    JOIN figures_closing c ON c.book = a.book AND a.day BETWEEN c.first AND c.last
    JOIN org_region top ON top.id = c.region_id
    WHERE CASE
        WHEN EXISTS (SELECT 1 FROM org_node x WHERE x.edition_id = c.edition_id AND x.region_id = a.region)
        THEN EXISTS (
            SELECT 1 FROM org_node x JOIN org_node t ON t.edition_id = x.edition_id AND t.region_id = c.region_id
            WHERE x.edition_id = c.edition_id AND x.region_id = a.region AND starts_with(x.path, t.path))
        ELSE EXISTS (
            SELECT 1 FROM org_node x JOIN org_node t ON t.edition_id = x.edition_id AND t.region_id = c.region_id
            WHERE x.region_id = a.region AND starts_with(x.path, t.path))
    END
"""
_COVERING = f"""
    WITH asked AS MATERIALIZED (
        SELECT * FROM json_to_recordset(%(asked)s::json) AS x (region bigint, day date, book varchar)
    )
    SELECT a.region, a.day, c.id, top.name, c.first, c.last {COVERED} ORDER BY c.id
"""


@dataclass(frozen=True, slots=True)
class Closed:
    """A closing that covers a region on a day."""

    closing: int
    name: str  # of the region that was closed
    first: dt.date
    last: dt.date


def closings_at(places: Iterable[tuple[int, dt.date]], *, book: str) -> dict[tuple[int, dt.date], list[Closed]]:
    """The closings that cover records of these regions and days, oldest first; what is open is left out. One query."""
    asked = [{"region": region, "day": day.isoformat(), "book": book} for region, day in sorted(set(places))]
    found: dict[tuple[int, dt.date], list[Closed]] = defaultdict(list)
    if asked:
        for region, day, *closed in prepared(_COVERING, {"asked": json.dumps(asked)}):
            found[(region, day)].append(Closed(*closed))
    return dict(found)


def closing(*, region: Region, period: tuple[dt.date, dt.date], book: str = "") -> Closing | None:
    """The closing of just this region and these days, the newest edition's."""
    found = Closing.objects.filter(region=region, first=period[0], last=period[1], book=book)
    return found.select_related("region", "edition").order_by("-edition__as_of").first()


def positions(items: Iterable[Revision]) -> list[set[tuple[int, dt.date]]]:
    """Where and when each of these counts: its region, or those of its joint occasion, on its last day."""
    items = list(items)
    joint = {item.occasion_id for item in items if item.occasion and item.occasion.joint}
    parts: dict[int, list[int]] = defaultdict(list)
    if joint:
        took_part = OccasionRegion.objects.filter(occasion__in=joint)
        for occasion, region in took_part.values_list("occasion_id", "region_id"):
            parts[occasion].append(region)
    return [
        {(region, item.period_end) for region in parts.get(item.occasion_id or 0) or [item.region_id]} for item in items
    ]


@dataclass(frozen=True, slots=True)
class Corrected:
    """What an erratum changed: a revision and the one before it; None for a record that it brought in."""

    before: Revision | None
    after: Revision


def corrections(closed: Closing) -> list[Corrected]:
    """What errata changed in a closed period, oldest first, each with figure, erratum and entry.

    A correction that moved a figure out of the period is among them, and what another closing's erratum let through.
    """
    rows = Revision.objects.select_related("figure", "erratum", "entry", "region", "occasion", "unit")
    passed = list(
        rows.filter(erratum__isnull=False, entry__gt=closed.entry_id, figure__book=closed.book).order_by("entry")
    )
    before = {(item.figure_id, item.version): item for item in rows.filter(figure__in=[p.figure_id for p in passed])}
    ways = [Corrected(before.get((item.figure_id, item.version - 1)), item) for item in passed]
    places = [set().union(*positions(item for item in (way.before, way.after) if item)) for way in ways]
    covering = closings_at(set().union(*places), book=closed.book)
    return [
        way
        for way, some in zip(ways, places, strict=True)
        if any(closed.pk == one.closing for place in some for one in covering.get(place, ()))
    ]


def changed_since(closed: Closing) -> list[Revision]:
    """What errata changed in a closed period: the revisions, oldest first."""
    return [item.after for item in corrections(closed)]


def records_in(closed: Closing) -> QuerySet[Revision]:
    """The records that stand in a closed period, each as it stands now."""
    found = counting_in(closed.region, closed.edition).filter(
        figure__book=closed.book, period_end__range=(closed.first, closed.last)
    )
    return found.select_related("figure", "region", "occasion", "unit")

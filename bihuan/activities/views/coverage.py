"""Pages of coverage: what a campaign reached of each register, who was not reached, and the map of its events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from bihuan.activities.coverage_access import covered_part, events_seen, named_to
from bihuan.activities.queries import five_entries as queries
from bihuan.activities.queries import mapped
from bihuan.activities.roster_workbook import write_table
from bihuan.activities.rules import missed_text
from bihuan.campaigns.access import SEE_CAMPAIGN, visible_parts
from bihuan.components.downloads import download
from bihuan.components.paging import paged
from bihuan.org.access import NotThere, may
from bihuan.org.gate import DeskRequest, needs
from bihuan.places import queries as places
from bihuan.places.access import KEEP_PLACE

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bihuan.activities.mapping import Dot
    from bihuan.activities.models import Activity
    from bihuan.campaigns.models import Campaign
    from bihuan.org.models import Region
    from bihuan.places.models import PlaceChange, PlaceKind

LISTED = 200  # events below the map
MOST_ROWS = 50_000  # of a workbook
MOST_NAMED = 300  # in a text to be pasted: more nobody reads
COVERED = (("地区", 24), ("名称", 36), ("编码", 20), ("管理单位", 30), ("到过", 8), ("活动", 60))


def _part(request: DeskRequest, pk: int) -> tuple[Campaign, Region]:
    text = request.GET.get("region", "")
    wanted = int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None
    return covered_part(request.reader, pk, wanted)


@require_safe
@needs(SEE_CAMPAIGN)
def campaign(request: DeskRequest, pk: int) -> HttpResponse:
    """Coverage of a region and of each part of it."""
    found, region = _part(request, pk)
    page = queries.coverage(found, region)
    seen = {item.pk for item in visible_parts(request.reader, found, [row.region for row in page.parts])}
    context = {
        "campaign": found,
        "region": region,
        "page": page,
        "rows": [page.whole, *(row for row in page.parts if row.region.pk in seen)],
        "keeps": may(request.reader, KEEP_PLACE),
        "none": not any(share.places for share in page.whole.shares),
    }
    return render(request, "activities/coverage.html", context)


@dataclass(frozen=True)
class _Asked:
    """What an address asks for: places of a register that were reached, or those that were not, named to the reader."""

    campaign: Campaign
    region: Region
    kind: PlaceKind
    reached: bool
    rows: QuerySet[PlaceChange]


def _asked(request: DeskRequest, pk: int, region: int, kind: str) -> _Asked:
    found, at = covered_part(request.reader, pk, region)
    of = places.kind(kind)
    if of is None:
        raise NotThere
    reached = request.GET.get("show") == "reached"
    rows = named_to(request.reader, queries.places_of(found, at, of, reached=reached))
    return _Asked(found, at, of, reached, rows)


@require_safe
@needs(SEE_CAMPAIGN)
def table(request: DeskRequest, pk: int, region: int, kind: str) -> HttpResponse:
    """The same places as a workbook."""
    asked = _asked(request, pk, region, kind)
    rows = list(asked.rows.select_related("region", "unit").order_by("region__pinyin", "pinyin", "pk")[:MOST_ROWS])
    visits = queries.visits(asked.campaign, [row.place_id for row in rows]) if asked.reached else {}
    lines = []
    for row in rows:
        events = "；".join(f"{event.start_on:%Y-%m-%d} {event.title}" for event in visits.get(row.place_id, []))
        unit = row.unit.name if row.unit else ""
        lines.append([row.region.name, row.name, row.code, unit, "是" if asked.reached else "否", events])
    words = "到过的" if asked.reached else "没有到过的"
    content = write_table(COVERED, lines, sheet=words)
    return download(content, f"{asked.region.name}{words}{asked.kind.zh}.xlsx")


@require_safe
@needs(SEE_CAMPAIGN)
def listing(request: DeskRequest, pk: int, region: int, kind: str) -> HttpResponse:
    """The places of a register that were not reached, ready to be pasted too, or those that were."""
    asked = _asked(request, pk, region, kind)
    found, at, of, reached, rows = asked.campaign, asked.region, asked.kind, asked.reached, asked.rows
    text = ""
    if not reached:
        names = rows.order_by("region__pinyin", "pinyin", "pk").values_list("region__name", "name")[: MOST_NAMED + 1]
        text = missed_text(found.name, at.name, of.zh, list(names), most=MOST_NAMED)
    page = paged(request, rows, "pinyin", "pk")
    visits = queries.visits(found, [item.place_id for item in page]) if reached else {}
    context = {
        "campaign": found,
        "region": at,
        "kind": of,
        "reached": reached,
        "text": text,
        "page": page,
        "rows": [(item, visits.get(item.place_id, [])[:3]) for item in page],
    }
    return render(request, "activities/covered_places.html", context)


@dataclass(frozen=True)
class Mark:
    """A dot and the events it stands for."""

    dot: Dot
    events: list[Activity]

    @property
    def words(self) -> str:
        """What it says when one points at it."""
        said = [f"{item.start_on:%m-%d} {item.title}" for item in self.events[:5]]
        return "\n".join(said) + (f"\n… {len(self.events)}" if len(self.events) > 5 else "")


@require_safe
@needs(SEE_CAMPAIGN)
def event_map(request: DeskRequest, pk: int) -> HttpResponse:
    """Where the events were, as far as the reader sees them."""
    found, region = _part(request, pk)
    page = mapped.event_map(found, region, events_seen(request.reader, mapped.happened(found, region)))
    placed = [Mark(dot, [page.events[key] for key in dot.keys]) for dot in page.picture.dots]
    drawn = {item.pk for mark in placed for item in mark.events}
    context = {
        "campaign": found,
        "region": region,
        "page": page,
        "marks": sorted(placed, key=lambda mark: -len(mark.events)),  # small ones lie on top
        "listed": [item for item in page.events.values() if item.pk in drawn][:LISTED],
        "most": mapped.MOST,
    }
    return render(request, "activities/map.html", context)

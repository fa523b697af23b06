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
from bihuan.campaigns.access import SEE_CAMPAIGN, visible_parts
from bihuan.components.paging import paged
from bihuan.org.access import NotThere, may
from bihuan.org.gate import DeskRequest, needs
from bihuan.places import queries as places
from bihuan.places.access import KEEP_PLACE

if TYPE_CHECKING:
    from bihuan.activities.mapping import Dot
    from bihuan.activities.models import Activity
    from bihuan.campaigns.models import Campaign
    from bihuan.org.models import Region

LISTED = 200  # events below the map


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


@require_safe
@needs(SEE_CAMPAIGN)
def listing(request: DeskRequest, pk: int, region: int, kind: str) -> HttpResponse:
    """The places of a register that were not reached, or those that were."""
    found, at = covered_part(request.reader, pk, region)
    of = places.kind(kind)
    if of is None:
        raise NotThere
    reached = request.GET.get("show") == "reached"
    rows = named_to(request.reader, queries.places_of(found, at, of, reached=reached))
    page = paged(request, rows, "pinyin", "pk")
    visits = queries.visits(found, [item.place_id for item in page]) if reached else {}
    context = {
        "campaign": found,
        "region": at,
        "kind": of,
        "reached": reached,
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

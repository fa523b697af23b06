"""Coverage of the five entries (五进覆盖率): distinct places reached ÷ the register on the period's last day.

Counted by the tree that the campaign pinned, and, once the period is closed, by what was known at its closing: whatever
becomes of regions and places later, a past rate stays. A place that was merged counts as what it had become by that
day, and what is on no register counts in no rate, so that no rate is above one.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, OuterRef, QuerySet
from django.db.models.functions import Substr

from bihuan.activities.models import Activity, ActivityKind
from bihuan.activities.rules import State
from bihuan.campaigns.models import Campaign
from bihuan.figures import queries as figures
from bihuan.org.models import Node, Region
from bihuan.org.rules import SEGMENT
from bihuan.places import queries as places
from bihuan.places.models import Place, PlaceChange, PlaceKind
from bihuan.places.rules import Standing

GROUP = "five_entries"


@dataclass(frozen=True, slots=True)
class Share:
    """Of the places of one kind, how many were reached."""

    kind: PlaceKind
    reached: int
    places: int

    @property
    def rate(self) -> str | None:
        """In per cent, rounded down to a tenth, so that only all of them are 100%; None where there is no register."""
        if not self.places:
            return None
        tenths = self.reached * 1000 // self.places
        return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A region: its shares by kind of place, how many events there were, how many of them name no place."""

    region: Region
    shares: list[Share]
    events: int
    unplaced: int


@dataclass(frozen=True)
class Coverage:
    """What a campaign covered in a region, and in each region directly below it."""

    kinds: list[PlaceKind]
    whole: NodeRow
    parts: list[NodeRow]
    on: dt.date  # whose registers were taken
    known: dt.datetime | None  # the closing, by which everything was taken as it was known
    off_register: int  # places reached that were closed by that day


@dataclass(frozen=True)
class _Scope:
    campaign: Campaign
    region: Region
    path: str
    known: dt.datetime | None

    @property
    def register(self) -> dict[str, object]:
        return {
            "region": self.region,
            "edition": self.campaign.edition,
            "book": self.campaign.book,
            "on": self.campaign.period_end,
            "known": self.known,
        }


def _scope(campaign: Campaign, region: Region) -> _Scope:
    period = (campaign.period_start, campaign.period_end)
    closing = None
    for at in dict.fromkeys((region, campaign.region)):
        closing = closing or figures.closing(region=at, period=period, book=campaign.book)
    path = Node.objects.filter(edition=campaign.edition, region=region).values_list("path", flat=True).first()
    return _Scope(campaign, region, path or "~", closing.entry.at if closing else None)


def entry_kind(code: str) -> ActivityKind:
    """A kind of event of the five entries. Raises ActivityKind.DoesNotExist."""
    return ActivityKind.objects.get(group=GROUP, code=code)


def entries(campaign: Campaign, *, known: dt.datetime | None = None) -> QuerySet[Activity]:
    """The events of the five entries in a campaign's period that stand."""
    found = Activity.objects.filter(
        campaign=campaign,
        book=campaign.book,
        kind__group=GROUP,
        state=State.FILED,
        start_on__lte=campaign.period_end,
        end_on__gte=campaign.period_start,
    )
    return found if known is None else found.filter(filed_at__lte=known)


def _reached(scope: _Scope) -> set[int]:
    """The places that events reached, as what they had become by the period's last day. A place is reached by an event
    of a kind that happens at places of its kind."""
    pairs = entries(scope.campaign, known=scope.known).exclude(place=None).values_list("place", "kind").distinct()
    held = list(pairs)
    of_event = {kind.pk: set(kind.place_kinds) for kind in ActivityKind.objects.filter(group=GROUP)}
    of_place = dict(Place.objects.filter(pk__in={place for place, _kind in held}).values_list("pk", "kind__code"))
    meant = {place for place, kind in held if of_place[place] in of_event[kind]}
    return set(places.successors(meant, on=scope.campaign.period_end, known=scope.known).values())


def coverage(campaign: Campaign, region: Region) -> Coverage:
    """What a campaign covered in a region and each part of it. A dozen queries, whatever the size."""
    scope = _scope(campaign, region)
    asked = {code for kind in ActivityKind.objects.filter(group=GROUP) for code in kind.place_kinds}
    kinds = [kind for kind in places.kinds() if kind.code in asked]
    reached = _reached(scope)
    register = places.count_by_node(**scope.register, kinds=kinds)  # type: ignore[arg-type]
    hit = places.count_by_node(**scope.register, kinds=kinds, among=reached)  # type: ignore[arg-type]
    here = register.get(region.pk, Counter())
    shown = [kind for kind in kinds if here[kind.pk]] or kinds
    events, unplaced = _events(scope)

    def row(at: Region, path: str) -> NodeRow:
        of_place, of_hit = register.get(at.pk, Counter()), hit.get(at.pk, Counter())
        shares = [Share(kind, of_hit[kind.pk], of_place[kind.pk]) for kind in shown]
        return NodeRow(at, shares, events[path], unplaced[path])

    below = Node.objects.filter(edition=campaign.edition, parent=region).order_by("path").select_related("region")
    return Coverage(
        kinds=shown,
        whole=row(region, ""),
        parts=[row(node.region, node.path) for node in below],
        on=campaign.period_end,
        known=scope.known,
        off_register=_off_register(scope, reached),
    )


def _events(scope: _Scope) -> tuple[Counter[str], Counter[str]]:
    """How many events there were at each part, and how many of them name no place; the whole under ""."""
    nodes = Node.objects.filter(edition=scope.campaign.edition, region=OuterRef("region"))
    part = nodes.annotate(part=Substr("path", 1, len(scope.path) + SEGMENT)).values("part")
    below = Node.objects.filter(edition=scope.campaign.edition, path__gte=scope.path, path__lt=scope.path + "~")
    found = entries(scope.campaign, known=scope.known).filter(region__in=below.values("region"))
    rows = found.annotate(part=part).values("part").order_by().annotate(count=Count("pk"), named=Count("place"))
    events: Counter[str] = Counter()
    unplaced: Counter[str] = Counter()
    for at, count, named in rows.values_list("part", "count", "named"):
        for path in ("", at):
            events[path] += count
            unplaced[path] += count - named
    return events, unplaced


def _off_register(scope: _Scope, reached: Iterable[int]) -> int:
    """Of the places reached in the region, those that were closed by the period's last day."""
    below = Node.objects.filter(edition=scope.campaign.edition, path__gte=scope.path, path__lt=scope.path + "~")
    held = places.on_day(scope.campaign.period_end, known=scope.known).filter(place__in=set(reached))
    return held.filter(region__in=below.values("region")).exclude(standing=Standing.OPEN).count()


def places_of(campaign: Campaign, region: Region, kind: PlaceKind, *, reached: bool) -> QuerySet[PlaceChange]:
    """Of a register, the places that were reached, or those that were not (by name, as they were on the day)."""
    scope = _scope(campaign, region)
    hit = _reached(scope)
    found = places.register(**scope.register, kinds=[kind])  # type: ignore[arg-type]
    found = found.filter(place__in=hit) if reached else found.exclude(place__in=hit)
    return found.select_related("region")


def visits(campaign: Campaign, of: Iterable[int]) -> dict[int, list[Activity]]:
    """The events at each of these places in a campaign, the newest first. One query."""
    found: dict[int, list[Activity]] = defaultdict(list)
    rows = entries(campaign).filter(place__in=set(of)).select_related("kind", "unit").order_by("-start_on", "-pk")
    for row in rows:
        if row.place_id is not None:
            found[row.place_id].append(row)
    return dict(found)

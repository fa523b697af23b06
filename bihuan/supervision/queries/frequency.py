"""How often a unit is supervised, and whether it is for the same thing (条例第十五条)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count

from bihuan.loop.models import Matter
from bihuan.org.models import Edition, Node, Unit
from bihuan.supervision.models import Limit, Look, Notice, Supervised, Talk
from bihuan.supervision.rules import BOUNDS, Bound, Counted, SupervisedState, What, alike

MOST_COMPARED = 500  # titles of one unit that a new one is held against, the newest first


def bounds(region: int, day: dt.date) -> tuple[Bound, ...]:
    """The limits that hold in a region on a day: of each kind the row of the nearest region at or above it, the newest
    of those; the defaults where there is none."""
    rows = list(Limit.objects.filter(valid_from__lte=day).order_by("valid_from", "pk"))
    if not rows:
        return BOUNDS
    edition = Edition.objects.latest("as_of")
    keys = {row.region_id for row in rows if row.region_id} | {region}
    paths = dict(Node.objects.filter(edition=edition, region__in=keys).values_list("region_id", "path"))
    own = paths.get(region, "")
    found: dict[What, tuple[int, Bound]] = {bound.what: (-1, bound) for bound in BOUNDS}
    for row in rows:
        path = paths.get(row.region_id, "~") if row.region_id else ""
        what = What(row.what)
        if own.startswith(path) and len(path) >= found[what][0]:
            found[what] = (len(path), Bound(what, row.days, row.most, row.source))
    return tuple(found[what][1] for what in What)


def counted(unit: Unit, day: dt.date, *, region: int) -> list[Counted]:
    """How often each was done to a unit up to a day, those merged into it included, beside the limits of a region."""
    units = [unit.pk, *Unit.objects.filter(merged_into=unit).values_list("pk", flat=True)]
    return [Counted(bound, _count(bound, units, day)) for bound in bounds(region, day)]


def _count(bound: Bound, units: list[int], day: dt.date) -> int:
    zone = ZoneInfo(settings.CAMPAIGN_ZONE)
    since = dt.datetime.combine(day - dt.timedelta(bound.days - 1), dt.time(), zone)
    match bound.what:
        case What.SUPERVISED:
            rows = Supervised.objects.filter(unit__in=units, proposed_at__gte=since)
            return rows.exclude(state=SupervisedState.REFUSED).count()
        case What.VISITED:
            looks = Look.objects.filter(unit__in=units, looked_at__gte=since)
            return int(looks.aggregate(rounds=Count("round", distinct=True))["rounds"])
        case What.NOTICES:
            return Notice.objects.filter(unit__in=units, issued_at__gte=since).count()
        case What.TALKS:
            return Talk.objects.filter(unit__in=units, done_at__gte=since).count()


@dataclass(frozen=True, slots=True)
class Repeats:
    """What speaks against doing it to a unit once more: matters like it, limits that are full."""

    similar: list[Supervised]
    counts: list[Counted]
    asked: What

    @property
    def over(self) -> list[Counted]:
        """The full limits of what is asked for."""
        return [item for item in self.counts if item.bound.what is self.asked and item.full]

    @property
    def any(self) -> bool:
        return bool(self.similar or self.over)


def repeats(*, unit: Unit, title: str, what: What, region: int, day: dt.date, besides: Iterable[int] = ()) -> Repeats:
    """What speaks against it: see `Repeats`.

    Args:
        besides: keys of matters that do not count as its like, such as the matter itself.
    """
    units = [unit.pk, *Unit.objects.filter(merged_into=unit).values_list("pk", flat=True)]
    rows = Supervised.objects.filter(unit__in=units, state__in=[SupervisedState.PROPOSED, SupervisedState.OPEN])
    compared = {row.pk: row for row in rows.exclude(matter__in=list(besides)).order_by("-pk")[:MOST_COMPARED]}
    found = alike(title, [(row.pk, row.title) for row in compared.values()])
    return Repeats([compared[key] for key in found], counted(unit, day, region=region), what)


def open_supervision(matter: Matter) -> Supervised | None:
    """The supervision of a matter that is proposed or open, or None."""
    rows = Supervised.objects.filter(matter=matter, state__in=[SupervisedState.PROPOSED, SupervisedState.OPEN])
    return rows.select_related("mandate").first()

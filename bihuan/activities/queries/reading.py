"""Reads of single activities: their figures, their units, the campaign they belong to."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F

from bihuan.activities.models import Activity, ActivityFigure, ActivityKind, ActivityUnit
from bihuan.activities.rules import Asked
from bihuan.campaigns.models import Campaign
from bihuan.figures.models import Revision
from bihuan.figures.queries import closings_at, measure_names
from bihuan.history.models import Entry
from bihuan.history.prepared import first
from bihuan.org import queries as org
from bihuan.org.models import Region


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure that stands on an activity, and what it says now."""

    row: ActivityFigure
    revision: Revision
    name: str  # of its measures

    @property
    def asked(self) -> Asked:
        return Asked(tuple(self.revision.measures), self.revision.classifier)


def standing(activity: Activity) -> list[Standing]:
    """The figures that stand on an activity, in order."""
    return standing_on([activity])[activity.pk]


def standing_on(activities: Iterable[Activity]) -> dict[int, list[Standing]]:
    """The same for many: three queries, however many there are."""
    found: dict[int, list[Standing]] = {item.pk: [] for item in activities}
    rows = ActivityFigure.objects.filter(activity__in=found, figure__withdrawn=False).select_related("figure")
    by_figure = {row.figure_id: row for row in rows.order_by("activity", "order")}
    if not by_figure:
        return found
    held = Revision.objects.filter(figure__in=by_figure, version=F("figure__version"))
    said = {item.figure_id: item for item in held.select_related("region", "occasion", "unit")}
    names = measure_names({code for item in said.values() for code in item.measures})
    for key, row in by_figure.items():
        name = "、".join(names.get(code, code) for code in said[key].measures)
        found[row.activity_id].append(Standing(row, said[key], name))
    return found


def closings_over(activity: Activity) -> set[int]:
    """The keys of the closings in which an activity's figures lie."""
    regions = {activity.region_id, *activity.occasion.places.values_list("region_id", flat=True)}
    found = closings_at([(region, activity.end_on) for region in regions], book=activity.book)
    return {item.closing for some in found.values() for item in some}


def errata_on(activity: Activity) -> list[Entry]:
    """What the history says of corrections of an activity's figures under errata, wherever they were made: the errata
    and the corrections. Two queries."""
    passed = Revision.objects.filter(figure__in=activity.figures.values("figure"), erratum__isnull=False)
    keys = {key for pair in passed.values_list("entry", "erratum__entry") for key in pair}
    return list(Entry.objects.filter(pk__in=keys)) if keys else []


def units_of(activities: Iterable[Activity]) -> dict[int, list[ActivityUnit]]:
    """The units that took part, in the order of credit. One query."""
    found: dict[int, list[ActivityUnit]] = {item.pk: [] for item in activities}
    for row in ActivityUnit.objects.filter(activity__in=found).select_related("unit").order_by("activity", "order"):
        found[row.activity_id].append(row)
    return found


def by_key(key: uuid.UUID) -> bool:
    """Whether something was filed under a sender's key."""
    return Activity.objects.filter(key=key).exists()


def filed_under(key: uuid.UUID) -> Activity | None:
    """What was filed under a sender's key."""
    return Activity.objects.filter(key=key).first()


def campaign_of(region: Region, day: dt.date, *, book: str) -> Campaign | None:
    """The campaign that what was done there on a day belongs to: of the nearest region above, the newest of them."""
    return campaign_in(org.lies_in(region.pk, day)[1], day, book=book)


def campaign_in(regions: Sequence[int], day: dt.date, *, book: str) -> Campaign | None:
    """The same for a region and all that it lies in, nearest first."""
    where = """
        region_id = ANY(%(regions)s) AND book = %(book)s AND %(day)s BETWEEN period_start AND period_end
        ORDER BY array_position(%(regions)s::bigint[], region_id), id DESC
    """
    return first(Campaign, where, {"regions": list(regions), "book": book, "day": day})


def kind_called(code: str) -> ActivityKind:
    """A kind of activity by its code. Raises ActivityKind.DoesNotExist."""
    return ActivityKind.objects.get(code=code)

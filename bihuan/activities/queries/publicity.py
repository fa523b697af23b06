"""What was put up and published with an activity."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Prefetch, Q, QuerySet

from bihuan.activities.models import Activity, MediaViews, MediaWork, Placement
from bihuan.activities.publicity_rules import SOON_DAYS
from bihuan.activities.rules import State as ActivityState


def placements(activity: Activity) -> list[Placement]:
    """Its placements that stand, in the order in which they came."""
    return list(Placement.objects.filter(activity=activity, removed_at=None).order_by("pk"))


def placed_lines(activity: Activity) -> list[tuple[str, int]]:
    """Carrier and number of each placement."""
    rows = Placement.objects.filter(activity=activity, removed_at=None)
    return list(rows.values_list("carrier", "count"))


def works_with_views(activity: Activity) -> list[tuple[MediaWork, MediaViews | None]]:
    """Its works that stand, each with the count of views that holds: of its last day the one that came last."""
    return [(work, series[-1] if series else None) for work, series in works_over_time(activity)]


def works_over_time(activity: Activity) -> list[tuple[MediaWork, list[MediaViews]]]:
    """Its works that stand, each with its counts of views from day to day."""
    ordered = Prefetch("views", MediaViews.objects.order_by("day", "pk"), to_attr="counts")
    rows = MediaWork.objects.filter(activity=activity, removed_at=None).order_by("pk").prefetch_related(ordered)
    return [(work, _one_a_day(work.counts)) for work in rows]


def _one_a_day(counts: list[MediaViews]) -> list[MediaViews]:
    last: dict[dt.date, MediaViews] = {row.day: row for row in counts}
    return list(last.values())


def standing_placements(activities: QuerySet[Activity]) -> QuerySet[Placement]:
    """The placements of those of `activities` that stand."""
    rows = Placement.objects.filter(removed_at=None, activity__in=activities.filter(state=ActivityState.FILED))
    return rows.select_related("activity__region", "activity__unit")


def of_state(day: dt.date) -> dict[str, Q]:
    """Which placements end soon, are up, are over on a day."""
    up = Q(start_on__lte=day, end_on__gte=day)
    soon = up & Q(end_on__lte=day + dt.timedelta(days=SOON_DAYS))
    return {"soon": soon, "up": up, "over": Q(end_on__lt=day)}


def placement_counts(found: QuerySet[Placement], day: dt.date) -> dict[str, int]:
    """How many placements are of each of those states. One query."""
    return found.aggregate(**{state: Count("pk", filter=of) for state, of in of_state(day).items()})

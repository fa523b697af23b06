"""What was put up and published with an activity."""

from __future__ import annotations

import datetime as dt

from django.db.models import Prefetch

from bihuan.activities.models import Activity, MediaViews, MediaWork, Placement


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

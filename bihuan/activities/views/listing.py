"""The list of what was done, and the calendar of a campaign."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.activities import access, pages, queries
from bihuan.activities.forms import ListFilter
from bihuan.activities.material_access import SEE_ROSTER
from bihuan.campaigns.access import SEE_CAMPAIGN, campaign, campaigns
from bihuan.components.paging import paged
from bihuan.org import queries as org
from bihuan.org.access import may
from bihuan.org.gate import DeskRequest, local_day, needs


@never_cache
@require_safe
@needs(access.SEE_ACTIVITY)
def activities(request: DeskRequest) -> HttpResponse:
    """What was done, as far as the reader sees it, the newest first."""
    reader = request.reader
    regions = [] if not reader.home_region else access.regions_of(reader, [post.unit for post in reader.posts])
    form = ListFilter(request.GET or None, kinds=access.kinds(), regions=regions)
    wish = {name: value for name, value in (form.cleaned_data if form.is_valid() else {}).items() if value}
    if region := wish.pop("region", None):
        wish["region"] = access.below(reader, region)
    found = queries.listed(queries.narrowed(access.seen(reader), **wish))
    page = paged(request, found, "-end_on", "-pk")
    context = {
        "form": form,
        "narrowed": bool(wish),
        "page": page,
        "rows": pages.rows(page.rows),
        "may_file": may(reader, access.FILE),
        "sees_rosters": may(reader, SEE_ROSTER),
        "campaigns": list(campaigns(reader)[:3]) if may(reader, SEE_CAMPAIGN) else [],
    }
    return render(request, "activities/activities.html", context)


@never_cache
@require_safe
@needs(access.SEE_ACTIVITY)
def calendar(request: DeskRequest, pk: int) -> HttpResponse:
    """The days of a campaign and what was done on each; ?day=2023-06-12 shows one of them."""
    reader = request.reader
    found = queries.calendar(campaign(reader, pk), access.seen(reader))
    chosen = next((day for day in found.days if day.day.isoformat() == request.GET.get("day")), None)
    shown = chosen.activities if chosen else [item for day in found.days for item in day.activities]
    unique = list({item.pk: item for item in shown}.values())
    context = {
        "calendar": found,
        "chosen": chosen,
        "rows": pages.rows(unique[: queries.MOST_OF_DAY]),
        "left": max(len(unique) - queries.MOST_OF_DAY, 0),
        "today": local_day(timezone.now()),
        "may_file": may(reader, access.FILE),
        "first_weekday": [dt.date(2024, 1, day) for day in range(1, 8)],  # a Monday and the days behind it
        "region": org.everyday(found.campaign.region),
    }
    return render(request, "activities/calendar.html", context)

"""The photo wall: public copies only, the newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.activities import queries
from bihuan.activities.access import seen
from bihuan.activities.material_access import SEE_ACTIVITY
from bihuan.components.paging import paged
from bihuan.org.gate import DeskRequest, needs, open_to_all

PHOTOS = 48  # on a page: whole rows of 2, 3, 4 and 6


@never_cache
@require_safe
@needs(SEE_ACTIVITY)
def wall(request: DeskRequest) -> HttpResponse:
    """The photos of all activities that the reader sees."""
    found = queries.wall(seen(request.reader))
    only = request.GET.get("released") == "1"
    if only:
        found = found.filter(released_at__isnull=False)
    return render(request, "activities/wall.html", {"page": paged(request, found, "-pk", size=PHOTOS), "only": only})


@require_safe
@open_to_all
def public_wall(request: HttpRequest) -> HttpResponse:
    """The photos that were released, for everybody."""
    page = paged(request, queries.all_released(), "-pk", size=PHOTOS)
    return render(request, "activities/public_wall.html", {"page": page})

"""The script that opens the pages of a report without a network."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from bihuan.components.assets import asset
from bihuan.org.gate import open_to_all


@open_to_all
@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its address is its reach: it stands below nothing but what it serves, /activities/new/."""
    found = asset("worker.js")
    return HttpResponse(found.content, content_type=found.content_type)

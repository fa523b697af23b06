"""What pages are built from: the style guide, and the files that they load."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from bihuan.components import assets
from bihuan.components.styleguide import specimens
from bihuan.org.gate import open_to_all, signed_in

YEAR = 365 * 24 * 3600  # seconds


@signed_in
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component that pages are built from, in every state."""
    return render(request, "components/styleguide.html", specimens())


@open_to_all
@require_safe
@cache_control(public=True, immutable=True, max_age=YEAR)
def asset(request: HttpRequest, name: str) -> HttpResponse:
    """A file that pages load. Its name changes with its content, so it may be kept for ever."""
    found = assets.served_as(name)
    if found is None:
        raise Http404
    return HttpResponse(found.content, content_type=found.content_type)

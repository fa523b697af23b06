"""The first page: what waits for the reader, or the way in."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.org.gate import DeskRequest, open_to_all, to_first_change
from bihuan.web.desk import desk_page


@never_cache
@require_safe
@open_to_all
def desk(request: DeskRequest) -> HttpResponse:
    """The desk of someone who is signed in; for everyone else the public page."""
    if not request.reader.known:
        return render(request, "web/public.html")
    if first := to_first_change(request):
        return first
    return render(request, "web/desk.html", {"page": desk_page(request.reader, at=timezone.now())})

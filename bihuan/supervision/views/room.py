"""The supervision room: what is red now, what waits for whom; and the list of notices."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.components.paging import paged
from bihuan.loop.matter_page import state_words, time_left
from bihuan.org.access import may
from bihuan.org.gate import DeskRequest, needs
from bihuan.supervision.access import CONCERNED, SEE, seen
from bihuan.supervision.models import Notice
from bihuan.supervision.pages.room import RoomPage, flow_of


@never_cache
@require_safe
@needs(SEE, CONCERNED)
def room(request: DeskRequest) -> HttpResponse:
    """The room."""
    page = RoomPage(request.reader, timezone.now())
    return render(request, "supervision/room.html", {"page": page})


@never_cache
@require_safe
@needs(SEE, CONCERNED)
def notices(request: DeskRequest) -> HttpResponse:
    """Every notice that the reader sees, the newest first."""
    found = seen(request.reader, Notice).select_related("matter", "paper", "unit")
    page = paged(request, found, "-pk")
    day = request.reader.day
    rows = [(item, state_words(flow_of(item), item.matter.state), time_left(item.matter, day)) for item in page]
    return render(request, "supervision/notices.html", {"page": page, "rows": rows, "office": may(request.reader, SEE)})

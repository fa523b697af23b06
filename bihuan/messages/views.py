"""The inbox."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.components.paging import paged
from bihuan.messages import actions, queries
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, safe_next, signed_in


@never_cache
@require_safe
@signed_in
def inbox(request: DeskRequest) -> HttpResponse:
    """What one was told, the newest first; the unread alone unless all are asked for."""
    now = timezone.now()
    everything = request.GET.get("show") == "all"
    found = queries.inbox(_own(request), at=now, unread_only=not everything)
    page = paged(request, found, "-newest_at", "-pk")
    return render(request, "messages/inbox.html", {"page": page, "everything": everything, "until": now})


@require_POST
@signed_in
def open_message(request: DeskRequest, pk: int) -> HttpResponse:
    """Mark a message as read and go to what it is about."""
    message = queries.own(_own(request), pk)
    if message is None:
        raise NotThere
    count = request.POST.get("count", "")
    actions.mark_read(message=message, count=int(count) if count.isdecimal() else 0, at=timezone.now())
    stay = request.POST.get("stay")
    return HttpResponseRedirect(reverse("messages:inbox") if stay else safe_next(request, message.url))


@require_POST
@signed_in
def read_all(request: DeskRequest) -> HttpResponse:
    """Mark all that stood on the page's moment as read; what came since stays unread."""
    until = _moment(request.POST.get("until", ""))
    if until is not None:
        actions.mark_all_read(person=_own(request), until=until, at=timezone.now())
    return HttpResponseRedirect(reverse("messages:inbox"))


def _moment(text: str) -> dt.datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _own(request: DeskRequest) -> int:
    person = request.reader.person
    if person is None:
        raise NotThere
    return person.pk

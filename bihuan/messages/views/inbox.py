"""The inbox."""

from __future__ import annotations

import datetime as dt
import re

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bihuan.components.paging import paged
from bihuan.messages import actions, queries
from bihuan.messages.access import SET_QUIET, own
from bihuan.messages.rules import is_snapshot
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, safe_next, signed_in


@never_cache
@require_safe
@signed_in
def inbox(request: DeskRequest) -> HttpResponse:
    """What one was told, the newest first; the unread alone unless all are asked for."""
    now, seen = timezone.now(), queries.snapshot()
    everything = request.GET.get("show") == "all"
    found = queries.inbox(own(request.reader), at=now, unread_only=not everything)
    page = paged(request, found, "-newest_at", "-pk")
    context = {"page": page, "everything": everything, "until": now, "seen": seen}
    context["quiet"] = queries.quiet_hours(on=request.reader.day)
    context["sets_quiet"] = request.reader.at_top(SET_QUIET)
    return render(request, "messages/inbox.html", context)


@require_POST
@signed_in
def open_message(request: DeskRequest, pk: int) -> HttpResponse:
    """Mark a message as read and go to what it is about; or stay, with it marked as read or as unread."""
    message = queries.own(own(request.reader), pk)
    if message is None:
        raise NotThere
    stay = request.POST.get("stay", "")
    if stay == "unread":
        actions.mark_unread(message=message)
    else:
        count = request.POST.get("count", "")
        seen = int(count) if re.fullmatch("[0-9]{1,9}", count) else 0
        actions.mark_read(message=message, count=seen, at=timezone.now())
    if not stay:
        return HttpResponseRedirect(safe_next(request, message.url))
    back = reverse("messages:inbox")
    return HttpResponseRedirect(f"{back}?show=all" if request.POST.get("show") == "all" else back)


@require_POST
@signed_in
def read_all(request: DeskRequest) -> HttpResponse:
    """Mark all that was on the list as the page was made; what came since stays unread."""
    until, seen = _moment(request.POST.get("until", "")), request.POST.get("seen", "")
    if until is not None and is_snapshot(seen):
        actions.mark_all_read(person=own(request.reader), until=until, seen=seen, at=timezone.now())
    return HttpResponseRedirect(reverse("messages:inbox"))


def _moment(text: str) -> dt.datetime | None:
    try:
        found = parse_datetime(text)
        return found.astimezone(dt.UTC) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None

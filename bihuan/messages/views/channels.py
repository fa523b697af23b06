"""A person's channels, and what went out by them."""

from __future__ import annotations

import re

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.components.paging import paged
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.messages import actions, queries
from bihuan.messages.access import own, the_channel
from bihuan.messages.forms import ChannelForm
from bihuan.messages.moments import KINDS, SCOPES
from bihuan.messages.sending import Kind, Scope
from bihuan.messages.sent import sent
from bihuan.org.gate import DeskRequest, signed_in

DONE: dict[str, tuple[str, str]] = {
    "added": ("渠道已添加，请发一条测试消息。", "The channel is added: send a test by it."),
    "tested": ("测试消息正在发出，结果见发送记录。", "A test is on its way: see what went out."),
    "paused": ("渠道已暂停，待发的已撤回。", "The channel is paused; what waited is withdrawn."),
    "resumed": ("渠道已恢复。", "The channel is resumed."),
    "ended": ("渠道已删除，地址已清除。", "The channel is gone, and its address with it."),
    "scope": ("已保存。", "Saved."),
}


@never_cache
@sensitive_post_parameters("address", "secret")
@require_http_methods(["GET", "POST"])
@signed_in
def channels(request: DeskRequest) -> HttpResponse:
    """One's channels, and a form for one more."""
    form, status = ChannelForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.add_channel(person=own(request.reader), by=request.reader.by, at=timezone.now(), **form.wish())
                return _done("added")
            except Refusal as refusal:
                form.add_error(None, refusal.said())
    return _page(request, form, status=status)


@never_cache
@require_POST
@signed_in
def channel(request: DeskRequest, pk: int) -> HttpResponse:
    """Test, pause, resume or take away one of one's channels, or say what goes out by it."""
    found, by, at = the_channel(request.reader, pk), request.reader.by, timezone.now()
    typed = request.POST.get("version", "")
    version = int(typed) if re.fullmatch("[0-9]{1,9}", typed) else 0
    what = request.POST.get("what", "")
    try:
        if what == "test":
            actions.test_channel(channel=found, by=by, at=at)
            return _done("tested")
        if what == "pause":
            actions.pause_channel(channel=found, version=version, by=by, at=at)
            return _done("paused")
        if what == "resume":
            actions.resume_channel(channel=found, version=version, by=by, at=at)
            return _done("resumed")
        if what == "end":
            actions.end_channel(channel=found, version=version, by=by, at=at)
            return _done("ended")
        if what in list(Scope):
            actions.set_scope(channel=found, scope=Scope(what), version=version, by=by, at=at)
            return _done("scope")
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _page(request, ChannelForm(), refused=refusal.said(), status=422)
    return _page(request, ChannelForm(), status=422)


@never_cache
@require_safe
@signed_in
def outgoing(request: DeskRequest) -> HttpResponse:
    """What went out to oneself, the newest first, each attempt with its outcome."""
    page = paged(request, queries.outgoing(own(request.reader)), "-pk")
    return render(request, "messages/outgoing.html", {"page": page, "rows": [sent(row) for row in page]})


def _page(request: DeskRequest, form: ChannelForm, *, refused: str = "", status: int = 200) -> HttpResponse:
    rows = [
        {
            "channel": found,
            "kind": say(*KINDS[Kind(found.kind)]),
            "scope": say(*SCOPES[Scope(found.scope)]),
            "other": Scope.ALL if found.scope == Scope.URGENT else Scope.URGENT,
        }
        for found in queries.channels(own(request.reader))
    ]
    words = DONE.get(request.GET.get("done", "")) if request.method == "GET" else None
    quiet = queries.quiet_hours(on=request.reader.day)
    context = {"rows": rows, "form": form, "refused": refused, "done": say(*words) if words else "", "quiet": quiet}
    return render(request, "messages/channels.html", context, status=status)


def _done(what: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('messages:channels')}?done={what}")

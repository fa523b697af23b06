"""What holds for the whole installation: quiet hours, the way out, and all that went out."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.components.paging import paged
from bihuan.lib.refusals import Refusal
from bihuan.messages import actions, queries
from bihuan.messages.access import SEE_OUTGOING, SET_GATEWAY, SET_QUIET, over_all
from bihuan.messages.forms import GatewayForm, QuietForm
from bihuan.messages.sent import sent
from bihuan.org import queries as org
from bihuan.org.gate import DeskRequest, needs

CHANGES = 20  # of the quiet hours, on their page


@require_http_methods(["GET", "POST"])
@needs(SET_QUIET)
def quiet(request: DeskRequest) -> HttpResponse:
    """The quiet hours, how they changed, and a form for others."""
    reader = request.reader
    over_all(reader, SET_QUIET)
    holds = queries.quiet_hours(on=reader.day)
    form = QuietForm(request.POST or None, initial={"begin": holds.begin, "end": holds.end, "valid_from": reader.day})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                actions.set_quiet_hours(**form.cleaned_data, today=reader.day, by=reader.by, at=timezone.now())
                return HttpResponseRedirect(reverse("messages:quiet") + "?done")
            except Refusal as refusal:
                form.add_error(None, refusal.said())
    changes = list(queries.quiet_changes()[:CHANGES])
    names = org.names(change.by for change in changes)
    rows = [(change, names.get(change.by, change.by)) for change in changes]
    context = {"form": form, "holds": holds, "rows": rows, "done": "done" in request.GET}
    return render(request, "messages/quiet.html", context, status=status)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@needs(SET_GATEWAY)
def gateway(request: DeskRequest) -> HttpResponse:
    """The mail server, the cap, the networks inside that webhooks may reach."""
    over_all(request.reader, SET_GATEWAY)
    row = queries.gateway()
    form, status = GatewayForm(request.POST or None, initial=GatewayForm.of(row)), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                found = form.cleaned_data
                wish = actions.GatewayWish(form.mail(), found["inside"], found["per_hour"], found["bare"])
                actions.set_gateway(wish=wish, version=found["version"], by=request.reader.by, at=timezone.now())
                return HttpResponseRedirect(reverse("messages:gateway") + "?done")
            except Refusal as refusal:
                if refusal.status != 422:
                    raise
                form.add_error(None, refusal.said())
    context = {"form": form, "done": "done" in request.GET, "has_password": bool(row.mail_password)}
    return render(request, "messages/gateway.html", context, status=status)


@never_cache
@require_safe
@needs(SEE_OUTGOING)
def all_outgoing(request: DeskRequest) -> HttpResponse:
    """What went out to everybody: to whom, by what, how it went; never what it said."""
    over_all(request.reader, SEE_OUTGOING)
    troubled = request.GET.get("show") == "trouble"
    page = paged(request, queries.outgoing_in_trouble() if troubled else queries.outgoing(), "-pk")
    context = {"page": page, "rows": [sent(row) for row in page], "troubled": troubled}
    return render(request, "messages/all_outgoing.html", context)

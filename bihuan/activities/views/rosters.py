"""Rosters of training: the list, one roster with who is missing, each verb as a form that is one action."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.activities import actions, queries
from bihuan.activities.material_access import KEEP_ROSTER, SEE_ROSTER, keeping_units, rosters, the_roster
from bihuan.activities.material_forms import RosterForm
from bihuan.activities.roster_page import WAYS, RosterPage
from bihuan.activities.rules import audiences
from bihuan.campaigns.access import campaigns
from bihuan.components.paging import paged
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.loop.days import local_day
from bihuan.org.access import NotThere, may
from bihuan.org.gate import DeskRequest, needs

MOST = 100  # units or campaigns to choose from


@never_cache
@require_http_methods(["GET", "POST"])
@needs(SEE_ROSTER)
def listing(request: DeskRequest) -> HttpResponse:
    """All rosters that the reader sees, how far each was reached; and a new one."""
    reader = request.reader
    form = _form(request)
    status = 200
    if request.method == "POST":
        if form is None:
            raise NotThere
        if form.is_valid():
            try:
                made = _opened(request, form)
            except Refusal as refusal:
                form.add_error(None, refusal.said())
                status = refusal.status
            else:
                return HttpResponseRedirect(reverse("materials:roster", args=[made]))
        else:
            status = 422
    page = paged(request, rosters(reader), "-pk")
    reached = queries.coverage(page.rows)
    known = audiences()
    rows = [(row, _said(known, row.target), reached[row.pk]) for row in page]
    return render(request, "activities/rosters.html", {"page": page, "rows": rows, "form": form}, status=status)


def _said(known: Any, code: str) -> str:
    return say(known[code].zh, known[code].en) if code in known else code


def _form(request: DeskRequest) -> RosterForm | None:
    if not may(request.reader, KEEP_ROSTER):
        return None
    own = {post.unit_id: post.unit for post in request.reader.posts}
    units = list(keeping_units(request.reader).order_by("pk")[:MOST])
    units.sort(key=lambda unit: unit.pk not in own)
    data = request.POST if request.method == "POST" else None
    return RosterForm(data, units=units, campaigns=campaigns(request.reader)[:MOST])


def _opened(request: DeskRequest, form: RosterForm) -> int:
    given = form.cleaned_data
    unit = form.units[given["unit"]]
    row = actions.open_roster(
        unit=unit,
        region=unit.region,
        target=given["target"],
        name=given["name"],
        campaign=form.campaigns.get(given["campaign"]),
        book=unit.book,
        by=request.reader.by,
        at=timezone.now(),
    )
    return row.pk


@never_cache
@require_safe
@needs(SEE_ROSTER)
def roster(request: DeskRequest, pk: int) -> HttpResponse:
    """One roster: how far it was reached, and who is missing."""
    return _shown(request, pk)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(KEEP_ROSTER)
def act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one verb. What was refused is said on the page, with what was typed."""
    found = the_roster(request.reader, KEEP_ROSTER, pk)
    way = WAYS.get(verb)
    if way is None:
        raise NotThere
    address = reverse("materials:roster", args=[pk])
    if request.method != "POST":
        return HttpResponseRedirect(address)
    at = timezone.now()
    form = way.form(request.POST, verb=verb, day=local_day(at))
    status = 422
    if form.is_valid():
        try:
            way.run(found, form, request.reader.by, at)
        except NotThere:
            raise
        except Refusal as refusal:
            form.add_error(None, refusal.said())
            status = refusal.status
        else:
            return HttpResponseRedirect(f"{address}?done={verb}")
    return _shown(request, pk, tried=(verb, form), status=status)


def _shown(request: DeskRequest, pk: int, *, tried: Any = None, status: int = 200) -> HttpResponse:
    found = the_roster(request.reader, SEE_ROSTER, pk)
    page = RosterPage(found, request, timezone.now(), tried=tried)
    way = WAYS.get(request.GET.get("done", ""))
    done = say(f"已办：{way.zh}。", f"Done: {way.en.lower()}.") if way else ""
    return render(request, "activities/roster.html", {"page": page, "roster": found, "done": done}, status=status)

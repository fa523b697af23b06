"""Bulletins: the list, one, the matters behind a number, making one, writing it as a paper."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.components.downloads import csv_download
from bihuan.components.paging import paged
from bihuan.documents.access import DRAFT_PAPER
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.loop.flows import Light
from bihuan.org import queries as org
from bihuan.org.access import may, the, within
from bihuan.org.gate import DeskRequest, needs
from bihuan.supervision import access, actions, queries
from bihuan.supervision.bulletin_rules import COUNTS, NAMES, Month, Openness
from bihuan.supervision.forms.bulletins import BulletinForm, PaperForm
from bihuan.supervision.light_rules import COLOURS
from bihuan.supervision.pages.bulletins import count_name, shown
from bihuan.supervision.queries.bulletins import Asked, default_asked, item_of, listed, papers_of

if TYPE_CHECKING:
    from bihuan.supervision.models import Bulletin

_ORDER = ("-month", "-pk")


@never_cache
@require_safe
@needs(access.SEE_BULLETIN)
def bulletins(request: DeskRequest) -> HttpResponse:
    """The bulletins of the reader's regions, the newest month first."""
    page = paged(request, listed(within(request.reader, access.SEE_BULLETIN, access.BULLETINS)), *_ORDER)
    names = org.names({item.by for item in page})
    context = {
        "page": page,
        "rows": [(item, names.get(item.by, "")) for item in page],
        "may_make": may(request.reader, access.MAKE_BULLETIN),
    }
    return render(request, "supervision/bulletins.html", context)


@never_cache
@require_safe
@needs(access.SEE_BULLETIN)
def bulletin(request: DeskRequest, pk: int) -> HttpResponse:
    """One bulletin: units by number, what became of matters since last month, what is overdue, its papers."""
    found = _bulletin(request, pk)
    said = queries.stored(found)
    table = queries.table(queries.asked_of(found), said, found.previous, ranked=bool(found.ranking_basis))
    overdue = sorted((item for item in said.items if "overdue" in item.counted), key=lambda item: -item.days_late)
    checked = queries.broken(found) if "check" in request.GET else None
    context = {
        "bulletin": found,
        "month": Month(found.month),
        "table": shown(table, key=found.pk),
        "overdue": [(table.units[item.unit].name, item) for item in overdue[:10]],
        "overdue_count": len(overdue),
        "newest": queries.newest(found),
        "papers": papers_of(found),
        "paper_form": PaperForm() if may(request.reader, DRAFT_PAPER, found) else None,
        "checked": "check" in request.GET,
        "broken": say(*checked) if checked else "",
        "rules_name": say(found.rules["zh"], found.rules["en"]),
    }
    return render(request, "supervision/bulletin.html", context)


def _bulletin(request: DeskRequest, pk: int) -> Bulletin:
    rows = listed(access.BULLETINS.all())
    return the(request.reader, access.SEE_BULLETIN, access.BULLETINS, rows, pk=pk)


@never_cache
@require_safe
@needs(access.SEE_BULLETIN)
def matters(request: DeskRequest, pk: int) -> HttpResponse:
    """The matters behind a number of a bulletin."""
    found = _bulletin(request, pk)
    count = request.GET.get("count", "total")
    unit_text = request.GET.get("unit", "")
    unit = int(unit_text) if unit_text.isascii() and unit_text.isdecimal() and len(unit_text) < 18 else None
    rows = queries.behind(found, unit=unit, count=count if count in COUNTS else "total")
    page = paged(request, rows.select_related("unit"), "pk")
    context = {
        "bulletin": found,
        "month": Month(found.month),
        "page": page,
        "items": [(row.unit.name, item_of(row), say(*COLOURS[Light(row.light)])) for row in page],
        "count_name": count_name(count if count in COUNTS else "total"),
        "unit_name": page.rows[0].unit.name if unit is not None and page.rows else "",
    }
    return render(request, "supervision/bulletin_matters.html", context)


@never_cache
@require_safe
@needs(access.SEE_BULLETIN)
def table(request: DeskRequest, pk: int) -> HttpResponse:
    """The rows of a bulletin as a CSV for a spreadsheet."""
    found = _bulletin(request, pk)
    laid = queries.table(queries.asked_of(found), queries.stored(found), None, ranked=bool(found.ranking_basis))
    counts = [*COUNTS, "notices", "rate"]
    heads = [
        say("单位", "unit"),
        *(say(*NAMES[count]) for count in counts),
        say("截止", "cut-off"),
        say("账本", "book"),
    ]
    moment = timezone.localtime(found.cut_off).strftime("%Y-%m-%d %H:%M")
    rows = []
    for line in (*laid.lines, laid.all):
        numbers = [line.row.counts[name] for name in COUNTS]
        unit = line.unit.name if line.unit else say("合计", "all together")
        rows.append([unit, *numbers, line.row.notices, line.rate, moment, found.book])
    return csv_download([heads, *rows], f"{found.campaign.name}-{found.month:%Y-%m}-v{found.version}.csv")


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.MAKE_BULLETIN)
def make(request: DeskRequest) -> HttpResponse:
    """Say of what, see what it would say, freeze it."""
    now = timezone.now()
    campaigns = access.campaigns_to_tell_of(request.reader)
    data = request.POST if request.method == "POST" else request.GET if "month" in request.GET else None
    wanted = (data or request.GET).get("campaign", "")
    campaign = next((item for item in campaigns if str(item.pk) == wanted), campaigns[0] if campaigns else None)
    regions = access.regions_to_tell_of(request.reader, campaign) if campaign else []
    initial = default_asked(campaign, at=now) if campaign else {}
    form = BulletinForm(data, campaigns=campaigns, regions=regions, initial=initial)
    context: dict[str, Any] = {"form": form, "campaigns": campaigns}
    if data is not None and form.is_valid():
        try:
            answer = _made(request, form, now) if request.method == "POST" else None
            if answer:
                return answer
            context |= _preview(form, now)
        except Refusal as error:
            form.add_error(None, error.said())
    status = 422 if form.errors else 200
    return render(request, "supervision/bulletin_make.html", context, status=status)


def _asked(form: BulletinForm, now: dt.datetime) -> Asked:
    campaign, region = form.chosen
    given = form.cleaned_data
    return actions.asked(campaign=campaign, region=region, month=given["month"], cut_off=given["cut_off"], at=now)


def _made(request: DeskRequest, form: BulletinForm, now: dt.datetime) -> HttpResponse:
    campaign, region = form.chosen
    given = form.cleaned_data
    made = actions.freeze(
        campaign=campaign, region=region, month=given["month"], cut_off=given["cut_off"],
        ranking_basis=given["ranking_basis"], by=request.reader.by, at=now,
    )  # fmt: skip
    return HttpResponseRedirect(reverse("supervision:bulletin", args=[made.pk]))


def _preview(form: BulletinForm, now: dt.datetime) -> dict[str, Any]:
    asked = _asked(form, now)
    said = queries.compute(asked)
    before = queries.month_before(asked)
    laid = queries.table(asked, said, before, ranked=bool(form.cleaned_data["ranking_basis"]))
    return {"asked": asked, "said": said, "table": shown(laid, key=None), "before": before}


@never_cache
@require_POST
@needs(DRAFT_PAPER)
def write(request: DeskRequest, pk: int) -> HttpResponse:
    """Open a bulletin as a draft paper."""
    found = _bulletin(request, pk)
    the(request.reader, DRAFT_PAPER, access.BULLETINS, pk=pk)
    form = PaperForm(request.POST)
    if not form.is_valid():
        return HttpResponseRedirect(reverse("supervision:bulletin", args=[pk]))
    openness, basis = Openness(form.cleaned_data["openness"]), form.cleaned_data["basis"]
    by, at = request.reader.by, timezone.now()
    document = actions.write_paper(bulletin=found, openness=openness, basis=basis, by=by, at=at)
    return HttpResponseRedirect(reverse("documents:paper", args=[document.pk]))

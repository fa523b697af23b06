"""Closed periods (关账): which there are, what was corrected under errata, and the correction of one record."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.campaigns import access, actions, queries
from bihuan.campaigns.forms_closings import ClosePeriodForm, ErratumForm
from bihuan.components.paging import paged
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import NotThere, may
from bihuan.org.gate import DeskRequest, needs

LONGEST_SEARCH = 40
DONE = {
    "closed": ("已关账。以后的改动都要凭勘误。", "Closed: from now on it changes by errata alone."),
    "corrected": ("已凭勘误更正，合计随之更新。", "Corrected under an erratum; the totals follow."),
}


@never_cache
@require_safe
@needs(access.SEE_CAMPAIGN)
def closings(request: DeskRequest) -> HttpResponse:
    """The closings that concern the reader, the newest period first."""
    page = paged(request, access.closings(request.reader), "-last", "-pk")
    context = {
        "page": page,
        "lines": queries.closing_lines(page.rows),
        "closes": access.campaigns_to_close(request.reader).exists(),
    }
    return render(request, "campaigns/closings.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.CLOSE_PERIOD)
def close(request: DeskRequest) -> HttpResponse:
    """Close a period of a campaign."""
    found = list(access.campaigns_to_close(request.reader)[:50])
    form = ClosePeriodForm(request.POST or None, campaigns=found, chosen=request.GET.get("campaign", "")[:18])
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = actions.close_campaign_period(**form.wish(), by=request.reader.by, at=timezone.now())
                return HttpResponseRedirect(reverse("closings:closing", args=[row.pk]) + "?done=closed")
            except Refusal as refusal:
                form.add_error(None, refusal.said())
    return render(request, "campaigns/close.html", {"form": form, "campaigns": found}, status=status)


@never_cache
@require_safe
@needs(access.SEE_CAMPAIGN)
def closing(request: DeskRequest, pk: int) -> HttpResponse:
    """One closing: who closed it, its errata, and for its office its records."""
    row = access.closing(request.reader, pk)
    corrects = may(request.reader, access.CORRECT_CLOSED, row)
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH].replace("\0", "")
    done = DONE.get(request.GET.get("done", ""))
    context: dict[str, Any] = {
        "closing": row,
        "who": org.name_of(row.entry.by),
        "errata": queries.errata_of(row, partial(access.visible_regions, request.reader)),
        "corrects": corrects,
        "words": words,
        "done": say(*done) if done else "",
    }
    if corrects:
        context["page"] = page = paged(request, queries.records_of(row, words), "-period_end", "-pk")
        context["records"] = queries.record_lines(page.rows)
    return render(request, "campaigns/closing.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.CORRECT_CLOSED)
def erratum(request: DeskRequest, pk: int, figure: int) -> HttpResponse:
    """Open an erratum and correct a record under it, in one go."""
    row = access.closing_to_correct(request.reader, pk)
    record = queries.record_of(row, figure)
    if record is None:
        raise NotThere
    initial = {"version": record.revision.version, "value": record.printed}
    form = ErratumForm(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                actions.correct_closed(
                    closing=row,
                    figure=record.revision.figure,
                    expected_version=given["version"],
                    value=given["value"],
                    reason=given["reason"],
                    by=request.reader.by,
                    at=timezone.now(),
                )
                return HttpResponseRedirect(reverse("closings:closing", args=[pk]) + "?done=corrected#errata")
            except Refusal as refusal:
                if refusal.status == 409:
                    raise
                form.add_error(None, refusal.said())
    context = {"closing": row, "record": record, "form": form}
    return render(request, "campaigns/erratum.html", context, status=status)

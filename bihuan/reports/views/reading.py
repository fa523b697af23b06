"""The reading page: the text beside what was taken from it, and one decision at a time."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.lib.refusals import Refusal
from bihuan.org import queries as org
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs
from bihuan.reports import access, actions, queries
from bihuan.reports.forms import CorrectionForm
from bihuan.reports.models import Proposal, Submission
from bihuan.reports.reading_page import ReadingPage
from bihuan.reports.refusals import StaleDecisionError
from bihuan.reports.rules import Decision, Standing
from bihuan.reports.views.submissions import found, version_of

DONE = frozenset(("handed-in", "again", "decided-all", "confirmed", "accepted", "returned"))
# What the buttons of a figure say.
CHOICES: dict[str, tuple[Decision, Standing | None]] = {
    "confirm": (Decision.CONFIRM, None),
    "record": (Decision.CONFIRM, Standing.RECORD),
    "statement": (Decision.CONFIRM, Standing.STATEMENT),
    "known": (Decision.KNOWN, None),
    "refuse": (Decision.REFUSE, None),
    "reopen": (Decision.REOPEN, None),
}


@never_cache
@require_safe
@needs(access.SEE_SUBMISSION)
def submission(request: DeskRequest, pk: int) -> HttpResponse:
    """One report: its text with the figures marked, beside what was taken from each."""
    return _page(request, found(request, access.SEE_SUBMISSION, pk))


def _page(
    request: DeskRequest, item: Submission, *, correcting: CorrectionForm | None = None, status: int = 200
) -> HttpResponse:
    page = ReadingPage(item, request.reader)
    if (
        correcting is None
        and page.rights.decide
        and (key := request.GET.get("correct", "")).isascii()
        and key.isdigit()
    ):
        proposal = next((row.proposal for row in page.rows if str(row.proposal.pk) == key), None)
        correcting = _form(item, proposal) if proposal else None
    context = {
        "own": page,
        "submission": item,
        "current": correcting.proposal.pk if correcting else page.current,
        "correcting": correcting,
        "papers": page.papers,
        "done": done if (done := request.GET.get("done", "")) in DONE else "",
    }
    return render(request, "reports/reading.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.DECIDE)
def reading(request: DeskRequest, pk: int, proposal: int) -> HttpResponse:
    """Decide one figure; by GET its card, with the form of a correction where that is asked for."""
    item = found(request, access.DECIDE, pk)
    one = queries.proposal(item, proposal)
    if one is None:
        raise NotThere
    if request.method != "POST":
        if not request.headers.get("HX-Request"):
            return _back(item, one, correct="correct" in request.GET)
        form = _form(item, one) if "correct" in request.GET else None
        return _card(request, item, one, correcting=form)
    choice = request.POST.get("choice", "")
    if choice == "correct":
        return _correct(request, item, one)
    if choice not in CHOICES:
        raise NotThere
    decision, kind = CHOICES[choice]
    return _decide(request, item, one, decision, kind=kind)


def _correct(request: DeskRequest, item: Submission, one: Proposal) -> HttpResponse:
    form = _form(item, one, request.POST)
    if not form.is_valid():
        if request.headers.get("HX-Request"):
            return _card(request, item, one, correcting=form, status=422)
        return _page(request, item, correcting=form, status=422)
    return _decide(request, item, one, Decision.CORRECT, meant=form.meant(), note=form.cleaned_data["note"])


def _decide(request: DeskRequest, item: Submission, one: Proposal, decision: Decision, **more: Any) -> HttpResponse:
    try:
        one = actions.decide(
            proposal=one,
            decision=decision,
            expected_version=version_of(request),
            by=request.reader.by,
            at=timezone.now(),
            **more,
        )
    except Refusal as error:
        if not request.headers.get("HX-Request"):
            raise
        if isinstance(error, StaleDecisionError):
            one = error.proposal
        return _card(request, item, one, refused=error.said(), status=error.status)
    return _card(request, item, one) if request.headers.get("HX-Request") else _back(item, one)


def _form(item: Submission, one: Proposal, data: Any = None) -> CorrectionForm:
    places = [item.region, *org.children(item.region, item.campaign.edition)]
    return CorrectionForm(data, proposal=one, places=places, measures=queries.names_of_measures())


def _card(request: DeskRequest, item: Submission, one: Proposal, **more: Any) -> HttpResponse:
    """The card of one figure, its place in the text, and how far one is: what htmx puts into the page at hand."""
    status = more.pop("status", 200)
    page = ReadingPage(item, request.reader)
    context = {"own": page, "submission": item, "row": page.row(one), "swapped": True, "current": one.pk, **more}
    return render(request, "reports/card_swapped.html", context, status=status)


def _back(item: Submission, one: Proposal, *, correct: bool = False) -> HttpResponseRedirect:
    address = reverse("reports:submission", args=[item.pk])
    return HttpResponseRedirect(f"{address}{f'?correct={one.pk}' if correct else ''}#r{one.pk}")

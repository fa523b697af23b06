"""The pages of single things and their verbs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.lib.refusals import Refusal
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs
from bihuan.supervision import actions
from bihuan.supervision.access import (
    CONCERNED,
    LOOK,
    SEE,
    the_look,
    the_open_finding,
    the_seen,
)
from bihuan.supervision.doing import made
from bihuan.supervision.forms.verbs import FoundForm, SeenThereForm, SettledForm
from bihuan.supervision.models import Circular, Conclusion, Mandate, Notice, Round, Supervised, Talk
from bihuan.supervision.pages.censure import CIRCULAR_VERBS, TALK_VERBS, CensurePage
from bihuan.supervision.pages.conclusion import VERBS as CONCLUSION_VERBS
from bihuan.supervision.pages.conclusion import ConclusionPage
from bihuan.supervision.pages.mandate import MANDATE_VERBS, SUPERVISED_VERBS, MandatePage, SupervisedRow
from bihuan.supervision.pages.notice import VERBS as NOTICE_VERBS
from bihuan.supervision.pages.notice import NoticePage
from bihuan.supervision.pages.round import VERBS as ROUND_VERBS
from bihuan.supervision.pages.round import RoundPage
from bihuan.supervision.views.acting import act, done, shown

# -- mandates ------------------------------------------------------------------------------------------------


def _mandate(request: DeskRequest, pk: int) -> MandatePage:
    return MandatePage(the_seen(request.reader, Mandate, pk), request.reader, timezone.now())


@never_cache
@require_safe
@needs(SEE)
def mandate(request: DeskRequest, pk: int) -> HttpResponse:
    """One mandate, and all under it."""
    verbs = MANDATE_VERBS | SUPERVISED_VERBS  # what was just done to one of its matters is said here
    page = _mandate(request, pk)
    answer = shown(request, page, MANDATE_VERBS, "supervision/mandate.html")
    if "done" in request.GET and request.GET["done"] not in MANDATE_VERBS:
        context: dict[str, Any] = {"page": page, "offers": [], "done": done(request, verbs)}
        return render(request, "supervision/mandate.html", context)
    return answer


@never_cache
@require_http_methods(["GET", "POST"])
@needs(SEE)
def mandate_act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one verb of a mandate."""
    return act(request, _mandate, MANDATE_VERBS, "supervision/mandate.html", pk=pk, verb=verb)


@never_cache
@require_POST
@needs(SEE)
def supervised_act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Approve, refuse or end the supervision of one matter; what was refused is said on its mandate's page."""
    reader, at = request.reader, timezone.now()
    row = SupervisedRow(the_seen(reader, Supervised, pk), reader, at)
    way = SUPERVISED_VERBS.get(verb)
    if way is None or not way.may(row):
        raise NotThere
    form = made(way, f"{verb}{pk}", row, request.POST)
    status = 422
    if form.is_valid():
        try:
            way.run(row, form)
        except Refusal as refusal:
            form.add_error(None, refusal.said())
            status = refusal.status
        else:
            return HttpResponseRedirect(f"{_page_of(row)}?done={verb}#supervised-{pk}")
    page = MandatePage(the_seen(reader, Mandate, row.row.mandate_id), reader, at, (pk, verb, form))
    fresh = next((item for item in page.supervised if item.row.pk == pk), None)
    if fresh is not None and form.data:
        form.data = form.data.copy()
        form.data["version"] = fresh.version
    orphan = form if fresh is None or not any(item.tried for item in fresh.offers) else None
    context: dict[str, Any] = {"page": page, "offers": [], "orphan": orphan, "done": ""}
    return render(request, "supervision/mandate.html", context, status=status)


def _page_of(row: SupervisedRow) -> str:
    return MandatePage(row.row.mandate, row.reader, row.at).url


@never_cache
@require_safe
@needs(SEE)
def supervised(request: DeskRequest, pk: int) -> HttpResponse:
    """One matter under supervision: its place on the page of its mandate."""
    row = the_seen(request.reader, Supervised, pk)
    url = MandatePage(row.mandate, request.reader, timezone.now()).url
    return HttpResponseRedirect(f"{url}#supervised-{row.pk}")


# -- rounds --------------------------------------------------------------------------------------------------


def _round(request: DeskRequest, pk: int) -> RoundPage:
    return RoundPage(the_seen(request.reader, Round, pk), request.reader, timezone.now())


@never_cache
@require_safe
@needs(SEE)
def round_(request: DeskRequest, pk: int) -> HttpResponse:
    """One round."""
    return shown(request, _round(request, pk), ROUND_VERBS, "supervision/round.html")


@never_cache
@require_http_methods(["GET", "POST"])
@needs(SEE)
def round_act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one verb of a round."""
    return act(request, _round, ROUND_VERBS, "supervision/round.html", pk=pk, verb=verb)


@require_POST
@needs(LOOK)
def look(request: DeskRequest, pk: int) -> HttpResponse:
    """Write down what was seen."""
    item = the_look(request.reader, LOOK, pk)
    form = SeenThereForm(request.POST, pk=pk)
    return _written(request, item.round_id, "look", pk, form, lambda text, at: actions.look(
        look=item, seen=text, by=request.reader.by, at=at))  # fmt: skip


@require_POST
@needs(LOOK)
def find(request: DeskRequest, pk: int) -> HttpResponse:
    """Write down what was found."""
    item = the_look(request.reader, LOOK, pk)
    form = FoundForm(request.POST, pk=pk)
    return _written(request, item.round_id, "find", pk, form, lambda text, at: actions.find(
        look=item, text=text, by=request.reader.by, at=at))  # fmt: skip


@require_POST
@needs(LOOK)
def settle(request: DeskRequest, pk: int) -> HttpResponse:
    """A finding is settled; `round` in the form says on whose page."""
    item = the_open_finding(request.reader, LOOK, pk)
    form = SettledForm(request.POST, pk=pk)
    said = request.POST.get("round", "")
    page = int(said) if said.isascii() and said.isdigit() and len(said) < 19 else item.look.round_id
    return _written(request, page, "settle", pk, form, lambda text, at: actions.settle(
        finding=item, text=text, by=request.reader.by, at=at))  # fmt: skip


def _written(request: DeskRequest, page: int, kind: str, pk: int, form: Any, write: Any) -> HttpResponse:
    status = 422
    if form.is_valid():
        try:
            write(form.cleaned_data["text"], timezone.now())
        except Refusal as refusal:
            form.add_error(None, refusal.said())
            status = refusal.status
        else:
            return HttpResponseRedirect(_round(request, page).url + "#looks")
    row = RoundPage(the_seen(request.reader, Round, page), request.reader, timezone.now(), (kind, pk, form))
    orphan = None if row.writable or kind == "settle" else form
    context: dict[str, Any] = {"page": row, "offers": [], "orphan": orphan}
    return render(request, "supervision/round.html", context, status=status)


# -- notices -------------------------------------------------------------------------------------------------


def _notice(request: DeskRequest, pk: int) -> NoticePage:
    return NoticePage(the_seen(request.reader, Notice, pk), request.reader, timezone.now())


@never_cache
@require_safe
@needs(SEE, CONCERNED)
def notice(request: DeskRequest, pk: int) -> HttpResponse:
    """One notice."""
    return shown(request, _notice(request, pk), NOTICE_VERBS, "supervision/notice.html")


@never_cache
@require_http_methods(["GET", "POST"])
@needs(SEE, CONCERNED)
def notice_act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one verb of a notice."""
    return act(request, _notice, NOTICE_VERBS, "supervision/notice.html", pk=pk, verb=verb)


# -- talks, circulars ----------------------------------------------------------------------------------------


def _talk(request: DeskRequest, pk: int) -> CensurePage:
    return CensurePage(the_seen(request.reader, Talk, pk), request.reader, timezone.now())


def _circular(request: DeskRequest, pk: int) -> CensurePage:
    return CensurePage(the_seen(request.reader, Circular, pk), request.reader, timezone.now())


@never_cache
@require_safe
@needs(SEE, CONCERNED)
def talk(request: DeskRequest, pk: int) -> HttpResponse:
    """One talk."""
    return shown(request, _talk(request, pk), TALK_VERBS, "supervision/censure.html")


@never_cache
@require_http_methods(["GET", "POST"])
@needs(SEE)
def talk_act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one verb of a talk."""
    return act(request, _talk, TALK_VERBS, "supervision/censure.html", pk=pk, verb=verb)


@never_cache
@require_safe
@needs(SEE, CONCERNED)
def circular(request: DeskRequest, pk: int) -> HttpResponse:
    """One circular."""
    return shown(request, _circular(request, pk), CIRCULAR_VERBS, "supervision/censure.html")


@never_cache
@require_http_methods(["GET", "POST"])
@needs(SEE)
def circular_act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one verb of a circular."""
    return act(request, _circular, CIRCULAR_VERBS, "supervision/censure.html", pk=pk, verb=verb)


# -- conclusions, objections ---------------------------------------------------------------------------------


def _conclusion(request: DeskRequest, pk: int) -> ConclusionPage:
    return ConclusionPage(the_seen(request.reader, Conclusion, pk), request.reader, timezone.now())


@never_cache
@require_safe
@needs(SEE, CONCERNED)
def conclusion(request: DeskRequest, pk: int) -> HttpResponse:
    """One conclusion, and the objection to it."""
    return shown(request, _conclusion(request, pk), CONCLUSION_VERBS, "supervision/conclusion.html")


@never_cache
@require_http_methods(["GET", "POST"])
@needs(SEE, CONCERNED)
def conclusion_act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one verb of a conclusion or of its objection."""
    return act(request, _conclusion, CONCLUSION_VERBS, "supervision/conclusion.html", pk=pk, verb=verb)

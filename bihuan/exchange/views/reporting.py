"""What we report: the list, closing a period, one report with its lines, errata, questions; the bundles it became."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.components.paging import paged
from bihuan.exchange import access, actions, pages, queries
from bihuan.exchange.forms import AnswerForm, CloseForm, CorrectForm, ErratumForm, ReasonForm
from bihuan.exchange.refusals import ExchangeError
from bihuan.lib.refusals import Refusal
from bihuan.org import queries as org
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs


@never_cache
@require_safe
@needs(access.SEE)
def room(request: DeskRequest) -> HttpResponse:
    """What was reported upward, the newest first."""
    access.over_all(request.reader, access.SEE)
    page = paged(request, queries.reportings(), "-pk")
    questions = queries.questions_about([row.key for row in page])
    context = {
        "page": page,
        "rows": pages.reporting_lines(list(page), questions),
        "may_close": request.reader.at_top(access.REPORT),
        "peers_above": queries.peers_above(),
        "tab": "room",
    }
    return render(request, "exchange/room.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.REPORT)
def close(request: DeskRequest) -> HttpResponse:
    """Say which period, see whether the lists are complete, close it."""
    access.over_all(request.reader, access.REPORT)
    authority = org.authority()
    campaigns = queries.campaigns_to_report(authority.region) if authority else []
    peers = queries.peers_above()
    data = request.POST if request.method == "POST" else request.GET if "campaign" in request.GET else None
    initial = {"first": campaigns[0].period_start, "last": campaigns[0].period_end} if campaigns else {}
    form = CloseForm(data, campaigns=campaigns, peers=peers, initial=initial)
    context: dict[str, Any] = {"form": form, "campaigns": campaigns, "peers": peers, "tab": "room"}
    if data is not None and form.is_valid():
        wish = form.wish()
        context["found"] = found = queries.completeness(wish["campaign"], wish["period"])
        context["open"] = [(item, pages.receipt_words(item.state)) for item in found.open]
        if request.method == "POST":
            try:
                issue = actions.close_period(**wish, by=request.reader.by, at=timezone.now())
                return HttpResponseRedirect(reverse("exchange:reporting", args=[issue.reporting_id]))
            except Refusal as refusal:
                form.add_error("although" if refusal.code == "lists-open" else None, refusal.said())
    return render(request, "exchange/close.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@needs(access.SEE)
def reporting(request: DeskRequest, pk: int) -> HttpResponse:
    """One report: where it stands, its lines, its errata, what was asked and answered."""
    access.over_all(request.reader, access.SEE)
    return _reporting(request, pk)


def _reporting(request: DeskRequest, pk: int, *, erratum: ErratumForm | None = None) -> HttpResponse:
    row = queries.reporting(pk)
    if row is None:
        raise NotThere
    reader = request.reader
    issues = list(row.issues.all())
    last = issues[-1]
    account = queries.account_of(last)
    names = org.names([row.closed_by, *(item.signed_by for item in issues), *(item.by for item in issues)])
    talks = queries.talks(row.key, peer=row.peer)
    context = {
        "row": row,
        "issues": [(item, pages.issue_state(item), names.get(item.by, ""), names.get(item.signed_by, ""),
                    getattr(item, "bundle", None)) for item in issues],
        "last": last,
        "state": pages.issue_state(last),
        "bundle": getattr(last, "bundle", None),
        "bundle_why": pages.why(last.bundle) if hasattr(last, "bundle") else "",
        "stops": pages.stops(last),
        "account": account,
        "expected": account.expected if account else None,
        "open": [(unit, form, pages.receipt_words(state)) for unit, form, state in _open(account)],
        "lines": queries.shown(account.lines) if account else [],
        "changes": queries.shown(queries.changes(last)) if account and last.number > 1 else [],
        "talks": talks,
        "answer_form": AnswerForm(),
        "reports": reader.at_top(access.REPORT),
        "signs": reader.at_top(access.SIGN) and last.by != reader.by,
        "erratum_form": erratum or ErratumForm(),
        "drop_form": ReasonForm(),
        "tab": "room",
    }  # fmt: skip
    return render(request, "exchange/reporting.html", context, status=422 if erratum else 200)


def _open(account: Any) -> list[list[str]]:
    return list(account.expected.get("open", [])) if account else []


@require_POST
@needs(access.REPORT)
def erratum(request: DeskRequest, pk: int) -> HttpResponse:
    """Report again what has changed."""
    access.over_all(request.reader, access.REPORT)
    row = queries.reporting(pk)
    if row is None:
        raise NotThere
    form = ErratumForm(request.POST)
    if not form.is_valid():
        return _reporting(request, pk, erratum=form)
    actions.begin_erratum(reporting=row, reason=form.cleaned_data["reason"], by=request.reader.by, at=timezone.now())
    return HttpResponseRedirect(reverse("exchange:reporting", args=[pk]))


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.REPORT)
def line(request: DeskRequest, pk: int, key: str) -> HttpResponse:
    """The records behind a line of ours, and the correction of one."""
    access.over_all(request.reader, access.REPORT)
    row = queries.reporting(pk)
    found = queries.line_of(row, key) if row else None
    if row is None or found is None:
        raise NotThere
    records = queries.records_of(row, found)
    form = CorrectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = next((item for item in records if item.figure_id == given["figure"]), None)
        try:
            if chosen is None:
                raise ExchangeError("no-record", "没有这条记录，请刷新后再选", "no such record: look again")
            actions.correct_closed(
                reporting=row, figure=chosen.figure, expected_version=given["version"], value=given["value"],
                reason=given["reason"], by=request.reader.by, at=timezone.now(),
            )  # fmt: skip
            return HttpResponseRedirect(reverse("exchange:reporting", args=[pk]) + "?corrected#erratum")
        except Refusal as refusal:
            if refusal.status == 409:
                raise
            form.add_error(None, refusal.said())
    context = {
        "row": row,
        "line": queries.shown([found])[0],
        "records": [
            (item, form if _bound_to(form, item) else CorrectForm(initial=_initial(item), auto_id=f"r{item.pk}_%s"))
            for item in records
        ],
        "tab": "room",
    }
    return render(request, "exchange/line.html", context, status=422 if form.errors else 200)


def _initial(item: Any) -> dict[str, Any]:
    return {"figure": item.figure_id, "version": item.version, "value": item.printed}


def _bound_to(form: CorrectForm, item: Any) -> bool:
    return form.is_bound and form.data.get("figure") == str(item.figure_id)


@require_POST
@needs(access.REPORT, access.SIGN)
def issue_act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Sign a report, or drop it."""
    access.over_all(request.reader, access.SIGN if verb == "sign" else access.REPORT)
    row = queries.issue(pk)
    if row is None or verb not in ("sign", "drop"):
        raise NotThere
    given = request.POST.get("version", "")
    version = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
    by, now = request.reader.by, timezone.now()
    if verb == "sign":
        actions.sign_issue(issue=row, version=version, name=request.reader.name, by=by, at=now)
    else:
        actions.drop_issue(issue=row, version=version, reason=request.POST.get("reason", ""), by=by, at=now)
    return HttpResponseRedirect(reverse("exchange:reporting", args=[row.reporting_id]))


@require_POST
@needs(access.REPORT)
def answer(request: DeskRequest, pk: int) -> HttpResponse:
    """Answer a question of the other side."""
    access.over_all(request.reader, access.REPORT)
    row = queries.question(pk)
    if row is None or row.ours:
        raise NotThere
    text = request.POST.get("text", "")
    actions.answer(question=row, text=text, name=request.reader.name, by=request.reader.by, at=timezone.now())
    found = queries.reporting_of(row.about)
    return HttpResponseRedirect(reverse("exchange:reporting", args=[found.pk]) if found else reverse("exchange:room"))


# -- bundles ---------------------------------------------------------------------------------------------------------


@never_cache
@require_safe
@needs(access.SEE)
def bundle(request: DeskRequest, pk: int) -> HttpResponse:
    """One bundle of ours: how far it is, what it says, the receipt."""
    access.over_all(request.reader, access.SEE)
    row = queries.bundle(pk)
    if row is None:
        raise NotThere
    context = {
        "row": row,
        "kind": pages.kind_words(row.kind),
        "state": pages.bundle_state(row),
        "why": pages.why(row),
        "who": org.name_of(row.by),
        "lines": queries.shown(queries.lines_of(row.payload)),
        "words": queries.words_of(row.payload),
        "reports": request.reader.at_top(access.REPORT),
        "tab": "log",
    }
    return render(request, "exchange/bundle.html", context)


@require_POST
@needs(access.REPORT)
def bundle_act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Send a bundle again at once, or take it out as a file."""
    access.over_all(request.reader, access.REPORT)
    row = queries.bundle(pk)
    if row is None or verb not in ("again", "export"):
        raise NotThere
    by, now = request.reader.by, timezone.now()
    if verb == "again":
        actions.send_again(bundle=row, by=by, at=now)
        return HttpResponseRedirect(reverse("exchange:bundle", args=[pk]))
    envelope = actions.exported(bundle=row, by=by, at=now)
    name = f"上报包-{row.peer.name}-{row.sequence}.json"
    return as_file(envelope.text(), name)


def as_file(text: str, name: str) -> HttpResponse:
    """A signed text to be carried by hand."""
    answer = HttpResponse(text, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@never_cache
@require_safe
@needs(access.SEE)
def log(request: DeskRequest) -> HttpResponse:
    """All bundles of ours, the newest first."""
    access.over_all(request.reader, access.SEE)
    page = paged(request, queries.bundles(), "-pk")
    rows = [(row, pages.kind_words(row.kind), pages.bundle_state(row), pages.why(row)) for row in page]
    return render(request, "exchange/log.html", {"page": page, "rows": rows, "tab": "log"})

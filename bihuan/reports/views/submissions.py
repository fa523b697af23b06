"""The list of reports, handing one in, and passing it on: confirm, return, accept, compose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.campaigns.access import campaigns, own_line
from bihuan.components.paging import paged
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import Verb, the, within
from bihuan.org.gate import DeskRequest, needs
from bihuan.reports import access, actions, queries
from bihuan.reports.forms import ComposeForm, HandInForm, ReturnForm, SubmissionsFilter
from bihuan.reports.models import Submission
from bihuan.reports.reading_page import state_of
from bihuan.reports.refusals import UnfitReportError, UnplacedReportError

if TYPE_CHECKING:
    from bihuan.campaigns.models import Expected


@never_cache
@require_safe
@needs(access.SEE_SUBMISSION)
def submissions(request: DeskRequest) -> HttpResponse:
    """Every report that the reader sees, the newest first."""
    form = SubmissionsFilter(request.GET, regions=access.counties(request.reader))
    found = queries.listed(within(request.reader, access.SEE_SUBMISSION, access.SUBMISSIONS))
    narrowed = form.is_valid() and any(form.cleaned_data.values())
    if form.is_valid():
        found = _narrowed(found, form)
    page = paged(request, found, "-pk")
    names = org.names({item.received_by for item in page})
    context = {
        "form": form,
        "narrowed": narrowed,
        "page": page,
        "rows": [(item, names.get(item.received_by, ""), *state_of(item)) for item in page],
        "may_hand_in": bool(request.reader.of(access.HAND_IN)),
    }
    return render(request, "reports/submissions.html", context)


def _narrowed(found: queries.Submissions, form: SubmissionsFilter) -> queries.Submissions:
    if state := form.cleaned_data["state"]:
        replaced = state == "replaced"
        found = found.filter(replaced_by__isnull=not replaced)
        found = found if replaced else found.filter(state=state)
    if region := form.cleaned_data["region"]:
        found = found.filter(region=region)
    if words := form.cleaned_data["words"].strip():
        found = found.filter(Q(name__icontains=words) | Q(unit__name__icontains=words))
    return found


# -- handing in ------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.HAND_IN)
def hand_in(request: DeskRequest) -> HttpResponse:
    """Hand in a report, as a file or as text."""
    units = access.own_units(request.reader)
    books = {unit.book for unit in units}
    known = [item for item in campaigns(request.reader)[:50] if item.book in books]
    if request.method != "POST":
        line = _line(request, request.GET.get("line", ""))
        first = {"line": line.pk, "campaign": line.expected_list.campaign_id} if line else {}
        if line:
            first["unit"] = line.unit.merged_into_id or line.unit_id
        form = HandInForm(campaigns=known, units=units, initial=first)
        return _hand_in_page(request, form, status=200, line=line)
    form = HandInForm(request.POST, request.FILES, campaigns=known, units=units)
    line = _line(request, request.POST.get("line", ""))
    if not form.is_valid():
        return _hand_in_page(request, form, status=422, line=line)
    at = timezone.now()
    try:
        submission = actions.hand_in(
            text=form.cleaned_data["source"],
            name=form.source_name,
            campaign=form.campaigns.get(form.cleaned_data["campaign"]),
            unit=form.units[form.cleaned_data["unit"]],
            line=line,
            by=request.reader.by,
            at=at,
        )
    except (UnfitReportError, UnplacedReportError, org.UnknownPlaceError) as error:
        form.add_error(None, error.said())
        return _hand_in_page(request, form, status=422, line=line)
    return _to(submission, "handed-in" if submission.received_at == at else "again")


def _line(request: DeskRequest, given: str) -> Expected | None:
    """The line of an expected list that the address or the form names, of the reader's own units. Raises NotThere."""
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        return None
    return own_line(request.reader, int(given))


def _hand_in_page(request: HttpRequest, form: HandInForm, *, status: int, line: Expected | None = None) -> HttpResponse:
    # What was read from a file comes back as text: a browser never offers the same file again by itself.
    if form.is_bound and (read := form.cleaned_data.get("source")) and not form.data.get("text"):
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["text"] = read  # type: ignore[index]
    return render(request, "reports/hand_in.html", {"form": form, "line": line}, status=status)


# -- passing on ------------------------------------------------------------------------------------------------------


def version_of(request: HttpRequest) -> int:
    """The version that the person saw when they pressed; 0, which nothing has, where the form does not say."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0


def found(request: DeskRequest, verb: Verb, pk: int) -> Submission:
    """The submission, for a reader who may `verb` it.

    Raises:
        NotThere: there is none, or it is not this reader's.
    """
    rows = Submission.objects.select_related("region", "unit", "campaign__edition", "replaced_by")
    return the(request.reader, verb, access.SUBMISSIONS, rows, pk=pk)


def _to(submission: Submission, done: str) -> HttpResponseRedirect:
    return HttpResponseRedirect(f"{reverse('reports:submission', args=[submission.pk])}?done={done}")


@require_POST
@needs(access.DECIDE)
def decide_all(request: DeskRequest, pk: int) -> HttpResponse:
    """全部确认: all that the text decides."""
    submission = found(request, access.DECIDE, pk)
    actions.decide_all(
        submission=submission, expected_version=version_of(request), by=request.reader.by, at=timezone.now()
    )
    return _to(submission, "decided-all")


@require_POST
@needs(access.DECIDE)
def confirm(request: DeskRequest, pk: int) -> HttpResponse:
    """提交确认: the figures are filed."""
    submission = found(request, access.DECIDE, pk)
    actions.confirm(
        submission=submission, expected_version=version_of(request), by=request.reader.by, at=timezone.now()
    )
    return _to(submission, "confirmed")


@require_POST
@needs(access.ACCEPT)
def accept(request: DeskRequest, pk: int) -> HttpResponse:
    """采用."""
    submission = found(request, access.ACCEPT, pk)
    actions.accept(submission=submission, expected_version=version_of(request), by=request.reader.by, at=timezone.now())
    return _to(submission, "accepted")


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.RETURN)
def return_(request: DeskRequest, pk: int) -> HttpResponse:
    """退回, with a reason."""
    submission = found(request, access.RETURN, pk)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.return_(
            submission=submission,
            expected_version=version_of(request),
            reason=form.cleaned_data["reason"],
            by=request.reader.by,
            at=timezone.now(),
        )
        return _to(submission, "returned")
    status = 422 if request.method == "POST" else 200
    return render(request, "reports/return.html", {"form": form, "submission": submission}, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.COMPOSE)
def compose(request: DeskRequest, pk: int) -> HttpResponse:
    """组成公文: choose who signs, then the draft is made and its own page takes over."""
    submission = found(request, access.COMPOSE, pk)
    at = timezone.now()
    signers = access.signers(submission, at=at)
    form = ComposeForm(request.POST if request.method == "POST" else None, signers=signers)
    if request.method == "POST" and form.is_valid():
        marking = say("示例文稿·模型数据", "Example · model data") if submission.book else ""
        people = actions.People(signer=form.cleaned_data["signer"], marking=marking)
        try:
            document = actions.compose(submission=submission, people=people, by=request.reader.by, at=at)
        except Refusal as error:
            form.add_error(None, error.said())
        else:
            return HttpResponseRedirect(reverse("documents:paper", args=[document.pk]))
    status = 422 if request.method == "POST" else 200
    return render(
        request, "reports/compose.html", {"form": form, "submission": submission, "signers": signers}, status=status
    )

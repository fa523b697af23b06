"""The list of papers, and one paper's own page: where it stands, its pages, what its reader may do."""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.components.paging import paged
from bihuan.documents import access, actions, queries
from bihuan.documents.actions.issuing import ReasonError
from bihuan.documents.desk import PaperPage, awaiting, state_of
from bihuan.documents.docx_writer import write_docx
from bihuan.documents.fonts import discover
from bihuan.documents.forms import DiscardForm, PapersFilter, ReasonForm
from bihuan.documents.models import Document
from bihuan.documents.paper import PaperError
from bihuan.documents.preview import as_draft, page
from bihuan.documents.rules import Format, State
from bihuan.documents.taking_back import PROPERTY
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.gate import DeskRequest, local_day, needs

TYPES = {
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.PDF: "application/pdf",
}
# A browser shows a PDF with a viewer of its own, which the pages' policy would keep from loading.
FILE_POLICY = "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@never_cache
@require_safe
@needs(access.SEE_PAPER, access.SIGN_FOR)
def papers(request: DeskRequest) -> HttpResponse:
    """What awaits the reader, then every paper they see, the newest first."""
    form = PapersFilter(request.GET)
    found = access.papers(request.reader).select_related("region").defer("paper", "offered")
    narrowed = form.is_valid() and any(form.cleaned_data.values())
    if form.is_valid():
        if state := form.cleaned_data["state"]:
            found = found.filter(state=state)
        if words := form.cleaned_data["words"].strip():
            found = found.filter(Q(title__icontains=words) | Q(number__icontains=words))
    rows = paged(request, found, "-pk")
    tasks = [] if narrowed or "after" in request.GET or "before" in request.GET else awaiting(request.reader)
    shown = [*(task.document for task in tasks), *rows]
    names = org.names({document.drafted_by for document in shown})
    context = {
        "form": form,
        "narrowed": narrowed,
        "tasks": [(task, names.get(task.document.drafted_by, "")) for task in tasks],
        "page": rows,
        "rows": [(document, names.get(document.drafted_by, ""), *state_of(document)) for document in rows],
    }
    return render(request, "documents/papers.html", context)


@never_cache
@require_safe
@needs(access.SEE_PAPER, access.SIGN_FOR)
def paper(request: DeskRequest, pk: int) -> HttpResponse:
    """One paper."""
    return _paper_page(request, _found(request, pk))


def _found(request: DeskRequest, pk: int) -> Document:
    return access.paper(request.reader, pk=pk)


def _paper_page(
    request: DeskRequest,
    document: Document,
    *,
    reason: ReasonForm | None = None,
    giving_up: DiscardForm | None = None,
    status: int = 200,
) -> HttpResponse:
    own = PaperPage(document, request.reader, timezone.now())
    units = _units(request, own) if own.rights.deliver and "deliver" in request.GET else []
    context = {
        "own": own,
        "document": document,
        "shown": _shown(request, own),
        "as_text": "text" in request.GET,
        "reason": reason or ReasonForm(auto_id="reason_%s"),
        "giving_up": giving_up or DiscardForm(auto_id="discard_%s"),
        "units": units,
    }
    return render(request, "documents/paper.html", context, status=status)


def _shown(request: HttpRequest, own: PaperPage) -> int:
    """The number of the page in the preview pane."""
    pages = own.preview.pages if own.preview else 0
    wanted = request.GET.get("page", "1")
    return min(max(int(wanted), 1), pages) if wanted.isascii() and wanted.isdigit() and len(wanted) < 5 else 1


def _units(request: DeskRequest, own: PaperPage) -> list[object]:
    have = {delivery.unit_id for delivery in own.deliveries}
    return [
        unit
        for unit in access.addressable(request.reader).select_related("region").order_by("region__pinyin", "pk")[:600]
        if unit.pk not in have
    ]


@require_safe
@needs(access.SEE_PAPER, access.SIGN_FOR)
def picture(request: DeskRequest, pk: int, number: int) -> HttpResponse:
    """One page as it will print. The address carries the digest of what it shows, so a browser may keep it."""
    own = PaperPage(_found(request, pk), request.reader, timezone.now())
    content = page(own.preview.digest, number) if own.preview else None
    if content is None:
        raise Http404
    answer = HttpResponse(content, content_type="image/png")
    kept = request.GET.get("v") == (own.preview.digest if own.preview else "")
    answer["Cache-Control"] = "private, max-age=604800, immutable" if kept else "no-store"
    return answer


@never_cache
@require_safe
@needs(access.SEE_PAPER)
def draft_file(request: DeskRequest, pk: int) -> HttpResponse:
    """A draft as DOCX, to be edited elsewhere and taken back: it says which version it is."""
    document = _found(request, pk)
    if document.state == State.ISSUED:
        return HttpResponseRedirect(reverse("documents:file", args=[document.check_code, Format.DOCX]))
    shown = as_draft(queries.paper(document), document.version)
    properties = {PROPERTY: f"{document.check_code} {document.version}"}
    content = write_docx(shown, fonts=discover(), properties=properties)
    name = say(f"草稿 第{document.version}版", f"draft {document.version}")
    return file_answer(content, Format.DOCX, f"{document.title[:60]}（{name}）.docx", download=True)


@never_cache
@require_safe
@needs(access.SEE_PAPER, access.SIGN_FOR)
def file(request: DeskRequest, code: str, kind: str) -> HttpResponse:
    """The printed file of an issued paper: the PDF to look at, the DOCX to keep."""
    document = access.paper(request.reader, check_code=code.upper(), state=State.ISSUED)
    if kind not in set(Format):
        raise Http404
    content = queries.printed(document, Format(kind))
    name = f"{document.number} {document.check_code}.{kind}"
    return file_answer(content, Format(kind), name, download=kind == Format.DOCX or "download" in request.GET)


def file_answer(content: bytes, kind: Format, name: str, *, download: bool) -> HttpResponse:
    """A file as it is sent to a browser."""
    answer = HttpResponse(content, content_type=TYPES[kind])
    answer["Content-Disposition"] = content_disposition_header(download, name) or "inline"
    answer["Content-Security-Policy"] = FILE_POLICY
    return answer


# -- steps -----------------------------------------------------------------------------------------------------------


def version_of(request: HttpRequest) -> int:
    """The version that the person saw when they pressed; 0, which no paper has, where the form does not say."""
    said = request.POST.get("version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0


def to_paper(document: Document, *, done: str = "") -> HttpResponseRedirect:
    """Back to the paper's page."""
    address = reverse("documents:paper", args=[document.pk])
    return HttpResponseRedirect(f"{address}?done={done}" if done else address)


@require_POST
@needs(access.CHECK_PAPER)
def check(request: DeskRequest, pk: int) -> HttpResponse:
    """核稿."""
    document = access.paper_to(request.reader, access.CHECK_PAPER, pk=pk)
    actions.check(document=document, expected_version=version_of(request), by=request.reader.by, at=timezone.now())
    return to_paper(document, done="checked")


@require_POST
@needs(access.CHECK_PAPER)
def send_back(request: DeskRequest, pk: int) -> HttpResponse:
    """退回, with a reason."""
    document = access.paper_to(request.reader, access.CHECK_PAPER, pk=pk)
    form = ReasonForm(request.POST, auto_id="reason_%s")
    if form.is_valid():
        try:
            actions.send_back(
                document=document,
                reason=form.cleaned_data["reason"],
                expected_version=version_of(request),
                by=request.reader.by,
                at=timezone.now(),
            )
        except ReasonError as error:
            form.add_error("reason", error.said())
        else:
            return to_paper(document, done="sent-back")
    return _paper_page(request, document, reason=form, status=422)


@require_POST
@needs(access.DRAFT_PAPER)
def discard(request: DeskRequest, pk: int) -> HttpResponse:
    """作废 a draft, with a reason."""
    document = access.paper_to(request.reader, access.DRAFT_PAPER, pk=pk)
    form = DiscardForm(request.POST, auto_id="discard_%s")
    if form.is_valid():
        actions.discard(
            document=document,
            reason=form.cleaned_data["reason"],
            expected_version=version_of(request),
            by=request.reader.by,
            at=timezone.now(),
        )
        return to_paper(document)
    return _paper_page(request, document, giving_up=form, status=422)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.SIGN_PAPER)
def sign(request: DeskRequest, pk: int) -> HttpResponse:
    """签发: what will be frozen and which number it takes; then, by POST, the number and the files."""
    document = access.paper_to(request.reader, access.SIGN_PAPER, pk=pk)
    own = PaperPage(document, request.reader, timezone.now())
    refused, status = "", 200
    if request.method == "POST":
        before = queries.void_numbers(document)
        try:
            signed = actions.sign_off(
                document=document,
                day=local_day(own.at),
                fonts=discover(),
                by=request.reader.by,
                at=own.at,
                expected_version=version_of(request),
                signer=request.reader.name,
            )
            return to_paper(signed, done="issued" if signed.state == State.ISSUED else "")
        except (PaperError, OSError) as error:
            refused, status = _not_signed(document, before, error), 422
            document.refresh_from_db()
            own = PaperPage(document, request.reader, timezone.now())
    if not own.rights.sign and not refused:
        return to_paper(document)
    context = {"own": own, "document": document, "refused": refused, "day": local_day(own.at)}
    return render(request, "documents/sign.html", context, status=status)


def _not_signed(document: Document, before: list[str], error: Exception) -> str:
    """What a failed sign-off left behind, in words: no number is ever lost without a trace."""
    reason = error.said() if isinstance(error, PaperError) else say("存放文件失败", "the files could not be stored")
    lost = [number for number in queries.void_numbers(document) if number not in before]
    if lost:
        zh = f"排印失败：{reason}。文号 {lost[0]} 已记为作废并注明原因，不再使用；公文退到待签发，内容没有变"
        return say(zh, f"printing failed: {reason}. {lost[0]} is kept as void, with the reason; the paper is unchanged")
    if Document.objects.filter(pk=document.pk, state=State.SIGNED).exists():
        zh = f"文号已取得，但{reason}；请在公文页上点“继续排印”，文号不变"
        return say(zh, f"the number was taken, but {reason}; press “go on printing” on the paper's page")
    zh = f"没有签发：{reason}。没有占用文号，公文内容没有变；请退回修改"
    return say(zh, f"not signed off: {reason}. No number was taken and the paper is unchanged; send it back")


@require_POST
@needs(access.CHECK_PAPER, access.SIGN_PAPER)
def print_again(request: DeskRequest, pk: int) -> HttpResponse:
    """Go on with a printing that was cut off."""
    document = access.paper_to(request.reader, access.CHECK_PAPER, pk=pk)
    actions.print_again(document=document, fonts=discover(), by=request.reader.by, at=timezone.now())
    return to_paper(document, done="issued")


@require_POST
@needs(access.DRAFT_PAPER)
def deliver(request: DeskRequest, pk: int) -> HttpResponse:
    """分发 to the units that were ticked."""
    document = access.paper_to(request.reader, access.DRAFT_PAPER, pk=pk)
    wanted = [
        int(unit) for unit in request.POST.getlist("unit") if unit.isascii() and unit.isdigit() and len(unit) < 12
    ]
    units = access.addressable(request.reader).filter(pk__in=wanted[:1000])
    actions.deliver(document=document, units=units, by=request.reader.by, at=timezone.now())
    return to_paper(document, done="delivered" if wanted else "")


@require_POST
@needs(access.SIGN_FOR)
def receive(request: DeskRequest, pk: int, unit: int) -> HttpResponse:
    """签收 for one of the reader's units."""
    document = _found(request, pk)
    delivery = access.delivery(request.reader, document, unit)
    actions.receive(delivery=delivery, by=request.reader.by, at=timezone.now())
    return to_paper(document, done="received")

"""The page on which a draft's prose is edited, and the way back of a DOCX that was edited elsewhere."""

from __future__ import annotations

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.documents import access, actions, queries, taking_back
from bihuan.documents import editing as prose_editing
from bihuan.documents.changes import Change, changes
from bihuan.documents.checking.finding import CheckError
from bihuan.documents.desk import PaperPage, ShownBlock, shown_block
from bihuan.documents.editing import Prose
from bihuan.documents.forms import KINDS, TakeBackForm, prose_from, rows_of
from bihuan.documents.inline_marks import ProseError
from bihuan.documents.models import Document
from bihuan.documents.paper import Paper, PaperError, Table
from bihuan.documents.rules import State
from bihuan.documents.taking_back import Proposal
from bihuan.documents.views.desk import to_paper, version_of
from bihuan.files import store
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs

_SALT = "documents.take_back"
_GOOD_FOR = 24 * 3600  # seconds that a shown proposal may be confirmed


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.DRAFT_PAPER)
def edit(request: DeskRequest, pk: int) -> HttpResponse:
    """Edit the prose. What was typed comes back whatever happens: refused, or overtaken by someone else's edit."""
    document = access.paper_to(request.reader, access.DRAFT_PAPER, pk=pk)
    if document.state != State.DRAFT and request.method == "GET":
        return to_paper(document)
    if request.method == "GET":
        return _edit_page(request, document)
    prose = prose_from(request.POST)
    try:
        if "complete" not in request.POST:
            zh, en = (
                "提交的内容不完整，没有保存；请再提交一次",
                "the form came incomplete and was not saved; send it again",
            )
            raise ProseError("form", zh, en)
        saved = actions.edit(
            document=document,
            prose=prose,
            expected_version=version_of(request),
            by=request.reader.by,
            at=timezone.now(),
        )
    except actions.StaleDocumentError as error:
        return _overtaken(request, document, prose, error)
    except (ProseError, PaperError) as error:
        return _edit_page(request, document, prose=prose, version=version_of(request), refused=error, status=422)
    if "stay" in request.POST:
        return _edit_page(request, saved, done=True)
    return to_paper(saved, done="edited")


def _overtaken(request: DeskRequest, document: Document, prose: Prose, error: Refusal) -> HttpResponse:
    """Someone else was first: what was typed, set against what stands now."""
    document.refresh_from_db()
    if document.state != State.DRAFT:
        return _edit_page(request, document, prose=prose, refused=error, status=409)
    now = queries.paper(document)
    prose = prose_editing.rebased(prose, now)
    try:
        typed = prose_editing.apply(prose, paper=now, numbers=queries.numbers_of(document)).paper
        against = changes(now, typed)
    except (ProseError, PaperError):
        against = ()
    return _edit_page(
        request, document, prose=prose, version=document.version, refused=error, against=against, status=409
    )


def _edit_page(
    request: DeskRequest,
    document: Document,
    *,
    prose: Prose | None = None,
    version: int | None = None,
    refused: Refusal | None = None,
    against: tuple[Change, ...] = (),
    done: bool = False,
    status: int = 200,
) -> HttpResponse:
    own = PaperPage(document, request.reader, timezone.now())
    opened = prose or prose_editing.prose_of(own.paper, queries.numbers_of(document))
    context = {
        "own": own,
        "document": document,
        "prose": opened,
        "parts": rows_of(opened, _tables(own.paper)),
        "kinds": KINDS,
        "version": document.version if version is None else version,
        "refused": refused,
        "against": against,
        "done": done,
        "shown": 1,
        "editable": document.state == State.DRAFT,
    }
    return render(request, "documents/edit.html", context, status=status)


def _tables(paper: Paper) -> dict[str, ShownBlock]:
    parts = (paper.blocks, *(annex.blocks for annex in paper.annexes))
    keyed = ((f"{part}.{place}", block) for part, blocks in enumerate(parts) for place, block in enumerate(blocks))
    return {key: shown_block(block) for key, block in keyed if isinstance(block, Table)}


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.DRAFT_PAPER)
def take_back(request: DeskRequest, pk: int) -> HttpResponse:
    """An edited DOCX comes back: what it would change, and what must be seen first."""
    document = access.paper_to(request.reader, access.DRAFT_PAPER, pk=pk)
    if document.state != State.DRAFT:
        return to_paper(document)
    form = TakeBackForm(request.POST, request.FILES) if request.method == "POST" else TakeBackForm()
    if form.is_valid():
        content = form.cleaned_data["file"].read()
        try:
            proposal = _proposal(document, content)
        except (CheckError, Refusal) as error:
            form.add_error("file", error.said())
        else:
            return _proposal_page(request, document, proposal, store.put(content))
    context = {"document": document, "form": form, "own": PaperPage(document, request.reader, timezone.now())}
    return render(request, "documents/take_back.html", context, status=422 if form.errors else 200)


def _proposal(document: Document, content: bytes) -> Proposal:
    return taking_back.propose(
        content, paper=queries.paper(document), numbers=queries.numbers_of(document), version=document.version
    )


def _proposal_page(
    request: DeskRequest,
    document: Document,
    proposal: Proposal,
    sha256: str,
    *,
    seen: frozenset[str] = frozenset(),
    refused: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    slip = signing.dumps([document.pk, sha256, request.reader.by], salt=_SALT)
    context = {
        "document": document,
        "proposal": proposal,
        "must": [(finding, finding.identity in seen) for finding in proposal.findings if finding.must],
        "told": [finding for finding in proposal.findings if not finding.must],
        "slip": slip,
        "refused": refused,
        "own": PaperPage(document, request.reader, timezone.now()),
    }
    return render(request, "documents/proposal.html", context, status=status)


@require_POST
@needs(access.DRAFT_PAPER)
def confirm(request: DeskRequest, pk: int) -> HttpResponse:
    """Take the file that was shown."""
    document = access.paper_to(request.reader, access.DRAFT_PAPER, pk=pk)
    try:
        shown, sha256, by = signing.loads(request.POST.get("slip", ""), salt=_SALT, max_age=_GOOD_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        raise _slip_is_off() from None
    if (shown, by) != (document.pk, request.reader.by):
        raise NotThere
    try:
        content = store.get(sha256)
    except store.MissingFileError:
        raise _slip_is_off() from None
    seen = frozenset(request.POST.getlist("seen"))
    try:
        taken = actions.take_back(
            document=document,
            content=content,
            expected_version=version_of(request),
            seen=seen,
            by=by,
            at=timezone.now(),
        )
    except actions.NotSeenError as error:
        proposal = _proposal(document, content)
        return _proposal_page(request, document, proposal, sha256, seen=seen, refused=error, status=422)
    return to_paper(taken, done="taken-back")


def _slip_is_off() -> ProseError:
    zh = "确认页已过期，请重新上传改好的 DOCX；本稿没有改动"
    return ProseError("form", zh, say(zh, "the page is too old: upload the DOCX again; the draft was not changed"))

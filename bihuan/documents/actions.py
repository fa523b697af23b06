"""The writers of official papers: draft, check, sign off, sign for."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Callable

from django.db import transaction

from bihuan.documents.docx_writer import write_docx
from bihuan.documents.fonts import FontSet
from bihuan.documents.models import Document, Number, Printing, Receipt, Series, VoidNumber
from bihuan.documents.paper import Paper
from bihuan.documents.rules import Format, Relation, State, check_code, number_text
from bihuan.documents.typst_writer import write_pdf
from bihuan.files import store
from bihuan.history import actions as history
from bihuan.lib.refusals import Refusal


class StaleDocumentError(Refusal):
    """Someone else changed the paper meanwhile, or it is not in the state this step starts from."""

    def __init__(self, document: Document) -> None:
        zh = f"《{document.title}》已被他人处理，请刷新后再办"
        en = f"“{document.title}” was changed by someone else; look again"
        super().__init__("stale", zh, en)


class SamePersonError(Refusal):
    """拟稿、核稿、签发 must be three people."""

    def __init__(self) -> None:
        en = "drafting, checking and signing take three people"
        super().__init__("same-person", "拟稿、核稿、签发须由不同的人办理", en)


def draft(
    *,
    key: str,
    paper: Paper,
    prefix: str,
    by: str,
    at: dt.datetime,
    refers_to: Document | None = None,
    relation: Relation | None = None,
) -> Document:
    """Open a paper as a draft (拟稿). The same `key` again gives the paper that stands.

    Raises:
        bihuan.documents.paper.PaperError: the paper is not fit to be printed.
    """
    paper.check()
    with transaction.atomic():
        standing = Document.objects.filter(key=key).first()
        if standing:
            return standing
        code = check_code(secrets.token_bytes(8))
        document = Document.objects.create(
            key=key,
            title=paper.title.replace("\n", ""),
            paper=dataclasses.replace(paper, check_code=code).to_dict(),
            prefix=prefix,
            check_code=code,
            drafted_by=by,
            drafted_at=at,
            refers_to=refers_to,
            relation=relation or "",
        )
        _note(document, "documents.drafted", by, at, title=document.title, digest=_digest(document.paper))
    return document


def redraft(*, document: Document, paper: Paper, by: str, at: dt.datetime) -> Document:
    """Replace the content of a draft.

    Raises:
        StaleDocumentError: it is no draft any more, or was changed meanwhile.
        bihuan.documents.paper.PaperError: the paper is not fit to be printed.
    """
    paper.check()
    content = dataclasses.replace(paper, check_code=document.check_code).to_dict()
    with transaction.atomic():
        old = _digest(document.paper)
        document = _move(document, State.DRAFT, State.DRAFT, paper=content, title=paper.title.replace("\n", ""))
        _note(document, "documents.redrafted", by, at, old=old, digest=_digest(content))
    return document


def check(*, document: Document, by: str, at: dt.datetime) -> Document:
    """核稿 by someone who did not draft it.

    Raises:
        SamePersonError: the drafter checks.
        StaleDocumentError: it is not a draft any more.
    """
    if by == document.drafted_by:
        raise SamePersonError
    with transaction.atomic():
        document = _move(document, State.DRAFT, State.CHECKED, checked_by=by, checked_at=at)
        _note(document, "documents.checked", by, at, digest=_digest(document.paper))
    return document


Render = Callable[[Paper, FontSet], dict[Format, bytes]]


def render(paper: Paper, fonts: FontSet) -> dict[Format, bytes]:
    """Both files of a paper."""
    return {Format.DOCX: write_docx(paper, fonts=fonts), Format.PDF: write_pdf(paper, fonts=fonts)}


def sign_off(
    *, document: Document, day: dt.date, fonts: FontSet, by: str, at: dt.datetime, printer: Render = render
) -> Document:
    """签发 by a third person: a trial print, then the number in one short transaction, then the files.

    The trial shows what cannot be printed before a number is taken. Should the final print fail all the same, the
    number stays taken and is kept as void with the reason, and the paper goes back to its checker.

    Raises:
        SamePersonError, StaleDocumentError: as for `check`.
        bihuan.documents.paper.PaperError: it cannot be printed; the message names the place. No number was taken.
    """
    if by in (document.drafted_by, document.checked_by):
        raise SamePersonError
    paper = dataclasses.replace(Paper.from_dict(document.paper), date=day)
    printer(dataclasses.replace(paper, number=number_text(document.prefix, day.year, 9999)), fonts)

    with transaction.atomic():
        Series.objects.get_or_create(prefix=document.prefix, year=day.year)
        series = Series.objects.select_for_update().get(prefix=document.prefix, year=day.year)
        series.last += 1
        series.save(update_fields=["last"])
        text = number_text(series.prefix, series.year, series.last)
        paper = dataclasses.replace(paper, number=text)
        document = _move(
            document, State.CHECKED, State.SIGNED, paper=paper.to_dict(), number=text, signed_by=by, signed_at=at
        )
        number = Number.objects.create(series=series, number=series.last, document=document)
        _note(document, "documents.signed", by, at, number=text, digest=_digest(document.paper))
    try:
        files = printer(paper, fonts)
    except Exception as error:
        _void(document, number, reason=str(error), by=by, at=at)
        raise
    return _issue(document, files, by=by, at=at)


def _issue(document: Document, files: dict[Format, bytes], *, by: str, at: dt.datetime) -> Document:
    digests = {kind: store.put(content) for kind, content in files.items()}
    with transaction.atomic():
        document = _move(document, State.SIGNED, State.ISSUED)
        for kind, digest in digests.items():
            size = len(files[kind])
            Printing.objects.create(document=document, format=kind, sha256=digest, size=size, at=at)
        _note(
            document, "documents.issued", by, at, number=document.number, files={str(k): v for k, v in digests.items()}
        )
    return document


def _void(document: Document, number: Number, *, reason: str, by: str, at: dt.datetime) -> None:
    paper = dataclasses.replace(Paper.from_dict(document.paper), number=None)
    with transaction.atomic():
        VoidNumber.objects.create(number=number, reason=reason, at=at)
        voided = document.number
        document = _move(
            document, State.SIGNED, State.CHECKED, paper=paper.to_dict(), number="", signed_by="", signed_at=None
        )
        _note(document, "documents.number_void", by, at, number=voided, reason=reason)


def sign_for(*, document: Document, unit: str, by: str, at: dt.datetime) -> Receipt:
    """签收 for a unit; the first one stands.

    Raises:
        StaleDocumentError: the paper is not issued.
    """
    with transaction.atomic():
        if document.state != State.ISSUED:
            raise StaleDocumentError(document)
        receipt = Receipt.objects.filter(document=document, unit=unit).first()
        if receipt is None:
            receipt = Receipt.objects.create(document=document, unit=unit, by=by, at=at)
            _note(document, "documents.signed_for", by, at, unit=unit)
    return receipt


def _move(document: Document, old: State, new: State, **changes: object) -> Document:
    """Compare-and-set on state and version."""
    rows = Document.objects.filter(pk=document.pk, state=old, version=document.version)
    if not rows.update(state=new, version=document.version + 1, **changes):
        raise StaleDocumentError(document)
    return Document.objects.get(pk=document.pk)


def _digest(paper: object) -> str:
    return hashlib.sha256(json.dumps(paper, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _note(document: Document, verb: str, by: str, at: dt.datetime, **values: object) -> None:
    history.record(verb=verb, subject=("document", str(document.pk)), by=by, at=at, values=values)

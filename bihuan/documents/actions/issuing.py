"""核稿、退回、签发、印发、签收: from a draft to a paper in the hands of those it is for."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable

from django.conf import settings
from django.db import transaction

from bihuan.documents.actions.steps import SamePersonError, StaleDocumentError, digest, move, note
from bihuan.documents.actions.telling import tell_checked, tell_delivered, tell_issued, tell_sent_back
from bihuan.documents.docx_writer import write_docx
from bihuan.documents.fonts import FontSet
from bihuan.documents.models import Delivery, Document, Number, Printing, Receipt, Series, VoidNumber
from bihuan.documents.paper import Paper
from bihuan.documents.rules import Format, State, number_text
from bihuan.documents.typst_writer import write_pdf
from bihuan.files import store
from bihuan.lib.refusals import Refusal
from bihuan.org.models import Unit

REASON_LIMIT = 500


class ReasonError(Refusal):
    """A paper is sent back or given up without a word, or with too many."""


def check(*, document: Document, expected_version: int | None = None, by: str, at: dt.datetime) -> Document:
    """核稿 by someone who wrote nothing in it. The same person's second click does nothing more.

    Args:
        expected_version: the version that the person read; that of `document` where it is not given.

    Raises:
        SamePersonError: a writer checks.
        StaleDocumentError: it is not a draft any more, or was changed meanwhile.
    """
    if by in (document.drafted_by, *document.writers):
        raise SamePersonError
    try:
        with transaction.atomic():
            document = move(
                document,
                State.DRAFT,
                State.CHECKED,
                version=expected_version,
                checked_by=by,
                checked_at=at,
                returned_by="",
                returned_at=None,
                returned_reason="",
            )
            note(document, "documents.checked", by, at, digest=digest(document.paper))
            tell_checked(document, by=by, at=at)
    except StaleDocumentError:
        standing = Document.objects.get(pk=document.pk)
        if standing.state == State.CHECKED and standing.checked_by == by:
            return standing
        raise
    return document


def send_back(
    *, document: Document, reason: str, expected_version: int | None = None, by: str, at: dt.datetime
) -> Document:
    """退回 with a reason: a draft that was read and is not fit, or a checked paper that is not to be signed off.

    Raises:
        ReasonError: no reason, or one of more than 500 characters.
        SamePersonError: a writer sends back what they wrote; they can edit it, or it was checked already.
        StaleDocumentError: it is signed off already, or was changed meanwhile.
    """
    reason = _reason(reason, "请写明退回的理由，拟稿人据此修改", "say why it is sent back")
    if by in document.writers and document.state == State.DRAFT:
        raise SamePersonError
    state = State.CHECKED if document.state == State.CHECKED else State.DRAFT
    with transaction.atomic():
        document = move(
            document,
            state,
            State.DRAFT,
            version=expected_version,
            same=state == State.DRAFT,  # whoever is editing it meanwhile can still save
            checked_by="",
            checked_at=None,
            returned_by=by,
            returned_at=at,
            returned_reason=reason,
        )
        note(document, "documents.sent_back", by, at, was=state.value, reason=reason)
        tell_sent_back(document, by=by, at=at)
    return document


def discard(
    *, document: Document, reason: str, expected_version: int | None = None, by: str, at: dt.datetime
) -> Document:
    """作废 a draft that is not to become a paper, with a reason. It stays to be read; what it was made from can be
    drafted anew.

    Raises:
        ReasonError: no reason, or one of more than 500 characters.
        StaleDocumentError: it is no draft any more, or was changed meanwhile.
    """
    reason = _reason(reason, "请写明作废的理由", "say why it is given up")
    with transaction.atomic():
        document = move(
            document,
            State.DRAFT,
            State.VOID,
            version=expected_version,
            key=f"{document.key[:48]}~{document.pk}",
            void_reason=reason,
        )
        note(document, "documents.discarded", by, at, reason=reason)
    return document


def _reason(text: str, zh: str, en: str) -> str:
    reason = text.strip()
    if not reason or len(reason) > REASON_LIMIT:
        raise ReasonError("reason", f"{zh}（{REASON_LIMIT} 字以内）", f"{en}, in at most {REASON_LIMIT} characters")
    return reason


Render = Callable[[Paper, FontSet], dict[Format, bytes]]


def render(paper: Paper, fonts: FontSet) -> dict[Format, bytes]:
    """Both files of a paper."""
    return {Format.DOCX: write_docx(paper, fonts=fonts), Format.PDF: write_pdf(paper, fonts=fonts)}


def sign_off(
    *,
    document: Document,
    day: dt.date,
    fonts: FontSet,
    by: str,
    at: dt.datetime,
    expected_version: int | None = None,
    signer: str | None = None,
    printer: Render = render,
) -> Document:
    """签发 by a third person: a trial print, then the number in one short transaction, then the files.

    The trial shows what cannot be printed before a number is taken. Should the final print fail all the same, the
    number stays taken and is kept as void with the reason, and the paper goes back to its checker.

    Args:
        day: 成文日期, which is also the day of printing.
        expected_version: the version that the person read; that of `document` where it is not given.
        signer: the name to print as 签发人 of an upward paper; as drafted where it is not given.

    Raises:
        SamePersonError, StaleDocumentError: as for `check`.
        bihuan.documents.paper.PaperError: it cannot be printed; the message names the place. No number was taken.
    """
    if by == document.checked_by or by in (document.drafted_by, *document.writers):
        raise SamePersonError
    if document.state != State.CHECKED or expected_version not in (None, document.version):
        return _signed_before(document, by=by)
    paper = _dated(Paper.from_dict(document.paper), day, signer)
    printer(dataclasses.replace(paper, number=number_text(document.prefix, day.year, 9999)), fonts)
    try:
        document, number, paper = _numbered(document, paper, day, by=by, at=at)
    except StaleDocumentError:
        return _signed_before(document, by=by)
    try:
        files = printer(paper, fonts)
    except Exception as error:
        _void(document, number, reason=str(error), by=by, at=at)
        raise
    return _issue(document, files, by=by, at=at)


def print_again(*, document: Document, fonts: FontSet, by: str, at: dt.datetime, printer: Render = render) -> Document:
    """Finish a paper that was signed off and whose printing was cut off (power, a full disk): same number, same files.

    Raises:
        StaleDocumentError: it is not waiting for its files.
    """
    standing = Document.objects.get(pk=document.pk)
    if standing.state == State.ISSUED:
        return standing
    if standing.state != State.SIGNED:
        raise StaleDocumentError(standing)
    return _issue(standing, printer(Paper.from_dict(standing.paper), fonts), by=by, at=at)


def _dated(paper: Paper, day: dt.date, signer: str | None) -> Paper:
    colophon = paper.colophon and dataclasses.replace(paper.colophon, print_date=day)
    signed = signer if signer and paper.upward else paper.signer
    where = settings.PUBLIC_ADDRESS
    return dataclasses.replace(paper, date=day, colophon=colophon, signer=signed, check_address=where)


def _signed_before(document: Document, *, by: str) -> Document:
    """The same person's second click, while the first is printing or done.

    Raises:
        StaleDocumentError: it is anything else.
    """
    standing = Document.objects.get(pk=document.pk)
    if standing.signed_by == by and standing.state in (State.SIGNED, State.ISSUED):
        return standing
    raise StaleDocumentError(standing)


def _numbered(
    document: Document, paper: Paper, day: dt.date, *, by: str, at: dt.datetime
) -> tuple[Document, Number, Paper]:
    """Take the next number, in one short transaction."""
    with transaction.atomic():
        Series.objects.get_or_create(prefix=document.prefix, year=day.year)
        series = Series.objects.select_for_update().get(prefix=document.prefix, year=day.year)
        series.last += 1
        series.save(update_fields=["last"])
        text = number_text(series.prefix, series.year, series.last)
        paper = dataclasses.replace(paper, number=text)
        document = move(
            document, State.CHECKED, State.SIGNED, paper=paper.to_dict(), number=text, signed_by=by, signed_at=at
        )
        number = Number.objects.create(series=series, number=series.last, document=document)
        note(document, "documents.signed", by, at, number=text, digest=digest(document.paper))
    return document, number, paper


def _issue(document: Document, files: dict[Format, bytes], *, by: str, at: dt.datetime) -> Document:
    digests = {kind: store.put(content) for kind, content in files.items()}
    standing = Document.objects.get(pk=document.pk)
    if standing.state == State.ISSUED and standing.number == document.number:
        return standing  # printed again meanwhile
    with transaction.atomic():
        document = move(document, State.SIGNED, State.ISSUED)
        for kind, sha256 in digests.items():
            size = len(files[kind])
            Printing.objects.create(document=document, format=kind, sha256=sha256, size=size, at=at)
        note(
            document, "documents.issued", by, at, number=document.number, files={str(k): v for k, v in digests.items()}
        )
        tell_issued(document, by=by, at=at)
    return document


def _void(document: Document, number: Number, *, reason: str, by: str, at: dt.datetime) -> None:
    paper = dataclasses.replace(Paper.from_dict(document.paper), number=None)
    with transaction.atomic():
        VoidNumber.objects.create(number=number, reason=reason, at=at)
        voided = document.number
        document = move(
            document, State.SIGNED, State.CHECKED, paper=paper.to_dict(), number="", signed_by="", signed_at=None
        )
        note(document, "documents.number_void", by, at, number=voided, reason=reason)


def sign_for(*, document: Document, unit: str, by: str, at: dt.datetime) -> Receipt:
    """签收 for a unit; the first one stands.

    Raises:
        StaleDocumentError: the paper is not issued.
    """
    with transaction.atomic():
        if document.state != State.ISSUED:
            raise StaleDocumentError(document)
        receipt, made = Receipt.objects.get_or_create(document=document, unit=unit, defaults={"by": by, "at": at})
        if made:
            note(document, "documents.signed_for", by, at, unit=unit)
    return receipt


def deliver(*, document: Document, units: Iterable[Unit], by: str, at: dt.datetime) -> list[Delivery]:
    """分发 an issued paper to units, which are to sign for it; those that have it already are passed over.

    Raises:
        StaleDocumentError: the paper is not issued.
    """
    with transaction.atomic():
        if document.state != State.ISSUED:
            raise StaleDocumentError(document)
        made = []
        for unit in units:
            delivery, new = Delivery.objects.get_or_create(document=document, unit=unit, defaults={"by": by, "at": at})
            if new:
                made.append(delivery)
                tell_delivered(delivery, by=by, at=at)
        if made:
            note(document, "documents.delivered", by, at, units=[delivery.unit.name for delivery in made])
    return made


def receive(*, delivery: Delivery, by: str, at: dt.datetime) -> Receipt:
    """签收 what was delivered to a unit; the first one stands."""
    with transaction.atomic():
        delivery = Delivery.objects.select_for_update(of=("self",)).select_related("unit").get(pk=delivery.pk)
        if delivery.receipt is not None:
            return delivery.receipt
        receipt = sign_for(document=delivery.document, unit=delivery.unit.name, by=by, at=at)
        delivery.receipt = receipt
        delivery.save(update_fields=["receipt"])
    return receipt

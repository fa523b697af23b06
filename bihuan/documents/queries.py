"""Reads of official papers."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from bihuan.documents import editing
from bihuan.documents.models import Document, Number, Printing, Series
from bihuan.documents.paper import Bound, Paper
from bihuan.documents.rules import Format, Relation, State, number_text
from bihuan.files import store


def paper(document: Document) -> Paper:
    """What the document says."""
    return Paper.from_dict(document.paper)


def numbers_of(document: Document) -> tuple[Bound, ...]:
    """Every number that the document was ever offered, in an order that only grows: those it quotes, and those that
    were left out and may come back."""
    stored = (Bound(item["tag"], item["text"], item["label"]) for item in document.offered)
    return editing.numbers_of(paper(document), stored)


def next_number(document: Document, day: dt.date) -> str:
    """The number that the document will take if it is the next to be signed off."""
    series = Series.objects.filter(prefix=document.prefix, year=day.year).first()
    return number_text(document.prefix, day.year, (series.last if series else 0) + 1)


def printed(document: Document, kind: Format) -> bytes:
    """The printed file.

    Raises:
        Printing.DoesNotExist: it was not printed.
        bihuan.files.store.MissingFileError: the file is gone or was changed on disk.
    """
    return store.get(Printing.objects.get(document=document, format=kind).sha256)


def by_check_code(code: str) -> Document | None:
    """The paper that carries this code, as typed by a reader: case and spaces do not matter."""
    return Document.objects.filter(check_code=code.strip().upper()).first()


def by_digest(sha256: str) -> Document | None:
    """The paper one of whose printed files has this digest: proof that a file is unchanged."""
    printing = Printing.objects.select_related("document").filter(sha256=sha256).first()
    return printing.document if printing else None


def by_content(content: bytes) -> Document | None:
    """The paper one of whose printed files this is, byte for byte."""
    return by_digest(hashlib.sha256(content).hexdigest())


def void_numbers(document: Document) -> list[str]:
    """The numbers that the document took and that became void, as they were printed."""
    taken = Number.objects.filter(document=document, void__isnull=False).select_related("series").order_by("pk")
    return [number_text(number.series.prefix, number.series.year, number.number) for number in taken]


@dataclass(frozen=True)
class KeptFile:
    """One printed file: its digest, and whether what is kept here still has it."""

    format: str
    sha256: str
    size: int
    stands: bool


@dataclass(frozen=True)
class CheckedPaper:
    """What anyone may know of an issued paper: enough to tell whether what they hold is it."""

    document: Document
    title: str
    issuer: str
    date: dt.date | None
    numbers: int
    files: tuple[KeptFile, ...]
    withdrawn_by: str
    corrected_by: str

    @property
    def stands(self) -> bool:
        """Whether every file is kept as it was printed."""
        return all(file.stands for file in self.files)


def checked(document: Document) -> CheckedPaper:
    """An issued paper for the public check, its files compared with their digests."""
    said = paper(document)
    later = document.referred_by.filter(state=State.ISSUED).order_by("pk")
    errata = "、".join(item.number for item in later if item.relation == Relation.ERRATUM)
    withdrawals = [item.number for item in later if item.relation == Relation.WITHDRAWAL]
    return CheckedPaper(
        document=document,
        title=said.title.replace("\n", ""),
        issuer="、".join(said.issuer),
        date=said.date,
        numbers=len(said.bounds()),
        files=tuple(_kept(printing) for printing in document.printings.order_by("format")),
        withdrawn_by=withdrawals[0] if withdrawals else "",
        corrected_by=errata,
    )


def _kept(printing: Printing) -> KeptFile:
    try:
        store.get(printing.sha256)
    except store.MissingFileError:
        return KeptFile(printing.format, printing.sha256, printing.size, stands=False)
    return KeptFile(printing.format, printing.sha256, printing.size, stands=True)

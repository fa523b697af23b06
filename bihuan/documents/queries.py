"""Reads of official papers."""

from __future__ import annotations

import datetime as dt
import hashlib

from bihuan.documents import editing
from bihuan.documents.models import Document, Printing, Series
from bihuan.documents.paper import Bound, Paper
from bihuan.documents.rules import Format, number_text
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

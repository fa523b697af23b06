"""Reads of official papers."""

from __future__ import annotations

from bihuan.documents.models import Document, Printing
from bihuan.documents.paper import Paper
from bihuan.documents.rules import Format
from bihuan.files import store


def paper(document: Document) -> Paper:
    """What the document says."""
    return Paper.from_dict(document.paper)


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

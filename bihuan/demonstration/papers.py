"""The papers of the demonstration go through the hands of three people, and into the folder of what was made."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bihuan.demonstration.office import Office
from bihuan.documents import actions as documents
from bihuan.documents.fonts import FontSet, discover
from bihuan.documents.queries import printed
from bihuan.documents.rules import Format, State
from bihuan.loop.days import local_day

if TYPE_CHECKING:
    from bihuan.documents.models import Document

fonts: Callable[[], FontSet] = cache(discover)


def issued(document: Document, office: Office, *, at: dt.datetime) -> Document:
    """The paper, drafted, then checked and signed off by two others; what was done of it stays done.

    Args:
        at: when it is signed off; it is checked an hour before.
    """
    if document.state == State.DRAFT:
        document = documents.check(document=document, by=office.checker.by, at=at - dt.timedelta(hours=1))
    if document.state == State.CHECKED:
        document = documents.sign_off(document=document, day=local_day(at), fonts=fonts(), by=office.signer.by, at=at)
    return document


def write_out(document: Document, out: Path, name: str) -> list[Path]:
    """Both printed files of an issued paper, as `out/name.docx` and `.pdf`."""
    paths = [out / f"{name}.docx", out / f"{name}.pdf"]
    for path, kind in zip(paths, (Format.DOCX, Format.PDF), strict=True):
        write(path, printed(document, kind))
    return paths


def write(path: Path, content: bytes) -> None:
    """Replace a file whole, in a folder that may be missing: whoever reads it meanwhile sees the old or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)

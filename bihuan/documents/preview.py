"""The pages of a paper as they will print, as pictures: composed once, kept below VAR while they are asked for.

They are named by the digest of all that they show, so that a picture is never of another version. What is not signed
off carries 草稿 in the head of every page, outside the type area: the grid stays, and no draft passes for an issued
paper.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

from bihuan.documents.fonts import FontSet
from bihuan.documents.paper import Paper
from bihuan.documents.typst_writer import TEMPLATE, pictures

PPI: Final = 120.0  # 992 pixels across: sharp where a screen shows a page at its own size
#: How many papers' pages are kept, a tenth of a megabyte a page.
KEPT: Final = 200


@dataclass(frozen=True, slots=True)
class Preview:
    """The pages of one paper: the name under which they are kept, and how many there are."""

    digest: str
    pages: int


def as_draft(paper: Paper, version: int) -> Paper:
    """The paper with 草稿 in the head of every page."""
    mark = f"草稿（第{version}版，未签发）"
    return replace(paper, marking=f"{mark}　{paper.marking}" if paper.marking else mark)


def preview(paper: Paper, fonts: FontSet) -> Preview:
    """The pages of a paper, composed unless they are kept already.

    Raises:
        bihuan.documents.paper.PaperError: it cannot be printed; the sentence names the place.
    """
    digest = _digest(paper, fonts)
    folder = _folder() / digest
    if not folder.is_dir():
        _keep(folder, pictures(paper, fonts, ppi=PPI))
    with suppress(OSError):
        os.utime(folder)
    return Preview(digest, sum(1 for _ in folder.glob("*.png")))


def page(digest: str, number: int) -> bytes | None:
    """One page of a preview; None where it is not kept (any more)."""
    try:
        return (_folder() / digest / f"{number}.png").read_bytes()
    except OSError:
        return None


def _folder() -> Path:
    return Path(settings.VAR) / "previews"


def _keep(folder: Path, pages: tuple[bytes, ...]) -> None:
    """Whole or not at all; where another process was faster, its pages are the same."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=folder.parent, prefix="new-"))
    for number, content in enumerate(pages, 1):
        (made / f"{number}.png").write_bytes(content)
    try:
        made.rename(folder)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
    for old in sorted(_kept(folder.parent), reverse=True)[KEPT:]:
        shutil.rmtree(old[1], ignore_errors=True)


def _kept(folder: Path) -> Iterator[tuple[float, Path]]:
    for item in folder.iterdir():
        with suppress(OSError):  # another process may be tidying too
            yield item.stat().st_mtime, item


def _digest(paper: Paper, fonts: FontSet) -> str:
    shown = json.dumps(paper.to_dict(), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(f"{_setting(fonts)}\n{PPI}\n{shown}".encode("utf-8", "replace")).hexdigest()[:40]


@cache
def _setting(fonts: FontSet) -> str:
    """What decides the look beside the paper: the template, the code that feeds it, the faces."""
    digest = hashlib.sha256(repr(fonts).encode())
    for path in (TEMPLATE, *sorted(TEMPLATE.parent.parent.glob("*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()

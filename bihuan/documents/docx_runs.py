"""Runs of a DOCX: fonts by script, marks in the East Asian font, numbers in content controls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

from lxml import etree

from bihuan.documents.docx_styles import EDITOR_FONTS, role_fonts
from bihuan.documents.fonts import LATIN_BESIDE
from bihuan.documents.lines import SHARED_MARKS
from bihuan.documents.typesetting import Run
from bihuan.documents.wordml import w

#: Where the ids of content controls come from; None where a text can hold none.
Controls: TypeAlias = Iterator[int]


def runs_xml(
    runs: Sequence[Run], base: str, controls: Controls | None, style: str | None = None
) -> Iterator[etree._Element]:
    """Runs as w:r, bound ones within w:sdt. `base` is the role of the paragraph's style, `style` a character style for
    all.
    """
    for run in runs:
        parts = [_r(run, text, marks, base, style) for text, marks in _parts(run)]
        if run.tag is None or controls is None:
            yield from parts
        else:
            yield _control(run, parts, next(controls))


def _control(run: Run, parts: Sequence[etree._Element], identity: int) -> etree._Element:
    label = (run.label or run.text)[:64]
    properties = w("sdtPr", w("alias", val=label), w("tag", val=run.tag), w("id", val=identity))
    return w("sdt", properties, w("sdtContent", *parts))


def _r(run: Run, text: str, marks: bool, base: str, style: str | None) -> etree._Element:
    if marks:
        name = EDITOR_FONTS[run.role]
        fonts = w("rFonts", hint="eastAsia", ascii=name, hAnsi=name, eastAsia=name)
    elif run.role != base and style is None:
        fonts = role_fonts(run.role)
        fonts.set(fonts.tag.replace("rFonts", "hint"), "eastAsia")
    else:
        fonts = w("rFonts", hint="eastAsia")
    properties = w("rPr", w("rStyle", val=style) if style else None, fonts, w("b") if run.bold else None)
    return w("r", properties, w("t", text))


def _parts(run: Run) -> Iterator[tuple[str, bool]]:
    """A run divided into stretches: (stretch, whether it is marks that must be held in the East Asian font).

    Word sets shared marks in the East Asian font when told so (w:hint); LibreOffice goes by the characters around them
    and drops the hint when it saves. So they have runs of their own, whose Latin font is the East Asian one too.
    """
    for marks, group in groupby(run.text, key=lambda character: character in SHARED_MARKS):
        yield "".join(group), marks and run.role in LATIN_BESIDE

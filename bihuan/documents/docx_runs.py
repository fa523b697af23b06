"""Runs of a DOCX: fonts by script, marks in the East Asian font, numbers in content controls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from lxml import etree

from bihuan.documents.docx_styles import EDITOR_FONTS, role_fonts
from bihuan.documents.lines import is_latin
from bihuan.documents.typesetting import Run
from bihuan.documents.wordml import w

#: Where the ids of content controls come from; None where a text can hold none.
Controls: TypeAlias = Iterator[int]
#: Marks that Chinese and Latin type share. Word sets them in the East Asian font when told so (w:hint); LibreOffice and
#: WPS go by the character before them, so after a Latin letter or digit (and for Latin-1 marks always) they get runs of
#: their own.
_SHARED: Final = "“”‘’—…‰′″‖"
_LATIN_1: Final = "·°±×÷§¨"


def runs_xml(
    runs: Sequence[Run], base: str, controls: Controls | None, style: str | None = None
) -> Iterator[etree._Element]:
    """Runs as w:r, bound ones within w:sdt. `base` is the role of the paragraph's style, `style` a character style for
    all.
    """
    before = ""
    for run in runs:
        parts = [_r(run, text, marks, base, style) for text, marks in _parts(run.text, before)]
        before = run.text[-1:] or before
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


def _parts(text: str, before: str) -> Iterator[tuple[str, bool]]:
    """A text divided into stretches: (stretch, whether it is marks that must be held in the East Asian font)."""
    flags: list[bool] = []
    latin = before != "" and is_latin(before)
    for character in text:
        shared = character in _SHARED
        flags.append(character in _LATIN_1 or (shared and latin))
        # A shared mark takes the script of what stands before it, and hands it on.
        latin = latin if shared else is_latin(character) or character in _LATIN_1
    for marks, group in groupby(zip(text, flags, strict=True), key=lambda pair: pair[1]):
        yield "".join(character for character, _ in group), marks

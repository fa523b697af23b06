"""Whether the fonts have every character of a paper: no tofu is ever issued.

The free 仿宋 covers GB 2312 only; place names such as 枹罕 and 癿藏 and many personal names need a second font. What no
font has stops the paper and is named.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

from bihuan.documents.fonts import FontSet
from bihuan.documents.paper import Heading, Paper, PaperError, RunIn, Table, plain
from bihuan.documents.typesetting import block_runs

#: Where a piece of text is printed in another role than 仿宋 (names of elements as `Paper.pieces` gives them).
_ROLES: Final = {
    "签发人": "kai",
    "密级": "hei",
    "紧急程度": "hei",
    "发文机关标志": "biaosong",
    "标题": "biaosong",
    "附件": "hei",
    "附件标题": "biaosong",
    "表题": "hei",
    "提示框": "kai",
    "标记": "hei",
    "校验码": "song",
}


def missing_glyphs(paper: Paper, fonts: FontSet) -> list[tuple[str, str]]:
    """Each character that no font of its chain has, with the element in which it stands first, in the order of
    print.
    """
    missing: dict[str, str] = {}
    known: set[tuple[str, str]] = set()
    for where, role, text in _printed(paper):
        for character in dict.fromkeys(text):
            if (role, character) in known or character in missing:
                continue
            known.add((role, character))
            if not _blank(character) and not _printable(character, role, fonts):
                missing[character] = where
    return list(missing.items())


def _printed(paper: Paper) -> Iterator[tuple[str, str, str]]:
    """Each piece of text as (element, role, text); what a block prints in another role than 仿宋 comes once more."""
    for where, text in paper.pieces():
        yield where, _ROLES.get(where, "fang"), text
    for block in (*paper.blocks, *(block for annex in paper.annexes for block in annex.blocks)):
        if isinstance(block, Heading | RunIn):
            for run in block_runs(block):
                yield "层次标题", run.role, run.text
        elif isinstance(block, Table):
            for row in block.header:
                yield "表头", "hei", "".join(plain(cell) for cell in row)


def require_glyphs(paper: Paper, fonts: FontSet) -> None:
    """Raise PaperError("glyph") that names every character no font has."""
    missing = missing_glyphs(paper, fonts)
    if not missing:
        return
    zh = "、".join(f"“{character}”（U+{ord(character):04X}，{where}）" for character, where in missing[:10])
    en = ", ".join(f"{character} (U+{ord(character):04X})" for character, _ in missing[:10])
    raise PaperError("glyph", f"现有字体缺少下列字：{zh}", f"no font has these characters: {en}")


def _printable(character: str, role: str, fonts: FontSet) -> bool:
    return any(ord(character) in face.glyphs() for face in fonts.chain(role))


def _blank(character: str) -> bool:
    """Blanks, line feeds and tabs between cells need no glyph of their own."""
    return character in "\n\t" or unicodedata.category(character) == "Zs"

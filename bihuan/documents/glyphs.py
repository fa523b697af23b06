"""Whether the fonts have every character of a paper: no tofu is ever issued.

The free 仿宋 covers GB 2312 only; place names such as 枹罕 and 癿藏 and many personal names need a second font. What no
font has stops the paper and is named.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from bihuan.documents.fonts import FontSet
from bihuan.documents.paper import Paper, PaperError

#: Where a piece of text is printed in another role than 仿宋 (names of elements as `Paper.pieces` gives them).
_ROLES: Final = {
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
    for where, text in paper.pieces():
        role = _ROLES.get(where, "fang")
        for character in dict.fromkeys(text):
            if (role, character) in known or character in missing:
                continue
            known.add((role, character))
            if not _blank(character) and not _printable(character, role, fonts):
                missing[character] = where
    return list(missing.items())


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

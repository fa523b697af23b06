"""Faults seeded into a paper of the project's own writer. Styles are found through the text that they print."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Final

from faults.clean import edited

DOCUMENT: Final = "word/document.xml"
STYLES: Final = "word/styles.xml"

Fault = Callable[[bytes], bytes]


def part(data: bytes, name: str) -> str:
    """The text of one part of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode("utf-8")


def paragraph(data: bytes, words: str) -> str:
    """The XML of the first paragraph that prints these words in one run."""
    for found in re.findall(r"<w:p>(?:(?!</w:p>).)*</w:p>", part(data, DOCUMENT), re.DOTALL):
        if words in found:
            return str(found)
    raise AssertionError(f"no paragraph prints {words}")


def in_style_of(words: str, pattern: str, new: str) -> Fault:
    """Change the style of the paragraph that prints these words."""

    def spoil(data: bytes) -> bytes:
        style = re.search(r'<w:pStyle w:val="([^"]+)"/>', paragraph(data, words))
        assert style is not None
        found = re.search(rf'<w:style [^>]*w:styleId="{style[1]}".*?</w:style>', part(data, STYLES), re.DOTALL)
        assert found is not None
        return edited(data, STYLES, lambda text: text.replace(found[0], re.sub(pattern, new, found[0])))

    return spoil


def in_paragraph(words: str, pattern: str, new: str) -> Fault:
    """Change the paragraph that prints these words."""

    def spoil(data: bytes) -> bytes:
        found = paragraph(data, words)
        return edited(data, DOCUMENT, lambda text: text.replace(found, re.sub(pattern, new, found), 1))

    return spoil


def in_part(name: str, pattern: str, new: str) -> Fault:
    """Change whatever matches in a part."""
    return lambda data: edited(data, name, lambda text: re.sub(pattern, new, text))


#: rule id → fault, for the paper of ``test_check_writer``
WRITTEN: Final[dict[str, Fault]] = {
    "page": in_part(DOCUMENT, r'w:w="119\d\d" w:h="168\d\d"', 'w:w="12240" w:h="15840"'),
    "margins": in_part(DOCUMENT, r'(<w:pgMar[^>]*w:left=)"15\d\d"', r'\1"1800"'),
    "grid": in_style_of("现将有关情况", r'w:line="\d+"', 'w:line="560"'),
    "fonts": in_style_of("现将有关情况", r'w:eastAsia="仿宋[^"]*"', 'w:eastAsia="宋体"'),
    "headings": in_paragraph("二、下一步打算", "二、", "二."),
    "number": in_paragraph("〔2023〕15号", "〔2023〕", "（2023）"),
    "date": in_paragraph(">2023年7月5日<", "7月5日", "07月05日"),
    "red-rule": in_paragraph("〔2023〕15号", r'(<w:bottom [^>]*w:color=)"FF0000"', r'\1"000000"'),
    "page-number": in_part("word/footer1.xml", "—", ""),
    "colophon": in_part(DOCUMENT, r'w:sz="8"', 'w:sz="18"'),
    "punctuation": in_paragraph("理念抓好排查", r'<w:rFonts w:hint="eastAsia" w:ascii="仿宋[^>]*/>', ""),
}

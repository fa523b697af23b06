"""Faults seeded into a clean paper's XML, one for each rule. Each spoils one thing and leaves all else as it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from faults.clean import edited

DOCUMENT: Final = "word/document.xml"
STYLES: Final = "word/styles.xml"

Fault = Callable[[bytes], bytes]


def _replaced(part: str, pattern: str, new: str, count: int = 0) -> Fault:
    def spoil(data: bytes) -> bytes:
        return edited(data, part, lambda text: re.sub(pattern, new, text, count=count))

    return spoil


def _in_style(name: str, pattern: str, new: str) -> Fault:
    """Change one style of the clean paper, known by its name."""

    def change(text: str) -> str:
        found = re.search(rf'<w:style\b(?:(?!</w:style>).)*<w:name w:val="{name}"/>.*?</w:style>', text, re.DOTALL)
        assert found is not None, name
        return text[: found.start()] + re.sub(pattern, new, found[0]) + text[found.end() :]

    return lambda data: edited(data, STYLES, change)


def _direct(beginning: str, properties: str) -> Fault:
    """Give properties of its own to the one paragraph that begins so."""
    return _replaced(DOCUMENT, rf"(<w:pPr><w:pStyle [^>]*/>)(</w:pPr><w:r><w:t[^>]*>{beginning})", rf"\1{properties}\2")


def _latin_quotes(data: bytes) -> bytes:
    """A run of its own, with the hint taken away, prints the quotes of one paragraph."""
    return edited(
        data,
        DOCUMENT,
        lambda text: re.sub(
            r"<w:r>(<w:t[^>]*>以“)", r'<w:r><w:rPr><w:rFonts w:hint="default"/></w:rPr>\1', text, count=1
        ),
    )


#: rule id → (what was done, fault)
SEEDED: Final[dict[str, tuple[str, Fault]]] = {
    "page": ("Letter paper", _replaced(DOCUMENT, r'w:w="119\d\d" w:h="168\d\d"', 'w:w="12240" w:h="15840"')),
    "margins": ("25 mm on the left", _replaced(DOCUMENT, r'w:left="15\d\d"', 'w:left="1417"')),
    "grid": ("lines of 30 points", _in_style("正文段", r'w:line="579"', 'w:line="600"')),
    "fonts": ("text in 宋体", _in_style("正文段", r'w:eastAsia="仿宋_GB2312"', 'w:eastAsia="宋体"')),
    "headings": ("half-width brackets", _replaced(DOCUMENT, "（二）网络", "(二)网络")),
    "number": ("square brackets", _replaced(DOCUMENT, r"临州安办〔2023〕15号", "临州安办[2023]15号")),
    "date": ("padded month and day", _replaced(DOCUMENT, r">2023年7月5日<", ">2023年07月05日<")),
    "red-rule": ("black rule", _in_style("字号", r'w:color="FF0000"', 'w:color="000000"')),
    "page-number": ("hyphens for dashes", _replaced("word/footer1.xml", "—", "-")),
    "colophon": ("hairlines of 0.5 point", _replaced(DOCUMENT, r'w:sz="8"', 'w:sz="4"')),
    "punctuation": ("quotes in the Latin font", _latin_quotes),
}

#: Further faults: (rule id, what was done, fault)
MORE: Final[tuple[tuple[str, str, Fault], ...]] = (
    ("grid", "no character spacing", _in_style("正文段", r'<w:spacing w:val="-5"/>', "")),
    ("grid", "space after paragraphs", _in_style("正文段", r'w:after="0"', 'w:after="120"')),
    ("fonts", "level 1 in 仿宋", _in_style("一级", "黑体", "仿宋_GB2312")),
    ("fonts", "level 2 in 黑体", _in_style("二级", "楷体_GB2312", "黑体")),
    ("fonts", "title in 黑体", _in_style("标题行", "方正小标宋简体", "黑体")),
    ("latin-fonts", "digits in Calibri", _in_style("正文段", r'w:ascii="Times New Roman"', 'w:ascii="Calibri"')),
    ("sizes", "text in size 4", _in_style("正文段", r'<w:sz w:val="32"/>', '<w:sz w:val="28"/>')),
    ("sizes", "title in size 3", _in_style("标题行", r'<w:sz w:val="44"/>', '<w:sz w:val="32"/>')),
    ("headings", "a number left out", _replaced(DOCUMENT, "二、下一步", "三、下一步")),
    ("headings", "a level left out", _replaced(DOCUMENT, "1.参与人数", "（1）参与人数")),
    ("headings", "a comma after the bracket", _replaced(DOCUMENT, "（二）网络", "（二）、网络")),
    ("headings", "a comma after the digit", _replaced(DOCUMENT, "2.答题", "2、答题")),
    ("number", "with 第", _replaced(DOCUMENT, "〔2023〕15号", "〔2023〕第15号")),
    ("number", "padded", _replaced(DOCUMENT, "〔2023〕15号", "〔2023〕015号")),
    ("number", "half a year", _replaced(DOCUMENT, "〔2023〕15号", "〔23〕15号")),
    ("number", "without 号", _replaced(DOCUMENT, "〔2023〕15号", "〔2023〕15")),
    ("number", "a citation in square brackets", _replaced(DOCUMENT, "〔2023〕9号", "［2023］9号")),
    ("date", "Chinese numerals", _replaced(DOCUMENT, ">2023年7月5日<", ">二〇二三年七月五日<")),
    ("date", "half a year", _replaced(DOCUMENT, ">2023年7月5日<", ">23年7月5日<")),
    ("date", "points", _replaced(DOCUMENT, ">2023年7月5日<", ">2023.7.5<")),
    ("date", "no such day", _replaced(DOCUMENT, ">2023年7月5日<", ">2023年6月31日<")),
    ("date", "padded in the colophon", _replaced(DOCUMENT, "2023年7月6日印发", "2023年07月06日印发")),
    ("date", "padded in the text", _replaced(DOCUMENT, ">6月12日，", ">2023年06月12日，")),
    ("red-rule", "no rule", _in_style("字号", r"<w:pBdr>.*?</w:pBdr>", "")),
    ("red-rule", "rule too near", _in_style("字号", r'w:space="11"', 'w:space="1"')),
    ("red-rule", "rule too narrow", _in_style("字号", r'(<w:jc w:val="center"/>)', r'<w:ind w:left="2000"/>\1')),
    ("mark", "black mark", _in_style("标志", r'<w:color w:val="FF0000"/>', "")),
    ("mark", "mark at the left", _in_style("标志", r'<w:jc w:val="center"/>', "")),
    ("mark", "mark at the 1999 place", _in_style("标志", r'w:before="1900"', 'w:before="1300"')),
    ("page-number", "size 5", _replaced("word/footer2.xml", r'<w:sz w:val="28"/>', '<w:sz w:val="21"/>')),
    ("page-number", "even at the right", _replaced("word/footer2.xml", r'w:val="left"', 'w:val="right"')),
    ("page-number", "no field", _replaced("word/footer1.xml", "PAGE", "DATE")),
    ("page-number", "Latin font", _replaced("word/footer1.xml", r'w:ascii="宋体"', 'w:ascii="Arial"')),
    ("page-number", "not told apart", _replaced("word/settings.xml", r"<w:evenAndOddHeaders/>", "")),
    ("colophon", "middle rule as thick", _replaced(DOCUMENT, r'w:sz="6"', 'w:sz="12"')),
    ("colophon", "size 3", _in_style("版记行", r'<w:sz w:val="28"/>', '<w:sz w:val="32"/>')),
    ("colophon", "no rules", _replaced(DOCUMENT, r"<w:tblBorders>.*?</w:tblBorders>", "")),
    ("colophon", "no full stop", _replaced(DOCUMENT, "常委会办公室。", "常委会办公室")),
    ("signature", "name off", _replaced(DOCUMENT, 'w:rightChars="50" w:right="158"', 'w:rightChars="600"')),
    ("number", "number at the left", _in_style("字号", r'<w:jc w:val="center"/>', "")),
    ("addressee", "half-width colon", _replaced(DOCUMENT, "有关部门：", "有关部门:")),
    ("addressee", "indented", _in_style("主送", r'<w:ind w:firstLine="0"/>', '<w:ind w:firstLine="640"/>')),
    ("indent", "no indent", _in_style("正文段", r"<w:ind [^>]*/>", "")),
    ("indent", "one paragraph at the edge", _direct("以“隐患", '<w:ind w:firstLineChars="0" w:firstLine="0"/>')),
    ("title", "title at the left", _direct("关于2023年", '<w:jc w:val="left"/>')),
    ("title", "a stop after the title", _replaced(DOCUMENT, "情况的通报<", "情况的通报。<")),
    ("annex", "half-width colon", _replaced(DOCUMENT, "附件：1.", "附件:1.")),
    ("annex", "a stop after the name", _replaced(DOCUMENT, "1.活动情况统计表", "1.活动情况统计表。")),
    ("annex", "on the same page", _replaced(DOCUMENT, r"<w:pageBreakBefore[^>]*/>", "")),
    ("annex", "a colon in the heading", _replaced(DOCUMENT, ">附件1<", ">附件1：<")),
    ("signer", "a report without signer", _replaced(DOCUMENT, "情况的通报", "情况的报告")),
    (
        "signature",
        "date at the left",
        _replaced(DOCUMENT, r'<w:pStyle w:val="[^"]*"/></w:pPr>(?=<w:r><w:t>2023年7月5日<)', "</w:pPr>"),
    ),
)

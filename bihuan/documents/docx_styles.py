"""The styles, settings and font table of a paper's DOCX: what an editor sees in its list of styles, in Chinese.

Everything that GB/T 9704-2012 says of an element stands in its style; the body carries only what differs from paper to
paper. Lengths: w:sz in half points, everything else in twentieths of a point.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree

from bihuan.documents.fonts import LATIN_BESIDE
from bihuan.documents.gb9704 import BODY_SIZE_PT, COLOPHON_SIZE_PT, PAGE_NUMBER_SIZE_PT, TITLE_SIZE_PT
from bihuan.documents.geometry import COLOPHON_ROW_PT, TITLE_PITCH_PT
from bihuan.documents.lines import NOT_FIRST, NOT_LAST
from bihuan.documents.tables import PITCH_PT as TABLE_PITCH_PT
from bihuan.documents.tables import SIZE_PT as TABLE_SIZE_PT
from bihuan.documents.typesetting import CELL_PT, TRACKING_PT
from bihuan.documents.wordml import w

LATIN: Final = "Times New Roman"
#: Role → the font that offices have.
EDITOR_FONTS: Final = {
    "fang": "仿宋_GB2312",
    "hei": "黑体",
    "kai": "楷体_GB2312",
    "biaosong": "方正小标宋简体",
    "song": "宋体",
}
_ALTERNATIVES: Final = {"fang": "仿宋", "hei": "SimHei", "kai": "楷体", "biaosong": "方正小标宋_GBK", "song": "SimSun"}
#: 22 lines of 28.95 pt and 28 characters of 15.65 pt: what fits when an editor counts in twentieths of a point.
LINE_TWIPS: Final = 579
CELL_TWIPS: Final = round(CELL_PT * 20)
RED: Final = "FF0000"


@dataclass(frozen=True, slots=True)
class Style:
    """One paragraph style: where it differs from the body's Normal."""

    identity: str
    name: str
    role: str = "fang"
    size: float = BODY_SIZE_PT
    tracking: float = TRACKING_PT
    line: int = LINE_TWIPS
    align: str = "both"
    indent: bool = False
    color: str | None = None
    keep: bool = False
    outline: int | None = None


NORMAL: Final = "Normal"
PARAGRAPH_STYLES: Final = (
    Style("GWCorner", "版头标注", align="left"),
    Style("GWMark", "发文机关标志", role="biaosong", tracking=0, align="center", color=RED, keep=True),
    Style("GWNumber", "发文字号", align="center", keep=True),
    Style(
        "GWTitle", "公文标题", "biaosong", TITLE_SIZE_PT, 0, round(TITLE_PITCH_PT * 20), "center", keep=True, outline=0
    ),
    Style("GWAddressee", "主送机关", align="both"),
    Style("GWBody", "公文正文", indent=True),
    Style("GWHeading1", "一级标题", role="hei", indent=True, keep=True, outline=1),
    Style("GWHeading2", "二级标题", role="kai", indent=True, keep=True, outline=2),
    Style("GWHeading3", "三级标题", indent=True, keep=True, outline=3),
    Style("GWHeading4", "四级标题", indent=True, keep=True, outline=4),
    Style("GWNotice", "提示框", role="kai"),
    Style("GWAnnexNote", "附件说明", align="both"),
    Style("GWSignature", "发文机关署名", align="right", keep=True),
    Style("GWDate", "成文日期", align="right"),
    Style("GWNote", "附注", indent=True),
    Style("GWAnnex", "附件标记", role="hei", align="left", keep=True),
    Style(
        "GWAnnexTitle",
        "附件标题",
        role="biaosong",
        size=TITLE_SIZE_PT,
        tracking=0,
        align="center",
        keep=True,
        outline=0,
    ),
    Style("GWCaption", "表题", role="hei", align="center", keep=True),
    Style("GWTable", "表格文字", size=TABLE_SIZE_PT, tracking=0, line=round(TABLE_PITCH_PT * 20), align="left"),
    Style("GWTableHead", "表头文字", "hei", TABLE_SIZE_PT, 0, round(TABLE_PITCH_PT * 20), "center"),
    Style("GWColophon", "版记", size=COLOPHON_SIZE_PT, tracking=0, line=round(COLOPHON_ROW_PT * 20) - 80, align="left"),
    Style("GWPageNumber", "公文页码", "song", PAGE_NUMBER_SIZE_PT, 0, round(PAGE_NUMBER_SIZE_PT * 20), "right"),
    Style("GWCheckCode", "校验码", role="song", size=10, tracking=0, line=240, align="left", color="444444"),
    Style("GWMarking", "标记", role="hei", size=12, tracking=0, line=360, align="center", color="B00020"),
)
#: Character styles for headings that run in: level → (id, name, role).
CHARACTER_STYLES: Final = {
    1: ("GWRunIn1", "一级标题字", "hei"),
    2: ("GWRunIn2", "二级标题字", "kai"),
    3: ("GWRunIn3", "三级标题字", "fang"),
    4: ("GWRunIn4", "四级标题字", "fang"),
}
SIGNER_STYLE: Final = ("GWSigner", "签发人姓名", "kai")
STYLE_ROLES: Final = {style.identity: style.role for style in PARAGRAPH_STYLES}


def styles() -> etree._Element:
    """word/styles.xml."""
    root = w("styles", w("docDefaults", w("rPrDefault", _defaults()), w("pPrDefault")))
    root.append(_normal())
    root.append(
        w("style", w("name", val="Default Paragraph Font"), type="character", default="1", styleId="GWCharacter")
    )
    root.append(_plain_table())
    for style in PARAGRAPH_STYLES:
        root.append(_paragraph_style(style))
    for identity, name, role in (*CHARACTER_STYLES.values(), SIGNER_STYLE):
        fonts = w("rPr", role_fonts(role))
        root.append(
            w("style", w("name", val=name), w("qFormat"), fonts, type="character", customStyle="1", styleId=identity)
        )
    return root


def role_fonts(role: str) -> etree._Element:
    """w:rFonts of a role: its East Asian font and the Latin one; heavy type and page numbers (§7.5) have but one."""
    latin = LATIN if role in LATIN_BESIDE else EDITOR_FONTS[role]
    return w("rFonts", ascii=latin, hAnsi=latin, eastAsia=EDITOR_FONTS[role], cs=LATIN)


def settings() -> etree._Element:
    """word/settings.xml: odd and even footers, punctuation not compressed, and which marks must not start or end a
    line.
    """
    modern = {"uri": "http://schemas.microsoft.com/office/word"}
    return w(
        "settings",
        w("zoom", percent="100"),
        w("evenAndOddHeaders"),
        w("defaultTabStop", val=CELL_TWIPS),
        w("characterSpacingControl", val="doNotCompress"),
        w("noLineBreaksAfter", lang="zh-CN", val=NOT_LAST),
        w("noLineBreaksBefore", lang="zh-CN", val=NOT_FIRST),
        w("compat", w("useFELayout"), w("compatSetting", name="compatibilityMode", val="15", **modern)),
        w("themeFontLang", val="en-US", eastAsia="zh-CN"),
    )


def font_table() -> etree._Element:
    """word/fontTable.xml: the fonts by name, and what to take where an office has the newer ones."""
    root = w("fonts")
    for role, name in EDITOR_FONTS.items():
        family = "roman" if role in ("song", "biaosong") else "modern"
        alternative = w("altName", val=_ALTERNATIVES[role])
        root.append(
            w("font", alternative, w("charset", val="86"), w("family", val=family), w("pitch", val="fixed"), name=name)
        )
    root.append(w("font", w("charset", val="00"), w("family", val="roman"), w("pitch", val="variable"), name=LATIN))
    return root


def _defaults() -> etree._Element:
    size = round(BODY_SIZE_PT * 2)
    language = w("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA")
    return w("rPr", role_fonts("fang"), w("sz", val=size), w("szCs", val=size), language)


def _normal() -> etree._Element:
    """Normal carries the grid: exact lines, characters drawn together by a quarter of a point, Chinese line breaking.

    overflowPunct is on as in every editor's default; LibreOffice 7.4 reads it the other way round and lets nothing
    hang.
    """
    layout = w(
        "pPr",
        w("widowControl", val="0"),
        w("kinsoku"),
        w("overflowPunct"),
        w("autoSpaceDE"),
        w("autoSpaceDN"),
        w("snapToGrid", val="0"),
        w("spacing", before="0", after="0", line=LINE_TWIPS, lineRule="exact"),
        w("jc", val="both"),
    )
    run = w("rPr", w("spacing", val=round(TRACKING_PT * 20)))
    return w("style", w("name", val="Normal"), w("qFormat"), layout, run, type="paragraph", default="1", styleId=NORMAL)


def _plain_table() -> etree._Element:
    margins = w("tblCellMar", w("left", w="0", type="dxa"), w("right", w="0", type="dxa"))
    return w(
        "style", w("name", val="Normal Table"), w("tblPr", margins), type="table", default="1", styleId="TableNormal"
    )


def _paragraph_style(style: Style) -> etree._Element:
    layout = w(
        "pPr",
        w("keepNext") if style.keep else None,
        w("spacing", before="0", after="0", line=style.line, lineRule="exact"),
        w("ind", firstLineChars="200", firstLine=2 * CELL_TWIPS) if style.indent else None,
        w("jc", val=style.align),
        w("outlineLvl", val=style.outline) if style.outline is not None else None,
    )
    size = round(style.size * 2)
    run = w(
        "rPr",
        role_fonts(style.role),
        w("color", val=style.color) if style.color else None,
        w("spacing", val=round(style.tracking * 20)),
        w("sz", val=size),
        w("szCs", val=size),
    )
    named = (w("name", val=style.name), w("basedOn", val=NORMAL), w("qFormat"), layout, run)
    return w("style", *named, type="paragraph", customStyle="1", styleId=style.identity)

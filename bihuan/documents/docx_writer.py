"""The DOCX of a paper: for editing in Word, WPS or LibreOffice, on the same grid and with the same lines as the PDF.

Numbers bound to facts are content controls (w:sdt) with the fact's tag; the text around them may be edited freely.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from typing import Final

from lxml import etree

from bihuan.documents import docx_styles as styles
from bihuan.documents import notices, tables
from bihuan.documents.colophon import colophon_spacer, colophon_table
from bihuan.documents.docx_runs import Controls, runs_xml
from bihuan.documents.docx_styles import CELL_TWIPS, LINE_TWIPS, RED
from bihuan.documents.fonts import FontSet, discover
from bihuan.documents.gb9704 import (
    MARGIN_BOTTOM_MM,
    MARGIN_LEFT_MM,
    MARGIN_RIGHT_MM,
    MARGIN_TOP_MM,
    PAGE_NUMBER_DROP_MM,
    PAGE_NUMBER_SIZE_PT,
    PAPER_MM,
    PT_PER_MM,
    TITLE_SIZE_PT,
)
from bihuan.documents.geometry import EDITOR_DROP_PT, MARK_LINE_EM, TITLE_PITCH_PT, Head, head_of
from bihuan.documents.glyphs import require_glyphs
from bihuan.documents.paper import (
    DRAFT_DATE,
    DRAFT_NUMBER,
    Annex,
    Block,
    Cell,
    Heading,
    Notice,
    Paper,
    Paragraph,
    RunIn,
    Table,
    addressee_line,
    annex_name,
    annex_note,
    check_line,
    chinese_date,
)
from bihuan.documents.titles import title_lines
from bihuan.documents.typesetting import (
    CELL_PT,
    LEVEL_ROLES,
    TYPE_WIDTH_PT,
    Ruler,
    Run,
    cells,
    closing_block,
    name_and_date_indents,
    runs_of,
)
from bihuan.documents.typst_writer import Rendered, render
from bihuan.documents.wordml import package, relation, w

_TYPE_TWIPS: Final = round(TYPE_WIDTH_PT * 20)
#: What a row's rule adds to its height.
_BORDER_TWIPS: Final = 10
#: What the lines of a remark are shorter than measured, so that rounding never costs a page its last line.
_SHORT_TWIPS: Final = 4
_RULE_EIGHTHS: Final = 12
_RULE_SPACE_PT: Final = 7
_HEADER_MM: Final = 20.0


def write_docx(paper: Paper, *, fonts: FontSet | None = None, properties: Mapping[str, str] | None = None) -> bytes:
    """The paper as DOCX. Same paper → same bytes. `fonts` measure the table cells and find the page of the colophon;
    `properties` are custom properties that editors keep with the file.

    Raises PaperError as `write_pdf` does.
    """
    fonts = fonts if fonts is not None else discover()
    paper.check()
    require_glyphs(paper, fonts)
    parts = {"document.xml": w("document"), "styles.xml": styles.styles(), "settings.xml": styles.settings()}
    parts["fontTable.xml"] = styles.font_table()
    parts |= {"footer1.xml": _footer(paper, odd=True), "footer2.xml": _footer(paper, odd=False)}
    if paper.marking:
        parts["header1.xml"] = _header(paper.marking)
    rendered = render(paper, fonts)
    place = rendered.colophon
    if place == "after-blank":
        parts["footer3.xml"] = w("ftr", _p("GWPageNumber"))
    body = w("body", *_body(paper, fonts, rendered))
    body.append(_section(paper, numbered=place != "after-blank"))
    parts["document.xml"].append(body)
    return package(
        parts, title=paper.title.replace("\n", ""), creator="、".join(paper.issuer), day=paper.date, custom=properties
    )


def _body(paper: Paper, fonts: FontSet, rendered: Rendered) -> Iterator[etree._Element]:
    controls = count(1)
    yield from _head(paper, controls)
    if paper.addressees:
        yield _p("GWAddressee", [Run(addressee_line(paper.addressees), "fang")])
    yield from _blocks(paper.blocks, fonts, controls, closing_block(paper.blocks, Ruler(fonts)))
    yield from _annex_note(paper, fonts)
    yield from _signature(paper, fonts)
    if paper.note:
        yield _p("GWNote", [Run(f"（{paper.note}）", "fang")])
    for order, annex in enumerate(paper.annexes):
        yield from _annex(annex, annex_name(order, len(paper.annexes)), fonts, controls)
    if paper.colophon is not None:
        place = rendered.colophon
        if place == "after-blank":
            yield w("p", w("pPr", *_tiny(), _section(paper, numbered=True)))
        if place != "same":
            yield w("p", w("pPr", *_tiny()), w("r", w("br", type="page")))
        yield colophon_spacer(paper.colophon, fonts, rendered.room)
        yield colophon_table(paper.colophon, fonts)
        yield w("p", w("pPr", *_tiny()))


def _p(
    style: str,
    runs: Sequence[Run] = (),
    layout: Sequence[etree._Element | None] = (),
    controls: Controls | None = None,
    base: str | None = None,
) -> etree._Element:
    """A paragraph in a style; `layout` are further properties in the schema's order, `base` the style's role."""
    properties = w("pPr", w("pStyle", val=style), *layout)
    return w("p", properties, *runs_xml(runs, base or styles.STYLE_ROLES[style], controls))


def _tiny() -> tuple[etree._Element, ...]:
    """Properties of a paragraph that takes no room worth mentioning."""
    return (w("spacing", before="0", after="0", line="20", lineRule="exact"),)


def _blank(twips: int = LINE_TWIPS, *, keep: bool = False) -> etree._Element:
    line = w("spacing", before="0", after="0", line=twips, lineRule="exact")
    return w("p", w("pPr", w("keepNext") if keep else None, line if twips != LINE_TWIPS else None))


def _before(points: float, line: float | None = None) -> etree._Element:
    """Space above a paragraph, in points; `line` an exact line that differs from its style's."""
    exact = {"line": round(line * 20), "lineRule": "exact"} if line is not None else {}
    return w("spacing", before=max(0, round(points * 20)), after="0", **exact)


def _head(paper: Paper, controls: Controls) -> Iterator[etree._Element]:
    """版头 and 标题: paragraphs whose distances put each element where `geometry` has it."""
    head = head_of(paper)
    corner = [("fang", paper.copy_number), ("hei", paper.secrecy), ("hei", paper.urgency)]
    present = [(role, text) for role, text in corner if text]
    for role, text in present + [("fang", "")] * (3 - len(present)):
        yield _p("GWCorner", [Run(text, role)] if text else [])
    yield from _mark(head)
    yield _number(paper, head)
    title = w("p", w("pPr", w("pStyle", val="GWTitle"), _title_spacing(head)))
    for order, line in enumerate(head.title):
        if order:
            title.append(w("r", w("br")))
        title.extend(runs_xml([Run(line, "biaosong")], "biaosong", controls))
    yield title


def _mark(head: Head) -> Iterator[etree._Element]:
    size, line = head.mark.size, head.mark.size * MARK_LINE_EM
    # An exact line puts its base at 80 % of its height; the ink of a Han character starts 0.84 em above the base.
    above = head.mark_top - 3 * LINE_TWIPS / 20 - (0.8 * MARK_LINE_EM - 0.84) * size
    for order, text in enumerate(head.mark.lines):
        paragraph = _p("GWMark", [Run(text, "biaosong")], [_before(above if order == 0 else 0.0, line)])
        for properties in paragraph.iter("{*}rPr"):
            properties.append(w("w", val=round(head.mark.scale * 100)))
            properties.append(w("sz", val=round(size * 2)))
            properties.append(w("szCs", val=round(size * 2)))
        yield paragraph


def _number(paper: Paper, head: Head) -> etree._Element:
    """发文字号 with the red rule as its lower border; on upward papers the number left and 签发人 right
    (§7.2.5–7.2.7).
    """
    rule = w("pBdr", w("bottom", val="single", sz=_RULE_EIGHTHS, space=_RULE_SPACE_PT, color=RED))
    size = head.mark.size
    bottom = head.mark_top + (0.84 - 0.8 * MARK_LINE_EM) * size + MARK_LINE_EM * size * len(head.mark.lines)
    spacing = _before(head.number_top - EDITOR_DROP_PT - bottom)
    number = Run(paper.number or DRAFT_NUMBER, "fang")
    if not paper.upward:
        return _p("GWNumber", [number], [rule, spacing])
    stops = w("tabs", w("tab", val="left", pos=CELL_TWIPS), w("tab", val="right", pos=_TYPE_TWIPS - CELL_TWIPS))
    paragraph = _p("GWNumber", [], [rule, stops, spacing, w("jc", val="left")])
    signer = Run(paper.signer or "\u3000\u3000\u3000", "kai")
    paragraph.append(w("r", w("tab")))
    paragraph.extend(runs_xml([number], "fang", None))
    paragraph.append(w("r", w("tab")))
    paragraph.extend(runs_xml([Run("签发人：", "fang")], "fang", None))
    paragraph.extend(runs_xml([signer], "fang", None, style=styles.SIGNER_STYLE[0]))
    return paragraph


def _title_spacing(head: Head) -> etree._Element:
    line_bottom = head.number_top - EDITOR_DROP_PT + LINE_TWIPS / 20 + _RULE_SPACE_PT + _RULE_EIGHTHS / 8
    title_drop = 0.8 * TITLE_PITCH_PT - 0.88 * TITLE_SIZE_PT
    top = head.title_top - title_drop
    after = head.body_top - EDITOR_DROP_PT - (top + TITLE_PITCH_PT * len(head.title))
    return w("spacing", before=round((top - line_bottom) * 20), after=round(after * 20))


def _blocks(
    blocks: Iterable[Block], fonts: FontSet, controls: Controls, closing: int | None = None
) -> Iterator[etree._Element]:
    for order, block in enumerate(blocks):
        keep = (w("keepNext"), w("keepLines")) if order == closing else ()
        match block:
            case Heading():
                role = LEVEL_ROLES[block.level]
                yield _p(f"GWHeading{block.level}", tuple(runs_of(block.inlines, role)), (), controls)
            case RunIn():
                paragraph = _p("GWBody", (), keep)
                heading = tuple(runs_of(block.heading, LEVEL_ROLES[block.level]))
                style = styles.CHARACTER_STYLES[block.level][0]
                paragraph.extend(runs_xml(heading, "fang", controls, style=style))
                paragraph.extend(runs_xml(tuple(runs_of(block.inlines, "fang")), "fang", controls))
                yield paragraph
            case Paragraph():
                yield _p("GWBody", tuple(runs_of(block.inlines, "fang")), keep, controls)
            case Table():
                yield from _table(block, fonts, controls)
            case Notice():
                yield _notice(block, fonts)


def _notice(notice: Notice, fonts: FontSet) -> etree._Element:
    """A remark in a thin frame; its lines are drawn together by what the frame and the white around it take."""
    frame = notices.set_notice(notice, fonts)
    sides = ("top", "left", "bottom", "right")
    space = {"top": 0, "left": 4, "bottom": round(frame.foot), "right": 4}
    border = w("pBdr", *(w(side, val="single", sz="4", space=space[side], color="000000") for side in sides))
    white = {"before": round(notices.ABOVE_PT * 20), "after": round(notices.BELOW_PT * 20)}
    spacing = w("spacing", **white, line=round(frame.pitch * 20) - _SHORT_TWIPS, lineRule="exact")
    inset = round(notices.INSET_PT * 20)
    layout = [w("keepLines"), border, spacing, w("ind", left=inset, right=inset)]
    return _p("GWNotice", [Run(notice.text, "kai")], layout)


def _table(table: Table, fonts: FontSet, controls: Controls) -> Iterator[etree._Element]:
    ready = tables.set_table(table, fonts)
    above, between, below = ready.gaps
    yield _blank(round(above * 20), keep=True)
    if table.caption:
        yield _p("GWCaption", [Run(table.caption, "hei")], [w("spacing", after=round(between * 20))])
    widths = [round(width * 20) for width in ready.widths]
    edges = ("top", "left", "bottom", "right", "insideH", "insideV")
    inset = round(tables.INSET_PT * 20)
    element = w(
        "tbl",
        w(
            "tblPr",
            w("tblW", w=sum(widths), type="dxa"),
            w("jc", val="center"),
            w("tblBorders", *(w(edge, val="single", sz="4", space="0", color="auto") for edge in edges)),
            w("tblLayout", type="fixed"),
            w("tblCellMar", w("left", w=inset, type="dxa"), w("right", w=inset, type="dxa")),
        ),
        w("tblGrid", *(w("gridCol", w=width) for width in widths)),
    )
    for order, row in enumerate((*table.header, *table.rows)):
        heading = order < ready.header
        height = w("trHeight", val=round(ready.heights[order] * 20) - _BORDER_TWIPS, hRule="atLeast")
        properties = w("trPr", w("cantSplit"), height, w("tblHeader") if heading else None)
        keep = heading or (ready.together and order < len(ready.rows) - 1)
        cells_xml = [_cell(*one, heading, keep, controls) for one in zip(row, widths, ready.centred, strict=True)]
        element.append(w("tr", properties, *cells_xml))
    yield element
    yield _blank(round(below * 20) - _BORDER_TWIPS)


def _cell(cell: Cell, width: int, centred: bool, heading: bool, keep: bool, controls: Controls) -> etree._Element:
    style = "GWTableHead" if heading else "GWTable"
    layout = [w("keepNext") if keep else None, w("jc", val="center") if centred and not heading else None]
    runs = tuple(runs_of(cell, styles.STYLE_ROLES[style]))
    properties = w("tcPr", w("tcW", w=width, type="dxa"), w("vAlign", val="center"))
    return w("tc", properties, _p(style, runs, layout, controls))


def _annex_note(paper: Paper, fonts: FontSet) -> Iterator[etree._Element]:
    if paper.annexes:
        yield _blank(keep=True)
    ruler = Ruler(fonts)
    for order, (_, text) in enumerate(annex_note(paper.annexes)):
        first = (2 if order == 0 else 5) * CELL_TWIPS
        marker = "" if len(paper.annexes) == 1 else f"{order + 1}."
        hang = 5 * CELL_TWIPS + round(ruler.text_width([Run(marker, "fang")]) * 20)
        yield _p("GWAnnexNote", [Run(text, "fang")], [w("keepNext"), w("ind", left=hang, hanging=hang - first)])


def _signature(paper: Paper, fonts: FontSet) -> Iterator[etree._Element]:
    names = paper.signature or paper.issuer
    date = DRAFT_DATE if paper.date is None else chinese_date(paper.date)
    measure = Ruler(fonts).characters
    rights, date_right = name_and_date_indents(names, date, sealed=paper.sealed, width=measure)
    for _ in range(2 if paper.sealed else 1):
        yield _blank(keep=True)
    for name, right in zip(names, rights, strict=True):
        yield _p("GWSignature", [Run(name, "fang")], [w("ind", right=round(right * CELL_PT * 20))])
    keep = w("keepNext") if paper.note else None
    yield _p("GWDate", [Run(date, "fang")], [keep, w("ind", right=round(date_right * CELL_PT * 20))])


def _annex(annex: Annex, name: str, fonts: FontSet, controls: Controls) -> Iterator[etree._Element]:
    yield _p("GWAnnex", [Run(name, "hei")], [w("pageBreakBefore")])
    yield _blank(keep=True)
    title = _p("GWAnnexTitle")
    for order, line in enumerate(title_lines(annex.title)):
        if order:
            title.append(w("r", w("br")))
        title.extend(runs_xml([Run(line, "biaosong")], "biaosong", None))
    yield title
    yield _blank(keep=True)
    yield from _blocks(annex.blocks, fonts, controls)


def _section(paper: Paper, *, numbered: bool) -> etree._Element:
    """Page, margins and grid (§5); `numbered`: with page numbers (the pages after a blank one carry none, §7.5)."""
    odd, even = ("footer1.xml", "footer2.xml") if numbered else ("footer3.xml", "footer3.xml")
    header = [w("headerReference", type=kind, r_id=relation("header1.xml")) for kind in ("default", "even")]
    drop = (MARGIN_BOTTOM_MM - PAGE_NUMBER_DROP_MM) * PT_PER_MM - PAGE_NUMBER_SIZE_PT / 2
    footer = drop - (12.0 if paper.check_code else 0.0)
    margins = {"top": MARGIN_TOP_MM, "right": MARGIN_RIGHT_MM, "bottom": MARGIN_BOTTOM_MM, "left": MARGIN_LEFT_MM}
    twips = {edge: round(mm * PT_PER_MM * 20) for edge, mm in margins.items()}
    return w(
        "sectPr",
        *(header if paper.marking else ()),
        w("footerReference", type="default", r_id=relation(odd)),
        w("footerReference", type="even", r_id=relation(even)),
        w("pgSz", w=round(PAPER_MM[0] * PT_PER_MM * 20), h=round(PAPER_MM[1] * PT_PER_MM * 20)),
        w("pgMar", **twips, header=round(_HEADER_MM * PT_PER_MM * 20), footer=round(footer * 20), gutter="0"),
        w("docGrid", type="lines", linePitch=LINE_TWIPS),
    )


def _footer(paper: Paper, *, odd: bool) -> etree._Element:
    """— 1 — on the outer side, one character in (§7.5); the check code below it on the inner side."""
    outer, inner = ("right", "left") if odd else ("left", "right")
    side = round(PAGE_NUMBER_SIZE_PT * 20)
    number = _p("GWPageNumber", [], [w("ind", **{outer: side}), w("jc", val=outer)])
    number.extend(runs_xml([Run("— ", "song")], "song", None))
    for kind, text in (("begin", None), (None, " PAGE "), ("separate", None), (None, "1"), ("end", None)):
        content = w("fldChar", fldCharType=kind) if kind else w("t" if text == "1" else "instrText", text)
        number.append(w("r", content))
    number.extend(runs_xml([Run(" —", "song")], "song", None))
    root = w("ftr", number)
    if paper.check_code:
        code = [Run(check_line(paper), "song")]
        root.append(_p("GWCheckCode", code, [w("ind", **{inner: side}), w("jc", val=inner)]))
    return root


def _header(marking: str) -> etree._Element:
    """The marking in a box in the white above the type area."""
    sides = ("top", "left", "bottom", "right")
    box = w("pBdr", *(w(side, val="single", sz="6", space="2", color="B00020") for side in sides))
    room = max(0, _TYPE_TWIPS - round((cells(marking) * 12 + 16) * 20)) // 2
    return w("hdr", _p("GWMarking", [Run(marking, "hei")], [box, w("ind", left=room, right=room)]))

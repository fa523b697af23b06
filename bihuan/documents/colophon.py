"""版记 of a DOCX: a table at the foot of the type area (GB/T 9704-2012 §7.4).

Word and WPS hold it there as a floating table. LibreOffice 7 leaves a floating table that is as wide as the text where
it stands in the text; for it a spacer in front of the table takes what is left of the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lxml import etree

from bihuan.documents.docx_runs import runs_xml
from bihuan.documents.fonts import FontSet
from bihuan.documents.gb9704 import COLOPHON_SIZE_PT
from bihuan.documents.geometry import COLOPHON_ROW_PT
from bihuan.documents.paper import Colophon, chinese_date, copies_line
from bihuan.documents.typesetting import TYPE_WIDTH_PT, Ruler, Run, cells
from bihuan.documents.wordml import w

_TYPE_TWIPS: Final = round(TYPE_WIDTH_PT * 20)
_CELL_TWIPS: Final = round(COLOPHON_SIZE_PT * 20)
#: In eighths of a point: 0.35 mm outside, 0.25 mm between.
_OUTER: Final = 8
_INNER: Final = 6
#: For the paragraph that must follow a table, and for rounding.
_SPARE_PT: Final = 3.5


def copies_lines(colophon: Colophon, fonts: FontSet) -> tuple[tuple[Run, ...], ...]:
    """抄送 broken into lines; turned lines align with the first name."""
    ruler = Ruler(fonts, size=COLOPHON_SIZE_PT, tracking=0.0)
    room = TYPE_WIDTH_PT - 2 * COLOPHON_SIZE_PT
    return ruler.set([Run(copies_line(colophon), "fang")], room, room - 3 * COLOPHON_SIZE_PT)


def printer_room() -> float:
    """Room in points for the printing office beside the longest date, gaps and wide digits allowed for."""
    return TYPE_WIDTH_PT - (2 + cells("2023年12月31日印发") + 3) * COLOPHON_SIZE_PT


def colophon_height(colophon: Colophon, fonts: FontSet) -> float:
    """The height of the table in points, rules included."""
    lines = 1 + (len(copies_lines(colophon, fonts)) if colophon.copies_to else 0)
    return lines * COLOPHON_ROW_PT + _OUTER / 8


def colophon_spacer(colophon: Colophon, fonts: FontSet, room: float) -> etree._Element:
    """An empty paragraph that leaves of `room` points just what the table needs."""
    height = max(1.0, room - colophon_height(colophon, fonts) - _SPARE_PT)
    exact = w("spacing", before="0", after="0", line=round(height * 20), lineRule="exact")
    return w("p", w("pPr", w("pStyle", val="GWColophon"), exact))


def colophon_table(colophon: Colophon, fonts: FontSet) -> etree._Element:
    """The table: copies over the printing office and the date; its last rule is the foot of the type area."""
    left = round((printer_room() + COLOPHON_SIZE_PT) * 20)
    right = _TYPE_TWIPS - left
    rows = []
    if colophon.copies_to:
        hang = w("ind", left=4 * _CELL_TWIPS, right=_CELL_TWIPS, hanging=3 * _CELL_TWIPS)
        rows.append(
            _row(
                len(copies_lines(colophon, fonts)), [_cell(_TYPE_TWIPS, copies_line(colophon), hang, span=2, keep=True)]
            )
        )
    day = colophon.print_date
    date = "" if day is None else f"{chinese_date(day)}印发"
    printer = _cell(left, colophon.printer, w("ind", left=_CELL_TWIPS))
    rows.append(_row(1, [printer, _cell(right, date, w("ind", right=_CELL_TWIPS), align="right")]))
    return w("tbl", _properties(), w("tblGrid", w("gridCol", w=left), w("gridCol", w=right)), *rows)


def _properties() -> etree._Element:
    rule = {"val": "single", "space": "0", "color": "000000"}
    none = {"val": "nil"}
    borders = w(
        "tblBorders",
        w("top", sz=_OUTER, **rule),
        w("left", **none),
        w("bottom", sz=_OUTER, **rule),
        w("right", **none),
        w("insideH", sz=_INNER, **rule),
        w("insideV", **none),
    )
    place = w("tblpPr", vertAnchor="margin", horzAnchor="margin", tblpX="0", tblpYSpec="bottom")
    width = w("tblW", w=_TYPE_TWIPS, type="dxa")
    margins = w("tblCellMar", w("left", w="0", type="dxa"), w("right", w="0", type="dxa"))
    return w("tblPr", place, width, borders, w("tblLayout", type="fixed"), margins)


def _row(lines: int, cells_xml: Sequence[etree._Element]) -> etree._Element:
    height = w("trHeight", val=round(lines * COLOPHON_ROW_PT * 20), hRule="atLeast")
    return w("tr", w("trPr", w("cantSplit"), height), *cells_xml)


def _cell(
    width: int, text: str, indent: etree._Element, *, span: int = 1, align: str | None = None, keep: bool = False
) -> etree._Element:
    layout = w(
        "pPr",
        w("pStyle", val="GWColophon"),
        w("keepNext") if keep else None,
        indent,
        w("jc", val=align) if align else None,
    )
    size = w(
        "tcPr", w("tcW", w=width, type="dxa"), w("gridSpan", val=span) if span > 1 else None, w("vAlign", val="center")
    )
    return w("tc", size, w("p", layout, *runs_xml([Run(text, "fang")] if text else [], "fang", None)))

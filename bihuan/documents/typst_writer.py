"""The PDF of a paper, by Typst: the reference that is issued (PDF/A-2b, fonts embedded, the same bytes each time).

The template `data/paper.typ` never changes with the paper: all text goes to it as JSON.
"""

from __future__ import annotations

import datetime
import io
import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

import segno
import typst

from bihuan.documents import notices, tables
from bihuan.documents.colophon import copies_lines, printer_room
from bihuan.documents.fonts import ROLES, FontSet, discover
from bihuan.documents.gb9704 import BODY_SIZE_PT, COLOPHON_SIZE_PT, LINE_PITCH_PT, TITLE_SIZE_PT
from bihuan.documents.geometry import (
    COLOPHON_ROW_PT,
    EDITOR_DROP_PT,
    LEADING_PT,
    TITLE_PITCH_PT,
    TYPE_HEIGHT_PT,
    head_of,
)
from bihuan.documents.glyphs import require_glyphs
from bihuan.documents.lines import NOT_FIRST, NOT_LAST, gap_before
from bihuan.documents.paper import (
    DRAFT_DATE,
    DRAFT_NUMBER,
    Annex,
    Block,
    Heading,
    Notice,
    Paper,
    PaperError,
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
    LATIN_GAP_EM,
    TRACKING_PT,
    TYPE_WIDTH_PT,
    Ruler,
    Run,
    block_runs,
    closing_block,
    name_and_date_indents,
)

TEMPLATE: Final = Path(__file__).parent / "data" / "paper.typ"
_INDENT: Final = 2 * CELL_PT
#: The stroke, in em, that makes regular type look heavy.
THICKEN_EM: Final = 0.03
#: What the Latin font prints; keep in step with lines.is_latin.
_LATIN_COVERS: Final = "[!-~\u00c0-\u024f]"
#: The creation time of a paper without a date: the PDF must not depend on the clock.
_NO_DATE: Final = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
_LOCK: Final = threading.Lock()

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A PDF, and where its colophon stands: on the "same" page as the end of the text, on the "next", or "after-blank".

    `room`: how many points of that page a word processor has left for it.
    """

    pdf: bytes
    colophon: str
    room: float


def write_pdf(paper: Paper, *, fonts: FontSet | None = None) -> bytes:
    """The paper as PDF/A-2b. Same paper and fonts → same bytes.

    Raises PaperError: what `Paper.check` refuses, "glyph" when no font has a character, "font" or "layout" when Typst
    complains.
    """
    return render(paper, fonts if fonts is not None else discover()).pdf


@lru_cache(maxsize=4)
def render(paper: Paper, fonts: FontSet) -> Rendered:
    """The PDF with what the DOCX writer must know of it. The last few papers are remembered."""
    found, place, room = _compiled(paper, fonts, format="pdf", pdf_standards=["a-2b"])
    return Rendered(bytes(cast(bytes, found)), place, _editor_room(place, room))


def pictures(paper: Paper, fonts: FontSet, *, ppi: float) -> tuple[bytes, ...]:
    """The pages of the paper as PNG, `ppi` pixels an inch.

    Raises PaperError as `write_pdf` does.
    """
    found, _, _ = _compiled(paper, fonts, format="png", ppi=ppi)
    pages = found if isinstance(found, list) else [found]
    return tuple(bytes(page) for page in pages)


def _compiled(paper: Paper, fonts: FontSet, **output: Any) -> tuple[Any, str, float]:
    """What Typst makes of a paper, where its colophon stands, and how much room is left there."""
    paper.check()
    require_glyphs(paper, fonts)
    inputs = {"paper": json.dumps(_data(paper, fonts), ensure_ascii=False)}
    moment = _NO_DATE if paper.date is None else datetime.datetime.combine(paper.date, datetime.time(), datetime.UTC)
    try:
        with _LOCK:
            compiler = _compiler(fonts)
            found, warnings = compiler.compile_with_warnings(
                sys_inputs=inputs, timestamp=int(moment.timestamp()), **output
            )
            places = json.loads(compiler.query("<colophon-place>", field="value")) if paper.colophon else []
    except typst.TypstError as error:
        detail = error.message[:300]
        raise PaperError("layout", f"排版失败：{detail}", f"typesetting failed: {detail}") from error
    _refuse_warnings(warnings)
    place, room = places[0] if places else ("same", 0.0)
    return found, place, room


def _editor_room(place: str, room: float) -> float:
    """What is left of the colophon's page in a word processor, whose lines stand lower and reach further down."""
    if place != "same":
        return TYPE_HEIGHT_PT
    below = LINE_PITCH_PT - EDITOR_DROP_PT - BODY_SIZE_PT
    return room - EDITOR_DROP_PT - below


def _refuse_warnings(warnings: Sequence[Any]) -> None:
    """A warning means a font that is not there, or lines that are not the grid's."""
    for warning in warnings:
        message = str(getattr(warning, "message", warning))
        code = "font" if "font" in message else "layout"
        raise PaperError(code, f"排版有警告：{message}", f"typesetting warned: {message}")


@lru_cache(maxsize=2)
def _compiler(fonts: FontSet) -> typst.Compiler:
    """A compiler that keeps the opened fonts; used under the lock only."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(fonts.folders()))
    return typst.Compiler(str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=found)


def _data(paper: Paper, fonts: FontSet) -> Item:
    """Everything the template prints."""
    day = paper.date or _NO_DATE.date()
    return {
        "fonts": {role: _families(fonts, role) for role in ROLES if role != "latin"},
        "latin_covers": _LATIN_COVERS,
        "size": BODY_SIZE_PT,
        "tracking": TRACKING_PT,
        "leading": LEADING_PT,
        "line_pitch": LINE_PITCH_PT,
        "editor_drop": EDITOR_DROP_PT,
        "table": {"size": tables.SIZE_PT, "pitch": tables.PITCH_PT, "inset": tables.INSET_PT},
        "meta": {
            "title": paper.title.replace("\n", ""),
            "author": list(paper.issuer),
            "keywords": [paper.kind] if paper.kind else [],
            "date": [day.year, day.month, day.day],
        },
        "marking": paper.marking,
        "check": check_line(paper),
        "qr": _qr(paper),
        "items": list(_items(paper, fonts)),
    }


def _qr(paper: Paper) -> str:
    """The check address of this very paper as the SVG of a QR code; "" where there is none."""
    if not paper.check_code or not paper.check_address:
        return ""
    out = io.BytesIO()
    address = f"{paper.check_address}/check/{paper.check_code}/"
    segno.make(address, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def _families(fonts: FontSet, role: str) -> Item:
    chain, latin = fonts.chain(role), fonts.latin(role)
    # A title must be heavy: where no heavy face is to be had, its outlines are drawn thicker.
    thicken = THICKEN_EM if role == "biaosong" and not fonts.heavy(role) else 0.0
    return {
        "families": list(dict.fromkeys(face.family for face in chain)),
        "weight": fonts.weight(role),
        "latin": None if latin is None else latin.family,
        "thicken": thicken,
    }


def _items(paper: Paper, fonts: FontSet) -> Iterator[Item]:
    ruler = Ruler(fonts)
    yield _head(paper)
    if paper.addressees:
        yield _paragraph([Run(addressee_line(paper.addressees), "fang")], ruler, first=0.0)
    yield from _blocks(paper.blocks, fonts, ruler, closing_block(paper.blocks, ruler))
    yield from _annex_note(paper, ruler)
    yield from _signature(paper, ruler)
    if paper.note:
        yield _paragraph([Run(f"（{paper.note}）", "fang")], ruler)
    for order, annex in enumerate(paper.annexes):
        yield from _annex(annex, annex_name(order, len(paper.annexes)), fonts, ruler)
    if paper.colophon is not None:
        yield _colophon(paper, fonts)


def _head(paper: Paper) -> Item:
    head = head_of(paper)
    corner = ((paper.copy_number, "fang"), (paper.secrecy, "hei"), (paper.urgency, "hei"))
    number = [Run(paper.number or DRAFT_NUMBER, "fang")]
    signer = [Run("签发人：", "fang"), Run(paper.signer or "\u3000\u3000\u3000", "kai")]
    return {
        "k": "head",
        "height": head.body_top - LEADING_PT,
        "marks": [{"t": text, "r": role} for text, role in corner if text],
        "mark": {
            "lines": [_pieces([Run(line, "biaosong")], 0.0) for line in head.mark.lines],
            "size": head.mark.size,
            "scale": head.mark.scale,
            "top": head.mark_top,
        },
        "number": {
            "lines": _pieces(number, 0.0),
            "signer": _pieces(signer) if paper.upward else None,
            "top": head.number_top,
            "inset": CELL_PT,
        },
        "rule": head.rule,
        "title": {
            "lines": [_pieces([Run(line, "biaosong")], 0.0) for line in head.title],
            "size": TITLE_SIZE_PT,
            "top": head.title_top,
            "pitch": TITLE_PITCH_PT,
        },
    }


def _blocks(blocks: Iterable[Block], fonts: FontSet, ruler: Ruler, closing: int | None = None) -> Iterator[Item]:
    for order, block in enumerate(blocks):
        match block:
            case Table():
                yield from _table(block, fonts)
            case Notice():
                yield _notice(notices.set_notice(block, fonts))
            case _:
                item = _paragraph(block_runs(block), ruler, sticky=isinstance(block, Heading) or order == closing)
                yield {**item, "together": order == closing}


def _paragraph(
    runs: Sequence[Run], ruler: Ruler, *, first: float = _INDENT, rest: float = 0.0, sticky: bool = False
) -> Item:
    """A justified paragraph; `first` and `rest` are the indents of its lines in points."""
    lines = ruler.set(runs, TYPE_WIDTH_PT - first, TYPE_WIDTH_PT - rest)
    pieces = []
    for order, line in enumerate(lines):
        room = TYPE_WIDTH_PT - (rest if order else first)
        pieces.append(_pieces(line, edges=ruler.text_width(line) <= room))
    return {"k": "paragraph", "lines": pieces, "first": first, "rest": rest, "align": "justify", "sticky": sticky}


def _line(runs: Sequence[Run], align: str, *, right: float = 0.0, sticky: bool = False) -> Item:
    line = [_pieces(runs)]
    return {"k": "paragraph", "lines": line, "first": 0, "rest": 0, "align": align, "right": right, "sticky": sticky}


def _blank(lines: int = 1, *, sticky: bool = False) -> Item:
    return {"k": "blank", "lines": lines, "sticky": sticky}


def _notice(ready: notices.SetNotice) -> Item:
    """The frame and its text, where a word processor has them: it sets type 80 % down its lines."""
    drop = 0.8 * ready.pitch - 0.88 * BODY_SIZE_PT
    return {
        "k": "notice",
        "lines": [_pieces(line) for line in ready.lines],
        "pitch": ready.pitch,
        "stroke": notices.STROKE_PT,
        "frame": notices.ABOVE_PT + notices.STROKE_PT / 2 - EDITOR_DROP_PT,
        "inner": ready.inner + notices.STROKE_PT,
        "text": notices.ABOVE_PT + notices.STROKE_PT + drop - EDITOR_DROP_PT,
        "inset": notices.INSET_PT,
    }


def _table(table: Table, fonts: FontSet) -> Iterator[Item]:
    ready = tables.set_table(table, fonts)
    above, between, below = ready.gaps
    yield {"k": "caption", "lines": [_pieces(line) for line in ready.caption], "above": above, "between": between}
    gap = LATIN_GAP_EM * tables.SIZE_PT
    rows = [[[_pieces(line, gap) for line in cell] for cell in row] for row in ready.rows]
    sizes = {"heights": list(ready.heights), "widths": list(ready.widths), "centred": list(ready.centred)}
    yield {"k": "table", "rows": rows, "header": ready.header, "together": ready.together, "below": below, **sizes}


def _annex_note(paper: Paper, ruler: Ruler) -> Iterator[Item]:
    """附件说明: one line below the text; turned lines align with the first character of the annex's title (§7.3.4)."""
    if paper.annexes:
        yield _blank(sticky=True)
    for order, (_, text) in enumerate(annex_note(paper.annexes)):
        first = _INDENT + (0.0 if order == 0 else 3 * CELL_PT)
        marker = "" if len(paper.annexes) == 1 else f"{order + 1}."
        hang = _INDENT + 3 * CELL_PT + ruler.text_width([Run(marker, "fang")])
        yield _paragraph([Run(text, "fang")], ruler, first=first, rest=hang, sticky=True)


def _signature(paper: Paper, ruler: Ruler) -> Iterator[Item]:
    names = paper.signature or paper.issuer
    date = DRAFT_DATE if paper.date is None else chinese_date(paper.date)
    rights, date_right = name_and_date_indents(names, date, sealed=paper.sealed, width=ruler.characters)
    yield _blank(2 if paper.sealed else 1, sticky=True)
    for name, right in zip(names, rights, strict=True):
        yield _line([Run(name, "fang")], "right", right=right * CELL_PT, sticky=True)
    yield _line([Run(date, "fang")], "right", right=date_right * CELL_PT, sticky=bool(paper.note))


def _annex(annex: Annex, name: str, fonts: FontSet, ruler: Ruler) -> Iterator[Item]:
    """An annex: new page, its name on line 1, its title on line 3 (§7.3.7)."""
    yield {"k": "page"}
    yield _paragraph([Run(name, "hei")], ruler, first=0.0, sticky=True)
    yield _blank(sticky=True)
    lines = [_pieces([Run(line, "biaosong")], 0.0) for line in title_lines(annex.title)]
    yield {"k": "large", "lines": lines, "size": TITLE_SIZE_PT}
    yield _blank(sticky=True)
    yield from _blocks(annex.blocks, fonts, ruler)


def _colophon(paper: Paper, fonts: FontSet) -> Item:
    """版记 (§7.4): copies, then the printing office with the date; four-size type, one character in on both sides."""
    assert paper.colophon is not None
    ruler = Ruler(fonts, size=COLOPHON_SIZE_PT, tracking=0.0)
    gap = LATIN_GAP_EM * COLOPHON_SIZE_PT
    rows: list[Item] = []
    if paper.colophon.copies_to:
        left = [_pieces(line, gap) for line in copies_lines(paper.colophon, fonts)]
        rows.append({"left": left, "right": [], "hang": 3 * COLOPHON_SIZE_PT})
    day = paper.colophon.print_date
    printed = [] if day is None else _pieces([Run(f"{chinese_date(day)}印发", "fang")], gap)
    printer = ruler.set([Run(paper.colophon.printer, "fang")], printer_room(), printer_room())
    rows.append({"left": [_pieces(line, gap) for line in printer], "right": printed, "hang": 0.0})
    tall = sum(len(row["left"]) for row in rows) * COLOPHON_ROW_PT
    return {"k": "colophon", "rows": rows, "pitch": COLOPHON_ROW_PT, "height": tall}


def _pieces(runs: Sequence[Run], gap: float = LATIN_GAP_EM * BODY_SIZE_PT, *, edges: bool = True) -> list[Item]:
    """A line's runs for the template, divided where a gap stands and where two marks must not close up.

    `edges`: whether there is room for the gaps at the edges of bound numbers, with which the lines were not broken.
    Typst tracks between the characters of a piece only, so each joint carries the tracking that is lost there.
    """
    tracking = TRACKING_PT if gap == LATIN_GAP_EM * BODY_SIZE_PT else 0.0
    text = "".join(run.text for run in runs)
    pieces: list[Item] = []
    place = 0
    for run in runs:
        start = place
        for index in range(place, place + len(run.text)):
            between = _between(text, index, gap if edges or index > place else 0.0)
            if between is None and (index > place or index == 0):
                continue
            if index > start:
                pieces.append({"t": text[start:index], "r": run.role, "b": run.bold})
            pieces.append({"g": (between or 0.0) + tracking})
            start = index
        place += len(run.text)
        if start < place:
            pieces.append({"t": text[start:place], "r": run.role, "b": run.bold})
    return pieces


def _between(text: str, index: int, gap: float) -> float | None:
    """The gap before a character: None = none to be set, 0 = nothing, but keep the two marks apart."""
    if gap_before(text, index):
        return gap
    marks = NOT_FIRST + NOT_LAST
    return 0.0 if index > 0 and text[index] in marks and text[index - 1] in marks else None

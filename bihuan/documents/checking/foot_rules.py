"""Rules of what follows the text: annexes, signature, colophon (GB/T 9704-2012, 7.3.4-7.3.7 and 7.4)."""

from __future__ import annotations

import itertools
import re
from typing import Final

from bihuan.documents import gb9704
from bihuan.documents.checking.layout import Layout, squeezed
from bihuan.documents.checking.lines import Line
from bihuan.documents.checking.page_rules import indent
from bihuan.documents.checking.report import Report
from bihuan.documents.checking.styles import Edge

_NOTE: Final = re.compile(r"附件：(?:(1)\.)?\S")
_NOTE_ITEM: Final = re.compile(r"(\d+)(.)")


def check_annexes(layout: Layout, report: Report) -> None:
    """附件：1.… after the text; each annex on a new page under 附件1 without a colon."""
    note = layout.annex_note
    listed = 0
    if note:
        listed = _check_note(note, report)
    for annex in layout.annexes:
        line = annex.heading
        if not re.fullmatch(r"附件\d*", squeezed(line.words)):
            report.add("annex", "附件页上的“附件”后不加冒号", "the heading of an annex takes no colon", line)
        if indent(line)[0] > 0.3 or line.look.align in ("center", "right", "end"):
            report.add("annex", "“附件”标识应居左顶格", "the heading of an annex must stand flush left", line)
        if not line.new_page:
            report.add("annex", "附件应另面编排", "an annex must begin on a new page", line)
        if not note:
            report.add("annex", "正文之后没有附件说明", "the annex is not announced after the text", line)
    if note and layout.annexes and listed != len(layout.annexes):
        report.add(
            "annex",
            f"附件说明列了 {listed} 个附件，后附 {len(layout.annexes)} 个",
            f"the note lists {listed} annexes, {len(layout.annexes)} are attached",
            note[0],
        )


def _check_note(note: list[Line], report: Report) -> int:
    """The form of the note. Returns how many annexes it lists."""
    first = squeezed(note[0].words)
    match = _NOTE.match(first)
    if match is None:
        report.add(
            "annex",
            "附件说明应写作“附件：1.……”，用全角冒号，序号后用点",
            "the annex note must read 附件：1.…, with a full-width colon and a point after the number",
            note[0],
        )
    starts = indent(note[0])[0]
    if abs(starts - gb9704.INDENT_CHARACTERS) > gb9704.INDENT_TOLERANCE_CHARACTERS:
        report.add("indent", "附件说明应左空二字", "the annex note must indent two characters", note[0])
    listed = 1
    pieces = [piece.strip() for line in note for piece in line.text.split("\n") if piece.strip()]
    for piece in pieces[1:]:
        item = _NOTE_ITEM.match(squeezed(piece))
        if item is None:
            continue
        listed += 1
        if int(item[1][:6]) != listed or item[2] != ".":
            report.add(
                "annex", f"附件说明的序号应为“{listed}.”", f"the annex note's number must be “{listed}.”", note[0]
            )
    for piece in pieces:
        if piece.endswith(("。", "；", "，", ";", ",", ".")):
            report.add("annex", "附件名称后不加标点", "an annex's name ends without punctuation", note[0])
    return listed


def check_signature(layout: Layout, report: Report) -> None:
    """The date stands to the right, the issuing body above it."""
    line = layout.date
    if line is None or line.cell is not None or line.place != "text":
        return
    first, _ = indent(line)
    if line.look.align not in ("right", "end") and first < 8:
        report.add("signature", "成文日期应靠右编排", "the date must stand to the right", line)
        return
    measurable = len(layout.signature) == 1 and gb9704.DATE_FORM.fullmatch(line.text)
    if measurable and not _stands_right(layout.signature[0], line):
        report.add(
            "signature",
            "署名与日期的位置不合规定：加盖印章的，日期右空四字、署名居中于日期之上；不加盖的，署名右空二字、日期首字右移二字",
            "name and date stand wrong: sealed, the date four characters in and the name centred above it; "
            "unsealed, the name two characters in and the date's first character two to the right of the name's",
            layout.signature[0],
            severity="warning",
        )


def _stands_right(name: Line, date: Line) -> bool:
    """Whether name and date stand as the standard's sealed or unsealed form asks; what cannot be measured passes."""
    spans: list[tuple[float, float]] = []
    for line in (name, date):
        if line.cell is not None or line.look.align not in ("right", "end") or line.text != line.text.strip():
            return True
        inset = line.look.right_chars or line.look.right / gb9704.BODY_SIZE_PT
        spans.append((inset + _width(line.text), inset))
    (name_start, name_end), (date_start, date_end) = spans  # in characters from the right edge
    sealed = abs(date_end - 4) <= 0.6 and abs((name_start + name_end) - (date_start + date_end)) <= 2.4
    # A date longer than the name stands two characters in itself, and the name moves left with it.
    unsealed = abs(min(name_end, date_end) - 2) <= 0.6 or date_end < 2 <= name_end + 0.6
    return sealed or (unsealed and abs(name_start - date_start - 2) <= 1.5)


def _width(text: str) -> float:
    """The width in characters, with the quarter that editors leave between Han characters and digits."""
    turns = sum(a.isascii() != b.isascii() for a, b in itertools.pairwise(text))
    return sum(0.5 if character.isascii() else 1.0 for character in text) + 0.25 * turns


def check_colophon(layout: Layout, report: Report) -> None:
    """版记: lines of 0.35, 0.25 and 0.35 mm, copies, who printed it and when, size 4, nothing after it."""
    if layout.form != "standard":
        return
    lines = layout.colophon
    if not lines:
        report.add("colophon", "没有版记（抄送机关、印发机关和印发日期）", "the paper has no colophon")
        return
    words = [squeezed(line.words) for line in lines]
    if not any(re.search(r"印发$", text) for text in words):
        report.add("colophon", "版记没有“印发日期 + 印发”", "the colophon does not say when it was printed", lines[-1])
    if layout.after_colophon:
        report.add("colophon", "版记之后还有文字", "there is text after the colophon", layout.after_colophon[0])
    copies = [index for index, text in enumerate(words) if re.match("抄送", text)]
    printed = [index for index, text in enumerate(words) if text.endswith("印发")]
    if copies and printed and copies[0] > printed[0]:
        report.add("colophon", "抄送机关应在印发机关之上", "copies must stand above the printing line", lines[0])
    for index in copies:
        if not words[index].startswith("抄送：") or not words[index].endswith("。"):
            report.add("colophon", "应写作“抄送：……。”", "copies must read 抄送：….", lines[index])
    for line in lines:
        if any(abs(run.look.size - gb9704.COLOPHON_SIZE_PT) > gb9704.SIZE_TOLERANCE_PT for _, run in line.characters()):
            report.add("colophon", "版记字号应为 4 号（14 磅）", "the colophon must be size 4 (14 pt)", line)
    _check_rules(layout, report)


def _check_rules(layout: Layout, report: Report) -> None:
    weights = _weights(layout)
    lines = layout.colophon
    if len(weights) < 2:
        report.add("colophon", "版记没有首条和末条分隔线", "the colophon lacks its first and last rule", lines[0])
        return
    last = len(weights) - 1
    for index, weight in enumerate(weights):
        outer = index in (0, last)
        must = gb9704.COLOPHON_OUTER_RULE_MM if outer else gb9704.COLOPHON_INNER_RULE_MM
        if abs(weight - must) > gb9704.COLOPHON_RULE_TOLERANCE_MM:
            zh, en = ("首末条", "first and last") if outer else ("中间", "middle")
            report.add(
                "colophon",
                f"版记{zh}分隔线粗 {weight:.2f} mm，应为 {must} mm",
                f"the colophon's {en} rules are {weight:.2f} mm; they must be {must} mm",
                lines[0],
            )
    rows = _rows(lines)
    if last == 1 and rows > 1:
        report.add("colophon", "版记各要素之间应有分隔线", "a rule must part the colophon's elements", lines[0])


def _rows(lines: list[Line]) -> int:
    keys = {(line.cell.table, line.cell.row) if line.cell is not None else line.index for line in lines}
    return len(keys)


def _weights(layout: Layout) -> list[float]:
    """Weights in mm of the horizontal rules of the colophon, from the top down."""
    lines = layout.colophon
    first, last = lines[0].index, lines[-1].index
    block = [line for line in layout.reading.lines if first - 2 <= line.index <= last + 2]
    strokes = [stroke.weight_mm for line in block for stroke in line.strokes]
    if len(strokes) >= 2:
        return strokes
    if all(line.cell is not None for line in lines):
        return _table_weights(lines)
    near = [line for line in block if first <= line.index <= last or not line.words]
    return _border_weights(near)


def _table_weights(lines: list[Line]) -> list[float]:
    found: list[float] = []
    below: Edge | None = None
    for _, group in itertools.groupby(lines, key=lambda line: line.cell.row if line.cell is not None else -1):
        cell = next(group).cell
        if cell is None:
            continue
        top = cell.top or below
        if top is not None:
            found.append(top.weight_mm)
        below = cell.bottom
    return [*found, below.weight_mm] if below is not None else found


def _border_weights(lines: list[Line]) -> list[float]:
    """Paragraph borders; neighbours with the same borders are one box, ``between`` inside (ISO 29500-1 §17.3.1.7)."""
    found: list[float] = []
    for _, group in itertools.groupby(lines, key=lambda line: line.look.border_key):
        box = list(group)
        edges = box[0].look.edges
        if "top" in edges:
            found.append(edges["top"].weight_mm)
        if "between" in edges:
            found.extend([edges["between"].weight_mm] * (len(box) - 1))
        if "bottom" in edges:
            found.append(edges["bottom"].weight_mm)
    return found

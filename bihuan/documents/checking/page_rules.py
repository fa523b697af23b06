"""Rules of the page: paper, margins, grid, page number (GB/T 9704-2012, 5 and 7.5)."""

from __future__ import annotations

import re

from bihuan.documents import gb9704
from bihuan.documents.checking.layout import Layout, centred, heading_level
from bihuan.documents.checking.lines import Furniture, Line, Section, font_slot
from bihuan.documents.checking.report import Report


def check_page(layout: Layout, report: Report) -> None:
    """Every section is on A4, upright or turned."""
    for index, section in enumerate(layout.reading.sections, 1):
        sides = sorted((section.width, section.height))
        if any(abs(a - b) > gb9704.PAPER_TOLERANCE_MM for a, b in zip(sides, gb9704.PAPER_MM, strict=True)):
            report.add(
                "page",
                f"纸张为 {section.width:.0f} × {section.height:.0f} mm，应为 A4（210 × 297 mm）",
                f"the paper is {section.width:.0f} × {section.height:.0f} mm; it must be A4 (210 × 297 mm)",
                f"§{index}",
            )


def check_margins(layout: Layout, report: Report) -> None:
    """天头 37, 订口 28, so 26 right and 35 below, each ± 1 mm; a turned page keeps the same type area."""
    for index, section in enumerate(layout.reading.sections, 1):
        if section.landscape or section.width > section.height:
            _check_turned(section, index, report)
            continue
        margins = section.margins
        found = {
            ("上", "top"): (abs(margins["top"]), gb9704.MARGIN_TOP_MM),
            ("下", "bottom"): (abs(margins["bottom"]), gb9704.MARGIN_BOTTOM_MM),
            ("左", "left"): (margins["left"] + margins["gutter"], gb9704.MARGIN_LEFT_MM),
            ("右", "right"): (margins["right"], gb9704.MARGIN_RIGHT_MM),
        }
        wrong = {names: pair for names, pair in found.items() if abs(pair[0] - pair[1]) > gb9704.MARGIN_TOLERANCE_MM}
        if wrong:
            zh = "、".join(f"{names[0]} {is_:.1f}（应为 {must:.0f}）" for names, (is_, must) in wrong.items())
            en = ", ".join(f"{names[1]} {is_:.1f} (must be {must:.0f})" for names, (is_, must) in wrong.items())
            report.add("margins", f"页边距（mm）不对：{zh}", f"wrong margins (mm): {en}", f"§{index}")


def _check_turned(section: Section, index: int, report: Report) -> None:
    margins = section.margins
    wide = section.width - margins["left"] - margins["right"] - margins["gutter"]
    high = section.height - abs(margins["top"]) - abs(margins["bottom"])
    must = gb9704.TYPE_AREA_MM
    if abs(wide - must[1]) > 2 * gb9704.MARGIN_TOLERANCE_MM or abs(high - must[0]) > 2 * gb9704.MARGIN_TOLERANCE_MM:
        report.add(
            "margins",
            f"横排页版心为 {wide:.0f} × {high:.0f} mm，应为 225 × 156 mm",
            f"the turned page's type area is {wide:.0f} × {high:.0f} mm; it must be 225 × 156 mm",
            f"§{index}",
        )


def check_grid(layout: Layout, report: Report) -> None:
    """22 lines of 28 characters: the pitch of lines and of characters that the text really gets."""
    for line in layout.paragraphs():
        section = layout.reading.sections[line.section]
        _check_line_pitch(line, section, report)
        _check_character_pitch(line, section, report)
        if line.look.before > 0.5 or line.look.after > 0.5:
            report.add(
                "grid",
                "正文段落设了段前或段后间距，行不落在网格上",
                "text paragraphs have space before or after, which moves lines off the grid",
                line,
            )


def line_pitch(line: Line, section: Section) -> float | None:
    """Pitch of a paragraph's lines in points, or None where only the font knows."""
    look = line.look
    if look.line_rule == "exact":
        return look.line
    gridded = section.grid_type in ("lines", "linesAndChars", "snapToChars") and look.snaps and section.line_pitch > 0
    if look.line_rule == "atLeast":
        return max(look.line, section.line_pitch if gridded else 0.0)
    return section.line_pitch * look.line if gridded else None


def _check_line_pitch(line: Line, section: Section, report: Report) -> None:
    pitch = line_pitch(line, section)
    if pitch is None:
        report.add(
            "grid",
            "正文没有固定行距，也没有文档网格，每页不能保证 22 行",
            "the text has neither an exact line pitch nor a document grid, so 22 lines a page are not assured",
            line,
        )
        return
    off = abs(pitch - gb9704.LINE_PITCH_PT) > gb9704.LINE_PITCH_TOLERANCE_PT
    spare = 0.6  # points on a page: what rounding to twentieths of a point can add over 22 lines
    too_long = gb9704.LINES * pitch > gb9704.TYPE_AREA_MM[1] * gb9704.PT_PER_MM + spare
    if off or too_long:
        report.add(
            "grid",
            f"正文行距 {pitch:.2f} 磅，每页 22 行应约为 28.95 磅",
            f"the text's line pitch is {pitch:.2f} pt; 22 lines a page need about 28.95 pt",
            line,
        )


def _check_character_pitch(line: Line, section: Section, report: Report) -> None:
    low, high = gb9704.CHARACTER_PITCH_RANGE_PT
    for character, run in line.characters():
        if font_slot(character, run.look) != "eastAsia":
            continue
        gridded = section.grid_type in ("linesAndChars", "snapToChars") and line.look.snaps and run.look.snaps
        # Size is a rule of its own: the pitch is what a size-3 character gets here.
        pitch = gb9704.BODY_SIZE_PT + run.look.spacing + (section.char_space if gridded else 0.0)
        if not low <= pitch <= high:
            fits = int(gb9704.TYPE_AREA_MM[0] * gb9704.PT_PER_MM / max(pitch, 1.0))
            report.add(
                "grid",
                f"正文字距 {pitch:.2f} 磅，每行约 {fits} 字，应为每行 28 字（约 15.79 磅）",
                f"the text's character pitch is {pitch:.2f} pt, about {fits} a line; 28 a line need about 15.79 pt",
                line,
            )
            return


def check_page_number(layout: Layout, report: Report) -> None:
    """Footers with — 1 —, size 4 宋体, odd right and even left, 7 mm below the type area.

    A blank page before the colophon carries no number, nor does the colophon's page behind it.
    """
    kinds = {"default"} | ({"even"} if layout.reading.even_and_odd else set())
    if not any(_numbered(item) for section in layout.reading.sections for item in section.footers):
        report.add("page-number", "页脚没有页码", "the footers have no page number")
        return
    if not layout.reading.even_and_odd:
        report.add(
            "page-number",
            "没有区分奇偶页页脚：单页码居右空一字，双页码居左空一字",
            "odd and even footers are not told apart: odd numbers stand right, even ones left",
        )
    for index, section in enumerate(layout.reading.sections, 1):
        if index > 1 and _bare(layout, index - 1) and not any(_numbered(item) for item in section.footers):
            continue
        found = {item.kind: item for item in section.footers}
        for kind in sorted(kinds | ({"first"} if section.title_page else set())):
            item = found.get(kind)
            numbered = _numbered(item) if item is not None else []
            if item is None or not numbered:
                names = {"default": ("单页", "odd"), "even": ("双页", "even"), "first": ("首页", "first")}[kind]
                report.add(
                    "page-number", f"{names[0]}页脚没有页码", f"the {names[1]} footer has no number", f"§{index}"
                )
                continue
            _check_number_line(numbered[0], item, section, report, sided=layout.reading.even_and_odd)


def _bare(layout: Layout, section: int) -> bool:
    """Whether a section has nothing but the colophon: with a blank page before it, neither carries a number (7.5)."""
    colophon = {line.index for line in layout.colophon}
    words = [line for line in layout.reading.lines if line.section == section and line.words]
    return all(line.index in colophon for line in words)


def _numbered(item: Furniture) -> list[Line]:
    return [line for line in item.lines if any(run.field == "PAGE" for run in line.runs)]


def _check_number_line(line: Line, item: Furniture, section: Section, report: Report, *, sided: bool) -> None:
    where = item.part.rsplit("/", 1)[-1]
    around = line.text if line.cell is None else line.words
    form = re.search(r"[^\t\n]*", _around_number(around, line))
    printed = form[0].strip(" \u3000\xa0") if form else ""
    if not gb9704.PAGE_NUMBER_FORM.fullmatch(printed):
        report.add(
            "page-number",
            f"页码形式为“{printed}”，应为“— 1 —”（一字线加阿拉伯数字）",
            f"the page number reads “{printed}”; it must read “— 1 —”",
            where,
        )
    sizes = {run.look.size for run in line.runs if run.text.strip() and (run.field == "PAGE" or "—" in run.text)}
    if any(abs(size - gb9704.PAGE_NUMBER_SIZE_PT) > gb9704.SIZE_TOLERANCE_PT for size in sizes):
        report.add("page-number", "页码字号应为 4 号（14 磅）", "the page number must be size 4 (14 pt)", where)
    for run in line.runs:
        if run.field == "PAGE" and gb9704.font_family(run.look.fonts["ascii"]) != gb9704.SONGTI:
            report.add(
                "page-number",
                f"页码字体为 {run.look.fonts['ascii'] or '未指定'}，应为宋体",
                f"the page number is set in {run.look.fonts['ascii'] or 'no named font'}; it must be 宋体",
                where,
            )
    side = _side(line)
    if sided and item.kind in ("default", "first", "even"):
        must = "left" if item.kind == "even" else "right"
        if side not in (must, "outside"):
            zh, en = ("双页码应居左空一字", "even numbers") if must == "left" else ("单页码应居右空一字", "odd numbers")
            report.add("page-number", zh, f"{en} must stand {must}, one character in", where)
    _check_drop(line, item, section, report, where)


def _around_number(text: str, line: Line) -> str:
    """The piece between tabs that holds the number."""
    before = 0
    for run in line.runs:
        if run.field == "PAGE":
            break
        before += len(run.text)
    start = max(text.rfind("\t", 0, before), text.rfind("\n", 0, before)) + 1
    ends = [place for mark in "\t\n" if (place := text.find(mark, before)) >= 0]
    return text[start : min(ends, default=len(text))]


def _side(line: Line) -> str:
    """Where the number stands: left, right, center or outside (right on odd pages, left on even ones)."""
    framed = line.look.frame.get("xAlign")
    if framed:
        return framed
    if line.cell is not None and line.cell.columns > 1 and line.look.align not in ("right", "end", "center"):
        return "left" if line.cell.column == 0 else "right"
    leading = 0
    for run in line.runs:
        if run.field == "PAGE":
            break
        leading += run.text.count("\t")
    if leading:
        stops = [kind for _, kind in line.look.tabs]
        kind = stops[min(leading, len(stops)) - 1] if stops else "left"
        return {"end": "right", "right": "right", "center": "center"}.get(kind, "right" if leading > 1 else "left")
    return {"right": "right", "end": "right", "center": "center", "distribute": "center"}.get(line.look.align, "left")


def _check_drop(line: Line, item: Furniture, section: Section, report: Report, where: str) -> None:
    """The dash lies 7 mm below the type area; heights are estimated, so only a plain miss is reported."""
    if line.look.frame or line.place == "box" or section.landscape or line.cell is not None:
        return
    below, seen = 0.0, False
    for other in item.lines:
        height = line_pitch(other, section) or (other.size or 12.0) * 1.25
        if other is line:
            below, seen = height / 2 + other.look.after, True
        elif seen:
            below += height + other.look.before + other.look.after
    drop = abs(section.margins["bottom"]) - section.margins["footer"] - below / gb9704.PT_PER_MM
    if abs(drop - gb9704.PAGE_NUMBER_DROP_MM) > gb9704.PAGE_NUMBER_DROP_TOLERANCE_MM:
        report.add(
            "page-number",
            f"页码一字线约在版心下边缘之下 {drop:.0f} mm，应为 7 mm",
            f"the page number stands about {drop:.0f} mm below the type area; it must be 7 mm",
            where,
            severity="warning",
        )


def check_indents(layout: Layout, report: Report) -> None:
    """Each paragraph begins two characters in, and its other lines at the edge."""
    for line in layout.paragraphs():
        if centred(line) or line.look.align in ("right", "end"):
            continue
        first, rest = indent(line)
        wrong = abs(first - gb9704.INDENT_CHARACTERS) > gb9704.INDENT_TOLERANCE_CHARACTERS or abs(rest) > 0.3
        if wrong:
            what = ("标题", "headings") if heading_level(line.words)[0] else ("正文段落", "paragraphs")
            report.add(
                "indent",
                f"{what[0]}应左空二字，回行顶格（此处首行 {first:.1f} 字，回行 {rest:.1f} 字）",
                f"{what[1]} must indent two characters and turn back to the edge "
                f"(here {first:.1f}, then {rest:.1f} characters)",
                line,
            )


def indent(line: Line) -> tuple[float, float]:
    """Where the first and the other lines of a paragraph begin, in characters of the text, blanks typed included."""
    look, em = line.look, gb9704.BODY_SIZE_PT
    rest = look.left_chars or look.left / em  # zero characters means: use the length
    first = look.first_chars if look.first_chars is not None else look.first / em
    text = line.text
    typed = 0.0
    stops = [position / em for position, kind in look.tabs if kind in ("left", "start", "num")]
    for character in text[: len(text) - len(text.lstrip(" \u3000\u2003\t"))]:
        if character == "\t":  # to the next stop, or by the two characters that Chinese templates set
            beyond = [stop for stop in stops if stop > rest + first + typed + 0.01]
            typed = beyond[0] - rest - first if beyond else typed + 2.0
        else:
            typed += 1.0 if character in "\u3000\u2003" else 0.5
    return rest + first + typed, rest

"""Rules of the head: mark, number, signer, red rule, title, addressee (GB/T 9704-2012, 7.2 and 7.3.1-7.3.2)."""

from __future__ import annotations

import re
from typing import Final

from bihuan.documents import gb9704
from bihuan.documents.checking.layout import Layout, centred, is_red, squeezed
from bihuan.documents.checking.lines import Line, Run, Stroke
from bihuan.documents.checking.page_rules import indent, line_pitch
from bihuan.documents.checking.report import Report

_UPWARD: Final = re.compile(r"(报告|请示)$")
_SIGNER: Final = re.compile(r"签发人：\S+")


def check_mark(layout: Layout, report: Report) -> None:
    """The mark is there, red, centred, large, its top 35 mm below the top of the type area."""
    if not layout.mark:
        report.add("mark", "没有红色的发文机关标志", "the paper has no red mark of the issuing body")
        return
    for line in layout.mark:
        if not all(is_red(run.look.color) for _, run in line.characters()):
            report.add("mark", "发文机关标志应为红色", "the mark must be red", line)
        if not centred(line) and line.cell is None and line.place == "text":
            report.add("mark", "发文机关标志应居中", "the mark must be centred", line)
        if line.size < gb9704.TITLE_SIZE_PT:
            report.add("mark", "发文机关标志字号应大于标题", "the mark must be larger than the title", line)
    if layout.form != "letter":
        _check_mark_place(layout, report)


def _check_mark_place(layout: Layout, report: Report) -> None:
    first = layout.mark[0]
    section = layout.reading.sections[0]
    if first.place != "text" or first.cell is not None or first.look.frame or first.section != 0:
        return
    down = 0.0
    for line in layout.reading.lines:
        if line is first:
            break
        if line.place != "text" or line.look.frame:
            continue
        pitch = line_pitch(line, section)
        if pitch is None:
            return
        down += line.look.before + pitch + line.look.after
    height = line_pitch(first, section) or first.size * 1.3
    top = down + first.look.before + max(height - first.size, 0.0) / 2
    distance = abs(section.margins["top"]) - gb9704.MARGIN_TOP_MM + top / gb9704.PT_PER_MM
    if abs(distance - gb9704.MARK_TOP_MM) > gb9704.MARK_TOP_TOLERANCE_MM:
        report.add(
            "mark",
            f"发文机关标志上边缘约在版心上边缘之下 {distance:.0f} mm，应为 35 mm",
            f"the mark's top edge stands about {distance:.0f} mm below the top of the type area; it must be 35 mm",
            first,
            severity="warning",
        )


def check_number(layout: Layout, report: Report) -> None:
    """The number's form, on its own line and wherever the text cites one."""
    if layout.number is None:
        if layout.form == "standard":
            report.add("number", "没有发文字号", "the paper has no document number")
    else:
        text = layout.number_text
        if not layout.draft and not gb9704.NUMBER_FORM.fullmatch(text):
            zh, en = _number_fault(text)
            report.add("number", f"发文字号“{text}”{zh}", f"the number “{text}” {en}", layout.number)
        _check_number_place(layout, layout.number, report)
    for line in [*layout.title, *layout.paragraphs(), *layout.annex_note]:
        for match in gb9704.NUMBER_LIKE.finditer(line.words):
            cited = re.split(r"根据|按照|依据|依照|印发|转发|关于|以及|[和与及]", match[0].strip())[-1]
            if cited.endswith("号") and re.search(r"\d{2}", cited) and not _ends_right(cited):
                zh, en = _number_fault(cited)
                report.add("number", f"引用的文号“{cited}”{zh}", f"the cited number “{cited}” {en}", line)


def _check_number_place(layout: Layout, line: Line, report: Report) -> None:
    """Centred under the mark; beside a signer at the left, one character in."""
    if line.cell is not None or line.place != "text" or line.look.frame:
        return
    if layout.signer is None:
        if not centred(line):
            report.add("number", "发文字号应居中", "the number must be centred", line)
    elif layout.signer is line and (centred(line) or abs(indent(line)[0] - 1) > 0.4):
        report.add("number", "上行文的发文字号应居左空一字", "an upward number must stand left, one character in", line)


def _ends_right(cited: str) -> bool:
    """Whether a citation ends in a number of the right form, whatever words stand before it."""
    return any(gb9704.NUMBER_FORM.fullmatch(cited, start) for start in range(len(cited)))


def _number_fault(text: str) -> tuple[str, str]:
    squeezed_text = squeezed(text)
    if not re.search("〔.*〕", squeezed_text):
        return "年份应用六角括号〔 〕", "must have its year in six-angle brackets 〔 〕"
    if "第" in squeezed_text:
        return "不编虚位、不加“第”字", "must not have 第"
    if re.search(r"〕0", squeezed_text):
        return "序号不编虚位（1 不编为 01）", "must not pad its serial with zeros"
    if not squeezed_text.endswith("号"):
        return "应以“号”结尾", "must end with 号"
    if not re.search(r"〔\d{4}〕", squeezed_text):
        return "年份应用阿拉伯数字标全称", "must give the full year in Arabic digits"
    return "应为“机关代字〔年份〕序号”的形式，如 临州安办〔2023〕15号", "must be formed like 临州安办〔2023〕15号"


def check_signer(layout: Layout, report: Report) -> None:
    """A report or request that goes upward names who signs it."""
    upward = bool(_UPWARD.search(layout.title_text)) and layout.official and layout.form == "standard"
    if layout.signer is None:
        if upward:
            report.add("signer", "上行文应标注签发人", "an upward paper must name its signer", _first(layout.title))
        return
    words = squeezed(layout.signer.words)
    if not _SIGNER.search(words):
        report.add(
            "signer", "签发人应写作“签发人：姓名”，用全角冒号", "the signer must read 签发人：NAME", layout.signer
        )
        return
    for character, run in _after_colon(layout.signer):
        if "\u4e00" <= character <= "\u9fff" and gb9704.font_family(run.look.fonts["eastAsia"]) != gb9704.KAITI:
            report.add("signer", "签发人姓名应用楷体", "the signer's name must be in 楷体", layout.signer)
            return


def _after_colon(line: Line) -> list[tuple[str, Run]]:
    found = list(line.characters())
    text = "".join(character for character, _ in found)
    return found[text.find("：", text.find("签发人")) + 1 :]


def _first(lines: list[Line]) -> Line | str:
    return lines[0] if lines else ""


def check_red_rule(layout: Layout, report: Report) -> None:
    """Below the number a red line, 4 mm from it, as wide as the type area."""
    if not layout.official or layout.form != "standard":
        return
    last = max((line for line in (layout.number, layout.signer, *layout.mark) if line is not None), key=_index)
    stop = layout.title[0].index if layout.title else last.index + 6
    rules = _rules_below(layout, last, stop)
    if not rules:
        report.add("red-rule", "发文字号之下没有版头分隔线", "there is no red rule below the number", last)
        return
    red = [rule for rule in rules if is_red(rule[0])]
    if not red:
        report.add("red-rule", "版头分隔线应为红色", "the rule below the number must be red", last)
        return
    _, gap, narrow = red[0]
    low, high = (gb9704.RED_RULE_GAP_MM + sign * gb9704.RED_RULE_GAP_TOLERANCE_MM for sign in (-1, 1))
    if gap is not None and (gap[1] < low or gap[0] > high):
        report.add(
            "red-rule",
            f"版头分隔线距发文字号约 {sum(gap) / 2:.1f} mm，应为 4 mm",
            f"the red rule stands about {sum(gap) / 2:.1f} mm below the number; it must be 4 mm",
            last,
        )
    if narrow:
        report.add("red-rule", "版头分隔线应与版心等宽", "the red rule must be as wide as the type area", last)


_Rule = tuple[str | None, tuple[float, float] | None, bool]


def _rules_below(layout: Layout, last: Line, stop: int) -> list[_Rule]:
    """Lines drawn between the number and the title: colour, gap in mm (least, most; None if unknown), too narrow."""
    section = layout.reading.sections[0]
    millimetre = 1 / gb9704.PT_PER_MM
    pitch = line_pitch(last, section) or last.size * 1.3
    # Where a line is higher than its letters, word processors put from none to half of the rest below them.
    slack = max(pitch - last.size, 0.0) / 2
    found: list[_Rule] = []
    down: float | None = last.look.after
    for line in layout.reading.lines[last.index - 1 :]:
        if line.index > stop:
            break
        narrow = line.look.left > 3 or line.look.right > 3
        if line is not last and "top" in line.look.edges and down is not None:
            gap = down + line.look.before - line.look.edges["top"].space
            found.append((line.look.edges["top"].color, (gap * millimetre, (gap + slack) * millimetre), narrow))
        for stroke in line.strokes:
            found.append((stroke.color, _stroke_gap(stroke, line, last, pitch, slack), stroke.width_mm < 150))
        if line.cell is not None and line.cell.bottom is not None and line.cell.row == line.cell.rows - 1:
            found.append((line.cell.bottom.color, None, False))
        if line.index == stop:
            break
        if "bottom" in line.look.edges:
            height = 0.0 if line is last else _height(line, section.line_pitch, down)
            gap = (0.0 if line is last else (down or 0.0)) + height + line.look.edges["bottom"].space
            found.append((line.look.edges["bottom"].color, (gap * millimetre, (gap + slack) * millimetre), narrow))
        if line is not last:
            down = None if down is None else down + _height(line, section.line_pitch, down)
    return found


def _height(line: Line, grid_pitch: float, down: float | None) -> float:
    pitch = line.look.line if line.look.line_rule == "exact" else (grid_pitch or line.size * 1.3)
    return line.look.before + pitch + line.look.after if down is not None else 0.0


def _stroke_gap(stroke: Stroke, line: Line, last: Line, pitch: float, slack: float) -> tuple[float, float] | None:
    if stroke.offset is None or stroke.origin not in ("paragraph", "line"):
        return None
    if line is last:
        gap = stroke.offset - pitch / gb9704.PT_PER_MM
        return (gap, gap + slack / gb9704.PT_PER_MM)
    if line.index == last.index + 1:
        return (stroke.offset, stroke.offset + slack / gb9704.PT_PER_MM)
    return None


def _index(line: Line) -> int:
    return line.index


def check_title(layout: Layout, report: Report) -> None:
    """There is a title, centred."""
    if not layout.title:
        report.add("title", "没有找到居中的标题", "no centred title was found")
        return
    for line in layout.title:
        if not centred(line):
            report.add("title", "标题应居中", "the title must be centred", line)
    if layout.title_text.endswith(("。", "；", "，")):
        report.add("title", "标题末尾不用标点", "a title ends without punctuation", layout.title[-1])


def check_addressee(layout: Layout, report: Report) -> None:
    """主送机关 stands flush left and ends with a full-width colon."""
    line = layout.addressee
    if line is None:
        return
    if not line.words.endswith("："):
        report.add("addressee", "主送机关后应标全角冒号", "the addressee must end with a full-width colon", line)
    first, rest = indent(line)
    if max(first, rest) > 0.3 or line.look.align in ("right", "end", "center"):
        report.add("addressee", "主送机关应居左顶格", "the addressee must stand flush left", line)

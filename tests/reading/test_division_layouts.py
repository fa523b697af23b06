"""Layouts of divisions of work, each read as a person would; and whatever the table, no row of it is lost."""

from __future__ import annotations

import io
import zipfile
from collections import Counter

import pytest
from division_layouts import LAYOUTS, Layout
from division_papers import pasted, sheet, word_table
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.reading.division.duty import DivisionRead, DutyRead, LineKind
from bihuan.reading.division.read import read_division

D, S, H, T, N, U = (LineKind.DUTY, LineKind.SECTION, LineKind.HEADING, LineKind.TITLE, LineKind.NOTE, LineKind.UNREAD)


def day(duty: DutyRead) -> str:
    first, last = duty.due.first, duty.due.last
    ends = [f"{at.month}.{at.day}" if at else "" for at in (first, last)]
    return f"{duty.due.kind} {ends[0] if ends[0] == ends[1] else '-'.join(ends)}".strip()


def who(duty: DutyRead) -> str:
    """Leads > assisting > leader, section, owner."""
    names = [" ".join(named.printed for named in found) for found in (duty.leads, duty.assisting)]
    return ">".join(names) + "".join(f" [{text}]" for text in (duty.leader, duty.section_office, duty.owner) if text)


def told(duty: DutyRead) -> tuple[str, str, str, str]:
    """A duty in four words: section/number, task, who, when."""
    return f"{duty.section}|{duty.number}".strip("|"), duty.task, who(duty), day(duty)


EXPECTED: dict[str, tuple[list[tuple[str, str, str, str]], list[LineKind]]] = {
    "key_tasks": (
        [
            ("一、启动仪式|1", "举办启动仪式", "州安委办>各县市政府 州公安局（交警支队） [示例·甲]", "exact 6.1"),
            ("一、启动仪式|2", "悬挂宣传标语", "州应急局>各县市安委办 各成员单位 [示例·甲]", "range 6.1-6.10"),
            ("二、宣传咨询|3", "咨询日", "州安委办 州应急局>州文体广电和旅游局 州总工会 部门 [示例·乙]", "exact 6.16"),
        ],
        [H, H, S, D, D, S, D, N],
    ),
    "office_tasks": (
        [
            ("1", "活动方案", "> [示例·丙 （副局长）] [办公室] [示例·甲]", "exact -5.31"),
            ("2", "现场布置", "> [示例·丙 （副局长）] [宣传科] [示例·乙]", "exact 6.11"),
            ("2", "现场布置", "> [示例·丙 （副局长）] [宣传科] [示例·乙]", "exact -6.12"),
            ("3", "资料发放", "> [示例·丁] [法规科、执法队] [各科室负责人]", "period"),
        ],
        [H, D, D, D, D],
    ),
    "ledger_sheet": (
        [
            ("宣传教育|1", "主题宣讲", "州应急局 州委宣传部> [示例·甲]", "exact 6.10"),
            ("宣传教育|2", "警示教育", "各县市 各部门> [示例·乙]", "range 6.1-6.30"),
            ("宣传教育|3", "知识竞赛", "州应急局>", "exact -6.30"),
            ("应急演练|4", "综合演练", "州消防救援支队> [示例·丙]", "monthly"),
        ],
        [T, T, H, D, D, D, D, N],
    ),
    "labelled_cells": (
        [
            ("1", "宣传咨询日", "州应急局>各县市政府 州教育局", "exact 6.16"),
            ("2", "知识竞赛", "州应急局>各成员单位", "range 6.1-6.30"),
            ("3", "应急演练", "州消防救援支队>州应急局 各县市", "range 6.21-6.30"),
            ("4", "总结报告", "州安委办>", "range 7.1-7.10"),
        ],
        [H, D, D, D, D],
    ),
    "over_two_pages": (
        [
            ("1", "方案制定", "州安委办>", "exact -5.20"),
            ("2", "氛围营造", "州委宣传部>各县市", "range 6.1-6.30"),
            ("3", "隐患排查", "州应急局>各成员单位", "lasting"),
            ("4", "应急演练", "州应急局>州消防救援支队", "exact 6.20"),
            ("5", "总结", "州安委办>", "exact 7.5"),
        ],
        [H, D, D, D, D, H, D],
    ),
    "tables_under_headings": (
        [
            ("一、启动仪式", "启动仪式", "州安委会>成员单位", "exact 6.1"),
            ("二、安全宣传“五进”", "进企业", "州工信局 州国资委>", "range 6.11-6.20"),
            ("二、安全宣传“五进”", "进学校", "州教育局>", "range 6.11-6.20"),
        ],
        [H, D, H, D, D],
    ),
    "frayed": (
        [("1", "启动仪式", "州应急局>", "exact 6.1"), ("2", "应急演练", "州消防救援支队>", "exact -6.30")],
        [H, D, D],
    ),
    "in_brackets": (
        [
            ("1", "宣传“五进”", "州应急局>州教育局 各县市", "exact -6.30"),
            ("2", "曝光隐患", "州应急局 州融媒体中心>", "unknown"),
        ],
        [H, D, D],
    ),
    "two_dates": (
        [
            ("1", "排查整治", "州应急局>各县（市）人民政府", "range 6.1-9.30"),
            ("2", "回头看", "州应急局>各县（市）人民政府", "range 10.1-12.31"),
        ],
        [H, D, D],
    ),
    "copied_from_excel": (
        [
            ("", "宣传咨询日", "州应急局>各成员单位", "exact 6.16"),
            ("", "宣传咨询日", "州司法局>", "exact 6.16"),
        ],
        [H, D, D],
    ),
    "with_bars": (
        [("1", "启动仪式", "州应急局>", "exact 6.1"), ("2", "总结", "州安委办>", "unknown")],
        [H, D, D],
    ),
    "lead_and_responsible": (
        [
            ("1", "应急广播建设", "州应急局>各县市 有关乡镇 [示例·甲]", "exact -11.30"),
            ("2", "演练", "州应急局>各县市 有关乡镇 [示例·乙]", "range 7.1-9.30"),
        ],
        [H, D, D, U],
    ),
    "numbered_by_word": (
        [("1", "起草方案", "> [办公室]", "exact 5.20"), ("2", "印发通知", "> [办公室]", "exact 5.25")],
        [H, D, D],
    ),
    "table_in_a_cell": ([("", "启动仪式", "州应急局>", "exact 6.1")], [T, T, H, D]),
    "saved_as_csv": (
        [
            ("1", "宣讲,培训", "州应急局>", "exact -6.30"),
            ("2", "演练", "州消防救援支队 州应急局>", "exact 6.20"),
        ],
        [H, D, D],
    ),
    "number_of_section_apart": (
        [
            ("一、启动仪式|1", "会场布置", "办公室> [示例·甲]", "exact 5.31"),
            ("二、宣传活动|2", "短信推送", "宣传科> [示例·乙]", "weekly 6.1-6.30"),
        ],
        [H, S, D, S, D],
    ),
    "two_tables_on_a_sheet": (
        [("1", "启动仪式", "州应急局>", "exact 6.1"), ("", "咨询日", "各县市> [示例·甲]", "exact 6.16")],
        [T, H, D, T, H, D],
    ),
    "merged_sheet": (
        [
            ("一、宣传教育 / 会议|1", "动员会", "州安委办>各县市", "exact 6.1"),
            ("一、宣传教育 / 会议|2", "部署会", "州安委办>各成员单位", "exact 6.1"),
            ("二、应急演练|3", "综合演练", "州应急局>州消防救援支队", "exact 6.20"),
        ],
        [H, S, D, D, H, S, D],
    ),
    "deleted_and_hidden": ([("", "演练", "州应急局>", "exact 6.20")], [H, D]),
}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
def test_a_layout_is_read_as_a_person_would(layout: Layout) -> None:
    name, content = layout()
    read = read_division(content, name, year=2023)
    duties, lines = EXPECTED[layout.__name__]
    assert [told(duty) for duty in read.duties] == duties
    assert [line.kind for line in read.lines] == lines


def read(layout: str) -> DivisionRead:
    name, content = next(made for made in LAYOUTS if made.__name__ == layout)()
    return read_division(content, name, year=2023)


def test_what_is_hidden_is_read_and_said() -> None:
    assert [note.zh for note in read("ledger_sheet").notes] == [
        "“重点任务”有 1 个隐藏的行（第 5 行），也读了",
        "“重点任务”有 1 个隐藏的列（G），也读了",
    ]


def test_columns_of_no_meaning_to_us_are_kept() -> None:
    duty = read("ledger_sheet").duties[0]
    assert duty.extra["联系电话"].text == "13800138000"
    assert duty.extra["联系电话"].where == "重点任务!G4"


def test_a_column_that_may_mean_two_things_is_marked() -> None:
    columns = {column.heading: column for column in read("lead_and_responsible").tables[0].columns}
    assert columns["责任单位"].field == "assisting"
    assert not columns["责任单位"].sure
    assert columns["牵头单位"].sure


def test_a_table_that_goes_on_without_headings_is_read_like_the_one_before_and_says_so() -> None:
    tables = read("over_two_pages").tables
    assert [table.read for table in tables] == [True] * 4
    assert [bool(table.doubt) for table in tables] == [False, True, True, False]


def test_a_blank_task_is_that_of_the_row_above_and_marked() -> None:
    first, second = read("copied_from_excel").duties
    assert first.sure
    assert [name for name, _cell in second.unsure] == ["task"]
    assert second.cells["task"].why == "任务是空白，按上一行的任务读"


def test_what_several_rows_share_is_known_as_shared() -> None:
    duties = read("office_tasks").duties
    assert [duty.cells["leader"].shared for duty in duties] == [False, True, True, False]
    assert duties[2].cells["leader"].where == "表1 第2行 第6列"


# -- whatever the table -----------------------------------------------------------------------------------------------

WORDS = (
    "", "", "", "1", "2", "一", "（二）", "序号", "工作任务", "牵头单位", "配合单位", "完成时限", "备注", "责任单位",
    "启动仪式", "州应急局", "各县市、州教育局", "6月底前", "长期坚持", "一、启动仪式", "注：按时报送", "合计", "同上",
    "—", "牵头单位：州应急局 配合单位：各县市", "宣传咨询日活动", "示例·甲", "填报单位：州安委办", "2023年重点工作分工",
    "（牵头单位：州应急局）", "〃", "附件", "6月31日", "等",
)  # fmt: skip
tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(st.sampled_from(WORDS), min_size=width, max_size=width), min_size=1, max_size=9)
)
blocks = st.tuples(st.integers(0, 8), st.integers(0, 5), st.integers(0, 3), st.integers(0, 5))
HEADS = ["序号", "工作任务", "牵头单位", "配合单位", "完成时限", "备注"]


def loses_nothing(read: DivisionRead, rows: list[list[str]]) -> None:
    """Each filled cell of the source stands in a line; each duty has its one line, and holds what its line says."""
    given = Counter(text for row in rows for text in row if text)
    found = Counter(text for line in read.lines for text in line.text.split(" | ") if text)
    assert given - found == Counter()
    assert len({line.where for line in read.lines}) == len(read.lines)
    said = [line.duty for line in read.lines if line.kind == LineKind.DUTY]
    assert said == list(range(len(read.duties)))
    assert all(line.duty is None for line in read.lines if line.kind != LineKind.DUTY)
    assert all(line.doubt is not None for line in read.unread)
    for line in read.lines:
        if line.duty is not None:
            duty = read.duties[line.duty]
            held = "\n".join(cell.text for cell in (*duty.cells.values(), *duty.extra.values()))
            assert all(text in held or text in ("—", "同上", "〃") or "：" in text for text in line.text.split(" | "))


def merged_away(rows: list[list[str]], block: tuple[int, int, int, int]) -> tuple[list[list[str]], tuple[int, ...]]:
    """The rows as they stand when a block is merged: only its first cell keeps its text."""
    top, left = min(block[0], len(rows) - 1), min(block[1], len(rows[0]) - 1)
    bottom, right = min(top + block[2], len(rows) - 1), min(left + block[3], len(rows[0]) - 1)
    kept = [list(row) for row in rows]
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            if (row, column) != (top, left):
                kept[row][column] = ""
    return kept, (top, left, bottom, right)


@settings(max_examples=150, deadline=None)
@given(tables, st.booleans())
def test_no_row_of_a_pasted_table_is_lost(rows: list[list[str]], headed: bool) -> None:
    rows = [HEADS[: len(rows[0])], *rows] if headed else rows
    if any(sum(bool(text) for text in row) > 1 for row in rows):
        loses_nothing(read_division(pasted(rows), "x.txt", year=2023), rows)


@settings(max_examples=60, deadline=None)
@given(tables, blocks, st.booleans(), st.booleans())
def test_no_row_of_a_sheet_or_a_word_table_is_lost(
    rows: list[list[str]], block: tuple[int, int, int, int], headed: bool, word: bool
) -> None:
    rows = [HEADS[: len(rows[0])], *rows] if headed else rows
    rows, where = merged_away(rows, block)
    merged = [where] if where[:2] != where[2:] else []
    if any(text for row in rows for text in row):
        content = word_table(rows, merged=merged) if word else sheet(rows, merged=merged)
        loses_nothing(read_division(content, "x.docx" if word else "x.xlsx", year=2023), rows)


# -- however the cells are merged -------------------------------------------------------------------------------------

LABELS = st.sampled_from(("工作任务", "牵头单位", "完成时限", "州应急局", "演练", "6月底前", "1", ""))
cells = st.tuples(
    LABELS,
    st.integers(1, 4),
    st.sampled_from(("", "restart", "continue")),
    st.sampled_from(("", "", "", "restart", "continue")),
)
rough = st.lists(st.tuples(st.integers(0, 3), st.lists(cells, max_size=5)), min_size=1, max_size=7)


def rough_cell(text: str, span: int, down: str, across: str, inner: str) -> str:
    down = f'<w:vMerge w:val="{down}"/>' if down == "restart" else "<w:vMerge/>" if down else ""
    across = f'<w:hMerge w:val="{across}"/>' if across else ""
    words = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{down}{across}</w:tcPr>{words}{inner}</w:tc>'


def rough_table(rows: list[tuple[int, list[tuple[str, int, str, str]]]], inner: str) -> tuple[str, list[str]]:
    """A table whose merged cells need not fit together; and the texts that it holds."""
    xml, texts = "", []
    for before, line in rows:
        made = "".join(rough_cell(*cell, inner if at == 0 else "") for at, cell in enumerate(line))
        xml += f'<w:tr><w:trPr><w:gridBefore w:val="{before}"/></w:trPr>{made}</w:tr>'
        texts += [cell[0] for cell in line if cell[0]]
    return f"<w:tbl>{xml}</w:tbl>", texts


@settings(max_examples=200, deadline=None)
@given(rough, st.none() | rough)
def test_however_cells_are_merged_no_word_is_lost(
    outer: list[tuple[int, list[tuple[str, int, str, str]]]],
    inner: list[tuple[int, list[tuple[str, int, str, str]]]] | None,
) -> None:
    inside, held = rough_table(inner, "") if inner else ("", [])
    table, texts = rough_table(outer, inside)
    times = sum(bool(line) for _before, line in outer)
    if not texts and not (held and times):
        return
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("word/document.xml", f'<w:document xmlns:w="w"><w:body>{table}</w:body></w:document>')
    read = read_division(out.getvalue(), "x.docx", year=2023)
    found = Counter(text for line in read.lines for text in line.text.replace("\n", " | ").split(" | ") if text)
    given = Counter(texts + held * times)
    assert given - found == Counter()
    assert [line.duty for line in read.lines if line.kind == LineKind.DUTY] == list(range(len(read.duties)))


def test_a_row_that_begins_further_right_keeps_its_columns() -> None:
    head = [(text, 1, "", "") for text in ("工作任务", "牵头单位", "完成时限")]
    rows = [(0, head), (0, [("演练", 1, "restart", ""), ("州应急局", 1, "", ""), ("6月底前", 1, "", "")])]
    table, _texts = rough_table([*rows, (1, [("州教育局", 1, "", ""), ("7月底前", 1, "", "")])], "")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("word/document.xml", f'<w:document xmlns:w="w"><w:body>{table}</w:body></w:document>')
    _first, second = read_division(out.getvalue(), "x.docx", year=2023).duties
    assert [named.name for named in second.leads] == ["州教育局"]
    assert second.due.printed == "7月底前"
    assert second.cells["task"].why == "任务是空白，按上一行的任务读"

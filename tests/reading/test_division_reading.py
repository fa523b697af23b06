"""The division of work from Word, Excel and pasted text: what each column means, and that no row is lost."""

from __future__ import annotations

import datetime as dt

from division_papers import pasted, word_table

from bihuan.reading.division.duty import LimitKind, LineKind, NamedKind
from bihuan.reading.division.read import read_division


def test_the_usual_word_table() -> None:
    read = read_division(
        word_table(
            [
                ["序号", "工作任务", "工作措施", "责任分工", "", "", "完成时限", "备注"],
                ["", "", "", "牵头单位", "配合单位", "分管领导", "", ""],
                ["一、启动仪式", "", "", "", "", "", "", ""],
                ["1", "举办启动仪式", "在中心广场", "州应急局", "州教育局、各县市政府", "示例·甲", "6月1日", ""],
            ],
            merged=[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 5), (0, 6, 1, 6), (0, 7, 1, 7), (2, 0, 2, 7)],
        ),
        "分工.docx",
        year=2023,
    )
    (duty,) = read.duties
    assert (duty.number, duty.section, duty.task, duty.measures) == ("1", "一、启动仪式", "举办启动仪式", "在中心广场")
    assert [named.name for named in duty.leads] == ["州应急局"]
    assert [(named.name, named.kind) for named in duty.assisting] == [
        ("州教育局", NamedKind.UNIT),
        ("各县市政府", NamedKind.GROUP),
    ]
    assert duty.leader == "示例·甲"
    assert (duty.due.kind, duty.due.last) == (LimitKind.EXACT, dt.date(2023, 6, 1))
    assert duty.cells["leads"].where == "表1 第4行 第4列"
    assert duty.sure
    assert [line.kind for line in read.lines] == [LineKind.HEADING] * 2 + [LineKind.SECTION, LineKind.DUTY]


def test_a_table_without_headings_is_reported_and_a_person_may_say_what_its_columns_are() -> None:
    rows = [["宣传咨询日", "州应急局", "6月16日"], ["知识竞赛", "州教育局", "6月底前"]]
    read = read_division(pasted(rows), "粘贴.txt", year=2023)
    assert read.duties == ()
    assert [line.text for line in read.unread] == ["宣传咨询日 | 州应急局 | 6月16日", "知识竞赛 | 州教育局 | 6月底前"]
    chosen = read_division(
        pasted(rows), "粘贴.txt", year=2023, columns={(0, 0): "task", (0, 1): "leads", (0, 2): "due"}
    )
    assert [duty.task for duty in chosen.duties] == ["宣传咨询日", "知识竞赛"]
    assert [duty.due.last for duty in chosen.duties] == [dt.date(2023, 6, 16), dt.date(2023, 6, 30)]


def test_a_list_may_say_itself_who_leads() -> None:
    rows = [
        ["任务", "责任单位"],
        ["演练", "州应急局（牵头）、州教育局、各县市（配合）"],
        ["竞赛", "★州教育局、州应急局"],
        ["宣讲", "州委宣传部、州应急局"],
    ]
    first, second, third = read_division(pasted(rows), "x", year=2023).duties
    assert [named.printed for named in first.leads] == ["州应急局"]
    assert [named.printed for named in first.assisting] == ["州教育局", "各县市"]
    assert ([named.name for named in second.leads], [named.name for named in second.assisting]) == (
        ["州教育局"],
        ["州应急局"],
    )
    assert [named.name for named in third.leads] == ["州委宣传部", "州应急局"]


def test_the_unit_named_first_leads_where_the_table_says_so() -> None:
    rows = [
        ["任务", "责任单位（排在第一位的为牵头单位）"],
        ["演练", "州应急局、州教育局、各县市"],
    ]
    read = read_division(pasted(rows), "x", year=2023)
    (duty,) = read.duties
    assert [named.name for named in duty.leads] == ["州应急局"]
    assert [named.name for named in duty.assisting] == ["州教育局", "各县市"]
    assert "排在第一位" in read.notes[0].zh

"""The workbook of a division of work, and that reading it gives the same duties."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.reading.division.duty import Cell, DutyRead, Limit, LimitKind, Named, NamedKind
from bihuan.reading.division.limits import read_limit
from bihuan.reading.division.read import read_division
from bihuan.reading.division.unit_lists import read_units
from bihuan.reading.division.write import limit_words, write_division

UNITS = ("州应急局", "州教育局", "州公安局（交警支队、治安支队）", "各县市政府", "各成员单位", "和政县应急局",
         "州文体广电和旅游局", "国网临夏供电公司", "各县市党委、政府", "各乡镇（街道）", "办公室")  # fmt: skip
PEOPLE = ("", "示例·甲", "示例·乙 13800138000", "副局长 示例·丙")
words = st.text(alphabet="安全生产月活动宣传咨询日启动仪式，。；（）“”《》0123456789 \n、:/-", max_size=40).map(
    lambda text: (
        "" if text.strip("“”\n ") == "" else "\n".join(line.strip() for line in text.split("\n") if line.strip())
    )
)  # a lone quotation mark says “as above”
tasks = words.map(lambda text: f"开展{text}".strip())
names = st.lists(st.sampled_from(UNITS), max_size=4, unique=True).map(lambda found: read_units("、".join(found)).names)
days = st.dates(dt.date(2022, 1, 1), dt.date(2025, 12, 31))
limits = st.one_of(
    st.sampled_from(
        [
            "6月底前",
            "6月16日",
            "长期坚持",
            "每月5日前",
            "6月上旬",
            "活动期间",
            "",
            "见附件",
            "6月1日—6月30日",
            "每周五前",
            "每季度",
        ]
    ).map(lambda text: read_limit(text, year=2023).limit),
    days.map(lambda day: Limit(day, day, LimitKind.EXACT)),
    days.map(lambda day: Limit(None, day, LimitKind.EXACT)),
    st.tuples(days, st.integers(1, 400)).map(
        lambda span: Limit(span[0], span[0] + dt.timedelta(span[1]), LimitKind.RANGE)
    ),
    days.map(lambda day: Limit(None, day, LimitKind.RANGE)),
    days.map(lambda day: Limit(day, None, LimitKind.RANGE)),
    st.integers(1, 31).map(lambda day: Limit(kind=LimitKind.MONTHLY, day=day)),
    st.integers(1, 7).map(lambda day: Limit(kind=LimitKind.WEEKLY, day=day)),
)
duties = st.builds(
    DutyRead,
    number=st.sampled_from(("", "1", "2", "1.1", "（一）", "12")),
    section=st.sampled_from(("", "一、启动仪式", "二、宣传咨询", "（三）演练", "注：不是注", "合计")),
    task=tasks,
    measures=words,
    leads=names,
    assisting=names,
    leader=st.sampled_from(PEOPLE),
    section_office=st.sampled_from(("", "办公室", "宣传科 法规科")),
    owner=st.sampled_from(PEOPLE),
    due=limits,
    remark=words,
    extra=st.dictionaries(st.sampled_from(("联系电话", "完成情况")), words.map(lambda text: Cell(text, ""))),
)


def bare(duty: DutyRead) -> DutyRead:
    """A duty without where it stood: what must come back."""
    extra = {heading: Cell(cell.text, "") for heading, cell in duty.extra.items() if cell.text}
    return replace(duty, cells={}, extra=extra, table=0, where="", due=replace(duty.due, printed=""))


@settings(max_examples=40, deadline=None)
@given(st.lists(duties, min_size=1, max_size=6))
def test_what_is_written_is_read_back(rows: list[DutyRead]) -> None:
    read = read_division(write_division(rows), "分工.xlsx", year=2023)
    assert [bare(duty) for duty in read.duties] == [bare(duty) for duty in rows]
    assert read.unread == ()


@given(limits)
def test_a_limit_in_words_means_the_same(limit: Limit) -> None:
    read = read_limit(limit_words(limit), year=2023).limit
    assert (read.first, read.last, read.kind, read.day) == (limit.first, limit.last, limit.kind, limit.day)


def test_a_limit_that_was_changed_is_not_printed_in_its_old_words() -> None:
    moved = Limit(None, dt.date(2023, 7, 5), LimitKind.EXACT, "6月底前")
    assert limit_words(moved) == "2023年7月5日前"
    assert limit_words(replace(moved, last=dt.date(2023, 6, 30))) == "6月底前"


def test_the_template_is_empty_and_its_guide_is_no_duty() -> None:
    content = write_division(guide=True, units=["临夏州应急管理局", "康乐县应急管理局"])
    read = read_division(content, "模板.xlsx", year=2023)
    assert read.duties == ()
    assert read.unread == ()
    (table,) = read.tables
    assert all(column.sure for column in table.columns)


def test_text_is_never_a_formula_and_the_headings_stay_in_view() -> None:
    row = DutyRead(task='=HYPERLINK("http://x")', leads=(Named("州应急局", NamedKind.UNIT),))
    content = write_division([row], title="=1+1")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        xml = package.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in xml
    assert 'state="frozen"' in xml
    assert read_division(content, "x.xlsx", year=2023).duties[0].task == '=HYPERLINK("http://x")'

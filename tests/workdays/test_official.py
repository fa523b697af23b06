"""An official list comes in as a file: read with errors by cell, taken once, older versions stay."""

from __future__ import annotations

import contextlib
import datetime as dt
import io

import pytest
import xlsxwriter
from cast import Cast
from pytest_django import DjangoAssertNumQueries

from bihuan.history.append_only import AppendOnlyError
from bihuan.history.models import Entry
from bihuan.lib.refusals import Refusal
from bihuan.lib.workbook import WorkbookError
from bihuan.workdays import actions, queries
from bihuan.workdays.actions import CalendarError, StaleCalendarError
from bihuan.workdays.models import YearList
from bihuan.workdays.official import OfficialError, read_official, write_official
from bihuan.workdays.rules import Special, changed_days

AT = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
BY = "person:1"
NEXT = [
    Special(dt.date(2027, 1, 1), True, "元旦"),
    Special(dt.date(2027, 2, 5), True, "春节"),
    Special(dt.date(2027, 2, 14), False, "春节"),
]


def book(rows: list[list[object]]) -> bytes:
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = made.add_worksheet("安排")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    made.close()
    return out.getvalue()


def test_round_trip() -> None:
    read = read_official(write_official(NEXT))
    assert (read.year, list(read.days), read.faults) == (2027, NEXT, ())


def test_every_fault_is_named_by_its_cell() -> None:
    rows: list[list[object]] = [
        ["2027年放假安排"],
        ["日期", "类型", "名称"],
        ["2027-01-01", "放假", "元旦"],
        ["2027.2.30", "放假", ""],
        ["2027-01-01", "上班", ""],
        ["2028/1/3", "放假", ""],
        ["2027年2月8日", "补班", ""],
        ["2027-02-09", "不知道", ""],
    ]
    read = read_official(book(rows))
    assert [fault.where for fault in read.faults] == ["安排!A4", "安排!A5", "安排!B8", "安排!A6"]
    assert [hint.where for hint in read.hints] == ["安排!A7"]


@pytest.mark.parametrize("rows", [[["序号", "事项"]], [["日期", "类型"]], []])
def test_no_list(rows: list[list[object]]) -> None:
    with pytest.raises(OfficialError):
        read_official(book(rows))


def test_too_long_and_no_workbook() -> None:
    rows: list[list[object]] = [["日期", "类型"], *([["2027-01-01", "放假"]] * 10_000)]
    with pytest.raises(OfficialError, match="200"):
        read_official(book(rows))
    with pytest.raises(OfficialError, match="日期"):
        read_official(b"not a workbook")
    with pytest.raises(WorkbookError):
        read_official("日期,类型\n2027-01-01,放\0假".encode())


@pytest.mark.usefixtures("cast")
def test_a_new_year_makes_a_new_version() -> None:
    actions.load_shipped(by="system:tests", at=AT)
    before = queries.calendar()
    assert before.add(dt.date(2026, 12, 31), 1).provisional
    made = actions.load_official(year=2027, days=NEXT, source="通知", expected=None, by=BY, at=AT)
    after = queries.calendar()
    assert after.version == f"cn-{made.pk}" != before.version
    due = after.add(dt.date(2026, 12, 31), 1)
    assert (due.day, due.provisional) == (dt.date(2027, 1, 4), False)
    assert queries.calendar_at(before.version) == before
    assert Entry.objects.filter(verb="workdays.loaded", by=BY).count() == 1


@pytest.mark.usefixtures("cast")
def test_same_again_stale_and_wrong() -> None:
    made = actions.load_official(year=2027, days=NEXT, source="通知", expected=None, by=BY, at=AT)
    again = actions.load_official(year=2027, days=NEXT, source="通知", expected=None, by=BY, at=AT)
    assert made.pk == again.pk
    with pytest.raises(StaleCalendarError):
        actions.load_official(year=2027, days=NEXT[:1], source="通知", expected=None, by=BY, at=AT)
    for year, days, source in [(2027, NEXT, " "), (2026, NEXT, "x"), (2027, [], "x"), (2027, [NEXT[0]] * 2, "x")]:
        with pytest.raises(CalendarError):
            actions.load_official(year=year, days=days, source=source, expected=made.pk, by=BY, at=AT)
    with pytest.raises(AppendOnlyError):
        YearList.objects.update(year=2030)
    assert YearList.objects.filter(year=2027).count() == 1


def test_seeding_again_changes_nothing(cast: Cast) -> None:
    actions.load_shipped(by="system:tests", at=AT)
    count = YearList.objects.count()
    assert actions.load_shipped(by="system:tests", at=AT) is False
    assert YearList.objects.count() == count >= 23
    assert cast.prefecture


CSV = """日期,类型,名称,依据
2018-12-29,上班,元旦,国办发明电〔2018〕15号
2018/12/31,放假,元旦
2019.1.1,放假,元旦
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("divided", [",", "\t"])
def test_csv_as_spreadsheets_save_it(encoding: str, divided: str) -> None:
    read = read_official(CSV.replace(",", divided).encode(encoding))
    assert (read.year, read.faults, read.source) == (2019, (), "国办发明电〔2018〕15号")
    assert [item.day.day for item in read.days] == [29, 31, 1]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 100,
        "日期".encode(),
        "日期,类型\n2027-01-01".encode(),
        ('日期,类型\n"' + "x" * 200_000).encode(),
        "日期,类型\n\0,放假".encode(),
        b"PK\x03\x04 no archive",
        b"\xd0\xcf\x11\xe0 old",
        "日期,类型\n0001-01-01,放假".encode(),
        "日期,类型\n=1+1,放假".encode(),
        "\n日期,类型\n2027-01-01,放假,\n2027-13-01,上班".encode(),
    ],
)
def test_no_file_brings_it_down(content: bytes) -> None:
    with contextlib.suppress(Refusal):
        assert read_official(content).faults


def test_invisible_characters_and_long_names() -> None:
    read = read_official(f"日期,类型,名称\n2027-01-01,放假,元\x07\u202e旦{'长' * 99}".encode())
    assert read.days[0].name == f"元 旦{'长' * 37}"


def test_list_that_seems_cut_off_is_pointed_out() -> None:
    whole = [*NEXT, *(Special(dt.date(2027, 10, day), True, "国庆节") for day in (1,))]
    assert any("10月1日" in hint.zh for hint in read_official(write_official(NEXT)).hints)
    assert read_official(write_official(whole)).hints == ()  # 1 May, 2 and 3 October are a weekend


def test_days_of_the_december_before_join_their_year(cast: Cast) -> None:
    actions.load_shipped(by="system:tests", at=AT)
    early = [Special(dt.date(2026, 12, 26), False, "元旦"), Special(dt.date(2026, 12, 31), True, "元旦"), *NEXT]
    version = queries.calendar().version
    made = actions.load_official(year=2027, days=early, source="通知", expected=None, by=cast.operator.by, at=AT)
    after = queries.calendar()
    assert [item.day.year for item in queries.specials(2027)] == [2027] * 3
    assert after.is_workday(dt.date(2026, 12, 26))
    assert not after.is_workday(dt.date(2026, 12, 31))
    assert not after.is_workday(dt.date(2026, 10, 1))  # the rest of the year stands
    listed = queries.year_list(2026)
    assert listed is not None
    assert listed.source.startswith("通知；其余依国务院办公厅关于2026年")
    assert queries.calendar_at(version).is_workday(dt.date(2026, 12, 31))
    again = actions.load_official(year=2027, days=early, source="通知", expected=None, by=cast.operator.by, at=AT)
    assert again == made


def test_december_of_a_year_without_a_list(cast: Cast) -> None:
    early = [Special(dt.date(2032, 12, 25), False, "元旦"), Special(dt.date(2033, 1, 3), True, "元旦")]
    with pytest.raises(CalendarError, match="2032"):
        actions.load_official(year=2033, days=early, source="通知", expected=None, by=cast.operator.by, at=AT)
    assert not YearList.objects.filter(year__gt=2030).exists()


@pytest.mark.usefixtures("cast")
def test_same_days_by_another_paper() -> None:
    actions.load_shipped(by="system:tests", at=AT)
    before, held = queries.calendar(), queries.year_list(2026)
    assert held is not None
    assert "国办发明电〔2025〕7号" in held.source
    days = queries.specials(2026)
    made = actions.load_official(year=2026, days=days, source="新通知", expected=held.pk, by=BY, at=AT)
    assert (made.source, made.pk > held.pk) == ("新通知", True)
    assert changed_days(before, queries.calendar()) == []


@pytest.mark.usefixtures("cast")
def test_the_calendar_takes_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    actions.load_shipped(by="system:tests", at=AT)
    first = queries.calendar()
    with django_assert_num_queries(1):
        assert queries.calendar() is first


@pytest.mark.usefixtures("cast")
def test_unknown_versions() -> None:
    for version in ("", "cn-", "cn-999999", "cn-x", "2026", f"cn-{10**30}"):
        with pytest.raises(KeyError):
            queries.calendar_at(version)

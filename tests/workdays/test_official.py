"""An official list comes in as a file: read with errors by cell, taken once, older versions stay."""

from __future__ import annotations

import datetime as dt
import io

import pytest
import xlsxwriter
from cast import Cast

from bihuan.history.append_only import AppendOnlyError
from bihuan.history.models import Entry
from bihuan.lib.workbook import WorkbookError
from bihuan.workdays import actions, queries
from bihuan.workdays.actions import CalendarError, StaleCalendarError
from bihuan.workdays.models import YearList
from bihuan.workdays.official import OfficialError, read_official, write_official
from bihuan.workdays.rules import Special

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
        ["2027年2月6日", "休息", ""],
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
    with pytest.raises(WorkbookError):
        read_official(b"not a workbook")


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


@pytest.mark.usefixtures("cast")
def test_unknown_versions() -> None:
    for version in ("", "cn-", "cn-999999", "cn-x", "2026", f"cn-{10**30}"):
        with pytest.raises(KeyError):
            queries.calendar_at(version)

"""The writers of the calendar."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence

import chinese_calendar.constants as shipped
from django.db import connection, transaction

from bihuan.history import actions as history
from bihuan.lib.refusals import Refusal
from bihuan.workdays import queries
from bihuan.workdays.models import SpecialDay, YearList
from bihuan.workdays.rules import Special

_LOCK = 0x776F_726B_6461_7973  # one list at a time: versions are numbered in the order of their commits
_PACKAGE = "chinesecalendar（按国务院办公厅各年节假日安排通知整理）"
_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}


class CalendarError(Refusal):
    """A list that cannot be taken as it is."""


class StaleCalendarError(CalendarError):
    """Another list of the year came in since the preview."""

    status = 409


def load_shipped(*, by: str, at: dt.datetime) -> bool:
    """Write the lists that the package `chinesecalendar` covers, for the years of which none is there; returns whether
    any was. What an operator loaded is never replaced."""
    days = [Special(day, True, _NAMES.get(name, name)) for day, name in shipped.holidays.items()]
    days += [Special(day, False, _NAMES.get(name, name)) for day, name in shipped.workdays.items()]
    made = False
    with transaction.atomic():
        _alone()
        there = queries.held()
        for year in sorted({item.day.year for item in days} - set(there)):
            _write(year, [item for item in days if item.day.year == year], _PACKAGE, by=by, at=at)
            made = True
    return made


def load_official(
    *, year: int, days: Sequence[Special], source: str, expected: int | None, by: str, at: dt.datetime
) -> YearList:
    """Take an official list as that of its year, in the place of the one that is there; that stays for what was counted
    by it. The same list again changes nothing.

    Args:
        expected: the key of the year's list that the person saw, None where there was none.

    Raises:
        CalendarError: no source, no days, a day of another year or twice.
        StaleCalendarError: another list came in meanwhile.
    """
    named = " ".join(source.split())
    if not named or len(named) > 200:
        zh, en = "请写明依据的通知标题和文号（200字以内）", "name the notice that it follows, in 200 characters at most"
        raise CalendarError("calendar-source", zh, en)
    if not days or any(item.day.year != year for item in days) or len({item.day for item in days}) != len(days):
        zh, en = "放假安排须是同一年的日期，且每天只写一次", "the days of one list are of one year, each once"
        raise CalendarError("calendar-days", zh, en)
    with transaction.atomic():
        _alone()
        held = queries.year_list(year)
        if held is not None and held.digest == _digest(days):
            return held
        if (held.pk if held else None) != expected:
            zh = f"{year} 年的放假安排刚刚被别人更新，请重新核对后再确认；您的上传没有写入"
            raise StaleCalendarError("calendar-stale", zh, f"the list of {year} has just been changed: look again")
        return _write(year, days, named, by=by, at=at)


def _alone() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _digest(days: Sequence[Special]) -> str:
    lines = sorted(f"{item.day.isoformat()} {item.off} {item.name}" for item in days)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _write(year: int, days: Sequence[Special], source: str, *, by: str, at: dt.datetime) -> YearList:
    row = YearList.objects.create(year=year, source=source, digest=_digest(days), by=by, at=at)
    SpecialDay.objects.bulk_create(
        SpecialDay(year_list=row, day=item.day, off=item.off, name=item.name) for item in sorted(days, key=_by_day)
    )
    values = {"year": year, "source": source, "off": sum(item.off for item in days)}
    values["on"] = len(days) - sum(item.off for item in days)
    history.record(verb="workdays.loaded", subject=("calendar", str(row.pk)), by=by, at=at, values=values)
    return row


def _by_day(item: Special) -> dt.date:
    return item.day

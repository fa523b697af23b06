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
from bihuan.workdays.notices import cited
from bihuan.workdays.official import LONGEST_NAME, LONGEST_SOURCE, belongs
from bihuan.workdays.rules import FIRST_YEAR, LAST_YEAR, Special

_LOCK = 0x776F_726B_6461_7973  # one list at a time: versions are numbered in the order of their commits
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
            _write(year, [item for item in days if item.day.year == year], cited(year), by=by, at=at)
            made = True
    return made


def load_official(
    *, year: int, days: Sequence[Special], source: str, expected: int | None, by: str, at: dt.datetime
) -> YearList:
    """Take an official list as that of its year, in the place of the one that is there; that stays for what was counted
    by it. The same list again changes nothing. Days of the December before are taken into the list of that year.

    Args:
        expected: the key of the year's list that the person saw, None where there was none.

    Returns:
        The list of the year.

    Raises:
        CalendarError: no source, no days, a day of another year or twice; a December of a year that has no list.
        StaleCalendarError: another list came in meanwhile.
    """
    named = " ".join(source.split())
    _refuse(year, days, named)
    own = [item for item in days if item.day.year == year]
    with transaction.atomic():
        _alone()
        before = _before(year, [item for item in days if item.day.year < year])
        held = queries.year_list(year)
        if held is not None and (held.digest, held.source) == (_digest(own), named) and not before:
            return held
        if (held.pk if held else None) != expected:
            zh = f"{year} 年的放假安排刚刚被别人更新，请重新核对后再确认；您的上传没有写入"
            raise StaleCalendarError("calendar-stale", zh, f"the list of {year} has just been changed: look again")
        if before:
            last = queries.year_list(year - 1)
            _write(year - 1, before, f"{named}；其余依{last.source if last else ''}"[:LONGEST_SOURCE], by=by, at=at)
        return _write(year, own, named, by=by, at=at)


def _refuse(year: int, days: Sequence[Special], named: str) -> None:
    if not named or len(named) > LONGEST_SOURCE or not named.isprintable():
        zh, en = "请写明依据的通知标题和文号（200字以内）", "name the notice that it follows, in 200 characters at most"
        raise CalendarError("calendar-source", zh, en)
    own = [item for item in days if item.day.year == year]
    others = [item for item in days if not belongs(item.day, year)]
    if not FIRST_YEAR <= year <= LAST_YEAR or not own or others or len({item.day for item in days}) != len(days):
        zh, en = "放假安排须是同一年的日期，且每天只写一次", "the days of one list are of one year, each once"
        raise CalendarError("calendar-days", zh, en)
    if any(len(item.name) > LONGEST_NAME or not f"x{item.name}".isprintable() for item in days):
        zh, en = (
            "节日名称不超过 40 个字，不含控制字符",
            "the name of a holiday has 40 characters at most, none invisible",
        )
        raise CalendarError("calendar-name", zh, en)


def _before(year: int, days: Sequence[Special]) -> list[Special]:
    """The list of the year before with these days taken into it; empty where it says the same already."""
    if not days:
        return []
    if queries.year_list(year - 1) is None:
        zh = f"表中有 {year - 1} 年 12 月的日期，但还没有 {year - 1} 年的放假安排。请先导入 {year - 1} 年的"
        en = f"some days are of December {year - 1}, of which there is no list yet: load that first"
        raise CalendarError("calendar-year-before", zh, en)
    held = {item.day: item for item in queries.specials(year - 1)}
    if all(held.get(item.day) == item for item in days):
        return []
    return list((held | {item.day: item for item in days}).values())


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

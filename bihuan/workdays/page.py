"""What the page of the calendar shows: twelve small months, each day with what it is."""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.lib.words import say
from bihuan.workdays.rules import Special, differences

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
WEEK = ("一二三四五六日", "MTWTFSS")


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of a month: `mark` is 休 or 班 where it is special, `kind` "off", "on", "end" (weekend) or ""."""

    number: int
    kind: str
    mark: str
    title: str


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    weeks: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A day on which a new list parts from the one that holds."""

    day: dt.date
    weekday: str
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Break:
    """Days off in a row, and the weekend days that are worked for them, in words."""

    name: str
    off: str
    days: int
    on: str


def breaks_of(days: Sequence[Special]) -> list[Break]:
    """The days of a list as the yearly notice puts them: by holiday."""
    runs: list[list[Special]] = []
    for item in sorted((item for item in days if item.off), key=_day):
        if runs and item.day - runs[-1][-1].day == dt.timedelta(1):
            runs[-1].append(item)
        else:
            runs.append([item])
    worked: dict[int, list[dt.date]] = {}
    for item in sorted((item for item in days if not item.off), key=_day):
        worked.setdefault(_nearest(item, runs), []).append(item.day)
    found = [_break(run, worked.get(number, [])) for number, run in enumerate(runs)]
    return [*found, Break("", "", 0, _named(worked[-1]))] if -1 in worked else found


def _day(item: Special) -> dt.date:
    return item.day


def _nearest(item: Special, runs: Sequence[Sequence[Special]]) -> int:
    """The number of the run for which a weekend day is worked: the nearest of its name, else the nearest; -1 where
    there is none."""
    away = [
        (item.name not in {other.name for other in run}, min(abs(item.day - run[0].day), abs(item.day - run[-1].day)))
        for run in runs
    ]
    return min(range(len(runs)), key=away.__getitem__, default=-1)


def _break(run: Sequence[Special], worked: Sequence[dt.date]) -> Break:
    first, last = run[0].day, run[-1].day
    off = _said(first) if first == last else say(f"{_said(first)}至{_said(last)}", f"{_said(first)} to {_said(last)}")
    name = "、".join(dict.fromkeys(item.name for item in run if item.name))
    return Break(name, off, len(run), _named(worked))


def _named(days: Sequence[dt.date]) -> str:
    return say("、", ", ").join(_said(day) for day in days)


def _said(day: dt.date) -> str:
    weekday = say("周" + WEEK[0][day.weekday()], f"{day:%a}")
    return say(f"{day.month}月{day.day}日（{weekday}）", f"{weekday} {day.day} {_MONTHS[day.month - 1]}")


def months_of(year: int, days: Sequence[Special]) -> list[Month]:
    """The months of a year with its special days."""
    special = {item.day: item for item in days}
    shown = []
    for month in range(1, 13):
        weeks = tuple(
            tuple(_cell(day, special.get(day)) if day.month == month else None for day in week)
            for week in months.Calendar().monthdatescalendar(year, month)
        )
        shown.append(Month(say(f"{month}月", _MONTHS[month - 1]), weeks))
    return shown


def _cell(day: dt.date, item: Special | None) -> Cell:
    end = day.weekday() > 4
    if item is None or (item.off and end and not item.name):
        return Cell(day.day, "end" if end else "", "", "")
    words = say("放假", "off") if item.off else say("上班", "worked")
    title = f"{words} {item.name}".strip()
    return Cell(day.day, "off" if item.off else "on", say("休", "H") if item.off else say("班", "W"), title)


def changes(held: Sequence[Special], new: Sequence[Special]) -> list[Change]:
    """Where a new list parts from the one that holds."""
    said = {"off": say("放假", "off"), "on": say("上班", "worked"), "": say("照常", "as usual")}
    return [
        Change(day, say("周" + WEEK[0][day.weekday()], f"{day:%a}"), said[was], said[becomes])
        for day, was, becomes in differences(held, new)
    ]

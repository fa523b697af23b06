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

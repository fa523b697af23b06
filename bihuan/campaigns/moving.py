"""How a day of a campaign moves into another year (顺延): with its node, its weekday, its place in the month. Pure.

A node named by law or notice keeps its own day, whatever the weekday is. What is due on a day that is no working day
is due on the next one, as terms are counted (民法典第二百零三条); unless nobody worked on this year's day either.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from bihuan.campaigns.rhythm import WEEKDAY_WORDS
from bihuan.campaigns.yearly import Node
from bihuan.workdays.rules import Calendar

_WEEKS = dt.timedelta(7 * 52)
_DAY = dt.timedelta(1)


class Bound(StrEnum):
    """What a day is bound to."""

    NODE = "node"
    WEEK = "week"  # the same weekday, 52 weeks on: one of a weekly rhythm
    MONTH_END = "month-end"
    DATE = "date"
    WEEKDAY = "weekday"  # the second Friday of June
    WORKDAY = "workday"  # the first working day of July


@dataclass(frozen=True, slots=True)
class Way:
    """Where a day goes when it is bound to something. `put_off`: to the next working day; `provisional`: the holidays
    of that year are not published yet."""

    bound: Bound
    day: dt.date
    zh: str
    en: str
    fixed: bool = False  # it is that day, whatever the weekday
    put_off: bool = False
    provisional: bool = False


@dataclass(frozen=True)
class Mover:
    """Moves the days of a campaign into another year.

    Args:
        years: how many years on.
        nodes: of the campaign's year.
        later: of the other year.
        calendar: of working days, of both.
        weekly: due days of lists that come week by week.
        chosen: by a person, for due days and for codes of nodes of one's own.
        edges: first and last day of the campaign, and of the new one.
    """

    years: int
    nodes: Sequence[Node] = ()
    later: Sequence[Node] = ()
    calendar: Calendar = field(default_factory=Calendar)
    weekly: Collection[dt.date] = ()
    chosen: Mapping[str, Bound] = field(default_factory=dict)
    edges: Sequence[tuple[dt.date, dt.date]] = ()  # (old, new)

    def due(self, day: dt.date) -> dt.date:
        """Where a due day goes: as a person chose, else as is proposed."""
        return self.way(day, key=day.isoformat()).day

    def way(self, day: dt.date, *, key: str, due: bool = True) -> Way:
        """The way that was chosen, or else the one that is proposed."""
        ways = self.ways(day, due=due)
        return next((way for way in ways if way.bound == self.chosen.get(key)), ways[0])

    def ways(self, day: dt.date, *, due: bool = True) -> list[Way]:
        """All ways in which a day can move, the proposed one first.

        Args:
            due: whether it is a day by which something is due, and so a working day.
        """
        found = [*self._node(day), *self._week(day), *self._month_end(day), self._date(day), self._weekday(day)]
        found += self._workday(day)
        return [self._checked(day, way, due) for way in found]

    def plain(self, day: dt.date) -> dt.date:
        """Where a day goes that is no due day: the first or last one of what is reported, or of the campaign."""
        return next((new for old, new in self.edges if old == day), (*self._month_end(day), self._date(day))[0].day)

    def span(self, first: dt.date, last: dt.date, due_on: dt.date) -> tuple[dt.date, dt.date]:
        """Where the days go that a list of that due day tells of."""
        if due_on not in self.weekly:
            return self.plain(first), self.plain(last)
        edges = dict(self.edges)
        on = _WEEKS * self.years
        return edges.get(first, first + on), edges.get(last, last + on)

    def _checked(self, day: dt.date, way: Way, due: bool) -> Way:
        moved, put_off = way.day, False
        works = self.calendar.is_workday
        if due and not way.fixed and works(day) and not works(moved):
            moved, put_off = self.calendar.add(moved, 0).day, True
        return Way(way.bound, moved, way.zh, way.en, way.fixed, put_off, not self.calendar.covers(moved))

    def _node(self, day: dt.date) -> list[Way]:
        for node in self.nodes:
            edge = "first" if node.first == day else "last" if node.last == day else ""
            other = next((item for item in self.later if item.code == node.code), None)
            if edge and other is not None:
                one = node.first == node.last
                zh, en = ("", "") if one else ("开始" if edge == "first" else "结束", f" ({edge} day)")
                name = node.en or "the office's own node"
                return [Way(Bound.NODE, getattr(other, edge), f"随“{node.zh}”{zh}", f"with {name}{en}", fixed=one)]
        return []

    def _week(self, day: dt.date) -> list[Way]:
        if day not in self.weekly:
            return []
        zh, en = WEEKDAY_WORDS[day.weekday()]
        return [Way(Bound.WEEK, day + _WEEKS * self.years, f"仍在{zh}（每周）", f"{en} as before (weekly)")]

    def _month_end(self, day: dt.date) -> list[Way]:
        if day.day != months.monthrange(day.year, day.month)[1]:
            return []
        year = day.year + self.years
        last = dt.date(year, day.month, months.monthrange(year, day.month)[1])
        return [Way(Bound.MONTH_END, last, f"{day.month}月的最后一天", f"the last day of {day:%B}")]

    def _date(self, day: dt.date) -> Way:
        year = day.year + self.years
        moved = dt.date(year, day.month, min(day.day, months.monthrange(year, day.month)[1]))
        return Way(Bound.DATE, moved, f"仍在{day.month}月{day.day}日", f"{day.day} {day:%B} as before")

    def _weekday(self, day: dt.date) -> Way:
        number = (day.day - 1) // 7 + 1
        first = dt.date(day.year + self.years, day.month, 1)
        moved = first + dt.timedelta((day.weekday() - first.weekday()) % 7 + 7 * (number - 1))
        if moved.month != day.month:  # a fifth one that this month does not have
            moved -= dt.timedelta(7)
        zh, en = WEEKDAY_WORDS[day.weekday()]
        return Way(Bound.WEEKDAY, moved, f"{day.month}月第{number}个{zh}", f"{en} number {number} of {day:%B}")

    def _workday(self, day: dt.date) -> list[Way]:
        if not self.calendar.is_workday(day):
            return []
        number = self.calendar.count(day.replace(day=1) - _DAY, day)
        year = day.year + self.years
        before = dt.date(year, day.month, 1) - _DAY
        last = dt.date(year, day.month, months.monthrange(year, day.month)[1])
        moved = self.calendar.add(before, min(number, self.calendar.count(before, last))).day
        return [Way(Bound.WORKDAY, moved, f"{day.month}月第{number}个工作日", f"working day {number} of {day:%B}")]


def weekly_days(lists: Sequence[tuple[str, dt.date]]) -> frozenset[dt.date]:
    """Of lists, by form and due day, the days of those that come week by week: three or more of a form, all on one
    weekday, one or two weeks apart (the last one may wait for the month's end)."""
    found: set[dt.date] = set()
    for form in {form for form, _day in lists}:
        days = sorted({day for one, day in lists if one == form})
        if len(days) >= 3 and all((later - day).days in (7, 14) for day, later in pairwise(days)):
            found.update(days)
    return frozenset(found)

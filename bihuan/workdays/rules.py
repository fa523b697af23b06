"""Working days (工作日) and arithmetic on them. Pure.

The State Council publishes each autumn which days of the next year are holidays and which weekend days are worked in
their place (全国年节及纪念日放假办法; the yearly notice 国务院办公厅关于某年部分节假日安排的通知). What is not
published yet is counted from Monday to Friday, and is provisional.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field

CLOSE_OF_BUSINESS = dt.time(18, 0)  # a due day ends then; a default of ours, offices differ by season
START_OF_BUSINESS = dt.time(8, 30)
FIRST_YEAR, LAST_YEAR = 1990, 2100  # of lists
MOST_DAYS = 20_000  # counted on or back at once: nobody gives a term of eighty years
_EARLIEST, _LATEST = dt.date(1900, 1, 1).toordinal(), dt.date(9000, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Due:
    """A day that was counted, the calendar that it was counted by, and whether part of the way is not official yet."""

    day: dt.date
    version: str
    provisional: bool


@dataclass(frozen=True)
class Calendar:
    """A calendar of working days.

    Args:
        version: names the whole of it, for ever.
        years: those whose official list is in it.
        off: days from Monday to Friday that are holidays.
        on: Saturdays and Sundays that are worked.
    """

    version: str = "monday-friday"
    years: frozenset[int] = frozenset()
    off: frozenset[dt.date] = frozenset()
    on: frozenset[dt.date] = frozenset()
    _off: list[int] = field(init=False, repr=False, compare=False)
    _on: list[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_off", sorted(day.toordinal() for day in self.off if day.weekday() < 5))
        object.__setattr__(self, "_on", sorted(day.toordinal() for day in self.on if day.weekday() > 4))

    def covers(self, day: dt.date) -> bool:
        """Whether the official list of a day's year is in the calendar."""
        return day.year in self.years

    def is_workday(self, day: dt.date) -> bool:
        """Whether people work on a day."""
        return day in self.on if day.weekday() > 4 else day not in self.off

    def _through(self, ordinal: int) -> int:
        """Working days from the beginning of time up to and including a day."""
        weeks, rest = divmod(ordinal, 7)  # day 1 was a Monday
        return weeks * 5 + min(rest, 5) - bisect_right(self._off, ordinal) + bisect_right(self._on, ordinal)

    def add(self, day: dt.date, days: int) -> Due:
        """The `days`-th working day after a day, before it where negative; with 0 the day itself, or the next working
        day where it is none.

        Raises:
            ValueError: more than 20,000 days, or a day before 1900 or after 8999.
        """
        start = day.toordinal()
        if abs(days) > MOST_DAYS or not _EARLIEST <= start < _LATEST:
            raise ValueError(f"{days} working days from {day}: out of reach")
        before = self._through(start - 1)
        wanted = before + 1 if days == 0 else self._through(start) + days if days > 0 else before + days + 1
        found = start + days * 7 // 5
        while (lacking := wanted - self._through(found)) > 0:
            found += lacking
        while self._through(found - 1) >= wanted:
            found -= 1
        last = dt.date.fromordinal(found)
        first, end = min(day, last), max(day, last)
        official = all(year in self.years for year in range(first.year, end.year + 1))
        return Due(last, self.version, not official)

    def count(self, first: dt.date, last: dt.date) -> int:
        """The working days after `first` up to and including `last`; negative where `last` comes before."""
        return self._through(last.toordinal()) - self._through(first.toordinal())


def changed_days(one: Calendar, other: Calendar) -> list[dt.date]:
    """The days that are worked by the one calendar and not by the other, in their order."""
    off = {day for day in one.off ^ other.off if day.weekday() < 5}
    return sorted(off | {day for day in one.on ^ other.on if day.weekday() > 4})


@dataclass(frozen=True, slots=True)
class Special:
    """A day of an official list: off, or worked in the place of another."""

    day: dt.date
    off: bool
    name: str = ""


def differences(held: Iterable[Special], new: Iterable[Special]) -> list[tuple[dt.date, str, str]]:
    """The days on which two lists of a year part: (day, "off", "on" or "" in the one, the same in the other). A list
    need not name the weekends on which nobody works anyway."""
    one, other = ({item.day: _kind(item) for item in items} for items in (held, new))
    found = [(day, one.get(day, ""), other.get(day, "")) for day in sorted({*one, *other})]
    return [item for item in found if item[1] != item[2]]


def _kind(item: Special) -> str:
    if item.off:
        return "off" if item.day.weekday() < 5 else ""
    return "on" if item.day.weekday() > 4 else ""

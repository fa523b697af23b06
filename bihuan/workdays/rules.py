"""The calendar of working days. For the moment Monday to Friday; the official lists follow. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

CLOSE_OF_BUSINESS = dt.time(18, 0)
START_OF_BUSINESS = dt.time(8, 30)


@dataclass(frozen=True, slots=True)
class Due:
    """A day counted in working days; `provisional`: where the official list was not out."""

    day: dt.date
    version: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar of working days in one version."""

    version: str = "monday-friday"

    def covers(self, day: dt.date) -> bool:
        """Whether an official list covers the year of a day."""
        return False

    def is_workday(self, day: dt.date) -> bool:
        """Whether people work on a day."""
        return day.weekday() < 5

    def add(self, day: dt.date, days: int) -> Due:
        """The `days`-th working day after a day, before it where negative; 0: the day, or the next working one."""
        step, left = dt.timedelta(1 if days >= 0 else -1), abs(days)
        while not days and not self.is_workday(day):
            day += step
        while left:
            day += step
            left -= self.is_workday(day)
        return Due(day, self.version, True)

    def count(self, first: dt.date, last: dt.date) -> int:
        """The working days after `first` up to and including `last`."""
        if last < first:
            return -self.count(last, first)
        return sum(self.is_workday(first + dt.timedelta(number)) for number in range(1, (last - first).days + 1))

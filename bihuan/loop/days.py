"""The calendar of working days, as the engine asks it for the moments of rungs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from bihuan.workdays import queries as workdays
from bihuan.workdays.rules import CLOSE_OF_BUSINESS, START_OF_BUSINESS, Calendar


@dataclass(frozen=True, slots=True)
class Days:
    """A calendar in the campaign's zone: `loop.rules.Days`."""

    calendar: Calendar
    zone: ZoneInfo

    @property
    def version(self) -> str:
        return self.calendar.version

    def moment(self, day: dt.date, after: int) -> tuple[dt.datetime, bool]:
        """Close of business of the day itself, or the start of business of the working day `after` working days on.
        A due day that is no working day closes all the same: it was named by a person."""
        if after == 0:
            return dt.datetime.combine(day, CLOSE_OF_BUSINESS, self.zone), not self.calendar.covers(day)
        due = self.calendar.add(day, after)
        return dt.datetime.combine(due.day, START_OF_BUSINESS, self.zone), due.provisional

    def after(self, day: dt.date, count: int) -> tuple[dt.date, bool]:
        """The `count`-th working day after a day, and whether it is provisional."""
        due = self.calendar.add(day, count)
        return due.day, due.provisional


def days() -> Days:
    """The calendar that holds now."""
    return Days(workdays.calendar(), ZoneInfo(settings.CAMPAIGN_ZONE))


def local_day(at: dt.datetime) -> dt.date:
    """The day of an instant in the campaign's zone."""
    return at.astimezone(ZoneInfo(settings.CAMPAIGN_ZONE)).date()


def today_in(book: str, day: dt.date) -> dt.date:
    """Today, for matters of a book: in one that tells of days long over, the day on which its time stands still."""
    still: dict[str, dt.date] = settings.STILL
    return still.get(book, day)

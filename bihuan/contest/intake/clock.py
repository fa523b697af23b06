"""The time by which sheets are measured: the wall's, but never backwards and never by a jump."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from zoneinfo import ZoneInfo

JUMP_MS = 2000  # between two looks the wall may run away from the steady clock by so much; more is a jump
EPOCH = dt.date(1970, 1, 1)


class Clock:
    """Milliseconds since 1970, and the day they lie in.

    It follows the steady clock of the machine, and the wall as long as the two agree. A jump of the wall is not
    followed at once: a sheet that is under way keeps its time, and `adrift` says by how much the wall is elsewhere.
    `settle` follows the wall again: forwards at once, backwards never below what was told already.
    """

    def __init__(
        self,
        zone: ZoneInfo,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._zone, self._wall, self._steady = zone, wall, steady
        self._base = wall() - steady()
        self._told = 0
        self._day = 0
        self._day_ends = 0

    def now(self) -> int:
        """Milliseconds since 1970; never less than before."""
        told = int((self._base + self._steady()) * 1000)
        if told < self._told:
            return self._told
        self._told = told
        return told

    @property
    def adrift(self) -> int:
        """By how many milliseconds the wall is ahead of what `now` tells."""
        return int(self._wall() * 1000) - int((self._base + self._steady()) * 1000)

    def settle(self) -> int:
        """Follow the wall again. Returns by how many milliseconds it had jumped; 0 where it only crept."""
        away = self.adrift
        self._base = self._wall() - self._steady()
        return away if abs(away) > JUMP_MS else 0

    def day(self, now: int) -> int:
        """The day in which a moment lies in the contest's zone, as days since 1970-01-01."""
        if not self._day_ends - 86_400_000 <= now < self._day_ends:
            local = dt.datetime.fromtimestamp(now / 1000, self._zone).date()
            self._day = (local - EPOCH).days
            midnight = dt.datetime.combine(local + dt.timedelta(days=1), dt.time(), self._zone)
            self._day_ends = int(midnight.timestamp() * 1000)
            if self._day_ends - now > 86_400_000:  # a day of more than 24 hours: looked up each time
                self._day_ends = 0
        return self._day


def day_of(date: dt.date) -> int:
    """A date as days since 1970-01-01."""
    return (date - EPOCH).days


def date_of(day: int) -> dt.date:
    """The date of a day number."""
    return EPOCH + dt.timedelta(days=day)

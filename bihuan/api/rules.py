"""How much the API answers, and how large a request may be. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from threading import Lock
from typing import Final

PER_MINUTE: Final = 600  # requests of one person, whatever the number of their tokens
STRANGERS_PER_MINUTE: Final = 120  # requests from one address without a sign-in; an office shares one address
FILE_BYTES: Final = 40 * 1024 * 1024  # a request with a file; one of JSON is held to Django's own 2.5 MB
ROWS, MOST_ROWS = 50, 100  # of a list at a time


class Meter:
    """Counts requests by minute and by who asks, in the memory of one process: with several, each counts its own, and
    the bound is as much wider. That is enough against a program gone wild, and needs no server beside the database."""

    def __init__(self) -> None:
        self._minute = 0
        self._counted: Counter[str] = Counter()
        self._lock = Lock()

    def takes(self, who: str, most: int, *, at: dt.datetime) -> bool:
        """Count one request; whether it is still among the first `most` of its minute."""
        minute = int(at.timestamp()) // 60
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._counted.clear()
            self._counted[who] += 1
            return self._counted[who] <= most


def seconds_left(at: dt.datetime) -> int:
    """Of the minute that counts: when to ask again."""
    return 60 - int(at.timestamp()) % 60

"""The periodic jobs of an installation: done again and again while it runs, by one process at a time.

Any number of processes may run them. Each piece of work is done under an advisory lock of the database, which ends with
its connection; whoever does not get it leaves that piece to the other. What fails is told, and tried again later: a
database that is away for an hour costs an hour, nothing else.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from bihuan.lib.words import say
from bihuan.wiring import Periodic

LONGEST = 60  # seconds between two tries of what fails
_LOCK = 0x6269_6875  # with the digest of the job's name
_told = logging.getLogger(__name__)


class Rounds:
    """When each job is due, and the doing of what is. A wall clock that is put right moves no job.

    Args:
        jobs: by name in both languages, "封存历史 / seal".
        now: gives the present moment, aware.
        ticks: gives seconds that only go forward.
    """

    def __init__(
        self,
        jobs: Mapping[str, Periodic],
        *,
        now: Callable[[], dt.datetime] = timezone.now,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._jobs, self._now, self._ticks = jobs, now, ticks
        self._due = dict.fromkeys(jobs, ticks())
        self._failures = dict.fromkeys(jobs, 0)  # one after the other, since it went well

    def turn(self) -> float:
        """Do a piece of each job that is due; returns for how many seconds nothing will be."""
        for name, periodic in self._jobs.items():
            if self._due[name] <= self._ticks():
                rest = self._attempt(name, periodic)
                self._due[name] = self._ticks() + rest
        return max(min(self._due.values()) - self._ticks(), 0)

    def forever(self) -> NoReturn:
        """Go round until the process is told to end, each lane in a thread of its own. A piece under way is rolled
        back, and done by the next."""
        lanes: dict[str, dict[str, Periodic]] = {}
        for name, periodic in self._jobs.items():
            lanes.setdefault(periodic.lane, {})[name] = periodic
        first, *others = (Rounds(jobs, now=self._now, ticks=self._ticks) for jobs in lanes.values())
        for rounds in others:
            threading.Thread(target=rounds._go_round, daemon=True).start()
        first._go_round()

    def _go_round(self) -> NoReturn:
        while True:
            time.sleep(self.turn())

    def _attempt(self, name: str, periodic: Periodic) -> float:
        """Do one piece; returns for how many seconds the job then rests."""
        try:
            with _alone(name) as mine:
                if not mine:  # somebody else is at it, or a connection that was closed a moment ago still holds on
                    return periodic.every
                more = periodic.job(at=self._now())
        except Exception as error:  # noqa: BLE001 - whatever one job meets, the others go on and it is tried again
            self._failures[name] += 1
            rest = min(periodic.every * 2.0 ** min(self._failures[name], 10), LONGEST)
            _tell(name, error, rest)
            connection.close()  # the next try gets a fresh one
            return rest
        if self._failures[name]:
            zh, _, en = name.partition(" / ")
            _told.warning(say(f"“{zh}”已恢复", f"“{en}” works again"))
            self._failures[name] = 0
        return 0 if more else periodic.every


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether this process, and no other, does the job now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext(%s))", [_LOCK, name])
        (mine,) = cursor.fetchone()
    yield mine
    if mine:  # after a failure the connection is closed, and the lock is gone with it
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, hashtext(%s))", [_LOCK, name])


def _tell(name: str, error: Exception, rest: float) -> None:
    zh, _, en = name.partition(" / ")
    reason = " ".join(str(error).split()) or type(error).__name__
    words = say(f"“{zh}”未能完成，{rest:.0f} 秒后再试：{reason}", f"“{en}” failed, again in {rest:.0f} s: {reason}")
    away = isinstance(error, OperationalError | InterfaceError)  # the database, no fault of ours
    _told.error(words, exc_info=None if away else error)

"""The periodic jobs: when each is due, what a failure does, and that no two processes do one piece."""

from __future__ import annotations

import datetime as dt
import logging
import os
import subprocess
import sys
import time
from collections.abc import Mapping

import psycopg
import pytest
import small_tree
from django.db import connection, transaction
from small_tree import Tree, load_measures

from bihuan.figures import actions
from bihuan.figures.models import Delta, Total
from bihuan.history import actions as history
from bihuan.history import queries
from bihuan.history.models import Pending
from bihuan.periodic import LONGEST, Rounds
from bihuan.wiring import PERIODIC, Periodic

START = dt.datetime(2023, 6, 1, tzinfo=dt.UTC)


class Clock:
    """Both clocks: they stand until they are put forward."""

    def __init__(self) -> None:
        self.now, self.seconds = START, 1000.0

    def forward(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)
        self.seconds += seconds


class Work:
    """A job that counts its calls and does as it is told: how often more waits, what goes wrong."""

    def __init__(self, *, more: int = 0) -> None:
        self.more, self.calls, self.error = more, 0, None  # type: int, int, Exception | None

    def __call__(self, *, at: dt.datetime) -> bool:
        self.calls += 1
        if self.error:
            raise self.error
        self.more -= 1
        return self.more >= 0


def started(jobs: Mapping[str, Periodic], clock: Clock) -> Rounds:
    return Rounds(jobs, now=lambda: clock.now, ticks=lambda: clock.seconds)


def rounds(clock: Clock, **jobs: tuple[Work, int]) -> Rounds:
    made = {f"{name}活 / {name}": Periodic(job, every) for name, (job, every) in jobs.items()}
    return started(made, clock)


def record(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            history.record(
                verb="figures.withdrawn", subject=("figure", str(number)), by="system:t", at=START, values={}
            )


@pytest.mark.django_db
def test_each_job_keeps_its_own_pace() -> None:
    clock, quick, slow = Clock(), Work(), Work()
    going = rounds(clock, quick=(quick, 2), slow=(slow, 5))
    for _ in range(10):  # ten seconds
        rest = going.turn()
        assert rest <= 2
        clock.forward(1)
    assert (quick.calls, slow.calls) == (5, 2)


@pytest.mark.django_db
def test_what_waits_is_done_without_a_rest_and_holds_up_no_other() -> None:
    clock, heap, other = Clock(), Work(more=3), Work()
    going = rounds(clock, heap=(heap, 60), other=(other, 1))
    assert [going.turn() for _ in range(4)] == [0, 0, 0, 1]
    assert (heap.calls, other.calls) == (4, 1)


@pytest.mark.django_db
def test_a_wall_clock_that_is_put_right_moves_no_job() -> None:
    clock, work = Clock(), Work()
    going = rounds(clock, work=(work, 10))
    going.turn()
    for jump in (-3600, 7 * 24 * 3600):
        clock.now += dt.timedelta(seconds=jump)
        assert going.turn() == 10
    assert work.calls == 1


@pytest.mark.django_db
def test_hours_asleep_are_made_up_for_by_one_call() -> None:
    clock, work = Clock(), Work()
    going = rounds(clock, work=(work, 10))
    going.turn()
    clock.forward(7 * 3600)
    going.turn()
    assert (going.turn(), work.calls) == (10, 2)


def test_a_failure_is_told_and_tried_again_ever_later(
    fresh_database: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    clock, bad, good = Clock(), Work(), Work()
    bad.error = ValueError("no\nsuch thing")
    going = rounds(clock, bad=(bad, 5), good=(good, 5))
    rests = []
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            before = clock.seconds
            while bad.calls == len(rests):
                clock.forward(going.turn())
            rests.append(clock.seconds - before)
    assert good.calls > bad.calls, "the others go on"
    assert rests == sorted(rests)
    assert rests[-1] <= LONGEST + 5
    assert {record.levelname for record in caplog.records} == {"ERROR"}
    assert "no such thing" in caplog.messages[0]
    assert caplog.records[0].exc_info, "a fault of ours comes with where it lies"
    caplog.clear()
    bad.error = None
    with caplog.at_level(logging.WARNING):
        clock.forward(3600)
        going.turn()
        clock.forward(5)
        going.turn()
    assert len(caplog.records) == 1, "that it works again is said once"


def test_a_lost_connection_costs_one_try(fresh_database: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    clock, work = Clock(), Work()
    going = rounds(clock, work=(work, 5))
    going.turn()
    with psycopg.connect(fresh_database["owner"], autocommit=True) as link:
        link.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    clock.forward(5)
    with caplog.at_level(logging.WARNING):
        going.turn()
        clock.forward(10)
        going.turn()
    assert work.calls == 2
    assert caplog.records[0].exc_info is None, "the database's absence is one line"


def locks() -> int:
    """The advisory locks that are held in the database at hand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        row: tuple[int] = cursor.fetchone()
    return row[0]


def test_no_two_processes_do_one_piece(fresh_database: dict[str, str]) -> None:
    clock, work, other = Clock(), Work(), Work()
    going = rounds(clock, work=(work, 5), other=(other, 5))
    with psycopg.connect(fresh_database["app"], autocommit=True) as link:
        link.execute("SELECT pg_advisory_lock(%s, hashtext(%s))", [0x6269_6875, "work活 / work"])
        going.turn()
        assert (work.calls, other.calls) == (0, 1), "somebody else is at that one"
    deadline = time.monotonic() + 10
    while locks() and time.monotonic() < deadline:  # the server lets go a moment after its client
        time.sleep(0.01)
    clock.forward(5)
    going.turn()
    assert (work.calls, other.calls) == (1, 2), "the lock went with its connection"
    assert locks() == 0


def test_the_history_is_sealed_behind_its_writers(
    fresh_database: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    going = started(PERIODIC, clock)
    going.turn()
    before = queries.head()[0]
    monkeypatch.setattr(history, "SEALED_AT_ONCE", 1000)
    record(2500)
    clock.forward(60)
    pieces = 1
    while not going.turn():
        pieces += 1
    assert pieces == 3, "a heap is taken in pieces"
    assert queries.head()[0] == before + 2500
    assert not Pending.objects.exists()
    assert queries.verify().whole


def test_deltas_are_folded_behind_their_writers(fresh_database: dict[str, str]) -> None:
    clock = Clock()
    going = started(PERIODIC, clock)
    load_measures()
    tree = Tree()
    actions.keep(edition=tree.edition, by="system:t", at=START)
    for number in range(30):
        small_tree.record(tree["附城"], small_tree.span(number, number), key=f"k{number}")
    assert Delta.objects.count() == 30
    going.turn()
    assert Delta.objects.count() == 0
    (total,) = Total.objects.filter(region=tree["州"])
    assert total.low == total.high == sum(range(30))


def test_a_lane_that_hangs_holds_up_no_other() -> None:
    """In a process of its own, which ends at the sign that the other lane goes on."""
    code = """
import threading, time, django
django.setup()
from bihuan.periodic import Rounds
def turn(self):
    if "slow" in self._jobs:
        threading.Event().wait(60)
    assert list(self._jobs) == ["quick"]
    print("goes on", flush=True)
    return 60
Rounds.turn = turn
class P:
    def __init__(self, lane): self.lane = lane
Rounds({"quick": P(""), "slow": P("outside")}, ticks=time.monotonic).forever()
"""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "bihuan.settings"}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=env) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "goes on\n"
        process.kill()

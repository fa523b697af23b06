"""The sweep: every rung once, whoever sweeps and however long nobody did."""

from __future__ import annotations

import datetime as dt
import os
import select
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cast import BY, Cast, make_cast
from django.db import connection, transaction
from rounds import act, on, task

from bihuan.history.models import Entry
from bihuan.loop import actions
from bihuan.loop.actions import Said, Wanted
from bihuan.loop.flows import Audience, Clock, Ladder, Light, Rung
from bihuan.loop.models import Extension, Matter, Reminder, Step
from bihuan.loop.queries import differences
from bihuan.messages.models import Message
from bihuan.org import actions as org
from bihuan.org.rules import Role


@pytest.fixture
def ladders(db: None) -> None:
    actions.load_ladders(by=BY, at=on(1, 1))


def rungs(matter: Matter) -> list[tuple[str, int | None]]:
    reached = Step.objects.filter(matter=matter, verb="reach").order_by("version")
    return [(step.clock, step.rung) for step in reached]


def told(matter: Matter, rung: int, clock: str = "due") -> set[int]:
    step = Step.objects.get(matter=matter, clock=clock, rung=rung)
    return set(Reminder.objects.filter(step=step).values_list("person", flat=True))


@pytest.mark.usefixtures("ladders")
def test_each_rung_at_its_moment(cast: Cast) -> None:
    matter = task(cast, leader=cast.leader)  # due on Friday 16 June
    assert actions.sweep(at=on(6, 13, 8, 29)).steps == 0
    assert actions.sweep(at=on(6, 13, 8, 30)).steps == 1  # three working days before
    assert actions.sweep(at=on(6, 13, 8, 30)).steps == 0
    assert Matter.objects.get(pk=matter.pk).light == "yellow"
    assert actions.sweep(at=on(6, 16, 17, 59)).steps == 0
    assert actions.sweep(at=on(6, 16, 18)).steps == 1
    row = Matter.objects.get(pk=matter.pk)
    assert (row.light, row.rung, row.next_check_at) == ("red", 2, on(6, 19, 8, 30))
    assert told(matter, 2) == {cast.kangle_liaison.pk}
    actions.sweep(at=on(6, 21, 9))
    assert told(matter, 4) == {cast.leader.pk}
    assert differences(Matter.objects.get(pk=matter.pk)) == []
    assert Entry.objects.filter(subject_id=str(matter.pk), verb="loop.reached").count() == len(rungs(matter))


@pytest.mark.usefixtures("ladders")
def test_one_pass_catches_up_after_an_outage_of_days(cast: Cast) -> None:
    matter = task(cast)
    swept = actions.sweep(at=on(6, 22))
    assert (swept.matters, swept.steps) == (1, 4)  # before, due, one and three working days late
    assert rungs(matter) == [("due", 1), ("due", 2), ("due", 3), ("due", 4)]
    assert differences(Matter.objects.get(pk=matter.pk)) == []
    news = Message.objects.filter(recipient=cast.kangle_liaison, topic="matters:due")
    assert [item.count for item in news] == [4]  # one message, however many rungs


@pytest.mark.usefixtures("ladders")
def test_short_term_is_not_told_that_three_days_are_left(cast: Cast) -> None:
    matter = task(cast, due=dt.date(2023, 6, 6))
    assert actions.sweep(at=on(6, 5, 12)).steps == 0
    assert rungs(matter) == []
    actions.sweep(at=on(6, 6, 18))
    assert rungs(matter) == [("due", 2)]
    assert differences(Matter.objects.get(pk=matter.pk)) == []


@pytest.mark.usefixtures("ladders")
def test_keeper_is_reminded_to_check(cast: Cast) -> None:
    matter = task(cast)
    act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
    act(matter, "answer", cast.kangle_liaison, on(6, 7), text="已办")
    actions.sweep(at=on(7, 5))
    assert rungs(matter) == [("waiting", 1), ("waiting", 2)]
    assert told(matter, 1, "waiting") == {cast.operator.pk, cast.checker.pk}
    act(matter, "return", cast.operator, on(7, 3), text="不全", due_on=dt.date(2023, 7, 10))
    act(matter, "answer", cast.kangle_liaison, on(7, 4), text="补全")
    actions.sweep(at=on(7, 30))
    assert rungs(matter)[2:] == [("waiting", 1), ("waiting", 2)]
    assert differences(Matter.objects.get(pk=matter.pk)) == []


@pytest.mark.usefixtures("ladders")
def test_who_is_gone_is_stood_in_for(cast: Cast) -> None:
    """An owner without a post, a section without people, a unit with nobody: someone is told all the same."""
    matter = task(cast, owner=cast.yongjing_liaison)
    post = cast.yongjing_liaison.posts.get()
    org.end_post(post=post, on=dt.date(2023, 6, 10), by=BY, at=on(6, 1))
    actions.sweep(at=on(6, 16, 18))
    assert told(matter, 2) == {cast.kangle_liaison.pk}
    assert Reminder.objects.filter(step__matter=matter, stands_in=True).count() == 2
    org.end_post(post=cast.kangle_liaison.posts.get(), on=dt.date(2023, 6, 18), by=BY, at=on(6, 1))
    actions.sweep(at=on(6, 19, 12))
    assert told(matter, 3) == {cast.operator.pk, cast.checker.pk}


@pytest.mark.usefixtures("ladders")
def test_principal_and_section(cast: Cast) -> None:
    section = org.open_section(unit=cast.kangle_bureau, name="宣教科", by=BY, at=on(1, 1))
    chief = org.add_person(name="主要负责", book="example", by=BY, at=on(1, 1))
    clerk = org.add_person(name="科员", book="example", by=BY, at=on(1, 1))
    unit, since, roles = cast.kangle_bureau, dt.date(2023, 1, 1), [(Role.PRINCIPAL, None)]
    org.appoint(person=chief, unit=unit, on=since, title="局长", roles=roles, by=BY, at=on(1, 1))
    org.appoint(person=clerk, unit=unit, section=section, on=since, by=BY, at=on(1, 1))
    matter = task(cast, section=section)
    actions.sweep(at=on(7, 5))
    assert told(matter, 3) == {clerk.pk}
    assert told(matter, 5) == {chief.pk}
    assert told(matter, 6) == {cast.operator.pk, cast.checker.pk}


@pytest.mark.usefixtures("ladders")
def test_a_place_may_have_a_ladder_of_its_own(cast: Cast) -> None:
    strict = Ladder("strict", "从严", "Strict", (Rung(1, Clock.DUE, -5, Audience.LEADER, "早", "early", Light.BLUE),))
    actions.set_ladder(
        flow="task", ladder=strict, region=cast.kangle, valid_from=dt.date(2023, 6, 1), by=BY, at=on(5, 1)
    )
    said = Said(unit=cast.yongjing_bureau, due_on=dt.date(2023, 6, 16))
    elsewhere = Wanted("there", "task", "别处", cast.office, said=said)
    here = task(cast)
    there = actions.register(wanted=elsewhere, by=cast.operator.by, at=on(6, 5))
    actions.sweep(at=on(6, 9, 9))
    assert (rungs(here), rungs(there)) == ([("due", 1)], [])
    assert Matter.objects.get(pk=here.pk).light == "blue"


@pytest.mark.usefixtures("ladders")
def test_undecided_wish_presses_the_keeper(cast: Cast) -> None:
    matter = task(cast)
    act(matter, "ask_extension", cast.kangle_liaison, on(6, 7), text="冲突", due_on=dt.date(2023, 6, 20))
    Message.objects.all().delete()
    actions.sweep(at=on(6, 11))
    assert not Message.objects.filter(recipient=cast.checker).exists()
    for day in (12, 13, 14, 15, 16, 19, 20):
        actions.sweep(at=on(6, day, 19))
    assert Extension.objects.get(matter=matter).reminded == 5
    assert Message.objects.filter(recipient=cast.checker, zh__contains="延期申请").count() == 1


# -- real commits, several workers -----------------------------------------------------------------------------------


def furnish(count: int) -> Cast:
    cast = make_cast()
    actions.load_ladders(by=BY, at=on(1, 1))
    said = Said(unit=cast.kangle_bureau, owner=cast.kangle_liaison, due_on=dt.date(2023, 6, 16))
    wanted = [Wanted(f"many:{n}", "task", f"第{n}项", cast.office, said=said, book="example") for n in range(count)]
    actions.register_many(wanted=wanted, by=cast.operator.by, at=on(6, 5))
    return cast


@pytest.mark.usefixtures("fresh_database")
def test_four_workers_handle_each_once() -> None:
    cast = furnish(400)
    faults: list[BaseException] = []

    def work() -> None:
        try:
            while actions.sweep(at=on(7, 5), limit=7).matters:
                pass
        except BaseException as fault:  # noqa: BLE001 - told in the test's own thread
            faults.append(fault)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert faults == []
    while actions.sweep(at=on(7, 5)).matters:  # what was passed over because another held it
        pass
    steps = Counter(Step.objects.filter(verb="reach").values_list("matter", flat=True))
    assert len(steps) == 400
    assert set(steps.values()) == {6}
    assert (
        Reminder.objects.filter(person=cast.kangle_liaison).count()
        == Reminder.objects.values("step").filter(person=cast.kangle_liaison).distinct().count()
    )
    inbox = Message.objects.filter(recipient=cast.kangle_liaison, read_at=None)
    assert inbox.filter(topic="matters:due").count() == 1
    assert all(differences(row) == [] for row in Matter.objects.all()[:20])


def test_killed_worker_leaves_nothing_and_nothing_is_lost(fresh_database: dict[str, str]) -> None:
    """A process is killed in the midst of its pass; the next one does all of it, once."""
    furnish(60)
    with _hanging(fresh_database["app"]) as child:
        # It tells by itself: whoever asked the rows meanwhile would hold one of them, and it would pass that over.
        assert child.stdout is not None
        assert select.select([child.stdout], [], [], 60)[0], "the child never held its rows"
        assert child.stdout.readline() == b"held\n"
        assert _busy()
        assert actions.sweep(at=on(7, 5)).matters == 0  # held by the other: passed over, nobody waits
        child.kill()
    deadline = time.monotonic() + 20
    while actions.sweep(at=on(7, 5)).matters == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert Step.objects.filter(verb="reach").count() == 60 * 6
    assert Message.objects.filter(topic="matters:due", read_at=None).count() == 3  # the liaison and two operators


@contextmanager
def _hanging(address: str) -> Iterator[subprocess.Popen[bytes]]:
    program = Path(__file__).with_name("hanging_sweep.py")
    more = {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "bihuan.settings"}
    path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, program, on(7, 5).isoformat()]
    with subprocess.Popen(command, env={**os.environ, **more, **path}, stdout=subprocess.PIPE) as child:
        try:
            yield child
        finally:
            child.kill()


def _busy() -> bool:
    """Whether another process holds all of the matters."""
    with transaction.atomic():
        return not Matter.objects.select_for_update(skip_locked=True).values_list("pk")[:1]

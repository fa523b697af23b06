"""Two people at once, with real commits: one is first, the other is told so; nothing stands twice."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from cast import BY, make_cast
from django.db import connection
from rounds import BOTH, act, on, task

from bihuan.lib.refusals import Refusal
from bihuan.loop import actions
from bihuan.loop.actions import Said, Wanted
from bihuan.loop.models import Extension, Matter, Step
from bihuan.loop.queries import differences
from bihuan.loop.refusals import StaleMatterError
from bihuan.org.models import Person


def together(*works: Callable[[], object]) -> list[Refusal]:
    """Do all at once, each on a connection of its own; gives what was refused. Other faults are raised."""
    gate = threading.Barrier(len(works))
    refused: list[Refusal] = []
    faults: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            gate.wait(20)
            work()
        except Refusal as refusal:
            refused.append(refusal)
        except BaseException as fault:  # noqa: BLE001 - told in the test's own thread
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    return refused


@pytest.mark.usefixtures("fresh_database")
def test_one_of_two_moves_it() -> None:
    cast = make_cast()
    actions.load_ladders(by=BY, at=on(1, 1))
    for _ in range(5):
        matter = task(cast)
        act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
        act(matter, "answer", cast.kangle_liaison, on(6, 7), text="已办")
        seen = Matter.objects.get(pk=matter.pk).version

        def say(verb: str, person: Person, matter: Matter = matter, seen: int = seen) -> Callable[[], object]:
            said = Said(text="材料不全", due_on=dt.date(2023, 6, 20))
            return lambda: actions.act(
                matter=matter, verb=verb, hands=BOTH, expected_version=seen, said=said, by=person.by, at=on(6, 8)
            )

        refused = together(say("accept", cast.checker), say("return", cast.leader), say("accept", cast.operator))
        assert [type(item) for item in refused] == [StaleMatterError] * 2
        row = Matter.objects.get(pk=matter.pk)
        assert row.version == seen + 1
        assert differences(row) == []


@pytest.mark.usefixtures("fresh_database")
def test_a_sweep_and_an_answer_at_the_same_moment() -> None:
    """Whoever comes second works on what the first left; neither is lost."""
    cast = make_cast()
    actions.load_ladders(by=BY, at=on(1, 1))
    for _ in range(5):
        matter = task(cast)
        act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
        seen = Matter.objects.get(pk=matter.pk).version

        def answer(matter: Matter = matter, seen: int = seen) -> object:
            said = Said(text="已办")
            who = cast.kangle_liaison.by
            return actions.act(
                matter=matter, verb="answer", hands=BOTH, expected_version=seen, said=said, by=who, at=on(6, 16, 18)
            )

        refused = together(answer, lambda: actions.sweep(at=on(6, 16, 18)))
        row = Matter.objects.get(pk=matter.pk)
        reached = Step.objects.filter(matter=row, verb="reach").count()
        assert refused == []  # a rung that was reached while somebody wrote is no reason to write it again
        assert (row.state, reached in (0, 2)) == ("answered", True)
        assert differences(row) == []


@pytest.mark.usefixtures("fresh_database")
def test_one_key_is_registered_once() -> None:
    cast = make_cast()
    actions.load_ladders(by=BY, at=on(1, 1))
    said = Said(unit=cast.kangle_bureau, due_on=dt.date(2023, 6, 16))
    wanted = [Wanted(f"once:{number}", "task", f"第{number}项", cast.office, said=said) for number in range(30)]

    def register() -> object:
        return actions.register_many(wanted=wanted, by=cast.operator.by, at=on(6, 5))

    refused = together(register, register, register)
    assert all(isinstance(item, StaleMatterError) for item in refused)
    assert Matter.objects.count() == 30
    assert Step.objects.count() == 60


@pytest.mark.usefixtures("fresh_database")
def test_one_wish_for_more_time_is_decided_once() -> None:
    cast = make_cast()
    actions.load_ladders(by=BY, at=on(1, 1))
    matter = task(cast)
    act(matter, "ask_extension", cast.kangle_liaison, on(6, 7), text="冲突", due_on=dt.date(2023, 6, 20))
    seen = Matter.objects.get(pk=matter.pk).version

    def decide(verb: str, person: Person) -> Callable[[], object]:
        said = Said(text="见批示")
        return lambda: actions.act(
            matter=matter, verb=verb, hands=BOTH, expected_version=seen, said=said, by=person.by, at=on(6, 8)
        )

    refused = together(decide("grant_extension", cast.operator), decide("refuse_extension", cast.checker))
    assert len(refused) == 1
    assert Extension.objects.exclude(decided_at=None).count() == 1
    assert differences(Matter.objects.get(pk=matter.pk)) == []

"""Thousands of tellings in one call: the same rules as one by one, and no two senders that wait for each other."""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
from zoneinfo import ZoneInfo

import pytest
from cast import Cast
from django.db import connections, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bihuan.messages import actions
from bihuan.messages.actions import Telling
from bihuan.messages.models import Arrival, Channel, Message, Outgoing
from bihuan.messages.sending import Kind, Scope
from bihuan.org.models import Person

NOON = dt.datetime(2023, 6, 12, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
NIGHT = NOON.replace(hour=23)
Stored = list[tuple[int, str, str, str, str, bool, int, dt.datetime]]


def send_many(*tellings: Telling, by: str = "system:t", at: dt.datetime = NOON) -> None:
    with transaction.atomic():
        actions.send_many(tellings, by=by, at=at)


def stored() -> Stored:
    fields = ("recipient", "topic", "zh", "en", "url", "urgent", "count", "show_from")
    return list(Message.objects.order_by("recipient", "topic").values_list(*fields))


def forget() -> None:
    Message.objects.all().delete()
    Arrival.objects.all().delete()


ONE = st.tuples(
    st.integers(0, 2), st.integers(0, 2), st.integers(0, 5), st.booleans(), st.integers(1, 3), st.sampled_from("ab")
)


@given(st.lists(ONE, max_size=12))
@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_many_at_once_leave_what_they_leave_one_by_one(
    cast: Cast, ones: list[tuple[int, int, int, bool, int, str]]
) -> None:
    people = [cast.operator.pk, cast.leader.pk, 10**9]  # the last one is nobody
    tellings = [
        Telling(people[to], f"t{topic}", f"k{key}", (f"中{letter}", f"en {letter}"), f"/{letter}/", urgent, count)
        for to, topic, key, urgent, count, letter in ones
    ]
    forget()
    for telling in tellings:
        send_many(telling, by=cast.liaison.by, at=NIGHT)
    one_by_one = stored()
    forget()
    send_many(*tellings, by=cast.liaison.by, at=NIGHT)
    assert stored() == one_by_one


def test_one_may_stand_for_several(cast: Cast) -> None:
    send_many(Telling(cast.leader.pk, "t", "1", ("中", "en"), "/", count=12))
    send_many(Telling(cast.leader.pk, "t", "2", ("中", "en"), "/"))
    assert Message.objects.get().count == 13
    with pytest.raises(ValueError, match="at least"):
        Telling(cast.leader.pk, "t", "3", ("中", "en"), "/", count=0)


def test_nobody_is_told_of_their_own_act_among_many(cast: Cast) -> None:
    tellings = [Telling(person.pk, "t", "1", ("中", "en"), "/") for person in (cast.operator, cast.leader)]
    send_many(*tellings, by=cast.operator.by)
    assert list(Message.objects.values_list("recipient", flat=True)) == [cast.leader.pk]


def test_many_outside_a_transaction_are_refused(fresh_database: dict[str, str]) -> None:
    with pytest.raises(RuntimeError):
        actions.send_many([Telling(1, "t", "1", ("中", "en"), "/")], by="system:t", at=NOON)


@pytest.mark.slow
def test_twenty_thousand_take_a_moment(db: None) -> None:
    Person.objects.bulk_create([Person(name=f"人{n}", pinyin=f"ren{n}") for n in range(20_000)])
    people = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    words = ("逾期" * 40, "late " * 40)
    for event, limit in (("first", 3), ("second", 3), ("third", 6)):  # about 0.6 s, and 1.4 s with channels
        if event == "third":
            Channel.objects.bulk_create(
                Channel(person_id=pk, kind=Kind.WEBHOOK, name="钩", scope=Scope.ALL, added_at=NOON) for pk in people
            )
        tellings = [Telling(pk, f"matter:{pk % 5000}", f"{event}:{pk}", words, "/") for pk in people]
        began = time.perf_counter()
        send_many(*tellings)
        took = time.perf_counter() - began
        assert took < limit, f"{event}: {took:.1f} s"
    assert Outgoing.objects.count() == len(people)
    assert set(Message.objects.values_list("count", flat=True)) == {3}
    assert Message.objects.count() == len(people)


@pytest.mark.slow
def test_senders_in_any_order_never_wait_for_each_other(fresh_database: dict[str, str]) -> None:
    """Each tells everybody of every topic, each in an order of its own, while one marks all as read."""
    people = [Person.objects.create(name=f"人{n}", pinyin=f"ren{n}").pk for n in range(30)]
    ready, failed, lines, rounds = threading.Barrier(5), [], 4, 6

    def work(line: int) -> None:
        try:
            chance = random.Random(line)
            ready.wait()
            for round_ in range(rounds):
                tellings = [
                    Telling(person, f"t{topic}", f"{line % 2}:{round_}:{topic}", ("中", "en"), "/")
                    for person in people
                    for topic in range(10)
                ]
                chance.shuffle(tellings)
                send_many(*tellings)
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connections.close_all()

    def read() -> None:
        try:
            ready.wait()
            for round_ in range(rounds * 5):
                actions.mark_all_read(person=people[round_ % len(people)], until=NOON, at=NOON)
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(line,)) for line in range(lines)] + [threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    for person in people:
        counts = Message.objects.filter(recipient=person).values_list("count", flat=True)
        assert sum(counts) == 2 * rounds * 10
    assert Arrival.objects.count() == 2 * rounds * 10 * len(people)

"""The inbox: each event once, one unread a topic, quiet hours, and reading that loses nothing."""

from __future__ import annotations

import datetime as dt
import html
import re
import threading
from zoneinfo import ZoneInfo

import pytest
from cast import Cast, make_cast, signed_in
from django.db import connections, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from bihuan.messages import actions, queries
from bihuan.messages.models import Arrival, Message
from bihuan.messages.rules import QUIET, is_snapshot
from bihuan.org.models import Person

ZONE = ZoneInfo("Asia/Shanghai")
NOON = dt.datetime(2023, 6, 12, 12, 0, tzinfo=ZONE)
LATER = NOON + dt.timedelta(days=2)


def send(
    to: list[int], topic: str, key: str, *, at: dt.datetime = NOON, urgent: bool = False, by: str = "system:t"
) -> None:
    words = (f"中{key}", f"en {key}")
    with transaction.atomic():
        actions.send(to=to, topic=topic, key=key, words=words, url="/x/", urgent=urgent, by=by, at=at)


@given(st.integers(0, 365 * 24 * 3600))
def test_nothing_is_shown_in_the_quiet_hours(second: int) -> None:
    local = (NOON.replace(hour=0) + dt.timedelta(seconds=second)).astimezone(ZONE)
    shown = QUIET.show_from(local)
    assert QUIET.end <= shown.time() < QUIET.begin
    assert dt.timedelta() <= shown - local < dt.timedelta(hours=10, minutes=31)
    assert QUIET.show_from(local, urgent=True) == local
    if QUIET.end <= local.time() < QUIET.begin:
        assert shown == local


def test_an_event_comes_once_and_a_topic_has_one_unread(cast: Cast) -> None:
    one, two = cast.operator.pk, cast.leader.pk
    send([one, two, one], "t", "1")
    send([one], "t", "1")
    send([one], "t", "2")
    assert list(Message.objects.order_by("recipient").values_list("recipient", "count")) == sorted([(one, 2), (two, 1)])
    assert Message.objects.get(recipient=one).zh == "中2"


def test_nobody_is_told_of_their_own_act(cast: Cast) -> None:
    send([cast.operator.pk, cast.leader.pk], "t", "1", by=cast.operator.by)
    assert [item.recipient for item in Message.objects.all()] == [cast.leader]


def test_a_message_outside_a_transaction_is_refused(fresh_database: dict[str, str]) -> None:
    with pytest.raises(RuntimeError):
        actions.send(to=[1], topic="t", key="1", words=("中", "en"), url="/", by="system:t", at=NOON)


def test_what_came_after_the_page_was_read_stays_unread(cast: Cast) -> None:
    send([cast.leader.pk], "t", "1")
    seen = Message.objects.get()
    send([cast.leader.pk], "t", "2", at=NOON + dt.timedelta(minutes=1))
    assert not actions.mark_read(message=seen, count=seen.count, at=LATER)
    assert actions.mark_all_read(person=cast.leader.pk, until=NOON, at=LATER) == 0
    assert queries.unread_count(cast.leader.pk, at=LATER) == 1
    assert actions.mark_all_read(person=cast.leader.pk, until=LATER, at=LATER) == 1


def test_what_was_still_on_its_way_stays_unread(fresh_database: dict[str, str]) -> None:
    """A change that began before the list was read and ended after it: yet it was not there."""
    person = Person.objects.create(name="甲", pinyin="jia")
    send([person.pk], "seen", "seen:1", at=NOON)
    send([person.pk], "grows", "grows:1", at=NOON)
    begun, go = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                send([person.pk], "new", "new:1", at=NOON)
                send([person.pk], "grows", "grows:2", at=NOON)
                begun.set()
                go.wait(20)
        finally:
            connections.close_all()

    writer = threading.Thread(target=slow)
    writer.start()
    assert begun.wait(20)
    seen, until = queries.snapshot(), NOON + dt.timedelta(minutes=1)
    assert {item.topic for item in queries.inbox(person.pk, at=until)} == {"seen", "grows"}
    go.set()
    writer.join()
    assert actions.mark_all_read(person=person.pk, until=until, seen=seen, at=until) == 1
    unread = queries.inbox(person.pk, at=until, unread_only=True)
    assert sorted((item.topic, item.count) for item in unread) == [("grows", 2), ("new", 1)]
    assert actions.mark_all_read(person=person.pk, until=until, seen=queries.snapshot(), at=until) == 2


def test_one_that_grows_while_all_are_marked_stays_unread(fresh_database: dict[str, str]) -> None:
    """The marker waits for the sender, and then looks at the message again."""
    person = Person.objects.create(name="甲", pinyin="jia")
    send([person.pk], "t", "1")
    seen, marked = queries.snapshot(), []

    def mark() -> None:
        try:
            marked.append(actions.mark_all_read(person=person.pk, until=LATER, seen=seen, at=LATER))
        finally:
            connections.close_all()

    marker = threading.Thread(target=mark)
    with transaction.atomic():
        send([person.pk], "t", "2")
        marker.start()
        marker.join(0.5)
        assert marker.is_alive()
    marker.join()
    assert marked == [0]
    assert queries.unread_count(person.pk, at=LATER) == 1


@pytest.mark.parametrize("text", ["", "x", "1:2", "0:0:", "5:3:", "3:5:4,4", "3:5:9", "3:5:3,", "1:2:1;--", "9" * 30])
def test_what_is_no_snapshot_is_refused_before_the_database_sees_it(text: str) -> None:
    assert not is_snapshot(text)


@given(st.integers(1, 10**15), st.sets(st.integers(0, 50)), st.integers(0, 50))
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_taken_for_a_snapshot_is_one(db: None, low: int, open_ones: set[int], more: int) -> None:
    high = low + more
    text = f"{low}:{high}:{','.join(str(low + number) for number in sorted(open_ones) if number < more)}"
    assert is_snapshot(text)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT %s::pg_snapshot::text", [text])


def test_a_message_can_be_put_back(cast: Cast) -> None:
    send([cast.leader.pk], "t", "1")
    first = Message.objects.get()
    assert actions.mark_read(message=first, count=1, at=LATER)
    assert actions.mark_unread(message=first)
    assert queries.unread_count(cast.leader.pk, at=LATER) == 1
    actions.mark_read(message=first, count=1, at=LATER)
    send([cast.leader.pk], "t", "2")
    assert actions.mark_unread(message=first), "the newer one stands for it"
    assert [item.zh for item in queries.inbox(cast.leader.pk, at=LATER, unread_only=True)] == ["中2"]


@pytest.mark.parametrize("too_long", ["topic", "key", "url"])
def test_what_is_too_long_is_refused_rather_than_cut(cast: Cast, too_long: str) -> None:
    given = {"topic": "t", "key": "k", "url": "/x/"} | {too_long: "x" * 201}
    with pytest.raises(ValueError, match="too long"), transaction.atomic():
        actions.send(to=[cast.leader.pk], words=("中", "en"), by="system:t", at=NOON, **given)


def test_the_morning_brings_what_came_at_night(cast: Cast) -> None:
    night = NOON.replace(hour=23)
    send([cast.leader.pk], "t", "1", at=night)
    assert queries.unread_count(cast.leader.pk, at=night) == 0
    assert actions.mark_all_read(person=cast.leader.pk, until=night, at=night) == 0  # not seen, so not read
    assert queries.unread_count(cast.leader.pk, at=night.replace(day=13, hour=7, minute=30)) == 1
    send([cast.leader.pk], "t", "2", at=night, urgent=True)
    assert queries.unread_count(cast.leader.pk, at=night) == 1


STEP = st.tuples(st.sampled_from(["send", "read", "all"]), st.integers(0, 2), st.integers(0, 2), st.integers(0, 9))


@given(steps=st.lists(STEP, max_size=30))
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_event_is_lost_or_counted_twice(cast: Cast, steps: list[tuple[str, int, int, int]]) -> None:
    """Any order of sending and reading: per person, the counts of all messages add up to the distinct events sent."""
    Message.objects.all().delete()
    Arrival.objects.all().delete()
    people = [cast.operator.pk, cast.leader.pk, cast.liaison.pk]
    sent: set[tuple[int, str]] = set()
    for number, (what, person, topic, key) in enumerate(steps):
        at = NOON + dt.timedelta(seconds=number)
        if what == "send":
            send([people[person]], f"t{topic}", f"{topic}:{key}", at=at)
            sent.add((people[person], f"{topic}:{key}"))
        elif what == "read" and (found := Message.objects.filter(recipient=people[person], read_at=None).first()):
            actions.mark_read(message=found, count=found.count - key % 2, at=at)
        elif what == "all":
            actions.mark_all_read(person=people[person], until=at, at=at)
    for person in people:
        counts = Message.objects.filter(recipient=person).values_list("count", flat=True)
        assert sum(counts) == len([1 for to, _key in sent if to == person])
        unread = Message.objects.filter(recipient=person, read_at=None).values_list("topic", flat=True)
        assert len(unread) == len(set(unread))


def test_two_senders_at_once_meet(fresh_database: dict[str, str]) -> None:
    person = Person.objects.create(name="甲", pinyin="jia")
    ready = threading.Barrier(4)

    def work(number: int) -> None:
        try:
            ready.wait()
            for key in range(10):
                send([person.pk], "t", f"{number % 2}:{key}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(Message.objects.values_list("count", flat=True)) == [20]
    assert Arrival.objects.count() == 20


# -- the page --------------------------------------------------------------------------------------------------------


def test_reading_goes_to_the_thing(cast: Cast) -> None:
    send([cast.leader.pk], "t", "1", at=timezone.now() - dt.timedelta(days=1))
    client = signed_in(cast.leader)
    message = Message.objects.get()
    answer = client.post(reverse("messages:open", args=[message.pk]), {"count": 1})
    assert (answer.status_code, answer["Location"]) == (302, "/x/")
    assert queries.unread_count(cast.leader.pk, at=timezone.now()) == 0


def test_somebody_elses_message_is_not_there(cast: Cast) -> None:
    send([cast.leader.pk], "t", "1")
    answer = signed_in(cast.operator).post(reverse("messages:open", args=[Message.objects.get().pk]), {"count": 1})
    assert answer.status_code == 404
    assert Message.objects.get().read_at is None


@pytest.mark.parametrize("until", ["", "x", "2023-13-01T00:00:00", "2023-06-01", "2023-06-01T00:00:00", "9" * 400])
def test_a_moment_that_is_none_reads_nothing(cast: Cast, until: str) -> None:
    send([cast.leader.pk], "t", "1")
    given = {"until": until, "seen": queries.snapshot()}
    assert signed_in(cast.leader).post(reverse("messages:read_all"), given).status_code == 302
    assert Message.objects.get().read_at is None


@pytest.mark.parametrize("seen", ["", "x", "1:2:3", "5:3:", "\0", "9" * 400])
def test_a_snapshot_that_is_none_reads_nothing(cast: Cast, seen: str) -> None:
    send([cast.leader.pk], "t", "1")
    given = {"until": LATER.isoformat(), "seen": seen}
    assert signed_in(cast.leader).post(reverse("messages:read_all"), given).status_code == 302
    assert Message.objects.get().read_at is None


def test_the_page_marks_all_and_puts_one_back(fresh_database: dict[str, str]) -> None:
    cast = make_cast()
    for topic in ("a", "b"):
        send([cast.leader.pk], topic, topic, at=timezone.now() - dt.timedelta(days=1))
    client = signed_in(cast.leader)
    page = client.get(reverse("messages:inbox")).content.decode()
    given = dict(re.findall(r'name="(until|seen)" value="([^"]+)"', page))
    client.post(reverse("messages:read_all"), {name: html.unescape(value) for name, value in given.items()})
    assert queries.unread_count(cast.leader.pk, at=timezone.now()) == 0
    one = Message.objects.earliest("pk")
    answer = client.post(reverse("messages:open", args=[one.pk]), {"stay": "unread", "show": "all"})
    assert answer["Location"] == reverse("messages:inbox") + "?show=all"
    assert queries.unread_count(cast.leader.pk, at=timezone.now()) == 1


@pytest.mark.parametrize("count", ["", "x", "-1", "²", "9" * 5000])
def test_a_count_that_is_none_marks_nothing_and_goes_on(cast: Cast, count: str) -> None:
    send([cast.leader.pk], "t", "1")
    answer = signed_in(cast.leader).post(reverse("messages:open", args=[Message.objects.get().pk]), {"count": count})
    assert answer["Location"] == "/x/"
    assert Message.objects.get().read_at is None


def test_the_page_asks_the_same_at_one_and_at_fifty(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(cast.leader)
    yesterday = timezone.now() - dt.timedelta(days=1)
    for rows in (1, 60):
        for number in range(rows):
            send([cast.leader.pk], f"t{number}", f"{number}", at=yesterday)
        with django_assert_num_queries(12):
            page = client.get(reverse("messages:inbox"))
        assert page.content.decode().count("mail-open") == min(rows, 50)

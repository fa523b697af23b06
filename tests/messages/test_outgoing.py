"""What goes out: joins what waits, is begun before it is sent, comes back after a fault, stays under the cap."""

from __future__ import annotations

import datetime as dt
import random
import threading
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from cast import Cast
from django.db import connections, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bihuan.history.models import Entry
from bihuan.messages import actions, queries
from bihuan.messages.actions import Telling
from bihuan.messages.models import Arrival, Attempt, Channel, Message, Outgoing
from bihuan.messages.sending import LEASE, PER_HOUR, TRIES, Kind, Outcome, Parcel, Result, Scope, State
from bihuan.org import actions as org
from bihuan.org.models import Person

NOON = dt.datetime(2023, 6, 12, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def send(to: int, topic: str, key: str, *, at: dt.datetime = NOON, urgent: bool = False) -> None:
    with transaction.atomic():
        actions.send_many([Telling(to, topic, key, (f"中{key}", f"en {key}"), "/x/", urgent)], by="system:t", at=at)


def add(person: Person, *, scope: Scope = Scope.ALL, name: str = "钩子", kind: Kind = Kind.WEBHOOK) -> Channel:
    address = {Kind.WEBHOOK: "https://example.cn/hook/geheim", Kind.EMAIL: "ma.geheim@example.cn"}[kind]
    return actions.add_channel(
        person=person.pk, kind=kind, name=name, address=address, scope=scope, by=person.by, at=NOON
    )


def begin(at: dt.datetime = NOON, limit: int = 50) -> list[Parcel]:
    return actions.begin(at=at, limit=limit)


def finish(parcels: list[Parcel], outcome: Outcome = Outcome.SENT, at: dt.datetime = NOON) -> None:
    actions.finish(results=[Result(item.outgoing, item.number, outcome) for item in parcels], at=at)


def states() -> Counter[str]:
    return Counter(Outgoing.objects.values_list("state", flat=True))


# -- what is written with the message ----------------------------------------------------------------------------------


def test_a_message_waits_for_the_channels_that_want_it(cast: Cast) -> None:
    everything, urgent = add(cast.leader), add(cast.leader, scope=Scope.URGENT, name="急")
    paused = add(cast.leader, name="停")
    actions.pause_channel(channel=paused, version=1, by=cast.leader.by, at=NOON)
    add(cast.operator)
    send(cast.leader.pk, "t", "1")
    assert list(Outgoing.objects.values_list("channel", flat=True)) == [everything.pk]
    send(cast.leader.pk, "t", "2", urgent=True)
    assert sorted(Outgoing.objects.values_list("channel", "urgent")) == [(everything.pk, True), (urgent.pk, True)]
    send(cast.leader.pk, "t", "2", urgent=True)  # came before
    assert Outgoing.objects.count() == 2


def test_what_waits_on_a_topic_is_one(cast: Cast) -> None:
    add(cast.leader)
    for number in range(3):
        send(cast.leader.pk, "t", str(number))
    (parcel,) = begin()
    assert "中2（共 3 次）" in parcel.letter.body
    send(cast.leader.pk, "t", "3")  # too late for that one
    assert states() == {State.BEGUN: 1, State.WAITING: 1}
    assert begin() == [], "a channel sends one after the other"
    finish([parcel])
    (second,) = begin()
    assert "（共 4 次）" in second.letter.body


def test_a_message_that_is_taken_back_leaves_nothing_to_send(cast: Cast) -> None:
    add(cast.leader)
    with transaction.atomic():
        actions.send(to=[cast.leader.pk], topic="t", key="1", words=("中", "e"), url="/", by="system:t", at=NOON)
        assert Outgoing.objects.count() == 1
        transaction.set_rollback(True)
    assert (Outgoing.objects.count(), Message.objects.count()) == (0, 0)


def test_quiet_hours_hold_outside_too(cast: Cast) -> None:
    add(cast.leader)
    night, morning = NOON.replace(hour=23), NOON.replace(day=13, hour=7, minute=30)
    send(cast.leader.pk, "t", "1", at=night)
    assert begin(night) == []
    assert len(begin(morning)) == 1
    send(cast.leader.pk, "u", "2", at=night, urgent=True)
    finish([Parcel(Outgoing.objects.get(topic="t").pk, 1, {}, None)], at=morning)  # type: ignore[arg-type]
    assert len(begin(night)) == 1


def test_a_retry_keeps_the_quiet_hours(cast: Cast) -> None:
    add(cast.leader)
    evening = NOON.replace(hour=20, minute=59, second=45)
    send(cast.leader.pk, "t", "1", at=evening)
    finish(begin(evening), Outcome.UNREACHABLE, evening)
    assert Outgoing.objects.get().next_try_at == NOON.replace(day=13, hour=7, minute=30)


# -- outcomes ----------------------------------------------------------------------------------------------------------


def test_a_failure_is_tried_again_ever_later_and_given_up_in_the_end(cast: Cast) -> None:
    channel = add(cast.leader)
    send(cast.leader.pk, "t", "1", urgent=True)
    at = NOON
    for number in range(1, TRIES + 1):
        (parcel,) = begin(at)
        assert parcel.number == number
        assert "可能重复" not in parcel.letter.title, "for certain it has not arrived"
        finish([parcel], Outcome.REFUSED, at)
        assert begin(at) == []
        at = Outgoing.objects.get(topic="t").next_try_at
    row = Outgoing.objects.get(topic="t")
    assert (row.state, row.attempts) == (State.GIVEN_UP, TRIES)
    assert list(Attempt.objects.order_by("number").values_list("outcome", flat=True)) == [Outcome.REFUSED] * TRIES
    channel.refresh_from_db()
    assert channel.paused_at is not None
    told = Message.objects.get(topic=f"channel:{channel.pk}")
    assert (told.recipient, "钩子" in told.zh) == (cast.leader, True)
    assert Outgoing.objects.count() == 1, "not by the channel that does not work"


@pytest.mark.parametrize(("outcome", "marked"), [(Outcome.UNCLEAR, True), (Outcome.UNREACHABLE, False)])
def test_what_may_have_arrived_says_so_the_next_time(cast: Cast, outcome: Outcome, marked: bool) -> None:
    add(cast.leader)
    send(cast.leader.pk, "t", "1")
    finish(begin(), outcome)
    (again,) = begin(NOON + HOUR)
    assert ("可能重复" in again.letter.title) is marked
    assert again.letter.facts["repeat"] == ("true" if marked else "false")
    finish([again], at=NOON + HOUR)
    assert list(Attempt.objects.order_by("number").values_list("outcome", "repeat")) == [
        (outcome, False),
        (Outcome.SENT, marked),
    ]


def test_a_sender_that_stops_loses_nothing(cast: Cast) -> None:
    add(cast.leader)
    send(cast.leader.pk, "t", "1")
    (gone,) = begin()
    assert actions.recover(at=NOON + LEASE - dt.timedelta(seconds=1)) == 0
    assert actions.recover(at=NOON + LEASE) == 1
    assert Attempt.objects.get().outcome == Outcome.LOST
    (again,) = begin(NOON + HOUR)
    assert "可能重复" in again.letter.title
    finish([gone], at=NOON + HOUR)  # comes to itself too late: its outcome is written
    assert states() == {State.BEGUN: 1}
    finish([again], at=NOON + HOUR)
    assert states() == {State.SENT: 1}
    assert Message.objects.get().count == 1


def test_what_fails_joins_the_next_on_its_topic(cast: Cast) -> None:
    add(cast.leader)
    send(cast.leader.pk, "t", "1")
    first = begin()
    send(cast.leader.pk, "t", "2")
    finish(first, Outcome.UNCLEAR)
    assert states() == {State.FOLDED: 1, State.WAITING: 1}
    (again,) = begin(NOON + MINUTE)
    assert "（共 2 次）" in again.letter.body
    assert "可能重复" in again.letter.title


def test_an_address_inside_is_given_up_at_once(cast: Cast) -> None:
    channel = add(cast.leader)
    send(cast.leader.pk, "t", "1")
    finish(begin(), Outcome.INSIDE)
    assert Outgoing.objects.get(topic="t").state == State.GIVEN_UP
    channel.refresh_from_db()
    assert channel.paused_at == NOON


def test_another_key_gives_up_and_no_mail_server_waits(cast: Cast) -> None:
    add(cast.leader, kind=Kind.EMAIL, name="信")
    add(cast.leader)
    send(cast.leader.pk, "t", "1")
    with override_settings(SECRET_KEY="another"):
        parcels = begin()
    well, outcomes = actions.sendable(parcels)
    assert (well, {item.outcome for item in outcomes}) == ([], {Outcome.UNREADABLE})
    finish(parcels, Outcome.UNREACHABLE)
    well, outcomes = actions.sendable(begin(NOON + HOUR))
    assert [item.outcome for item in outcomes] == [Outcome.NO_SERVER]
    assert len(well) == 1


# -- the cap -----------------------------------------------------------------------------------------------------------


def test_beyond_the_cap_one_digest_stands_for_the_rest(cast: Cast) -> None:
    add(cast.leader)
    for number in range(PER_HOUR + 5):
        send(cast.leader.pk, f"t{number}", str(number), at=NOON + number * dt.timedelta(seconds=1))
    sent, at = [], NOON + MINUTE
    while parcels := begin(at):
        finish(parcels, at=at)
        sent += parcels
    assert len(sent) == PER_HOUR
    assert states() == {State.SENT: PER_HOUR, State.FOLDED: 5, State.WAITING: 1}
    (digest,) = begin(at + HOUR)
    assert "5 条消息" in digest.letter.body
    assert digest.letter.facts["purpose"] == "digest"


def test_what_is_urgent_knows_no_cap(cast: Cast) -> None:
    add(cast.leader)
    for number in range(PER_HOUR + 5):
        send(cast.leader.pk, f"t{number}", str(number), urgent=True)
    sent = []
    while parcels := begin():
        finish(parcels)
        sent += parcels
    assert len(sent) == PER_HOUR + 5


# -- channels ----------------------------------------------------------------------------------------------------------


def test_a_pause_withdraws_what_waits_and_a_resumption_starts_anew(cast: Cast) -> None:
    channel = add(cast.leader)
    send(cast.leader.pk, "t", "1")
    actions.pause_channel(channel=channel, version=1, by=cast.leader.by, at=NOON)
    assert states() == {State.WITHDRAWN: 1}
    with pytest.raises(actions.ChannelError):
        actions.test_channel(channel=channel, by=cast.leader.by, at=NOON)
    with pytest.raises(actions.StaleChannelError):
        actions.pause_channel(channel=channel, version=1, by=cast.leader.by, at=NOON)
    actions.resume_channel(channel=channel, version=2, by=cast.leader.by, at=NOON)
    assert begin() == []
    send(cast.leader.pk, "t", "2")
    assert len(begin()) == 1


def test_a_channel_taken_away_keeps_no_address(cast: Cast) -> None:
    channel = add(cast.leader)
    send(cast.leader.pk, "t", "1")
    begun = begin()
    actions.end_channel(channel=channel, version=1, by=cast.leader.by, at=NOON)
    finish(begun, Outcome.UNCLEAR)
    channel.refresh_from_db()
    assert (channel.sealed, states()) == ("", {State.WITHDRAWN: 1})
    assert not queries.channels(cast.leader.pk).exists()
    with pytest.raises(actions.StaleChannelError):
        actions.resume_channel(channel=channel, version=2, by=cast.leader.by, at=NOON)


def test_nothing_goes_to_someone_whose_account_is_closed(cast: Cast) -> None:
    add(cast.leader)
    send(cast.leader.pk, "t", "1")
    account = cast.leader.account
    org.close_account(account=account, by="system:t", at=NOON)
    assert begin() == []
    actions.recover(at=NOON)
    assert states() == {State.WITHDRAWN: 1}
    send(cast.leader.pk, "t", "2")
    assert Outgoing.objects.count() == 1
    assert Message.objects.get().count == 2, "the inbox waits for their return"


def test_a_test_goes_at_once_at_any_hour_and_once_a_minute(cast: Cast) -> None:
    channel = add(cast.leader)
    night = NOON.replace(hour=23)
    actions.test_channel(channel=channel, by=cast.leader.by, at=night)
    with pytest.raises(actions.ChannelError):
        actions.test_channel(channel=channel, by=cast.leader.by, at=night)
    (parcel,) = begin(night)
    assert "测试" in parcel.letter.body
    finish([parcel], at=night)
    with pytest.raises(actions.ChannelError):
        actions.test_channel(channel=channel, by=cast.leader.by, at=night)
    actions.test_channel(channel=channel, by=cast.leader.by, at=night + MINUTE)


def test_no_secret_stands_readable_anywhere(cast: Cast) -> None:
    channel = add(cast.leader)
    actions.pause_channel(channel=channel, version=1, by=cast.leader.by, at=NOON)
    row = str(Channel.objects.values().get())
    history = str(list(Entry.objects.filter(verb__startswith="messages.").values()))
    secrets = str(list(Entry.objects.filter(verb__startswith="messages.").values("secrets__value")))
    assert "geheim" not in row + history + secrets
    assert "钩子" not in history, "what a person calls it is theirs: a commitment"
    assert "钩子" in secrets


def test_a_person_has_so_many_channels(cast: Cast) -> None:
    for number in range(10):
        add(cast.leader, name=f"{number}")
    with pytest.raises(actions.ChannelError):
        add(cast.leader)


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\x00b"])
def test_a_name_that_is_none_is_refused(cast: Cast, name: str) -> None:
    with pytest.raises(actions.ChannelError):
        add(cast.leader, name=name)
    assert not Channel.objects.exists()


# -- always ------------------------------------------------------------------------------------------------------------

STEP = st.tuples(
    st.sampled_from(["send", "begin", "sent", "unclear", "refused", "die", "later", "pause", "resume"]),
    st.integers(0, 2),
    st.integers(0, 20),
)


@pytest.mark.slow
@given(steps=st.lists(STEP, max_size=40))
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_the_newest_goes_out_and_the_inbox_has_it_once(
    cast: Cast, steps: list[tuple[str, int, int]]
) -> None:
    """Any order of sending, outcomes and deaths: once all is well again, each topic's newest words went out after they
    came, unless the channel was paused; the inbox counts each event once."""
    for rows in (Outgoing, Channel):
        rows.objects.filter(pk__gt=0).update(**({"ended_at": NOON} if rows is Channel else {"state": State.WITHDRAWN}))
    Message.objects.all().delete()
    Arrival.objects.all().delete()
    channel = add(cast.leader)
    at, under_way, events, newest = NOON, [], set(), {}
    out: dict[str, str] = {}  # topic → the newest words that a server may have seen

    def carried(parcels: list[Parcel]) -> None:
        for parcel in parcels:
            topic = Outgoing.objects.get(pk=parcel.outgoing).topic
            out[topic] = parcel.letter.body

    for what, topic, key in steps:
        at += dt.timedelta(seconds=1)
        channel.refresh_from_db()
        if what == "send":
            send(cast.leader.pk, f"t{topic}", f"{topic}:{key}", at=at, urgent=True)
            if (topic, key) not in events:
                events.add((topic, key))
                newest[f"t{topic}"] = f"中{topic}:{key}" if channel.paused_at is None else ""
        elif what == "begin":
            under_way += begin(at)
        elif what == "die":
            under_way.clear()
            at += LEASE
            actions.recover(at=at)
        elif what == "later":
            at += HOUR
            under_way.clear()
            actions.recover(at=at)
        elif what == "pause" and channel.paused_at is None:
            actions.pause_channel(channel=channel, version=channel.version, by=cast.leader.by, at=at)
            newest = dict.fromkeys(newest, "")
        elif what == "resume" and channel.paused_at is not None:
            actions.resume_channel(channel=channel, version=channel.version, by=cast.leader.by, at=at)
        elif what in ("sent", "unclear", "refused"):
            if what == "sent":
                carried(under_way)
            finish(under_way, Outcome(what), at)
            under_way.clear()
    for _ in range(100):
        at += HOUR
        actions.recover(at=at)
        parcels = begin(at)
        if not parcels and not Outgoing.objects.filter(state=State.WAITING).exists():
            break
        carried(parcels)
        finish(parcels, at=at)
    assert (
        not {State.WAITING, State.BEGUN} & {row.state for row in Outgoing.objects.filter(channel=channel)}
        or channel.paused_at
    )
    for topic, words in newest.items():
        assert words in out.get(topic, "" if not words else "nothing"), (topic, words, out)
    assert sum(Message.objects.filter(topic__startswith="t").values_list("count", flat=True)) == len(events)


@pytest.mark.slow
def test_four_workers_and_four_senders_lose_and_double_nothing(fresh_database: dict[str, str]) -> None:
    people = [Person.objects.create(name=f"人{n}", pinyin=f"ren{n}") for n in range(8)]
    for person in people:
        add(person)
        add(person, name="二")
    done, failed, letters = threading.Event(), [], []

    def work() -> None:
        try:
            while True:
                last = done.is_set()
                parcels = begin(NOON, limit=5)
                letters.extend((item.outgoing, item.number) for item in parcels)
                finish(parcels)
                if last and not parcels:
                    return
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connections.close_all()

    def tell(line: int) -> None:
        try:
            chance = random.Random(line)
            for round_ in range(10):
                tellings = [
                    Telling(person.pk, f"t{topic}", f"{line}:{round_}:{topic}", ("中", "en"), "/", urgent=True)
                    for person in people
                    for topic in range(4)
                ]
                chance.shuffle(tellings)
                with transaction.atomic():
                    actions.send_many(tellings, by="system:t", at=NOON)
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    senders = [threading.Thread(target=tell, args=(line,)) for line in range(4)]
    for thread in workers + senders:
        thread.start()
    for thread in senders:
        thread.join()
    done.set()
    for thread in workers:
        thread.join()
    assert failed == []
    assert len(letters) == len(set(letters)), "no two workers had one attempt"
    assert {number for _outgoing, number in letters} == {1}, "nor did one begin what another had begun"
    while parcels := begin(NOON, limit=50):
        finish(parcels)
    assert states() == {State.SENT: Outgoing.objects.count()}
    last = {(row.channel_id, row.topic): row for row in Outgoing.objects.order_by("pk")}
    assert len(last) == len(people) * 2 * 4
    assert Message.objects.filter(count=40).count() == len(people) * 4

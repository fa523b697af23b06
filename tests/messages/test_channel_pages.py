"""The pages of channels, of what went out, of quiet hours and of the way out."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from cast import Cast, signed_in
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from bihuan.history.models import Entry
from bihuan.messages import actions, queries, vault
from bihuan.messages.actions import Telling
from bihuan.messages.models import Channel, Gateway, Message, Outgoing, QuietChange
from bihuan.messages.rules import QUIET, QuietHours
from bihuan.messages.sending import Kind, Outcome, Result, Scope
from bihuan.org.models import Person

ZONE = ZoneInfo("Asia/Shanghai")
NOON = dt.datetime(2023, 6, 12, 12, 0, tzinfo=ZONE)
HOOK = {
    "kind": "webhook",
    "name": "钩子",
    "address": "https://example.cn/hook/geheim",
    "scope": "all",
    "language": "zh",
}


def add(person: Person, name: str = "钩子") -> Channel:
    return actions.add_channel(
        person=person.pk, kind=Kind.WEBHOOK, name=name, address=HOOK["address"], scope=Scope.ALL, by=person.by, at=NOON
    )


def text(client: Client, route: str, status: int = 200) -> str:
    answer = client.get(reverse(route))
    assert answer.status_code == status
    return answer.content.decode()


def sent(person: Person, count: int) -> None:
    if not queries.channels(person.pk).exists():
        add(person)
    words = ("很私密的事", "private")
    tellings = [Telling(person.pk, f"t{n}", f"k{n}", words, "/x/", urgent=True) for n in range(count)]
    with transaction.atomic():
        actions.send_many(tellings, by="system:t", at=NOON)
    for outcome in (Outcome.UNCLEAR, Outcome.SENT):
        at = NOON if outcome is Outcome.UNCLEAR else NOON + dt.timedelta(hours=1)
        while parcels := actions.begin(at=at, limit=50):
            results = [Result(item.outgoing, item.number, outcome, "502 geh weg") for item in parcels]
            actions.finish(results=results, at=at)


def test_a_channel_is_added_tested_paused_resumed_and_taken_away(cast: Cast) -> None:
    client = signed_in(cast.leader)
    answer = client.post(reverse("messages:channels"), HOOK)
    assert (answer.status_code, answer["Location"]) == (302, reverse("messages:channels") + "?done=added")
    page = client.get(answer["Location"]).content.decode()
    assert "渠道已添加" in page
    assert "https://example.cn/***" in page
    assert "geheim" not in page
    channel = Channel.objects.get()
    for version, what in enumerate(["test", "urgent", "pause", "resume", "end"]):
        address = reverse("messages:channel", args=[channel.pk])
        given = {"what": what, "version": max(version, 1)}
        assert client.post(address, given).status_code == 302, what
    channel.refresh_from_db()
    assert (channel.scope, channel.sealed, channel.ended_at is None) == (Scope.URGENT, "", False)
    verbs = list(Entry.objects.filter(subject_kind="channel").order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "messages.channel_added",
        "messages.channel_scope_set",
        "messages.channel_paused",
        "messages.channel_resumed",
        "messages.channel_ended",
    ]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"address": "http://127.0.0.1/x"}, "内网"),
        ({"address": "nichts"}, "https://"),
        ({"kind": "fax"}, "row--wrong"),
        ({"name": ""}, "row--wrong"),
        ({"scope": "none"}, "row--wrong"),
        ({"kind": "dingtalk"}, "钉钉机器人"),
    ],
)
def test_what_is_wrong_with_a_new_channel_stands_on_its_form(cast: Cast, wrong: dict[str, str], said: str) -> None:
    answer = signed_in(cast.leader).post(reverse("messages:channels"), HOOK | wrong)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Channel.objects.exists()


@pytest.mark.parametrize("given", [{}, {"what": "explode"}, {"what": "test"}])
def test_a_wish_that_cannot_be_changes_nothing(cast: Cast, given: dict[str, str]) -> None:
    channel = add(cast.leader)
    actions.pause_channel(channel=channel, version=1, by=cast.leader.by, at=NOON)
    client = signed_in(cast.leader)
    assert client.post(reverse("messages:channel", args=[channel.pk]), given).status_code == 422
    assert not Outgoing.objects.exists()


def test_a_stale_page_is_told_so(cast: Cast) -> None:
    channel = add(cast.leader)
    client = signed_in(cast.leader)
    for version in ("", "x", "7", "9" * 40):
        given = {"what": "end", "version": version}
        assert client.post(reverse("messages:channel", args=[channel.pk]), given).status_code == 409
    assert queries.channels(cast.leader.pk).exists()


def test_somebody_elses_channel_is_not_there(cast: Cast) -> None:
    channel = add(cast.leader)
    for person in (cast.operator, cast.system_admin):
        address = reverse("messages:channel", args=[channel.pk])
        assert signed_in(person).post(address, {"what": "end", "version": 1}).status_code == 404
    assert "geheim" not in text(signed_in(cast.operator), "messages:channels")


def test_one_sees_what_went_out_and_the_administrator_not_what_it_said(cast: Cast) -> None:
    sent(cast.leader, 1)
    own = text(signed_in(cast.leader), "messages:outgoing")
    for words in ("很私密的事", "已发出", "没有明确回音", "可能重复", "502 geh weg"):
        assert words in own, words
    assert "很私密的事" not in text(signed_in(cast.operator), "messages:outgoing")
    everybody = text(signed_in(cast.system_admin), "messages:all_outgoing")
    assert cast.leader.name in everybody
    assert "https://example.cn/***" in everybody
    for words in ("很私密的事", "geheim", "钩子"):
        assert words not in everybody


@pytest.mark.parametrize("route", ["messages:outgoing", "messages:all_outgoing"])
def test_the_logs_ask_the_same_at_one_and_at_fifty(
    cast: Cast, route: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = cast.system_admin
    client = signed_in(person)
    add(person)
    for count in (1, 60):
        sent(person, count)
        client.get(reverse(route))
        with django_assert_num_queries(11):
            page = client.get(reverse(route)).content.decode()
        assert page.count("502 geh weg") >= min(count, 50)


# -- quiet hours -------------------------------------------------------------------------------------------------------


def test_quiet_hours_hold_from_their_day_on(cast: Cast) -> None:
    today = timezone.now().astimezone(ZONE).date()
    tomorrow = today + dt.timedelta(days=1)
    client = signed_in(cast.operator)
    given = {"begin": "20:00", "end": "08:00", "valid_from": tomorrow.isoformat(), "reason": "值班通知"}
    assert client.post(reverse("messages:quiet"), given).status_code == 302
    assert queries.quiet_hours(on=today) == QUIET
    assert queries.quiet_hours(on=tomorrow) == QuietHours(dt.time(20), dt.time(8))
    page = text(client, "messages:quiet")
    assert "20:00–08:00" in page
    assert "值班通知" in page
    evening = dt.datetime.combine(tomorrow, dt.time(20, 30), ZONE)
    with transaction.atomic():
        actions.send(to=[cast.leader.pk], topic="t", key="k", words=("中", "en"), url="/", by="system:t", at=evening)
    assert Message.objects.get().show_from == evening.replace(hour=8, minute=0) + dt.timedelta(days=1)
    entry = Entry.objects.get(verb="messages.quiet_set")
    assert entry.values["hours"] == ["21:00–07:30", "20:00–08:00"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"begin": "08:00", "end": "20:00"},
        {"begin": "12:00", "end": "07:00"},
        {"begin": "25:00"},
        {"valid_from": "2020-01-01"},
        {"reason": "  "},
    ],
)
def test_quiet_hours_that_cannot_be_are_refused(cast: Cast, wrong: dict[str, str]) -> None:
    today = timezone.now().astimezone(ZONE).date().isoformat()
    given = {"begin": "21:30", "end": "07:00", "valid_from": today, "reason": "试"} | wrong
    assert signed_in(cast.security_admin).post(reverse("messages:quiet"), given).status_code == 422
    assert not QuietChange.objects.exists()


# -- the way out -------------------------------------------------------------------------------------------------------

WAY = {
    "mail_host": "smtp.example.cn",
    "mail_port": "465",
    "mail_security": "ssl",
    "mail_user": "bihuan",
    "password": "geheim-pw",
    "mail_sender": "bihuan@example.cn",
    "mail_name": "闭环",
    "per_hour": "4",
    "inside": "10.1.0.0/16",
    "version": "0",
}


def test_the_way_out_is_set_and_its_password_never_shown(cast: Cast) -> None:
    client = signed_in(cast.system_admin)
    assert client.post(reverse("messages:gateway"), WAY).status_code == 302
    row = Gateway.objects.get()
    assert vault.unlocked(row.mail_password) == {"password": "geheim-pw"}
    assert (row.per_hour, row.inside, row.version) == (4, "10.1.0.0/16", 1)
    assert "geheim-pw" not in text(client, "messages:gateway") + str(Entry.objects.latest("pk").values)
    kept = WAY | {"password": "", "version": "1", "per_hour": "5"}
    assert client.post(reverse("messages:gateway"), kept).status_code == 302
    assert vault.unlocked(Gateway.objects.get().mail_password) == {"password": "geheim-pw"}
    assert Entry.objects.latest("pk").values == {"changed": {"per_hour": [4, 5]}}
    assert client.post(reverse("messages:gateway"), kept).status_code == 409, "the page is stale"
    assert client.post(reverse("messages:gateway"), kept | {"mail_host": "", "version": "2"}).status_code == 302
    assert (Gateway.objects.get().mail_host, Gateway.objects.get().mail_password) == ("", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"inside": "10.1"},
        {"per_hour": "0"},
        {"mail_host": "smtp server"},
        {"mail_host": "smtp.example.cn\r\nX"},
        {"mail_port": "0"},
        {"mail_security": "none"},
        {"mail_sender": "nobody"},
        {"mail_name": "a\nb <c>"},
    ],
)
def test_a_way_out_that_cannot_be_is_refused(cast: Cast, wrong: dict[str, str]) -> None:
    assert signed_in(cast.system_admin).post(reverse("messages:gateway"), WAY | wrong).status_code == 422
    assert not Gateway.objects.exists()

"""Letters through the library to servers that run here: what they get, what becomes of those that behave badly."""

from __future__ import annotations

import datetime as dt
import email
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.header import decode_header, make_header
from zoneinfo import ZoneInfo

import outside
import pytest
from django.db import transaction
from django.utils import timezone

from bihuan.messages import actions, carrier, queries
from bihuan.messages.addresses import MailServer, fields
from bihuan.messages.carrying import carry
from bihuan.messages.jobs import outgoing
from bihuan.messages.models import Attempt, Message, Outgoing
from bihuan.messages.sending import LEASE, Kind, Letter, Outcome, Parcel, Purpose, Result, Scope, State, letter
from bihuan.org.models import Person

NOON = dt.datetime(2023, 6, 12, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SAID = letter(
    purpose=Purpose.MESSAGE,
    words=("督办事项到期", "due"),
    count=2,
    urgent=False,
    repeat=False,
    url="https://bihuan.example.cn/x/",
    key="outgoing-7",
    english=False,
    bare=False,
)
HERE = ("127.0.0.0/8",)


@pytest.fixture
def web() -> Iterator[outside.Web]:
    with outside.web() as found:
        yield found


@pytest.fixture
def mail() -> Iterator[outside.Mail]:
    with outside.mail() as found:
        yield found


def hook(url: str, number: int = 1, *, inside: tuple[str, ...] = HERE, said: Letter = SAID) -> Parcel:
    return Parcel(number, 1, fields(Kind.WEBHOOK, {"url": url}) or {}, said, (url,), inside)


def post(port: int, *, user: str = "") -> Parcel:
    server = MailServer("127.0.0.1", port, "insecure", "bihuan@example.cn", "闭环", user, "geheim" if user else "")
    to = fields(Kind.EMAIL, {"email": "ma@example.cn"}, mail=server) or {}
    return Parcel(1, 1, to, SAID, ("ma@example.cn", "geheim"), trusted=True)


# -- webhooks ----------------------------------------------------------------------------------------------------------


def test_a_webhook_gets_words_and_facts(web: outside.Web) -> None:
    assert carry([hook(web.url("/ok/a%20b?token=x%26y&empty="))]) == [Result(1, 1, Outcome.SENT)]
    assert web.paths == ["/ok/a%20b?token=x%26y&empty="]
    (body,) = web.bodies
    assert body["title"] == "【闭环】消息"
    assert body["message"] == "督办事项到期（共 2 次）\nhttps://bihuan.example.cn/x/"
    assert (body["key"], body["repeat"], body["count"]) == ("outgoing-7", "false", "2")


def test_each_gets_its_own_outcome_whatever_the_others_do(web: outside.Web) -> None:
    paths = ["/ok", "/fail", "/no", "/away", "/reset", "/slow", "/hang"]
    began = time.monotonic()
    results = carry([hook(web.url(path), number) for number, path in enumerate(paths)], seconds=4)
    assert time.monotonic() - began < 9
    assert {paths[item.outgoing].strip("/"): item.outcome.value for item in results} == {
        "ok": "sent",
        "fail": "unclear",
        "no": "refused",
        "away": "refused",  # followed nowhere
        "reset": "unclear",
        "slow": "sent",
        "hang": "unclear",
    }
    assert len(web.bodies) == len(paths)


def test_nobody_listens_or_the_name_is_unknown() -> None:
    results = carry([hook("http://127.0.0.1:1/", 1), hook("http://no-such-name.invalid/", 2)])
    assert {item.outcome for item in results} == {Outcome.UNREACHABLE}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_nothing_is_sent_inside_whatever_the_name_says(web: outside.Web, host: str) -> None:
    """The address is looked at as the connection is made, after its name was looked up."""
    (result,) = carry([hook(f"http://{host}:{web.port}/ok", inside=())])
    assert result.outcome is Outcome.INSIDE
    assert web.bodies == []


def test_an_endless_answer_is_not_read_to_its_end(web: outside.Web) -> None:
    web.robot = {"much": "x" * 3_000_000}
    assert carry([hook(web.url("/no"))])[0].outcome is Outcome.REFUSED
    assert len(carry([hook(web.url("/no"))])[0].answer) <= 200


def test_what_is_told_holds_no_secret(web: outside.Web) -> None:
    web.robot = {"you said": web.url("/no/geheim")}
    (result,) = carry([hook(web.url("/no/geheim"))])
    assert "geheim" not in result.answer
    assert result.answer.startswith("404")


def test_a_carrier_that_dies_leaves_it_unclear(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert carry([hook("https://example.cn/")]) == [Result(1, 1, Outcome.UNCLEAR)]
    assert "carrier" in caplog.text
    assert carry([]) == []


# -- mail --------------------------------------------------------------------------------------------------------------


def test_a_letter_arrives_by_mail(mail: outside.Mail) -> None:
    assert carry([post(mail.port)]) == [Result(1, 1, Outcome.SENT)]
    assert "ma@example.cn" in mail.recipients[0]
    found = email.message_from_string(mail.letters[0])
    assert str(make_header(decode_header(found["Subject"]))) == "【闭环】消息"
    assert "闭环 <bihuan@example.cn>" in str(make_header(decode_header(found["From"])))
    body = found.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert "督办事项到期（共 2 次）" in body.decode()


@pytest.mark.parametrize("refuse", ["MAIL", "RCPT", "DATA"])
def test_a_mail_server_that_says_no_has_refused(mail: outside.Mail, refuse: str) -> None:
    mail.refuse = refuse
    (result,) = carry([post(mail.port)])
    assert result.outcome in (Outcome.REFUSED, Outcome.UNCLEAR) if refuse == "DATA" else Outcome.REFUSED
    assert mail.letters == []


def test_a_mail_server_that_hangs_up_after_the_letter_is_unclear(mail: outside.Mail) -> None:
    mail.drop = True
    assert carry([post(mail.port)])[0].outcome is Outcome.UNCLEAR
    assert len(mail.letters) == 1


def test_a_mail_server_that_is_away_is_unreachable_and_one_without_sign_in_refuses(mail: outside.Mail) -> None:
    assert carry([post(1)])[0].outcome is Outcome.UNREACHABLE
    (result,) = carry([post(mail.port, user="bihuan")])
    assert result.outcome is Outcome.REFUSED
    assert "geheim" not in result.answer


# -- robots: the library's own requests, sent to a server here ---------------------------------------------------------

TOKEN = "a1b2c3d4" * 8


def robot(kind: Kind, monkeypatch: pytest.MonkeyPatch, web: outside.Web) -> Result:
    from apprise.plugins.dingtalk import NotifyDingTalk
    from apprise.plugins.feishu import NotifyFeishu
    from apprise.plugins.wecombot import NotifyWeComBot

    monkeypatch.setattr(NotifyDingTalk, "notify_url", web.url("/robot/send?access_token={token}"))
    monkeypatch.setattr(NotifyFeishu, "notify_url", web.url("/robot/hook/{token}"))
    monkeypatch.setattr(NotifyWeComBot, "notify_url", web.url("/robot/send?key={key}"))
    private = {"token": TOKEN, "secret": "SEC12345678" if kind is Kind.DINGTALK else ""}
    with carrier.listening():
        return carrier.deliver(Parcel(1, 1, fields(kind, private) or {}, SAID, (TOKEN,)))


@pytest.mark.parametrize("kind", [Kind.DINGTALK, Kind.WECOM, Kind.FEISHU])
def test_a_robot_gets_what_its_maker_asks_for(kind: Kind, monkeypatch: pytest.MonkeyPatch, web: outside.Web) -> None:
    web.robot = {"errcode": 0, "code": 0}
    assert robot(kind, monkeypatch, web).outcome is Outcome.SENT
    (body,), (path,) = web.bodies, web.paths
    assert TOKEN in path
    if kind is Kind.FEISHU:
        assert body["msg_type"] == "text"
        text = body["content"]["text"]
    else:
        assert body["msgtype"] == "text"
        text = body["text"]["content"]
    assert "【闭环】消息" in text
    assert "督办事项到期" in text
    assert ("timestamp=" in path and "sign=" in path) is (kind is Kind.DINGTALK)


@pytest.mark.parametrize("kind", [Kind.DINGTALK, Kind.WECOM, Kind.FEISHU])
def test_a_robot_that_says_no_with_200_has_refused(
    kind: Kind, monkeypatch: pytest.MonkeyPatch, web: outside.Web
) -> None:
    """All three answer 200 and say in the body that nothing was sent."""
    web.robot = {"code": 19024, "msg": "Key Words Not Found"} if kind is Kind.FEISHU else {"errcode": 310000}
    result = robot(kind, monkeypatch, web)
    assert result.outcome is Outcome.REFUSED
    assert TOKEN not in result.answer


# -- from the change to the server, and death in between ---------------------------------------------------------------


def someone(url: str) -> Person:
    wish = actions.GatewayWish(None, "127.0.0.0/8", 6, bare=False)
    actions.set_gateway(wish=wish, version=queries.gateway().version, by="system:t", at=NOON)
    person = Person.objects.create(name="甲", pinyin="jia")
    actions.add_channel(
        person=person.pk, kind=Kind.WEBHOOK, name="钩", address=url, scope=Scope.ALL, by=person.by, at=NOON
    )
    return person


def tell(person: Person, topic: str = "t", key: str = "1") -> None:
    with transaction.atomic():
        actions.send(to=[person.pk], topic=topic, key=key, words=("到期", "due"), url="/", by="system:t", at=NOON)


def test_a_message_goes_out_and_a_failing_server_costs_only_time(
    fresh_database: dict[str, str], web: outside.Web
) -> None:
    web.fails = 2
    person = someone(web.url("/ok"))
    tell(person)
    at = NOON
    for _ in range(3):
        assert outgoing(at=at), "more may wait"
        # The outcome is written by the clock of the day, which the test cannot set: the next try is put where it is.
        at = max(timezone.now(), Outgoing.objects.get().next_try_at)
    assert Outgoing.objects.get().state == State.SENT
    assert [item.outcome for item in Attempt.objects.order_by("number")] == ["unclear", "unclear", "sent"]
    assert [body["repeat"] for body in web.bodies] == ["false", "true", "true"]
    assert {body["key"] for body in web.bodies} == {f"outgoing-{Outgoing.objects.get().pk}"}
    assert Message.objects.get().count == 1
    assert not outgoing(at=at)


def test_a_change_never_waits_for_a_server(fresh_database: dict[str, str], web: outside.Web) -> None:
    person = someone(web.url("/hang"))
    tell(person)
    sending = threading.Thread(target=_in_its_own_connection, args=[lambda: outgoing(at=NOON)])
    sending.start()
    assert web.came.wait(20)
    began = time.monotonic()
    for number in range(20):
        tell(person, key=f"more:{number}")
    assert time.monotonic() - began < 2
    web.go.set()
    sending.join()
    assert Message.objects.get().count == 21
    assert sorted(Outgoing.objects.values_list("state", flat=True)) == [State.SENT, State.WAITING]


@pytest.mark.slow
def test_a_worker_killed_between_begin_and_outcome_loses_nothing(
    fresh_database: dict[str, str], web: outside.Web
) -> None:
    """SIGKILL while the server has the letter and the house does not know."""
    person = someone(web.url("/hang"))
    tell(person)
    code = (
        "import datetime as dt, django; django.setup()\n"
        "from bihuan.messages.jobs import outgoing\n"
        f"outgoing(at=dt.datetime.fromisoformat({NOON.isoformat()!r}))"
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "bihuan.settings", "DATABASE_URL": fresh_database["app"]}
    with subprocess.Popen([sys.executable, "-c", code], env=env) as worker:
        assert web.came.wait(30)
        worker.send_signal(signal.SIGKILL)
    web.go.set()
    row = Outgoing.objects.get()
    assert (row.state, row.attempts) == (State.BEGUN, 1)
    assert not outgoing(at=NOON + LEASE / 2), "its lease still runs"
    outgoing(at=NOON + LEASE)  # picks it up; it rests first
    outgoing(at=NOON + LEASE + dt.timedelta(minutes=1))
    assert Outgoing.objects.get().state == State.SENT
    assert [item.outcome for item in Attempt.objects.order_by("number")] == ["lost", "sent"]
    assert [body["repeat"] for body in web.bodies] == ["false", "true"]
    assert "可能重复" in web.bodies[1]["title"]
    assert (Message.objects.count(), Message.objects.get().count) == (1, 1)


def _in_its_own_connection(work: object) -> None:
    from django.db import connections

    try:
        work()  # type: ignore[operator]
    finally:
        connections.close_all()

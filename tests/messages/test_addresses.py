"""What a person types as an address: taken as it was meant, or refused with a sentence; and what lies inside."""

from __future__ import annotations

import pytest
from apprise import Apprise, NotifyBase
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from bihuan.lib.refusals import Refusal
from bihuan.messages import vault
from bihuan.messages.addresses import AddressError, MailServer, fields, parsed
from bihuan.messages.reach import is_inside, networks
from bihuan.messages.sending import Kind, Outcome, Purpose, is_over, letter, may_have_arrived, rest

TOKEN = "a1b2c3d4" * 8
MAIL = MailServer("smtp.example.cn", 465, "ssl", "bihuan@example.cn", "闭环", "bihuan@example.cn", "p/ss:w@rd?&")


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (Kind.EMAIL, " ma.xiaoming@example.cn ", "ma***@example.cn"),
        (Kind.DINGTALK, f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", "oapi.dingtalk.com ***c3d4"),
        (Kind.DINGTALK, TOKEN, "oapi.dingtalk.com ***c3d4"),
        (Kind.WECOM, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a-91f6", "qyapi.weixin.qq.com ***91f6"),
        (Kind.FEISHU, "https://open.feishu.cn/open-apis/bot/v2/hook/cc-dd-ee-1234", "open.feishu.cn ***1234"),
        (Kind.WEBHOOK, "https://example.cn:8443/in?token=geheim", "https://example.cn:8443/***"),
        (Kind.WEBHOOK, "https://[2400:3200::1]/in", "https://2400:3200::1/***"),
    ],
)
def test_an_address_is_taken_and_shown_masked(kind: Kind, text: str, shown: str) -> None:
    found = parsed(kind, text)
    assert found.shown == shown
    assert "geheim" not in shown
    service = Apprise.instantiate(fields(kind, found.private, mail=MAIL), suppress_exceptions=False)
    assert isinstance(service, NotifyBase)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        *((kind, text) for kind in Kind for text in ("", "x y@z.cn", "a\nb", "x" * 501, "javascript:alert(1)")),
        (Kind.EMAIL, "a@b"),
        (Kind.EMAIL, "a@example.cn,b@example.cn"),
        (Kind.EMAIL, "a@example.cn?cc=b@example.cn"),
        (Kind.EMAIL, "a@example.cn\r\nBcc: b@example.cn"),
        (Kind.DINGTALK, f"https://oapi.dingtalk.com.example.cn/robot/send?access_token={TOKEN}"),
        (Kind.DINGTALK, f"http://oapi.dingtalk.com/robot/send?access_token={TOKEN}"),
        (Kind.WECOM, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1&key=2"),
        (Kind.WECOM, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send"),
        (Kind.FEISHU, "https://open.feishu.cn/open-apis/bot/v2/hook/../../x"),
        (Kind.WEBHOOK, "example.cn"),
        (Kind.WEBHOOK, "ftp://example.cn/"),
        (Kind.WEBHOOK, "https://user:pass@example.cn/"),
        (Kind.WEBHOOK, "https://example.cn/#x"),
        (Kind.WEBHOOK, "https://example.cn:99999/"),
        (Kind.WEBHOOK, "https:///x"),
        (Kind.WEBHOOK, "https://exa_mple.cn/"),
        (Kind.WEBHOOK, "https://[::1"),
    ],
)
def test_what_is_no_address_is_refused(kind: Kind, text: str) -> None:
    with pytest.raises(AddressError):
        parsed(kind, text)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.0.0.8", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.100.100.200", "0.0.0.0", "224.0.0.1",
     "[::1]", "[fe80::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "localhost",
     "a.localhost", "2130706433", "127.1"],
)  # fmt: skip
def test_a_webhook_does_not_lead_inside(host: str) -> None:
    with pytest.raises(Refusal) as refused:
        parsed(Kind.WEBHOOK, f"http://{host}/hook")
    assert refused.value.code == "inside"


def test_an_administrator_may_open_a_network() -> None:
    assert parsed(Kind.WEBHOOK, "http://10.1.2.3/hook", inside=["10.1.0.0/16"]).shown == "http://10.1.2.3/***"
    assert is_inside("10.2.0.1", allowed=["10.1.0.0/16"])
    assert not is_inside("8.8.8.8")
    assert networks("10.1.2.3/16\n::1\n10.1.0.0/16") == ("10.1.0.0/16", "::1/128")
    with pytest.raises(ValueError, match=r"10\.1"):
        networks("10.1")


@given(st.ip_addresses())
def test_every_address_is_on_one_side(address: object) -> None:
    assert is_inside(str(address)) in (True, False)
    assert not is_inside(str(address), allowed=["0.0.0.0/0", "::/0"])


def test_a_signing_key_is_for_dingtalk_alone() -> None:
    assert parsed(Kind.DINGTALK, TOKEN, secret="SEC12345678").private["secret"] == "SEC12345678"
    with pytest.raises(AddressError):
        parsed(Kind.DINGTALK, TOKEN, secret="S C")
    with pytest.raises(AddressError):
        parsed(Kind.WECOM, TOKEN, secret="SEC12345678")


def test_a_password_with_signs_of_an_address_stays_whole() -> None:
    service = Apprise.instantiate(fields(Kind.EMAIL, {"email": "a@example.cn"}, mail=MAIL), suppress_exceptions=False)
    assert service.password == "p/ss:w@rd?&"
    assert (service.smtp_host, service.port, service.secure_mode) == ("smtp.example.cn", 465, "ssl")
    assert service.targets == [(False, "a@example.cn")]
    assert fields(Kind.EMAIL, {"email": "a@example.cn"}) is None, "nobody has set up a server"


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=50), max_size=4))
def test_what_is_locked_opens_and_shows_nothing(values: dict[str, str]) -> None:
    sealed = vault.locked(values)
    assert vault.unlocked(sealed) == values
    assert all(value not in sealed for value in values.values() if len(value) > 6)


def test_another_installation_cannot_open_it() -> None:
    with override_settings(SECRET_KEY="one"):
        sealed = vault.locked({"token": "x"})
    with override_settings(SECRET_KEY="two", SECRET_KEY_FALLBACKS=["one"]):
        assert vault.unlocked(sealed) == {"token": "x"}
    with override_settings(SECRET_KEY="two"), pytest.raises(vault.UnreadableError):
        vault.unlocked(sealed)
    with pytest.raises(vault.UnreadableError):
        vault.unlocked("")


def test_tries_rest_ever_longer_and_come_to_an_end() -> None:
    rests = [rest(number).total_seconds() for number in range(1, 9)]
    assert rests == [30, 120, 480, 1920, 7680, 21600, 21600, 21600]
    assert not is_over(Outcome.UNCLEAR, attempts=7)
    assert is_over(Outcome.UNCLEAR, attempts=8)
    assert is_over(Outcome.INSIDE, attempts=1)
    assert {outcome for outcome in Outcome if may_have_arrived(outcome)} == {
        Outcome.SENT,
        Outcome.UNCLEAR,
        Outcome.LOST,
    }


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_letter_says_what_it_is(purpose: Purpose, english: bool) -> None:
    more = {"purpose": purpose, "words": ("到期", "due"), "url": "", "key": "k", "english": english}
    first = letter(**more, count=3, urgent=False, repeat=False, bare=False)
    again = letter(**more, count=3, urgent=True, repeat=True, bare=True)
    assert ("闭环" in first.title) is not english
    assert any(mark in again.title for mark in ("可能重复", "may be a repeat"))
    assert (again.facts["repeat"], first.facts["repeat"]) == ("true", "false")
    assert "到期" not in again.body
    assert "due" not in again.body
    assert ("到期" in first.body or "due" in first.body) is (purpose is Purpose.MESSAGE)

"""Signing in and out: one-time passwords, rules, lockout, sessions that end, forms that outlive them."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from cast import AT, BY, PASSWORD, Cast, signed_in
from django.contrib.sessions.models import Session
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bihuan.org import actions, queries
from bihuan.org.models import Account, Person, SignIn
from bihuan.org.refusals import OrgError, PasswordError, SignInError
from bihuan.org.rules import Outcome, Policy

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def never_unlocked(cast: Cast) -> None:
    """The cast's accounts are lent today, which unlocks them; the tests' attempts are of 2023."""
    Account.objects.update(unlocked_at=None)


def account(cast: Cast, name: str = "康联络") -> Account:
    return Account.objects.select_related("person").get(name=name)


def attempt(name: str, password: str, at: dt.datetime, address: str | None = "10.0.0.1") -> str:
    """ "well", or the code of the refusal."""
    try:
        actions.sign_in(name=name, password=password, address=address, at=at)
    except SignInError as error:
        return error.code
    return "well"


# -- lockout ---------------------------------------------------------------------------------------------------------


def test_five_failures_lock_and_ten_minutes_unlock(cast: Cast) -> None:
    for number in range(5):
        assert attempt("康联络", "x", AT + number * MINUTE) == "wrong"
    last = AT + 4 * MINUTE
    assert attempt("康联络", PASSWORD, last + MINUTE) == "locked"  # the right one, too
    assert attempt("康联络", PASSWORD, last + 10 * MINUTE - dt.timedelta(seconds=1)) == "locked"
    assert attempt("康联络", PASSWORD, last + 10 * MINUTE) == "well"
    assert list(SignIn.objects.order_by("pk").values_list("outcome", flat=True)) == ["wrong"] * 5 + ["locked"] * 2 + [
        "well"
    ]


def test_a_good_sign_in_starts_the_count_anew_and_others_are_not_locked(cast: Cast) -> None:
    for number in range(4):
        attempt("康联络", "x", AT + number * MINUTE)
    assert attempt("康联络", PASSWORD, AT + 5 * MINUTE) == "well"
    for number in range(4):
        assert attempt("康联络", "x", AT + (6 + number) * MINUTE) == "wrong"
    assert attempt("康联络", PASSWORD, AT + 11 * MINUTE) == "well"
    assert attempt("永联络", PASSWORD, AT + 11 * MINUTE) == "well"


def test_an_administrator_unlocks_and_nobody_their_own(cast: Cast) -> None:
    for number in range(5):
        attempt("康联络", "x", AT + number * MINUTE)
    found = account(cast)
    with pytest.raises(OrgError, match="自己的账号"):
        actions.unlock_account(account=found, by=found.person.by, at=AT + 5 * MINUTE)
    actions.unlock_account(account=found, by=cast.security_admin.by, at=AT + 5 * MINUTE)
    assert attempt("康联络", PASSWORD, AT + 6 * MINUTE) == "well"


def test_an_address_that_keeps_failing_is_stopped_whatever_name_it_tries(cast: Cast) -> None:
    bound = Policy().address_failures
    for number in range(bound):
        assert attempt(f"nobody{number}", "x", AT) == "wrong"
    assert attempt("康联络", PASSWORD, AT + MINUTE) == "address-busy"
    assert attempt("康联络", PASSWORD, AT + MINUTE, address="10.0.0.2") == "well"
    assert attempt("康联络", PASSWORD, AT + 11 * MINUTE) == "well"


def test_a_wrong_name_and_a_wrong_password_are_the_same_sentence(cast: Cast) -> None:
    pages = [
        Client().post("/sign-in/", {"name": name, "password": "x"}).content.decode() for name in ("康联络", "没有此人")
    ]
    told = [re.search(r'role="alert".*?<p>(.*?)</p>', page, re.S) for page in pages]
    assert told[0]
    assert told[1]
    assert told[0][1] == told[1][1] == "登录名或口令不对"


# -- passwords -------------------------------------------------------------------------------------------------------


def test_a_one_time_password_runs_out_after_fourteen_days(cast: Cast) -> None:
    once = actions.reset_password(account=account(cast), by=cast.system_admin.by, at=AT)
    assert attempt("康联络", once.password, AT + dt.timedelta(days=14)) == "well"
    assert attempt("康联络", once.password, AT + dt.timedelta(days=14, seconds=1)) == "closed"
    assert attempt("康联络", PASSWORD, AT + MINUTE) == "wrong"


def test_nobody_resets_their_own_password_and_no_closed_account_is_reset(cast: Cast) -> None:
    found = account(cast)
    with pytest.raises(OrgError, match="修改口令"):
        actions.reset_password(account=found, by=found.person.by, at=AT)
    actions.close_account(account=found, by=BY, at=AT)
    assert attempt("康联络", PASSWORD, AT) == "closed"
    found.refresh_from_db()
    with pytest.raises(OrgError, match="停用"):
        actions.reset_password(account=found, by=BY, at=AT)


@given(
    password=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=140),
    least=st.integers(8, 20),
    classes=st.integers(1, 4),
)
def test_a_password_that_passes_keeps_the_rules(password: str, least: int, classes: int) -> None:
    about = ("zhangsan", "张三丰", "13800138000")
    if Policy(min_length=least, classes=classes).weaknesses(password, about=about):
        return
    kinds = [str.islower, str.isupper, str.isdigit, lambda c: not c.isalnum() and not c.isspace()]
    assert least <= len(password) <= 128
    assert sum(any(kind(letter) for letter in password) for kind in kinds) >= classes
    assert not any(word in password.lower() for word in about)
    assert len(set(password)) >= 4


@pytest.mark.parametrize(
    ("password", "zh"),
    [
        ("Ab1", "至少要 8 个字符"),
        ("abcdefgh1", "3 类"),
        ("kangle-KLL-康联络", "姓名"),
        ("Aa1Aa1Aa1", "重复"),
        ("Aa1-" * 33, "最多 128"),
    ],
)
def test_what_is_wrong_with_a_password_is_said(cast: Cast, password: str, zh: str) -> None:
    with pytest.raises(PasswordError, match=zh):
        actions.change_password(account=account(cast), old=PASSWORD, new=password, by=BY, at=AT)


def test_the_last_five_passwords_are_not_used_again(cast: Cast) -> None:
    old = PASSWORD
    for number in range(5):
        new = f"Anders-{number}x"
        actions.change_password(account=account(cast), old=old, new=new, by=BY, at=AT + number * MINUTE)
        old = new
        with pytest.raises(PasswordError, match="最近 5 个"):
            actions.change_password(account=account(cast), old=old, new=new, by=BY, at=AT)
        if number < 4:
            with pytest.raises(PasswordError, match="最近 5 个"):
                actions.change_password(account=account(cast), old=old, new=PASSWORD, by=BY, at=AT)
    actions.change_password(account=account(cast), old=old, new=PASSWORD, by=BY, at=AT + 9 * MINUTE)  # the sixth last


def test_guessing_the_old_password_on_the_page_counts_as_failing(cast: Cast) -> None:
    browser = signed_in(cast.kangle_liaison)
    for _ in range(5):
        answer = browser.post("/password/", {"old": "x", "new": "Anders-1x", "again": "Anders-1x"})
        assert answer.status_code == 422
    assert SignIn.objects.filter(account=account(cast), outcome=Outcome.WRONG).count() == 5


def test_an_old_password_must_be_changed_first(cast: Cast) -> None:
    Account.objects.filter(name="康联络").update(password_at=AT - dt.timedelta(days=1000))
    browser = signed_in(cast.kangle_liaison)
    assert browser.get("/me/")["Location"] == "/password/"
    wish = {"old": PASSWORD, "new": "Anders-2x", "again": "Anders-2x"}
    assert browser.post("/password/", wish).status_code == 302
    assert browser.get("/me/").status_code == 200


# -- sessions --------------------------------------------------------------------------------------------------------


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> dict[str, dt.datetime]:
    """The clock of the pages and of the session store: clock["now"] sets it."""
    from django.utils import timezone

    held = {"now": timezone.now()}
    monkeypatch.setattr("django.utils.timezone.now", lambda: held["now"])
    return held


def test_a_session_in_use_ends_after_twelve_hours(cast: Cast, clock: dict[str, dt.datetime]) -> None:
    browser = signed_in(cast.kangle_liaison)
    for _ in range(35):
        clock["now"] += 20 * MINUTE
        assert browser.get("/me/").status_code == 200
    clock["now"] += 19 * MINUTE
    assert browser.get("/me/").status_code == 200
    clock["now"] += 2 * MINUTE
    assert browser.get("/me/").status_code == 302
    assert not Session.objects.exists()


@pytest.mark.parametrize("unattended", [False, True])
def test_an_idle_session_ends_and_a_page_alone_does_not_keep_it(
    cast: Cast, clock: dict[str, dt.datetime], unattended: bool
) -> None:
    browser = signed_in(cast.kangle_liaison)
    clock["now"] += 20 * MINUTE
    headers = {"X-Unattended": "1"} if unattended else {}
    assert browser.get("/me/", headers=headers).status_code == 200
    clock["now"] += 11 * MINUTE
    assert browser.get("/me/").status_code == (302 if unattended else 200)
    clock["now"] += 31 * MINUTE
    assert browser.get("/me/").status_code == 302


@pytest.mark.parametrize("how", ["reset", "close", "own change"])
def test_sessions_end_when_the_account_changes(cast: Cast, how: str) -> None:
    here, elsewhere = signed_in(cast.kangle_liaison), signed_in(cast.kangle_liaison)
    if how == "reset":
        actions.reset_password(account=account(cast), by=cast.system_admin.by, at=AT)
    elif how == "close":
        actions.close_account(account=account(cast), by=cast.system_admin.by, at=AT)
    else:
        here.post("/password/", {"old": PASSWORD, "new": "Anders-3x", "again": "Anders-3x"})
    assert elsewhere.get("/me/").status_code == 302
    assert here.get("/me/").status_code == (200 if how == "own change" else 302)


def test_a_session_planted_before_is_worth_nothing(cast: Cast) -> None:
    browser = Client()
    store = browser.session
    store["planted"] = 1
    store.save()
    browser.cookies["desk"] = store.session_key
    browser.post("/sign-in/", {"name": "康联络", "password": PASSWORD})
    assert browser.cookies["desk"].value != store.session_key
    assert "planted" not in browser.session
    assert not Session.objects.filter(pk=store.session_key).exists()


def test_signing_out_ends_it_on_the_server(cast: Cast) -> None:
    browser = signed_in(cast.kangle_liaison)
    key = browser.cookies["desk"].value
    assert browser.get("/sign-out/").status_code == 405
    assert browser.post("/sign-out/").status_code == 302
    browser.cookies["desk"] = key
    assert browser.get("/me/").status_code == 302


def test_the_cookie_is_not_for_scripts(cast: Cast) -> None:
    answer = Client().post("/sign-in/", {"name": "康联络", "password": PASSWORD})
    cookie = answer.cookies["desk"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


# -- where one wanted to go, and what one had written ----------------------------------------------------------------


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http:///x", "\t//e"],
)
def test_signing_in_leads_nowhere_else(cast: Cast, wanted: str) -> None:
    answer = Client().post("/sign-in/", {"name": "康联络", "password": PASSWORD, "next": wanted})
    assert answer["Location"] == "/"
    kept = {"name": "康联络", "password": PASSWORD, "next": wanted, "kept:text": "x"}
    page = Client().post("/sign-in/", kept)
    assert 'action="/"' in page.content.decode()


def test_a_form_outlives_the_session(cast: Cast) -> None:
    browser = Client()
    wish = {"name": "更名局", "short_name": "", "version": "1", "on": "2023-06-01", "password_hint": "x"}
    url = f"/org/units/{cast.school.pk}/rename/"
    ended = browser.post(url, wish)
    assert ended.status_code == 401
    page = ended.content.decode()
    assert "没有丢失" in page
    kept = dict(re.findall(r'name="(kept:[^"]+)" value="([^"]*)"', page))
    assert kept == {"kept:name": "更名局", "kept:short_name": "", "kept:version": "1", "kept:on": "2023-06-01"}
    next_url = re.search(r'name="next" value="([^"]+)"', page)
    assert next_url
    wrong = browser.post("/sign-in/", {"name": "系管理", "password": "x", "next": next_url[1], **kept})
    assert wrong.status_code == 403
    assert "更名局" in wrong.content.decode()  # a wrong password loses nothing either
    resumed = browser.post("/sign-in/", {"name": "系管理", "password": PASSWORD, "next": next_url[1], **kept})
    page = resumed.content.decode()
    assert f'action="{url}"' in page
    fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fields.pop("csrfmiddlewaretoken", None)
    assert browser.post(url, fields).status_code == 302
    cast.school.refresh_from_db()
    assert cast.school.name == "更名局"


def test_a_fragment_is_told_that_the_session_is_over(cast: Cast) -> None:
    assert Client().get("/org/people/options/", headers={"HX-Request": "true"}).status_code == 401


def test_what_is_kept_is_escaped(cast: Cast) -> None:
    page = (
        Client().post(f"/org/units/{cast.school.pk}/rename/", {"name": '"><script>alert(1)</script>'}).content.decode()
    )
    assert "<script>alert" not in page


# -- tokens ----------------------------------------------------------------------------------------------------------


def test_a_token_is_shown_once_and_ended_by_its_owner_alone(cast: Cast) -> None:
    browser = signed_in(cast.kangle_liaison)
    answer = browser.post("/me/tokens/", {"name": "脚本", "days": 30})
    secret = re.search(r"<code>(bh_[\w-]+)</code>", answer.content.decode())
    assert secret
    assert secret[1] not in browser.get("/me/").content.decode()
    from bihuan.org.models import Token

    token = Token.objects.get()
    assert secret[1] not in token.digest
    assert signed_in(cast.yongjing_liaison).post(f"/me/tokens/{token.pk}/end/").status_code == 404
    assert browser.post(f"/me/tokens/{token.pk}/end/").status_code == 302
    assert browser.post("/me/tokens/", {"name": "", "days": 9000}).status_code == 422


def test_tokens_end_with_the_account(cast: Cast) -> None:
    from bihuan.org.actions.accounts import token_digest

    token, secret = actions.make_token(person=cast.kangle_liaison, name="x", days=30, by=BY, at=AT)
    assert queries.token_holder(token_digest(secret), at=AT)
    actions.close_account(account=account(cast), by=BY, at=AT)
    assert queries.token_holder(token_digest(secret), at=AT) is None
    assert token.person == cast.kangle_liaison


# -- accounts --------------------------------------------------------------------------------------------------------


def test_a_name_is_never_given_to_two(cast: Cast) -> None:
    people = []
    for number in range(2):
        person = actions.add_person(name=f"新{number}", phone=f"1380000000{number}", by=BY, at=AT)
        people.append(person)
    actions.open_account(person=people[0], name="same", by=BY, at=AT)
    with pytest.raises(OrgError, match="已被使用"):
        actions.open_account(person=people[1], name="same", by=BY, at=AT)
    with pytest.raises(OrgError, match="已有账号"):
        actions.open_account(person=people[0], name="other", by=BY, at=AT)


def test_one_signs_in_by_telephone_too(cast: Cast) -> None:
    Person.objects.filter(pk=cast.kangle_liaison.pk).update(phone="13812345678")
    assert attempt("13812345678", PASSWORD, AT) == "well"


@pytest.mark.parametrize("name", ["", " ", "\0", "a" * 61, "'; DROP TABLE--"])
def test_nonsense_for_a_name_is_only_a_wrong_name(cast: Cast, name: str) -> None:
    answer: Any = Client().post("/sign-in/", {"name": name, "password": "x"})
    assert answer.status_code in (403, 422)

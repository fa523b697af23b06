"""How the API answers whatever is asked: one shape of errors, tokens, sessions, bounds."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from cast import Cast, signed_in
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from programs import Program, drafted

from bihuan.api import doors, rules
from bihuan.api.assembly import described
from bihuan.documents import queries as documents
from bihuan.history.models import Entry
from bihuan.org import actions
from bihuan.org.models import Account, Token

pytestmark = pytest.mark.django_db


def problem(answer: HttpResponse, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/json"
    said: dict[str, Any] = json.loads(answer.content)
    assert set(said) == {"code", "message", "detail"}
    assert said["message"]
    assert said["code"] == code
    return said


# -- tokens ----------------------------------------------------------------------------------------------------------


def test_a_token_acts_as_its_person(cast: Cast) -> None:
    said = Program(cast.operator).get("/me").json()
    assert said["by"] == cast.operator.by
    assert [post["title"] for post in said["posts"]] == ["办公室科员"]
    assert said["grants"] == [{"role": "operator", "region": cast.prefecture.pk, "unit": None}]


def test_without_a_token_nobody_is_known(cast: Cast) -> None:
    answer = Program(None).get("/me")
    problem(answer, 401, "sign-in")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_wrong_token_is_refused_even_beside_a_session(cast: Cast) -> None:
    client = signed_in(cast.operator)
    assert client.get("/api/v1/me").status_code == 200
    for said in ("Bearer bh_wrong", "Bearer", "Bearer ", "Basic bWE6bWU=", "bh_x", "", "Bearer \u00e9"):
        problem(client.get("/api/v1/me", headers={"Authorization": said}), 401, "token")


def test_a_token_ends_with_its_days_when_revoked_and_with_the_account(cast: Cast) -> None:
    ended, revoked, closed = (Program(person) for person in (cast.operator, cast.operator, cast.checker))
    Token.objects.filter(pk=ended.token.pk).update(expires_at=timezone.now())
    actions.revoke_token(token=revoked.token, by=cast.operator.by, at=timezone.now())
    actions.close_account(account=Account.objects.get(person=cast.checker), by="system:tests", at=timezone.now())
    for program in (ended, revoked, closed):
        problem(program.get("/me"), 401, "token")


def test_a_token_of_someone_without_an_account_is_none(cast: Cast) -> None:
    person = actions.add_person(name="无账号", book="example", by="system:tests", at=timezone.now())
    problem(Program(person).get("/me"), 401, "token")


def test_who_must_change_the_password_does_that_first(cast: Cast) -> None:
    program = Program(cast.operator)
    actions.reset_password(account=Account.objects.get(person=cast.operator), by="system:tests", at=timezone.now())
    problem(program.get("/me"), 403, "must-change-password")
    problem(signed_in(cast.operator).get("/api/v1/me"), 403, "must-change-password")


def test_the_day_of_last_use_is_kept_at_one_write_a_day(cast: Cast) -> None:
    program = Program(cast.operator)
    for _ in range(3):
        program.get("/me")
    assert Token.objects.get(pk=program.token.pk).used_on == doors.local_day(timezone.now())
    used = Entry.objects.filter(verb="org.token_used", subject_id=str(program.token.pk))
    assert [entry.by for entry in used] == [cast.operator.by]


# -- sessions --------------------------------------------------------------------------------------------------------


def test_a_session_reads(cast: Cast) -> None:
    assert signed_in(cast.operator).get("/api/v1/me").json()["id"] == cast.operator.pk


def test_a_session_writes_only_from_our_own_pages(cast: Cast) -> None:
    document = drafted(cast)
    client = signed_in(cast.checker, enforce_csrf_checks=True)
    address, body = f"/api/v1/papers/{document.pk}/check", {"expected_version": 1}
    problem(client.post(address, body, content_type="application/json"), 403, "csrf")
    document.refresh_from_db()
    assert document.state == "draft"
    client.get("/sign-in/")  # brings the cookie
    token = client.cookies["csrftoken"].value if "csrftoken" in client.cookies else "a" * 32
    client.cookies["csrftoken"] = token
    sent = client.post(address, body, content_type="application/json", headers={"X-CSRFToken": token})
    assert sent.status_code == 200, sent.content


def test_a_token_needs_no_csrf_token(cast: Cast) -> None:
    program = Program(cast.checker)
    program.client = Client(enforce_csrf_checks=True)
    assert program.post(f"/papers/{drafted(cast).pk}/check", {"expected_version": 1}).status_code == 200


# -- one shape of errors ---------------------------------------------------------------------------------------------


def test_it_speaks_the_language_that_is_asked_for(cast: Cast) -> None:
    said = {language: Program(None, language).get("/me").json()["message"] for language in ("zh", "en")}
    assert "令牌" in said["zh"]
    assert said["en"].isascii() or "…" in said["en"]
    assert "token" in said["en"]


def test_no_such_address(cast: Cast) -> None:
    program = Program(cast.operator)
    for path in ("", "/", "/nothing", "/../nothing", "/papers/1/nothing", "/../v2/", "/me/"):
        for method in ("get", "post", "delete"):
            problem(program.ask(method, path), 404, "not-there")


def test_the_page_lists_every_operation_in_both_languages(db: None) -> None:
    pages = {language: Client().get("/api/", headers={"accept-language": language}) for language in ("zh-hans", "en")}
    for page in pages.values():
        assert page.status_code == 200
        text = page.content.decode()
        for path, methods in described()["paths"].items():
            assert all(f"{method.upper()} {path}" in text for method in methods)
    assert "核稿" in pages["zh-hans"].content.decode()
    main = pages["en"].content.decode().partition("<main")[2].partition("</main>")[0]
    assert not re.search("[\u4e00-\u9fff]", main)


def test_the_description_is_open_to_all_and_says_its_version(db: None) -> None:
    said = Client().get("/api/v1/openapi.json").json()
    assert said["openapi"].startswith("3.1")
    assert said["components"]["securitySchemes"]["Token"]["scheme"] == "bearer"


def test_no_such_method(cast: Cast) -> None:
    answer = Program(cast.operator).ask("delete", "/papers/1")
    problem(answer, 405, "method")
    assert answer["Allow"] == "GET"


def test_what_is_no_key(cast: Cast) -> None:
    program = Program(cast.operator)
    for key in ("0", "-1", "01", "1.0", "a", "9" * 19, "9" * 40, "%20 1", "1e3", "１"):
        said = problem(program.get(f"/papers/{key}"), 422, "invalid")
        assert [item["at"] for item in said["detail"]] == ["path.pk"]


def test_what_is_no_query(cast: Cast) -> None:
    program = Program(cast.operator)
    for query in ("limit=0", "limit=101", "limit=1.0", "limit=", "state=none", "words=a%00b"):
        said = problem(program.get(f"/papers?{query}"), 422, "invalid")
        assert [item["at"] for item in said["detail"]] == [f"query.{query.partition('=')[0]}"]


def test_a_cursor_that_the_list_never_gave(cast: Cast) -> None:
    program = Program(cast.operator)
    for cursor in ("x", "W10", "WyJ4Il0", "WzEsMl0", "WzFlOTk5XQ", "W251bGxd"):
        problem(program.get(f"/papers?cursor={cursor}"), 422, "cursor")


def test_a_moment_is_one_whatever_its_zone(cast: Cast) -> None:
    program = Program(cast.operator)
    zones = ("Z", "+08:00", "-00:00", "+23:59", "-23:59")
    for moment in [
        *(f"2023-06-01T00:00:00{zone}" for zone in zones),
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ]:
        for path in ("/history?first=", "/history?last="):
            assert program.get(path + moment.replace("+", "%2B")).status_code == 200, moment
        assert program.post("/inbox/read", {"until": moment}).status_code == 200
    for moment in ("2023-06-01", "2023-06-01T00:00:00", "1685577600", "2023-06-31T00:00:00Z", "2023-06-01 00:00:00Z"):
        said = problem(program.get(f"/history?first={moment}"), 422, "invalid")
        assert [item["at"] for item in said["detail"]] == ["query.first"]


def test_what_is_no_json(cast: Cast) -> None:
    program = Program(cast.checker)
    bodies = ["{", "", "nul", '{"expected_version": 1', b"\xff\xfe", "[" * 100_000, "9" * 5_000]
    for body in bodies:
        answer = program.ask("post", "/papers/1/check", body)
        problem(answer, 400 if body else 422, "malformed" if body else "invalid")


def test_what_does_not_fit(cast: Cast) -> None:
    program = Program(cast.checker)
    wrong = {"expected_version": "x"}, {"expected_version": True}, {"expected_version": 1, "other": 1}
    for body in ([], None, 1, *wrong):
        said = problem(program.ask("post", "/papers/1/check", json.dumps(body)), 422, "invalid")
        assert all(item["at"].startswith("body") and item["code"] and item["message"] for item in said["detail"])


def test_a_fault_deep_in_a_body_is_named(cast: Cast) -> None:
    block = {"key": "", "kind": "paragraph", "level": 9, "head": "", "text": "a\0"}
    body = {"expected_version": 1, "blocks": [block], "annexes": [], **dict.fromkeys(("title", "addressees"), "")}
    said = problem(Program(cast.operator).ask("put", "/papers/1/prose", json.dumps(body)), 422, "invalid")
    places = {item["at"]: item["code"] for item in said["detail"]}
    assert places["body.blocks.0.level"] == "less_than_equal"
    assert places["body.blocks.0.text"] == "string_pattern_mismatch"
    assert places["body.signer"] == "missing"


def test_what_is_wrong_is_said_in_chinese_too(cast: Cast) -> None:
    block = {"key": "x", "kind": "verse", "level": 9, "head": 1, "text": "a"}
    body = {"expected_version": "x", "blocks": [block], "annexes": {}, "more": 1, "title": ""}
    answer = Program(cast.operator, "zh").ask("put", "/papers/1/prose", json.dumps(body))
    said = {item["at"]: item["message"] for item in problem(answer, 422, "invalid")["detail"]}
    assert said["body.signer"] == "缺少这一项"
    assert said["body.more"] == "没有这一项，请去掉"
    assert said["body.blocks.0.level"] == "太大，最多 4"
    assert said["body.blocks.0.kind"].startswith("只能是 ")
    assert all("不合要求" not in words for words in said.values()), said


def test_a_body_of_another_kind(cast: Cast) -> None:
    program = Program(cast.checker)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml", ""):
        answer = program.ask("post", "/papers/1/check", data='{"expected_version": 1}', content_type=kind)
        problem(answer, 415, "media-type")


def test_too_large(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(cast.checker)
    body = json.dumps({"expected_version": 1, "x": "x" * 3_000_000})
    problem(program.ask("post", "/papers/1/check", body), 413, "too-large")
    answer = program.client.get("/api/v1/me", headers=program.headers, CONTENT_LENGTH=str(rules.FILE_BYTES + 1))
    problem(answer, 413, "too-large")


def test_a_refusal_keeps_its_status_code_and_words(cast: Cast) -> None:
    document = drafted(cast)
    said = problem(Program(cast.checker).post(f"/papers/{document.pk}/check", {"expected_version": 7}), 409, "stale")
    assert document.title.replace("\n", "")[:8] in said["message"]
    problem(Program(cast.operator).post(f"/papers/{document.pk}/check", {"expected_version": 1}), 422, "same-person")


def test_a_fault_of_ours_shows_nothing_of_itself(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise RuntimeError("secret of the house")

    document = drafted(cast)
    monkeypatch.setattr(documents, "numbers_of", broken)
    answer = Program(cast.operator).get(f"/papers/{document.pk}")
    problem(answer, 500, "fault")
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content


def test_too_many_requests_in_a_minute(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    now = dt.datetime(2023, 6, 1, 4, 0, 30, tzinfo=dt.UTC)
    meter = rules.Meter()
    assert [meter.takes("person:1", 2, at=now) for _ in range(3)] == [True, True, False]
    assert meter.takes("person:2", 2, at=now)
    assert meter.takes("person:1", 2, at=now + dt.timedelta(seconds=30))
    assert rules.seconds_left(now) == 30
    monkeypatch.setattr(doors, "PER_MINUTE", 0)
    answer = Program(cast.operator).get("/me")
    problem(answer, 429, "too-many")
    assert 1 <= int(answer["Retry-After"]) <= 60


# -- lists -----------------------------------------------------------------------------------------------------------


def test_a_list_comes_in_stretches(cast: Cast) -> None:
    made = [drafted(cast, key=f"k{number}").pk for number in range(5)][::-1]
    program, seen, cursor = Program(cast.operator), [], ""
    for expected in (2, 2, 1):
        said = program.get(f"/papers?limit=2&cursor={cursor}").json()
        assert len(said["items"]) == expected
        seen += [item["id"] for item in said["items"]]
        cursor = said["next"]
    assert seen == made
    assert cursor is None

"""A matter goes round by programs; what is refused has a code; lists come in stretches."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cast import Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from programs import Program, matter_given

from bihuan.loop.models import Matter
from bihuan.org.gate import local_day

pytestmark = pytest.mark.django_db
LIST = 14  # queries


def step(program: Program, matter: Matter, verb: str, **said: Any) -> Any:
    version = Matter.objects.get(pk=matter.pk).version
    return program.post(f"/matters/{matter.pk}/steps/{verb}", {"expected_version": version, **said})


def test_a_round_by_programs(cast: Cast) -> None:
    matter = matter_given(cast)
    doer, checker, operator = Program(cast.kangle_liaison), Program(cast.checker), Program(cast.operator)
    assert [item["words"] for item in doer.get("/matters/mine").json()["items"]] == ["To be signed for"]
    signed = step(doer, matter, "sign_for").json()
    assert signed["state"] == {"name": "doing", "words": "Under way", "over": False}
    assert {"answer", "report", "ask_extension", "hand_over"} == {offer["verb"] for offer in signed["offers"]}
    version = str(Matter.objects.get(pk=matter.pk).version)
    photo = SimpleUploadedFile("现场.jpg", b"\xff\xd8\xff" + b"0" * 20)
    data = {"expected_version": version, "text": "已如期举办", "kind": "photo", "file": photo}
    answered = doer.ask("post", f"/matters/{matter.pk}/steps/answer/file", data=data)
    assert answered.status_code == 200, answered.content
    assert answered.json()["state"]["name"] == "answered"
    line = checker.get(f"/matters/{matter.pk}/steps").json()["items"]
    pieces = {piece["kind"]: piece for piece in line[0]["evidence"]}
    assert set(pieces) == {"text", "photo"}
    file = checker.get(f"/matters/{matter.pk}/evidence/{pieces['photo']['id']}")
    assert (file["Content-Type"], file.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert step(checker, matter, "accept").json()["state"]["name"] == "accepted"
    assert step(operator, matter, "close").json()["state"]["over"] is True
    assert [item["verb"] for item in operator.get(f"/matters/{matter.pk}/steps").json()["items"]][:2] == [
        "close",
        "accept",
    ]


def test_what_is_refused_has_a_status_and_a_code(cast: Cast) -> None:
    matter = matter_given(cast)
    doer, operator, inspector = Program(cast.kangle_liaison), Program(cast.operator), Program(cast.inspector)

    def code(answer: Any) -> tuple[int, str]:
        return answer.status_code, answer.json()["code"]

    assert code(step(doer, matter, "answer", text="早了")) == (409, "matter-state")
    stale = doer.post(f"/matters/{matter.pk}/steps/sign_for", {"expected_version": 1})
    assert code(stale) == (409, "matter-stale")
    assert code(step(inspector, matter, "suspend", text="看")) == (403, "not-your-hand")
    assert code(step(operator, matter, "suspend")) == (422, "reason-missing")
    step(doer, matter, "sign_for")
    assert code(step(doer, matter, "answer")) == (422, "evidence-missing")
    assert code(step(doer, matter, "report", progress=101)) == (422, "invalid")
    yesterday = (local_day(timezone.now()) - dt.timedelta(days=1)).isoformat()
    assert code(step(doer, matter, "ask_extension", text="x", due_on=yesterday)) == (422, "extension-not-later")
    assert code(step(doer, matter, "no_such_verb")) == (404, "not-there")
    data = {"expected_version": "9", "file": SimpleUploadedFile("a.exe", b"MZ")}
    answer = doer.ask("post", f"/matters/{matter.pk}/steps/report/file", data=data)
    assert code(answer) == (422, "file-unfit"), answer.json()
    step(doer, matter, "answer", text="已办")
    assert code(step(Program(cast.yongjing_liaison), matter, "accept")) == (404, "not-there")
    own = step(Program(cast.kangle_liaison), matter, "accept")
    assert code(own) == (403, "not-your-hand")


def test_the_ledger_comes_in_stretches_and_counted(cast: Cast) -> None:
    for number in range(7):
        matter_given(cast, f"n{number}")
    program = Program(cast.operator)
    found, cursor = [], ""
    while True:
        answer = program.get(f"/matters?limit=3&cursor={cursor}").json()
        found += [item["key"] for item in answer["items"]]
        cursor = answer["next"]
        if not cursor:
            break
    assert found == [f"n{number}" for number in range(7)]
    counts = program.get("/matters/counts").json()["counts"]
    assert counts == [{"state": "assigned", "light": "green", "count": 7, "more": False}]
    assert program.get("/matters?state=closed").json()["items"] == []
    assert program.get("/matters?cursor=x").json()["code"] == "cursor"
    assert program.get("/matters?due_from=2023-13-01").json()["code"] == "invalid"
    assert len(program.get(f"/matters?region={cast.kangle.pk}&words=%E5%AE%A3%E4%BC%A0").json()["items"]) == 7
    assert Program(cast.yongjing_liaison).get("/matters").json()["items"] == []


def test_the_list_costs_the_same_for_one_and_for_fifty(cast: Cast) -> None:
    program, counted = Program(cast.operator), []
    program.get("/me")  # the day of last use is written once
    for numbers in (range(1), range(1, 50)):
        for number in numbers:
            matter_given(cast, f"n{number}")
        with CaptureQueriesContext(connection) as made:
            found = program.get("/matters").json()["items"]
        counted.append(len(made))
    assert len(found) == 50
    assert counted[0] == counted[1] <= LIST, [query["sql"][:90] for query in made.captured_queries]


def test_all_duties_are_handed_over(cast: Cast) -> None:
    from cast import member

    aide = member("康同事", cast.kangle_bureau)
    matter_given(cast, "a"), matter_given(cast, "b")
    wish = {"to": aide.pk, "on": local_day(timezone.now()).isoformat()}
    assert Program(cast.kangle_liaison).post("/matters/mine/hand-over", wish).json() == {"done": 2, "left": 0}
    assert Matter.objects.filter(owner=aide).count() == 2
    foreign = {**wish, "to": cast.yongjing_liaison.pk}
    assert Program(cast.kangle_liaison).post("/matters/mine/hand-over", foreign).status_code == 404

"""The page of a matter: what it shows to whom, each verb as a form, what is refused and kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cast import Cast, signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings
from rounds import act

from bihuan.loop import actions
from bihuan.loop.actions import Offer, Said, Wanted
from bihuan.loop.flows import Light
from bihuan.loop.models import Evidence, Extension, Matter, Step
from bihuan.org.gate import local_day
from bihuan.org.models import Person

JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40
PAGE = 34  # queries


@pytest.fixture(autouse=True)
def ladders(db: None, settings: Settings, tmp_path: Any) -> None:
    settings.VAR = tmp_path
    actions.load_ladders(by="system:tests", at=timezone.now())


def fresh(cast: Cast, **said: Any) -> Matter:
    """A task of the Kangle bureau, due in ten days from now."""
    due = local_day(timezone.now()) + dt.timedelta(days=10)
    words = Said(**{"unit": cast.kangle_bureau, "owner": cast.kangle_liaison, "due_on": due, **said})
    wanted = Wanted("page:1", "task", "举办宣传咨询日活动", cast.office, demand="人员到场", said=words, book="example")
    return actions.register(wanted=wanted, by=cast.operator.by, at=timezone.now())


def send(who: Person, matter: Matter, verb: str, *, seen: int | None = None, **data: Any) -> Any:
    row = Matter.objects.get(pk=matter.pk)
    version = row.version if seen is None else seen
    return signed_in(who).post(reverse("loop:act", args=[matter.pk, verb]), {"version": version, **data})


def shown(who: Person, matter: Matter) -> str:
    answer = signed_in(who).get(reverse("loop:matter", args=[matter.pk]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_round_on_the_pages(cast: Cast) -> None:
    matter = fresh(cast)
    assert "人员到场" in shown(cast.kangle_liaison, matter)
    assert send(cast.kangle_liaison, matter, "sign_for").status_code == 302
    assert send(cast.kangle_liaison, matter, "report", text="场地已定", progress="40").status_code == 302
    photo = SimpleUploadedFile("现场.jpg", JPEG, "image/jpeg")
    file = SimpleUploadedFile("方案.pdf", b"%PDF-1.7", "application/pdf")
    answered = send(cast.kangle_liaison, matter, "answer", text="已如期举办", photos=[photo], files=[file])
    assert answered.status_code == 302
    page = shown(cast.checker, matter)
    assert "现场.jpg" in page
    assert "应在" in page
    assert "审核通过" in page
    assert send(cast.checker, matter, "accept").status_code == 302
    assert send(cast.operator, matter, "close").status_code == 302
    row = Matter.objects.get(pk=matter.pk)
    assert (row.state, row.accepted_by) == ("closed", cast.checker.by)
    assert "现在可以办" in shown(cast.operator, matter)  # reopen
    assert "重启" in shown(cast.operator, matter)
    assert "现在可以办" not in shown(cast.kangle_liaison, matter)


def test_evidence_is_given_back_as_it_was_and_runs_nothing(cast: Cast) -> None:
    matter = fresh(cast)
    act(matter, "sign_for", cast.kangle_liaison, timezone.now())
    offers = (Offer("photo", "现场.jpg", content=JPEG), Offer("file", "a.html", content=b"<script>1</script>"))
    act(matter, "answer", cast.kangle_liaison, timezone.now(), text="已办", evidence=offers)
    client = signed_in(cast.checker)
    for piece, kind, how in (("photo", "image/jpeg", "inline"), ("file", "application/octet-stream", "attachment")):
        row = Evidence.objects.get(kind=piece)
        answer = client.get(reverse("loop:evidence", args=[matter.pk, row.pk]))
        assert answer["Content-Type"] == kind
        assert answer["Content-Disposition"].startswith(how)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer["Content-Security-Policy"]
    text = Evidence.objects.get(kind="text")
    assert client.get(reverse("loop:evidence", args=[matter.pk, text.pk])).status_code == 404
    foreign = signed_in(cast.yongjing_liaison)
    assert foreign.get(reverse("loop:evidence", args=[matter.pk, row.pk])).status_code == 404


def test_who_acted_is_told_why_they_do_not_check(cast: Cast) -> None:
    matter = fresh(cast, owner=cast.operator)
    act(matter, "sign_for", cast.kangle_liaison, timezone.now())
    act(matter, "answer", cast.kangle_liaison, timezone.now(), text="已办")
    page = shown(cast.operator, matter)
    assert "您经办过这一事项，须由另一人审核" in page
    assert 'id="do-accept"' not in page
    assert 'id="do-accept"' in shown(cast.leader, matter)
    refused = send(cast.operator, matter, "accept")
    assert refused.status_code == 403
    assert "经办过的人不能自己审核" in refused.content.decode()
    assert Matter.objects.get(pk=matter.pk).state == "answered"


def test_a_stale_page_keeps_what_was_typed(cast: Cast) -> None:
    matter = fresh(cast)
    act(matter, "sign_for", cast.kangle_liaison, timezone.now())
    seen = Matter.objects.get(pk=matter.pk).version
    act(matter, "report", cast.kangle_liaison, timezone.now(), text="一")
    stale = send(cast.kangle_liaison, matter, "answer", seen=seen, text="写了很久的情况")
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "刚刚有人办理过" in page
    assert "写了很久的情况" in page
    assert f'name="version" value="{seen + 1}"' in page  # to send it again after a look
    act(matter, "suspend", cast.operator, timezone.now(), text="等批复")
    gone = send(cast.kangle_liaison, matter, "answer", text="写了很久的情况")
    assert gone.status_code == 409
    assert "写了很久的情况" in gone.content.decode()
    assert "已暂停" in gone.content.decode()


@pytest.mark.parametrize(
    ("verb", "data", "words"),
    [
        ("answer", {"text": ""}, "这个字段是必填项"),
        ("answer", {"text": "好", "photos": SimpleUploadedFile("a.jpg", b"<html>")}, "不是照片"),
        ("answer", {"text": "好", "files": SimpleUploadedFile("a.exe", b"MZ")}, "这种文件不收"),
        ("answer", {"text": "好", "files": SimpleUploadedFile("a.pdf", b"")}, "空文件"),
        ("report", {"text": "", "progress": "", "version": "9"}, "请写进展"),
        ("report", {"progress": "101"}, "100"),
        ("ask_extension", {"text": "场地冲突", "due_on": "2001-01-01"}, "须晚于现在的时限"),
        ("ask_extension", {"text": "场地冲突", "due_on": "明天"}, "日期"),
        ("hand_over", {"to": "1", "on": "2030-01-01"}, "选择"),
    ],
)
def test_what_will_not_do_is_said_and_changes_nothing(cast: Cast, verb: str, data: dict[str, Any], words: str) -> None:
    matter = fresh(cast)
    act(matter, "sign_for", cast.kangle_liaison, timezone.now())
    steps = Step.objects.count()
    answer = send(cast.kangle_liaison, matter, verb, **({"version": 3} | data))
    if data.get("version"):
        answer = send(cast.kangle_liaison, matter, verb, **{**data, "version": 3})
    assert answer.status_code == 422, answer.content.decode()[:2000]
    assert words in answer.content.decode()
    assert Step.objects.count() == steps


def test_keeper_assigns_on_the_page(cast: Cast) -> None:
    wanted = Wanted("page:2", "task", "排查隐患", cast.office, book="example")
    matter = actions.register(wanted=wanted, by=cast.operator.by, at=timezone.now())
    due = (local_day(timezone.now()) + dt.timedelta(days=5)).isoformat()
    wrong = send(cast.operator, matter, "assign", unit="没有这个单位", due_on=due)
    assert wrong.status_code == 422
    assert "没有找到" in wrong.content.decode()
    past = send(cast.operator, matter, "assign", unit=cast.kangle_bureau.name, due_on="2023-06-01")
    assert past.status_code == 422
    assert "已经过去" in past.content.decode()
    data = {"unit": cast.kangle_bureau.name, "due_on": due, "owner": "康联络", "assisting": "永靖县应急管理局"}
    assert send(cast.operator, matter, "assign", **data).status_code == 302
    row = Matter.objects.get(pk=matter.pk)
    assert (row.unit, row.owner) == (cast.kangle_bureau, cast.kangle_liaison)
    assert "永靖县应急管理局" in shown(cast.kangle_liaison, matter)
    assert "举办" not in shown(cast.yongjing_liaison, matter)  # who helps sees it


def test_more_time_is_asked_for_and_granted(cast: Cast) -> None:
    matter = fresh(cast)
    until = local_day(timezone.now()) + dt.timedelta(days=20)
    asked = {"due_on": until.isoformat(), "text": "场地冲突", "signed": "马局长"}
    assert send(cast.kangle_liaison, matter, "ask_extension", **asked).status_code == 302
    assert "正在等批复" in shown(cast.kangle_liaison, matter)
    page = shown(cast.operator, matter)
    assert "场地冲突" in page
    assert 'id="do-grant_extension"' in page
    assert send(cast.operator, matter, "grant_extension", due_on=until.isoformat()).status_code == 302
    assert Extension.objects.get().granted_until == until
    assert "原定" in shown(cast.operator, matter)


def test_light_by_hand_says_why(cast: Cast) -> None:
    matter = fresh(cast)
    data = {"light": Light.YELLOW.value, "rule": "落后10个百分点", "text": "计划40%，实际20%"}
    assert send(cast.operator, matter, "light", **data).status_code == 302
    assert "落后10个百分点：计划40%，实际20%" in shown(cast.kangle_liaison, matter)


def test_other_side_and_strangers(cast: Cast) -> None:
    matter = fresh(cast)
    assert send(cast.inspector, matter, "suspend", text="看看").status_code == 403  # sees it, does not keep it
    assert send(cast.yongjing_liaison, matter, "sign_for").status_code == 404
    assert send(cast.operator, matter, "no_such_verb").status_code == 404
    assert signed_in(cast.operator).get(reverse("loop:act", args=[matter.pk, "close"])).status_code == 302


def test_a_long_line_costs_what_a_short_one_costs(cast: Cast) -> None:
    matter = fresh(cast)
    act(matter, "sign_for", cast.kangle_liaison, timezone.now())
    act(matter, "report", cast.kangle_liaison, timezone.now(), text="一", progress=1)
    client, counted = signed_in(cast.operator), []
    for more in (0, 49):
        for number in range(more):
            offers = (Offer("file", "a.txt", content=str(number).encode()),)
            act(matter, "report", cast.kangle_liaison, timezone.now(), text=str(number), evidence=offers)
        with CaptureQueriesContext(connection) as made:
            assert client.get(reverse("loop:matter", args=[matter.pk])).status_code == 200
        counted.append(len(made))
    assert counted[0] == counted[1] <= PAGE, [query["sql"][:150] for query in made.captured_queries]

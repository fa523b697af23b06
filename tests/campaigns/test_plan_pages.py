"""The pages of a plan, as a browser gets them: written, imported, checked, published; in both languages."""

from __future__ import annotations

import re

import pytest
from cast import Cast, signed_in
from division_papers import sheet
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from planned import campaign_of, on, planned, published, said
from test_division_files import HEAD, row

from bihuan.campaigns import actions
from bihuan.campaigns.actions import Wanted
from bihuan.campaigns.models import DivisionDraft, Duty, Paragraph, Plan

pytestmark = pytest.mark.django_db

PAGES = ("plan", "division", "printed", "check", "publish", "upload", "new_paragraph", "new_duty")


def url(name: str, plan: Plan, *more: object) -> str:
    return reverse(f"campaigns:{name}", args=[plan.campaign_id, plan.number, *more])


def text(client: Client, address: str, language: str = "zh-hans", status: int = 200) -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == status, address
    return answer.content.decode()


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found
    return found[1]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens(cast: Cast, language: str) -> None:
    plan = planned(cast)
    client = signed_in(cast.operator)
    for name in PAGES:
        html = text(client, url(name, plan), language)
        assert ("模型数据" if language == "zh-hans" else "Model data") in html, name
    assert client.get(url("workbook", plan)).status_code == 200
    assert client.get(url("template", plan)).status_code == 200
    published(cast, plan, at=on(5, 20))
    for name in ("newest", "versions", "expected"):
        assert client.get(reverse(f"campaigns:{name}", args=[plan.campaign_id]), follow=True).status_code == 200
    for name in ("plan", "division", "printed", "check", "publish"):
        text(client, url(name, plan), language)


def test_a_plan_is_begun_from_the_template_and_written(cast: Cast) -> None:
    campaign = campaign_of(cast)
    client = signed_in(cast.operator)
    begin = reverse("campaigns:newest", args=[campaign.pk])
    assert "内置模板" in text(client, begin)
    answer = client.post(begin, {"source": "template"})
    assert answer.status_code == 302
    plan = Plan.objects.get(campaign=campaign)
    assert client.post(begin, {"source": "template"}).status_code == 302
    assert Plan.objects.count() == 1  # a second click
    assert "人人讲安全、个个会应急" in text(client, url("plan", plan))
    part = Paragraph.objects.get(plan=plan, heading="开展应急演练")
    form = {"version": part.version, "key": part.key, "heading": "开展“展赛评”演练", "level": 2, "text": "四天。"}
    assert client.post(url("paragraph", plan, part.key), form).status_code == 302
    stale = client.post(url("paragraph", plan, part.key), form | {"heading": "别的"})
    assert stale.status_code == 409
    assert "刚刚有人改过" in stale.content.decode()
    assert "别的" in stale.content.decode()  # what was typed is still there
    part.refresh_from_db()
    assert (part.heading, part.text, part.tasked) == ("开展“展赛评”演练", "四天。", False)


def test_a_duty_for_each_unit_of_a_list_is_one_form(cast: Cast) -> None:
    plan = planned(cast)
    client = signed_in(cast.operator)
    part = plan.paragraphs.earliest("order")
    html = text(client, url("new_duty", plan) + f"?paragraph={part.key}")
    counties = plan.campaign.unit_lists.get(group="counties")
    form = {"version": 0, "key": hidden(html, "key"), "paragraph": part.key, "title": "五进", "due_on": "2023-06-20"}
    form |= {"unit_list": counties.pk, "assisting": cast.school.name}
    for _ in range(2):  # a double click
        assert client.post(url("new_duty", plan), form).status_code == 302
    made = Duty.objects.filter(plan=plan, title="五进")
    assert {duty.unit for duty in made} == {cast.kangle_bureau, cast.yongjing_bureau}
    assert all(cast.school in duty.assisting.all() for duty in made)
    wrong = client.post(url("new_duty", plan), form | {"assisting": "没有的局、也没有的局", "unit": cast.school.name})
    assert wrong.status_code == 422
    assert "没有的局、也没有的局" in wrong.content.decode()
    assert "只能选一样" in wrong.content.decode()


def test_a_file_goes_by_its_preview_into_the_plan(cast: Cast) -> None:
    plan = planned(cast)
    client = signed_in(cast.operator)
    content = sheet([HEAD, row(lead="各县市"), row(task="另一项", lead="州某某局")])
    answer = client.post(url("upload", plan), {"file": SimpleUploadedFile("分工.xlsx", content)})
    assert answer.status_code == 302
    preview = answer["Location"]
    html = text(client, preview)
    assert "州某某局" in html
    draft = DivisionDraft.objects.get()
    number = re.search(r'name="label-(\d+)" value="州某某局"', html)
    assert number
    choice = {f"label-{number[1]}": "州某某局", f"name-{number[1]}": f"unit:{cast.school.pk}", "back": "?show=all"}
    assert client.post(url("choose", plan, draft.pk), choice)["Location"].endswith("?show=all")
    stale = client.post(url("take", plan, draft.pk), {"shown": hidden(html, "shown")})
    assert stale.status_code == 409
    for show in ("all", "left", "unread", "unsure"):
        html = text(client, preview + f"?show={show}")
    assert client.post(url("take", plan, draft.pk), {"shown": hidden(html, "shown")}).status_code == 302
    assert Duty.objects.get(title="另一项").unit == cast.school
    assert Duty.objects.filter(plan=plan).count() == 6
    assert client.get(preview).status_code == 404


def test_a_file_that_is_no_table_is_answered_in_words(cast: Cast) -> None:
    plan = planned(cast)
    client = signed_in(cast.operator)
    answer = client.post(url("upload", plan), {"file": SimpleUploadedFile("a.xlsx", b"\x00 no")})
    assert answer.status_code == 422
    assert "Traceback" not in answer.content.decode()


def test_nobody_sees_anothers_file(cast: Cast) -> None:
    plan = planned(cast)
    by = cast.operator.by
    draft = actions.keep_division(plan=plan, content=sheet([HEAD, row()]), file_name="a.xlsx", by=by, at=on(5, 9))
    assert signed_in(cast.checker).get(url("preview", plan, draft.pk)).status_code == 404
    assert signed_in(cast.operator).get(url("preview", plan, draft.pk)).status_code == 200


def test_a_plan_is_seen_by_others_once_it_is_published(cast: Cast) -> None:
    plan = planned(cast)
    client = signed_in(cast.kangle_liaison)
    assert client.get(url("plan", plan)).status_code == 404
    assert "方案还没有发布" in text(client, reverse("campaigns:newest", args=[plan.campaign_id]))
    published(cast, plan)
    assert "举办启动仪式" in text(client, url("plan", plan))
    assert client.get(url("publish", plan)).status_code == 404
    assert client.post(url("new_version", plan)).status_code == 404


def test_a_version_shows_what_differs(cast: Cast) -> None:
    plan = planned(cast)
    published(cast, plan)
    client = signed_in(cast.operator)
    assert client.post(url("new_version", plan)).status_code == 302
    second = Plan.objects.get(number=2)
    duty = Duty.objects.get(plan=second, unit=cast.office)
    words = said("举办宣传咨询日活动（改）", cast.office, owner=cast.liaison)
    by, at = cast.operator.by, on(5, 26)
    actions.write_duty(duty=duty, expected_version=duty.version, said=words, by=by, at=at)
    html = text(client, reverse("campaigns:versions", args=[plan.campaign_id]))
    assert "<del>举办宣传咨询日活动</del>" in html
    html = text(client, url("publish", second))
    assert "2 项没有变化" in html


def test_the_division_takes_as_many_queries_for_fifty_rows_as_for_one(cast: Cast) -> None:
    plan = planned(cast)
    client = signed_in(cast.operator)

    def asked(address: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            text(client, address)
        return len(caught)

    first = {name: asked(url(name, plan)) for name in ("division", "plan", "check", "publish")}
    part = plan.paragraphs.earliest("order")
    wanted = [Wanted(f"{at:032x}", part, said(f"任务{at}", cast.school, assisting=(cast.office,))) for at in range(60)]
    actions.add_duties(plan=plan, wanted=wanted, by=cast.operator.by, at=on(5, 9))
    assert {name: asked(url(name, plan)) for name in first} == first
    assert max(first.values()) <= 40, first

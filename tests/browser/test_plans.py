"""A plan on its way from the template to the papers; looked at by axe, on PC and phone."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import PASSWORD, Cast, make_cast
from cast import unit as new_unit
from division_layouts import key_tasks
from django.utils import timezone
from playwright.sync_api import Page, expect

from bihuan.campaigns import actions
from bihuan.campaigns.actions import DutySaid, OnPaper
from bihuan.campaigns.models import Campaign, Paragraph, Plan
from bihuan.loop import actions as loop
from bihuan.org.gate import local_day
from bihuan.org.models import Unit

SHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"

pytestmark = pytest.mark.slow


def begun(cast: Cast) -> tuple[Campaign, Unit]:
    """A campaign of the days around now: what is due has to lie ahead of the server's clock."""
    loop.load_ladders(by="system:tests", at=timezone.now())
    today = local_day(timezone.now())
    by, at = cast.operator.by, timezone.now()
    campaign = actions.open_campaign(
        region=cast.prefecture,
        name="“安全生产月”",
        period=(today, today + dt.timedelta(days=30)),
        theme="人人讲安全、个个会应急",
        book="example",
        by=by,
        at=at,
    )
    committee = new_unit(cast.prefecture, "临夏州安全生产委员会办公室", "州安委办")
    campaign = actions.describe(
        campaign=campaign,
        expected_version=1,
        theme=campaign.theme,
        times=22,
        basis=("甘肃省“安全生产月”活动方案", "甘安办发〔2023〕20号"),
        issuer=committee,
        working_body=cast.office,
        by=by,
        at=at,
    )
    counties = [cast.kangle_bureau, cast.yongjing_bureau]
    actions.set_unit_list(campaign=campaign, name="各县（市）", group="counties", units=counties, by=by, at=at)
    actions.set_unit_list(
        campaign=campaign, name="各成员单位", group="members", units=[cast.office, cast.school], by=by, at=at
    )
    return campaign, committee


def divided(cast: Cast, plan: Plan) -> None:
    """A duty for each paragraph that asks for one."""
    by, at = cast.operator.by, timezone.now()
    due = plan.campaign.period_end - dt.timedelta(days=3)
    for number, part in enumerate(Paragraph.objects.filter(plan=plan, tasked=True)):
        said = DutySaid(part.heading, part.text, unit=cast.office, owner=cast.liaison, due_on=due)
        wanted = [actions.Wanted(f"{number:032x}", part, said)]
        if number % 2:
            units = [cast.kangle_bureau, cast.yongjing_bureau]
            said = DutySaid(part.heading, part.text, due_on=due, assisting=(cast.school,))
            wanted = actions.for_each(f"{number:032x}", part, said, units)
        actions.add_duties(plan=plan, wanted=wanted, by=by, at=at)
    actions.ask(plan=plan, form="summary", due_on=due, by=by, at=at)


def test_a_plan_goes_its_way(page: Page, site: str, size: str, axe: Callable[[Page], list[Any]]) -> None:
    cast = make_cast()
    campaign, _committee = begun(cast)

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        if os.environ.get("KEEP_SHOTS"):
            page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the screen"
        assert axe(page) == [], name

    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill("马拟稿")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()
    page.goto(f"/campaigns/{campaign.pk}/")
    page.get_by_role("link", name="方案与分工").click()
    look("plan-start")
    page.get_by_role("button", name="开始拟方案").click()
    expect(page.get_by_text("方案已新建")).to_be_visible()
    plan = Plan.objects.select_related("campaign").get(campaign=campaign)
    name, content = key_tasks()
    page.get_by_role("link", name="导入分工表").click()
    look("plan-import")
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
    page.get_by_role("button", name="上传并预览").click()
    look("plan-preview")
    page.get_by_role("button", name="丢弃").click()
    page.wait_for_load_state()
    divided(cast, plan)
    page.goto(f"/campaigns/{campaign.pk}/plan/1/")
    look("plan-page")
    page.get_by_role("link", name="任务分工").first.click()
    look("plan-division")
    page.get_by_role("link", name="打印样式").click()
    look("plan-printed")
    page.goto(f"/campaigns/{campaign.pk}/plan/1/duties/new/")
    look("plan-duty")
    page.goto(f"/campaigns/{campaign.pk}/plan/1/check/")
    look("plan-check")
    page.goto(f"/campaigns/{campaign.pk}/plan/1/publish/")
    look("plan-publish")
    page.get_by_role("button", name="拟制公文").click()
    expect(page.get_by_text("公文已拟好")).to_be_visible()
    look("plan-papers")
    plan.refresh_from_db()
    by, at = cast.operator.by, timezone.now()
    actions.take_back(plan=plan, expected_version=plan.version, reason="改", by=by, at=at)
    plan.refresh_from_db()
    actions.publish(plan=plan, expected_version=plan.version, on_paper=OnPaper("纸质印发", "9号"), by=by, at=at)
    second = actions.new_version(plan=plan, by=by, at=at)
    duty = second.duties.filter(unit=cast.office).earliest("pk")
    said = DutySaid("举办启动仪式（改期）", duty.requirement, unit=cast.office, due_on=campaign.period_end)
    actions.write_duty(duty=duty, expected_version=duty.version, said=said, by=by, at=at)
    page.goto(f"/campaigns/{campaign.pk}/plan/versions/")
    look("plan-versions")
    page.goto(f"/campaigns/{campaign.pk}/plan/2/publish/")
    look("plan-republish")
    page.goto(f"/campaigns/{campaign.pk}/lists/")
    look("plan-expected")

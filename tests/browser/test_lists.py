"""Expected lists and the year around a campaign, looked at by axe, on PC and phone."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import PASSWORD, Cast, make_cast
from cast import unit as new_unit
from django.utils import timezone
from playwright.sync_api import Page, expect

from bihuan.campaigns import actions
from bihuan.campaigns.actions import FollowAsk, ListWish
from bihuan.campaigns.models import Campaign, Expected
from bihuan.campaigns.receiving import ReceiptState
from bihuan.loop import actions as loop
from bihuan.org.gate import local_day

SHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"

pytestmark = pytest.mark.slow


def begun(cast: Cast) -> Campaign:
    """A campaign of the days around now, with a list of units."""
    loop.load_ladders(by="system:tests", at=timezone.now())
    today, by, at = local_day(timezone.now()), cast.operator.by, timezone.now()
    period = (today, today + dt.timedelta(days=29))
    made = actions.open_campaign(
        region=cast.prefecture, name="“安全生产月”", period=period, book="example", by=by, at=at
    )
    counties = [cast.kangle_bureau, cast.yongjing_bureau]
    actions.set_unit_list(campaign=made, name="各县（市）", group="counties", units=counties, by=by, at=at)
    office = cast.office
    return actions.describe(campaign=made, expected_version=1, issuer=office, working_body=office, by=by, at=at)


def test_a_list_from_its_issue_to_a_reminder(
    page: Page, site: str, size: str, axe: Callable[[Page], list[Any]]
) -> None:
    cast = make_cast()
    campaign = begun(cast)
    today, by, at = local_day(timezone.now()), cast.operator.by, timezone.now()
    units = [new_unit(cast.kangle, f"康乐县附城镇第{number}小学") for number in range(1, 4)]
    units += [cast.kangle_bureau, cast.yongjing_bureau, cast.office]
    wish = ListWish("summary", "总结报告", campaign.period, today + dt.timedelta(days=2))
    (issued,) = actions.issue_lists(campaign=campaign, wishes=[wish], units=units, by=by, at=at)
    lines = {row.unit_id: row for row in Expected.objects.filter(expected_list=issued)}
    states = [ReceiptState.ACCEPTED, ReceiptState.RETURNED, ReceiptState.DRAFT, ReceiptState.SUBMITTED]
    for unit, state in zip(units, states, strict=False):
        line = lines[unit.pk]
        actions.mark(expected=line, state=state, subject=("paper", "3号"), reason="数对不上", by=by, at=at)
    actions.exempt(expected=lines[cast.office.pk], reason="本单位不承担", by=by, at=at)
    days = (today, today + dt.timedelta(days=6))
    node = actions.add_node(campaign=campaign, name="防溺水周", days=(today, today), source="州安委要求", by=by, at=at)
    ask = FollowAsk("a" * 32, "开展防溺水宣传", units[:2], days[1], "进校园", (node.code, node.name))
    actions.follow_up(campaign=campaign, ask=ask, by=by, at=at)

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
    page.goto(f"/campaigns/{campaign.pk}/lists/")
    look("lists")
    page.get_by_role("link", name="下发清单").click()
    page.get_by_label("每周一次").check()
    page.get_by_label("各县（市）（2）").check()
    look("list-issue")
    page.get_by_role("button", name="预览").click()
    look("list-preview")
    page.get_by_role("button", name="确认下发").click()
    expect(page.get_by_text("应报清单已下发")).to_be_visible()
    page.goto(f"/campaigns/{campaign.pk}/lists/{issued.pk}/")
    look("list")
    page.get_by_role("link", name="催报").click()
    look("list-remind")
    page.get_by_role("button", name="提醒这些单位").click()
    expect(page.get_by_text("没有联络员可提醒")).to_be_visible()
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    page.goto(f"/campaigns/{campaign.pk}/year/")
    page.get_by_text("交办后续工作").click()
    look("year")

"""A report is closed, signed, asked about and corrected, on PC and phone, looked at by axe."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import PASSWORD, make_cast
from playwright.sync_api import Page, expect
from reported import AT, BY, LATER, Other, account, hashes, line
from scenes import JUNE, filed

from bihuan.campaigns import actions as campaigns
from bihuan.exchange import actions, queries
from bihuan.exchange.models import Issue, Peer

SHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"

pytestmark = pytest.mark.slow


def test_a_period_is_reported(page: Page, site: str, size: str, axe: Callable[[Page], list[Any]]) -> None:
    cast = make_cast()
    province, county = Other("甘肃省应急管理厅"), Other("康乐县应急管理局")
    campaigns.open_campaign(
        region=cast.prefecture, name="2023年“安全生产月”", period=JUNE, book="example", by=BY, at=AT
    )

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the screen"
        assert axe(page) == [], name
        if os.environ.get("KEEP_SHOTS"):
            page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=True)

    def as_(name: str) -> None:
        page.context.clear_cookies()
        page.goto("/sign-in/")
        page.get_by_label("登录名或手机号").fill(name)
        page.get_by_label("口令").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_load_state()

    as_(cast.security_admin.name)
    page.goto("/exchange/peers/")
    page.get_by_role("button", name="生成密钥和名片").click()
    page.get_by_role("link", name="登记对方安装").click()
    page.get_by_label("对方安装的名片").fill(province.card.text())
    page.get_by_label("对方负责的地区").select_option(label="甘肃省")
    look("exchange-new-peer")
    page.get_by_role("button", name="登记").click()
    page.get_by_label("对方念的指纹").fill(county.fingerprint)
    page.get_by_role("button", name="核对并启用").click()
    expect(page.get_by_text("与名片上公钥的指纹不一致").first).to_be_visible()
    page.get_by_label("对方念的指纹").fill(province.fingerprint.lower())
    page.get_by_role("button", name="核对并启用").click()
    expect(page.get_by_text("已启用")).to_be_visible()
    look("exchange-peers")

    filed(cast.kangle, "leaflets", "份", 14862, book="example")
    filed(cast.yongjing, "leaflets", "份", 2000, book="example")
    filed(cast.kangle, "consultation_events", "场", 3, book="example")
    as_(cast.operator.name)
    page.goto("/exchange/close/")
    page.get_by_role("button", name="先看应报清单").click()
    look("exchange-close")
    page.get_by_role("button", name="关账").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(page.get_by_text("已关账，数据正在定稿")).to_be_visible()
    actions.freeze_issue(issue=Issue.objects.get(), by=BY, at=LATER)
    as_(cast.leader.name)
    page.get_by_role("link", name="2023年“安全生产月”").first.click()
    look("exchange-to-sign")
    page.get_by_role("button", name="签发上报").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(page.get_by_text("待送达").first).to_be_visible()

    reporting = Issue.objects.get().reporting
    said = queries.account_of(Issue.objects.get())
    assert said is not None
    leaflets = next(item for item in said.lines if item.printed == "16862份")
    province.sends(
        "question",
        {"key": str(Peer.objects.get().installation), "about": str(reporting.key), "line": leaflets.key,
         "text": "康乐县是否把五月的也计入了？", "answers": None},
    )  # fmt: skip
    as_(cast.operator.name)
    page.get_by_role("link", name="甘肃省应急管理厅").first.click()
    look("exchange-question")
    page.get_by_label("答复").fill("是的，已更正")
    page.get_by_role("button", name="答复").click()
    expect(page.get_by_text("我们答")).to_be_visible()
    page.goto(f"/exchange/reportings/{reporting.pk}/lines/{leaflets.key}/")
    page.get_by_text("更正这条记录").first.click()
    page.get_by_label("改为").first.fill("4862份")
    page.get_by_label("更正的原因").first.fill("五月的发放数不计入")
    look("exchange-line")
    page.locator("details[open]").get_by_role("button", name="更正").click()
    page.get_by_label("更正的原因").fill("康乐县把五月的发放数计入了六月")
    page.get_by_role("button", name="提出更正").click()
    actions.freeze_issue(issue=Issue.objects.latest("pk"), by=BY, at=LATER)
    page.reload()
    expect(page.get_by_role("heading", name="这次更正的")).to_be_visible()
    look("exchange-erratum")
    page.goto("/exchange/bundles/")
    look("exchange-bundles")

    county.met(cast.kangle, upward=False)
    lines = [line("banners", "条", 12), line("screens", "块", 5)]
    county.sends(
        "report", account(cast.kangle, lines, hashes("banners", "screens"), period=["2023-07-01", "2023-07-31"])
    )
    unknown = account(cast.kangle, [line("no_such", "份", 1)], {"no_such": "0" * 64})
    county.sends("report", unknown)
    page.goto("/exchange/received/")
    look("exchange-received-list")
    page.get_by_role("row").get_by_role("link", name="康乐县应急管理局").click()
    look("exchange-received")
    page.goto("/exchange/intakes/")
    page.get_by_role("link", name="第2号包").click()
    look("exchange-held")

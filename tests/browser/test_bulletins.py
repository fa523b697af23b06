"""From the light rules to a bulletin as a draft paper, on PC and phone, looked at by axe."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import PASSWORD, make_cast, unit
from months import MAY, busy_june, duty
from playwright.sync_api import Page, expect
from rounds import on

from bihuan.loop import actions as loop
from bihuan.supervision import actions
from bihuan.supervision.models import Bulletin

SHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"

pytestmark = pytest.mark.slow


def test_a_month_is_told_of(page: Page, site: str, size: str, axe: Callable[[Page], list[Any]]) -> None:
    cast = make_cast()
    loop.load_ladders(by="system:tests", at=on(1, 1))
    campaign, made = busy_june(cast)
    for number, name in enumerate(("住房和城乡建设局", "交通运输局", "教育局", "文体广电和旅游局")):
        bureau = unit(cast.yongjing, f"永靖县{name}")
        for count in range(2 + number):
            due = dt.date(2023, 6, 9) + dt.timedelta(7 * count)
            duty(campaign, cast.office, bureau, cast.yongjing_liaison, due, on(5, 24))
    loop.sweep(at=on(6, 29))
    actions.freeze(
        campaign=campaign, region=cast.prefecture, month=MAY, cut_off=on(5, 31, 18), by=cast.operator.by, at=on(6, 1)
    )

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the screen"
        assert axe(page) == [], name
        if os.environ.get("KEEP_SHOTS"):
            page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=True)

    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill(cast.operator.name)
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()
    page.goto("/supervision/lights/")
    page.get_by_label("亮灯规则").select_option("suqian-2025")
    page.get_by_role("button", name="先看会改变什么").click()
    expect(page.get_by_role("heading", name="会改变什么")).to_be_visible()
    look("lights")
    page.goto("/supervision/bulletins/new/?campaign=1")
    page.get_by_label("月份").fill("2023-06")
    page.get_by_label("截止时点").fill("2023-06-30T18:00")
    page.get_by_role("button", name="先看数据").click()
    expect(page.get_by_text("预览，尚未定稿")).to_be_visible()
    look("bulletin-preview")
    page.get_by_role("button", name="定稿").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(page.get_by_role("heading", name="公文")).to_be_visible()
    assert Bulletin.objects.count() == 2
    look("bulletin")
    page.get_by_role("link", name="重新核算").click()
    expect(page.get_by_text("完全一致")).to_be_visible()
    page.locator("tfoot td[data-label='逾期未完成'] a").click()
    expect(page.get_by_role("link", name=made["overdue"].title)).to_be_visible()
    look("bulletin-matters")
    page.go_back()
    page.get_by_label("主动公开").check()
    page.get_by_role("button", name="拟成公文").click()
    expect(page.get_by_role("heading", name="推进完成情况的公示")).to_be_visible()
    page.goto("/supervision/bulletins/")
    look("bulletins")

"""A campaign's numbers by measure and county, and what makes one; looked at by axe, on PC and phone."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import AT, BY, PASSWORD, Cast, make_cast
from playwright.sync_api import Page, expect

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.figures import actions as figures
from bihuan.figures.actions import Content
from bihuan.figures.models import Figure, Occasion
from bihuan.figures.rules import Kind
from bihuan.org.models import Region
from bihuan.reading.ranges import Range

SHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
DAY = dt.date(2023, 6, 12)
MEASURES = (("leaflets", "份"), ("participants", "人"), ("banners", "条"), ("drill_duration", "分钟"))

pytestmark = pytest.mark.slow


def said(region: Region, value: int, measure: str, unit: str, occasion: Occasion | None = None) -> Content:
    return Content(
        region=region,
        measures=(measure,),
        classifier=unit,
        value=Range.exact(value),
        printed=f"{value}{unit}",
        form="exact",
        period=(DAY, DAY),
        occasion=occasion,
    )


def file(kind: Kind, content: Content) -> Figure:
    return figures.file(kind=kind, content=content, book="example", by=BY, at=AT)


def numbers(cast: Cast) -> Campaign:
    """A statement of the whole, records of two counties, one on a joint occasion, one corrected."""
    days = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
    campaign = campaigns.open_campaign(
        region=cast.prefecture, name="2023年“安全生产月”", period=days, book="example", by=BY, at=AT
    )
    occasion = figures.open_occasion(
        name="两县联合启动仪式", period=(DAY, DAY), regions=[cast.kangle, cast.yongjing], book="example", by=BY, at=AT
    )
    for number, (measure, unit) in enumerate(MEASURES, 1):
        file(Kind.STATEMENT, said(cast.prefecture, 5000 * number, measure, unit))
        file(Kind.RECORD, said(cast.kangle, 1200 * number, measure, unit))
        file(Kind.RECORD, said(cast.yongjing, 0, measure, unit))
        file(Kind.RECORD, said(cast.prefecture, 300, measure, unit, occasion))
    wrong = file(Kind.RECORD, said(cast.kangle, 800, "leaflets", "份"))
    right = said(cast.kangle, 880, "leaflets", "份")
    person = f"person:{cast.operator.pk}"
    figures.correct(figure=wrong, expected_version=1, content=right, by=person, at=AT, reason="原数抄错")
    return campaign


def test_numbers_are_compared_and_opened(page: Page, site: str, size: str, axe: Callable[[Page], list[Any]]) -> None:
    cast = make_cast()
    campaign = numbers(cast)

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the screen"
        assert axe(page) == [], name
        if os.environ.get("KEEP_SHOTS"):
            page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=True)

    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill("康联络")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()
    page.goto(f"/campaigns/{campaign.pk}/")
    page.get_by_role("link", name="各地记录合计").click()
    expect(page.locator("main th").filter(has_text="康乐县")).to_be_visible()
    expect(page.get_by_text("永靖县")).to_have_count(0)
    look("totals-grid-own")
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill("马拟稿")
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()
    page.goto(f"/campaigns/{campaign.pk}/")
    look("totals-rows")
    page.get_by_role("link", name="各地记录合计").click()
    look("totals-grid")
    page.get_by_role("link", name="宣传资料").click()
    look("totals-places")
    page.locator("main tr").filter(has_text="康乐县").locator("td a").first.click()
    page.get_by_text("更正经过").click()
    expect(page.get_by_text("原数抄错")).to_be_visible()
    expect(page.get_by_text("两县联合启动仪式（康乐县、永靖县）")).to_be_visible()
    look("totals-making")

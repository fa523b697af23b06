"""A register comes in from the example's own file, events reach some of its places, and the pages tell which not."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import AT, BY, PASSWORD, Cast, make_cast
from days import JUNE, file, kangle_day, kind
from playwright.sync_api import Page, expect

from bihuan.campaigns import actions as campaigns
from bihuan.demonstration.lists import DATA
from bihuan.places.models import Place

SHOTS = Path(os.environ.get("KEEP_SHOTS_IN", Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"))


@pytest.fixture
def shoot(page: Page, size: str, axe: Callable[[Page], list[Any]]) -> Callable[[str], None]:
    """Look at a page: nothing sticks out sideways, axe has nothing to say; KEEP_SHOTS=1 keeps a picture."""

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if os.environ.get("KEEP_SHOTS"):
            page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=True)
        assert wide <= 0, name
        assert axe(page) == [], name

    return look


def reach_some(cast: Cast) -> None:
    """Events at the villages and a school of Kangle."""
    day = dt.date(2023, 6, 8)
    for code, event in (("village", "entry_rural"), ("school", "entry_school")):
        for place in Place.objects.filter(kind__code=code, region__nodes__parent=cast.kangle).distinct():
            said = kangle_day(
                cast, kind=kind(event), title="安全宣传进村入校", region=place.region, place=place, start=day, end=day,
                place_words="", numbers={}, units=(),
            )  # fmt: skip
            file(cast, said)


def test_a_register_and_what_was_reached(page: Page, shoot: Callable[[str], None]) -> None:
    cast = make_cast()
    campaign = campaigns.open_campaign(
        region=cast.prefecture, name="2023年“安全生产月”", period=JUNE, book="example", by=BY, at=AT
    )
    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill("马拟稿")
    page.get_by_label("口令").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    page.goto("/places/import/")
    page.locator("input[type=file]").set_input_files(DATA / "places.csv")
    page.get_by_role("button", name="上传并预览").click()
    expect(page.locator("h1")).to_have_text("底册预览")
    shoot("places-preview")
    page.get_by_label("生效日期").fill("2023-01-01")
    page.get_by_role("button", name="写入 95 行").click()
    expect(page.locator("main")).to_contain_text("新增 95 个场所")
    reach_some(cast)
    page.goto("/places/?on=2023-06-30")
    shoot("places")
    page.goto(f"/campaigns/{campaign.pk}/coverage/")
    shoot("coverage")
    page.get_by_role("link", name="4/4").click()
    expect(page.locator("main")).to_contain_text("都到过了")
    page.goto(f"/campaigns/{campaign.pk}/coverage/{cast.yongjing.pk}/village/")
    expect(page.locator("main")).to_contain_text("刘家峡示例一村")
    shoot("covered-places")
    page.goto(f"/campaigns/{campaign.pk}/map/")
    expect(page.locator("figure")).to_contain_text("康乐县")
    shoot("map")
    page.goto(f"/places/{Place.objects.earliest('pk').pk}/merge/")
    shoot("place-merge")

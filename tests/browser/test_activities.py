"""A phone reports a consultation day while its network is cut: the draft survives, it is sent, and it is there once."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cast import PASSWORD, make_cast
from django.utils import timezone
from playwright.sync_api import BrowserContext, Error, Page, Route, expect

from bihuan.activities.models import Activity
from bihuan.figures.models import Figure
from bihuan.org.gate import local_day

SHOTS = Path(os.environ.get("KEEP_SHOTS_IN", Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"))
DAY = (local_day(timezone.now()) - dt.timedelta(1)).isoformat()  # any day that is over


@pytest.fixture
def size() -> str:
    """A phone alone: 390 px."""
    return "phone"


@pytest.fixture
def shoot(page: Page, axe: Callable[[Page], list[Any]]) -> Callable[[str], None]:
    def look(name: str) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if os.environ.get("KEEP_SHOTS"):
            page.screenshot(path=SHOTS / f"{name}-phone.png", full_page=True)
        assert wide <= 0, name
        assert axe(page) == [], name

    return look


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """What goes wrong in its scripts fails the test; that the network is cut is no fault of theirs."""
    made = context.new_page()
    wrong: list[str] = []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    yield made
    assert wrong == []


def kept_pages(page: Page) -> list[str]:
    """The pages that the browser has kept for a dead network, when it has them."""
    page.wait_for_function(
        """async () => {
          const names = (await caches.keys()).filter((name) => name.startsWith("shell:"));
          const held = names.length && await (await caches.open(names[0])).match(location.href);
          return Boolean(held);
        }"""
    )
    found = page.evaluate(
        """async () => {
          const cache = await caches.open((await caches.keys())[0]);
          const paths = (await cache.keys()).map((item) => new URL(item.url).pathname);
          return paths.filter((path) => !path.startsWith("/assets/"));
        }"""
    )
    return sorted(found)


def test_a_consultation_day_on_a_phone_whose_network_is_cut(
    page: Page, context: BrowserContext, shoot: Callable[[str], None]
) -> None:
    make_cast()
    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill("康联络")
    page.get_by_label("口令").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    page.goto("/activities/new/")
    shoot("activities-choose")
    page.get_by_role("link", name="宣传咨询日活动").click()
    form = page.locator("form[data-record]")
    assert form.locator(".record-first .row").count() <= 8
    page.get_by_label("地点").fill("胭脂湖公园百姓大舞台")
    page.get_by_label("日期", exact=False).first.fill(DAY)
    page.get_by_label("参与人数（人）").fill("2000余")
    shoot("activities-report")
    # The page is lost before it was sent: what was written is offered again.
    page.reload()
    page.get_by_role("button", name="填回").click()
    expect(page.get_by_label("参与人数（人）")).to_have_value("2000余")
    # No network at all: the page opens as it was kept, with a key of its own, and what was written is offered again.
    assert kept_pages(page) == ["/activities/new/", "/activities/new/consultation/"]
    key = page.locator("input[name=key]").input_value()
    page.get_by_label("参与人数（人）").press("End")  # written anew: the draft is the form's as it stands
    page.get_by_label("地点").fill("胭脂湖公园百姓大舞台")
    context.set_offline(True)
    page.reload()
    expect(page.get_by_text("照样可以填")).to_be_visible()
    assert page.locator("input[name=key]").input_value() != key
    page.get_by_role("button", name="填回").click()
    expect(page.get_by_label("参与人数（人）")).to_have_value("2000余")
    page.goto("/activities/new/")
    expect(page.get_by_role("link", name="宣传咨询日活动")).to_be_visible()
    page.get_by_role("link", name="宣传咨询日活动").click()
    page.get_by_role("button", name="填回").click()
    page.get_by_role("button", name="报送").click()
    expect(page.locator("[data-outbox]")).to_contain_text("已存在本机")
    shoot("activities-outbox")
    assert not Activity.objects.exists()

    # The network comes back, and is cut again when the server has it and its answer is on the way.
    cut = {"times": 1}

    def lose_the_answer(route: Route) -> None:
        if route.request.method == "POST" and cut["times"]:
            cut["times"] -= 1
            route.fetch(max_redirects=0)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/activities/new/consultation/", lose_the_answer)
    context.set_offline(False)
    expect(page.locator("[data-outbox]")).to_contain_text("已送到并入账", timeout=40_000)
    assert cut["times"] == 0
    assert Activity.objects.count() == 1
    assert Figure.objects.count() == 2  # the event itself, and who came
    assert page.evaluate("Object.keys(localStorage).filter((name) => /^(outbox|draft):/.test(name)).length") == 0
    page.locator("[data-outbox] a").click()
    expect(page.locator("blockquote.sentence")).to_contain_text("2000余人")
    shoot("activities-record")
    page.goto("/activities/")
    shoot("activities-list")
    # Who leaves takes the kept pages along: the next person at this phone finds none.
    page.locator("summary", has_text="康联络").click()
    page.get_by_role("button", name="退出").click()
    expect(page.get_by_label("口令")).to_be_visible()
    page.wait_for_function("async () => (await caches.keys()).length === 0")
    context.set_offline(True)
    with pytest.raises(Error):
        page.goto("/activities/new/")

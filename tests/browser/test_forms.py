"""A liaison fills the month's form on a phone: little is asked, a dead network loses nothing, what differs is asked."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cast import AT, BY, PASSWORD, make_cast
from playwright.sync_api import BrowserContext, Page, expect

from bihuan.statistics import actions
from bihuan.statistics.models import Return

SHOTS = Path(os.environ.get("KEEP_SHOTS_IN", Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"))


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


def test_the_form_of_a_month_on_a_phone(page: Page, context: BrowserContext, shoot: Callable[[str], None]) -> None:
    cast = make_cast()
    actions.load_examples(by=BY, at=AT)
    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill("康联络")
    page.get_by_label("口令").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    page.goto("/forms/safety-month-monthly/hand-in/?on=2023-06-15")
    fields = page.locator("form[data-record] input[inputmode=decimal]")
    first, second = fields.nth(0), fields.nth(1)
    first.fill("3")
    second.fill("2000")
    shoot("form-fill")
    # The page is lost before it was sent: what was written is offered again. Then the network dies while it is sent.
    page.reload()
    page.get_by_role("button", name="填回").click()
    expect(second).to_have_value("2000")
    context.set_offline(True)
    page.get_by_role("button", name="报送本表", exact=True).click()
    expect(page.locator("[data-outbox]")).to_contain_text("已存在本机")
    assert not Return.objects.exists()
    context.set_offline(False)
    expect(page.locator("[data-outbox]")).to_contain_text("已送到并入账", timeout=40_000)
    page.locator("[data-outbox] a").click()
    expect(page.locator("main")).to_contain_text("已报")
    shoot("form-return")
    row = Return.objects.get()
    assert (row.unit, row.first, sorted(row.given.values())) == (cast.kangle_bureau, dt.date(2023, 6, 1), ["2000", "3"])
    # A number that is none is said at its cell.
    page.goto("/forms/safety-month-monthly/hand-in/?on=2023-06-15")
    expect(second).to_have_value("2000")
    second.fill("约2000")
    page.get_by_role("button", name="报送本表", exact=True).click()
    expect(page.locator(".cell-fault")).to_be_visible()
    shoot("form-fault")

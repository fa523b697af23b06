"""A liaison hands in the report and decides it with the keyboard alone; pages looked at by axe, on PC and phone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import PASSWORD, make_cast
from playwright.sync_api import Page, expect

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLE = PROJECT / "bihuan" / "reading" / "data" / "example-report.txt"
SHOTS = PROJECT / "docs" / "screenshots"
REAL = PROJECT.parent / "shared" / "domain" / "linxia-2023-summary.txt"
MORE = "6月5日至11日，全州开展安全宣传咨询20场。力争全年发放宣传资料10万份。"
PLACE = "收到了良好的宣传效果。"

pytestmark = pytest.mark.slow


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill(name)
    page.get_by_label("口令").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_load_state()


def hand_in(page: Page, text: str) -> None:
    page.goto("/submissions/new/")
    page.get_by_label("或者粘贴正文").fill(text)
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_text("已收到")).to_be_visible()
    page.wait_for_load_state()


def shot(page: Page, size: str, name: str, *, whole: bool = False) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=whole)


def test_the_keyboard_alone_confirms_a_report(
    page: Page, site: str, size: str, axe: Callable[[Page], list[Any]]
) -> None:
    make_cast()
    sign_in(page, "周联络")
    page.goto("/submissions/new/")
    assert axe(page) == []
    shot(page, size, "hand-in")
    source = REAL if REAL.exists() else EXAMPLE
    page.get_by_label("报告文件").set_input_files(source)
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_text("已收到")).to_be_visible()
    page.wait_for_load_state()
    assert axe(page) == []
    shot(page, size, "reading")
    begun = time.monotonic()
    for number in range(1, 7):
        page.keyboard.press("y" if number % 2 else "Enter")
        expect(page.get_by_text(f"6 项，已定 {number} 项")).to_be_visible()
        if number == 3:
            shot(page, size, "reading-half")
    page.keyboard.press("t")
    expect(page.get_by_text("已提交确认")).to_be_visible()
    assert time.monotonic() - begun < 60
    assert axe(page) == []
    shot(page, size, "reading-confirmed")
    page.context.clear_cookies()
    sign_in(page, "马拟稿")
    page.goto("/submissions/")
    assert axe(page) == []
    shot(page, size, "submissions")
    page.get_by_role("link", name=source.name).click()
    page.get_by_role("button", name="采用").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("已采用。")).to_be_visible()
    page.get_by_role("link", name="组成公文").click()
    assert axe(page) == []
    page.get_by_label("签发人").select_option("王签发")
    page.get_by_role("button", name="拟成草稿").click()
    page.wait_for_url("**/papers/*/")


def test_asked_corrected_refused_and_decided_again(
    page: Page, site: str, size: str, axe: Callable[[Page], list[Any]]
) -> None:
    make_cast()
    sign_in(page, "周联络")
    text = EXAMPLE.read_text()
    assert PLACE in text
    hand_in(page, text.replace(PLACE, PLACE + MORE))
    page.keyboard.press("a")
    expect(page.get_by_text("7 项，已定 6 项")).to_be_visible()
    expect(page.get_by_text("其中 1 项要您先说明")).to_be_visible()
    shot(page, size, "reading-asked")
    page.keyboard.press("s")
    expect(page.get_by_text("7 项，已定 7 项")).to_be_visible()
    second = page.locator("[data-card]").nth(1)
    page.locator("mark").nth(1).locator("a").click()
    page.keyboard.press("u")
    expect(page.get_by_text("7 项，已定 6 项")).to_be_visible()
    page.keyboard.press("e")
    expect(second.get_by_label("数值")).to_be_focused()
    second.get_by_label("数值").fill("很多人")
    second.get_by_label("数值").press("Enter")
    expect(second.get_by_text("看不懂")).to_be_visible()
    shot(page, size, "reading-correct")
    assert axe(page) == []
    second.get_by_label("数值").fill("1.6万余人")
    second.get_by_label("说明").fill("漏了永靖县")
    second.get_by_label("说明").press("Enter")
    expect(second.get_by_text("1.6万余人")).to_be_visible()
    expect(page.locator("mark").nth(1)).to_contain_text("近1.5万人1.6万余人")
    page.locator("mark").nth(3).locator("a").click()
    fourth = page.locator("[data-card]").nth(3)
    page.keyboard.press("u")
    expect(fourth.locator(".state")).to_have_text("未定")
    page.keyboard.press("x")
    expect(fourth.locator(".state")).to_have_text("不采用")
    expect(page.locator("mark").nth(3)).to_have_class(re.compile("read--refused"))
    page.keyboard.press("?")
    expect(page.locator("#desk-keys")).to_be_visible()
    shot(page, size, "reading-keys")
    page.keyboard.press("Escape")
    shot(page, size, "reading-decided", whole=True)
    assert axe(page) == []

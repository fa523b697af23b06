"""A person's channels from the first one to its log, quiet hours and the way out, on a desk and a phone."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import PASSWORD, make_cast
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from bihuan.messages import actions
from bihuan.messages.sending import Outcome, Result

SHOTS = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"


@pytest.fixture
def shoot(page: Page, size: str, axe: Callable[[Page], list[Any]]) -> Callable[[str], None]:
    """Look at a page: nothing sticks out sideways, axe has nothing to say; KEEP_SHOTS=1 keeps a picture."""

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        if os.environ.get("KEEP_SHOTS"):
            page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
        assert axe(page) == [], name

    return look


def sign_in(page: Page, name: str) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill(name)
    page.get_by_label("口令").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    page.wait_for_load_state()


def test_a_channel_and_its_log(page: Page, shoot: Callable[[str], None]) -> None:
    cast = make_cast()
    sign_in(page, cast.leader.name)
    page.goto("/inbox/")
    page.get_by_role("link", name="我的渠道").click()
    page.get_by_label("方式").select_option("webhook")
    page.get_by_label("名称").fill("值班钩子")
    page.get_by_label("地址").fill("http://192.168.1.8/hook")
    page.get_by_label("发哪些").select_option("all")
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_text("这个地址在内网").first).to_be_visible()
    shoot("channels-inside")
    page.get_by_label("地址").fill("https://example.cn/hook/8f3a")
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_text("渠道已添加，请发一条测试消息。")).to_be_visible()
    page.get_by_role("button", name="发测试消息").click()
    expect(page.get_by_text("测试消息正在发出")).to_be_visible()
    shoot("channels")
    _some_go_out(cast.leader.pk)
    page.get_by_role("link", name="发送记录").click()
    expect(page.get_by_text("可能重复").first).to_be_visible()
    shoot("outgoing")
    sign_in(page, cast.system_admin.name)
    page.goto("/outgoing/")
    shoot("outgoing-all")
    page.get_by_role("link", name="对外发送设置").click()
    shoot("outgoing-settings")
    sign_in(page, cast.security_admin.name)
    page.goto("/quiet-hours/")
    shoot("quiet-hours")


def _some_go_out(person: int) -> None:
    """A test that went well, a message whose first attempt is unclear, one that is given up for now."""
    at = timezone.now()
    said = [
        ("康乐县报送已退回：请补充附件。", "Kangle's report was sent back."),
        ("督办事项明日到期。", "Due tomorrow."),
    ]
    with transaction.atomic():
        for number, words in enumerate(said):
            key = f"k{number}"
            actions.send(to=[person], topic=key, key=key, words=words, url="/", urgent=True, by="system:t", at=at)
    for number in range(5):
        later = at + number * dt.timedelta(minutes=3)
        for item in actions.begin(at=later, limit=9):
            outcome = (Outcome.UNCLEAR, Outcome.SENT, Outcome.SENT, Outcome.REFUSED, Outcome.REFUSED)[number]
            answer = {Outcome.UNCLEAR: "ReadTimeout", Outcome.REFUSED: "404 not found"}.get(outcome, "")
            actions.finish(results=[Result(item.outgoing, item.number, outcome, answer)], at=later)

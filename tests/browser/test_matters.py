"""One matter goes round: assigned, signed for, answered with a photo, sent back, answered again, checked by another,
closed; on a desk and on a phone, by four people."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import AT, BY, PASSWORD, make_cast
from django.utils import timezone
from playwright.sync_api import Page, expect

from bihuan.loop import actions
from bihuan.loop.actions import Said, Wanted
from bihuan.loop.models import Matter
from bihuan.org.gate import local_day

SHOTS = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 400


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


def sign_in(page: Page, name: str) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill(name)
    page.get_by_label("口令").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    page.wait_for_load_state()


def press(page: Page, verb: str, name: str) -> None:
    """Open a verb's form where it is folded, and send it."""
    form = page.locator(f"#do-{verb}")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    form.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def test_a_matter_goes_round(page: Page, shoot: Callable[[str], None]) -> None:
    cast = make_cast()
    actions.load_ladders(by=BY, at=AT)
    due = local_day(timezone.now()) + dt.timedelta(days=10)
    first = Wanted("b:0", "task", "举办“安全宣传咨询日”活动", cast.office, "主会场设在人民广场", book="example")
    others = [
        Wanted(f"b:{n}", "task", f"排查第{n}批隐患", cast.office, book="example",
               said=Said(unit=cast.kangle_bureau, owner=cast.kangle_liaison, due_on=due + dt.timedelta(days=n)))
        for n in range(1, 8)
    ]  # fmt: skip
    actions.register_many(wanted=[first, *others], by=cast.operator.by, at=timezone.now())
    pk = Matter.objects.get(key="b:0").pk

    sign_in(page, "马拟稿")
    page.goto("/matters/mine/")
    shoot("matters-mine-keeper")
    page.get_by_role("link", name="举办“安全宣传咨询日”活动").click()
    page.get_by_label("承办单位").fill("康乐县应急管理局")
    page.get_by_label("办结时限").fill(due.isoformat())
    page.get_by_label("经办人").fill("康联络")
    page.get_by_label("配合单位").fill("康乐县示范小学")
    press(page, "assign", "交办")
    expect(page.get_by_text("已交办。")).to_be_visible()

    sign_in(page, "康联络")
    shoot("desk-matters")
    page.goto(f"/matters/{pk}/")
    press(page, "sign_for", "签收")
    expect(page.get_by_text("已签收。")).to_be_visible()
    page.locator("#do-answer").get_by_label("照片").set_input_files(
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    )
    press(page, "answer", "反馈办理结果")
    expect(page.get_by_text("还没有提交").first).to_be_visible()  # without an account in words
    shoot("matter-wrong")
    page.locator("#do-answer").get_by_label("办理情况").fill("6月16日在人民广场举办，发放资料2000余份。")
    page.locator("#do-answer").get_by_label("照片").set_input_files(
        {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
    )
    press(page, "answer", "反馈办理结果")
    expect(page.get_by_role("link", name="现场.jpg")).to_be_visible()

    sign_in(page, "白核稿")
    page.goto(f"/matters/{pk}/")
    page.locator("#do-return summary").click()
    page.locator("#do-return").get_by_label("原因").fill("请补参加人数")
    press(page, "return", "退回重办")
    expect(page.get_by_text("已退回重办。")).to_be_visible()
    sign_in(page, "康联络")
    page.goto(f"/matters/{pk}/")
    page.locator("#do-answer").get_by_label("办理情况").fill("参加群众5000余人次。")
    press(page, "answer", "反馈办理结果")
    sign_in(page, "白核稿")
    page.goto(f"/matters/{pk}/")
    shoot("matter-to-check")
    press(page, "accept", "审核通过")
    sign_in(page, "马拟稿")
    page.goto(f"/matters/{pk}/")
    press(page, "close", "销号")
    expect(page.get_by_text("已销号。", exact=True)).to_be_visible()
    shoot("matter-closed")
    page.goto("/matters/")
    shoot("ledger")
    assert Matter.objects.get(pk=pk).end == "closed"

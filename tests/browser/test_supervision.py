"""The supervision room in a browser: the pages of all its things, and a few verbs, on a desk and a phone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import oversight
import pytest
from cast import BY, PASSWORD, Cast, make_cast
from playwright.sync_api import Page, expect
from rounds import on, task

from bihuan.loop import actions as loop
from bihuan.loop.models import Matter
from bihuan.supervision import actions

SHOTS = Path(os.environ.get("SHOTS", Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"))


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


def scene() -> tuple[Cast, dict[str, Any]]:
    """A mandate in force today, and one thing of each kind under it."""
    cast = make_cast()
    loop.load_ladders(by=BY, at=on(1, 1))
    basis = oversight.mandate(cast, valid_to=None)
    about = oversight.supervised(cast, basis)
    waiting = oversight.proposed(cast, basis, task(cast), although="上一项是上月的")
    loop.sweep(at=on(6, 21))
    notice = oversight.issued(cast, about)
    conclusion = oversight.concluded(cast, about)
    _look, finding = oversight.found(cast, basis)
    talk, circular = oversight.censured(cast, basis)
    loop.sweep(at=on(7, 24))
    things = {"basis": basis, "about": about, "waiting": waiting, "notice": notice, "conclusion": conclusion}
    return cast, things | {"round": finding.look.round, "talk": talk, "circular": circular}


@pytest.mark.slow
def test_the_room(page: Page, shoot: Callable[[str], None]) -> None:
    _cast, things = scene()
    basis, notice = things["basis"], things["notice"]
    sign_in(page, "马拟稿")
    for name, address in {
        "room": "/supervision/",
        "mandate": f"/supervision/mandates/{basis.pk}/",
        "round": f"/supervision/rounds/{things['round'].pk}/",
        "enter-mandate": "/supervision/mandates/new/",
        "choose-matter": "/supervision/propose/",
        "plan-round": f"/supervision/rounds/new/?mandate={basis.pk}",
        "limits": "/supervision/limits/",
        "notices": "/supervision/notices/",
        "notice": f"/supervision/notices/{notice.pk}/",
        "draft-notice": f"/supervision/notices/new/?follows={notice.pk}",
        "talk-new": f"/supervision/talks/new/?matter={things['about'].matter_id}",
        "urge": f"/supervision/matters/{things['about'].matter_id}/urge/",
        "conclude": f"/supervision/conclusions/new/?supervised={things['about'].pk}",
    }.items():
        page.goto(address)
        shoot(f"supervision-{name}")
    sign_in(page, "王签发")
    page.goto(f"/supervision/mandates/{basis.pk}/")
    page.locator(f"#supervised-{things['waiting'].pk}").get_by_role("button", name="同意列入督办").click()
    expect(page.get_by_text("已办：同意列入督办。")).to_be_visible()
    for kind in ("talk", "circular"):
        page.goto(f"/supervision/{kind}s/{things[kind].pk}/")
        shoot(f"supervision-{kind}")
    page.get_by_role("button", name="批准", exact=True).click()
    expect(page.get_by_text("已办：批准。")).to_be_visible()
    sign_in(page, "康联络")
    page.goto("/supervision/")
    shoot("supervision-unit-room")
    page.goto(f"/supervision/notices/{notice.pk}/")
    page.get_by_role("button", name="签收").click()
    page.get_by_label("办理情况").fill("已按要求举办。")
    shoot("supervision-notice-answer")
    page.get_by_role("button", name="反馈办理结果").click()
    expect(page.get_by_text("已办：反馈办理结果。")).to_be_visible()
    assert Matter.objects.get(pk=notice.matter_id).state == "answered"
    page.goto(f"/supervision/conclusions/{things['conclusion'].pk}/")
    shoot("supervision-conclusion")
    page.locator("summary", has_text="提出异议").click()
    page.get_by_label("异议的事实和理由").fill("活动已改期。")
    page.get_by_role("button", name="提出异议，申请复核").click()
    expect(page.get_by_text("已办：提出异议，申请复核。")).to_be_visible()
    shoot("supervision-objection")
    sign_in(page, "白核稿")
    page.goto(f"/supervision/conclusions/{things['conclusion'].pk}/")
    shoot("supervision-reviewer")
    page.goto(f"/supervision/notices/{notice.pk}/")
    shoot("supervision-notice-check")
    assert actions.carry_receipts(at=on(8, 1)) == 0

"""The list of next year comes in: looked at, taken, and the deadlines it touches are counted anew. Desk and phone."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import PASSWORD, make_cast
from django.utils import timezone
from playwright.sync_api import Page, expect

from bihuan.loop import actions as loop
from bihuan.workdays.official import write_official
from bihuan.workdays.queries import years
from bihuan.workdays.rules import Special

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


def next_list(year: int) -> list[Special]:
    """A list like those that are published, its holiday in the middle of a term."""
    names = {1: "元旦", 5: "劳动节", 10: "国庆节"}
    days = [dt.date(year, month, day) for month, last in ((1, 3), (5, 5), (10, 7)) for day in range(1, last + 1)]
    worked = [day for day in (dt.date(year, 1, number) for number in range(4, 12)) if day.weekday() == 6][:1]
    off = [Special(day, True, names[day.month]) for day in days]
    return off + [Special(day, False, "元旦") for day in worked]


def test_the_list_of_next_year(page: Page, shoot: Callable[[str], None], tmp_path: Path) -> None:
    cast = make_cast()
    year = years()[-1] + 1  # whatever the package covers, the one after it
    said = loop.Said(unit=cast.kangle_bureau, owner=cast.kangle_liaison, due_on=dt.date(year, 1, 6))
    wanted = loop.Wanted("walk", "task", "岁末年初隐患排查", cast.office, said=said, book="example")
    loop.register(wanted=wanted, by=cast.operator.by, at=timezone.now())
    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill("马拟稿")
    page.get_by_label("口令").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    page.goto(f"/workdays/?year={year - 1}")
    expect(page.locator("main")).to_contain_text("国务院办公厅关于")
    shoot("workdays")
    page.goto(f"/workdays/?year={year}")
    expect(page.locator("main")).to_contain_text("暂按周一至周五推算")
    file = tmp_path / "安排.xlsx"
    file.write_bytes(write_official(next_list(year), f"国务院办公厅关于{year}年部分节假日安排的通知"))
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="上传并预览").click()
    expect(page.locator("h1")).to_have_text("核对放假安排")
    shoot("workdays-preview")
    page.get_by_role("button", name="确认写入").click()
    expect(page.locator("main")).to_contain_text("放假安排已更新")
    page.goto("/matters/retiming/")
    expect(page.locator("main")).to_contain_text("岁末年初隐患排查")
    shoot("retiming")
    page.get_by_role("button", name="核定所选事项").click()
    expect(page.locator("main")).to_contain_text("已按新日历核定 1 项")
    shoot("retiming-done")

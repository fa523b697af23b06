"""A roster in, its accounts handed out, the first sign-in, and the pages of units and people, on a desk and a phone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import AT, BY, PASSWORD, Cast, make_cast
from playwright.sync_api import Page, expect
from rosters import UNIT_HEAD, workbook

from bihuan.org import actions

SHOTS = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"
HEAD = ["姓名", "手机号", "地区", "单位", "科室", "职务", "角色", "任用地区"]
ROSTER = workbook(
    单位=[UNIT_HEAD, ["康乐县", "康乐县教育局", "县教育局"], ["康乐县", "康乐县应急局", ""]],
    人员任职=[
        HEAD,
        ["马教育", "13800138001", "康乐县", "县教育局", "办公室", "科员", "联络员", ""],
        ["白应急", 13800138002, "康乐县", "康乐县应急管理局", "", "副局长", "分管领导", "康乐县"],
        ["祁错号", "1380013800", "康乐县", "康乐县应急管理局", "", "", "联络员", ""],
        ["何错地", "13800138004", "临夏", "康乐县应急管理局", "", "", "联络员", ""],
        ["周错角", "13800138005", "康乐县", "康乐县应急管理局", "", "", "系统管理员", ""],
    ],
)


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


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill(name)
    page.get_by_label("口令").fill(password)
    page.locator("main").get_by_role("button", name="登录").click()
    page.wait_for_load_state()


def test_a_roster_goes_in_and_its_people_sign_in(page: Page, shoot: Callable[[str], None], tmp_path: Path) -> None:
    make_cast()
    page.goto("/sign-in/")
    shoot("sign-in")
    sign_in(page, "系管理")
    page.goto("/org/roster/")
    shoot("roster")
    file = tmp_path / "临夏州名册.xlsx"
    file.write_bytes(ROSTER)
    page.get_by_label("名册文件").set_input_files(file)
    page.get_by_role("button", name="上传并预览").click()
    expect(page.get_by_text("人员任职!B4", exact=True)).to_be_visible()
    expect(page.get_by_text("人员任职!G6", exact=True)).to_be_visible()
    shoot("roster-preview")
    page.get_by_role("link", name="全部").click()
    page.get_by_role("row", name="单位!3").get_by_role("button", name="不导入").click()
    expect(page.get_by_role("row", name="单位!3").get_by_role("button", name="导入")).to_be_visible()
    page.get_by_label("联络员、安全管理人员开通").check()
    page.get_by_role("button", name="只写入无误的").click()
    expect(page.get_by_text("名册已写入").first).to_be_visible()
    shoot("roster-taken")
    password = page.locator("td code").first.inner_text()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载口令条").click()
    assert password in download.value.path().read_text(encoding="utf-8-sig")

    sign_in(page, "13800138001", password)
    expect(page.get_by_role("heading", name="修改口令")).to_be_visible()
    shoot("first-password")
    page.get_by_label("原口令").fill(password)
    page.get_by_label("新口令", exact=False).first.fill("weak")
    page.get_by_label("再输一遍新口令").fill("weak")
    page.locator("main").get_by_role("button", name="修改口令").click()
    expect(page.get_by_text("至少要 8 个字符").first).to_be_visible()
    page.get_by_label("原口令").fill(password)
    page.locator("#id_new").fill("Kangle-2023")
    page.get_by_label("再输一遍新口令").fill("Kangle-2023")
    page.locator("main").get_by_role("button", name="修改口令").click()
    expect(page.get_by_role("heading", name="马教育")).to_be_visible()
    shoot("account")


def test_units_and_people(page: Page, shoot: Callable[[str], None]) -> None:
    cast = _furnished()
    sign_in(page, "系管理")
    page.goto("/org/units/")
    shoot("units")
    page.goto(f"/org/units/{cast.kangle_bureau.pk}/")
    shoot("unit")
    page.goto("/org/people/?q=kll")
    expect(page.get_by_role("link", name="康联络")).to_be_visible()
    page.goto("/org/people/")
    shoot("people")
    page.get_by_role("link", name="康联络").click()
    shoot("person")
    page.get_by_role("link", name="交接").click()
    page.get_by_label("交给谁").press_sequentially("yll")
    expect(page.locator("datalist option").first).to_have_attribute("value", f"永联络（永靖县应急管理局） #{_pk(cast)}")
    page.get_by_label("交给谁").fill(f"永联络（永靖县应急管理局） #{_pk(cast)}")
    page.get_by_label("自何日起").fill("2023-06-10")
    shoot("hand-over")
    page.locator("main").get_by_role("button", name="交接").click()
    expect(page.get_by_text("已交接，角色一并移交。")).to_be_visible()
    page.goto("/org/people/new/")
    shoot("new-person")
    sign_in(page, "安管理")
    page.goto("/org/policy/")
    shoot("policy")
    sign_in(page, "审管理")
    page.goto("/org/sign-ins/")
    shoot("sign-ins")


def _furnished() -> Cast:
    import datetime as dt

    cast = make_cast()
    on = dt.date(2023, 5, 9)
    wish = {"on": on, "by": BY, "at": AT}
    actions.rename_unit(
        unit=cast.kangle_bureau, name="康乐县应急管理局（地震局）", short_name="县应急局", expected_version=1, **wish
    )
    old = actions.open_unit(region=cast.kangle, name="康乐县地震局", book="example", by=BY, at=AT)
    actions.merge_unit(unit=old, into=cast.kangle_bureau, expected_version=1, **wish)
    actions.open_unit(region=cast.kangle, name="康乐县空壳单位", book="example", by=BY, at=AT)
    section = actions.open_section(unit=cast.kangle_bureau, name="应急指挥中心", by=BY, at=AT)
    person = actions.add_person(name="丁值班", phone="13900001111", book="example", by=BY, at=AT)
    actions.appoint(person=person, unit=cast.kangle_bureau, section=section, title="值班员", **wish)
    return cast


def _pk(cast: Cast) -> int:
    return cast.yongjing_liaison.pk

"""The main job by people with a browser, from an empty installation on: the roster in, the report in, confirmed with
the keyboard, composed, edited, checked, signed off, downloaded, verified; on a PC and on a phone, axe at each page."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.utils import timezone
from playwright.sync_api import Page, expect

from bihuan.demonstration import EXAMPLE
from bihuan.history import actions as history
from bihuan.org import actions as org
from bihuan.org import queries as directory
from bihuan.org.gate import local_day
from bihuan.org.rules import Role

PROJECT = Path(__file__).resolve().parent.parent.parent
SHOTS = PROJECT / "docs" / "screenshots"
REAL = PROJECT.parent / "shared" / "domain" / "linxia-2023-summary.txt"
OWN = "Linxia-2023-{}"  # what each person chooses
HEAD = ["姓名", "手机号", "地区", "单位", "科室", "职务", "角色", "任用地区"]
OFFICE = "临夏州应急管理局"
PEOPLE = [
    ["马拟稿", "13893000001", "临夏州", OFFICE, "办公室", "科员", "工作人员", "临夏州"],
    ["白核稿", "13893000002", "临夏州", OFFICE, "办公室", "主任", "工作人员", "临夏州"],
    ["王签发", "13893000003", "临夏州", OFFICE, "", "分管领导", "分管领导", "临夏州"],
    ["周联络", "13893000004", "临夏州", OFFICE, "宣传科", "联络员", "联络员", ""],
    ["康联络", "13893000005", "康乐县", "康乐县应急管理局", "", "联络员", "联络员", ""],
]

pytestmark = pytest.mark.slow


@pytest.fixture
def shoot(page: Page, size: str, axe: Callable[[Page], list[Any]]) -> Callable[[str], None]:
    """Look at a page: nothing sticks out sideways, axe has nothing to say; KEEP_SHOTS=1 keeps a picture."""

    def look(name: str, *, whole: bool = True) -> None:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the screen"
        assert axe(page) == [], name
        if os.environ.get("KEEP_SHOTS"):
            page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=whole)

    return look


def roster(folder: Path) -> Path:
    """The workbook that a clerk would send: one sheet, nothing but what everybody has."""
    path = folder / "州安委会名册.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("名册")
    for row, values in enumerate([HEAD, *PEOPLE]):
        for column, value in enumerate(values):
            sheet.write_string(row, column, value)
    book.close()
    return path


def sign_in(page: Page, name: str, once: str = "") -> None:
    """Sign in; with a one-time password, choose one's own as the page demands."""
    page.context.clear_cookies()
    page.goto("/sign-in/")
    page.get_by_label("登录名或手机号").fill(name)
    page.get_by_label("口令").fill(once or OWN.format(name[-4:]))
    page.locator("main").get_by_role("button", name="登录").click()
    if once:
        expect(page.get_by_role("heading", name="修改口令", level=1)).to_be_visible()
        for field, value in (("old", once), ("new", OWN.format(name[-4:])), ("again", OWN.format(name[-4:]))):
            page.locator(f"input[name={field}]").fill(value)
        page.locator("main").get_by_role("button", name="修改口令").click()
        expect(page.get_by_text("口令已修改")).to_be_visible()


def installed() -> tuple[str, str]:
    """A new installation with its three administrators; gives the system administrator's name and password."""
    opened = org.first_administrators(
        region=directory.the_one_called("临夏州"),
        unit=OFFICE,
        names={Role.SYSTEM_ADMIN: "系统员", Role.SECURITY_ADMIN: "安全员", Role.AUDIT_ADMIN: "审计员"},
        on=local_day(timezone.now()),
        by="system:installation",
        at=timezone.now(),
    )
    return opened[0].account.name, opened[0].password


def test_the_whole_way(page: Page, site: str, size: str, shoot: Callable[..., None], tmp_path: Path) -> None:
    once = take_roster_in(page, shoot, tmp_path)
    confirm_report(page, shoot, once["周联络"])
    document = compose(page, shoot, once["马拟稿"])
    sign_off(page, shoot, document, once)
    verify(page, shoot, document, tmp_path)
    look_back(page, shoot)


def take_roster_in(page: Page, shoot: Callable[..., None], folder: Path) -> dict[str, str]:
    """The system administrator takes the roster in; gives everyone's one-time password, off the screen."""
    name, password = installed()
    sign_in(page, name, password)
    page.goto("/org/roster/")
    shoot("way-01-roster")
    page.get_by_label("名册", exact=False).first.set_input_files(roster(folder))
    page.get_by_role("button", name="上传并预览").click()
    expect(page.get_by_role("heading", name="名册预览")).to_be_visible()
    page.get_by_label("有角色的所有人").check()
    shoot("way-02-roster-preview")
    page.get_by_role("button", name="写入").click()
    expect(page.get_by_role("heading", name="名册已写入")).to_be_visible()
    shoot("way-03-passwords")
    rows = page.locator("tbody tr").filter(has=page.locator("code"))
    return {
        rows.nth(at).locator("th").inner_text().strip(): rows.nth(at).locator("code").inner_text()
        for at in range(rows.count())
    }


def confirm_report(page: Page, shoot: Callable[..., None], once: str) -> None:
    """The liaison hands the real report in and confirms it with the keyboard alone, in less than a minute."""
    sign_in(page, "13893000004", once)
    page.goto("/")
    shoot("way-04-desk")
    page.locator("main").get_by_role("link", name="报送一份报告").click()
    source = REAL if REAL.exists() else EXAMPLE
    page.get_by_label("报告文件").set_input_files(source)
    page.get_by_role("button", name="报送").click()
    expect(page.get_by_text("已收到")).to_be_visible()
    shoot("way-05-reading", whole=False)
    begun = time.monotonic()
    for number in range(1, 7):
        page.keyboard.press("y")
        expect(page.get_by_text(f"6 项，已定 {number} 项")).to_be_visible()
    page.keyboard.press("t")
    expect(page.get_by_text("已提交确认")).to_be_visible()
    assert time.monotonic() - begun < 60
    shoot("way-06-confirmed", whole=False)


def compose(page: Page, shoot: Callable[..., None], once: str) -> str:
    """The operator finds the report on the desk, accepts it, composes the paper and edits a sentence of it."""
    sign_in(page, "13893000001", once)
    page.goto("/")
    shoot("way-07-desk-operator")
    page.locator("main .tasks a").first.click()
    page.get_by_role("button", name="采用").click()
    page.get_by_role("dialog").locator("[data-yes]").click()
    expect(page.get_by_text("已采用").first).to_be_visible()
    history.seal(at=timezone.now())
    page.get_by_role("link", name="组成公文").click()
    page.get_by_role("button", name="拟成草稿").click()
    page.wait_for_url(re.compile(r"/papers/\d+/"))
    address = re.sub(r"[?#].*", "", page.url)
    page.goto(f"{address}edit/")
    written = page.locator(".written").filter(has=page.locator(".chip")).first
    written.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("End")
    page.keyboard.type("以上数字均可核验。")
    shoot("way-08-edit", whole=False)
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存")).to_be_visible()
    return address


def sign_off(page: Page, shoot: Callable[..., None], address: str, once: dict[str, str]) -> None:
    """Two more people: one checks, one signs."""
    sign_in(page, "13893000002", once["白核稿"])
    page.goto("/")
    page.locator("main .tasks a").first.click()
    expect(page).to_have_url(address)
    page.get_by_role("button", name="核稿通过").click()
    page.get_by_role("dialog").locator("[data-yes]").click()
    expect(page.get_by_text("已核稿，待签发。")).to_be_visible()
    sign_in(page, "13893000003", once["王签发"])
    page.goto("/inbox/")
    shoot("way-09-inbox")
    page.goto(address)
    page.get_by_role("link", name="签发", exact=True).click()
    page.get_by_role("button", name="签发并印发").click()
    expect(page.get_by_text("已签发并印发")).to_be_visible(timeout=30_000)
    shoot("way-10-issued")


def verify(page: Page, shoot: Callable[..., None], address: str, folder: Path) -> None:
    """The leader downloads the paper; a stranger uploads it and sees each number computed again."""
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 DOCX").click()
    issued = folder / "issued.docx"
    download.value.save_as(issued)
    page.context.clear_cookies()
    page.goto("/")
    shoot("way-11-public")
    page.goto("/verify/")
    page.locator("input[type=file]").set_input_files(issued)
    page.locator("main").get_by_role("button", name="核对").click()
    expect(page.get_by_text("各数与记录相符")).to_be_visible()
    shoot("way-12-verified", whole=False)


def look_back(page: Page, shoot: Callable[..., None]) -> None:
    """From a total to the words in the report in two clicks; who did what, in words."""
    sign_in(page, "13893000001")
    page.goto("/campaigns/")
    page.locator("main tbody a").first.click()
    shoot("way-13-campaign")
    page.locator("main td a.number, main td .number a").first.click()
    shoot("way-14-making")
    page.get_by_role("link", name="看原文").first.click()
    expect(page).to_have_url(re.compile(r"/submissions/\d+/#s\d+$"))
    page.goto("/history/")
    expect(page.get_by_text("入账").first).to_be_visible()
    shoot("way-15-history", whole=False)
    page.get_by_role("button", name="核验整条链").click()
    expect(page.get_by_text("逐条重算")).to_be_visible()

"""The components in a real browser: drawn, reachable, and what desk.js does when things go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cast import PASSWORD, make_cast
from playwright.sync_api import BrowserContext, Page, Route, expect

pytestmark = pytest.mark.slow
FORM = """
(attributes) => {
  document.querySelector("main").insertAdjacentHTML("beforeend",
    `<form id="probe" method="post" action="/probe/" ${attributes}>
       <label>probe <input name="probe-text"></label><input type="password" name="secret" aria-label="secret">
       <button type="submit" class="button">probe</button></form><div id="target"></div>`);
  htmx.process(document.getElementById("probe"));
}
"""


@pytest.fixture
def guide(context: BrowserContext, site: str) -> Iterator[Page]:
    """The style guide, as someone who is signed in sees it. What the content policy refuses fails the test; what the
    network does is the test's own doing here."""
    make_cast()
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto("/sign-in/?next=/styleguide/")
    page.get_by_label("登录名或手机号").fill("周联络")
    page.get_by_label("口令").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="页面部件")).to_be_visible()
    yield page
    assert wrong == []


def answering(status: int, body: str = "", **headers: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body=body, headers={"content-type": "text/html", **headers})


def test_the_style_guide_is_whole(guide: Page, size: str, axe: Callable[[Page], list[Any]]) -> None:
    assert axe(guide) == []
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert guide.evaluate(wide) <= 0, "nothing stands off the screen"
    drawn = "[...document.querySelectorAll('.icons use')].map((use) => use.getBBox().width > 0)"
    assert set(guide.evaluate(drawn)) == {True}
    small = """[...document.querySelectorAll("main .button, main input[type=text], main input[type=date], main select")]
        .filter((item) => item.getClientRects().length && item.getBoundingClientRect().height < 40).length"""
    assert size == "pc" or guide.evaluate(small) == 0
    guide.get_by_role("button", name="English").click()
    expect(guide.get_by_role("heading", name="Components of pages")).to_be_visible()
    assert axe(guide) == []


def test_keys_and_questions(guide: Page, axe: Callable[[Page], list[Any]]) -> None:
    guide.keyboard.press("?")
    keys = guide.get_by_role("dialog", name="本页的快捷键")
    expect(keys).to_contain_text("确认")
    assert axe(guide) == []
    guide.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    guide.evaluate(
        """document.querySelector("[data-key=y]").addEventListener(
             "click", (event) => { event.preventDefault(); window.pressed = 1; })"""
    )
    field = guide.locator("#id_whole-title")
    field.focus()
    guide.keyboard.press("y")
    expect(field).to_have_value("y")
    assert guide.evaluate("window.pressed") is None
    field.blur()
    guide.keyboard.press("y")
    assert guide.evaluate("window.pressed") == 1
    guide.get_by_role("button", name="作废").click()
    question = guide.get_by_role("dialog")
    expect(question).to_contain_text("确定作废吗")
    question.get_by_role("button", name="取消").click()
    assert "?" not in guide.url
    guide.get_by_role("button", name="作废").click()
    question.get_by_role("button", name="确定").click()
    guide.wait_for_url("**/styleguide/?*")


def test_a_form_is_sent_once(guide: Page) -> None:
    sent: list[str] = []

    def nothing(route: Route) -> None:
        sent.append(route.request.url)
        route.fulfill(status=204)  # the page stays as it is

    guide.route("**/probe/", nothing)
    guide.evaluate(FORM, "")
    button = guide.locator("#probe button")
    button.click()
    expect(button).to_be_disabled()
    expect(button).to_have_text("正在提交…")
    guide.evaluate("document.getElementById('probe').requestSubmit()")
    guide.wait_for_timeout(200)
    assert len(sent) == 1


@pytest.mark.parametrize("size", ["pc"], indirect=True)
def test_what_htmx_gets(guide: Page) -> None:
    tokens: list[str | None] = []
    guide.route("**/probe/", lambda route: (tokens.append(route.request.headers.get("x-csrftoken")), route.abort()))
    guide.evaluate(FORM, 'hx-post="/probe/" hx-target="#target" hx-confirm="真的吗"')
    guide.evaluate("document.querySelector('#probe button').click()")
    expect(guide.get_by_role("dialog")).to_contain_text("真的吗")
    guide.keyboard.press("Escape")
    assert tokens == []
    guide.evaluate("document.getElementById('probe').removeAttribute('hx-confirm')")
    guide.locator("#probe input[name=probe-text]").fill("写了很久的话")
    button, target, notices = (guide.locator(name) for name in ("#probe button", "#target", "#notices"))

    button.click()
    expect(notices).to_contain_text("网络不通")
    expect(button).to_be_enabled()
    assert len(str(tokens[0])) > 30

    guide.unroute("**/probe/")
    guide.route("**/probe/", answering(401))
    button.click()
    over = guide.get_by_role("dialog", name="会话已结束")
    expect(over.get_by_role("link", name="去登录")).to_have_attribute("target", "_blank")
    over.get_by_role("button", name="回到本页").click()

    guide.unroute("**/probe/")
    guide.route("**/probe/", answering(409, "<p>改动</p>", **{"HX-Retarget": "#notices", "HX-Reswap": "innerHTML"}))
    button.click()
    expect(notices).to_have_text("改动")
    expect(notices).to_be_focused()

    for status, body, says in ((422, "<p>错</p>", target), (200, "<p>好</p>", target)):
        guide.unroute("**/probe/")
        guide.route("**/probe/", answering(status, body))
        button.click()
        expect(says).to_contain_text(body[3:-4])

    for status, words in ((500, "没有办成"), (403, "没有送到")):
        guide.unroute("**/probe/")
        guide.route("**/probe/", answering(status, "<!doctype html><title>x</title>"))
        button.click()
        expect(notices).to_contain_text(words)
    expect(guide.locator("#probe input[name=probe-text]")).to_have_value("写了很久的话")

    guide.unroute("**/probe/")
    guide.route("**/probe/", answering(200, "<!doctype html><title>elsewhere</title>"))
    button.click()
    expect(guide).to_have_title("elsewhere")


@pytest.mark.parametrize("size", ["pc"], indirect=True)
def test_drafts_come_back_and_go(guide: Page) -> None:
    title, reason = guide.locator("#id_whole-title"), guide.locator("#id_whole-reason")
    title.fill("六月总结")
    reason.fill("第三段的人数\n与附表不一致")
    guide.get_by_label("记录：").first.check()
    guide.reload()
    expect(title).to_have_value("")
    guide.get_by_role("button", name="填回").click()
    expect(title).to_have_value("六月总结")
    expect(reason).to_have_value("第三段的人数\n与附表不一致")
    expect(guide.get_by_label("记录：").first).to_be_checked()
    guide.locator("form[data-keep] button[type=submit]").click()  # sent: a page comes, so the draft is done with
    guide.wait_for_url("**/styleguide/?*")
    guide.goto("/styleguide/")
    assert guide.get_by_role("button", name="填回").count() == 0
    title.fill("又一稿")
    guide.reload()
    guide.get_by_role("button", name="不要了").click()
    guide.reload()
    assert guide.get_by_role("button", name="填回").count() == 0
    title.fill("留在本机")
    guide.locator("summary.top-link").click()
    guide.get_by_role("button", name="退出登录").click()
    guide.wait_for_url("**/sign-in/**")
    assert guide.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length") == 0

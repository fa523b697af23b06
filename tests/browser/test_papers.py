"""A paper's way in a browser: edited by keyboard, taken back from Word, checked, signed off, checked by a stranger."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from cast import PASSWORD, Cast, make_cast
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from bihuan.demonstration import EXAMPLE
from bihuan.documents import queries
from bihuan.documents.models import Document
from bihuan.documents.rules import State
from bihuan.org.models import Person
from bihuan.reports import actions as reports

SHOTS = Path(__file__).resolve().parent.parent.parent / "docs" / "screenshots"

LONG = ("paper-edit", "paper-words")  # as much as the screen shows

pytestmark = pytest.mark.slow


@pytest.fixture
def people(site: str) -> Cast:
    return make_cast()


@pytest.fixture
def draft(people: Cast) -> Document:
    now = timezone.now()
    text, by = EXAMPLE.read_text(), people.liaison.by
    submission = reports.hand_in(text=text, name="总结.txt", book="example", region=people.prefecture, by=by, at=now)
    submission = reports.confirm_as_read(submission=submission, by=by, at=now)
    office = reports.People(signer=people.leader.name, marking="示例文稿·模型数据")
    return reports.compose(submission=submission, people=office, by=people.operator.by, at=now)


@pytest.fixture
def act_as(page: Page) -> Callable[[Person], None]:
    def become(person: Person) -> None:
        page.context.clear_cookies()
        page.goto("/sign-in/")
        page.get_by_label("登录名或手机号").fill(person.name)
        page.get_by_label("口令").fill(PASSWORD)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(re.compile("(?<!sign-in/)$"))

    return become


@pytest.fixture
def shoot(page: Page, size: str, axe: Callable[[Page], list[Any]]) -> Callable[[str], None]:
    """Look at a page: nothing sticks out sideways, axe has nothing to say; KEEP_SHOTS=1 keeps a picture."""

    def look(name: str) -> None:
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the screen"
        assert axe(page) == [], name
        if os.environ.get("KEEP_SHOTS"):  # codes and times differ each time: pictures are kept when asked for
            page.screenshot(path=SHOTS / f"{name}-{size}.png", full_page=name not in LONG)

    return look


def test_a_papers_way(
    page: Page,
    people: Cast,
    draft: Document,
    act_as: Callable[[Person], None],
    shoot: Callable[[str], None],
    size: str,
    tmp_path: Path,
) -> None:
    act_as(people.operator)
    page.goto("/papers/")
    shoot("papers")
    page.get_by_role("link", name=draft.title).first.click()
    expect(page.get_by_role("img", name="第 1 页")).to_be_visible()
    shoot("paper-draft")
    if size == "pc":
        page.keyboard.press("j")
    else:
        page.get_by_role("link", name="下一页").click()
    expect(page.get_by_role("img", name="第 2 页")).to_be_visible()
    page.get_by_role("link", name="文字版").click()
    shoot("paper-words")

    edit(page, draft, shoot)
    take_back(page, draft, shoot, tmp_path)

    act_as(people.checker)
    page.goto(f"/papers/{draft.pk}/")
    page.get_by_role("button", name="核稿通过").click()
    page.get_by_role("dialog").locator("[data-yes]").click()
    expect(page.get_by_text("已核稿，待签发。")).to_be_visible()

    act_as(people.leader)
    page.goto(f"/papers/{draft.pk}/")
    page.get_by_role("link", name="签发", exact=True).click()
    shoot("paper-sign")
    page.get_by_role("button", name="签发并印发").click()
    expect(page.get_by_text("已签发并印发")).to_be_visible(timeout=30_000)
    shoot("paper-issued")
    document = Document.objects.get()
    assert (document.state, document.signed_by) == (State.ISSUED, people.leader.by)

    with page.expect_download() as download:
        page.get_by_role("link", name="下载 DOCX").click()
    assert download.value.suggested_filename.endswith(f"{document.check_code}.docx")
    issued = tmp_path / "issued.docx"
    download.value.save_as(issued)

    page.context.clear_cookies()
    page.goto("/check/")
    shoot("check")
    page.get_by_label("校验码").fill(document.check_code.lower())
    page.get_by_role("button", name="查验").click()
    expect(page.get_by_text(document.number)).to_be_visible()
    shoot("checked")
    page.goto("/check/")
    page.get_by_label("收到的 PDF 或 DOCX").set_input_files(issued)
    page.get_by_role("button", name="核对文件").click()
    expect(page.get_by_text("文件与印发时完全一致")).to_be_visible()


def test_the_form_works_without_scripts(chromium: Browser, site: str, people: Cast, draft: Document) -> None:
    context = chromium.new_context(base_url=site, java_script_enabled=False, locale="zh-CN")
    plain = context.new_page()
    plain.goto("/sign-in/")
    plain.get_by_label("登录名或手机号").fill(people.operator.name)
    plain.get_by_label("口令").fill(PASSWORD)
    plain.get_by_role("button", name="登录").click()
    plain.goto(f"/papers/{draft.pk}/edit/")
    first = queries.numbers_of(draft)[0]
    field = plain.locator('textarea[name^="text:0."]').filter(has_text="⟦1:").first
    field.fill(f"不用脚本也能改，⟦1:{first.text}⟧还绑定着。")
    plain.get_by_placeholder("在这里写新的一段").first.fill("新的一段。")
    plain.get_by_role("button", name="保存", exact=True).click()
    plain.wait_for_url(re.compile("done=edited"))
    context.close()
    draft.refresh_from_db()
    paper = queries.paper(draft)
    assert f"不用脚本也能改，{first.text}还绑定着。" in paper.text()
    assert "新的一段。" in paper.text()
    assert first in paper.bounds()


def edit(page: Page, draft: Document, shoot: Callable[[str], None]) -> None:
    """Words are typed, a paragraph is divided, a number is put in a second place; chips cannot be written over."""
    before = queries.paper(draft).bounds()
    page.goto(f"/papers/{draft.pk}/edit/")
    written = page.locator(".written").filter(has=page.locator(".chip")).first
    written.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("End")
    page.keyboard.type("新写的一句,很要紧。")
    page.keyboard.press("Enter")
    page.keyboard.type("另起一段")
    page.locator("[data-insert]").first.click()
    page.keyboard.type("都来了。")
    shoot("paper-edit")
    chip = written.locator(".chip").first
    assert chip.get_attribute("contenteditable") == "false"
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存")).to_be_visible()
    draft.refresh_from_db()
    paper = queries.paper(draft)
    first = queries.numbers_of(draft)[0]
    assert "新写的一句，很要紧。" in paper.text()
    assert f"另起一段{first.text}都来了。" in paper.text()
    assert paper.bounds().count(first) == before.count(first) + 1


def take_back(page: Page, draft: Document, shoot: Callable[[str], None], folder: Path) -> None:
    """A DOCX whose number was changed in Word: shown, not taken; its words are."""
    page.goto(f"/papers/{draft.pk}/take-back/")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载草稿 DOCX").click()
    file = folder / "draft.docx"
    download.value.save_as(file)
    opened = docx.Document(io.BytesIO(file.read_bytes()))
    number = queries.numbers_of(draft)[0].text
    for node in opened.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}t"):
        if node.text == number:
            node.text = "近9万人"
        elif "新写的一句" in (node.text or ""):
            node.text = re.sub("新写的一句", "在 Word 里改过的一句", node.text)
    opened.save(str(file))
    page.get_by_label("改好的 DOCX").set_input_files(file)
    page.get_by_role("button", name="上传并比对").click()
    expect(page.get_by_text("近9万人").first).to_be_visible()
    shoot("paper-take-back")
    page.get_by_role("button", name="采纳这份文件").click()
    expect(page.get_by_text("没有确认")).to_be_visible()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="采纳这份文件").click()
    expect(page.get_by_text("已采纳传回的 DOCX")).to_be_visible()
    draft.refresh_from_db()
    text = queries.paper(draft).text()
    assert "改过的一句" in text
    assert "近9万人" not in text
    assert number in text

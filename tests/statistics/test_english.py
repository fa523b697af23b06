"""The pages in English: what is Chinese on them says so; and the list asks the same for one form and for fifty."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from cast import AT, BY, Cast, signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tables import CELLS, filed, form, laid_out

from bihuan.statistics import actions
from bihuan.statistics.models import Form
from bihuan.statistics.rules import Definition, Every

pytestmark = pytest.mark.django_db
VOID = {"input", "meta", "link", "br", "col", "img", "use", "option"}


class Chinese(HTMLParser):
    """Chinese text within main that no lang="zh-Hans" covers."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            inside = bool(self.open and self.open[-1][1])
            self.open.append((tag, inside or (tag != "html" and dict(attrs).get("lang") == "zh-Hans")))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            while self.open and self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        within = {tag for tag, _ in self.open}
        if "main" in within and not self.open[-1][1]:
            self.found += re.findall(r"[\u4e00-\u9fff]+", data)


def unmarked(text: str) -> list[str]:
    page = Chinese()
    page.feed(text)
    return page.found


def english(browser: Client) -> Client:
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def test_english_pages_mark_what_is_chinese(cast: Cast) -> None:
    version = form(cast)
    filed(cast.kangle, "launches", "场", 3)
    shipped = Form.objects.get(code="safety-month-weekly")
    browser = english(signed_in(cast.operator))
    upload = browser.post("/forms/new/", {"file": SimpleUploadedFile("表.xlsx", laid_out())})
    own = f"/forms/{version.form_id}/"
    for address in (
        "/forms/", own, f"{own}?day=2023-06-15&every=year", f"{own}cells/C4/?day=2023-06-15", f"/forms/{shipped.pk}/",
        "/forms/new/", f"/forms/new/?of={version.form_id}", "/forms/new/lines/", upload["Location"], f"{own}define/",
    ):  # fmt: skip
        text = browser.get(address).content.decode()
        assert '<html lang="en"' in text
        assert unmarked(text) == [], address
    wrong = browser.post(upload["Location"], {"r3-counts": "不存在", "name": "表", "code": "x", "every": "month"})
    assert unmarked(wrong.content.decode()) == []


def test_the_list_asks_the_same_for_one_form_and_for_fifty(cast: Cast) -> None:
    browser = signed_in(cast.leader)
    form(cast)
    with CaptureQueriesContext(connection) as few:
        browser.get("/forms/")
    body, book = Definition("进展表", Every.MONTH, CELLS[:1]), laid_out()
    for number in range(50):
        actions.define(code=f"f{number:02}", name="表", region=cast.prefecture, body=body, workbook=book, by=BY, at=AT)
    with CaptureQueriesContext(connection) as many:
        page = browser.get("/forms/").content.decode()
    assert len(many) == len(few)
    assert page.count("/forms/") >= 50
    assert "after=" in page

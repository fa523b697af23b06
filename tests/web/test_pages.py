"""All pages of a desk with something on it, as a browser gets them, in both languages."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from bihuan.components import assets
from bihuan.documents import queries as documents
from bihuan.documents.models import Document
from bihuan.documents.rules import Format
from bihuan.figures import actions as figures
from bihuan.figures import queries as figure_queries
from bihuan.figures.models import Fact, Revision
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.reading import report as reading
from bihuan.reports import queries as reports
from bihuan.reports.models import Submission
from bihuan.web.views import desk as first_page

LANGUAGES = ["zh-hans", "en"]
SIX = ["2000余人", "近1.5万人", "1500多条(块)", "8万余份", "6万余人", "870万余分"]
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
MODEL = {"zh-hans": "模型数据", "en": "Model data"}
MISSING = {"zh-hans": "没有这一页", "en": "There is no such page"}
VOID = {"meta", "link", "input", "br", "img", "hr", "wbr", "col"}
DESK, FACT = 28, 27  # queries

pytestmark = pytest.mark.slow


class Reader(HTMLParser):
    """What a page says. `own`: words of the interface, that is, outside of elements marked as Chinese data."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.own, self.marked, self.struck, self.lints = "", "", [], "", []
        self.language = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "html":
            self.language = dict(attrs)["lang"] or ""
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))
        if tag == "mark":
            self.marked.append(["", None])
        if tag == "a" and self._inside("mark"):
            self.marked[-1][1] = dict(attrs)["href"]
        if dict(attrs).get("class") == "words":
            self.lints.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._inside("mark"):
            self.marked[-1][0] += data
        if self._inside("del"):
            self.struck += data
        words = any(attributes.get("class") == "words" for _tag, attributes in self.open)
        if words:
            self.lints[-1] += data
        chinese = any(attributes.get("lang") == "zh-Hans" for tag, attributes in self.open if tag != "html")
        if not chinese and not words and not self._inside("title"):
            self.own += data

    def _inside(self, name: str) -> bool:
        return any(tag == name for tag, _attributes in self.open)

    def links(self) -> list[str]:
        return [value for _tag, attributes in self.tags if (value := attributes.get("href"))]


def get(client: Client, url: str, language: str = "zh-hans", status: int = 200) -> Reader:
    answer = client.get(url, headers={"accept-language": language})
    assert answer.status_code == status, url
    page = Reader(answer.content.decode())
    assert page.open == []
    return page


def report_url(pk: int) -> str:
    return reverse("reports:submission", args=[pk])


def fact_url(fact: Fact) -> str:
    return reverse("reports:fact", args=[fact.public_id])


def facts(what: str, book: str) -> list[Fact]:
    """The facts of a kind; figures know their book by what is behind them."""
    found = Fact.objects.filter(definition__what=what).order_by("pk")
    return [fact for fact in found if {item.figure.book for item in figure_queries.records_behind(fact)} == {book}]


def crawl(client: Client, language: str) -> Iterator[tuple[str, Any]]:
    """Every page that can be reached from the desk by links, each once whatever its query says in three ways."""
    seen: set[str] = set()
    ways: Counter[str] = Counter()
    waiting = ["/"]
    while waiting:
        url = waiting.pop().partition("#")[0]
        path = url.partition("?")[0]
        if not url.startswith("/") or url in seen or ways[path] >= 3 or path == "/sign-in/":
            continue
        seen.add(url)
        ways[path] += 1
        answer = client.get(url, headers={"accept-language": language})
        yield url, answer
        if answer["Content-Type"].startswith("text/html"):
            links = Reader(answer.content.decode()).links()
            waiting += [path + link if link.startswith("?") else link for link in links]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_every_page_leads_somewhere(done: dict[str, int], client: Client, language: str) -> None:
    """And every page is whole, in the reader's language, without code of strangers."""
    seen = []
    for url, answer in crawl(client, language):
        assert answer.status_code == 200, url
        seen.append(url)
        if not answer["Content-Type"].startswith("text/html"):
            continue
        page = Reader(answer.content.decode())
        assert page.open == [], url
        assert page.language == {"zh-hans": "zh-Hans", "en": "en"}[language]
        assert language == "zh-hans" or CHINESE.findall(page.own) == [], (url, page.own)
        assert {"i", "style"} & {tag for tag, _attributes in page.tags} == set(), url
        scripts = [attributes for tag, attributes in page.tags if tag == "script"]
        assert [True for item in scripts if not str(item.get("src", "")).startswith("/assets/")] == [], url
        names = {name for _tag, attributes in page.tags for name in attributes}
        assert [name for name in names if name == "style" or name.startswith("on")] == [], url
    rooms = ("facts", "papers", "submissions", "campaigns", "org/units", "org/people", "history", "inbox")
    assert [room for room in rooms if not any(url.startswith(f"/{room}/") for url in seen)] == []
    figures = {fact_url(fact) for fact in Fact.objects.filter(definition__what="figure")}
    assert figures <= set(seen), "each number of a report whose paper is made opens to what makes it"
    assert len(figures) == 70


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "url", ["/submissions/999999/", f"/submissions/{9**40}/", "/facts/nosuchfact/", "/facts/%00/", "/x", "/papers/0/"]
)
def test_what_is_not_there_is_said_in_words(done: dict[str, int], client: Client, language: str, url: str) -> None:
    page = get(client, url, language, 404)
    assert MISSING[language] in page.text
    assert language == "zh-hans" or CHINESE.findall(page.own) == []


def test_model_data_is_marked_wherever_it_shows_and_nowhere_else(done: dict[str, int], client: Client) -> None:
    model, real = [report_url(done["few"])], [report_url(done["many"])]
    for what in ("figure", "statement", "total", "remainder"):
        model += [fact_url(fact) for fact in facts(what, "example")]
        real += [fact_url(fact) for fact in facts(what, "")[:5]]
    assert len(model) == 15
    assert len(real) > 6
    for language, words in MODEL.items():
        assert [url for url in model if words not in get(client, url, language).own] == []
        # The people and units of the demonstration are models all the same; facts show none.
        assert [url for url in real[1:] if words in get(client, url, language).text] == []


def test_the_six_figures_are_marked_and_open(done: dict[str, int], client: Client) -> None:
    marked = [mark[0] for mark in get(client, report_url(done["few"])).marked]
    assert sorted(marked) == sorted(SIX)
    for fact in facts("figure", "example"):
        page = get(client, fact_url(fact))
        assert fact.printed in SIX
        assert "与记录相符" in page.text
        assert [fact.printed] == [mark[0] for mark in page.marked], "the words in the source"


@pytest.mark.parametrize("language", LANGUAGES)
def test_lints_speak_the_readers_language(
    done: dict[str, int], client: Client, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_LANG", "zh" if language == "en" else "en")
    lints = reading.read(Submission.objects.get(pk=done["few"]).text).lints
    assert len(lints) == 4
    page = get(client, report_url(done["few"]), language).text
    assert [lint.code for lint in lints if (lint.en if language == "en" else lint.zh) not in page] == []
    assert [lint.code for lint in lints if (lint.zh if language == "en" else lint.en) in page] == []
    assert say("中", "en") == ("中" if language == "en" else "en"), "the process speaks as before"


def test_the_foreign_tail_is_struck_out(done: dict[str, int], client: Client) -> None:
    text = Submission.objects.get(pk=done["few"]).text
    start = text.index("窗外的石榴树")
    struck = get(client, report_url(done["few"])).struck
    assert re.sub(r"\s", "", struck) == re.sub(r"\s", "", text[start:])
    assert get(client, report_url(done["many"])).struck == ""


def test_what_a_report_says_is_never_code(done: dict[str, int], client: Client) -> None:
    total = next(fact for fact in facts("total", "") if len(fact.sources) == 64)
    for url in (report_url(done["many"]), fact_url(total)):
        assert "<script>alert" in get(client, url).text
    assert "<i>长报告.txt" in get(client, reverse("reports:submissions")).text


def test_a_later_change_is_named(done: dict[str, int], client: Client) -> None:
    (fact,) = [fact for fact in facts("figure", "example") if fact.printed == "2000余人"]
    (revision,) = Revision.objects.filter(figure=fact.definition["figure"]).select_related("figure", "occasion")
    content = replace(figures.content_of(revision), printed="2100余人", value=reports.read_back("2100余人"))
    at, by = revision.entry.at, org.account_called("nigao").person.by
    with transaction.atomic():
        figures.correct(figure=revision.figure, expected_version=1, content=content, by=by, at=at)
        pages = {language: get(client, fact_url(fact), language) for language in LANGUAGES}
        figures.withdraw(figure=revision.figure, expected_version=2, by=by, at=at)
        withdrawn = get(client, fact_url(fact), "en")
        transaction.set_rollback(True)
    for page in pages.values():
        assert re.search(r"2000余人\s+→\s+2100余人\s+示例·拟稿", page.text)
    assert CHINESE.findall(pages["en"].own) == []
    assert re.search(r"2000余人\s+→\s+\(withdrawn\)\s+示例·拟稿", withdrawn.text)
    assert "与记录相符" in get(client, fact_url(fact)).text


# -- the public check ------------------------------------------------------------------------------------------------


def issued(done: dict[str, int]) -> bytes:
    return documents.printed(Document.objects.get(key=f"summary:{done['few']}"), Format.DOCX)


def upload(content: bytes, language: str = "zh-hans") -> tuple[int, Reader]:
    """The answer to an upload by someone who is not signed in."""
    file = SimpleUploadedFile("公文.docx", content)
    answer = Client().post(reverse("reports:verify"), {"file": file}, headers={"accept-language": language})
    return answer.status_code, Reader(answer.content.decode())


def test_a_paper_is_verified_by_upload(done: dict[str, int]) -> None:
    status, page = upload(issued(done))
    assert status == 200
    assert "各数与记录相符" in page.text
    assert [printed for printed in SIX if printed not in page.text] == []
    assert "没有绑定来处" not in page.text
    status, page = upload(issued(done), "en")
    assert "Every number agrees" in page.text
    assert CHINESE.findall(page.own) == []


def test_a_number_changed_in_the_file_is_named(done: dict[str, int]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(issued(done))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"870", b"970", 1) if name == "word/document.xml" else data)
    status, page = upload(out.getvalue())
    assert status == 200
    assert "有数与记录不符" in page.text
    assert "原印“870万余分”" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"%PDF-1.7", b"<html>", b"\xd0\xcf\x11\xe0" * 200])
def test_what_is_no_paper_is_refused_in_a_sentence(done: dict[str, int], content: bytes, language: str) -> None:
    status, page = upload(content, language)
    assert status == 422
    assert "各数与记录相符" not in page.text
    assert language == "zh-hans" or CHINESE.findall(page.own) == []


# -- queries ---------------------------------------------------------------------------------------------------------


def test_the_desk_asks_a_fixed_number_of_times(
    done: dict[str, int], client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        get(Client(), "/")
    with django_assert_num_queries(DESK):
        get(client, "/")


@pytest.mark.parametrize("records", [1, 8, 64])
def test_a_fact_asks_the_same_for_any_number_of_records(
    done: dict[str, int], client: Client, django_assert_num_queries: DjangoAssertNumQueries, records: int
) -> None:
    book = "example" if records == 1 else ""
    fact = next(fact for fact in facts("total", book) if len(fact.sources) == records)
    with django_assert_num_queries(FACT):
        page = get(client, fact_url(fact))
    assert len(page.marked) == records


# -- language --------------------------------------------------------------------------------------------------------


def test_the_switch_works_without_script_and_is_remembered(done: dict[str, int]) -> None:
    client = Client(enforce_csrf_checks=True)
    page = get(client, "/", "zh-CN")
    (form,) = [attributes for tag, attributes in page.tags if tag == "form"]
    fields = {a["name"]: a["value"] for tag, a in page.tags if tag == "input"}
    buttons = {a["value"]: "aria-current" in a for tag, a in page.tags if a.get("name") == "language"}
    assert form["method"] == "post"
    assert buttons == {"zh-hans": True, "en": False}
    answer = client.post(str(form["action"]), {**fields, "language": "en"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    cookie = answer.cookies["language"]
    assert (cookie["max-age"], cookie["samesite"], cookie["httponly"]) == (365 * 24 * 3600, "Lax", True)
    page = get(client, "/", "zh-CN")
    assert "Check a paper" in page.text
    fields = {a["name"]: a["value"] for tag, a in page.tags if tag == "input"}
    client.post(str(form["action"]), {**fields, "language": "zh-hans"})
    assert "核对公文" in get(client, "/", "en").text


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_the_switch_leads_nowhere_else(done: dict[str, int], client: Client, elsewhere: str) -> None:
    answer = client.post(reverse("web:language"), {"language": "en", "next": elsewhere})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("language", ["fr", "x" * 600, "../en", ""])
def test_a_language_that_is_not_spoken_changes_nothing(done: dict[str, int], client: Client, language: str) -> None:
    client.post(reverse("web:language"), {"language": language, "next": "/"})
    assert "等我办的" in get(client, "/", "zh-CN").text


def test_a_foreign_form_is_refused_in_words(done: dict[str, int]) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("web:language"), {"language": "en"}, headers={"accept-language": "en"})
    assert answer.status_code == 403
    assert "Allow its cookies" in answer.content.decode()
    assert "language" not in answer.cookies


# -- errors and headers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "数据库暂时连不上"), ("en", "database cannot be reached")])
def test_without_a_database_a_page_says_so(
    done: dict[str, int], client: Client, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    def gone(*_args: object, **_options: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(first_page, "desk_page", gone)
    client.raise_request_exception = False
    page = get(client, "/", language, 500)
    assert words in page.text
    assert "refused" not in page.text


def test_a_wrong_host_is_refused_in_words(done: dict[str, int], client: Client) -> None:
    answer = client.get("/", headers={"host": "evil.example", "accept-language": "en"})
    assert answer.status_code == 400
    assert "host name is wrong" in answer.content.decode()


def test_every_answer_tells_the_browser_what_it_may_not_do(
    done: dict[str, int], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    css = reverse("web:asset", args=[assets.asset("desk.css").name])
    answers = [client.get(url) for url in ("/", report_url(done["few"]), "/x", css)]
    monkeypatch.setattr(first_page, "desk_page", None)
    answers += [client.get("/"), client.get("/", headers={"host": "evil.example"}), client.post("/")]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 200, 500, 400, 405]
    for answer in answers:
        policy = dict(part.split(" ", 1) for part in answer["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert "unsafe" not in answer["Content-Security-Policy"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"


def test_a_style_sheet_is_kept_until_it_changes(done: dict[str, int], client: Client) -> None:
    name = assets.asset("desk.css").name
    answer = client.get(reverse("web:asset", args=[name]))
    assert answer["Content-Type"].startswith("text/css")
    assert "immutable" in answer["Cache-Control"]
    assert "max-age=31536000" in answer["Cache-Control"]
    other = re.sub(r"\.[0-9a-f]{16}\.", f".{'0' * 16}.", name)
    assert other != name
    for missing in (other, "desk.css", "../settings.py"):
        gone = client.get(f"/assets/{missing}")
        assert gone.status_code == 404
        assert "immutable" not in gone.get("Cache-Control", "")

"""The shell of every page, error pages, refusals, in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from cast import make_cast, signed_in
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation

from bihuan.components.middleware import Refusals, readers_language
from bihuan.components.refused import came_from
from bihuan.components.shell import NavigationEntry, Shell
from bihuan.lib.refusals import Refusal
from bihuan.org.access import NotThere

LANGUAGES = ["zh-hans", "en"]
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
VOID = {"meta", "link", "input", "br"}
SHELL = Shell(
    language_url="/language/",
    sign_out_url="/sign-out/",
    account_url="/me/",
    inbox_url="/inbox/",
    person="<b>马样例",
    unit="样例县应急管理局",
    unread=3,
)
NAVIGATION = [NavigationEntry("A", "/a/", "house"), NavigationEntry("B", "/b/", "files", current=True, count=4)]


class Own(HTMLParser):
    """The words of the interface: outside of elements that are marked as Chinese data, attributes included."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.own = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.elements.append((tag, attributes))
        if tag not in VOID:
            self.open.append((tag, attributes))
        if not any(a.get("lang") == "zh-Hans" for tag, a in self.open if tag != "html"):
            for name in (
                "title",
                "aria-label",
                "placeholder",
                "alt",
                *(n for n in attributes if n.startswith("data-")),
            ):
                self.own += (attributes.get(name) or "") if name != "data-reader" else ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if not any(a.get("lang") == "zh-Hans" for tag, a in self.open if tag != "html"):
            self.own += data


def page(template: str = "components/page.html", language: str = "zh-hans", **context: Any) -> Own:
    with translation.override(language):
        parts = Own(render_to_string(template, context))
    assert parts.open == []
    return parts


# -- the shell -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", ["components/page.html", "components/public.html"])
@pytest.mark.parametrize("context", [{}, {"shell": SHELL, "navigation": NAVIGATION}], ids=["bare", "whole"])
def test_the_shell_needs_nothing_and_speaks_one_language(template: str, language: str, context: dict[str, Any]) -> None:
    parts = page(template, language, **context)
    assert {"main", "header", "footer"} <= {tag for tag, _attributes in parts.elements}
    assert ("a", {"class": "skip", "href": "#main"}) in parts.elements
    if language == "en":
        assert CHINESE.findall(parts.own) == []
    links = [attributes["href"] for tag, attributes in parts.elements if tag == "a"]
    assert all(links), "no link without an address"


def test_the_readers_own_navigation_is_shown() -> None:
    parts = page(shell=SHELL, navigation=NAVIGATION)
    links = {attributes["href"]: attributes for tag, attributes in parts.elements if tag == "a"}
    assert {"/a/", "/b/", "/me/", "/inbox/"} <= set(links)
    assert links["/b/"]["aria-current"] == "page"
    assert "aria-current" not in links["/a/"]
    forms = [attributes["action"] for tag, attributes in parts.elements if tag == "form"]
    assert sorted(map(str, forms)) == ["/language/", "/sign-out/"]
    assert "b" not in {tag for tag, _attributes in parts.elements}, "a name is never code"


def test_a_public_page_has_neither_navigation_nor_person() -> None:
    parts = page("components/public.html", shell=SHELL, navigation=NAVIGATION)
    assert "nav" not in {tag for tag, _attributes in parts.elements}
    assert [a["action"] for tag, a in parts.elements if tag == "form"] == ["/language/"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_needs_no_context(status: str, language: str) -> None:
    parts = page(f"{status}.html", language)
    assert status[:3] in parts.own
    if language == "en":
        assert CHINESE.findall(parts.own) == []


# -- refusals ----------------------------------------------------------------------------------------------------------


class Stale(Refusal):
    status = 409


class Bad(Refusal):
    pass


class Often(Refusal):
    status = 429


class Gone(Refusal):
    status = 404


def raising(refusal: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise refusal

    return view


REFUSALS = {
    kind.__name__.lower(): kind(kind.__name__.lower(), "文号<b>已被用过，请刷新", "the number<b> was used, reload")
    for kind in (Stale, Bad, Often, Gone)
} | {"notthere": NotThere()}
urlpatterns = [path(f"{name}/", raising(refusal)) for name, refusal in REFUSALS.items()]
urlpatterns += [
    path("broken/", raising(RuntimeError("no"))),
    path(
        "said/", lambda request: render(request, "components/page.html", {"notice": {"tone": "good", "words": "<i>"}})
    ),
]


@pytest.fixture
def addresses(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    options = {"context_processors": ["django.template.context_processors.request"]}
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"OPTIONS": options}]


@pytest.mark.usefixtures("addresses")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "status"), [("stale", 409), ("bad", 422), ("often", 429), ("gone", 404), ("notthere", 404)]
)
def test_a_refusal_becomes_a_page(name: str, status: int, language: str) -> None:
    answer = Client().get(f"/{name}/", headers={"accept-language": language})
    parts = Own(answer.content.decode())
    assert answer.status_code == status
    said = REFUSALS[name].zh if language == "zh-hans" else REFUSALS[name].en
    assert said in parts.own
    assert "b" not in {tag for tag, _attributes in parts.elements}
    assert language == "zh-hans" or CHINESE.findall(parts.own) == []
    assert "components" not in parts.own


@pytest.mark.usefixtures("addresses")
@pytest.mark.parametrize("name", ["stale", "bad", "often", "gone", "notthere"])
def test_htmx_gets_a_notice_for_the_top_of_the_page(name: str) -> None:
    answer = Client().get(f"/{name}/", headers={"HX-Request": "true"})
    assert answer.status_code == REFUSALS[name].status  # type: ignore[attr-defined]
    assert (answer["HX-Retarget"], answer["HX-Reswap"]) == ("#notices", "innerHTML")
    html = answer.content.decode()
    assert 'role="alert"' in html
    assert "<html" not in html
    assert "<b>" not in html


@pytest.mark.usefixtures("addresses")
def test_a_fault_is_no_refusal() -> None:
    answer = Client(raise_request_exception=False).get("/broken/")
    assert answer.status_code == 500
    assert "没有改动任何数据" in answer.content.decode()
    assert Refusals(lambda request: HttpResponse()).process_exception(HttpRequest(), RuntimeError()) is None


@pytest.mark.usefixtures("addresses")
def test_a_notice_in_the_context_is_shown() -> None:
    html = Client().get("/said/").content.decode()
    assert "notice--good" in html
    assert "<i>" not in html


@pytest.mark.parametrize(
    ("referrer", "expected"),
    [("http://testserver/a/?b=1", True), ("https://evil.example/", False), ("", False), ("javascript:alert(1)", False)],
)
def test_the_way_back_stays_on_this_site(referrer: str, expected: bool) -> None:
    request = RequestFactory().get("/", headers={"referer": referrer})
    assert came_from(request) == (referrer if expected else "")


def test_pages_tell_times_by_the_campaigns_clock() -> None:
    from django.utils import timezone

    seen = []
    request = RequestFactory().get("/")
    readers_language(lambda _request: seen.append(timezone.get_current_timezone_name()) or HttpResponse())(request)  # type: ignore[func-returns-value]
    assert seen == ["Asia/Shanghai"]


# -- the style guide ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_style_guide_is_for_those_who_are_signed_in(language: str) -> None:
    assert Client().get("/styleguide/").status_code == 302
    answer = signed_in(make_cast().idle).get("/styleguide/", headers={"accept-language": language})
    parts = Own(answer.content.decode())
    assert answer.status_code == 200
    assert parts.open == []
    assert language == "zh-hans" or CHINESE.findall(parts.own) == []
    ids = [attributes["id"] for _tag, attributes in parts.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))

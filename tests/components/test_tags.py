"""The tag library: each tag renders, escapes what is handed in, and refuses what makes no sense."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import TemplateSyntaxError, engines
from django.utils import timezone, translation

from bihuan.components.paging import Page
from bihuan.components.steps import Step
from bihuan.components.templatetags.components import register
from bihuan.components.timeline import Moment

ROOM = Path(__file__).resolve().parent.parent.parent / "bihuan" / "components"
HOSTILE = "<script>alert(1)</script>\"' onload=x &amp;"
AT = dt.datetime(2026, 6, 8, 16, 30, tzinfo=dt.UTC)  # half past midnight of the 9th, over there
VOID = {"input", "meta", "link", "br"}


class SomeForm(forms.Form):
    text = forms.CharField(label=HOSTILE, help_text=HOSTILE)
    way = forms.ChoiceField(label=HOSTILE, choices=[("a", HOSTILE)], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label=HOSTILE)
    file = forms.FileField(label=HOSTILE, help_text=HOSTILE)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_text(self) -> str:
        raise forms.ValidationError(HOSTILE)


# Every tag, with hostile text wherever it takes text.
USES = {
    "asset_url": '{% asset_url "desk.css" %}',
    "icon": '{% icon "check" %}{% icon "check" x %}',
    "model_tag": "{% model_tag %}",
    "said": "{% said x x %}",
    "marked": "{% marked x %}",
    "person": "{% person x model=True %}",
    "unit": "{% unit x model=True %}",
    "state_tag": '{% state_tag x "warn" %}',
    "light": '{% light "red" x %}',
    "number": '{% number x url=x kind="total" model=True title=x %}{% number None %}',
    "when": "{% when at %}{% when at.date %}{% when None %}",
    "button": '{% button x kind="danger" name=x value=x key=x confirm=x icon_name="check" %}',
    "page_head": "{% page_head x lead=x back_url=x back_text=x chinese=True model=True %}{{ x }}{% end_page_head %}",
    "filter_bar": "{% filter_bar action=x clear_url=x label=x %}{{ x }}{% end_filter_bar %}",
    "form_row": "{% for field in form %}{% form_row field chinese=True %}{% endfor %}",
    "form_errors": "{% form_errors form %}",
    "upload": "{% upload form.file accept=x hint=x %}",
    "list_table": '{% list_table x visible_caption=True %}<tbody><tr><td data-label="">{{ x }}</td></tr></tbody>{% end_list_table %}',  # noqa: E501
    "pager": "{% pager page %}",
    "empty_state": "{% empty_state x hint=x %}{{ x }}{% end_empty_state %}",
    "notice": '{% notice "bad" title=x %}{{ x }}{% end_notice %}',
    "stepper": "{% stepper steps %}",
    "timeline": "{% timeline entries %}",
}


class Parts(HTMLParser):
    """Tags that are open at the end, elements by name, words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def names(self) -> set[str]:
        return {tag for tag, _attributes in self.elements}


def render(text: str, **context: Any) -> str:
    with timezone.override("Asia/Shanghai"):
        return engines["django"].from_string("{% load i18n components %}" + text).render(context)


def hostile_context() -> dict[str, Any]:
    return {
        "x": HOSTILE,
        "at": AT,
        "form": SomeForm({"text": "a", "way": "b"}),
        "page": Page((), "?before=" + HOSTILE, "?after=" + HOSTILE),
        "steps": [Step(HOSTILE, "done", HOSTILE, AT), Step(HOSTILE, "now"), Step(HOSTILE, "todo")],
        "entries": [Moment(AT, HOSTILE, HOSTILE, HOSTILE, HOSTILE, "bad")],
    }


def test_every_tag_is_used_here_and_shown_in_the_style_guide() -> None:
    assert set(USES) == set(register.tags)
    shown = (ROOM / "templates" / "components" / "styleguide.html").read_text()
    shown = re.sub(r"{% verbatim %}.*?{% endverbatim %}", "", shown, flags=re.S)
    shell = (ROOM / "templates" / "components" / "base.html").read_text()
    missing = [name for name in register.tags if f"{{% {name} " not in shown and f"{{% {name} %}}" not in shown]
    assert [name for name in missing if f"{{% {name} " not in shell] == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", sorted(USES))
def test_what_is_handed_in_is_never_code(name: str, language: str) -> None:
    with translation.override(language):
        html = render(USES[name], **hostile_context())
    parts = Parts(html)
    assert html.strip()
    assert parts.open == []
    assert "script" not in parts.names()
    for tag, attributes in parts.elements:
        assert [word for word in attributes if word.startswith("on") or word == "style"] == [], tag
    if name not in ("asset_url", "icon", "model_tag", "when", "pager"):
        assert "<script>alert(1)" in parts.words + "".join(str(a) for _t, a in parts.elements)


@pytest.mark.parametrize(
    "text",
    [
        '{% asset_url "nothing.css" %}',
        '{% icon "no-such-icon" %}',
        '{% person "" %}',
        "{% person nobody.name %}",
        "{% unit None %}",
        '{% state_tag "a" "purple" %}',
        '{% state_tag "" "good" %}',
        '{% light "purple" "a" %}',
        '{% light "red" "" %}',
        "{% light colour reason %}",
        '{% number "" %}',
        '{% number "3" kind="guess" %}',
        '{% when "2026-06-08" %}',
        '{% button "" %}',
        '{% button "a" kind="huge" %}',
        '{% button "a" icon_name="no-such-icon" %}',
        '{% page_head "" %}{% end_page_head %}',
        '{% page_head "a" back_url="/" %}{% end_page_head %}',
        '{% form_row "name" %}',
        "{% form_row form.nothing %}",
        "{% form_errors 3 %}",
        "{% upload form.text %}",
        '{% list_table "" %}{% end_list_table %}',
        '{% list_table "a" %}<td>1</td>{% end_list_table %}',
        '{% list_table "a" %}<td>data-label=</td>{% end_list_table %}',
        "{% pager 3 %}",
        '{% empty_state "" %}{% end_empty_state %}',
        '{% notice "loud" %}{% end_notice %}',
        "{% stepper steps_missing %}",
        "{% stepper entries %}",
        "{% stepper odd_steps %}",
        "{% timeline steps %}",
    ],
)
def test_a_wrong_argument_is_loud(text: str) -> None:
    context = hostile_context() | {"odd_steps": [Step("a", "later")]}  # type: ignore[arg-type]
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        render(text, **context)


@pytest.mark.parametrize("text", ["{% notice %}", '{% notice "good" %}', '{% number kind="total" %}', "{% light %}"])
def test_a_tag_that_is_not_whole_is_no_template(text: str) -> None:
    with pytest.raises((TemplateSyntaxError, TypeError)):
        render(text)


# -- what each says ----------------------------------------------------------------------------------------------------


def test_a_light_says_its_colour_and_reason_in_words() -> None:
    for colour, words in {"green": "绿灯", "yellow": "黄灯", "red": "红灯", "grey": "未亮灯"}.items():
        assert re.sub(r"\s+", " ", Parts(render("{% light c 'r' %}", c=colour)).words) == f"{words} r"


def test_a_number_opens_only_with_an_address_and_tells_its_kind() -> None:
    with_url, without = (
        render('{% number "8万余份" url="/facts/a/" kind="statement" %}'),
        render('{% number "8万余份" %}'),
    )
    (link,) = [attributes for tag, attributes in Parts(with_url).elements if tag == "a"]
    assert (link["href"], link["title"], link["lang"]) == ("/facts/a/", "上报数", "zh-Hans")
    assert "a" not in Parts(without).names()
    assert "模" not in with_url
    assert "模" in render('{% number "8" model=True %}')


def test_a_moment_is_told_by_the_campaigns_clock() -> None:
    assert Parts(render("{% when at %}", at=AT)).words == "2026-06-09 00:30"
    assert Parts(render("{% when at %}", at=AT.date())).words == "2026-06-08"


def test_a_field_names_its_help_and_its_errors() -> None:
    parts = Parts(render("{% form_row form.text %}", form=SomeForm({"text": "a"})))
    ids = {attributes["id"] for _tag, attributes in parts.elements if attributes.get("id")}
    (control,) = [attributes for tag, attributes in parts.elements if tag == "input"]
    assert control["aria-invalid"] == "true"
    assert set(str(control["aria-describedby"]).split()) == {"id_text_helptext", "id_text_error"} <= ids
    (label,) = [attributes for tag, attributes in parts.elements if tag == "label"]
    assert label["for"] == control["id"]


def test_a_group_of_choices_has_a_legend_and_its_errors() -> None:
    parts = Parts(render("{% form_row form.way %}", form=SomeForm({})))
    assert {"fieldset", "legend"} <= parts.names()
    (group,) = [attributes for tag, attributes in parts.elements if tag == "fieldset"]
    assert group["aria-describedby"] == "id_way_error"
    assert "id_way_error" in {attributes.get("id") for _tag, attributes in parts.elements}


def test_an_upload_keeps_its_help_errors_and_hint_together() -> None:
    parts = Parts(render('{% upload form.file accept=".txt" hint="h" %}', form=SomeForm({})))
    (control,) = [attributes for tag, attributes in parts.elements if tag == "input"]
    named = set(str(control["aria-describedby"]).split())
    assert named == {"id_file_hint", "id_file_helptext", "id_file_error"}
    assert named <= {attributes.get("id") for _tag, attributes in parts.elements}
    assert control["accept"] == ".txt"


def test_the_summary_of_errors_leads_to_each_field() -> None:
    form = SomeForm({"hidden": "x"})
    parts = Parts(render("{% form_errors form %}", form=form))
    links = [attributes["href"] for tag, attributes in parts.elements if tag == "a"]
    assert links == ["#id_text", "#id_way", "#id_agreed", "#id_file"]
    targets = Parts("".join(str(field) for field in form))
    ids = {attributes.get("id") for _tag, attributes in targets.elements}
    assert {link[1:] for link in map(str, links)} <= ids
    assert render("{% form_errors form %}", form=SomeForm()).strip() == ""


def test_a_list_has_a_caption_and_a_pager_only_what_there_is() -> None:
    table = Parts(render('{% list_table "报送" %}<tr><td data-label="a">1</td></tr>{% end_list_table %}'))
    assert "caption" in table.names()
    assert render("{% pager page %}", page=Page((), "", "")).strip() == ""
    only_next = Parts(render("{% pager page %}", page=Page((), "", "?after=x")))
    assert [attributes["rel"] for tag, attributes in only_next.elements if tag == "a"] == ["next"]


def test_the_step_at_hand_is_marked() -> None:
    steps = [Step("拟稿", "done", "甲", AT), Step("核稿", "now"), Step("签发", "todo")]
    parts = Parts(render("{% stepper steps %}", steps=steps))
    marked = [attributes for tag, attributes in parts.elements if tag == "li"]
    assert [attributes.get("aria-current") for attributes in marked] == [None, "step", None]
    assert "已办" in parts.words
    assert "2026-06-09 00:30" in parts.words

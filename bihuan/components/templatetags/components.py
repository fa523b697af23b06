"""{% load components %}: what pages are built from. /styleguide/ shows each one with its states.

Text goes in plain and is escaped here; a translated literal is written `_("中文")`. A wrong argument raises: a page
that would show nonsense is not shown. Names, places and printed numbers are Chinese data and say so by lang="zh-Hans",
so that an English page is read out rightly.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, Literal, get_args

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, FileInput
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bihuan.components import icons
from bihuan.components.assets import asset
from bihuan.components.steps import Step
from bihuan.components.timeline import Moment
from bihuan.lib.words import english, say

register = template.Library()

Tone = Literal["plain", "info", "good", "warn", "bad"]
Colour = Literal["green", "blue", "yellow", "orange", "red", "grey"]
NumberKind = Literal["record", "statement", "total", "remainder"]
ButtonKind = Literal["primary", "plain", "danger"]
_TONE_ICONS = {"plain": "info", "info": "info", "good": "circle-check", "warn": "triangle-alert", "bad": "circle-alert"}


def _one_of(value: object, kinds: Any, what: str) -> None:
    if value not in get_args(kinds):
        raise ValueError(f"{what} is one of {', '.join(get_args(kinds))}, not {value!r}")


def _words(value: object, what: str) -> str:
    """The text of an argument; a missing variable of a template arrives as "" and is refused."""
    if value is None or value == "":
        raise ValueError(f"{what} is empty")
    return str(value)


# -- small marks within a line ---------------------------------------------------------------------------------------


@register.simple_tag
def asset_url(file: str) -> str:
    """The address under which the present content of an asset is served.

    Raises:
        KeyError: there is no such file.
    """
    return asset(file).url


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. Beside words it is decoration; alone it needs a `label`."""
    if name not in icons.names():
        raise ValueError(f"there is no icon {name!r}")
    address = f"{asset('icons.svg').url}#{name}"
    if label:
        return format_html('<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, address)
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', address)


_HAN = re.compile(r"([\u3400-\u9fff\u3001-\u303f\uff00-\uffef]+)")


@register.simple_tag
def marked(sentence: str) -> SafeString:
    """A sentence; where it is English, the Chinese names in it say that they are Chinese."""
    if not english():
        return conditional_escape(sentence)
    parts = enumerate(_HAN.split(sentence))
    told = (format_html('<span lang="zh-Hans">{}</span>', part) if at % 2 else part for at, part in parts)
    return format_html_join("", "{}", ((part,) for part in told))


@register.simple_tag
def said(zh: str, en: str) -> SafeString:
    """A sentence that is kept in both languages, in the reader's."""
    return marked(say(_words(zh, "the Chinese"), _words(en, "the English")))


@register.simple_tag
def model_tag() -> SafeString:
    """The mark of model data: an example, not what anyone reported."""
    return format_html('<span class="model-tag">{}</span>', _("模型数据"))


@register.simple_tag
def person(name: object, model: bool = False) -> SafeString:
    """A person's name, marked where the person is of the model."""
    return _named("person", _words(name, "the person's name"), model)


@register.simple_tag
def unit(name: object, model: bool = False) -> SafeString:
    """A unit's name, marked where the unit is of the model."""
    return _named("unit", _words(name, "the unit's name"), model)


def _named(kind: str, name: str, model: bool) -> SafeString:
    mark = format_html(" {}", model_tag()) if model else ""
    return format_html('<span class="{}"><span lang="zh-Hans">{}</span>{}</span>', kind, name, mark)


@register.simple_tag
def state_tag(text: object, tone: Tone = "plain") -> SafeString:
    """The state of a thing in a word or two."""
    _one_of(tone, Tone, "tone")
    return format_html('<span class="state state--{}">{}</span>', tone, _words(text, "the state's text"))


@register.simple_tag
def light(colour: Colour, reason: object) -> SafeString:
    """亮灯: the colour, its name and its reason in words; the shape differs too, so that colour alone says nothing."""
    _one_of(colour, Colour, "colour")
    names = {"green": _("绿灯"), "blue": _("蓝灯"), "yellow": _("黄灯")}
    names |= {"orange": _("橙灯"), "red": _("红灯"), "grey": _("未亮灯")}
    return format_html(
        '<span class="light light--{}"><span class="light-lamp" aria-hidden="true"></span>'
        '<span class="light-name">{}</span> <span class="light-reason">{}</span></span>',
        colour,
        names[colour],
        _words(reason, "the light's reason"),
    )


@register.simple_tag
def number(
    printed: object, url: str = "", kind: NumberKind = "record", model: bool = False, title: str = ""
) -> SafeString:
    """A number as it is printed, with its kind, and a link to what is behind it. None, for no number, prints a dash."""
    _one_of(kind, NumberKind, "kind")
    if printed is None:
        return format_html('<span class="number number--none" title="{}">—</span>', _("没有这个数"))
    words = _words(printed, "the printed number")
    title = title or {"record": _("记录"), "statement": _("上报数"), "total": _("合计"), "remainder": _("差额")}[kind]
    if url:
        link = '<a class="number number--{}" title="{}" lang="zh-Hans" href="{}">{}</a>'
        shown = format_html(link, kind, title, url, words)
    else:
        shown = format_html('<span class="number number--{}" title="{}" lang="zh-Hans">{}</span>', kind, title, words)
    if not model:
        return shown
    mark = format_html('<span class="number-model model-tag" title="{}">{}</span>', _("模型数据"), _("模"))
    return format_html('<span class="number-whole">{}{}</span>', shown, mark)


@register.simple_tag
def when(at: dt.datetime | dt.date | None) -> SafeString:
    """A moment to the minute in the campaign's zone, or a day; None prints a dash."""
    if at is None:
        return format_html('<span class="when">{}</span>', "—")
    if isinstance(at, dt.datetime):
        at = timezone.localtime(at)
        return format_html('<time class="when" datetime="{}">{}</time>', at.isoformat(), at.strftime("%Y-%m-%d %H:%M"))
    if isinstance(at, dt.date):
        return format_html('<time class="when" datetime="{0}">{0}</time>', at.isoformat())
    raise TypeError(f"a moment or a day, not {at!r}")


@register.simple_tag
def button(
    text: object,
    kind: ButtonKind = "primary",
    name: str = "",
    value: str = "",
    key: str = "",
    confirm: str = "",
    icon_name: str = "",
) -> SafeString:
    """The button that sends its form. `key`: the letter that presses it; `confirm`: a question asked before."""
    _one_of(kind, ButtonKind, "kind")
    wanted = {"name": name, "value": value, "data-key": key, "aria-keyshortcuts": key, "data-confirm": confirm}
    attributes = format_html_join("", ' {}="{}"', [(word, given) for word, given in wanted.items() if given])
    picture = icon(icon_name) if icon_name else ""
    words = _words(text, "the button's text")
    return format_html(
        '<button type="submit" class="button button--{}"{}>{}{}</button>', kind, attributes, picture, words
    )


# -- parts of a page -------------------------------------------------------------------------------------------------


@register.simple_block_tag(end_name="end_page_head")
def page_head(
    content: str,
    title: object,
    lead: object = "",
    back_url: str = "",
    back_text: str = "",
    chinese: bool = False,
    model: bool = False,
) -> SafeString:
    """The head of a page: its title, a line that says what it is for, a way back, and what can be done (the content).

    `chinese`: title is data, not words of the interface. `model`: what the page shows is model data.
    """
    if bool(back_url) != bool(back_text):
        raise ValueError("a way back needs both back_url and back_text")
    context = {
        "content": content,
        "title": _words(title, "the page's title"),
        "lead": lead and marked(str(lead)),
        "back_url": back_url,
    }
    return _rendered(
        "page_head", context | {"back_text": back_text and marked(str(back_text)), "chinese": chinese, "model": model}
    )


@register.simple_block_tag(end_name="end_filter_bar")
def filter_bar(content: str, action: str = "", clear_url: str = "", label: str = "") -> SafeString:
    """A form that narrows a list down; its fields are the content. Sent by GET: a filtered list has an address."""
    return _rendered("filter_bar", {"content": content, "action": action, "clear_url": clear_url, "label": label})


@register.simple_tag
def form_row(field: BoundField, chinese: bool = False) -> SafeString:
    """One field of a form: label, help, what is wrong with it, control."""
    if not isinstance(field, BoundField):
        raise TypeError(f"a field of a form, not {field!r}")
    if field.is_hidden:
        return field.as_widget()
    check = isinstance(field.field.widget, CheckboxInput)
    return _rendered("form_row", {"field": field, "check": check, "chinese": chinese})


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """The summary of what is wrong with a form, with a link to each field; nothing where all is well."""
    if not isinstance(form, BaseForm):
        raise TypeError(f"a form, not {form!r}")
    return _rendered("form_errors", {"form": form, "fields": [field for field in form if field.errors]})


@register.simple_tag
def upload(field: BoundField, accept: str = "", hint: str = "") -> SafeString:
    """A field for a file: a place to drop it on, what is taken, what is wrong with it."""
    if not isinstance(field, BoundField) or not isinstance(field.field.widget, FileInput):
        raise TypeError(f"a file field of a form, not {field!r}")
    described = " ".join(filter(None, (f"{field.auto_id}_hint" if hint else "", field.aria_describedby)))
    attributes = {"accept": accept, "aria-describedby": described, "class": "upload-input"}
    control = field.as_widget(attrs={name: value for name, value in attributes.items() if value})
    return _rendered("upload", {"field": field, "control": control, "hint": hint})


@register.simple_block_tag(end_name="end_list_table")
def list_table(content: str, caption: object, visible_caption: bool = False) -> SafeString:
    """A table of like things (thead and tbody are the content). On a phone each row is a card: every td carries the
    data-label that stands before its value there ("" where none is needed)."""
    cells, labels = content.count("<td"), content.count('data-label="')
    if cells > labels:
        raise ValueError(f"each td of a list_table needs a data-label: {cells} cells, {labels} labels")
    return _rendered(
        "list_table",
        {"content": content, "caption": _words(caption, "the table's caption"), "visible_caption": visible_caption},
    )


@register.simple_tag
def pager(page: Any) -> SafeString:
    """Links to the rows before and after. `page` has previous_url and next_url, "" at the ends."""
    return _rendered("pager", {"previous_url": page.previous_url, "next_url": page.next_url})


@register.simple_block_tag(end_name="end_empty_state")
def empty_state(content: str, title: object, hint: object = "") -> SafeString:
    """What stands where a list would be: that there is nothing, why, and what to do (the content)."""
    return _rendered("empty_state", {"content": content, "title": _words(title, "the title"), "hint": hint})


@register.simple_block_tag(end_name="end_notice")
def notice(content: str, tone: Tone = "info", title: str = "") -> SafeString:
    """Something to be read before going on. A bad one is read out at once."""
    _one_of(tone, Tone, "tone")
    return _rendered("notice", {"content": content, "tone": tone, "title": title, "icon_name": _TONE_ICONS[tone]})


@register.simple_tag
def stepper(steps: Sequence[Step]) -> SafeString:
    """Where a thing stands among the steps that people pass it through."""
    if not steps or not all(isinstance(step, Step) for step in steps):
        raise TypeError(f"some components.steps.Step, not {steps!r}")
    for step in steps:
        _one_of(step.state, Literal["done", "now", "todo"], "a step's state")
    return _rendered("stepper", {"steps": steps})


@register.simple_tag
def timeline(entries: Sequence[Moment]) -> SafeString:
    """What happened, in the order given."""
    if not all(isinstance(entry, Moment) for entry in entries):
        raise TypeError(f"components.timeline.Moment, not {entries!r}")
    for entry in entries:
        _one_of(entry.tone, Tone, "tone")
    return _rendered("timeline", {"entries": entries})


def _rendered(name: str, context: dict[str, Any]) -> SafeString:
    return render_to_string(f"components/tags/{name}.html", context)

"""The fields that forms of supervision share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.org.fields import PersonField, UnitField
from bihuan.org.forms.entries import CHINESE, day_field
from bihuan.supervision.rules import LONGEST_TEXT

__all__ = ["Named", "day_field", "line", "people_named", "pick_person", "pick_unit", "texts", "units_named"]

Named = Mapping[Any, Sequence[str]]  # values and their words, zh and en first


def texts(label: Any, *, required: bool = True, rows: int = 3, most: int = LONGEST_TEXT, hint: Any = "") -> Any:
    """Several lines of Chinese."""
    widget = forms.Textarea(attrs=CHINESE | {"rows": rows})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget, help_text=hint)


def line(label: Any, *, required: bool = True, most: int = 100, hint: Any = "") -> Any:
    """One line of Chinese."""
    widget = forms.TextInput(attrs=CHINESE)
    return forms.CharField(label=label, required=required, max_length=most, widget=widget, help_text=hint)


def pick_unit(label: Any, rows: QuerySet[Any], *, required: bool = True) -> UnitField:
    """A unit, by part of its name."""
    field = UnitField(label=label, required=required, help_text=_("输入名称的一部分，从列表里选。"))
    field.rows = rows
    return field


def pick_person(label: Any, rows: QuerySet[Any], *, required: bool = True) -> PersonField:
    """A person, by part of their name."""
    field = PersonField(label=label, required=required, help_text=_("输入姓名的一部分，从列表里选。"))
    field.rows = rows
    return field


def one_of(label: Any, named: Named, *, required: bool = True, empty: str | None = None) -> forms.ChoiceField:
    """One of some values, said in the reader's language."""
    field = forms.ChoiceField(label=label, required=required)
    first = [("", empty)] if empty is not None else []
    field.choices = [*first, *((str(value), say(words[0], words[1])) for value, words in named.items())]
    return field


def some_of(label: Any, named: Named) -> forms.MultipleChoiceField:
    """Any of some values."""
    field = forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)
    field.choices = [(str(value), say(words[0], words[1])) for value, words in named.items()]
    return field


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.replace("、", "\n").replace("，", "\n").splitlines() if part.strip()]


def units_named(text: str, rows: QuerySet[Any], *, most: int = 30) -> list[Any]:
    """The units of a list of names. Raises ValidationError: one that is not found, or means several."""
    return _named(text, pick_unit("", rows, required=False), most)


def people_named(text: str, rows: QuerySet[Any], *, most: int = 30) -> list[Any]:
    """The people of a list of names. Raises ValidationError: one that is not found, or means several."""
    return _named(text, pick_person("", rows, required=False), most)


def _named(text: str, field: UnitField | PersonField, most: int) -> list[Any]:
    names = _names(text)
    if len(names) > most:
        raise ValidationError(say(f"最多 {most} 个", f"at most {most}"), code="too-many")
    return [field.clean(name) for name in names]


def keyed(label: Any, things: Iterable[Any], words: Any, *, required: bool = True) -> forms.TypedChoiceField:
    """One of some rows, by key."""
    field = forms.TypedChoiceField(label=label, required=required, coerce=int, empty_value=None)
    rows = [(str(thing.pk), words(thing)) for thing in things]
    field.choices = rows if required and len(rows) == 1 else [("", say("请选择", "choose one")), *rows]
    field.widget.attrs["lang"] = "zh-Hans"
    return field

"""A field for one of many things: one types part of a name and chooses, or types the whole name."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from bihuan.org.models import Person, Unit


class PickInput(forms.TextInput):
    """A text with a list of what it may mean, asked for while one types."""

    template_name = "org/pick_input.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["options_id"] = f"{context['widget']['attrs'].get('id', name)}_options"
        context["options_url"] = self.options_url
        return context

    options_url: Any = ""


class PickField(forms.CharField):
    """Gives the row. What an option says ends in #17, its key; a whole name will do where only one has it."""

    options = ""

    def __init__(self, **more: Any) -> None:
        widget = PickInput(attrs={"autocomplete": "off", "lang": "zh-Hans"})
        widget.options_url = reverse_lazy(self.options)
        super().__init__(max_length=200, widget=widget, **more)
        self.rows: QuerySet[Any] | None = None

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text or self.rows is None:
            return None
        found = re.search(r"#(\d{1,18})\s*$", text)
        meant = list(self.rows.filter(pk=int(found[1]))[:1] if found else self.named(self.rows, text)[:2])
        if not meant:
            raise ValidationError(_("没有找到“%(text)s”，请从列表里选"), params={"text": text[:40]})
        if len(meant) > 1:
            raise ValidationError(_("不止一个叫“%(text)s”，请从列表里选"), params={"text": text[:40]})
        return meant[0]

    def named(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        return rows.filter(name=text)


class UnitField(PickField):
    options = "org:unit_options"

    def named(self, rows: QuerySet[Unit], text: str) -> QuerySet[Unit]:
        return rows.filter(Q(name=text) | Q(short_name=text))


class PersonField(PickField):
    options = "org:person_options"

    def named(self, rows: QuerySet[Person], text: str) -> QuerySet[Person]:
        return rows.filter(Q(name=text) | (Q(phone=text) & ~Q(phone="")))


def unit_option(unit: Unit) -> str:
    """What a list to choose from says of a unit."""
    return f"{unit.name}（{unit.region.name}） #{unit.pk}"


def person_option(person: Person) -> str:
    """What a list to choose from says of a person found by `people_like`."""
    posts = getattr(person, "now", [])
    where = f"（{posts[0].unit.name}）" if posts else ""
    return f"{person.name}{where} #{person.pk}"

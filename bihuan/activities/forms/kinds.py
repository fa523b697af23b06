"""A kind of activity, as the office writes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.activities import queries
from bihuan.activities.actions import KindSaid
from bihuan.activities.rules import GROUPS, MOST_FIGURES, NEEDS
from bihuan.lib.words import say
from bihuan.org.forms.entries import CHINESE

if TYPE_CHECKING:
    from bihuan.activities.queries import KindLine
    from bihuan.places.models import PlaceKind

_MANY = forms.CheckboxSelectMultiple
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


def _line(label: Any, longest: int, *, required: bool = False, help_text: Any = "", chinese: bool = True) -> Any:
    attrs = _PLAIN | (CHINESE if chinese else {})
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, max_length=longest, required=required, help_text=help_text, widget=widget)


class KindForm(forms.Form):
    """`code` stands in a new kind's form alone."""

    zh = _line(_("类别名称"), 40, required=True)
    en = _line(_("英文名称"), 60, chinese=False)
    code = forms.RegexField(
        r"^[a-z][a-z0-9_-]{1,39}$",
        label=_("代码"),
        help_text=_("给程序用的小写英文名，以后不改，如 fire_drill"),
        widget=forms.TextInput(_PLAIN),
    )
    group = forms.ChoiceField(label=_("归在哪一组"))
    owner = _line(_("谁定的类别"), 60, required=True, help_text=_("如 临夏州安委办"))
    year = forms.IntegerField(label=_("哪一年的"), required=False, min_value=2000, max_value=2100)
    counts = _line(_("一次计"), 100, help_text=_("办一次自动计 1，如 宣传咨询日活动（场）；没有就不填"))
    suggests = forms.CharField(
        label=_("问哪些数"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(CHINESE | {"rows": 6}),
        help_text=_("一行一个，常用的在前，如 参与人数（人）；几样合报一个数的用、连起来"),
    )
    photo_reason = _line(_("为什么要照片"), 100, help_text=_("不写理由就不要照片"))
    place_kinds = forms.MultipleChoiceField(label=_("在哪类场所办"), required=False, widget=_MANY)
    needs = forms.MultipleChoiceField(label=_("还登记什么"), required=False, widget=_MANY)
    source = _line(_("依据"), 200)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput())

    def __init__(self, *args: Any, place_kinds: Iterable[PlaceKind], new: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        fields: dict[str, Any] = self.fields
        fields["group"].choices = [(code, say(*words)) for code, words in GROUPS.items()]
        fields["needs"].choices = [(code, say(*words)) for code, words in NEEDS.items()]
        fields["place_kinds"].choices = [(item.code, say(item.zh, item.en)) for item in place_kinds]
        if not new:
            del fields["code"]

    def clean_counts(self) -> str:
        found = self._understood("counts", [self.cleaned_data["counts"]])
        return found[0] if found else ""

    def clean_suggests(self) -> list[str]:
        lines = self.cleaned_data["suggests"].splitlines()
        if len(lines) > MOST_FIGURES:
            raise forms.ValidationError(say(f"最多问{MOST_FIGURES}个数", f"at most {MOST_FIGURES} numbers"))
        return self._understood("suggests", lines)

    def _understood(self, name: str, lines: list[str]) -> list[str]:
        found, unknown = queries.understood(lines)
        if unknown:
            listed = "、".join(unknown[:5])
            raise forms.ValidationError(
                say(
                    f"没有这样的指标：{listed}。名称见下方“有哪些指标”",
                    f"no such measure: {listed}; the names are listed below",
                )
            )
        return found

    def said(self) -> KindSaid:
        """What the valid form says."""
        given = self.cleaned_data
        return KindSaid(
            zh=given["zh"],
            en=given["en"] or given["zh"],
            owner=given["owner"],
            year=given["year"],
            group=given["group"],
            counts=given["counts"],
            suggests=tuple(given["suggests"]),
            photo_reason=given["photo_reason"],
            place_kinds=tuple(given["place_kinds"]),
            needs=tuple(given["needs"]),
            source=given["source"],
        )


def of_kind(line: KindLine) -> dict[str, Any]:
    """A kind as its form starts with it."""
    kind = line.kind
    plain = ("zh", "en", "owner", "year", "group", "photo_reason", "place_kinds", "needs", "source", "version")
    found = {name: getattr(kind, name) for name in plain}
    return found | {"counts": line.counts, "suggests": "\n".join(line.suggests)}

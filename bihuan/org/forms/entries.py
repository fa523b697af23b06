"""Forms of units, people, posts and roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.org.fields import PersonField, UnitField
from bihuan.org.models import Person, Post, Unit
from bihuan.org.rules import OF_A_UNIT, ROLE_WORDS, Role

CHINESE = {"lang": "zh-Hans"}  # what stands in such a field is Chinese, whatever language the page is in
RegionChoice = tuple[int, str, int]  # key, name, depth in the tree


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), **more)


def region_options(regions: Sequence[RegionChoice], *, empty: str | None = None) -> list[tuple[str, str]]:
    """The options of a select: the tree's order, each level set in by one more space."""
    top = min((depth for _pk, _name, depth in regions), default=0)
    options = [(str(pk), "\u3000" * (depth - top) + name) for pk, name, depth in regions]
    return options if empty is None else [("", empty), *options]


def role_options(roles: Iterable[Role]) -> list[tuple[str, str]]:
    return [(role.value, say(*ROLE_WORDS[role])) for role in roles]


class RegionFilter(forms.Form):
    """What narrows down the lists of units and people."""

    q = forms.CharField(
        label=_("查找"), required=False, max_length=60, widget=forms.TextInput(attrs={"type": "search"})
    )
    region = forms.ChoiceField(label=_("地区"), widget=forms.Select(CHINESE), required=False)

    def __init__(self, *args: Any, regions: Sequence[RegionChoice], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["region"].choices = region_options(regions, empty=say("全部地区", "all regions"))  # type: ignore[attr-defined]

    def wish(self) -> dict[str, Any]:
        """What was asked for; what cannot be is left out."""
        self.is_valid()
        found = getattr(self, "cleaned_data", {})
        region = found.get("region")
        return {"text": (found.get("q") or "").strip(), "region": int(region) if region else None}


class UnitFilter(RegionFilter):
    closed = forms.BooleanField(label=_("含已撤并的"), required=False)

    def wish(self) -> dict[str, Any]:
        found = super().wish()
        return found | {"closed": bool(self.cleaned_data.get("closed"))}


class UnitForm(forms.Form):
    region = forms.ChoiceField(label=_("地区"), widget=forms.Select(CHINESE))
    name = forms.CharField(label=_("单位名称"), widget=forms.TextInput(CHINESE), max_length=100)
    short_name = forms.CharField(label=_("简称"), widget=forms.TextInput(CHINESE), max_length=60, required=False)

    def __init__(self, *args: Any, regions: Sequence[RegionChoice], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["region"].choices = region_options(regions)  # type: ignore[attr-defined]


class VersionedForm(forms.Form):
    """Carries which state of the entry its sender had seen."""

    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=1)


class RenameForm(VersionedForm):
    name = forms.CharField(label=_("新名称"), widget=forms.TextInput(CHINESE), max_length=100)
    short_name = forms.CharField(label=_("简称"), widget=forms.TextInput(CHINESE), max_length=60, required=False)
    on = day_field(_("自何日起"))


class MergeForm(VersionedForm):
    into = UnitField(label=_("并入哪个单位"), help_text=_("输入名称的一部分，从列表里选。"))
    on = day_field(_("自何日起"))

    def __init__(self, *args: Any, units: QuerySet[Unit], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["into"].rows = units  # type: ignore[attr-defined]


class CloseUnitForm(VersionedForm):
    on = day_field(_("自何日起"))


class SectionForm(forms.Form):
    name = forms.CharField(label=_("科室名称"), widget=forms.TextInput(CHINESE), max_length=60)


class PersonForm(VersionedForm):
    name = forms.CharField(label=_("姓名"), widget=forms.TextInput(CHINESE), max_length=60)
    phone = forms.CharField(label=_("手机号"), max_length=30, required=False)


class SeatForm(forms.Form):
    """A post: where and as what."""

    unit = UnitField(label=_("单位"), help_text=_("输入名称的一部分，从列表里选。"))
    section = forms.CharField(
        label=_("科室"),
        widget=forms.TextInput(CHINESE),
        max_length=60,
        required=False,
        help_text=_("没有这个科室时会新建。"),
    )
    title = forms.CharField(label=_("职务"), widget=forms.TextInput(CHINESE), max_length=60, required=False)
    on = day_field(_("自何日起任职"))

    def __init__(self, *args: Any, units: QuerySet[Unit], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].rows = units  # type: ignore[attr-defined]


class NewPersonForm(SeatForm):
    """A person with the first post, and a role where one is wanted."""

    name = forms.CharField(label=_("姓名"), widget=forms.TextInput(CHINESE), max_length=60)
    phone = forms.CharField(
        label=_("手机号"), max_length=30, required=False, help_text=_("以后用它登录；同名的人靠它区分。")
    )
    role = forms.ChoiceField(label=_("角色"), required=False)
    region = forms.ChoiceField(label=_("角色所在地区"), widget=forms.Select(CHINESE), required=False)
    field_order = ["name", "phone", "unit", "section", "title", "on", "role", "region"]

    def __init__(self, *args: Any, roles: Iterable[Role], regions: Sequence[RegionChoice], **more: Any) -> None:
        super().__init__(*args, **more)
        _role_fields(self, roles, regions, empty=say("暂不授予", "none for now"))

    def clean(self) -> dict[str, Any]:
        return _with_role(self, super().clean() or {})


class GrantForm(forms.Form):
    post = forms.ChoiceField(label=_("随哪一任职"), widget=forms.Select(CHINESE))
    role = forms.ChoiceField(label=_("角色"))
    region = forms.ChoiceField(label=_("角色所在地区"), widget=forms.Select(CHINESE), required=False)

    def __init__(
        self,
        *args: Any,
        posts: Sequence[Post],
        roles: Iterable[Role],
        regions: Sequence[RegionChoice],
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        words = [(str(post.pk), " ".join(filter(None, (post.unit.name, post.title)))) for post in posts]
        self.fields["post"].choices = words  # type: ignore[attr-defined]
        _role_fields(self, roles, regions)

    def clean(self) -> dict[str, Any]:
        return _with_role(self, super().clean() or {})


def _role_fields(
    form: forms.Form, roles: Iterable[Role], regions: Sequence[RegionChoice], *, empty: str | None = None
) -> None:
    options = role_options(roles)
    form.fields["role"].choices = options if empty is None else [("", empty), *options]  # type: ignore[attr-defined]
    form.fields["region"].choices = region_options(regions, empty="—")  # type: ignore[attr-defined]
    form.fields["region"].help_text = _("联络员、安全管理人员在本单位任用，不用选；其余角色管到所选地区及以下。")


def _with_role(form: forms.Form, found: dict[str, Any]) -> dict[str, Any]:
    if not found.get("role"):
        return found
    role = Role(found["role"])
    if role not in OF_A_UNIT and not found.get("region"):
        form.add_error("region", _("请选这个角色管到哪个地区"))
    found["role"] = role
    found["region"] = int(found["region"]) if found.get("region") and role not in OF_A_UNIT else None
    return found


class EndForm(forms.Form):
    on = day_field(_("自何日起免去"), help_text=_("从这一天起不再任职，角色随之收回。"))


class HandOverForm(forms.Form):
    to = PersonField(label=_("交给谁"), help_text=_("输入姓名、拼音首字母或手机号，从列表里选。"))
    on = day_field(_("自何日起"), help_text=_("前一天仍由原任职人负责，这一天起由接任人负责，角色一并移交。"))

    def __init__(self, *args: Any, people: QuerySet[Person], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["to"].rows = people  # type: ignore[attr-defined]


class OpenAccountForm(forms.Form):
    name = forms.CharField(
        label=_("登录名"), max_length=60, required=False, help_text=_("不填就用手机号；没有手机号的由系统给一个。")
    )


class RosterForm(forms.Form):
    file = forms.FileField(label=_("名册文件"), allow_empty_file=True)


class TakeForm(forms.Form):
    """What is chosen when a roster is taken in."""

    shown = forms.CharField(widget=forms.HiddenInput(), max_length=64)
    on = day_field(_("新任职自何日起"))
    accounts = forms.ChoiceField(
        label=_("开通账号"),
        widget=forms.RadioSelect,
        choices=[
            ("none", _("暂不开通")),
            ("liaisons", _("为名册中还没有账号的联络员、安全管理人员开通")),
            ("all", _("为名册中还没有账号而有角色的所有人开通")),
        ],
        initial="none",
    )


def today(day: dt.date) -> dict[str, str]:
    """The start values of a form with the day "on"."""
    return {"on": day.isoformat()}

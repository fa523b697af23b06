"""Forms of campaigns and their plans."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.campaigns import rules
from bihuan.campaigns.actions import DutySaid
from bihuan.lib.words import say
from bihuan.org.fields import PersonField, UnitField, unit_option
from bihuan.org.forms.entries import CHINESE, day_field

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bihuan.campaigns.models import Campaign, Duty, Paragraph, UnitList
    from bihuan.org.models import Person, Unit


def _text(label: Any, longest: int, *, required: bool = False, rows: int = 0, help_text: Any = "") -> forms.CharField:
    widget: forms.Widget = forms.TextInput(CHINESE)
    if rows:
        widget = forms.Textarea(attrs=CHINESE | {"rows": rows})
    return forms.CharField(label=label, max_length=longest, required=required, widget=widget, help_text=help_text)


class Versioned(forms.Form):
    """Carries which state its sender had seen."""

    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, max_value=10**9)


class DescribeForm(Versioned):
    theme = _text(_("活动主题"), 60)
    times = forms.IntegerField(label=_("届次"), required=False, min_value=1, max_value=999)
    basis_title = _text(_("依据文件名称"), 200, help_text=_("上级方案或通知的名称，不带书名号。"))
    basis_number = _text(_("依据文号"), 60)
    issuer = UnitField(label=_("发文单位"), required=False, help_text=_("以它的名义发文、交办和督办，例如州安委办。"))
    working_body = UnitField(label=_("承办机构"), required=False, help_text=_("具体办事的机构，例如州应急局。"))

    def __init__(self, data: Any = None, *, campaign: Campaign, units: QuerySet[Unit]) -> None:
        names = ("theme", "times", "basis_title", "basis_number")
        first: dict[str, Any] = {name: getattr(campaign, name) for name in names} | {"version": campaign.version}
        for name in ("issuer", "working_body"):
            unit = getattr(campaign, name)
            first[name] = unit_option(unit) if unit else ""
        super().__init__(data, initial=first)
        for name in ("issuer", "working_body"):
            self.fields[name].rows = units  # type: ignore[attr-defined]


class UnitListForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput(), required=False, min_value=1, max_value=10**9)
    name = _text(_("名单名称"), 40, required=True)
    group = forms.ChoiceField(label=_("分工表里的哪个词指这份名单"), required=False)
    units = forms.CharField(
        label=_("单位"),
        max_length=20_000,
        widget=forms.Textarea(attrs=CHINESE | {"rows": 10}),
        help_text=_("一行一个单位的全称或简称，也可用顿号隔开。"),
    )

    def __init__(self, data: Any = None, *, units: QuerySet[Unit], chosen: UnitList | None = None) -> None:
        first: dict[str, Any] = {}
        if chosen is not None:
            names = "\n".join(unit.name for unit in _units_of(chosen))
            first = {"version": chosen.version, "name": chosen.name, "group": chosen.group, "units": names}
        super().__init__(data, initial=first)
        words = [(key, say(*value)) for key, value in rules.GROUPS.items()]
        self.fields["group"].choices = [("", say("没有", "none")), *words]  # type: ignore[attr-defined]
        if chosen is not None:
            self.fields["name"].widget.attrs["readonly"] = True
        self.rows = units

    def clean_units(self) -> list[Unit]:
        return named_units(self.cleaned_data["units"], self.rows, at_most=2000)


def _units_of(chosen: UnitList) -> list[Unit]:
    return [row.unit for row in chosen.listed.select_related("unit").order_by("order")]


def named_units(text: str, rows: QuerySet[Unit], *, at_most: int) -> list[Unit]:
    """The units that a text names, one a line or divided by 、. Raises ValidationError: it says all that it does not
    know, so that nobody corrects one at a time."""
    names = [part.strip() for part in text.replace("、", "\n").replace("，", "\n").splitlines() if part.strip()]
    if len(names) > at_most:
        zh, en = f"一次最多 {at_most} 个单位", f"at most {at_most} units at once"
        raise ValidationError(say(zh, en), code="too-many")
    known: dict[str, list[Unit]] = {}
    wanted = set(names)
    for unit in rows.filter(name__in=wanted) | rows.filter(short_name__in=wanted):
        for name in {unit.name, unit.short_name} & wanted:
            known.setdefault(name, []).append(unit)
    unknown = [name for name in names if name not in known]
    several = [name for name in names if len(set(known.get(name, ()))) > 1]
    if unknown or several:
        parts = []
        if unknown:
            parts.append(
                say(f"名录中没有：{'、'.join(unknown[:20])}", f"not in the directory: {'、'.join(unknown[:20])}")
            )
        if several:
            parts.append(
                say(f"不止一个叫：{'、'.join(several[:20])}", f"several are called: {'、'.join(several[:20])}")
            )
        raise ValidationError(say("；", "; ").join(parts), code="unknown")
    return list(dict.fromkeys(known[name][0] for name in names))


class StartForm(forms.Form):
    source = forms.ChoiceField(label=_("从哪里开始"), widget=forms.RadioSelect())

    def __init__(self, data: Any = None, *, has_last: bool) -> None:
        super().__init__(data, initial={"source": "last" if has_last else "template"})
        choices = [("template", say("内置模板（安全生产月）", "the built-in template of a Work Safety Month"))]
        if has_last:
            choices.insert(0, ("last", say("上一期活动的方案", "the plan of the campaign before")))
        self.fields["source"].choices = [*choices, ("empty", say("空白", "empty"))]  # type: ignore[attr-defined]


class ParagraphForm(Versioned):
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput())
    heading = _text(_("标题"), 100, required=True, help_text=_("序号由系统编排，不用填写。"))
    level = forms.TypedChoiceField(label=_("层级"), coerce=int)
    text = _text(_("内容"), rules.LONGEST_TEXT, rows=8)
    tasked = forms.BooleanField(label=_("布置任务（须有承办单位）"), required=False)

    def __init__(self, data: Any = None, *, paragraph: Paragraph | None = None, key: str = "") -> None:
        first: dict[str, Any] = {"version": 0, "key": key, "level": 2}
        if paragraph is not None:
            names = ("version", "key", "heading", "level", "text", "tasked")
            first = {name: getattr(paragraph, name) for name in names}
        super().__init__(data, initial=first)
        words = [(1, say("一、", "1st: 一、")), (2, say("（一）", "2nd: （一）")), (3, say("1.", "3rd: 1."))]
        self.fields["level"].choices = words  # type: ignore[attr-defined]


class DutyForm(Versioned):
    key = forms.RegexField(r"^[0-9a-f]{32}$", widget=forms.HiddenInput())
    paragraph = forms.ChoiceField(label=_("所属段落"), widget=forms.Select(CHINESE))
    title = _text(_("工作任务"), 200, required=True)
    requirement = _text(_("工作措施"), rules.LONGEST_TEXT, rows=4)
    unit = UnitField(label=_("牵头单位"), required=False, help_text=_("输入名称的一部分，从列表里选。"))
    unit_list = forms.ChoiceField(
        label=_("或一份名单"), required=False, widget=forms.Select(CHINESE), help_text=_("名单上每个单位各立一项。")
    )
    section = _text(_("责任科室"), 60)
    leader = PersonField(label=_("分管领导"), required=False)
    owner = PersonField(label=_("责任人"), required=False)
    first_on = day_field(_("开始时间"), required=False)
    due_on = day_field(_("完成时限"), required=False)
    limit_words = _text(_("时限的说法"), 60, help_text=_("例如“每月5日前”“长期坚持”；照此打印，督办仍按完成时限。"))
    evidence_asked = _text(_("佐证要求"), 200)
    assisting = _text(_("配合单位"), 3000, rows=2, help_text=_("一行一个单位名称，或用顿号隔开。"))
    remark = _text(_("备注"), 400)

    def __init__(
        self,
        data: Any = None,
        *,
        paragraphs: Sequence[tuple[str, str]],
        lists: Sequence[UnitList],
        units: QuerySet[Unit],
        people: QuerySet[Person],
        duty: Duty | None = None,
        first: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=_first(duty) if duty else {"version": 0} | (first or {}))
        self.fields["paragraph"].choices = paragraphs  # type: ignore[attr-defined]
        if duty is None and lists:
            words = [(str(row.pk), f"{row.name}（{getattr(row, 'size', 0)}）") for row in lists]
            self.fields["unit_list"].choices = [("", "—"), *words]  # type: ignore[attr-defined]
        else:
            del self.fields["unit_list"]
        self.fields["unit"].rows = units  # type: ignore[attr-defined]
        for name in ("leader", "owner"):
            self.fields[name].rows = people  # type: ignore[attr-defined]
        self.units, self.duty = units, duty

    def clean_assisting(self) -> list[Unit]:
        return named_units(self.cleaned_data["assisting"], self.units, at_most=200)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("unit") and given.get("unit_list"):
            self.add_error("unit_list", say("牵头单位和名单只能选一样", "choose a unit or a list, not both"))
        first, due = given.get("first_on"), given.get("due_on")
        if first and due and due < first:
            self.add_error("due_on", say("完成时限早于开始时间", "it is due before it begins"))
        return given

    def said(self) -> DutySaid:
        """What the valid form says."""
        given = self.cleaned_data
        unit: Unit | None = given.get("unit")
        name = given["section"].strip()
        section = unit.sections.filter(name=name, closed_on=None).first() if unit and name else None
        kept = self.duty
        return DutySaid(
            title=given["title"],
            requirement=given["requirement"],
            unit=unit,
            unit_words=kept.unit_words if kept and not unit else "",
            section=section,
            section_words="" if section else name,
            leader=given["leader"],
            leader_words=kept.leader_words if kept and not given["leader"] else "",
            owner=given["owner"],
            owner_words=kept.owner_words if kept and not given["owner"] else "",
            first_on=given["first_on"],
            due_on=given["due_on"],
            limit_words=given["limit_words"],
            evidence_asked=given["evidence_asked"],
            assisting=tuple(given["assisting"]),
            assisting_words=kept.assisting_words if kept else "",
            remark=given["remark"],
        )


def _first(duty: Duty) -> dict[str, Any]:
    names = ("version", "key", "title", "requirement", "first_on", "due_on", "limit_words", "evidence_asked", "remark")
    first: dict[str, Any] = {name: getattr(duty, name) for name in names}
    first["paragraph"] = duty.paragraph.key
    first["unit"] = unit_option(duty.unit) if duty.unit else ""
    first["section"] = duty.section.name if duty.section else duty.section_words
    for name in ("leader", "owner"):
        person = getattr(duty, name)
        first[name] = f"{person.name} #{person.pk}" if person else ""
    first["assisting"] = "\n".join(unit.name for unit in duty.assisting.all())
    return first


class DivisionFileForm(forms.Form):
    file = forms.FileField(label=_("任务分工表"), max_length=200)


class TakeForm(forms.Form):
    shown = forms.CharField(widget=forms.HiddenInput(), max_length=64)


class AskForm(forms.Form):
    form = forms.ChoiceField(label=_("应报材料"))
    due_on = day_field(_("报送期限"))
    unit_list = forms.ChoiceField(label=_("应报单位"), required=False, widget=forms.Select(CHINESE))

    def __init__(self, data: Any = None, *, lists: Sequence[UnitList]) -> None:
        super().__init__(data)
        self.fields["form"].choices = [(key, say(*words)) for key, words in rules.FORMS.items()]  # type: ignore[attr-defined]
        own = [(str(row.pk), row.name) for row in lists]
        self.fields["unit_list"].choices = [("", say("方案涉及的全部单位", "all units of the plan")), *own]  # type: ignore[attr-defined]


class TakeBackForm(Versioned):
    reason = _text(_("撤回原因"), 200, required=True)


class PublishForm(Versioned):
    reason = _text(_("不经系统发文的原因"), 200, help_text=_("公文已在系统外印发时填写；否则请先拟制公文。"))
    number = _text(_("纸质公文的文号"), 100)

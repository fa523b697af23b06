"""Forms by which something is entered: mandates, proposals, rounds, notices, talks and circulars, conclusions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.supervision.actions import Empowerment, Order, Plan, Proposal
from bihuan.supervision.forms.fields import (
    day_field,
    keyed,
    line,
    one_of,
    people_named,
    pick_person,
    pick_unit,
    some_of,
    texts,
    units_named,
)
from bihuan.supervision.rules import KINDS, METHODS, URGENCIES, MandateKind, Method, Urgency, bases

if TYPE_CHECKING:
    from bihuan.loop.models import Matter
    from bihuan.org.models import Person, Unit
    from bihuan.supervision.models import Mandate


@dataclass(frozen=True)
class Choices:
    """What the fields can be chosen from."""

    units: QuerySet[Unit]
    people: QuerySet[Person]
    bodies: Sequence[Unit] = field(default=())
    mandates: Sequence[Mandate] = field(default=())
    matters: Sequence[Matter] = field(default=())


class MandateForm(forms.Form):
    """授权依据."""

    def __init__(self, data: Any = None, *, choices: Choices) -> None:
        super().__init__(data)
        self.bodies = {unit.pk: unit for unit in choices.bodies}
        named = {basis.code: (basis.zh, basis.en) for basis in bases().values()}
        self.fields |= {
            "title": line(_("督查名称"), most=200),
            "body": keyed(_("督查机构"), choices.bodies, lambda unit: unit.name),
            "kind": one_of(_("督查类型"), KINDS),
            "basis": one_of(_("法律依据"), named),
            "empowered_by": line(_("授权机关"), required=False, hint=_("政府督查须填：谁指定、授权。")),
            "paper_number": line(_("授权文号"), required=False),
            "scope": texts(_("督查事项和范围")),
            "methods": some_of(_("督查方式"), METHODS),
            "valid_from": day_field(_("有效期从")),
            "valid_to": day_field(_("到"), required=False),
        }

    def body(self) -> Unit:
        return self.bodies[self.cleaned_data["body"]]

    def said(self) -> Empowerment:
        """What the valid form says."""
        given = self.cleaned_data
        plain = ("title", "basis", "scope", "valid_from", "valid_to", "empowered_by", "paper_number")
        methods = [Method(item) for item in given["methods"]]
        return Empowerment(kind=MandateKind(given["kind"]), methods=methods, **{name: given[name] for name in plain})


class _UnderMandate(forms.Form):
    """What is done under one of the reader's mandates."""

    def __init__(self, data: Any = None, *, choices: Choices, **more: Any) -> None:
        super().__init__(data, **more)
        self.mandates = {item.pk: item for item in choices.mandates}
        self.choices = choices
        self.fields["mandate"] = keyed(_("授权依据"), choices.mandates, lambda item: item.title)

    def mandate(self) -> Mandate:
        return self.mandates[self.cleaned_data["mandate"]]

    def _although(self) -> Any:
        hint = _("单位已有相近督办、或频次已到上限时必填，由审批领导把关。")
        return texts(_("仍要督办的理由"), required=False, rows=2, hint=hint)


class ProposeForm(_UnderMandate):
    """列入督办."""

    def __init__(self, data: Any = None, *, choices: Choices, **more: Any) -> None:
        super().__init__(data, choices=choices, **more)
        self.fields |= {
            "reason": texts(_("列入督办的理由")),
            "source": line(_("任务来源"), required=False, most=200, hint=_("会议、批示、文件及文号。")),
            "although": self._although(),
        }


class RoundForm(_UnderMandate):
    """督查轮次. `looks`: matters under supervision; `places`: one line a unit and what is looked at there."""

    def __init__(self, data: Any = None, *, choices: Choices, **more: Any) -> None:
        super().__init__(data, choices=choices, **more)
        named = {item.pk: (f"{item.unit.name if item.unit else ''}：{item.title}",) * 2 for item in choices.matters}
        self.matters = {item.pk: item for item in choices.matters}
        self.fields |= {
            "title": line(_("轮次名称"), most=200),
            "leader": pick_person(_("组长"), choices.people),
            "members": texts(_("组员"), required=False, rows=2, hint=_("每行一人，或用顿号分开。")),
            "plan": texts(_("督查方案"), rows=5, hint=_("对象、内容、方式、分工；不提前告知被督查单位。")),
            "first_day": day_field(_("从")),
            "last_day": day_field(_("到")),
            "matters": some_of(_("查看在督事项"), named),
            "places": texts(_("其他查看内容"), required=False, hint=_("每行一项，写成“单位：查看什么”。")),
        }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for name, read in (("members", self._members), ("places", self._places)):
            try:
                given[name] = read(given.get(name) or "")
            except ValidationError as error:
                self.add_error(name, error)
        return given

    def _members(self, text: str) -> list[Person]:
        return people_named(text, self.choices.people)

    def _places(self, text: str) -> list[tuple[Unit, str, None]]:
        found = []
        for row in filter(None, (part.strip() for part in text.splitlines())):
            name, _mark, what = row.replace(":", "：", 1).partition("：")
            if not what.strip():
                raise ValidationError(say(f"“{row[:40]}”请写成“单位：查看什么”", f"“{row[:40]}”: write unit：what"))
            (unit,) = units_named(name, self.choices.units) or [None]
            found.append((unit, what.strip(), None))
        return found

    def said(self) -> Plan:
        """What the valid form says."""
        given = self.cleaned_data
        chosen = [self.matters[int(key)] for key in given["matters"]]
        looks = [(item.unit, item.title, item) for item in chosen if item.unit]
        return Plan(
            title=given["title"],
            leader=given["leader"],
            members=given["members"],
            plan=given["plan"],
            days=(given["first_day"], given["last_day"]),
            looks=[*looks, *given["places"]],
        )


class NoticeForm(_UnderMandate):
    """督办通知: the fields of facts §3.4 that its paper prints. `key` makes a second click harmless."""

    key = forms.CharField(max_length=40, widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, choices: Choices, unit: Unit, **more: Any) -> None:
        super().__init__(data, choices=choices, **more)
        self.unit = unit
        self.matters = {item.pk: item for item in choices.matters}
        self.fields |= {
            "title": line(_("事项标题"), most=200),
            "source": line(_("来源或依据"), most=200, hint=_("文件、会议、批示及文号。")),
            "order_text": texts(_("批示原文"), required=False, rows=2),
            "category": line(_("类别"), required=False, most=30),
            "urgency": one_of(_("紧急程度"), URGENCIES, required=False),
            "demand": texts(_("办理要求"), rows=4),
            "due_on": day_field(_("办结时限")),
            "feedback": line(_("反馈时限与频次"), required=False, hint=_("如：每周五报送进展。")),
            "section": line(_("责任科室"), required=False, most=60),
            "leader": pick_person(_("分管领导"), choices.people, required=False),
            "owner": pick_person(_("责任人"), choices.people, required=False),
            "contact": line(_("联系人和电话"), required=False),
            "assisting": texts(_("协办单位"), required=False, rows=2, hint=_("每行一个，或用顿号分开。")),
            "lines": some_of(_("附表列明该单位的其他事项"), {pk: (m.title,) * 2 for pk, m in self.matters.items()}),
            "although": texts(_("仍要发通知的理由"), required=False, rows=2, hint=_("频次已到上限时必填。")),
        }
        if not self.matters:
            del self.fields["lines"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            given["assisting"] = units_named(given.get("assisting") or "", self.choices.units)
        except ValidationError as error:
            self.add_error("assisting", error)
        if name := (given.get("section") or "").strip():
            given["section"] = self.unit.sections.filter(name=name, closed_on=None).first()
            if given["section"] is None:
                zh, en = f"“{self.unit.name}”没有“{name}”这个科室", f"{self.unit.name} has no section {name}"
                self.add_error("section", say(zh, en))
        return given

    def said(self) -> Order:
        """What the valid form says."""
        given = self.cleaned_data
        plain = ("title", "source", "demand", "due_on", "order_text", "category", "leader", "owner", "contact")
        return Order(
            unit=self.unit,
            urgency=Urgency(given["urgency"]),
            assisting=given["assisting"],
            section=given["section"] or None,
            feedback=given["feedback"],
            lines=[self.matters[int(key)] for key in given.get("lines", ())],
            although=given["although"],
            **{name: given[name] for name in plain},
        )


class ProposalForm(_UnderMandate):
    """约谈 or 通报."""

    def __init__(self, data: Any = None, *, choices: Choices, circular: bool, unit: Unit | None, **more: Any) -> None:
        super().__init__(data, choices=choices, **more)
        self.unit = unit
        if unit is None:
            self.fields["unit"] = pick_unit(_("单位"), choices.units)
        self.fields["title"] = line(_("标题"), most=200)
        self.fields["grounds"] = texts(_("事由"), rows=4)
        if circular:
            kinds = {"criticism": ("通报批评", "Criticism"), "praise": ("通报表扬", "Praise")}
            self.fields["tenor"] = one_of(_("表扬或批评"), kinds)
            self.fields["correct_by"] = day_field(_("整改期限"), required=False)
        else:
            self.fields["although"] = texts(_("仍要约谈的理由"), required=False, rows=2, hint=_("频次已到上限时必填。"))

    def said(self, about: Matter | None) -> Proposal:
        """What the valid form says."""
        given = self.cleaned_data
        return Proposal(
            title=given["title"],
            unit=self.unit or given["unit"],
            grounds=given["grounds"],
            about=about,
            although=given.get("although", ""),
            praise=given.get("tenor") == "praise",
            correct_by=given.get("correct_by"),
        )


class ConclusionForm(_UnderMandate):
    """督查结论."""

    def __init__(self, data: Any = None, *, choices: Choices, unit: Unit | None, **more: Any) -> None:
        super().__init__(data, choices=choices, **more)
        self.unit = unit
        if unit is None:
            self.fields["unit"] = pick_unit(_("单位"), choices.units)
        self.fields |= {"title": line(_("标题"), most=200), "text": texts(_("督查结论"), rows=6)}


class LimitForm(forms.Form):
    """频次上限."""

    def __init__(self, data: Any = None, *, whats: Any, regions: Sequence[Any]) -> None:
        super().__init__(data)
        self.regions = {region.pk: region for region in regions}
        self.fields |= {
            "what": one_of(_("限制什么"), whats),
            "region": keyed(_("适用地区"), regions, lambda region: region.name),
            "days": forms.IntegerField(label=_("多少天内"), min_value=1, max_value=3660),
            "most": forms.IntegerField(label=_("最多几次"), min_value=1, max_value=1000),
            "valid_from": day_field(_("从哪天起")),
            "source": line(_("依据"), most=200),
        }


class UrgingForm(forms.Form):
    """催办通知."""

    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, max_value=10**9)

    def __init__(self, data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields |= {"text": texts(_("催办要求"), rows=4), "until": day_field(_("反馈期限"))}

"""Forms of matters: one a verb, with the fields that its effect takes; the filter of the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.loop import kinds
from bihuan.loop.actions import Offer, Said
from bihuan.loop.enclosures import LARGEST_AT_ONCE, MOST_FILES, unfit
from bihuan.loop.flows import Effect, Light, Transition
from bihuan.loop.models import Extension, Matter
from bihuan.loop.rules import LONGEST_TEXT
from bihuan.loop.scopes import Scope
from bihuan.org.fields import PersonField, UnitField
from bihuan.org.forms.entries import CHINESE, day_field, region_options

if TYPE_CHECKING:
    from bihuan.org.models import Person, Unit

LIGHTS = (
    (Light.GREEN.value, _("绿灯")),
    (Light.BLUE.value, _("蓝灯")),
    (Light.YELLOW.value, _("黄灯")),
    (Light.ORANGE.value, _("橙灯")),
    (Light.RED.value, _("红灯")),
)
_TEXTS: dict[Effect, Any] = {Effect.ANSWER: _("办理情况"), Effect.REPORT: _("进展情况")}
_FIELDS: dict[Effect, tuple[str, ...]] = {
    Effect.ASSIGN: ("unit", "due_on", "section", "owner", "leader", "assisting", "text"),
    Effect.ANSWER: ("text", "photos", "files"),
    Effect.REPORT: ("text", "progress", "photos", "files"),
    Effect.ASK: ("due_on", "text", "signed", "files"),
    Effect.GRANT: ("due_on", "text"),
    Effect.RETURN: ("text", "due_on"),
    Effect.REOPEN: ("text", "due_on"),
    Effect.HAND_OVER: ("to", "on"),
    Effect.LIGHT: ("light", "rule", "text"),
}


@dataclass(frozen=True)
class Choices:
    """What the fields of a step can be chosen from."""

    units: QuerySet[Unit] | None = None
    people: QuerySet[Person] | None = None
    colleagues: Sequence[Person] = field(default=())
    asked: Extension | None = None
    day: dt.date = dt.date.min


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; gives a list of offers of one kind."""

    def __init__(self, *, kind: str, **more: Any) -> None:
        super().__init__(widget=FilesInput(), allow_empty_file=True, max_length=200, **more)
        self.kind = kind

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files. Raises ValidationError: too many, one too large or of a kind that is not taken."""
        files = [item for item in data if item] if isinstance(data, list | tuple) else [data] if data else []
        if not files and self.required:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_FILES:
            zh, en = f"一次最多 {MOST_FILES} 个文件", f"at most {MOST_FILES} files at once"
            raise ValidationError(say(zh, en), code="too-many")
        for item in files:
            super().clean(item, initial)
            if wrong := unfit(item.name or "", item.size or 0, item.read(16), self.kind):
                raise ValidationError(say(*wrong), code="unfit")
            item.seek(0)
        return files


class StepForm(forms.Form):
    """One verb of a matter; the fields follow from its effect."""

    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=0, max_value=10**9)

    def __init__(self, data: Any = None, files: Any = None, *, way: Transition, matter: Matter, choices: Choices):
        first: dict[str, Any] = {"version": matter.version}
        if way.effect is Effect.GRANT and choices.asked:
            first["due_on"] = choices.asked.until
        if way.effect is Effect.REPORT:
            first["progress"] = matter.progress
        if way.effect is Effect.HAND_OVER:
            first["on"] = choices.day
        if way.effect is Effect.LIGHT:
            first["light"] = matter.light
        super().__init__(data, files, initial=first, auto_id=f"{way.verb}_%s")
        self.way, self.matter, self.choices = way, matter, choices
        for name in _FIELDS.get(way.effect, ("text",) if way.reason else ()):
            self.fields[name] = _MAKERS[name](self)

    @property
    def said_text(self) -> str:
        """What was typed, where the form itself is not shown again."""
        return str(self.data.get("text", "")) if self.is_bound else ""

    @property
    def shown(self) -> bool:
        """Whether there is anything to fill in."""
        return len(self.fields) > 1

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        unit: Unit | None = given.get("unit")
        if name := (given.get("section") or "").strip():
            section = unit.sections.filter(name=name, closed_on=None).first() if unit else None
            given["section"] = section
            if unit and section is None:
                zh, en = f"“{unit.name}”没有“{name}”这个科室", f"{unit.name} has no section {name}"
                self.add_error("section", say(zh, en))
        if "assisting" in self.fields:
            given["assisting"] = self._assisting(given.get("assisting") or "")
        uploads = [*given.get("photos", ()), *given.get("files", ())]
        if sum(item.size or 0 for item in uploads) > LARGEST_AT_ONCE:
            size = LARGEST_AT_ONCE // 2**20
            self.add_error("files", say(f"一次上传合计不超过 {size} MB", f"at most {size} MB at once"))
        return given

    def _assisting(self, text: str) -> tuple[Unit, ...]:
        names = [part.strip() for part in text.replace("、", "\n").replace("，", "\n").splitlines() if part.strip()]
        found, units = [], UnitField(required=False)
        units.rows = self.choices.units
        for name in names[:30]:
            try:
                found.append(units.clean(name))
            except ValidationError as error:
                self.add_error("assisting", error)
        return tuple(found)

    def said(self) -> Said:
        """What the valid form says."""
        given = self.cleaned_data
        evidence = [
            Offer(kind, item.name or "", content=item.read())
            for kind, name in (("photo", "photos"), ("file", "files"))
            for item in given.get(name) or ()
        ]
        plain = ("unit", "owner", "leader", "due_on", "on", "progress")
        to = given.get("to")
        rest: dict[str, Any] = {name: given.get(name) for name in plain}
        return Said(
            text=given.get("text") or "",
            section=given.get("section") or None,
            assisting=given.get("assisting") or (),
            to=next((person for person in self.choices.colleagues if str(person.pk) == to), None),
            light=Light(given.get("light") or ""),
            rule=given.get("rule") or "",
            signed=given.get("signed") or "",
            evidence=tuple(evidence),
            **rest,
        )


class LedgerFilter(forms.Form):
    """What the ledger is narrowed down by, beside state and light."""

    scope = forms.ChoiceField(label=_("所属"), required=False, widget=forms.Select(CHINESE))
    flow = forms.ChoiceField(label=_("类别"), required=False)
    region = forms.ChoiceField(label=_("地区"), required=False, widget=forms.Select(CHINESE))
    unit = UnitField(label=_("承办单位"), required=False)
    due_from = day_field(_("时限从"), required=False)
    due_to = day_field(_("时限到"), required=False)
    words = forms.CharField(
        label=_("名称"), required=False, max_length=60, widget=forms.TextInput(CHINESE | {"type": "search"})
    )
    light = forms.ChoiceField(required=False, choices=[("", ""), *LIGHTS], widget=forms.HiddenInput())

    def __init__(
        self,
        data: Any,
        *,
        scopes: Sequence[Scope],
        regions: Sequence[tuple[int, str, int]],
        units: QuerySet[Unit] | None,
    ) -> None:
        super().__init__(data)
        flows = kinds.newest()
        everything = say("全部", "all")
        choices: dict[str, list[tuple[str, str]]] = {
            "scope": [("", everything), *((item.key, item.name) for item in scopes)],
            "flow": [("", everything), *((flow.name, say(flow.zh, flow.en)) for flow in flows)],
            "region": region_options(regions, empty=everything),
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
            if len(options) < 3:  # nothing to choose between
                del self.fields[name]
        if units is None:
            del self.fields["unit"]
        else:
            self.fields["unit"].rows = units  # type: ignore[attr-defined]

    @property
    def given(self) -> dict[str, Any]:
        """What was filled in rightly."""
        self.is_valid()
        return self.cleaned_data

    @property
    def narrowed(self) -> bool:
        return any(self.given.values())

    @property
    def rows(self) -> list[forms.BoundField]:
        """The fields to be seen."""
        return [field for field in self if not field.is_hidden]


class LedgerUpload(forms.Form):
    file = forms.FileField(label=_("台账文件"), max_length=200, allow_empty_file=True)


class HandOverForm(forms.Form):
    """To whom all that one answers for goes, and from which day on."""

    to = forms.ChoiceField(label=_("交给谁"), widget=forms.Select(CHINESE))
    on = day_field(_("自何日起"))

    def __init__(self, data: Any = None, *, colleagues: Sequence[Person], day: dt.date) -> None:
        super().__init__(data, initial={"on": day}, auto_id="over_%s")
        self.colleagues = {str(person.pk): person for person in colleagues}
        choices = [("", "—"), *((key, person.name) for key, person in self.colleagues.items())]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]

    @property
    def taker(self) -> Person:
        """Of the valid form."""
        return self.colleagues[self.cleaned_data["to"]]


# -- the fields ------------------------------------------------------------------------------------------------------


def _text(form: StepForm) -> forms.Field:
    way = form.way
    label = _TEXTS.get(way.effect) or (_("原因") if way.reason else _("备注"))
    needed = way.reason or way.effect is Effect.ANSWER
    return forms.CharField(
        label=label,
        required=needed,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=CHINESE | {"rows": 4 if needed else 2}),
    )


def _unit(form: StepForm) -> forms.Field:
    made = UnitField(label=_("承办单位"), help_text=_("输入名称的一部分，从列表里选。"))
    made.rows = form.choices.units
    return made


def _person(label: Any) -> Callable[[StepForm], forms.Field]:
    def make(form: StepForm) -> forms.Field:
        made = PersonField(label=label, required=False, help_text=_("输入姓名的一部分，从列表里选。"))
        made.rows = form.choices.people
        return made

    return make


def _due(form: StepForm) -> forms.Field:
    labels = {Effect.ASK: _("希望延到"), Effect.GRANT: _("同意延到"), Effect.RETURN: _("重新办结的时限")}
    over = form.matter.due_on is not None and form.matter.due_on < form.choices.day
    needed = form.way.effect in (Effect.ASK, Effect.GRANT, Effect.REOPEN) or (form.way.effect is Effect.RETURN and over)
    words = _("原时限已过，须另给日期。") if form.way.effect is Effect.RETURN and over else ""
    return day_field(labels.get(form.way.effect, _("办结时限")), required=needed, help_text=words)


def _colleague(form: StepForm) -> forms.Field:
    choices = [("", "—"), *((str(person.pk), person.name) for person in form.choices.colleagues)]
    return forms.ChoiceField(label=_("交给谁"), choices=choices, widget=forms.Select(CHINESE))


def _words(label: Any, longest: int, help_text: Any = "") -> Callable[[StepForm], forms.Field]:
    def make(_form: StepForm) -> forms.Field:
        widget = forms.TextInput(CHINESE)
        return forms.CharField(label=label, required=False, max_length=longest, widget=widget, help_text=help_text)

    return make


def _files(kind: str, label: Any) -> Callable[[StepForm], forms.Field]:
    def make(form: StepForm) -> forms.Field:
        needed = form.way.effect is Effect.ANSWER and kind in form.way.evidence
        return FilesField(label=label, kind=kind, required=needed)

    return make


_MAKERS: dict[str, Callable[[StepForm], forms.Field]] = {
    "text": _text,
    "unit": _unit,
    "section": _words(_("责任科室"), 60),
    "owner": _person(_("经办人")),
    "leader": _person(_("分管领导")),
    "assisting": lambda _form: forms.CharField(
        label=_("配合单位"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(CHINESE | {"rows": 2}),
        help_text=_("一行一个单位名称，或用顿号隔开。"),
    ),
    "due_on": _due,
    "to": _colleague,
    "on": lambda _form: day_field(_("自何日起")),
    "progress": lambda _form: forms.IntegerField(label=_("进度（%）"), required=False, min_value=0, max_value=100),
    "photos": _files("photo", _("照片")),
    "files": _files("file", _("附件")),
    "light": lambda _form: forms.ChoiceField(label=_("灯"), choices=LIGHTS),
    "rule": _words(_("依据的规则"), 100),
    "signed": _words(_("本单位签批领导"), 60),
}

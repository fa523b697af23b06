"""报我们做了什么: at most eight fields for a consultation day, all else folded away."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from bihuan.activities import queries
from bihuan.activities.actions import Said, Taking
from bihuan.activities.models import Activity, ActivityKind
from bihuan.activities.rules import MODE_WORDS, Asked, Mode, Part, audiences, subjects
from bihuan.lib.words import say
from bihuan.org.fields import PickInput
from bihuan.org.forms.entries import CHINESE, RegionChoice, day_field, region_options
from bihuan.places.fields import PlaceField, place_option

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bihuan.campaigns.models import Task
    from bihuan.org.models import Region, Unit
    from bihuan.places.models import Place

MOST_NAMES = 300  # of places that are offered before one types
LONGEST_WORDS = 100  # of a place
_KEYED = re.compile(r"#\d{1,18}\s*$")
ASKED_FIRST = 3  # numbers on top; the others are folded away
_CHOSEN = forms.CheckboxSelectMultiple


@dataclass(frozen=True)
class Offered:
    """What a form can be filled with: the units, the regions, the names of the kind's measures, places by name."""

    units: Sequence[Unit]
    regions: Sequence[RegionChoice]
    measures: dict[str, str]  # code → name
    places: QuerySet[Place] | None = None  # of the registers at which the kind happens


def _line(label: Any, longest: int, help_text: Any = "", placeholder: Any = "") -> forms.CharField:
    attrs = {**CHINESE, "autocomplete": "off"} | ({"placeholder": placeholder} if placeholder else {})
    widget = forms.TextInput(attrs=attrs)
    return forms.CharField(label=label, required=False, max_length=longest, help_text=help_text, widget=widget)


class _PlaceInput(PickInput):
    """Offers the first names of the registers at once, so that one chooses without a network too."""

    template_name = "activities/place_input.html"
    names: Sequence[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"names": self.names}


class PlaceOrWords(PlaceField):
    """A place of the registers, found while one types; or words, where none is meant."""

    def __init__(self, rows: QuerySet[Place], *, kinds: Sequence[str]) -> None:
        super().__init__(label=_("地点"), required=False, help_text=_("从底册里选，才算覆盖到；没有的直接写"))
        options, attrs = self.widget.options_url, self.widget.attrs
        self.widget = _PlaceInput(attrs=attrs | {"hx-vals": json.dumps({"kinds": "|".join(kinds)})})
        self.widget.options_url = options
        self.widget.names = list(
            dict.fromkeys(rows.order_by("pinyin", "pk").values_list("name", flat=True)[:MOST_NAMES])
        )
        self.rows = rows.select_related("region")

    def clean(self, value: Any) -> Place | str:
        try:
            found: Place | None = super().clean(value)
        except forms.ValidationError:
            if _KEYED.search(str(value)):  # chosen from the list, and it is there no more
                raise
            found = None
        text = str(value or "").strip()
        if found is None and len(text) > LONGEST_WORDS:
            raise forms.ValidationError(say(f"地点最多{LONGEST_WORDS}字", f"at most {LONGEST_WORDS} characters"))
        return found or text


class RecordForm(forms.Form):
    """`first`: the fields on top; `more`: those folded away."""

    key = forms.UUIDField(widget=forms.HiddenInput())
    task = forms.IntegerField(required=False, widget=forms.HiddenInput())
    region = forms.TypedChoiceField(label=_("地区"), coerce=int, widget=forms.Select(CHINESE))
    place_words = _line(_("地点"), 100, placeholder=_("如 胭脂湖公园百姓大舞台"))
    start = day_field(_("日期"))
    joint = _line(_("与哪些单位一起办"), 400, _("用、隔开；一起办的只报一次，上级只计一次"))
    who = _line(_("哪些人参加"), 200, placeholder=_("如 周边群众、媒体记者"))
    unit = forms.TypedChoiceField(label=_("填报单位"), coerce=int, widget=forms.Select(CHINESE))
    title = _line(_("活动名称"), 100, _("不填就用类别名"))
    hosts = _line(_("主办单位"), 400, _("按署名顺序，用、隔开；不填就是填报单位"))
    assist = _line(_("协办单位"), 400)
    end = day_field(_("结束日期"), required=False, help_text=_("当天结束的不填"))
    starts_at = forms.TimeField(
        label=_("开始时间"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    mode = forms.ChoiceField(label=_("方式"), required=False)
    expected_attendance = forms.IntegerField(
        label=_("预计参加人数"),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
        help_text=_("1000 人以上的，按条例须有安全工作方案"),
    )
    audiences = forms.MultipleChoiceField(label=_("对象"), required=False, widget=_CHOSEN)
    subjects = forms.MultipleChoiceField(label=_("主题"), required=False, widget=_CHOSEN)
    words = forms.CharField(
        label=_("补充说明"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, **CHINESE})
    )
    again = forms.BooleanField(label=_("不是同一次，照报"), required=False)

    def __init__(
        self, *args: Any, kind: ActivityKind, offered: Offered, extra: Sequence[Asked] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.kind, self.offered = kind, offered
        self.units = {unit.pk: unit for unit in offered.units}
        fields: dict[str, Any] = self.fields
        fields["unit"].choices = [(unit.pk, unit.name) for unit in offered.units]
        fields["region"].choices = region_options(offered.regions)
        fields["mode"].choices = [(mode.value, say(*words)) for mode, words in MODE_WORDS.items()]
        for name, words in (("audiences", audiences()), ("subjects", subjects())):
            fields[name].choices = [(code, say(word.zh, word.en)) for code, word in words.items()]
        if offered.places is not None:
            fields["place_words"] = PlaceOrWords(offered.places, kinds=kind.place_kinds)
        asked = list(dict.fromkeys([*(Asked.of(text) for text in kind.suggests), *extra]))
        self.asked = {f"n{number}": item for number, item in enumerate(asked)}
        for name, item in self.asked.items():
            fields[name] = self._number(item)
        for name in ("region", "unit"):
            if len(fields[name].choices) == 1:
                fields[name].widget = forms.HiddenInput()
                fields[name].initial = fields[name].choices[0][0]

    def _number(self, item: Asked) -> forms.CharField:
        names = "、".join(self.offered.measures.get(code, code) for code in item.measures)
        label = f"{names}（{item.classifier}）" if item.classifier else names
        attrs = {"inputmode": "text", "autocomplete": "off", "size": 12, **CHINESE}
        return forms.CharField(label=label, required=False, max_length=40, widget=forms.TextInput(attrs=attrs))

    # -- the page ----------------------------------------------------------------------------------------------------

    def first(self) -> Iterator[BoundField]:
        """The fields on top: eight at most for a consultation day."""
        on_top = ["region", "place_words", "start", "joint", *list(self.asked)[:ASKED_FIRST]]
        on_top += ["who"] if self.kind.group in ("launch", "consultation") else []
        return (self[name] for name in on_top)

    def numbers(self) -> Iterator[BoundField]:
        """The numbers that are asked for less often."""
        return (self[name] for name in list(self.asked)[ASKED_FIRST:])

    def more(self) -> Iterator[BoundField]:
        """All else."""
        shown = {field.name for field in (*self.first(), *self.numbers())} | {"key", "task", "again"}
        return (field for field in self if field.name not in shown)

    @property
    def folds(self) -> bool:
        """Whether nothing of what is folded away is wrong."""
        return not any(field.errors for field in (*self.numbers(), *self.more()))

    # -- what it says ------------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("end") and given.get("start") and given["end"] < given["start"]:
            self.add_error("end", say("结束日期早于开始日期", "it ends before it starts"))
        return given

    def said(self, *, region: Region, task: Task | None) -> Said:
        """What the valid form says. Names that the directory knows become units, a register's name its place."""
        given, unit = self.cleaned_data, self.units[self.cleaned_data["unit"]]
        where = given["place_words"] or ""
        place, words = (None, where.strip()) if isinstance(where, str) else (where, "")
        if words and self.kind.place_kinds:
            regions = [pk for pk, _name, _depth in self.offered.regions]
            place = queries.place_called(words, kinds=self.kind.place_kinds, regions=regions, book=unit.book)
        return Said(
            kind=self.kind,
            unit=unit,
            region=place.region if place else region,
            start=given["start"],
            end=given["end"] or given["start"],
            title=given["title"],
            mode=Mode(given["mode"] or Mode.ON_SITE),
            place=place,
            place_words="" if place else words,
            starts_at=given["starts_at"],
            expected_attendance=given["expected_attendance"],
            audiences=tuple(given["audiences"]),
            who=given["who"],
            subjects=tuple(given["subjects"]),
            task=task,
            campaign=task.campaign if task else None,
            units=self._taking(unit),
            numbers={str(item): given[name] for name, item in self.asked.items()},
            words=given["words"],
        )

    def _taking(self, unit: Unit) -> tuple[Taking, ...]:
        given = self.cleaned_data
        named = {part: queries.split_names(given[name]) for part, name in _PARTS.items()}
        known = queries.units_named({name for names in named.values() for name in names}, book=unit.book)
        known |= {unit.name: unit} | ({unit.short_name: unit} if unit.short_name else {})
        return tuple(
            Taking(part, known.get(name), "" if name in known else name)
            for part, names in named.items()
            for name in names
        )


_PARTS = {Part.HOST: "hosts", Part.JOINT: "joint", Part.ASSIST: "assist"}


class WithdrawForm(forms.Form):
    reason = forms.CharField(label=_("撤回的原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 3, **CHINESE}))


def blank(kind: ActivityKind, *, unit: Unit, day: dt.date) -> dict[str, Any]:
    """What a new form starts with."""
    return {
        "key": uuid.uuid4(),
        "unit": unit.pk,
        "region": unit.region_id,
        "start": day,
        "mode": Mode.ON_SITE.value,
    }


def of_activity(activity: Activity) -> dict[str, Any]:
    """What a record says, as the form's fields have it; the numbers are `numbers_of`."""
    named: dict[str, list[str]] = {name: [] for name in _PARTS.values()}
    for item in queries.units_of([activity])[activity.pk]:
        named[_PARTS[Part(item.part)]].append(item.unit.name if item.unit else item.words)
    place = place_option(activity.place) if activity.place else activity.place_words
    return {
        "unit": activity.unit_id,
        "region": activity.region_id,
        "place_words": place,
        "start": activity.start_on,
        "end": activity.end_on if activity.end_on != activity.start_on else None,
        "title": activity.title,
        "mode": activity.mode,
        "starts_at": activity.starts_at,
        "expected_attendance": activity.expected_attendance,
        "audiences": activity.audiences,
        "who": activity.who,
        "subjects": activity.subjects,
        "task": activity.task_id,
        "words": activity.words,
        **{name: "、".join(names) for name, names in named.items()},
    }


def numbers_of(form: RecordForm, activity: Activity) -> dict[str, str]:
    """What a record says for each number of a form."""
    said = {item.asked: item.revision.printed for item in queries.standing(activity) if not item.row.itself}
    not_applicable = {Asked.of(text) for text in activity.not_applicable}
    found = {}
    for name, item in form.asked.items():
        if item in said:
            found[name] = said[item].removesuffix(item.classifier)
        elif item in not_applicable:
            found[name] = say("不适用", "n/a")
    return found

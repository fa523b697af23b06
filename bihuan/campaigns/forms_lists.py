"""Forms of expected lists: issue them, exempt a unit, note a paper, withdraw."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.campaigns import rules
from bihuan.campaigns.actions import ListWish
from bihuan.campaigns.forms import _text, named_units
from bihuan.campaigns.rhythm import RHYTHM_WORDS, WEEKDAY_WORDS, Rhythm, Term, days_words, monthly, weekly
from bihuan.lib.words import say
from bihuan.org.forms.entries import CHINESE, day_field
from bihuan.workdays.rules import CLOSE_OF_BUSINESS

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bihuan.campaigns.models import Campaign, UnitList
    from bihuan.org.models import Unit

_CODE = re.compile(r"[a-z0-9_.:-]{1,40}")


class IssueForm(forms.Form):
    """What is asked for, from whom, how often, by when."""

    form = forms.ChoiceField(label=_("应报材料"))
    name = _text(_("清单名称"), 40, help_text=_("不填就用材料的名称。"))
    unit_lists = forms.MultipleChoiceField(
        label=_("应报单位"), required=False, widget=forms.CheckboxSelectMultiple(CHINESE)
    )
    units = _text(_("另加单位"), 20_000, rows=3, help_text=_("一行一个单位的全称或简称，也可用顿号隔开。"))
    rhythm = forms.ChoiceField(label=_("报送频次"), widget=forms.RadioSelect())
    first = day_field(_("所报时段的第一天"))
    last = day_field(_("所报时段的最后一天"))
    due_on = day_field(_("报送期限"), required=False, help_text=_("只报一次的填这里。"))
    weekday = forms.TypedChoiceField(label=_("每周的星期几"), coerce=int, required=False)
    month_day = forms.IntegerField(
        label=_("次月几日"), required=False, min_value=1, max_value=31, help_text=_("每月一次的填这里，例如 5。")
    )
    due_time = forms.TimeField(
        label=_("当日几点前"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"), initial=CLOSE_OF_BUSINESS
    )

    reminds = forms.BooleanField(
        label=_("到期自动催报"), required=False,
        help_text=_("只提醒未报齐的单位：期限前一个、后第一个和第三个工作日的上班时间，一天最多一次。"),
    )  # fmt: skip

    def __init__(
        self,
        data: Any = None,
        *,
        campaign: Campaign,
        lists: Sequence[UnitList],
        units: QuerySet[Unit],
        wanted: tuple[str, str] = ("", ""),
    ) -> None:
        """`wanted`: a form of another room by code and name, where its page led here."""
        given = {"first": campaign.period_start, "last": campaign.period_end, "rhythm": Rhythm.ONCE.value, "weekday": 3}
        code, name = wanted
        names = {key: say(*words) for key, words in rules.FORMS.items()}
        if _CODE.fullmatch(code):
            names.setdefault(code, name or code)
            given |= {"form": code, "name": name}
        super().__init__(data, initial=given)
        self.names = {key: words[0] for key, words in rules.FORMS.items()}
        self.lists = {str(row.pk): row for row in lists}
        self.rows = units
        self._choose("form", list(names.items()))
        self._choose(
            "unit_lists", [(key, f"{row.name}（{getattr(row, 'size', 0)}）") for key, row in self.lists.items()]
        )
        self._choose("rhythm", [(key.value, say(*words)) for key, words in RHYTHM_WORDS.items()])
        self._choose("weekday", [(number, say(*words)) for number, words in enumerate(WEEKDAY_WORDS)])

    def _choose(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_units(self) -> list[Unit]:
        return named_units(self.cleaned_data["units"], self.rows, at_most=5000)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        first, last, rhythm = given.get("first"), given.get("last"), given.get("rhythm")
        if first and last and last < first:
            self.add_error("last", say("最后一天早于第一天", "it ends before it begins"))
        elif rhythm == Rhythm.ONCE and not given.get("due_on"):
            self.add_error("due_on", say("请填报送期限", "say by which day"))
        elif rhythm == Rhythm.MONTHLY and not given.get("month_day"):
            self.add_error("month_day", say("请填次月几日", "say which day of the month after"))
        elif first and last and (last - first).days > 370:
            self.add_error("last", say("时段不超过一年", "at most a year"))
        if not given.get("unit_lists") and not given.get("units"):
            self.add_error("unit_lists", say("请选择应报单位", "choose the units that are to report"))
        return given

    def terms(self) -> list[Term]:
        """The periods and due days of the valid form."""
        given = self.cleaned_data
        first, last = given["first"], given["last"]
        if given["rhythm"] == Rhythm.WEEKLY:
            return weekly(first, last, given["weekday"] or 0)
        if given["rhythm"] == Rhythm.MONTHLY:
            return monthly(first, last, given["month_day"])
        return [Term(first, last, given["due_on"])]

    def wishes(self) -> list[ListWish]:
        """The lists that the valid form asks for. Where there are several, each says its days in its name."""
        given, terms = self.cleaned_data, self.terms()
        name = given["name"].strip() or self.names.get(given["form"], given["form"])
        time: dt.time = given["due_time"]
        return [
            ListWish(
                given["form"],
                name + (days_words(term.first, term.last) if len(terms) > 1 else ""),
                (term.first, term.last),
                term.due_on,
                time,
            )
            for term in terms
        ]


class LineForm(forms.Form):
    """What is done with one line, and why."""

    line = forms.IntegerField(widget=forms.HiddenInput(), min_value=1, max_value=2**62)
    what = forms.ChoiceField(choices=[("exempt", ""), ("paper", "")], widget=forms.HiddenInput())
    words = _text(_("原因或文号"), 200, required=True)


class WithdrawForm(forms.Form):
    reason = _text(_("收回原因"), 200, required=True)

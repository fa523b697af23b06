"""The filter of the history."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.web.telling import KINDS

_DAY = forms.DateInput(attrs={"type": "date"})


class HistoryFilter(forms.Form):
    who = forms.CharField(label=_("人员"), max_length=60, required=False, strip=True)
    kind = forms.ChoiceField(label=_("事物"), required=False)
    thing = forms.CharField(label=_("编号"), max_length=60, required=False)
    first = forms.DateField(label=_("从"), required=False, widget=_DAY)
    last = forms.DateField(label=_("到"), required=False, widget=_DAY)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        kinds = [("", say("全部", "all")), *((name, say(*words)) for name, words in KINDS.items())]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """The arguments of `history.queries.feed`, but for the person, whose name must be looked up."""
        found = self.cleaned_data
        zone = ZoneInfo(settings.CAMPAIGN_ZONE)

        def moment(day: dt.date | None) -> dt.datetime | None:
            return dt.datetime.combine(day, dt.time(), zone) if day else None

        last = found["last"]
        return {
            "subject": (found["kind"], found["thing"]) if found["kind"] else None,
            "first": moment(found["first"]),
            "last": moment(last + dt.timedelta(days=1)) if last and last < dt.date.max else None,
        }

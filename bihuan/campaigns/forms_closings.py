"""Forms of closed periods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.campaigns.actions.closings import LONGEST_REASON
from bihuan.org.forms.entries import CHINESE, day_field

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign


class ClosePeriodForm(forms.Form):
    """Which days of which campaign."""

    campaign = forms.ChoiceField(label=_("活动"), widget=forms.Select(CHINESE))
    first = day_field(_("从哪天起"))
    last = day_field(_("到哪天止"), help_text=_("当天也算在内"))
    sure = forms.BooleanField(label=_("明白：关账不能撤销，以后只能凭勘误逐条更正"))

    def __init__(self, data: Any = None, *, campaigns: Sequence[Campaign], chosen: str = "", **more: Any) -> None:
        self.campaigns = {str(item.pk): item for item in campaigns}
        first = self.campaigns.get(chosen) or next(iter(self.campaigns.values()), None)
        if first:
            more["initial"] = {"campaign": first.pk, "first": first.period_start, "last": first.period_end}
        super().__init__(data, **more)
        self.fields["campaign"].choices = [(key, item.name) for key, item in self.campaigns.items()]  # type: ignore[attr-defined]

    def wish(self) -> dict[str, Any]:
        """The arguments of `actions.close_campaign_period`, of a form that is valid."""
        found = self.cleaned_data
        period: tuple[dt.date, dt.date] = (found["first"], found["last"])
        return {"campaign": self.campaigns[found["campaign"]], "period": period}


class ErratumForm(forms.Form):
    """What a record of a closed period should say, and why."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    value = forms.CharField(
        label=_("改为"),
        max_length=60,
        required=False,
        widget=forms.TextInput(CHINESE | {"autocomplete": "off"}),
        help_text=_("连量词一起写；留空表示作废这条记录"),
    )
    reason = forms.CharField(
        label=_("勘误的理由"), max_length=LONGEST_REASON, widget=forms.Textarea(CHINESE | {"rows": 3})
    )

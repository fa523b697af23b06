"""Forms of bulletins: what one is asked of, and how it is written as a paper."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.org.forms.entries import CHINESE
from bihuan.supervision.bulletin_rules import OPENNESS, Month, Openness

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign
    from bihuan.org.models import Region

_MONTH = re.compile(r"(\d{4})-(\d{2})")


class MonthField(forms.CharField):
    """A calendar month: 2023-06."""

    widget = forms.TextInput(attrs={"type": "month", "placeholder": "2023-06", "autocomplete": "off"})

    def clean(self, value: Any) -> Month:
        """The month. Raises ValidationError."""
        found = _MONTH.fullmatch(str(super().clean(value)))
        try:
            if found is None:
                raise ValueError
            return Month(dt.date(int(found[1]), int(found[2]), 1))
        except ValueError:
            raise forms.ValidationError(say("请写成 2023-06 的样子", "write it like 2023-06"), code="month") from None


class MomentField(forms.CharField):
    """A moment by the campaign's clock, to the minute."""

    widget = forms.TextInput(attrs={"type": "datetime-local", "placeholder": "2023-06-30T18:00"})

    def clean(self, value: Any) -> dt.datetime:
        """The moment, aware. Raises ValidationError."""
        try:
            local = dt.datetime.fromisoformat(str(super().clean(value)).strip())
            if local.tzinfo is not None or not 1970 < local.year < 9999:
                raise ValueError
            return local.replace(tzinfo=ZoneInfo(settings.CAMPAIGN_ZONE))
        except ValueError:
            words = say("请写成 2023-06-30 18:00 的样子", "write it like 2023-06-30 18:00")
            raise forms.ValidationError(words, code="moment") from None


class BulletinForm(forms.Form):
    """Of what a bulletin is asked."""

    campaign = forms.ChoiceField(label=_("活动"), widget=forms.Select(CHINESE))
    region = forms.ChoiceField(label=_("范围"), widget=forms.Select(CHINESE), required=False)
    month = MonthField(label=_("月份"), max_length=7)
    cut_off = MomentField(label=_("截止时点"), max_length=25, help_text=_("这一刻以后办理的不计入。"))
    ranking_basis = forms.CharField(
        label=_("排名依据"),
        required=False,
        max_length=200,
        widget=forms.TextInput(CHINESE),
        help_text=_("默认不排名。上级文件要求排名时，写明文件名称和文号。"),
    )

    def __init__(self, data: Any, *, campaigns: Sequence[Campaign], regions: Sequence[Region], **more: Any) -> None:
        super().__init__(data, **more)
        self.campaigns = {str(item.pk): item for item in campaigns}
        self.regions = {str(item.pk): item for item in regions}
        self.fields["campaign"].choices = [(key, item.name) for key, item in self.campaigns.items()]  # type: ignore[attr-defined]
        self.fields["region"].choices = [(key, item.name) for key, item in self.regions.items()]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> tuple[Campaign, Region]:
        """Of the valid form."""
        campaign = self.campaigns[self.cleaned_data["campaign"]]
        return campaign, self.regions[self.cleaned_data["region"] or next(iter(self.regions))]


class PaperForm(forms.Form):
    """How a bulletin is written as a paper."""

    openness = forms.ChoiceField(label=_("公开属性"), widget=forms.RadioSelect())
    basis = forms.CharField(
        label=_("依据"),
        required=False,
        max_length=200,
        widget=forms.TextInput(CHINESE),
        help_text=_("不填时用《政府信息公开条例》的相应条款。"),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"openness": Openness.ON_REQUEST.value}, auto_id="paper_%s")
        hints = {
            Openness.OPEN: say("公示：不含原因和个人", "for the public: no reasons, no persons"),
            Openness.ON_REQUEST: say("通报：含原因和进展", "for the inside: with reasons"),
            Openness.CLOSED: say("通报：含原因和进展", "for the inside: with reasons"),
        }
        self.fields["openness"].choices = [  # type: ignore[attr-defined]
            (item.value, f"{say(*OPENNESS[item])}（{hints[item]}）") for item in Openness
        ]

"""The form of light rules: which of the shipped ones, from which day on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.org.forms.entries import CHINESE, day_field
from bihuan.supervision.light_rules import presets

if TYPE_CHECKING:
    from bihuan.org.models import Region


class LightsForm(forms.Form):
    """Rules for a region."""

    region = forms.ChoiceField(label=_("地区"), widget=forms.Select(CHINESE))
    preset = forms.ChoiceField(label=_("亮灯规则"))
    valid_from = day_field(_("自何日起"))

    def __init__(self, data: Any, *, regions: Sequence[Region], day: dt.date) -> None:
        super().__init__(data, initial={"valid_from": day})
        self.regions = {str(item.pk): item for item in regions}
        self.fields["region"].choices = [(key, item.name) for key, item in self.regions.items()]  # type: ignore[attr-defined]
        usable = [item for item in presets().values() if item.usable]
        self.fields["preset"].choices = [(item.name, say(item.zh, item.en)) for item in usable]  # type: ignore[attr-defined]

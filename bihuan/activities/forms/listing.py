"""What narrows the list of activities down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.org.forms.entries import CHINESE, RegionChoice, day_field, region_options

if TYPE_CHECKING:
    from bihuan.activities.models import ActivityKind


class ListFilter(forms.Form):
    kind = forms.ChoiceField(label=_("类别"), required=False)
    region = forms.TypedChoiceField(
        label=_("地区"), required=False, coerce=int, empty_value=None, widget=forms.Select(CHINESE)
    )
    first = day_field(_("从"), required=False)
    last = day_field(_("到"), required=False)
    words = forms.CharField(label=_("名称、地点或单位"), required=False, max_length=60)
    withdrawn = forms.BooleanField(label=_("只看已撤回的"), required=False)

    def __init__(
        self, *args: Any, kinds: Iterable[ActivityKind], regions: Sequence[RegionChoice], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        everything = say("全部", "All")
        choices = [("", everything), *((item.code, say(item.zh, item.en)) for item in kinds)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.fields["region"].choices = region_options(regions, empty=everything)  # type: ignore[attr-defined]

"""The safety plan of a large event: its nine items, or the paper that has them, or why no permit is needed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.activities.rules import PLAN_ITEMS
from bihuan.lib.words import say

LONGEST = 500


class SafetyPlanForm(forms.Form):
    by_government = forms.CharField(
        label=_("由县级以上人民政府直接举办的，写明举办机关"),
        required=False,
        max_length=200,
        help_text=_("《大型群众性活动安全管理条例》第二十五条：不实行安全许可，仍须制定更严格的安全工作方案。"),
    )
    permit = forms.CharField(label=_("公安机关安全许可文号"), required=False, max_length=100)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for code, (zh, en) in PLAN_ITEMS.items():
            self.fields[f"item_{code}"] = forms.CharField(
                label=say(zh, en),
                required=False,
                max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 2, "lang": "zh-Hans"}),
            )

    def items(self) -> dict[str, str]:
        """What was written for each item, blanks left out."""
        found = {code: self.cleaned_data[f"item_{code}"].strip() for code in PLAN_ITEMS}
        return {code: text for code, text in found.items() if text}

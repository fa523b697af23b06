"""The safety plan of a large event: its nine items, or the paper that has them, or why no permit is needed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.activities.actions import Offered
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
    paper = forms.FileField(
        label=_("安全工作方案文件"),
        required=False,
        allow_empty_file=True,
        help_text=_("上传了方案文件，下面九项可以不填；PDF、OFD、WPS/Office 文档或扫描图片，20 MB 以内"),
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

    def offered(self) -> Offered | None:
        """The file that came, of a valid form."""
        file = self.cleaned_data["paper"]
        return Offered(file.name or "", file.read()) if file else None

    def items(self) -> dict[str, str]:
        """What was written for each item, blanks left out."""
        found = {code: self.cleaned_data[f"item_{code}"].strip() for code in PLAN_ITEMS}
        return {code: text for code, text in found.items() if text}

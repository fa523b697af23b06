"""What /styleguide/ shows: every component in every state. All names are of the model; nobody is meant."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from bihuan.components import icons
from bihuan.components.paging import Page
from bihuan.components.steps import Step
from bihuan.components.timeline import Moment
from bihuan.lib.words import say

PERSON, UNIT = "样例甲", "样例县应急管理局"
# What a page would show as data.
SAMPLE = {
    "some": "2000余人",
    "stated": "8万余份",
    "rest": "约1.7万",
    "nearly": "近1.5万人",
    "exact": "12场",
    "visits": "5000多人次",
    "drill": "300余人",
    "summary": "样例县“安全生产月”活动情况总结",
    "town": "样例乡六月份宣传咨询日情况",
    "drill_note": "样例镇消防演练小结",
    "paper_title": "关于样例县“安全生产月”活动开展情况的报告",
    "paper_number": "样安委〔2026〕15号",
    "before": "今年6月，全县围绕“样例主题”开展宣传咨询、隐患排查和应急演练，参加",
    "between": "，发放宣传资料",
    "after": "。",
}


class Specimen(forms.Form):
    """One field of each kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text = self.fields["title"]
        text.label, text.help_text = (
            say("标题", "Title"),
            say("照原件写，不超过六十字。", "As on the original, 60 characters."),
        )
        self.fields["day"].label = say("日期", "Day")
        self.fields["kind"].label = say("口径", "Kind")
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("record", say("记录：有时间、有地点，参与相加", "Record: has a time and a place, adds up")),
            ("statement", say("上报数：对全域的说法，不相加", "Stated: a claim for the whole area, never added up")),
        ]
        self.fields["campaign"].label = say("活动", "Campaign")
        self.fields["campaign"].choices = [("1", say("样例活动", "Sample campaign"))]  # type: ignore[attr-defined]
        self.fields["reason"].label = say("退回理由", "Reason for the return")
        self.fields["agreed"].label = say("已核对原件", "Checked against the original")
        self.fields["file"].label = say("报送文件", "Report")

    title = forms.CharField(max_length=60)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False)
    campaign = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(widget=forms.RadioSelect)
    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(required=False)
    file = forms.FileField(required=False)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if self.is_bound and not found.get("agreed"):
            raise ValidationError(say("提交前请先核对原件", "check it against the original before sending"))
        return found


def specimens() -> dict[str, Any]:
    """The context of the page."""
    at = dt.datetime(2026, 6, 8, 2, 30, tzinfo=dt.UTC)
    return {
        "sample": SAMPLE,
        "person_name": PERSON,
        "unit_name": UNIT,
        "form": Specimen(prefix="whole"),
        "wrong_form": Specimen({"wrong-title": "", "wrong-day": "6月31日"}, prefix="wrong"),
        "filter_form": Specimen(prefix="filter"),
        "page": Page((), "?before=1", "?after=1"),
        "at": at,
        "steps": [
            Step(say("拟稿", "Draft"), "done", "样例甲", at),
            Step(say("核稿", "Check"), "done", "样例乙", at + dt.timedelta(hours=3)),
            Step(say("签发", "Sign off"), "now", "样例丙"),
            Step(say("印发", "Issue"), "todo"),
        ],
        "entries": [
            Moment(
                at, say("报送了", "handed in a report"), "样例甲", "样例县“安全生产月”活动情况总结", url="#timeline"
            ),
            Moment(
                at + dt.timedelta(minutes=12),
                say("退回", "returned it"),
                "样例乙",
                "第三段的人数与附表不一致。",
                tone="warn",
            ),
            Moment(
                at + dt.timedelta(hours=2),
                say("确认了全部十二个数", "confirmed all twelve figures"),
                "样例甲",
                tone="good",
            ),
        ],
        "icons": sorted(icons.names()),
    }

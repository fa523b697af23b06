"""Forms by which statistical forms are defined."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.org.forms.entries import CHINESE
from bihuan.statistics.pages import EVERY
from bihuan.statistics.rules import LONGEST_CODE, LONGEST_NAME, Every, Span

SPANS: dict[Span, tuple[str, str]] = {
    Span.PERIOD: ("本期", "This period"),
    Span.MONTH: ("本月累计", "Since the month began"),
    Span.YEAR: ("本年累计", "Since the year began"),
}


def span_options() -> list[tuple[str, str]]:
    return [(span.value, say(*words)) for span, words in SPANS.items()]


class TemplateForm(forms.Form):
    """An empty form, as a workbook."""

    file = forms.FileField(label=_("表样文件"), allow_empty_file=True)


class HeadForm(forms.Form):
    """What a form is called, and how often it is handed in. `code` cannot be changed later: lists name it."""

    name = forms.CharField(label=_("表名"), max_length=LONGEST_NAME, widget=forms.TextInput(CHINESE))
    code = forms.CharField(
        label=_("代号"),
        max_length=LONGEST_CODE,
        help_text=_("小写字母、数字、连字符；应报清单用它指明这张表，定下后不改。"),
    )
    every = forms.ChoiceField(label=_("报送周期"))
    source = forms.CharField(
        label=_("来源"),
        max_length=200,
        required=False,
        help_text=_("这张表出自哪份文件；没有就空着。"),
        widget=forms.TextInput(CHINESE),
    )
    expected_version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=10**9)

    def __init__(self, *args: Any, fixed: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        options = [(each.value, say(*words)) for each, words in EVERY.items()]
        self.fields["every"].choices = options  # type: ignore[attr-defined]
        if fixed:
            self.fields["code"].widget.attrs["readonly"] = True

    def chosen(self) -> Every:
        return Every(self.cleaned_data["every"])


class ColumnsForm(HeadForm):
    """Of a form without a workbook, also its columns."""

    spans = forms.MultipleChoiceField(
        label=_("栏目"), widget=forms.CheckboxSelectMultiple, initial=[Span.PERIOD.value, Span.YEAR.value]
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["spans"].choices = span_options()  # type: ignore[attr-defined]

"""Forms of the calendar."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class OfficialForm(forms.Form):
    """An official list, as a file."""

    file = forms.FileField(label=_("放假安排文件"), allow_empty_file=True)


class TakeForm(forms.Form):
    """What is confirmed after the preview: the list as it was read, sealed, and what it follows."""

    read = forms.CharField(widget=forms.HiddenInput(), max_length=50_000)
    source = forms.CharField(
        label=_("依据"), max_length=200, help_text=_("通知的标题和文号，例如：国务院办公厅关于某年部分节假日安排的通知")
    )

"""Forms of handing in: a file, the reason of a return."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.org.forms.entries import CHINESE
from bihuan.statistics.rules import LONGEST_REASON


class HandedFileForm(forms.Form):
    """A filled-in form as a file."""

    file = forms.FileField(label=_("填好的表"), allow_empty_file=True)


class GiveBackForm(forms.Form):
    """Why a form is given back."""

    reason = forms.CharField(
        label=_("退回原因"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea({**CHINESE, "rows": 3}),
        help_text=_("写清哪一格、为什么，填报人照着改。"),
    )

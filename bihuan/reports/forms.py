"""Forms of reports: hand one in, correct a figure, return, compose, verify."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.reading.quantities import read_quantity
from bihuan.reading.source import load
from bihuan.reading.unreadable import MAX_BYTES, UnreadableError
from bihuan.reports.actions import Meant
from bihuan.reports.models import Proposal
from bihuan.reports.rules import LONGEST_REASON, Standing, State

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign
    from bihuan.org.models import Region, Unit

STATES = (
    ("", _("全部")),
    (State.HANDED_IN.value, _("待确认")),
    (State.CONFIRMED.value, _("待采用")),
    (State.ACCEPTED.value, _("已采用")),
    (State.RETURNED.value, _("已退回")),
    ("replaced", _("已被替换")),
)


class SubmissionsFilter(forms.Form):
    """What the list of reports is narrowed down by."""

    state = forms.ChoiceField(label=_("状态"), required=False, choices=STATES)
    region = forms.TypedChoiceField(label=_("地区"), required=False, coerce=int, empty_value=None)
    words = forms.CharField(label=_("名称或单位"), required=False, max_length=60)

    def __init__(self, *args: Any, regions: Iterable[Region], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("全部")), *((region.pk, region.name) for region in regions)]
        self.fields["region"].choices = choices  # type: ignore[attr-defined]


class HandInForm(forms.Form):
    """A report as a file or as text; one of the two."""

    line = forms.IntegerField(widget=forms.HiddenInput(), required=False, min_value=1, max_value=2**62)
    campaign = forms.TypedChoiceField(label=_("活动"), coerce=int, empty_value=None, required=False)
    unit = forms.TypedChoiceField(label=_("报送单位"), coerce=int)
    file = forms.FileField(
        label=_("报告文件"),
        required=False,
        allow_empty_file=True,
        max_length=200,
        widget=forms.ClearableFileInput(),
    )
    text = forms.CharField(
        label=_("或者粘贴正文"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "lang": "zh-Hans"}),
    )

    def __init__(self, *args: Any, campaigns: Sequence[Campaign], units: Sequence[Unit], **options: Any) -> None:
        super().__init__(*args, **options)
        self.campaigns = {campaign.pk: campaign for campaign in campaigns}
        self.units = {unit.pk: unit for unit in units}
        shown = [(key, f"{item.name}（{item.region.name}）") for key, item in self.campaigns.items()]
        self.fields["campaign"].choices = [*shown, ("", _("按正文所写的年份"))]  # type: ignore[attr-defined]
        self.fields["unit"].choices = [(key, item.name) for key, item in self.units.items()]  # type: ignore[attr-defined]
        self.source_name = ""

    def clean(self) -> dict[str, Any]:
        """`source`: the text of the file or of the field, lines ending in \\n, and `source_name`."""
        given = super().clean() or self.cleaned_data
        file, text = given.get("file"), given.get("text") or ""
        if file and text.strip():
            raise forms.ValidationError(_("文件和正文只要一样：请去掉其中一样"), code="both")
        if not file and not text.strip():
            raise forms.ValidationError(_("请选择文件，或粘贴正文"), code="neither")
        try:
            if file:
                if file.size > MAX_BYTES:
                    raise UnreadableError("too_large", "文件超过 20 MB，未读取", "the file is larger than 20 MB")
                given["source"] = load(file.read(MAX_BYTES + 1)).text
            else:
                given["source"] = load(text.encode("utf-8", "replace")).text
        except UnreadableError as error:
            self.add_error("file" if file else "text", say(error.zh, error.en))
            return given
        self.source_name = file.name if file else title_of(given["source"]) or say("粘贴的正文", "pasted text")
        return given


def title_of(text: str) -> str:
    """The first line of a text that can be its title: short, no remark in brackets, no full stop; "" without one."""
    for line in text.split("\n", 20)[:20]:
        words = line.strip()
        if words and not words.startswith("【"):
            return words if len(words) <= 40 and not words.endswith(("。", "：", ":")) else ""
    return ""


class CorrectionForm(forms.Form):
    """What a figure means. `read` fills it in; what is left as it was read stays so."""

    value = forms.CharField(
        label=_("数值"),
        max_length=60,
        help_text=_("照公文写法，如 近1.5万、8万余、1.4万至1.5万，或准确数 14862"),
    )
    measure = forms.ChoiceField(label=_("指标"))
    place = forms.TypedChoiceField(label=_("地区"), coerce=int)
    first = forms.DateField(label=_("从"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("到"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    kind = forms.ChoiceField(
        label=_("是记录还是上报数"),
        choices=[
            (Standing.RECORD.value, _("记录：何时何地办的一件事，逐级相加")),
            (Standing.STATEMENT.value, _("上报数：对全域的说法，不参与相加")),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("说明"), required=False, max_length=500, help_text=_("为什么改，留在记录里"))

    def __init__(
        self, data: Any = None, *, proposal: Proposal, places: Sequence[Region], measures: Mapping[str, str]
    ) -> None:
        said = proposal.said
        together = "+".join(said.measures)
        initial = {
            "value": said.printed,
            "measure": together,
            "place": said.region.pk,
            "first": said.period[0],
            "last": said.period[1],
            "kind": said.kind.value if said.kind else None,
            "note": proposal.note,
        }
        super().__init__(data, initial=initial, auto_id=f"c{proposal.pk}_%s")
        self.proposal = proposal
        self.places = {region.pk: region for region in [said.region, *places]}
        choices = list(measures.items())
        if len(said.measures) > 1:
            choices.insert(0, (together, "、".join(measures[code] for code in said.measures)))
        if not said.measures:
            choices.insert(0, ("", say("请选择", "choose one")))
        self.fields["measure"].choices = choices  # type: ignore[attr-defined]
        self.fields["place"].choices = [(key, region.name) for key, region in self.places.items()]  # type: ignore[attr-defined]

    def clean_value(self) -> str:
        """The phrase; `quantity` keeps what it says."""
        phrase = "".join(str(self.cleaned_data["value"]).split())
        unit = self.proposal.said.classifier
        self.quantity = read_quantity(phrase)
        if self.quantity is not None and not self.quantity.unit:
            phrase += unit
            self.quantity = read_quantity(phrase)
        if self.quantity is None or (self.quantity.start, self.quantity.end) != (0, len(phrase)):
            zh = f"看不懂“{phrase}”，请写成 近1.5万 或 14862 这样"
            raise forms.ValidationError(say(zh, f"“{phrase}” is not understood: write 近1.5万 or 14862"), code="value")
        return phrase

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("first") and given.get("last") and given["first"] > given["last"]:
            self.add_error("last", say("不能早于起始日期", "not before the first day"))
        return given

    def meant(self) -> Meant:
        """What the valid form says."""
        given, quantity = self.cleaned_data, self.quantity
        assert quantity is not None
        same = given["value"] == self.proposal.said.printed
        return Meant(
            value=self.proposal.said.value if same else quantity.range,
            printed=given["value"],
            form=self.proposal.said.form if same else quantity.form,
            measures=tuple(code for code in given["measure"].split("+") if code),
            classifier=(self.proposal.said.classifier if same else quantity.unit_norm)[:20],
            region=self.places[given["place"]],
            period=(given["first"], given["last"]),
            kind=Standing(given["kind"]),
        )


class ReturnForm(forms.Form):
    reason = forms.CharField(label=_("退回的原因"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))


class ComposeForm(forms.Form):
    """Who signs the paper."""

    signer = forms.ChoiceField(label=_("签发人"))

    def __init__(self, *args: Any, signers: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["signer"].choices = [(name, name) for name in signers]  # type: ignore[attr-defined]


class VerifyForm(forms.Form):
    file = forms.FileField(label=_("DOCX 文件"), max_length=200, allow_empty_file=True)

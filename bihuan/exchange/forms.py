"""Forms of reporting upward."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bihuan.exchange.rules import LONGEST_NAME, LONGEST_TEXT
from bihuan.org.forms.entries import CHINESE, day_field

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign
    from bihuan.exchange.models import Peer
    from bihuan.org.models import Region

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


def _text(label: Any, *, rows: int = 3, **more: Any) -> forms.CharField:
    widget = forms.Textarea(CHINESE | {"rows": rows})
    return forms.CharField(label=label, max_length=LONGEST_TEXT, widget=widget, **more)


class CloseForm(forms.Form):
    """Which period of which campaign is closed, and to whom it is reported."""

    campaign = forms.ChoiceField(label=_("活动"), widget=forms.Select(CHINESE))
    peer = forms.ChoiceField(label=_("报给"), widget=forms.Select(CHINESE))
    first = day_field(_("从哪天起"))
    last = day_field(_("到哪天止"), help_text=_("当天也算在内"))
    although = _text(_("仍要关账的理由"), required=False, help_text=_("应报清单没有齐时才填，会一并报给上级"))

    def __init__(self, data: Any, *, campaigns: Sequence[Campaign], peers: Sequence[Peer], **more: Any) -> None:
        super().__init__(data, **more)
        self.campaigns = {str(item.pk): item for item in campaigns}
        self.peers = {str(item.pk): item for item in peers}
        self.fields["campaign"].choices = [(key, item.name) for key, item in self.campaigns.items()]  # type: ignore[attr-defined]
        self.fields["peer"].choices = [(key, item.name) for key, item in self.peers.items()]  # type: ignore[attr-defined]

    def wish(self) -> dict[str, Any]:
        """The arguments of `actions.close_period`, of a form that is valid."""
        found = self.cleaned_data
        return {
            "campaign": self.campaigns[found["campaign"]],
            "peer": self.peers[found["peer"]],
            "period": (found["first"], found["last"]),
            "although": found["although"],
        }


class ReasonForm(forms.Form):
    """Why."""

    reason = _text(_("理由"))


class HeldForm(forms.Form):
    """What becomes of a bundle that is held."""

    reason = _text(
        _("理由"), required=False,
        help_text=_("退回必须写，会告诉对方；收进本级已关账的时段也必须写，作为勘误的理由"),
    )  # fmt: skip


class ErratumForm(forms.Form):
    """Why the report is corrected."""

    reason = _text(_("更正的原因"), help_text=_("会一并报给上级"))


class CorrectForm(forms.Form):
    """What a record of a closed period should say."""

    figure = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**62)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31)
    value = forms.CharField(
        label=_("改为"), max_length=60, required=False, widget=forms.TextInput(CHINESE | _PLAIN),
        help_text=_("连量词一起写；留空表示作废这条记录"),
    )  # fmt: skip
    reason = forms.CharField(label=_("更正的原因"), max_length=200, widget=forms.TextInput(CHINESE))


class AskForm(forms.Form):
    """A question about a report, or about one line of it."""

    line = forms.ChoiceField(label=_("问哪个数"), required=False, widget=forms.Select(CHINESE))
    text = _text(_("问什么"))

    def __init__(self, data: Any = None, *, lines: Sequence[tuple[str, str]] = (), **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["line"].choices = [("", "—"), *lines]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """The answer to a question."""

    text = _text(_("答复"))


class BundleForm(forms.Form):
    """A bundle or a receipt, as a file."""

    file = forms.FileField(label=_("上报包或回执文件"), allow_empty_file=True)


class NameForm(forms.Form):
    """How this installation is called on its card."""

    name = forms.CharField(label=_("本单位名称"), max_length=LONGEST_NAME, widget=forms.TextInput(CHINESE))


class PeerForm(forms.Form):
    """Another installation, as its card says."""

    card = forms.CharField(
        label=_("对方安装的名片"), max_length=2000, widget=forms.Textarea({"rows": 5, **_PLAIN}),
        help_text=_("请对方从“对方安装”页整段复制给您"),
    )  # fmt: skip
    region = forms.ChoiceField(
        label=_("对方负责的地区"), widget=forms.Select(CHINESE),
        help_text=_("上级：我们报给它；下级：只收它这个地区的数据"),
    )  # fmt: skip
    address = forms.CharField(
        label=_("对方的网址"), max_length=200, required=False, widget=forms.TextInput(_PLAIN),
        help_text=_("形如 https://aq.example.cn；留空表示只用文件往来"),
    )  # fmt: skip

    def __init__(self, data: Any, *, above: Sequence[Region], below: Sequence[Region], **more: Any) -> None:
        super().__init__(data, **more)
        self.above = {str(item.pk): item for item in above}
        self.regions = self.above | {str(item.pk): item for item in below}
        self.fields["region"].choices = [(key, item.name) for key, item in self.regions.items()]  # type: ignore[attr-defined]

    def wish(self) -> dict[str, Any]:
        """The arguments of `actions.enter_peer` beside the card, of a form that is valid."""
        found = self.cleaned_data
        key = found["region"]
        return {"region": self.regions[key], "upward": key in self.above, "address": found["address"]}


class TrustForm(forms.Form):
    """The fingerprint as the other side said it."""

    said = forms.CharField(
        label=_("对方念的指纹"), max_length=80, widget=forms.TextInput(_PLAIN),
        help_text=_("请对方在电话里或当面念，照念的输入；不要从这一页抄"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)

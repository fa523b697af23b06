"""Forms of what is laid to an activity, and of rosters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from bihuan.activities.actions import Listed, Offered, Paper, Place, Work
from bihuan.activities.attachment_rules import MOST_FILES
from bihuan.activities.publicity_rules import MOST_OF_ONE, MOST_VIEWS, Carrier, carriers, platforms
from bihuan.activities.rules import audiences
from bihuan.activities.training_rules import read_people
from bihuan.lib.words import say
from bihuan.loop.forms import FilesInput
from bihuan.org.forms.entries import CHINESE, day_field

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign
    from bihuan.org.models import Unit

LINE = 10**18


def _line(label: Any, most: int, *, required: bool = True, hint: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs=CHINESE)
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, help_text=hint)


def _coded(label: Any, named: Mapping[str, Carrier]) -> Any:
    field = forms.ChoiceField(label=label)
    field.choices = [
        ("", say("请选择", "choose one")),
        *((item.code, say(item.zh, item.en)) for item in named.values()),
    ]
    return field


class ManyFiles(forms.FileField):
    """Several files; what each is, the action says by its content."""

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=FilesInput(), allow_empty_file=True, max_length=200, **more)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """The files. Raises ValidationError: none, or too many."""
        files = [item for item in data if item] if isinstance(data, list | tuple) else [data] if data else []
        if not files:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_FILES:
            most = say(f"一次最多 {MOST_FILES} 个文件", f"at most {MOST_FILES} files at once")
            raise ValidationError(most, code="too-many")
        return files


class MaterialForm(forms.Form):
    """Base of them all. `line`: the row that it is about, where it is about one."""

    line = forms.IntegerField(required=False, min_value=1, max_value=LINE, widget=forms.HiddenInput())

    def __init__(
        self, data: Any = None, files: Any = None, *, verb: str, day: dt.date, line: int | None = None
    ) -> None:
        super().__init__(data, files, initial={"line": line, **self.first(day)}, auto_id=f"{verb}{line or ''}_%s")

    def first(self, day: dt.date) -> dict[str, Any]:
        """What stands in the fields at first."""
        return {}


class FilesForm(MaterialForm):
    pieces = ManyFiles(label=_("文件"))
    caption = _line(_("说明"), 100, required=False)

    @property
    def offered(self) -> list[Offered]:
        """Of the valid form."""
        return [Offered(item.name or "", item.read()) for item in self.cleaned_data["pieces"]]


class CloseForm(MaterialForm):
    version = forms.IntegerField(min_value=0, max_value=LINE, widget=forms.HiddenInput())


class ReasonForm(MaterialForm):
    reason = _line(_("原因"), 200)


class ReleaseForm(MaterialForm):
    caption = _line(
        _("公众看到的说明"), 100, required=False, hint=_("名录和名册里的人名会换成“某某”；不写就只写活动类别。")
    )


class PlaceForm(MaterialForm):
    carrier = forms.ChoiceField(label=_("载体"))
    count = forms.IntegerField(label=_("数量"), min_value=1, max_value=MOST_OF_ONE)
    place = _line(_("放置地点"), 100)
    content = _line(_("内容"), 200)
    start_on = day_field(_("起"))
    end_on = day_field(_("止"))

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["carrier"] = _coded(_("载体"), carriers())
        self.order_fields(["line", "carrier"])

    @property
    def said(self) -> Place:
        """Of the valid form."""
        return Place(**{name: value for name, value in self.cleaned_data.items() if name != "line"})


class WorkForm(MaterialForm):
    platform = forms.ChoiceField(label=_("平台"))
    title = _line(_("标题"), 100)
    address = forms.CharField(
        label=_("网址"), max_length=500, required=False, widget=forms.TextInput(attrs={"inputmode": "url"})
    )
    published_on = day_field(_("发布日期"))
    views = forms.IntegerField(label=_("目前阅读播放量"), min_value=0, max_value=MOST_VIEWS, required=False)

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["platform"] = _coded(_("平台"), platforms())
        self.order_fields(["line", "platform"])

    @property
    def said(self) -> Work:
        """Of the valid form."""
        names = ("platform", "title", "address", "published_on")
        return Work(**{name: self.cleaned_data[name] for name in names})


class ViewsForm(MaterialForm):
    day = day_field(_("日期"))
    views = forms.IntegerField(label=_("阅读播放量"), min_value=0, max_value=MOST_VIEWS)

    def first(self, day: dt.date) -> dict[str, Any]:
        return {"day": day}


class AttendForm(MaterialForm):
    """Who of a roster came."""

    entries = forms.TypedMultipleChoiceField(label=_("参训人员"), coerce=int, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *given: Any, people: Iterable[tuple[int, str]] = (), **more: Any) -> None:
        super().__init__(*given, **more)
        self.fields["entries"].choices = list(people)  # type: ignore[attr-defined]
        self.fields["entries"].widget.attrs["lang"] = "zh-Hans"


class PeopleForm(MaterialForm):
    people = forms.CharField(
        label=_("人员"),
        max_length=200_000,
        widget=forms.Textarea(attrs=CHINESE | {"rows": 6}),
        help_text=_("每行一人：姓名、单位、职务，用逗号或制表符隔开；可以直接从表格里粘贴。"),
    )

    @property
    def said(self) -> list[Listed]:
        """Of the valid form."""
        return [Listed(*row) for row in read_people(self.cleaned_data["people"])]


class CertificateForm(MaterialForm):
    name = _line(_("证书名称"), 100)
    number = _line(_("证书编号"), 60)
    issuer = _line(_("发证机关"), 100, required=False)
    issued_on = day_field(_("发证日期"))
    valid_until = day_field(_("有效期至"), required=False)

    @property
    def said(self) -> Paper:
        """Of the valid form."""
        return Paper(**{name: value for name, value in self.cleaned_data.items() if name != "line"})


class RosterForm(forms.Form):
    """A new roster."""

    unit = forms.TypedChoiceField(label=_("管理单位"), coerce=int, widget=forms.Select(CHINESE))
    target = forms.ChoiceField(label=_("培训对象"))
    name = _line(_("名册名称"), 100)
    campaign = forms.TypedChoiceField(
        label=_("活动"), coerce=int, required=False, empty_value=None, widget=forms.Select(CHINESE)
    )

    def __init__(self, data: Any = None, *, units: Iterable[Unit], campaigns: Iterable[Campaign]) -> None:
        super().__init__(data, auto_id="roster_%s")
        self.units = {unit.pk: unit for unit in units}
        self.campaigns = {item.pk: item for item in campaigns}
        fields: Any = self.fields
        fields["unit"].choices = [(pk, unit.name) for pk, unit in self.units.items()]
        fields["campaign"].choices = [("", "—"), *((pk, item.name) for pk, item in self.campaigns.items())]
        fields["target"].choices = [(item.code, say(item.zh, item.en)) for item in audiences().values()]

"""Forms of registers and places."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bihuan.lib.words import say
from bihuan.org.fields import UnitField, unit_option
from bihuan.org.forms.entries import CHINESE, DayInput, RegionChoice, day_field, region_options
from bihuan.places.fields import PlaceField
from bihuan.places.rules import FIRST_DAY, LAST_DAY, LONGEST_CODE, LONGEST_NAME, LONGEST_REASON, degrees

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bihuan.org.models import Unit
    from bihuan.places.models import Place, PlaceKind


def kind_options(kinds: Sequence[PlaceKind], empty: str | None = None) -> list[tuple[str, str]]:
    options = [(kind.code, say(kind.zh, kind.en)) for kind in kinds]
    return options if empty is None else [("", empty), *options]


class RegisterFilter(forms.Form):
    """Which register: of a region, on a day. What cannot be is left out."""

    region = forms.ChoiceField(label=_("地区"), widget=forms.Select(CHINESE), required=False)
    on = forms.DateField(label=_("日期"), widget=DayInput(), required=False)

    def __init__(self, *args: Any, regions: Sequence[RegionChoice], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["region"].choices = region_options(regions, empty=say("全部地区", "all regions"))  # type: ignore[attr-defined]

    def wish(self, today: dt.date) -> dict[str, Any]:
        self.is_valid()
        found = getattr(self, "cleaned_data", {})
        region, on = found.get("region"), found.get("on")
        return {
            "region": int(region) if region else None,
            "on": on if on and FIRST_DAY <= on <= LAST_DAY else today,
        }


class ListFilter(RegisterFilter):
    """Which places of a register."""

    q = forms.CharField(label=_("名称或编码"), required=False, max_length=60)
    kind = forms.ChoiceField(label=_("类别"), required=False)
    gone = forms.BooleanField(label=_("含已注销的"), required=False)
    field_order = ("q", "kind", "region", "on", "gone")

    def __init__(self, *args: Any, kinds: Sequence[PlaceKind], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = kind_options(kinds, say("全部类别", "all kinds"))  # type: ignore[attr-defined]

    def wish(self, today: dt.date) -> dict[str, Any]:
        found = super().wish(today)
        words = (self.cleaned_data.get("q") or "").replace("\0", "").strip()
        return found | {
            "words": words,
            "kind": self.cleaned_data.get("kind") or "",
            "gone": bool(self.cleaned_data.get("gone")),
        }


def _reason(*, required: bool = False) -> forms.CharField:
    return forms.CharField(
        label=_("说明"), max_length=LONGEST_REASON, required=required, widget=forms.TextInput(CHINESE)
    )  # fmt: skip


class AboutForm(forms.Form):
    """What is said of a place beside its name and region."""

    code = forms.CharField(
        label=_("编码"),
        max_length=LONGEST_CODE,
        required=False,
        help_text=_("学校代码、区划代码、统一社会信用代码等；导入时按它认出同一场所。"),
    )
    unit = UnitField(label=_("管理单位"), required=False)
    lon = forms.CharField(label=_("经度"), max_length=20, required=False, help_text=_("如 103.210000；用于活动地图。"))
    lat = forms.CharField(label=_("纬度"), max_length=20, required=False, help_text=_("如 35.600000"))

    def __init__(self, *args: Any, units: QuerySet[Unit], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["unit"].rows = units  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        lon, lat = found.get("lon") or "", found.get("lat") or ""
        values = []
        for name, text, most in (("lon", lon, 180), ("lat", lat, 90)):
            value = degrees(text, most) if text else None
            if (lon or lat) and value is None:
                self.add_error(name, ValidationError(_("经纬度是度数，都填或都不填")))
            values.append(value)
        found["point"] = None if None in values else tuple(values)
        return found


class PlaceForm(AboutForm):
    """A new place."""

    kind = forms.ChoiceField(label=_("类别"))
    name = forms.CharField(label=_("名称"), max_length=LONGEST_NAME, widget=forms.TextInput(CHINESE))
    region = forms.ChoiceField(label=_("所在地区"), widget=forms.Select(CHINESE))
    on = day_field(_("自哪天起有"))
    field_order = ("kind", "name", "region", "code", "unit", "lon", "lat", "on")

    def __init__(self, *args: Any, kinds: Sequence[PlaceKind], regions: Sequence[RegionChoice], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["kind"].choices = kind_options(kinds)  # type: ignore[attr-defined]
        self.fields["region"].choices = region_options(regions)  # type: ignore[attr-defined]


class _KindForm(forms.Form):
    zh = forms.CharField(label=_("类别名称"), max_length=30, widget=forms.TextInput(CHINESE))
    en = forms.CharField(label=_("英文名称"), max_length=60)
    entry = forms.CharField(
        label=_("“五进”的哪一进"),
        max_length=20,
        required=False,
        widget=forms.TextInput(CHINESE),
        help_text=_("如 进农村；不是任何一进的分母就不填"),
    )
    source = forms.CharField(label=_("依据"), max_length=200, widget=forms.TextInput(CHINESE))


class NewKindForm(_KindForm):
    """A new kind of place."""

    code = forms.RegexField(
        r"^[a-z][a-z-]{1,29}$", label=_("代码"), help_text=_("给程序用的小写英文名，以后不改，如 scenic-spot")
    )


class KindForm(_KindForm):
    """A kind of place as it is called from now on."""

    retired = forms.BooleanField(label=_("停用：不再用来登记新场所"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=1, max_value=10**9)


class Seen(forms.Form):
    """Carries which state its sender had seen."""

    version = forms.IntegerField(widget=forms.HiddenInput(), min_value=1, max_value=10**9)
    on = day_field(_("自哪天起"))
    reason = _reason()


class AmendForm(AboutForm, Seen):
    field_order = ("code", "unit", "lon", "lat", "on", "reason", "version")


class RenameForm(Seen):
    name = forms.CharField(label=_("新名称"), max_length=LONGEST_NAME, widget=forms.TextInput(CHINESE))
    field_order = ("name", "on", "reason", "version")


class MoveForm(Seen):
    region = forms.ChoiceField(label=_("划入地区"), widget=forms.Select(CHINESE))
    field_order = ("region", "on", "reason", "version")

    def __init__(self, *args: Any, regions: Sequence[RegionChoice], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["region"].choices = region_options(regions)  # type: ignore[attr-defined]


class MergeForm(Seen):
    into = PlaceField(label=_("并入哪个场所"))
    field_order = ("into", "on", "reason", "version")

    def __init__(self, *args: Any, places: QuerySet[Place], **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["into"].rows = places  # type: ignore[attr-defined]


class ReopenForm(Seen):
    reason = _reason(required=True)


class UploadForm(forms.Form):
    """A register, as a file."""

    file = forms.FileField(label=_("底册文件"), allow_empty_file=True)


class TakeForm(forms.Form):
    """What is confirmed after the preview."""

    on = day_field(_("生效日期"), help_text=_("没有写启用日期的新场所，以及名称、所属等变更，都自这一天起。"))


def about_of(place: Place) -> dict[str, Any]:
    """A place as `AboutForm` starts with it."""
    return {
        "code": place.code,
        "unit": unit_option(place.unit) if place.unit else "",
        "lon": "" if place.lon is None else str(place.lon),
        "lat": "" if place.lat is None else str(place.lat),
    }

"""The writers of single places. Each writes the change, whole, beside the place as it is now, and a history row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction

from bihuan.history import actions as history
from bihuan.org.models import Region, Unit
from bihuan.places.models import Place, PlaceChange, PlaceKind
from bihuan.places.refusals import PlaceError, StalePlaceError
from bihuan.places.rules import LONGEST_CODE, LONGEST_NAME, LONGEST_REASON, Became, Standing, fits, on_calendar, plain

Point = tuple[Decimal, Decimal]  # longitude, latitude


@dataclass(frozen=True, slots=True)
class About:
    """What is said of a place beside its name and region."""

    code: str = ""
    unit: Unit | None = None
    point: Point | None = None


NOTHING = About()


def add_place(
    *,
    kind: PlaceKind,
    region: Region,
    name: str,
    on: dt.date,
    about: About = NOTHING,
    book: str = "",
    by: str,
    at: dt.datetime,
) -> Place:
    """Enter a place that there is from a day on.

    Raises:
        PlaceError: the name or code will not do, or another place of the kind has it; no day of a register.
    """
    named, about = _name(name), _about(about)
    _day(on)
    with _one_of_its_name(named), transaction.atomic():
        place = Place.objects.create(
            book=book,
            kind=kind,
            region=region,
            name=named,
            pinyin=sort_key(named),
            opened_on=on,
            **_columns(about),
        )
        _note(place, Became.ADDED, Standing.OPEN, on, "", by, at)
    return place


def amend_place(
    *, place: Place, about: About, expected_version: int, on: dt.date, reason: str = "", by: str, at: dt.datetime
) -> Place:
    """Put another code, unit or point to a place from a day on. Raises as `rename_place`."""
    return _change(
        place, expected_version, Became.AMENDED, on, _columns(_about(about)), reason=reason, by=by, at=at
    )  # fmt: skip


def rename_place(
    *, place: Place, name: str, expected_version: int, on: dt.date, reason: str = "", by: str, at: dt.datetime
) -> Place:
    """Give a place another name from a day on; from its newest change's own day on where that was wrong.

    Raises:
        StalePlaceError: someone else changed the place meanwhile.
        PlaceError: it is closed, or already so; the day is before its newest change; another place has the name.
    """
    named = _name(name)
    changes = {"name": named, "pinyin": sort_key(named)}
    return _change(place, expected_version, Became.RENAMED, on, changes, reason=reason, by=by, at=at)


def move_place(
    *, place: Place, region: Region, expected_version: int, on: dt.date, reason: str = "", by: str, at: dt.datetime
) -> Place:
    """A place lies in another region from a day on. Raises as `rename_place`."""
    return _change(place, expected_version, Became.MOVED, on, {"region": region}, reason=reason, by=by, at=at)


def merge_place(
    *, place: Place, into: Place, expected_version: int, on: dt.date, reason: str = "", by: str, at: dt.datetime
) -> Place:
    """From a day on a place is part of another: what reached it earlier counts for the other from then on.

    Raises:
        StalePlaceError, PlaceError: as `rename_place`; into itself, another kind or book, a place that is no more, or
            one whose newest change is of a later day (so that no circle can come about).
    """
    with transaction.atomic():
        locked = {
            row.pk: row for row in Place.objects.select_for_update().filter(pk__in=(place.pk, into.pk)).order_by("pk")
        }
        target = locked[into.pk]
        if target.pk == place.pk or target.closed_on is not None:
            zh, en = (
                "只能并入另一个仍在的场所；没有改动任何数据",
                "a place is merged into another one that still stands",
            )
            raise PlaceError("place-merge-target", zh, en)
        if (target.kind_id, target.book) != (place.kind_id, place.book):
            zh, en = "只能并入同类的场所；没有改动任何数据", "a place is merged into another one of its kind"
            raise PlaceError("place-merge-kind", zh, en)
        _not_before(target, on)
        changes = {"merged_into": target, "closed_on": on}
        return _change(place, expected_version, Became.MERGED, on, changes, reason=reason, by=by, at=at)


def close_place(
    *, place: Place, expected_version: int, on: dt.date, reason: str = "", by: str, at: dt.datetime
) -> Place:
    """From a day on a place is no more. Raises as `rename_place`."""
    return _change(place, expected_version, Became.CLOSED, on, {"closed_on": on}, reason=reason, by=by, at=at)


def reopen_place(*, place: Place, expected_version: int, on: dt.date, reason: str, by: str, at: dt.datetime) -> Place:
    """A place that was closed or merged is there again from a day on; from the day of its closing on where that was
    wrong. Raises as `rename_place`; also where it is not closed."""
    changes = {"closed_on": None, "merged_into": None}
    return _change(place, expected_version, Became.REOPENED, on, changes, reason=reason, by=by, at=at)


def sort_key(name: str) -> str:
    """How a place is sorted among others."""
    from pypinyin import lazy_pinyin  # a quarter of a second that only new names need

    return " ".join(lazy_pinyin(name))[:300]


def _change(
    place: Place,
    expected: int,
    became: Became,
    on: dt.date,
    changes: dict[str, Any],
    *,
    reason: str,
    by: str,
    at: dt.datetime,
) -> Place:
    """Compare and set, the change, the history row; in one transaction."""
    _day(on)
    reason = _reason(reason)
    with _one_of_its_name(changes.get("name", place.name)), transaction.atomic():
        held = Place.objects.select_for_update().get(pk=place.pk)
        if held.version != expected:
            raise StalePlaceError(held.name)
        _allowed(held, became)
        _not_before(held, on)
        old = {name: _told(getattr(held, name)) for name in changes if name != "pinyin"}
        for name, value in changes.items():
            setattr(held, name, value)
        new = {name: _told(getattr(held, name)) for name in old}
        if old == new:
            zh, en = "没有变化，无需保存", "nothing is changed by this"
            raise PlaceError("place-same", zh, en)
        held.version = expected + 1
        held.save(update_fields=[*changes, "version"])
        standing = {Became.MERGED: Standing.MERGED, Became.CLOSED: Standing.CLOSED}.get(became, Standing.OPEN)
        _note(held, became, standing, on, reason, by, at, old=old, new=new)
    return held


def _note(
    place: Place, became: Became, standing: Standing, on: dt.date, reason: str, by: str, at: dt.datetime, **told: Any
) -> None:
    PlaceChange.objects.create(**change_of(place, became, standing, on), reason=reason, by=by, at=at)
    values = {"name": place.name, "region": place.region.name, "on": on.isoformat(), "book": place.book, **told}
    if reason:
        values["reason"] = reason
    history.record(verb=f"places.{became.value}", subject=("place", str(place.pk)), by=by, at=at, values=values)


def change_of(place: Place, became: Became, standing: Standing, on: dt.date) -> dict[str, Any]:
    """The columns of a change that leaves a place as it is now."""
    same = (
        "version",
        "book",
        "kind_id",
        "region_id",
        "name",
        "pinyin",
        "code",
        "unit_id",
        "lon",
        "lat",
        "merged_into_id",
    )
    kept = {name: getattr(place, name) for name in same}
    return kept | {"place": place, "became": became, "standing": standing, "valid_from": on}


def _told(value: Any) -> str:
    """A value as the history keeps it."""
    if value is None:
        return ""
    return f"{value.pk} {value}" if isinstance(value, Region | Unit | Place) else str(value)


def _allowed(place: Place, became: Became) -> None:
    if became is Became.REOPENED:
        if place.closed_on is None:
            raise PlaceError("place-open", "场所没有注销，无需恢复", "the place is not closed")
    elif place.closed_on is not None:
        zh = f"“{place.name}”已注销或并入其他场所，不能再改；如系误操作，请先恢复"
        raise PlaceError("place-closed", zh, f"“{place.name}” is closed: reopen it first if that was a mistake")


def _not_before(place: Place, on: dt.date) -> None:
    newest = PlaceChange.objects.filter(place=place, version=place.version).values_list("valid_from", flat=True).get()
    if on < newest:
        zh = f"“{place.name}”最近一次变更自 {newest.isoformat()} 起，新的变更不能早于这一天；没有改动任何数据"
        en = f"the newest change of “{place.name}” is of {newest.isoformat()}: no other can be of a day before it"
        raise PlaceError("place-order", zh, en)


@contextmanager
def _one_of_its_name(name: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if "code_of_place_once" in str(error):
            zh, en = (
                "同类场所中已有这个编码；没有改动任何数据",
                "another place of the kind has this code; nothing was written",
            )
            raise PlaceError("place-code-taken", zh, en) from error
        if "standing_place_once_a_region" in str(error):
            zh = f"该地区已有同类场所“{name}”；没有改动任何数据"
            raise PlaceError("place-exists", zh, f"the region has a place “{name}” of this kind already") from error
        raise


def _name(name: str) -> str:
    named = plain(name)
    if not fits(named, LONGEST_NAME):
        zh = f"名称不能为空，最多 {LONGEST_NAME} 个字，不含控制字符"
        raise PlaceError(
            "place-name", zh, f"a name has 1 to {LONGEST_NAME} characters, none of them a control character"
        )
    return named


def _about(about: About) -> About:
    code = plain(about.code)
    if code and not fits(code, LONGEST_CODE):
        zh = f"编码最多 {LONGEST_CODE} 个字符，不含控制字符"
        raise PlaceError(
            "place-code", zh, f"a code has {LONGEST_CODE} characters at most, none of them a control character"
        )
    return About(code, about.unit, about.point)


def _columns(about: About) -> dict[str, Any]:
    lon, lat = about.point or (None, None)
    if lon is not None and lat is not None and not (abs(lon) <= 180 and abs(lat) <= 90):
        zh, en = "经度须在 -180 到 180 之间，纬度须在 -90 到 90 之间", "longitude is within ±180°, latitude within ±90°"
        raise PlaceError("place-point", zh, en)
    return {"code": about.code, "unit": about.unit, "lon": lon, "lat": lat}


def _day(on: dt.date) -> None:
    if not on_calendar(on):
        raise PlaceError("place-day", "日期须在 1900 年到 2100 年之间", "a day is between 1900 and 2100")


def _reason(reason: str) -> str:
    plain_reason = plain(reason)
    if len(plain_reason) > LONGEST_REASON or not f"x{plain_reason}".isprintable():
        zh = f"说明最多 {LONGEST_REASON} 个字，不含控制字符"
        raise PlaceError("place-reason", zh, f"a reason has {LONGEST_REASON} characters at most")
    return plain_reason

"""The writers of units and sections, and of the authority that an installation serves."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import IntegrityError, transaction

from bihuan.history import actions as history
from bihuan.org.models import Account, Authority, Post, Region, Section, Unit, UnitName
from bihuan.org.refusals import OrgError, StaleError
from bihuan.org.rules import plain_name


def open_unit(*, region: Region, name: str, short_name: str = "", book: str = "", by: str, at: dt.datetime) -> Unit:
    """The unit of that name in `region`, made when it is not there yet."""
    name = checked(name, 100)
    with transaction.atomic():
        unit, made = Unit.objects.get_or_create(
            region=region, name=name, defaults={"short_name": plain_name(short_name)[:60], "book": book}
        )
        if made:
            values = {"name": name, "short_name": unit.short_name, "region": region.name, "book": book}
            _note("org.unit_opened", unit, by, at, **values)
    return unit


def rename_unit(
    *, unit: Unit, name: str, short_name: str, expected_version: int, on: dt.date, by: str, at: dt.datetime
) -> Unit:
    """Give a unit another name from a day on; the old one is kept among its former names.

    Raises:
        StaleError: someone else changed the unit meanwhile.
        OrgError: another unit of the region has the name.
    """
    name, short_name = checked(name, 100), plain_name(short_name)[:60]
    old = {"name": unit.name, "short_name": unit.short_name}
    try:
        with transaction.atomic():
            _move(unit, expected_version, name=name, short_name=short_name)
            if unit.name != name:
                UnitName.objects.get_or_create(unit=unit, name=unit.name, until=on)
            values = {"old": old, "new": {"name": name, "short_name": short_name}, "on": on.isoformat()}
            _note("org.unit_renamed", unit, by, at, **values)
    except IntegrityError as error:
        zh = f"该地区已有单位“{name}”"
        raise OrgError("unit-exists", zh, f"the region has a unit “{name}” already") from error
    return Unit.objects.get(pk=unit.pk)


def merge_unit(*, unit: Unit, into: Unit, expected_version: int, on: dt.date, by: str, at: dt.datetime) -> Unit:
    """撤并: from a day on `unit` is part of `into`. Its things stay where they are and are the successor's to see; its
    people stay in their posts until these are ended or handed over.

    Raises:
        StaleError: someone else changed the unit meanwhile.
        OrgError: into itself, into a unit that is closed, or the authority itself.
    """
    with transaction.atomic():
        target = Unit.objects.select_for_update().get(pk=into.pk)
        if target.pk == unit.pk or target.closed_on is not None:
            zh = "只能并入另一个仍在的单位"
            raise OrgError("merge-target", zh, "a unit is merged into another one that still stands")
        _refuse_authority(unit)
        _move(unit, expected_version, merged_into=target, closed_on=on)
        Unit.objects.filter(merged_into=unit).update(merged_into=target)  # one step to the successor, never a chain
        _note("org.unit_merged", unit, by, at, into=target.pk, into_name=target.name, on=on.isoformat())
    return Unit.objects.get(pk=unit.pk)


def close_unit(*, unit: Unit, expected_version: int, on: dt.date, by: str, at: dt.datetime) -> Unit:
    """撤销 a unit without a successor.

    Raises:
        StaleError: someone else changed the unit meanwhile.
        OrgError: somebody still holds a post there, or it is the authority itself.
    """
    with transaction.atomic():
        _refuse_authority(unit)
        if Post.objects.filter(unit=unit, valid_to=None).exists():
            zh = "单位里还有人任职，请先免职或交接"
            raise OrgError("unit-has-people", zh, "people still hold posts there: end them or hand them over first")
        _move(unit, expected_version, closed_on=on)
        _note("org.unit_closed", unit, by, at, on=on.isoformat())
    return Unit.objects.get(pk=unit.pk)


def _refuse_authority(unit: Unit) -> None:
    if Authority.objects.filter(unit=unit).exists():
        raise OrgError("unit-is-authority", "本安装的主管机关不能撤并", "the authority of this installation stays")


def open_section(*, unit: Unit, name: str, by: str, at: dt.datetime) -> Section:
    """The section of that name in `unit`, made when it is not there yet; one that was closed opens again."""
    name = checked(name, 60)
    with transaction.atomic():
        section, made = Section.objects.get_or_create(unit=unit, name=name)
        if section.closed_on is not None:
            Section.objects.filter(pk=section.pk).update(closed_on=None)
            made = True
        if made:
            values = {"name": name, "unit": unit.pk}
            history.record(verb="org.section_opened", subject=("section", str(section.pk)), by=by, at=at, values=values)
    return section


def set_authority(*, unit: Unit, region: Region, by: str, at: dt.datetime) -> Authority:
    """Say whom this installation serves. It is said once: another authority is another installation. Only a model one
    gives way to a real one; the accounts of model people are closed with it.

    Raises:
        OrgError: it serves another one already.
    """
    with transaction.atomic():
        authority, made = Authority.objects.get_or_create(
            only=True, defaults={"unit": unit, "region": region, "book": unit.book}
        )
        if made:
            values = {"unit": unit.name, "region": region.name}
            history.record(verb="org.authority_set", subject=("unit", str(unit.pk)), by=by, at=at, values=values)
        elif authority.book and not unit.book:
            Authority.objects.filter(pk=authority.pk).update(unit=unit, region=region, book="")
            Account.objects.filter(closed_at=None).exclude(person__book="").update(closed_at=at)
            values = {"unit": unit.name, "region": region.name, "instead_of": str(authority.unit_id)}
            history.record(verb="org.authority_set", subject=("unit", str(unit.pk)), by=by, at=at, values=values)
        elif (authority.unit_id, authority.region_id) != (unit.pk, region.pk):
            raise OrgError("authority-set", "本安装已有主管机关", "this installation serves an authority already")
    return authority


def checked(name: str, longest: int) -> str:
    """A name without needless spaces.

    Raises:
        OrgError: none, one that is too long, or one with control characters.
    """
    plain = plain_name(name)
    if not plain or len(plain) > longest or not plain.isprintable():
        zh = f"名称不能为空，最多 {longest} 个字，不含控制字符"
        raise OrgError("bad-name", zh, f"a name has 1 to {longest} characters, none of them a control character")
    return plain


def _move(unit: Unit, expected: int, **changes: Any) -> None:
    rows = Unit.objects.filter(pk=unit.pk, version=expected, closed_on=None)
    if not rows.update(version=expected + 1, **changes):
        raise StaleError(unit.name)


def _note(verb: str, unit: Unit, by: str, at: dt.datetime, **values: Any) -> None:
    history.record(verb=verb, subject=("unit", str(unit.pk)), by=by, at=at, values=values)

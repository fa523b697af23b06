"""Taking a filled-in register in: kept while its sender looks at it, planned row by row, then written all at once.

What an import may do: enter places, and rename, move or amend those that are there, known by their code or else by
their name in their region. It closes none: a place that a file leaves out stays.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from bihuan.components import uploads
from bihuan.history import actions as history
from bihuan.history.actions import Change
from bihuan.lib.filled import TablePlan
from bihuan.org.models import Region, Unit
from bihuan.places.actions.keeping import change_of, sort_key
from bihuan.places.models import Place, PlaceChange, PlaceDraft, PlaceKind
from bihuan.places.queries.known import Area, Known, known_for
from bihuan.places.refusals import PlaceError
from bihuan.places.register_rows import Row, read_register
from bihuan.places.rules import Became, Standing, on_calendar

_LOCK = 0x706C61636573  # one register at a time
_BATCH = 1000


class State(StrEnum):
    """What would come of a row."""

    FAULT = "fault"
    NEW = "new"
    CHANGE = "change"
    SAME = "same"


@dataclass
class Planned:
    """A row, and what would come of it. `changes`: columns of the place that get another value."""

    row: Row
    state: State = State.FAULT
    kind: PlaceKind | None = None
    area: Area | None = None
    place: Place | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    became: Became = Became.AMENDED


class Plan(TablePlan[Planned]):
    """All rows of a draft."""

    ACTS = frozenset({State.NEW, State.CHANGE})


def keep_register(*, content: bytes, file_name: str, by: str, at: dt.datetime) -> PlaceDraft:
    """Keep a file for its sender to look at; it goes when it is taken in, or after a day. Nothing else is written.

    Raises:
        WorkbookError, RegisterError: it can be no register.
    """
    read_register(content)
    return uploads.keep(PlaceDraft, content=content, file_name=file_name, by=by, at=at)


def register_plan(draft: PlaceDraft, *, regions: QuerySet[Region], units: QuerySet[Unit], book: str) -> Plan:
    """What would come of each row, for one who keeps the registers of these regions and may name these units."""
    rows = read_register(bytes(draft.content))
    known = known_for(rows, regions=regions, units=units, book=book)
    planned = [_planned(row, known) for row in rows]
    _twice(planned)
    for item in planned:
        if item.row.faults:
            item.state = State.FAULT
    seen = [(item.row.key, item.state, item.place and (item.place.pk, item.place.version)) for item in planned]
    told = "\n".join(f"{key}|{state}|{place}" for key, state, place in seen)
    return Plan(planned, hashlib.sha256(f"{draft.digest}\n{told}".encode()).hexdigest())


def _planned(row: Row, known: Known) -> Planned:
    item = Planned(row, kind=known.kind(row), area=known.area(row))
    unit = known.unit(row)
    if row.faults or item.kind is None or item.area is None:
        return item
    if (item.kind.pk, row["code"]) in known.beyond:
        row.fault("code", "这个编码属于您管理范围以外的场所", "the code is that of a place beyond your rights")
        return item
    item.place = known.place(item.kind, item.area, row)
    held = known.by_name.get((item.kind.pk, item.area.region, row["name"]))
    if held is not None and held != item.place:
        zh = f"该地区已有同类场所“{held.name}”，编码是 {held.code or '（未填）'}；请先核对是不是同一处"
        row.fault("name", zh, f"the region has a place “{held.name}” of this kind already, with another code")
        return item
    if item.place is None:
        item.state = State.NEW
        lon, lat = row.point or (None, None)
        item.changes = {"code": row["code"], "unit": unit, "lon": lon, "lat": lat}
        return item
    wanted: dict[str, Any] = {"name": row["name"], "region_id": item.area.region}
    if row["code"]:
        wanted["code"] = row["code"]
    if unit is not None:
        wanted["unit_id"] = unit.pk
    if row.point is not None:
        wanted["lon"], wanted["lat"] = row.point
    item.changes = {name: value for name, value in wanted.items() if getattr(item.place, name) != value}
    item.state = State.CHANGE if item.changes else State.SAME
    named, moved = "name" in item.changes, "region_id" in item.changes
    item.became = Became.MOVED if moved else Became.RENAMED if named else Became.AMENDED
    return item


def _twice(planned: list[Planned]) -> None:
    """Of rows that say the same place, and of those that would take another's name, only the first is none at fault."""
    seen: dict[tuple[Any, ...], str] = {}
    for item in planned:
        if item.kind is None or item.area is None or item.row.faults:
            continue
        keys: list[tuple[Any, ...]] = [("name", item.kind.pk, item.area.region, item.row["name"])]
        if item.row["code"]:
            keys.append(("code", item.kind.pk, item.row["code"]))
        if item.place is not None:
            keys.append(("place", item.place.pk))
        for key in keys:
            first = seen.setdefault(key, item.row.key)
            if first != item.row.key:
                column = "code" if key[0] == "code" else "name"
                item.row.fault(column, f"与 {first} 行重复，请删去一行", f"the same as row {first}: delete one")
                break


def take_register(
    *,
    draft: PlaceDraft,
    shown: str,
    on: dt.date,
    regions: QuerySet[Region],
    units: QuerySet[Unit],
    book: str,
    by: str,
    at: dt.datetime,
) -> Counter[str]:
    """Write what was shown, all of it or nothing, in one transaction; the draft is gone then. Rows at fault are left.

    Args:
        shown: the digest of the plan that was looked at.
        on: from which day new places are there whose row does not say, and changes hold; no change holds before the
            newest one of its place.

    Returns:
        How many rows came to which state.

    Raises:
        PlaceError: nothing is to be written; registers have changed since the plan was shown.
    """
    if not on_calendar(on):
        raise PlaceError("place-day", "日期须在 1900 年到 2100 年之间", "a day is between 1900 and 2100")
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            held = PlaceDraft.objects.select_for_update().filter(pk=draft.pk).first()
            plan = register_plan(held, regions=regions, units=units, book=book) if held else None
            if held is None or plan is None or plan.digest != shown:
                raise _changed()
            if not plan.acting:
                raise PlaceError("register-nothing", "没有可写入的行", "there is no row to be written")
            changes = _enter([item for item in plan.rows if item.state is State.NEW], book, on, by, at)
            changes += _alter([item for item in plan.rows if item.state is State.CHANGE], on, by, at)
            history.record_many(changes, by=by, at=at)
            counts = plan.counts
            told = {"file": held.file_name, "sha256": held.digest}
            told |= {"new": str(counts[State.NEW]), "changed": str(counts[State.CHANGE])}
            subject = ("register", held.digest)
            history.record(verb="places.register_taken", subject=subject, by=by, at=at, values=told)
            held.delete()
            return counts
    except IntegrityError as error:  # somebody entered the same place by hand just now
        raise _changed() from error


def _changed() -> PlaceError:
    zh = "底册或名录刚有变化，预览已更新，请再看一遍再写入；什么都没有写入"
    found = PlaceError("import-changed", zh, "things have changed since: look again; nothing was written")
    found.status = 409
    return found


def _enter(rows: list[Planned], book: str, on: dt.date, by: str, at: dt.datetime) -> list[Change]:
    made = [
        Place(
            book=book,
            kind=item.kind,
            region_id=item.area.region,
            name=item.row["name"],
            pinyin=sort_key(item.row["name"]),
            opened_on=item.row.opened or on,
            **item.changes,
        )
        for item in rows
        if item.area is not None
    ]
    Place.objects.bulk_create(made, batch_size=_BATCH)
    _note([(place, Became.ADDED, place.opened_on) for place in made], by, at)
    return [_told(item, place, Became.ADDED, place.opened_on) for item, place in zip(rows, made, strict=True)]


def _alter(rows: list[Planned], on: dt.date, by: str, at: dt.datetime) -> list[Change]:
    pairs = [(item, item.place) for item in rows if item.place is not None]
    newest = {
        change.place_id: change
        for change in PlaceChange.objects.filter(place__in=[place.pk for _item, place in pairs])
        .order_by("place", "-version")
        .distinct("place")
    }
    altered: list[tuple[Place, Became, dt.date]] = []
    told: list[Change] = []
    locked = Place.objects.select_for_update().filter(pk__in=newest)
    versions = dict(locked.values_list("pk", "version"))
    for item, place in pairs:
        if versions.get(place.pk) != place.version:
            raise _changed()
        for name, value in item.changes.items():
            setattr(place, name, value)
        place.pinyin = sort_key(place.name)
        place.version += 1
        day = max(on, newest[place.pk].valid_from)
        altered.append((place, item.became, day))
        told.append(_told(item, place, item.became, day))
    columns = ["name", "pinyin", "region", "code", "unit", "lon", "lat", "version"]
    Place.objects.bulk_update([place for place, _became, _day in altered], columns, batch_size=_BATCH)
    _note(altered, by, at)
    return told


def _note(changed: list[tuple[Place, Became, dt.date]], by: str, at: dt.datetime) -> None:
    PlaceChange.objects.bulk_create(
        (PlaceChange(**change_of(place, became, Standing.OPEN, day), by=by, at=at) for place, became, day in changed),
        batch_size=_BATCH,
    )


def _told(item: Planned, place: Place, became: Became, day: dt.date) -> Change:
    area = item.area.name if item.area else ""
    values = {"name": place.name, "region": area, "on": day.isoformat(), "book": place.book, "code": place.code}
    return Change(f"places.{became.value}", ("place", str(place.pk)), values)

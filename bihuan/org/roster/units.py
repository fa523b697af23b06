"""Which place and which unit a row means."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable

from bihuan.org.roster.known import Known, KnownUnit, Place
from bihuan.org.roster.planned import Planned, UnitKey
from bihuan.org.roster.table import Note

HINTS = 200  # new units that are held against their neighbours' names
Declared = dict[str, list[tuple[int, str]]]  # units that are to be opened, by name and short name


def find_place(item: Planned, known: Known, column: str) -> Place | None:
    """The region that a cell names; None with a fault."""
    name = item.row[column]
    found = known.place(name)
    if not found:
        item.fault(column, f"没有名为“{name}”的行政区划", f"no region is called “{name}”")
    elif len(found) > 1:
        which = "、".join(f"{place.above}{place.name}" for place in found[:6])
        item.fault(column, f"“{name}”可指{which}，请写其中一个的全称", f"“{name}” may be any of {which}")
    elif not known.covers(found[0]):
        item.fault(column, f"“{name}”不在您管理的范围内", f"“{name}” is not within what you manage")
    else:
        return found[0]
    return None


def plan_units(items: Iterable[Planned], known: Known) -> Declared:
    """Plan the rows of units; returns those that are to be opened."""
    declared: Declared = defaultdict(list)
    seen: dict[UnitKey, Planned] = {}
    for item in items:
        row = item.row
        item.missing("unit", "单位名称")
        item.missing("region", "地区")
        if item.left or item.faults or (place := find_place(item, known, "region")) is None:
            continue
        found = _there(known, row["unit"], place.pk)
        if len(found) > 1:
            _several(item, found)
            continue
        item.unit = _standing(item, found[0], known) if found else (place.pk, row["unit"])
        if item.unit is None:
            continue
        if (first := seen.setdefault(item.unit, item)) is not item:
            cell = first.row.cell("unit")
            item.fault("unit", f"与 {cell} 是同一单位，请删去一行", f"the same unit as {cell}: delete one row")
            continue
        short = row["short"]
        if isinstance(item.unit, tuple):
            for name in {row["unit"], short} - {""}:
                declared[name].append(item.unit)
            _open(item, place.name)
        elif short and short != (old := known.unit[item.unit].short):
            item.does.append((f"简称 {old or '—'} → {short}", f"short name {old or '—'} → {short}"))
    return declared


def find_units(items: Iterable[Planned], known: Known, declared: Declared, *, may_open: bool) -> None:
    """The unit of each person's row: one that there is, one of the units' sheet, or, where there is no such sheet, a
    new one."""
    opened: set[UnitKey] = set()
    for item in items:
        item.missing("unit", "单位")
        if item.left or item.faulty("unit") or item.faulty("region"):
            continue
        place = None
        if item.row["region"] and (place := find_place(item, known, "region")) is None:
            continue
        item.unit = _unit_of(item, known, declared, place, may_open=may_open)
        if may_open and isinstance(item.unit, tuple) and place and item.unit not in opened and not item.faults:
            opened.add(item.unit)
            _open(item, place.name)


def _open(item: Planned, region: str) -> None:
    item.opens_unit = True
    name = item.row["unit"]
    item.does.append((f"新建单位：{name}（{region}）", f"open the unit {name} ({region})"))


def _unit_of(item: Planned, known: Known, declared: Declared, place: Place | None, *, may_open: bool) -> UnitKey | None:
    name = item.row["unit"]
    region = place.pk if place else None
    found = _there(known, name, region)
    fresh = [key for key in declared.get(name, []) if region in (None, key[0])]
    if len(found) + len(fresh) > 1:
        if place is None:
            zh = f"不止一个地区有“{name}”，请填“地区”"
            item.fault("unit", zh, f"several regions have a unit “{name}”: say which")
        else:
            _several(item, found)
        return None
    if found:
        return _standing(item, found[0], known)
    if fresh:
        return fresh[0]
    if not may_open:
        zh = f"没有单位“{name}”：单位表里没有，或单位表里的那一行有误、未选"
        item.fault("unit", zh, f"no unit “{name}”: not among the units, or its row there is at fault or left out")
        return None
    if place is None:
        zh = f"没有单位“{name}”；要新建，请填“地区”"
        item.fault("unit", zh, f"no unit “{name}”: to open it, say in which region")
        return None
    return (place.pk, name)


def _several(item: Planned, units: list[KnownUnit]) -> None:
    which, name = "、".join(unit.name for unit in units[:6]), item.row["unit"]
    item.fault("unit", f"“{name}”可指{which}，请写全称", f"“{name}” may be any of {which}")


def _there(known: Known, name: str, region: int | None) -> list[KnownUnit]:
    """The units that a name may mean, in a region or anywhere. The present name wins over short and former ones, a
    unit that stands over one that is no more."""
    found = [unit for unit in known.called.get(name, []) if region is None or unit.region == region]
    for better in (
        [unit for unit in found if unit.name == name and not unit.closed],
        [unit for unit in found if not unit.closed],
        [unit for unit in found if unit.name == name],
    ):
        if better:
            return better
    return found


def _standing(item: Planned, unit: KnownUnit, known: Known) -> int | None:
    """The unit, or its successor with a note; None with a fault where there is none."""
    name = item.row["unit"]
    if not unit.closed:
        if name not in (unit.name, unit.short):
            item.notes.append(Note(f"“{name}”是“{unit.name}”的原名", f"“{name}” is a former name of “{unit.name}”"))
        return unit.pk
    after = known.unit.get(unit.into) if unit.into else None
    if after is None or after.closed:
        item.fault("unit", f"“{unit.name}”已撤销", f"“{unit.name}” is no more")
        return None
    zh = f"“{unit.name}”已并入“{after.name}”，按后者办"
    item.notes.append(Note(zh, f"“{unit.name}” was merged into “{after.name}”, which is taken"))
    return after.pk


def hint_at_neighbours(items: Iterable[Planned], known: Known) -> None:
    """A unit that is to be opened beside one with nearly the same name may be a slip of the pen."""
    opening = [item for item in items if item.acts and item.opens_unit][:HINTS]
    for item in opening:
        assert isinstance(item.unit, tuple)
        region, name = item.unit
        near = difflib.get_close_matches(name, known.neighbours.get(region, []), n=1, cutoff=0.75)
        if near:
            zh = f"与已有的“{near[0]}”名称相近，请核对是不是同一单位"
            item.notes.append(Note(zh, f"“{near[0]}” is called nearly the same: is it another unit?"))

"""Whom a person's row means: by number, by telephone, by name and unit; else somebody new."""

from __future__ import annotations

from collections import defaultdict

from bihuan.org.roster.known import Known, KnownPerson
from bihuan.org.roster.planned import Match, Planned, UnitKey


def match_people(items: list[Planned], known: Known) -> None:
    """Find the person of each row, and what changes of name and telephone. Rows that cannot be told get a fault."""
    for item in items:
        item.missing("name", "姓名")
    open_rows = [item for item in items if not item.left and not item.faults]
    for item in open_rows:
        _surely(item, known)
    taken = {item.match.known for item in open_rows if item.match}
    for item in open_rows:
        if item.match is None and not item.faults:
            _by_name(item, known, taken)
    _newcomers([item for item in open_rows if item.match is None and not item.faults])
    _changes([item for item in open_rows if not item.faults], known)


def _surely(item: Planned, known: Known) -> None:
    """By the number that an export wrote, or by telephone."""
    row = item.row
    if row["number"]:
        found = known.person.get(int(row["number"])) if row["number"].isdecimal() else None
        if found is None or not found.ours:
            zh = f"没有编号为“{row['number']}”的人员；新增人员请把“人员编号”留空"
            item.fault("number", zh, f"nobody has the number “{row['number']}”: leave it empty for somebody new")
        elif row["name"] != found.name and row["phone"] != found.phone:
            zh = f"编号 {found.pk} 是“{found.name}”，与本行姓名、手机号都不同"
            item.fault("number", zh, f"number {found.pk} is “{found.name}”: neither name nor telephone of this row")
        else:
            item.match = Match(found.pk)
        return
    holder = known.by_phone.get(row["phone"]) if row["phone"] else None
    if holder is None:
        return
    if not holder.ours:
        zh = "这个手机号登记在您管理范围以外的人员名下，请核对，或请上级系统管理员办理"
        item.fault("phone", zh, "somebody outside what you manage has this number: check it, or ask above")
    elif holder.name != row["name"]:
        zh = f"这个手机号登记在“{holder.name}”名下，与本行姓名不同；如是改名，请先在人员页面修改"
        item.fault("phone", zh, f"this number is “{holder.name}”’s; if the name has changed, change it on their page")
    else:
        item.match = Match(holder.pk)


def _by_name(item: Planned, known: Known, taken: set[int | None]) -> None:
    """By name and unit, among those whom no row has named surely."""
    if not isinstance(item.unit, int):
        return
    found = [person for person in known.by_name_at.get((item.row["name"], item.unit), []) if person.pk not in taken]
    if len(found) > 1:
        zh = f"该单位有 {len(found)} 名“{item.row['name']}”，请填手机号"
        item.fault("name", zh, f"the unit has {len(found)} people of this name: give the telephone")
    elif found:
        item.match = Match(found[0].pk)


def _newcomers(items: list[Planned]) -> None:
    """Tell those apart who are new: by telephone; without one, by name and unit."""
    called: dict[str, Planned] = {}
    with_phone: dict[tuple[str, UnitKey | None], set[str]] = defaultdict(set)
    for item in items:
        phone, name = item.row["phone"], item.row["name"]
        if not phone:
            continue
        first = called.setdefault(phone, item)
        if first.row["name"] != name:
            cell = first.row.cell("phone")
            item.fault("phone", f"手机号与 {cell} 相同而姓名不同", f"the same number as {cell}, but another name")
            continue
        item.match = Match(None, ("phone", phone))
        with_phone[name, item.unit].add(phone)
    for item in items:
        if item.row["phone"]:
            continue
        phones = with_phone.get((item.row["name"], item.unit), set())
        if len(phones) > 1:
            zh = f"名册里该单位有 {len(phones)} 名“{item.row['name']}”，请填手机号"
            item.fault("name", zh, f"the roster has {len(phones)} people of this name there: give the telephone")
        elif phones:
            item.match = Match(None, ("phone", *phones))
        else:
            item.match = Match(None, ("name", item.row["name"], item.unit))


def _changes(items: list[Planned], known: Known) -> None:
    wishes: dict[tuple[int, str], Planned] = {}
    for item in items:
        if item.match is None or item.match.known is None:
            continue
        person = known.person[item.match.known]
        for column, old in (("name", person.name), ("phone", person.phone)):
            wish = item.row[column]
            if not wish or wish == old:
                continue
            first = wishes.setdefault((person.pk, column), item)
            if first.row[column] != wish:
                cell = first.row.cell(column)
                item.fault(column, f"与 {cell} 是同一人，填写却不同", f"the same person as {cell}, written otherwise")
            elif column == "phone" and _others(wish, person, known):
                item.fault("phone", "这个手机号已登记在另一人名下", "another person has this telephone number")
            elif first is item:
                _say_change(item, column, old, wish)


def _others(phone: str, person: KnownPerson, known: Known) -> bool:
    holder = known.by_phone.get(phone)
    return holder is not None and holder.pk != person.pk


def _say_change(item: Planned, column: str, old: str, wish: str) -> None:
    if column == "name":
        item.name = wish
        item.does.append((f"姓名 {old} → {wish}", f"name {old} → {wish}"))
    else:
        item.phone = wish
        item.does.append((f"手机号 {old or '—'} → {wish}", f"telephone {old or '—'} → {wish}"))

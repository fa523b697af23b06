"""What would come of a roster, row by row: what is new, what changes, what is there already, what cannot be.

The plan is a function of the table and of what is known; nothing is written here. A roster adds and corrects; it ends
no post and takes no role away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace

from bihuan.org.roster.known import Known, KnownPost, RoleAt
from bihuan.org.roster.people import match_people
from bihuan.org.roster.planned import Match, Plan, Planned, UnitKey
from bihuan.org.roster.table import Note, Table
from bihuan.org.roster.units import find_place, find_units, hint_at_neighbours, plan_units
from bihuan.org.rules import ADMINISTRATORS, OF_A_UNIT, ROLE_WORDS, Role, clash

ROLE_NAMED = {name.lower(): role for role, names in ROLE_WORDS.items() for name in names} | {
    "安委办工作人员": Role.OPERATOR,
    "领导": Role.LEADER,
    "专家": Role.INSPECTOR,
    "评估员": Role.INSPECTOR,
    "安全员": Role.SAFETY_OFFICER,
}
_BETWEEN = "、,，;；/"
Seat = tuple[Match, UnitKey, str, str]  # who, unit, section, title


def make_plan(table: Table, known: Known, *, left_out: Collection[str] = ()) -> Plan:
    """What comes of the roster. `left_out`: keys of rows that are not wanted; rows that need them are at fault."""
    rows = [Planned(row, left=row.key in left_out, faults=list(row.faults)) for row in table.rows]
    by_key = {item.key: item for item in rows}
    declared = plan_units([by_key[row.key] for row in table.unit_rows], known)
    people = [by_key[row.key] for row in table.person_rows]
    find_units(people, known, declared, may_open=not table.unit_rows)
    match_people(people, known)
    _plan_posts([item for item in people if item.match and not item.left], known)
    hint_at_neighbours(rows, known)
    return Plan(rows, table.notes)


def _plan_posts(items: list[Planned], known: Known) -> None:
    held: dict[Match, set[RoleAt]] = {}
    opened: set[Seat] = set()
    given: dict[Seat, set[RoleAt]] = defaultdict(set)
    for item in items:
        match, unit = item.match, item.unit
        if item.faults or match is None or unit is None:
            continue
        mine = held.setdefault(
            match, {role for post in known.posts_of.get(match.known or 0, []) for role in post.roles}
        )
        wanted = _wanted(item, known, mine)
        seat = (match, unit, item.row["section"], item.row["title"])
        standing = _standing_post(item, known)
        fresh = {role for role in wanted if role not in given[seat] and (not standing or role not in standing.roles)}
        _refuse_clash(item, fresh, mine)
        if item.faults:
            continue
        item.post, item.roles = (standing.pk if standing else None), frozenset(fresh)
        if standing is None and seat not in opened:
            opened.add(seat)
            _say_post(item, known)
        for role in sorted(fresh, key=lambda held_at: (held_at[0], held_at[1] or 0)):
            zh, en = ROLE_WORDS[role[0]]
            at = f"（{wanted[role]}）" if wanted[role] else ""
            item.does.append((f"授予角色：{zh}{at}", f"grant: {en}{at}"))
        if item.does and match.known is not None and match.known == known.reader:
            item.fault("name", "名册不能改动您本人的任职、角色", "your own posts and roles are not changed by yourself")
            continue
        mine |= fresh
        given[seat] |= fresh


def _wanted(item: Planned, known: Known, mine: set[RoleAt]) -> dict[RoleAt, str]:
    """The roles that a row names, each with the name of its region ("" for one at the unit)."""
    row = item.row
    text = row["roles"]
    for mark in _BETWEEN:
        text = text.replace(mark, "\n")
    named = [name.strip() for name in text.split("\n") if name.strip()]
    unknown = [name for name in named if name.lower() not in ROLE_NAMED]
    if unknown:
        known_ones = "、".join(words[0] for role, words in ROLE_WORDS.items() if role not in ADMINISTRATORS)
        zh = f"没有角色“{unknown[0][:20]}”，可填：{known_ones}"
        item.fault("roles", zh, f"there is no role “{unknown[0][:20]}”")
        return {}
    roles = {ROLE_NAMED[name.lower()] for name in named}
    for role in sorted(roles & ADMINISTRATORS - {held for held, _region in mine}):
        zh = f"“{ROLE_WORDS[role][0]}”不能由名册授予，由安全管理员在人员页面授予"
        item.fault("roles", zh, f"{ROLE_WORDS[role][1]} is not granted by a roster, but by the security administrator")
    business = roles - ADMINISTRATORS
    found: dict[RoleAt, str] = {(role, None): "" for role in business & OF_A_UNIT}
    if wide := business - OF_A_UNIT:
        region = _region_of_roles(item, known)
        if region is not None:
            found |= {(role, region[0]): region[1] for role in wide}
    return found


def _region_of_roles(item: Planned, known: Known) -> tuple[int, str] | None:
    """Where the roles of a row are held: the cell says it, else it is the unit's region."""
    if item.faulty("at"):
        return None
    if item.row["at"]:
        place = find_place(item, known, "at")
        return (place.pk, place.name) if place else None
    if isinstance(item.unit, int):
        unit = known.unit[item.unit]
        return unit.region, unit.region_name
    assert isinstance(item.unit, tuple)
    return item.unit[0], item.row["region"]


def _refuse_clash(item: Planned, fresh: set[RoleAt], mine: set[RoleAt]) -> None:
    roles = {role for role, _region in mine}
    for role, _region in sorted(fresh, key=lambda held_at: held_at[0]):
        other = clash(frozenset(roles), role)
        if other is not None:
            zh = f"“{ROLE_WORDS[role][0]}”与此人已有的“{ROLE_WORDS[other][0]}”不能兼任"
            item.fault("roles", zh, f"{ROLE_WORDS[role][1]} clashes with {ROLE_WORDS[other][1]}, held already")
            return
        roles.add(role)


def _standing_post(item: Planned, known: Known) -> KnownPost | None:
    """The post that a row means: the very one, or the only one that says no other than the row's blanks leave open."""
    match, row = item.match, item.row
    assert match is not None
    posts = [post for post in known.posts_of.get(match.known or 0, []) if post.unit == item.unit]
    exact = [post for post in posts if (post.section, post.title) == (row["section"], row["title"])]
    if exact:  # more than one where a unit was merged into another in which the person holds the same post
        return replace(exact[0], roles=frozenset().union(*(post.roles for post in exact)))
    loose = [post for post in posts if row["section"] in ("", post.section) and row["title"] in ("", post.title)]
    return loose[0] if len(loose) == 1 else None


def _say_post(item: Planned, known: Known) -> None:
    row, match = item.row, item.match
    assert match is not None
    item.opens_post = True
    where = " ".join(filter(None, (row["section"], row["title"])))
    name = known.unit[item.unit].name if isinstance(item.unit, int) else row["unit"]
    item.does.append((f"任职：{name} {where}".rstrip(), f"post: {name} {where}".rstrip()))
    others = [post.title or post.section for post in known.posts_of.get(match.known or 0, []) if post.unit == item.unit]
    if others:
        which = "、".join(filter(None, others))
        zh = f"此人在本单位原有的任职{which and f'（{which}）'}仍保留；如已不任，请在人员页面免去"
        item.notes.append(Note(zh, "posts held in this unit before stay: end them on the person's page"))

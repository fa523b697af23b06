"""What a filled-in ledger is held against, in a fixed number of statements, however long it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from bihuan.loop.access import DO_MATTER, matters, own_units
from bihuan.loop.ledger_rows import Row
from bihuan.loop.models import Matter, Step
from bihuan.org.access import SEE_DIRECTORY, UNITS, Reader, within
from bihuan.org.models import Person, Post, Section, Unit
from bihuan.org.queries.people import holds_on


@dataclass
class Known:
    """Units, people and matters that the rows name, as far as the reader sees them."""

    keeper: Unit | None
    person_pk: int
    doer_units: frozenset[int]
    matters: dict[str, Matter] = field(default_factory=dict)
    units: dict[str, list[Unit]] = field(default_factory=dict)
    people: dict[tuple[int, str], list[Person]] = field(default_factory=dict)
    sections: dict[tuple[int, str], Section] = field(default_factory=dict)
    said: dict[int, set[str]] = field(default_factory=dict)

    def matter(self, row: Row) -> Matter | None:
        """The matter that a row numbers: by its whole key, or by the number that the keeper gave it."""
        number = row["key"]
        own = f"unit:{self.keeper.pk}:{number}" if self.keeper else ""
        return (self.matters.get(number) or self.matters.get(own)) if number else None

    def does(self, matter: Matter) -> bool:
        return matter.owner_id == self.person_pk or matter.unit_id in self.doer_units

    def said_before(self, matter: Matter, text: str, progress: int | None) -> bool:
        return progress is None and text in self.said.get(matter.pk, ())

    def unit(self, row: Row, column: str, name: str) -> Unit | None:
        """The standing unit of that name; else a fault in the cell."""
        found = self.units.get(name, [])
        standing = [unit for unit in found if unit.closed_on is None]
        if len(standing) == 1:
            return standing[0]
        if len(standing) > 1:
            where = "、".join(unit.region.name for unit in standing[:3])
            row.fault(column, f"不止一个“{name}”（{where}），请写全称", f"more than one {name}: write the whole name")
        elif found:
            into = found[0].merged_into
            more = f"，请改为“{into.name}”" if into else ""
            row.fault(column, f"“{name}”已撤并{more}", f"{name} is no more" + (f": write {into.name}" if into else ""))
        else:
            row.fault(column, f"名录里没有“{name}”", f"there is no unit {name} in the directory")
        return None

    def person(self, row: Row, column: str, unit: Unit) -> Person | None:
        name = row[column]
        found = self.people.get((unit.pk, name), []) if name else []
        if name and len(found) != 1:
            zh = f"“{unit.name}”里没有“{name}”" if not found else f"“{unit.name}”里不止一个“{name}”"
            row.fault(column, zh, f"{name} is not one person of {unit.name}")
        return found[0] if len(found) == 1 else None

    def section(self, row: Row, unit: Unit) -> Section | None:
        name = row["section"]
        found = self.sections.get((unit.pk, name)) if name else None
        if name and found is None:
            row.fault("section", f"“{unit.name}”没有“{name}”这个科室", f"{unit.name} has no section {name}")
        return found


def known_for(rows: Sequence[Row], *, reader: Reader, keeper: Unit | None) -> Known:
    """All that a plan of these rows needs. Six statements and those of the reader."""
    doing = own_units(reader) if reader.of(DO_MATTER) else frozenset()
    known = Known(keeper, reader.person.pk if reader.person else 0, frozenset(doing))
    numbers = {row["key"] for row in rows if row["key"]}
    wanted = numbers | ({f"unit:{keeper.pk}:{number}" for number in numbers} if keeper else set())
    known.matters = {item.key: item for item in matters(reader).filter(key__in=wanted)}
    names = {row["unit"] for row in rows if row["unit"]}
    for row in rows:
        names |= {part.strip() for part in row["assisting"].replace("，", "、").replace(",", "、").split("、")} - {""}
    meant = Q(name__in=names) | Q(short_name__in=names)
    units = within(reader, SEE_DIRECTORY, UNITS).filter(meant).select_related("region", "merged_into") if names else []
    found: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        for name in {unit.name, unit.short_name} & names:
            found[name].append(unit)
    known.units = dict(found)
    keys = [unit.pk for unit in units]
    for post in Post.objects.filter(holds_on(reader.day), unit__in=keys).select_related("person"):
        people = known.people.setdefault((post.unit_id, post.person.name), [])
        if post.person not in people:
            people.append(post.person)
    known.sections = {(item.unit_id, item.name): item for item in Section.objects.filter(unit__in=keys, closed_on=None)}
    texts = {row["said"] for row in rows if row["said"]}
    theirs = [item.pk for item in known.matters.values()]
    for matter, text in Step.objects.filter(matter__in=theirs, text__in=texts).values_list("matter", "text"):
        known.said.setdefault(matter, set()).add(text)
    return known

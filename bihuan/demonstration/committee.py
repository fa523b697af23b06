"""The model committee (安委会) of the demonstration: its 37 member units and the governments of the eight counties.

Units, sections and people are model data; the lists stand in data/committee.csv and data/counties.csv and say so.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from bihuan.demonstration.lists import rows
from bihuan.demonstration.office import BOOK, BY, SINCE, Office, everyday
from bihuan.org import actions
from bihuan.org import queries as org
from bihuan.org.rules import Role

if TYPE_CHECKING:
    from bihuan.org.models import Person, Region, Section, Unit

MARK = "（示例）"
OFFICE_SHORT = "州应急管理局"  # the working body itself is a member unit: two names, one office
SECTIONS = ("办公室", "安全生产综合协调科", "宣传教育科")  # of the office
LENT = {"jiaotong": ("州交通运输局", "liaison"), "jiaoju": ("州交通运输局", "principal")}  # who else signs in


@dataclass(frozen=True)
class Member:
    """A unit that gets duties, and its people; `liaison` is None where nobody was named, and the principal acts."""

    short: str
    unit: Unit
    section: Section
    principal: Person | None
    leader: Person | None
    liaison: Person | None
    second: Person | None  # liaison

    @property
    def doer(self) -> Person:
        """Who signs for it and answers."""
        found = self.liaison or self.principal
        assert found is not None, f"{self.short} has nobody"
        return found


@dataclass(frozen=True)
class Committee:
    """The member units and the counties' governments by their short names, and the name under which papers go out."""

    body: Unit  # 州安委办: the working body under its other name, with the same people
    second_leader: Person
    members: dict[str, Member]
    counties: dict[str, Member]

    def __getitem__(self, short: str) -> Member:
        return self.members.get(short) or self.counties[short]


def convene(*, home: Region, office: Office, at: dt.datetime) -> Committee:
    """The committee of a place: made where it is missing."""
    name = f"{everyday(home)}安全生产委员会办公室{MARK}"
    body = actions.open_unit(region=home, name=name, short_name="州安委办", book=BOOK, by=BY, at=at)
    for section in SECTIONS:
        actions.open_section(unit=office.unit, name=section, by=BY, at=at)
    second = _two_names(home, office, body, at)
    members, counties = {}, {}
    for row in rows("committee.csv"):
        own = row["short"] == OFFICE_SHORT
        unit = office.unit if own else _unit(home, row["name"], row["short"], at)
        members[row["short"]] = _member(row, unit, at)
    for row in rows("counties.csv"):
        region = org.the_one_called(row["region"], within=home)
        unit = _unit(region, f"{region.name}人民政府", row["short"], at)
        liaison = office.county_liaison if row["stem"] == "康乐" else None
        counties[row["short"]] = _member(row, unit, at, liaison=liaison)
    return Committee(body, second, members, counties)


def _two_names(home: Region, office: Office, body: Unit, at: dt.datetime) -> Person:
    """Seat the people of the office under its other name too; returns a second leader, who is seated in both."""
    second = _seated("示例·分管", office.unit, None, "副局长", None, at)
    held: list[tuple[Person, Role | None]] = [
        (office.drafter, Role.OPERATOR),
        (office.checker, Role.OPERATOR),
        (office.signer, Role.LEADER),
        (second, Role.LEADER),
        (office.liaison, None),
    ]
    for person, role in held:
        roles = [(role, home)] if role else []
        actions.appoint(person=person, unit=body, on=SINCE, title="安委会办公室", roles=roles, by=BY, at=at)
    return second


def lend(committee: Committee, *, password: str, at: dt.datetime) -> list[str]:
    """Accounts for some people of the committee, with the password of the others; returns what to print of them."""
    told = []
    for account, (short, post) in LENT.items():
        person: Person = getattr(committee[short], post)
        actions.lend_account(person=person, name=account, password=password, by=BY, at=at)
        told.append((account, person, short))
    return [f"  {account:10}{person.name}  {short}" for account, person, short in told]


def _unit(region: Region, name: str, short: str, at: dt.datetime) -> Unit:
    return actions.open_unit(region=region, name=name + MARK, short_name=short, book=BOOK, by=BY, at=at)


def _member(row: dict[str, str], unit: Unit, at: dt.datetime, *, liaison: Person | None = None) -> Member:
    stem, people = row["stem"], row["people"]
    with transaction.atomic():
        section = actions.open_section(unit=unit, name=row["section"], by=BY, at=at)
        if liaison is not None:
            roles = [(Role.LIAISON, None)]
            actions.appoint(
                person=liaison, unit=unit, section=section, on=SINCE, title="联络员", roles=roles, by=BY, at=at
            )
        return Member(
            row["short"],
            unit,
            section,
            _seated(f"示例·{stem}甲", unit, None, "主要负责人", Role.PRINCIPAL, at) if "p" in people else None,
            _seated(f"示例·{stem}乙", unit, None, "分管领导", None, at) if "l" in people else None,
            _seated(f"示例·{stem}丙", unit, section, "联络员", Role.LIAISON, at) if "s" in people else liaison,
            _seated(f"示例·{stem}丁", unit, section, "联络员", Role.LIAISON, at) if "n" in people else None,
        )


def _seated(name: str, unit: Unit, section: Section | None, title: str, role: Role | None, at: dt.datetime) -> Person:
    if (seated := org.holder_of(unit, title, name=name)) is not None:
        return seated
    person = actions.add_person(name=name, book=BOOK, by=BY, at=at)
    roles = [(role, None)] if role else []
    actions.appoint(person=person, unit=unit, section=section, on=SINCE, title=title, roles=roles, by=BY, at=at)
    return person

"""The model office of the demonstration: units, people and accounts that stand in no real directory.

All of it goes through the actions, into the book of model data, and is marked wherever it is shown.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bihuan.lib.words import say
from bihuan.org import actions
from bihuan.org import queries as org
from bihuan.org.rules import ROLE_WORDS, Role, short_names

if TYPE_CHECKING:
    from bihuan.org.models import Person, Region, Unit

BOOK = "example"
BY = "system:demo"
SINCE = dt.date(2023, 1, 1)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class Seat:
    """One person of the model office, and the name they sign in with."""

    account: str
    name: str
    unit: str  # everyday name of its region, then what it is: "康乐县"
    title: str
    role: Role


# Names that say what they are: nobody is called so.
SEATS = (
    Seat("nigao", "示例·拟稿", "", "办公室科员", Role.OPERATOR),
    Seat("hegao", "示例·核稿", "", "办公室主任", Role.OPERATOR),
    Seat("qianfa", "示例·签发", "", "分管领导", Role.LEADER),
    Seat("lianluo", "示例·联络", "", "联络员", Role.LIAISON),
    Seat("kangle", "示例·康乐", "康乐县", "联络员", Role.LIAISON),
    Seat("xitong", "示例·系统", "", "系统管理员", Role.SYSTEM_ADMIN),
    Seat("anquan", "示例·安全", "", "安全管理员", Role.SECURITY_ADMIN),
    Seat("shenji", "示例·审计", "", "审计管理员", Role.AUDIT_ADMIN),
)


@dataclass(frozen=True)
class Office:
    """Who acts in the demonstration. `password` is "" where the installation is a real one: no model then signs in."""

    unit: Unit
    drafter: Person
    checker: Person
    signer: Person
    liaison: Person
    county_unit: Unit
    county_liaison: Person
    password: str

    def lines(self) -> list[str]:
        """The accounts, one a line, for the terminal."""
        if not self.password:
            return []
        head = say(f"示例账号,口令都是 {self.password}:", f"model accounts, the password of each is {self.password}:")
        return [head, *(f"  {seat.account:10}{seat.name}  {say(*ROLE_WORDS[seat.role])}" for seat in SEATS)]


def furnish(*, home: Region, at: dt.datetime) -> Office:
    """The model office of a place: made where it is missing, given a fresh password each time.

    On an installation that serves a real authority the people stand there without accounts.
    """
    units = {"": _own_unit(home, at)}
    for place in {seat.unit for seat in SEATS if seat.unit}:
        found = org.called(place, within=home)
        units[place] = _unit(found[0] if found else home, f"{place}应急管理局（示例）", at)
    if org.authority() is None:
        actions.set_authority(unit=units[""], region=home, by=BY, at=at)
    people = {seat.account: _seated(seat, units[seat.unit], home, at) for seat in SEATS}
    password = ""
    serves = org.authority()
    if serves is not None and serves.book:
        password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2))
        for seat in SEATS:
            actions.lend_account(person=people[seat.account], name=seat.account, password=password, by=BY, at=at)
    return Office(
        units[""],
        people["nigao"],
        people["hegao"],
        people["qianfa"],
        people["lianluo"],
        units["康乐县"],
        people["kangle"],
        password,
    )


def everyday(region: Region) -> str:
    """What people call a place: 临夏州."""
    return next(iter(short_names(region.name)), region.name)


def _own_unit(home: Region, at: dt.datetime) -> Unit:
    """The model authority: the one that stands, where it is of this place."""
    stands = org.authority()
    if stands is not None and stands.book == BOOK and stands.region_id == home.pk:
        return stands.unit
    called = everyday(home)
    return _unit(home, f"{called}应急管理局（示例）", at, short=f"{called[-1]}应急管理局")


def _unit(region: Region, name: str, at: dt.datetime, *, short: str = "") -> Unit:
    return actions.open_unit(region=region, name=name, short_name=short, book=BOOK, by=BY, at=at)


def _seated(seat: Seat, unit: Unit, home: Region, at: dt.datetime) -> Person:
    if (seated := org.holder_of(unit, seat.title, name=seat.name)) is not None:
        return seated
    person = actions.add_person(name=seat.name, book=BOOK, by=BY, at=at)
    region = None if seat.role is Role.LIAISON else home
    actions.appoint(person=person, unit=unit, on=SINCE, title=seat.title, roles=[(seat.role, region)], by=BY, at=at)
    return person

"""The people that tests ask "and may they?" about, and browsers signed in as them.

Everything goes through the actions, as in use. All are model people.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.test import Client
from django.utils import timezone

from bihuan.org import actions
from bihuan.org import queries as org
from bihuan.org.access import Reader, reader_of
from bihuan.org.gate import local_day
from bihuan.org.models import Account, Person, Region, Unit
from bihuan.org.rules import Role

AT = dt.datetime(2023, 5, 8, 1, 0, tzinfo=dt.UTC)  # 9 o'clock there: before the month begins
SINCE = dt.date(2023, 1, 1)
PASSWORD = "Gansu-2023"
BY = "system:tests"


@dataclass(frozen=True)
class Cast:
    """`prefecture`, `kangle`, `yongjing`: regions. Units: the office (authority), two counties' bureaus, a school."""

    prefecture: Region
    kangle: Region
    yongjing: Region
    office: Unit
    kangle_bureau: Unit
    yongjing_bureau: Unit
    school: Unit
    operator: Person  # drafts
    checker: Person  # a second operator
    leader: Person
    liaison: Person  # of the office
    kangle_liaison: Person
    yongjing_liaison: Person
    inspector: Person
    safety_officer: Person  # of the school in Kangle
    system_admin: Person
    security_admin: Person
    audit_admin: Person
    idle: Person  # has an account and a post, and no role

    def everyone(self) -> dict[str, Person]:
        return {name: value for name, value in vars(self).items() if isinstance(value, Person)}


def make_cast() -> Cast:
    """Enter the cast: an authority, units, people, posts, roles."""
    prefecture = org.the_one_called("临夏回族自治州")
    kangle, yongjing = (org.the_one_called(name, within=prefecture) for name in ("康乐县", "永靖县"))
    office = unit(prefecture, "临夏州应急管理局", "州应急局")
    kangle_bureau, yongjing_bureau = unit(kangle, "康乐县应急管理局"), unit(yongjing, "永靖县应急管理局")
    school = unit(kangle, "康乐县示范小学")
    actions.set_authority(unit=office, region=prefecture, by=BY, at=AT)
    people = {
        "operator": member("马拟稿", office, Role.OPERATOR, prefecture, title="办公室科员"),
        "checker": member("白核稿", office, Role.OPERATOR, prefecture, title="办公室主任"),
        "leader": member("王签发", office, Role.LEADER, prefecture, title="副局长"),
        "liaison": member("周联络", office, Role.LIAISON, title="联络员"),
        "kangle_liaison": member("康联络", kangle_bureau, Role.LIAISON, title="联络员"),
        "yongjing_liaison": member("永联络", yongjing_bureau, Role.LIAISON, title="联络员"),
        "inspector": member("何检查", office, Role.INSPECTOR, prefecture),
        "safety_officer": member("祁安全", school, Role.SAFETY_OFFICER, title="副校长"),
        "system_admin": member("系管理", office, Role.SYSTEM_ADMIN, prefecture),
        "security_admin": member("安管理", office, Role.SECURITY_ADMIN, prefecture),
        "audit_admin": member("审管理", office, Role.AUDIT_ADMIN, prefecture),
        "idle": member("闲无职", office),
    }
    return Cast(prefecture, kangle, yongjing, office, kangle_bureau, yongjing_bureau, school, **people)


def unit(region: Region, name: str, short: str = "") -> Unit:
    return actions.open_unit(region=region, name=name, short_name=short, book="example", by=BY, at=AT)


def member(
    name: str, at_unit: Unit, role: Role | None = None, region: Region | None = None, *, title: str = ""
) -> Person:
    """A person with a post, a role if any, and an account whose name is theirs."""
    person = actions.add_person(name=name, book="example", by=BY, at=AT)
    roles = [(role, region)] if role else []
    actions.appoint(person=person, unit=at_unit, on=SINCE, title=title, roles=roles, by=BY, at=AT)
    actions.lend_account(person=person, name=name, password=PASSWORD, by=BY, at=timezone.now())
    return person


def reader(person: Person) -> Reader:
    """The person as a reader today."""
    return reader_of(Person.objects.get(pk=person.pk), day=local_day(timezone.now()))


def signed_in(person: Person | None, **options: bool) -> Client:
    """A browser whose session is the person's; without a person one that nobody has signed in with."""
    client = Client(**options)
    if person is not None:
        account = Account.objects.get(person=person)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        now = int(timezone.now().timestamp())
        session.update({"account": account.pk, "digest": account.get_session_auth_hash(), "since": now, "touched": now})
        session.set_expiry(1800)
        session.save()
        client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    return client

"""Units, people and regions, as far as a person sees the directory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel, Field
from pydantic.json_schema import SkipJsonSchema

from bihuan.api.answers import operation
from bihuan.api.fields import Flag, Instant, Key, Line, Listing, NamedOut, Stretch, listed, named
from bihuan.org import queries
from bihuan.org.access import PEOPLE, REGIONS, SEE_DIRECTORY, SEE_SIGN_INS, UNITS, audited, keeping, may, the, within
from bihuan.org.gate import DeskRequest
from bihuan.org.rules import Outcome, Role

if TYPE_CHECKING:
    from bihuan.org.models import Holding, Person, Post, Section, SignIn, Unit

router = Router()
_SEES = (SEE_DIRECTORY,)


class RegionOut(NamedOut):
    """A region of the newest edition, down to the county."""

    depth: int = Field(description="In the tree: 0 the nation, 1 a province, …")


class RegionsOut(BaseModel):
    items: list[RegionOut]


class UnitOut(BaseModel):
    """A unit in a list."""

    id: int
    version: int
    name: str
    short_name: str
    region: NamedOut
    model: bool = Field(description="A model unit, not a real one")
    closed_on: dt.date | None = Field(description="From this day on it is no more")
    merged_into: NamedOut | None
    people: int = Field(description="How many people hold a post there today")


class UnitListing(Listing[UnitOut]):
    pass


class RoleOut(BaseModel):
    """A role held with a post."""

    id: int
    role: Role
    region: NamedOut | None = Field(description="It covers this region and all below; null: the post's own unit")


class HeldPostOut(BaseModel):
    """A post, with the roles that go with it."""

    id: int
    person: NamedOut
    unit: NamedOut
    section: NamedOut | None
    title: str
    valid_from: dt.date
    valid_to: dt.date | None = Field(description="The first day on which it is no longer held")
    roles: list[RoleOut]


class FormerNameOut(BaseModel):
    name: str
    until: dt.date


class WholeUnitOut(UnitOut):
    """A unit with its people."""

    authority: bool = Field(description="Whether the installation serves this unit")
    sections: list[NamedOut]
    posts: list[HeldPostOut]
    former_names: list[FormerNameOut]
    merged: list[NamedOut] = Field(description="Units that became part of it")


class PersonOut(BaseModel):
    """A person in a list, with the posts held today or later."""

    id: int
    version: int
    name: str
    phone: str
    model: bool = Field(description="A model person, not a real one")
    posts: list[HeldPostOut]


class PersonListing(Listing[PersonOut]):
    pass


class AccountOut(BaseModel):
    """Of an account, what those who keep it see."""

    name: str
    closed_at: dt.datetime | None
    locked_until: dt.datetime | None
    must_change: bool


class WholePersonOut(PersonOut):
    """A person with former posts, and the account for those who keep it."""

    former_posts: list[HeldPostOut]
    account: AccountOut | None


class SignInOut(BaseModel):
    """One attempt to sign in."""

    id: int
    at: dt.datetime
    account: str | None = Field(description="Null: no account has the name that was typed")
    person: NamedOut | None
    address: str | None
    outcome: Outcome


class SignInListing(Listing[SignInOut]):
    pass


class SignInsFilter(Stretch):
    """What the attempts to sign in are narrowed down by."""

    words: Line = Field(default="", max_length=60, description="Part of the account's or the person's name")
    outcome: Outcome | SkipJsonSchema[None] = None
    since: Instant | SkipJsonSchema[None] = None
    until: Instant | SkipJsonSchema[None] = None


class Search(Stretch):
    """What a list of the directory is narrowed down by."""

    words: Line = Field(default="", max_length=60, description="Part of a name; of people also pinyin and telephone")
    region: Key | SkipJsonSchema[None] = Field(default=None, description="This region and all below it")


@router.get(
    "/sign-ins",
    **operation("org.sign_ins", "登录日志", "Attempts to sign in", gives=SignInListing, needs=(SEE_SIGN_INS,)),
)
def sign_ins(request: DeskRequest, wish: Query[SignInsFilter]) -> dict[str, Any]:
    """Those by accounts that you audit, the newest first; by unknown names only from the top."""
    found = queries.sign_ins_found(
        audited(request.reader), text=wish.words.strip(), outcome=wish.outcome, since=wish.since, until=wish.until
    )
    return listed(found, "-at", "-pk", stretch=wish, out=_sign_ins)


def _sign_ins(rows: list[SignIn]) -> Iterator[SignInOut]:
    for row in rows:
        account = row.account
        yield SignInOut(
            id=row.pk,
            at=row.at,
            account=account.name if account else None,
            person=named(account.person) if account else None,
            address=row.address,
            outcome=Outcome(row.outcome),
        )


@router.get("/regions", **operation("org.regions", "可见的地区", "The regions you see", gives=RegionsOut, needs=_SEES))
def regions(request: DeskRequest) -> RegionsOut:
    """Down to the county, in the order of the tree."""
    found = queries.region_choices(within(request.reader, SEE_DIRECTORY, REGIONS))
    return RegionsOut(items=[RegionOut(id=pk, name=name, depth=depth) for pk, name, depth in found])


@router.get("/units", **operation("org.units", "单位", "The units you see", gives=UnitListing, needs=_SEES))
def units(request: DeskRequest, wish: Query[Search], closed: Flag = False) -> dict[str, Any]:
    """By region. `closed`: also those that are no more."""
    reader = request.reader
    seen = within(reader, SEE_DIRECTORY, UNITS)
    found = queries.units_found(seen, day=reader.day, text=wish.words.strip(), region=wish.region, closed=closed)
    return listed(found, "region", "pk", stretch=wish, out=_units)


def _units(rows: list[Unit]) -> Iterator[UnitOut]:
    for row in rows:
        yield UnitOut(**_unit(row), people=row.people)  # type: ignore[attr-defined]  # counted by the query


def _unit(row: Unit) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "name": row.name,
        "short_name": row.short_name,
        "region": named(row.region),
        "model": bool(row.book),
        "closed_on": row.closed_on,
        "merged_into": named(row.merged_into) if row.merged_into else None,
    }


@router.get("/units/{pk}", **operation("org.unit", "一个单位", "One unit", gives=WholeUnitOut, needs=_SEES))
def unit(request: DeskRequest, pk: Key) -> WholeUnitOut:
    """A unit with its sections and the posts held there today or later."""
    rows = UNITS.all().select_related("region", "merged_into")
    return whole_unit(request, the(request.reader, SEE_DIRECTORY, UNITS, rows, pk=pk))


def whole_unit(request: DeskRequest, found: Unit) -> WholeUnitOut:
    """A unit as its own page shows it."""
    page = queries.unit_page(found, day=request.reader.day)
    return WholeUnitOut(
        **_unit(found),
        people=page.people,
        authority=page.authority,
        sections=[named(section) for section, _posts in page.groups if section],
        posts=[_post(post, post.person, found, post.section) for _section, posts in page.groups for post in posts],
        former_names=[FormerNameOut(name=item.name, until=item.until) for item in page.former],
        merged=[named(item) for item in page.merged],
    )


def _post(post: Post, person: Person, at_unit: Unit, section: Section | None) -> HeldPostOut:
    return HeldPostOut(
        id=post.pk,
        person=named(person),
        unit=named(at_unit),
        section=named(section) if section else None,
        title=post.title,
        valid_from=post.valid_from,
        valid_to=post.valid_to,
        roles=[_role(item) for item in post.holdings.all()],
    )


def _role(item: Holding) -> RoleOut:
    return RoleOut(id=item.pk, role=Role(item.role), region=named(item.region) if item.region else None)


@router.get("/people", **operation("org.people", "人员", "The people you see", gives=PersonListing, needs=_SEES))
def people(request: DeskRequest, wish: Query[Search]) -> dict[str, Any]:
    """By name, as pinyin sorts it."""
    reader = request.reader
    seen = within(reader, SEE_DIRECTORY, PEOPLE)
    found = queries.people_found(seen, day=reader.day, text=wish.words.strip(), region=wish.region)
    return listed(found, "pinyin", "pk", stretch=wish, out=_people)


def _people(rows: list[Person]) -> Iterator[PersonOut]:
    for row in rows:
        posts: list[Post] = row.now  # type: ignore[attr-defined]  # fetched by the query
        yield PersonOut(**_person(row), posts=[_post(post, row, post.unit, post.section) for post in posts])


def _person(row: Person) -> dict[str, Any]:
    return {"id": row.pk, "version": row.version, "name": row.name, "phone": row.phone, "model": bool(row.book)}


@router.get("/people/{pk}", **operation("org.person", "一个人", "One person", gives=WholePersonOut, needs=_SEES))
def person(request: DeskRequest, pk: Key) -> WholePersonOut:
    """A person with posts now and before; the account for those who keep it."""
    return whole_person(request, the(request.reader, SEE_DIRECTORY, PEOPLE, pk=pk))


def whole_person(request: DeskRequest, found: Person) -> WholePersonOut:
    """A person as their own page shows them."""
    reader = request.reader
    kept = keeping(reader, found).any or may(reader, SEE_SIGN_INS, found)
    page = queries.person_page(found, day=reader.day, at=timezone.now(), with_account=kept)
    account = page.account
    return WholePersonOut(
        **_person(found),
        posts=[_post(post, found, post.unit, post.section) for post in page.now],
        former_posts=[_post(post, found, post.unit, post.section) for post in page.before],
        account=AccountOut(
            name=account.name,
            closed_at=account.closed_at,
            locked_until=page.locked_until,
            must_change=account.must_change,
        )
        if account
        else None,
    )

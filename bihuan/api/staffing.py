"""What is done to units, people, posts and roles.

Accounts, one-time passwords, the rules of passwords and the roster are kept on the pages alone: a token that leaks must
not be able to make itself another way in, and a roster wants a person who looks at each fault.

The addresses are those of `directory`, so its router is this one's too: the framework knows one router an address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from django.utils import timezone
from pydantic import Field, StringConstraints

from bihuan.api.answers import operation
from bihuan.api.directory import WholePersonOut, WholeUnitOut, router, whole_person, whole_unit
from bihuan.api.fields import Day, In, Key, SeenIn
from bihuan.org import actions, queries
from bihuan.org.access import (
    GRANT_ADMINISTRATION,
    MANAGE_PEOPLE,
    PEOPLE,
    POSTS,
    REGIONS,
    SEE_DIRECTORY,
    UNITS,
    NotThere,
    Verb,
    keeping,
    managed,
    placing,
    the,
    the_kept,
    verb_of,
    within,
)
from bihuan.org.gate import DeskRequest
from bihuan.org.rules import ADMINISTRATORS, Role

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bihuan.org.models import Post, Region, Unit

__all__ = ["router"]
_KEEPS = (MANAGE_PEOPLE, GRANT_ADMINISTRATION)

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")]
Phone = Annotated[str, StringConstraints(max_length=30, pattern=r"^[^\x00]*$")]


class UnitIn(In):
    region: Key
    name: Name
    short_name: Short = ""


class RenameIn(SeenIn):
    name: Name
    short_name: Short = ""
    on: Day = Field(description="From this day on")


class MergeIn(SeenIn):
    into: Key
    on: Day


class CloseIn(SeenIn):
    on: Day


class SectionIn(In):
    name: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]


class RoleIn(In):
    """`region`: for the roles that are held at a region; liaisons and safety officers are held at their unit."""

    role: Role
    region: Key | None = None


class SeatIn(In):
    """A post: where, as what, from which day on. A section that the unit does not have is opened."""

    unit: Key
    section: Short = ""
    title: Short = ""
    on: Day


class PersonIn(SeatIn):
    """A person with the first post."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
    phone: Phone = ""
    role: RoleIn | None = None


class ChangeIn(SeenIn):
    name: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]*$")]
    phone: Phone = ""


class EndIn(In):
    on: Day = Field(description="The first day on which the post is no longer held")


class HandOverIn(In):
    to: Key = Field(description="The person who takes it")
    on: Day


class GrantIn(RoleIn):
    post: Key


def _said(name: str, zh: str, en: str, *, gives: type, needs: tuple[Verb, ...] = (MANAGE_PEOPLE,)) -> dict[str, Any]:
    return operation(name, zh, en, gives=gives, needs=needs, writes=True)


# -- units -----------------------------------------------------------------------------------------------------------


@router.post("/units", **_said("org.open_unit", "新建单位", "Open a unit", gives=WholeUnitOut))
def open_unit(request: DeskRequest, wish: UnitIn) -> WholeUnitOut:
    """A unit in a region that you manage; where it has one of that name, that one."""
    region = the(request.reader, MANAGE_PEOPLE, REGIONS, pk=wish.region)
    made = actions.open_unit(
        region=region, name=wish.name, short_name=wish.short_name, by=request.reader.by, at=timezone.now()
    )
    return whole_unit(request, made)


def _managed(request: DeskRequest, pk: int) -> Unit:
    rows = UNITS.all().select_related("region", "merged_into")
    return the(request.reader, MANAGE_PEOPLE, UNITS, rows, pk=pk)


@router.post(
    "/units/{pk}/rename", **_said("org.rename_unit", "单位更名", "Give a unit another name", gives=WholeUnitOut)
)
def rename_unit(request: DeskRequest, pk: Key, wish: RenameIn) -> WholeUnitOut:
    """The old name is kept, so that old papers still lead here."""
    actions.rename_unit(
        unit=_managed(request, pk),
        name=wish.name,
        short_name=wish.short_name,
        expected_version=wish.expected_version,
        on=wish.on,
        by=request.reader.by,
        at=timezone.now(),
    )
    return whole_unit(request, _managed(request, pk))


@router.post(
    "/units/{pk}/merge", **_said("org.merge_unit", "撤并单位", "Merge a unit into another", gives=WholeUnitOut)
)
def merge_unit(request: DeskRequest, pk: Key, wish: MergeIn) -> WholeUnitOut:
    """撤并, for good: its things stay where they are and are the successor's to see."""
    unit, into = _managed(request, pk), _managed(request, wish.into)
    actions.merge_unit(
        unit=unit,
        into=into,
        expected_version=wish.expected_version,
        on=wish.on,
        by=request.reader.by,
        at=timezone.now(),
    )
    return whole_unit(request, _managed(request, pk))


@router.post("/units/{pk}/close", **_said("org.close_unit", "撤销单位", "Close a unit", gives=WholeUnitOut))
def close_unit(request: DeskRequest, pk: Key, wish: CloseIn) -> WholeUnitOut:
    """For a unit without a successor, for good; posts must be ended or handed over first."""
    unit = _managed(request, pk)
    actions.close_unit(
        unit=unit, expected_version=wish.expected_version, on=wish.on, by=request.reader.by, at=timezone.now()
    )
    return whole_unit(request, _managed(request, pk))


@router.post("/units/{pk}/sections", **_said("org.open_section", "新建科室", "Open a section", gives=WholeUnitOut))
def open_section(request: DeskRequest, pk: Key, wish: SectionIn) -> WholeUnitOut:
    """A part of the unit; where it has one of that name, that one."""
    unit = _managed(request, pk)
    actions.open_section(unit=unit, name=wish.name, by=request.reader.by, at=timezone.now())
    return whole_unit(request, unit)


# -- people and posts ------------------------------------------------------------------------------------------------


@router.post("/people", **_said("org.enter_person", "登记人员", "Enter a person", gives=WholePersonOut))
def enter_person(request: DeskRequest, wish: PersonIn) -> WholePersonOut:
    """A person with the first post, and a business role where one is wanted. The account is opened on the page."""
    reader = request.reader
    unit = _standing(within(reader, MANAGE_PEOPLE, UNITS), wish.unit)
    roles = []
    if wish.role:
        if wish.role.role in ADMINISTRATORS:
            raise NotThere
        roles = [(wish.role.role, _region(request, wish.role))]
    made = actions.enter_person(
        name=wish.name,
        phone=wish.phone,
        unit=unit,
        section=wish.section,
        title=wish.title,
        roles=roles,
        on=wish.on,
        by=reader.by,
        at=timezone.now(),
    )
    return whole_person(request, made)


def _standing(units: QuerySet[Unit], pk: int) -> Unit:
    found = units.filter(closed_on=None, pk=pk).first()
    if found is None:
        raise NotThere
    return found


def _region(request: DeskRequest, wish: RoleIn) -> Region | None:
    return None if wish.region is None else the(request.reader, verb_of(wish.role), REGIONS, pk=wish.region)


@router.put(
    "/people/{pk}",
    **_said(
        "org.change_person", "更正登记信息", "Correct a person's entry", gives=WholePersonOut, needs=(SEE_DIRECTORY,)
    ),
)
def change_person(request: DeskRequest, pk: Key, wish: ChangeIn) -> WholePersonOut:
    """Name and telephone."""
    person = the_kept(request.reader, pk)
    changed = actions.change_person(
        person=person,
        name=wish.name,
        phone=wish.phone,
        expected_version=wish.expected_version,
        by=request.reader.by,
        at=timezone.now(),
    )
    return whole_person(request, changed)


@router.post(
    "/people/{pk}/posts", **_said("org.appoint", "增加任职", "Give a post", gives=WholePersonOut, needs=_KEEPS)
)
def appoint(request: DeskRequest, pk: Key, wish: SeatIn) -> WholePersonOut:
    """Posts held already stay: end them or hand them over apart."""
    person = the_kept(request.reader, pk)
    unit = _standing(within(request.reader, placing(request.reader), UNITS), wish.unit)
    actions.appoint(
        person=person,
        unit=unit,
        section=wish.section,
        title=wish.title,
        on=wish.on,
        by=request.reader.by,
        at=timezone.now(),
    )
    return whole_person(request, person)


def _post(request: DeskRequest, pk: int) -> Post:
    rows = POSTS.all().select_related("person", "unit", "section")
    post = the(request.reader, SEE_DIRECTORY, POSTS, rows, pk=pk)
    the_kept(request.reader, post.person_id)
    return post


@router.post("/posts/{pk}/end", **_said("org.end_post", "免去任职", "End a post", gives=WholePersonOut, needs=_KEEPS))
def end_post(request: DeskRequest, pk: Key, wish: EndIn) -> WholePersonOut:
    """From that day on its roles are gone."""
    post = _post(request, pk)
    actions.end_post(post=post, on=wish.on, by=request.reader.by, at=timezone.now())
    return whole_person(request, post.person)


@router.post(
    "/posts/{pk}/hand-over",
    **_said("org.hand_over", "交接任职", "Hand a post over", gives=WholePersonOut, needs=_KEEPS),
)
def hand_over(request: DeskRequest, pk: Key, wish: HandOverIn) -> WholePersonOut:
    """交接: from that day on another person holds the post, with the same roles. Gives that person."""
    post = _post(request, pk)
    others = managed(request.reader, placing(request.reader)).exclude(pk=post.person_id)
    to = others.filter(pk=wish.to).first()
    if to is None:
        raise NotThere
    actions.hand_over(post=post, to=to, on=wish.on, by=request.reader.by, at=timezone.now())
    return whole_person(request, to)


@router.post("/people/{pk}/roles", **_said("org.grant", "授予角色", "Grant a role", gives=WholePersonOut, needs=_KEEPS))
def grant(request: DeskRequest, pk: Key, wish: GrantIn) -> WholePersonOut:
    """With one of the person's posts: business roles or administrators' roles, as you may."""
    reader = request.reader
    person = the(reader, SEE_DIRECTORY, PEOPLE, pk=pk)
    keeps = keeping(reader, person)
    if not (keeps.administration if wish.role in ADMINISTRATORS else keeps.business):
        raise NotThere
    post = the(reader, verb_of(wish.role), POSTS, pk=wish.post, person=person)
    actions.grant(post=post, role=wish.role, region=_region(request, wish), by=reader.by, at=timezone.now())
    return whole_person(request, person)


@router.delete("/roles/{pk}", **_said("org.revoke", "收回角色", "Take a role away", gives=WholePersonOut, needs=_KEEPS))
def revoke(request: DeskRequest, pk: Key) -> WholePersonOut:
    """The key of a role stands with its post."""
    holding = queries.holding_with_post(pk)
    if holding is None:
        raise NotThere
    what = "administration" if holding.role in ADMINISTRATORS else "business"
    person = the_kept(request.reader, holding.post.person_id, what=what)
    actions.revoke(holding=holding, by=request.reader.by, at=timezone.now())
    return whole_person(request, person)

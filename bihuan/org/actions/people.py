"""The writers of people, their posts and their roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from bihuan.history import actions as history
from bihuan.org.actions.units import checked, open_section
from bihuan.org.models import Holding, Person, Post, Region, Section, Unit
from bihuan.org.queries.people import not_over
from bihuan.org.refusals import OrgError, StaleError
from bihuan.org.rules import ADMINISTRATORS, OF_A_UNIT, Role, clash, phone_number, plain_name


def add_person(*, name: str, phone: str = "", book: str = "", by: str, at: dt.datetime) -> Person:
    """Enter a person. Name and telephone are personal: history keeps a commitment to them only.

    Raises:
        OrgError: no name, a telephone number that is none, or somebody else's.
    """
    name, phone = checked(name, 60), _phone(phone)
    from pypinyin import lazy_pinyin  # a quarter of a second that only new names need

    try:
        with transaction.atomic():
            person = Person.objects.create(name=name, pinyin=" ".join(lazy_pinyin(name))[:200], phone=phone, book=book)
            personal = {"name": name, "phone": phone}
            _note("org.person_added", person, by, at, {"book": book}, personal)
    except IntegrityError as error:
        raise _phone_taken() from error
    return person


def enter_person(
    *,
    name: str,
    phone: str,
    unit: Unit,
    section: str = "",
    title: str = "",
    roles: Iterable[tuple[Role, Region | None]] = (),
    on: dt.date,
    by: str,
    at: dt.datetime,
) -> Person:
    """Enter a person together with their first post: somebody without one would be nowhere to be found.

    Raises:
        OrgError: as for `add_person` and `appoint`; or the unit has somebody of that name and no telephone tells them
            apart (the same form sent twice).
    """
    with transaction.atomic():
        Unit.objects.select_for_update().get(pk=unit.pk)
        namesakes = Post.objects.filter(unit=unit, valid_to=None, person__name=plain_name(name))
        if not phone and namesakes.exists():
            zh = f"该单位已有“{plain_name(name)[:20]}”；如是另一人，请填手机号加以区分"
            raise OrgError("namesake", zh, "the unit has somebody of this name: give a telephone if this is another")
        person = add_person(name=name, phone=phone, book=unit.book, by=by, at=at)
        appoint(person=person, unit=unit, section=section, title=title, on=on, roles=roles, by=by, at=at)
    return person


def change_person(*, person: Person, name: str, phone: str, expected_version: int, by: str, at: dt.datetime) -> Person:
    """Correct a person's name or telephone number.

    Raises:
        StaleError: someone else changed the entry meanwhile.
        OrgError: as for `add_person`.
    """
    _refuse_own(person.pk, by)
    name, phone = checked(name, 60), _phone(phone)
    from pypinyin import lazy_pinyin

    changed = [what for what, old, new in (("name", person.name, name), ("phone", person.phone, phone)) if old != new]
    try:
        with transaction.atomic():
            rows = Person.objects.filter(pk=person.pk, version=expected_version)
            pinyin = " ".join(lazy_pinyin(name))[:200]
            if not rows.update(name=name, phone=phone, pinyin=pinyin, version=expected_version + 1):
                raise StaleError(person.name)
            personal = {"name": name, "phone": phone}
            _note("org.person_changed", person, by, at, {"changed": changed}, personal)
    except IntegrityError as error:
        raise _phone_taken() from error
    return Person.objects.get(pk=person.pk)


def _phone(text: str) -> str:
    number = phone_number(text)
    if number is None:
        raise OrgError("bad-phone", f"“{text[:30]}”不是电话号码", f"“{text[:30]}” is no telephone number")
    return number


def _refuse_own(person: int, by: str) -> None:
    if by == f"person:{person}":
        zh = "不能办理自己的任职、角色和登记信息，请由其他管理员办理"
        raise OrgError("own-entry", zh, "nobody keeps their own entry, posts or roles: ask another administrator")


def _phone_taken() -> OrgError:
    return OrgError("phone-taken", "这个电话号码已登记在另一人名下", "another person has this telephone number")


def appoint(
    *,
    person: Person,
    unit: Unit,
    on: dt.date,
    section: Section | str | None = None,
    title: str = "",
    roles: Iterable[tuple[Role, Region | None]] = (),
    by: str,
    at: dt.datetime,
) -> Post:
    """Give a person a post from a day on, with the roles that go with it; the same open post again gives that one.

    Args:
        section: one of the unit's, or the name of one, which is opened where it is not there.
        roles: each with the region it is held at; None for the roles that are held at the unit itself.

    Raises:
        OrgError: the unit is closed, the section another unit's, or roles that no one person may hold.
    """
    if unit.closed_on is not None and unit.closed_on <= on:
        raise OrgError("unit-closed", f"“{unit.name}”已撤并", f"“{unit.name}” is no more")
    _refuse_own(person.pk, by)
    if isinstance(section, Section) and section.unit_id != unit.pk:
        raise OrgError("section-elsewhere", "科室不属于该单位", "the section is another unit's")
    with transaction.atomic():
        if isinstance(section, str):
            section = open_section(unit=unit, name=section, by=by, at=at) if plain_name(section) else None
        Person.objects.select_for_update().get(pk=person.pk)  # one change of a person's posts at a time
        post, made = Post.objects.get_or_create(
            person=person,
            unit=unit,
            section=section,
            title=plain_name(title)[:60],
            valid_to=None,
            defaults={"valid_from": on},
        )
        if made:
            values = {"unit": unit.pk, "section": section and section.pk, "title": post.title, "on": on.isoformat()}
            _note("org.appointed", person, by, at, {"post": post.pk, **values})
        for role, region in roles:
            grant(post=post, role=role, region=region, by=by, at=at)
    return post


def grant(*, post: Post, role: Role, region: Region | None = None, by: str, at: dt.datetime) -> Holding:
    """Give a role with a post. The same again gives the holding that stands.

    Raises:
        OrgError: to oneself; beside a role that clashes; at a region where it is held at the unit, or the reverse;
            an ended post.
    """
    if by == f"person:{post.person_id}":
        raise OrgError("own-role", "不能给自己授权", "nobody grants a role to themselves")
    if (role in OF_A_UNIT) != (region is None):
        zh = "联络员、安全管理人员在本单位任用，其余角色须指明地区"
        raise OrgError("role-place", zh, "liaisons and safety officers are held at their unit, other roles at a region")
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=post.person_id)
        if Post.objects.filter(pk=post.pk, valid_to__isnull=False).exists():
            raise OrgError("post-ended", "该任职已结束", "the post has ended")
        held = Holding.objects.filter(not_over(at.date(), "post__"), post__person=post.person_id)
        other = clash(frozenset(Role(item) for item in held.values_list("role", flat=True)), role)
        if other is not None:
            zh = "三类管理员须由不同的人担任，且不兼任业务角色"
            raise OrgError("roles-clash", zh, "the three administrators are three people and hold no other role")
        holding, made = Holding.objects.get_or_create(post=post, role=role, region=region)
        if made:
            values = {"post": post.pk, "role": str(role), "region": region and region.name}
            _note("org.role_granted", post.person, by, at, values)
    return holding


def revoke(*, holding: Holding, by: str, at: dt.datetime) -> None:
    """Take a role away.

    Raises:
        StaleError: it was taken already.
        OrgError: the last security or system administrator would be gone.
    """
    with transaction.atomic():
        _keep_one(Holding.objects.filter(pk=holding.pk))
        post = Post.objects.select_related("person").get(pk=holding.post_id)
        _refuse_own(post.person_id, by)
        if not Holding.objects.filter(pk=holding.pk).delete()[0]:
            raise StaleError(post.person.name)
        _note("org.role_revoked", post.person, by, at, {"post": post.pk, "role": holding.role})


def _keep_one(holdings: QuerySet[Holding]) -> None:
    """Refuse to take away the last holding of an administrator's role."""
    for role in holdings.filter(role__in=ADMINISTRATORS).values_list("role", flat=True).distinct():
        others = Holding.objects.select_for_update().filter(role=role, post__valid_to=None)
        if not others.exclude(pk__in=holdings.values("pk")).exists():
            zh = "每类管理员至少留一人，请先任命接替的人"
            raise OrgError("last-administrator", zh, "one administrator of each kind stays: appoint another first")


def end_post(*, post: Post, on: dt.date, by: str, at: dt.datetime) -> Post:
    """End a post on a day (免职): from then on its roles are gone.

    Raises:
        StaleError: it has ended already.
        OrgError: before it began; one's own; the last administrator of a kind would be gone.
    """
    _refuse_own(post.person_id, by)
    with transaction.atomic():
        _keep_one(Holding.objects.filter(post=post))
        _end(post, on)
        _note("org.post_ended", post.person, by, at, {"post": post.pk, "unit": post.unit_id, "on": on.isoformat()})
    return Post.objects.get(pk=post.pk)


def hand_over(*, post: Post, to: Person, on: dt.date, by: str, at: dt.datetime) -> Post:
    """交接: from a day on another person holds the post, with the same roles; on that day and before it nothing is
    without an owner. A post in a unit that was merged goes to its successor.

    Raises:
        StaleError: the post has ended already.
        OrgError: to the same person; before the post began; roles that the other may not hold.
    """
    if to.pk == post.person_id:
        raise OrgError("same-person", "不能交接给本人", "a post is handed over to somebody else")
    _refuse_own(post.person_id, by)
    with transaction.atomic():
        roles = [(Role(item.role), item.region) for item in Holding.objects.filter(post=post).select_related("region")]
        left = Unit.objects.select_related("merged_into").get(pk=post.unit_id)
        unit = left.merged_into or left
        section = post.section.name if post.section else None
        _end(post, on)
        taken = appoint(person=to, unit=unit, section=section, title=post.title, on=on, roles=roles, by=by, at=at)
        Post.objects.filter(pk=post.pk).update(handed_to=taken)
        values = {"post": post.pk, "to": to.pk, "new_post": taken.pk, "unit": unit.pk, "on": on.isoformat()}
        _note("org.handed_over", post.person, by, at, values)
    return taken


def _end(post: Post, on: dt.date) -> None:
    if on < post.valid_from:
        raise OrgError("before-post", "不能早于任职之日", "that is before the post began")
    if not Post.objects.filter(pk=post.pk, valid_to=None).update(valid_to=on):
        raise StaleError(str(post.title or post.pk))


def _note(
    verb: str,
    person: Person,
    by: str,
    at: dt.datetime,
    values: dict[str, Any],
    personal: dict[str, Any] | None = None,
) -> None:
    history.record(verb=verb, subject=("person", str(person.pk)), by=by, at=at, values=values, personal=personal)

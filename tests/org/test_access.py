"""Rights: one question and its twin filter agree, and what is not yours is not there."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import AT, BY, Cast, reader
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bihuan.org import actions
from bihuan.org import queries as org
from bihuan.org.access import POSTS, UNITS, NotThere, Things, Verb, holders, may, the, within
from bihuan.org.models import Node, Person, Post, Region, Unit
from bihuan.org.refusals import OrgError
from bihuan.org.rules import ADMINISTRATORS, Role, clash

ANY = Verb("tests.any", *Role)
PLACES = Things(Region, region="pk")  # belong to no unit


def test_a_region_covers_what_is_below_and_a_unit_only_its_own(cast: Cast) -> None:
    operator, liaison = reader(cast.operator), reader(cast.kangle_liaison)
    assert may(operator, ANY, cast.school)
    assert may(liaison, ANY, cast.kangle_bureau)
    assert not may(liaison, ANY, cast.school)
    assert not may(liaison, ANY, cast.yongjing_bureau)
    assert the(liaison, ANY, UNITS, pk=cast.kangle_bureau.pk) == cast.kangle_bureau
    for pk in (cast.yongjing_bureau.pk, 0, 10**30):
        with pytest.raises(NotThere):
            the(liaison, ANY, UNITS, pk=pk)


def test_a_role_that_the_verb_does_not_name_opens_nothing(cast: Cast) -> None:
    verb = Verb("tests.lead", Role.LEADER)
    assert may(reader(cast.leader), verb)
    assert not may(reader(cast.operator), verb)
    assert not within(reader(cast.operator), verb, UNITS).exists()
    assert not may(reader(cast.idle), ANY)


def test_a_role_ends_with_its_post(cast: Cast) -> None:
    post = Post.objects.get(person=cast.kangle_liaison)
    actions.end_post(post=post, on=dt.date(2023, 6, 1), by=BY, at=AT)
    assert not may(reader(cast.kangle_liaison), ANY, cast.kangle_bureau)


def test_a_successor_sees_what_a_merged_unit_left(cast: Cast) -> None:
    actions.merge_unit(
        unit=cast.school, into=cast.kangle_bureau, expected_version=1, on=dt.date(2023, 6, 1), by=BY, at=AT
    )
    school = Unit.objects.get(pk=cast.school.pk)
    assert may(reader(cast.kangle_liaison), ANY, school)
    assert school in within(reader(cast.kangle_liaison), ANY, UNITS)
    assert not may(reader(cast.yongjing_liaison), ANY, school)


@given(data=st.data())
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_question_and_the_filter_agree(cast: Cast, data: st.DataObject) -> None:
    """For any person, any set of roles, and things of every placement."""
    person = data.draw(st.sampled_from(sorted(cast.everyone().values(), key=lambda item: item.pk)))
    verb = Verb("tests.drawn", *data.draw(st.sets(st.sampled_from(list(Role)))))
    asks = reader(person)
    regions = Region.objects.filter(
        pk__in=Node.objects.filter(region__level__in=["nation", "province", "prefecture", "county"]).values("region")
    ).order_by("pk")
    for things, rows in ((UNITS, Unit.objects.all()), (POSTS, Post.objects.all()), (PLACES, regions)):
        seen = set(within(asks, verb, things, rows))
        some = data.draw(st.lists(st.sampled_from(list(rows)), max_size=8, unique=True))
        assert {thing for thing in some if may(asks, verb, thing)} == seen & set(some)


def test_whom_to_tell_are_those_who_may(cast: Cast) -> None:
    today = dt.date(2026, 11, 28)
    for verb in (ANY, Verb("tests.some", Role.LIAISON, Role.LEADER)):
        for unit in (cast.kangle_bureau, cast.school, cast.office):
            able = [person.pk for person in cast.everyone().values() if may(reader(person), verb, unit)]
            assert holders(verb, unit, day=today) == sorted(able)


# -- the three administrators ----------------------------------------------------------------------------------------


@given(held=st.sets(st.sampled_from(list(Role))), wanted=st.sampled_from(list(Role)))
def test_an_administrator_is_nothing_else(held: set[Role], wanted: Role) -> None:
    others = held - {wanted}
    clashes = bool(others) and (wanted in ADMINISTRATORS or bool(others & ADMINISTRATORS))
    assert (clash(frozenset(held), wanted) is not None) == clashes


def test_no_order_of_grants_makes_one_person_two_administrators(cast: Cast) -> None:
    post = Post.objects.get(person=cast.system_admin)
    for role in (Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.OPERATOR):
        with pytest.raises(OrgError, match="三类管理员"):
            actions.grant(post=post, role=role, region=cast.prefecture, by=BY, at=AT)
    with pytest.raises(OrgError, match="三类管理员"):
        actions.appoint(
            person=cast.operator,
            unit=cast.office,
            on=AT.date(),
            title="兼",
            by=BY,
            at=AT,
            roles=[(Role.AUDIT_ADMIN, cast.prefecture)],
        )
    assert not Post.objects.filter(title="兼").exists()  # nothing half-written
    with pytest.raises(OrgError, match="不能给自己"):
        actions.grant(post=post, role=Role.SYSTEM_ADMIN, region=cast.kangle, by=cast.system_admin.by, at=AT)


def test_the_last_administrator_stays(cast: Cast) -> None:
    from bihuan.org.models import Holding

    with pytest.raises(OrgError, match="至少留一人"):
        actions.revoke(holding=Holding.objects.get(role=Role.AUDIT_ADMIN), by=BY, at=AT)


# -- posts -----------------------------------------------------------------------------------------------------------


def test_a_handed_over_post_takes_its_roles_along(cast: Cast) -> None:
    post = Post.objects.get(person=cast.kangle_liaison)
    fresh = actions.add_person(name="新联络", by=BY, at=AT)
    on = dt.date(2023, 6, 10)
    taken = actions.hand_over(post=post, to=fresh, on=on, by=BY, at=AT)
    assert (taken.unit, taken.title, taken.valid_from) == (post.unit, post.title, on)
    assert may(reader(fresh), ANY, cast.kangle_bureau)
    assert not may(reader(cast.kangle_liaison), ANY, cast.kangle_bureau)
    assert Post.objects.get(pk=post.pk).handed_to == taken
    with pytest.raises(OrgError, match="本人"):
        actions.hand_over(post=taken, to=fresh, on=on, by=BY, at=AT)


def test_a_post_cannot_be_handed_to_someone_whose_roles_clash(cast: Cast) -> None:
    post = Post.objects.get(person=cast.kangle_liaison)
    with pytest.raises(OrgError, match="三类管理员"):
        actions.hand_over(post=post, to=cast.audit_admin, on=dt.date(2023, 6, 10), by=BY, at=AT)
    assert Post.objects.get(pk=post.pk).valid_to is None


def test_names_of_those_who_acted(cast: Cast) -> None:
    found = org.names([cast.operator.by, "system:demo", "示例:拟稿人", "person:999999999"])
    assert found[cast.operator.by] == "马拟稿"
    assert found["system:demo"] == "系统（演示）"
    assert found["示例:拟稿人"] == "示例:拟稿人"
    assert Person.objects.count() == 12

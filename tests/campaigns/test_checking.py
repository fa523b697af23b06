"""The check before publishing: what it finds, and that it finds no more."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from cast import Cast
from planned import planned

from bihuan.campaigns import queries
from bihuan.campaigns.checking import DutySeen, ParagraphSeen, PersonSeen, PlanSeen, UnitSeen, checked
from bihuan.campaigns.models import Plan
from bihuan.org.models import Post, Unit

TODAY = dt.date(2023, 5, 10)
OFFICE, SCHOOL = UnitSeen(1, "州应急局"), UnitSeen(2, "示范小学")
DUTY = DutySeen(1, "启动仪式", 1, OFFICE, "", dt.date(2023, 6, 1))
PART = ParagraphSeen(1, 1, "一、", "启动", "内容", tasked=True)
PLAN = PlanSeen(
    (dt.date(2023, 6, 1), dt.date(2023, 6, 30)), TODAY, OFFICE, [PART], [DUTY], [OFFICE], [dt.date(2023, 7, 5)]
)


def codes(plan: PlanSeen) -> dict[str, bool]:
    return {item.code: item.error for item in checked(plan)}


def with_duty(**more: object) -> PlanSeen:
    return replace(PLAN, duties=[replace(DUTY, **more)])


def test_a_fit_plan_has_nothing_to_say() -> None:
    assert checked(PLAN) == []


@pytest.mark.parametrize(
    ("plan", "code", "error"),
    [
        (replace(PLAN, issuer=None), "no-issuer", True),
        (replace(PLAN, issuer=replace(OFFICE, gone=True)), "issuer-gone", True),
        (replace(PLAN, asked=[dt.date(2023, 5, 1)]), "asked-in-past", True),
        (replace(PLAN, asked=[]), "nothing-asked", False),
        (replace(PLAN, listed=[]), "no-lists", False),
        (replace(PLAN, listed=[OFFICE, SCHOOL]), "unit-without-duty", False),
        (replace(PLAN, listed=[OFFICE, replace(SCHOOL, gone=True)]), "listed-gone", False),
        (replace(PLAN, paragraphs=[PART, replace(PART, pk=2)]), "paragraph-without-owner", True),
        (replace(PLAN, paragraphs=[PART, replace(PART, pk=2, tasked=False, text="")]), "paragraph-empty", False),
        (replace(PLAN, paragraphs=[replace(PART, tasked=False)]), "paragraph-untasked", False),
        (with_duty(unit=None), "duty-without-unit", True),
        (with_duty(unit=replace(OFFICE, gone=True, into="新局")), "unit-merged", True),
        (with_duty(assisting=(replace(SCHOOL, gone=True),)), "unit-merged", True),
        (with_duty(due_on=None), "duty-without-due", True),
        (with_duty(due_on=dt.date(2023, 5, 9)), "due-in-past", True),
        (with_duty(due_on=dt.date(2023, 7, 5)), "due-outside", False),
        (with_duty(owner=PersonSeen("马某", frozenset())), "person-left", True),
        (with_duty(leader=PersonSeen("马某", frozenset())), "person-left", True),
        (with_duty(owner=PersonSeen("马某", frozenset({2}))), "owner-elsewhere", False),
        (with_duty(strangers=("某人",)), "stranger", False),
        (replace(PLAN, duties=[DUTY, replace(DUTY, pk=2)]), "duty-twice", False),
    ],
)
def test_what_it_finds(plan: PlanSeen, code: str, error: bool) -> None:
    assert codes(plan)[code] is error


def test_today_is_not_the_past_and_what_has_its_matter_may_be_due() -> None:
    assert "due-in-past" not in codes(with_duty(due_on=TODAY))
    assert "due-in-past" not in codes(with_duty(due_on=dt.date(2023, 5, 9), settled=True))


def test_a_paragraph_whose_parts_have_owners_has_one() -> None:
    above = ParagraphSeen(2, 1, "一、", "重点工作", "", tasked=True)
    below = replace(PART, level=2)
    assert codes(replace(PLAN, paragraphs=[above, below])) == {}


@pytest.mark.django_db
def test_a_real_plan_is_looked_at_in_few_queries(cast: Cast, django_assert_max_num_queries: object) -> None:
    plan = planned(cast)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        found = queries.check(plan, day=TODAY)
    assert [item.code for item in found if item.error] == []


@pytest.mark.django_db
def test_merged_units_and_people_who_left_are_found(cast: Cast) -> None:
    plan = planned(cast)
    Post.objects.filter(person=cast.liaison).update(valid_to=TODAY)
    bureau = Unit.objects.get(pk=cast.kangle_bureau.pk)
    Unit.objects.filter(pk=bureau.pk).update(closed_on=TODAY, merged_into=cast.yongjing_bureau)
    found = queries.check(Plan.objects.get(pk=plan.pk), day=TODAY)
    assert {item.code for item in found if item.error} == {"unit-merged", "person-left"}
    assert any("永靖县应急管理局" in item.zh for item in found)

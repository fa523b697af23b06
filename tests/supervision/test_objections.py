"""Objection and review, with their clocks, by people who took no part (政府督查工作条例, art. 16, 17)."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast, member
from oversight import concluded, found, mandate, second_leader
from rounds import act, on

from bihuan.loop import actions as loop
from bihuan.loop.models import Matter, Reminder
from bihuan.loop.queries import differences
from bihuan.loop.refusals import MatterError, NotYourHandError, OwnLoopError, StaleMatterError
from bihuan.messages.models import Message
from bihuan.org.models import Person
from bihuan.org.rules import Role
from bihuan.supervision import actions
from bihuan.supervision.models import Conclusion, Objection
from bihuan.supervision.refusals import StaleThingError, SupervisionError
from bihuan.supervision.rules import ReviewOutcome, objection_until, review_until


@pytest.fixture(autouse=True)
def ladders(db: None) -> None:
    loop.load_ladders(by="system:tests", at=on(1, 1))


@pytest.fixture
def reviewer(cast: Cast) -> Person:
    return member("赵复核", cast.office, Role.OPERATOR, cast.prefecture)


def objected(cast: Cast, day: int = 20) -> Objection:
    return actions.object_to(
        conclusion=concluded(cast), grounds="活动已改期，有州局同意函", by=cast.kangle_liaison.by, at=on(6, day)
    )


def test_clocks_are_days_of_the_calendar() -> None:
    assert objection_until(dt.date(2023, 6, 16)) == dt.date(2023, 7, 16)
    assert review_until(dt.date(2023, 7, 16)) == dt.date(2023, 8, 15)


def test_objection_within_thirty_days_of_the_receipt(cast: Cast) -> None:
    conclusion = concluded(cast)
    assert Message.objects.filter(recipient=cast.kangle_liaison, zh__contains="督查结论").exists()
    actions.receive_conclusion(conclusion=conclusion, by=cast.kangle_liaison.by, at=on(6, 16))
    again = actions.receive_conclusion(conclusion=conclusion, by=cast.safety_officer.by, at=on(6, 18))
    assert (again.received_by, again.received_at) == (cast.kangle_liaison.by, on(6, 16))
    with pytest.raises(SupervisionError, match="2023-07-16 截止"):
        actions.object_to(conclusion=conclusion, grounds="不服", by=cast.kangle_liaison.by, at=on(7, 17))
    row = actions.object_to(conclusion=conclusion, grounds="不服", by=cast.kangle_liaison.by, at=on(7, 16))
    assert row.decide_by == dt.date(2023, 8, 15)
    assert (
        actions.object_to(conclusion=conclusion, grounds="不服", by=cast.kangle_liaison.by, at=on(7, 16)).pk == row.pk
    )
    with pytest.raises(StaleThingError):
        actions.object_to(conclusion=conclusion, grounds="不服", by=cast.safety_officer.by, at=on(7, 16))
    with pytest.raises(SupervisionError, match="理由"):
        actions.object_to(conclusion=conclusion, grounds=" ", by=cast.kangle_liaison.by, at=on(7, 16))


def test_whole_review(cast: Cast, reviewer: Person) -> None:
    row, boss = objected(cast), second_leader(cast)
    assert set(row.matter.barred) == {cast.operator.by, cast.leader.by}
    row = actions.name_reviewer(objection=row, reviewer=reviewer, expected_version=1, by=cast.checker.by, at=on(6, 21))
    assert row.matter.due_on == row.decide_by - dt.timedelta(5)
    row = actions.review(
        objection=row, outcome=ReviewOutcome.UPHELD, text="原结论正确", expected_version=2, by=reviewer.by, at=on(6, 25)
    )
    row = actions.decide_review(
        objection=row, agreed=False, reason="再核改期函", expected_version=3, by=boss.by, at=on(6, 26)
    )
    row = actions.review(
        objection=row,
        outcome=ReviewOutcome.CHANGED,
        text="改期经同意，不属组织不力",
        expected_version=4,
        by=reviewer.by,
        at=on(6, 27),
    )
    row = actions.decide_review(objection=row, agreed=True, expected_version=5, by=boss.by, at=on(6, 28))
    row = actions.reply(objection=row, expected_version=6, by=cast.checker.by, at=on(6, 29))
    assert (row.matter.end, row.outcome) == ("closed", "changed")
    made = Conclusion.objects.get(replaces=row.conclusion)
    assert "改期经同意" in made.text
    assert Message.objects.filter(recipient=cast.kangle_liaison, zh__contains="变更原结论").exists()
    assert differences(Matter.objects.get(pk=row.matter_id)) == []
    with pytest.raises(StaleThingError):
        actions.object_to(conclusion=row.conclusion, grounds="再议", by=cast.safety_officer.by, at=on(6, 30))


def test_who_took_part_is_barred_from_all_of_it_through_any_door(cast: Cast, reviewer: Person) -> None:
    row, boss = objected(cast), second_leader(cast)
    with pytest.raises(OwnLoopError, match="回避"):  # who made the conclusion reviews
        actions.name_reviewer(
            objection=row, reviewer=cast.operator, expected_version=1, by=cast.checker.by, at=on(6, 21)
        )
    with pytest.raises(OwnLoopError, match="回避"):  # or names the reviewer
        actions.name_reviewer(objection=row, reviewer=reviewer, expected_version=1, by=cast.operator.by, at=on(6, 21))
    with pytest.raises(OwnLoopError, match="回避"):  # or does so on the page of the matter
        act(
            row.matter, "assign", cast.operator, on(6, 21), unit=cast.office, owner=reviewer, due_on=dt.date(2023, 7, 1)
        )
    with pytest.raises(SupervisionError, match="复核人"):
        act(row.matter, "assign", cast.checker, on(6, 21), unit=cast.kangle_bureau, due_on=dt.date(2023, 7, 1))
    row = actions.name_reviewer(objection=row, reviewer=reviewer, expected_version=1, by=cast.checker.by, at=on(6, 21))
    with pytest.raises(OwnLoopError, match="回避"):
        act(row.matter, "hand_over", reviewer, on(6, 22), to=cast.operator, on=dt.date(2023, 6, 22))
    with pytest.raises(OwnLoopError):
        actions.review(
            objection=row, outcome=ReviewOutcome.UPHELD, text="对", expected_version=2, by=cast.leader.by, at=on(6, 22)
        )
    assert Objection.objects.get(pk=row.pk).outcome == ""
    with pytest.raises(SupervisionError, match="复核结果"):
        act(row.matter, "review", reviewer, on(6, 22), text="对")
    row = actions.review(
        objection=row, outcome=ReviewOutcome.UPHELD, text="对", expected_version=2, by=reviewer.by, at=on(6, 22)
    )
    for person in (cast.leader, reviewer):
        with pytest.raises(OwnLoopError):
            actions.decide_review(objection=row, agreed=True, expected_version=3, by=person.by, at=on(6, 23))
    with pytest.raises(NotYourHandError):  # an operator is no leader
        act(row.matter, "approve", cast.checker, on(6, 23))
    row = actions.decide_review(objection=row, agreed=True, expected_version=3, by=boss.by, at=on(6, 23))
    assert row.matter.state == "approved"
    row = actions.reply(objection=row, expected_version=4, by=cast.checker.by, at=on(6, 23))
    assert not Conclusion.objects.filter(replaces=row.conclusion).exists()  # it stands


def test_a_review_in_time_and_reminded(cast: Cast, reviewer: Person) -> None:
    row = objected(cast)
    row = actions.name_reviewer(objection=row, reviewer=reviewer, expected_version=1, by=cast.checker.by, at=on(6, 21))
    loop.sweep(at=on(7, 14))
    assert Reminder.objects.get(step__matter=row.matter).person == reviewer
    loop.sweep(at=on(7, 18))
    assert Matter.objects.get(pk=row.matter_id).light == "red"


def test_withdrawn_and_stale(cast: Cast) -> None:
    row = objected(cast)
    with pytest.raises(MatterError):
        actions.withdraw_objection(
            objection=row, reason="", expected_version=1, by=cast.kangle_liaison.by, at=on(6, 21)
        )
    done = actions.withdraw_objection(
        objection=row, reason="已沟通", expected_version=1, by=cast.kangle_liaison.by, at=on(6, 21)
    )
    assert done.matter.end == "withdrawn"
    with pytest.raises(StaleMatterError):
        actions.name_reviewer(
            objection=row, reviewer=cast.checker, expected_version=1, by=cast.checker.by, at=on(6, 21)
        )


def test_whoever_looked_in_a_round_is_barred(cast: Cast) -> None:
    basis = mandate(cast)
    look, _finding = found(cast, basis)
    row = actions.conclude(
        mandate=basis, unit=cast.kangle_bureau, title="督查结论", text="没有方案", round=look.round,
        by=cast.checker.by, at=on(6, 15),
    )  # fmt: skip
    assert set(row.makers) == {cast.checker.by, cast.inspector.by, cast.operator.by, cast.leader.by}
    again = actions.conclude(
        mandate=basis, unit=cast.kangle_bureau, title="督查结论", text="没有方案", round=look.round,
        by=cast.checker.by, at=on(6, 15),
    )  # fmt: skip
    assert again.pk == row.pk

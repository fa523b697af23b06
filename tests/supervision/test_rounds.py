"""Rounds: by a plan that another approves; what is not settled goes into the next one."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast, reader
from oversight import found, mandate, order, planned, second_leader, supervised, under_way
from rounds import on

from bihuan.loop import actions as loop
from bihuan.messages.models import Message
from bihuan.supervision import actions, queries
from bihuan.supervision.access import seen
from bihuan.supervision.models import Finding, Look, Round
from bihuan.supervision.refusals import SameHandError, StaleThingError, SupervisionError, WrongStandingError
from bihuan.supervision.rules import What


@pytest.fixture(autouse=True)
def ladders(db: None) -> None:
    loop.load_ladders(by="system:tests", at=on(1, 1))


def test_a_round_needs_a_plan_and_another_person_who_approves_it(cast: Cast) -> None:
    basis = mandate(cast)
    for wrong in (
        {"plan": " "},
        {"title": ""},
        {"days": (dt.date(2023, 6, 12), dt.date(2023, 6, 14))},
        {"days": (dt.date(2023, 6, 20), dt.date(2023, 6, 14))},
        {"looks": []},
    ):
        with pytest.raises(SupervisionError):
            planned(cast, basis, **wrong)
    row = planned(cast, basis)
    with pytest.raises(SameHandError):
        actions.approve_round(round=row, expected_version=1, by=cast.operator.by, at=on(6, 13))
    with pytest.raises(WrongStandingError, match="方案待审批"):
        actions.begin_round(round=row, expected_version=1, by=cast.leader.by, at=on(6, 14))
    approved = actions.approve_round(round=row, expected_version=1, by=cast.leader.by, at=on(6, 13))
    again = actions.approve_round(round=row, expected_version=1, by=cast.leader.by, at=on(6, 13, 12))
    assert again.approved_at == approved.approved_at
    with pytest.raises(StaleThingError):
        actions.cancel_round(round=row, reason="改期", expected_version=1, by=cast.operator.by, at=on(6, 13))
    with pytest.raises(SupervisionError, match="不能开始"):
        actions.begin_round(round=approved, expected_version=2, by=cast.leader.by, at=on(6, 13))


def test_units_are_told_nothing_before(cast: Cast) -> None:
    row = planned(cast, mandate(cast))
    actions.approve_round(round=row, expected_version=1, by=cast.leader.by, at=on(6, 13))
    assert not Message.objects.filter(recipient=cast.kangle_liaison).exists()
    assert Message.objects.filter(recipient=cast.inspector, zh__contains="督查组").exists()
    assert not seen(reader(cast.kangle_liaison), Round).exists()
    assert seen(reader(cast.inspector), Round).get() == row


def test_what_is_not_settled_goes_into_the_next_round(cast: Cast) -> None:
    basis = mandate(cast)
    look, finding = found(cast, basis)
    other = actions.find(look=look, text="横幅未悬挂", by=cast.inspector.by, at=on(6, 14))
    assert actions.find(look=look, text="横幅未悬挂", by=cast.inspector.by, at=on(6, 14)).pk == other.pk
    ended = actions.end_round(round=look.round, summary="两个问题", expected_version=3, by=cast.leader.by, at=on(6, 15))
    assert ended.state == "ended"
    actions.settle(finding=other, text="已悬挂", by=cast.checker.by, at=on(6, 15))
    second = under_way(cast, basis, first=dt.date(2023, 6, 20), title="第二轮", looks=[])
    followed = Look.objects.get(round=second)
    assert (followed.follow_up_of, followed.unit, second.number) == (finding, cast.kangle_bureau, 2)
    page = queries.round_page(second)
    assert [item.pk for item in page.earlier] == [other.pk, finding.pk]
    with pytest.raises(SupervisionError, match="还有 1 项没有查看"):
        actions.end_round(round=second, summary="完", expected_version=3, by=cast.leader.by, at=on(6, 20))
    actions.look(look=followed, seen="仍无方案", by=cast.inspector.by, at=on(6, 20))
    actions.end_round(round=second, summary="仍未整改", expected_version=3, by=cast.leader.by, at=on(6, 21))
    third = planned(cast, basis, first=dt.date(2023, 6, 26), title="第三轮", looks=[])
    assert Look.objects.get(round=third).follow_up_of == finding
    actions.settle(finding=finding, text="已报方案", by=cast.inspector.by, at=on(6, 22))
    with pytest.raises(StaleThingError):
        actions.settle(finding=finding, text="已报方案", by=cast.checker.by, at=on(6, 22))
    with pytest.raises(SupervisionError, match="至少列一项"):
        planned(cast, basis, first=dt.date(2023, 6, 27), looks=[])
    actions.approve_round(round=third, expected_version=1, by=cast.leader.by, at=on(6, 25))
    begun = actions.begin_round(round=third, expected_version=2, by=cast.leader.by, at=on(6, 26))
    assert not Look.objects.filter(round=begun).exists()  # what was settled meanwhile falls away


def test_what_is_found_while_the_next_round_is_planned_comes_in_too(cast: Cast) -> None:
    basis = mandate(cast)
    first = under_way(cast, basis)
    second = planned(cast, basis, first=dt.date(2023, 6, 20), title="第二轮")
    look = actions.look(look=first.looks.get(), seen="看过", by=cast.inspector.by, at=on(6, 14))
    finding = actions.find(look=look, text="没有方案", by=cast.inspector.by, at=on(6, 14))
    actions.approve_round(round=second, expected_version=1, by=cast.leader.by, at=on(6, 15))
    actions.begin_round(round=second, expected_version=2, by=cast.leader.by, at=on(6, 20))
    assert [item.follow_up_of for item in second.looks.order_by("pk")] == [None, finding]


def test_looking(cast: Cast) -> None:
    basis = mandate(cast)
    row = under_way(cast, basis)
    look = row.looks.get()
    with pytest.raises(SupervisionError, match="先记录查看"):
        actions.find(look=look, text="问题", by=cast.inspector.by, at=on(6, 14))
    actions.look(look=look, seen="看过", by=cast.inspector.by, at=on(6, 14))
    actions.look(look=look, seen="看过", by=cast.inspector.by, at=on(6, 14))
    with pytest.raises(StaleThingError):
        actions.look(look=look, seen="又看过", by=cast.checker.by, at=on(6, 14))
    counts = {item.bound.what: item.count for item in queries.counted(
        cast.kangle_bureau, dt.date(2023, 6, 14), region=cast.prefecture.pk)}  # fmt: skip
    assert counts[What.VISITED] == 1
    actions.end_round(round=row, summary="完", expected_version=3, by=cast.leader.by, at=on(6, 15))
    with pytest.raises(SupervisionError, match="不在进行"):
        actions.find(look=look, text="问题", by=cast.inspector.by, at=on(6, 15))


def test_a_finding_leads_to_a_notice(cast: Cast) -> None:
    basis = mandate(cast)
    _look, finding = found(cast, basis)
    notice = actions.draft_notice(
        key="f", mandate=basis, order=order(cast), finding=finding, by=cast.operator.by, at=on(6, 15)
    )
    assert (notice.finding, notice.about) == (finding, None)
    assert notice.paper is not None
    assert "没有活动方案" in str(notice.paper.paper)
    assert Finding.objects.get(pk=finding.pk).settled_at is None


def test_what_is_under_supervision_can_be_looked_at(cast: Cast) -> None:
    about = supervised(cast)
    row = planned(cast, about.mandate, looks=[(cast.kangle_bureau, about.title, about.matter)])
    assert row.looks.get().matter == about.matter
    assert second_leader(cast).name == "李复核"

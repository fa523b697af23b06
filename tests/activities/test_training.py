"""Rosters: who is to be reached, who came, who is missing; never beyond the roster, never bettered in silence."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import BY, Cast
from django.db import connection
from django.test.utils import CaptureQueriesContext
from doings import AT, DAY, an_activity

from bihuan.activities import actions, queries
from bihuan.activities.actions import Listed, Paper
from bihuan.activities.materials import GoneError, MaterialError
from bihuan.activities.models import Activity, Attendance, RosterEntry, TrainingRoster
from bihuan.activities.rules import State, audiences
from bihuan.activities.training_rules import Coverage
from bihuan.history.models import Entry

pytestmark = pytest.mark.django_db
TARGET = next(iter(audiences()))
THREE = (Listed("马一", "康乐县应急局", "局长"), Listed("马二", "康乐县住建局", "局长"), Listed("马三", "康乐水泥厂"))


def a_roster(cast: Cast, **more: str) -> TrainingRoster:
    names = {"target": TARGET, "name": "康乐县四类重点人员"} | more
    return actions.open_roster(unit=cast.kangle_bureau, region=cast.kangle, **names, by=BY, at=AT)  # type: ignore[arg-type]


def filled(cast: Cast) -> tuple[TrainingRoster, list[RosterEntry]]:
    roster = a_roster(cast)
    actions.list_people(roster=roster, people=THREE, by=BY, at=AT)
    return roster, list(queries.entries(roster).order_by("order"))


def test_coverage_counts_people_once_and_names_who_is_missing(cast: Cast) -> None:
    roster, (one, two, three) = filled(cast)
    first, second = an_activity(cast, "training"), an_activity(cast, "study")
    assert actions.attended(activity=first, entries=[one, two], by=BY, at=AT) == 2
    assert actions.attended(activity=second, entries=[one], by=BY, at=AT) == 1
    assert actions.attended(activity=second, entries=[one], by=BY, at=AT) == 0
    assert queries.coverage([roster]) == {roster.pk: Coverage(2, 3)}
    assert list(queries.missing(roster)) == [three]
    found = queries.reach(roster)
    assert found.groups["康乐水泥厂"] == Coverage(0, 1)
    assert found.missing == (three.pk,)
    (row,) = queries.with_sessions(queries.entries(roster).filter(pk=one.pk))
    assert [item.activity for item in row.sessions] == [first, second]  # type: ignore[attr-defined]
    assert list(queries.not_yet(second, roster)) == [three, two]  # who was never reached comes first


def test_a_session_that_was_withdrawn_reached_nobody(cast: Cast) -> None:
    roster, (one, *_rest) = filled(cast)
    session = an_activity(cast, "training")
    actions.attended(activity=session, entries=[one], by=BY, at=AT)
    Activity.objects.filter(pk=session.pk).update(state=State.WITHDRAWN)
    assert queries.coverage([roster])[roster.pk] == Coverage(0, 3)
    assert one in queries.missing(roster)


def test_who_is_taken_off_counts_no_more_and_a_reason_is_kept(cast: Cast) -> None:
    roster, (one, two, _three) = filled(cast)
    actions.attended(activity=an_activity(cast, "training"), entries=[one], by=BY, at=AT)
    with pytest.raises(MaterialError):
        actions.take_off(entry=two, reason="", by=BY, at=AT)
    actions.take_off(entry=two, reason="已调离", by=BY, at=AT)
    assert queries.coverage([roster])[roster.pk] == Coverage(1, 2)
    with pytest.raises(GoneError):
        actions.take_off(entry=two, reason="已调离", by=BY, at=AT)
    with pytest.raises(MaterialError, match="名册上没有"):
        actions.attended(activity=an_activity(cast, "training"), entries=[two], by=BY, at=AT)
    entry = Entry.objects.get(verb="activities.taken_off")
    assert entry.values["reason"] == "已调离"
    assert "马二" not in str(entry.values)  # a name is personal: a commitment only


def test_an_error_is_taken_out(cast: Cast) -> None:
    roster, (one, *_rest) = filled(cast)
    session = an_activity(cast, "training")
    actions.attended(activity=session, entries=[one], by=BY, at=AT)
    actions.did_not_attend(activity=session, entry=one, by=BY, at=AT)
    assert queries.coverage([roster])[roster.pk].reached == 0
    with pytest.raises(GoneError):
        actions.did_not_attend(activity=session, entry=one, by=BY, at=AT)


def test_people_are_listed_once_all_or_none(cast: Cast) -> None:
    roster, _rows = filled(cast)
    assert actions.list_people(roster=roster, people=[*THREE, Listed("马四")], by=BY, at=AT) == 1
    with pytest.raises(MaterialError, match="第 2 行姓名"):
        actions.list_people(roster=roster, people=[Listed("马五"), Listed(" ")], by=BY, at=AT)
    with pytest.raises(MaterialError, match="至少"):
        actions.list_people(roster=roster, people=[], by=BY, at=AT)
    person = Listed(cast.idle.name, person=cast.idle)
    assert actions.list_people(roster=roster, people=[person], by=BY, at=AT) == 1
    assert actions.list_people(roster=roster, people=[Listed("另一名", person=cast.idle)], by=BY, at=AT) == 0
    assert queries.coverage([roster])[roster.pk].of == 5


def test_a_roster_has_a_target_and_stays_in_its_book(cast: Cast) -> None:
    with pytest.raises(MaterialError):
        a_roster(cast, target="moon")
    roster = a_roster(cast, book="example")
    actions.list_people(roster=roster, people=THREE, by=BY, at=AT)
    with pytest.raises(MaterialError, match="名册上没有"):
        actions.attended(activity=an_activity(cast, "training"), entries=queries.entries(roster), by=BY, at=AT)
    assert not Attendance.objects.exists()
    with pytest.raises(MaterialError, match="不对名册"):
        actions.attended(activity=an_activity(cast, "screens"), entries=[], by=BY, at=AT)


def test_a_closed_roster_stands(cast: Cast) -> None:
    roster, (one, *_rest) = filled(cast)
    roster.refresh_from_db()
    stale = roster.version
    actions.list_people(roster=roster, people=[Listed("马四")], by=BY, at=AT)
    with pytest.raises(GoneError):
        actions.close_roster(roster=roster, expected_version=stale, day=DAY, by=BY, at=AT)
    roster.refresh_from_db()
    actions.close_roster(roster=roster, expected_version=roster.version, day=DAY, by=BY, at=AT)
    with pytest.raises(GoneError):
        actions.list_people(roster=roster, people=[Listed("马五")], by=BY, at=AT)
    with pytest.raises(GoneError):
        actions.take_off(entry=one, reason="已调离", by=BY, at=AT)


def test_a_certificate_has_one_number_and_its_days_in_order(cast: Cast) -> None:
    _roster, (one, two, _three) = filled(cast)
    paper = Paper("安全生产知识和管理能力考核合格证", "甘A2023-0007", DAY, valid_until=DAY + dt.timedelta(days=1095))
    row = actions.certify(entry=one, said=paper, by=BY, at=AT)
    with pytest.raises(MaterialError, match="已经登记"):
        actions.certify(entry=two, said=paper, by=BY, at=AT)
    before = Paper("证", "1", DAY, valid_until=DAY - dt.timedelta(days=1))
    with pytest.raises(MaterialError, match="早于"):
        actions.certify(entry=two, said=before, by=BY, at=AT)
    actions.remove_certificate(certificate=row, by=BY, at=AT)
    with pytest.raises(GoneError):
        actions.remove_certificate(certificate=row, by=BY, at=AT)
    actions.certify(entry=two, said=paper, by=BY, at=AT)


def test_coverage_of_many_rosters_is_one_query(cast: Cast) -> None:
    rosters = [filled(cast)[0] for _ in range(3)] + [a_roster(cast)]
    with CaptureQueriesContext(
        connection,
    ) as said:
        found = queries.coverage(rosters)
    assert len(said) == 1
    assert [item.of for item in found.values()] == [3, 3, 3, 0]

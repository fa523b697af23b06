"""Talks and circulars: proposed by one, approved by a leader who is another (政府督查工作条例, art. 21)."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast, reader
from oversight import censured, mandate, signed, supervised
from rounds import act, on, task

from bihuan.documents.models import Delivery, Document
from bihuan.loop import actions as loop
from bihuan.loop.access import matters
from bihuan.loop.models import Matter
from bihuan.supervision import actions, queries
from bihuan.supervision.access import seen
from bihuan.supervision.actions import Proposal
from bihuan.supervision.models import Circular, Talk
from bihuan.supervision.refusals import SameHandError, StaleThingError, SupervisionError, TwiceError, WrongStandingError
from bihuan.supervision.rules import What


@pytest.fixture(autouse=True)
def ladders(db: None) -> None:
    loop.load_ladders(by="system:tests", at=on(1, 1))


def held(talk: Talk, cast: Cast, *, version: int, day: int = 20, **changes: str) -> Talk:
    said = {"place": "州局会议室", "attended": "王签发约谈康乐县局主要负责人", "record": "限期整改"} | changes
    return actions.hold_talk(
        talk=talk, held_on=dt.date(2023, 6, day), expected_version=version, by=cast.operator.by, at=on(6, 21), **said
    )


def test_a_talk_is_held_only_once_approved(cast: Cast) -> None:
    talk, _circular = censured(cast, mandate(cast))
    with pytest.raises(WrongStandingError, match="待批准"):
        held(talk, cast, version=1)
    with pytest.raises(SameHandError):
        actions.decide_proposal(proposal=talk, agreed=True, expected_version=1, by=cast.operator.by, at=on(6, 17))
    assert not seen(reader(cast.kangle_liaison), Talk).exists()
    talk = actions.decide_proposal(proposal=talk, agreed=True, expected_version=1, by=cast.leader.by, at=on(6, 17))
    assert seen(reader(cast.kangle_liaison), Talk).exists()
    with pytest.raises(SupervisionError, match="批准之后"):
        held(talk, cast, version=2, day=16)
    with pytest.raises(SupervisionError, match="纪要"):
        held(talk, cast, version=2, record=" ")
    done = held(talk, cast, version=2)
    assert (done.state, held(talk, cast, version=2).done_at) == ("done", done.done_at)


def test_refused_is_refused(cast: Cast) -> None:
    talk, circular = censured(cast, mandate(cast))
    for item in (talk, circular):
        with pytest.raises(SupervisionError, match="理由"):
            actions.decide_proposal(proposal=item, agreed=False, expected_version=1, by=cast.leader.by, at=on(6, 17))
        row = actions.decide_proposal(
            proposal=item, agreed=False, reason="再看一周", expected_version=1, by=cast.leader.by, at=on(6, 17)
        )
        with pytest.raises(StaleThingError):
            actions.decide_proposal(proposal=item, agreed=True, expected_version=1, by=cast.leader.by, at=on(6, 18))
        with pytest.raises(WrongStandingError):
            actions.decide_proposal(proposal=row, agreed=True, expected_version=2, by=cast.leader.by, at=on(6, 18))
    with pytest.raises(WrongStandingError):
        actions.draft_circular(circular=circular, expected_version=2, by=cast.operator.by, at=on(6, 18))
    assert Document.objects.count() == 0


def test_a_circular_goes_out_as_a_paper_of_three_people(cast: Cast) -> None:
    _talk, circular = censured(cast, mandate(cast))
    actions.decide_proposal(proposal=circular, agreed=True, expected_version=1, by=cast.leader.by, at=on(6, 17))
    paper = actions.draft_circular(circular=circular, expected_version=2, by=cast.operator.by, at=on(6, 18))
    assert actions.draft_circular(circular=circular, expected_version=2, by=cast.operator.by, at=on(6, 18)) == paper
    assert "予以通报批评" in str(paper.paper)
    with pytest.raises(SupervisionError, match="签发"):
        actions.issue_circular(circular=circular, expected_version=3, by=cast.operator.by, at=on(6, 18))
    signed(cast, paper, on(6, 19))
    done = actions.issue_circular(circular=circular, expected_version=3, by=cast.operator.by, at=on(6, 19))
    assert done.state == "done"
    assert Delivery.objects.get(document=paper).unit == cast.kangle_bureau
    assert seen(reader(cast.kangle_liaison), Circular).get() == done


def test_second_click_and_full_limit(cast: Cast) -> None:
    basis = mandate(cast)
    talk, circular = censured(cast, basis)
    assert censured(cast, basis) == (talk, circular)
    actions.set_limit(
        what=What.TALKS,
        days=365,
        most=1,
        valid_from=dt.date(2023, 6, 1),
        source="文件",
        by=cast.operator.by,
        at=on(6, 1),
    )
    actions.decide_proposal(proposal=talk, agreed=True, expected_version=1, by=cast.leader.by, at=on(6, 17))
    held(talk, cast, version=2)
    said = Proposal("再次约谈", cast.kangle_bureau, "仍未整改")
    with pytest.raises(TwiceError, match="被约谈"):
        actions.propose_talk(mandate=basis, said=said, by=cast.operator.by, at=on(6, 22))


def test_the_last_rung_leads_to_a_proposal_and_never_by_itself(cast: Cast) -> None:
    about = supervised(cast)
    seer = reader(cast.operator)
    loop.sweep(at=on(6, 29))
    assert queries.ripe(matters(seer)) == []
    loop.sweep(at=on(7, 10))
    row = Matter.objects.get(pk=about.matter_id)
    assert (row.light, queries.ripe(matters(seer))) == ("red", [row])
    assert Talk.objects.count() + Circular.objects.count() == 0
    said = Proposal("关于宣传咨询日活动", cast.kangle_bureau, "逾期未办", about=row, correct_by=dt.date(2023, 7, 20))
    circular = actions.propose_circular(mandate=about.mandate, said=said, by=cast.operator.by, at=on(7, 10))
    assert circular.correct_by == dt.date(2023, 7, 20)
    act(row, "sign_for", cast.kangle_liaison, on(7, 11))
    act(row, "answer", cast.kangle_liaison, on(7, 11), text="已办")
    assert queries.ripe(matters(seer)) == []


def test_what_is_no_proposal(cast: Cast) -> None:
    basis = mandate(cast)
    other = task(cast)
    for said in (
        Proposal("", cast.kangle_bureau, "事由"),
        Proposal("标题", cast.kangle_bureau, ""),
        Proposal("标题", cast.yongjing_bureau, "事由", about=other),
        Proposal("标题", cast.kangle_bureau, "事由", correct_by=dt.date(2023, 6, 1)),
    ):
        with pytest.raises(SupervisionError):
            actions.propose_circular(mandate=basis, said=said, by=cast.operator.by, at=on(6, 16))
    assert Circular.objects.count() == 0

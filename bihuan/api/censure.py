"""Talks, circulars, conclusions and objections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from ninja import Router

from bihuan.api.answers import operation
from bihuan.api.fields import Key, SeenIn, actors, named
from bihuan.api.supervision import kept
from bihuan.api.supervision_fields import (
    ApprovalIn,
    CensureOut,
    CircularIn,
    ConclusionIn,
    ConclusionOut,
    HeldIn,
    ObjectionOut,
    ReasonedIn,
    ReviewerIn,
    ReviewIn,
    TalkIn,
    WrittenIn,
)
from bihuan.loop.access import KEEP_MATTER, hands
from bihuan.loop.flows import Hand
from bihuan.org.access import PEOPLE, SEE_DIRECTORY, UNITS, NotThere, the
from bihuan.org.gate import DeskRequest
from bihuan.supervision import actions
from bihuan.supervision.access import (
    APPROVE,
    CIRCULARS,
    CONCERNED,
    CONCLUSIONS,
    LOOK,
    MANDATES,
    PROPOSE,
    ROUNDS,
    SEE,
    SUPERVISED,
    TALKS,
    the_office,
    the_own,
    the_seen,
)
from bihuan.supervision.actions import Proposal
from bihuan.supervision.pages.conclusion import ConclusionPage
from bihuan.supervision.refusals import missing
from bihuan.supervision.rules import ReviewOutcome

if TYPE_CHECKING:
    from bihuan.supervision.models import Circular, Conclusion, Mandate, Talk

router = Router()
_SEES, _PROPOSES, _APPROVES, _OWN = (SEE, CONCERNED), (PROPOSE,), (APPROVE,), (CONCERNED,)


def _censure(row: Talk | Circular) -> CensureOut:
    names = actors([row.proposed_by, row.decided_by])
    plain = ("id", "version", "state", "title", "grounds", "decided_reason")
    return CensureOut(
        **{name: getattr(row, name) for name in plain},
        mandate=row.mandate_id,
        about=row.about_id,
        unit=named(row.unit),
        proposed_by=names[row.proposed_by],
        decided_by=names[row.decided_by],
        held_on=getattr(row, "held_on", None),
        record=getattr(row, "record", ""),
        praise=getattr(row, "praise", None),
        correct_by=getattr(row, "correct_by", None),
        paper=getattr(row, "paper_id", None),
    )


def _proposal(request: DeskRequest, wish: TalkIn) -> tuple[Mandate, Proposal]:
    reader = request.reader
    said = Proposal(
        title=wish.title,
        unit=the(reader, SEE_DIRECTORY, UNITS, pk=wish.unit),
        grounds=wish.grounds,
        about=kept(request, wish.about) if wish.about else None,
        although=wish.although,
        praise=getattr(wish, "praise", False),
        correct_by=getattr(wish, "correct_by", None),
    )
    return the_office(reader, PROPOSE, MANDATES, wish.mandate), said


@router.get("/talks/{pk}", **operation("supervision.talk", "一次约谈", "One talk", gives=CensureOut, needs=_SEES))
def talk(request: DeskRequest, pk: Key) -> CensureOut:
    """Where it stands. The unit sees it once it was approved."""
    return _censure(the_seen(request.reader, TALKS, pk))


@router.post(
    "/talks",
    **operation(
        "supervision.propose_talk", "提请约谈", "Propose a talk", gives=CensureOut, needs=_PROPOSES, writes=True
    ),
)
def propose_talk(request: DeskRequest, wish: TalkIn) -> CensureOut:
    """A leader decides (条例第二十一条)."""
    mandate, said = _proposal(request, wish)
    return _censure(actions.propose_talk(mandate=mandate, said=said, by=request.reader.by, at=timezone.now()))


def _decided(request: DeskRequest, row: Any, wish: ApprovalIn) -> CensureOut:
    done = actions.decide_proposal(
        proposal=row,
        agreed=wish.agreed,
        reason=wish.reason,
        expected_version=wish.expected_version,
        by=request.reader.by,
        at=timezone.now(),
    )
    return _censure(done)


@router.post(
    "/talks/{pk}/decide",
    **operation(
        "supervision.decide_talk", "审批约谈", "Approve or refuse", gives=CensureOut, needs=_APPROVES, writes=True
    ),
)
def decide_talk(request: DeskRequest, pk: Key, wish: ApprovalIn) -> CensureOut:
    """By a leader who did not propose it."""
    return _decided(request, the_office(request.reader, APPROVE, TALKS, pk), wish)


@router.post(
    "/talks/{pk}/hold",
    **operation("supervision.hold_talk", "记录约谈", "Record a talk", gives=CensureOut, needs=_PROPOSES, writes=True),
)
def hold_talk(request: DeskRequest, pk: Key, wish: HeldIn) -> CensureOut:
    """Once it was approved and held."""
    row = the_office(request.reader, PROPOSE, TALKS, pk)
    done = actions.hold_talk(talk=row, by=request.reader.by, at=timezone.now(), **wish.model_dump())
    return _censure(done)


@router.get(
    "/circulars/{pk}", **operation("supervision.circular", "一份通报", "One circular", gives=CensureOut, needs=_SEES)
)
def circular(request: DeskRequest, pk: Key) -> CensureOut:
    """Where it stands. The unit sees it once it was issued."""
    return _censure(the_seen(request.reader, CIRCULARS, pk))


@router.post(
    "/circulars",
    **operation(
        "supervision.propose_circular", "提请通报", "Propose a circular", gives=CensureOut, needs=_PROPOSES, writes=True
    ),
)
def propose_circular(request: DeskRequest, wish: CircularIn) -> CensureOut:
    """Praise or criticism; a leader decides (条例第二十一条)."""
    mandate, said = _proposal(request, wish)
    return _censure(actions.propose_circular(mandate=mandate, said=said, by=request.reader.by, at=timezone.now()))


@router.post(
    "/circulars/{pk}/decide",
    **operation(
        "supervision.decide_circular", "审批通报", "Approve or refuse", gives=CensureOut, needs=_APPROVES, writes=True
    ),
)
def decide_circular(request: DeskRequest, pk: Key, wish: ApprovalIn) -> CensureOut:
    """By a leader who did not propose it."""
    return _decided(request, the_office(request.reader, APPROVE, CIRCULARS, pk), wish)


def _circular(request: DeskRequest, action: Any, pk: int, seen: SeenIn) -> CensureOut:
    row = the_office(request.reader, PROPOSE, CIRCULARS, pk)
    action(circular=row, expected_version=seen.expected_version, by=request.reader.by, at=timezone.now())
    return _censure(the_office(request.reader, PROPOSE, CIRCULARS, pk))


@router.post(
    "/circulars/{pk}/draft",
    **operation(
        "supervision.draft_circular", "拟通报文稿", "Draft its paper", gives=CensureOut, needs=_PROPOSES, writes=True
    ),
)
def draft_circular(request: DeskRequest, pk: Key, seen: SeenIn) -> CensureOut:
    """Once it was approved; then others check and sign the paper (/papers)."""
    return _circular(request, actions.draft_circular, pk, seen)


@router.post(
    "/circulars/{pk}/issue",
    **operation(
        "supervision.issue_circular", "下发通报", "Issue a circular", gives=CensureOut, needs=_PROPOSES, writes=True
    ),
)
def issue_circular(request: DeskRequest, pk: Key, seen: SeenIn) -> CensureOut:
    """Once its paper was signed off and printed."""
    return _circular(request, actions.issue_circular, pk, seen)


# -- conclusions and objections ----------------------------------------------------------------------------------------


def _conclusion(request: DeskRequest, row: Conclusion) -> ConclusionOut:
    page = ConclusionPage(row, request.reader, timezone.now())
    names = actors([row.made_by, *row.makers])
    later = page.replaced_by
    return ConclusionOut(
        id=row.pk,
        mandate=row.mandate_id,
        unit=named(row.unit),
        title=row.title,
        text=row.text,
        made_by=names[row.made_by],
        made_at=row.made_at,
        received_at=row.received_at,
        objections_until=page.last_day,
        barred=[who for key in row.makers if (who := names[key])],
        replaced_by=later.pk if later else None,
        objection=_objection(page),
    )


def _objection(page: ConclusionPage) -> ObjectionOut | None:
    row = page.objection
    if row is None:
        return None
    told = not page.own or row.matter.end == "closed"
    return ObjectionOut(
        id=row.pk,
        version=row.matter.version,
        state=row.matter.state,
        matter=row.matter_id,
        grounds=row.grounds,
        lodged_at=row.lodged_at,
        decide_by=row.decide_by,
        outcome=ReviewOutcome(row.outcome) if told and row.outcome else None,
        decision=row.decision if told else "",
    )


def _fresh(request: DeskRequest, pk: int) -> ConclusionOut:
    return _conclusion(request, the_seen(request.reader, CONCLUSIONS, pk))


@router.get(
    "/conclusions/{pk}",
    **operation("supervision.conclusion", "一份督查结论", "One conclusion", gives=ConclusionOut, needs=_SEES),
)
def conclusion(request: DeskRequest, pk: Key) -> ConclusionOut:
    """With the objection to it, if there is one."""
    return _fresh(request, pk)


@router.post(
    "/conclusions",
    **operation(
        "supervision.conclude", "作出督查结论", "Make a conclusion", gives=ConclusionOut, needs=_PROPOSES, writes=True
    ),
)
def conclude(request: DeskRequest, wish: ConclusionIn) -> ConclusionOut:
    """It goes to the unit, which can object within 30 days of signing for it."""
    reader = request.reader
    if (wish.supervised is None) == (wish.round is None or wish.unit is None):
        zh = "请填 supervised，或同时填 round 和 unit"
        raise missing("occasion", zh, "name supervised, or round and unit")
    row = the_office(reader, PROPOSE, SUPERVISED, wish.supervised) if wish.supervised else None
    round_ = the_office(reader, LOOK, ROUNDS, wish.round) if wish.round and row is None else None
    unit = row.unit if row else the(reader, SEE_DIRECTORY, UNITS, pk=wish.unit)
    made = actions.conclude(
        mandate=row.mandate if row else round_.mandate,  # type: ignore[union-attr]
        unit=unit,
        title=wish.title,
        text=wish.text,
        matter=row.matter if row else None,
        round=round_,
        by=reader.by,
        at=timezone.now(),
    )
    return _conclusion(request, made)


@router.post(
    "/conclusions/{pk}/receive",
    **operation(
        "supervision.receive_conclusion", "签收结论", "Sign for it", gives=ConclusionOut, needs=_OWN, writes=True
    ),
)
def receive_conclusion(request: DeskRequest, pk: Key) -> ConclusionOut:
    """By the unit; from this day on runs the time for an objection."""
    row = the_own(request.reader, CONCLUSIONS, pk)
    actions.receive_conclusion(conclusion=row, by=request.reader.by, at=timezone.now())
    return _fresh(request, pk)


@router.post(
    "/conclusions/{pk}/object",
    **operation("supervision.object", "提出异议", "Object", gives=ConclusionOut, needs=_OWN, writes=True),
)
def object_to(request: DeskRequest, pk: Key, wish: WrittenIn) -> ConclusionOut:
    """By the unit, within 30 days (条例第十七条)."""
    row = the_own(request.reader, CONCLUSIONS, pk)
    actions.object_to(conclusion=row, grounds=wish.text, by=request.reader.by, at=timezone.now())
    return _fresh(request, pk)


def _reviewed(request: DeskRequest, action: Any, pk: int, hand: Hand, seen: SeenIn, **more: Any) -> ConclusionOut:
    page = ConclusionPage(the_seen(request.reader, CONCLUSIONS, pk), request.reader, timezone.now())
    if page.objection is None or hand not in hands(request.reader, page.objection.matter):
        raise NotThere
    action(objection=page.objection, expected_version=seen.expected_version, by=request.reader.by, at=page.at, **more)
    return _fresh(request, pk)


@router.post(
    "/conclusions/{pk}/reviewer",
    **operation(
        "supervision.name_reviewer", "指定复核人", "Name the reviewer", gives=ConclusionOut, needs=(KEEP_MATTER,),
        writes=True,
    ),
)  # fmt: skip
def name_reviewer(request: DeskRequest, pk: Key, wish: ReviewerIn) -> ConclusionOut:
    """Who took part in the conclusion is barred."""
    person = the(request.reader, SEE_DIRECTORY, PEOPLE, pk=wish.reviewer)
    return _reviewed(request, actions.name_reviewer, pk, Hand.KEEPER, wish, reviewer=person)


@router.post(
    "/conclusions/{pk}/review",
    **operation(
        "supervision.review", "提交复核意见", "Submit the review", gives=ConclusionOut, needs=_OWN, writes=True
    ),
)
def review(request: DeskRequest, pk: Key, wish: ReviewIn) -> ConclusionOut:
    """By the reviewer."""
    return _reviewed(request, actions.review, pk, Hand.DOER, wish, outcome=wish.outcome, text=wish.text)


@router.post(
    "/conclusions/{pk}/decide",
    **operation(
        "supervision.decide_review", "批准复核意见", "Approve the review", gives=ConclusionOut, needs=_APPROVES,
        writes=True,
    ),
)  # fmt: skip
def decide_review(request: DeskRequest, pk: Key, wish: ApprovalIn) -> ConclusionOut:
    """By a leader who took no part; sent back with the reason."""
    the_office(request.reader, APPROVE, CONCLUSIONS, pk)
    more = {"agreed": wish.agreed, "reason": wish.reason}
    return _reviewed(request, actions.decide_review, pk, Hand.KEEPER, wish, **more)


@router.post(
    "/conclusions/{pk}/reply",
    **operation(
        "supervision.reply", "答复异议单位", "Reply to the unit", gives=ConclusionOut, needs=(KEEP_MATTER,), writes=True
    ),
)
def reply(request: DeskRequest, pk: Key, seen: SeenIn) -> ConclusionOut:
    """A conclusion that was changed or revoked is replaced by another."""
    return _reviewed(request, actions.reply, pk, Hand.KEEPER, seen)


@router.post(
    "/conclusions/{pk}/withdraw",
    **operation(
        "supervision.withdraw_objection", "撤回异议", "Withdraw an objection", gives=ConclusionOut, needs=_OWN,
        writes=True,
    ),
)  # fmt: skip
def withdraw_objection(request: DeskRequest, pk: Key, wish: ReasonedIn) -> ConclusionOut:
    """By the unit that objected."""
    reader = request.reader
    page = ConclusionPage(the_own(reader, CONCLUSIONS, pk), reader, timezone.now())
    if page.objection is None:
        raise NotThere
    actions.withdraw_objection(
        objection=page.objection,
        reason=wish.reason,
        expected_version=wish.expected_version,
        by=reader.by,
        at=page.at,
    )
    return _fresh(request, pk)

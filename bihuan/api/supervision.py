"""Supervision: mandates, matters under supervision, rounds, and how often a unit was supervised."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from ninja import Query, Router

from bihuan.api.answers import operation
from bihuan.api.fields import DoneOut, Key, SeenIn, Stretch, actors, listed, named
from bihuan.api.supervision_fields import (
    ApprovalIn,
    FrequencyCountOut,
    FrequencyOut,
    LimitIn,
    LookOut,
    MandateIn,
    MandateListing,
    MandateOut,
    ProposeIn,
    ReasonedIn,
    RoundFindingOut,
    RoundIn,
    RoundOut,
    SummaryIn,
    SupervisedOut,
    WrittenIn,
)
from bihuan.loop.access import hands, the_matter
from bihuan.loop.flows import Hand
from bihuan.org.access import PEOPLE, REGIONS, SEE_DIRECTORY, UNITS, NotThere, the, within
from bihuan.org.gate import DeskRequest
from bihuan.supervision import actions, queries
from bihuan.supervision.access import (
    APPROVE,
    LOOK,
    MANDATES,
    PROPOSE,
    ROUNDS,
    SEE,
    SUPERVISED,
    the_look,
    the_office,
    the_open_finding,
    the_seen,
)
from bihuan.supervision.actions import Empowerment, Plan
from bihuan.supervision.rules import MandateKind, Method

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bihuan.loop.models import Matter
    from bihuan.supervision.models import Finding, Look, Mandate, Round, Supervised

router = Router()
_SEES, _PROPOSES = (SEE,), (PROPOSE,)


def _mandate(row: Mandate) -> MandateOut:
    plain = ("id", "version", "title", "basis", "empowered_by", "paper_number", "scope", "valid_from", "valid_to")
    return MandateOut(
        **{name: getattr(row, name) for name in plain},
        body=named(row.body),
        kind=MandateKind(row.kind),
        methods=[Method(item) for item in row.methods],
        ended=bool(row.ended_by),
        model=bool(row.book),
    )


@router.get(
    "/mandates", **operation("supervision.mandates", "授权依据列表", "Mandates", gives=MandateListing, needs=_SEES)
)
def mandates(request: DeskRequest, stretch: Query[Stretch]) -> dict[str, Any]:
    """The newest first."""
    found = within(request.reader, SEE, MANDATES).select_related("body")
    return listed(found, "-pk", stretch=stretch, out=lambda rows: map(_mandate, rows))


@router.get(
    "/mandates/{pk}", **operation("supervision.mandate", "一项授权依据", "One mandate", gives=MandateOut, needs=_SEES)
)
def mandate(request: DeskRequest, pk: Key) -> MandateOut:
    """By what authority a body supervises."""
    return _mandate(the_seen(request.reader, MANDATES, pk))


@router.post(
    "/mandates",
    **operation(
        "supervision.enter_mandate", "登记授权依据", "Enter a mandate", gives=MandateOut, needs=_PROPOSES, writes=True
    ),
)
def enter_mandate(request: DeskRequest, wish: MandateIn) -> MandateOut:
    """A basis for designated bodies (条例第七条) needs who empowered, the paper's number and the period."""
    body = the(request.reader, PROPOSE, UNITS, pk=wish.body)
    said = Empowerment(**wish.model_dump(exclude={"body", "kind", "methods"}), kind=wish.kind, methods=wish.methods)
    row = actions.enter_mandate(body=body, said=said, by=request.reader.by, at=timezone.now())
    return _mandate(row)


@router.post(
    "/mandates/{pk}/end",
    **operation("supervision.end_mandate", "终止授权", "End a mandate", gives=MandateOut, needs=_PROPOSES, writes=True),
)
def end_mandate(request: DeskRequest, pk: Key, wish: ReasonedIn) -> MandateOut:
    """What was begun under it goes on."""
    row = the_office(request.reader, PROPOSE, MANDATES, pk)
    done = actions.end_mandate(
        mandate=row,
        reason=wish.reason,
        expected_version=wish.expected_version,
        by=request.reader.by,
        at=timezone.now(),
    )
    return _mandate(done)


# -- matters under supervision -------------------------------------------------------------------------------


def _supervised(row: Supervised) -> SupervisedOut:
    names = actors([row.proposed_by, row.decided_by])
    plain = ("id", "version", "state", "title", "reason", "although", "since")
    return SupervisedOut(
        **{name: getattr(row, name) for name in plain},
        mandate=row.mandate_id,
        matter=row.matter_id,
        unit=named(row.unit),
        proposed_by=names[row.proposed_by],
        decided_by=names[row.decided_by],
    )


def kept(request: DeskRequest, pk: int) -> Matter:
    """A matter of the reader's own keeping.

    Raises:
        NotThere: there is none, or it is another's.
    """
    matter = the_matter(request.reader, pk)
    if Hand.KEEPER not in hands(request.reader, matter):
        raise NotThere
    return matter


@router.post(
    "/supervised",
    **operation(
        "supervision.propose", "提请列入督办", "Propose supervision", gives=SupervisedOut, needs=_PROPOSES, writes=True
    ),
)
def propose(request: DeskRequest, wish: ProposeIn) -> SupervisedOut:
    """Code `twice`: the unit is supervised for something alike, or a limit is full; say `although`."""
    row = actions.propose(
        matter=kept(request, wish.matter),
        mandate=the_office(request.reader, PROPOSE, MANDATES, wish.mandate),
        reason=wish.reason,
        source=wish.source,
        although=wish.although,
        by=request.reader.by,
        at=timezone.now(),
    )
    return _supervised(row)


@router.get(
    "/supervised/{pk}",
    **operation("supervision.supervised", "一项在督事项", "One supervised matter", gives=SupervisedOut, needs=_SEES),
)
def supervised(request: DeskRequest, pk: Key) -> SupervisedOut:
    """Where a matter stands under supervision."""
    return _supervised(the_seen(request.reader, SUPERVISED, pk))


@router.post(
    "/supervised/{pk}/decide",
    **operation(
        "supervision.decide", "审批列入督办", "Approve or refuse", gives=SupervisedOut, needs=(APPROVE,), writes=True
    ),
)
def decide(request: DeskRequest, pk: Key, wish: ApprovalIn) -> SupervisedOut:
    """By a leader who did not propose it."""
    row = actions.decide(
        supervised=the_office(request.reader, APPROVE, SUPERVISED, pk),
        agreed=wish.agreed,
        reason=wish.reason,
        expected_version=wish.expected_version,
        by=request.reader.by,
        at=timezone.now(),
    )
    return _supervised(row)


@router.post(
    "/supervised/{pk}/end",
    **operation(
        "supervision.end_supervision", "解除督办", "End supervision", gives=SupervisedOut, needs=_PROPOSES, writes=True
    ),
)
def end_supervision(request: DeskRequest, pk: Key, wish: ReasonedIn) -> SupervisedOut:
    """The matter's own loop goes on."""
    row = actions.end_supervision(
        supervised=the_office(request.reader, PROPOSE, SUPERVISED, pk),
        reason=wish.reason,
        expected_version=wish.expected_version,
        by=request.reader.by,
        at=timezone.now(),
    )
    return _supervised(row)


@router.get(
    "/units/{pk}/frequency",
    **operation(
        "supervision.frequency", "单位受督频次", "How often a unit was supervised", gives=FrequencyOut, needs=_SEES
    ),
)
def frequency(request: DeskRequest, pk: Key) -> FrequencyOut:
    """Beside the limits in force (条例第十五条)."""
    unit = the(request.reader, SEE, UNITS, pk=pk)
    counts = queries.counted(unit, request.reader.day, region=unit.region_id)
    said = [
        FrequencyCountOut(
            what=item.bound.what,
            days=item.bound.days,
            count=item.count,
            most=item.bound.most,
            full=item.full,
            source=item.bound.source,
        )
        for item in counts
    ]
    return FrequencyOut(unit=named(unit), counts=said)


@router.post(
    "/limits",
    **operation("supervision.set_limit", "设定频次上限", "Set a limit", gives=DoneOut, needs=_PROPOSES, writes=True),
)
def set_limit(request: DeskRequest, wish: LimitIn) -> DoneOut:
    """How often units in a region may be supervised, from a day on."""
    region = the(request.reader, PROPOSE, REGIONS, pk=wish.region)
    said = wish.model_dump(exclude={"region", "what"})
    actions.set_limit(what=wish.what, region=region, by=request.reader.by, at=timezone.now(), **said)
    return DoneOut()


# -- rounds --------------------------------------------------------------------------------------------------


def _round(row: Round) -> RoundOut:
    page = queries.round_page(row)
    people = {look.looked_by for look in page.looks} | {item.found_by for item in [*page.found, *page.earlier]}
    names = actors(people)
    plain = ("id", "version", "state", "number", "title", "plan", "first_day", "last_day", "summary")
    return RoundOut(
        **{name: getattr(row, name) for name in plain},
        mandate=row.mandate_id,
        leader=named(row.leader),
        members=[named(item.person) for item in page.members],
        looks=[_look(look, names) for look in page.looks],
        earlier=[_finding(item, names) for item in page.earlier],
    )


def _look(look: Look, names: Any) -> LookOut:
    return LookOut(
        id=look.pk,
        unit=named(look.unit),
        what=look.what,
        matter=look.matter_id,
        follow_up_of=look.follow_up_of_id,
        seen=look.seen,
        looked_by=names[look.looked_by],
        findings=[_finding(item, names) for item in look.findings.all()],
    )


def _finding(item: Finding, names: Any) -> RoundFindingOut:
    return RoundFindingOut(
        id=item.pk,
        unit=item.unit_id,
        text=item.text,
        found_by=names[item.found_by],
        found_at=item.found_at,
        settled=bool(item.settled_by),
        settled_text=item.settled_text,
    )


@router.get("/rounds/{pk}", **operation("supervision.round", "一轮督查", "One round", gives=RoundOut, needs=_SEES))
def round_(request: DeskRequest, pk: Key) -> RoundOut:
    """With what it looks at and what earlier rounds found."""
    return _round(the_seen(request.reader, ROUNDS, pk))


@router.post(
    "/rounds",
    **operation("supervision.plan_round", "拟定督查轮次", "Plan a round", gives=RoundOut, needs=_PROPOSES, writes=True),
)
def plan_round(request: DeskRequest, wish: RoundIn) -> RoundOut:
    """What earlier rounds of the mandate found and is not settled is looked at again by itself."""
    reader = request.reader
    plan = Plan(
        title=wish.title,
        leader=the(reader, SEE_DIRECTORY, PEOPLE, pk=wish.leader),
        members=[the(reader, SEE_DIRECTORY, PEOPLE, pk=key) for key in wish.members],
        plan=wish.plan,
        days=(wish.first_day, wish.last_day),
        looks=list(_looks(request, wish)),
    )
    basis = the_office(reader, PROPOSE, MANDATES, wish.mandate)
    return _round(actions.plan_round(mandate=basis, plan=plan, by=reader.by, at=timezone.now()))


def _looks(request: DeskRequest, wish: RoundIn) -> Iterator[tuple[Any, str, Any]]:
    for item in wish.looks:
        unit = the(request.reader, SEE_DIRECTORY, UNITS, pk=item.unit)
        yield unit, item.what, kept(request, item.matter) if item.matter else None


def _moved(request: DeskRequest, action: Any, verb: Any, pk: int, seen: SeenIn, **more: Any) -> RoundOut:
    row = the_office(request.reader, verb, ROUNDS, pk)
    done = action(round=row, expected_version=seen.expected_version, by=request.reader.by, at=timezone.now(), **more)
    return _round(done)


@router.post(
    "/rounds/{pk}/approve",
    **operation(
        "supervision.approve_round", "批准督查方案", "Approve a plan", gives=RoundOut, needs=(APPROVE,), writes=True
    ),
)
def approve_round(request: DeskRequest, pk: Key, seen: SeenIn) -> RoundOut:
    """By a leader who did not plan it."""
    return _moved(request, actions.approve_round, APPROVE, pk, seen)


@router.post(
    "/rounds/{pk}/begin",
    **operation("supervision.begin_round", "开始督查", "Begin a round", gives=RoundOut, needs=(LOOK,), writes=True),
)
def begin_round(request: DeskRequest, pk: Key, seen: SeenIn) -> RoundOut:
    """On one of its days."""
    return _moved(request, actions.begin_round, LOOK, pk, seen)


@router.post(
    "/rounds/{pk}/end",
    **operation("supervision.end_round", "结束督查", "End a round", gives=RoundOut, needs=(LOOK,), writes=True),
)
def end_round(request: DeskRequest, pk: Key, wish: SummaryIn) -> RoundOut:
    """With a summary, when all was looked at."""
    return _moved(request, actions.end_round, LOOK, pk, wish, summary=wish.summary)


@router.post(
    "/rounds/{pk}/cancel",
    **operation("supervision.cancel_round", "取消督查", "Cancel a round", gives=RoundOut, needs=_PROPOSES, writes=True),
)
def cancel_round(request: DeskRequest, pk: Key, wish: ReasonedIn) -> RoundOut:
    """Before it begins, with the reason."""
    return _moved(request, actions.cancel_round, PROPOSE, pk, wish, reason=wish.reason)


@router.post(
    "/looks/{pk}",
    **operation("supervision.look", "记录查看情况", "Say what was seen", gives=RoundOut, needs=(LOOK,), writes=True),
)
def look(request: DeskRequest, pk: Key, wish: WrittenIn) -> RoundOut:
    """Once; the same again is harmless."""
    item = the_look(request.reader, LOOK, pk)
    actions.look(look=item, seen=wish.text, by=request.reader.by, at=timezone.now())
    return _round(item.round)


@router.post(
    "/looks/{pk}/findings",
    **operation("supervision.find", "记录发现的问题", "Say what was found", gives=RoundOut, needs=(LOOK,), writes=True),
)
def find(request: DeskRequest, pk: Key, wish: WrittenIn) -> RoundOut:
    """A problem; open until it is settled."""
    item = the_look(request.reader, LOOK, pk)
    actions.find(look=item, text=wish.text, by=request.reader.by, at=timezone.now())
    return _round(item.round)


@router.post(
    "/findings/{pk}/settle",
    **operation("supervision.settle", "问题整改到位", "Settle a finding", gives=RoundOut, needs=(LOOK,), writes=True),
)
def settle(request: DeskRequest, pk: Key, wish: WrittenIn) -> RoundOut:
    """By what was seen."""
    item = the_open_finding(request.reader, LOOK, pk)
    actions.settle(finding=item, text=wish.text, by=request.reader.by, at=timezone.now())
    return _round(item.look.round)

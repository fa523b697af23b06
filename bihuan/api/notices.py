"""Notices (督办通知) and written urgings (催办通知)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from ninja import Query, Router

from bihuan.api.answers import operation
from bihuan.api.fields import Key, SeenIn, Stretch, listed, named
from bihuan.api.supervision import kept
from bihuan.api.supervision_fields import (
    AnswerIn,
    CheckIn,
    NoticeIn,
    NoticeLineOut,
    NoticeListing,
    NoticeOut,
    ReasonedIn,
    StrikeIn,
    UrgeIn,
    UrgingIn,
    UrgingOut,
)
from bihuan.loop.access import KEEP_MATTER, hands
from bihuan.loop.actions import Said
from bihuan.loop.flows import Hand
from bihuan.org.access import PEOPLE, SEE_DIRECTORY, UNITS, NotThere, the
from bihuan.org.gate import DeskRequest
from bihuan.supervision import actions
from bihuan.supervision.access import (
    CONCERNED,
    NOTICES,
    PROPOSE,
    SEE,
    SUPERVISED,
    seen,
    the_office,
    the_open_finding,
    the_seen,
)
from bihuan.supervision.actions import Order
from bihuan.supervision.pages.notice import NoticePage
from bihuan.supervision.refusals import missing

if TYPE_CHECKING:
    from bihuan.org.models import Unit
    from bihuan.supervision.models import Mandate, Notice

router = Router()
_SEES, _PROPOSES = (SEE, CONCERNED), (PROPOSE,)


def _line(row: Notice) -> NoticeLineOut:
    return NoticeLineOut(
        id=row.pk,
        version=row.matter.version,
        state=row.matter.state,
        unit=named(row.unit),
        title=row.title,
        number=row.paper.number if row.paper else "",
        due_on=row.matter.due_on or row.due_on,
        issued_at=row.issued_at,
        model=bool(row.book),
    )


def _whole(request: DeskRequest, row: Notice) -> NoticeOut:
    page = NoticePage(row, request.reader, timezone.now())
    plain = ("source", "order_text", "category", "urgency", "demand", "feedback", "contact", "verdict")
    return NoticeOut(
        **_line(row).model_dump(),
        **{name: getattr(row, name) for name in (*plain, "archive_number")},
        matter=row.matter_id,
        mandate=row.mandate_id,
        about=row.about_id,
        follows=row.follows_id,
        paper=row.paper_id if page.office or page.printed else None,
        light=row.matter.light,
        explained=page.itself,
    )


@router.get("/notices", **operation("supervision.notices", "督办通知列表", "Notices", gives=NoticeListing, needs=_SEES))
def notices(request: DeskRequest, stretch: Query[Stretch]) -> dict[str, Any]:
    """Those of your regions, and those issued to your units; the newest first."""
    found = seen(request.reader, NOTICES).select_related("matter", "paper", "unit")
    return listed(found, "-pk", stretch=stretch, out=lambda rows: map(_line, rows))


@router.get(
    "/notices/{pk}", **operation("supervision.notice", "一份督办通知", "One notice", gives=NoticeOut, needs=_SEES)
)
def notice(request: DeskRequest, pk: Key) -> NoticeOut:
    """With the paragraph in which it explains itself."""
    return _whole(request, the_seen(request.reader, NOTICES, pk))


@router.post(
    "/notices",
    **operation(
        "supervision.draft_notice", "拟督办通知", "Draft a notice", gives=NoticeOut, needs=_PROPOSES, writes=True
    ),
)
def draft_notice(request: DeskRequest, wish: NoticeIn) -> NoticeOut:
    """Its paper is a draft then: another person checks it, a leader signs it off (/papers)."""
    reader, people = request.reader, (wish.leader, wish.owner)
    mandate, unit, occasion = _occasion(request, wish)
    leader, owner = (the(reader, SEE_DIRECTORY, PEOPLE, pk=key) if key else None for key in people)
    plain = ("title", "source", "demand", "due_on", "order_text", "category", "urgency", "contact", "feedback")
    order = Order(
        unit=unit,
        assisting=[the(reader, SEE_DIRECTORY, UNITS, pk=key) for key in wish.assisting],
        leader=leader,
        owner=owner,
        lines=[kept(request, key) for key in wish.lines],
        although=wish.although,
        **{name: getattr(wish, name) for name in plain},
    )
    key = f"{reader.by}:{wish.key}"
    row = actions.draft_notice(key=key, mandate=mandate, order=order, by=reader.by, at=timezone.now(), **occasion)
    return _whole(request, row)


def _occasion(request: DeskRequest, wish: NoticeIn) -> tuple[Mandate, Unit, dict[str, Any]]:
    reader = request.reader
    if sum(item is not None for item in (wish.supervised, wish.finding, wish.follows)) != 1:
        zh = "supervised、finding、follows 三者须填且只填一个"
        raise missing("occasion", zh, "name one of supervised, finding and follows")
    if wish.follows is not None:
        earlier = the_office(reader, PROPOSE, NOTICES, wish.follows)
        return earlier.mandate, earlier.unit, {"follows": earlier}
    if wish.finding is not None:
        finding = the_open_finding(reader, PROPOSE, wish.finding)
        return finding.look.round.mandate, finding.unit, {"finding": finding}
    row = the_office(reader, PROPOSE, SUPERVISED, wish.supervised or 0)
    return row.mandate, row.unit, {"about": row.matter}


def _done(request: DeskRequest, action: Any, hand: Hand, pk: int, wish: SeenIn, **more: Any) -> NoticeOut:
    row = the_seen(request.reader, NOTICES, pk)
    if hand not in hands(request.reader, row.matter):
        raise NotThere
    done = action(notice=row, expected_version=wish.expected_version, by=request.reader.by, at=timezone.now(), **more)
    return _whole(request, done)


@router.post(
    "/notices/{pk}/issue",
    **operation(
        "supervision.issue_notice", "下发督办通知", "Issue a notice", gives=NoticeOut, needs=_PROPOSES, writes=True
    ),
)
def issue_notice(request: DeskRequest, pk: Key, said: SeenIn) -> NoticeOut:
    """Once its paper was checked, signed off and printed."""
    the_office(request.reader, PROPOSE, NOTICES, pk)
    return _done(request, actions.issue_notice, Hand.KEEPER, pk, said)


@router.post(
    "/notices/{pk}/sign-for",
    **operation(
        "supervision.sign_for_notice", "签收督办通知", "Sign for a notice", gives=NoticeOut, needs=_SEES, writes=True
    ),
)
def sign_for_notice(request: DeskRequest, pk: Key, said: SeenIn) -> NoticeOut:
    """By the unit; its paper has the receipt in the same step."""
    return _done(request, actions.sign_for_notice, Hand.DOER, pk, said)


@router.post(
    "/notices/{pk}/answer",
    **operation("supervision.answer_notice", "反馈办理结果", "Answer", gives=NoticeOut, needs=_SEES, writes=True),
)
def answer_notice(request: DeskRequest, pk: Key, said: AnswerIn) -> NoticeOut:
    """By the unit. Files are laid on the table at its matter (/matters)."""
    return _done(request, actions.answer_notice, Hand.DOER, pk, said, said=Said(text=said.text))


@router.post(
    "/notices/{pk}/check",
    **operation(
        "supervision.check_notice", "审核反馈", "Check an answer", gives=NoticeOut, needs=(KEEP_MATTER,), writes=True
    ),
)
def check_notice(request: DeskRequest, pk: Key, said: CheckIn) -> NoticeOut:
    """By another person than who answered; sent back with the reason."""
    more = {"agreed": said.agreed, "text": said.text, "due_on": said.due_on}
    return _done(request, actions.check_notice, Hand.KEEPER, pk, said, **more)


@router.post(
    "/notices/{pk}/strike-off",
    **operation(
        "supervision.strike_off", "销号", "Strike a notice off", gives=NoticeOut, needs=(KEEP_MATTER,), writes=True
    ),
)
def strike_off(request: DeskRequest, pk: Key, said: StrikeIn) -> NoticeOut:
    """With a verdict on the work and where it is filed."""
    more = {"verdict": said.verdict, "archive_number": said.archive_number}
    return _done(request, actions.strike_off, Hand.KEEPER, pk, said, **more)


@router.post(
    "/notices/{pk}/urge",
    **operation("supervision.urge_notice", "催办", "Urge a notice", gives=NoticeOut, needs=(KEEP_MATTER,), writes=True),
)
def urge_notice(request: DeskRequest, pk: Key, said: UrgeIn) -> NoticeOut:
    """By hand; the ladder urges by itself."""
    return _done(request, actions.urge_notice, Hand.KEEPER, pk, said, text=said.text)


@router.post(
    "/notices/{pk}/withdraw",
    **operation(
        "supervision.withdraw_notice", "撤销", "Withdraw a notice", gives=NoticeOut, needs=(KEEP_MATTER,), writes=True
    ),
)
def withdraw_notice(request: DeskRequest, pk: Key, said: ReasonedIn) -> NoticeOut:
    """With the reason. Its paper stays as it is."""
    return _done(request, actions.withdraw_notice, Hand.KEEPER, pk, said, reason=said.reason)


@router.post(
    "/matters/{pk}/urgings",
    **operation(
        "supervision.urge_in_writing", "书面催办", "Urge in writing", gives=UrgingOut, needs=(KEEP_MATTER,), writes=True
    ),
)
def urge_in_writing(request: DeskRequest, pk: Key, said: UrgingIn) -> UrgingOut:
    """The matter is urged on, and a draft paper says so."""
    row = actions.urge_in_writing(
        matter=kept(request, pk),
        text=said.text,
        until=said.until,
        expected_version=said.expected_version,
        by=request.reader.by,
        at=timezone.now(),
    )
    return UrgingOut(id=row.pk, number=row.number, matter=row.matter_id, paper=row.paper_id)

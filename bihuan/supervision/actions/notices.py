"""督办通知: drafted, issued as a paper, signed for, answered, checked, struck off; and 催办通知.

Where a notice stands is its loop's business; this room keeps its paper in step with it. `follow_notice` stands in
`wiring.FOLLOWERS`: whichever door a step comes through, the paper goes with it, in the same transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Max
from django.urls import reverse

from bihuan.documents import actions as documents
from bihuan.documents.models import Delivery, Document
from bihuan.documents.rules import State as PaperState
from bihuan.lib.refusals import Refusal
from bihuan.loop import actions as loop
from bihuan.loop import kinds
from bihuan.loop.actions import Offer, Said, Wanted
from bihuan.loop.days import local_day
from bihuan.loop.explaining import explained
from bihuan.loop.flows import Hand
from bihuan.loop.models import Assisting, Matter, Step
from bihuan.loop.queries.explained import account
from bihuan.loop.refusals import PastDueError
from bihuan.org.models import Person, Section, Unit
from bihuan.supervision import queries
from bihuan.supervision.actions.mandates import in_force, refuse_gone
from bihuan.supervision.actions.steps import note, sentence, short
from bihuan.supervision.flow import NOTICE
from bihuan.supervision.models import AnnexLine, Finding, Mandate, Notice, Supervised, Urging
from bihuan.supervision.papers import Body, Listed, NoticeSaid, notice_paper, urging_paper
from bihuan.supervision.queries.notices import cited
from bihuan.supervision.refusals import TwiceError, missing
from bihuan.supervision.rules import LONGEST_LINE, LONGEST_TITLE, URGENCIES, SupervisedState, Urgency, What

MARKING = "示例文稿·模型数据"
MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Order:
    """What a notice says: the fields of 督办通知单, facts §3.4."""

    title: str
    unit: Unit
    source: str
    demand: str
    due_on: dt.date
    order_text: str = ""
    category: str = ""
    urgency: Urgency = Urgency.PLAIN
    assisting: Sequence[Unit] = ()
    section: Section | None = None
    leader: Person | None = None
    owner: Person | None = None
    contact: str = ""
    feedback: str = ""
    lines: Sequence[Matter] = ()  # further matters of the unit, for the annex
    although: str = ""


def draft_notice(
    *,
    key: str,
    mandate: Mandate,
    order: Order,
    about: Matter | None = None,
    finding: Finding | None = None,
    follows: Notice | None = None,
    by: str,
    at: dt.datetime,
) -> Notice:
    """Draft a notice: its loop (待印发) and its paper as a draft, which another checks and a leader signs off.

    一事一单: one notice is about one matter, and no second one while it is open, unless it follows the first because
    the leader gave a new order (再批示).

    Args:
        key: made by the caller; drafting the same again gives the notice that is there.
        about: the matter under supervision; finding: what a round found; one of the two, or a notice it `follows`.

    Raises:
        SupervisionError: something is missing, the matter is not under supervision, has an open notice, or is another
            unit's. TwiceError: the limit of notices is full and no reason was given. PastDueError, MergedUnitError.
        bihuan.documents.paper.PaperError: what was written cannot be printed.
    """
    day = local_day(at)
    in_force(mandate, day)
    with transaction.atomic():
        there = Notice.objects.filter(matter__key=f"notice:{key}").first()
        if there is not None:
            return there
        about = _about(about, follows, finding)
        _refuse(order, mandate, about, finding, follows, day)
        over = _over(order, mandate, day)
        matter = loop.register(wanted=_wanted(key, mandate, order, about), by=by, at=at)
        row = Notice.objects.create(
            matter=matter,
            mandate=mandate,
            about=about,
            finding=finding,
            follows=follows,
            region_id=mandate.region_id,
            unit=order.unit,
            book=mandate.book,
            title=matter.title,
            category=short(order.category, most=30),
            urgency=order.urgency.value,
            source=sentence(order.source, "source", "请写来源或依据", "say what it rests on", most=LONGEST_TITLE),
            order_text=short(order.order_text),
            demand=sentence(order.demand, "demand", "请写办理要求", "say what is to be done"),
            due_on=order.due_on,
            feedback=short(order.feedback, most=LONGEST_LINE),
            section=order.section,
            leader=order.leader,
            owner=order.owner,
            contact=short(order.contact, most=LONGEST_LINE),
            although=short(order.although) if over else "",
            drafted_by=by,
            drafted_at=at,
        )
        Assisting.objects.bulk_create([Assisting(matter=matter, unit=unit) for unit in _helpers(order)])
        AnnexLine.objects.bulk_create([AnnexLine(notice=row, matter=item) for item in dict.fromkeys(order.lines)])
        row.paper = _paper(row, order, by=by, at=at)
        row.save(update_fields=["paper"])
        values = {"unit": order.unit.name, "mandate": mandate.title, "although": row.although}
        note(row, "notice_drafted", by, at, matter=matter.pk, about=about.pk if about else None, **values)
    return row


def _helpers(order: Order) -> list[Unit]:
    return [unit for unit in dict.fromkeys(order.assisting) if unit.pk != order.unit.pk]


def _about(about: Matter | None, follows: Notice | None, finding: Finding | None) -> Matter | None:
    """The matter that it is about, locked: two notices about one at once meet here."""
    key = about.pk if about else follows.about_id if follows else finding.look.matter_id if finding else None
    return Matter.objects.select_for_update(of=("self",)).get(pk=key) if key else None


def _refuse(
    order: Order, mandate: Mandate, about: Matter | None, finding: Finding | None, follows: Notice | None, day: dt.date
) -> None:
    refuse_gone(order.unit, day)
    if order.due_on < day:
        raise PastDueError(order.due_on)
    if about is None and finding is None and follows is None:
        raise missing("about", "请选督办的事项或督查发现的问题", "name the matter or the finding that it is about")
    if len(order.lines) > MOST_LINES:
        raise missing("lines", f"附表最多列 {MOST_LINES} 项", f"at most {MOST_LINES} lines in the annex")
    for item in [*([about] if about else []), *order.lines]:
        if item.unit_id != order.unit.pk or item.book != mandate.book:
            zh = f"“{item.title}”不由“{order.unit.name}”承办，一份通知只发一个承办单位"
            raise missing("other-unit", zh, f"{item.title} is not {order.unit.name}'s: one notice goes to one unit")
    if about is None:
        return
    if not Supervised.objects.filter(matter=about, state=SupervisedState.OPEN).exists() and finding is None:
        raise missing("not-supervised", "事项还没有列入督办，请先立项审批", "the matter is not under supervision yet")
    if follows is None and queries.open_notices(about.pk):
        zh = "这一事项已有未销号的督办通知；领导再批示的，请从原通知上“再批示”"
        raise missing(
            "noticed-already", zh, "the matter has an open notice: follow that one up where a leader orders anew"
        )


def _over(order: Order, mandate: Mandate, day: dt.date) -> bool:
    """Whether the limit of notices to the unit is full. Raises TwiceError: it is, and nobody says why all the same."""
    counts = queries.counted(order.unit, day, region=mandate.region_id)
    over = [item.words for item in counts if item.bound.what is What.NOTICES and item.full]
    if over and not order.although.strip():
        raise TwiceError([], over)
    return bool(over)


def _wanted(key: str, mandate: Mandate, order: Order, about: Matter | None) -> Wanted:
    return Wanted(
        key=f"notice:{key}",
        flow=NOTICE,
        title=order.title,
        keeper=mandate.body,
        demand=order.demand,
        scope=f"mandate:{mandate.pk}",
        book=mandate.book,
        raised_from=about,
    )


def body_of(mandate: Mandate) -> Body:
    """Who issues the papers of a mandate."""
    return Body(mandate.body.name, MARKING if mandate.book else "")


def prefix_of(mandate: Mandate) -> str:
    """The series in which the notices of a body are numbered: 州应急局督〔2023〕1号."""
    return f"{mandate.body.short_name or mandate.body.name}督"[:30]


def _paper(row: Notice, order: Order, *, by: str, at: dt.datetime) -> Document:
    paper = notice_paper(_said(row, order, at=at), body_of(row.mandate))
    return documents.draft(
        key=f"notice:{row.pk}",
        paper=paper,
        prefix=prefix_of(row.mandate),
        region=row.region,
        book=row.book,
        by=by,
        at=at,
    )


def _said(row: Notice, order: Order, *, at: dt.datetime) -> NoticeSaid:
    lines = [Listed(item.title, item.due_on, _state(item)) for item in dict.fromkeys(order.lines)]
    follows = _number(row.follows) if row.follows else ""
    explained_by = explained(account(row.about, at=at))[0] if row.about else row.finding.text if row.finding else ""
    return NoticeSaid(
        title=row.title,
        unit=order.unit.name,
        source=row.source,
        demand=row.demand,
        due_on=row.due_on,
        basis=cited(row.mandate),
        explained=explained_by,
        order_text=row.order_text,
        category=row.category,
        urgency=URGENCIES[order.urgency][0] if order.urgency else "",
        assisting=[unit.name for unit in _helpers(order)],
        section=order.section.name if order.section else "",
        leader=order.leader.name if order.leader else "",
        owner=order.owner.name if order.owner else "",
        contact=row.contact,
        feedback=row.feedback,
        follows=follows,
        lines=lines,
    )


def _state(matter: Matter) -> str:
    return kinds.flow(matter.flow, matter.flow_version).state(matter.state).zh


# -- the life of a notice ------------------------------------------------------------------------------------


def issue_notice(*, notice: Notice, expected_version: int, by: str, at: dt.datetime) -> Notice:
    """下发: the issued paper goes to the unit, and its time begins.

    Args:
        expected_version: of the loop, as the person saw it.

    Raises:
        SupervisionError: the paper is not issued. All of `loop.actions.act`.
    """
    helpers = Assisting.objects.filter(matter=notice.matter).select_related("unit")
    said = Said(
        unit=notice.unit,
        section=notice.section,
        owner=notice.owner,
        leader=notice.leader,
        assisting=tuple(item.unit for item in helpers),
        due_on=notice.due_on,
        evidence=(Offer("paper", name=_number(notice), paper=notice.paper_id),),
    )
    return _act(notice, "assign", Hand.KEEPER, expected_version, said, by=by, at=at)


def _number(notice: Notice) -> str:
    paper = Document.objects.filter(pk=notice.paper_id or 0).first()
    if paper is None or paper.state != PaperState.ISSUED:
        zh = "督办通知还没有签发印发，不能下发；请先在公文页核稿、签发"
        raise missing("not-issued", zh, "the paper is not issued yet: have it checked and signed off first")
    return paper.number


def sign_for_notice(*, notice: Notice, expected_version: int, by: str, at: dt.datetime) -> Notice:
    """签收 by the unit: the loop goes on and the paper has its receipt, in one transaction. Raises as `act` does."""
    return _act(notice, "sign_for", Hand.DOER, expected_version, Said(), by=by, at=at)


def answer_notice(*, notice: Notice, said: Said, expected_version: int, by: str, at: dt.datetime) -> Notice:
    """反馈办理结果 with evidence. Raises as `act` does."""
    return _act(notice, "answer", Hand.DOER, expected_version, said, by=by, at=at)


def check_notice(
    *, notice: Notice, agreed: bool, text: str = "", due_on: dt.date | None = None, expected_version: int, by: str,
    at: dt.datetime,
) -> Notice:  # fmt: skip
    """审结 by another person, or 退回重办 with the reason and another day. Raises as `act` does."""
    said = Said(text=text, due_on=None if agreed else due_on)
    return _act(notice, "accept" if agreed else "return", Hand.KEEPER, expected_version, said, by=by, at=at)


def strike_off(
    *,
    notice: Notice,
    verdict: str = "",
    archive_number: str = "",
    expected_version: int,
    by: str,
    at: dt.datetime,
) -> Notice:
    """销号, with what was thought of the work and where it is filed. Raises as `act` does."""
    words, number = short(verdict, most=100), short(archive_number, most=60)
    with transaction.atomic():
        row = _act(notice, "close", Hand.KEEPER, expected_version, Said(text=words), by=by, at=at)
        if (row.verdict, row.archive_number) != (words, number):
            row.verdict, row.archive_number = words, number
            row.save(update_fields=["verdict", "archive_number"])
            note(row, "notice_filed", by, at, verdict=words, number=number)
    return row


def urge_notice(*, notice: Notice, text: str = "", expected_version: int, by: str, at: dt.datetime) -> Notice:
    """催办 of a notice. Raises as `act` does."""
    return _act(notice, "urge", Hand.KEEPER, expected_version, Said(text=text), by=by, at=at)


def withdraw_notice(*, notice: Notice, reason: str, expected_version: int, by: str, at: dt.datetime) -> Notice:
    """撤销, with the reason. Its paper stays as it is. Raises as `act` does."""
    return _act(notice, "withdraw", Hand.KEEPER, expected_version, Said(text=reason), by=by, at=at)


def _act(notice: Notice, verb: str, hand: Hand, version: int, said: Said, *, by: str, at: dt.datetime) -> Notice:
    loop.act(
        matter=notice.matter, verb=verb, hands=frozenset({hand}), expected_version=version, said=said, by=by, at=at
    )
    return Notice.objects.select_related("matter", "paper", "unit").get(pk=notice.pk)


def follow_notice(*, matter: Matter, step: Step, by: str, at: dt.datetime) -> None:
    """Keep the paper of a notice in step with its loop. Stands in `wiring.FOLLOWERS`.

    Raises:
        SupervisionError: it is given to a unit before its paper is issued, or to another unit than the paper's.
    """
    row = Notice.objects.select_for_update(of=("self",)).filter(matter=matter).select_related("unit", "paper").first()
    if row is None:
        return
    if step.verb == "assign":
        _number(row)
        if matter.unit_id != row.unit_id:
            zh = f"督办通知印发给“{row.unit.name}”，不能交给别的单位"
            raise missing("other-unit", zh, f"the notice was issued to {row.unit.name} and to no other unit")
        assert row.paper is not None
        paper = row.paper
        documents.deliver(document=paper, units=[row.unit], by=by, at=at)
        row.issued_at = at
        row.save(update_fields=["issued_at"])
        note(row, "notice_issued", by, at, unit=row.unit.name, number=paper.number)
    elif step.verb == "sign_for":
        delivery = Delivery.objects.filter(document=row.paper_id, unit=row.unit_id).first()
        if delivery is not None:
            documents.receive(delivery=delivery, by=by, at=at)


def carry_receipts(*, at: dt.datetime, limit: int = 200) -> int:
    """Who signed for the paper on its own page has signed for the notice: carry such receipts into the loops. Returns
    how many. A job; any number of processes may run it."""
    waiting = Notice.objects.filter(
        matter__state="assigned",
        paper__deliveries__unit=F("unit"),
        paper__deliveries__receipt__isnull=False,
    ).select_related("matter")
    done = 0
    for row in waiting.order_by("pk")[:limit]:
        delivery = Delivery.objects.select_related("receipt").get(document=row.paper_id, unit=row.unit_id)
        assert delivery.receipt is not None
        try:
            _act(row, "sign_for", Hand.DOER, row.matter.version, Said(), by=delivery.receipt.by, at=at)
        except Refusal:
            continue
        done += 1
    return done


# -- 催办 ------------------------------------------------------------------------------------------------------


def urge(*, matter: Matter, text: str = "", expected_version: int, by: str, at: dt.datetime) -> Matter:
    """催办 by hand, through the loop. Raises as `loop.actions.act` does."""
    hands = frozenset({Hand.KEEPER})
    return loop.act(
        matter=matter, verb="urge", hands=hands, expected_version=expected_version, said=Said(text=text), by=by, at=at
    )


def urge_in_writing(
    *, matter: Matter, text: str, until: dt.date, expected_version: int, by: str, at: dt.datetime
) -> Urging:
    """催办通知: the matter is urged on, and a paper says so; a draft, which another checks and a leader signs off.

    Raises:
        SupervisionError: the day is over, or it is nobody's. All of `loop.actions.act`.
    """
    words = sentence(text, "text", "请写催办的要求", "say what is asked for")
    if until < local_day(at):
        raise PastDueError(until)
    with transaction.atomic():
        before = Urging.objects.filter(matter=matter, by=by).select_related("paper").order_by("-number").first()
        row = urge(matter=matter, text=words, expected_version=expected_version, by=by, at=at)
        if before is not None and row.version == expected_version + 1 and before.at == _step_at(row):
            return before  # the second click
        assert row.unit is not None
        number = (Urging.objects.filter(matter=row).aggregate(last=Max("number"))["last"] or 0) + 1
        keeper = row.keeper
        paper = urging_paper(
            title=row.title,
            unit=row.unit.name,
            number=number,
            explained=explained(account(row, at=at))[0],
            text=words,
            until=until,
            body=Body(keeper.name, MARKING if row.book else ""),
        )
        document = documents.draft(
            key=f"urging:{row.pk}:{number}",
            paper=paper,
            prefix=f"{keeper.short_name or keeper.name}催"[:30],
            region=row.region,
            book=row.book,
            by=by,
            at=at,
        )
        made = Urging.objects.create(matter=row, number=number, paper=document, by=by, at=at)
        note(made, "urged_in_writing", by, at, title=row.title, text=words, until=until.isoformat())
    return made


def _step_at(row: Matter) -> dt.datetime:
    return Step.objects.get(matter=row.pk, version=row.version).at


def url_of(notice: Notice) -> str:
    """The page of a notice."""
    return reverse("supervision:notice", args=[notice.pk])

"""约谈 and 通报: proposed, approved by a leader who did not propose, then held or issued (条例第二十一条).

The last rung of a ladder leads to a proposal that a person makes, never to a talk or a circular by itself.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction
from django.urls import reverse

from bihuan.documents import actions as documents
from bihuan.documents.models import Document
from bihuan.documents.rules import State as PaperState
from bihuan.loop.days import local_day
from bihuan.loop.explaining import explained
from bihuan.loop.models import Matter
from bihuan.loop.queries.explained import account
from bihuan.org.models import Unit
from bihuan.supervision import queries
from bihuan.supervision.access import APPROVE
from bihuan.supervision.actions.mandates import in_force, refuse_gone
from bihuan.supervision.actions.notices import body_of
from bihuan.supervision.actions.steps import (
    changed,
    locked,
    note,
    sentence,
    short,
    standing,
    tell,
    tell_office,
    tell_unit,
)
from bihuan.supervision.models import Circular, Mandate, Talk
from bihuan.supervision.papers import CircularSaid, circular_paper
from bihuan.supervision.queries.notices import cited
from bihuan.supervision.refusals import SameHandError, TwiceError, missing
from bihuan.supervision.rules import LONGEST_LINE, LONGEST_TITLE, PROPOSAL_STATES, ProposalState, What

C = TypeVar("C", Talk, Circular)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed: `about` the matter that gives rise to it, where one does."""

    title: str
    unit: Unit
    grounds: str
    about: Matter | None = None
    although: str = ""
    praise: bool = False  # of a circular
    correct_by: dt.date | None = None  # of a circular that criticises


def propose_talk(*, mandate: Mandate, said: Proposal, by: str, at: dt.datetime) -> Talk:
    """Propose a talk with those in charge of a unit.

    Raises:
        SupervisionError: something is missing, the mandate is not in force, the matter is another unit's.
        TwiceError: the limit of talks is full and no reason was given. MergedUnitError: the unit is no more.
    """
    day = _checked(mandate, said, at)
    counts = queries.counted(said.unit, day, region=mandate.region_id)
    over = [item.words for item in counts if item.bound.what is What.TALKS and item.full]
    if over and not said.although.strip():
        raise TwiceError([], over)
    with transaction.atomic():
        there = _same(Talk, mandate, said, by)
        if there is not None:
            return there
        row = Talk.objects.create(**_values(mandate, said, by, at), although=short(said.although) if over else "")
        _tell_proposed(row, ("约谈", "a talk"), by=by, at=at)
    return row


def propose_circular(*, mandate: Mandate, said: Proposal, by: str, at: dt.datetime) -> Circular:
    """Propose a circular, praise or criticism.

    Raises:
        SupervisionError: as for `propose_talk`; a day to correct by that is over. MergedUnitError.
    """
    day = _checked(mandate, said, at)
    if said.correct_by is not None and said.correct_by < day:
        raise missing("correct-by", "整改期限须在今天或以后", "the day to correct by is over")
    with transaction.atomic():
        there = _same(Circular, mandate, said, by)
        if there is not None:
            return there
        correct_by = None if said.praise else said.correct_by
        row = Circular.objects.create(**_values(mandate, said, by, at), praise=said.praise, correct_by=correct_by)
        _tell_proposed(row, ("通报", "a circular"), by=by, at=at)
    return row


def _checked(mandate: Mandate, said: Proposal, at: dt.datetime) -> dt.date:
    day = local_day(at)
    in_force(mandate, day)
    refuse_gone(said.unit, day)
    if said.about is not None and (said.about.unit_id != said.unit.pk or said.about.book != mandate.book):
        zh = f"“{said.about.title}”不由“{said.unit.name}”承办"
        raise missing("other-unit", zh, f"{said.about.title} is not {said.unit.name}'s")
    return day


def _same(kind: type[C], mandate: Mandate, said: Proposal, by: str) -> C | None:
    """The proposal that the same person has just made: the second click."""
    Mandate.objects.select_for_update().get(pk=mandate.pk)
    rows = kind.objects.filter(
        mandate=mandate, unit=said.unit, title=said.title.strip(), state=ProposalState.PROPOSED, proposed_by=by
    )
    return rows.filter(about=said.about, grounds=said.grounds.strip()).first()


def _values(mandate: Mandate, said: Proposal, by: str, at: dt.datetime) -> dict[str, object]:
    return {
        "mandate": mandate,
        "region_id": mandate.region_id,
        "unit": said.unit,
        "about": said.about,
        "book": mandate.book,
        "title": sentence(said.title, "title", "请写标题", "give it a title", most=LONGEST_TITLE),
        "grounds": sentence(said.grounds, "grounds", "请写事由", "say what for"),
        "proposed_by": by,
        "proposed_at": at,
    }


def _tell_proposed(row: Talk | Circular, what: tuple[str, str], *, by: str, at: dt.datetime) -> None:
    note(row, f"{_word(row)}_proposed", by, at, unit=row.unit.name, grounds=row.grounds, although=row.although)
    words = (f"拟{what[0]}{row.unit.name}：“{row.title}”，请审批", f"to be approved: {what[1]} about {row.unit.name}")
    tell_office(row, APPROVE, words, url_of(row), by=by, at=at)


def _word(row: Talk | Circular) -> str:
    return "talk" if isinstance(row, Talk) else "circular"


def url_of(row: Talk | Circular) -> str:
    """Its page."""
    return reverse(f"supervision:{_word(row)}", args=[row.pk])


def decide_proposal(
    *, proposal: C, agreed: bool, reason: str = "", expected_version: int, by: str, at: dt.datetime
) -> C:
    """A leader who did not propose it approves or refuses. The same person's second click does nothing more.

    Raises:
        SameHandError, StaleThingError, WrongStandingError. SupervisionError: a refusal without a reason.
    """
    words = short(reason)
    if not agreed and not words:
        raise missing("reason", "请写明不批准的理由", "say why not")
    state = ProposalState.APPROVED if agreed else ProposalState.REFUSED
    with transaction.atomic():
        now = standing(proposal)
        if (now.decided_by, now.state, now.version) == (by, state, expected_version + 1):
            return now
        row = locked(proposal, version=expected_version, states=[ProposalState.PROPOSED], words=PROPOSAL_STATES)
        if row.proposed_by == by:
            raise SameHandError
        changed(row, state=state.value, decided_by=by, decided_at=at, decided_reason=words)
        verb = f"{_word(row)}_{'approved' if agreed else 'refused'}"
        note(row, verb, by, at, reason=words)
        said = ("已批准", "was approved") if agreed else ("未批准", "was refused")
        told = (f"“{row.title}”{said[0]}", f"{row.title} {said[1]}")
        tell(row, [row.proposed_by], told, url_of(row), by=by, at=at)
    return row


def hold_talk(
    *,
    talk: Talk,
    held_on: dt.date,
    place: str,
    attended: str,
    record: str,
    expected_version: int,
    by: str,
    at: dt.datetime,
) -> Talk:
    """Write down that an approved talk was held: when, where, with whom, what was said (约谈纪要).

    Raises:
        StaleThingError, WrongStandingError: it was not approved, or was held already. SupervisionError: something is
            missing, or the day is to come or before the approval.
    """
    with transaction.atomic():
        now = standing(talk)
        if (now.done_by, now.version) == (by, expected_version + 1):
            return now
        row = locked(talk, version=expected_version, states=[ProposalState.APPROVED], words=PROPOSAL_STATES)
        assert row.decided_at is not None
        if not local_day(row.decided_at) <= held_on <= local_day(at):
            zh = "约谈日期须在批准之后、今天或以前"
            raise missing("held-on", zh, "the talk was held after its approval and not after today")
        changed(
            row,
            state=ProposalState.DONE.value,
            held_on=held_on,
            place=sentence(place, "place", "请写约谈地点", "say where", most=LONGEST_LINE),
            attended=sentence(attended, "attended", "请写约谈人和被约谈人", "say who took part", most=LONGEST_TITLE),
            record=sentence(record, "record", "请写约谈纪要", "say what was said"),
            done_by=by,
            done_at=at,
        )
        note(row, "talk_held", by, at, held_on=held_on.isoformat(), attended=row.attended)
        tell_unit(
            row, row.unit, (f"约谈纪要：“{row.title}”", f"record of a talk: {row.title}"), url_of(row), by=by, at=at
        )
    return row


def draft_circular(*, circular: Circular, expected_version: int, by: str, at: dt.datetime) -> Document:
    """Draft the paper of an approved circular; the same again gives the paper that is there.

    Raises:
        StaleThingError, WrongStandingError: it was not approved.
        bihuan.documents.paper.PaperError: what was written cannot be printed.
    """
    with transaction.atomic():
        now = standing(circular)
        if now.paper is not None:
            return now.paper
        row = locked(circular, version=expected_version, states=[ProposalState.APPROVED], words=PROPOSAL_STATES)
        said = CircularSaid(
            title=row.title,
            unit=row.unit.name,
            grounds=row.grounds,
            praise=row.praise,
            basis=cited(row.mandate),
            explained=explained(account(row.about, at=at))[0] if row.about else "",
            correct_by=row.correct_by,
        )
        body = row.mandate.body
        paper = documents.draft(
            key=f"circular:{row.pk}",
            paper=circular_paper(said, body_of(row.mandate)),
            prefix=f"{body.short_name or body.name}通报"[:30],
            region=row.region,
            book=row.book,
            by=by,
            at=at,
        )
        changed(row, paper=paper)
        note(row, "circular_drafted", by, at)
    return paper


def issue_circular(*, circular: Circular, expected_version: int, by: str, at: dt.datetime) -> Circular:
    """Deliver the issued paper of a circular to its unit.

    Raises:
        StaleThingError, WrongStandingError. SupervisionError: its paper is not issued yet.
    """
    with transaction.atomic():
        now = standing(circular)
        if (now.done_by, now.version) == (by, expected_version + 1):
            return now
        row = locked(circular, version=expected_version, states=[ProposalState.APPROVED], words=PROPOSAL_STATES)
        paper = row.paper
        if paper is None or paper.state != PaperState.ISSUED:
            raise missing("not-issued", "通报还没有签发印发，请先在公文页核稿、签发", "its paper is not issued yet")
        documents.deliver(document=paper, units=[row.unit], by=by, at=at)
        changed(row, state=ProposalState.DONE.value, done_by=by, done_at=at)
        note(row, "circular_issued", by, at, unit=row.unit.name, number=paper.number)
    return row

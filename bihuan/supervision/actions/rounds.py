"""Rounds: planned, approved, begun; what they look at, what they find; what is not settled goes into the next one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from bihuan.loop.days import local_day
from bihuan.loop.models import Matter
from bihuan.org.models import Person, Unit
from bihuan.supervision import queries
from bihuan.supervision.access import APPROVE
from bihuan.supervision.actions.mandates import in_force, refuse_gone
from bihuan.supervision.actions.steps import changed, locked, note, sentence, short, standing, tell, tell_office
from bihuan.supervision.models import Finding, Look, Mandate, Member, Round
from bihuan.supervision.refusals import SameHandError, StaleThingError, missing
from bihuan.supervision.rules import LONGEST_TITLE, ROUND_STATES, RoundState


@dataclass(frozen=True, slots=True)
class Plan:
    """A round as it is planned. `looks`: units and what is to be looked at there, or a matter under supervision."""

    title: str
    leader: Person
    members: Sequence[Person]
    plan: str
    days: tuple[dt.date, dt.date]
    looks: Sequence[tuple[Unit, str, Matter | None]] = ()


def plan_round(*, mandate: Mandate, plan: Plan, by: str, at: dt.datetime) -> Round:
    """Plan a round; a leader approves it. All findings under the mandate that are not settled are looked at again in it
    (跟进督办), whether the plan says so or not.

    Raises:
        SupervisionError: no plan (条例第十五条), no team, days in the past or turned round, nothing to look at.
        MergedUnitError: a unit is no more.
    """
    day, (first, last) = local_day(at), plan.days
    in_force(mandate, day)
    if last < first or first < day:
        raise missing(
            "days", "督查日期须从今天起，且先后不能颠倒", "the days begin today or later, the first before the last"
        )
    for unit, _what, _matter in plan.looks:
        refuse_gone(unit, day)
    with transaction.atomic():
        Mandate.objects.select_for_update().get(pk=mandate.pk)  # one number at a time
        number = (Round.objects.filter(mandate=mandate).aggregate(last=Max("number"))["last"] or 0) + 1
        row = Round.objects.create(
            mandate=mandate,
            region_id=mandate.region_id,
            number=number,
            book=mandate.book,
            title=sentence(plan.title, "title", "请写轮次名称", "give it a name", most=LONGEST_TITLE),
            leader=plan.leader,
            plan=sentence(plan.plan, "plan", "督查须有方案，请写督查方案", "a round needs a plan"),
            first_day=first,
            last_day=last,
            planned_by=by,
            planned_at=at,
        )
        people = dict.fromkeys([plan.leader, *plan.members])
        Member.objects.bulk_create([Member(round=row, person=person) for person in people])
        _fill(row, plan)
        note(row, "round_planned", by, at, mandate=mandate.title, number=number)
        words = (f"督查轮次“{row.title}”待审批", f"a round waits for approval: {row.title}")
        tell_office(row, APPROVE, words, url_of(row), by=by, at=at)
    return row


def _fill(row: Round, plan: Plan) -> None:
    looks = [
        Look(
            round=row,
            unit=unit,
            what=sentence(what, "what", "请写查看什么", "say what is looked at", most=200),
            matter=matter,
        )
        for unit, what, matter in plan.looks
    ]
    looks += carried(row)
    if not looks:
        raise missing("looks", "请至少列一项要查看的事项", "name at least one thing to look at")
    Look.objects.bulk_create(looks)


def carried(row: Round) -> list[Look]:
    """What a round looks at again: the findings of earlier rounds that are not settled; not written yet."""
    return [
        Look(round=row, unit_id=item.unit_id, what=item.text[:200], matter_id=item.look.matter_id, follow_up_of=item)
        for item in queries.open_findings(row.mandate_id)
    ]


def url_of(row: Round) -> str:
    return reverse("supervision:round", args=[row.pk])


def approve_round(*, round: Round, expected_version: int, by: str, at: dt.datetime) -> Round:
    """Approve a round's plan: a leader who did not plan it.

    Raises:
        SameHandError, StaleThingError, WrongStandingError.
    """
    with transaction.atomic():
        row = _locked(round, RoundState.APPROVED, by, expected_version, [RoundState.PLANNED])
        if row is None:
            return standing(round)
        if row.planned_by == by:
            raise SameHandError
        changed(row, state=RoundState.APPROVED.value, approved_by=by, approved_at=at)
        note(row, "round_approved", by, at)
        team = [f"person:{pk}" for pk in Member.objects.filter(round=row).values_list("person", flat=True)]
        # The team is told, the units are not: 不发通知、不打招呼.
        words = (
            f"督查轮次“{row.title}”已批准，您在督查组",
            f"the round “{row.title}” was approved; you are in its team",
        )
        tell(row, {row.planned_by, *team}, words, url_of(row), by=by, at=at)
    return row


def begin_round(*, round: Round, expected_version: int, by: str, at: dt.datetime) -> Round:
    """Begin an approved round, on one of its days. Findings that came since it was planned are carried into it, settled
    ones that nobody looked at fall away.

    Raises:
        StaleThingError, WrongStandingError. SupervisionError: before its first day.
    """
    with transaction.atomic():
        row = _locked(round, RoundState.UNDER_WAY, by, expected_version, [RoundState.APPROVED])
        if row is None:
            return standing(round)
        if local_day(at) < row.first_day:
            zh = f"督查自 {row.first_day.isoformat()} 起，今天还不能开始"
            raise missing("too-early", zh, f"the round begins on {row.first_day.isoformat()}, not earlier")
        known = set(Look.objects.filter(round=row).values_list("follow_up_of", flat=True))
        Look.objects.filter(round=row, looked_by="", follow_up_of__settled_at__isnull=False).delete()
        Look.objects.bulk_create([look for look in carried(row) if look.follow_up_of_id not in known])
        changed(row, state=RoundState.UNDER_WAY.value)
        note(row, "round_begun", by, at)
    return row


def end_round(*, round: Round, summary: str, expected_version: int, by: str, at: dt.datetime) -> Round:
    """End a round with a summary; what it found and is not settled waits for the next.

    Raises:
        StaleThingError, WrongStandingError. SupervisionError: no summary, or something was not looked at.
    """
    words = sentence(summary, "summary", "请写督查小结", "sum it up")
    with transaction.atomic():
        row = _locked(round, RoundState.ENDED, by, expected_version, [RoundState.UNDER_WAY])
        if row is None:
            return standing(round)
        left = Look.objects.filter(round=row, looked_by="").count()
        if left:
            zh = f"还有 {left} 项没有查看，查看后再结束"
            raise missing("not-looked", zh, f"{left} things were not looked at yet")
        changed(row, state=RoundState.ENDED.value, ended_by=by, ended_at=at, summary=words)
        note(row, "round_ended", by, at, text=words)
    return row


def cancel_round(*, round: Round, reason: str, expected_version: int, by: str, at: dt.datetime) -> Round:
    """Cancel a round that has not begun, with the reason.

    Raises:
        StaleThingError, WrongStandingError. SupervisionError: no reason.
    """
    words = sentence(reason, "reason", "请写明取消的原因", "say why")
    with transaction.atomic():
        row = _locked(round, RoundState.CANCELLED, by, expected_version, [RoundState.PLANNED, RoundState.APPROVED])
        if row is None:
            return standing(round)
        changed(row, state=RoundState.CANCELLED.value, ended_by=by, ended_at=at, ended_reason=words)
        note(row, "round_cancelled", by, at, reason=words)
    return row


def _locked(round: Round, target: RoundState, by: str, version: int, states: Sequence[RoundState]) -> Round | None:
    """The row, locked; None where this same person has done this very thing already."""
    now = standing(round)
    actor = {RoundState.APPROVED: now.approved_by, RoundState.UNDER_WAY: by}.get(target, now.ended_by)
    if now.state == target and now.version == version + 1 and actor == by:
        return None
    return locked(round, version=version, states=states, words=ROUND_STATES)


# -- looking -----------------------------------------------------------------------------------------------------------


def look(*, look: Look, seen: str, by: str, at: dt.datetime) -> Look:
    """Write down what was seen. Once; the second click of the same person does nothing more.

    Raises:
        StaleThingError: somebody else wrote it down. SupervisionError: nothing was written, or the round is not under
            way.
    """
    words = sentence(seen, "seen", "请写查看情况", "say what was seen")
    with transaction.atomic():
        row = _look(look, by, at)
        if row.looked_by:
            if (row.looked_by, row.seen) == (by, words):
                return row
            raise StaleThingError
        row.seen, row.looked_by, row.looked_at = words, by, at
        row.save(update_fields=["seen", "looked_by", "looked_at"])
        note(row.round, "looked", by, at, what=row.what, unit=row.unit.name, text=words)
    return row


def _look(look: Look, by: str, at: dt.datetime) -> Look:
    row = Look.objects.select_for_update(of=("self",)).select_related("round", "unit").get(pk=look.pk)
    if row.round.state != RoundState.UNDER_WAY:
        raise missing("not-under-way", "督查不在进行中，不能记录", "the round is not under way")
    return row


def find(*, look: Look, text: str, by: str, at: dt.datetime) -> Finding:
    """Write down a problem that was found. The same text again of the same look gives the finding that is there.

    Raises:
        SupervisionError: nothing was written, the round is not under way, or nobody looked yet.
    """
    words = sentence(text, "text", "请写发现的问题", "say what was found")
    with transaction.atomic():
        row = _look(look, by, at)
        if not row.looked_by:
            raise missing("not-looked", "请先记录查看情况，再记录问题", "say first what was seen")
        there = Finding.objects.filter(look=row, text=words).first()
        if there is not None:
            return there
        found = Finding.objects.create(
            look=row, region_id=row.round.region_id, unit_id=row.unit_id, text=words, found_by=by, found_at=at
        )
        note(found, "found", by, at, unit=row.unit.name, round=row.round.title)
    return found


def settle(*, finding: Finding, text: str, by: str, at: dt.datetime) -> Finding:
    """A finding is settled, by what was seen. The second click of the same person does nothing more.

    Raises:
        StaleThingError: somebody else settled it. SupervisionError: no words.
    """
    words = sentence(text, "text", "请写整改到位的情况", "say how it was settled")
    with transaction.atomic():
        row = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
        if row.settled_by:
            if row.settled_by == by:
                return row
            raise StaleThingError
        row.settled_by, row.settled_at, row.settled_text = by, at, short(words)
        row.save(update_fields=["settled_by", "settled_at", "settled_text"])
        note(row, "settled", by, at, text=words)
    return row

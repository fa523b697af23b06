"""督查结论, and the objection to one with its review (条例第十六、十七条).

The review is a loop of its own. Who took part in the conclusion is barred from all of it: names no reviewer, reviews
nothing, approves nothing. `follow_objection` stands in `wiring.FOLLOWERS`, so that no door leads around that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse

from bihuan.loop import actions as loop
from bihuan.loop.actions import Said, Wanted
from bihuan.loop.days import local_day
from bihuan.loop.flows import Hand
from bihuan.loop.models import Matter, Step
from bihuan.loop.refusals import NotYourHandError, OwnLoopError
from bihuan.org.access import holders
from bihuan.org.models import Person, Unit
from bihuan.supervision.access import APPROVE, PROPOSE
from bihuan.supervision.actions.mandates import refuse_gone
from bihuan.supervision.actions.steps import note, sentence, tell, tell_office, tell_unit
from bihuan.supervision.flow import OBJECTION
from bihuan.supervision.models import Conclusion, Finding, Look, Mandate, Objection, Round, Supervised
from bihuan.supervision.refusals import StaleThingError, missing
from bihuan.supervision.rules import (
    APPROVAL_DAYS,
    LONGEST_TITLE,
    OUTCOMES,
    ReviewOutcome,
    objection_until,
    review_until,
)


def conclude(
    *,
    mandate: Mandate,
    unit: Unit,
    title: str,
    text: str,
    matter: Matter | None = None,
    round: Round | None = None,
    replaces: Conclusion | None = None,
    makers: Iterable[str] = (),
    by: str,
    at: dt.datetime,
) -> Conclusion:
    """Make a conclusion on a unit and feed it back to it. The same again gives the conclusion that is there.

    Args:
        makers: others who took part in it; those who looked in the round and who proposed and approved the supervision
            are known.

    Raises:
        SupervisionError: something is missing, or the matter is another unit's. MergedUnitError: the unit is no more.
    """
    refuse_gone(unit, local_day(at))
    if matter is not None and matter.unit_id != unit.pk:
        raise missing("other-unit", f"“{matter.title}”不由“{unit.name}”承办", f"{matter.title} is not {unit.name}'s")
    words = sentence(text, "text", "请写督查结论", "say what was concluded")
    name = sentence(title, "title", "请写结论标题", "give it a title", most=LONGEST_TITLE)
    with transaction.atomic():
        Mandate.objects.select_for_update().get(pk=mandate.pk)
        there = Conclusion.objects.filter(mandate=mandate, unit=unit, text=words, made_by=by, replaces=replaces).first()
        if there is not None:
            return there
        row = Conclusion.objects.create(
            mandate=mandate,
            region_id=mandate.region_id,
            unit=unit,
            matter=matter,
            round=round,
            book=mandate.book,
            title=name,
            text=words,
            made_by=by,
            made_at=at,
            makers=sorted({by, *makers, *_took_part(matter, round)}),
            replaces=replaces,
        )
        note(row, "concluded", by, at, unit=unit.name, text=words)
        told = (f"督查结论：“{name}”，请签收", f"a conclusion on your unit: {name}; please sign for it")
        tell_unit(row, unit, told, url_of(row), by=by, at=at)
    return row


def _took_part(matter: Matter | None, round: Round | None) -> set[str]:
    found: set[str] = set()
    if matter is not None:
        for row in Supervised.objects.filter(matter=matter):
            found |= {row.proposed_by, row.decided_by}
        found |= {matter.accepted_by}
    if round is not None:
        found |= {round.planned_by, round.approved_by, f"person:{round.leader_id}"}
        found |= set(Look.objects.filter(round=round).values_list("looked_by", flat=True))
        found |= set(Finding.objects.filter(look__round=round).values_list("found_by", flat=True))
        found |= {f"person:{key}" for key in round.members.values_list("person", flat=True)}
    return {who for who in found if who.startswith("person:")}


def url_of(row: Conclusion | Objection) -> str:
    """The page of a conclusion; an objection stands on it."""
    return reverse("supervision:conclusion", args=[row.pk if isinstance(row, Conclusion) else row.conclusion_id])


def receive_conclusion(*, conclusion: Conclusion, by: str, at: dt.datetime) -> Conclusion:
    """签收 by the unit: from this day on runs the time for an objection. The first one stands."""
    with transaction.atomic():
        row = Conclusion.objects.select_for_update(of=("self",)).get(pk=conclusion.pk)
        if not row.received_by:
            row.received_by, row.received_at = by, at
            row.save(update_fields=["received_by", "received_at"])
            note(row, "conclusion_received", by, at)
    return row


def object_to(*, conclusion: Conclusion, grounds: str, by: str, at: dt.datetime) -> Objection:
    """异议: the unit asks for a review, within 30 days of having received the conclusion. Who objects has received it.
    The same person's second click gives the objection that is there.

    Raises:
        SupervisionError: no grounds, too late, or objected to already, or decided anew already.
    """
    words = sentence(grounds, "grounds", "请写异议的事实和理由", "say what the objection rests on")
    day = local_day(at)
    with transaction.atomic():
        row = receive_conclusion(conclusion=conclusion, by=by, at=at)
        row = Conclusion.objects.select_for_update(of=("self",)).select_related("mandate__body", "unit").get(pk=row.pk)
        there = Objection.objects.filter(conclusion=row).first()
        if there is not None:
            if there.lodged_by == by:
                return there
            raise StaleThingError
        _in_time(row, day)
        matter = loop.register(
            wanted=Wanted(
                key=f"objection:{row.pk}",
                flow=OBJECTION,
                title=f"异议复核：{row.title}"[:LONGEST_TITLE],
                keeper=row.mandate.body,
                demand=words,
                scope=f"mandate:{row.mandate_id}",
                book=row.book,
                raised_from=row.matter,
                barred=row.makers,
            ),
            by=by,
            at=at,
        )
        made = Objection.objects.create(
            conclusion=row,
            matter=matter,
            region_id=row.region_id,
            unit=row.unit,
            book=row.book,
            grounds=words,
            lodged_by=by,
            lodged_at=at,
            decide_by=review_until(day),
        )
        note(made, "objected", by, at, unit=row.unit.name, decide_by=made.decide_by.isoformat(), grounds=words)
        told = (f"{row.unit.name}对督查结论提出异议，须在 {made.decide_by.isoformat()} 前作出复核决定",
                f"{row.unit.name} objects to a conclusion: to be decided by {made.decide_by.isoformat()}")  # fmt: skip
        tell_office(made, PROPOSE, told, url_of(made), by=by, at=at)
    return made


def _in_time(row: Conclusion, day: dt.date) -> None:
    assert row.received_at is not None
    last = objection_until(local_day(row.received_at))
    if day > last:
        zh = f"异议须自收到结论之日起30日内提出，已于 {last.isoformat()} 截止（政府督查工作条例第十七条）"
        raise missing("objection-late", zh, f"objections were possible until {last.isoformat()}")
    if row.replaced_by.exists():
        raise missing("replaced", "这一结论已被复核决定替换", "this conclusion was replaced by a review")


def name_reviewer(
    *, objection: Objection, reviewer: Person, expected_version: int, by: str, at: dt.datetime
) -> Objection:
    """指定复核人, who took no part in the conclusion. Their review is due some days before the decision.

    Raises:
        OwnLoopError: the reviewer, or who names them, took part. All of `loop.actions.act`.
    """
    day = local_day(at)
    due = max(day, objection.decide_by - dt.timedelta(APPROVAL_DAYS))
    said = Said(unit=objection.matter.keeper, owner=reviewer, due_on=due)
    return _act(objection, "assign", Hand.KEEPER, expected_version, said, by=by, at=at)


def review(
    *, objection: Objection, outcome: ReviewOutcome, text: str, expected_version: int, by: str, at: dt.datetime
) -> Objection:
    """提交复核意见: what becomes of the conclusion, and why.

    Raises:
        OwnLoopError: who reviews took part in the conclusion. All of `loop.actions.act`.
    """
    words = sentence(text, "text", "请写复核意见", "say what the review found")
    with transaction.atomic():
        row = Objection.objects.select_for_update(of=("self",)).get(pk=objection.pk)
        before = (row.outcome, row.decision, row.reviewed_by)
        row.outcome, row.decision, row.reviewed_by = outcome.value, words, by
        if before != (row.outcome, row.decision, row.reviewed_by):
            row.save(update_fields=["outcome", "decision", "reviewed_by"])
        said = Said(text=f"{OUTCOMES[outcome][0]}。{words}")
        return _act(objection, "review", Hand.DOER, expected_version, said, by=by, at=at)


def decide_review(
    *, objection: Objection, agreed: bool, reason: str = "", expected_version: int, by: str, at: dt.datetime
) -> Objection:
    """批准复核意见 by a leader who neither reviewed nor took part in the conclusion, or send it back with the reason.

    Raises:
        OwnLoopError, NotYourHandError: another person must. All of `loop.actions.act`.
    """
    day = local_day(at)
    if agreed:
        return _act(objection, "approve", Hand.KEEPER, expected_version, Said(text=reason), by=by, at=at)
    late = objection.matter.due_on is not None and objection.matter.due_on < day
    said = Said(text=reason, due_on=max(day, objection.decide_by) if late else None)
    return _act(objection, "return", Hand.KEEPER, expected_version, said, by=by, at=at)


def reply(*, objection: Objection, expected_version: int, by: str, at: dt.datetime) -> Objection:
    """答复异议单位: the decision goes to the unit; a conclusion that was changed or revoked is replaced by another one.
    Raises as `loop.actions.act` does."""
    return _act(objection, "reply", Hand.KEEPER, expected_version, Said(), by=by, at=at)


def withdraw_objection(
    *, objection: Objection, reason: str, expected_version: int, by: str, at: dt.datetime
) -> Objection:
    """撤回异议 by the unit that lodged it. Raises as `loop.actions.act` does."""
    return _act(objection, "withdraw", Hand.KEEPER, expected_version, Said(text=reason), by=by, at=at)


def _act(
    objection: Objection, verb: str, hand: Hand, version: int, said: Said, *, by: str, at: dt.datetime
) -> Objection:
    matter, hands = objection.matter, frozenset({hand})
    loop.act(matter=matter, verb=verb, hands=hands, expected_version=version, said=said, by=by, at=at)
    return Objection.objects.select_related("matter", "conclusion", "unit").get(pk=objection.pk)


# -- what holds for every door -------------------------------------------------------------------------------

_OF_REVIEWERS = ("assign", "report", "review", "approve", "return", "hand_over", "reply")


def follow_objection(*, matter: Matter, step: Step, by: str, at: dt.datetime) -> None:
    """Hold a review to its law. Stands in `wiring.FOLLOWERS`.

    Raises:
        OwnLoopError: somebody who took part in the conclusion acts in its review, or is to.
        NotYourHandError: it is approved by one who is no leader. SupervisionError: no outcome was named.
    """
    row = Objection.objects.select_for_update(of=("self",)).filter(matter=matter).first()
    if row is None:
        return
    reviewer = matter.next_owner_id or matter.owner_id
    if step.verb in _OF_REVIEWERS and (by in matter.barred or f"person:{reviewer}" in matter.barred):
        raise OwnLoopError(barred=True)
    if step.verb == "assign" and (matter.owner_id is None or matter.unit_id != matter.keeper_id):
        raise missing("reviewer", "请从督查机构中指定一位复核人", "name a reviewer of the supervising body")
    if step.verb == "review" and (not row.outcome or row.reviewed_by != by):
        raise missing(
            "outcome", "请在督查结论页提交复核意见，并选复核结果", "submit it on the conclusion's page, with an outcome"
        )
    if step.verb == "approve" and by not in {f"person:{key}" for key in holders(APPROVE, row, day=local_day(at))}:
        raise NotYourHandError(Hand.KEEPER)
    if step.verb == "reply":
        _replied(row, by=by, at=at)


def _replied(row: Objection, *, by: str, at: dt.datetime) -> None:
    conclusion = Conclusion.objects.select_related("mandate", "unit", "matter", "round").get(pk=row.conclusion_id)
    outcome = ReviewOutcome(row.outcome)
    note(row, "decided", by, at, outcome=outcome.value, text=row.decision)
    words = OUTCOMES[outcome]
    told = (f"异议复核决定：{words[0]}", f"your objection was decided: {words[1].lower()}")
    tell_unit(row, conclusion.unit, told, url_of(row), by=by, at=at)
    tell(row, [row.lodged_by], told, url_of(row), by=by, at=at)
    if outcome is not ReviewOutcome.UPHELD:
        conclude(
            mandate=conclusion.mandate,
            unit=conclusion.unit,
            title=f"{conclusion.title}（复核决定）"[:LONGEST_TITLE],
            text=f"{words[0]}。{row.decision}",
            matter=conclusion.matter,
            round=conclusion.round,
            replaces=conclusion,
            makers=[row.reviewed_by],
            by=by,
            at=at,
        )

"""Decide what was read: confirm, correct, refuse, one figure or all that the text decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.db import transaction

from bihuan.figures.queries import check_codes
from bihuan.figures.rules import check_value
from bihuan.history import actions as history
from bihuan.org.models import Region
from bihuan.reading.ranges import Range
from bihuan.reports.models import Proposal, Said, Submission
from bihuan.reports.queries.known import known_records
from bihuan.reports.refusals import StaleDecisionError, StaleSubmissionError, UndecidedError
from bihuan.reports.rules import Decision, Mark, Standing, State


@dataclass(frozen=True, kw_only=True)
class Meant:
    """What a figure means where the reading, or the report, has it wrong. None keeps what was read."""

    value: Range | None = None
    printed: str | None = None  # how a paper will print it
    form: str | None = None
    measures: tuple[str, ...] | None = None
    classifier: str | None = None
    region: Region | None = None
    period: tuple[dt.date, dt.date] | None = None
    kind: Standing | None = None

    def over(self, read: Said) -> Said:
        """What was read, with what is meant in its place."""
        return replace(read, **{name: value for name, value in vars(self).items() if value is not None})


def decide(
    *,
    proposal: Proposal,
    decision: Decision,
    expected_version: int,
    kind: Standing | None = None,
    meant: Meant | None = None,
    note: str = "",
    by: str,
    at: dt.datetime,
) -> Proposal:
    """Confirm, correct or refuse one figure, or open it again. Who repeats their own decision changes nothing.

    Args:
        expected_version: the one that the person saw.
        kind: record or statement, where the text does not decide it. Against what the text says it is a correction.
        meant: of a correction. What was printed stays beside it.

    Raises:
        StaleDecisionError: another version holds by now.
        UndecidedError: the kind must be said first; the report is no longer open to decisions; a number that is not
            counted can only be corrected.
        bihuan.figures.rules.FigureError: a value that cannot be kept, or a code that is no measure.
    """
    with transaction.atomic():
        submission = open_submission(proposal.submission_id)
        proposal = Proposal.objects.select_related("region", "meant_region").get(pk=proposal.pk)
        was = proposal.state
        wanted = _wanted(proposal, decision, kind, meant, note)
        if decision is Decision.KNOWN:
            wanted |= _on_record(submission, proposal)
        if proposal.version != expected_version:
            if proposal.decided_by == by and _same(proposal, wanted):
                return proposal
            raise StaleDecisionError(proposal)
        for name, value in wanted.items():
            setattr(proposal, name, value)
        decided = decision is not Decision.REOPEN
        proposal.decided_by, proposal.decided_at = (by, at) if decided else ("", None)
        proposal.version += 1
        proposal.save(update_fields=[*wanted, "decided_by", "decided_at", "version"])
        lend_hand(submission, by)
        values = {
            "figure": proposal.number,
            "printed": proposal.printed,
            "old": str(was),
            "new": str(proposal.state),
            "kind": proposal.kind or None,
            "meant": proposal.meant,
            "note": note,
            "known": proposal.known_id,
        }
        history.record(verb="reports.decided", subject=("submission", str(submission.pk)), by=by, at=at, values=values)
    return proposal


def _wanted(
    proposal: Proposal, decision: Decision, kind: Standing | None, meant: Meant | None, note: str
) -> dict[str, object]:
    """The columns that a decision sets."""
    plain: dict[str, object] = {"meant": None, "meant_region": None, "known": None, "note": note.strip()[:500]}
    as_read = "" if proposal.asked else proposal.kind or proposal.likely
    if decision is Decision.REOPEN:
        counted = proposal.role == "result" and proposal.measures and (proposal.low, proposal.high) != (None, None)
        return {**plain, "state": Mark.PENDING if counted else Mark.NOT_COUNTED, "kind": as_read, "note": ""}
    if decision is Decision.KNOWN:
        return {**plain, "state": Mark.KNOWN, "kind": as_read}
    if decision is Decision.REFUSE:
        return {**plain, "state": Mark.REFUSED, "kind": as_read}
    if decision is Decision.CONFIRM and (proposal.asked or kind in (None, as_read)):
        if proposal.state == Mark.NOT_COUNTED:
            zh, en = "此数不在应计之列,要采用请用“更正”指明指标", "this number is not counted: correct it to take it"
            raise UndecidedError("not-counted", zh, en)
        chosen = kind or as_read
        if not chosen:
            raise kind_missing(proposal)
        return {**plain, "state": Mark.CONFIRMED, "kind": str(chosen)}
    said = (meant or Meant(kind=kind)).over(replace(proposal.read, kind=Standing(as_read) if as_read else None))
    _check(proposal, said)
    return {
        **plain,
        "state": Mark.CORRECTED,
        "kind": as_read,
        "meant": said.as_json(),
        "meant_region": said.region,
    }


def _on_record(submission: Submission, proposal: Proposal) -> dict[str, object]:
    """The record that says it already. Raises UndecidedError: there is none any more."""
    found = known_records(submission, [proposal]).get(proposal.pk)
    if found is None:
        zh = f"系统里没有与“{proposal.printed}”同一地区、同一时间的记录，请确认或不采用"
        en = f"no record of the same place and days says “{proposal.printed}”: confirm or refuse it"
        raise UndecidedError("not-on-record", zh, en)
    return {"known": found.record.figure}


def _check(proposal: Proposal, said: Said) -> None:
    if said.kind is None:
        raise kind_missing(proposal)
    if not said.measures:
        raise UndecidedError("no-measure", "请选择指标:这个数数的是什么", "choose a measure: what does it count?")
    if said.value.low is None and said.value.high is None:
        raise UndecidedError("no-value", "请写明数值,如“近1.5万”或“14862”", "say the value, such as 近1.5万 or 14862")
    if said.period[0] > said.period[1]:
        raise UndecidedError("period", "起始日期晚于截止日期,请改正", "the period ends before it starts: correct it")
    check_value(said.value)
    check_codes(said.measures)


def kind_missing(proposal: Proposal) -> UndecidedError:
    """The refusal of a figure whose kind the text does not decide and nobody has said."""
    return UndecidedError(
        "kind-asked",
        f"原文看不出“{proposal.printed}”是记录还是上报数,请选择其一",
        f"the text does not show whether “{proposal.printed}” is a record or a statement: choose one",
    )


def _same(proposal: Proposal, wanted: dict[str, object]) -> bool:
    return all(getattr(proposal, name) == value for name, value in wanted.items())


def decide_all(*, submission: Submission, expected_version: int, by: str, at: dt.datetime) -> Submission:
    """Confirm every undecided figure of which the text decides the kind. What is asked stays to be decided, and so
    does what a record says otherwise; what a record says already is not counted again.

    Raises:
        UndecidedError: the report is no longer open to decisions.
        StaleSubmissionError: it was handed on meanwhile.
    """
    with transaction.atomic():
        submission = open_submission(submission.pk, expected_version)
        confirm_pending(submission, as_likely=False, by=by, at=at)
    return submission


def confirm_pending(submission: Submission, *, as_likely: bool, by: str, at: dt.datetime) -> None:
    """Confirm what is undecided, inside the caller's transaction; with `as_likely` also what the text leaves open."""
    undecided = submission.proposals.filter(state=Mark.PENDING).select_related("region", "meant_region")
    pending = [item for item in undecided if item.kind or as_likely]
    known = known_records(submission, pending)
    if not as_likely:
        pending = [item for item in pending if item.pk not in known or known[item.pk].agrees]
    if not pending:
        return
    for item in pending:
        there = known.get(item.pk)
        if there is not None and there.agrees and (item.kind or item.likely) == Standing.RECORD:
            item.state, item.known = Mark.KNOWN, there.record.figure
        else:
            item.state, item.kind = Mark.CONFIRMED, item.kind or item.likely
        item.decided_by, item.decided_at = by, at
        item.version += 1
    Proposal.objects.bulk_update(pending, ["state", "kind", "known", "decided_by", "decided_at", "version"])
    lend_hand(submission, by)
    values = {
        "figures": [item.number for item in pending],
        "as_likely": as_likely,
        "known": [item.number for item in pending if item.state == Mark.KNOWN],
    }
    history.record(verb="reports.decided_all", subject=("submission", str(submission.pk)), by=by, at=at, values=values)


def open_submission(pk: int, expected_version: int | None = None) -> Submission:
    """A submission that is open to decisions, locked until the transaction ends.

    Raises:
        UndecidedError: it was confirmed, returned or replaced.
    """
    submission = Submission.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    if expected_version is not None and submission.version != expected_version:
        raise StaleSubmissionError(submission)
    if submission.state != State.HANDED_IN or submission.replaced_by_id:
        zh, en = "报告已提交确认,不能再逐项改动;要改请先退回", "the report was confirmed: return it first to change it"
        if submission.state == State.RETURNED or submission.replaced_by_id:
            zh, en = "报告已退回或被替换,请看新的一份", "the report was returned or replaced: see the newer one"
        raise UndecidedError("closed", zh, en)
    return submission


def lend_hand(submission: Submission, by: str) -> None:
    """Remember who had a hand in a submission: they will not accept it."""
    if by not in submission.hands:
        submission.hands = [*submission.hands, by]
        submission.save(update_fields=["hands"])

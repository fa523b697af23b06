"""Pass a report on: confirm (its figures are filed), return, accept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from bihuan.figures import actions as figures
from bihuan.figures.models import Figure, Revision
from bihuan.figures.rules import Kind
from bihuan.history import actions as history
from bihuan.org.models import Region
from bihuan.reports import queries, rules
from bihuan.reports.actions.deciding import confirm_pending, lend_hand
from bihuan.reports.actions.listing import tell_lists
from bihuan.reports.actions.telling import tell_accepted, tell_confirmed, tell_returned
from bihuan.reports.models import Proposal, Said, Submission
from bihuan.reports.refusals import OwnLoopError, StaleSubmissionError, UndecidedError
from bihuan.reports.rules import FILED, Mark, State

AGAIN = "~"  # between a key and the number of a figure that came back after it was withdrawn


def confirm(*, submission: Submission, expected_version: int, by: str, at: dt.datetime) -> Submission:
    """File all that was confirmed or corrected, in one transaction. Who repeats it changes nothing.

    A later report of the same unit, place and period replaces the earlier one: what it says again stands, what it says
    otherwise is corrected, what it no longer says is withdrawn.

    Raises:
        UndecidedError: a figure is undecided.
        StaleSubmissionError: it was handed on meanwhile.
    """
    with transaction.atomic():
        submission = _locked(submission)
        if submission.state == State.CONFIRMED and submission.confirmed_by == by and not submission.replaced_by_id:
            return submission
        _check_stage(submission, expected_version, State.HANDED_IN)
        return _confirmed(submission, by=by, at=at)


def confirm_as_read(*, submission: Submission, by: str, at: dt.datetime) -> Submission:
    """Confirm every undecided figure and file them, for callers without a page: what the text leaves open is taken as
    what it most likely is. A report that was confirmed already stays as it is.

    Raises:
        StaleSubmissionError: it was returned or replaced.
    """
    with transaction.atomic():
        submission = _locked(submission)
        if submission.state in (State.CONFIRMED, State.ACCEPTED):
            return submission
        _check_stage(submission, submission.version, State.HANDED_IN)
        confirm_pending(submission, as_likely=True, by=by, at=at)
        return _confirmed(submission, by=by, at=at)


def return_(*, submission: Submission, expected_version: int, reason: str, by: str, at: dt.datetime) -> Submission:
    """Give a report back with the reason. What was filed from it is withdrawn; what it had replaced stays replaced.

    Raises:
        UndecidedError: no reason, or one that is too long.
        StaleSubmissionError: it was handed on meanwhile, or accepted.
    """
    reason = reason.strip()
    if not reason or len(reason) > rules.LONGEST_REASON:
        zh = f"请写明退回的原因({rules.LONGEST_REASON}字以内)"
        raise UndecidedError("no-reason", zh, f"say why it is returned, in {rules.LONGEST_REASON} characters at most")
    with transaction.atomic():
        submission = _locked(submission)
        if submission.state == State.RETURNED and (submission.returned_by, submission.returned_reason) == (by, reason):
            return submission
        _check_stage(submission, expected_version, State.HANDED_IN, State.CONFIRMED)
        withdrawn = []
        for figure, revision in queries.figures_of([submission]):
            figures.withdraw(figure=figure, expected_version=revision.version, by=by, at=at, reason=reason)
            withdrawn.append(figure.pk)
        submission.state = State.RETURNED
        submission.returned_by, submission.returned_at, submission.returned_reason = by, at, reason
        submission.version += 1
        submission.save(update_fields=["state", "returned_by", "returned_at", "returned_reason", "version"])
        values = {"reason": reason, "withdrawn": withdrawn}
        _record("reports.returned", submission, values, by=by, at=at)
        tell_returned(submission, by=by, at=at)
        tell_lists(submission, by=by, at=at)
    return submission


def accept(*, submission: Submission, expected_version: int, by: str, at: dt.datetime) -> Submission:
    """Take a confirmed report as good: a second person's part.

    Raises:
        OwnLoopError: `by` handed it in, decided a figure of it, or confirmed it.
        StaleSubmissionError: it was handed on meanwhile.
    """
    with transaction.atomic():
        submission = _locked(submission)
        if submission.state == State.ACCEPTED and submission.accepted_by == by:
            return submission
        _check_stage(submission, expected_version, State.CONFIRMED)
        if by in submission.hands:
            raise OwnLoopError
        submission.state, submission.accepted_by, submission.accepted_at = State.ACCEPTED, by, at
        submission.version += 1
        submission.save(update_fields=["state", "accepted_by", "accepted_at", "version"])
        _record("reports.accepted", submission, {}, by=by, at=at)
        tell_accepted(submission, by=by, at=at)
        tell_lists(submission, by=by, at=at)
    return submission


def _locked(submission: Submission) -> Submission:
    rows = Submission.objects.select_related("region", "unit", "campaign")
    return rows.select_for_update(of=("self",), no_key=True).get(pk=submission.pk)


def _check_stage(submission: Submission, expected_version: int, *stages: State) -> None:
    if submission.version != expected_version or submission.state not in stages or submission.replaced_by_id:
        raise StaleSubmissionError(submission)


def _record(verb: str, submission: Submission, values: Mapping[str, object], *, by: str, at: dt.datetime) -> None:
    history.record(verb=verb, subject=("submission", str(submission.pk)), by=by, at=at, values=values)


# -- filing ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Wanted:
    """A figure as a report has it, under the key by which a later report of the same place and period finds it."""

    key: str
    proposal: Proposal
    content: figures.Content

    @property
    def kind(self) -> Kind:
        return Kind(str(self.proposal.said.kind))


def _confirmed(submission: Submission, *, by: str, at: dt.datetime) -> Submission:
    proposals = list(submission.proposals.select_related("region", "meant_region").order_by("start"))
    if left := rules.undecided(Mark(item.state) for item in proposals):
        raise UndecidedError("undecided", f"还有{left}个数未定,定完再提交", f"{left} figures are still undecided")
    # Two reports of one place are filed one after the other: the second finds what the first filed.
    Region.objects.select_for_update(no_key=True).get(pk=submission.region_id)
    earlier = Submission.objects.select_for_update(of=("self",)).filter(
        book=submission.book,
        region=submission.region,
        unit=submission.unit,
        period_start=submission.period_start,
        state__in=(State.CONFIRMED, State.ACCEPTED),
        replaced_by=None,
    )
    wanted = _wanted(submission, [item for item in proposals if item.state in FILED], by=by, at=at)
    replaced = list(earlier)
    for figure, revision in queries.figures_of(replaced):
        if _base(figure.key) not in wanted:
            figures.withdraw(
                figure=figure, expected_version=revision.version, by=by, at=at, reason=f"submission {submission.pk}"
            )
    for item in wanted.values():
        item.proposal.figure = _file(item, book=submission.book, by=by, at=at)
    Proposal.objects.bulk_update([item.proposal for item in wanted.values()], ["figure"])
    Submission.objects.filter(pk__in=[item.pk for item in replaced]).update(replaced_by=submission)
    lend_hand(submission, by)
    submission.state, submission.confirmed_by, submission.confirmed_at = State.CONFIRMED, by, at
    submission.version += 1
    submission.save(update_fields=["state", "confirmed_by", "confirmed_at", "version"])
    values = {"figures": sorted(wanted), "replaces": [item.pk for item in replaced]}
    _record("reports.confirmed", submission, values, by=by, at=at)
    tell_confirmed(submission, by=by, at=at)
    tell_lists(submission, by=by, at=at)
    return submission


def _base(key: str | None) -> str:
    return (key or "").partition(AGAIN)[0]


def _file(item: _Wanted, *, book: str, by: str, at: dt.datetime) -> Figure:
    # A withdrawn figure stays withdrawn: what a still later report says again is a new one.
    key, number = item.key, 1
    while Figure.objects.filter(key=key, withdrawn=True).exists():
        number += 1
        key = f"{item.key}{AGAIN}{number}"
    figure = figures.file(kind=item.kind, content=item.content, key=key, book=book, by=by, at=at)
    revision = Revision.objects.select_related("region", "occasion", "unit").get(figure=figure, version=figure.version)
    if figures.content_of(revision) != item.content:
        figures.correct(figure=figure, expected_version=figure.version, content=item.content, by=by, at=at)
    return figure


def _wanted(submission: Submission, proposals: list[Proposal], *, by: str, at: dt.datetime) -> dict[str, _Wanted]:
    found: dict[str, _Wanted] = {}
    for proposal in proposals:
        key, content = _content(submission, proposal, proposal.said, by=by, at=at)
        number, base = 1, key
        while key in found:  # the same measure twice for the same place and day
            number += 1
            key = f"{base}#{number}"
        found[key] = _Wanted(key, proposal, content)
    return found


def _content(
    submission: Submission, proposal: Proposal, said: Said, *, by: str, at: dt.datetime
) -> tuple[str, figures.Content]:
    name = "+".join(sorted(said.measures))
    # Two units of one place do not overwrite each other's figures.
    home = f"{submission.region_id}.{submission.unit_id}" if submission.unit_id else f"{submission.region_id}"
    where = f"{submission.book}:{home}:{submission.period_start:%Y-%m}:{said.region.pk}"
    occasion = None
    if said.kind is rules.Standing.RECORD:
        occasion = figures.open_occasion(
            name=proposal.occasion,
            period=said.period,
            regions=[said.region],
            key=f"report:{where}:{said.period[0]}",
            book=submission.book,
            by=by,
            at=at,
        )
    origin = {
        "submission": submission.sha256,
        "id": submission.pk,
        "start": proposal.start,
        "end": proposal.end,
    }
    if proposal.state == Mark.CORRECTED:
        origin |= {"printed": proposal.printed, "note": proposal.note}
    content = figures.Content(
        region=said.region,
        measures=tuple(sorted(set(said.measures))),
        classifier=said.classifier,
        value=said.value,
        printed=said.printed,
        form=said.form,
        period=said.period,
        occasion=occasion,
        stated_by=proposal.actor,
        unit=submission.unit,
        origin=origin,
    )
    return f"report:{where}:{said.kind}:{name}:{said.classifier}:{said.period[0]}", content

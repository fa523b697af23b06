"""Tell the expected lists (应报清单) how far a report has come, in the transaction that passes it on."""

from __future__ import annotations

import datetime as dt

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns import queries as campaign_queries
from bihuan.campaigns.models import Expected
from bihuan.campaigns.receiving import ReceiptState
from bihuan.reports.models import Submission
from bihuan.reports.rules import State

FORM = "summary"  # what a report is handed in for, unless a line of a list is named
_STATES = {
    State.HANDED_IN: ReceiptState.SUBMITTED,
    State.CONFIRMED: ReceiptState.SUBMITTED,
    State.ACCEPTED: ReceiptState.ACCEPTED,
    State.RETURNED: ReceiptState.RETURNED,
}


def tell_lists(submission: Submission, *, line: Expected | None = None, by: str, at: dt.datetime) -> None:
    """Mark the line that a report came for. What no list asks for, and what no unit handed in, marks nothing.

    Args:
        line: the one that it was handed in for, where that was said.
    """
    if submission.unit is None:
        return
    own = ("submission", str(submission.pk))
    if line is not None and not _fits(line, submission):
        line = None
    if line is None:
        replaced = submission.replaces.values_list("pk", flat=True)
        subjects = [own, *(("submission", str(pk)) for pk in replaced)]
        line = campaign_queries.expected_of(
            campaign=submission.campaign, unit=submission.unit, form=FORM, subjects=subjects
        )
    if line is None:
        return
    kept, subject = campaign_queries.kept(line), campaign_queries.subject_of(line)
    state = _STATES[State(submission.state)]
    if subject != own and state is ReceiptState.RETURNED:
        return  # nothing counts it: what stands for this line, if anything, is another report
    if subject != own and kept.received and submission.state not in (State.CONFIRMED, State.ACCEPTED):
        return  # another report stands for this line: a newer one takes its place once it is confirmed
    campaigns.mark(expected=line, state=state, subject=own, reason=submission.returned_reason, by=by, at=at)


def _fits(line: Expected, submission: Submission) -> bool:
    """Whether a report can have come for a line: of its campaign, from its unit or the one it was merged into."""
    issued, unit = line.expected_list, line.unit
    mine = submission.unit_id in (unit.pk, unit.merged_into_id)
    return mine and issued.campaign_id == submission.campaign_id and not issued.replaced

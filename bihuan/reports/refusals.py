"""What cannot be done with a report, said to a person."""

from __future__ import annotations

from bihuan.lib.refusals import Refusal
from bihuan.org import queries as org
from bihuan.reports.models import Proposal, Submission
from bihuan.reports.rules import MARK_WORDS, REPLACED_WORDS, STATE_WORDS, Mark, State


class UnplacedReportError(Refusal):
    """The report does not say which place or year it is about."""


class UnfitReportError(Refusal):
    """The text cannot be taken as one report: nothing in it, too long, no text, or of another book."""


class UndecidedError(Refusal):
    """Something is still to be said by a person, or can no longer be said here."""


class NotConfirmedError(Refusal):
    """The report's figures are not filed, or no longer."""


class OwnLoopError(Refusal):
    """Who had a hand in a report does not accept it."""

    def __init__(self) -> None:
        zh = "您参与了这份报告的报送或确认,须由另一人采用"
        super().__init__("own-loop", zh, "you had a hand in this report: somebody else must accept it")


class StaleDecisionError(Refusal):
    """Someone else decided this figure meanwhile."""

    status = 409

    def __init__(self, proposal: Proposal) -> None:
        self.proposal = proposal
        who = org.name_of(proposal.decided_by)
        zh, en = MARK_WORDS[Mark(proposal.state)]
        super().__init__(
            "stale",
            f"“{proposal.printed}”已由{who or '他人'}改为“{zh}”,请看过再定",
            f"“{proposal.printed}” is by now {en}{f', by {who}' if who else ''}: look again, then decide",
        )


class StaleSubmissionError(Refusal):
    """Someone else handed the report on meanwhile."""

    status = 409

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        zh, en = REPLACED_WORDS if submission.replaced_by_id else STATE_WORDS[State(submission.state)]
        super().__init__(
            "stale",
            f"这份报告已有人处理,现在是“{zh}”,请刷新后再办",
            f"somebody has dealt with this report, it is now {en}: look again first",
        )

"""The only writers of reports: hand in, decide what was read, confirm, return, accept, compose the paper."""

from bihuan.reports.actions.composing import People, compose
from bihuan.reports.actions.deciding import Meant, decide, decide_all
from bihuan.reports.actions.handing_in import hand_in
from bihuan.reports.actions.passing import accept, confirm, confirm_as_read, return_
from bihuan.reports.actions.past import keep_past, load_past, past_plan, settle, take_past, withdraw_past
from bihuan.reports.refusals import (
    NotConfirmedError,
    OwnLoopError,
    StaleDecisionError,
    StaleSubmissionError,
    UndecidedError,
    UnfitReportError,
    UnplacedReportError,
)

__all__ = [
    "Meant",
    "NotConfirmedError",
    "OwnLoopError",
    "People",
    "StaleDecisionError",
    "StaleSubmissionError",
    "UndecidedError",
    "UnfitReportError",
    "UnplacedReportError",
    "accept",
    "compose",
    "confirm",
    "confirm_as_read",
    "decide",
    "decide_all",
    "hand_in",
    "keep_past",
    "load_past",
    "past_plan",
    "return_",
    "settle",
    "take_past",
    "withdraw_past",
]

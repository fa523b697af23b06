"""The only writers of figures, their totals, and facts."""

from bihuan.figures.actions.answering import answer_doubt
from bihuan.figures.actions.catalogue import load_catalogue
from bihuan.figures.actions.checking import Check, check_tonight, check_totals
from bihuan.figures.actions.closing import ClosedPeriodError, ErratumError, close_period, open_erratum
from bihuan.figures.actions.facts import freeze
from bihuan.figures.actions.filing import Content, StaleError, content_of, correct, file, open_occasion, withdraw
from bihuan.figures.actions.filing_many import Filing, file_many
from bihuan.figures.actions.folding import fold, keep, keep_all
from bihuan.figures.actions.recounting import Difference, Recount, recount

__all__ = [
    "Check",
    "ClosedPeriodError",
    "Content",
    "Difference",
    "ErratumError",
    "Filing",
    "Recount",
    "StaleError",
    "answer_doubt",
    "check_tonight",
    "check_totals",
    "close_period",
    "content_of",
    "correct",
    "file",
    "file_many",
    "fold",
    "freeze",
    "keep",
    "keep_all",
    "load_catalogue",
    "open_erratum",
    "open_occasion",
    "recount",
    "withdraw",
]

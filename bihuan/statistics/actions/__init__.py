"""The writers of forms."""

from bihuan.statistics.actions.composing import compose
from bihuan.statistics.actions.defining import define, drop_template, from_lines, keep_template, load_examples, retire
from bihuan.statistics.actions.judging import accept, return_
from bihuan.statistics.actions.taking import Taken, drop, hand_in, keep_handed, take

__all__ = [
    "Taken",
    "accept",
    "compose",
    "define",
    "drop",
    "drop_template",
    "from_lines",
    "hand_in",
    "keep_handed",
    "keep_template",
    "load_examples",
    "retire",
    "return_",
    "take",
]

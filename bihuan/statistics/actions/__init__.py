"""The writers of forms."""

from bihuan.statistics.actions.defining import define, drop_template, from_lines, keep_template, load_examples, retire
from bihuan.statistics.actions.taking import drop, keep_handed, take

__all__ = [
    "define",
    "drop",
    "drop_template",
    "from_lines",
    "keep_handed",
    "keep_template",
    "load_examples",
    "retire",
    "take",
]

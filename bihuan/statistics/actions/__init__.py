"""The writers of forms."""

from bihuan.statistics.actions.defining import define, drop_template, keep_template, load_examples
from bihuan.statistics.actions.taking import drop, keep_handed, take

__all__ = [
    "define",
    "drop",
    "drop_template",
    "keep_handed",
    "keep_template",
    "load_examples",
    "take",
]

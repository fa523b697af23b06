"""A number as somebody writes it into a field: blank, not applicable, 2000, 2000余, 近1.5万. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from bihuan.activities.refusals import ActivityError
from bihuan.activities.rules import Asked
from bihuan.figures.rules import FigureError, check_value, classifiers_of
from bihuan.reading.numerals import flatten
from bihuan.reading.quantities import read_quantity
from bihuan.reading.ranges import Range

LONGEST = 30
_NOT_APPLICABLE = frozenset({"不适用", "n/a", "na", "N/A", "NA", "/"})
_PLAIN = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?")
_DIVISIBLE = frozenset({"小时", "元", "分", "分钟"})  # of all else there is no half


@dataclass(frozen=True, slots=True)
class Value:
    """What a field says. `range` is None where it does not apply; blank is no value at all."""

    range: Range | None
    printed: str
    form: str = ""

    @property
    def applies(self) -> bool:
        return self.range is not None


def read_value(text: str, asked: Asked, name: str) -> Value | None:
    """What somebody wrote for a measure; None where they left it blank, which is not zero.

    Args:
        name: of the measure, for the refusal.

    Raises:
        ActivityError: below zero, broken where it counts heads, too large to be kept, or no number at all.
    """
    phrase = "".join(flatten(text).split())
    if not phrase:
        return None
    if phrase in _NOT_APPLICABLE:
        return Value(None, phrase)
    if len(phrase) > LONGEST:
        raise _refused(asked, f"“{name}”写得太长，请只写数", f"“{name}” is too long: write the number alone")
    if phrase[0] in "-−﹣－负":
        raise _refused(asked, f"“{name}”不能是负数，请核对", f"“{name}” cannot be below zero: check it")
    value = _plain(phrase, asked) or _phrase(phrase, asked)
    if value is None or value.range is None:
        zh = f"看不懂“{name}”里的“{phrase}”，请写成 2000、2000余、近1.5万，或留空、写“不适用”"
        raise _refused(
            asked, zh, f"“{phrase}” for “{name}” is not understood: write 2000, 2000余, 近1.5万, or leave it"
        )
    _check(value.range, asked, name)
    return value


def _plain(phrase: str, asked: Asked) -> Value | None:
    unit = next((item for item in _endings(asked) if phrase.endswith(item)), "")
    digits = phrase[: len(phrase) - len(unit)] if unit else phrase
    if not _PLAIN.fullmatch(digits):
        return None
    number = Decimal(digits.replace(",", ""))
    return Value(Range.exact(number), f"{format(number, 'f')}{asked.classifier}", "exact")


def _phrase(phrase: str, asked: Asked) -> Value | None:
    unit = next((item for item in _endings(asked) if phrase.endswith(item)), "")
    whole = phrase if unit else phrase + asked.classifier
    found = read_quantity(whole)
    if found is None or (found.start, found.end) != (0, len(flatten(whole))) or found.kind == "percent":
        return None
    if not classifiers_of(found.unit_norm or asked.classifier) & classifiers_of(asked.classifier):
        return None
    bare = phrase[: len(phrase) - len(unit)] if unit else phrase
    return Value(found.range, f"{bare}{asked.classifier}", found.form)


def _endings(asked: Asked) -> list[str]:
    return sorted({asked.classifier, *classifiers_of(asked.classifier)} - {""}, key=len, reverse=True)


def _check(value: Range, asked: Asked, name: str) -> None:
    bounds = [bound for bound in (value.low, value.high) if bound is not None]
    if any(bound < 0 for bound in bounds):
        raise _refused(asked, f"“{name}”不能是负数，请核对", f"“{name}” cannot be below zero: check it")
    if asked.classifier not in _DIVISIBLE and any(bound != bound.to_integral_value() for bound in bounds):
        zh = f"“{name}”按{asked.classifier}数，不会有小数，请核对"
        raise _refused(asked, zh, f"“{name}” counts in {asked.classifier}: there is no part of one")
    try:
        check_value(value)
    except FigureError as error:
        raise _refused(asked, f"“{name}”的数太大，存不下，请核对", f"“{name}” is too large: check it") from error


def _refused(asked: Asked, zh: str, en: str) -> ActivityError:
    return ActivityError("activity-number", zh, en, str(asked))

"""From an exact value to the phrase an official would print: 14,862 → 近1.5万. Strict where reading is wide.

余 is printed only over a value rounded down and never on an exact one; 近 only below one rounded up, by at most half of
its last place; small, round and measured values are printed as they are. What is printed always reads back to a range
that holds the value.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Context, Decimal, localcontext

from bihuan.reading.classifiers import classifiers
from bihuan.reading.quantities import read_quantity
from bihuan.reading.ranges import Range

_WAN = Decimal(10_000)
_YI = Decimal(100_000_000)
# Kinds of unit whose values are measured or computed, not counted: always printed exactly.
_MEASURED = frozenset(("percent", "points_pct", "times", "share", "duration", "period", "measure"))
_PLAIN_BELOW = 100
_LIMIT = Decimal(10) ** 16


@dataclass(frozen=True, slots=True)
class Rule:
    """Why the phrase is what it is, one sentence in each language."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """What to print, its form (exact, more, almost), the rule, and the range that a reader takes from it."""

    text: str
    form: str
    rule: Rule
    range: Range


def phrase(value: Decimal | int, unit: str = "") -> Phrase:
    """The phrase for a value of 0 or more (in yuan for money) with its unit. Raises ValueError for a negative or
    unbounded value."""
    exact = Decimal(value)
    if not exact.is_finite() or exact < 0:
        raise ValueError(f"a value of 0 or more is needed, not {value}")
    kind = classifiers()[unit].kind if unit in classifiers() else ""
    if kind in _MEASURED:
        return _exact(exact, unit, Rule("比率和计量值照实写", "A rate or a measured value is printed as it is."))
    if exact != exact.to_integral_value(context=Context(prec=60)):
        return _exact(exact, unit, Rule("有小数的数照实写", "A value with decimals is printed as it is."))
    if exact < _PLAIN_BELOW:
        return _exact(exact, unit, Rule("不足100的数照实写", "A number under 100 is printed as it is."))
    if exact >= _LIMIT:
        return _exact(exact, unit, Rule("特大的数照实写", "A very large number is printed as it is."))
    if _is_round(exact):
        return _exact(exact, unit, Rule("整数照实写,不加“余”", "A round number is printed as it is, never with 余."))
    return _rounded(exact, unit)


def _is_round(value: Decimal) -> bool:
    """Exact in few digits: 2000, 1500, 1.5万, 230万; in 万 at most two decimals."""
    digits = str(int(value)).rstrip("0")
    return len(digits) <= (2 if value < _WAN else 3)


def _rounded(value: Decimal, unit: str) -> Phrase:
    """Fewest leading digits that come close enough (1 %; 5 % and 2 % under 万); else the nearer of the two."""
    size = len(str(int(value)))
    near = (Decimal("0.01"), Decimal("0.01")) if value >= _WAN else (Decimal("0.05"), Decimal("0.02"))
    for most_over, most_short in (near, (Decimal("0.05"), Decimal("0.05"))):
        for digits in (1, 2, 3):
            step = Decimal(10) ** (size - digits)
            if step < 10 or not _has_short_form(step, value):
                break
            below = (value / step).to_integral_value(ROUND_FLOOR) * step
            above = below + step
            over, short = (value - below) / below, (above - value) / above
            may_short = above - value <= step / 2 and short <= most_short
            if over <= most_over and (over <= short or not may_short):
                return _more(value, below, unit)
            if may_short:
                return _almost(value, above, unit)
    return _exact(value, unit, Rule("没有合适的约数,照实写", "No rounding comes close enough: printed as it is."))


def _has_short_form(step: Decimal, value: Decimal) -> bool:
    """At most one decimal before 万 or 亿: with two, a word for "about" reads false."""
    unit = _YI if value >= _YI else _WAN if value >= _WAN else Decimal(10)
    return step * 10 >= unit


def _more(value: Decimal, base: Decimal, unit: str) -> Phrase:
    text = f"{numeral(base)}余{unit}"
    rule = Rule(
        f"{digits(value)}比{numeral(base)}多出不到{_percent(value, base)}%,向下取整,写“余”",
        f"{digits(value)} is over {numeral(base)} by less than {_percent(value, base)} %: rounded down, with 余.",
    )
    return _checked(value, text, "more", rule, unit)


def _almost(value: Decimal, base: Decimal, unit: str) -> Phrase:
    text = f"近{numeral(base)}{unit}"
    rule = Rule(
        f"{digits(value)}不到{numeral(base)},相差不过末位的一半,向上取整,写“近”",
        f"{digits(value)} is short of {numeral(base)} by no more than half of its last place: rounded up, with 近.",
    )
    return _checked(value, text, "almost", rule, unit)


def _exact(value: Decimal, unit: str, rule: Rule) -> Phrase:
    return Phrase(f"{numeral(value)}{unit}", "exact", rule, Range.exact(value))


def _checked(value: Decimal, text: str, form: str, rule: Rule, unit: str) -> Phrase:
    """The phrase, when its own text reads back to a range that holds the value; else the exact one."""
    read = read_quantity(text)
    if read is None or not read.range.contains(value):
        return _exact(value, unit, Rule("没有合适的约数,照实写", "No rounding comes close enough: printed as it is."))
    return Phrase(text, form, rule, read.range)


def numeral(value: Decimal) -> str:
    """A value of 0 or more in Arabic digits, in 万 or 亿 where at most two decimals are left there."""
    with localcontext(Context(prec=60)):
        for unit, word in ((_YI, "亿"), (_WAN, "万")):
            if value >= unit:
                part = value / unit
                if part == part.quantize(Decimal("0.01")):
                    return digits(part) + word
        return digits(value)


def digits(value: Decimal) -> str:
    """Plain digits without exponent or trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _percent(value: Decimal, base: Decimal) -> int:
    return int((value - base) * 100 / base) + 1

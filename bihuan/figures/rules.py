"""How figures add up: sums of ranges, shares of composites, credits of joint occasions, rates. Pure.

Ranges add per bound (DESIGN §5): the lows add, the highs add, a side on which any part has no bound has none in the
sum, and a bound that any part excludes is excluded in the sum. All that is kept as numbers that can be added and taken
away again (`Sum`), so that a correction is one addition.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bihuan.history.rules import canonical, digest
from bihuan.lib.refusals import Refusal
from bihuan.org.rules import path_of_parents
from bihuan.reading.ranges import Range

ZERO = Decimal(0)
NEVER = dt.date(9999, 12, 31)
WHOLE_RATE = Decimal(100)
RATE_PLACES = Decimal("0.0001")  # rates are cut outward to four places of a percent
DIGITS, PLACES = 24, 6  # 18 digits before the point and 6 behind it: sums of them stay exact in 28 digits
PERCENTS = frozenset({"%", "‰", "个百分点"})


class FigureError(Refusal, ValueError):
    """A figure, a query or a fact that cannot be; said as "Chinese / English"."""

    def __init__(self, said: str) -> None:
        zh, _, en = said.partition(" / ")
        super().__init__("figure", zh, en or zh)

    def __reduce__(self) -> tuple[type[FigureError], tuple[str]]:  # type: ignore[override]
        return type(self), (f"{self.zh} / {self.en}",)


class Kind(StrEnum):
    """记录 adds up the tree; 上报数 is what a unit claims for a scope and never adds up."""

    RECORD = "record"
    STATEMENT = "statement"


class Way(StrEnum):
    """How the values of a measure combine, per classifier."""

    SUM = "sum"
    DISTINCT = "distinct"  # people; without a roster the sum of attendances at occasions, and labelled so
    LATEST = "latest"  # a stock: the newest value of each region
    RATIO = "ratio"  # of two sums, never averaged
    NONE = "none"  # has no total


class Share(StrEnum):
    """How much of a figure belongs to a query."""

    WHOLE = "whole"
    PART = "part"  # between nothing and its high
    NONE = "none"


def tidy(value: Decimal) -> Decimal:
    """The same number without trailing zeros or an exponent: 2000, not 2000.000000 or 2E+3."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()


def check_value(value: Range) -> None:
    """Refuse what the column cannot hold exactly.

    Raises:
        FigureError: too many digits, no number, or an empty range such as (5, 5).
    """
    for bound in (value.low, value.high):
        if bound is None:
            continue
        if not bound.is_finite() or abs(bound) >= 10 ** (DIGITS - PLACES) or bound != round(bound, PLACES):
            raise FigureError(
                f"数值{bound}超出可存范围 / {bound} does not fit: {DIGITS - PLACES} digits and {PLACES} decimals"
            )
    if value.low is not None and value.low == value.high and (value.low_open or value.high_open):
        raise FigureError("区间不含任何数 / the range holds no number")


def normal(value: Range) -> Range:
    """The same range with tidy bounds; a side without a bound is not open."""
    return Range(
        None if value.low is None else tidy(value.low),
        None if value.high is None else tidy(value.high),
        value.low is not None and value.low_open,
        value.high is not None and value.high_open,
    )


def range_json(value: Range) -> dict[str, Any]:
    """A range as exact JSON: bounds as text, None where there is none."""
    value = normal(value)
    return {
        "low": None if value.low is None else format(value.low, "f"),
        "high": None if value.high is None else format(value.high, "f"),
        "low_open": value.low_open,
        "high_open": value.high_open,
    }


def admits(said: Range, value: Range) -> bool:
    """Whether everything that `value` may be is allowed by what was `said`."""
    if said.low is not None:
        if value.low is None or value.low < said.low:
            return False
        if value.low == said.low and said.low_open and not value.low_open:
            return False
    if said.high is not None:
        if value.high is None or value.high > said.high:
            return False
        if value.high == said.high and said.high_open and not value.high_open:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum of ranges in a form that can be added to and taken from. `count` is how many figures are in it."""

    low: Decimal = ZERO  # of the known low bounds
    high: Decimal = ZERO  # of the known high bounds
    low_unbounded: int = 0
    high_unbounded: int = 0
    low_excluded: int = 0
    high_excluded: int = 0
    count: int = 0

    @classmethod
    def of(cls, value: Range) -> Sum:
        return cls(
            value.low if value.low is not None else ZERO,
            value.high if value.high is not None else ZERO,
            int(value.low is None),
            int(value.high is None),
            int(value.low is not None and value.low_open),
            int(value.high is not None and value.high_open),
            1,
        )

    def __add__(self, other: Sum) -> Sum:
        return Sum(*(getattr(self, name) + getattr(other, name) for name in SUM_FIELDS))

    def times(self, factor: int) -> Sum:
        return Sum(*(getattr(self, name) * factor for name in SUM_FIELDS))

    def down_to_zero(self) -> Sum:
        """What these figures are for a query that only part of each belongs to: anything from nothing to its high."""
        return Sum(ZERO, self.high, 0, self.high_unbounded, 0, self.high_excluded, self.count)

    @property
    def range(self) -> Range | None:
        """The range of the sum; None where nothing was added: blank, which is not zero."""
        if not self.count:
            return None
        return normal(
            Range(
                None if self.low_unbounded else self.low,
                None if self.high_unbounded else self.high,
                self.low_excluded > 0,
                self.high_excluded > 0,
            )
        )


SUM_FIELDS = tuple(Sum.__dataclass_fields__)
NOTHING = Sum()
Sums = dict[tuple[tuple[str, ...], str], Sum]  # by basket and classifier


@lru_cache(1000)
def classifiers_of(printed: str) -> frozenset[str]:
    """The classifiers that a composite one names: 条(块) → 条, 块. 人(次) is 人 or 人次. No classifier is one too: "".

    >>> sorted(classifiers_of("台(套)"))
    ['台', '套']
    """
    parts = [part for part in re.split(r"[()（）/、或]", printed) if part] or [""]
    return frozenset(parts[0] + part if number and part == "次" else part for number, part in enumerate(parts))


def share(basket: Iterable[str], classifier: str, measures: frozenset[str], classifiers: frozenset[str]) -> Share:
    """How much of a figure for `basket` counts in a query for `measures` in `classifiers`.

    A number given for several things together counts in full where all of them are asked for, and as "between nothing
    and its high" where only some are.
    """
    held, units = frozenset(basket), classifiers_of(classifier)
    if not held & measures or not units & classifiers:
        return Share.NONE
    return Share.WHOLE if held <= measures and units <= classifiers else Share.PART


def credits(paths: Iterable[str]) -> dict[str, int]:
    """How often a joint figure is booked at each node, so that every subtree that takes part counts it exactly once.

    The nodes are those of the tree that `paths` (of the regions that took part) and all above them induce: each is
    booked 1 minus the number of its children there. That is +1 where a branch ends, −(branches − 1) where it forks,
    and nothing (left out) in between.
    """
    induced = {item for path in paths for item in (path, *path_of_parents(path))}
    booked = dict.fromkeys(induced, 1)
    for path in induced:
        above = path_of_parents(path)
        if above:
            booked[above[0]] -= 1
    return {path: times for path, times in sorted(booked.items()) if times}


@dataclass(frozen=True, slots=True)
class Rate:
    """Percent of a whole, cut to 0..100. `clipped`: a bound passed 100; `impossible`: all of it did."""

    range: Range
    clipped: bool
    impossible: bool


def rate(part: Range, whole: Range) -> Rate | None:
    """`part` of `whole` in percent, both ranges of counts, the part within the whole.

    None where the whole is nothing or unknown altogether: a rate of nothing is not zero.
    """
    if whole.high == 0 or (whole.low is None and whole.high is None):
        return None
    low, low_exact = _percent(part.low, whole.high, ROUND_FLOOR)
    high, high_exact = _percent(part.high, whole.low, ROUND_CEILING)
    impossible = low is not None and low > WHOLE_RATE
    clipped = impossible or (high is not None and high > WHOLE_RATE)
    low = min(max(low, ZERO), WHOLE_RATE) if low is not None else ZERO
    cut = high is None or high > WHOLE_RATE
    high = WHOLE_RATE if high is None or cut else max(high, ZERO)
    # A zero part of an open whole is still zero: there the whole's open end says nothing.
    low_open = low_exact and not impossible and low < high and (part.low_open or (whole.high_open and low > 0))
    high_open = high_exact and not cut and low < high and (part.high_open or whole.low_open)
    return Rate(normal(Range(low, high, low_open, high_open)), clipped, impossible)


def _percent(part: Decimal | None, whole: Decimal | None, rounding: str) -> tuple[Decimal | None, bool]:
    if part is None or whole is None or whole <= 0:
        return None, False
    cut = (part * 100 / whole).quantize(RATE_PLACES, rounding)
    return cut, cut * whole == part * 100


@dataclass(frozen=True, slots=True)
class Definition:
    """What a measure counts and how it combines, in one version."""

    code: str
    version: int
    sha256: str
    body: Mapping[str, Any]

    @property
    def combine(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.body["combine"]
        return found

    @property
    def classifiers(self) -> frozenset[str]:
        return frozenset(self.body["classifiers"])

    @property
    def operands(self) -> tuple[str, str] | None:
        """Numerator and denominator of a ratio."""
        if self.body["numerator"] and self.body["denominator"]:
            return self.body["numerator"], self.body["denominator"]
        return None

    def way(self, classifier: str) -> Way:
        """How values in `classifier` combine. A classifier that the catalogue does not list sums, a percentage not."""
        named = self.combine.get(classifier) or self.combine.get("")
        if named:
            return Way(named)
        return Way.NONE if classifier in PERCENTS else Way.SUM

    def whole(self) -> bool:
        """Whether the stored hash is that of the stored definition."""
        return definition_hash(self.body) == self.sha256


def definition_hash(body: Mapping[str, Any]) -> str:
    """The same on every installation: SHA-256 of the canonical JSON."""
    return digest("sha256", canonical(body)).hex()


def way_of(definitions: Iterable[Definition], classifiers: frozenset[str]) -> Way:
    """How a query for several measures combines.

    Each measure is asked for those of `classifiers` that it lists (for all, where it lists none of them).

    Raises:
        FigureError: no measure or no classifier, or ways that cannot be mixed.
    """
    ways = {
        definition.way(classifier)
        for definition in definitions
        for classifier in (definition.classifiers & classifiers or classifiers)
    }
    if ways <= {Way.SUM, Way.DISTINCT} and ways:
        return Way.DISTINCT if Way.DISTINCT in ways else Way.SUM
    if len(ways) != 1:
        raise FigureError(
            "所选指标的合计方式不同,不能合在一起 / these measures combine in different ways and have no common total"
        )
    return ways.pop()

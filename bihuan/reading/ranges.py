"""What a printed number really says: a range with open or closed, known or unknown ends."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

Number = Decimal | int


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two bounds; a bound of None is unknown (or no bound at all), an open bound is itself excluded.

    `low` and `high` are the printed bounds, money in yuan, 万 and 亿 multiplied out.
    Raises ValueError when low is above high.
    """

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False

    def __post_init__(self) -> None:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"low {self.low} is above high {self.high}")

    @classmethod
    def exact(cls, value: Number) -> Range:
        """The range that holds one value only."""
        exact = Decimal(value)
        return cls(exact, exact)

    @property
    def is_exact(self) -> bool:
        """True when one value only fits."""
        return self.low is not None and self.low == self.high

    def contains(self, value: Number) -> bool:
        """True when the value may be what was meant."""
        x = Decimal(value)
        if self.low is not None and (x < self.low or (self.low_open and x == self.low)):
            return False
        return not (self.high is not None and (x > self.high or (self.high_open and x == self.high)))

    def __add__(self, other: object) -> Range:
        """Sum of two unknown values, one from each range: an unknown bound stays unknown, an open end stays open."""
        if not isinstance(other, Range):
            return NotImplemented
        low = None if self.low is None or other.low is None else self.low + other.low
        high = None if self.high is None or other.high is None else self.high + other.high
        return Range(low, high, self.low_open or other.low_open, self.high_open or other.high_open)

    def __neg__(self) -> Range:
        """The range of the negated values."""
        low = None if self.high is None else -self.high
        high = None if self.low is None else -self.low
        return Range(low, high, self.high_open, self.low_open)

    def __sub__(self, other: object) -> Range:
        """Difference of two unknown values, one from each range."""
        if not isinstance(other, Range):
            return NotImplemented
        return self + -other

    def hull(self, other: Range) -> Range:
        """The smallest range that holds both."""
        low, low_open = _lower(self, other)
        high, high_open = _lower(-self, -other)
        return Range(low, None if high is None else -high, low_open, high_open)


def _lower(a: Range, b: Range) -> tuple[Decimal | None, bool]:
    if a.low is None or b.low is None:
        return None, False
    if a.low == b.low:
        return a.low, a.low_open and b.low_open
    return (a.low, a.low_open) if a.low < b.low else (b.low, b.low_open)


def printable(value: Decimal | None) -> int | float | None:
    """A bound for JSON: int when integral, else float; None stays None."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)

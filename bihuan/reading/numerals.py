"""Numerals as officials write them: 14,862 · １５００ · 1.5万 · 1亿3千万 · 一百二十 · 三四十 · 数百 · 十几 · 870余万.

`flatten` maps full-width characters to their half-width twins one for one, so that offsets into the flat text are
offsets into the text that was given. `find_numerals` is one linear scan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

_FULL = "０１２３４５６７８９．％（）／＋－–—―～〜∼﹣，：；［］〇㎡\u3000\xa0\u2002\u2003\u2009"
_HALF = "0123456789.%()/+----~~~-,:;[]零㎡     "
_TABLE = str.maketrans(_FULL, _HALF)

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_BIG = {"万": 10**4, "亿": 10**8}

_ARABIC = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
_CHINESE = "".join((_DIGITS | _SMALL | _BIG).keys())
_TOKEN = re.compile(rf"({_ARABIC})|(点[零一二三四五六七八九]+)|(.)")
_RUN = re.compile(
    rf"(?:{_ARABIC}|[{_CHINESE}]|数(?=[十百千万亿])|几)"
    rf"(?: ?(?<=[百千万亿]){_ARABIC}|[{_CHINESE}]|几"
    rf"|(?<=[0-9]) (?=[万亿])| ?[余多](?= ?[百千万亿])|点[零一二三四五六七八九]+(?=[万亿个倍]|$))*"
)
_PERCENT_RUN = re.compile(rf"百分之({_ARABIC}|[{_CHINESE}几数]+(?:点[零一二三四五六七八九]+)?)")
# Longer runs of digits are codes, and would pass the exactness of Decimal's context.
_TOO_LONG = Decimal(10) ** 20
# 人数, 总数, …: here 数 ends a noun and does not begin 数百.
_AFTER_KILO = frozenset("米克瓦伏帕卡")
_COUNT_NOUNS = frozenset("人户件次总分个场家条起份倍岁位基多少无")


class Numeral(NamedTuple):
    """One numeral in a text.

    `value` is what it says (its low end for 三四十 and 数百), `high` the high end where the words themselves give two;
    `place` is the place value of the last non-zero digit (万 counted: 1.5万 has 1000); `more` is true for 余 or 多
    inside (870余万); `shape` is plain, pair (三四十) or few (数百, 十几); `arabic` is true when it has Arabic digits;
    `factor` is the 万 or 亿 that ends it, else 1.
    """

    start: int
    end: int
    value: Decimal
    high: Decimal | None
    place: Decimal
    more: bool
    shape: str
    arabic: bool
    factor: int
    percent: bool = False


def flatten(text: str) -> str:
    """The text with full-width digits, brackets, signs and spaces made half-width; same length, same offsets."""
    return text.translate(_TABLE)


def find_numerals(flat: str, start: int = 0, end: int | None = None) -> Iterator[Numeral]:
    """All numerals of a flat text between two offsets, in order, disjoint."""
    stop = len(flat) if end is None else end
    position = start
    while match := _RUN.search(flat, position, stop):
        position = match.end()
        percent = _PERCENT_RUN.match(flat, match.start(), stop) if flat[match.start()] == "百" else None
        if percent:
            numeral = parse_numeral(percent[1])
            if numeral is not None:
                yield numeral._replace(start=percent.start(), end=percent.end(), percent=True)
                position = percent.end()
                continue
        first, last = match.span()
        if flat[first] == "数" and first and flat[first - 1] in _COUNT_NOUNS:
            first += 1
        if flat[last - 1] == "千" and flat[last : last + 1] in _AFTER_KILO and last - first > 1:
            last -= 1  # 35.9千米: 千 belongs to the unit
        numeral = parse_numeral(flat[first:last])
        if numeral is not None and numeral.value < _TOO_LONG:
            yield numeral._replace(start=first, end=last)


def parse_numeral(run: str) -> Numeral | None:
    """The numeral that a flat run of numeral characters spells, or None when it spells none (二〇二三, 一二三)."""
    if len(run) > 80:
        return None
    if run[0] in "0123456789" and run.replace(",", "").replace(".", "").isdigit():
        return _arabic(run)
    return _Spelling(run).read()


def _arabic(run: str) -> Numeral:
    value = Decimal(run.replace(",", ""))
    return Numeral(0, len(run), value, None, place_of(value), False, "plain", True, 1)


def place_of(value: Decimal) -> Decimal:
    """Place value of the last non-zero digit: 1500 → 100, 1.5 → 0.1, 0 → 1."""
    if not value:
        return Decimal(1)
    # Not `normalize`: it rounds to the context's 28 digits.
    digits, exponent = value.as_tuple().digits, int(value.as_tuple().exponent)
    zeros = 0
    while digits[-1 - zeros] == 0:
        zeros += 1
    return Decimal(1).scaleb(exponent + zeros)


class _Spelling:
    """Left-to-right reading of digits, 十百千 and 万亿 into a total; one use."""

    def __init__(self, run: str) -> None:
        self.run = run
        self.total = Decimal(0)
        self.section = Decimal(0)
        self.number: Decimal | None = None
        self.pair: Decimal | None = None
        self.place = Decimal(1)
        self.width = Decimal(0)  # how far above the value 几 or a pair may reach, in units of the value
        self.shape = "plain"
        self.more = False
        self.arabic = False
        self.unit = Decimal(0)  # the last 十百千万亿 seen, for 三万五
        self.factor = 1
        self.zero = False

    def read(self) -> Numeral | None:
        """Walk over the run; None as soon as it is no number."""
        for arabic, fraction, char in _TOKEN.findall(self.run):
            if arabic:
                ok = self._take_arabic(Decimal(arabic.replace(",", "")))
            elif fraction:
                ok = self._take_fraction(fraction[1:])
            elif char in _DIGITS:
                ok = self._take_digit(Decimal(_DIGITS[char]))
            elif char in "几数":
                ok = self._take_few()
            elif char in _SMALL:
                ok = self._take_unit(Decimal(_SMALL[char]))
            elif char in _BIG:
                ok = self._take_big(_BIG[char])
            else:
                self.more = self.more or char in "余多"
                ok = char in "余多 "
            if not ok:
                return None
        return self._finish()

    def _take_arabic(self, value: Decimal) -> bool:
        if self.number is not None or (self.unit and value >= self.unit):
            return False
        self.number, self.place, self.arabic, self.factor = value, place_of(value), True, 1
        return True

    def _take_fraction(self, digits: str) -> bool:
        if self.number is None and not self.section:
            return False
        text = "".join(str(_DIGITS[c]) for c in digits)
        self.number = (self.number or Decimal(0)) + Decimal("0." + text)
        self.place = Decimal(1).scaleb(-len(text))
        return True

    def _take_digit(self, digit: Decimal) -> bool:
        self.factor = 1
        if not digit:
            self.zero = True
            if self.number is not None or not self.unit:
                whole = self.run == "零"
                self.number = Decimal(0) if whole else self.number
                return whole
            return True
        if self.number is None:
            self.number, self.place = digit, Decimal(1)
            return True
        if self.pair is None and self.shape == "plain" and not self.arabic and 0 < digit - self.number <= 2:
            # 三四, 七八, 三五: two neighbours are "about".
            if digit - self.number == 2 and not (self.number == 3 and digit == 5):
                return False
            self.pair, self.shape, self.width = digit, "pair", digit - self.number
            return True
        return False

    def _take_few(self) -> bool:
        if self.number is not None and self.number >= 10 and not self.number % 10 and self.shape == "plain":
            self.section, self.number, self.unit = self.section + self.number, None, Decimal(10)  # 20几
        if self.number is not None or self.shape != "plain":
            return False
        after_ten = self.unit == 10
        self.number = Decimal(1 if after_ten else 2)
        self.width, self.shape, self.place, self.factor = Decimal(10) - self.number, "few", Decimal(1), 1
        return True

    def _take_unit(self, unit: Decimal) -> bool:
        if self.unit and self.number is None and not self.section:
            return False
        if self.section and self.section % (unit * 10) and self.number is not None:
            return False
        if self.number is None and self.section:
            return False
        self.section += (self.number if self.number is not None else 1) * unit
        self.place = (self.place if self.number is not None else Decimal(1)) * unit
        self.width *= unit
        self.number, self.pair, self.unit, self.zero, self.factor = None, None, unit, False, 1
        return True

    def _take_big(self, big: int) -> bool:
        section = self.section + (self.number or 0)
        if not section and not self.total:
            if self.number is not None:
                return False
            section, self.place = Decimal(1), Decimal(1)
        if self.total and self.total < big:
            self.total = (self.total + section) * big
        elif section:
            self.total += section * big
        else:
            return False
        self.place *= big
        self.width *= big
        self.section, self.number, self.pair = Decimal(0), None, None
        self.unit, self.zero, self.factor = Decimal(big), False, big
        return True

    def _finish(self) -> Numeral | None:
        number = self.number or Decimal(0)
        if (
            self.number is not None
            and self.unit >= 100
            and not self.zero
            and self.number < 10
            and self.shape == "plain"
        ):
            # 三万五 is 35000, 一千二 is 1200; 一百零五 keeps its one.
            number, self.place = number * self.unit / 10, self.place * self.unit / 10
        value = self.total + self.section + number
        high = None
        if self.shape == "pair":
            high = value + self.width
        elif self.shape == "few":
            high = value + self.width - 1
        return Numeral(0, len(self.run), value, high, self.place, self.more, self.shape, self.arabic, self.factor)

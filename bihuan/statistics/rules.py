"""What a form is: its cells, each of which says what it counts; its periods; what a value given by hand means. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from bihuan.statistics.refusals import FormError

MOST_CELLS = 400  # of one form
MOST_ROWS, MOST_COLUMNS = 300, 60
LONGEST_NAME, LONGEST_CODE = 60, 40
MOST = Decimal(10) ** 15  # of one cell
ADDRESS = re.compile(r"([A-Z]{1,2})([1-9]\d{0,3})")
LONGEST_REASON = 500  # of a return
LISTED = "table:"  # before the code of a form, as expected lists name it
_CODE = re.compile(r"[a-z0-9][a-z0-9_-]{1,39}")
Period = tuple[dt.date, dt.date]
EARLIEST, LATEST = dt.date(1950, 1, 1), dt.date(2100, 12, 31)  # days that forms are asked for


class Every(StrEnum):
    """How often a form is handed in."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Span(StrEnum):
    """Which days a cell counts: those of the form's period, or since the month or the year began."""

    PERIOD = "period"
    MONTH = "month"
    YEAR = "year"


class Outcome(StrEnum):
    """What a value given by hand comes to."""

    FAULT = "fault"  # no number
    CONFLICT = "conflict"  # it differs from what the records say: somebody decides
    NEW = "new"  # no record holds it: it becomes one
    CORRECTED = "corrected"  # this very table alone had said it: now it says otherwise
    EMPTIED = "emptied"  # this very table had said it, and says nothing any more
    KNOWN = "known"  # the records say the same
    BLANK = "blank"  # left empty: nothing becomes of it


class Choice(StrEnum):
    """What is done about a conflict."""

    RECORDS = "records"  # the records are right: what the table says is left
    ADD = "add"  # what the table has beyond the records becomes a record
    CORRECT = "correct"  # what this table had said before is corrected by the difference
    STATE = "state"  # kept as what the unit states, beside the records


class Handed(StrEnum):
    """Where a form that was handed in stands."""

    IN = "in"
    RETURNED = "returned"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that counts: at an address such as C5, under the words of its row and column.

    `kinds`: of activities, `places`: kinds of places; where any is named, only records of such activities count.
    """

    at: str
    row: str
    column: str
    measures: tuple[str, ...]
    classifiers: tuple[str, ...]
    span: Span = Span.PERIOD
    kinds: tuple[str, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What it counts in words, with its unit: 启动仪式（场） · 本周."""
        unit = "、".join(dict.fromkeys(self.classifiers))
        row = self.row if not unit or f"（{unit}）" in self.row else f"{self.row}（{unit}）"
        return " · ".join(part for part in (row, self.column) if part)

    @property
    def narrowed(self) -> bool:
        return bool(self.kinds or self.places)

    @property
    def asked(self) -> bool:
        """Whether a unit may give its value: what adds up over several periods is not asked for again."""
        return self.span is Span.PERIOD

    @property
    def place(self) -> tuple[int, int]:
        """Row and column, counted from 0."""
        return spot(self.at)

    def as_json(self) -> dict[str, Any]:
        return {
            "at": self.at,
            "row": self.row,
            "column": self.column,
            "measures": list(self.measures),
            "classifiers": list(self.classifiers),
            "span": self.span.value,
            "kinds": list(self.kinds),
            "places": list(self.places),
        }


@dataclass(frozen=True, slots=True)
class Definition:
    """A version of a form: `sheet` is the one of its workbook that is filled; `source` says where the form is from."""

    sheet: str
    every: Every
    cells: tuple[Cell, ...]
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "sheet": self.sheet,
            "every": self.every.value,
            "cells": [cell.as_json() for cell in self.cells],
            "source": self.source,
        }

    def cell(self, at: str) -> Cell | None:
        return next((cell for cell in self.cells if cell.at == at), None)


def spot(at: str) -> tuple[int, int]:
    """C5 → (4, 2). Raises FormError: no address of a cell."""
    found = ADDRESS.fullmatch(at)
    if not found:
        raise FormError("form-address", f"“{at[:20]}”不是单元格地址（如 C5）", f"“{at[:20]}” is no cell, such as C5")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1


def definition(body: Mapping[str, Any]) -> Definition:
    """A definition as data, read and checked.

    Raises:
        FormError: no cells, too many, one twice, an address or a word that is none.
    """
    try:
        cells = tuple(_cell(item) for item in body["cells"])
        every, sheet = Every(body["every"]), str(body["sheet"])[:31]
        source = str(body.get("source", ""))[:200]
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, FormError):
            raise
        raise FormError(
            "form-definition", f"表的定义不完整：{error}", f"the definition is not complete: {error}"
        ) from error
    if not cells:
        raise FormError("form-empty", "请至少为一个单元格选定指标", "choose a measure for one cell at least")
    if len(cells) > MOST_CELLS:
        raise FormError(
            "form-too-large", f"一张表至多 {MOST_CELLS} 个取数单元格", f"a form has {MOST_CELLS} counting cells at most"
        )
    if len({cell.at for cell in cells}) < len(cells):
        raise FormError("form-twice", "同一单元格只能定义一次", "a cell is defined once")
    return Definition(sheet, every, cells, source)


def _cell(item: Mapping[str, Any]) -> Cell:
    at = str(item["at"])
    row, column = spot(at)
    if row >= MOST_ROWS or column >= MOST_COLUMNS:
        zh = f"单元格 {at} 超出表的范围（{MOST_ROWS} 行、{MOST_COLUMNS} 列）"
        raise FormError("form-address", zh, f"{at} lies outside: {MOST_ROWS} rows, {MOST_COLUMNS} columns")
    measures, classifiers = (tuple(map(str, item[name])) for name in ("measures", "classifiers"))
    if not measures or not classifiers:
        raise FormError("form-cell", f"单元格 {at} 要有指标和量词", f"{at} needs a measure and a classifier")
    return Cell(
        at,
        str(item.get("row", ""))[:80],
        str(item.get("column", ""))[:80],
        measures,
        classifiers,
        Span(item.get("span", Span.PERIOD)),
        tuple(map(str, item.get("kinds", ()))),
        tuple(map(str, item.get("places", ()))),
    )


def check_name(code: str, name: str) -> tuple[str, str]:
    """Code and name of a form as they are kept. Raises FormError."""
    plain, said = code.strip().lower(), " ".join(name.split())
    if not _CODE.fullmatch(plain):
        zh = "代号用小写字母、数字、连字符，2 到 40 个字符"
        raise FormError("form-code", zh, "a code: small letters, digits, hyphens, 2 to 40 of them")
    if not said or len(said) > LONGEST_NAME or not said.isprintable():
        raise FormError("form-name", "请写表名（60字以内）", "name the form, in 60 characters at most")
    return plain, said


# -- periods ---------------------------------------------------------------------------------------------------------


def period_of(every: Every, day: dt.date) -> Period:
    """The form's period in which a day lies: Monday to Sunday, a month, a quarter, a year."""
    if every is Every.WEEK:
        first = day - dt.timedelta(days=day.weekday())
        return first, first + dt.timedelta(days=6)
    if every is Every.MONTH:
        return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])
    if every is Every.QUARTER:
        end = (day.month + 2) // 3 * 3
        return dt.date(day.year, end - 2, 1), dt.date(day.year, end, calendar.monthrange(day.year, end)[1])
    return dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)


def neighbours(every: Every, period: Period) -> tuple[dt.date | None, dt.date | None]:
    """A day of the period before and one of the period after; None at the ends of the calendar."""
    day = dt.timedelta(days=1)
    before = period[0] - day if period[0] > EARLIEST else None
    return before, period[1] + day if period[1] < LATEST else None


def period_name(every: Every, period: Period) -> str:
    """A period as tables say it, which is Chinese whatever the page: 2023年6月; 2023年6月5日至11日."""
    first, last = period
    if every is Every.MONTH:
        return f"{first.year}年{first.month}月"
    if every is Every.QUARTER:
        return f"{first.year}年第{'一二三四'[first.month // 3]}季度"
    if every is Every.YEAR:
        return f"{first.year}年"
    end = f"{last.day}日" if last.month == first.month else f"{last.month}月{last.day}日"
    return f"{first.year}年{first.month}月{first.day}日至{end if last.year == first.year else f'{last.year}年{end}'}"


def period_for(every: Every, days: Period) -> Period:
    """The form's period that is meant by some days, such as those of an expected list: the one with most of them, of
    two alike the later. Lists count their weeks from one due day to the next, forms from Monday to Sunday."""
    first, last = days
    best, most = period_of(every, last), -1
    found = period_of(every, first)
    while found[0] <= last:
        shared = (min(found[1], last) - max(found[0], first)).days
        if shared >= most:
            best, most = found, shared
        found = period_of(every, found[1] + dt.timedelta(1))
    return best


def days_of(span: Span, period: Period) -> Period:
    """The days that a cell counts in a period of its form: a week over the end of a month belongs to the month in which
    it ends."""
    first, last = period
    if span is Span.MONTH:
        first = min(first, last.replace(day=1)) if last.day >= 7 else last.replace(day=1)
    elif span is Span.YEAR:
        first = dt.date(last.year, 1, 1)
    return first, last


# -- values ----------------------------------------------------------------------------------------------------------


def read_value(cell: object) -> Decimal | None:
    """What stands in a cell as a number; None where it is blank or a dash. 0 is a number.

    Raises:
        FormError: a text, a negative number, one too large, true or false.
    """
    if isinstance(cell, bool):
        raise FormError("value-no-number", "这里要填数", "a number is wanted here")
    if isinstance(cell, (int, float, Decimal)):
        text = format(Decimal(str(cell)), "f") if _finite(cell) else "?"
    else:
        text = unicodedata.normalize("NFKC", str(cell)).strip().replace(",", "").replace(" ", "")
    if text in ("", "-", "—", "/", "\\", "－", "——"):
        return None
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        shown = text[:20]
        zh = f"“{shown}”不是数，请只填数字；没有就空着"
        raise FormError(
            "value-no-number", zh, f"“{shown}” is no number: give digits alone, or leave it blank"
        ) from error
    if not value.is_finite():
        raise FormError("value-no-number", "这里要填数", "a number is wanted here")
    if value < 0:
        raise FormError("value-negative", f"{text}：数不能小于 0", f"{text}: it cannot be below 0")
    if value >= MOST:
        raise FormError(
            "value-too-large", "数太大，请核对是否多写了位数", "too large: look whether digits are too many"
        )
    if value != round(value, 6):
        raise FormError("value-decimals", "小数至多 6 位", "6 decimals at most")
    return value


def _finite(cell: float | Decimal) -> bool:
    return Decimal(str(cell)).is_finite()


def outcome(given: Decimal | None, known: tuple[Decimal | None, Decimal | None] | None) -> Outcome:
    """What comes of a value. `known`: what the records say, as the bounds of a range; None where there are none."""
    if given is None:
        return Outcome.BLANK
    if known is None:
        return Outcome.NEW
    low, high = known
    return Outcome.KNOWN if low == given and high == given else Outcome.CONFLICT


def choices(
    given: Decimal, known: tuple[Decimal | None, Decimal | None], own: Decimal | None = None
) -> Sequence[Choice]:
    """What may be done about a conflict: a difference is a record only where the table has more than the records.

    Args:
        own: the part of what is known that this very table had said: it can be corrected by the difference, which adds
            to it or takes from it.
    """
    low, high = known
    if low is None or low != high:
        return (Choice.RECORDS, Choice.STATE)
    if own is not None:
        fits = own + given - low >= 0
        return (Choice.CORRECT, Choice.RECORDS, Choice.STATE) if fits else (Choice.RECORDS, Choice.STATE)
    return (Choice.RECORDS, Choice.ADD, Choice.STATE) if given > low else (Choice.RECORDS, Choice.STATE)

"""合理性: which numbers of a table deserve a second look, by rules that are data, and what was answered.

A doubt never blocks anything. It is answered by a sentence; the answer holds for the numbers that it was given for.
"""

from __future__ import annotations

import csv
import datetime as dt
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from bihuan.figures.models import PlausibilityAnswer
from bihuan.figures.queries.comparing import SideBySide
from bihuan.figures.queries.standing import Period
from bihuan.figures.queries.tabling import RowKey, Table
from bihuan.figures.rules import Sum, Way, tidy
from bihuan.lib.words import say
from bihuan.org.models import Region
from bihuan.reading.ranges import Range

FEWEST_OTHERS = 3  # places that are needed to tell what is usual


@dataclass(frozen=True, slots=True)
class Rule:
    """A test and its limit; `measure` and `other` are empty where it is of every measure."""

    code: str
    test: str
    measure: str
    other: str
    limit: Decimal
    zh: str
    en: str
    source: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, and whether for the numbers of now."""

    text: str
    by: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Doubt:
    """A number that a rule asks about. `seen` are the numbers it is about, in one line of text: an answer is for it."""

    rule: Rule
    row: RowKey
    region: Region
    seen: str
    answer: Answer | None = None

    @property
    def words(self) -> str:
        return say(self.rule.zh, self.rule.en)

    @property
    def open(self) -> bool:
        return self.answer is None or not self.answer.holds


@cache
def rules() -> Mapping[str, Rule]:
    """The shipped rules by code, in the file's order."""
    text = files("bihuan.figures").joinpath("data/plausibility.csv").read_text(encoding="utf-8")
    return {
        row["code"]: Rule(**{**row, "limit": Decimal(row["limit"])})  # type: ignore[arg-type]
        for row in csv.DictReader(text.splitlines())
    }


@dataclass(frozen=True)
class Beside:
    """What a table is held against: people who live in a place; the same row in earlier years; its days. By row and
    region; what nobody knows is left out, and nothing is asked about it."""

    population: Mapping[int, Range]
    years: Mapping[tuple[RowKey, int], Sequence[Range]]
    days: Mapping[tuple[RowKey, int], DayJump]


@dataclass(frozen=True, slots=True)
class DayJump:
    """The day of a row with the most, and the middle of its days."""

    day: dt.date
    most: Decimal
    middle: Decimal


def plausibility(table: Table, *, period: Period, book: str = "", beside: Beside | None = None) -> tuple[Doubt, ...]:
    """What the rules ask about a table, each with the newest answer. One query, however many there are.

    Args:
        beside: what else it is held against; without it only what stands in the table itself.
    """
    found = list(_doubts(table, beside))
    if not found:
        return ()
    given = PlausibilityAnswer.objects.filter(
        book=book, region__in=table.regions, period_start=period[0], period_end=period[1]
    ).order_by("pk")
    answers = {(item.rule, item.row, item.region_id): item for item in given}
    return tuple(
        Doubt(doubt.rule, doubt.row, doubt.region, doubt.seen, _answer(answers.get(_key(doubt)), doubt.seen))
        for doubt in found
    )


def row_text(row: RowKey) -> str:
    """A row in one line of text, as answers keep it."""
    return f"{','.join(row.measures)}:{','.join(row.classifiers)}"


def _key(doubt: Doubt) -> tuple[str, str, int]:
    return doubt.rule.code, row_text(doubt.row), doubt.region.pk


def _answer(given: PlausibilityAnswer | None, seen: str) -> Answer | None:
    return None if given is None else Answer(given.text, given.by, given.seen == seen)


def _doubts(table: Table, beside: Beside | None) -> Iterator[Doubt]:
    tests = {"part": _part, "round": _round, "stated": _stated, "jump": _jump, "places": _places}
    against = {"people": _people, "rise": _rise, "fall": _fall, "day": _day}
    for rule in rules().values():
        for row in table.rows:
            if rule.measure and row.measures != (rule.measure,):
                continue
            if rule.test in tests:
                yield from tests[rule.test](rule, row, table)
            elif beside is not None:
                yield from against[rule.test](rule, row, table, beside)


def _value(side: SideBySide | None) -> Range | None:
    """What is said of a place: the statement, else what adds up."""
    if side is None:
        return None
    return side.statement.value if side.statement else side.computed.range


def _said(value: Range) -> str:
    low, high = ("?" if bound is None else format(tidy(bound), "f") for bound in (value.low, value.high))
    return low if low == high else f"{low}–{high}"


def _part(rule: Rule, row: RowKey, table: Table) -> Iterator[Doubt]:
    wanted = (one for one in table.rows if one.measures == (rule.other,) and {*one.classifiers} & {*row.classifiers})
    other = next(wanted, None)
    if other is None:
        return
    for region in table.regions:
        part, whole = _value(table.cell(row, region)), _value(table.cell(other, region))
        if part and whole and part.low is not None and whole.high is not None and part.low > whole.high * rule.limit:
            yield Doubt(rule, row, region, f"{_said(part)} > {_said(whole)}")


def _round(rule: Rule, row: RowKey, table: Table) -> Iterator[Doubt]:
    for region in table.regions:
        side = table.cell(row, region)
        value = side.statement.value if side and side.statement else None
        exact = value.low if value and value.low == value.high else None
        if exact is not None and exact >= rule.limit * 2 and exact % rule.limit == 0:
            yield Doubt(rule, row, region, format(tidy(exact), "f"))


def _stated(rule: Rule, row: RowKey, table: Table) -> Iterator[Doubt]:
    for region in table.regions:
        side = table.cell(row, region)
        if side and side.statement and side.computed.range and "conflict" in side.flags:
            yield Doubt(rule, row, region, f"{_said(side.computed.range)} > {_said(side.statement.value)}")


def _jump(rule: Rule, row: RowKey, table: Table) -> Iterator[Doubt]:
    values = [(region, _value(table.cell(row, region))) for region in table.regions[1:]]
    known = [(region, value.low) for region, value in values if value and value.low is not None]
    for at, (region, low) in enumerate(known):
        others = [item for place, (_region, item) in enumerate(known) if place != at]
        if len(others) >= FEWEST_OTHERS and low > statistics.median(others) * rule.limit > 0:
            yield Doubt(rule, row, region, f"{format(tidy(low), 'f')} > {format(tidy(statistics.median(others)), 'f')}")


def _places(rule: Rule, row: RowKey, table: Table) -> Iterator[Doubt]:
    """What is below beside the whole, where both were stated."""
    whole, *parts = (table.cell(row, region) for region in table.regions)
    if whole is None or whole.statement is None or whole.computed.way not in (Way.SUM, Way.DISTINCT):
        return
    stated = [side.statement.value for side in parts if side and side.statement]
    added = sum((Sum.of(value) for value in stated), Sum()).range
    limit = whole.statement.value.high
    if added is not None and added.low is not None and limit is not None and added.low > limit * rule.limit:
        yield Doubt(rule, row, table.regions[0], f"{_said(added)} > {_said(whole.statement.value)}")


# -- against what stands elsewhere -----------------------------------------------------------------------------------


def _people(rule: Rule, row: RowKey, table: Table, beside: Beside) -> Iterator[Doubt]:
    if "人" not in row.classifiers:  # 人次 may well be more than live there
        return
    for region in table.regions:
        value, live = _value(table.cell(row, region)), beside.population.get(region.pk)
        if value and value.low is not None and live and live.high is not None and value.low > live.high * rule.limit:
            yield Doubt(rule, row, region, f"{_said(value)} > {_said(live)}")


def _rise(rule: Rule, row: RowKey, table: Table, beside: Beside) -> Iterator[Doubt]:
    for region, value, years in _with_years(row, table, beside):
        tops = [year.high for year in years if year.high is not None]
        if len(tops) == len(years) and value.low is not None and value.low > max(tops) * rule.limit > 0:
            yield Doubt(rule, row, region, f"{_said(value)} > {format(tidy(max(tops)), 'f')}")


def _fall(rule: Rule, row: RowKey, table: Table, beside: Beside) -> Iterator[Doubt]:
    for region, value, years in _with_years(row, table, beside):
        side = table.cell(row, region)
        if side is None or side.statement is None:
            continue  # records may still come
        lows = [year.low for year in years if year.low is not None]
        if len(lows) == len(years) and value.high is not None and value.high * rule.limit < min(lows):
            yield Doubt(rule, row, region, f"{_said(value)} < {format(tidy(min(lows)), 'f')}")


def _with_years(row: RowKey, table: Table, beside: Beside) -> Iterator[tuple[Region, Range, Sequence[Range]]]:
    for region in table.regions:
        value, years = _value(table.cell(row, region)), beside.years.get((row, region.pk))
        if value is not None and years:
            yield region, value, years


def _day(rule: Rule, row: RowKey, table: Table, beside: Beside) -> Iterator[Doubt]:
    for region in table.regions:
        found = beside.days.get((row, region.pk))
        if found is not None and found.most > found.middle * rule.limit > 0:
            most, middle = (format(tidy(number), "f") for number in (found.most, found.middle))
            yield Doubt(rule, row, region, f"{found.day.isoformat()}: {most} > {middle}")

"""What a report's figures stand for, and the stages of a submission. Pure."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bihuan.campaigns.rules import safety_month
from bihuan.figures.rules import admits, normal
from bihuan.reading.figures import Figure
from bihuan.reading.numerals import flatten
from bihuan.reading.places import PlaceMention, find_places
from bihuan.reading.ranges import Range

LONGEST_TEXT = 200_000  # characters of one submission: some twenty times a long report
MOST_FIGURES = 600  # in one submission: more than anyone decides at one sitting; each takes a moment to file
LONGEST_REASON = 500


class State(StrEnum):
    """The stages of a submission. That a later one replaced it is told by `replaced_by`."""

    HANDED_IN = "handed_in"
    CONFIRMED = "confirmed"
    ACCEPTED = "accepted"
    RETURNED = "returned"


STATE_WORDS = {
    State.HANDED_IN: ("待确认", "to be confirmed"),
    State.CONFIRMED: ("待采用", "to be accepted"),
    State.ACCEPTED: ("已采用", "accepted"),
    State.RETURNED: ("已退回", "returned"),
}
REPLACED_WORDS = ("已被替换", "replaced")


class Standing(StrEnum):
    """Whether a figure adds up the tree or is a claim about a whole."""

    RECORD = "record"
    STATEMENT = "statement"


class Mark(StrEnum):
    """What became of one figure that was read (读数)."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    KNOWN = "known"  # a record that stands says it already: shown, and not counted twice
    REFUSED = "refused"
    NOT_COUNTED = "not_counted"  # read, and nothing that is kept: a target, a comparison, no measure


MARK_WORDS = {
    Mark.PENDING: ("未定", "undecided"),
    Mark.CONFIRMED: ("已确认", "confirmed"),
    Mark.CORRECTED: ("已更正", "corrected"),
    Mark.KNOWN: ("已有记录", "already on record"),
    Mark.REFUSED: ("不采用", "refused"),
    Mark.NOT_COUNTED: ("不计", "not counted"),
}
FILED = (Mark.CONFIRMED, Mark.CORRECTED)


class Decision(StrEnum):
    """What a person may do with one of them."""

    CONFIRM = "confirm"
    CORRECT = "correct"
    KNOWN = "known"  # what stands already holds; this says the same again, or says it wrongly
    REFUSE = "refuse"
    REOPEN = "reopen"  # undecided again


@dataclass(frozen=True)
class Scene:
    """Where a figure stands: its sentence as far as the figure, and whether that sentence itself names its place."""

    sentence: str
    names_place: bool


_UP_TO = re.compile(r"截至|截止|累计|共计|总计")  # a tally of all that was done so far
_WHOLE = re.compile(r"全[省州市县区旗镇乡]|各[县市区州旗乡镇级地单部]|全系统")


def standing(figure: Figure, *, home: str, scene: Scene, period: tuple[dt.date, dt.date]) -> Standing | None:
    """A record of what happened, a claim about a whole, or None where the text decides neither and a person is asked.

    Below the reporting place everything adds up, once it is clear that the figure is of that place: its own sentence
    names it, or it is of one day. Of the reporting place as a whole: without days, for the whole campaign, or as a
    tally up to a day it is the office's claim; on one day it is an occasion, unless the sentence speaks of the whole
    area as well; for some of the days it may be either.

    Args:
        home: official name of the reporting place.
        period: the campaign's days.
    """
    first, last = days(figure.date, otherwise=period)
    one_day = bool(figure.date) and first == last
    if figure.place not in (None, home):
        return Standing.RECORD if one_day or scene.names_place else None
    if (first <= period[0] and last >= period[1]) or _UP_TO.search(scene.sentence):
        return Standing.STATEMENT
    return Standing.RECORD if one_day and not _WHOLE.search(scene.sentence) else None


def likely(figure: Figure, *, home: str) -> Standing:
    """What a figure most likely is, where a program must decide without a person."""
    if figure.place not in (None, home):
        return Standing.RECORD
    return Standing.RECORD if figure.date and "/" not in figure.date else Standing.STATEMENT


class Scenes:
    """The scenes of all figures of a text; its places are looked for once."""

    def __init__(self, text: str) -> None:
        self._flat = flatten(text)
        self._places: list[PlaceMention] = find_places(self._flat)[0]
        self._starts = [place.start for place in self._places]

    def of(self, figure: Figure) -> Scene:
        """Where one of the text's figures stands."""
        start, end = sentence_around(self._flat, figure.start, figure.end)
        within = self._places[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return Scene(self._flat[start : figure.end], any(place.name == figure.place for place in within))


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that a stretch of a text stands in, without its full stop."""
    first = max(text.rfind(mark, 0, start) for mark in "。\n") + 1
    last = [at for mark in "。\n" if (at := text.find(mark, end)) >= 0]
    return first, min(last, default=len(text))


def countable(figure: Figure) -> bool:
    """Whether a figure is kept: what was done. Targets, comparisons, rules and ranks are read but not filed."""
    return figure.role == "result" and bool(figure.measures)


def agrees(said: Range, record: Range) -> bool:
    """Whether what a report says may be what a record says: 2000余 of a report and 2013 of the record.

    >>> agrees(Range(Decimal(2000), None), Range(Decimal(2013), Decimal(2013)))
    True
    """
    return admits(normal(said), normal(record))


def undecided(marks: Iterable[Mark]) -> int:
    """How many figures a person still has to decide."""
    return sum(mark is Mark.PENDING for mark in marks)


def days(date: str | None, *, otherwise: tuple[dt.date, dt.date]) -> tuple[dt.date, dt.date]:
    """First and last day of a figure's date ("2023-06-12", "2023-06-01/2023-06-30"), or the report's own period."""
    if not date:
        return otherwise
    first, _, last = date.partition("/")
    return dt.date.fromisoformat(first), dt.date.fromisoformat(last or first)


def campaign_year(text: str) -> int | None:
    """The year of the Work Safety Month that a report is about: the one named beside it, else the first one named."""
    beside = re.search(r"(20\d\d)年(?:全国|全省|全州|全市|全县)?“?安全生产月", text)
    named = beside or re.search(r"(20\d\d)年", text)
    return int(named.group(1)) if named else None


def campaign_period(year: int) -> tuple[dt.date, dt.date]:
    """The Work Safety Month of a year."""
    return safety_month(year)


def home_named(text: str) -> str | None:
    """The official name of the place whose report this is, as its title and offices show; None where they do not."""
    _mentions, own = find_places(flatten(text))
    return own.name if own else None

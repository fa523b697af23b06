"""A division of work as it was read from a file, and what each of its names means here. Pure.

Nothing is lost: a name that nothing is known of stays as it was printed, and the row comes in all the same.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bihuan.lib.words import say
from bihuan.reading.division.duty import DivisionRead, DutyRead, Limit, LimitKind, Named, NamedKind
from bihuan.reading.division.matching import Match
from bihuan.reading.division.read import read_division

WORDS = "words"  # instead of a unit or a list: keep the name as it is printed
OTHERWISE = "重点工作任务"  # the paragraph of duties that stand under no heading
_MARK = re.compile(r"^[（(]?[一二三四五六七八九十0-9]+[)）、.．]?\s*")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a printed name means: units by their keys (several for a list), or nothing but its words.

    `why`: what is unsure of it, in the reader's language; "" where nothing is. `choice`: as `DivisionDraft.names` keeps
    it. `candidates`: units that it may be.
    """

    name: str
    units: tuple[int, ...]
    choice: str
    why: str = ""
    candidates: tuple[int, ...] = ()
    group: str = ""
    times: int = 1

    @property
    def sure(self) -> bool:
        return not self.why


@dataclass(frozen=True, slots=True)
class Line:
    """One duty of the file with what becomes of it. `place`: among the duties of the file."""

    place: int
    read: DutyRead
    leads: tuple[Meaning, ...]
    assisting: tuple[Meaning, ...]
    days: tuple[dt.date | None, dt.date | None]
    limit_words: str
    wrong: tuple[str, ...] = ()  # why it cannot be taken in as it stands
    left_out: bool = False

    @property
    def doubts(self) -> list[tuple[str, str]]:
        """(where, why) of all that is unsure of the row."""
        found = [(cell.where_said, cell.why) for _name, cell in self.read.unsure]
        found += [(meaning.name, meaning.why) for meaning in (*self.leads, *self.assisting) if meaning.why]
        if self.days[1] is None:
            found.append(
                (say("完成时限", "due"), say("没有读出日期，写入后请补填", "no day was read: fill it in later"))
            )
        return found

    @property
    def makes(self) -> int:
        """How many duties come of it: one for each unit that leads."""
        if self.left_out or self.wrong:
            return 0
        return len(self.units) + (1 if self.words else 0) or 1

    @property
    def units(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(key for meaning in self.leads for key in meaning.units))

    @property
    def words(self) -> str:
        """Names of leads that mean no unit here."""
        return "、".join(meaning.name for meaning in self.leads if not meaning.units)


@dataclass(frozen=True)
class Incoming:
    """All of a file: its lines, the names in it that somebody should look at, and the reading itself."""

    read: DivisionRead
    lines: Sequence[Line]
    names: Sequence[Meaning] = field(default=())

    @property
    def taken(self) -> list[Line]:
        return [line for line in self.lines if line.makes]

    @property
    def unsure(self) -> list[Line]:
        return [line for line in self.lines if line.doubts and not line.left_out]

    @property
    def wrong(self) -> list[Line]:
        return [line for line in self.lines if line.wrong and not line.left_out]

    @property
    def makes(self) -> int:
        return sum(line.makes for line in self.lines)


@lru_cache(maxsize=4)
def read(content: bytes, name: str, year: int, columns: tuple[tuple[str, str], ...] = ()) -> DivisionRead:
    """The division of work in a file; the last few are kept, for a preview is turned over page by page.

    Raises:
        bihuan.lib.refusals.Refusal: it is no table, or cannot be opened.
    """
    meant = {}
    for where, what in columns:
        table, _, column = where.partition(":")
        meant[int(table), int(column)] = what
    return read_division(content, name, year=year, columns=meant)


def names_in(found: DivisionRead) -> list[Named]:
    """The distinct names of units, in the order in which they stand."""
    seen: dict[str, Named] = {}
    for duty in found.duties:
        for named in (*duty.leads, *duty.assisting):
            seen.setdefault(named.name, named)
    return list(seen.values())


def meanings(
    found: DivisionRead,
    matches: Sequence[Match],
    *,
    chosen: Mapping[str, str],
    lists: Mapping[int, tuple[str, Sequence[int]]],
    units: frozenset[int],
) -> dict[str, Meaning]:
    """What each name means: as a person chose, else as it matches, else a list for a group.

    Args:
        matches: of `names_in`, in their order. lists: (group, units) by the key of the list. units: all that may be
            chosen.
    """
    times: dict[str, int] = {}
    for duty in found.duties:
        for named in (*duty.leads, *duty.assisting):
            times[named.name] = times.get(named.name, 0) + 1
    meant = {}
    for named, match in zip(names_in(found), matches, strict=True):
        meaning = _chosen(named, match, chosen.get(named.name, ""), lists, units) or _matched(named, match, lists)
        meant[named.name] = Meaning(
            named.name, meaning.units, meaning.choice, meaning.why, meaning.candidates, named.group, times[named.name]
        )
    return meant


def _chosen(
    named: Named, match: Match, choice: str, lists: Mapping[int, tuple[str, Sequence[int]]], units: frozenset[int]
) -> Meaning | None:
    kind, _, key = choice.partition(":")
    if choice == WORDS:
        return Meaning(named.name, (), WORDS, candidates=_keys(match))
    if not key.isdecimal() or len(key) > 18:
        return None
    if kind == "list" and int(key) in lists:
        return Meaning(named.name, tuple(lists[int(key)][1]), choice, candidates=_keys(match))
    if kind == "unit" and int(key) in units:
        return Meaning(named.name, (int(key),), choice, candidates=_keys(match))
    return None


def _matched(named: Named, match: Match, lists: Mapping[int, tuple[str, Sequence[int]]]) -> Meaning:
    if isinstance(match.key, int):
        return Meaning(named.name, (match.key,), f"unit:{match.key}", candidates=_keys(match))
    if named.kind is NamedKind.GROUP:
        for key, (group, keys) in lists.items():
            if group and group == named.group and keys:
                return Meaning(named.name, tuple(keys), f"list:{key}")
        why = say("是一组单位，请选一份名单", "a group of units: choose a list")
        return Meaning(named.name, (), WORDS, why)
    why = match.doubt.said if match.doubt else say("名录中没有这个单位", "no unit is called so")
    return Meaning(named.name, (), WORDS, why, _keys(match))


def _keys(match: Match) -> tuple[int, ...]:
    return tuple(key for key in match.candidates if isinstance(key, int))


def lines(
    found: DivisionRead, meant: Mapping[str, Meaning], *, period: tuple[dt.date, dt.date], left_out: Iterable[int]
) -> list[Line]:
    """Every duty of the file with what becomes of it."""
    out = set(left_out)
    made = []
    for place, duty in enumerate(found.duties):
        first, last, words = days_of(duty.due, period)
        wrong = []
        if not duty.task.strip() and not duty.measures.strip():
            wrong.append(say("没有工作任务", "it names no task"))
        if first and last and last < first:
            wrong.append(say("完成时限早于开始时间", "it is due before it begins"))
        made.append(
            Line(
                place,
                duty,
                tuple(meant[named.name] for named in duty.leads),
                tuple(meant[named.name] for named in duty.assisting),
                (first, last),
                words,
                tuple(wrong),
                place in out,
            )
        )
    return made


def days_of(limit: Limit, period: tuple[dt.date, dt.date]) -> tuple[dt.date | None, dt.date | None, str]:
    """The days of a limit, and its words where they say more than these. What lasts, comes again or goes with the
    campaign ends with it."""
    if limit.kind is LimitKind.PERIOD:
        return period[0], period[1], limit.printed
    if limit.kind in (LimitKind.LASTING, LimitKind.MONTHLY, LimitKind.WEEKLY, LimitKind.QUARTERLY):
        return None, period[1], limit.printed
    if limit.kind is LimitKind.UNKNOWN:
        return None, None, limit.printed
    return limit.first, limit.last, ""


def heading_of(duty: DutyRead) -> str:
    """The heading under which a duty stands, without its mark; the shared one where it stands under none."""
    plain = _MARK.sub("", " ".join(duty.section.split())).strip()
    return plain[:100] or OTHERWISE


def key_of(digest: str, plan: int, duty: DutyRead) -> str:
    """The key of a line of a file in a plan: the same file taken twice gives each duty once."""
    return uuid.uuid5(uuid.UUID(digest[:32]), f"{plan}:{duty.table}:{duty.where}").hex

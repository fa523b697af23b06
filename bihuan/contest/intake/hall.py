"""考场: all who take part in one contest, in memory: who has which sheet open, what each has, how many have how much.

Every decision is made here, at once and by numbers; what must be kept goes into an `Outbox` and counts for the outside
only when that is stored. Participants are numbered from 1, and each thing known of them stands in a row of numbers, so
that a million of them need some fifty megabytes.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass, field

from bihuan.contest.drawing import day_seed, draw, ticket
from bihuan.contest.intake import refused
from bihuan.contest.intake.refused import Refused
from bihuan.contest.intake.setup import Asked, ContestSetup
from bihuan.contest.intake.tokens import sheet_mark, sheet_of, token_of
from bihuan.contest.rules import Before, ContestState, Ended, Rules, Score, TakingPart, counted, late, score

NO_KEY = bytes(16)


@dataclass(slots=True)
class Outbox:
    """What is decided and not yet stored, in the order in which it was decided; rows as `store` writes them."""

    participants: list[tuple[int, int, int, bytes, int, int, int, int]] = field(default_factory=list)
    starts: list[tuple[int, int, int, int, int, int, int]] = field(default_factory=list)
    sheets: list[SheetRow] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.sheets or self.starts or self.participants)

    def __len__(self) -> int:
        return len(self.sheets) + len(self.starts) + len(self.participants)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet that is over. `first`: its participant handed none in before, and is now one of the people."""

    contest: int
    participant: int
    day: int
    ordinal: int
    unit: int
    pool: int
    rules: int
    started: int
    ms: int
    ended: int
    answers: bytes
    right: int
    points: int
    counted: int
    key: bytes
    allowed: int
    first: bool


@dataclass(frozen=True, slots=True)
class Given:
    """A sheet that is open: its mark, the milliseconds left (-1: no end), its questions in their order."""

    mark: str
    day: int
    ordinal: int
    left: int
    questions: list[Asked]
    back: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """A sheet that was scored, and what its participant has now."""

    row: SheetRow
    total: int
    questions: list[Asked]


class Hall:
    """One contest at work. Times are milliseconds since 1970, days are counted from 1970-01-01."""

    def __init__(self, setup: ContestSetup, outbox: Outbox) -> None:
        self.setup = setup
        self.outbox = outbox
        # of participants, by number; place 0 is nobody
        self.unit = array("I", [0])
        self.day = array("i", [0])  # the day that `handed`, `best_day` speak of
        self.handed = array("B", [0])  # sheets of that day that are over
        self.best_day = array("I", [0])
        self.ever = array("I", [0])  # sheets of all days that are over
        self.done = array("I", [0])  # of these, handed in
        self.best_ever = array("I", [0])
        self.total = array("q", [0])
        self.opened = array("q", [0])  # since when a sheet is open; 0: none is
        self.by_pool = array("H", [0])  # of the open sheet
        self.by_rules = array("H", [0])
        # of today and of the day before: what each handed in last, so that it may be handed in again; who entered
        self.last: dict[int, SheetRow] = {}
        self.earlier: dict[int, SheetRow] = {}
        self.keys: dict[bytes, int] = {}
        self.today = 0
        # how many participants have how many points: of all, of a county
        self.spread: defaultdict[int, int] = defaultdict(int)
        self.spreads: defaultdict[int, defaultdict[int, int]] = defaultdict(lambda: defaultdict(int))
        self._seeds: dict[int, bytes] = {}

    @property
    def people(self) -> int:
        """Those who entered."""
        return len(self.unit) - 1

    def enter(
        self, *, unit: int, password: str, key: bytes, address: int, device: int, now: int, day: int
    ) -> str | Refused:
        """Let somebody in. Returns the token of a new participant, or of the one that entered with this key today."""
        setup = self.setup
        if setup.state is not ContestState.OPEN or day > setup.last_day:
            return refused.NOT_YET if setup.state is ContestState.DRAFT else refused.OVER
        chosen = setup.units.get(unit)
        if chosen is None or chosen.closed:
            return refused.NO_UNIT
        if setup.taking_part is TakingPart.ROSTER:
            return refused.NEEDS_ROSTER
        if setup.taking_part is TakingPart.UNIT_CODE and password != chosen.password:
            return refused.BAD_PASSWORD
        self._turn(day)
        number = self.keys.get(key)
        if number is None:
            number = self.add(unit)
            self.keys[key] = number
            self.outbox.participants.append((setup.id, number, unit, key, day, now, address, device))
        return token_of(setup.secret, setup.id, number)

    def _turn(self, day: int) -> None:
        """With a new day, what is kept for repeats alone makes room."""
        if day > self.today:
            self.earlier, self.last, self.keys, self.today = self.last, {}, {}, day

    def add(self, unit: int) -> int:
        """A place for one participant more; their number."""
        self.unit.append(unit)
        for row in (self.day, self.handed, self.best_day, self.ever, self.done, self.best_ever, self.total):
            row.append(0)
        self.opened.append(0)
        self.by_pool.append(0)
        self.by_rules.append(0)
        return len(self.unit) - 1

    def start(self, who: int, now: int, day: int) -> Given | Refused:
        """Give a sheet out: the one that is open already, or a new one."""
        setup = self.setup
        self._turn(day)
        if setup.state is not ContestState.OPEN:
            return refused.NOT_YET if setup.state is ContestState.DRAFT else refused.OVER
        if opened := self.opened[who]:
            rules = setup.rules[self.by_rules[who]]
            if day <= self.day[who] and not late(rules, now - opened):
                return self._given(who, rules, now)
            self._over(who, rules)
        if not setup.first_day <= day <= setup.last_day:
            return refused.NOT_YET if day < setup.first_day else refused.OVER
        rules = setup.rules[setup.rules_number]
        if day > self.day[who]:
            self.day[who] = day
            self.handed[who] = 0
            self.best_day[who] = 0
        if self.handed[who] >= rules.sheets:
            return refused.QUOTA
        self.opened[who] = now
        self.by_pool[who] = setup.pool_number
        self.by_rules[who] = setup.rules_number
        self.outbox.starts.append(
            (setup.id, who, self.day[who], self.handed[who] + 1, setup.pool_number, setup.rules_number, now)
        )
        return self._given(who, rules, now)

    def _given(self, who: int, rules: Rules, now: int) -> Given:
        day, ordinal, opened = self.day[who], self.handed[who] + 1, self.opened[who]
        mark = sheet_mark(self.setup.secret, who, day, ordinal, opened)
        left = rules.seconds * 1000 - (now - opened) if rules.seconds else -1
        questions = self.questions(who, day, ordinal, self.by_pool[who], rules)
        return Given(mark, day, ordinal, max(left, 0) if rules.seconds else -1, questions, rules.back)

    def questions(self, who: int, day: int, ordinal: int, pool: int, rules: Rules) -> list[Asked]:
        """The questions of a sheet, drawn again: the same as when it was given out."""
        bank = self.setup.pools[pool].questions
        seed = self._seeds.get(day)
        if seed is None:
            seed = self._seeds[day] = day_seed(self.setup.secret, self.setup.id, day)
        return [bank[place] for place in draw(seed, ticket(who, day, ordinal), len(bank), rules.questions)]

    def hand_in(self, who: int, mark: str, answers: bytes, key: bytes, now: int) -> Taken | Refused:
        """Take a sheet in and score it. The same again, with its key, gets the same answer and counts once."""
        setup = self.setup
        named = sheet_of(setup.secret, who, mark)
        if named is None:
            return refused.ALTERED
        before = self.last.get(who) or self.earlier.get(who)
        if before is not None and before.key == key and (before.day, before.ordinal) == named[:2]:
            return self._taken(before)
        opened = self.opened[who]
        if not opened:
            return refused.OTHER_SHEET if before is not None else refused.NO_SHEET
        if named != (self.day[who], self.handed[who] + 1, opened):
            return refused.OTHER_SHEET
        if setup.state is ContestState.FROZEN:
            return refused.OVER
        rules = setup.rules[self.by_rules[who]]
        if late(rules, now - opened):
            self._over(who, rules)
            return refused.LATE
        questions = self.questions(who, *named[:2], self.by_pool[who], rules)
        if len(answers) != len(questions) or key == NO_KEY:
            return refused.BAD_ANSWERS
        row = self._score(who, rules, questions, answers, key, now - opened)
        self.last[who] = row
        return self._taken(row, questions)

    def _score(self, who: int, rules: Rules, questions: list[Asked], answers: bytes, key: bytes, ms: int) -> SheetRow:
        scored = score(rules, [question.key for question in questions], answers)
        before = Before(self.handed[who], self.best_day[who], self.ever[who], self.best_ever[who])
        adds = counted(rules, scored.points, before)
        row = self._row(who, rules, Ended.HANDED_IN, max(ms, 0), answers, key, scored, adds)
        self.outbox.sheets.append(row)
        self._close(who, scored.points)
        self.done[who] += 1
        self.credit(who, adds, row.first)
        return row

    def _over(self, who: int, rules: Rules) -> None:
        """A sheet that nobody handed in is over: it is one of the day's, and brings nothing."""
        row = self._row(who, rules, Ended.TIME, rules.seconds * 1000, b"", NO_KEY, Score(0, 0), 0)
        self.outbox.sheets.append(row)
        self._close(who, 0)

    def _row(
        self, who: int, rules: Rules, ended: Ended, ms: int, answers: bytes, key: bytes, scored: Score, adds: int
    ) -> SheetRow:
        return SheetRow(
            contest=self.setup.id,
            participant=who,
            day=self.day[who],
            ordinal=self.handed[who] + 1,
            unit=self.unit[who],
            pool=self.by_pool[who],
            rules=self.by_rules[who],
            started=self.opened[who],
            ms=ms,
            ended=int(ended),
            answers=answers,
            right=scored.right,
            points=scored.points,
            counted=adds,
            key=key,
            allowed=rules.sheets,
            first=ended is Ended.HANDED_IN and not self.done[who],
        )

    def _close(self, who: int, points: int) -> None:
        self.handed[who] += 1
        self.ever[who] += 1
        self.opened[who] = 0
        if points > self.best_day[who]:
            self.best_day[who] = points
        if points > self.best_ever[who]:
            self.best_ever[who] = points

    def credit(self, who: int, points: int, first: bool) -> None:
        """Add points to a total, below 0 for a correction; `first`: the participant appears on the boards."""
        before = self.total[who]
        self.total[who] = before + points
        spread = self.spreads[self._county(who)]
        if not first:
            self.spread[before] -= 1
            spread[before] -= 1
        self.spread[before + points] += 1
        spread[before + points] += 1

    def _county(self, who: int) -> int:
        unit = self.setup.units.get(self.unit[who])
        return unit.county if unit else 0

    def _taken(self, row: SheetRow, questions: list[Asked] | None = None) -> Taken:
        if questions is None:
            rules = self.setup.rules[row.rules]
            questions = self.questions(row.participant, row.day, row.ordinal, row.pool, rules)
        return Taken(row, self.total[row.participant], questions)

    def place(self, who: int) -> tuple[int, int]:
        """The place of a participant among all and in the county; equal points share a place. 0: none yet."""
        if not self.done[who]:
            return 0, 0
        mine = self.total[who]
        return _place(self.spread, mine), _place(self.spreads[self._county(who)], mine)


def _place(spread: dict[int, int], mine: int) -> int:
    return 1 + sum(many for points, many in spread.items() if points > mine)

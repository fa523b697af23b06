"""What the intake decides: one open sheet, so many a day, each counted once, whoever sends what how often."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest
from halls import DAY, FIRST, JUNE, LAST, SECRET, hall_of, noon, setup_of
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bihuan.contest.intake import refused
from bihuan.contest.intake.hall import Given, Hall, Taken
from bihuan.contest.intake.tokens import participant_of, sheet_mark, token_of
from bihuan.contest.rules import Before, ContestState, Counting, Ended, Per, Rules, TakingPart, counted, worth

KEY, OTHER = b"k" * 16, b"o" * 16
RIGHT = bytes([1] * 5)


def let_in(hall: Hall, unit: int = 1, key: bytes = KEY, day: int = FIRST, password: str = "") -> int:
    token = hall.enter(unit=unit, password=password, key=key, address=0, device=0, now=noon(day), day=day)
    assert isinstance(token, str)
    who = participant_of(SECRET, token)
    assert who is not None
    return who


def given(hall: Hall, who: int, now: int = noon(FIRST), day: int = FIRST) -> Given:
    sheet = hall.start(who, now, day)
    assert isinstance(sheet, Given), sheet
    return sheet


def test_a_sheet_from_entering_to_its_points() -> None:
    hall = hall_of()
    who = let_in(hall)
    sheet = given(hall, who)
    assert (sheet.ordinal, sheet.left, len(sheet.questions)) == (1, 150_000, 5)
    taken = hall.hand_in(who, sheet.mark, bytes([1, 1, 2, 0, 1]), KEY, noon(FIRST) + 30_000)
    assert isinstance(taken, Taken)
    assert (taken.row.right, taken.row.points, taken.row.ms, taken.total) == (3, 3, 30_000, 3)
    assert len(hall.outbox) == 3


def test_the_questions_never_say_what_is_right() -> None:
    hall = hall_of()
    for question in given(hall, let_in(hall)).questions:
        assert b"key" not in question.told


def test_entering_again_with_one_key_is_one_participant() -> None:
    hall = hall_of()
    assert let_in(hall) == let_in(hall) == 1
    assert let_in(hall, key=OTHER) == 2
    assert len(hall.outbox.participants) == 2


def test_a_second_start_gives_the_same_sheet_with_less_time() -> None:
    hall = hall_of()
    who = let_in(hall)
    first, again = given(hall, who), given(hall, who, noon(FIRST) + 40_000)
    assert (again.mark, again.questions, again.left) == (first.mark, first.questions, 110_000)
    assert len(hall.outbox.starts) == 1


def test_a_sheet_handed_in_twice_counts_once() -> None:
    hall = hall_of()
    who = let_in(hall)
    sheet = given(hall, who)
    answers = [hall.hand_in(who, sheet.mark, RIGHT, KEY, noon(FIRST) + ms) for ms in (9000, 9500, 200_000)]
    assert [each.total for each in answers if isinstance(each, Taken)] == [5, 5, 5]
    assert len(hall.outbox.sheets) == 1
    assert hall.hand_in(who, sheet.mark, RIGHT, OTHER, noon(FIRST) + 9600) is refused.OTHER_SHEET


def test_a_sheet_may_be_handed_in_again_after_midnight() -> None:
    hall = hall_of()
    who = let_in(hall)
    sheet = given(hall, who)
    taken = hall.hand_in(who, sheet.mark, RIGHT, KEY, noon(FIRST) + 9000)
    let_in(hall, key=OTHER, day=FIRST + 1)
    assert hall.hand_in(who, sheet.mark, RIGHT, KEY, noon(FIRST + 1)) == taken


def test_tomorrow_there_is_another() -> None:
    hall = hall_of()
    who = let_in(hall)
    hall.hand_in(who, given(hall, who).mark, RIGHT, KEY, noon(FIRST) + 9000)
    assert hall.start(who, noon(FIRST) + 10_000, FIRST) is refused.QUOTA
    assert given(hall, who, noon(FIRST + 1), FIRST + 1).day == FIRST + 1


def test_a_sheet_over_midnight_belongs_to_its_day() -> None:
    hall = hall_of()
    who = let_in(hall)
    late_evening = (FIRST + 1) * DAY - 60_000
    sheet = given(hall, who, late_evening, FIRST)
    taken = hall.hand_in(who, sheet.mark, RIGHT, KEY, late_evening + 90_000)
    assert isinstance(taken, Taken)
    assert taken.row.day == FIRST
    assert given(hall, who, late_evening + 95_000, FIRST + 1).ordinal == 1


def test_a_late_sheet_is_over_and_brings_nothing() -> None:
    hall = hall_of(Rules(sheets=2, questions=5, seconds=150))
    who = let_in(hall)
    sheet = given(hall, who)
    assert hall.hand_in(who, sheet.mark, RIGHT, KEY, noon(FIRST) + 156_000) is refused.LATE
    (row,) = hall.outbox.sheets
    assert (row.ended, row.counted, hall.total[who]) == (Ended.TIME, 0, 0)
    assert given(hall, who, noon(FIRST) + 160_000).ordinal == 2


def test_a_sheet_that_was_never_handed_in_is_one_of_the_day() -> None:
    hall = hall_of()
    who = let_in(hall)
    given(hall, who)
    assert hall.start(who, noon(FIRST) + 200_000, FIRST) is refused.QUOTA
    assert [row.ended for row in hall.outbox.sheets] == [Ended.TIME]


@pytest.mark.parametrize("place", [0, 3, 9, 13, 14, 25])
def test_an_altered_mark_is_refused(place: int) -> None:
    import base64

    hall = hall_of()
    who = let_in(hall)
    raw = bytearray(base64.urlsafe_b64decode(given(hall, who).mark))
    raw[place] ^= 1
    mark = base64.urlsafe_b64encode(raw).decode()
    assert hall.hand_in(who, mark, RIGHT, KEY, noon(FIRST) + 9000) is refused.ALTERED
    assert not hall.outbox.sheets


def test_somebody_elses_sheet_is_refused() -> None:
    hall = hall_of()
    one, other = let_in(hall), let_in(hall, key=OTHER)
    mark = given(hall, one).mark
    assert hall.hand_in(other, mark, RIGHT, KEY, noon(FIRST) + 9000) is refused.ALTERED


def test_a_mark_of_an_earlier_start_is_refused() -> None:
    hall = hall_of()
    who = let_in(hall)
    assert hall.hand_in(who, sheet_mark(SECRET, who, FIRST, 1, 5), RIGHT, KEY, noon(FIRST)) is refused.NO_SHEET
    given(hall, who)
    assert hall.hand_in(who, sheet_mark(SECRET, who, FIRST, 1, 5), RIGHT, KEY, noon(FIRST)) is refused.OTHER_SHEET


@pytest.mark.parametrize("answers", [b"", bytes(4), bytes(6), bytes(100)])
def test_answers_that_do_not_fit_are_refused(answers: bytes) -> None:
    hall = hall_of()
    who = let_in(hall)
    mark = given(hall, who).mark
    assert hall.hand_in(who, mark, answers, KEY, noon(FIRST) + 9000) is refused.BAD_ANSWERS
    assert isinstance(hall.hand_in(who, mark, RIGHT, KEY, noon(FIRST) + 9100), Taken)


def test_who_may_enter() -> None:
    def tried(hall: Hall, unit: int = 1, password: str = "", day: int = FIRST) -> object:
        return hall.enter(unit=unit, password=password, key=KEY, address=0, device=0, now=noon(day), day=day)

    assert tried(hall_of(), unit=3) is refused.NO_UNIT
    assert tried(hall_of(), unit=99) is refused.NO_UNIT
    assert tried(hall_of(), day=LAST + 1) is refused.OVER
    assert tried(hall_of(state=ContestState.DRAFT)) is refused.NOT_YET
    assert tried(hall_of(state=ContestState.FROZEN)) is refused.OVER
    assert tried(hall_of(taking_part=TakingPart.ROSTER)) is refused.NEEDS_ROSTER
    coded = hall_of(taking_part=TakingPart.UNIT_CODE)
    assert tried(coded, password="芝麻") is refused.BAD_PASSWORD
    assert isinstance(tried(coded, password="开门"), str)


def test_before_and_after_its_days_no_sheet_is_given_out() -> None:
    hall = hall_of()
    who = let_in(hall, day=FIRST - 1)
    assert hall.start(who, noon(FIRST - 1), FIRST - 1) is refused.NOT_YET
    assert hall.start(who, noon(LAST + 1), LAST + 1) is refused.OVER


def test_a_frozen_contest_takes_nothing_in() -> None:
    hall = hall_of()
    who = let_in(hall)
    mark = given(hall, who).mark
    hall.setup = setup_of(state=ContestState.FROZEN)
    assert hall.hand_in(who, mark, RIGHT, KEY, noon(FIRST) + 9000) is refused.OVER


def test_an_open_sheet_keeps_the_rules_and_the_pool_it_was_given_out_by() -> None:
    hall = hall_of()
    who = let_in(hall)
    sheet = given(hall, who)
    rules = {1: JUNE, 2: dataclasses.replace(JUNE, questions=3, points=10)}
    pool = hall.setup.pools[1]
    pools = {1: pool, 2: dataclasses.replace(pool, number=2, questions=pool.questions[:4])}
    hall.setup = setup_of(rules=rules, rules_number=2, pools=pools, pool_number=2)
    taken = hall.hand_in(who, sheet.mark, RIGHT, KEY, noon(FIRST) + 9000)
    assert isinstance(taken, Taken)
    assert (taken.row.points, taken.row.rules, taken.row.pool, taken.questions) == (5, 1, 1, sheet.questions)


def test_equal_points_share_a_place() -> None:
    hall = hall_of()
    right = {1: 5, 2: 3, 3: 3, 4: 1}
    for number, many in right.items():
        who = let_in(hall, unit=4 if number == 1 else 1, key=bytes([number] * 16))
        sheet = given(hall, who)
        hall.hand_in(who, sheet.mark, bytes([1] * many + [2] * (5 - many)), KEY, noon(FIRST) + 9000)
    assert [hall.place(who) for who in right] == [(1, 1), (2, 1), (2, 1), (4, 3)]
    assert hall.place(let_in(hall, key=OTHER)) == (0, 0)


def test_a_token_of_another_contest_or_secret_is_none() -> None:
    assert participant_of(SECRET, token_of(SECRET, 7, 5)) == 5
    assert participant_of(b"t" * 32, token_of(SECRET, 7, 5)) is None
    assert participant_of(SECRET, "no token") is None
    assert participant_of(SECRET, "A" * 32) is None


class Contest(RuleBasedStateMachine):
    """Any order of entering, starting, handing in, waiting and sending again."""

    def __init__(self) -> None:
        super().__init__()
        self.rules = Rules(sheets=2, questions=3, seconds=60)
        self.hall = hall_of(self.rules)
        self.now = noon(FIRST)
        self.marks: dict[int, list[tuple[str, bytes, bytes]]] = {}

    @property
    def day(self) -> int:
        return self.now // DAY

    def some(self, pick: int) -> int:
        return 1 + pick % self.hall.people if self.hall.people else 0

    @rule(counting=st.sampled_from(Counting), per=st.sampled_from(Per))
    def begin(self, counting: Counting, per: Per) -> None:
        if not self.hall.people:
            self.rules = dataclasses.replace(self.rules, counting=counting, per=per)
            self.hall.setup = setup_of(self.rules)

    @rule(unit=st.sampled_from([1, 2, 4]), key=st.integers(0, 5))
    def enter(self, unit: int, key: int) -> None:
        let_in(self.hall, unit, bytes([key] * 16), self.day)

    @rule(pick=st.integers(0, 5))
    def start(self, pick: int) -> None:
        if who := self.some(pick):
            sheet = self.hall.start(who, self.now, self.day)
            if isinstance(sheet, Given):
                self.marks.setdefault(who, []).append((sheet.mark, b"", b""))

    @rule(pick=st.integers(0, 5), which=st.integers(0, 3), right=st.integers(0, 3), key=st.integers(1, 200))
    def hand_in(self, pick: int, which: int, right: int, key: int) -> None:
        who = self.some(pick)
        if marks := self.marks.get(who):
            mark = marks[-1 - which % len(marks)][0]
            self.hall.hand_in(who, mark, bytes([1] * right + [2] * (3 - right)), bytes([key] * 16), self.now)

    @rule(ms=st.sampled_from([1000, 30_000, 66_000, DAY // 3, DAY]))
    def wait(self, ms: int) -> None:
        self.now = min(self.now + ms, noon(LAST))

    @invariant()
    def each_sheet_is_there_once_and_within_the_quota(self) -> None:
        sheets = [(row.participant, row.day, row.ordinal) for row in self.hall.outbox.sheets]
        assert len(set(sheets)) == len(sheets)
        assert all(1 <= row.ordinal <= self.rules.sheets for row in self.hall.outbox.sheets)
        started = [start[1:4] for start in self.hall.outbox.starts]
        assert len(set(started)) == len(started)
        assert set(sheets) <= set(started)

    @invariant()
    def nobody_has_two_sheets_open(self) -> None:
        over = Counter(row.participant for row in self.hall.outbox.sheets)
        started = Counter(start[1] for start in self.hall.outbox.starts)
        for who in range(1, self.hall.people + 1):
            assert started[who] - over[who] == (1 if self.hall.opened[who] else 0)

    @invariant()
    def totals_are_the_ledger_counted_again(self) -> None:
        totals: Counter[int] = Counter()
        before: dict[int, tuple[int, Before]] = {}
        for row in self.hall.outbox.sheets:
            day, had = before.get(row.participant, (row.day, Before()))
            if day != row.day:
                had = had.next_day()
            assert row.points == (worth(self.rules, row.right) if row.ended == Ended.HANDED_IN else 0)
            assert row.counted == (counted(self.rules, row.points, had) if row.ended == Ended.HANDED_IN else 0)
            before[row.participant] = row.day, had.after(row.points)
            totals[row.participant] += row.counted
        everybody = range(1, self.hall.people + 1)
        assert [self.hall.total[who] for who in everybody] == [totals[who] for who in everybody]
        people = {row.participant for row in self.hall.outbox.sheets if row.ended == Ended.HANDED_IN}
        assert {points: many for points, many in self.hall.spread.items() if many} == Counter(
            totals[who] for who in people
        )


TestContest = Contest.TestCase
TestContest.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)

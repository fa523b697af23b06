"""The clock of the intake: never backwards, not thrown by a jump, right about the day."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bihuan.contest.intake.clock import Clock, date_of, day_of

ZONE = ZoneInfo("Asia/Shanghai")


class Hands:
    wall = 1_780_000_000.0
    steady = 50.0


def clock_of(hands: Hands, zone: ZoneInfo = ZONE) -> Clock:
    return Clock(zone, lambda: hands.wall, lambda: hands.steady)


def test_a_jump_of_the_wall_does_not_move_a_sheet() -> None:
    hands = Hands()
    clock = clock_of(hands)
    before = clock.now()
    hands.wall += 3600
    hands.steady += 10
    assert clock.now() - before == 10_000
    assert clock.adrift == 3_590_000
    assert clock.settle() == 3_590_000
    assert clock.now() - before == 3_600_000


def test_a_wall_that_is_put_back_does_not_turn_time_back() -> None:
    hands = Hands()
    clock = clock_of(hands)
    before = clock.now()
    hands.wall -= 3600
    assert clock.settle() == -3_600_000
    assert clock.now() == before
    hands.wall += 10
    hands.steady += 10
    assert clock.now() == before


def test_creeping_is_no_jump() -> None:
    hands = Hands()
    clock = clock_of(hands)
    hands.wall += 61.5
    hands.steady += 60
    assert clock.settle() == 0


@given(st.lists(st.tuples(st.floats(-4000, 4000), st.floats(0, 100), st.booleans()), max_size=30))
def test_time_never_goes_back(moves: list[tuple[float, float, bool]]) -> None:
    hands = Hands()
    clock = clock_of(hands)
    told = clock.now()
    for wall, steady, settles in moves:
        hands.wall += wall
        hands.steady += steady
        if settles:
            clock.settle()
        assert clock.now() >= told
        told = clock.now()


@given(
    st.integers(1_500_000_000_000, 1_900_000_000_000),
    st.sampled_from([ZONE, ZoneInfo("UTC"), ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")]),
)
def test_the_day_is_the_calendars(now: int, zone: ZoneInfo) -> None:
    clock = clock_of(Hands(), zone)
    clock.day(now - 3_600_000)  # what was asked before makes no difference
    assert date_of(clock.day(now)) == dt.datetime.fromtimestamp(now / 1000, zone).date()
    assert day_of(date_of(clock.day(now))) == clock.day(now)

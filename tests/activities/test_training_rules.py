"""Coverage of training: people once, never beyond the roster, and who is missing."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.activities.training_rules import Coverage, ends_soon, holds, reached, read_people

DAY = dt.date(2023, 6, 16)


def test_who_came_three_times_counts_once_and_who_is_not_on_the_roster_not_at_all() -> None:
    found = reached([(1, "leaders"), (2, "leaders"), (3, "firms")], [1, 1, 1, 99])
    assert found.whole == Coverage(1, 3)
    assert found.groups == {"leaders": Coverage(1, 2), "firms": Coverage(0, 1)}
    assert found.missing == (2, 3)
    assert found.whole.percent == "33.3%"


def test_an_empty_roster_has_no_rate() -> None:
    found = reached([], [5])
    assert found.whole == Coverage(0, 0)
    assert (found.whole.rate, found.whole.percent, found.missing) == (None, "", ())


def test_hundred_percent_is_said_only_where_nobody_is_missing() -> None:
    assert Coverage(9999, 10000).percent == "99.9%"
    assert Coverage(7, 7).percent == "100%"
    assert Coverage(0, 7).percent == "0%"


def test_more_than_all_is_no_coverage() -> None:
    with pytest.raises(ValueError, match="8 of 7"):
        Coverage(8, 7)


@given(st.lists(st.tuples(st.integers(1, 30), st.sampled_from("abc"))), st.lists(st.integers(1, 40)))
def test_reached_and_missing_make_the_roster(roster: list[tuple[int, str]], came: list[int]) -> None:
    found = reached(roster, came)
    assert found.whole.of == len({entry for entry, _group in roster})
    assert found.whole.reached + len(found.missing) == found.whole.of
    assert found.whole.rate is None or 0 <= found.whole.rate <= 1
    assert sum(part.reached for part in found.groups.values()) == found.whole.reached
    assert not set(found.missing) & set(came)


def test_a_certificate_holds_from_its_first_day_through_its_last() -> None:
    until = DAY + dt.timedelta(days=30)
    assert holds(DAY, until, DAY)
    assert holds(DAY, until, until)
    assert not holds(DAY, until, until + dt.timedelta(days=1))
    assert not holds(DAY, None, DAY - dt.timedelta(days=1))
    assert holds(DAY, None, dt.date(2099, 1, 1))
    assert ends_soon(until, DAY)
    assert not ends_soon(until, until + dt.timedelta(days=1))
    assert not ends_soon(None, DAY)


def test_a_list_is_read_as_tables_and_people_write_it() -> None:
    text = "马一\t康乐县应急局\t局长\n马二，康乐县住建局\n\n  马三  \n马四, 水泥厂, 总经理, 13900000000\n"
    assert read_people(text) == [
        ("马一", "康乐县应急局", "局长"),
        ("马二", "康乐县住建局", ""),
        ("马三", "", ""),
        ("马四", "水泥厂", "总经理"),
    ]

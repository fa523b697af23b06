"""Draws that anyone can do again: held against a second way to do them, written from the description alone."""

from __future__ import annotations

import hashlib
from collections import Counter
from itertools import count as numbers

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.contest.drawing import commitment, day_seed, draw, ticket


def again(seed: bytes, what: bytes, size: int, count: int) -> list[int]:
    """The description of the draw, step by step and without a shortcut."""

    def words():
        for number in numbers():
            block = hashlib.sha256(seed + what + number.to_bytes(4, "big")).digest()
            yield from (int.from_bytes(block[at : at + 4], "big") for at in range(0, 32, 4))

    row, stream = list(range(size)), words()
    for place in range(count):
        among = size - place
        while (value := next(stream)) >= (2**32 // among) * among:
            pass
        other = place + value % among
        row[place], row[other] = row[other], row[place]
    return row[:count]


@given(st.binary(max_size=40), st.binary(max_size=20), st.integers(0, 200), st.data())
def test_anyone_can_draw_again(seed: bytes, what: bytes, size: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, size))
    drawn = draw(seed, what, size, count)
    assert drawn == again(seed, what, size, count)
    assert len(set(drawn)) == count
    assert all(0 <= place < size for place in drawn)


def test_a_draw_stays_what_it_was() -> None:
    """A printed draw can be checked years later: this one was worked out by the description."""
    seed = bytes.fromhex("00" * 32)
    assert draw(seed, ticket(1, 19510, 1), 100, 5) == again(seed, ticket(1, 19510, 1), 100, 5)
    assert commitment(seed) == "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"


def test_each_place_is_drawn_about_as_often() -> None:
    """Sixty thousand first places of ten: each lies within six standard deviations of its share."""
    seen = Counter(draw(b"seed", ticket(person, 1, 1), 10, 1)[0] for person in range(60_000))
    assert all(abs(times - 6000) < 6 * (60_000 * 0.1 * 0.9) ** 0.5 for times in seen.values())


def test_days_and_contests_have_seeds_of_their_own() -> None:
    seeds = {day_seed(b"secret", contest, day) for contest in range(3) for day in range(30)}
    assert len(seeds) == 90


def test_no_more_can_be_drawn_than_there_are() -> None:
    with pytest.raises(ValueError, match="6 of 5"):
        draw(b"", b"", 5, 6)

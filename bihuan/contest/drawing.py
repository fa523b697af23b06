"""Drawing by a seed, so that anyone can draw again and see the same: the questions of a sheet, and the prizes. Pure.

How it goes, for whoever wants to check it with a few lines of their own: block n is SHA-256 of `seed`, `ticket` and n
as four bytes, one after the other (big-endian throughout). The blocks give numbers of four bytes, one behind the other.
Number r drawn for a choice among m is taken modulo m, and skipped where it is not below the greatest multiple of m
that fits into four bytes, so that each choice is equally likely. The places 0 … size-1 stand in a row; for i = 0, 1, …
place i changes with the place i + (choice among size - i); the first `count` places are the draw.
"""

from __future__ import annotations

import hashlib
import hmac

WORD = 1 << 32


def draw(seed: bytes, ticket: bytes, size: int, count: int) -> list[int]:
    """`count` different numbers below `size`, in the order in which they are drawn.

    `seed`: secret until it is published, the same for all that is drawn from it; `ticket`: what this draw is for.
    Raises ValueError where there are fewer than `count` to draw from, or more than can be numbered.
    """
    if not 0 <= count <= size < WORD:
        raise ValueError(f"{count} of {size}")
    moved: dict[int, int] = {}
    drawn = []
    block, at, number = b"", 0, 0
    for place in range(count):
        among = size - place
        limit = WORD - WORD % among
        while True:
            if at == len(block):
                block, at = hashlib.sha256(seed + ticket + number.to_bytes(4, "big")).digest(), 0
                number += 1
            value = int.from_bytes(block[at : at + 4], "big")
            at += 4
            if value < limit:
                break
        other = place + value % among
        drawn.append(moved.get(other, other))
        moved[other] = moved.get(place, place)
    return drawn


def ticket(participant: int, day: int, ordinal: int) -> bytes:
    """What a sheet's questions are drawn by: the participant's number (8 bytes), the day as days since 1970-01-01 (4),
    and which sheet of that day it is, from 1 (2)."""
    return participant.to_bytes(8, "big") + day.to_bytes(4, "big") + ordinal.to_bytes(2, "big")


def day_seed(secret: bytes, contest: int, day: int) -> bytes:
    """The seed of a day's sheets: made from the contest's secret, told to all when the day is over."""
    return hmac.digest(secret, b"day" + contest.to_bytes(8, "big") + day.to_bytes(4, "big"), "sha256")


def commitment(seed: bytes) -> str:
    """What is published before a seed is used, so that nobody can change it afterwards: its SHA-256 in hex."""
    return hashlib.sha256(seed).hexdigest()

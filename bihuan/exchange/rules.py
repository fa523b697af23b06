"""What bundles (上报包) are, how they follow one another, when they are tried again. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from enum import StrEnum

LARGEST = 10_000_000  # bytes of a file or a request; a prefecture's month takes some hundred thousand
MOST_LINES = 20_000
LONGEST_TEXT = 2000  # of a reason, a question, an answer
LONGEST_NAME = 100
TRIES = (1, 2, 5, 10, 30, 60)  # minutes until the next try, the last for ever
LEASE = dt.timedelta(minutes=2)  # for which a sending that is under way is left alone; longer than one can take


class BundleKind(StrEnum):
    """What a bundle brings."""

    REPORT = "report"  # the totals of a closed period
    ERRATUM = "erratum"  # what has changed in them since
    QUESTION = "question"  # from above: about a report or one of its lines
    ANSWER = "answer"
    RULING = "ruling"  # from above: a report that was held is now taken, or given back


class IssueState(StrEnum):
    """编报: one report or one erratum, until it is a bundle."""

    CLOSING = "closing"  # its numbers are frozen as soon as the history is sealed
    FROZEN = "frozen"  # waits for a leader's signature
    SIGNED = "signed"
    DROPPED = "dropped"


class Way(StrEnum):
    """How a bundle goes, or came."""

    NETWORK = "network"
    FILE = "file"


class Sending(StrEnum):
    """How far a bundle of ours is."""

    WAITING = "waiting"
    REFUSED = "refused"  # by the other side, which said why; tried again now and then
    ARRIVED = "arrived"  # the other side signed for it


class Reception(StrEnum):
    """What became of a bundle on the side that got it."""

    TAKEN = "taken"
    HELD = "held"  # genuine and in its turn, but cannot be filed; the code says why, a person decides
    RETURNED = "returned"


def fingerprint(public: bytes) -> str:
    """What people compare by telephone: the first 128 bits of the key's SHA-256, in groups of four.

    >>> fingerprint(b"")
    'E3B0 C442 98FC 1C14 9AFB F4C8 996F B924'
    """
    text = hashlib.sha256(public).hexdigest()[:32].upper()
    return " ".join(text[start : start + 4] for start in range(0, 32, 4))


def same_fingerprint(said: str, held: str) -> bool:
    """Whether what a person typed is the fingerprint, whatever the spaces and the case."""
    return "".join(said.split()).replace("-", "").upper() == held.replace(" ", "")


def storable(text: str) -> str:
    """A text without what no table and no page can hold: zero bytes and halves of surrogate pairs.

    >>> storable("三\\0份") + storable("\\ud800")
    '三份?'
    """
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def line_key(kind: str, measures: Iterable[str], classifier: str) -> str:
    """The name of a line, the same on every installation: what is counted, and in what."""
    return hashlib.sha256("\n".join([kind, *sorted(measures), "", classifier]).encode()).hexdigest()[:32]


def next_try(tries: int, at: dt.datetime) -> dt.datetime:
    """When a bundle that was tried `tries` times in vain is tried again."""
    return at + dt.timedelta(minutes=TRIES[min(max(tries, 1), len(TRIES)) - 1])


def overlap(one: tuple[dt.date, dt.date], other: tuple[dt.date, dt.date]) -> bool:
    """Whether two spans of days share one."""
    return one[0] <= other[1] and other[0] <= one[1]

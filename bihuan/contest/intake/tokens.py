"""What a device holds: the token of its participant, and the mark of the sheet it was given. Signed, not stored.

A token says who; it is random to everyone else, since nobody can make its signature. 24 bytes, 32 characters in an
address: number of the contest (4), of the participant (8), the first 12 bytes of HMAC-SHA256.
"""

from __future__ import annotations

import base64
import hmac
from binascii import Error as Undecodable

SIGNED = 12  # bytes of a signature: 96 bits, tried through the network


def _signature(secret: bytes, what: bytes) -> bytes:
    return hmac.digest(secret, what, "sha256")[:SIGNED]


def token_of(secret: bytes, contest: int, participant: int) -> str:
    """The token of a participant."""
    who = contest.to_bytes(4, "big") + participant.to_bytes(8, "big")
    return base64.urlsafe_b64encode(who + _signature(secret, b"who" + who)).decode()


def contest_of(token: str) -> int | None:
    """The contest that a token names, not checked; None where it is no token."""
    raw = _raw(token, 12)
    return None if raw is None else int.from_bytes(raw[:4], "big")


def participant_of(secret: bytes, token: str) -> int | None:
    """The participant of a token; None where it was not made with this secret."""
    raw = _raw(token, 12)
    if raw is None or not hmac.compare_digest(raw[12:], _signature(secret, b"who" + raw[:12])):
        return None
    return int.from_bytes(raw[4:12], "big")


def sheet_mark(secret: bytes, participant: int, day: int, ordinal: int, started: int) -> str:
    """The mark of a sheet that was given out: whose, which of which day, and since when (ms since 1970)."""
    what = _sheet(participant, day, ordinal, started)
    return base64.urlsafe_b64encode(what[8:] + _signature(secret, b"sheet" + what)).decode()


def sheet_of(secret: bytes, participant: int, mark: str) -> tuple[int, int, int] | None:
    """Day, ordinal and start of the sheet that a mark stands for; None where it is altered, or somebody else's."""
    raw = _raw(mark, 14)
    if raw is None:
        return None
    what = participant.to_bytes(8, "big") + raw[:14]
    if not hmac.compare_digest(raw[14:], _signature(secret, b"sheet" + what)):
        return None
    return int.from_bytes(raw[:4], "big"), int.from_bytes(raw[4:6], "big"), int.from_bytes(raw[6:14], "big")


def _sheet(participant: int, day: int, ordinal: int, started: int) -> bytes:
    whose = participant.to_bytes(8, "big") + day.to_bytes(4, "big")
    return whose + ordinal.to_bytes(2, "big") + started.to_bytes(8, "big")


def _raw(text: str, said: int) -> bytes | None:
    if len(text) > 64:
        return None
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except (Undecodable, ValueError):
        return None
    return raw if len(raw) == said + SIGNED else None

"""What the chain is made of: canonical bytes, digests, commitments. Pure.

The bytes of an entry are those of one JSON object with the keys at, by, commitments, id, subject, txid, values and
verb: keys sorted by code point, no white space, UTF-8 unescaped except where JSON demands it, numbers as the database
writes them. `at` is the count of microseconds since 1970-01-01 UTC, `id` and `txid` are numbers, `subject` is
[kind, id]. The digest of a seal is H(digest of the seal before it, then these bytes); the first follows `GENESIS`.
Anyone can compute it again with a JSON library and a hash function.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

GENESIS = bytes(32)  # stands where the digest before the first would stand
ALGORITHMS = ("sha256", "sm3")  # both of 32 bytes
SEAL_LOCK = 0x6269_6875_616E_0001  # advisory lock: one sealer at a time
SALT_BYTES = 32


class UnknownHashError(Exception):
    """The digest is not one of ours, or this machine's OpenSSL lacks it."""

    def __init__(self, algorithm: str) -> None:
        super().__init__(f"不支持的摘要算法“{algorithm}” / the digest {algorithm!r} is not to be had here")


class Numeral(str):
    """A number as the database wrote it. A float would make two different rows look alike."""

    __slots__ = ()


def digest(algorithm: str, *parts: bytes) -> bytes:
    """H over `parts` in their order.

    Raises:
        UnknownHashError: not one of `ALGORITHMS`, or OpenSSL was built without it.
    """
    if algorithm not in ALGORITHMS:
        raise UnknownHashError(algorithm)
    try:
        state = hashlib.new(algorithm)
    except ValueError as error:
        raise UnknownHashError(algorithm) from error
    for part in parts:
        state.update(part)
    return state.digest()


def canonical(value: Any) -> bytes:
    """The one way to write a JSON value: sorted keys, no white space, UTF-8.

    Raises:
        TypeError: a value that has no exact JSON form. A float is one: write a number that matters as text.
        ValueError: a text that the database cannot keep (NUL, half of a surrogate pair).
    """
    return _text(value).encode()


def _text(value: Any) -> str:
    if isinstance(value, Numeral):
        return str(value)
    if isinstance(value, str):
        if "\0" in value:
            raise ValueError("the database keeps no NUL character")
        return encode_basestring(value)
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("the keys of a history value are text")
        return "{" + ",".join([f"{_text(str(key))}:{_text(value[key])}" for key in sorted(value)]) + "}"
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return "[" + ",".join(map(_text, value)) + "]"
    raise TypeError(f"{type(value).__name__} has no exact JSON form; write it as text")


def parsed(text: str) -> Any:
    """A JSON text as the database gives it, its numbers untouched."""
    return json.loads(text, parse_int=Numeral, parse_float=Numeral, parse_constant=Numeral)


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it stands in the database; numbers and JSON as the database writes them."""

    id: int
    txid: str
    at: str  # microseconds since 1970-01-01 UTC
    by: str
    verb: str
    subject_kind: str
    subject_id: str
    values: str
    commitments: str

    def canonical(self) -> bytes:
        return canonical(
            {
                "id": self.id,
                "txid": Numeral(self.txid),
                "at": Numeral(self.at),
                "by": self.by,
                "verb": self.verb,
                "subject": [self.subject_kind, self.subject_id],
                "values": parsed(self.values),
                "commitments": parsed(self.commitments),
            }
        )


def link(algorithm: str, previous: bytes, row: Row) -> bytes:
    """The digest of the seal that puts `row` behind the seal with the digest `previous`."""
    return digest(algorithm, previous, row.canonical())


@dataclass(frozen=True, slots=True)
class Kept:
    """A personal value beside its commitment. Without salt and value the commitment says nothing."""

    salt: bytes
    value: str  # canonical JSON
    commitment: dict[str, str]


def commit(algorithm: str, value: Any) -> Kept:
    """Commit to a personal value with a salt of its own, so that equal values look different."""
    salt = secrets.token_bytes(SALT_BYTES)
    text = canonical(value).decode()
    return Kept(salt, text, {"algorithm": algorithm, "digest": commitment(algorithm, salt, text)})


def commitment(algorithm: str, salt: bytes, value: str) -> str:
    """H(salt, then value) in hexadecimal."""
    return digest(algorithm, salt, value.encode()).hex()

"""The body of a bundle, written and read. Pure; every field is checked before anything is done with it.

{"format": "bihuan-bundle/1", "kind": …, "from": …, "to": …, "sequence": 7, "previous": digest of number 6,
 "made_at": …, "by": name, "report": {…} | "erratum": {…} | "question": {…} | "answer": {…} | "ruling": {…}}
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from bihuan.exchange.envelope import malformed
from bihuan.exchange.refusals import BundleError
from bihuan.exchange.rules import LONGEST_TEXT, MOST_LINES, BundleKind, line_key, storable
from bihuan.reading.ranges import Range

FORMAT, RECEIPT = "bihuan-bundle/1", "bihuan-receipt/1"
_BOUND = re.compile(r"-?\d{1,18}(\.\d{1,6})?")
_HASH = re.compile(r"[0-9a-f]{64}")
FIGURES = ("record", "statement")


@dataclass(frozen=True, slots=True)
class Part:
    """What a line comes to in one place below: told, not filed."""

    region: uuid.UUID
    name: str
    printed: str

    def as_json(self) -> list[str]:
        return [str(self.region), self.name, self.printed]


@dataclass(frozen=True, slots=True)
class Line:
    """One number: what is counted (a basket of measures) in what, how much, how many records it stands on.

    `was`: what it was in the report that an erratum corrects; None where it was not there. `value` None: withdrawn.
    `fact`: the frozen total of these measures, as the other side's pages show it; "" for what has none.
    """

    kind: str  # "record" or "statement"
    measures: tuple[str, ...]
    classifier: str
    value: Range | None
    printed: str
    form: str = ""
    records: int = 0
    parts: tuple[Part, ...] = ()
    fact: str = ""
    was: Range | None = None

    @property
    def key(self) -> str:
        return line_key(self.kind, self.measures, self.classifier)

    def as_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "measures": list(self.measures),
            "classifier": self.classifier,
            "value": range_text(self.value),
            "printed": self.printed,
            "form": self.form,
            "records": self.records,
            "parts": [part.as_json() for part in self.parts],
            "fact": self.fact,
            "was": range_text(self.was),
        }


@dataclass(frozen=True, slots=True)
class Account:
    """What a report or an erratum says. `corrects`: digest of the bundle before it in the chain of this report."""

    key: uuid.UUID
    name: str
    region: uuid.UUID
    region_name: str
    edition: str
    period: tuple[dt.date, dt.date]
    book: str
    definitions: tuple[tuple[str, str], ...]  # code, SHA-256
    lines: tuple[Line, ...]
    expected: Mapping[str, Any]
    chain: tuple[int, str]  # position and digest of the sender's history that the numbers stand on
    reason: str = ""
    corrects: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "key": str(self.key),
            "name": self.name,
            "region": [str(self.region), self.region_name],
            "edition": self.edition,
            "period": [day.isoformat() for day in self.period],
            "book": self.book,
            "definitions": [list(item) for item in self.definitions],
            "lines": [line.as_json() for line in self.lines],
            "expected": dict(self.expected),
            "chain": list(self.chain),
            "reason": self.reason,
            "corrects": self.corrects,
        }


@dataclass(frozen=True, slots=True)
class Remark:
    """A question or an answer. `about`: key of a report; `line`: of one of its lines. `answers`: which question."""

    key: uuid.UUID
    about: uuid.UUID
    line: str
    text: str
    answers: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What became of a bundle that was held: its digest, taken or returned, and why."""

    digest: str
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that a body says."""

    kind: BundleKind
    sender: uuid.UUID
    to: uuid.UUID
    sequence: int
    previous: str
    by: str
    content: Account | Remark | Ruling

    @property
    def account(self) -> Account:
        """Of a report or an erratum."""
        return cast(Account, self.content)


def read(body: Mapping[str, Any]) -> Bundle:
    """A body whose signature was found good.

    Raises:
        BundleError: of another format, or something in it makes no sense; the code says which.
    """
    if body.get("format") != FORMAT:
        zh = "上报包的格式比本系统新或旧，无法读取；没有写入任何数据。请两边升级到同一版本"
        en = "the bundle is of another format; nothing was written. Bring both sides to the same version"
        raise BundleError("format-unknown", zh, en)
    try:
        kind = BundleKind(body["kind"])
        content = _READERS[kind](body[kind.value])
        return Bundle(
            kind,
            uuid.UUID(body["from"]),
            uuid.UUID(body["to"]),
            _count(body["sequence"], least=1),
            _match(_HASH, body["previous"]) if body["previous"] else "",
            _words(body["by"], 100),
            content,
        )
    except BundleError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation, OverflowError) as error:
        raise malformed(storable(f"{type(error).__name__}: {str(error)[:60]}")) from None


def account(body: Mapping[str, Any]) -> Account:
    """An account from its JSON, a bundle's or one of our own. Raises ValueError, KeyError, TypeError."""
    if len(body["lines"]) > MOST_LINES:
        raise ValueError("lines")
    region, region_name = body["region"]
    start, end = (dt.date.fromisoformat(day) for day in body["period"])
    if start > end:
        raise ValueError("period")
    lines = tuple(_line(item) for item in body["lines"])
    if len({line.key for line in lines}) != len(lines):
        raise ValueError("a line twice")
    position, digest = body["chain"]
    return Account(
        uuid.UUID(body["key"]),
        _words(body["name"], 100),
        uuid.UUID(region),
        _words(region_name, 60),
        _words(body["edition"], 40),
        (start, end),
        _words(body["book"], 20),
        tuple((_words(code, 60), _match(_HASH, sha256)) for code, sha256 in body["definitions"]),
        lines,
        _expected(body["expected"]),
        (_count(position), _words(digest, 64)),
        _words(body["reason"], LONGEST_TEXT),
        _match(_HASH, body["corrects"]) if body["corrects"] else "",
    )


def _line(item: Mapping[str, Any]) -> Line:
    if item["kind"] not in FIGURES or not item["measures"]:
        raise ValueError("line")
    return Line(
        item["kind"],
        tuple(sorted({_words(code, 60) for code in item["measures"]})),
        _words(item["classifier"], 20),
        text_range(item["value"]),
        _words(item["printed"], 200),
        _words(item["form"], 20),
        _count(item["records"]),
        tuple(Part(uuid.UUID(key), _words(name, 60), _words(printed, 200)) for key, name, printed in item["parts"]),
        _words(item["fact"], 16),
        text_range(item["was"]),
    )


def _expected(found: Mapping[str, Any]) -> dict[str, Any]:
    """Of how many lists how many were accepted, which were open, and why the period was closed although."""
    missing = found["open"]
    if len(missing) > MOST_LINES:
        raise ValueError("expected")
    return {
        "expected": _count(found["expected"]),
        "accepted": _count(found["accepted"]),
        "open": [[_words(unit, 200), _words(name, 200), _words(state, 20)] for unit, name, state in missing],
        "although": _words(found.get("although", ""), LONGEST_TEXT),
    }


def _remark(item: Mapping[str, Any]) -> Remark:
    answers = uuid.UUID(item["answers"]) if item["answers"] else None
    text = _words(item["text"], LONGEST_TEXT)
    if not text.strip():
        raise ValueError("text")
    return Remark(uuid.UUID(item["key"]), uuid.UUID(item["about"]), _words(item["line"], 32), text, answers)


def _ruling(item: Mapping[str, Any]) -> Ruling:
    if item["state"] not in ("taken", "returned"):
        raise ValueError("state")
    return Ruling(_match(_HASH, item["digest"]), item["state"], _words(item["reason"], LONGEST_TEXT))


_READERS: Mapping[BundleKind, Any] = {
    BundleKind.REPORT: account,
    BundleKind.ERRATUM: account,
    BundleKind.QUESTION: _remark,
    BundleKind.ANSWER: _remark,
    BundleKind.RULING: _ruling,
}


def range_text(value: Range | None) -> list[Any] | None:
    """A range as exact JSON: [low, high, low open, high open]."""
    if value is None:
        return None
    bounds = [None if bound is None else format(bound, "f") for bound in (value.low, value.high)]
    return [*bounds, value.low_open, value.high_open]


def text_range(found: Any) -> Range | None:
    """The range again. Raises ValueError, TypeError."""
    if found is None:
        return None
    low, high, low_open, high_open = found
    if not isinstance(low_open, bool) or not isinstance(high_open, bool):
        raise TypeError("value")
    return Range(_bound(low), _bound(high), low_open, high_open)


def _bound(text: Any) -> Decimal | None:
    return None if text is None else Decimal(_match(_BOUND, text))


def _match(pattern: re.Pattern[str], text: Any) -> str:
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise ValueError(str(text)[:40])
    return text


def _words(text: Any, longest: int) -> str:
    if not isinstance(text, str) or len(text) > longest or text != storable(text):
        raise ValueError(str(text)[:40])
    return text


def _count(number: Any, least: int = 0) -> int:
    if not isinstance(number, int) or isinstance(number, bool) or not least <= number < 2**31:
        raise ValueError(str(number)[:40])
    return number

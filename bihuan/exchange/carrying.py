"""Carry bundles to other installations by HTTP: one request each, no redirect, little of the answer is read."""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from bihuan.exchange.actions import Answer, Parcel
from bihuan.exchange.envelope import read
from bihuan.exchange.rules import storable
from bihuan.lib.refusals import Refusal

PATH = "/exchange/inbox/"
SECONDS = 30.0  # that the other side may be silent
_MOST = 4_000_000  # bytes of an answer


def carry(parcels: Sequence[Parcel], *, seconds: float = SECONDS) -> list[Answer]:
    """Send parcels, each to its own server; what came of each. No transaction may be open."""
    if not parcels:
        return []
    with ThreadPoolExecutor(len(parcels)) as pool:
        return list(pool.map(lambda parcel: _carry(parcel, seconds), parcels))


def call(address: str, text: str, *, seconds: float = SECONDS) -> tuple[int, bytes]:
    """One request to another installation; the status and the content of its answer.

    Raises:
        OSError, http.client.HTTPException: it was not reached, or did not answer.
    """
    where = urlsplit(address)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    link = kind(where.hostname or "", where.port, timeout=seconds)
    try:
        headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
        link.request("POST", where.path.rstrip("/") + PATH, text.encode(), headers)
        answer = link.getresponse()
        return answer.status, answer.read(_MOST)
    finally:
        link.close()


def waiting_in(content: bytes) -> tuple[str, ...]:
    """The bundles that came along with an answer."""
    try:
        found = json.loads(content)["waiting"]
        return tuple(item for item in found if isinstance(item, str))
    except (ValueError, KeyError, TypeError, RecursionError):
        return ()


def _carry(parcel: Parcel, seconds: float) -> Answer:
    try:
        status, content = call(parcel.address, parcel.text, seconds=seconds)
    except (OSError, http.client.HTTPException) as error:
        return _unreachable(parcel, f"{type(error).__name__}: {error}")
    return understood(parcel, status, content)


def understood(parcel: Parcel, status: int, content: bytes) -> Answer:
    try:
        body: Any = json.loads(content)
        if status == 200:
            return Answer(
                parcel.bundle, parcel.tries, receipt=read(body["receipt"].encode()), waiting=waiting_in(content),
                address=parcel.address,
            )  # fmt: skip
        code, zh, en = (storable(str(body[name]))[:limit] for name, limit in (("code", 40), ("zh", 500), ("en", 500)))
        expected = body.get("expected")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Refusal):
        return _unreachable(parcel, f"HTTP {status}")
    return Answer(
        parcel.bundle,
        parcel.tries,
        None,
        code,
        zh,
        en,
        expected if isinstance(expected, int) and expected > 0 else None,
    )


def _unreachable(parcel: Parcel, why: str) -> Answer:
    zh = f"没有送到（{why[:200]}），稍后自动再送；没有丢失"
    return Answer(
        parcel.bundle, parcel.tries, None, "unreachable", zh, f"not delivered ({why[:200]}): it is tried again"
    )

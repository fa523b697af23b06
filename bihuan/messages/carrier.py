"""The process that carries letters outside: `python -m bihuan.messages.carrier`, parcels in by stdin, a line out each.

A process of its own, without database and settings: it can be ended at any moment whatever a server out there does, its
memory with the opened secrets goes with it, and the guard below can watch over every connection that it makes.
"""

from __future__ import annotations

import json
import os
import smtplib
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import apprise
import requests
from apprise.plugins.email.base import NotifyEmail

from bihuan.messages.reach import is_inside
from bihuan.messages.sending import AT_ONCE, LONGEST_ANSWER, Letter, Outcome, Parcel, Result

_CONNECT, _READ = 5.0, 10.0
_MOST = 4096  # bytes of an answer that are read


@dataclass
class _Note:
    """What was seen of one attempt, since the library keeps it to itself."""

    parcel: Parcel
    inside: bool = False
    connected: bool = False
    begun: bool = False  # something that the other side may act upon has gone out
    status: int = 0  # of the answer
    answer: str = ""


_note: ContextVar[_Note | None] = ContextVar("note", default=None)


class InsideError(OSError):
    """A connection that leads inside was about to be made."""


def guard(event: str, given: tuple[Any, ...]) -> None:
    """An audit hook: looks at the very address of each connection, after its name was looked up, so that no name that
    changes its meaning in between gets past."""
    if event != "socket.connect" or not isinstance(given[1], tuple):
        return
    note = _note.get()
    if note is not None and note.parcel.trusted:
        return
    if is_inside(str(given[1][0]), allowed=note.parcel.inside if note else ()):
        if note:
            note.inside = True
        raise InsideError("this address lies inside")


class _Session(requests.Session):
    """Notes the answer, follows nobody elsewhere, reads no more than a little, and asks no proxy of the environment."""

    def __init__(self) -> None:
        super().__init__()
        self.trust_env = False

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        note = _note.get()
        try:
            answer = super().send(request, **options | {"stream": True, "allow_redirects": False})
            with answer:
                answer._content = answer.raw.read(_MOST, decode_content=True)
                answer._content_consumed = True
        except (requests.RequestException, OSError) as error:
            if note:
                note.begun = not _never_connected(error)
                note.answer = type(error).__name__
            raise
        if note:
            note.begun, note.status = True, answer.status_code
            note.answer = f"{answer.status_code} {answer.content.decode('utf-8', 'replace')}"
        return answer


def _never_connected(error: Exception) -> bool:
    if isinstance(error, requests.ConnectTimeout):
        return True
    text = f"{error!r}"
    return isinstance(error, requests.ConnectionError) and (
        "NewConnectionError" in text or "NameResolutionError" in text or "SSLError" in text
    )


class _Noting(smtplib.SMTP):
    """Notes how far it came, and the last answer."""

    def connect(self, host: str = "localhost", port: int = 0, source_address: Any = None) -> tuple[int, bytes]:
        found = super().connect(host, port, source_address) if source_address else super().connect(host, port)
        if note := _note.get():
            note.connected = True
        return found

    def getreply(self) -> tuple[int, bytes]:
        code, said = super().getreply()
        if note := _note.get():
            note.answer = f"{code} {said.decode('utf-8', 'replace')}"
        return code, said

    def data(self, msg: Any) -> tuple[int, bytes]:
        note = _note.get()
        if note:
            note.begun = True
        code, said = super().data(msg)
        if note:
            note.status = code
        return code, said


class _NotingSecure(_Noting, smtplib.SMTP_SSL):
    """The same from the first byte encrypted."""


@contextmanager
def listening() -> Iterator[None]:
    """Have the library use the clients above."""
    before = requests.sessions.Session, smtplib.SMTP, smtplib.SMTP_SSL, NotifyEmail.socket_connect_timeout
    requests.sessions.Session = _Session  # type: ignore[misc]
    smtplib.SMTP, smtplib.SMTP_SSL = _Noting, _NotingSecure  # type: ignore[misc]
    NotifyEmail.socket_connect_timeout = int(_READ)
    try:
        yield
    finally:
        requests.sessions.Session, smtplib.SMTP, smtplib.SMTP_SSL = before[:3]  # type: ignore[misc]
        NotifyEmail.socket_connect_timeout = before[3]


def deliver(parcel: Parcel) -> Result:
    """Make one attempt."""
    note = _Note(parcel)
    _note.set(note)
    asset = apprise.AppriseAsset(app_id="Bihuan", app_desc="Bihuan", storage_mode="memory", http_redirects=False)
    fields = parcel.fields | {"cto": _CONNECT, "rto": _READ, "redirect": "no"}
    if parcel.fields["schema"] in ("json", "jsons"):
        fields |= {"payload": parcel.letter.facts, "headers": {"X-Bihuan-Key": parcel.letter.facts["key"]}}
    try:
        service = apprise.Apprise.instantiate(fields, asset=asset, suppress_exceptions=True)
        if not isinstance(service, apprise.NotifyBase):
            return _answered(note, Outcome.WRONG)
        service.request_rate_per_sec = 0
        carrier = apprise.Apprise(asset=asset)
        carrier.add(service)
        result = carrier.notify(title=parcel.letter.title, body=parcel.letter.body, body_format="text")
        return _answered(note, _outcome(note, well=result.status is apprise.AppriseResultStatus.SUCCESS))
    except Exception as error:  # noqa: BLE001 - whatever the library meets, the attempt has an outcome
        note.answer = note.answer or type(error).__name__
        return _answered(note, _outcome(note, well=False))


def _outcome(note: _Note, *, well: bool) -> Outcome:
    if note.inside:
        return Outcome.INSIDE
    if note.parcel.fields["schema"] in ("dingtalk", "wecombot", "feishu") and _robot_says_no(note.answer):
        return Outcome.REFUSED
    if well:
        return Outcome.SENT
    if note.begun:
        said_no = 300 <= note.status < 500 or (note.parcel.fields["schema"].startswith("mailto") and note.status)
        return Outcome.REFUSED if said_no else Outcome.UNCLEAR
    return Outcome.REFUSED if note.connected else Outcome.UNREACHABLE


def _robot_says_no(answer: str) -> bool:
    """Robots answer 200 and say in the body that they did nothing, which the library reads of some alone."""
    try:
        said = json.loads(answer.partition(" ")[2])
        code = said.get("errcode", said.get("code", said.get("StatusCode", 0)))
    except (ValueError, AttributeError):
        return False
    return code not in (0, "0")


def _answered(note: _Note, outcome: Outcome) -> Result:
    said = " ".join(note.answer.split())
    for secret in sorted(note.parcel.secrets, key=len, reverse=True):
        said = said.replace(secret, "***") if secret else said
    shown = "".join(sign if sign.isprintable() else " " for sign in said)[:LONGEST_ANSWER]
    return Result(note.parcel.outgoing, note.parcel.number, outcome, "" if outcome is Outcome.SENT else shown)


def _main() -> None:
    given = json.load(sys.stdin)
    threading.Thread(target=_end_after, args=[given["seconds"]], daemon=True).start()
    sys.addaudithook(guard)
    parcels = [Parcel(**item | {"letter": Letter(**item["letter"])}) for item in given["parcels"]]
    with listening(), ThreadPoolExecutor(AT_ONCE) as pool:
        for done in as_completed([pool.submit(deliver, parcel) for parcel in parcels]):
            result = done.result()
            print(json.dumps([result.outgoing, result.number, result.outcome, result.answer]), flush=True)


def _end_after(seconds: float) -> None:
    threading.Event().wait(seconds)
    os._exit(0)  # what has not answered by now is unclear


if __name__ == "__main__":
    _main()

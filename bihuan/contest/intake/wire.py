"""What goes over the wire: small JSON bodies in, bytes out that were mostly made before."""

from __future__ import annotations

import msgspec

from bihuan.contest.intake.hall import Given, Taken

LARGEST = 4096  # bytes of a request; the largest there is takes some hundred


class Enter(msgspec.Struct, forbid_unknown_fields=True):
    """POST enter: into which contest, for which unit; `key`: made by the device, 32 hex digits."""

    contest: str
    unit: int
    key: str
    password: str = ""


class Start(msgspec.Struct, forbid_unknown_fields=True):
    """POST start: whose sheet."""

    token: str


class HandIn(msgspec.Struct, forbid_unknown_fields=True):
    """POST hand-in: whose sheet, which; its answers in the order of its questions; `key`: made by the device."""

    token: str
    sheet: str
    answers: list[int]
    key: str


read_enter = msgspec.json.Decoder(Enter).decode
read_start = msgspec.json.Decoder(Start).decode
read_hand_in = msgspec.json.Decoder(HandIn).decode


def key_of(text: str) -> bytes | None:
    """The sixteen bytes of a key; None where it is none."""
    if len(text) != 32:
        return None
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None


def answers_of(marks: list[int]) -> bytes | None:
    """Answers as they are stored; None where one is no set of options."""
    try:
        return bytes(marks)
    except ValueError:
        return None


def entered(token: str) -> bytes:
    return b'{"token":"%s"}' % token.encode()


def given(sheet: Given) -> bytes:
    return b'{"sheet":"%s","ordinal":%d,"left":%d,"back":%s,"questions":[%s]}' % (
        sheet.mark.encode(),
        sheet.ordinal,
        sheet.left,
        b"true" if sheet.back else b"false",
        b",".join([question.told for question in sheet.questions]),
    )


def taken(sheet: Taken) -> bytes:
    row = sheet.row
    return b'{"right":%d,"points":%d,"counted":%d,"total":%d,"ms":%d,"questions":[%s]}' % (
        row.right,
        row.points,
        row.counted,
        sheet.total,
        row.ms,
        b",".join([question.explained for question in sheet.questions]),
    )

"""What comes to the door, and what is left behind of it."""

from __future__ import annotations

import json
from typing import Any

from cast import Cast
from django.test import Client
from reported import account, hashes, line

from bihuan.exchange.models import Bundle, Intake, Received, ReceivedLine
from bihuan.figures.models import Figure
from bihuan.history.models import Entry


def report(cast: Cast, **other: Any) -> dict[str, Any]:
    lines = [line("leaflets", "份", 30), line("consultation_events", "场", 2)]
    return account(cast.kangle, lines, hashes("leaflets", "consultation_events"), **other)


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Intake, Received, ReceivedLine, Figure, Entry, Bundle))


def knock(content: bytes, **more: Any) -> tuple[int, dict[str, Any]]:
    answer = Client().post("/exchange/inbox/", content, content_type="application/json", **more)
    return answer.status_code, json.loads(answer.content)


def refused(content: bytes) -> tuple[int, str]:
    """What the door says, having left nothing behind."""
    before = counts()
    status, body = knock(content)
    assert counts() == before
    assert body["zh"]
    assert body["en"]
    return status, body["code"]

"""Telling people of what was done to a matter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse

from bihuan.loop.audience import people
from bihuan.loop.days import local_day
from bihuan.loop.flows import Audience
from bihuan.loop.models import Matter, Step
from bihuan.messages import actions as messages


def tell(
    matter: Matter, audiences: Iterable[Audience], *, step: Step, words: tuple[str, str], by: str, at: dt.datetime
) -> None:
    """Tell those around a matter of a step, in its transaction. One message a person and topic, see `messages`."""
    wanted = [(matter.pk, audience) for audience in audiences]
    to = {item.person for item in people(wanted, day=local_day(at))}
    if not to:
        return
    said = f"：{step.text}" if step.text else ""
    messages.send(
        to=to,
        topic=f"matter:{matter.pk}",
        key=f"matter:{matter.pk}:{step.version}",
        words=(f"“{matter.title}”{words[0]}{said}", f"{words[1]}: {matter.title}"),
        url=reverse("loop:matter", args=[matter.pk]),
        by=by,
        at=at,
    )

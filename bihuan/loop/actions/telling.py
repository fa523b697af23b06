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
    """Tell those around a matter of a step, in its transaction. Owners are told of each matter; keepers, who have many,
    find one message for all of a kind that they have not read: so many answers to check."""
    people_told: set[int] = set()
    for audience in audiences:
        to = {item.person for item in people([(matter.pk, audience)], day=local_day(at))} - people_told
        people_told |= to
        if not to:
            continue
        said = f"：{step.text}" if step.text else ""
        kept = audience is Audience.KEEPER
        messages.send(
            to=to,
            topic=f"matters:{step.verb}:{matter.keeper_id}" if kept else f"matter:{matter.pk}",
            key=f"matter:{matter.pk}:{step.version}",
            words=(f"“{matter.title}”{words[0]}{said}", f"{words[1]}: {matter.title}"),
            url=reverse("loop:mine") if kept else reverse("loop:matter", args=[matter.pk]),
            by=by,
            at=at,
        )

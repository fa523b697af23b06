"""The check of the engine itself: the steps of a matter, gone through again, must give what is stored."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count

from bihuan.loop import kinds
from bihuan.loop.models import Matter, Step
from bihuan.loop.rules import Standing, Took, replay

_OWN = ("state", "left_state", "version", "cycle", "clock", "end", "rung", "waiting_rung", "waits", "light", "evidence")


def replayed(matter: Matter) -> Standing:
    """What the steps of a matter add up to.

    Raises:
        bihuan.loop.rules.ReplayError: they do not follow from one another.
        KeyError: a step was made under a flow that is not there any more.
    """
    steps = Step.objects.filter(matter=matter).annotate(pieces=Count("evidence")).order_by("version")
    taken = [
        Took(
            step.version,
            step.cycle,
            step.verb,
            step.source,
            step.target,
            step.by,
            step.clock,
            step.rung,
            step.light,
            step.flow_version,
            step.values,
            step.pieces,
        )
        for step in steps
    ]
    return replay(lambda version: kinds.flow(matter.flow, version), taken)


def differences(matter: Matter) -> list[str]:
    """Where the stored matter is not what its steps add up to; empty where all is well. Raises as `replayed` does."""
    stands = replayed(matter)
    found = [
        f"{name}: {getattr(matter, name)!r}, by its steps {getattr(stands, name)!r}"
        for name in (*_OWN, "accepted_by")
        if getattr(matter, name) != getattr(stands, name)
    ]
    if set(matter.doers) != set(stands.doers):
        found.append(f"doers: {matter.doers}, by its steps {stands.doers}")
    for name, value in stands.data.items():
        stored = _plain(getattr(matter, name))
        if stored != value:
            found.append(f"{name}: {stored!r}, by its steps {value!r}")
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value

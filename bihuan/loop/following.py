"""What a subject does, or refuses, in the transaction of a step of its own kind of loop.

The engine knows no subject: `settings.FOLLOWERS` names the table, by the name of the flow. Whichever door a step comes
through, its subject keeps in step with it; what it refuses is not done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from bihuan.loop.models import Matter, Step


class Follower(Protocol):
    """Raises `Refusal` where the step cannot be."""

    def __call__(self, *, matter: Matter, step: Step, by: str, at: dt.datetime) -> None: ...


def follow(matter: Matter, step: Step, *, by: str, at: dt.datetime) -> None:
    """Let the subject of a matter follow a step that was just written. Raises as its follower does."""
    table: Mapping[str, Follower] = import_string(settings.FOLLOWERS)
    if follower := table.get(matter.flow):
        follower(matter=matter, step=step, by=by, at=at)

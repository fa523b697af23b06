"""The loop of a key task (重点工作): what the division of work gives a unit to do."""

from __future__ import annotations

from dataclasses import replace

from bihuan.loop.flows import Audience, Effect, Hand, Transition
from bihuan.loop.standard import closed_loop

# Only a new version of the plan amends a task: nobody by hand, so that the plan and its matters say the same.
AMEND = Transition(
    "amend",
    "按新版方案调整",
    "Amend by the plan",
    "按新版方案调整",
    "amended it by the plan",
    ("assigned", "doing"),
    "",
    Hand.SUBJECT,
    Effect.AMEND,
    reason=True,
    tells=(Audience.OWNER,),
)
_STANDARD = closed_loop("task", zh="重点工作", en="Key task")
TASK = replace(_STANDARD, transitions=(*_STANDARD.transitions, AMEND))

"""The loop of a key task (重点工作): what the division of work gives a unit to do."""

from __future__ import annotations

from bihuan.loop.standard import closed_loop

TASK = closed_loop("task", zh="重点工作", en="Key task")

"""What waits for a reader in this room: large events of their units without a safety plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.activities import queries
from bihuan.activities.access import CORRECT
from bihuan.activities.models import Activity
from bihuan.activities.rules import CROWD
from bihuan.lib.words import say
from bihuan.org.access import Reader, may


@dataclass(frozen=True, slots=True)
class Waiting:
    activity: Activity
    words: str
    tone: str


def awaiting(reader: Reader) -> Iterator[Waiting]:
    """Events of the reader's own units with a thousand people or more, whose safety plan nobody wrote. One query."""
    if not may(reader, CORRECT):
        return
    units = [post.unit_id for post in reader.posts]
    for item in queries.without_safety_plan(units, least=CROWD):
        yield Waiting(item, say("还缺安全工作方案", "its safety plan is missing"), "warn")

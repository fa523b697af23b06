"""What of the reports waits for a reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.lib.words import say
from bihuan.org.access import Reader, may, within
from bihuan.reports import access
from bihuan.reports.models import Submission
from bihuan.reports.rules import State

#: Of what awaits a reader, so many of each kind are listed.
AWAITING = 20


@dataclass(frozen=True, slots=True)
class Task:
    """A report, and in words what its reader is to do with it."""

    submission: Submission
    words: str
    tone: str


def awaiting(reader: Reader) -> list[Task]:
    """The reports that wait for a reader: returned to their unit, to be confirmed by it, to be accepted by them."""
    return list(_awaiting(reader))


def _awaiting(reader: Reader) -> Iterator[Task]:
    standing = Submission.objects.filter(replaced_by=None).defer("text", "lints").order_by("pk")
    if may(reader, access.DECIDE):
        own = standing.filter(unit__in=[post.unit_id for post in reader.posts])
        own = within(reader, access.DECIDE, access.SUBMISSIONS, own)
        for item in own.filter(state=State.RETURNED)[:AWAITING]:
            yield Task(item, say("被退回，请改好再报", "returned: hand in a better one"), "bad")
        for item in own.filter(state=State.HANDED_IN)[:AWAITING]:
            yield Task(item, say("请确认读出的数", "confirm what was read"), "warn")
    if may(reader, access.ACCEPT):
        found = within(reader, access.ACCEPT, access.SUBMISSIONS, standing).filter(state=State.CONFIRMED)
        for item in found.exclude(hands__contains=[reader.by])[:AWAITING]:
            yield Task(item, say("请采用或退回", "accept or return it"), "info")

"""What of the forms that were handed in waits for a reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bihuan.lib.words import say
from bihuan.org.access import Reader, may, within
from bihuan.statistics import access, queries
from bihuan.statistics.models import Return
from bihuan.statistics.rules import Handed

AWAITING = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """A return, what is to be done about it, and how pressing it is."""

    row: Return
    words: str
    tone: str


def awaiting(reader: Reader) -> Iterator[Waiting]:
    """What was given back to the reader's units and no expected list asks for, and what waits for the reader to look at
    it. Two queries at most."""
    named = Return.objects.select_related("version__form", "unit").order_by("-first", "pk")
    if may(reader, access.FILL_FORM):
        mine = [post.unit_id for post in reader.posts]
        for row in queries.unlisted(named.filter(unit__in=mine))[:AWAITING]:
            yield Waiting(row, say("被退回，请改好再报", "returned: hand in a better one"), "bad")
    if may(reader, access.JUDGE_RETURN):
        found = within(reader, access.JUDGE_RETURN, access.RETURNS, named).filter(state=Handed.IN)
        for row in found.exclude(hands__contains=[reader.by])[:AWAITING]:
            yield Waiting(row, say("请审核或退回", "accept or return it"), "info")

"""What of supervision waits for a reader, beside what their matters say themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from bihuan.lib.words import say
from bihuan.org.access import Reader, may, within
from bihuan.supervision import queries
from bihuan.supervision.access import APPROVE, CIRCULARS, ROUNDS, SUPERVISED, TALKS, concerned
from bihuan.supervision.models import Conclusion

_WORDS = {
    "supervised": ("列入督办待审批", "supervision: approve it or not"),
    "round": ("督查方案待审批", "a round: approve its plan"),
    "talk": ("约谈待批准", "a talk: approve it or not"),
    "circular": ("通报待批准", "a circular: approve it or not"),
}


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits, and in words what for."""

    url: str
    title: str
    words: str
    tone: str
    book: str


def awaiting(reader: Reader) -> list[Task]:
    """What waits for the reader: proposals that they may approve and did not make; conclusions on their units."""
    return list(_awaiting(reader))


def _awaiting(reader: Reader) -> Iterator[Task]:
    if may(reader, APPROVE):
        rows = [within(reader, APPROVE, things) for things in (SUPERVISED, ROUNDS, TALKS, CIRCULARS)]
        for item in queries.to_decide(*rows, by=reader.by):
            yield Task(url_of(item), str(item.row), say(*_WORDS[item.kind]), "warn", item.row.book)
    if units := concerned(reader):
        found = Conclusion.objects.filter(unit__in=units, received_at=None).order_by("pk")
        for row in found[: queries.SHOWN]:
            url = reverse("supervision:conclusion", args=[row.pk])
            yield Task(url, row.title, say("督查结论，请签收", "a conclusion: sign for it"), "warn", row.book)


def url_of(item: queries.Waiting) -> str:
    """The page on which it is decided."""
    if item.kind == "supervised":
        return f"{reverse('supervision:mandate', args=[item.row.mandate_id])}#supervised-{item.row.pk}"
    return reverse(f"supervision:{item.kind}", args=[item.row.pk])

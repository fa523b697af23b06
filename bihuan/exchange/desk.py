"""What of reporting upward waits for a reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from bihuan.exchange import queries
from bihuan.exchange.access import REPORT, SIGN
from bihuan.exchange.pages import kind_words
from bihuan.lib.words import say
from bihuan.org.access import Reader

MOST = 10  # of each kind


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits, and in words what for."""

    url: str
    title: str
    words: str
    tone: str
    book: str


def awaiting(reader: Reader) -> list[Waiting]:
    """Reports to be signed by another than who closed them; what is held, refused or asked."""
    return list(_awaiting(reader))


def _awaiting(reader: Reader) -> Iterator[Waiting]:
    if not (reader.at_top(SIGN) or reader.at_top(REPORT)) or not queries.any_peer():
        return
    if reader.at_top(SIGN):
        for issue in queries.frozen().exclude(by=reader.by)[:MOST]:
            url = reverse("exchange:reporting", args=[issue.reporting_id])
            yield Waiting(
                url, issue.reporting.campaign.name, say("上报待签发", "a report to sign"), "warn", issue.reporting.book
            )
    if not reader.at_top(REPORT):
        return
    for intake in queries.held()[:MOST]:
        words = say(f"{kind_words(intake.kind)}暂存，待处理", f"held: {kind_words(intake.kind)}, decide")
        yield Waiting(reverse("exchange:intake", args=[intake.pk]), intake.peer.name, words, "warn", "")
    for question in queries.open_questions().order_by("pk")[:MOST]:
        found = queries.reporting_of(question.about)
        if found is not None:
            url = reverse("exchange:reporting", args=[found.pk]) + "#talks"
            words = say("上报数据有问询，待答复", "a question about a report: answer it")
            yield Waiting(url, question.peer.name, words, "warn", found.book)
    for bundle in queries.refused().order_by("pk")[:MOST]:
        words = say("上报包被对方拒收", "a bundle was refused")
        yield Waiting(reverse("exchange:bundle", args=[bundle.pk]), bundle.peer.name, words, "bad", "")

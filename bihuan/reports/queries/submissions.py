"""Reads of reports: which came, what was filed from them, what a report's page shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from bihuan.documents.models import Document
from bihuan.documents.rules import State
from bihuan.figures import queries as figures
from bihuan.figures.models import Figure, Revision
from bihuan.figures.rules import classifiers_of
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.models import Region
from bihuan.reading import report as reading
from bihuan.reading.figures import Figure as ReadFigure
from bihuan.reports.models import Submission
from bihuan.reports.queries.totals import Line, facts_of, lines
from bihuan.reports.rules import Standing


def received() -> QuerySet[Submission]:
    """Every report, the newest first."""
    return Submission.objects.select_related("region").defer("text").order_by("-received_at", "-pk")


def figures_of(submissions: Iterable[Submission]) -> list[tuple[Figure, Revision]]:
    """The figures that stand and come from these submissions, in the order of the text."""
    digests = [submission.sha256 for submission in submissions]
    books = {submission.book for submission in submissions}
    found = (
        figures.revisions(as_of=None)
        .filter(origin__submission__in=digests, figure__book__in=books)
        .select_related("figure", "region", "occasion")
    )
    return sorted(((item.figure, item) for item in found), key=lambda pair: pair[1].origin["start"])


def scopes(submission: Submission) -> list[figures.Scope]:
    """What the annex sets side by side: each set of measures at the report's own place, and where its records are."""
    edition = org.edition_on(submission.period_end)
    wanted: dict[tuple[int, tuple[str, ...], str], Region] = {}
    for _figure, item in figures_of([submission]):
        for region in (submission.region, item.region):
            wanted.setdefault((region.pk, tuple(item.measures), item.classifier), region)
    order = sorted(wanted, key=lambda key: (key[1] and key[0] != submission.region.pk, 0))
    return [
        figures.Scope.of(
            region=wanted[key],
            measures=key[1],
            classifiers=classifiers_of(key[2]),
            period=(submission.period_start, submission.period_end),
            edition=edition,
            book=submission.book,
        )
        for key in order
    ]


def occasion_name(text: str, figure: ReadFigure) -> str:
    """The sentence that a record stands in, as the name of its occasion."""
    start = max(text.rfind(mark, 0, figure.start) for mark in "。\n") + 1
    ends = [end for mark in "。\n" if (end := text.find(mark, figure.end)) >= 0]
    return text[start : min(ends, default=len(text))].strip()[:200]


@dataclass(frozen=True)
class Piece:
    text: str
    kind: str = ""  # record, statement, or "" for plain text
    fact: str | None = None


@dataclass(frozen=True)
class TextParagraph:
    pieces: tuple[Piece, ...]
    cut: bool  # foreign text behind the end of the report


@dataclass(frozen=True)
class Note:
    severity: str
    words: str


@dataclass(frozen=True)
class ReportPage:
    submission: Submission
    documents: tuple[Document, ...]
    rows: tuple[Line, ...]
    lints: tuple[Note, ...]
    paragraphs: tuple[TextParagraph, ...]


def page(pk: int) -> ReportPage | None:
    """All that a report's page shows, or None where there is no such report."""
    submission = Submission.objects.select_related("region").filter(pk=pk).first()
    if submission is None:
        return None
    read = reading.read(submission.text)
    papers = list(Document.objects.filter(key=f"summary:{submission.pk}", state=State.ISSUED))
    facts = facts_of(papers)
    by_figure = {fact.definition["figure"]: fact.public_id for fact in facts if fact.definition["what"] == "figure"}
    marks = {
        revision.origin["start"]: (revision, Standing(figure.kind), by_figure.get(figure.pk))
        for figure, revision in figures_of([submission])
    }
    return ReportPage(
        submission,
        tuple(papers),
        tuple(lines(fact for fact in facts if fact.definition["what"] != "figure")),
        tuple(Note(item.severity, say(item.zh, item.en)) for item in read.lints),
        tuple(_paragraphs(submission.text, read.tail.end, marks)),
    )


def _paragraphs(text: str, end: int, marks: dict[int, Any]) -> Iterator[TextParagraph]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield TextParagraph(tuple(_pieces(text, start, start + len(line), marks)), start >= end)
        start += len(line) + 1


def _pieces(text: str, start: int, stop: int, marks: dict[int, Any]) -> Iterator[Piece]:
    at = start
    for offset in sorted(offset for offset in marks if start <= offset < stop):
        revision, kind, fact = marks[offset]
        yield Piece(text[at:offset])
        at = revision.origin["end"]
        yield Piece(text[offset:at], str(kind), fact)
    yield Piece(text[at:stop])

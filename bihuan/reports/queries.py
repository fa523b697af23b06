"""Reads of reports: what was filed from them, what a page shows, what a printed number says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from bihuan.documents import queries as documents
from bihuan.documents.models import Document
from bihuan.documents.rules import State
from bihuan.figures import queries as figures
from bihuan.figures.models import Fact, Figure, Measure, Revision
from bihuan.figures.rules import classifiers_of
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.models import Region
from bihuan.org.rules import Level, short_names
from bihuan.reading import report as reading
from bihuan.reading.figures import Figure as ReadFigure
from bihuan.reading.phrase_range import phrase_range
from bihuan.reading.quantities import read_quantity
from bihuan.reading.ranges import Range
from bihuan.reports.models import Submission
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


def everyday(region: Region) -> str:
    """What an office calls its place in its own name: 临夏州, not 临夏回族自治州; 甘肃省."""
    short = short_names(region.name)
    return short[0] if "自治" in region.name and region.level != Level.PROVINCE and short else region.name


def measure_names(codes: Iterable[str]) -> str:
    """The Chinese names of measures, in the order of the codes."""
    names = dict(Measure.objects.filter(code__in=list(codes)).values_list("code", "name"))
    return "、".join(names[code] for code in sorted(names))


def printed_range(value: Range | None, unit: str) -> str | None:
    """A total or a remainder as a paper prints it; None where there is nothing to print."""
    return None if value is None else phrase_range(value, unit)


def read_back(printed: str) -> Range | None:
    """What a printed number says by itself, or None where it says none."""
    found = read_quantity(printed)
    return found.range if found else None


def occasion_name(text: str, figure: ReadFigure) -> str:
    """The sentence that a record stands in, as the name of its occasion."""
    start = max(text.rfind(mark, 0, figure.start) for mark in "。\n") + 1
    ends = [end for mark in "。\n" if (end := text.find(mark, figure.end)) >= 0]
    return text[start : min(ends, default=len(text))].strip()[:200]


# -- pages -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """What a paper set side by side for some measures at a place; a cell is None where there was no number."""

    name: str
    place: str
    cells: tuple[Fact | None, Fact | None, Fact | None]  # statement, total, remainder


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
    facts = _facts_of(papers)
    by_figure = {fact.definition["figure"]: fact.public_id for fact in facts if fact.definition["what"] == "figure"}
    marks = {
        revision.origin["start"]: (revision, Standing(figure.kind), by_figure.get(figure.pk))
        for figure, revision in figures_of([submission])
    }
    return ReportPage(
        submission,
        tuple(papers),
        tuple(_lines(fact for fact in facts if fact.definition["what"] != "figure")),
        tuple(Note(item.severity, say(item.zh, item.en)) for item in read.lints),
        tuple(_paragraphs(submission.text, read.tail.end, marks)),
    )


def _facts_of(papers: Iterable[Document]) -> list[Fact]:
    """The facts that papers print, in the order of print."""
    names = [bound.tag.partition(":")[2] for item in papers for bound in documents.paper(item).bounds()]
    found = {fact.public_id: fact for fact in Fact.objects.filter(public_id__in=names)}
    return [found[name] for name in names if name in found]


def _lines(facts: Iterable[Fact]) -> Iterator[Line]:
    """Facts about the same measures of the same place, side by side."""
    rows: dict[tuple[str, ...], dict[str, Fact]] = {}
    for fact in facts:
        body = fact.definition
        key = (body["region"], *body["measures"], *body["classifiers"], *body["period"])
        rows.setdefault(key, {})[body["what"]] = fact
    places = {str(region.key): region.name for region in Region.objects.filter(key__in={key[0] for key in rows})}
    names = dict(Measure.objects.values_list("code", "name"))
    for row in rows.values():
        body = next(iter(row.values())).definition
        yield Line(
            "、".join(names[code] for code in body["measures"]),
            places[body["region"]],
            (row.get("statement"), row.get("total"), row.get("remainder")),
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


@dataclass(frozen=True)
class Quote:
    before: str
    text: str
    after: str


@dataclass(frozen=True)
class Behind:
    """One record behind a fact, down to the words in the source."""

    printed: str
    kind: str
    place: str
    days: str
    occasion: str
    quote: Quote | None
    submission: int | None


@dataclass(frozen=True)
class Trait:
    """One line of what a fact is. `words` are the reader's language, or Chinese as the data has them."""

    name: str
    words: str
    chinese: bool = False


@dataclass(frozen=True)
class FactPage:
    fact: Fact
    model: bool
    verdict: str
    verdict_words: str
    changes: tuple[figures.Change, ...]
    definition: tuple[Trait, ...]
    records: tuple[Behind, ...]


KINDS = {"record": ("记录", "record"), "statement": ("上报数", "statement")}
WHAT = {
    "figure": ("单个数", "One figure"),
    "statement": ("上报数", "Statement"),
    "total": ("记录合计", "Total of the records"),
    "remainder": ("未有记录的差额", "Remainder without records"),
}


def fact_page(public_id: str) -> FactPage | None:
    """All that a fact's page shows, or None where there is no such fact."""
    fact = figures.fact_called(public_id)
    if fact is None:
        return None
    verdict = figures.check(fact)
    revisions = figures.records_behind(fact)
    return FactPage(
        fact,
        any(item.figure.book for item in revisions) or bool(fact.definition.get("book")),
        verdict.state,
        say(verdict.zh, verdict.en),
        verdict.changes,
        tuple(_definition(fact)),
        tuple(behind(revisions)),
    )


def _definition(fact: Fact) -> Iterator[Trait]:
    body = fact.definition
    yield Trait(say("口径", "Definition"), say(*WHAT[body["what"]]))
    if "region" in body:
        region = Region.objects.filter(key=body["region"]).first()
        yield Trait(say("范围", "Scope"), f"{region.name if region else '?'} ({body['edition']})", chinese=True)
        yield Trait(say("指标", "Measures"), measure_names(body["measures"]), chinese=True)
        yield Trait(say("时段", "Period"), " – ".join(body["period"]))
    yield Trait(say("数值", "Value"), range_words(fact.value))
    if fact.unit:
        yield Trait(say("量词", "Classifier"), fact.unit, chinese=True)


def range_words(value: Range) -> str:
    """A range in words: 2,000; more than 11,000, less than 13,000; at least 100."""
    if value.is_exact:
        return f"{value.low:,f}"
    bounds = []
    if value.low is not None:
        bounds.append((say("多于", "more than") if value.low_open else say("不少于", "at least")) + f" {value.low:,f}")
    if value.high is not None:
        bounds.append((say("少于", "less than") if value.high_open else say("不多于", "at most")) + f" {value.high:,f}")
    return say("，", ", ").join(bounds) or say("不详", "unknown")


def behind(items: Iterable[Revision]) -> list[Behind]:
    """Revisions with the words that they were read from."""
    wanted = list(items)
    digests = {item.origin.get("submission") for item in wanted}
    sources = {(one.sha256, one.book): one for one in Submission.objects.filter(sha256__in=digests)}
    return [_behind(item, sources.get((item.origin.get("submission"), item.figure.book))) for item in wanted]


def _behind(item: Revision, submission: Submission | None) -> Behind:
    quote = None
    if submission:
        start, end = item.origin["start"], item.origin["end"]
        text = submission.text
        quote = Quote(text[max(0, start - 40) : start], text[start:end], text[end : end + 30])
    days = sorted({item.period_start.isoformat(), item.period_end.isoformat()})
    return Behind(
        item.printed,
        say(*KINDS[item.figure.kind]),
        item.region.name,
        " – ".join(days),
        item.occasion.name if item.occasion else "",
        quote,
        submission.pk if submission else None,
    )

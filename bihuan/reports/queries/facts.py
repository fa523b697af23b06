"""Reads of facts: what a printed number says, down to the words in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bihuan.figures import queries as figures
from bihuan.figures.models import Fact, Revision
from bihuan.lib.words import say
from bihuan.org.access import Reader, within
from bihuan.org.models import Region
from bihuan.reports.access import SEE_SUBMISSION, SUBMISSIONS
from bihuan.reports.models import Submission
from bihuan.reports.queries.wording import measure_names, range_words


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
    hidden: bool  # it was read from a report that the reader may not see
    words: str  # the value
    version: int
    book: str
    start: int | None  # where it stands in the report


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


def fact_page(reader: Reader | None, public_id: str) -> FactPage | None:
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
        tuple(behind(reader, revisions)),
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


def behind(reader: Reader | None, items: Iterable[Revision]) -> list[Behind]:
    """Revisions with the words that they were read from, as far as the reader may see the reports that they stand in.

    Args:
        reader: None for a program that runs on the machine itself: it sees all.
    """
    wanted = list(items)
    digests = {item.origin.get("submission") for item in wanted}
    rows = Submission.objects.filter(sha256__in=digests).order_by("pk")
    seen = rows if reader is None else within(reader, SEE_SUBMISSION, SUBMISSIONS, rows)
    sources = {(one.sha256, one.book): one for one in seen}
    return [_behind(item, sources.get((item.origin.get("submission"), item.figure.book))) for item in wanted]


def _behind(item: Revision, submission: Submission | None) -> Behind:
    quote = None
    if submission and "start" in item.origin:
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
        submission is None and "submission" in item.origin,
        range_words(item.value),
        item.version,
        item.figure.book,
        item.origin.get("start"),
    )

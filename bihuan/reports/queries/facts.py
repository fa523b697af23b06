"""Reads of facts: what a printed number says, down to the words in the source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import QuerySet

from bihuan.campaigns.access import visible_regions
from bihuan.figures import queries as figures
from bihuan.figures.models import Fact, OccasionRegion, Revision
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import Reader
from bihuan.org.models import Region
from bihuan.reports.models import Submission
from bihuan.reports.queries.wording import measure_names, range_words


@dataclass(frozen=True)
class Quote:
    before: str
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class Filed:
    """Who filed a figure, when, and for which unit."""

    who: str
    at: dt.datetime
    unit: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """Where a loaded value stood, and which paper is cited for it."""

    file: str
    row: str
    paper: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """How a figure differs from what it was; None where it was not there, or is not any more."""

    old: str | None
    new: str | None
    who: str
    at: dt.datetime
    reason: str = ""


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
    filed: Filed
    past: tuple[ChangeLine, ...]  # what it said before, the oldest change first
    words: str  # the value
    version: int
    book: str
    start: int | None  # where it stands in the report
    loaded: Loaded | None = None  # where it was loaded from, of an earlier year's value


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
    changes: tuple[ChangeLine, ...]
    definition: tuple[Trait, ...]
    records: tuple[Behind, ...]
    elsewhere: int  # records of places that are not the reader's: counted, not shown


KINDS = {"record": ("记录", "record"), "statement": ("上报数", "statement")}
WHAT = {
    "figure": ("单个数", "One figure"),
    "statement": ("上报数", "Statement"),
    "total": ("记录合计", "Total of the records"),
    "remainder": ("未有记录的差额", "Remainder without records"),
}


def fact_page(public_id: str, *, reader: Reader, among: QuerySet[Submission]) -> FactPage | None:
    """All that a fact's page shows, or None where there is no such fact.

    Whoever holds a paper may ask whether its numbers hold. What they are made of is shown as far as the reader sees
    its places and reports.
    """
    fact = figures.fact_called(public_id)
    if fact is None:
        return None
    verdict = figures.check(fact)
    revisions = figures.records_behind(fact)
    shown = of_places(reader, revisions)
    open_here = visible_regions(reader, {item.region for item in verdict.changes}) if verdict.changes else ()
    return FactPage(
        fact,
        any(item.figure.book for item in revisions) or bool(fact.definition.get("book")),
        verdict.state,
        say(verdict.zh, verdict.en),
        tuple(_changes(item for item in verdict.changes if item.region in open_here)),
        tuple(_definition(fact)),
        tuple(behind(shown, among=among)),
        len(revisions) - len(shown),
    )


def of_places(reader: Reader, items: Sequence[Revision]) -> list[Revision]:
    """Those that count at places whose numbers the reader sees: their own, or one where the occasion took place."""
    joint = {item.occasion_id for item in items if item.occasion and item.occasion.joint}
    places: dict[int | None, set[int]] = {}
    if joint:
        for occasion, region in OccasionRegion.objects.filter(occasion__in=joint).values_list("occasion", "region"):
            places.setdefault(occasion, set()).add(region)
    at = [{item.region_id} | places.get(item.occasion_id, set()) for item in items]
    seen = visible_regions(reader, set().union(*at))
    return [item for item, regions in zip(items, at, strict=True) if regions & seen]


def _changes(changes: Iterable[figures.Change]) -> Iterator[ChangeLine]:
    rows = list(changes)
    names = org.names(item.by for item in rows)
    for item in rows:
        yield ChangeLine(item.old, item.new, names[item.by], item.at)


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


def behind(items: Iterable[Revision], *, among: QuerySet[Submission] | None = None) -> list[Behind]:
    """Revisions with the words that they were read from.

    Args:
        among: the reports that the reader may see; None for a program that runs on the machine itself: it sees all.
    """
    wanted = list(items)
    digests = {item.origin.get("submission") for item in wanted}
    seen = Submission.objects.all() if among is None else among
    sources = {(one.sha256, one.book): one for one in seen.filter(sha256__in=digests).order_by("pk")}
    versions: dict[int, list[Revision]] = {item.figure_id: [] for item in wanted}
    held = Revision.objects.filter(figure__in=versions).select_related("entry", "unit").order_by("version")
    for one in held if wanted else ():
        versions[one.figure_id].append(one)
    names = org.names(one.entry.by for several in versions.values() for one in several)
    return [
        _behind(
            item,
            sources.get((item.origin.get("submission"), item.figure.book)),
            [one for one in versions[item.figure_id] if one.version <= item.version],
            names,
        )
        for item in wanted
    ]


def _past(versions: list[Revision], names: Mapping[str, str]) -> Iterator[ChangeLine]:
    for old, new in pairwise(versions):
        reason = str(new.entry.values.get("reason") or "")
        yield ChangeLine(old.printed, new.printed, names[new.entry.by], new.entry.at, reason)


def _behind(
    item: Revision, submission: Submission | None, versions: list[Revision], names: Mapping[str, str]
) -> Behind:
    quote = None
    if submission and "start" in item.origin:
        start, end = item.origin["start"], item.origin["end"]
        text = submission.text
        quote = Quote(text[max(0, start - 40) : start], text[start:end], text[end : end + 30])
    first = versions[0]
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
        Filed(names[first.entry.by], first.entry.at, first.unit.name if first.unit else ""),
        tuple(_past(versions, names)),
        range_words(item.value),
        item.version,
        item.figure.book,
        item.origin.get("start"),
        Loaded(item.origin["file"], item.origin["row"], item.origin["paper"]) if "paper" in item.origin else None,
    )

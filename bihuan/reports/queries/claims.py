"""Whether what a report claims of its numbers (创历史新高) holds by the years in store."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bihuan.figures.earlier import High, Stood, high, years_said
from bihuan.figures.models import Measure
from bihuan.figures.queries import RowKey
from bihuan.figures.rules import classifiers_of
from bihuan.org.models import Node, Region
from bihuan.reports.claims import Claim, find_claims
from bihuan.reports.models import Proposal, Submission
from bihuan.reports.queries.earlier import Compared, claims
from bihuan.reports.rules import Mark


@dataclass(frozen=True, slots=True)
class Unproven:
    """A claim that does not hold, or that nothing in store proves: why, in both languages. `name`: of what it is
    claimed; "" where the sentence has no number."""

    start: int
    claim: str
    name: str
    zh: str
    en: str


def unproven(submission: Submission, read: Sequence[Proposal], *, today: dt.date) -> Iterator[Unproven]:
    """The claims of a report that the years in store do not prove, in the order of its text.

    Args:
        read: what was read from it. No query where it claims nothing; else a fixed number a place.
    """
    found = list(find_claims(submission.text, submission.text_end))
    if not found:
        return
    held = [item for item in read if item.state not in (Mark.NOT_COUNTED, Mark.REFUSED) and item.said.measures]
    compared = _compared(submission, [item for claim in found for item in _of(claim, held)], today)
    names = dict(Measure.objects.values_list("code", "name"))
    for claim in found:
        mine = _of(claim, held)
        if not mine:
            zh, en = "句中没有可与往年比的数", "the sentence has no number to hold against earlier years"
            yield Unproven(claim.start, claim.text, "", f"“{claim.text}”：{zh}", f"“{claim.text}”: {en}")
        for item in mine:
            why = _why(submission, item, compared)
            if why is not None:
                name = "、".join(names.get(code, code) for code in item.said.measures)
                said = f"{name}{item.said.printed}"
                yield Unproven(
                    claim.start,
                    claim.text,
                    name,
                    f"“{claim.text}”：{said}，{why[0]}",
                    f"“{claim.text}”: {said}: {why[1]}",
                )


def remarks(found: Iterable[Unproven]) -> dict[int, str]:
    """The claims by their offset, each once with all that it is not proven of; no number among the words."""
    names: dict[tuple[int, str], list[str]] = defaultdict(list)
    for item in found:
        names[item.start, item.claim].append(item.name)
    told = {key: "、".join(name for name in several if name) for key, several in names.items()}
    return {start: f"“{claim}”" + (f"（{said}）" if said else "") for (start, claim), said in told.items()}


def _of(claim: Claim, held: Sequence[Proposal]) -> list[Proposal]:
    return [item for item in held if claim.sentence[0] <= item.start < claim.sentence[1]]


def _row(item: Proposal) -> RowKey:
    said = item.said
    return RowKey(tuple(sorted(said.measures)), tuple(sorted(classifiers_of(said.classifier))))


def _compared(
    submission: Submission, items: Sequence[Proposal], today: dt.date
) -> Mapping[tuple[int, RowKey], Compared]:
    places: dict[Region, set[RowKey]] = defaultdict(set)
    for item in items:
        places[item.said.region].add(_row(item))
    edition = submission.campaign.edition_id
    known = set(Node.objects.filter(edition=edition, region__in=places).values_list("region", flat=True))
    found = {}
    for region, rows in places.items():
        if region.pk not in known:
            continue
        for key, line in claims(submission.campaign, region, rows, today=today).items():
            found[region.pk, key] = line
    return found


def _why(
    submission: Submission, item: Proposal, compared: Mapping[tuple[int, RowKey], Compared]
) -> tuple[str, str] | None:
    """Why a claim of this number is not proven; None where it is."""
    said = item.said
    line = compared.get((said.region.pk, _row(item)))
    years = line.years if line else ()
    if not years:
        return "库里没有往年的数，不能证实", "no earlier years are in store to prove it"
    if said.period != submission.campaign.period:
        return "这个数不是全期的，不能与往年全期比", "it is not of the whole period and cannot be compared"
    verdict = high(Stood(said.value, True), [year.held.stood for year in years])
    if verdict is High.YES:
        return None
    if verdict is High.NO:
        top = line.highest if line else None
        told = f"{top.year}年为{top.printed}" if top else ""
        return f"并未超过往年：{told}", f"it is not above all earlier years: {told}"
    known = years_said(year.year for year in years)
    return f"与往年（{known}）的数有重叠，或往年的数不全，不能断定", "earlier years overlap with it or are incomplete"

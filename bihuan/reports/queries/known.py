"""What stands already of that which a report says: a record of the same things on the same days at the same place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from bihuan.figures import queries as figures
from bihuan.figures.models import OccasionRegion, Revision
from bihuan.figures.rules import Kind, classifiers_of
from bihuan.reports.models import Proposal, Submission
from bihuan.reports.rules import Standing, agrees


@dataclass(frozen=True)
class Known:
    """The records beside what a report says. `record`: the one that says the same, or else the first.

    `agrees`: just one of them says what the report says, so that nobody needs to be asked.
    """

    record: Revision
    others: int
    agrees: bool


def known_records(submission: Submission, proposals: Sequence[Proposal]) -> dict[int, Known]:
    """For each proposal that may be a record, what stands of it already. Two queries, however many there are.

    What an earlier report of the same unit, place and period said does not count: this report replaces it.
    """
    asked = [item for item in proposals if item.said.measures and item.said.kind is not Standing.STATEMENT]
    regions = {item.said.region.pk for item in asked} or {submission.region_id}
    same = Submission.objects.filter(
        book=submission.book,
        region=submission.region_id,
        unit=submission.unit_id,
        period_start=submission.period_start,
    )
    own = Proposal.objects.filter(submission__in=same, figure=OuterRef("figure"))
    there = OccasionRegion.objects.filter(occasion=OuterRef("occasion"), region__in=regions)
    days = [item.said.period for item in asked] or [(submission.period_start, submission.period_end)]
    codes = sorted({code for item in asked for code in item.said.measures}) or [""]  # asked all the same: one query
    found = (
        figures.revisions(as_of=None)
        .filter(
            Q(region__in=regions) | (Q(occasion__joint=True) & Exists(there)),
            ~Exists(own),
            figure__kind=Kind.RECORD,
            figure__book=submission.book,
            period_end__range=(min(first for first, _last in days), max(last for _first, last in days)),
            measures__overlap=codes,
        )
        .select_related("figure", "occasion", "region")
        .order_by("figure")
    )
    rows = list(found)
    places = _places(rows)
    return {item.pk: known for item in asked if (known := _known(item, rows, places))}


def _places(rows: Iterable[Revision]) -> Mapping[int, set[int]]:
    """The regions of joint occasions."""
    joint = {row.occasion_id for row in rows if row.occasion is not None and row.occasion.joint}
    places: dict[int, set[int]] = defaultdict(set)
    if joint:
        for occasion, region in OccasionRegion.objects.filter(occasion__in=joint).values_list("occasion", "region"):
            places[occasion].add(region)
    return places


def _known(item: Proposal, rows: Sequence[Revision], places: Mapping[int, set[int]]) -> Known | None:
    said = item.said
    beside = [
        row
        for row in rows
        if (row.period_start, row.period_end) == said.period
        and set(row.measures) == set(said.measures)
        and classifiers_of(row.classifier) & classifiers_of(said.classifier)
        and (row.region_id == said.region.pk or said.region.pk in places.get(row.occasion_id or 0, ()))
    ]
    if not beside:
        return None
    same = [row for row in beside if agrees(said.value, row.value)]
    return Known((same or beside)[0], len(beside) - 1, len(same) == 1)


def known_of(submission: Submission) -> list[tuple[Proposal, Revision]]:
    """What a report says that was on record already, each with the record as it stands now."""
    items = list(submission.proposals.filter(known__isnull=False).order_by("start"))
    rows = figures.revisions(as_of=None).filter(figure__in=[item.known_id for item in items])
    standing = {row.figure_id: row for row in rows.select_related("figure", "region", "occasion")}
    return [(item, standing[item.known_id]) for item in items if item.known_id in standing]

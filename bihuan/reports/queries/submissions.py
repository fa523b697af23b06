"""Reads of reports: which came, what was filed from them, what a report's page shows."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from bihuan.documents import queries as documents
from bihuan.documents.models import Document
from bihuan.figures import queries as figures
from bihuan.figures.models import Fact, Figure, Revision
from bihuan.figures.rules import classifiers_of
from bihuan.org.models import Region, Unit
from bihuan.reports.models import Proposal, Submission
from bihuan.reports.queries.known import known_of
from bihuan.reports.rules import FILED, Mark, State

Submissions = QuerySet[Submission]


def listed(found: Submissions) -> Submissions:
    """Submissions as a list shows them, `read` and `taken` counted: figures that count, and those decided for."""
    own = Proposal.objects.filter(submission=OuterRef("pk")).order_by()
    counted = own.exclude(state__in=(Mark.NOT_COUNTED, Mark.REFUSED))
    return (
        found.select_related("region", "unit", "campaign")
        .defer("text", "lints")
        .annotate(read=_count(counted), taken=_count(own.filter(state__in=(*FILED, Mark.KNOWN))))
    )


def _count(rows: QuerySet[Proposal]) -> Coalesce:
    return Coalesce(Subquery(rows.values("submission").annotate(number=Count("pk")).values("number")), 0)


def papers_of(submission: Submission) -> list[Document]:
    """The papers that were made of a report."""
    return list(Document.objects.filter(key=f"summary:{submission.pk}").defer("offered"))


def standing_with(sha256: str, *, book: str, region: Region, unit: Unit | None) -> Submission | None:
    """The submission of a unit that stands and has just this text; returned and replaced ones do not."""
    found = Submission.objects.filter(book=book, sha256=sha256, region=region, unit=unit, replaced_by=None)
    return found.exclude(state=State.RETURNED).select_related("region", "unit", "campaign").first()


def proposals_of(submission: Submission) -> list[Proposal]:
    """All that was read from a report, in the order of the text."""
    return list(submission.proposals.select_related("region", "meant_region").order_by("start"))


def proposal(submission: Submission, pk: int) -> Proposal | None:
    """One of them, or None."""
    return submission.proposals.select_related("region", "meant_region").filter(pk=pk).first()


def figures_of(submissions: Iterable[Submission]) -> list[tuple[Figure, Revision]]:
    """The figures that stand and come from these submissions, in the order of the text."""
    keys = {submission.pk: submission.sha256 for submission in submissions}
    filed = Proposal.objects.filter(submission__in=keys, figure__isnull=False).values("figure")
    found = figures.revisions(as_of=None).filter(figure__in=filed).select_related("figure", "region", "occasion")
    # A figure that a later report said again comes from that one.
    own = [item for item in found if _origin(item) & {*keys, *keys.values()}]
    return sorted(((item.figure, item) for item in own), key=lambda pair: pair[1].origin["start"])


def _origin(item: Revision) -> set[int | str]:
    """The submission that a revision comes from; the oldest ones name only the digest of its text."""
    return {item.origin.get("id") or item.origin["submission"]}


def scopes(submission: Submission) -> list[figures.Scope]:
    """What the annex sets side by side: each set of measures at the report's own place, and where its records are."""
    edition = submission.campaign.edition
    wanted: dict[tuple[int, tuple[str, ...], str], Region] = {}
    standing = [item for _figure, item in figures_of([submission])]
    for item in [*standing, *(row for _proposal, row in known_of(submission))]:
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


def facts_by_figure(papers: Iterable[Document]) -> dict[int, str]:
    """The facts that papers print of single figures: the figure's key → the fact's public id."""
    names = [bound.tag.partition(":")[2] for item in papers for bound in documents.paper(item).bounds()]
    found = Fact.objects.filter(public_id__in=names, definition__what="figure") if names else ()
    return {fact.definition["figure"]: fact.public_id for fact in found}

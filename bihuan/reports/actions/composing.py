"""Write the summary of a report as a draft paper, each number bound to its fact."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from bihuan.documents import actions as documents
from bihuan.documents.models import Document
from bihuan.documents.paper import Paper
from bihuan.figures import actions as figures
from bihuan.figures import queries as figure_queries
from bihuan.figures.models import Fact, Revision
from bihuan.history import actions as history
from bihuan.history import queries as history_queries
from bihuan.org import queries as org
from bihuan.reading import report as reading
from bihuan.reports import queries
from bihuan.reports.composition import Office, Printed, Row, Source, summary
from bihuan.reports.models import Proposal, Submission
from bihuan.reports.queries.claims import remarks, unproven
from bihuan.reports.refusals import NotConfirmedError
from bihuan.reports.rules import State, agrees


@dataclass(frozen=True)
class People:
    """Who signs an upward report, and the remark that goes with it."""

    signer: str
    marking: str = ""


def compose(*, submission: Submission, people: People, by: str, at: dt.datetime) -> Document:
    """Write the summary as a draft: freeze each number at the sealed position, bind it, compose the paper.

    The same submission again gives the paper that stands. Runs outside a transaction: what is to be frozen must be
    sealed first.

    Raises:
        NotConfirmedError: its figures are not filed.
        bihuan.documents.paper.PaperError: the text cannot be printed; the message names the place.
    """
    if submission.state not in (State.CONFIRMED, State.ACCEPTED) or submission.replaced_by_id:
        zh, en = "报告确认之后才能组成公文", "confirm the report before a paper is made of it"
        raise NotConfirmedError("not-confirmed", zh, en)
    key = f"summary:{submission.pk}"
    if standing := Document.objects.filter(key=key).first():
        return standing
    history.seal(at=at)
    as_of, _digest = history_queries.head()
    with transaction.atomic():
        paper = _paper(submission, people, as_of=as_of, by=by, at=at)
        prefix = f"{queries.everyday(submission.region)}安办"
        return documents.draft(
            key=key, paper=paper, prefix=prefix, region=submission.region, book=submission.book, by=by, at=at
        )


def _paper(submission: Submission, people: People, *, as_of: int, by: str, at: dt.datetime) -> Paper:
    facts: dict[int, Printed] = {}
    for figure, revision in queries.figures_of([submission]):
        fact = figures.freeze(
            definition=figure_queries.of_figure(figure),
            printed=revision.printed,
            as_of=as_of,
            form=revision.form,  # as the source prints it: the value was read from these very words, in their context
            by=by,
            at=at,
        )
        facts[revision.origin["start"]] = _printed(fact)
    for item, record in queries.known_of(submission):
        facts[item.start] = _printed(_known(item, record, as_of=as_of, by=by, at=at))
    rows = tuple(_row(submission, scope, as_of=as_of, by=by, at=at) for scope in queries.scopes(submission))
    read = queries.proposals_of(submission)
    day = at.astimezone(ZoneInfo(settings.CAMPAIGN_ZONE)).date()
    claims = remarks(unproven(submission, read, today=day))
    source = Source(submission.text, reading.read(submission.text), facts, rows, submission.period_start.year, claims)
    home = submission.region
    above = org.ancestors(home, submission.campaign.edition)
    office = Office(
        name=f"{queries.everyday(home)}安全生产委员会办公室",
        addressees=tuple(f"{queries.everyday(region)}安全生产委员会办公室" for region in above[:1]),
        signer=people.signer,
        day=day,
        marking=people.marking,
    )
    return summary(source, office)


def _known(item: Proposal, record: Revision, *, as_of: int, by: str, at: dt.datetime) -> Fact:
    """The fact of what was on record already, in the report's own words where they say what the record says."""
    same = agrees(item.said.value, record.value)
    return figures.freeze(
        definition=figure_queries.of_figure(record.figure),
        printed=item.said.printed if same else record.printed,
        as_of=as_of,
        form=item.form if same else record.form,
        by=by,
        at=at,
    )


def _row(submission: Submission, scope: figure_queries.Scope, *, as_of: int, by: str, at: dt.datetime) -> Row:
    side = figure_queries.side_by_side(scope, as_of=as_of)
    unit = side.statement.classifier if side.statement else side.computed.unit or ""

    def frozen(what: str, printed: str) -> Printed:
        definition = figure_queries.of_scope(what, scope)
        read = None if what == "statement" else queries.read_back  # a statement is printed as its source has it
        return _printed(figures.freeze(definition=definition, printed=printed, as_of=as_of, read=read, by=by, at=at))

    total, left = (queries.printed_range(value, unit) for value in (side.computed.range, side.remainder))
    return Row(
        name=queries.measure_names(scope.measures),
        place=scope.region.name,
        statement=frozen("statement", side.statement.printed) if side.statement else None,
        total=frozen("total", total) if total else None,
        remainder=frozen("remainder", left) if left and total else None,
        records=side.computed.count,
    )


def _printed(fact: Fact) -> Printed:
    return Printed(f"fact:{fact.public_id}", fact.printed, fact.public_id)

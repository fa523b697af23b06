"""The writers of reports: hand in, confirm what was read, compose the paper."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from bihuan.documents import actions as documents
from bihuan.documents.models import Document
from bihuan.documents.paper import Paper
from bihuan.figures import actions as figures
from bihuan.figures import queries as figure_queries
from bihuan.figures.models import Fact, Figure, Revision
from bihuan.figures.rules import Kind
from bihuan.history import actions as history
from bihuan.history import queries as history_queries
from bihuan.lib.refusals import Refusal
from bihuan.org import queries as org
from bihuan.org.models import Edition, Region
from bihuan.reading import report as reading
from bihuan.reading.figures import Figure as ReadFigure
from bihuan.reports import queries, rules
from bihuan.reports.composition import Office, Printed, Row, Source, summary
from bihuan.reports.models import Submission


class UnplacedReportError(Refusal):
    """The report does not say which place or year it is about."""


def hand_in(
    *, text: str, name: str, book: str = "", region: Region | None = None, by: str, at: dt.datetime
) -> Submission:
    """Receive a report. The same text again gives the submission that stands.

    Args:
        name: of the file, for people.
        book: "" for real data, else the name of a book of model data.
        region: the reporting place; read from the text where it is not given.

    Raises:
        UnplacedReportError: place or year cannot be told from the text.
        bihuan.org.queries.UnknownPlaceError: the tree knows no such place, or several.
    """
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        standing = Submission.objects.filter(book=book, sha256=sha256).first()
        if standing:
            return standing
        home = region or _home(text)
        year = rules.campaign_year(text)
        if year is None:
            raise UnplacedReportError("no-year", "报告未写明年份,请补上", "the report names no year; add it")
        first, last = rules.campaign_period(year)
        submission = Submission.objects.create(
            book=book,
            region=home,
            period_start=first,
            period_end=last,
            name=name,
            text=text,
            sha256=sha256,
            received_by=by,
            received_at=at,
        )
        values = {"name": name, "book": book, "region": home.name, "sha256": sha256, "characters": len(text)}
        history.record(
            verb="reports.handed_in", subject=("submission", str(submission.pk)), by=by, at=at, values=values
        )
    return submission


def _home(text: str) -> Region:
    named = rules.home_named(text)
    if named is None:
        zh, en = "看不出报告是哪里的,请指定地区", "the report does not show whose it is; name the region"
        raise UnplacedReportError("no-place", zh, en)
    return org.the_one_called(named)


@dataclass(frozen=True)
class _Wanted:
    """A figure as a report has it, under the key by which a later report of the same place and period finds it."""

    key: str
    kind: Kind
    content: figures.Content


def confirm(*, submission: Submission, by: str, at: dt.datetime) -> Submission:
    """File everything that was read from a report, in one transaction.

    A later report of the same place and period replaces the earlier one: what it says again stands, what it says
    otherwise is corrected, what it no longer says is withdrawn.
    """
    with transaction.atomic():
        submission = Submission.objects.select_for_update().get(pk=submission.pk)
        if submission.confirmed_at or submission.replaced_by_id:
            return submission
        earlier = Submission.objects.select_for_update().filter(
            book=submission.book,
            region=submission.region,
            period_start=submission.period_start,
            confirmed_at__isnull=False,
            replaced_by=None,
        )
        wanted = _wanted(submission, by=by, at=at)
        for figure, revision in queries.figures_of(list(earlier)):
            if _base(figure.key) not in wanted:
                figures.withdraw(
                    figure=figure, expected_version=revision.version, by=by, at=at, reason=f"submission {submission.pk}"
                )
        for item in wanted.values():
            _file(item, book=submission.book, by=by, at=at)
        earlier.update(replaced_by=submission)
        submission.confirmed_at = at
        submission.save(update_fields=["confirmed_at"])
        values = {"figures": sorted(wanted)}
        history.record(
            verb="reports.confirmed", subject=("submission", str(submission.pk)), by=by, at=at, values=values
        )
    return submission


AGAIN = "~"  # between a key and the number of a figure that came back after it was withdrawn


def _base(key: str | None) -> str:
    return (key or "").partition(AGAIN)[0]


def _file(item: _Wanted, *, book: str, by: str, at: dt.datetime) -> None:
    # A withdrawn figure stays withdrawn: what a still later report says again is a new one.
    key, number = item.key, 1
    while Figure.objects.filter(key=key, withdrawn=True).exists():
        number += 1
        key = f"{item.key}{AGAIN}{number}"
    figure = figures.file(kind=item.kind, content=item.content, key=key, book=book, by=by, at=at)
    revision = Revision.objects.select_related("region", "occasion", "unit").get(figure=figure, version=figure.version)
    held = figures.content_of(revision)
    if held != item.content:
        figures.correct(figure=figure, expected_version=figure.version, content=item.content, by=by, at=at)


def _wanted(submission: Submission, *, by: str, at: dt.datetime) -> dict[str, _Wanted]:
    edition = org.edition_on(submission.period_end)
    found: dict[str, _Wanted] = {}
    for figure in reading.read(submission.text).figures:
        if not rules.countable(figure):
            continue
        item = _content(submission, figure, edition, by=by, at=at)
        number = 1
        key = item.key
        while key in found:  # the same measure twice for the same place and day
            number += 1
            key = f"{item.key}#{number}"
        found[key] = _Wanted(key, item.kind, item.content)
    return found


def _content(submission: Submission, figure: ReadFigure, edition: Edition, *, by: str, at: dt.datetime) -> _Wanted:
    home = submission.region
    kind = Kind(rules.standing(figure, home=home.name))
    place = org.called(figure.place, within=home, edition=edition) if figure.place else [home]
    region = place[0] if place else home
    period = rules.days(figure.date, otherwise=(submission.period_start, submission.period_end))
    name = "+".join(sorted(figure.measures))
    where = f"{submission.book}:{home.pk}:{submission.period_start:%Y-%m}:{region.pk}"
    occasion = None
    if kind is Kind.RECORD:
        occasion = figures.open_occasion(
            name=queries.occasion_name(submission.text, figure),
            period=period,
            regions=[region],
            key=f"report:{where}:{period[0]}",
            book=submission.book,
            by=by,
            at=at,
        )
    content = figures.Content(
        region=region,
        measures=tuple(figure.measures),
        classifier=figure.unit_norm,
        value=figure.range,
        printed=figure.text,
        form=figure.form,
        period=period,
        occasion=occasion,
        stated_by=figure.actor or "",
        origin={"submission": submission.sha256, "start": figure.start, "end": figure.end},
    )
    return _Wanted(f"report:{where}:{kind}:{name}:{figure.unit_norm}:{period[0]}", kind, content)


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
        bihuan.documents.paper.PaperError: the text cannot be printed; the message names the place.
    """
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
    rows = tuple(_row(submission, scope, as_of=as_of, by=by, at=at) for scope in queries.scopes(submission))
    source = Source(submission.text, reading.read(submission.text), facts, rows, submission.period_start.year)
    home = submission.region
    above = org.ancestors(home, org.edition_on(submission.period_end))
    office = Office(
        name=f"{queries.everyday(home)}安全生产委员会办公室",
        addressees=tuple(f"{queries.everyday(region)}安全生产委员会办公室" for region in above[:1]),
        signer=people.signer,
        day=at.astimezone(ZoneInfo(settings.CAMPAIGN_ZONE)).date(),
        marking=people.marking,
    )
    return summary(source, office)


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


__all__ = ["Figure", "People", "UnplacedReportError", "compose", "confirm", "hand_in"]

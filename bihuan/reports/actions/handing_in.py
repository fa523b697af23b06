"""Receive a report, and propose what to take from it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import asdict

from django.db import transaction

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns import queries as campaign_queries
from bihuan.campaigns.models import Campaign, Expected
from bihuan.campaigns.rules import safety_month_name
from bihuan.figures.rules import FigureError, check_value
from bihuan.history import actions as history
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.models import Region, Unit
from bihuan.reading import report as reading
from bihuan.reading.figures import Figure as ReadFigure
from bihuan.reading.lints import Lint
from bihuan.reading.ranges import Range
from bihuan.reading.report import Reading
from bihuan.reports import queries, rules
from bihuan.reports.actions.listing import tell_lists
from bihuan.reports.models import Proposal, Submission
from bihuan.reports.refusals import UnfitReportError, UnplacedReportError
from bihuan.reports.rules import Mark, State


def hand_in(
    *,
    text: str,
    name: str,
    campaign: Campaign | None = None,
    unit: Unit | None = None,
    book: str | None = None,
    region: Region | None = None,
    line: Expected | None = None,
    by: str,
    at: dt.datetime,
) -> Submission:
    """Receive a report and propose what to take from it. The same text again gives the submission that stands; one
    that was returned is replaced by the next of the same unit and campaign.

    Args:
        name: of the file, for people.
        campaign: found by place and year of the text, or opened, where it is not given.
        unit: who hands it in.
        book: "" for real data, else the name of a book of model data; the unit's own, unless given.
        region: the reporting place; the unit's, or read from the text, where it is not given.
        line: of an expected list, that it is handed in for; the unit's summary report, unless given.

    Raises:
        UnfitReportError: see there.
        UnplacedReportError: place or year cannot be told from the text.
        bihuan.org.queries.UnknownPlaceError: the tree knows no such place, or several.
    """
    _check_text(text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    if book is None:
        book = unit.book if unit else ""
    with transaction.atomic():
        home = region or (unit.region if unit else _home(text))
        # Two who hand in for the same place wait for each other here, so that the same text arrives once.
        home = Region.objects.select_for_update(no_key=True).get(pk=home.pk)
        if standing := queries.standing_with(sha256, book=book, region=home, unit=unit):
            return standing
        campaign = campaign or _campaign(text, home, book=book, by=by, at=at)
        if campaign.book != book:
            zh = "模型数据与真实数据不能混报,请换一个活动"
            raise UnfitReportError("other-book", zh, "model and real data do not mix: choose another campaign")
        read = reading.read(text)
        submission = Submission.objects.create(
            book=book,
            campaign=campaign,
            region=home,
            unit=unit,
            period_start=campaign.period_start,
            period_end=campaign.period_end,
            name=name[:200] or say("报告", "report"),
            text=text,
            sha256=sha256,
            text_end=read.tail.end,
            lints=[asdict(lint) for lint in (*_other_place(text, home), *read.lints)],
            hands=[by],
            received_by=by,
            received_at=at,
        )
        found = Proposal.objects.bulk_create(_proposals(submission, read))
        values = {
            "name": submission.name,
            "book": book,
            "region": home.name,
            "unit": unit.name if unit else None,
            "campaign": campaign.name,
            "sha256": sha256,
            "characters": len(text),
            "figures": len(found),
            "replaces": _replace_returned(submission),
        }
        subject = ("submission", str(submission.pk))
        history.record(verb="reports.handed_in", subject=subject, by=by, at=at, values=values)
        tell_lists(submission, line=line, by=by, at=at)
    return submission


def _replace_returned(submission: Submission) -> list[int]:
    """Mark those that were returned to the same unit as replaced; gives their keys."""
    returned = Submission.objects.filter(
        campaign=submission.campaign,
        region=submission.region,
        unit=submission.unit,
        state=State.RETURNED,
        replaced_by=None,
    )
    keys = list(returned.values_list("pk", flat=True))
    returned.update(replaced_by=submission)
    return keys


def _check_text(text: str) -> None:
    if not text.strip():
        raise UnfitReportError("empty", "没有文字,请粘贴报告或选择文件", "no text: paste the report or choose a file")
    if len(text) > rules.LONGEST_TEXT:
        zh = f"正文有{len(text):,}字,超过{rules.LONGEST_TEXT:,}字的上限,请分开报送"
        raise UnfitReportError("too-long", zh, f"longer than {rules.LONGEST_TEXT:,} characters: hand it in in parts")
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise UnfitReportError("no-text", "文中有不是文字的内容,请检查文件", "there is something in it that is no text")


def _other_place(text: str, home: Region) -> Iterator[Lint]:
    """A hint where the text speaks for another place than the one it is handed in for."""
    named = rules.home_named(text)
    if named is not None and named != home.name:
        zh = f"正文像是{named}的报告，而报送的是{home.name}；不对的话请退回，换单位再报"
        en = f"the text seems to be {named}'s, and it was handed in for {home.name}: return it if that is wrong"
        yield Lint("other_place", "warning", 0, 0, zh, en)


def _home(text: str) -> Region:
    named = rules.home_named(text)
    if named is None:
        zh, en = "看不出报告是哪里的,请指定地区", "the report does not show whose it is; name the region"
        raise UnplacedReportError("no-place", zh, en)
    return org.the_one_called(named)


def _campaign(text: str, home: Region, *, book: str, by: str, at: dt.datetime) -> Campaign:
    year = rules.campaign_year(text)
    if year is None:
        raise UnplacedReportError("no-year", "报告未写明年份,请补上", "the report names no year; add it")
    period = rules.campaign_period(year)
    known = campaign_queries.covering(home, period, book=book)
    return known or campaigns.open_campaign(
        region=home, name=safety_month_name(year), period=period, book=book, by=by, at=at
    )


def _proposals(submission: Submission, read: Reading) -> Iterator[Proposal]:
    if len(read.figures) > rules.MOST_FIGURES:
        zh = f"文中有{len(read.figures):,}个数,超过{rules.MOST_FIGURES:,}个的上限,请分开报送"
        raise UnfitReportError("too-many", zh, f"more than {rules.MOST_FIGURES:,} figures: hand it in in parts")
    home = submission.region
    edition = submission.campaign.edition
    campaign = (submission.period_start, submission.period_end)
    scenes = rules.Scenes(read.text[: read.tail.end])
    places: dict[str, Region] = {}
    for number, figure in enumerate(read.figures, 1):
        if figure.place and figure.place not in places:
            places[figure.place] = next(iter(org.called(figure.place, within=home, edition=edition)), home)
        scene = scenes.of(figure)
        value = _kept(figure.range)
        counts = rules.countable(figure) and value is not None
        kind = rules.standing(figure, home=home.name, scene=scene, period=campaign)
        first, last = rules.days(figure.date, otherwise=campaign)
        value = value or Range(None, None)
        yield Proposal(
            submission=submission,
            number=number,
            start=figure.start,
            end=figure.end,
            printed=figure.text,
            form=figure.form,
            low=value.low,
            high=value.high,
            low_open=value.low_open,
            high_open=value.high_open,
            measures=list(figure.measures),
            classifier=figure.unit_norm[:20],
            role=figure.role,
            region=places[figure.place] if figure.place else home,
            period_start=first,
            period_end=last,
            actor=(figure.actor or "")[:200],
            occasion=_sentence(read.text, figure),
            asked=kind is None,
            likely=rules.likely(figure, home=home.name),
            kind=kind or "",
            state=Mark.PENDING if counts else Mark.NOT_COUNTED,
        )


def _kept(value: Range) -> Range | None:
    """The range, or None for one that no column holds."""
    try:
        check_value(value)
    except FigureError:
        return None
    return value


def _sentence(text: str, figure: ReadFigure) -> str:
    first, last = rules.sentence_around(text, figure.start, figure.end)
    return text[first:last].strip()[:200]

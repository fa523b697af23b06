"""What a campaign adds up to: measures × places, and what makes each number, down to the words in the source."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet

from bihuan.campaigns.access import visible_parts
from bihuan.campaigns.models import Campaign
from bihuan.campaigns.queries import earlier_campaigns
from bihuan.campaigns.queries.earlier import MOST
from bihuan.campaigns.yearly import years_before
from bihuan.figures import queries as figures
from bihuan.figures.models import Measure, OccasionRegion, Revision
from bihuan.figures.queries import RowKey, SideBySide, row_text
from bihuan.history import queries as history
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import Reader
from bihuan.org.models import Region
from bihuan.reading.ranges import Range
from bihuan.reports.models import Submission
from bihuan.reports.queries.facts import Behind, behind, of_places
from bihuan.reports.queries.wording import everyday, printed_range, range_words

Days = tuple[dt.date, dt.date]
What = Literal["statement", "total", "remainder"]
NUMBERS: dict[What, tuple[str, str]] = {
    "statement": ("上报数", "Stated"),
    "total": ("记录合计", "Records"),
    "remainder": ("未有记录", "Unexplained"),
}
BLANK, NOT_APPLICABLE = "—", ("不适用", "n/a")
RECORDS = 50  # on a page
_FLAGS = {
    "attendance": ("人数按场次相加，可能有重复的人", "people are added up occasion by occasion: some may count twice"),
    "partial": ("含合并上报的数，只知其上限", "some were given for several things together: only an upper bound"),
    "clipped": ("比率按 100% 封顶", "the rate was cut at 100 %"),
    "impossible": ("分子大于分母，请核对", "the part exceeds the whole: check it"),
    "mixed_units": ("含不同量词", "in several classifiers"),
    "conflict": ("记录合计已超过上报数，请核对", "the records exceed the statement: check it"),
}


@dataclass(frozen=True, slots=True)
class AsOf:
    """The moment a page shows: now, or a past one and the seal that it stands on."""

    position: int | None
    moment: dt.datetime | None

    @classmethod
    def read(cls, text: str) -> AsOf:
        """From an address: "2023-07-01T18:00" by the campaign's clock; what is no moment is now."""
        try:
            local = dt.datetime.fromisoformat(text)
            moment = local.replace(tzinfo=ZoneInfo(settings.CAMPAIGN_ZONE)) if local.tzinfo is None else local
            moment = moment.astimezone(dt.UTC)  # the database refuses offsets of sixteen hours and more
            position = history.position_at(moment)
        except (ValueError, OverflowError):
            return cls(None, None)
        return cls(position, moment)

    @property
    def text(self) -> str:
        """As it stands in an address; "" for now."""
        return f"{self.moment.astimezone(ZoneInfo(settings.CAMPAIGN_ZONE)):%Y-%m-%dT%H:%M}" if self.moment else ""


@dataclass(frozen=True, slots=True)
class Number:
    """One number as it is printed, and in words. `printed` is a dash where nothing was filed, which is not zero."""

    what: What
    printed: str
    words: str
    known: bool
    value: Range | None

    @property
    def name(self) -> str:
        return say(*NUMBERS[self.what])


@dataclass(frozen=True)
class Cell:
    """The three numbers of a row at a place. What a page does not show is not put into words."""

    region: Region
    side: SideBySide | None

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        return tuple(self.number(what) for what in NUMBERS)

    def number(self, what: What) -> Number:
        side = self.side
        if what == "statement":
            return _stated(side.statement) if side and side.statement else _blank(what)
        if side is None or side.computed.state == "not_applicable":
            if side is None and what == "remainder":
                return _blank(what)
            return Number(what, say(*NOT_APPLICABLE), say(*NOT_APPLICABLE), False, None)
        unit = side.statement.classifier if side.statement else side.computed.unit or ""
        return _number(what, side.computed.range if what == "total" else side.remainder, unit)

    @property
    def records(self) -> int:
        return self.side.computed.count if self.side else 0

    @property
    def remarks(self) -> tuple[str, ...]:
        flags = sorted(self.side.flags) if self.side else ()
        return tuple(say(*_FLAGS[flag]) for flag in flags if flag in _FLAGS)


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it counts, and its cells, the campaign's own place first."""

    key: RowKey
    name: str
    units: str
    cells: tuple[Cell, ...]

    @property
    def text(self) -> str:
        """The row as it stands in an address."""
        return row_text(self.key)

    def of(self, what: What) -> list[Number]:
        """One number at each place."""
        return [cell.number(what) for cell in self.cells]


@dataclass(frozen=True, slots=True)
class DoubtLine:
    """A number that a rule asks about, and what was answered."""

    doubt: figures.Doubt
    name: str
    by: str  # who answered
    may_answer: bool

    @property
    def row(self) -> str:
        return row_text(self.doubt.row)


@dataclass(frozen=True)
class CampaignPage:
    """A campaign's rows and places, as far as the reader sees them."""

    campaign: Campaign
    as_of: AsOf
    regions: tuple[Region, ...]
    lines: tuple[Line, ...]
    words: str  # that the rows were searched for
    doubts: tuple[DoubtLine, ...] = ()

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """What columns of places are called: 积石山县, not its full name of fourteen characters."""
        return tuple(everyday(region) for region in self.regions)


def row_of(text: str) -> RowKey | None:
    """The row that an address names, or None where it names none."""
    measures, colon, units = text.partition(":")
    codes = tuple(sorted({code for code in measures.split(",") if code}))
    if not colon or not codes or len(codes) > 8 or "\0" in text or len(text) > 400:
        return None
    return RowKey(codes, tuple(sorted(set(units.split(",")))))


def campaign_page(
    reader: Reader,
    campaign: Campaign,
    *,
    as_of: AsOf,
    answering: QuerySet[Region] | None = None,
    words: str = "",
    only: RowKey | None = None,
) -> CampaignPage:
    """All rows of a campaign, those whose name or synonyms hold `words`, or `only` one.

    Args:
        answering: the places for whose numbers the reader answers when a rule asks; the rules are asked where it is
            given.
    """
    found = figures.table(
        region=campaign.region,
        edition=campaign.edition,
        period=campaign.period,
        book=campaign.book,
        as_of=as_of.position,
        only=only,
    )
    codes = {code for row in found.rows for code in row.measures}
    measures = {item.code: item for item in Measure.objects.filter(code__in=codes)}
    shown = visible_parts(reader, campaign, found.regions[1:])
    regions = (campaign.region, *shown)
    lines = tuple(_lines(found, regions, measures, words))
    shown_keys = {region.pk for region in regions}
    whole = as_of.moment is None and not words and only is None
    doubts: tuple[DoubtLine, ...] = ()
    if whole and answering is not None:
        doubts = tuple(_doubts(campaign, found, shown_keys, measures, answering))
    return CampaignPage(campaign, as_of, regions, lines, words, doubts)


def _doubts(
    campaign: Campaign,
    table: figures.Table,
    shown: set[int],
    measures: Mapping[str, Measure],
    answering: QuerySet[Region],
    beside: figures.Beside | None = None,
) -> Iterator[DoubtLine]:
    """What the rules ask about numbers that the reader sees, the unanswered ones first."""
    asked = figures.plausibility(table, period=campaign.period, book=campaign.book, beside=beside)
    found = [doubt for doubt in asked if doubt.region.pk in shown]
    if not found:
        return
    answered = [doubt.answer.by for doubt in found if doubt.answer]
    names = org.names(answered) if answered else {}
    open_to = set(answering.filter(pk__in={doubt.region.pk for doubt in found}).values_list("pk", flat=True))
    for doubt in sorted(found, key=lambda doubt: not doubt.open):
        name = "、".join(measures[code].name for code in doubt.row.measures if code in measures)
        by = names.get(doubt.answer.by, doubt.answer.by) if doubt.answer else ""
        yield DoubtLine(doubt, name, by, doubt.region.pk in open_to)


@dataclass(frozen=True)
class DoubtPage:
    """All that the rules ask about a campaign, also beside earlier years, the people who live there, and its days."""

    campaign: Campaign
    doubts: tuple[DoubtLine, ...]


def doubt_page(reader: Reader, campaign: Campaign, *, answering: QuerySet[Region]) -> DoubtPage:
    """What the rules ask about the numbers that a reader sees, the unanswered ones first. It takes more reading than
    the page of totals, which shows only what stands in its own table.

    Args:
        answering: the places for whose numbers the reader answers.
    """
    found = figures.table(region=campaign.region, edition=campaign.edition, period=campaign.period, book=campaign.book)
    codes = {code for row in found.rows for code in row.measures}
    measures = {item.code: item for item in Measure.objects.filter(code__in=codes)}
    shown = {campaign.region_id, *(region.pk for region in visible_parts(reader, campaign, found.regions[1:]))}
    beside = figures.beside(
        found,
        edition=campaign.edition,
        period=campaign.period,
        earlier=earlier_periods(campaign),
        book=campaign.book,
    )
    return DoubtPage(campaign, tuple(_doubts(campaign, found, shown, measures, answering, beside)))


def earlier_periods(campaign: Campaign) -> list[Days]:
    """The days of each earlier year: of its campaign where there was one, else the same days."""
    year = campaign.period_start.year
    same = {year - back: years_before(campaign.period, back) for back in range(1, min(MOST, year - 1) + 1)}
    return list((same | {began: item.period for began, item in earlier_campaigns(campaign).items()}).values())


def _lines(
    table: figures.Table, regions: tuple[Region, ...], measures: Mapping[str, Measure], words: str
) -> Iterator[Line]:
    for row in table.rows:
        known = [measures[code] for code in row.measures if code in measures]
        if len(known) < len(row.measures) or not any(_fits(item, words) for item in known):
            continue
        name = "、".join(item.name for item in known)
        units = "、".join(unit for unit in row.classifiers if unit)
        yield Line(row, name, units, tuple(Cell(region, table.cell(row, region)) for region in regions))


def _fits(measure: Measure, words: str) -> bool:
    return not words or any(words in name for name in (measure.name, *measure.synonyms))


def _stated(item: Revision) -> Number:
    value = item.value
    return Number("statement", item.printed, range_words(value), True, value)


def _number(what: What, value: Range | None, unit: str) -> Number:
    printed = printed_range(value, unit)
    if value is None or printed is None:
        return _blank(what)
    return Number(what, printed, range_words(value), True, value)


def _blank(what: What) -> Number:
    return Number(what, BLANK, say("没有数", "no number"), False, None)


# -- what makes a number ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Joint:
    """An occasion of several places: at a place above them its figures count once."""

    name: str
    places: str

    def __str__(self) -> str:
        return f"{self.name}（{self.places}）"


@dataclass(frozen=True)
class MakingPage:
    """What makes the numbers of a row at a place: the statement and the records, each with its source."""

    campaign: Campaign
    as_of: AsOf
    region: Region
    line: Line
    cell: Cell
    statement: Behind | None
    records: tuple[Behind, ...]
    count: int
    elsewhere: int  # records of places that are not the reader's: counted, not shown
    next_after: int | None
    joint: tuple[Joint, ...]


def making_page(
    reader: Reader,
    campaign: Campaign,
    region: Region,
    row: RowKey,
    *,
    as_of: AsOf,
    among: QuerySet[Submission],
    after: int = 0,
) -> MakingPage | None:
    """What makes a row at a place; None where the row names no measures of ours. Of a place above the reader's own,
    records of other places are counted and not shown.

    Args:
        among: the reports that the reader may see: words of others are not shown.
        after: the figure behind which the page of records begins.
    """
    place = figures.Scope(
        region, campaign.edition, frozenset(row.measures), frozenset(row.classifiers), campaign.period, campaign.book
    )
    measures = {item.code: item for item in Measure.objects.filter(code__in=row.measures)}
    if len(measures) < len(row.measures):
        return None
    found = figures.table(
        region=region,
        edition=campaign.edition,
        period=campaign.period,
        book=campaign.book,
        as_of=as_of.position,
        only=row,
    )
    (line,) = _lines(found, (region,), measures, "")
    records = figures.records(place, as_of=as_of.position)
    shown = of_places(reader, records)
    rest = [item for item in shown if item.figure_id > after]
    page = rest[:RECORDS]
    side = found.cell(row, region)
    stated = side.statement if side else None
    told = behind([*([stated] if stated else []), *page], among=among)
    return MakingPage(
        campaign,
        as_of,
        region,
        line,
        line.cells[0],
        told[0] if stated else None,
        tuple(told[1:] if stated else told),
        len(records),
        len(records) - len(shown),
        page[-1].figure_id if len(rest) > RECORDS else None,
        tuple(_joint(records)),
    )


def _joint(records: list[Revision]) -> Iterator[Joint]:
    names = {item.occasion_id: item.occasion.name for item in records if item.occasion and item.occasion.joint}
    places: dict[int, list[str]] = {}
    parts = OccasionRegion.objects.filter(occasion__in=names).select_related("region").order_by("region__pinyin")
    for part in parts:
        places.setdefault(part.occasion_id, []).append(everyday(part.region))
    for key, name in names.items():
        yield Joint(name, "、".join(places.get(key or 0, ())))

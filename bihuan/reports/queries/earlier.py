"""A campaign's numbers beside those of earlier years: how they changed (同比), which are the highest there were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import QuerySet

from bihuan.campaigns.access import visible_parts, visible_regions
from bihuan.campaigns.models import Campaign
from bihuan.campaigns.queries import earlier_campaigns
from bihuan.campaigns.queries.earlier import MOST
from bihuan.campaigns.yearly import years_before
from bihuan.figures import queries as figures
from bihuan.figures.earlier import Basis, High, change, high, points, years_said
from bihuan.figures.models import Measure
from bihuan.figures.queries import Held, RowKey, row_text
from bihuan.figures.rules import Way
from bihuan.lib.words import say
from bihuan.org.access import Reader
from bihuan.org.models import Region
from bihuan.org.queries import children
from bihuan.reading.ranges import Range
from bihuan.reports.models import Submission
from bihuan.reports.queries.facts import Behind, behind
from bihuan.reports.queries.wording import everyday, printed_range, range_words

Days = tuple[dt.date, dt.date]
BASES: dict[Basis, tuple[str, str]] = {
    Basis.STATED: ("上报数", "stated"),
    Basis.PARTS: (
        "各地上报数之和，联合活动可能重复",
        "what its places stated, added up: joint ones may count twice",
    ),
    Basis.CLOSED: ("已关账的记录合计", "records of a closed period"),
    Basis.STATED_PART: ("上报数，只是其中几天的", "stated for some of the days alone"),
    Basis.RECORDS: ("已有记录的合计，可能不全", "the records there are: more may come"),
}
HIGHS: dict[High, tuple[str, str, str]] = {
    High.YES: ("创历史新高", "highest on record", "good"),
    High.NO: ("未创新高", "not the highest", "plain"),
    High.UNPROVEN: ("不能断定", "undecided", "warn"),
    High.NO_YEARS: ("没有往年数", "no earlier years", "plain"),
}
_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class YearNumber:
    """The number of one year as it is printed, and on what it stands. `campaign`: of that year, where there was one."""

    year: int
    held: Held
    printed: str
    words: str
    basis: str
    campaign: int | None


@dataclass(frozen=True, slots=True)
class Compared:
    """One row at a place over the years. `before`: the year before; `years`: all earlier ones, newest first."""

    key: RowKey
    name: str
    units: str
    now: YearNumber | None
    before: YearNumber | None
    change: str  # in words; "" where there is none
    because: str  # why there is none, or what to bear in mind
    high: High
    years: tuple[YearNumber, ...]

    @property
    def text(self) -> str:
        """The row as it stands in an address."""
        return row_text(self.key)

    @property
    def verdict(self) -> str:
        return say(*HIGHS[self.high][:2])

    @property
    def tone(self) -> str:
        return HIGHS[self.high][2]

    @property
    def rests_on(self) -> str:
        """有记录以来（2021—2025年）: the years that the verdict rests on; "" where there are none."""
        if not self.years:
            return ""
        years = years_said(item.year for item in self.years)
        return say(f"有记录以来（{years}）", f"on record: {years.replace('年', '').replace('、', ', ')}")

    @property
    def highest(self) -> YearNumber | None:
        """The highest of the earlier years, by its lower bound."""
        known = [item for item in self.years if item.held.value.low is not None]
        return max(known, key=lambda item: item.held.value.low or Decimal(0), default=None)


@dataclass(frozen=True)
class EarlierPage:
    """The rows of a campaign at a place, this year and before. `until`: the day up to which a running one is compared;
    None once it is over."""

    campaign: Campaign
    region: Region
    regions: tuple[Region, ...]  # to choose from
    year: int
    until: dt.date | None
    lines: tuple[Compared, ...]
    years: tuple[int, ...]  # in store, of any row

    @property
    def heads(self) -> list[tuple[Region, str]]:
        return [(region, everyday(region)) for region in self.regions]


class _Comparing:
    """What is read once for all rows of a place."""

    def __init__(
        self, campaign: Campaign, region: Region, rows: Sequence[RowKey], today: dt.date, *, only: bool = False
    ) -> None:
        self.campaign, self.region = campaign, region
        self.year = campaign.period_start.year
        self.until = today if campaign.period_start <= today < campaign.period_end else None
        self.campaigns = earlier_campaigns(campaign)
        self.periods = self._periods()
        spans = [campaign.period, *self.periods.values()]
        self.same: tuple[Days, Days] | None = None
        if self.until is not None:
            now = (campaign.period_start, self.until)
            self.same = now, self._same_days(now)
            spans += self.same
        self.years = figures.Years(
            region=region, edition=campaign.edition, periods=spans, rows=rows, book=campaign.book
        )
        self.only = only
        self.rows = rows if only else self.years.rows

    def _periods(self) -> dict[int, Days]:
        """The days of each earlier year that is in store: of its campaign, else of statements for the same days."""
        places = [self.region.pk, *(item.pk for item in children(self.region, self.campaign.edition))]
        held = figures.statement_periods(regions=places, before=self.campaign.period_start, book=self.campaign.book)
        found = {year: item.period for year, item in self.campaigns.items()}
        for back in range(1, MOST + 1):
            if self.year - back < 1:
                break
            days = years_before(self.campaign.period, back)
            if self.year - back not in found and days in held:
                found[self.year - back] = days
        return dict(sorted(found.items(), reverse=True))

    def _same_days(self, now: Days) -> Days:
        """As many days of the year before, from the beginning of its period."""
        before = self.periods.get(self.year - 1)
        days = years_before(now, 1)
        if before is None or before[0] == days[0]:
            return days
        return before[0], min(before[0] + (now[1] - now[0]), before[1])

    def compared(self, row: RowKey, measures: Mapping[str, Measure]) -> Compared | None:
        known = [measures[code] for code in row.measures if code in measures]
        if len(known) < len(row.measures):
            return None
        now = self._number(row, self.year, self.campaign.period)
        years = tuple(
            item for year, days in self.periods.items() if (item := self._number(row, year, days)) is not None
        )
        if now is None and not years and not self.only:
            return None
        before = next((item for item in years if item.year == self.year - 1), None)
        changed, because = self._change(row, now, before)
        some = now or (years[0] if years else None)
        verdict = high(now.held.stood if now else None, [item.held.stood for item in years])
        if some is not None and some.held.way is Way.NONE:  # a rank or a duration: more is not better
            verdict = High.NO_YEARS if not years else High.UNPROVEN
        name = "、".join(item.name for item in known)
        units = "、".join(unit for unit in row.classifiers if unit)
        return Compared(row, name, units, now, before, changed, because, verdict, years)

    def _number(self, row: RowKey, year: int, days: Days) -> YearNumber | None:
        held = self.years.held(row, days)
        if held is None:
            return None
        alone = held.statements[0] if held.basis in (Basis.STATED, Basis.STATED_PART) else None
        printed = alone.printed if alone else printed_range(held.value, held.unit) or "—"
        there = self.campaigns.get(year)
        pk = self.campaign.pk if year == self.year else there.pk if there else None
        return YearNumber(year, held, printed, range_words(held.value), say(*BASES[held.basis]), pk)

    def _change(self, row: RowKey, now: YearNumber | None, before: YearNumber | None) -> tuple[str, str]:
        """The change against the year before in words, and what to bear in mind of it."""
        this = now.held if now else None
        then = before.held if before else None
        if self.same is not None:
            this, then = self.years.held(row, self.same[0]), self.years.held(row, self.same[1])
            if before is not None and then is None:
                return "", say("上年没有按日的数，不能比同期", "the year before has no numbers by day")
        if this is None:
            return "", say("本年还没有数", "no number this year yet")
        if then is None:
            return "", say("上年没有数", "no number of the year before")
        rate = this.way is Way.RATIO or this.unit == "%"
        found = points(this.value, then.value) if rate else change(this.value, then.value)
        if found is None:
            return "", say("上年的数是零或不定，算不出比率", "the year before is zero or unknown: there is no rate")
        partial = [
            words
            for held, words in ((this, say("本年", "this year")), (then, say("上年", "the year before")))
            if not held.whole
        ]
        because = ""
        if partial:
            which = say("、", ", ").join(partial)
            because = say(f"{which}按已有的数，可能不全", f"{which}: by what there is, more may come")
        return change_words(found, rate=rate), because


def change_words(found: Range, *, rate: bool = False) -> str:
    """增长12.5%, 下降3.2%, 持平; −2.0%～+5.0% where it is not decided which. To one decimal."""
    assert found.low is not None
    assert found.high is not None
    low, high_ = (item.quantize(_TENTH, ROUND_HALF_UP) for item in (found.low, found.high))
    unit_zh, unit_en = ("个百分点", " points") if rate else ("%", " %")
    if found.low == found.high == 0:
        return say("持平", "unchanged")
    if low == high_ or (found.high - found.low) < _TENTH / 100:
        low = ((found.low + found.high) / 2).quantize(_TENTH, ROUND_HALF_UP)
        if found.low >= 0:
            return say(f"增长{low}{unit_zh}", f"up {low}{unit_en}")
        if found.high <= 0:
            return say(f"下降{-low}{unit_zh}", f"down {-low}{unit_en}")
    if found.low >= 0:
        return say(f"增长{low}～{high_}{unit_zh}", f"up {low} to {high_}{unit_en}")
    if found.high <= 0:
        return say(f"下降{-high_}～{-low}{unit_zh}", f"down {-high_} to {-low}{unit_en}")
    return say(f"{low:+}～{high_:+}{unit_zh}", f"{low:+} to {high_:+}{unit_en}").replace("-", "−")


def earlier_page(reader: Reader, campaign: Campaign, region: Region, *, today: dt.date) -> EarlierPage:
    """Every row of a campaign at one of its places, this year and before."""
    found = figures.table(region=region, edition=campaign.edition, period=campaign.period, book=campaign.book)
    comparing = _Comparing(campaign, region, found.rows, today)
    lines = tuple(_lines(comparing))
    below = children(campaign.region, campaign.edition)
    shown = visible_parts(reader, campaign, below)
    years = sorted({item.year for line in lines for item in line.years}, reverse=True)
    return EarlierPage(
        campaign, region, (campaign.region, *shown), comparing.year, comparing.until, lines, tuple(years)
    )


def _lines(comparing: _Comparing) -> Iterator[Compared]:
    codes = {code for row in comparing.rows for code in row.measures}
    measures = {item.code: item for item in Measure.objects.filter(code__in=codes)}
    rank = {code: item.pk for code, item in measures.items()}
    for row in sorted(comparing.rows, key=lambda row: ([rank.get(code, 0) for code in row.measures], row.classifiers)):
        line = comparing.compared(row, measures)
        if line is not None:
            yield line


@dataclass(frozen=True, slots=True)
class YearSource:
    """One year of a row, with what is stated for it. `hidden`: statements of places that are not the reader's."""

    number: YearNumber
    sources: tuple[Behind, ...]
    hidden: int


@dataclass(frozen=True)
class EarlierRow:
    """One row at a place over the years, each down to its sources."""

    campaign: Campaign
    region: Region
    line: Compared
    years: tuple[YearSource, ...]  # this one first
    until: dt.date | None

    @property
    def region_text(self) -> str:
        """The place as it stands in an address."""
        return str(self.region.pk)


def earlier_row(
    reader: Reader, campaign: Campaign, region: Region, row: RowKey, *, among: QuerySet[Submission], today: dt.date
) -> EarlierRow | None:
    """One row over the years; None where nothing is known of it.

    Args:
        among: the reports that the reader may see: words of others are not shown.
    """
    if Measure.objects.filter(code__in=row.measures).count() < len(row.measures):
        return None
    comparing = _Comparing(campaign, region, [row], today, only=True)
    line = next(_lines(comparing), None)
    if line is None:
        return None
    numbers = [*([line.now] if line.now else []), *line.years]
    items = [item for number in numbers for item in number.held.statements]
    open_here = visible_regions(reader, {item.region_id for item in items} | {region.pk}) | {campaign.region_id}
    shown = [item for item in items if item.region_id in open_here]
    told = dict(zip((item.figure_id for item in shown), behind(shown, among=among) if shown else (), strict=True))
    years = tuple(_source(number, told) for number in numbers)
    return EarlierRow(campaign, region, line, years, comparing.until)


def _source(number: YearNumber, told: Mapping[int, Behind]) -> YearSource:
    mine = [item.figure_id for item in number.held.statements]
    return YearSource(number, tuple(told[key] for key in mine if key in told), sum(key not in told for key in mine))


def claims(campaign: Campaign, region: Region, rows: Iterable[RowKey], *, today: dt.date) -> Mapping[RowKey, Compared]:
    """What the years say of some rows at a place, as far as anything is known: for one who reads that a number is the
    highest ever."""
    comparing = _Comparing(campaign, region, list(rows), today, only=True)
    return {line.key: line for line in _lines(comparing)}

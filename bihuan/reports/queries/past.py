"""What a table of earlier years' values is looked up in: places, measures, what is in store; in few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from bihuan.campaigns.models import Campaign
from bihuan.campaigns.queries import earlier_campaigns
from bihuan.campaigns.yearly import years_before
from bihuan.figures import queries as figures
from bihuan.figures.models import Figure, Measure, Revision
from bihuan.figures.rules import Kind, classifiers_of
from bihuan.org.models import Node, Region, RegionAlias, RegionCode
from bihuan.reports.past_rows import Days, PastRow
from bihuan.reports.queries.facts import Behind, behind

PAST = "past:"  # how keys of loaded values begin
Place = tuple[int, Days, tuple[str, ...], str]  # region, period, measures, classifier: what a value is of


@dataclass
class Known:
    """What the words of a table mean, and what is in store."""

    areas: Mapping[str, list[Region]]
    measures: Mapping[str, list[str]]
    classifiers: Mapping[str, frozenset[str]]
    stated: Mapping[Place, list[Revision]]
    periods: Mapping[int, Days]  # of earlier campaigns, by their year
    campaign: Campaign

    def region(self, row: PastRow) -> Region | None:
        """The one place that a row names; a fault where it names none, or several."""
        text = row["region"]
        found = self.areas.get(text, [])
        exact = [item for item in found if item.name == text]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if found:
            which = "、".join(item.name for item in found[:5])
            row.fault(
                "region", f"“{text}”可指{which}，请写全称或代码", f"“{text}” may be any of several: write the code"
            )
        elif text:
            zh = f"没有“{text}”，或不在您管理的地区内"
            row.fault("region", zh, f"there is no “{text}”, or it is not in a region of yours")
        return None

    def basket(self, row: PastRow) -> tuple[str, ...] | None:
        """The measures that a row names."""
        codes: set[str] = set()
        for name in row.names:
            found = self.measures.get(name, [])
            if len(found) != 1:
                zh = f"“{name}”可指几个指标，请写全称" if found else f"没有叫“{name}”的指标"
                en = f"“{name}” names several measures: write it in full" if found else f"no measure is called “{name}”"
                row.fault("measure", zh, en)
                return None
            codes.add(found[0])
        return tuple(sorted(codes)) or None

    def classifier(self, row: PastRow, measures: tuple[str, ...]) -> str | None:
        """The classifier that is written, else the only one that the measures are counted in."""
        if row.read is None:
            return None
        may = frozenset().union(*(self.classifiers[code] for code in measures))
        given = row.read.classifier
        if not given and len(may) == 1:
            (given,) = may
        if not may or (given and classifiers_of(given) <= may):
            return given
        which = "、".join(sorted(may))
        zh = f"“{given}”不是这个指标的量词，请用：{which}" if given else f"请写量词：{which}"
        row.fault("unit" if "unit" in row.columns else "value", zh, f"the classifier is one of: {which}")
        return None

    def days(self, row: PastRow) -> Days | None:
        """The period of a row; with the year alone that of the campaign of that year, else the same days."""
        if row.days is not None or row.year is None or (row["period"] and row.days is None):
            return row.days
        back = self.campaign.period_start.year - row.year
        same = years_before(self.campaign.period, back) if back else self.campaign.period
        return self.periods.get(row.year, same)


def known_for(rows: Iterable[PastRow], *, campaign: Campaign, regions: QuerySet[Region]) -> Known:
    """What is known of the words in a table.

    Args:
        regions: those for which its sender may load; of them the campaign's own and those below it.
    """
    rows = list(rows)
    measures: dict[str, list[str]] = defaultdict(list)
    by_name: dict[str, list[str]] = defaultdict(list)
    codes: list[str] = []
    for item in Measure.objects.order_by("pk"):
        codes.append(item.code)
        by_name[item.name].append(item.code)
        for word in {item.code, *item.synonyms} - {item.name}:
            measures[word].append(item.code)
    measures |= by_name  # a name goes before what it is also called
    areas = _areas({row["region"] for row in rows} - {""}, campaign, regions)
    return Known(
        areas=areas,
        measures=measures,
        classifiers={code: item.classifiers for code, item in figures.definitions(codes).items()},
        stated=_stated({item.pk for found in areas.values() for item in found}, campaign),
        periods={year: item.period for year, item in earlier_campaigns(campaign).items()},
        campaign=campaign,
    )


def _areas(words: set[str], campaign: Campaign, regions: QuerySet[Region]) -> Mapping[str, list[Region]]:
    """The regions that names and codes mean, of those of the campaign's tree that the sender may load for."""
    path = Node.objects.get(edition=campaign.edition, region=campaign.region).path
    inside = Node.objects.filter(edition=campaign.edition, path__gte=path, path__lt=path + "~").values("region")
    aliased = RegionAlias.objects.filter(alias__in=words)
    coded = RegionCode.objects.filter(code__in=words, valid_to=None)
    called = Q(name__in=words) | Q(pk__in=aliased.values("region")) | Q(pk__in=coded.values("region"))
    found = Region.objects.filter(called, pk__in=inside).filter(pk__in=regions.values("pk"))
    held = {item.pk: item for item in found.order_by("pk")}
    areas: dict[str, dict[int, Region]] = defaultdict(dict)
    for item in held.values():
        areas[item.name][item.pk] = item
    for pk, alias in aliased.filter(region__in=held).values_list("region", "alias"):
        areas[alias][pk] = held[pk]
    for pk, code in coded.filter(region__in=held).values_list("region", "code"):
        areas[code][pk] = held[pk]
    return {word: list(places.values()) for word, places in areas.items()}


def _stated(regions: set[int], campaign: Campaign) -> Mapping[Place, list[Revision]]:
    """The statements in store of these regions, the newest first."""
    held: dict[Place, list[Revision]] = defaultdict(list)
    found = figures.revisions(as_of=None).filter(
        figure__kind=Kind.STATEMENT, figure__book=campaign.book, region__in=regions
    )
    for item in found.select_related("figure", "region", "occasion", "unit").order_by("-figure"):
        days = (item.period_start, item.period_end)
        held[item.region_id, days, tuple(item.measures), item.classifier].append(item)
    return held


def withdrawn_keys(keys: Iterable[str]) -> frozenset[str]:
    """Those of the keys under which a figure was filed and taken back."""
    return frozenset(item.key or "" for item in Figure.objects.filter(key__in=list(keys), withdrawn=True))


def units_of_measures() -> list[tuple[str, str]]:
    """The names of all measures, each with the classifiers that it is counted in."""
    rows = list(Measure.objects.order_by("pk").values_list("code", "name"))
    known = figures.definitions(code for code, _name in rows)
    return [(name, "、".join(sorted(known[code].classifiers))) for code, name in rows]


# -- what was loaded -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PastValue:
    """A loaded value: of what, and where it comes from."""

    figure: int
    name: str
    source: Behind
    may_withdraw: bool


def regions_of(campaign: Campaign, seen: QuerySet[Region]) -> QuerySet[Region]:
    """The places of a campaign whose values somebody sees: its own, and of those below it what is `seen`."""
    top = Node.objects.get(edition=campaign.edition, region=campaign.region).path
    inside = Node.objects.filter(edition=campaign.edition, path__gte=top, path__lt=top + "~").values("region")
    below = seen.filter(pk__in=inside)
    return Region.objects.filter(Q(pk__in=below.values("pk")) | Q(pk=campaign.region_id))


def loaded(campaign: Campaign, regions: QuerySet[Region]) -> QuerySet[Revision]:
    """The values of earlier years that were loaded for these places, in the campaign's book."""
    found = figures.revisions(as_of=None).filter(
        figure__kind=Kind.STATEMENT, figure__book=campaign.book, figure__key__startswith=PAST
    )
    return found.filter(region__in=regions.values("pk")).select_related("figure", "region", "occasion")


def past_values(items: Iterable[Revision], *, mine: frozenset[int]) -> Iterator[PastValue]:
    """The same in words. `mine`: the regions whose values the reader may take back."""
    held = list(items)
    names = dict(Measure.objects.values_list("code", "name")) if held else {}
    for item, source in zip(held, behind(held) if held else (), strict=True):
        name = "、".join(names.get(code, code) for code in item.measures)
        yield PastValue(item.figure_id, name, source, item.region_id in mine)

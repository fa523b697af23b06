"""What a period comes to, line by line: what a bundle carries.

A line is the sum of all records of one basket of measures in one classifier, so that the lines add up to every total
that the records add up to, and none counts twice. Ratios are not carried: the other side divides its own sums.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, Q

from bihuan.exchange.bundle import Line, Part
from bihuan.figures import queries as figures
from bihuan.figures.models import OccasionRegion, Revision
from bihuan.figures.queries.standing import Period
from bihuan.figures.queries.totals import added, latest
from bihuan.figures.rules import Definition, Kind, Sum, Way
from bihuan.org.models import Edition, Node, Region
from bihuan.org.queries import children, subtree
from bihuan.reading.phrase_range import phrase_range
from bihuan.reading.ranges import Range

Basket = tuple[tuple[str, ...], str]  # measures, classifier


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what lines are wanted. `as_of`: a position of the chain."""

    region: Region
    edition: Edition
    period: Period
    book: str
    as_of: int


def lines(asked: Asked) -> list[Line]:
    """The records and the statements of a region at a position, as lines; those of unknown nouns are left out."""
    found = _records(asked)
    known = figures.definitions(
        {code for item in (*found, *_statements(asked)) for code in item.measures}, as_of=asked.as_of
    )
    places = _Places(asked, found)
    made = [*_added(found, known, places), *_stated(asked)]
    return sorted(made, key=lambda line: (line.kind, line.measures, line.classifier))


def definitions_of(made: Iterable[Line], *, as_of: int) -> tuple[tuple[str, str], ...]:
    """The definitions that lines were made under: code and hash."""
    known = figures.definitions({code for line in made for code in line.measures}, as_of=as_of)
    return tuple((code, known[code].sha256) for code in sorted(known))


def _records(asked: Asked) -> list[Revision]:
    """As `figures.records`, of all measures."""
    inside = subtree(asked.region, asked.edition).values("region")
    takes_part = OccasionRegion.objects.filter(occasion=OuterRef("occasion"), region__in=inside)
    alone = Q(occasion=None) | Q(occasion__joint=False)
    found = (
        figures.revisions(as_of=asked.as_of)
        .filter(
            (alone & Q(region__in=inside)) | (Q(occasion__joint=True) & Exists(takes_part)),
            figure__kind=Kind.RECORD,
            figure__book=asked.book,
            period_end__range=asked.period,
        )
        .select_related("occasion")
        .order_by("figure")
    )
    return [item for item in found if item.measures]


def _statements(asked: Asked) -> list[Revision]:
    rows = figures.revisions(as_of=asked.as_of).filter(
        figure__kind=Kind.STATEMENT, figure__book=asked.book, region=asked.region, period_end__range=asked.period
    )
    return [item for item in rows.order_by("period_end", "figure") if item.measures]


def _stated(asked: Asked) -> Iterator[Line]:
    """What the region itself states; of several about the same the newest."""
    newest = {(tuple(item.measures), item.classifier): item for item in _statements(asked)}
    for (measures, classifier), item in newest.items():
        yield Line("statement", measures, classifier, item.value, item.printed[:200], item.form)


class _Places:
    """In which child of the region each record counts."""

    def __init__(self, asked: Asked, found: list[Revision]) -> None:
        self.children = children(asked.region, asked.edition)
        below = Node.objects.filter(edition=asked.edition, region__in=self.children)
        tops = dict(below.values_list("path", "region_id"))
        joint = {item.occasion_id for item in found if item.occasion and item.occasion.joint}
        self.regions: dict[int, set[int]] = defaultdict(set)
        for occasion, region in OccasionRegion.objects.filter(occasion__in=joint).values_list("occasion", "region"):
            self.regions[occasion].add(region)
        wanted = {item.region_id for item in found}.union(*self.regions.values())
        paths = dict(Node.objects.filter(edition=asked.edition, region__in=wanted).values_list("region_id", "path"))
        length = len(next(iter(tops), ""))
        self.child = {region: tops.get(path[:length]) for region, path in paths.items()}

    def of(self, item: Revision) -> set[int]:
        regions = self.regions.get(item.occasion_id or 0) or {item.region_id}
        return {child for region in regions if (child := self.child.get(region))}


def _added(found: list[Revision], known: Mapping[str, Definition], places: _Places) -> Iterator[Line]:
    baskets: dict[Basket, list[Revision]] = defaultdict(list)
    for item in found:
        baskets[tuple(item.measures), item.classifier].append(item)
    for (measures, classifier), items in baskets.items():
        ways = {known[code].way(classifier) for code in measures}
        if ways & {Way.RATIO, Way.NONE}:
            continue
        counted = latest(items) if Way.LATEST in ways else items
        whole = added(counted)[measures, classifier]
        value = whole.range
        if value is None:
            continue
        inside: dict[int, Sum] = {}
        for item in counted:
            for child in places.of(item):
                inside[child] = inside.get(child, Sum()) + Sum.of(item.value)
        parts = tuple(
            Part(child.key, child.name, printed(part, classifier))
            for child in places.children
            if child.pk in inside and (part := inside[child.pk].range) is not None
        )
        yield Line("record", measures, classifier, value, printed(value, classifier), "", len(counted), parts)


def printed(value: Range, classifier: str) -> str:
    """A sum as a bundle prints it."""
    return (phrase_range(value, classifier) or f"{value.low or ''}–{value.high or ''}{classifier}")[:200]


def differences(before: Iterable[Line], now: Iterable[Line]) -> list[Line]:
    """The lines that an erratum brings: changed, new (`was` None) and gone (`value` None)."""
    held = {line.key: line for line in before}
    changed = []
    for line in now:
        was = held.pop(line.key, None)
        if was is None or was.value != line.value:
            changed.append(replace(line, was=was.value if was else None))
    gone = [replace(line, value=None, was=line.value, records=0, parts=(), fact="") for line in held.values()]
    return [*changed, *gone]

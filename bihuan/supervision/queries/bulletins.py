"""Reads of bulletins: what one would say, what one says, and whether it still does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from bihuan.campaigns.models import Campaign
from bihuan.history import queries as history
from bihuan.history.rules import canonical, digest
from bihuan.loop.flows import Light
from bihuan.loop.models import Matter
from bihuan.loop.queries import stood
from bihuan.loop.stages import Stage
from bihuan.org import queries as org
from bihuan.org.models import Node, Region, Unit
from bihuan.supervision import bulletin_rules as rules
from bihuan.supervision.bulletin_rules import COUNTS, NOTICE, Change, Frame, Item, Month, Row
from bihuan.supervision.light_rules import RuleSet, rule_set
from bihuan.supervision.models import Bulletin, BulletinItem, BulletinPaper, BulletinRow, Notice
from bihuan.workdays.rules import CLOSE_OF_BUSINESS

FLOWS = ("task",)  # the kinds of loops that a bulletin counts: the key tasks of the division of work


def zone() -> ZoneInfo:
    """The campaign's zone."""
    return ZoneInfo(settings.CAMPAIGN_ZONE)


def scope_of(campaign: Campaign) -> str:
    """What the matters of a campaign name as what they belong to."""
    return f"campaign:{campaign.pk}"


@dataclass(frozen=True)
class Asked:
    """Of what a bulletin is asked. `region`: the campaign's, or one below it: only units there and below count."""

    campaign: Campaign
    region: Region
    month: Month
    cut_off: dt.datetime
    rules: RuleSet
    flows: tuple[str, ...] = FLOWS

    @property
    def frame(self) -> Frame:
        return Frame(self.month, self.cut_off, zone(), CLOSE_OF_BUSINESS, self.rules)


@dataclass(frozen=True)
class Computed:
    """What a bulletin says: its matters in the order of their keys, its rows, and how many matters were nobody's."""

    items: tuple[Item, ...]
    rows: tuple[Row, ...]
    unassigned: int

    def body(self) -> dict[str, Any]:
        """All of it, as exact JSON: what a digest is over."""
        return {
            "items": [_item_json(item) for item in self.items],
            "rows": [[row.unit, row.place, row.notices, [row.counts[name] for name in COUNTS]] for row in self.rows],
            "unassigned": self.unassigned,
        }

    def digest(self, algorithm: str) -> str:
        """One digest over it, with the name of its algorithm."""
        return f"{algorithm}:{digest(algorithm, canonical(self.body())).hex()}"


def _item_json(item: Item) -> list[Any]:
    days = (item.due_on, item.original_due_on, item.answered_on)
    return [
        item.matter, item.unit, item.place, item.title, item.stage.value,
        *(day.isoformat() if day else None for day in days),
        item.light.value, item.reason, item.progress, item.days_late, item.account, list(item.counted),
    ]  # fmt: skip


def compute(asked: Asked, *, as_of: int | None = None) -> Computed:
    """What a bulletin would say: from the steps sealed up to `as_of`, or from all that is written. A few queries,
    however many matters there are.

    Raises:
        KeyError: a matter was moved under a flow that is not there any more.
    """
    scope, book = scope_of(asked.campaign), asked.campaign.book
    keys = Matter.objects.filter(scope=scope, book=book, flow__in=asked.flows).values_list("pk", flat=True)
    found = stood(keys, cut_off=asked.cut_off, as_of=as_of)
    whole = asked.region.pk == asked.campaign.region_id
    places = None if whole else set(org.subtree(asked.region, asked.campaign.edition).values_list("region", flat=True))
    frame = asked.frame
    items = [item for one in found if (item := rules.item(one, frame)) and (places is None or item.place in places)]
    unassigned = sum(one.unit is None and one.stage is not Stage.WITHDRAWN for one in found) if whole else 0
    told = _notices(scope, book, frame, as_of)
    return Computed(tuple(items), tuple(rules.rows(items, told)), unassigned)


def _notices(scope: str, book: str, frame: Frame, as_of: int | None) -> dict[int, int]:
    """How many notices about matters of the scope were issued to each unit in the month."""
    about = Notice.objects.filter(about__scope=scope).values("matter")
    keys = Matter.objects.filter(Q(pk__in=about) | Q(scope=scope), flow=NOTICE, book=book).values_list("pk", flat=True)
    counted: dict[int, int] = {}
    for one in stood(keys, cut_off=frame.cut_off, as_of=as_of):
        if one.unit is not None and one.begun_at is not None and frame.month.holds(frame.local(one.begun_at)):
            counted[one.unit] = counted.get(one.unit, 0) + 1
    return counted


# -- what was frozen ---------------------------------------------------------------------------------------------------


def items_of(bulletin: Bulletin) -> list[Item]:
    """The matters of a bulletin, in the order of their keys."""
    return [item_of(row) for row in BulletinItem.objects.filter(bulletin=bulletin).order_by("matter")]


def item_of(row: BulletinItem) -> Item:
    """A matter of a bulletin, as it was counted."""
    return Item(
        row.matter_id, row.unit_id, row.place_id, row.title, Stage(row.stage), row.due_on, row.original_due_on,
        row.answered_on, Light(row.light), row.reason, row.progress, row.days_late, row.account, tuple(row.counted),
    )  # fmt: skip


def row_of(row: BulletinRow) -> Row:
    """A row of a bulletin."""
    return Row(row.unit_id, row.place_id, {name: getattr(row, name) for name in COUNTS}, row.notices)


def stored(bulletin: Bulletin) -> Computed:
    """All that a bulletin says, as its tables have it."""
    rows = BulletinRow.objects.filter(bulletin=bulletin).order_by("unit", "place")
    return Computed(tuple(items_of(bulletin)), tuple(row_of(row) for row in rows), bulletin.unassigned)


def asked_of(bulletin: Bulletin) -> Asked:
    """What was asked when a bulletin was made."""
    return Asked(
        bulletin.campaign,
        bulletin.region,
        Month(bulletin.month),
        bulletin.cut_off,
        rule_set(bulletin.rules),
        tuple(bulletin.flows),
    )


def frame_of(bulletin: Bulletin) -> dict[str, Any]:
    """What its entry in the history repeats of a bulletin, so that the chain vouches for it."""
    return {
        "campaign": bulletin.campaign_id,
        "region": bulletin.region_id,
        "month": f"{bulletin.month:%Y-%m}",
        "version": bulletin.version,
        "cut_off": bulletin.cut_off.astimezone(dt.UTC).isoformat(),
        "as_of": [bulletin.as_of, bulletin.as_of_digest],
        "rules": bulletin.rules,
        "ranking_basis": bulletin.ranking_basis,
        "digest": bulletin.digest,
    }


def broken(bulletin: Bulletin) -> tuple[str, str] | None:
    """What does not hold of a bulletin, computed again from the steps as they were sealed; None where all holds."""
    algorithm, told = bulletin.digest.partition(":")[0], bulletin.entry.values
    whole = all(told.get(name) == value for name, value in frame_of(bulletin).items())
    if not whole or stored(bulletin).digest(algorithm) != bulletin.digest:
        return "通报的数据与其摘要不符", "the bulletin is not what its digest says"
    if history.digest_at(bulletin.as_of) != bulletin.as_of_digest:
        return (
            f"第{bulletin.as_of}号封印与通报所记不符",
            f"seal {bulletin.as_of} is not the one the bulletin was made at",
        )
    if compute(asked_of(bulletin), as_of=bulletin.as_of).digest(algorithm) != bulletin.digest:
        return "按当时封存的环节重算，数据不同", "computed again from the steps of then, it differs"
    return None


def newest(bulletin: Bulletin) -> Bulletin:
    """The newest version of a bulletin's month: itself, or what was made after it."""
    return versions(bulletin).latest("version")


def versions(bulletin: Bulletin) -> QuerySet[Bulletin]:
    """All versions of a bulletin's month."""
    return Bulletin.objects.filter(campaign=bulletin.campaign_id, region=bulletin.region_id, month=bulletin.month)


def first_of(campaign: Campaign, region: Region, month: Month) -> Bulletin | None:
    """The first version of the bulletin of a month; None where there is none yet."""
    found = Bulletin.objects.filter(campaign=campaign, region=region, month=month.first)
    return found.order_by("version").first()


def month_before(asked: Asked) -> Bulletin | None:
    """The newest bulletin of the month before."""
    found = Bulletin.objects.filter(campaign=asked.campaign, region=asked.region, month=asked.month.before.first)
    return found.order_by("-version").first()


# -- pages -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A unit's row on a page: its numbers, those of the month before, its place in a ranking where there is one."""

    row: Row
    unit: Unit | None
    place: Region | None
    before: Row | None
    rank: int | None = None

    @property
    def rate(self) -> str:
        return rules.percent(self.row.rate)

    @property
    def moved(self) -> Decimal | None:
        """Points by which the rate moved since the month before."""
        return rules.points(self.row.rate, self.before.rate if self.before else None)

    @property
    def more_overdue(self) -> int | None:
        return self.row.counts["overdue"] - self.before.counts["overdue"] if self.before else None

    @property
    def worst(self) -> Light:
        """The gravest light that shines on a matter of the unit: worst-of."""
        shining = [Light(name) for name in rules.LIGHTS if self.row.counts[name]]
        return shining[-1] if shining else Light.NONE


@dataclass(frozen=True)
class Table:
    """The lines of a bulletin and the line of all together."""

    lines: tuple[Line, ...]
    all: Line
    changes: tuple[Change, ...]
    units: Mapping[int, Unit]

    @cached_property
    def changed(self) -> list[tuple[str, list[Change]]]:
        """What became of matters since the month before, by kind."""
        kinds = dict.fromkeys(change.kind for change in self.changes)
        return [(kind, [change for change in self.changes if change.kind == kind]) for kind in kinds]


def table(asked: Asked, said: Computed, previous: Bulletin | None, *, ranked: bool = False) -> Table:
    """A bulletin laid out: units in the order of the tree, or by their rate where a cited paper asks for a ranking."""
    before = stored(previous) if previous else None
    old = {row.unit: row for row in before.rows} if before else {}
    keys = {row.unit for row in said.rows} | {change.unit for change in (before.items if before else ())}
    units = Unit.objects.select_related("region").in_bulk([key for key in keys if key is not None])
    lines = [_line(row, units, old.get(row.unit)) for row in _ordered(asked, said.rows)]
    if ranked:
        lines = _ranked(lines)
    moved = tuple(rules.changes(before.items, said.items)) if before else ()
    total = Line(rules.added(said.rows), None, None, rules.added(before.rows) if before else None)
    return Table(tuple(lines), total, moved, units)


def _line(row: Row, units: Mapping[int, Unit], before: Row | None) -> Line:
    unit = units[row.unit] if row.unit is not None else None
    return Line(row, unit, unit.region if unit else None, before)


def _ordered(asked: Asked, rows: Sequence[Row]) -> list[Row]:
    places = {row.place for row in rows}
    nodes = Node.objects.filter(edition=asked.campaign.edition_id, region__in=places)
    paths = dict(nodes.values_list("region_id", "path"))
    return sorted(rows, key=lambda row: (paths.get(row.place or 0, "~"), row.unit or 0))


def _ranked(lines: Iterable[Line]) -> list[Line]:
    """By the rate, the highest first; equal rates share a rank; who had nothing due has none."""
    due = sorted((line for line in lines if line.row.rate is not None), key=lambda line: -(line.row.rate or 0))
    rates = [line.row.rate for line in due]
    ranked = [Line(line.row, line.unit, line.place, line.before, rates.index(line.row.rate) + 1) for line in due]
    return [*ranked, *(line for line in lines if line.row.rate is None)]


def behind(bulletin: Bulletin, *, unit: int | None = None, count: str = "total") -> QuerySet[BulletinItem]:
    """The matters behind a number of a bulletin: those of a unit, or of all, that `count` counts; none where it counts
    nothing of the kind."""
    found = BulletinItem.objects.filter(bulletin=bulletin, counted__contains=[count])
    if count not in COUNTS:
        return found.none()
    return found.filter(unit=unit) if unit is not None else found


def listed(found: QuerySet[Bulletin]) -> QuerySet[Bulletin]:
    """Bulletins with what a list and a page name of them."""
    return found.select_related("campaign__region", "campaign__edition", "region", "entry", "previous__campaign")


def papers_of(bulletin: Bulletin) -> list[BulletinPaper]:
    """The papers that were made of a bulletin."""
    found = BulletinPaper.objects.filter(bulletin=bulletin).select_related("document").defer("document__paper")
    return list(found.order_by("pk"))


def default_asked(campaign: Campaign, *, at: dt.datetime) -> dict[str, Any]:
    """What the form of a new bulletin begins with: the last month of the campaign that is over, cut off at its end;
    else the present one, up to now."""
    today = at.astimezone(zone()).date()
    month = min(Month.of(today).before, Month.of(campaign.period_end))
    if month.first < Month.of(campaign.period_start).first:
        month = Month.of(today)
    end = dt.datetime.combine(month.last, CLOSE_OF_BUSINESS, zone())
    cut_off = min(end, at.astimezone(zone()))
    return {"campaign": str(campaign.pk), "month": str(month), "cut_off": f"{cut_off:%Y-%m-%dT%H:%M}"}

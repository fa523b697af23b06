"""Which light rules hold where, and which lights they would light now."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet

from bihuan.loop import kinds
from bihuan.loop.days import Days, days
from bihuan.loop.flows import Clock, Effect, Light
from bihuan.loop.models import Matter
from bihuan.loop.queries import stood
from bihuan.loop.queries.ladders import Ladders
from bihuan.loop.rules import GRAVITY, graver
from bihuan.loop.stages import RUNNING, Stage, Stood
from bihuan.org.models import Edition, Node, Region
from bihuan.supervision.bulletin_rules import Frame, Month, facts
from bihuan.supervision.light_rules import PREFIX, STANDARD, Lit, RuleSet, judge, presets, rule_set
from bihuan.supervision.models import LightRules
from bihuan.workdays.rules import CLOSE_OF_BUSINESS

MOST_PREVIEWED = 5000  # matters
CALMED = "calmed"


def steps_of(region: Region) -> QuerySet[LightRules]:
    """The rules that a region set for itself, the newest first."""
    return LightRules.objects.filter(region=region).order_by("-valid_from", "-pk")


class RulesOf:
    """The rules in force by place on a day: the nearest region's at or above it, ours where nobody set any.

    Args:
        instead: what would hold if a region set these rules.
    """

    def __init__(self, day: dt.date, *, instead: tuple[Region, RuleSet] | None = None) -> None:
        self._day, self._instead = day, instead
        self._paths: dict[int, str] = {}
        self._held: dict[int, RuleSet] = {}

    @cached_property
    def _edition(self) -> Edition:
        return Edition.objects.latest("as_of")

    @cached_property
    def _set(self) -> list[tuple[str, RuleSet]]:
        """Paths with the rules that were set there, the nearest last."""
        rows = LightRules.objects.filter(valid_from__lte=self._day).order_by("valid_from", "pk")
        newest = {row.region_id: rule_set(row.rules) for row in rows}
        if self._instead:
            newest[self._instead[0].pk] = self._instead[1]
        held = Node.objects.filter(edition=self._edition, region__in=newest).values_list("path", "region_id")
        return [(path, newest[region]) for path, region in sorted(held)] if newest else []

    def read(self, places: Iterable[int]) -> None:
        """Look places up, all together; those that were looked up before cost nothing."""
        missing = set(places) - self._paths.keys()
        if missing and self._set:
            held = Node.objects.filter(edition=self._edition, region__in=missing).values_list("region_id", "path")
            self._paths |= dict.fromkeys(missing, "") | dict(held)

    def at(self, place: int) -> RuleSet:
        """Those that hold in a region."""
        if place not in self._held:
            self.read([place])
            path = self._paths.get(place, "")
            near = [rules for top, rules in self._set if path.startswith(top)]
            self._held[place] = near[-1] if near else presets()[STANDARD]
        return self._held[place]


def rules_at(region: Region, day: dt.date) -> RuleSet:
    """The rules that hold in a region on a day."""
    return RulesOf(day).at(region.pk)


# -- judging -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """A matter and the light that should shine on it: `wanted`, by `rule` (as a step names it), for the reason said."""

    matter: Matter
    wanted: Light
    rule: str
    zh: str
    en: str

    @property
    def changes(self) -> bool:
        return self.wanted is not Light(self.matter.light)


def open_matters(region: Region | None = None) -> QuerySet[Matter]:
    """The matters on which lights can shine: in the hands of a unit, or waiting for the check of its answer. With
    `region`: of the units there and below."""
    found = Matter.objects.filter(end="", clock__in=[Clock.DUE.value, Clock.WAITING.value])
    if region is None:
        return found
    edition = Edition.objects.latest("as_of")
    path = Node.objects.filter(edition=edition, region=region).values_list("path", flat=True).first()
    if path is None:
        return found.none()
    nodes = Node.objects.filter(edition=edition, path__gte=path, path__lt=path + "~").values("region")
    return found.filter(Q(place__in=nodes))


def judged(matters: Sequence[Matter], rules: RulesOf, *, at: dt.datetime) -> list[Judged]:
    """What should shine on matters now, in their order; those on which the loop lets no light be set are left out. A
    fixed number of queries."""
    known = {item.matter: item for item in stood([row.pk for row in matters], cut_off=at)}
    calendar, ladders = days(), Ladders()
    rules.read(row.place_id or row.region_id for row in matters)
    found = []
    for row in matters:
        item = known.get(row.pk)
        if item is None or item.version != row.version or not _can_be_lit(row):
            continue
        own = rules.at(row.place_id or row.region_id)
        wanted = _wanted(row, item, own, _lit(item, own, calendar, at), _by_time(row, item, ladders))
        if wanted is not None:
            found.append(wanted)
    return found


def _can_be_lit(row: Matter) -> bool:
    way = next(
        (way for way in kinds.flow(row.flow, row.flow_version).from_state(row.state) if way.effect is Effect.LIGHT),
        None,
    )
    return way is not None


def _lit(item: Stood, rules: RuleSet, calendar: Days, at: dt.datetime) -> Lit | None:
    zone = ZoneInfo(settings.CAMPAIGN_ZONE)
    day = at.astimezone(zone).date()
    left = calendar.calendar.count(day, item.due_on) if item.due_on is not None and item.stage in RUNNING else None
    return judge(facts(item, Frame(Month.of(day), at, zone, CLOSE_OF_BUSINESS, rules), days_left=left), rules)


def _by_time(row: Matter, item: Stood, ladders: Ladders) -> Light:
    """The light of the rungs that were reached in this cycle: no rule makes it calmer."""
    if item.rung is None or row.ladder_id is None:
        return Light.GREEN
    reached = ladders.rungs(row.ladder_id).on(Clock.DUE)[: item.rung]
    return max((rung.light for rung in reached), key=GRAVITY.__getitem__, default=Light.GREEN)


def _wanted(row: Matter, item: Stood, rules: RuleSet, lit: Lit | None, time: Light) -> Judged | None:
    """The light that should shine: the graver of that by time and that by the rules. What a person set by hand is left,
    unless the rules ask for what is graver than all that shone in this cycle."""
    by_hand = item.lit_rule != "" and not item.lit_rule.startswith(PREFIX)
    had = max((GRAVITY[Light(colour)] for colour in item.lights), default=0)
    if by_hand and (lit is None or GRAVITY[lit.colour] <= had):
        return None
    colour = graver(graver(time, lit.colour if lit else Light.GREEN), Light.GREEN)
    if lit is not None and lit.colour is colour:
        return Judged(row, colour, f"{PREFIX}{rules.name}/{lit.rule}", lit.zh, lit.en)
    zh = "原亮灯情形已消除" if time is Light.GREEN else "原亮灯情形已消除，按时限亮灯"
    en = "what lit it is over" if time is Light.GREEN else "what lit it is over; lit by its due day"
    return Judged(row, colour, f"{PREFIX}{rules.name}/{CALMED}", zh, en)


# -- before it is confirmed --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Preview:
    """What would change if a region took other rules: `looked` matters, `beyond` whether there are more than that."""

    rules: RuleSet
    looked: int
    beyond: bool
    changing: tuple[Judged, ...]

    @cached_property
    def moves(self) -> list[tuple[Light, Light, int]]:
        """How many lights would go from which colour to which, the gravest first."""
        counted = Counter((Light(item.matter.light), item.wanted) for item in self.changing)
        order = sorted(counted, key=lambda pair: (GRAVITY[pair[1]], GRAVITY[pair[0]]), reverse=True)
        return [(*pair, counted[pair]) for pair in order]


def preview(region: Region, rules: RuleSet, *, at: dt.datetime) -> Preview:
    """Against the open matters of a region, the most pressing first. Nothing is written."""
    rows = list(open_matters(region).select_related("unit").order_by("due_on", "pk")[: MOST_PREVIEWED + 1])
    day = at.astimezone(ZoneInfo(settings.CAMPAIGN_ZONE)).date()
    found = judged(rows[:MOST_PREVIEWED], RulesOf(day, instead=(region, rules)), at=at)
    changing = [item for item in found if item.changes]
    changing.sort(key=lambda item: -GRAVITY[item.wanted])
    return Preview(rules, min(len(rows), MOST_PREVIEWED), len(rows) > MOST_PREVIEWED, tuple(changing))


def unregistered(region: Region, rules: RuleSet, *, at: dt.datetime) -> Iterable[tuple[Matter, Lit]]:
    """Matters of a region's keepers that nobody was assigned to and that the rules would light, were there a unit."""
    rows = {
        row.pk: row for row in Matter.objects.filter(region=region, end="", unit=None).order_by("pk")[:MOST_PREVIEWED]
    }
    calendar = days()
    for item in stood(rows, cut_off=at):
        lit = _lit(item, rules, calendar, at) if item.stage is Stage.REGISTERED else None
        if lit is not None:
            yield rows[item.matter], lit

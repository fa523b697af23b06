"""What the page of light rules shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bihuan.lib.words import say
from bihuan.loop.days import local_day
from bihuan.loop.flows import Light
from bihuan.org import queries as org
from bihuan.supervision.light_rules import COLOURS, STANDARD, RuleSet, presets
from bihuan.supervision.queries import Preview, rules_at, steps_of, unregistered

if TYPE_CHECKING:
    from bihuan.org.models import Region
    from bihuan.supervision.models import LightRules

MOST_NAMED = 50  # matters in a preview


@dataclass(frozen=True, slots=True)
class ShownRule:
    """One rule, or one light by time, in words."""

    colour: str
    words: str


@dataclass(frozen=True)
class ShownRules:
    """Rules in words. `left_out`: what of their source they do not say."""

    name: str
    title: str
    source: str
    usable: bool
    rules: Sequence[ShownRule]
    time: Sequence[ShownRule]
    left_out: str


@dataclass(frozen=True)
class LightsPage:
    """`own`: what the region set, the newest first, with the names of who did."""

    region: Region
    rules: ShownRules
    presets: Sequence[ShownRules]
    own: Sequence[tuple[LightRules, str]]
    nobodys: Sequence[tuple[str, int, ShownRule]]  # title and key of matters that nobody was assigned to


def shown_rules(rules: RuleSet) -> ShownRules:
    """Rules in the language that is spoken."""
    time = rules.time or presets()[STANDARD].time
    return ShownRules(
        rules.name,
        say(rules.zh, rules.en),
        rules.source,
        rules.usable,
        [ShownRule(item.colour.value, say(item.zh, item.en)) for item in rules.rules],
        [ShownRule(item.colour.value, _when(item.after)) for item in time] if rules.usable else [],
        say(*rules.left_out),
    )


def _when(after: int) -> str:
    if after < 0:
        return say(f"距时限{-after}个工作日起", f"from {-after} working days before the due day")
    if after == 0:
        return say("到时限未反馈", "due and not answered")
    return say(f"逾期{after}个工作日起", f"from {after} working days after the due day")


def lights_page(region: Region, *, at: dt.datetime) -> LightsPage:
    """The rules in force in a region and those that ship."""
    rules = rules_at(region, local_day(at))
    own = list(steps_of(region)[:20])
    names = org.names({row.by for row in own})
    return LightsPage(
        region,
        shown_rules(rules),
        [shown_rules(item) for item in presets().values()],
        [(row, names.get(row.by, row.by)) for row in own],
        [
            (row.title, row.pk, ShownRule(lit.colour.value, say(lit.zh, lit.en)))
            for row, lit in list(unregistered(region, rules, at=at))[:MOST_NAMED]
        ],
    )


@dataclass(frozen=True)
class ShownPreview:
    """What would change, and which matters the most."""

    preview: Preview
    moves: Sequence[tuple[str, str, str, int]]  # from, to: words; the colour of the latter; how many
    named: Sequence[tuple[str, int, str, ShownRule]]  # unit, key, title, the light
    more: int


def shown_preview(preview: Preview) -> ShownPreview:
    """A preview in the language that is spoken."""
    moves = [(say(*COLOURS[was]), say(*COLOURS[will]), will.value, count) for was, will, count in preview.moves]
    named = [
        (
            item.matter.unit.name if item.matter.unit else "",
            item.matter.pk,
            item.matter.title,
            ShownRule(item.wanted.value or Light.GREEN.value, say(item.zh, item.en)),
        )
        for item in preview.changing[:MOST_NAMED]
    ]
    return ShownPreview(preview, moves, named, max(0, len(preview.changing) - MOST_NAMED))

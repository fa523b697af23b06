"""The writers of light rules, and the lighting itself."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.urls import reverse

from bihuan.history import actions as history
from bihuan.lib.refusals import Refusal
from bihuan.loop import actions as loop
from bihuan.loop import kinds
from bihuan.loop.actions import Said
from bihuan.loop.audience import people
from bihuan.loop.days import local_day
from bihuan.loop.flows import Audience, Clock, Effect, Hand, Light, Rung
from bihuan.loop.models import Matter
from bihuan.loop.queries.ladders import ladder_for, rungs_of
from bihuan.loop.rules import GRAVITY
from bihuan.messages import actions as messages
from bihuan.messages.actions import Telling
from bihuan.org.models import Region
from bihuan.supervision.light_rules import COLOURS, LightRulesError, RuleSet, recoloured
from bihuan.supervision.models import LightRules
from bihuan.supervision.queries.lights import Judged, RulesOf, judged, open_matters

BY = "system:supervision"
_AT_ONCE = 500  # matters judged by one reading


def set_light_rules(*, region: Region, rules: RuleSet, valid_from: dt.date, by: str, at: dt.datetime) -> LightRules:
    """The rules of a region from a day on, and its ladders in the colours of these rules: what is lit by time follows
    the ladder, which matters take up with their next cycle. The same rules again from the same day change nothing.

    Raises:
        LightRulesError: nothing can be lit by them.
        Refusal: a day in the past.
    """
    if not rules.usable:
        raise LightRulesError(rules.left_out[0] or "没有规则", rules.left_out[1] or "there is no rule")
    if valid_from < local_day(at):
        zh = "亮灯规则只能从今天或以后起执行，已亮的灯不变"
        raise Refusal("light-rules-past", zh, "light rules hold from today or a later day on")
    with transaction.atomic():
        Region.objects.select_for_update().get(pk=region.pk)  # one at a time for a region
        newest = LightRules.objects.filter(region=region).order_by("-valid_from", "-pk").first()
        if newest is not None and (newest.valid_from, newest.rules) == (valid_from, rules.as_json()):
            return newest
        row = LightRules.objects.create(
            region=region, name=rules.name, rules=rules.as_json(), valid_from=valid_from, by=by, at=at
        )
        lit = [flow.name for flow in kinds.newest() if any(way.effect is Effect.LIGHT for way in flow.transitions)]
        ladders = [name for name in lit if _recolour(name, row, rules, by=by, at=at)]
        values: dict[str, Any] = {
            "name": rules.zh,
            "rules": rules.name,
            "region": region.name,
            "from": valid_from.isoformat(),
        }
        values |= {"before": newest.name if newest else "", "ladders": ladders}
        history.record(verb="supervision.lights_set", subject=("light_rules", str(row.pk)), by=by, at=at, values=values)
    return row


def _recolour(flow: str, row: LightRules, rules: RuleSet, *, by: str, at: dt.datetime) -> bool:
    """Set the ladder of a flow in the colours of the rules, where its colours differ."""
    holding = ladder_for(flow, row.region_id, row.valid_from)
    if holding is None:
        return False
    ladder = rungs_of(holding)
    wanted = recoloured(ladder, rules)
    if _colours(wanted.on(Clock.DUE)) == _colours(ladder.on(Clock.DUE)):
        return False
    loop.set_ladder(flow=flow, ladder=wanted, region=row.region, valid_from=row.valid_from, by=by, at=at)
    return True


def _colours(rungs: tuple[Rung, ...]) -> list[tuple[int, str]]:
    return [(rung.after, rung.light.value) for rung in rungs]


@dataclass(frozen=True, slots=True)
class Lighted:
    """What one pass did: matters looked at, lights changed."""

    looked: int
    lit: int


def light_up(*, at: dt.datetime, region: Region | None = None, still: Sequence[str] = (), by: str = BY) -> Lighted:
    """Judge all open matters (of a region) by the rules in force where they are, and light those whose light should be
    another one, each by a step that names the rule. Whoever answers for one that got worse is told, once of all that
    are theirs. Some hundreds share a transaction; again at once it changes nothing. `still`: books in which time stands
    still, see `loop.actions.sweep`."""
    rules, looked, lit, last = RulesOf(local_day(at)), 0, 0, 0
    while True:
        rows = list(open_matters(region).filter(pk__gt=last).exclude(book__in=still).order_by("pk")[:_AT_ONCE])
        if not rows:
            return Lighted(looked, lit)
        looked, last = looked + len(rows), rows[-1].pk
        lit += _light([item for item in judged(rows, rules, at=at) if item.changes], by=by, at=at)


def _light(items: Sequence[Judged], *, by: str, at: dt.datetime) -> int:
    """Light matters as judged, in one transaction; what was moved meanwhile is left to the next pass. Returns how
    many."""
    if not items:
        return 0
    done = []
    with transaction.atomic():
        keys = [item.matter.pk for item in items]
        held = Matter.objects.select_for_update().filter(pk__in=keys).order_by("pk")
        versions = dict(held.values_list("pk", "version"))
        for item in items:
            row = item.matter
            if versions.get(row.pk) != row.version:
                continue
            said = Said(text=item.zh, light=item.wanted, rule=item.rule)
            with suppress(Refusal):  # what the subject of the loop refuses
                hands = frozenset({Hand.KEEPER})
                loop.act(
                    matter=row, verb=_verb(row), hands=hands, expected_version=row.version, said=said, quiet=True,
                    by=by, at=at,
                )  # fmt: skip
                done.append(item)
        messages.send_many(list(_tellings(done, at)), by=by, at=at)
    return len(done)


def _verb(row: Matter) -> str:
    flow = kinds.flow(row.flow, row.flow_version)
    return next(way.verb for way in flow.from_state(row.state) if way.effect is Effect.LIGHT)


def _tellings(done: Sequence[Judged], at: dt.datetime) -> Iterator[Telling]:
    """One message a person, of all their matters that got a graver light."""
    worse = {item.matter.pk: item for item in done if GRAVITY[item.wanted] > GRAVITY[Light(item.matter.light)]}
    theirs: dict[int, list[Judged]] = defaultdict(list)
    for told in people([(key, Audience.OWNER) for key in worse], day=local_day(at)):
        theirs[told.person].append(worse[told.matter])
    for person, items in theirs.items():
        first = max(items, key=lambda item: GRAVITY[item.wanted])
        title, (zh, en) = first.matter.title, COLOURS[first.wanted]
        words = (f"“{title}”亮{zh}：{first.zh}", f"{title}: {en} light: {first.en}")
        url, topic = reverse("loop:matter", args=[first.matter.pk]), f"matter:{first.matter.pk}:light"
        if len(items) > 1:
            words = (f"{len(items)} 项工作亮灯加重，其中{words[0]}", f"{len(items)} lights got graver; {words[1]}")
            url, topic = reverse("loop:mine"), "matters:light"
        key = f"light:{first.matter.pk}:{first.matter.version}"
        yield Telling(person, topic, key, words, url, count=len(items))

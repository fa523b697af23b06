"""Light rules: those that ship, which hold where, what would change, setting them, lighting up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from ninja import Router
from pydantic import BaseModel, Field

from bihuan.api.answers import operation
from bihuan.api.fields import Day, In, Key, Line
from bihuan.lib.words import say
from bihuan.org.access import REGIONS, the
from bihuan.org.gate import DeskRequest, local_day
from bihuan.supervision import access, actions, queries
from bihuan.supervision.light_rules import LightRulesError, RuleSet, presets, rule_set

if TYPE_CHECKING:
    from bihuan.org.access import Verb
    from bihuan.org.models import Region

router = Router()
MOST_NAMED = 200  # matters in a preview


class LightRulesOut(BaseModel):
    """Rules in full. `usable`: whether they can be chosen; `rules`: as they can be sent back as a place's own."""

    name: str
    title: str
    usable: bool
    rules: dict[str, Any]


class LightPresetsOut(BaseModel):
    items: list[LightRulesOut]


class LightRulesIn(In):
    """Rules by the name of a preset, or a place's own."""

    preset: Line | None = None
    rules: dict[str, Any] | None = Field(default=None, description="As `rules` of an answer has them")

    def chosen(self) -> RuleSet:
        """The rules. Raises LightRulesError: none, or both, or an unknown name."""
        if (self.preset is None) == (self.rules is None):
            raise LightRulesError("请给出预设名称或自定规则之一", "name a preset or send rules of your own, not both")
        if self.rules is not None:
            return rule_set(self.rules)
        found = presets().get(self.preset or "")
        if found is None:
            raise LightRulesError(f"没有名为“{self.preset}”的预设", f"there is no preset {self.preset}")
        return found


class SetLightsIn(LightRulesIn):
    valid_from: Day


class LightMoveOut(BaseModel):
    """How many lights would go from which colour to which."""

    was: str
    will: str
    count: int


class LightedOut(BaseModel):
    """A matter whose light would change, and why."""

    matter: int
    title: str
    light: str
    rule: str
    reason: str


class LightPreviewOut(BaseModel):
    looked: int
    beyond: bool = Field(description="There are more open matters than were looked at")
    moves: list[LightMoveOut]
    matters: list[LightedOut]


class LightUpOut(BaseModel):
    looked: int
    lit: int


def _region(request: DeskRequest, pk: int, verb: Verb) -> Region:
    return the(request.reader, verb, REGIONS, pk=pk)


def _out(rules: RuleSet) -> LightRulesOut:
    return LightRulesOut(name=rules.name, title=say(rules.zh, rules.en), usable=rules.usable, rules=rules.as_json())


@router.get(
    "/lights/presets",
    **operation(
        "supervision.light_presets",
        "各地的亮灯规则",
        "The light rules that ship",
        gives=LightPresetsOut,
        needs=(access.SEE_LIGHTS,),
    ),
)
def shipped(request: DeskRequest) -> LightPresetsOut:
    """Ours first, then those of several places, each with its source and what it leaves out."""
    return LightPresetsOut(items=[_out(item) for item in presets().values()])


@router.get(
    "/regions/{pk}/lights",
    **operation(
        "supervision.lights", "现行亮灯规则", "The rules in force", gives=LightRulesOut, needs=(access.SEE_LIGHTS,)
    ),
)
def lights(request: DeskRequest, pk: Key) -> LightRulesOut:
    """Those of the region, or of the nearest above it; ours where nobody set any."""
    return _out(queries.rules_at(_region(request, pk, access.SEE_LIGHTS), local_day(timezone.now())))


@router.post(
    "/regions/{pk}/lights/preview",
    **operation(
        "supervision.preview_lights",
        "预览亮灯规则",
        "What other rules would change",
        gives=LightPreviewOut,
        needs=(access.SEE_LIGHTS,),
        writes=True,
    ),
)
def preview(request: DeskRequest, pk: Key, body: LightRulesIn) -> LightPreviewOut:
    """Against the open matters of the region. Nothing is written."""
    region = _region(request, pk, access.SEE_LIGHTS)
    found = queries.preview(region, body.chosen(), at=timezone.now())
    return LightPreviewOut(
        looked=found.looked,
        beyond=found.beyond,
        moves=[LightMoveOut(was=was.value, will=will.value, count=count) for was, will, count in found.moves],
        matters=[
            LightedOut(
                matter=item.matter.pk,
                title=item.matter.title,
                light=item.wanted.value,
                rule=item.rule,
                reason=say(item.zh, item.en),
            )
            for item in found.changing[:MOST_NAMED]
        ],
    )


@router.put(
    "/regions/{pk}/lights",
    **operation(
        "supervision.set_lights",
        "设定亮灯规则",
        "Set the light rules",
        gives=LightRulesOut,
        needs=(access.SET_LIGHTS,),
        writes=True,
    ),
)
def set_lights(request: DeskRequest, pk: Key, body: SetLightsIn) -> LightRulesOut:
    """From a day on, for the region and all below it. The ladders take the colours with the matters' next cycle."""
    region, rules = _region(request, pk, access.SET_LIGHTS), body.chosen()
    by, at = request.reader.by, timezone.now()
    actions.set_light_rules(region=region, rules=rules, valid_from=body.valid_from, by=by, at=at)
    return _out(rules)


@router.post(
    "/regions/{pk}/lights/now",
    **operation(
        "supervision.light_up",
        "按规则亮灯",
        "Judge the lights now",
        gives=LightUpOut,
        needs=(access.SET_LIGHTS,),
        writes=True,
    ),
)
def light_up(request: DeskRequest, pk: Key) -> LightUpOut:
    """Every open matter of the region; those whose light should be another get a step that names the rule."""
    region = _region(request, pk, access.SET_LIGHTS)
    done = actions.light_up(region=region, by=request.reader.by, at=timezone.now())
    return LightUpOut(looked=done.looked, lit=done.lit)

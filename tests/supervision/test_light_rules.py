"""Lights by rules that are data: worst-of, always with rule, values and reason; what the presets of places say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.loop.flows import Clock, Flow, Light, check
from bihuan.loop.rules import GRAVITY
from bihuan.loop.stages import Stage
from bihuan.loop.standard import LADDER, closed_loop
from bihuan.supervision.light_rules import (
    STANDARD,
    VERDICTS,
    Facts,
    LightRulesError,
    RuleSet,
    judge,
    months,
    planned,
    presets,
    recoloured,
    rule_set,
)

PLACES = sorted(presets())
_number = st.integers(0, 120)
_maybe = st.none() | _number


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    return Facts(
        stage=draw(st.sampled_from(Stage)),
        days_left=draw(st.none() | st.integers(-60, 60)),
        planned=draw(st.none() | st.integers(0, 100)),
        reported=draw(st.none() | st.integers(0, 100)),
        months_unstarted=draw(_maybe),
        months_unregistered=draw(_maybe),
        lights=draw(st.dictionaries(st.sampled_from(["yellow", "red", "blue"]), st.integers(1, 5))),
        verdict=draw(st.sampled_from(VERDICTS)),
        urgent=draw(st.booleans()),
        excused=draw(st.booleans()),
    )


def graver(draw: st.DrawFn, one: Facts) -> Facts:
    """The same matter in the same stage, worse in any number of ways. What was not known may become known."""

    def worse(value: int | None, sign: int = 1) -> int | None:
        if value is None:
            return draw(_maybe)
        return value + sign * draw(st.integers(0, 50))

    lights = {name: count + draw(st.integers(0, 3)) for name, count in one.lights.items()}
    known = one.planned is not None and one.reported is not None
    return replace(
        one,
        days_left=worse(one.days_left, -1),
        planned=worse(one.planned) if known else one.planned,
        months_unstarted=worse(one.months_unstarted),
        months_unregistered=worse(one.months_unregistered),
        lights=lights | {"yellow": lights.get("yellow", 0) + draw(st.integers(0, 3))},
        verdict=draw(st.sampled_from(VERDICTS[VERDICTS.index(one.verdict) :])),
        urgent=one.urgent or draw(st.booleans()),
        excused=one.excused and draw(st.booleans()),
    )


@st.composite
def own_rules(draw: st.DrawFn) -> RuleSet:
    """Rules as a place might write them, good or silly, as long as they are rules."""
    bounds = st.dictionaries(st.sampled_from(["at_least", "above"]), st.integers(-5, 100), min_size=1)
    tests = {
        "stage": st.lists(st.sampled_from([item.value for item in Stage]), min_size=1),
        "days_left": st.dictionaries(st.sampled_from(["at_most", "below"]), st.integers(-20, 20), min_size=1),
        "behind": bounds,
        "months_unstarted": bounds,
        "lights": st.fixed_dictionaries({"colour": st.just("yellow"), "at_least": st.integers(1, 4)}),
        "verdict": st.fixed_dictionaries({"at_least": st.sampled_from(VERDICTS)}),
        "urgent": st.just(True),
        "excused": st.just(False),
    }
    colours = st.sampled_from([light.value for light in Light if light])
    rules = []
    for number in range(draw(st.integers(0, 6))):
        names = draw(st.lists(st.sampled_from(sorted(tests)), min_size=1, unique=True))
        when = {name: draw(tests[name]) for name in names}
        rules.append({"name": f"r{number}", "colour": draw(colours), "zh": "规则", "en": "rule", "when": when})
    return rule_set({"name": "own", "zh": "自定", "en": "own", "rules": rules})


@given(st.data())
def test_a_graver_state_never_gets_a_calmer_light(data: st.DataObject) -> None:
    rules = data.draw(st.sampled_from([presets()[name] for name in PLACES]) | own_rules())
    one = data.draw(facts())
    other = graver(data.draw, one)
    before, after = judge(one, rules), judge(other, rules)
    colour = [GRAVITY[item.colour] if item else 0 for item in (before, after)]
    assert colour[1] >= colour[0]


@given(st.sampled_from(PLACES), facts())
def test_every_light_names_its_rule_and_its_values(place: str, one: Facts) -> None:
    lit = judge(one, presets()[place])
    if lit is None:
        return
    (rule,) = [item for item in presets()[place].rules if item.name == lit.rule]
    assert rule.colour is lit.colour
    assert lit.zh.startswith(rule.zh)
    assert lit.en.startswith(rule.en)
    for name in rule.when:
        assert (name in lit.values) or (name == "behind" and lit.values["behind"] == one.behind)
    # Worst-of: no rule of a graver colour holds, whatever comes first in the file.
    others = [item for item in presets()[place].rules if GRAVITY[item.colour] > GRAVITY[lit.colour]]
    assert judge(one, replace(presets()[place], rules=tuple(others))) is None


def test_reason_in_words() -> None:
    lit = judge(Facts(Stage.DOING, planned=60, reported=35), presets()[STANDARD])
    assert lit is not None
    assert (lit.colour, lit.rule) == (Light.YELLOW, "behind-10")
    assert lit.zh == "进度落后计划10个百分点以上（计划60%，实际35%，落后25个百分点）"
    assert lit.en == "10 points or more behind the plan (planned 60%, done 35%, 25 points behind)"
    assert lit.values == {"stage": "doing", "planned": 60, "reported": 35, "behind": 25}


def test_what_is_not_known_lights_nothing() -> None:
    assert judge(Facts(Stage.DOING, planned=100), presets()[STANDARD]) is None  # nothing reported is not zero
    assert judge(Facts(Stage.DOING, planned=100, reported=0), presets()[STANDARD]) is not None


# What the sources say (facts §3.3), each place with its thresholds on both sides.
SAID = [
    ("yinchuan-2025", Facts(Stage.DOING, planned=50, reported=41), None),
    ("yinchuan-2025", Facts(Stage.DOING, planned=50, reported=40), Light.YELLOW),
    ("yinchuan-2025", Facts(Stage.DOING, planned=50, reported=20), Light.YELLOW),
    ("yinchuan-2025", Facts(Stage.DOING, planned=50, reported=19), Light.RED),
    ("yinchuan-2025", Facts(Stage.DONE), Light.GREEN),
    ("yinchuan-2025", Facts(Stage.NOT_STARTED, months_unstarted=1), Light.YELLOW),
    ("yinchuan-2025", Facts(Stage.NOT_STARTED, months_unstarted=1, excused=True), None),
    ("yinchuan-2025", Facts(Stage.NOT_STARTED, months_unstarted=3), Light.RED),
    ("yinchuan-2025", Facts(Stage.REGISTERED, months_unregistered=1), Light.YELLOW),
    ("yinchuan-2025", Facts(Stage.REGISTERED, months_unregistered=2), Light.RED),
    ("suqian-2025", Facts(Stage.DOING, planned=50, reported=49), Light.YELLOW),
    ("suqian-2025", Facts(Stage.DOING, verdict="poor"), Light.YELLOW),
    ("sanming-2017", Facts(Stage.DOING, urgent=True, days_left=2), Light.ORANGE),
    ("sanming-2017", Facts(Stage.DOING, urgent=True, days_left=-1), Light.RED),
    ("guangyuan-2018", Facts(Stage.DOING, planned=50, reported=49), Light.YELLOW),
    ("guangyuan-2018", Facts(Stage.DOING, days_left=-9), None),  # late and recoverable: yellow by time
    ("guangyuan-2018", Facts(Stage.DOING, days_left=-1, verdict="unrecoverable"), Light.RED),
    ("zaozhuang-2023", Facts(Stage.DOING, days_left=-90, planned=100, reported=0), None),
]


@pytest.mark.parametrize(("place", "one", "colour"), SAID)
def test_presets_say_what_their_sources_say(place: str, one: Facts, colour: Light | None) -> None:
    lit = judge(one, presets()[place])
    assert (lit.colour if lit else None) == colour


def test_each_preset_names_its_source_and_what_it_leaves_out() -> None:
    assert next(iter(presets())) == STANDARD
    assert set(PLACES) == {
        "standard", "suqian-2025", "sanming-2017", "yinchuan-2025", "guangyuan-2018", "zaozhuang-2023",
    }  # fmt: skip
    for name, rules in presets().items():
        assert rules.source
        assert "facts §3.3" in rules.cite
        assert name == STANDARD or all(rules.left_out)
        assert rule_set(rules.as_json()) == rules
    assert [name for name in PLACES if not presets()[name].usable] == ["zaozhuang-2023"]  # ranks only


BAD = [
    None,
    [],
    {},
    {"name": "x", "zh": "甲"},
    {"name": "x", "zh": "甲", "en": "a", "rules": [{"name": "r"}]},
    {"name": "x", "zh": "甲", "en": "a", "time": [{"after": 0, "colour": "red"}, {"after": 3, "colour": "yellow"}]},
    {"name": "x", "zh": "甲", "en": "a", "time": [{"after": "0", "colour": "red"}]},
]
CONDITIONS = [
    {},
    {"behind": {"at_most": 10}},  # from the calm side
    {"days_left": {"at_least": 3}},
    {"behind": {"at_least": "10"}},
    {"behind": {}},
    {"stage": ["nowhere"]},
    {"stage": "doing"},
    {"excused": True},
    {"urgent": False},
    {"verdict": {"at_least": "fine"}},
    {"lights": {"colour": "pink", "at_least": 1}},
    {"rank": {"at_least": 1}},
]


@pytest.mark.parametrize("data", BAD)
def test_what_is_no_rule_is_refused(data: object) -> None:
    with pytest.raises(LightRulesError):
        rule_set(data)


@pytest.mark.parametrize("when", CONDITIONS)
def test_what_is_no_condition_is_refused(when: object) -> None:
    rule = {"name": "r", "colour": "red", "zh": "甲", "en": "a", "when": when}
    with pytest.raises(LightRulesError):
        rule_set({"name": "x", "zh": "甲", "en": "a", "rules": [rule]})
    good = rule | {"when": {"urgent": True}}
    assert rule_set({"name": "x", "zh": "甲", "en": "a", "rules": [good]}).usable
    with pytest.raises(LightRulesError, match="重名"):
        rule_set({"name": "x", "zh": "甲", "en": "a", "rules": [good, good]})


@pytest.mark.parametrize("place", PLACES)
def test_a_recoloured_ladder_is_a_ladder(place: str) -> None:
    ladder = recoloured(LADDER, presets()[place])
    flow: Flow = closed_loop("tested", zh="试", en="tested", ladder=ladder)
    check(flow)
    due = ladder.on(Clock.DUE)
    assert [(rung.after, rung.audience) for rung in due] == [
        (rung.after, rung.audience) for rung in LADDER.on(Clock.DUE)
    ]
    gravity = [GRAVITY[rung.light] for rung in due]
    assert gravity == sorted(gravity)
    assert ladder.on(Clock.WAITING) == LADDER.on(Clock.WAITING)


def test_colours_by_time() -> None:
    def lights(place: str) -> list[str]:
        return [rung.light.value for rung in recoloured(LADDER, presets()[place]).on(Clock.DUE)]

    assert lights("standard") == [rung.light.value for rung in LADDER.on(Clock.DUE)]
    assert lights("yinchuan-2025") == lights("standard")  # its source says nothing of due days
    assert lights("sanming-2017") == ["blue", "orange", "orange", "orange", "red", "red"]
    assert lights("guangyuan-2018") == ["", *["yellow"] * 5]


def test_a_day_without_a_rung_gets_one() -> None:
    rules = rule_set({"name": "x", "zh": "甲", "en": "a", "time": [{"after": -5, "colour": "blue"}]})
    due = recoloured(LADDER, rules).on(Clock.DUE)
    assert [rung.number for rung in due] == list(range(1, 8))
    assert (due[0].after, due[0].zh, due[0].light) == (-5, "距办结时限还有5个工作日", Light.BLUE)


def test_plan_in_step_with_the_days_and_months() -> None:
    first, last = dt.date(2023, 6, 1), dt.date(2023, 6, 21)
    assert [planned(first, last, dt.date(2023, 6, day)) for day in (1, 6, 11, 21, 30)] == [0, 25, 50, 100, 100]
    assert planned(last, last, first) == 0
    assert planned(last, last, last) == 100
    assert months(dt.date(2023, 1, 31), dt.date(2023, 2, 28)) == 0
    assert months(dt.date(2023, 1, 31), dt.date(2023, 3, 31)) == 2
    assert months(last, first) == 0

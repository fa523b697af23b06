"""When a light comes on beyond time (亮灯规则): conditions that are data, judged worst-of. Pure.

A rule says from which grade of badness on it holds ("at least 10 points behind"), never up to which one: so a graver
state can never get a calmer light, whoever writes the rules. Lights by time are rungs of the ladder; a set of rules
says which colours they get (`recoloured`).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from bihuan.lib.refusals import Refusal
from bihuan.loop.flows import Audience, Clock, Ladder, Light, Rung
from bihuan.loop.rules import GRAVITY
from bihuan.loop.stages import Stage

PRESETS = Path(__file__).parent / "data" / "lights.json"
STANDARD = "standard"
MOST_RULES = 40
PREFIX = "lights:"  # of what a step names as its rule, where one of these lit it
VERDICTS = ("good", "", "poor", "unrecoverable")  # 办理质量: from good to bad; "" where nobody said


class LightRulesError(Refusal):
    """Rules that say nothing, or nothing that can be judged."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__("light-rules", f"亮灯规则有误：{zh}", f"these light rules will not do: {en}")

    def __reduce__(self) -> tuple[type[Refusal], tuple[str, str, str]]:
        return Refusal, (self.code, self.zh, self.en)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a matter when it is judged; None and "" where nothing is known, which lights nothing.

    Args:
        days_left: working days to the due day, negative behind it.
        planned, reported: percent that should be, and that the doer reported to be done.
        months_unstarted, months_unregistered: full months since it was assigned and not signed for; since it was
            registered and not assigned.
        lights: how often each colour came on in this cycle before.
        verdict: one of `VERDICTS`.
        urgent: 重要紧急事项. excused: a reason was given and waits for its decision (an extension is asked for).
    """

    stage: Stage
    days_left: int | None = None
    planned: int | None = None
    reported: int | None = None
    months_unstarted: int | None = None
    months_unregistered: int | None = None
    lights: Mapping[str, int] = field(default_factory=dict)
    verdict: str = ""
    urgent: bool = False
    excused: bool = False

    @property
    def behind(self) -> int | None:
        """Points of percent by which it is behind its plan."""
        return None if self.planned is None or self.reported is None else self.planned - self.reported


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: all of `when` must hold. `when` is the data of the file, checked by `rule_set`."""

    name: str
    colour: Light
    zh: str
    en: str
    when: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TimeLight:
    """The colour from the rung on that is reached `after` working days after the due day, negative before it."""

    after: int
    colour: Light


@dataclass(frozen=True)
class RuleSet:
    """The rules of a place. `source`: where they come from, for people; `cite`: where that is recorded. `left_out`:
    what of it cannot be said as a rule, in Chinese and English."""

    name: str
    zh: str
    en: str
    source: str
    rules: tuple[Rule, ...]
    time: tuple[TimeLight, ...]
    left_out: tuple[str, str] = ("", "")
    cite: str = ""

    @property
    def usable(self) -> bool:
        """Whether anything can be lit by it at all."""
        return bool(self.rules or self.time)

    def as_json(self) -> dict[str, Any]:
        """What `rule_set` reads."""
        return {
            "name": self.name,
            "zh": self.zh,
            "en": self.en,
            "source": self.source,
            "cite": self.cite,
            "rules": [
                {"name": item.name, "colour": item.colour.value, "zh": item.zh, "en": item.en, "when": dict(item.when)}
                for item in self.rules
            ],
            "time": [{"after": item.after, "colour": item.colour.value} for item in self.time],
            "left_out": {"zh": self.left_out[0], "en": self.left_out[1]},
        }


@dataclass(frozen=True, slots=True)
class Lit:
    """A light that came on: the colour, the rule, the reason in words, and the values that it was judged by."""

    colour: Light
    rule: str
    zh: str
    en: str
    values: Mapping[str, Any]


def judge(facts: Facts, rules: RuleSet) -> Lit | None:
    """The gravest light that the rules light for a matter, the first such rule in their order; None: none does."""
    lit = [rule for rule in rules.rules if all(_holds(name, test, facts) for name, test in rule.when.items())]
    if not lit:
        return None
    rule = max(lit, key=lambda item: GRAVITY[item.colour])  # max gives the first of equals
    said = [_told(name, facts) for name in rule.when if name != "stage"]
    zh, en = ("，".join(pair[0] for pair in said), ", ".join(pair[1] for pair in said))
    return Lit(
        rule.colour,
        rule.name,
        f"{rule.zh}（{zh}）" if zh else rule.zh,
        f"{rule.en} ({en})" if en else rule.en,
        {name: value for used in rule.when for name, value in _values(used, facts).items()},
    )


# -- conditions --------------------------------------------------------------------------------------------------------

_RISING = ("behind", "months_unstarted", "months_unregistered")  # graver the higher
_BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "at_least": lambda value, bound: value >= bound,
    "above": lambda value, bound: value > bound,
    "at_most": lambda value, bound: value <= bound,
    "below": lambda value, bound: value < bound,
}


def _holds(name: str, test: Any, facts: Facts) -> bool:
    match name:
        case "stage":
            return facts.stage.value in test
        case "lights":
            return facts.lights.get(test["colour"], 0) >= int(test["at_least"])
        case "verdict":
            return VERDICTS.index(facts.verdict) >= VERDICTS.index(test["at_least"])
        case "urgent" | "excused":
            return bool(getattr(facts, name) == test)
        case _:
            value = getattr(facts, name)
            return value is not None and all(_BOUNDS[word](value, bound) for word, bound in test.items())


def _values(name: str, facts: Facts) -> dict[str, Any]:
    match name:
        case "stage":
            return {"stage": facts.stage.value}
        case "behind":
            return {"planned": facts.planned, "reported": facts.reported, "behind": facts.behind}
        case "lights":
            return {"lights": dict(facts.lights)}
        case _:
            return {name: getattr(facts, name)}


def _told(name: str, facts: Facts) -> tuple[str, str]:
    """The value of one condition, in words."""
    count = getattr(facts, name)
    match name:
        case "behind":
            return (
                f"计划{facts.planned}%，实际{facts.reported}%，落后{count}个百分点",
                f"planned {facts.planned}%, done {facts.reported}%, {count} points behind",
            )
        case "days_left":
            if count < 0:
                return f"逾期{-count}个工作日", f"{-count} working days late"
            return f"距时限{count}个工作日", f"{count} working days left"
        case "months_unstarted":
            return f"交办{count}个月未启动", f"not started {count} months after it was assigned"
        case "months_unregistered":
            return f"登记{count}个月未交办", f"not assigned {count} months after it was registered"
        case "lights":
            zh = "、".join(f"{COLOURS[Light(colour)][0]}{times}次" for colour, times in sorted(facts.lights.items()))
            en = ", ".join(
                f"{COLOURS[Light(colour)][1]} {times} times" for colour, times in sorted(facts.lights.items())
            )
            return f"本轮已亮{zh}", f"lit before: {en}"
        case "verdict":
            return _VERDICT_WORDS[facts.verdict]
        case "urgent":
            return "重要紧急事项", "important and urgent"
        case _:
            return "未说明原因", "no reason was given"


COLOURS: dict[Light, tuple[str, str]] = {
    Light.NONE: ("未亮灯", "no light"),
    Light.GREEN: ("绿灯", "green"),
    Light.BLUE: ("蓝灯", "blue"),
    Light.YELLOW: ("黄灯", "yellow"),
    Light.ORANGE: ("橙灯", "orange"),
    Light.RED: ("红灯", "red"),
}
_VERDICT_WORDS = {
    "good": ("办理质量好", "well done"),
    "": ("未评价", "not judged"),
    "poor": ("办理质量不合格", "poorly done"),
    "unrecoverable": ("已无法挽回", "beyond recovery"),
}


# -- rules as data -----------------------------------------------------------------------------------------------------


def rule_set(data: Any) -> RuleSet:
    """Rules from their data, as a file or a table keeps them.

    Raises:
        LightRulesError: what is no rule, names what nobody knows, stands twice, or bounds a value from its calm side.
    """
    try:
        rules = tuple(_rule(item) for item in data.get("rules", []))
        time = tuple(TimeLight(_whole(item["after"]), _colour(item["colour"])) for item in data.get("time", []))
        left = data.get("left_out", {})
        found = RuleSet(
            _word(data["name"], 40), _word(data["zh"], 60), _word(data["en"], 60), _remark(data, "source"), rules, time,
            (_remark(left, "zh"), _remark(left, "en")), _remark(data, "cite"),
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise LightRulesError(f"缺少或无法识别 {error}"[:300], f"missing or not understood: {error}"[:300]) from error
    names = [item.name for item in rules]
    if len(set(names)) != len(names) or len(names) > MOST_RULES:
        raise LightRulesError(f"规则重名，或多于{MOST_RULES}条", f"a name stands twice, or over {MOST_RULES} rules")
    if any(one.after >= two.after or GRAVITY[one.colour] > GRAVITY[two.colour] for one, two in pairwise(time)):
        raise LightRulesError("按时间的灯须由早到晚、由轻到重", "lights by time go from early to late, calm to grave")
    return found


def _rule(item: Any) -> Rule:
    when = dict(item["when"])
    name = _word(item["name"])
    if not when:
        raise LightRulesError(f"“{name}”没有条件", f"{name} has no condition")
    for condition, test in when.items():
        _check(name, condition, test)
    return Rule(name, _colour(item["colour"]), _word(item["zh"]), _word(item["en"]), when)


def _check(rule: str, name: str, test: Any) -> None:
    match name:
        case "stage":
            good = isinstance(test, list) and bool(test) and all(item in set(Stage) for item in test)
        case "lights":
            good = (
                set(test) == {"colour", "at_least"} and _whole(test["at_least"]) > 0 and bool(_colour(test["colour"]))
            )
        case "verdict":
            good = set(test) == {"at_least"} and test["at_least"] in VERDICTS
        case "urgent":
            good = test is True
        case "excused":
            good = test is False
        case "days_left":
            good = bool(test) and set(test) <= {"at_most", "below"} and all(_is_whole(item) for item in test.values())
        case _:
            good = name in _RISING and bool(test) and set(test) <= {"at_least", "above"}
            good = good and all(_is_whole(item) for item in test.values())
    if not good:
        raise LightRulesError(f"“{rule}”的条件 {name} 无法判断", f"the condition {name} of {rule} cannot be judged")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 1000


def _whole(value: Any) -> int:
    if not _is_whole(value):
        raise TypeError(repr(value))
    return int(value)


def _word(value: Any, longest: int = 200) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > longest or not value.isprintable():
        raise TypeError(repr(value))
    return value


def _remark(data: Any, name: str) -> str:
    """A sentence that may be missing."""
    return _word(data[name], 1000) if data.get(name) else ""


def _colour(value: Any) -> Light:
    if not value or value not in set(Light):
        raise TypeError(repr(value))
    return Light(value)


@cache
def presets() -> Mapping[str, RuleSet]:
    """The shipped rules of several places by name, our own first."""
    return {item["name"]: rule_set(item) for item in json.loads(PRESETS.read_text(encoding="utf-8"))}


# -- time --------------------------------------------------------------------------------------------------------------


def recoloured(ladder: Ladder, rules: RuleSet) -> Ladder:
    """A ladder whose rungs on the doer's clock have the colours of these rules; who is told when stays. A day for which
    the ladder has no rung gets one that tells the owner. Rules without lights by time take the standard ones."""
    time = rules.time or presets()[STANDARD].time
    kept = {rung.after for rung in ladder.on(Clock.DUE)}
    added = [
        Rung(0, Clock.DUE, item.after, Audience.OWNER, *_rung_words(item.after), item.colour)
        for item in time
        if item.after not in kept
    ]
    due = sorted([*ladder.on(Clock.DUE), *added], key=lambda rung: rung.after)
    shining = [replace(rung, number=number, light=_at(time, rung.after)) for number, rung in enumerate(due, 1)]
    others = [rung for rung in ladder.rungs if rung.clock is not Clock.DUE]
    return Ladder(
        f"lights-{rules.name}"[:40], f"督办层级（{rules.zh}）"[:60], f"Ladder ({rules.en})"[:60], (*shining, *others),
        source=rules.source,
    )  # fmt: skip


def _at(time: Iterable[TimeLight], after: int) -> Light:
    return max((item.colour for item in time if item.after <= after), key=GRAVITY.__getitem__, default=Light.NONE)


def _rung_words(after: int) -> tuple[str, str]:
    if after < 0:
        return f"距办结时限还有{-after}个工作日", f"{-after} working days are left"
    if after == 0:
        return "已到办结时限，尚未反馈", "is due and not answered"
    return f"逾期{after}个工作日", f"is {after} working days late"


# -- what a moment and a matter give -----------------------------------------------------------------------------------


def planned(begun: dt.date, due: dt.date, day: dt.date) -> int:
    """Percent that should be done on a day, where a plan names no more than its two ends: in step with the days."""
    if day >= due:
        return 100
    return max(0, 100 * (day - begun).days // max((due - begun).days, 1))


def months(since: dt.date, day: dt.date) -> int:
    """Full months from one day to another."""
    return max(0, (day.year - since.year) * 12 + day.month - since.month - (day.day < since.day))

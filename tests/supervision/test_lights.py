"""Lights on matters: by the rules of the place, as steps that name them, once, never calmer than the clock's."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rounds import act, on, task

from bihuan.history.models import Entry
from bihuan.lib.refusals import Refusal
from bihuan.loop import actions as loop
from bihuan.loop.flows import Clock, Light
from bihuan.loop.models import Matter, RungRow, Step
from bihuan.loop.queries import differences
from bihuan.messages.models import Message
from bihuan.supervision import actions
from bihuan.supervision.actions import Lighted
from bihuan.supervision.light_rules import LightRulesError, presets, rule_set
from bihuan.supervision.models import LightRules
from bihuan.supervision.queries import RulesOf, preview, rules_at, unregistered


@pytest.fixture(autouse=True)
def ladders(db: None) -> None:
    loop.load_ladders(by="system:tests", at=on(1, 1))


def slow(cast: Cast) -> Matter:
    """A task of 5 to 16 June, of which a tenth was done on the 9th, when a third should be."""
    matter = task(cast)
    act(matter, "sign_for", cast.kangle_liaison, on(6, 6))
    return act(matter, "report", cast.kangle_liaison, on(6, 8), progress=10)


def light_of(matter: Matter) -> tuple[str, str, str]:
    step = Step.objects.filter(matter=matter, verb="light").latest("version")
    assert differences(Matter.objects.get(pk=matter.pk)) == []
    return step.light, step.values["rule"], step.text


def test_a_light_comes_on_with_its_rule_and_goes_when_it_is_over(cast: Cast) -> None:
    matter = slow(cast)
    assert actions.light_up(at=on(6, 9)) == Lighted(1, 1)
    assert light_of(matter) == (
        "yellow", "lights:standard/behind-10", "进度落后计划10个百分点以上（计划36%，实际10%，落后26个百分点）",
    )  # fmt: skip
    assert actions.light_up(at=on(6, 9, 11)) == Lighted(1, 0)  # again: no second step for the same
    assert actions.light_up(at=on(6, 10)) == Lighted(1, 1)  # another colour
    assert light_of(matter)[:2] == ("red", "lights:standard/behind-30")
    act(matter, "report", cast.kangle_liaison, on(6, 11), progress=60)
    assert actions.light_up(at=on(6, 11, 12)) == Lighted(1, 1)
    assert light_of(matter) == ("green", "lights:standard/calmed", "原亮灯情形已消除")
    assert {step.by for step in Step.objects.filter(verb="light")} == {"system:supervision"}


def test_no_rule_calms_what_the_clock_lit(cast: Cast) -> None:
    matter = slow(cast)
    loop.sweep(at=on(6, 13, 9))  # three working days are left: yellow
    assert actions.light_up(at=on(6, 13, 10)) == Lighted(1, 1)  # 63 points behind: red
    act(matter, "report", cast.kangle_liaison, on(6, 13, 11), progress=90)
    assert actions.light_up(at=on(6, 13, 12)) == Lighted(1, 1)
    assert light_of(matter) == ("yellow", "lights:standard/calmed", "原亮灯情形已消除，按时限亮灯")
    loop.sweep(at=on(6, 16, 19))
    assert Matter.objects.get(pk=matter.pk).light == "red"
    assert actions.light_up(at=on(6, 17)) == Lighted(1, 0)


def test_a_persons_light_stays_until_it_gets_worse_than_ever(cast: Cast) -> None:
    matter = slow(cast)
    actions.light_up(at=on(6, 9))
    act(matter, "light", cast.operator, on(6, 9, 12), light=Light.GREEN, text="已说明情况")
    assert actions.light_up(at=on(6, 9, 13)) == Lighted(1, 0)
    assert actions.light_up(at=on(6, 10)) == Lighted(1, 1)
    assert Matter.objects.get(pk=matter.pk).light == "red"


def test_rules_of_the_nearest_region_hold(cast: Cast) -> None:
    day = on(6, 9)
    yin, su = presets()["yinchuan-2025"], presets()["suqian-2025"]
    actions.set_light_rules(region=cast.prefecture, rules=yin, valid_from=day.date(), by=cast.operator.by, at=day)
    assert rules_at(cast.kangle, day.date()) == yin
    actions.set_light_rules(region=cast.kangle, rules=su, valid_from=dt.date(2023, 6, 10), by=cast.operator.by, at=day)
    assert [rules_at(cast.kangle, dt.date(2023, 6, number)).name for number in (8, 9, 10)] == [
        "standard", "yinchuan-2025", "suqian-2025",
    ]  # fmt: skip
    assert rules_at(cast.yongjing, dt.date(2023, 6, 10)) == yin
    many = RulesOf(dt.date(2023, 6, 10))
    with CaptureQueriesContext(connection) as asked:
        many.read([cast.kangle.pk, cast.yongjing.pk, cast.prefecture.pk])
        assert [many.at(place.pk).name for place in (cast.kangle, cast.yongjing)] == ["suqian-2025", "yinchuan-2025"]
    assert len(asked) == 4


def test_setting_rules_sets_ladders_in_their_colours(cast: Cast) -> None:
    day = on(6, 1)
    rules = presets()["sanming-2017"]
    said = {"region": cast.prefecture, "rules": rules, "valid_from": day.date(), "by": cast.operator.by, "at": day}
    row = actions.set_light_rules(**said)
    assert actions.set_light_rules(**said) == row
    assert LightRules.objects.count() == 1
    entry = Entry.objects.get(verb="supervision.lights_set")
    assert (entry.values["name"], entry.values["ladders"]) == ("三明2017", ["task", "notice"])  # no light in reviews
    matter = task(cast)  # begins on the 5th, under the ladder of its place
    assert matter.ladder is not None
    lights = RungRow.objects.filter(ladder=matter.ladder, clock=Clock.DUE).order_by("number")
    assert list(lights.values_list("light", flat=True)) == ["blue", "orange", "orange", "orange", "red", "red"]
    loop.sweep(at=on(6, 16, 19))
    assert Matter.objects.get(pk=matter.pk).light == "orange"
    with pytest.raises(LightRulesError, match="排名"):
        actions.set_light_rules(**said | {"rules": presets()["zaozhuang-2023"]})
    with pytest.raises(Refusal, match="今天或以后"):
        actions.set_light_rules(**said | {"valid_from": dt.date(2023, 5, 31)})


def test_what_would_change_is_shown_and_nothing_written(cast: Cast) -> None:
    matter = slow(cast)
    actions.light_up(at=on(6, 9))
    steps = Step.objects.count()
    strict = rule_set(
        {"name": "own", "zh": "自定", "en": "own", "rules": [
            {"name": "behind", "colour": "red", "zh": "落后", "en": "behind", "when": {"behind": {"above": 5}}}]}
    )  # fmt: skip
    found = preview(cast.prefecture, strict, at=on(6, 9, 12))
    assert (found.looked, found.beyond, found.moves) == (1, False, [(Light.YELLOW, Light.RED, 1)])
    assert [(item.matter.pk, item.rule) for item in found.changing] == [(matter.pk, "lights:own/behind")]
    assert preview(cast.yongjing, strict, at=on(6, 9, 12)).looked == 0
    assert preview(cast.prefecture, presets()["standard"], at=on(6, 9, 12)).changing == ()
    assert Step.objects.count() == steps
    assert not LightRules.objects.exists()


def test_a_matter_of_nobody_shows_and_is_not_lit(cast: Cast) -> None:
    wanted = loop.Wanted("nobody", "task", "无人承办的事", cast.office)
    matter = loop.register(wanted=wanted, by=cast.operator.by, at=on(6, 5))
    ((row, lit),) = unregistered(cast.prefecture, presets()["yinchuan-2025"], at=on(8, 6))
    assert (row, lit.colour) == (matter, Light.RED)
    assert lit.zh == "登记入库后满2个月未落实（登记2个月未交办）"
    assert actions.light_up(at=on(8, 6)) == Lighted(0, 0)


def test_somebody_else_moves_it_meanwhile(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.supervision.actions import lights

    matter = slow(cast)
    really = lights.judged

    def late(rows: list[Matter], *args: object, **more: object) -> object:
        found = really(rows, *args, **more)  # type: ignore[arg-type]
        act(matter, "report", cast.kangle_liaison, on(6, 9, 10), progress=50)
        return found

    monkeypatch.setattr(lights, "judged", late)
    assert actions.light_up(at=on(6, 9)) == Lighted(1, 0)
    assert Matter.objects.get(pk=matter.pk).light == "green"


def test_who_answers_for_many_is_told_once_and_only_of_what_got_worse(cast: Cast) -> None:
    rows = [slow(cast) for _ in range(3)]
    Message.objects.all().delete()
    actions.light_up(at=on(6, 9))
    told = Message.objects.get(recipient=cast.kangle_liaison)
    assert told.zh.startswith("3 项工作亮灯加重，其中“举办宣传咨询日活动”亮黄灯：进度落后计划10个百分点以上")
    for row in rows:
        act(row, "report", cast.kangle_liaison, on(6, 9, 11), progress=60)
    Message.objects.all().delete()
    assert actions.light_up(at=on(6, 9, 12)).lit == 3
    assert not Message.objects.exists()


def test_the_sweep_that_came_first_is_not_calmed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.supervision.actions import lights

    matter, really = slow(cast), lights.judged

    def late(*args: object, **more: object) -> object:
        found = really(*args, **more)  # type: ignore[arg-type]
        loop.sweep(at=on(6, 16, 19))
        return found

    monkeypatch.setattr(lights, "judged", late)
    assert actions.light_up(at=on(6, 9)) == Lighted(1, 0)
    assert Matter.objects.get(pk=matter.pk).light == "red"


def test_as_many_queries_for_many(cast: Cast) -> None:
    for _ in range(3):
        slow(cast)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            preview(cast.prefecture, presets()["yinchuan-2025"], at=on(6, 9))
        return len(asked)

    few = queries()
    for _ in range(10):
        slow(cast)
    assert queries() == few <= 10

"""What a bulletin counts: each matter in one part, no rate above 100 %, differences by name."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.loop.flows import Light
from bihuan.loop.stages import Stage, Stood
from bihuan.supervision.bulletin_rules import (
    CHANGES,
    LIGHTS,
    PARTS,
    Frame,
    Item,
    Month,
    added,
    changes,
    item,
    percent,
    points,
    rate,
    rows,
)
from bihuan.supervision.light_rules import STANDARD, presets

ZONE = ZoneInfo("Asia/Shanghai")
JUNE = Month(dt.date(2023, 6, 1))
CUT_OFF = dt.datetime(2023, 6, 30, 18, 0, tzinfo=ZONE)
FRAME = Frame(JUNE, CUT_OFF, ZONE, dt.time(18), presets()[STANDARD])


def stood(**more: object) -> Stood:
    """A task under way since 5 June, due on 16 June."""
    values: dict[str, object] = {
        "matter": 1, "version": 3, "flow": "task", "flow_version": 1, "title": "举办宣传咨询日活动",
        "stage": Stage.DOING, "state": "doing", "cycle": 1, "light": Light.GREEN,
        "unit": 7, "place": 3, "section": None, "owner": None,
        "leader": None, "due_on": dt.date(2023, 7, 20), "original_due_on": dt.date(2023, 6, 16), "answered_on": None,
        "registered_at": dt.datetime(2023, 6, 5, 2, tzinfo=dt.UTC),
        "begun_at": dt.datetime(2023, 6, 5, 2, tzinfo=dt.UTC), "moved_at": dt.datetime(2023, 6, 5, 2, tzinfo=dt.UTC),
        "reported": None, "granted": 0, "granted_at": None, "asks": False, "returned": False, "rung": None,
        "lights": {}, "lit_rule": "", "lit_text": "", "account": "",
    }  # fmt: skip
    return Stood(**(values | more))  # type: ignore[arg-type]


def counted(**more: object) -> set[str]:
    found = item(stood(**more), FRAME)
    return set(found.counted) - {"total"} if found else set()


DUE, LATER = dt.date(2023, 6, 16), dt.date(2023, 7, 20)
CASES = [
    ({}, {"on_schedule", "green"}),
    ({"due_on": DUE}, {"overdue", "due", "green"}),
    ({"due_on": dt.date(2023, 6, 30), "reported": 100}, {"on_schedule", "due", "green"}),  # its day just closes
    ({"due_on": dt.date(2023, 5, 31), "light": Light.RED}, {"overdue", "red"}),
    ({"stage": Stage.NOT_STARTED, "light": Light.NONE}, {"not_started"}),
    ({"stage": Stage.NOT_STARTED, "due_on": DUE}, {"overdue", "due", "green"}),
    ({"reported": 20}, {"behind", "green"}),
    ({"reported": 90}, {"on_schedule", "green"}),
    ({"returned": True}, {"behind", "green"}),
    ({"stage": Stage.ANSWERED, "due_on": DUE, "answered_on": DUE}, {"answered", "due", "green"}),
    ({"stage": Stage.DONE, "due_on": DUE, "answered_on": DUE}, {"finished", "due", "done"}),
    ({"stage": Stage.DONE, "due_on": DUE, "answered_on": LATER}, {"finished", "due", "done", "done_late"}),
    ({"stage": Stage.DONE, "due_on": LATER, "answered_on": DUE}, {"finished"}),
    ({"stage": Stage.SUSPENDED, "due_on": DUE}, {"suspended", "due", "green"}),
    ({"stage": Stage.WITHDRAWN}, set()),
    ({"stage": Stage.REGISTERED, "unit": None, "place": None}, set()),
    ({"granted": 1, "granted_at": dt.datetime(2023, 6, 15, 2, tzinfo=dt.UTC)}, {"on_schedule", "green", "extended"}),
    ({"granted": 1, "granted_at": dt.datetime(2023, 5, 31, 2, tzinfo=dt.UTC)}, {"on_schedule", "green"}),
]


@pytest.mark.parametrize(("more", "names"), CASES)
def test_where_a_matter_counts(more: dict[str, object], names: set[str]) -> None:
    assert counted(**more) == names


def test_days_late_and_reasons() -> None:
    late = item(stood(due_on=DUE, lit_text="落后20个百分点", account="场地未定"), FRAME)
    assert late is not None
    assert (late.days_late, late.reason, late.account) == (14, "落后20个百分点", "场地未定")
    done = item(stood(stage=Stage.DONE, due_on=DUE, answered_on=dt.date(2023, 6, 19), light=Light.GREEN), FRAME)
    assert done is not None
    assert (done.days_late, done.light) == (3, Light.NONE)
    slow = item(stood(reported=30), FRAME)
    assert slow is not None
    assert slow.reason.startswith("进度落后计划10个百分点以上")


days = st.dates(dt.date(2023, 4, 1), dt.date(2023, 8, 31))
moments = st.integers(0, 90 * 24).map(lambda hours: dt.datetime(2023, 4, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hours))


@st.composite
def anything(draw: st.DrawFn) -> list[Item]:
    found = []
    for key in draw(st.lists(st.integers(1, 40), max_size=12, unique=True)):
        unit = draw(st.sampled_from([None, 7, 8, 9]))
        one = item(
            stood(
                matter=key,
                stage=draw(st.sampled_from(Stage)),
                light=draw(st.sampled_from(Light)),
                unit=unit,
                place=unit and 3,
                due_on=draw(st.none() | days),
                answered_on=draw(st.none() | days),
                reported=draw(st.none() | st.integers(0, 100)),
                granted_at=draw(st.none() | moments),
                begun_at=draw(st.none() | moments),
                asks=draw(st.booleans()),
                returned=draw(st.booleans()),
            ),
            FRAME,
        )
        found += [one] if one else []
    return found


@given(anything())
def test_each_matter_stands_in_one_part_and_no_rate_passes_100(items: list[Item]) -> None:
    found = rows(items)
    for row in [*found, added(found)]:
        count = row.counts
        assert count["total"] == sum(count[part] for part in PARTS)
        assert count["done_late"] <= count["done"] <= min(count["due"], count["finished"])
        assert sum(count[light] for light in LIGHTS) <= count["total"] - count["finished"]
        assert row.rate is None if count["due"] == 0 else 0 <= row.rate <= 100  # type: ignore[operator]
    assert added(found).counts["total"] == len(items)
    for name in added(found).counts:  # every number is exactly the matters that say so
        assert added(found).counts[name] == sum(name in one.counted for one in items)


def test_rate() -> None:
    assert [percent(rate(*pair)) for pair in ((0, 0), (0, 3), (7, 8), (2, 3), (3, 3))] == [
        "—", "0%", "87.5%", "66.7%", "100%",
    ]  # fmt: skip
    assert percent(rate(9999, 10000)) == "99.9%"  # not all is never 100
    with pytest.raises(ValueError, match="4 of 3"):
        rate(4, 3)
    assert points(rate(3, 4), rate(1, 4)) == Decimal(50)
    assert points(rate(3, 4), None) is None


def test_months() -> None:
    assert (str(JUNE), JUNE.last, str(JUNE.before), str(JUNE.after)) == ("2023-06", dt.date(2023, 6, 30), "2023-05",
                                                                        "2023-07")  # fmt: skip
    assert Month.of(dt.date(2024, 2, 29)).last == dt.date(2024, 2, 29)
    assert str(Month.of(dt.date(2023, 1, 31)).before) == "2022-12"


def one(key: int, *names: str, unit: int = 7) -> Item:
    return Item(key, unit, 3, f"事项{key}", Stage.DOING, None, None, None, Light.NONE, "", None, 0, "", names)


def test_what_became_of_each() -> None:
    before = [one(1, "overdue"), one(2, "overdue"), one(3, "on_schedule"), one(4, "finished"), one(5, "behind"),
              one(6, "on_schedule"), one(7, "on_schedule")]  # fmt: skip
    now = [one(1, "overdue"), one(2, "finished"), one(3, "overdue"), one(4, "on_schedule"), one(6, "on_schedule"),
           one(7, "on_schedule", unit=8), one(8, "not_started"), one(9, "overdue")]  # fmt: skip
    assert [(change.kind, change.matter) for change in changes(before, now)] == [
        ("fell_due", 3), ("fell_due", 9), ("caught_up", 2), ("still", 1), ("reopened", 4), ("moved", 7), ("gone", 5),
        ("new", 8),
    ]  # fmt: skip
    assert changes(now, now)[0].kind == "still"
    assert {change.kind for change in changes([], before)} <= set(CHANGES)

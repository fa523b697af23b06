"""Deadlines that were counted before an official list came: proposed to those whose loops they are, moved by them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from cast import Cast, member, signed_in
from rounds import BOTH, ZONE, act

from bihuan import wiring
from bihuan.history.models import Entry
from bihuan.loop import actions, kinds
from bihuan.loop.actions import Counted, Said, Wanted
from bihuan.loop.models import Matter, Step
from bihuan.loop.queries import Retimed, differences, outdated, retimed
from bihuan.loop.standard import closed_loop
from bihuan.messages.models import Message
from bihuan.org.rules import Role
from bihuan.workdays import actions as workdays
from bihuan.workdays import queries
from bihuan.workdays.rules import Special

NOW = dt.datetime(2026, 12, 14, 10, tzinfo=ZONE)  # a Monday; the list of 2027 is not out
LATER = dt.datetime(2026, 12, 21, 10, tzinfo=ZONE)
NEW_YEAR = [
    Special(dt.date(2027, 1, 1), True, "元旦"),
    Special(dt.date(2027, 1, 4), True, "元旦"),
    Special(dt.date(2027, 1, 9), False, "元旦"),
]
COUNTED = closed_loop("counted", zh="答复", en="Reply", term=15)  # its due day follows from the calendar


@pytest.fixture(autouse=True)
def seeds(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(wiring, "FLOWS", (*wiring.FLOWS, COUNTED))
    kinds.forget()
    actions.load_ladders(by="system:tests", at=NOW)
    workdays.load_shipped(by="system:tests", at=NOW)
    yield
    monkeypatch.undo()
    kinds.forget()


def made(cast: Cast, key: str, due: dt.date | None = None) -> Matter:
    """A task with a due day, or a loop whose due day is counted."""
    said = Said(unit=cast.kangle_bureau, owner=cast.kangle_liaison, due_on=due)
    flow = "task" if due else "counted"
    wanted = Wanted(key, flow, f"排查{key}", cast.office, said=said, book="example")
    return actions.register(wanted=wanted, by=cast.operator.by, at=NOW)


def load(days: list[Special]) -> None:
    listed = queries.year_list(2027)
    expected = listed.pk if listed else None
    workdays.load_official(year=2027, days=days, source="通知", expected=expected, by="system:tests", at=LATER)


def waiting() -> list[Retimed]:
    return retimed(outdated(Matter.objects.all(), limit=50), today=LATER.date())


def retime(*matters: Matter, by: str = "person:0") -> Counted:
    seen = {row.pk: row.version for row in Matter.objects.filter(pk__in=[matter.pk for matter in matters])}
    return actions.retime(seen=seen, by=by, at=LATER)


def test_counted_day_moves_and_named_day_stays(cast: Cast) -> None:
    counted, named = made(cast, "a"), made(cast, "b", dt.date(2027, 1, 6))
    assert (counted.due_on, counted.provisional, named.provisional) == (dt.date(2027, 1, 4), True, True)
    assert waiting() == []
    load(NEW_YEAR)
    found = {item.matter.pk: item for item in waiting()}
    assert (found[counted.pk].due_on, found[named.pk].due_on) == (dt.date(2027, 1, 6), dt.date(2027, 1, 6))
    assert (found[counted.pk].moved, found[named.pk].moved) == (True, False)
    assert retime(counted, named, by=cast.operator.by) == Counted(2, 0)
    row, other = Matter.objects.get(pk=counted.pk), Matter.objects.get(pk=named.pk)
    assert (row.due_on, row.original_due_on, row.provisional) == (dt.date(2027, 1, 6), dt.date(2027, 1, 4), False)
    assert row.calendar == other.calendar == queries.calendar().version
    assert row.moments[0] == dt.datetime(2026, 12, 30, 8, 30, tzinfo=ZONE) == row.next_check_at  # 3 days before the 6th
    assert row.moments == other.moments
    assert [differences(row), differences(other), waiting()] == [[], [], []]
    step = Step.objects.filter(matter=row).latest("version")
    assert (step.verb, step.values["was"], step.by) == ("retime", "2027-01-04", cast.operator.by)
    assert Entry.objects.filter(verb="loop.retimed").count() == 2
    told = Message.objects.get(recipient=cast.kangle_liaison, topic=f"matter:{row.pk}")
    assert "2027-01-06" in told.zh


def test_a_second_list_counts_from_the_first_day_again(cast: Cast) -> None:
    matter = made(cast, "a")
    load(NEW_YEAR)
    retime(matter)
    load(NEW_YEAR[:1])
    assert [item.due_on for item in waiting()] == [dt.date(2027, 1, 5)]
    retime(matter)
    row = Matter.objects.get(pk=matter.pk)
    assert (row.due_on, differences(row)) == (dt.date(2027, 1, 5), [])


def test_untouched_ones_are_left_in_peace(cast: Cast) -> None:
    far, near = made(cast, "far", dt.date(2027, 6, 16)), made(cast, "near", dt.date(2026, 12, 17))
    load([Special(dt.date(2027, 5, 3), True, "劳动节")])
    assert [item.matter.pk for item in waiting()] == [far.pk]  # no longer provisional; `near` was never touched
    retime(far, near)
    load([Special(dt.date(2027, 5, 3), True, "劳动节"), Special(dt.date(2027, 3, 8), True, "")])
    assert waiting() == []
    load([Special(dt.date(2027, 5, 3), True, "劳动节"), Special(dt.date(2027, 6, 15), True, "端午节")])
    assert [(item.matter.pk, item.moved) for item in waiting()] == [(far.pk, False)]


def test_due_day_that_becomes_a_holiday_is_pointed_out(cast: Cast) -> None:
    made(cast, "a", dt.date(2027, 1, 4))
    load(NEW_YEAR)
    assert [item.off for item in waiting()] == [True]


def test_moved_meanwhile_is_left(cast: Cast) -> None:
    matter = made(cast, "a")
    load(NEW_YEAR)
    seen = {matter.pk: matter.version}
    act(matter, "sign_for", cast.kangle_liaison, LATER, hands=BOTH)
    assert actions.retime(seen=seen, by=cast.operator.by, at=LATER) == Counted(0, 1)
    assert Matter.objects.get(pk=matter.pk).due_on == dt.date(2027, 1, 4)
    assert retime(matter) == Counted(1, 0)
    assert retime(matter) == Counted(0, 1)  # again: nothing is left to do


def test_rungs_that_were_reached_stay(cast: Cast) -> None:
    matter = made(cast, "a", dt.date(2027, 1, 5))
    actions.sweep(at=dt.datetime(2026, 12, 31, 9, tzinfo=ZONE))
    assert Matter.objects.get(pk=matter.pk).rung == 1
    load([Special(dt.date(2026 + 1, 1, 1), True, "元旦"), Special(dt.date(2027, 1, 11), True, "")])
    retime(matter)
    row = Matter.objects.get(pk=matter.pk)
    assert (row.rung, row.next_check_at) == (1, dt.datetime(2027, 1, 5, 18, tzinfo=ZONE))
    actions.sweep(at=dt.datetime(2027, 1, 5, 19, tzinfo=ZONE))
    assert differences(Matter.objects.get(pk=matter.pk)) == []


def test_keepers_are_told_once_a_version(cast: Cast) -> None:
    made(cast, "a")
    assert actions.propose_retiming(at=LATER) == 0
    load(NEW_YEAR)
    for _ in range(2):
        assert actions.propose_retiming(at=LATER) == 2
    told = Message.objects.filter(topic="retiming")
    assert {message.recipient_id for message in told} == {cast.operator.pk, cast.checker.pk}
    assert {message.count for message in told} == {1}


def test_page(cast: Cast) -> None:
    matter = made(cast, "a")
    browser = signed_in(cast.operator)
    assert "没有需要核定的时限" in browser.get("/matters/retiming/").content.decode()
    load(NEW_YEAR)
    page = browser.get("/matters/retiming/").content.decode()
    assert f'value="{matter.pk}:{matter.version}"' in page
    rows = ["x", "1:", f"{matter.pk}:{matter.version}", "9" * 30 + ":1", f"{2**62}:1"]
    answer = browser.post("/matters/retiming/done/", {"row": rows}, follow=True)
    assert "已按新日历核定 1 项" in answer.content.decode()
    assert not Matter.objects.get(pk=matter.pk).provisional
    assert signed_in(cast.kangle_liaison).get("/matters/retiming/").status_code == 404


def test_others_matters_are_not_touched(cast: Cast) -> None:
    matter = made(cast, "a")
    load(NEW_YEAR)
    kangle = member("康操作", cast.kangle_bureau, Role.OPERATOR, cast.kangle)
    browser = signed_in(kangle)
    assert "排查a" not in browser.get("/matters/retiming/").content.decode()
    browser.post("/matters/retiming/done/", {"row": f"{matter.pk}:{matter.version}"})
    assert Matter.objects.get(pk=matter.pk).provisional

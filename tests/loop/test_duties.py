"""What waits for whom, in which order; handing all of it over."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast, reader, signed_in
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rounds import act

from bihuan.history.models import Entry
from bihuan.loop import actions
from bihuan.loop.actions import Said, Wanted
from bihuan.loop.desk import awaiting
from bihuan.loop.models import Matter, Step
from bihuan.loop.queries import differences
from bihuan.messages.models import Message
from bihuan.org.gate import local_day
from bihuan.org.models import Person

MINE, DESK = 20, 28  # queries


@pytest.fixture(autouse=True)
def ladders(db: None) -> None:
    actions.load_ladders(by="system:tests", at=timezone.now())


def several(cast: Cast, count: int, *, start: int = 0, owner: Person | None = None) -> list[Matter]:
    today = local_day(timezone.now())
    wanted = [
        Wanted(
            f"d:{number}",
            "task",
            f"工作{number}",
            cast.office,
            book="example",
            said=Said(
                unit=cast.kangle_bureau, owner=owner or cast.kangle_liaison, due_on=today + dt.timedelta(9 + number % 5)
            ),
        )
        for number in range(start, start + count)
    ]
    return actions.register_many(wanted=wanted, by=cast.operator.by, at=timezone.now())


def words(person: Person) -> list[str]:
    return [duty.words for duty in awaiting(reader(person))]


def test_what_waits_goes_from_hand_to_hand(cast: Cast) -> None:
    wanted = Wanted("d:x", "task", "排查", cast.office, book="example")
    matter = actions.register(wanted=wanted, by=cast.operator.by, at=timezone.now())
    assert words(cast.operator) == ["待交办"]
    due = local_day(timezone.now()) + dt.timedelta(9)
    act(matter, "assign", cast.operator, timezone.now(), unit=cast.kangle_bureau, due_on=due)
    assert (words(cast.operator), words(cast.kangle_liaison)) == ([], ["待签收"])
    act(matter, "sign_for", cast.kangle_liaison, timezone.now())
    assert words(cast.kangle_liaison) == ["办理中"]
    later = due + dt.timedelta(9)
    act(matter, "ask_extension", cast.kangle_liaison, timezone.now(), text="场地", due_on=later)
    assert words(cast.operator) == ["延期待批复"]
    act(matter, "answer", cast.kangle_liaison, timezone.now(), text="已办")
    assert (words(cast.operator), words(cast.kangle_liaison)) == (["待审核"], [])
    act(matter, "accept", cast.checker, timezone.now())
    assert words(cast.operator) == ["待销号"]
    act(matter, "close", cast.operator, timezone.now())
    assert words(cast.operator) == words(cast.yongjing_liaison) == []


def test_who_did_it_is_not_asked_to_check_it(cast: Cast) -> None:
    (matter,) = several(cast, 1, owner=cast.operator)
    act(matter, "sign_for", cast.kangle_liaison, timezone.now())
    act(matter, "answer", cast.kangle_liaison, timezone.now(), text="已办")
    assert words(cast.operator) == []
    assert words(cast.checker) == ["待审核"]


def test_the_gravest_first_then_by_date(cast: Cast) -> None:
    rows = several(cast, 5)
    late = rows[4]
    Matter.objects.filter(pk=late.pk).update(rung=3)
    found = awaiting(reader(cast.kangle_liaison))
    assert found[0].matter.pk == late.pk
    days = [duty.day for duty in found if duty.rung == found[-1].rung]
    assert days == sorted(days)  # type: ignore[type-var]


def test_all_is_handed_over_with_one_message(cast: Cast) -> None:
    rows = several(cast, 7)
    act(rows[0], "sign_for", cast.kangle_liaison, timezone.now())
    act(rows[0], "answer", cast.kangle_liaison, timezone.now(), text="已办")  # being checked: it stays
    entries = Entry.objects.count()
    to, on = cast.idle, local_day(timezone.now()) + dt.timedelta(days=3)
    over = actions.hand_over_all(person=cast.kangle_liaison, to=to, on=on, by=cast.kangle_liaison.by, at=timezone.now())
    assert (over.done, over.left) == (6, 1)
    assert Message.objects.filter(recipient=to).count() == 1
    assert Entry.objects.count() == entries + 6
    assert all(row.next_owner_id == to.pk and differences(row) == [] for row in Matter.objects.exclude(pk=rows[0].pk))
    again = actions.hand_over_all(
        person=cast.kangle_liaison, to=to, on=on, by=cast.kangle_liaison.by, at=timezone.now()
    )
    assert again.done == 0
    assert Message.objects.filter(recipient=to).count() == 1


def test_handing_over_on_the_page(cast: Cast) -> None:
    from cast import member

    colleague = member("康同事", cast.kangle_bureau)
    several(cast, 2)
    client = signed_in(cast.kangle_liaison)
    day = local_day(timezone.now()).isoformat()
    assert client.post("/matters/mine/hand-over/", {"to": str(cast.idle.pk), "on": day}).status_code == 422
    past = client.post("/matters/mine/hand-over/", {"to": str(colleague.pk), "on": "2020-01-01"})
    assert past.status_code == 422
    assert "今天或以后" in past.content.decode()
    steps = Step.objects.count()
    done = client.post("/matters/mine/hand-over/", {"to": str(colleague.pk), "on": day}, follow=True)
    assert "已移交 2 项" in done.content.decode()
    assert Step.objects.count() == steps + 2
    assert Matter.objects.filter(owner=colleague).count() == 2


def test_pages_cost_the_same_for_one_and_for_fifty(cast: Cast) -> None:
    several(cast, 1)
    counted = {}
    for more in (0, 49):
        several(cast, more, start=1)
        for who in (cast.kangle_liaison, cast.operator):
            client = signed_in(who)
            for url, most in (("/matters/mine/", MINE), ("/", DESK)):
                with CaptureQueriesContext(connection) as made:
                    assert client.get(url).status_code == 200
                assert len(made) <= most, (url, len(made), [query["sql"][:120] for query in made.captured_queries])
                assert counted.setdefault((who.pk, url), len(made)) == len(made)

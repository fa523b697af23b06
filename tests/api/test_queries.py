"""Lists ask the database as often for fifty rows as for one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cast import AT, BY, Cast, member
from days import file, kangle_day
from desk import TEXT, hand_in
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from months import bulletin, busy_june
from programs import Program, drafted
from rounds import on

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.messages import actions as messages
from bihuan.org import actions
from bihuan.org.rules import Role

pytestmark = pytest.mark.django_db


def papers(cast: Cast, number: int) -> None:
    drafted(cast, f"k{number}")


def submissions(cast: Cast, number: int) -> None:
    hand_in(cast, TEXT.replace("8万余份", f"{number + 3}万余份"))


def units(cast: Cast, number: int) -> None:
    actions.open_unit(region=cast.kangle, name=f"康乐县第{number}小学", by=BY, at=AT)


def people(cast: Cast, number: int) -> None:
    member(f"人{number}", cast.kangle_bureau, Role.INSPECTOR, cast.kangle, title="检查员")


def inbox(cast: Cast, number: int) -> None:
    with transaction.atomic():
        words = ("看", "look")
        messages.send(to=[cast.operator.pk], topic=f"t{number}", key=f"k{number}", words=words, url="/", by=BY, at=AT)


def all_campaigns(cast: Cast, number: int) -> None:
    day = AT.date().replace(day=number % 28 + 1, month=number // 28 + 1)
    campaigns.open_campaign(region=cast.prefecture, name="安全生产月", period=(day, day), book="example", by=BY, at=AT)


def bulletins(cast: Cast, number: int) -> None:
    if number == 0:
        busy_june(cast)
    bulletin(Campaign.objects.get(), cut_off=on(6, 1 + number // 2, 9 + number % 2), at=on(7, 3))


def activities(cast: Cast, number: int) -> None:
    file(cast, kangle_day(cast, title=f"第{number}次"))


LISTS: dict[str, tuple[Callable[[Cast, int], None], int]] = {
    "/papers": (papers, 9),
    "/activities": (activities, 10),
    "/submissions": (submissions, 8),
    "/units": (units, 8),
    "/people": (people, 10),
    "/inbox": (inbox, 6),
    "/campaigns": (all_campaigns, 7),
    "/history": (units, 8),
    "/bulletins": (bulletins, 9),
}


@pytest.mark.parametrize("path", LISTS)
def test_a_list_costs_the_same_for_one_row_and_for_many(cast: Cast, path: str) -> None:
    make, most = LISTS[path]
    program = Program(cast.operator)
    program.get("/me")  # the day of last use is written once
    counted = []
    for numbers in (range(1), range(1, 50)):
        for number in numbers:
            make(cast, number)
        with CaptureQueriesContext(
            connection,
        ) as made:
            found = program.get(path).json()["items"]
        counted.append(len(made))
    assert len(found) == 50 or path in ("/people", "/units", "/history")
    assert counted[1] <= counted[0]
    assert counted[1] <= most, [query["sql"] for query in made.captured_queries]

"""Coverage of the five entries: distinct places ÷ register; never above one, and never altered afterwards."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from cast import AT, BY, Cast
from days import DAY, JUNE, file, kangle_day, kind
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_tree import Tree

from bihuan.activities import actions
from bihuan.activities.models import Activity
from bihuan.activities.queries import five_entries as covered
from bihuan.activities.queries.five_entries import Share, coverage
from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.figures import actions as figures
from bihuan.org.models import Edition, Node, Region
from bihuan.places import actions as places
from bihuan.places import queries as registers
from bihuan.places.actions import PlaceError
from bihuan.places.models import Place, PlaceKind

pytestmark = pytest.mark.django_db
LAST = JUNE[1]
LATER = AT + dt.timedelta(days=120)


def of(code: str) -> PlaceKind:
    found = registers.kind(code)
    assert found is not None
    return found


def add(region: Region, name: str, code: str = "village", *, book: str = "example", on: dt.date = JUNE[0]) -> Place:
    return places.add_place(kind=of(code), region=region, name=name, on=on, book=book, by=BY, at=AT)


def campaign(cast: Cast) -> Campaign:
    return campaigns.open_campaign(
        region=cast.prefecture, name="2023年“安全生产月”", period=JUNE, book="example", by=BY, at=AT
    )


def entry(cast: Cast, place: Place | None, code: str = "entry_rural", *, day: dt.date = DAY) -> Activity:
    told = kangle_day(cast, kind=kind(code), title="进农村", start=day, end=day, place=place, numbers={}, units=())
    return file(cast, told)


def share(found: covered.NodeRow, code: str = "village") -> Share:
    return next(item for item in found.shares if item.kind.code == code)


def said(found: covered.NodeRow, code: str = "village") -> tuple[int, int, str | None]:
    item = share(found, code)
    return item.reached, item.places, item.rate


def test_distinct_places_over_the_register(cast: Cast) -> None:
    june = campaign(cast)
    one, two, _three = (add(cast.kangle, f"{name}村") for name in "甲乙丙")
    school, _far = add(cast.kangle, "小学", "school"), add(cast.yongjing, "丁村")
    for place in (one, one, two, None):
        entry(cast, place)
    entry(cast, school)  # an event of the countryside reaches no school
    found = coverage(june, cast.prefecture)
    assert said(found.whole) == (2, 4, "50%")
    assert said(found.whole, "school") == (0, 1, "0%")
    rows = {row.region: row for row in found.parts}
    assert said(rows[cast.kangle]) == (2, 3, "66.6%")
    assert said(rows[cast.yongjing]) == (0, 1, "0%")
    assert (rows[cast.kangle].events, rows[cast.kangle].unplaced) == (5, 1)
    assert (found.whole.events, rows[cast.yongjing].events) == (5, 0)
    missed = covered.places_of(june, cast.prefecture, of("village"), reached=False)
    assert sorted(missed.values_list("name", flat=True)) == ["丁村", "丙村"]


def test_without_a_register_there_is_no_rate(cast: Cast) -> None:
    june = campaign(cast)
    entry(cast, None)
    found = coverage(june, cast.prefecture)
    assert {item.rate for item in found.whole.shares} == {None}
    assert found.whole.events == found.whole.unplaced == 1


def test_withdrawn_events_and_other_days_reach_nothing(cast: Cast) -> None:
    june = campaign(cast)
    one, two = add(cast.kangle, "甲村"), add(cast.kangle, "乙村")
    held = entry(cast, one)
    entry(cast, two, day=dt.date(2023, 5, 30))
    assert said(coverage(june, cast.kangle).whole) == (1, 2, "50%")
    actions.withdraw_activity(activity=held, expected_version=held.version, reason="重复", by=BY, at=LATER)
    assert said(coverage(june, cast.kangle).whole) == (0, 2, "0%")


def test_merged_places_count_once_and_closed_ones_not(cast: Cast) -> None:
    june = campaign(cast)
    one, two, gone = (add(cast.kangle, f"{name}村") for name in "甲乙丙")
    for place in (two, two, gone):  # what one is by then was reached as two
        entry(cast, place)
    places.merge_place(place=two, into=one, expected_version=1, on=LAST, by=BY, at=AT)
    places.close_place(place=gone, expected_version=1, on=LAST, by=BY, at=AT)
    found = coverage(june, cast.kangle)
    assert said(found.whole) == (1, 1, "100%")
    assert found.off_register == 1


def test_later_changes_alter_no_past_rate(cast: Cast) -> None:
    june = campaign(cast)
    one, two = add(cast.kangle, "甲村"), add(cast.kangle, "乙村")
    entry(cast, one)
    before = coverage(june, cast.prefecture)
    day = LAST + dt.timedelta(days=1)
    places.merge_place(place=one, into=two, expected_version=1, on=day, by=BY, at=LATER)
    places.move_place(place=two, region=cast.yongjing, expected_version=1, on=day, by=BY, at=LATER)
    newer = Edition.objects.create(name="newer", as_of=dt.date(2023, 12, 31), source="test")
    Node.objects.create(edition=newer, region=cast.yongjing, parent=None, path="0000", depth=0)
    assert coverage(june, cast.prefecture) == before


def test_after_the_closing_not_even_corrections_of_the_past_do(cast: Cast) -> None:
    june = campaign(cast)
    one, two = add(cast.kangle, "甲村"), add(cast.kangle, "乙村")
    held = entry(cast, one)
    figures.close_period(
        region=cast.prefecture, edition=june.edition, period=JUNE, book="example", by=BY, at=AT + dt.timedelta(days=60)
    )
    before = coverage(june, cast.prefecture)
    places.add_place(kind=of("village"), region=cast.kangle, name="补村", on=JUNE[0], book="example", by=BY, at=LATER)
    places.close_place(place=one, expected_version=1, on=JUNE[0], by=BY, at=LATER)
    after = coverage(june, cast.prefecture)
    assert after == before
    other = kangle_day(cast, kind=kind("entry_rural"), title="进农村", place=two, numbers={}, units=())
    with pytest.raises(figures.ClosedPeriodError), transaction.atomic():
        actions.correct_activity(activity=held, expected_version=held.version, said=other, by=BY, at=LATER)
    assert said(after.whole) == (1, 2, "50%")


def test_a_rate_is_rounded_down() -> None:
    village = PlaceKind(code="village")
    assert [Share(village, part, whole).rate for part, whole in ((9999, 10_000), (2, 3), (0, 0), (1, 1))] == [
        "99.9%", "66.6%", None, "100%",
    ]  # fmt: skip


PLACES = st.lists(
    st.tuples(st.sampled_from(("附城", "苏集", "康乐", "广河", "永靖")), st.booleans(), st.integers(0, 3)), max_size=12
)
CHANGES = st.lists(
    st.tuples(st.sampled_from(("merge", "close", "move")), st.integers(0, 11), st.integers(0, 11), st.integers(0, 40)),
    max_size=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=PLACES, before=CHANGES, later=CHANGES)
def test_no_rate_is_above_one_and_no_later_change_of_tree_or_places_alters_one(
    wanted: list[tuple[str, bool, int]], before: list, later: list
) -> None:
    with transaction.atomic():
        tree = Tree()
        june = campaigns.open_campaign(
            region=tree["州"], name="月", period=JUNE, edition=tree.edition, book="t", by=BY, at=AT
        )
        occasion = figures.open_occasion(
            name="进农村", period=(DAY, DAY), regions=[tree["康乐"]], book="t", by=BY, at=AT
        )
        held = []
        for number, (region, reached, times) in enumerate(wanted):
            place = add(tree[region], f"{number}村", book="t")
            held.append(place)
            for _time in range(times if reached else 0):
                happened(june, place, occasion)
        _change(tree, held, before, JUNE[0], AT)
        counted = {name: coverage(june, tree[name]) for name in ("州", "康乐", "广河")}
        for found in counted.values():
            for row in (found.whole, *found.parts):
                assert all(0 <= item.reached <= item.places for item in row.shares)
            for kind_at, item in enumerate(found.whole.shares):
                parts = [row.shares[kind_at] for row in found.parts]
                assert sum(part.places for part in parts) <= item.places
        _change(tree, held, later, LAST + dt.timedelta(days=1), LATER)
        newer = Edition.objects.create(name=uuid.uuid4().hex[:30], as_of=dt.date(2001, 1, 1), source="test")
        tree.place("永靖", newer, "0000", None)
        tree.place("康乐", newer, "00000000", "永靖")
        assert {name: coverage(june, tree[name]) for name in counted} == counted
        transaction.set_rollback(True)


def happened(june: Campaign, place: Place, occasion: object) -> None:
    """A row of an event, without the figures that an action would file."""
    Activity.objects.create(
        book="t", key=uuid.uuid4(), campaign=june, kind=kind("entry_rural"), title="进农村", region=place.region,
        place=place, start_on=DAY, end_on=DAY, unit=_unit(place.region), occasion=occasion, filed_by=BY, filed_at=AT,
    )  # fmt: skip


def _unit(region: Region) -> object:
    from bihuan.org.actions import open_unit

    return open_unit(region=region, name="村委会", book="t", by=BY, at=AT)


def _change(tree: Tree, held: list[Place], changes: list, first: dt.date, at: dt.datetime) -> None:
    """Whatever of it can be done."""
    for verb, one, two, day in changes:
        if not held:
            return
        place, other = (Place.objects.get(pk=held[number % len(held)].pk) for number in (one, two))
        same = {
            "place": place,
            "expected_version": place.version,
            "on": first + dt.timedelta(days=day),
            "by": BY,
            "at": at,
        }
        try:
            with transaction.atomic():
                if verb == "merge":
                    places.merge_place(into=other, **same)
                elif verb == "close":
                    places.close_place(**same)
                else:
                    places.move_place(region=tree["永靖"], **same)
        except PlaceError:
            continue

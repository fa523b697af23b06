"""Registers: what there is on a day, as it was known at a moment; places change, past days do not."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from small_tree import AT, BY, Tree

from bihuan.history.models import Entry
from bihuan.places import actions, queries
from bihuan.places.actions import About, PlaceError, StalePlaceError
from bihuan.places.models import Place, PlaceChange, PlaceKind
from bihuan.places.moments import SAID
from bihuan.places.rules import Became

pytestmark = pytest.mark.django_db
MAY, JUNE, JULY = dt.date(2023, 5, 1), dt.date(2023, 6, 30), dt.date(2023, 7, 31)


def kind(code: str = "village") -> PlaceKind:
    found = queries.kind(code)
    assert found is not None
    return found


def add(tree: Tree, region: str, name: str, *, on: dt.date = MAY, code: str = "", of: str = "village") -> Place:
    return actions.add_place(
        kind=kind(of), region=tree[region], name=name, on=on, about=About(code=code), by=BY, at=AT
    )  # fmt: skip


def names(tree: Tree, on: dt.date, *, region: str = "州", known: dt.datetime | None = None) -> list[str]:
    rows = queries.register(region=tree[region], edition=tree.edition, book="", on=on, known=known)
    return sorted(rows.values_list("name", flat=True))


def test_a_place_is_there_from_its_day_to_its_day() -> None:
    tree = Tree()
    place = add(tree, "附城", "刘家庙村")
    actions.close_place(place=place, expected_version=1, on=JULY, reason="整村搬迁", by=BY, at=AT)
    assert names(tree, MAY - dt.timedelta(days=1)) == []
    assert names(tree, MAY) == names(tree, JULY - dt.timedelta(days=1)) == ["刘家庙村"]
    assert names(tree, JULY) == []


def test_later_changes_leave_earlier_days_as_they_were() -> None:
    tree = Tree()
    one, two = add(tree, "附城", "甲村"), add(tree, "苏集", "乙村")
    one = actions.rename_place(place=one, name="新甲村", expected_version=1, on=JULY, by=BY, at=AT)
    one = actions.move_place(place=one, region=tree["广河"], expected_version=2, on=JULY, by=BY, at=AT)
    actions.merge_place(place=two, into=one, expected_version=1, on=JULY, by=BY, at=AT)
    assert names(tree, JUNE) == ["乙村", "甲村"] == names(tree, JUNE, region="康乐")
    assert names(tree, JULY) == ["新甲村"] == names(tree, JULY, region="广河")
    assert names(tree, JULY, region="康乐") == []
    assert queries.successors([one.pk, two.pk], on=JUNE) == {one.pk: one.pk, two.pk: two.pk}
    assert queries.successors([one.pk, two.pk], on=JULY) == {one.pk: one.pk, two.pk: one.pk}


def test_what_was_known_stays_known() -> None:
    tree = Tree()
    place = add(tree, "附城", "甲村")
    later = AT + dt.timedelta(days=90)
    actions.add_place(kind=kind(), region=tree["附城"], name="补登村", on=MAY, by=BY, at=later)
    actions.close_place(place=place, expected_version=1, on=MAY, reason="重复", by=BY, at=later)
    assert names(tree, JUNE) == ["补登村"]
    assert names(tree, JUNE, known=AT) == ["甲村"]


def test_counts_at_a_node_and_below(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    tree = Tree()
    for region, count in (("附城", 3), ("苏集", 2), ("康乐", 1), ("广河", 4)):
        for number in range(count):
            add(tree, region, f"{number}村")
    add(tree, "附城", "小学", of="school")
    village, school = kind(), kind("school")
    with django_assert_num_queries(3):
        counts = queries.count_by_node(region=tree["州"], edition=tree.edition, book="", on=JUNE)
    assert counts[tree["州"].pk] == Counter({village.pk: 10, school.pk: 1})
    assert counts[tree["康乐"].pk] == Counter({village.pk: 6, school.pk: 1})
    assert queries.count_here(counts, tree["广河"].pk, [village, school]) == 4
    assert queries.count_here(counts, tree["永靖"].pk, [village]) == 0
    below = queries.count_by_node(region=tree["康乐"], edition=tree.edition, book="", on=JUNE, kinds=[village])
    assert below[tree["康乐"].pk][village.pk] == 6
    assert below[tree["附城"].pk][village.pk] == 3
    other = Tree("other")
    assert queries.count_by_node(region=tree["州"], edition=other.edition, book="", on=JUNE) == {}


def test_books_are_counted_apart() -> None:
    tree = Tree()
    add(tree, "附城", "甲村")
    actions.add_place(kind=kind(), region=tree["附城"], name="甲村", on=MAY, book="example", by=BY, at=AT)
    assert queries.register(region=tree["州"], edition=tree.edition, book="example", on=JUNE).count() == 1
    assert len(names(tree, JUNE)) == 1


def test_what_cannot_be_is_refused_and_nothing_written() -> None:
    tree = Tree()
    one, two = add(tree, "附城", "甲村", code="622922100201"), add(tree, "苏集", "乙村")
    school = add(tree, "苏集", "小学", of="school")
    before = Place.objects.count(), PlaceChange.objects.count(), Entry.objects.count()

    def refused(code: str, act: object, **given: object) -> None:
        with pytest.raises(PlaceError) as told, transaction.atomic():
            act(**{"expected_version": 1, "on": JUNE, "by": BY, "at": AT} | given)  # type: ignore[operator]
        assert told.value.code == code

    with pytest.raises(PlaceError, match="已有同类场所"), transaction.atomic():
        add(tree, "附城", " 甲村 ")
    with pytest.raises(PlaceError, match="编码"), transaction.atomic():
        add(tree, "苏集", "丙村", code="622922100201")
    for bad in ("", "  ", "村" * 101, "甲\x00村", "甲\u202e村"):
        with pytest.raises(PlaceError, match="名称"), transaction.atomic():
            add(tree, "附城", bad)
    refused("place-name", actions.rename_place, place=one, name="\n")
    refused("place-same", actions.rename_place, place=one, name="甲村")
    refused("place-order", actions.rename_place, place=one, name="新", on=MAY - dt.timedelta(days=1))
    refused("place-day", actions.close_place, place=one, on=dt.date(9999, 1, 1))
    refused("place-stale", actions.close_place, place=one, expected_version=2)
    refused("place-merge-target", actions.merge_place, place=one, into=one)
    refused("place-merge-kind", actions.merge_place, place=one, into=school)
    refused("place-open", actions.reopen_place, place=one, reason="误")
    refused("place-reason", actions.close_place, place=one, reason="因" * 201)
    far = About(point=(Decimal(200), Decimal(35)))
    refused("place-point", actions.amend_place, place=two, about=far)
    assert (Place.objects.count(), PlaceChange.objects.count(), Entry.objects.count()) == before
    actions.close_place(place=two, expected_version=1, on=JUNE, by=BY, at=AT)
    refused("place-closed", actions.rename_place, place=two, name="新", expected_version=2)
    refused("place-merge-target", actions.merge_place, place=one, into=two)


def test_two_at_once_second_is_told() -> None:
    tree = Tree()
    place = add(tree, "附城", "甲村")
    actions.rename_place(place=place, name="新甲村", expected_version=1, on=JUNE, by=BY, at=AT)
    with pytest.raises(StalePlaceError):
        actions.close_place(place=place, expected_version=1, on=JULY, by=BY, at=AT)
    assert names(tree, JULY) == ["新甲村"]


def test_a_closed_place_is_restored() -> None:
    tree = Tree()
    place = add(tree, "附城", "甲村")
    place = actions.close_place(place=place, expected_version=1, on=JUNE, by=BY, at=AT)
    place = actions.reopen_place(place=place, expected_version=2, on=JUNE, reason="误操作", by=BY, at=AT)
    assert names(tree, JUNE) == ["甲村"]
    assert place.closed_on is None


def test_half_a_point_is_refused_by_the_database() -> None:
    tree = Tree()
    place = add(tree, "附城", "甲村")
    with pytest.raises(IntegrityError), transaction.atomic():
        Place.objects.filter(pk=place.pk).update(lon=Decimal(103))


def test_changes_are_only_added() -> None:
    add(Tree(), "附城", "甲村")
    with pytest.raises(Exception, match=r"只增不改|only grows|permission denied"), transaction.atomic():
        connection.cursor().execute("UPDATE places_placechange SET name = 'x'")


def test_each_change_has_words() -> None:
    assert {f"places.{item.value}" for item in Became} <= set(SAID)


NAMES = ("附城", "苏集", "康乐", "广河", "永靖")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("add", "rename", "move", "merge", "close", "reopen")),
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(0, 60),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, later=STEPS)
def test_no_change_alters_an_earlier_register_or_makes_a_circle(steps: list, later: list) -> None:
    with transaction.atomic():
        tree = Tree()
        _do(tree, steps, AT)
        days = [MAY + dt.timedelta(days=count) for count in (0, 30, 60)]
        then = [_seen(tree, day, AT) for day in days]
        counted = [_counted(tree, day) for day in days]
        assert [sum(item.values()) for item, _below in counted] == [len(seen) for seen in then]
        assert all(sum(below.values()) == sum(item.values()) for item, below in counted)
        for day in (*days, JULY + dt.timedelta(days=365)):
            everywhere = list(Place.objects.filter(book="", region__in=[r.pk for r in tree.regions.values()]))
            ends = queries.successors([place.pk for place in everywhere], on=day)
            merged = queries.on_day(day).filter(place__in=set(ends.values()), standing="merged")
            assert not merged.exists()
        _do(tree, later, AT + dt.timedelta(days=100))
        assert [_seen(tree, day, AT) for day in days] == then
        transaction.set_rollback(True)


def _seen(tree: Tree, day: dt.date, known: dt.datetime) -> list[tuple[str, int]]:
    rows = queries.register(region=tree["州"], edition=tree.edition, book="", on=day, known=known)
    return sorted(rows.values_list("name", "region"))


def _counted(tree: Tree, day: dt.date) -> tuple[Counter[int], Counter[int]]:
    counts = queries.count_by_node(region=tree["州"], edition=tree.edition, book="", on=day)
    below: Counter[int] = Counter()
    for region, count in counts.items():
        if region != tree["州"].pk:
            below += count
    return counts[tree["州"].pk], below


def _do(tree: Tree, steps: list, at: dt.datetime) -> None:
    """Whatever of it can be done."""
    for number, (verb, one, two, day) in enumerate(steps):
        there = list(Place.objects.filter(region__in=[r.pk for r in tree.regions.values()]).order_by("pk"))
        on = MAY + dt.timedelta(days=day)
        try:
            with transaction.atomic():
                if verb == "add" or not there:
                    add_at(tree, NAMES[one % 5], f"{at:%j}-{number}村", on, at)
                    continue
                place, other = there[one % len(there)], there[two % len(there)]
                same = {"place": place, "expected_version": place.version, "on": on, "by": BY, "at": at}
                if verb == "rename":
                    actions.rename_place(name=f"{at:%j}-{number}新村", **same)
                elif verb == "move":
                    actions.move_place(region=tree[NAMES[two % 5]], **same)
                elif verb == "merge":
                    actions.merge_place(into=other, **same)
                elif verb == "close":
                    actions.close_place(**same)
                else:
                    actions.reopen_place(reason="误", **same)
        except PlaceError:
            continue


def add_at(tree: Tree, region: str, name: str, on: dt.date, at: dt.datetime) -> None:
    actions.add_place(kind=kind(), region=tree[region], name=name, on=on, by=BY, at=at)

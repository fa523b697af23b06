"""Recounts: whatever happened, a recount of all nodes is what `queries.total` says; what was spoilt is found and put
right."""

from __future__ import annotations

import datetime as dt
import os
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_tree import AT, BY, DAY, Tree, content, record, span, statement

from bihuan.figures import actions, queries
from bihuan.figures.models import Figure, Stock, Total
from bihuan.figures.queries import Scope, recounting
from bihuan.figures.rules import NOTHING, FigureError, Kind, Sum, classifiers_of
from bihuan.history.models import Entry
from bihuan.org.models import Edition
from bihuan.reading.ranges import Range

WALKS = int(os.environ.get("BIHUAN_WALKS", "20"))  # more by `make fuzz`
DAYS = [DAY, DAY + dt.timedelta(days=1)]
BASKETS = [(("participants",), "人"), (("banners", "exhibition_boards"), "条(块)"), (("leaflets",), "份")]
PLACES = ["州", "康乐", "附城", "苏集", "广河", "永靖"]


def counted(tree: Tree, top: str = "州", *, book: str = "") -> dict[tuple[str, dt.date, tuple[str, ...], str], Sum]:
    """What a recount says at each node, where it is something."""
    names = {region.pk: name for name, region in tree.regions.items()}
    found = {}
    for part in recounting.recount(edition=tree.edition, region=tree[top], days=DAYS, book=book):
        for place in part.totals.something().tolist():
            name = names[int(part.tree.regions[place])]
            found[name, part.what.day, part.what.basket, part.what.classifier] = part.totals.at(place)
    return found


def totalled(tree: Tree, *, book: str = "") -> dict[tuple[str, dt.date, tuple[str, ...], str], Sum]:
    """The same by `queries.total`, from the figures themselves."""
    found = {}
    for name in PLACES:
        for day in DAYS:
            for measures, classifier in BASKETS:
                scope = Scope.of(
                    region=tree[name],
                    measures=measures,
                    classifiers=classifiers_of(classifier),
                    period=(day, day),
                    edition=tree.edition,
                    book=book,
                )
                whole = queries.total(scope, recount=True)
                assert queries.total(scope).sum == whole.sum
                if whole.count:
                    found[name, day, measures, classifier] = whole.sum
    return found


def check(tree: Tree, *, repair: bool = False, top: str = "州", book: str = "") -> actions.Recount:
    return actions.recount(edition=tree.edition, region=tree[top], days=DAYS, book=book, repair=repair, by=BY, at=AT)


VALUES = st.one_of(
    st.integers(0, 2000).map(Range.exact),
    st.sampled_from([
        span(100, 300, "low"), span(5, None), span(None, 70, "high"), Range.exact(Decimal("12.345678")),
        Range.exact(Decimal("-3.5")), Range.exact(2**35), Range.exact(Decimal("123456789012345678.000001")), span(0, 9),
    ]),
)  # fmt: skip
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("file"), st.sampled_from(PLACES), st.sampled_from(BASKETS), VALUES, st.sampled_from(DAYS)),
        st.tuples(st.just("joint"), st.sets(st.sampled_from(PLACES), min_size=1, max_size=4), VALUES),
        st.tuples(st.just("correct"), st.integers(0, 20), VALUES),
        st.tuples(st.just("withdraw"), st.integers(0, 20)),
        st.tuples(st.just("state"), st.sampled_from(PLACES), VALUES),
        st.tuples(st.just("other book"), st.sampled_from(PLACES), VALUES),
        st.tuples(st.just("fold")),
    ),
    max_size=12,
)


def do(tree: Tree, step: tuple[Any, ...]) -> None:
    match step:
        case ("file", name, (measures, classifier), value, day):
            record(tree[name], value, measures, classifier, day=day)
        case ("joint", names, value):
            where = [tree[name] for name in sorted(names)]
            occasion = actions.open_occasion(name="联合", period=(DAY, DAY), regions=where, by=BY, at=AT)
            record(tree["州"], value, occasion=occasion)
        case ("correct", number, value):
            if held := list(Figure.objects.filter(withdrawn=False, kind="record", book="").order_by("pk")):
                figure = held[number % len(held)]
                now = actions.content_of(figure.revisions.get(version=figure.version))
                fresh = content(
                    now.region, value, now.measures, now.classifier, day=now.period[1], occasion=now.occasion
                )
                actions.correct(figure=figure, expected_version=figure.version, content=fresh, by=BY, at=AT)
        case ("withdraw", number):
            if held := list(Figure.objects.filter(withdrawn=False).order_by("pk")):
                figure = held[number % len(held)]
                actions.withdraw(figure=figure, expected_version=figure.version, by=BY, at=AT)
        case ("state", name, value):
            statement(tree[name], value)
        case ("other book", name, value):
            actions.file(kind=Kind.RECORD, content=content(tree[name], value), book="example", by=BY, at=AT)
        case ("fold",):
            actions.fold(limit=3)


@given(steps=STEPS)
@settings(max_examples=WALKS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_recount_of_all_nodes_is_what_the_totals_say(tree: Tree, steps: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        for step in steps:
            do(tree, step)
        assert counted(tree) == totalled(tree)
        assert counted(tree, book="example") == totalled(tree, book="example")
        assert check(tree).wrong == 0
        transaction.set_rollback(True)


def test_what_was_spoilt_is_told_and_put_right(tree: Tree) -> None:
    record(tree["附城"], span(100, 100))
    record(tree["广河"], span(20, 30, "low"))
    while actions.fold():
        pass
    record(tree["永靖"], span(7, 7))  # not folded
    right = counted(tree)
    Total.objects.filter(region=tree["康乐"]).update(low=F("low") + 5, count=F("count") + 1)
    Total.objects.filter(region=tree["广河"]).delete()
    found = check(tree)
    assert (found.nodes, found.totals, found.wrong, found.repaired) == (6, 5, 2, False)
    first = next(item for item in found.differences if item.region == tree["康乐"].pk)
    assert (first.kept.low, first.counted.low, first.kept.count) == (105, 100, 2)
    second = next(item for item in found.differences if item.region == tree["广河"].pk)
    assert second.kept == NOTHING
    assert not Entry.objects.filter(verb="figures.recounted").exists()  # telling changes nothing
    assert check(tree, repair=True).wrong == 2
    assert check(tree, repair=True).wrong == 0
    assert counted(tree) == right == totalled(tree)
    (entry,) = Entry.objects.filter(verb="figures.recounted")
    assert entry.values["wrong"] == 2


def test_totals_can_be_built_anew_from_nothing(tree: Tree) -> None:
    record(tree["附城"], Range.exact(Decimal("0.25")))
    record(tree["苏集"], span(3, None))
    while actions.fold():
        pass
    rows = Total.objects.order_by("region").values_list("region", "low", "high", "high_unbounded", "count")
    kept = list(rows)
    Total.objects.all().delete()
    assert check(tree, repair=True).repaired
    assert (
        list(Total.objects.order_by("region").values_list("region", "low", "high", "high_unbounded", "count")) == kept
    )


def test_a_part_of_the_tree_is_put_right_alone(tree: Tree) -> None:
    record(tree["附城"], span(100, 100))
    while actions.fold():
        pass
    Total.objects.update(low=F("low") + 1)
    assert check(tree, top="康乐", repair=True).wrong == 2
    assert [item.region for item in check(tree).differences] == [tree["州"].pk]


def test_what_cannot_be_recounted_is_refused(tree: Tree) -> None:
    other = Edition.objects.create(name="not kept", as_of=dt.date(2001, 1, 1), source="test")
    tree.place("州", other, "0000", None)
    for edition, days in ((tree.edition, []), (other, DAYS)):
        with pytest.raises(FigureError):
            actions.recount(edition=edition, region=tree["州"], days=days, by=BY, at=AT)


def test_bounds_that_make_up_for_each_other_are_nothing() -> None:
    columns = recounting.Columns(3)
    columns.add("low_0", np.array([0, 1]), np.array([1, 1]))
    columns.add("low_6", np.array([0, 1]), np.array([-1_000_000, 1]))
    columns.add("low_9", np.array([2]), np.array([2**40]))
    assert columns.something().tolist() == [1, 2]


STOCK = (("hazards_outstanding",), "处")


def whole(tree: Tree, name: str) -> Sum:
    period = (DAYS[0], DAYS[1])
    scope = Scope.of(region=tree[name], measures=STOCK[0], classifiers={"处"}, period=period, edition=tree.edition)
    found = queries.total(scope)
    assert found == queries.total(scope, recount=True)
    return found.sum


@pytest.mark.parametrize("part", ["own", "below"])
def test_spoilt_newest_values_are_told_and_put_right(tree: Tree, part: str) -> None:
    for name, value in (("附城", 4), ("苏集", 5), ("康乐", 6)):
        for day in DAYS:
            record(tree[name], span(value, value), *STOCK, day=day)
    while actions.fold():
        pass
    assert check(tree).wrong == 0
    record(tree["苏集"], span(50, 50), *STOCK, day=DAYS[1])  # not folded
    assert check(tree).wrong == 0
    Stock.objects.filter(region=tree["康乐"], part=part, day=DAYS[1]).update(low=F("low") + 5, count=F("count") + 1)
    Stock.objects.filter(region=tree["附城"], day=DAYS[0]).delete()
    found = check(tree)
    assert found.wrong == 2
    assert {item.region for item in found.differences} == {tree["康乐"].pk, tree["附城"].pk}
    spoilt = next(item for item in found.differences if item.region == tree["康乐"].pk)
    assert (spoilt.kept.low - spoilt.counted.low, spoilt.kept.count - spoilt.counted.count) == (5, 1)
    assert check(tree, repair=True).repaired
    assert check(tree).wrong == 0
    for _ in range(2):
        assert whole(tree, "州").low == 4 + 6 + 50
        while actions.fold():
            pass
    assert check(tree).wrong == 0


@given(steps=STEPS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_stocks_can_be_built_anew_from_nothing(tree: Tree, steps: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        for step in steps:
            do(tree, ("file", step[1], STOCK, *step[3:]) if step[0] == "file" else step)
        while actions.fold():
            pass
        columns = ("region", "basket", "classifier", "day", "until", "part", "low", "high", "count")
        rows = Stock.objects.filter(book="").order_by(*columns).values_list(*columns)
        kept = list(rows)
        Stock.objects.exclude(part="joint").delete()
        check(tree, repair=True)
        assert list(rows) == kept
        transaction.set_rollback(True)

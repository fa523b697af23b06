"""Stocks: the newest values that are kept are those of a recount, whatever happened, in whatever edition and span."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_tree import AT, BY, DAY, Tree, content, load_measures, span
from test_totals import PLACES, values

from bihuan.figures import actions, queries
from bihuan.figures.models import Delta, Figure, Measure, Stock
from bihuan.figures.queries import Scope
from bihuan.figures.queries.stocks import newest
from bihuan.figures.rules import NEVER, Kind
from bihuan.org.models import Edition

ALONE, PAIR = ("hazards_outstanding",), ("banners", "hazards_outstanding")
STOCKS = [(ALONE, "处"), (ALONE, "项"), (PAIR, "处")]
DAYS = [DAY + dt.timedelta(days=number) for number in (0, 1, 2, 5, 9)]
SPANS = [(DAYS[0], DAYS[-1]), (DAYS[1], DAYS[3]), (DAYS[2], DAYS[2])]
BOOKS = ["", "example"]


def stock(tree: Tree, name: str, value: int, day: dt.date = DAY, **options: Any) -> Figure:
    made = content(tree[name], span(value, value), *STOCKS[0], day=day, occasion=options.get("occasion"))
    return actions.file(kind=Kind.RECORD, content=made, by=BY, at=AT)


def moved(tree: Tree) -> Edition:
    """A later edition, in which 苏集 lies in 广河, and 永靖 is no more."""
    later = Edition.objects.create(name=f"later {uuid.uuid4().hex[:20]}", as_of=dt.date(2001, 1, 1), source="test")
    for name, path, parent in (
        ("州", "0000", None),
        ("康乐", "00000000", "州"),
        ("附城", "000000000000", "康乐"),
        ("广河", "00000001", "州"),
        ("苏集", "000000010000", "广河"),
    ):
        tree.place(name, later, path, parent)
    return later


def check(tree: Tree, edition: Edition, places: tuple[str, ...] = PLACES) -> None:
    """At every node and in each span, what is kept against the figures themselves."""
    for name in places:
        for period in SPANS:
            for book in Figure.objects.values_list("book", flat=True).distinct():
                scope = Scope(
                    tree[name], edition, frozenset({"hazards_outstanding"}), frozenset({"处", "项"}), period, book
                )
                assert queries.total(scope) == queries.total(scope, recount=True), (name, period, book)


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("file"), st.sampled_from(PLACES), values(), st.sampled_from(STOCKS), st.sampled_from(DAYS),
            st.sampled_from(BOOKS), st.booleans(),
        ),
        st.tuples(st.just("many"), st.sampled_from(PLACES), values(), st.sampled_from(DAYS)),
        st.tuples(
            st.just("correct"), st.integers(0, 9), st.sampled_from(PLACES), values(), st.sampled_from(STOCKS),
            st.sampled_from(DAYS), st.booleans(),
        ),
        st.tuples(st.just("withdraw"), st.integers(0, 9)),
        st.tuples(st.just("joint"), st.sets(st.sampled_from(PLACES), min_size=2, max_size=3), st.sampled_from(DAYS)),
        st.tuples(st.just("fold"), st.integers(1, 3)),
        st.tuples(st.just("keep")),
    ),
    min_size=1,
    max_size=14,
)  # fmt: skip


class Doing:
    """Does steps in a tree."""

    def __init__(self, tree: Tree) -> None:
        self.tree, self.later = tree, moved(tree)

    def run(self, step: tuple[Any, ...]) -> None:
        getattr(self, step[0])(*step[1:])

    def file(self, name: str, value: Any, basket: Any, day: dt.date, book: str, early: bool) -> None:
        made = content(self.tree[name], value, *basket, day=day)
        if early:
            made = dataclasses.replace(made, period=(day - dt.timedelta(days=3), day))
        actions.file(kind=Kind.RECORD, content=made, book=book, by=BY, at=AT)

    def many(self, name: str, value: Any, day: dt.date) -> None:
        items = [
            actions.Filing(kind=Kind.RECORD, content=content(self.tree[name], value, *basket, day=day))
            for basket in STOCKS
        ]
        actions.file_many(items, by=BY, at=AT)

    def correct(self, number: int, name: str, value: Any, basket: Any, day: dt.date, stay: bool) -> None:
        """Anything about it, or the first day of its period alone."""
        held = list(Figure.objects.filter(withdrawn=False).order_by("pk"))
        if not held:
            return
        figure = held[number % len(held)]
        now = actions.content_of(figure.revisions.get(version=figure.version))
        fresh = content(self.tree[name], value, *basket, day=day)
        if stay:
            fresh = dataclasses.replace(now, period=(now.period[1] - dt.timedelta(days=number), now.period[1]))
        actions.correct(figure=figure, expected_version=figure.version, content=fresh, by=BY, at=AT)

    def withdraw(self, number: int) -> None:
        held = list(Figure.objects.filter(withdrawn=False).order_by("pk"))
        if held:
            figure = held[number % len(held)]
            actions.withdraw(figure=figure, expected_version=figure.version, by=BY, at=AT)

    def joint(self, names: set[str], day: dt.date) -> None:
        where = [self.tree[name] for name in sorted(names)]
        occasion = actions.open_occasion(name="联合检查", period=(day, day), regions=where, by=BY, at=AT)
        stock(self.tree, "州", 7, day, occasion=occasion)

    def fold(self, limit: int) -> None:
        actions.fold(limit=limit)

    def keep(self) -> None:
        actions.keep(edition=self.later, by=BY, at=AT)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps)
def test_what_is_kept_is_what_a_recount_gives(tree: Tree, script: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        doing = Doing(tree)
        for step in script:
            doing.run(step)
        check(tree, tree.edition)
        while actions.fold(limit=5):
            pass
        check(tree, tree.edition)
        check(tree, doing.later, ("州", "康乐", "广河", "附城", "苏集"))
        assert not Stock.objects.filter(count=0).exclude(part="joint").exists()
        transaction.set_rollback(True)


def test_the_sum_of_the_newest_is_one_row_wherever_it_is_asked(tree: Tree) -> None:
    for name, value in (("附城", 4), ("苏集", 5), ("广河", 6)):
        stock(tree, name, value, DAYS[0])
        stock(tree, name, value - 3, DAYS[2])
    while actions.fold():
        pass
    rows = Stock.objects.filter(region=tree["州"], part="below").order_by("day")
    assert [(row.day, row.until, row.low, row.count) for row in rows] == [
        (DAYS[0], DAYS[2], 15, 3),
        (DAYS[2], NEVER, 6, 3),
    ]


def test_of_a_joint_occasion_the_figures_are_asked(tree: Tree) -> None:
    doing = Doing(tree)
    stock(tree, "广河", 4)
    doing.joint({"附城", "苏集"}, DAY)
    scope = Scope(tree["广河"], tree.edition, frozenset({"hazards_outstanding"}), frozenset({"处"}), (DAY, DAY))
    assert newest(scope) is not None
    assert newest(dataclasses.replace(scope, region=tree["康乐"])) is None
    check(tree, tree.edition)


def test_a_measure_that_becomes_a_stock_is_kept_from_then_on(tree: Tree) -> None:
    Measure.objects.update(stock=False)
    stock(tree, "附城", 4)
    while actions.fold():
        pass
    assert not Stock.objects.exists()
    check(tree, tree.edition)
    load_measures()
    actions.load_catalogue(by=BY, at=AT)
    assert Measure.objects.get(code="hazards_outstanding").stock
    check(tree, tree.edition)
    while actions.fold():
        pass
    assert not Delta.objects.exists()
    assert Stock.objects.filter(region=tree["康乐"], part="below").exists()
    check(tree, tree.edition)


def test_a_period_that_begins_earlier_may_make_another_the_newest(tree: Tree) -> None:
    """Of two values of one day the one whose period began later is newer: a change that no sum tells of."""
    stock(tree, "附城", 5)
    late = stock(tree, "附城", 8)
    while actions.fold():
        pass
    now = actions.content_of(late.revisions.get())
    early = dataclasses.replace(now, period=(DAY - dt.timedelta(days=4), DAY))
    actions.correct(figure=late, expected_version=1, content=early, by=BY, at=AT)
    check(tree, tree.edition)
    while actions.fold():
        pass
    assert Stock.objects.get(region=tree["附城"], part="own").low == 5
    check(tree, tree.edition)

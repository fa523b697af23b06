"""Totals in the small tree: what the rules say, and that they equal a recount whatever happens."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_tree import AT, BY, DAY, JUNE, Tree, content, load_measures, record, span, statement

from bihuan.figures import actions, queries
from bihuan.figures.models import Delta, Figure, Total
from bihuan.figures.queries import Scope, TotalView
from bihuan.figures.rules import NOTHING, FigureError, Kind, Sum, normal
from bihuan.org.models import Edition
from bihuan.reading.ranges import Range


def total(tree: Tree, name: str, measures: set[str], classifiers: set[str], **options: Any) -> TotalView:
    options = {"edition": tree.edition, "period": JUNE, **options}
    reading = {key: options.pop(key) for key in ("as_of", "recount") if key in options}
    return queries.total(Scope.of(region=tree[name], measures=measures, classifiers=classifiers, **options), **reading)


def scope_of(tree: Tree) -> Scope:
    """The people of the whole prefecture in June."""
    return Scope.of(region=tree["州"], measures={"participants"}, classifiers={"人"}, period=JUNE, edition=tree.edition)


def people(tree: Tree, name: str, **options: Any) -> TotalView:
    return total(tree, name, {"participants"}, {"人"}, **options)


def fold_all() -> None:
    while actions.fold(limit=3):
        pass


def test_a_total_is_right_at_the_next_read_and_after_folding(tree: Tree) -> None:
    record(tree["附城"], span(100, 100))
    record(tree["广河"], span(2000, 3000, "low"))
    for _ in range(2):
        assert people(tree, "州").range == span(2100, 3100, "low")
        assert people(tree, "康乐").range == span(100, 100)
        assert people(tree, "永靖").state == "blank"
        assert people(tree, "永靖").range is None
        fold_all()
    assert not Delta.objects.exists()
    assert Total.objects.filter(region=tree["州"]).exists()


def test_zero_is_not_blank(tree: Tree) -> None:
    record(tree["广河"], span(0, 0))
    assert people(tree, "广河").range == Range.exact(0)
    assert people(tree, "广河").state == "known"


def test_a_value_counts_on_its_last_day(tree: Tree) -> None:
    record(tree["广河"], span(5, 5), day=dt.date(2023, 6, 30))
    record(tree["广河"], span(7, 7), day=dt.date(2023, 7, 1))
    assert people(tree, "州").range == Range.exact(5)
    assert people(tree, "州", period=(dt.date(2023, 7, 1), dt.date(2023, 7, 1))).range == Range.exact(7)


def test_people_at_occasions_are_labelled(tree: Tree) -> None:
    record(tree["广河"], span(5, 5))
    assert people(tree, "州").flags == frozenset()
    record(tree["广河"], span(5, 5))
    assert people(tree, "州").flags == {"attendance"}
    assert people(tree, "州").unit == "人"


def test_a_composite_counts_once_in_its_set_and_partly_in_each(tree: Tree) -> None:
    record(tree["广河"], span(1500, 1600, "low"), measures=("banners", "exhibition_boards"), classifier="条(块)")
    record(tree["广河"], span(20, 20), measures=("banners",), classifier="条")
    for _ in range(2):
        both = total(tree, "州", {"banners", "exhibition_boards"}, {"条", "块"})
        assert (both.range, both.count) == (span(1520, 1620, "low"), 2)
        assert "mixed_units" in both.flags
        banners = total(tree, "州", {"banners"}, {"条"})
        assert banners.range == span(20, 1620)
        assert (banners.unit, banners.flags) == ("条", {"partial"})
        boards = total(tree, "州", {"exhibition_boards"}, {"块"})
        assert boards.range == span(0, 1600)
        assert boards.unit == "条(块)"
        assert total(tree, "州", {"leaflets"}, {"份"}).state == "blank"
        fold_all()


def test_a_rate_is_the_ratio_of_two_sums(tree: Tree) -> None:
    for county, found, rectified in (("康乐", 100, 100), ("广河", 300, 150)):
        record(tree[county], span(found, found), measures=("hazards_found",), classifier="处")
        record(tree[county], span(rectified, rectified), measures=("hazards_rectified",), classifier="处")
    view = total(tree, "州", {"rectification_rate"}, {"%"})
    assert (view.range, view.unit, view.count) == (Range.exact(Decimal("62.5")), "%", 4)
    assert view.flags == frozenset()


def test_no_rate_passes_the_whole(tree: Tree) -> None:
    record(tree["广河"], span(10, 10), measures=("hazards_found",), classifier="处")
    record(tree["广河"], span(12, 12), measures=("hazards_rectified",), classifier="处")
    view = total(tree, "州", {"rectification_rate"}, {"%"})
    assert view.range == Range.exact(100)
    assert view.flags == {"impossible"}
    assert total(tree, "永靖", {"rectification_rate"}, {"%"}).state == "blank"
    record(tree["永靖"], span(0, 0), measures=("hazards_found",), classifier="处")
    record(tree["永靖"], span(0, 0), measures=("hazards_rectified",), classifier="处")
    assert total(tree, "永靖", {"rectification_rate"}, {"%"}).state == "not_applicable"


def test_a_stock_is_the_newest_of_each_region(tree: Tree) -> None:
    for day, value in ((3, 9), (20, 4)):
        record(
            tree["广河"],
            span(value, value),
            measures=("hazards_outstanding",),
            classifier="项",
            day=dt.date(2023, 6, day),
        )
    record(tree["永靖"], span(2, 2), measures=("hazards_outstanding",), classifier="项")
    assert total(tree, "州", {"hazards_outstanding"}, {"项"}).range == Range.exact(6)
    early = total(tree, "州", {"hazards_outstanding"}, {"项"}, period=(JUNE[0], dt.date(2023, 6, 15)))
    assert early.range == Range.exact(11)


def test_what_has_no_total_has_none(tree: Tree) -> None:
    record(tree["广河"], span(3, 3), measures=("quiz_rank",), classifier="名")
    view = total(tree, "州", {"quiz_rank"}, {"名"})
    assert (view.state, view.range) == ("not_applicable", None)


def test_what_has_no_total_leaves_no_remainder(tree: Tree) -> None:
    statement(tree["州"], span(90, 90), measures=("quiz_rank",), classifier="名")
    scope = Scope.of(region=tree["州"], measures={"quiz_rank"}, classifiers={"名"}, period=JUNE, edition=tree.edition)
    side = queries.side_by_side(scope)
    assert side.statement is not None
    assert (side.computed.state, side.remainder) == ("not_applicable", None)


def test_what_cannot_be_asked_is_refused_in_words(tree: Tree) -> None:
    for measures, classifiers in (
        ({"no_such"}, {"人"}),
        (set(), {"人"}),
        ({"participants"}, set()),
        ({"hazards_outstanding", "participants"}, {"项", "人"}),
        ({"rectification_rate", "completion_rate"}, {"%"}),
    ):
        with pytest.raises(FigureError, match=" / "):
            total(tree, "州", measures, classifiers)
    with pytest.raises(FigureError):
        people(tree, "州", period=(JUNE[1], JUNE[0]))
    with pytest.raises(FigureError):
        people(tree, "州", edition=Tree("other").edition)


def test_a_joint_occasion_counts_once_above_and_is_named(tree: Tree) -> None:
    occasion = actions.open_occasion(
        name="三县联合启动仪式",
        period=(DAY, DAY),
        regions=[tree["附城"], tree["苏集"], tree["广河"]],
        by=BY,
        at=AT,
    )
    record(tree["州"], span(500, 600, "low"), occasion=occasion)
    record(tree["永靖"], span(40, 40))
    for _ in range(2):
        assert people(tree, "州").range == span(540, 640, "low")
        for name in ("康乐", "附城", "苏集", "广河"):
            assert people(tree, name).range == span(500, 600, "low")
        why = queries.explain(scope_of(tree))
        assert [(item.occasion.name, item.branches, item.excess.range) for item in why.shared] == [
            ("三县联合启动仪式", 2, span(500, 600, "low"))
        ]
        summed = sum((view.sum for _child, view in why.children), NOTHING) + why.own
        assert summed + why.shared[0].excess.times(-1) == why.total.sum
        fold_all()


def test_a_region_of_another_edition_is_counted_where_it_is(tree: Tree) -> None:
    """A later tree in which 苏集 moved to 广河: each edition counts by its own tree, and both are right at once."""
    record(tree["苏集"], span(7, 7))
    later = Edition.objects.create(name="later", as_of=dt.date(2001, 1, 1), source="test")
    for name, path, parent in (
        ("州", "0000", None),
        ("康乐", "00000000", "州"),
        ("广河", "00000001", "州"),
        ("苏集", "000000010000", "广河"),
    ):
        tree.place(name, later, path, parent)
    for _ in range(2):  # recounted, then kept
        assert people(tree, "广河", edition=later).range == Range.exact(7)
        assert people(tree, "康乐", edition=later).state == "blank"
        assert people(tree, "康乐").range == Range.exact(7)
        assert actions.keep(edition=later, by=BY, at=AT) is (_ == 0)
        fold_all()
    record(tree["苏集"], span(1, 1))
    assert people(tree, "广河", edition=later).range == Range.exact(8)


def test_the_prefectures_statement_and_the_record_inside_it(tree: Tree) -> None:
    """近1.5万人 across the prefecture, of which 康乐 filed 2000余人: 1.1万 to 1.3万 are left."""
    stated = statement(tree["州"], span(14000, 15000, "high"), printed="近1.5万")
    record(tree["康乐"], span(2000, 3000, "high"), printed="2000余")
    asked = {"region": tree["州"], "measures": {"participants"}, "classifiers": {"人"}, "edition": tree.edition}
    side = queries.side_by_side(Scope.of(**asked, period=JUNE))  # type: ignore[arg-type]
    assert side.statement is not None
    assert side.statement.figure == stated
    assert side.computed.range == span(2000, 3000, "high")
    assert side.remainder == span(11000, 13000, "low high")
    assert side.flags == frozenset()
    record(tree["广河"], span(13500, 13500))
    side = queries.side_by_side(Scope.of(**asked, period=JUNE))  # type: ignore[arg-type]
    assert "conflict" in side.flags
    nothing = queries.side_by_side(Scope.of(**asked, period=(JUNE[0], JUNE[0])))  # type: ignore[arg-type]
    assert (nothing.statement, nothing.remainder) == (None, None)


def test_of_several_statements_the_newest_for_just_these_measures(tree: Tree) -> None:
    statement(tree["州"], span(1, 1), day=dt.date(2023, 6, 10))
    newest = statement(tree["州"], span(2, 2), day=dt.date(2023, 6, 20))
    statement(tree["州"], span(3, 3), measures=("participants", "trainees"), day=dt.date(2023, 6, 21))
    statement(tree["康乐"], span(4, 4), day=dt.date(2023, 6, 22))
    statement(tree["州"], span(5, 5), classifier="人次", day=dt.date(2023, 6, 23))
    side = queries.side_by_side(scope_of(tree))
    assert side.statement is not None
    assert side.statement.figure == newest
    assert side.remainder == Range.exact(2), "nothing filed explains nothing"


# --- whatever happens, totals equal a recount -----------------------------------------------------------------------

PLACES = ("州", "康乐", "广河", "永靖", "附城", "苏集")
BASKETS = (
    (("banners",), "条"),
    (("exhibition_boards",), "块"),
    (("banners", "exhibition_boards"), "条(块)"),
    (("banners", "leaflets"), "条(份)"),
    (("leaflets",), "份"),
)
CODES = ("banners", "exhibition_boards", "leaflets")
UNITS = frozenset({"条", "块", "份"})

bounds = st.none() | st.integers(0, 50)


@st.composite
def values(draw: st.DrawFn) -> Range:
    low, high = draw(bounds), draw(bounds)
    if low is not None and high is not None and low > high:
        low, high = high, low
    opened = "" if low == high else draw(st.sampled_from(["", "low", "high", "low high"]))
    return normal(span(low, high, opened))


steps = st.one_of(
    st.tuples(
        st.just("file"),
        st.sampled_from(PLACES),
        values(),
        st.sampled_from(BASKETS),
        st.sampled_from([12, 30, 31]),
        st.none() | st.sets(st.sampled_from(PLACES), min_size=1, max_size=4).map(sorted),
    ),
    st.tuples(
        st.just("correct"),
        st.integers(0, 9),
        st.sampled_from(PLACES),
        values(),
        st.sampled_from(BASKETS),
        st.booleans(),
    ),
    st.tuples(st.just("withdraw"), st.integers(0, 9)),
    st.tuples(st.just("fold"), st.integers(1, 4)),
)


class Ledger:
    """What was filed, remembered outside the database: the figures that stand, and where each took place."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.figures: list[Figure] = []
        self.standing: dict[int, tuple[tuple[str, ...], Range, tuple[tuple[str, ...], str], dt.date]] = {}
        self.joint: dict[int, list[str]] = {}

    def run(self, step: tuple[Any, ...]) -> None:
        getattr(self, step[0])(*step[1:])

    def fold(self, limit: int) -> None:
        actions.fold(limit=limit)

    def file(
        self, place: str, value: Range, basket: tuple[tuple[str, ...], str], day: int, joint: list[str] | None
    ) -> None:
        on = dt.date(2023, 5, 31) + dt.timedelta(day)
        occasion = None
        if joint:
            occasion = actions.open_occasion(
                name="联合活动", period=(on, on), regions=[self.tree[name] for name in joint], by=BY, at=AT
            )
        made = content(self.tree[place], value, *basket, day=on, occasion=occasion)
        figure = actions.file(kind=Kind.RECORD, content=made, by=BY, at=AT)
        self.figures.append(figure)
        places = tuple(joint) if joint and len(joint) > 1 else (place,)
        self.standing[figure.pk] = (places, value, basket, on)

    def _pick(self, number: int) -> Figure | None:
        standing = [figure for figure in self.figures if figure.pk in self.standing]
        return standing[number % len(standing)] if standing else None

    def correct(self, number: int, place: str, value: Range, basket: tuple[tuple[str, ...], str], stay: bool) -> None:
        figure = self._pick(number)
        if figure is None:
            return
        figure.refresh_from_db()
        places, _value, _basket, on = self.standing[figure.pk]
        place = places[0] if stay else place
        made = content(self.tree[place], value, *basket, day=on)
        actions.correct(figure=figure, expected_version=figure.version, content=made, by=BY, at=AT)
        self.standing[figure.pk] = ((place,), value, basket, on)

    def withdraw(self, number: int) -> None:
        figure = self._pick(number)
        if figure is None:
            return
        figure.refresh_from_db()
        actions.withdraw(figure=figure, expected_version=figure.version, by=BY, at=AT)
        del self.standing[figure.pk]

    def expected(self, place: str, measures: frozenset[str]) -> Sum:
        found = NOTHING
        top = self.tree.paths[place]
        for places, value, (basket, _unit), on in self.standing.values():
            if JUNE[0] <= on <= JUNE[1] and any(self.tree.paths[name].startswith(top) for name in places):
                if set(basket) <= measures:
                    found += Sum.of(value)
                elif set(basket) & measures:
                    found += Sum.of(value).down_to_zero()
        return found

    def check(self) -> None:
        """All measures at every node, and every set of measures at the two nodes that have children."""
        for place in PLACES:
            for size in (1, 2, 3) if place in ("州", "康乐") else (3,):
                for measures in map(frozenset, combinations(CODES, size)):
                    scope = Scope(self.tree[place], self.tree.edition, measures, UNITS, JUNE)
                    view = queries.total(scope)
                    assert view.sum == self.expected(place, measures), (place, measures)
            recount = queries.total(scope, recount=True)
            assert (view.sum, view.parts, view.unit) == (recount.sum, recount.parts, recount.unit)


@settings(
    max_examples=35, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(steps, min_size=1, max_size=12))
def test_totals_equal_a_recount_at_every_node_at_any_time(db: None, script: list[tuple[Any, ...]]) -> None:
    load_measures()
    with transaction.atomic():
        tree = Tree()
        actions.keep(edition=tree.edition, by=BY, at=AT)
        ledger = Ledger(tree)
        for step in script:
            ledger.run(step)
        ledger.check()
        actions.fold(limit=10_000)
        ledger.check()
        transaction.set_rollback(True)

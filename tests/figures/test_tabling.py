"""A table of many cells is what asking for each cell alone gives, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from small_tree import AT, BY, DAY, JUNE, Tree, content, load_measures, record, span, statement
from test_totals import BASKETS, PLACES, Ledger, steps, values

from bihuan.figures import actions, queries
from bihuan.figures.queries import RowKey, Scope
from bihuan.figures.rules import FigureError, Kind
from bihuan.history import actions as history
from bihuan.history.queries import head

STOCK = (("hazards_outstanding",), "处")
RATE = (("rectification_rate",), "%")
PAIR = ((("hazards_found",), "处"), (("hazards_rectified",), "处"))


def check(tree: Tree, place: str, as_of: int | None = None) -> queries.Table:
    """Every cell of a table, against the same asked for alone."""
    found = queries.table(region=tree[place], edition=tree.edition, period=JUNE, as_of=as_of)
    for row in found.rows:
        for region in found.regions:
            scope = Scope(region, tree.edition, frozenset(row.measures), frozenset(row.classifiers), JUNE)
            try:
                alone = queries.side_by_side(scope, as_of=as_of)
            except FigureError:
                assert found.cell(row, region) is None
                continue
            assert found.cell(row, region) == alone, (row, region.name)
    return found


stated = st.tuples(st.just("state"), st.sampled_from(PLACES), values(), st.sampled_from(BASKETS), st.integers(1, 32))
stocked = st.tuples(st.just("stock"), st.sampled_from(PLACES), values(), st.integers(1, 32))


class Wide(Ledger):
    """The ledger of the totals' tests, and statements and stocks beside it."""

    def state(self, place: str, value: Any, basket: tuple[tuple[str, ...], str], day: int) -> None:
        on = dt.date(2023, 5, 31) + dt.timedelta(day)
        made = content(self.tree[place], value, *basket, day=on)
        actions.file(kind=Kind.STATEMENT, content=made, by=BY, at=AT)

    def stock(self, place: str, value: Any, day: int) -> None:
        on = dt.date(2023, 5, 31) + dt.timedelta(day)
        for basket in (STOCK, *PAIR):
            made = content(self.tree[place], value, *basket, day=on)
            actions.file(kind=Kind.RECORD, content=made, by=BY, at=AT)
        made = content(self.tree[place], value, *RATE, day=on)
        actions.file(kind=Kind.STATEMENT, content=made, by=BY, at=AT)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(steps | stated | stocked, min_size=1, max_size=12), st.booleans())
def test_each_cell_is_what_it_is_alone(db: None, script: list[tuple[Any, ...]], kept: bool) -> None:
    load_measures()
    with transaction.atomic():
        tree = Tree()
        if kept:
            actions.keep(edition=tree.edition, by=BY, at=AT)
        ledger = Wide(tree)
        for step in script:
            ledger.run(step)
        for place in ("州", "康乐", "永靖"):
            check(tree, place)
        transaction.set_rollback(True)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(steps | stated | stocked, min_size=1, max_size=8),
    st.lists(steps | stated | stocked, min_size=1, max_size=8),
)
def test_each_cell_of_the_past_is_what_it_was(
    fresh_database: dict[str, str], before: list[tuple[Any, ...]], later: list[tuple[Any, ...]]
) -> None:
    load_measures()
    ledger = Wide(Tree())  # beside those of the examples before: other regions
    for step in before:
        ledger.run(step)
    history.seal(at=AT)
    then, _digest = head()
    past = check(ledger.tree, "州", then)
    for step in later:
        ledger.run(step)
    history.seal(at=AT)
    assert check(ledger.tree, "州", then) == past
    present = {key: told(cell) for key, cell in check(ledger.tree, "州").cells.items()}
    assert {key: told(cell) for key, cell in check(ledger.tree, "州", head()[0]).cells.items()} == present


def told(cell: queries.SideBySide | None) -> object:
    """What a cell says, without the position that it was asked at."""
    return cell and (cell.statement, cell.computed.state, cell.computed.range, cell.computed.count, cell.remainder)


def test_the_past_stays_as_it_was(real_tree: Tree) -> None:
    tree = real_tree
    occasion = actions.open_occasion(name="联合", period=(DAY, DAY), regions=[tree["附城"], tree["广河"]], by=BY, at=AT)
    figure = record(tree["州"], span(500, 600), occasion=occasion)
    statement(tree["州"], span(900, 900))
    history.seal(at=AT)
    then, _digest = head()
    before = check(tree, "州", then)
    actions.correct(
        figure=figure, expected_version=1, content=content(tree["永靖"], span(7, 7)), by=BY, at=AT, reason="错报"
    )
    record(tree["永靖"], *[span(1, 1)], measures=("leaflets",), classifier="份")
    history.seal(at=AT)
    assert check(tree, "州", then).cells == before.cells
    now = check(tree, "州", head()[0])
    assert now.rows != before.rows
    assert now.cells.keys() == check(tree, "州").cells.keys()


def test_other_books_and_other_days_stay_out(tree: Tree) -> None:
    made = content(tree["广河"], span(5, 5))
    actions.file(kind=Kind.RECORD, content=made, book="rehearsal", by=BY, at=AT)
    record(tree["广河"], span(5, 5), day=dt.date(2023, 7, 1))
    assert check(tree, "州").rows == ()
    rehearsal = queries.table(region=tree["州"], edition=tree.edition, period=JUNE, book="rehearsal")
    assert rehearsal.rows == (RowKey(("participants",), ("人",)),)


def test_a_row_that_is_asked_for_stands_also_when_empty(tree: Tree) -> None:
    row = RowKey(("leaflets",), ("份",))
    found = queries.table(region=tree["州"], edition=tree.edition, period=JUNE, only=row)
    assert found.rows == (row,)
    cell = found.cell(row, tree["州"])
    assert cell is not None
    assert (cell.statement, cell.computed.state) == (None, "blank")


@pytest.mark.parametrize("kept", [True, False])
def test_it_asks_the_same_however_much_there_is(
    db: None, kept: bool, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    load_measures()
    tree = Tree()
    if kept:
        actions.keep(edition=tree.edition, by=BY, at=AT)
    for many in (1, 30):
        for number in range(many):
            for basket in BASKETS[: 1 + number % 5]:
                record(tree[PLACES[number % 6]], span(number, number), *basket)
                statement(tree[PLACES[number % 6]], span(number, number), *basket)
        with django_assert_num_queries(7):
            found = queries.table(region=tree["州"], edition=tree.edition, period=JUNE)
        assert len(found.rows) == (1 if many == 1 else 5)

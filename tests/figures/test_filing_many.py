"""Many figures filed at once are what each filed alone would be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_tree import AT, BY, DAY, JUNE, Tree, content, record, span
from test_concurrency import WAIT, Elsewhere, elsewhere, held_open

from bihuan.figures import actions, queries
from bihuan.figures.actions import Filing
from bihuan.figures.models import Delta, Figure, Occasion, Revision
from bihuan.figures.queries import Scope
from bihuan.figures.rules import FigureError, Kind
from bihuan.history.models import Entry, Pending
from bihuan.org.models import Edition
from bihuan.reading.ranges import Range

__all__ = ["elsewhere"]
PLACES = ("州", "康乐", "附城", "苏集", "广河", "永靖")


def filing(tree: Tree, number: int, *, name: str = "广河", key: str | None = None, **options: Any) -> Filing:
    return Filing(kind=Kind.RECORD, content=content(tree[name], span(number, number), **options), key=key)


def written(work: Any) -> list[list[Any]]:
    """The keys that `work` gives and all rows that it writes, before it is taken back."""
    with transaction.atomic():
        first, entry = last_key("figures_figure_id_seq"), last_key("history_entry_id_seq")
        before = Entry.objects.count()
        figures = [figure.pk - first for figure in work()]
        numbers = sorted(set(figures))  # a key that was known may leave a gap
        place = {first + number: at for at, number in enumerate(numbers)}
        heads = [
            {**row, "id": place[row["id"]]} for row in Figure.objects.order_by("pk").values() if row["id"] in place
        ]
        new = [
            {**row, "figure_id": place[row["figure_id"]], "entry_id": row["entry_id"] - entry, "id": None}
            for row in Revision.objects.filter(entry__gt=entry).order_by("pk").values()
        ]
        told = [
            {**row, "subject_id": place[int(row["subject_id"])], "id": row["id"] - entry, "txid": None}
            for row in Entry.objects.order_by("pk").values()[before:]
        ]
        deltas = sorted(str(row | {"id": None}) for row in Delta.objects.values())  # they add up in any order
        waiting = [Pending.objects.count()]
        transaction.set_rollback(True)
    return [[numbers.index(number) for number in figures], heads, new, told, deltas, waiting]


def last_key(sequence: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT last_value FROM {sequence}")
        return int(cursor.fetchone()[0])


BOUND = st.none() | st.decimals(min_value=Decimal(-9), max_value=Decimal(10) ** 12, places=6) | st.integers(0, 99)


@st.composite
def values(draw: st.DrawFn) -> Range:
    bounds = [None if bound is None else Decimal(bound) for bound in (draw(BOUND), draw(BOUND))]
    low, high = bounds
    if low is not None and high is not None:
        low, high = sorted((low, high))
    opened = draw(st.booleans()), draw(st.booleans())
    return Range(low, high, *(opened if low != high else (False, False)))


WANTED = st.fixed_dictionaries(
    {
        "place": st.sampled_from(PLACES),
        "value": values(),
        "kind": st.sampled_from(Kind),
        "measures": st.sampled_from([(), ("participants",), ("screens", "banners", "screens")]),
        "printed": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=6),
        "key": st.none() | st.sampled_from("abcd"),
        "days": st.integers(0, 3),
        "occasion": st.sampled_from(["", "one", "joint"]),
        "book": st.sampled_from(["", "example"]),
        "origin": st.dictionaries(st.text('a"\\\n中', max_size=3), st.none() | st.integers() | st.just(["x", {}])),
    }
)


@pytest.fixture
def two_editions(tree: Tree) -> Tree:
    """Two editions that are kept, in the second of which the tree looks otherwise, and a key that is known."""
    other = Edition.objects.create(name="other", as_of=dt.date(2001, 1, 1), source="test")
    for name, path, parent in (("广河", "0001", None), ("附城", "00010000", "广河")):
        tree.place(name, other, path, parent)
    actions.keep(edition=other, by=BY, at=AT)
    record(tree["附城"], span(1, 1), key="a")
    return tree


# Each example takes itself back.
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(WANTED, max_size=6))
def test_many_at_once_are_what_each_alone_would_be(two_editions: Tree, wanted: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        items = [_filing(two_editions, one) for one in wanted]

        def each_alone() -> list[Figure]:
            return [
                actions.file(kind=one.kind, content=one.content, key=one.key, book=one.book, by=BY, at=AT)
                for one in items
            ]

        for many, one in zip(written(lambda: actions.file_many(items, by=BY, at=AT)), written(each_alone), strict=True):
            assert many == one
        figures = actions.file_many(items, by=BY, at=AT)
        stored = Figure.objects.in_bulk([figure.pk for figure in figures])
        assert [_columns(figure) for figure in figures] == [_columns(stored[figure.pk]) for figure in figures]
        assert queries.departure() is None
        transaction.set_rollback(True)


def _columns(figure: Figure) -> dict[str, Any]:
    return {name: value for name, value in figure.__dict__.items() if name != "_state"}


def _filing(tree: Tree, one: dict[str, Any]) -> Filing:
    occasion: Occasion | None = None
    if one["occasion"]:
        regions = [tree[name] for name in (("附城", "广河", "永靖") if one["occasion"] == "joint" else ("附城",))]
        key = f"{one['occasion']}:{one['book']}"
        occasion = actions.open_occasion(
            name="x", period=(DAY, DAY), regions=regions, key=key, book=one["book"], by=BY, at=AT
        )
    wanted = replace(
        content(tree[one["place"]], one["value"], one["measures"]),
        printed=one["printed"],
        period=(DAY, DAY + dt.timedelta(days=one["days"])),
        occasion=occasion,
        origin=one["origin"],
    )
    return Filing(kind=one["kind"], content=wanted, key=one["key"], book=one["book"])


def test_a_known_key_gives_the_figure_that_is_there(tree: Tree) -> None:
    wanted = [filing(tree, number, key=key) for number, key in enumerate(("a", "b", "a"))]
    first = actions.file_many(wanted, by=BY, at=AT)
    assert first[0] == first[2] != first[1]
    assert actions.file_many(wanted, by=BY, at=AT) == first
    assert Figure.objects.count() == 2
    assert actions.file_many([], by=BY, at=AT) == []


@pytest.mark.parametrize("number", [3, 40])
def test_many_take_two_statements(tree: Tree, number: int) -> None:
    wanted = [filing(tree, one) for one in range(number)]
    with CaptureQueriesContext(connection) as asked:
        actions.file_many(wanted, by=BY, at=AT)
    assert len(asked) == 2
    assert Delta.objects.count() == number


@pytest.mark.parametrize(
    "wrong",
    [{"measures": ("no_such_measure",)}, {"period": JUNE[::-1]}, {"value": span(5, 5, "low")}, {"printed": "\0"}],
)
def test_one_that_cannot_be_keeps_all_out(tree: Tree, wrong: dict[str, Any]) -> None:
    good = filing(tree, 1)
    bad = replace(good, content=replace(good.content, **wrong))
    before = Entry.objects.count()
    with pytest.raises((FigureError, ValueError)):
        actions.file_many([good, bad], by=BY, at=AT)
    assert (Figure.objects.count(), Entry.objects.count()) == (0, before)
    with pytest.raises(ValueError, match="aware"):
        actions.file_many([good], by=BY, at=AT.replace(tzinfo=None))


def test_two_that_file_the_same_keys_at_once(real_tree: Tree, elsewhere: Elsewhere) -> None:
    wanted = [filing(real_tree, number, key=key) for number, key in enumerate("abc")]
    run, begun, go = held_open(lambda: actions.file_many(wanted, by=BY, at=AT))
    first = elsewhere(run)
    assert begun.wait(WAIT)
    second = elsewhere(lambda: actions.file_many(wanted[::-1], by=BY, at=AT))
    with pytest.raises(TimeoutError):
        second.result(0.2)
    go.set()
    assert second.result(WAIT) == list(reversed(first.result(WAIT)))  # type: ignore[call-overload]
    assert Figure.objects.count() == Revision.objects.count() == Delta.objects.count() == 3
    asked = Scope.of(
        region=real_tree["州"], measures={"participants"}, classifiers={"人"}, period=JUNE, edition=real_tree.edition
    )
    assert queries.total(asked).range == Range.exact(3)

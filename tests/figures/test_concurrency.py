"""Writers, folders and correctors at the same time, with real connections and real commits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import pytest
from django.db import connection, transaction
from small_tree import AT, BY, JUNE, Tree, content, record, span

from bihuan.figures import actions, queries
from bihuan.figures.actions import StaleError
from bihuan.figures.models import Delta, Figure, Revision, Total
from bihuan.figures.queries import Scope
from bihuan.figures.rules import Sum
from bihuan.reading.ranges import Range

T = TypeVar("T")
WAIT = 30


def scope(tree: Tree, name: str) -> Scope:
    return Scope.of(region=tree[name], measures={"participants"}, classifiers={"人"}, period=JUNE, edition=tree.edition)


@pytest.fixture
def elsewhere() -> Iterator[Callable[[Callable[[], T]], Future[T]]]:
    """Runs a function in a thread and connection of its own."""
    with ThreadPoolExecutor(8) as pool:

        def run(work: Callable[[], T]) -> Future[T]:
            def closing() -> T:
                try:
                    return work()
                finally:
                    connection.close()

            return pool.submit(closing)

        yield run


@contextmanager
def impatient() -> Iterator[None]:
    """A connection that waits for no lock."""
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")


Elsewhere = Callable[[Callable[[], object]], "Future[object]"]


def held_open(work: Callable[[], object]) -> tuple[Callable[[], object], threading.Event, threading.Event]:
    """`work` in a transaction that stays open: begun is set when it is done, and it ends when told to go."""
    begun, go = threading.Event(), threading.Event()

    def run() -> object:
        with transaction.atomic():
            result = work()
            begun.set()
            assert go.wait(WAIT)
        return result

    return run, begun, go


def test_no_writer_waits_for_another_county(real_tree: Tree, elsewhere: Elsewhere) -> None:
    run, begun, go = held_open(lambda: record(real_tree["附城"], span(5, 5)))
    open_writer = elsewhere(run)
    try:
        assert begun.wait(WAIT)
        with impatient():
            record(real_tree["广河"], span(7, 7))
            record(real_tree["附城"], span(1, 1))
        assert queries.total(scope(real_tree, "州")).range == Range.exact(8)
    finally:
        go.set()
    open_writer.result(WAIT)
    assert queries.total(scope(real_tree, "州")).range == Range.exact(13)


def test_no_writer_and_no_reader_waits_for_a_folder(real_tree: Tree, elsewhere: Elsewhere) -> None:
    record(real_tree["附城"], span(5, 5))
    run, begun, go = held_open(lambda: actions.fold())
    open_folder = elsewhere(run)
    try:
        assert begun.wait(WAIT)
        with impatient():
            record(real_tree["附城"], span(1, 1))
            assert queries.total(scope(real_tree, "州")).range == Range.exact(6)
    finally:
        go.set()
    assert open_folder.result(WAIT) == 1
    assert queries.total(scope(real_tree, "州")).range == Range.exact(6)
    assert Total.objects.get(region=real_tree["州"]).low == 5


def test_folders_and_writers_at_once(real_tree: Tree, elsewhere: Elsewhere) -> None:
    places = ("附城", "苏集", "广河", "永靖")
    done = threading.Event()

    def write(place: str) -> Callable[[], object]:
        def run() -> None:
            for number in range(12):
                figure = record(real_tree[place], span(number, number + 1, "low"))
                if number % 3 == 0:
                    wanted = content(real_tree[places[number % 4]], span(number, number))
                    actions.correct(figure=figure, expected_version=1, content=wanted, by=BY, at=AT)

        return run

    def fold() -> int:
        folded = 0
        while not done.is_set() or Delta.objects.exists():
            folded += actions.fold(limit=5)
        return folded

    def read() -> int:
        """In one snapshot, what is folded and what is not must come to what a recount gives."""
        looks = 0
        while not done.is_set():
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                for name in ("州", "康乐"):
                    asked = scope(real_tree, name)
                    assert queries.total(asked).sum == queries.total(asked, recount=True).sum
            looks += 1
        return looks

    writers = [elsewhere(write(place)) for place in places]
    others = [elsewhere(fold), elsewhere(fold), elsewhere(read)]
    try:
        for writer in writers:
            writer.result(WAIT)
    finally:
        done.set()
    folded = [other.result(WAIT) for other in others]
    assert all(folded)
    assert not Delta.objects.exists()
    for name in ("州", "康乐", "附城", "苏集", "广河", "永靖"):
        asked = scope(real_tree, name)
        assert queries.total(asked).sum == queries.total(asked, recount=True).sum
    assert queries.total(scope(real_tree, "州")).count == 48


def test_of_two_correctors_at_once_one_wins(real_tree: Tree, elsewhere: Elsewhere) -> None:
    figure = record(real_tree["广河"], span(5, 5))
    gate = threading.Barrier(4)

    def correct(value: int) -> Callable[[], object]:
        def run() -> str:
            gate.wait(WAIT)
            try:
                wanted = content(real_tree["广河"], span(value, value))
                actions.correct(figure=figure, expected_version=1, content=wanted, by=BY, at=AT)
            except StaleError:
                return "stale"
            return "won"

        return run

    results = [job.result(WAIT) for job in [elsewhere(correct(value)) for value in range(4)]]
    assert sorted(map(str, results)) == ["stale", "stale", "stale", "won"]
    assert Revision.objects.filter(figure=figure).count() == 2
    assert queries.total(scope(real_tree, "州")).sum == Sum.of(Revision.objects.get(figure=figure, version=2).value)


def test_a_key_filed_twice_at_once_is_one_figure(real_tree: Tree, elsewhere: Elsewhere) -> None:
    gate = threading.Barrier(4)

    def run() -> int:
        gate.wait(WAIT)
        return record(real_tree["广河"], span(5, 5), key="once").pk

    assert len({job.result(WAIT) for job in [elsewhere(run) for _ in range(4)]}) == 1
    assert Figure.objects.count() == Revision.objects.count() == Delta.objects.count() == 1


def test_keeping_an_edition_waits_for_the_writers_under_way(real_tree: Tree, elsewhere: Elsewhere) -> None:
    other = Tree("other")
    record(other["广河"], span(3, 3))
    run, begun, go = held_open(lambda: record(other["附城"], span(5, 5)))
    open_writer = elsewhere(run)
    assert begun.wait(WAIT)
    keeping = elsewhere(lambda: actions.keep(edition=other.edition, by=BY, at=AT))
    with pytest.raises(TimeoutError):
        keeping.result(0.3)
    go.set()
    open_writer.result(WAIT)
    assert keeping.result(WAIT) is True
    assert queries.total(scope(other, "州")).range == Range.exact(8)
    actions.fold()
    assert Total.objects.filter(edition=other.edition, region=other["州"]).get().low == 8

"""Model data never add to real figures."""

from __future__ import annotations

import dataclasses

import pytest
from small_tree import AT, BY, DAY, JUNE, Tree, content, span

from bihuan.figures import actions, queries
from bihuan.figures.models import Revision
from bihuan.figures.rules import FigureError, Kind
from bihuan.history import actions as history_actions
from bihuan.history import queries as history


def total(tree: Tree, book: str) -> queries.TotalView:
    return queries.total(
        queries.Scope.of(
            region=tree["州"],
            measures=["participants"],
            classifiers=["人"],
            period=JUNE,
            edition=tree.edition,
            book=book,
        )
    )


@pytest.mark.parametrize("folded", [False, True])
def test_each_book_has_its_own_total(tree: Tree, folded: bool) -> None:
    for book, people in (("", 100), ("example", 7)):
        actions.file(kind=Kind.RECORD, content=content(tree["康乐"], span(people, people)), book=book, by=BY, at=AT)
    if folded:
        actions.fold()
    assert total(tree, "").range == span(100, 100)
    assert total(tree, "example").range == span(7, 7)
    assert total(tree, "rehearsal").range is None


def test_a_recount_and_a_fact_stay_in_their_book(real_tree: Tree) -> None:
    for book, people in (("", 100), ("example", 7)):
        made = content(real_tree["康乐"], span(people, people))
        actions.file(kind=Kind.RECORD, content=made, book=book, by=BY, at=AT)
    history_actions.seal(at=AT)
    position = history.head()[0]
    for book, people in (("", 100), ("example", 7)):
        scope = queries.Scope.of(
            region=real_tree["州"],
            measures=["participants"],
            classifiers=["人"],
            period=JUNE,
            edition=real_tree.edition,
            book=book,
        )
        assert queries.total(scope, recount=True).range == span(people, people)
        assert queries.total(scope, as_of=position).range == span(people, people)
        definition = queries.of_scope("total", scope)
        fact = actions.freeze(definition=definition, printed=str(people), as_of=position, by=BY, at=AT)
        assert fact.value == span(people, people)
        made = content(real_tree["广河"], span(1, 1))
        actions.file(kind=Kind.RECORD, content=made, book="rehearsal", by=BY, at=AT)
        assert queries.check(fact).state == "holds"


def test_a_statement_answers_only_in_its_book(tree: Tree) -> None:
    actions.file(kind=Kind.STATEMENT, content=content(tree["州"], span(9, 9)), book="example", by=BY, at=AT)
    scope = queries.Scope.of(
        region=tree["州"], measures=["participants"], classifiers=["人"], period=JUNE, edition=tree.edition
    )
    assert queries.statement(scope) is None
    found = queries.statement(dataclasses.replace(scope, book="example"))
    assert found is not None
    assert found.value == span(9, 9)


def test_an_occasion_of_another_book_is_refused(tree: Tree) -> None:
    model = actions.open_occasion(name="示例", period=(DAY, DAY), regions=[tree["康乐"]], book="example", by=BY, at=AT)
    with pytest.raises(FigureError, match="账本"):
        actions.file(kind=Kind.RECORD, content=content(tree["康乐"], span(1, 1), occasion=model), by=BY, at=AT)
    assert not Revision.objects.filter(occasion=model).exists()

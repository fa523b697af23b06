"""A closed period stands, and changes by an erratum alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction
from small_tree import AT, BY, DAY, JUNE, Tree, content, record, span, statement
from test_concurrency import WAIT, Elsewhere, elsewhere, held_open, impatient

from bihuan.figures import actions, queries
from bihuan.figures.actions import ClosedPeriodError, ErratumError, Filing
from bihuan.figures.models import Closing, Delta, Erratum, Figure, Occasion, Revision
from bihuan.figures.rules import FigureError, Kind
from bihuan.history.models import Entry
from bihuan.org.models import Edition, Node

__all__ = ["elsewhere"]
JULY = dt.date(2023, 7, 1)


def close(tree: Tree, name: str = "康乐") -> Closing:
    return actions.close_period(region=tree[name], edition=tree.edition, period=JUNE, by=BY, at=AT)


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Figure, Revision, Delta, Entry))


def correct(figure: Figure, tree: Tree, name: str, day: dt.date = DAY, erratum: Erratum | None = None) -> Figure:
    wanted = content(tree[name], span(9, 9), day=day)
    return actions.correct(
        figure=figure, expected_version=figure.version, content=wanted, by=BY, at=AT, erratum=erratum
    )


def withdraw(figure: Figure, erratum: Erratum | None = None) -> Figure:
    return actions.withdraw(figure=figure, expected_version=figure.version, by=BY, at=AT, erratum=erratum)


def test_nothing_is_filed_changed_or_withdrawn_in_a_closed_period(tree: Tree) -> None:
    inside, outside = record(tree["附城"], span(5, 5)), record(tree["广河"], span(7, 7))
    close(tree)
    before = counts()
    attempts: list[Callable[[], object]] = [
        lambda: record(tree["附城"], span(1, 1)),
        lambda: record(tree["康乐"], span(1, 1), day=JUNE[1]),
        lambda: actions.file_many(
            [Filing(kind=Kind.RECORD, content=content(tree[name], span(1, 1))) for name in ("广河", "苏集")],
            by=BY,
            at=AT,
        ),
        lambda: correct(inside, tree, "附城"),
        lambda: correct(inside, tree, "附城", JULY),
        lambda: correct(outside, tree, "苏集"),
        lambda: withdraw(inside),
    ]
    for attempt in attempts:
        with pytest.raises(ClosedPeriodError, match="康乐2023-06-01至2023-06-30") as caught, transaction.atomic():
            attempt()
        assert (caught.value.code, caught.value.status) == ("period-closed", 409)
    assert counts() == before


def test_around_a_closing_work_goes_on(tree: Tree) -> None:
    close(tree)
    statement(tree["康乐"], span(10, 20))
    record(tree["附城"], span(1, 1), day=JULY)
    record(tree["州"], span(1, 1))
    correct(record(tree["广河"], span(7, 7)), tree, "永靖")
    model = content(tree["附城"], span(1, 1))
    actions.file(kind=Kind.RECORD, content=model, book="example", by=BY, at=AT)


def test_a_known_key_is_no_change(tree: Tree) -> None:
    figure = record(tree["附城"], span(5, 5), key="once")
    close(tree)
    assert record(tree["附城"], span(5, 5), key="once") == figure


def test_a_joint_figure_counts_in_each_of_its_regions(tree: Tree) -> None:
    close(tree)

    def joint(*names: str) -> Occasion:
        return actions.open_occasion(name="x", period=(DAY, DAY), regions=[tree[n] for n in names], by=BY, at=AT)

    with pytest.raises(ClosedPeriodError):
        record(tree["州"], span(5, 5), occasion=joint("附城", "广河"))
    record(tree["康乐"], span(5, 5), occasion=joint("永靖", "广河"))


def test_what_below_means_is_the_closings_own_edition(tree: Tree) -> None:
    close(tree)
    later = Edition.objects.create(name="later", as_of=dt.date(2001, 1, 1), source="test")
    for name, path, parent in (("广河", "0001", None), ("附城", "00010000", "广河"), ("康乐", "0000", None)):
        tree.place(name, later, path, parent)
    tree.regions["新区"] = tree["州"].__class__.objects.create(
        key="6c1bb5a4-3f0e-5a0e-9a5b-2d0b6d1f7a11", name="新区", level="township", pinyin="x"
    )
    tree.place("新区", later, "00000001", "康乐")
    with pytest.raises(ClosedPeriodError):
        record(tree["附城"], span(5, 5))
    with pytest.raises(ClosedPeriodError):
        record(tree["新区"], span(5, 5))
    assert Node.objects.filter(region=tree["新区"]).count() == 1


def test_an_erratum_lets_a_correction_through_and_is_told(tree: Tree) -> None:
    figure = record(tree["附城"], span(5, 5))
    closing = close(tree)
    with transaction.atomic():
        erratum = actions.open_erratum(closing=closing, reason="核实后更正", by=BY, at=AT)
        correct(figure, tree, "附城", erratum=erratum)
        late = actions.file(kind=Kind.RECORD, content=content(tree["苏集"], span(1, 1)), by=BY, at=AT, erratum=erratum)
        free = actions.file(kind=Kind.RECORD, content=content(tree["广河"], span(1, 1)), by=BY, at=AT, erratum=erratum)
    passed = queries.changed_since(closing)
    assert [(item.figure, item.version, item.erratum) for item in passed] == [(figure, 2, erratum), (late, 1, erratum)]
    assert passed[0].entry.values["erratum"] == erratum.pk
    assert "erratum" not in Revision.objects.get(figure=free).entry.values
    assert queries.departure() is None


def test_an_erratum_is_of_one_closing(tree: Tree) -> None:
    figure = record(tree["附城"], span(5, 5))
    closing = close(tree)
    close(tree, "广河")
    erratum = actions.open_erratum(closing=closing, reason="x", by=BY, at=AT)
    with pytest.raises(ClosedPeriodError, match="广河"), transaction.atomic():
        correct(figure, tree, "广河", erratum=erratum)
    wider = close(tree, "州")
    correct(figure, tree, "苏集", erratum=erratum)
    assert len(queries.changed_since(wider)) == 1, "let through by another closing, and told all the same"
    assert len(queries.changed_since(closing)) == 1
    with pytest.raises(ErratumError):
        actions.open_erratum(closing=closing, reason=" ", by=BY, at=AT)


def test_an_erratum_serves_one_transaction(real_tree: Tree) -> None:
    figure = record(real_tree["附城"], span(5, 5))
    erratum = actions.open_erratum(closing=close(real_tree), reason="x", by=BY, at=AT)
    with pytest.raises(ErratumError, match="另行"):
        withdraw(figure, erratum)


def test_a_period_is_closed_once(tree: Tree) -> None:
    assert close(tree) == close(tree)
    assert queries.closing(region=tree["康乐"], period=JUNE) == close(tree)
    with pytest.raises(FigureError):
        actions.close_period(region=tree["康乐"], edition=tree.edition, period=JUNE[::-1], by=BY, at=AT)
    other = Edition.objects.create(name="none", as_of=dt.date(2001, 1, 1), source="test")
    with pytest.raises(FigureError):
        actions.close_period(region=tree["康乐"], edition=other, period=JUNE, by=BY, at=AT)


def test_nothing_slips_in_while_a_period_closes(real_tree: Tree, elsewhere: Elsewhere) -> None:
    run, begun, go = held_open(lambda: record(real_tree["附城"], span(5, 5)))
    writing = elsewhere(run)
    assert begun.wait(WAIT)
    closing = elsewhere(lambda: close(real_tree))
    with pytest.raises(TimeoutError):
        closing.result(0.3)
    late = elsewhere(lambda: record(real_tree["附城"], span(1, 1)))
    go.set()
    writing.result(WAIT)
    closing.result(WAIT)
    with pytest.raises(ClosedPeriodError):
        late.result(WAIT)
    assert Figure.objects.count() == 1
    with impatient():
        record(real_tree["广河"], span(1, 1))

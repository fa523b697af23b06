"""Filing, correcting and withdrawing; occasions; the catalogue."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from small_tree import AT, BY, DAY, JUNE, Tree, content, record, span, statement

from bihuan.figures import actions, queries
from bihuan.figures.actions import StaleError, content_of
from bihuan.figures.models import Delta, Figure, Measure, MeasureVersion, Occasion, Revision
from bihuan.figures.rules import FigureError, Kind
from bihuan.history import queries as history
from bihuan.history.models import Entry
from bihuan.reading.ranges import Range


def holding(figure: Figure) -> Revision:
    figure.refresh_from_db()
    return Revision.objects.get(figure=figure, version=figure.version)


def test_a_figure_its_revision_and_its_history_row(tree: Tree) -> None:
    figure = record(tree["康乐"], span(2000, 3000, "low"), printed="2000余")
    revision = holding(figure)
    assert (figure.kind, figure.version, revision.printed) == (Kind.RECORD, 1, "2000余")
    assert revision.value == span(2000, 3000, "low")
    assert revision.entry.verb == "figures.filed"
    assert revision.entry.values["new"]["value"] == {
        "low": "2000",
        "high": "3000",
        "low_open": True,
        "high_open": False,
    }
    assert history.about(("figure", str(figure.pk))) == [revision.entry]


def test_a_correction_keeps_what_was_said_before(tree: Tree) -> None:
    figure = record(tree["康乐"], span(2000, 3000), printed="2000余")
    wanted = replace(content_of(holding(figure)), value=Range.exact(2043), printed="2043", form="exact")
    corrected = actions.correct(figure=figure, expected_version=1, content=wanted, by="person:9", at=AT, reason="核实")
    assert corrected.version == 2
    assert [item.printed for item in Revision.objects.filter(figure=figure).order_by("version")] == ["2000余", "2043"]
    entry = holding(figure).entry
    assert (entry.values["old"]["printed"], entry.values["new"]["printed"]) == ("2000余", "2043")
    assert entry.values["reason"] == "核实"


def test_the_second_of_two_correctors_is_told(tree: Tree) -> None:
    figure = record(tree["康乐"], span(10, 20))
    same = content(tree["康乐"], span(11, 20))
    actions.correct(figure=figure, expected_version=1, content=same, by=BY, at=AT)
    with pytest.raises(StaleError, match="第1版"):
        actions.correct(figure=figure, expected_version=1, content=same, by=BY, at=AT)
    with pytest.raises(StaleError):
        actions.withdraw(figure=figure, expected_version=1, by=BY, at=AT)
    actions.withdraw(figure=figure, expected_version=2, by=BY, at=AT)
    with pytest.raises(StaleError):
        actions.correct(figure=figure, expected_version=3, content=same, by=BY, at=AT)
    assert Revision.objects.filter(figure=figure).count() == 3
    assert holding(figure).withdrawn


def test_the_same_key_is_filed_once(tree: Tree) -> None:
    first = record(tree["康乐"], span(10, 20), key="demo:1")
    entries, deltas = Entry.objects.count(), Delta.objects.count()
    assert record(tree["康乐"], span(10, 20), key="demo:1") == first
    assert queries.figure_by_key("demo:1") == first
    assert queries.figure_by_key("demo:2") is None
    assert (Entry.objects.count(), Delta.objects.count()) == (entries, deltas)


def test_an_occasion_is_opened_once_and_never_changes(tree: Tree) -> None:
    def open_it() -> Occasion:
        return actions.open_occasion(
            name="咨询日",
            period=(DAY, DAY),
            regions=[tree["康乐"], tree["广河"]],
            host="州安委办",
            key="o:1",
            by=BY,
            at=AT,
        )

    occasion = open_it()
    assert open_it() == occasion
    assert occasion.joint
    assert set(occasion.regions.all()) == {tree["康乐"], tree["广河"]}
    with pytest.raises(DatabaseError), transaction.atomic():
        Occasion.objects.filter(pk=occasion.pk)._raw_delete(using="default")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "change",
    [
        {"measures": ("no_such_measure",)},
        {"period": (dt.date(2023, 7, 1), DAY)},
        {"value": span(5, 5, "low")},
        {"value": Range(None, None, False, False), "measures": ("participants", "x")},
    ],
)
def test_what_cannot_be_is_refused_in_words(tree: Tree, change: dict[str, Any]) -> None:
    wrong = replace(content(tree["康乐"], span(1, 2)), **change)
    with pytest.raises(FigureError, match=" / "):
        actions.file(kind=Kind.RECORD, content=wrong, by=BY, at=AT)
    assert not Figure.objects.exists()


def test_an_occasion_without_region_or_before_its_start_is_refused(tree: Tree) -> None:
    with pytest.raises(FigureError):
        actions.open_occasion(name="x", period=(DAY, DAY), regions=[], by=BY, at=AT)
    with pytest.raises(FigureError):
        actions.open_occasion(name="x", period=(DAY, JUNE[0]), regions=[tree["康乐"]], by=BY, at=AT)


def test_only_records_are_booked(tree: Tree) -> None:
    statement(tree["州"], span(14000, 15000, "high"))
    record(tree["康乐"], span(1, 2), measures=())
    assert not Delta.objects.exists()
    record(tree["康乐"], span(1, 2))
    assert Delta.objects.count() == 1


def test_a_correction_in_place_books_the_difference_alone(tree: Tree) -> None:
    figure = record(tree["康乐"], span(10, 20))
    corrected = content(tree["康乐"], span(12, 20))
    actions.correct(figure=figure, expected_version=1, content=corrected, by=BY, at=AT)
    last = Delta.objects.latest("pk")
    assert (Delta.objects.count(), last.low, last.high, last.count) == (2, 2, 0, 0)
    moved = content(tree["广河"], span(12, 20))
    actions.correct(figure=figure, expected_version=2, content=moved, by=BY, at=AT)
    assert sorted(Delta.objects.order_by("-pk").values_list("count", flat=True)[:2]) == [-1, 1]


def test_the_catalogue_is_loaded_once_and_versioned(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.reading import catalogue as shipped

    actions.load_catalogue(by=BY, at=AT)
    assert actions.load_catalogue(by=BY, at=AT) is False
    assert set(shipped.catalogue()) == set(Measure.objects.values_list("code", flat=True))
    before = queries.definitions(["participants"])["participants"]
    changed = shipped.catalogue() | {
        "participants": replace(shipped.catalogue()["participants"], combine={"人": "sum", "人次": "sum"}),
        "deaths": replace(shipped.catalogue()["deaths"], synonyms=("死亡", "遇难")),
    }
    monkeypatch.setattr(shipped, "catalogue", lambda: changed)
    assert actions.load_catalogue(by=BY, at=AT) is True
    now = queries.definitions(["participants"])["participants"]
    assert (now.version, now.whole()) == (before.version + 1, True)
    assert now.sha256 != before.sha256
    assert MeasureVersion.objects.filter(measure__code="deaths").count() == 1, "synonyms define nothing"
    assert Measure.objects.get(code="deaths").synonyms == ["死亡", "遇难"]
    assert actions.load_catalogue(by=BY, at=AT) is False

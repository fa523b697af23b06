"""As-of reads and facts, with real commits: only what is committed can be sealed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_tree import AT, BY, JUNE, Tree, file, record, span, statement
from test_totals import CODES, PLACES, UNITS, Ledger, steps

from bihuan.figures import actions, queries
from bihuan.figures.actions import content_of
from bihuan.figures.models import Fact, Figure, Revision
from bihuan.figures.queries import Scope
from bihuan.figures.rules import FigureError, Kind, Sum
from bihuan.history import actions as history_actions
from bihuan.history import queries as history
from bihuan.reading.ranges import Range

LATER = AT + dt.timedelta(days=3)


def sealed() -> int:
    history_actions.seal(at=AT)
    return history.head()[0]


def people(tree: Tree, name: str = "州") -> Scope:
    return Scope.of(region=tree[name], measures={"participants"}, classifiers={"人"}, period=JUNE, edition=tree.edition)


def freeze(definition: dict[str, Any], printed: str, **options: Any) -> Fact:
    return actions.freeze(definition=definition, printed=printed, as_of=sealed(), by=BY, at=AT, **options)


def correct(figure: Figure, **changes: Any) -> None:
    figure.refresh_from_db()
    held = Revision.objects.get(figure=figure, version=figure.version)
    actions.correct(
        figure=figure,
        expected_version=figure.version,
        content=replace(content_of(held), **changes),
        by="person:9 马某",
        at=LATER,
    )


class Report:
    """What the real report says, in the small tree: a statement, a record inside it, and another county's record."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.stated = statement(tree["州"], span(14000, 15000, "high"), printed="近1.5万")
        self.kangle = record(tree["附城"], span(2000, 3000, "low"), printed="2000余")
        self.guanghe = record(tree["广河"], span(500, 500), printed="500")
        self.facts = {
            "stated": freeze(queries.of_scope("statement", people(tree)), "近1.5万"),
            "kangle": freeze(queries.of_figure(self.kangle), "2000余"),
            "guanghe": freeze(queries.of_scope("total", people(tree, "广河")), "500"),
            "total": freeze(queries.of_scope("total", people(tree)), "2500余"),
            "remainder": freeze(queries.of_scope("remainder", people(tree)), "1.1万至1.3万"),
        }

    def states(self) -> dict[str, str]:
        return {name: queries.check(Fact.objects.get(pk=fact.pk)).state for name, fact in self.facts.items()}


@pytest.fixture
def report(real_tree: Tree) -> Report:
    return Report(real_tree)


HOLDS = dict.fromkeys(("stated", "kangle", "guanghe", "total", "remainder"), "holds")


def test_facts_hold_and_know_what_they_are_made_of(report: Report) -> None:
    assert report.states() == HOLDS
    total = report.facts["total"]
    assert total.value == span(2500, 3500, "low")
    assert [item.figure_id for item in queries.records_behind(total)] == [report.kangle.pk, report.guanghe.pk]
    assert report.facts["remainder"].value == span(10500, 12500, "high")
    assert total.unit == "人"
    assert [code for code, _version, _hash in total.measures] == ["participants"]
    assert queries.fact_called(total.public_id) == total
    assert len({fact.public_id for fact in report.facts.values()}) == 5
    assert history.verify(anchors=queries.anchors()).whole


def test_a_corrected_record_is_named_by_each_fact_that_contains_it_and_no_other(report: Report) -> None:
    correct(report.kangle, value=span(2100, 2100), printed="2100")
    expected = HOLDS | dict.fromkeys(("kangle", "total", "remainder"), "superseded")
    assert report.states() == expected
    sealed()
    assert report.states() == expected
    (change,) = queries.check(report.facts["total"]).changes
    assert (change.figure, change.kind, change.old, change.new) == (report.kangle.pk, "corrected", "2000余", "2100")
    assert (change.by, change.at) == ("person:9 马某", LATER)
    assert [item.printed for item in queries.records_behind(report.facts["kangle"])] == ["2000余"]


def test_withdrawn_moved_and_added_figures_are_named(report: Report) -> None:
    actions.withdraw(figure=report.guanghe, expected_version=1, by=BY, at=LATER)
    added = record(report.tree["永靖"], span(9, 9), printed="9")
    changes = queries.check(report.facts["total"]).changes
    assert [(item.figure, item.kind, item.old, item.new) for item in changes] == [
        (report.guanghe.pk, "withdrawn", "500", None),
        (added.pk, "added", None, "9"),
    ]
    correct(report.kangle, period=(dt.date(2023, 7, 1), dt.date(2023, 7, 2)))
    kinds = {item.figure: item.kind for item in queries.check(report.facts["total"]).changes}
    assert kinds == {report.kangle.pk: "moved", report.guanghe.pk: "withdrawn", added.pk: "added"}


def test_a_newer_statement_supersedes_the_fact(report: Report) -> None:
    newer = statement(report.tree["州"], span(15000, 15000), day=dt.date(2023, 6, 20), printed="1.5万")
    verdict = queries.check(report.facts["stated"])
    assert verdict.state == "superseded"
    assert {item.figure: item.kind for item in verdict.changes} == {report.stated.pk: "moved", newer.pk: "added"}


def test_a_text_that_says_something_else_is_refused(report: Report) -> None:
    said = {"近1.5万": span(14000, 15000, "high"), "1.4万": Range.exact(14000), "甲": None}
    definition = queries.of_scope("statement", people(report.tree))
    assert freeze(definition, "近1.5万", read=said.get).printed == "近1.5万"
    for wrong in ("1.4万", "甲"):
        with pytest.raises(FigureError, match=wrong):
            freeze(definition, wrong, read=said.get)


def test_what_is_no_fact_is_refused_in_words(report: Report) -> None:
    definition = queries.of_scope("total", people(report.tree))
    wrong: list[dict[str, Any]] = [
        {"definition": queries.of_scope("total", people(report.tree, "永靖"))},
        {"definition": {"what": "figure", "figure": 10**9}},
        {"definition": {"what": "guess"}},
        {"definition": {}},
        {"definition": {**definition, "region": "x"}},
        {"definition": {**definition, "edition": "none"}},
        {"definition": {**definition, "period": ["2023-06-01"]}},
        {"definition": {**definition, "measures": ["no_such"]}},
        {"as_of": history.head()[0] + 1},
        {"as_of": 0},
        {"as_of": -1},
    ]
    for change in wrong:
        with pytest.raises(FigureError, match=" / "):
            actions.freeze(
                **{"definition": definition, "printed": "1", "as_of": history.head()[0], "by": BY, "at": AT} | change
            )
    with pytest.raises(FigureError):
        queries.of_scope("guess", people(report.tree))


TAMPERINGS = {
    "printed": "UPDATE figures_fact SET printed = '9万余' WHERE id = %(fact)s",
    "value": "UPDATE figures_fact SET high = high + 1 WHERE id = %(fact)s",
    "sources": "UPDATE figures_fact SET sources = '[]' WHERE id = %(fact)s",
    "definition": 'UPDATE figures_fact SET definition = definition || \'{"what": "statement"}\' WHERE id = %(fact)s',
    "digest": "UPDATE figures_fact SET digest = 'sha256:00' WHERE id = %(fact)s",
    "algorithm": "UPDATE figures_fact SET digest = 'md5:00' WHERE id = %(fact)s",
    "rows": "UPDATE figures_revision SET low = low + 1 WHERE figure_id = %(figure)s",
    "printed row": "UPDATE figures_revision SET printed = 'x' WHERE figure_id = %(figure)s",
    "row gone": "DELETE FROM figures_revision WHERE figure_id = %(figure)s",
    "measure": 'UPDATE figures_measureversion SET definition = definition || \'{"note": "x"}\'',
    "measure hash": "UPDATE figures_measureversion SET sha256 = 'x'",
    "seal": "UPDATE history_seal SET digest = 'x' WHERE position = %(as_of)s",
    "region": "UPDATE org_region SET key = gen_random_uuid() WHERE id = %(region)s",
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_what_was_changed_behind_the_back_is_broken(
    report: Report, fresh_database: dict[str, str], tampering: str
) -> None:
    total = report.facts["total"]
    with psycopg.connect(fresh_database["owner"]) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(
            TAMPERINGS[tampering],
            {
                "fact": total.pk,
                "figure": report.kangle.pk,
                "as_of": total.as_of,
                "region": report.tree["州"].pk,
            },
        )
    verdict = queries.check(Fact.objects.get(pk=total.pk))
    assert verdict.state == "broken"
    assert verdict.zh
    assert verdict.en


def test_a_fact_forged_with_its_digest_is_broken_by_the_history(report: Report, fresh_database: dict[str, str]) -> None:
    from bihuan.figures.queries.facts import fact_digest

    forged = Fact.objects.get(pk=report.facts["total"].pk)
    forged.printed = "9万余"
    with psycopg.connect(fresh_database["owner"]) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(
            "UPDATE figures_fact SET printed = %s, digest = %s WHERE id = %s",
            [forged.printed, fact_digest("sha256", forged), forged.pk],
        )
    assert queries.check(Fact.objects.get(pk=forged.pk)).state == "broken"


def test_facts_of_rates_and_stocks(real_tree: Tree) -> None:
    record(real_tree["广河"], span(120, 120), measures=("hazards_found",), classifier="处")
    done = record(real_tree["广河"], span(90, 90), measures=("hazards_rectified",), classifier="处")
    old = record(real_tree["广河"], span(9, 9), measures=("hazards_outstanding",), classifier="项")
    new = record(
        real_tree["广河"],
        span(4, 4),
        measures=("hazards_outstanding",),
        classifier="项",
        day=dt.date(2023, 6, 20),
    )
    ask = {"region": real_tree["州"], "period": JUNE, "edition": real_tree.edition}
    rate = freeze(
        queries.of_scope("total", Scope.of(**ask, measures={"rectification_rate"}, classifiers={"%"})),  # type: ignore[arg-type]
        "75%",
    )
    stock = freeze(
        queries.of_scope("total", Scope.of(**ask, measures={"hazards_outstanding"}, classifiers={"项"})),  # type: ignore[arg-type]
        "4项",
    )
    assert (rate.value, rate.unit, stock.value) == (Range.exact(75), "%", Range.exact(4))
    assert [code for code, *_rest in rate.measures] == ["hazards_found", "hazards_rectified", "rectification_rate"]
    assert [item.figure_id for item in queries.records_behind(stock)] == [new.pk]
    correct(old, value=span(8, 8))
    assert queries.check(stock).state == "holds", "the older value is not part of it"
    correct(done, value=span(91, 91))
    assert queries.check(rate).state == "superseded"


def test_a_changed_catalogue_leaves_old_facts_as_they_were(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.reading import catalogue as shipped

    changed = shipped.catalogue() | {"participants": replace(shipped.catalogue()["participants"], note="new")}
    monkeypatch.setattr(shipped, "catalogue", lambda: changed)
    assert actions.load_catalogue(by=BY, at=AT)
    assert report.states() == HOLDS
    newer = freeze(queries.of_scope("total", people(report.tree)), "2500余")
    assert [version for _code, version, _hash in newer.measures] == [2]


def test_what_is_not_sealed_is_not_in_an_as_of_read(real_tree: Tree) -> None:
    figure = record(real_tree["广河"], span(5, 5))
    position = sealed()
    correct(figure, value=span(6, 6))
    asked = people(real_tree)
    assert queries.total(asked).range == Range.exact(6)
    assert queries.total(asked, as_of=position).range == Range.exact(5)
    assert queries.total(asked, as_of=sealed()).range == Range.exact(6)
    assert queries.total(asked, as_of=position).range == Range.exact(5)


def test_an_as_of_read_of_a_correction_sealed_before_what_it_corrects(
    real_tree: Tree, fresh_database: dict[str, str]
) -> None:
    """A correction in a transaction that is older than the filing is sealed first; no position shows a wrong sum."""
    from concurrent.futures import ThreadPoolExecutor
    from threading import Event

    from django.db import transaction

    begun, filed = Event(), Event()
    figures: list[Figure] = []

    def old_transaction() -> None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_current_xact_id()")
                begun.set()
                assert filed.wait(30)
                correct(figures[0], value=span(6, 6))
        finally:
            connection.close()

    before = sealed()
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(old_transaction)
        assert begun.wait(30)
        figures.append(record(real_tree["广河"], span(5, 5)))
        filed.set()
        job.result(30)
    after = sealed()
    assert after == before + 2
    seen = [queries.total(people(real_tree), as_of=position).range for position in range(before, after + 1)]
    assert seen == [None, Range.exact(6), Range.exact(6)]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(steps | st.just(("look",)), min_size=3, max_size=10))
def test_as_of_reads_never_change(real_tree: Tree, script: list[tuple[Any, ...]]) -> None:
    tree = Tree("look")
    actions.keep(edition=tree.edition, by=BY, at=AT)
    ledger = Ledger(tree)
    seen: list[tuple[int, Scope, Sum]] = []
    for step in script:
        if step[0] == "look":
            position = sealed()
            for place in PLACES:
                measures = frozenset(CODES[:2])
                asked = Scope.of(
                    region=tree[place], measures=measures, classifiers=UNITS, period=JUNE, edition=tree.edition
                )
                found = queries.total(asked, as_of=position).sum
                assert found == ledger.expected(place, measures)
                seen.append((position, asked, found))
        else:
            ledger.run(step)
    sealed()
    for position, asked, found in seen:
        assert queries.total(asked, as_of=position).sum == found


def test_a_statement_and_side_by_side_as_of(real_tree: Tree) -> None:
    stated = file(Kind.STATEMENT, real_tree["州"], span(100, 100), printed="100")
    record(real_tree["广河"], span(40, 40))
    position = sealed()
    correct(stated, value=span(90, 90))
    record(real_tree["永靖"], span(10, 10))
    assert queries.side_by_side(people(real_tree), as_of=position).remainder == Range.exact(60)
    assert queries.side_by_side(people(real_tree)).remainder == Range.exact(40)

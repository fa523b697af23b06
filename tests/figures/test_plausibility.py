"""Rules that ask about numbers: each can ask, none blocks, and an answer holds for the numbers it was given for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries
from small_tree import AT, BY, JUNE, Tree, content, record, span, statement

from bihuan.figures import actions, queries
from bihuan.figures.queries.plausibility import rules
from bihuan.figures.rules import FigureError, Kind


def doubts(tree: Tree) -> list[queries.Doubt]:
    table = queries.table(region=tree["州"], edition=tree.edition, period=JUNE)
    return list(queries.plausibility(table, period=JUNE))


def asked(tree: Tree) -> set[tuple[str, str]]:
    return {(doubt.rule.code, doubt.region.name) for doubt in doubts(tree)}


def test_what_is_usual_is_not_asked_about(tree: Tree) -> None:
    for county, found, put_right in (("康乐", 101, 99), ("广河", 310, 310), ("永靖", 205, 150)):
        record(tree[county], span(found, found), ("hazards_found",), "处")
        record(tree[county], span(put_right, put_right), ("hazards_rectified",), "处")
    assert asked(tree) == set()


def test_a_part_past_its_whole_is_asked_about(tree: Tree) -> None:
    record(tree["康乐"], span(10, 10), ("hazards_found",), "处")
    record(tree["康乐"], span(12, 12), ("hazards_rectified",), "处")
    record(tree["广河"], span(50, 50), ("hazards_found",), "处")
    assert asked(tree) == {("rectified_within_found", "康乐")}
    (doubt,) = doubts(tree)
    assert (doubt.seen, doubt.open) == ("12 > 10", True)


def test_exact_thousands_and_records_past_a_statement(tree: Tree) -> None:
    statement(tree["广河"], span(8000, 8000), ("leaflets",), "份")
    statement(tree["永靖"], span(8000, 9000, "low"), ("leaflets",), "份")  # over 8,000 is said to be a range
    assert asked(tree) == {("round_statement", "广河")}
    record(tree["永靖"], span(9500, 9500), ("leaflets",), "份")
    assert ("records_within_statement", "永靖") in asked(tree)


def test_a_place_far_above_the_others(tree: Tree) -> None:
    from bihuan.org.rules import Level

    tree.grow("和政", Level.COUNTY, "州", 3)
    for county, value in (("康乐", 20), ("广河", 31), ("永靖", 25), ("和政", 700)):
        record(tree[county], span(value, value), ("leaflets",), "份")
    assert asked(tree) == {("jump_among_places", "和政")}


def test_an_answer_holds_for_its_numbers(tree: Tree) -> None:
    figure = statement(tree["广河"], span(8000, 8000), ("leaflets",), "份")
    (doubt,) = doubts(tree)

    def answer(text: str, rule: str = doubt.rule.code) -> None:
        actions.answer_doubt(
            region=doubt.region, period=JUNE, rule=rule, row=doubt.row, seen=doubt.seen, text=text, by=BY, at=AT
        )

    for text, rule in (("", doubt.rule.code), ("长" * 201, doubt.rule.code), ("按签收单", "no_such_rule")):
        with pytest.raises(FigureError):
            answer(text, rule)
    answer("按签收单\n统计")
    (told,) = doubts(tree)
    assert told.answer is not None
    assert (told.answer.text, told.open) == ("按签收单 统计", False)
    now = actions.content_of(figure.revisions.get(version=1))
    changed = replace(now, value=span(9000, 9000), printed="9000份")
    actions.correct(figure=figure, expected_version=1, content=changed, by=BY, at=AT)
    (again,) = doubts(tree)
    assert again.open
    assert again.answer is not None


def test_every_rule_has_its_words_and_its_source() -> None:
    assert len(rules()) == 15
    assert all(rule.zh and rule.en and rule.source and rule.limit > 0 for rule in rules().values())


# -- beside people, years and days -----------------------------------------------------------------------------------

JUNE_22 = (dt.date(2022, 6, 1), dt.date(2022, 6, 30))


def beside(tree: Tree) -> dict[tuple[str, str], str]:
    table = queries.table(region=tree["州"], edition=tree.edition, period=JUNE)
    against = queries.beside(table, edition=tree.edition, period=JUNE, earlier=[JUNE_22])
    found = queries.plausibility(table, period=JUNE, beside=against)
    return {(doubt.rule.code, doubt.region.name): doubt.seen for doubt in found}


def test_more_than_live_there_is_asked_about_where_it_is_known_how_many_do(tree: Tree) -> None:
    record(tree["康乐"], span(30123, 30123))
    record(tree["广河"], span(30123, 30123))
    assert beside(tree) == {}  # nobody loaded a population: nothing is asked
    what = content(tree["康乐"], span(25000, 25000), ("population",), "人")
    for value, year in ((90000, 2019), (25001, 2022)):  # the newest one holds
        days = (dt.date(year, 12, 31),) * 2
        actions.file(kind=Kind.STATEMENT, content=replace(what, value=span(value, value), period=days), by=BY, at=AT)
    assert beside(tree) == {("participants_within_population", "康乐"): "30123 > 25001"}


@pytest.mark.parametrize("kind", list(Kind))
def test_a_leap_on_the_year_before_is_asked_about(tree: Tree, kind: Kind) -> None:
    before = replace(content(tree["康乐"], span(20, 20), ("leaflets",), "份"), period=JUNE_22)
    actions.file(kind=kind, content=before, by=BY, at=AT)
    record(tree["康乐"], span(201, 201), ("leaflets",), "份")
    assert beside(tree)["jump_up_on_years", "康乐"] == "201 > 20"


def test_a_fall_is_asked_about_of_what_was_stated(tree: Tree) -> None:
    before = replace(content(tree["广河"], span(5001, 5001), ("leaflets",), "份"), period=JUNE_22)
    actions.file(kind=Kind.STATEMENT, content=before, by=BY, at=AT)
    record(tree["广河"], span(7, 7), ("leaflets",), "份")
    assert beside(tree) == {}  # records may still come
    statement(tree["广河"], span(7, 7), ("leaflets",), "份")
    assert beside(tree) == {("drop_on_years", "广河"): "7 < 5001"}


def test_a_day_far_above_the_others_is_asked_about(tree: Tree) -> None:
    for day, value in ((2, 20), (3, 25), (4, 31), (5, 700)):
        record(tree["附城"], span(value, value), ("leaflets",), "份", day=dt.date(2023, 6, day))
    assert beside(tree) == {("jump_among_days", name): "2023-06-05: 700 > 25" for name in ("州", "康乐")}


def test_parts_past_the_whole_are_asked_about(tree: Tree) -> None:
    statement(tree["州"], span(100, 100), ("leaflets",), "份")
    for name in ("康乐", "广河"):
        statement(tree[name], span(51, 51), ("leaflets",), "份")
    assert ("places_within_whole", "州") in asked(tree)


def test_what_stands_beside_takes_the_same_queries_however_much_it_is(
    tree: Tree, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def read() -> None:
        table = queries.table(region=tree["州"], edition=tree.edition, period=JUNE)
        with django_assert_num_queries(5):
            queries.beside(table, edition=tree.edition, period=JUNE, earlier=[JUNE_22])

    record(tree["附城"], span(5, 5), ("leaflets",), "份")
    read()
    for day in range(1, 20):
        record(tree["苏集"], span(5, 5), ("banners",), "条", day=dt.date(2023, 6, day))
        record(tree["永靖"], span(5, 5), ("leaflets",), "份", day=dt.date(2022, 6, day))
    read()

"""Earlier years: what a number of a place and a year stands on, how it changed, whether it is the highest there was."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_tree import AT, BY, JUNE, Tree, span
from small_tree import content as said

from bihuan.figures import actions, queries
from bihuan.figures.earlier import Basis, High, Stood, above, change, high, points, years_said
from bihuan.figures.models import Figure
from bihuan.figures.queries import RowKey, Years
from bihuan.figures.rules import Kind
from bihuan.org.models import Region
from bihuan.reading.ranges import Range

LEAFLETS = RowKey(("leaflets",), ("份",))
JUNE_22 = (dt.date(2022, 6, 1), dt.date(2022, 6, 30))


def file(
    kind: Kind, region: Region, value: int, period: tuple[dt.date, dt.date] = JUNE_22, measure: str = "leaflets"
) -> Figure:
    from dataclasses import replace

    what = replace(said(region, span(value, value), (measure,), "份"), period=period)
    return actions.file(kind=kind, content=what, by=BY, at=AT)


def held(tree: Tree, name: str = "州", period: tuple[dt.date, dt.date] = JUNE_22) -> queries.Held | None:
    years = Years(region=tree[name], edition=tree.edition, periods=[JUNE_22, JUNE], rows=[LEAFLETS], book="")
    return years.held(LEAFLETS, period)


def told(tree: Tree, name: str = "州") -> tuple[Basis, Decimal | None] | None:
    found = held(tree, name)
    return None if found is None else (found.basis, found.value.low)


def test_a_county_s_value_and_the_prefecture_s_are_not_added(tree: Tree) -> None:
    file(Kind.STATEMENT, tree["康乐"], 300)
    assert told(tree) is None  # one of three counties is no total
    file(Kind.STATEMENT, tree["州"], 1000)
    assert told(tree) == (Basis.STATED, Decimal(1000))
    assert told(tree, "康乐") == (Basis.STATED, Decimal(300))


def test_all_counties_make_the_prefecture_s(tree: Tree) -> None:
    for name, value in (("康乐", 300), ("广河", 200), ("永靖", 0)):
        file(Kind.STATEMENT, tree[name], value)
    assert told(tree) == (Basis.PARTS, Decimal(500))


def test_a_statement_of_a_single_day_is_none_of_the_month(tree: Tree) -> None:
    day = (dt.date(2022, 6, 12), dt.date(2022, 6, 12))
    file(Kind.STATEMENT, tree["州"], 40, day)
    assert told(tree) == (Basis.STATED_PART, Decimal(40))
    found = held(tree)
    assert found is not None
    assert not found.whole


def test_records_may_be_few_until_the_period_is_closed(tree: Tree) -> None:
    file(Kind.RECORD, tree["附城"], 70, (JUNE_22[0], JUNE_22[0]))
    assert told(tree) == (Basis.RECORDS, Decimal(70))
    actions.close_period(region=tree["州"], edition=tree.edition, period=JUNE_22, book="", by=BY, at=AT)
    assert told(tree) == (Basis.CLOSED, Decimal(70))
    assert told(tree, "康乐") == (Basis.CLOSED, Decimal(70))  # its prefecture closed for it
    assert told(tree, "广河") is None  # nothing filed is not zero, closed or not


def test_years_take_the_same_queries_however_many_rows(
    tree: Tree, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for measure in ("leaflets", "banners", "posters"):
        file(Kind.STATEMENT, tree["州"], 5, measure=measure)

    def read(rows: list[RowKey]) -> None:
        years = Years(region=tree["州"], edition=tree.edition, periods=[JUNE_22, JUNE], rows=rows, book="")
        for row in years.rows:
            years.held(row, JUNE_22)

    with django_assert_num_queries(7):  # type: ignore[operator]
        read([LEAFLETS])
    with django_assert_num_queries(7):  # type: ignore[operator]
        read([LEAFLETS, *(RowKey((code,), ("条",)) for code in ("banners", "posters", "launches"))])


# -- how it changed --------------------------------------------------------------------------------------------------

bound = st.none() | st.integers(0, 10**6).map(Decimal)


@st.composite
def ranges(draw: st.DrawFn) -> Range:
    low, top = draw(bound), draw(bound)
    if low is not None and top is not None and low > top:
        low, top = top, low
    return Range(low, top, draw(st.booleans()) and low != top, draw(st.booleans()) and low != top)


stood = st.builds(Stood, ranges(), st.booleans())


def test_a_change_is_cut_outward() -> None:
    found = change(span(115, 115), span(100, 100))
    assert found is not None
    assert (found.low, found.high) == (15, 15)
    third = change(span(4, 4), span(3, 3))
    assert third is not None
    assert (third.low, third.high) == (Decimal("33.3333"), Decimal("33.3334"))
    assert change(span(5, 5), span(0, 0)) is None
    moved = points(span(97, 97), span(95, 96))
    assert moved is not None
    assert (moved.low, moved.high) == (1, 2)


@given(now=ranges(), then=ranges())
def test_no_rate_comes_of_the_unknown(now: Range, then: Range) -> None:
    unknown = None in (now.low, now.high, then.low, then.high)
    found = change(now, then)
    assert found is None or not unknown
    if found is not None:
        assert then.low is not None
        assert then.low > 0
        assert found.low is not None
        assert found.low >= -100


# -- the highest there was -------------------------------------------------------------------------------------------


def test_a_record_is_strictly_above_all() -> None:
    def verdict(now: Range, *earlier: Range) -> High:
        return high(Stood(now, True), [Stood(item, True) for item in earlier])

    assert verdict(span(60001, 60001), span(60000, 60000), span(50000, 50000)) is High.YES
    assert verdict(span(60000, 60000), span(60000, 60000)) is High.NO  # as high is not higher
    assert verdict(span(60000, 70000, "low high"), span(60000, 60000)) is High.YES  # 6万余 is more than 60,000
    assert verdict(span(60000, 70000, "low high"), span(60000, 70000, "low high")) is High.UNPROVEN
    assert verdict(span(5, 5), span(9, 9), span(1, 1)) is High.NO
    assert high(Stood(span(9, 9), True), [Stood(span(5, 5), False)]) is High.UNPROVEN  # more of that year may come
    assert high(Stood(span(9, 9), False), [Stood(span(5, 5), True)]) is High.YES  # and more of this one
    assert high(Stood(span(4, 4), False), [Stood(span(5, 5), True)]) is High.UNPROVEN


@given(now=st.none() | stood, earlier=st.lists(stood, max_size=5))
def test_no_record_without_whole_earlier_years_all_below(now: Stood | None, earlier: list[Stood]) -> None:
    found = high(now, earlier)
    assert (found is High.NO_YEARS) == (not earlier)
    if found is High.YES:
        assert now is not None
        assert all(item.whole and above(now.value, item.value) for item in earlier)
    assert high(now, list(reversed(earlier))) is found


def test_years_show_their_gaps() -> None:
    assert years_said([2024, 2021, 2022]) == "2021—2022年、2024年"
    assert years_said([2022]) == "2022年"

"""Cells that count some activities alone, ratios and stocks: what they say, folded or not, and what is behind them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from cast import AT, BY, Cast
from days import file as done_on_a_day
from days import kangle_day, kind
from example import village
from tables import JUNE, filed, laid_out

from bihuan.figures.actions import fold, keep_all
from bihuan.org import queries as org
from bihuan.statistics import actions, queries
from bihuan.statistics.models import FormVersion
from bihuan.statistics.rules import Cell, Definition, Every

pytestmark = pytest.mark.django_db


def asking(cast: Cast, *cells: Cell) -> FormVersion:
    body = Definition("进展表", Every.MONTH, cells)
    made = actions.define(
        code="cells", name="取数", region=cast.prefecture, body=body, workbook=laid_out(), by=BY, at=AT
    )
    return queries.version_of(made)


def cell(at: str, measure: str, unit: str, **more: Any) -> Cell:
    return Cell(at, "行", "栏", (measure,), (unit,), **more)


def page(version: FormVersion, cast: Cast) -> queries.FormPage:
    return queries.form_page(
        version, region=cast.prefecture, edition=org.current_edition(), period=JUNE, book="example"
    )


def checked(version: FormVersion, cast: Cast, values: dict[str, Decimal | str]) -> queries.FormPage:
    """The cells say so before anything is folded, and afterwards."""
    assert page(version, cast).values == values
    keep_all(by=BY, at=AT)
    fold()
    folded = page(version, cast)
    assert folded.values == values
    return folded


def behind(shown: queries.FormPage, at: str) -> list[str]:
    found = queries.cell_records(shown, shown.cells[at].cell, org.current_edition())
    return [item.printed for item in found]


def test_a_cell_counts_activities_of_its_kinds_alone(cast: Cast) -> None:
    done_on_a_day(cast, kangle_day(cast, units=(), numbers={"leaflets:份": "300"}))
    done_on_a_day(cast, kangle_day(cast, kind=kind("lecture"), title="宣讲", units=(), numbers={"leaflets:份": "50"}))
    filed(cast.yongjing, "leaflets", "份", 7)
    version = asking(
        cast,
        cell("C4", "leaflets", "份"),
        cell("C5", "leaflets", "份", kinds=("consultation",)),
        cell("C6", "leaflets", "份", kinds=("consultation", "lecture")),
    )
    shown = checked(version, cast, {"C4": Decimal(357), "C5": Decimal(300), "C6": Decimal(350)})
    assert behind(shown, "C5") == ["300份"]


def test_a_cell_counts_what_was_at_its_kinds_of_places_alone(cast: Cast) -> None:
    place = village(cast)
    done_on_a_day(cast, kangle_day(cast, units=(), place=place, place_words="", numbers={"leaflets:份": "40"}))
    done_on_a_day(cast, kangle_day(cast, units=(), numbers={"leaflets:份": "300"}))
    version = asking(
        cast, cell("C4", "leaflets", "份", places=("village",)), cell("C5", "leaflets", "份", places=("school",))
    )
    shown = checked(version, cast, {"C4": Decimal(40)})
    assert behind(shown, "C4") == ["40份"]
    assert behind(shown, "C5") == []


def test_a_ratio_is_of_two_sums_and_its_parts_are_behind_it(cast: Cast) -> None:
    for region, found, put_right in ((cast.kangle, 10, 9), (cast.yongjing, 30, 15)):
        filed(region, "hazards_found", "项", found)
        filed(region, "hazards_rectified", "项", put_right)
    version = asking(cast, cell("C4", "rectification_rate", "%"))
    shown = checked(version, cast, {"C4": Decimal(60)})
    assert sorted(behind(shown, "C4")) == ["10项", "15项", "30项", "9项"]


def test_a_ratio_may_be_of_some_activities_alone(cast: Cast) -> None:
    numbers = {"hazards_found:项": "10", "hazards_rectified:项": "8"}
    done_on_a_day(cast, kangle_day(cast, units=(), numbers=numbers))
    filed(cast.kangle, "hazards_found", "项", 90)
    version = asking(cast, cell("C4", "rectification_rate", "%", kinds=("consultation",)))
    shown = checked(version, cast, {"C4": Decimal(80)})
    assert sorted(behind(shown, "C4")) == ["10项", "8项"]


def test_of_a_stock_the_newest_of_each_region_counts(cast: Cast) -> None:
    filed(cast.kangle, "hazards_outstanding", "项", 5, dt.date(2023, 6, 5))
    filed(cast.kangle, "hazards_outstanding", "项", 1, dt.date(2023, 6, 20))
    filed(cast.yongjing, "hazards_outstanding", "项", 2, dt.date(2023, 6, 10))
    checked(asking(cast, cell("C4", "hazards_outstanding", "项")), cast, {"C4": Decimal(3)})

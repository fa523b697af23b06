"""Forms filled from the records: layouts kept, what is known not asked, what is bad refused, nothing half-written."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from cast import AT, BY, Cast
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from tables import CELLS, JUNE, filed, form, laid_out, look, written

from bihuan.campaigns.models import Receipt
from bihuan.figures.actions import fold, keep_all
from bihuan.figures.models import Figure
from bihuan.figures.queries import Scope, total
from bihuan.figures.rules import Kind
from bihuan.lib.refusals import Refusal
from bihuan.org import queries as org
from bihuan.org.models import Region
from bihuan.statistics import actions, layout, matching, queries
from bihuan.statistics.models import Form, FormVersion, HandedDraft, Return
from bihuan.statistics.queries import Plan
from bihuan.statistics.refusals import FormError, StaleFormError
from bihuan.statistics.rules import (
    Definition,
    Every,
    Outcome,
    Span,
    days_of,
    period_of,
    read_value,
    spot,
)


def page(version: FormVersion, region: Region) -> queries.FormPage:
    return queries.form_page(version, region=region, edition=org.current_edition(), period=JUNE, book="example")


def handed(version: FormVersion, cast: Cast, content: bytes) -> tuple[HandedDraft, Plan]:
    edition = org.current_edition()
    draft = actions.keep_handed(
        version=version, unit=cast.kangle_bureau, period=JUNE, edition=edition, content=content, by=BY, at=AT
    )
    return draft, queries.plan_of(draft, edition)


def take(draft: HandedDraft, plan: Plan, **chosen: str) -> Return:
    edition = org.current_edition()
    return actions.take(draft=draft, edition=edition, shown=plan.digest, chosen=chosen, by=BY, at=AT).handed


def test_the_layout_is_kept(tmp_path: Path) -> None:
    full = layout.filled(laid_out(), "进展表", {"C4": Decimal(8), "D5": Decimal(1500), "C6": "=1+1"})
    assert look(full, "进展表") == look(written(laid_out(), {"C6": "'"}, "进展表"), "进展表") | {
        "words": look(laid_out(), "进展表")["words"] | {"C6": "=1+1"}
    }
    at = load_workbook(io.BytesIO(full))["进展表"]
    assert (at["C4"].value, at["D5"].value, at["C6"].data_type) == (8, 1500, "s")


def test_libreoffice_opens_it_with_the_same_layout(tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None or not Path(soffice).resolve().with_name("libsclo.so").exists():
        pytest.skip("spreadsheets cannot be opened here: install Debian's libreoffice-calc")
    full = layout.filled(laid_out(), "进展表", {"C4": Decimal(8)})
    (tmp_path / "form.xlsx").write_bytes(full)
    home = f"-env:UserInstallation=file://{tmp_path}/office"
    command = [soffice, home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir",
               str(tmp_path / "again"), str(tmp_path / "form.xlsx")]  # fmt: skip
    subprocess.run(command, cwd=tmp_path, check=True, timeout=120, capture_output=True)
    again, before = look((tmp_path / "again" / "form.xlsx").read_bytes(), "进展表"), look(full, "进展表")
    assert again["merged"] == before["merged"]
    assert again["words"] == before["words"]
    assert again["styles"]["C4"][3] == "FFFFF2CC"
    assert again["widths"]["B"] == pytest.approx(27, abs=1)


def test_an_uploaded_form_is_understood() -> None:
    (_first, sheet) = layout.template_sheets(laid_out())
    found = {item.at: matching.guess(item.row, item.column) for item in layout.blanks(sheet)}
    assert {at: (one.measure, one.classifier, one.span) for at, one in found.items() if one.measure} == {
        cell.at: (cell.measures[0], cell.classifiers[0], cell.span) for cell in CELLS
    } | {f"E{row}": (measure, unit, Span.PERIOD) for row, (measure, unit) in enumerate(
        (("launches", "场"), ("leaflets", "份"), ("banners", "条")), 4)}  # fmt: skip


@pytest.mark.django_db
def test_cells_are_the_totals_of_the_records_in_as_many_queries(cast: Cast) -> None:
    version = form(cast)
    with CaptureQueriesContext(connection) as empty:
        assert not page(version, cast.prefecture).values
    for region, value in ((cast.kangle, 3), (cast.yongjing, 5)):
        filed(region, "launches", "场", value)
        filed(region, "leaflets", "份", 100, dt.date(2023, 4, 2))
    with CaptureQueriesContext(connection) as full:
        whole = page(version, cast.prefecture)
    assert whole.values == {"C4": 8, "D4": 8, "D5": 200}
    assert page(version, cast.kangle).values == {"C4": 3, "D4": 3, "D5": 100}
    keep_all(by=BY, at=AT)
    fold()
    assert page(version, cast.prefecture).values == whole.values
    for cell in CELLS:
        scope = Scope.of(
            region=cast.prefecture, measures=cell.measures, classifiers=cell.classifiers,
            period=days_of(cell.span, JUNE), book="example",
        )  # fmt: skip
        view = whole.cells[cell.at].view
        assert view is not None
        assert total(scope).range == view.range
    assert len(empty) == len(full) <= 6
    behind = queries.cell_records(whole, CELLS[0], org.current_edition())
    assert [item.printed for item in behind] == ["3场", "5场"]


@pytest.mark.django_db
def test_what_a_unit_adds_becomes_records_and_what_is_known_does_not(cast: Cast) -> None:
    version = form(cast)
    filed(cast.kangle, "launches", "场", 3)
    filed(cast.kangle, "banners", "条", 10)
    draft, plan = handed(version, cast, written(laid_out(), {"C4": 3, "C5": 2000, "C6": 12}, "进展表"))
    assert {line.at: line.state for line in plan.lines} == {
        "C4": Outcome.KNOWN, "C5": Outcome.NEW, "C6": Outcome.CONFLICT,
    }  # fmt: skip
    with pytest.raises(FormError, match="C6"):
        take(draft, plan)
    assert Figure.objects.count() == 2
    row = take(draft, plan, C6="add")
    assert row.shown == {"C4": "3", "D4": "3", "C5": "2000", "D5": "2000", "C6": "12", "D6": "12"}
    assert Figure.objects.count() == 4
    with pytest.raises(StaleFormError):
        take(draft, plan, C6="add")
    draft, plan = handed(version, cast, written(laid_out(), {"C4": 3, "C5": 2000, "C6": 11}, "进展表"))
    assert take(draft, plan, C6="state").times == 2
    assert page(version, cast.prefecture).values["C6"] == 12
    assert Figure.objects.filter(kind=Kind.STATEMENT).count() == 1
    assert not Receipt.objects.exists()


@pytest.mark.django_db
def test_records_that_change_meanwhile_stop_it(cast: Cast) -> None:
    version = form(cast)
    draft, plan = handed(version, cast, written(laid_out(), {"C4": 3}, "进展表"))
    filed(cast.kangle, "launches", "场", 3)
    with pytest.raises(StaleFormError):
        take(draft, plan)
    assert not Return.objects.exists()


BAD = {
    "another form": written(laid_out(), {"B4": "演练", "C3": "上期", "A1": "别的表"}, "进展表"),
    "a row more": written(laid_out(), {f"B{row}": f"{row}" for row in range(4, 8)}, "进展表"),
    "no workbook": b"PK\x03\x04 nothing",
    "binary": b"\x00\x01\x02",
    "empty": b"",
    "too long": written(laid_out(), {"A4000": "x"}, "进展表"),
    "far too long": written(laid_out(), {"A100001": "x"}, "进展表"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_bad_files_are_refused_with_a_sentence(cast: Cast, content: bytes) -> None:
    version = form(cast)
    with pytest.raises(Refusal) as refused:
        handed(version, cast, content)
    assert refused.value.zh
    assert not HandedDraft.objects.exists()


@pytest.mark.django_db
def test_bad_cells_are_named_and_nothing_is_written(cast: Cast) -> None:
    version = form(cast)
    values = {"C4": -1, "C5": 1e30, "C6": "=1+1"}
    draft, plan = handed(version, cast, written(laid_out(), values, "进展表"))
    assert [line.given.fault is not None for line in plan.lines] == [True] * 3
    with pytest.raises(FormError):
        take(draft, plan)
    _draft, merged = handed(version, cast, written(laid_out(), {"C4": 7}, "进展表", merge="C4:C5"))
    assert [line.at for line in merged.faults] == ["C4", "C5"]
    _draft, words = handed(version, cast, written(laid_out(), {"C4": "若干"}, "进展表"))
    assert [line.at for line in words.faults] == ["C4"]
    assert not Figure.objects.exists()


@pytest.mark.django_db
def test_a_csv_in_gb18030_comes_in(cast: Cast) -> None:
    rows = (
        ("活动进展情况统计表", "", "", "", ""),
        ("项目", "", "数量", "", "备注"),
        ("", "", "本期", "本年累计", ""),
        ("宣传", "启动仪式（场）", "6", "", ""),
        ("", "宣传资料（份）", "１,２００", "", ""),
        ("", "横幅（条）", "0", "", ""),
        ("填表人：马", "", "", "", ""),
    )
    text = "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    draft, plan = handed(form(cast), cast, text.encode("gb18030"))
    take(draft, plan)
    shown = Return.objects.get().shown
    assert (shown["C4"], shown["C5"], shown["C6"]) == ("6", "1200", "0")


@pytest.mark.django_db
def test_the_examples_ship_once_and_fill(cast: Cast) -> None:
    actions.load_examples(by=BY, at=AT)
    assert not actions.load_examples(by=BY, at=AT)
    weekly, monthly = (Form.objects.get(code=f"safety-month-{each}") for each in ("weekly", "monthly"))
    assert weekly.example
    assert "非官方表式" in queries.version_of(monthly).definition.source
    for one in (weekly, monthly):
        version = queries.version_of(one)
        filled = layout.filled(bytes(version.workbook), "统计表", page(version, cast.prefecture).values)
        assert look(filled, "统计表") == look(bytes(version.workbook), "统计表")


@pytest.mark.django_db
def test_a_new_definition_leaves_the_old_one_and_a_stale_one_is_refused(cast: Cast) -> None:
    version = form(cast)
    body = Definition("进展表", Every.MONTH, CELLS[:2])
    known = {"code": "progress", "name": "新表", "region": cast.prefecture, "body": body, "workbook": laid_out()}
    made = actions.define(**known, expected_version=1, by=BY, at=AT)
    assert made.version == 2
    assert len(queries.version_of(made, 1).definition.cells) == len(version.definition.cells) == 6
    with pytest.raises(StaleFormError):
        actions.define(**known | {"name": "再新"}, expected_version=1, by=BY, at=AT)
    with pytest.raises(FormError, match="taken"):
        actions.define(**known | {"region": cast.kangle}, by=BY, at=AT)


@given(st.dates(dt.date(2001, 1, 1), dt.date(2098, 12, 31)))
def test_periods_hold_their_days(day: dt.date) -> None:
    for every in Every:
        first, last = period_of(every, day)
        assert first <= day <= last
        assert period_of(every, first) == period_of(every, last) == (first, last)
        for span in Span:
            start, end = days_of(span, (first, last))
            assert start <= end == last


@given(st.one_of(st.text(max_size=12), st.floats(), st.integers(), st.booleans()))
def test_a_value_is_a_number_that_fits_or_a_sentence(cell: object) -> None:
    try:
        value = read_value(cell)
    except FormError:
        return
    assert value is None or 0 <= value < 10**15


def test_addresses() -> None:
    assert (spot("C5"), spot("AA1")) == ((4, 2), (0, 26))
    for bad in ("", "5C", "C0", "ABC1", "c5"):
        with pytest.raises(FormError):
            spot(bad)

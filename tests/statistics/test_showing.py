"""Pages that show forms: the table as its workbook lays it out, filled; each number leads to its records."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
from cast import AT, BY, Cast, signed_in
from days import file as done_on_a_day
from days import kangle_day
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from tables import filed, form, laid_out, look

from bihuan.statistics import actions
from bihuan.statistics.models import Form
from bihuan.statistics.rules import Every, neighbours, period_name, period_of
from bihuan.statistics.sheet import drawn

pytestmark = pytest.mark.django_db
DAY = "day=2023-06-15"


def test_a_sheet_is_drawn_as_it_is_laid_out() -> None:
    grid = drawn(laid_out(), "进展表")
    spans = {box.at: (box.down, box.across) for box in grid.boxes() if box.down * box.across > 1}
    assert spans == {"A1": (1, 5), "A2": (2, 2), "C2": (1, 2), "E2": (2, 1), "A4": (3, 1)}
    covered = sum(box.down * box.across for box in grid.boxes())
    assert covered == len(grid.rows) * len(grid.widths)
    assert grid.widths[:2] == (72, 194)


def test_the_page_is_the_filled_table_and_each_number_leads_to_its_records(cast: Cast) -> None:
    version = form(cast)
    filed(cast.kangle, "launches", "场", 3)
    filed(cast.yongjing, "launches", "场", 5)
    browser = signed_in(cast.leader)
    page = browser.get(f"/forms/{version.form_id}/?{DAY}").content.decode()
    assert 'rowspan="3"' in page
    assert "2023年6月" in page
    (link,) = set(re.findall(r'href="(cells/C4/[^"]*)"', page))
    behind = browser.get(f"/forms/{version.form_id}/{link.replace('&amp;', '&')}").content.decode()
    assert "3场" in behind
    assert "5场" in behind
    county = browser.get(f"/forms/{version.form_id}/?{DAY}&region={cast.kangle.pk}").content.decode()
    assert ">3<" in county
    assert ">8<" not in county


def test_a_county_sees_its_own_records_and_not_its_neighbours(cast: Cast) -> None:
    version = form(cast)
    filed(cast.kangle, "launches", "场", 3)
    filed(cast.yongjing, "launches", "场", 5)
    browser = signed_in(cast.kangle_liaison)
    behind = browser.get(f"/forms/{version.form_id}/cells/C4/?{DAY}&region={cast.prefecture.pk}").content.decode()
    assert "3场" in behind
    assert "5场" not in behind
    assert browser.get(f"/forms/{version.form_id}/?{DAY}&region={cast.yongjing.pk}").status_code == 404


def test_a_number_of_an_activity_leads_to_the_activity(cast: Cast) -> None:
    activity = done_on_a_day(cast, kangle_day(cast, units=()))
    actions.load_examples(by=BY, at=AT)
    monthly = Form.objects.get(code="safety-month-monthly")
    browser = signed_in(cast.leader)
    page = browser.get(f"/forms/{monthly.pk}/?{DAY}").content.decode()
    links = re.findall(r'href="(cells/[^"]*)"', page)
    assert links
    assert (
        f"/activities/{activity.pk}/"
        in browser.get(f"/forms/{monthly.pk}/{links[0].replace('&amp;', '&')}").content.decode()
    )


def test_the_page_takes_as_many_queries_with_many_numbers(cast: Cast) -> None:
    version = form(cast)
    browser = signed_in(cast.leader)
    address = f"/forms/{version.form_id}/?{DAY}"
    with CaptureQueriesContext(connection) as empty:
        browser.get(address)
    for day in range(1, 20):
        for measure, unit in (("launches", "场"), ("leaflets", "份"), ("banners", "条")):
            filed(cast.kangle, measure, unit, day, dt.date(2023, 6, day))
    with CaptureQueriesContext(connection) as full:
        browser.get(address)
    assert len(full) == len(empty)
    assert len(full) <= 25


def test_files_are_the_table(cast: Cast) -> None:
    version = form(cast)
    filed(cast.kangle, "leaflets", "份", 1500)
    browser = signed_in(cast.leader)
    book = browser.get(f"/forms/{version.form_id}/form.xlsx?{DAY}").content
    at = load_workbook(io.BytesIO(book))["进展表"]
    assert (at["C5"].value, at["C4"].value) == (1500, None)
    assert look(book, "进展表") == look(laid_out(), "进展表")
    rows = list(
        csv.reader(io.StringIO(browser.get(f"/forms/{version.form_id}/form.csv?{DAY}").content.decode("utf-8-sig")))
    )
    assert rows[4][1:4] == ["宣传资料（份）", "1500", "1500"]
    assert browser.get(f"/forms/{version.form_id}/empty.xlsx").content == bytes(version.workbook)


@pytest.mark.parametrize("query", ["region=x", "region=99999999999", "day=2023-99-99", "every=day", "day=0001-01-01"])
def test_odd_addresses_show_something_or_nothing(cast: Cast, query: str) -> None:
    version = form(cast)
    assert signed_in(cast.leader).get(f"/forms/{version.form_id}/?{query}").status_code in (200, 404)


def test_periods_have_neighbours_and_names() -> None:
    quarter = period_of(Every.QUARTER, dt.date(2024, 2, 29))
    assert quarter == (dt.date(2024, 1, 1), dt.date(2024, 3, 31))
    assert [period_name(each, period_of(each, dt.date(2023, 12, 31))) for each in Every] == [
        "2023年12月25日至31日", "2023年12月", "2023年第四季度", "2023年",
    ]  # fmt: skip
    before, after = neighbours(Every.QUARTER, quarter)
    assert (before, after) == (dt.date(2023, 12, 31), dt.date(2024, 4, 1))

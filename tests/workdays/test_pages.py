"""The calendar's pages: a list is looked at, then taken; what is wrong is said and writes nothing."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from cast import Cast, member, signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from bihuan.org.rules import Role
from bihuan.workdays import actions, queries
from bihuan.workdays.models import YearList
from bihuan.workdays.official import write_official
from bihuan.workdays.rules import Special

AT = dt.datetime(2026, 11, 20, 2, tzinfo=dt.UTC)
NEXT = [Special(dt.date(2027, 1, 1), True, "元旦"), Special(dt.date(2027, 2, 14), False, "春节")]


@pytest.fixture(autouse=True)
def shipped(db: None) -> None:
    actions.load_shipped(by="system:tests", at=AT)


def uploaded(client: Client, content: bytes) -> tuple[int, str]:
    answer = client.post("/workdays/preview/", {"file": SimpleUploadedFile("2027.xlsx", content)})
    return answer.status_code, answer.content.decode()


def sealed(page: str) -> str:
    found = re.search(r'name="read" value="([^"]+)"', page)
    assert found
    return found[1]


def test_preview_then_take(cast: Cast) -> None:
    client = signed_in(cast.operator)
    status, page = uploaded(client, write_official(NEXT))
    assert status == 200
    assert "1月1日（周五）" in page
    assert not YearList.objects.filter(year=2027).exists()
    form = {"read": sealed(page), "source": "国务院办公厅关于2027年部分节假日安排的通知"}
    assert client.post("/workdays/take/", form).status_code == 302
    assert client.post("/workdays/take/", form).status_code == 302  # a double click
    assert YearList.objects.filter(year=2027).count() == 1
    assert queries.calendar().is_workday(dt.date(2027, 2, 14))
    shown = client.get("/workdays/?year=2027").content.decode()
    assert "国务院办公厅关于2027年部分节假日安排的通知" in shown
    assert shown.count("day--off") == 1


def test_two_at_once(cast: Cast) -> None:
    one, two = signed_in(cast.operator), signed_in(cast.checker)
    _, first = uploaded(one, write_official(NEXT))
    _, second = uploaded(two, write_official(NEXT[:1]))
    assert one.post("/workdays/take/", {"read": sealed(first), "source": "通知"}).status_code == 302
    late = two.post("/workdays/take/", {"read": sealed(second), "source": "通知"})
    assert late.status_code == 409
    assert "刚刚被别人更新" in late.content.decode()


def test_faults_write_nothing(cast: Cast) -> None:
    client = signed_in(cast.operator)
    status, page = uploaded(client, write_official([*NEXT, Special(dt.date(2026, 1, 1), True)]))
    assert status == 422
    assert "放假安排!A4" in page
    for content in (b"no workbook", b""):
        assert uploaded(client, content)[0] == 422
    _, page = uploaded(client, write_official(NEXT))
    assert client.post("/workdays/take/", {"read": sealed(page), "source": "  "}).status_code == 422
    assert client.post("/workdays/take/", {"read": "forged", "source": "通知"}).status_code == 422
    assert not YearList.objects.filter(year=2027).exists()


def test_any_year_can_be_asked_for(cast: Cast) -> None:
    client = signed_in(cast.kangle_liaison)
    for year in ("2026", "1800", "x", "99999999999"):
        assert client.get("/workdays/", {"year": year}).status_code == 200
    assert "暂定" in client.get("/workdays/?year=2040").content.decode()
    assert client.get("/workdays/list.xlsx?year=2026").content[:2] == b"PK"


def test_changes_of_a_year_are_shown_by_the_day(cast: Cast) -> None:
    client = signed_in(cast.operator)
    days = [item for item in queries.specials(2026) if item.day != dt.date(2026, 1, 4)]
    days.append(Special(dt.date(2025, 12, 27), False, "元旦"))
    _, page = uploaded(client, write_official(days, "国办发明电〔2025〕7号"))
    assert "2026-01-04 周日" in page
    assert "2025-12-27 周六" in page
    assert page.count('data-label="改为"') == 2
    assert "会并入 2025 年的安排" in page
    assert 'value="国办发明电〔2025〕7号"' in page
    form = {"read": sealed(page), "source": "国办发明电〔2025〕7号"}
    assert client.post("/workdays/take/", form).status_code == 302
    assert queries.calendar().is_workday(dt.date(2025, 12, 27))
    assert not queries.calendar().is_workday(dt.date(2026, 1, 4))


def test_csv_and_a_list_that_is_cut_off(cast: Cast) -> None:
    client = signed_in(cast.operator)
    status, page = uploaded(client, "日期,类型\n2026-01-01,放假".encode("gb18030"))
    assert status == 200
    assert "10月1日、10月2日是法定节假日" in page


def test_queries_of_the_page(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = signed_in(cast.operator)
    client.get("/workdays/?year=2026")
    with CaptureQueriesContext(connection) as full:
        client.get("/workdays/?year=2026")
    with django_assert_num_queries(len(full) - 1):  # nobody loaded that list, so nobody is named
        client.get("/workdays/?year=2050")


def test_people_of_units_see_it_and_load_nothing(cast: Cast) -> None:
    client = signed_in(cast.kangle_liaison)
    page = client.get("/workdays/?year=2026").content.decode()
    assert "2月15日（周日）至2月23日（周一）" in page
    assert "导入放假安排" not in page
    kangle = member("康操作", cast.kangle_bureau, Role.OPERATOR, cast.kangle)
    assert uploaded(signed_in(kangle), write_official(NEXT))[0] == 404  # an operator, but of a county

"""Pages by keys: every row once, in order, forwards and backwards, whatever comes in the address."""

from __future__ import annotations

import base64
import datetime as dt
import json

import pytest
from django.contrib.sessions.models import Session
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries

from bihuan.components.paging import Page, paged

AT = dt.datetime(2026, 6, 8, 2, 30, tzinfo=dt.UTC)


def page_at(address: str, *order: str, size: int = 50) -> Page[Session]:
    return paged(RequestFactory().get("/sessions/" + address), Session.objects.all(), *order, size=size)


def rows(moments: list[int]) -> None:
    """One row a number: its moment, in microseconds after AT. The table is any table with a moment that repeats."""
    Session.objects.bulk_create(
        Session(session_key=f"k{number:03}", session_data="", expire_date=AT + dt.timedelta(microseconds=moment))
        for number, moment in enumerate(moments)
    )


class Walks(TestCase):
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        moments=st.lists(st.integers(0, 5), max_size=23),
        size=st.integers(1, 7),
        order=st.sampled_from([("-expire_date", "-pk"), ("expire_date", "pk"), ("-expire_date", "pk"), ("pk",)]),
    )
    def test_each_row_is_on_one_page_both_ways(self, moments: list[int], size: int, order: tuple[str, ...]) -> None:
        rows(moments)
        expected = list(Session.objects.order_by(*order).values_list("pk", flat=True))
        page, seen, addresses = page_at("", *order, size=size), [], []
        while True:
            assert len(page) <= size
            seen.append([row.pk for row in page])
            if not page.next_url:
                break
            addresses.append(page.next_url)
            page = page_at(page.next_url, *order, size=size)
        assert [key for part in seen for key in part] == expected
        back = [[row.pk for row in page]]
        while page.previous_url:
            page = page_at(page.previous_url, *order, size=size)
            back.append([row.pk for row in page])
        assert list(reversed(back)) == seen
        assert page.next_url or len(seen) == 1


def key(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "?after=",
        "?after=%00",
        "?after=....",
        "?before=neither",
        "?after=" + key(),
        "?after=" + key(1),
        "?after=" + key("2026-06-08T02:30:00", "k1"),
        "?after=" + key("not a day", "k1"),
        "?after=" + key("2026-06-08T02:30:00+00:00", "k\0"),
        "?after=" + key(None, None),
        "?after=" + key([1], {"a": 2}),
        "?after=" + base64.urlsafe_b64encode(b"[" * 5000).decode(),
    ],
)
def test_an_address_that_nobody_made_gives_the_first_page(address: str) -> None:
    rows([3, 2, 1])
    assert [row.pk for row in page_at(address, "-expire_date", "pk", size=2)] == ["k000", "k001"]


@pytest.mark.django_db
def test_the_filter_stays_in_the_address() -> None:
    rows([1, 2, 3])
    page = page_at("?q=a%26b&after=zzz&q=c", "pk", size=2)
    assert page.next_url.startswith("?q=a%26b&q=c&after=")
    assert page.previous_url == ""


@pytest.mark.django_db
def test_a_page_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows(list(range(60)))
    for address in ("", page_at("", "pk").next_url):
        with django_assert_num_queries(1):
            assert len(page_at(address, "pk")) in (50, 10)


@pytest.mark.parametrize("order", [(), ("expire_date",), ("pk", "expire_date")])
def test_an_order_that_is_not_whole_is_refused(order: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="unique"):
        page_at("", *order)

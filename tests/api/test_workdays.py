"""The calendar for programs: days, counts, a list that comes in."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast, signed_in

from bihuan.workdays import actions, queries
from bihuan.workdays.models import YearList

DAYS = [{"day": "2027-01-01", "off": True, "name": "元旦"}, {"day": "2027-01-09", "off": False, "name": "元旦"}]


@pytest.fixture(autouse=True)
def shipped(db: None) -> None:
    actions.load_shipped(by="system:tests", at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))


def test_counting_there_and_back(cast: Cast) -> None:
    client = signed_in(cast.kangle_liaison)
    due = client.get("/api/v1/workdays", {"start": "2026-02-13", "days": "2"}).json()
    assert due == {"day": "2026-02-24", "version": queries.calendar().version, "provisional": False}  # 14 worked, 15–23
    found = client.get("/api/v1/workdays/between", {"first": "2026-02-13", "last": "2026-02-24"}).json()
    assert (found["workdays"], found["provisional"]) == (2, False)
    assert [item["day"] for item in found["days"] if not item["off"]] == ["2026-02-14"]
    back = client.get("/api/v1/workdays/between", {"first": "2026-02-24", "last": "2026-02-13"}).json()
    assert (back["workdays"], back["days"]) == (-2, found["days"])
    assert client.get("/api/v1/workdays/between", {"first": "2026-12-31", "last": "2028-01-01"}).json()["provisional"]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("", {"start": "2026-02-30", "days": "1"}),
        ("", {"start": "2026-02-13", "days": "20001"}),
        ("", {"start": "0001-01-01", "days": "1"}),
        ("/between", {"first": "2026-01-01", "last": "9999-12-31"}),
        ("/1066", {}),
        ("/next", {}),
    ],
)
def test_out_of_reach(cast: Cast, path: str, query: dict[str, str]) -> None:
    answer = signed_in(cast.operator).get(f"/api/v1/workdays{path}", query)
    assert answer.status_code == 422
    assert answer.json()["code"]


def put(cast: Cast, body: dict[str, object]) -> int:
    client = signed_in(cast.operator)
    return client.put("/api/v1/workdays/2027", body, content_type="application/json").status_code


def test_a_list_comes_in(cast: Cast) -> None:
    assert put(cast, {"days": DAYS, "source": "通知"}) == 200
    assert put(cast, {"days": DAYS, "source": "通知"}) == 200  # the same again
    assert put(cast, {"days": DAYS[:1], "source": "通知"}) == 409  # made without having seen that
    assert YearList.objects.filter(year=2027).count() == 1
    for days in (
        [],
        DAYS * 2,
        [{"day": "2028-01-01", "off": True}],
        [{"day": "2027-01-01", "off": True, "name": "\0"}],
    ):
        assert put(cast, {"days": days, "source": "通知"}) == 422
    assert put(cast, {"days": DAYS[:1], "source": "通\u202e知"}) == 422
    assert YearList.objects.filter(year=2027).count() == 1

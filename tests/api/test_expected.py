"""Expected lists by the API: issued, counted, exempted, reminded."""

from __future__ import annotations

import pytest
from cast import Cast
from planned import campaign_of, expected_of
from programs import Program

from bihuan.campaigns.models import Exemption, ExpectedList

pytestmark = pytest.mark.django_db


def test_a_list_from_its_issue_to_its_withdrawal(cast: Cast) -> None:
    campaign = campaign_of(cast, year=2033)
    office, county = Program(cast.operator), Program(cast.kangle_liaison)
    base = f"/campaigns/{campaign.pk}/lists"
    wish = {
        "form": "table:weekly", "name": "周报", "first": "2033-06-01", "last": "2033-06-07", "due_on": "2033-06-09",
        "due_time": "12:00", "units": [cast.kangle_bureau.pk, cast.yongjing_bureau.pk],
    }  # fmt: skip
    answer = office.ask("post", base, body=wish)
    assert answer.status_code == 200, answer.content
    made = answer.json()
    assert made["five"] == {"expected": 2, "received": 0, "on_time": 0, "rate": 0.0, "rate_on_time": 0.0}
    assert made["due_at"] == "2033-06-09T04:00:00Z"
    assert {branch["region"]["name"] for branch in made["tree"]} == {
        cast.prefecture.name, cast.kangle.name, cast.yongjing.name,
    }  # fmt: skip
    assert office.ask("post", base, body=wish).json()["id"] == made["id"]
    one = f"{base}/{made['id']}"
    theirs = county.ask("get", f"{one}/lines").json()["items"]
    assert [line["unit"]["name"] for line in theirs] == [cast.kangle_bureau.name]
    lines = office.ask("get", f"{one}/lines?behind=true").json()["items"]
    assert [line["state"] for line in lines] == ["missing", "missing"]
    exempted = office.ask("post", f"{one}/lines/{lines[0]['id']}/exemption", body={"reason": "不承担"})
    assert exempted.json()["exempt"] == 1
    assert Exemption.objects.get().reason == "不承担"
    noted = office.ask("post", f"{one}/lines/{lines[1]['id']}/paper", body={"number": "5号"}).json()
    assert (noted["five"]["rate"], noted["five"]["expected"]) == (100.0, 1)
    early = office.ask("post", f"{one}/reminders")
    assert (early.status_code, early.json()["code"]) == (422, "too-early")
    assert office.ask("post", f"{one}/withdrawal", body={"reason": "不要了"}).json()["standing"] is False
    assert office.ask("get", base).json()["items"] == []


def test_a_unit_that_is_none_is_refused(cast: Cast) -> None:
    campaign = campaign_of(cast, year=2033)
    wish = {
        "form": "progress", "name": "进展", "first": "2033-06-01", "last": "2033-06-07", "due_on": "2033-06-09",
        "units": [10**9],
    }  # fmt: skip
    answer = Program(cast.operator).ask("post", f"/campaigns/{campaign.pk}/lists", body=wish)
    assert (answer.status_code, answer.json()["code"]) == (422, "no-such-unit")
    assert ExpectedList.objects.count() == 0


def test_a_line_of_another_list_is_not_there(cast: Cast) -> None:
    campaign = campaign_of(cast)
    line = expected_of(cast, campaign)
    path = f"/campaigns/{campaign.pk}/lists/{line.expected_list_id + 1}/lines/{line.pk}/exemption"
    assert Program(cast.operator).ask("post", path, body={"reason": "不承担"}).status_code == 404


def test_the_year_by_the_api(cast: Cast) -> None:
    campaign = campaign_of(cast, year=2033)
    office, base = Program(cast.operator), f"/campaigns/{campaign.pk}"
    year = office.ask("get", f"{base}/years/2033").json()
    assert "fire-day" in {node["code"] for node in year["nodes"]}
    wish = {
        "key": "c" * 32, "title": "“119”消防日宣传", "units": [cast.kangle_bureau.pk], "due_on": "2033-11-09",
        "node": "fire-day",
    }  # fmt: skip
    year = office.ask("post", f"{base}/follow-ups", body=wish).json()
    (fire,) = [node for node in year["nodes"] if node["code"] == "fire-day"]
    assert fire["following"][0]["unit"]["name"] == cast.kangle_bureau.name
    answer = office.ask("post", f"{base}/follow-ups", body=wish | {"key": "d" * 32, "node": "no-such"})
    assert (answer.status_code, answer.json()["code"]) == (422, "no-such-node")
    assert office.ask("post", f"{base}/next").json()["first"] == "2034-06-01"

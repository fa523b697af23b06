"""Earlier years by the API: loaded once, conflicts shown, read back with what they stand on; doubts and answers."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import AT, BY, Cast, make_cast
from programs import Program

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.figures.models import Figure

JUNE = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return campaigns.open_campaign(
        region=cast.prefecture, name="2023年“安全生产月”", period=JUNE, book="example", by=BY, at=AT
    )


def value(year: int, said: str, **more: object) -> dict[str, object]:
    of = {"region": "临夏州", "measure": "quiz_participants", "unit": "人", "paper": "州安委办文件"}
    return {**of, "year": year, "value": said, **more}


def test_values_are_loaded_once_and_conflicts_come_back(cast: Cast, campaign: Campaign) -> None:
    office = Program(cast.operator)
    base = f"/campaigns/{campaign.pk}"

    def load(*values: dict[str, object]) -> list[tuple[str, str]]:
        sent = office.ask("post", f"{base}/past", body={"source": "往年报表", "values": list(values)})
        assert sent.status_code == 200, sent.content.decode()
        return [(row["state"], row["there"]) for row in sent.json()["rows"]]

    assert load(value(2022, "5.2万余"), value(2021, "4万")) == [("new", ""), ("new", "")]
    assert load(value(2022, "5.2万余"), value(2021, "4万")) == [("same", ""), ("same", "")]
    assert load(value(2021, "4.5万")) == [("conflict", "4万人")]
    assert load(value(2021, "4.5万", replace=True)) == [("replace", "4万人")]
    assert load(value(2022, "6万余", period="全年")) == [("new", "")]
    found = office.ask("get", f"{base}/past").json()["items"]
    assert [(item["first"][:4], item["printed"], item["version"], item["file"]) for item in found] == [
        ("2022", "6万余人", 1, "往年报表"),
        ("2022", "5.2万余人", 1, "往年报表"),
        ("2021", "4.5万人", 2, "往年报表"),
    ]
    load(value(2023, "6万余"))
    (row,) = office.ask("get", f"{base}/earlier").json()["rows"]
    assert (row["high"], row["now"]["basis"], [year["year"] for year in row["years"]]) == (
        "yes",
        "stated",
        [2022, 2021],
    )
    back = {"expected_version": found[0]["version"], "reason": "口径不同"}
    assert office.ask("post", f"{base}/past/{found[0]['id']}/withdraw", body=back).status_code == 200
    assert office.ask("post", f"{base}/past/{found[0]['id']}/withdraw", body=back).status_code == 404


def test_one_at_fault_and_none_is_written(cast: Cast, campaign: Campaign) -> None:
    office = Program(cast.operator)
    values = [value(2022, "5万"), value(2021, "-5")]
    sent = office.ask("post", f"/campaigns/{campaign.pk}/past", body={"source": "往年报表", "values": values})
    assert (sent.status_code, sent.json()["code"]) == (422, "past-rows")
    assert "values!2" in sent.json()["message"]
    assert not Figure.objects.exists()


def test_doubts_are_listed_and_answered(cast: Cast, campaign: Campaign) -> None:
    office = Program(cast.operator)
    base = f"/campaigns/{campaign.pk}"
    office.ask("post", f"{base}/past", body={"source": "表", "values": [value(2023, "60000")]})
    (doubt,) = office.ask("get", f"{base}/doubts").json()["items"]
    assert (doubt["rule"], doubt["seen"], doubt["open"], doubt["yours"]) == ("round_statement", "60000", True, True)
    said = {"rule": doubt["rule"], "row": doubt["row"], "seen": doubt["seen"], "text": "后台导出的数"}
    answered = office.ask("post", f"{base}/regions/{doubt['region']['id']}/doubts", body=said)
    assert answered.status_code == 200
    (again,) = office.ask("get", f"{base}/doubts").json()["items"]
    assert (again["open"], again["answer"]["text"]) == (False, "后台导出的数")
    leader = Program(cast.leader).ask("get", f"{base}/doubts").json()["items"]
    assert leader[0]["yours"] is False

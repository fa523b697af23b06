"""The year around a campaign: its nodes, what follows up, and next year's campaign from this one."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast, signed_in
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from planned import campaign_of, on, planned, published

from bihuan.campaigns import actions, queries, yearly
from bihuan.campaigns.actions import FollowAsk, ListWish
from bihuan.campaigns.models import Asked, Campaign, ExpectedList, FollowUp, Plan, Task
from bihuan.campaigns.refusals import CampaignError
from bihuan.loop.models import Matter

FIRE = ("fire-day", "“119”消防宣传日")
KEY = "a" * 32


def test_the_shipped_nodes_are_those_of_the_year_with_their_source() -> None:
    codes = [node.code for node in yearly.shipped(2023)]
    assert {"disaster-day", "consultation-day", "fire-day", "safety-law-week", "constitution-week"} <= set(codes)
    assert all(node.source and node.en.isascii() and node.first <= node.last for node in yearly.shipped(2023))
    assert "safety-law-week" not in {node.code for node in yearly.shipped(2016)}  # first held in 2017
    (leap,) = [node for node in yearly.shipped(2023) if node.code == "responsibility"]
    assert leap.last == dt.date(2023, 2, 28)


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28)),
        (dt.date(2023, 2, 28), dt.date(2024, 2, 28)),
        (dt.date(2023, 6, 30), dt.date(2024, 6, 30)),
    ],
)
def test_a_year_on(day: dt.date, later: dt.date) -> None:
    assert yearly.a_year_on(day) == later
    assert yearly.name_a_year_on("2023年“安全生产月”", 2023) == "2024年“安全生产月”"
    assert yearly.name_a_year_on("安全生产月", 2023) == "2024年安全生产月"


def asked(cast: Cast, **more: object) -> FollowAsk:
    units = [cast.kangle_bureau, cast.yongjing_bureau]
    wish = {"key": KEY, "title": "“119”消防日宣传", "units": units, "due_on": dt.date(2023, 11, 9), "node": FIRE}
    return FollowAsk(**{**wish, **more})  # type: ignore[arg-type]


@pytest.mark.django_db
def test_what_follows_up_becomes_matters_of_the_same_ledger(cast: Cast) -> None:
    campaign = campaign_of(cast)
    made = actions.follow_up(campaign=campaign, ask=asked(cast), by=cast.operator.by, at=on(7, 5))
    again = actions.follow_up(campaign=campaign, ask=asked(cast), by=cast.operator.by, at=on(7, 5))
    assert {row.pk for row in made} == {row.pk for row in again}
    matters = list(Matter.objects.order_by("pk"))
    assert [(row.unit_id, row.due_on, row.scope) for row in matters] == [
        (cast.kangle_bureau.pk, dt.date(2023, 11, 9), f"campaign:{campaign.pk}"),
        (cast.yongjing_bureau.pk, dt.date(2023, 11, 9), f"campaign:{campaign.pk}"),
    ]
    page = queries.year_page(campaign, 2023)
    november = next(month for month in page.months if month.number == 11)
    (row,) = [row for row in november.rows if row.node.code == "fire-day"]
    assert [item.row.unit_id for item in row.following] == [cast.kangle_bureau.pk, cast.yongjing_bureau.pk]


@pytest.mark.django_db
def test_what_cannot_follow_up_is_refused(cast: Cast) -> None:
    campaign = campaign_of(cast)
    by, at = cast.operator.by, on(7, 5)
    for wrong in ({"title": " "}, {"units": []}, {"due_on": dt.date(2023, 5, 1)}):
        with pytest.raises(CampaignError):
            actions.follow_up(campaign=campaign, ask=asked(cast, **wrong), by=by, at=at)
    campaign.issuer = None
    with pytest.raises(CampaignError, match="发文单位"):
        actions.follow_up(campaign=campaign, ask=asked(cast), by=by, at=at)
    assert FollowUp.objects.count() == Matter.objects.count() == 0


@pytest.mark.django_db
def test_an_office_adds_a_node_of_its_own_and_drops_it(cast: Cast) -> None:
    campaign, by = campaign_of(cast), cast.operator.by
    days = (dt.date(2023, 8, 7), dt.date(2023, 8, 13))
    with pytest.raises(CampaignError):
        actions.add_node(campaign=campaign, name="防溺水周", days=days, source=" ", by=by, at=on(7, 5))
    with pytest.raises(CampaignError):
        actions.add_node(campaign=campaign, name="周", days=days[::-1], source="州安委", by=by, at=on(7, 5))
    made = actions.add_node(campaign=campaign, name="防溺水周", days=days, source="州安委要求", by=by, at=on(7, 5))
    assert (
        actions.add_node(campaign=campaign, name="防溺水周", days=days, source="州安委要求", by=by, at=on(7, 5)) == made
    )
    assert made.code in {node.code for node in queries.nodes(campaign, 2023)}
    assert made.code not in {node.code for node in queries.nodes(campaign, 2024)}
    actions.drop_node(campaign=campaign, code=made.code, by=by, at=on(7, 6))
    assert made.code not in {node.code for node in queries.nodes(campaign, 2023)}


@pytest.mark.django_db
def test_next_years_campaign_starts_from_this_one(cast: Cast) -> None:
    campaign = campaign_of(cast)
    plan, by = planned(cast, campaign), cast.operator.by
    counties = campaign.unit_lists.get(name="各县（市）")
    actions.ask(plan=plan, form="summary", due_on=dt.date(2023, 7, 3), unit_list=counties, by=by, at=on(5, 9))
    published(cast, plan)
    noon = dt.time(12)
    wish = ListWish("table:weekly", "周报", (dt.date(2023, 6, 1), dt.date(2023, 6, 8)), dt.date(2023, 6, 8), noon)
    units = [cast.kangle_bureau, cast.office]
    actions.issue_lists(campaign=campaign, wishes=[wish], units=units, by=by, at=on(6, 1))
    tasks, lists = Task.objects.count(), ExpectedList.objects.count()
    made = actions.start_from(previous=campaign, by=by, at=on(12, 20))
    assert actions.start_from(previous=campaign, by=by, at=on(12, 21)) == made
    assert (made.name, made.times, made.follows, made.issuer) == ("2024年“安全生产月”", 23, campaign, cast.office)
    assert made.period == (dt.date(2024, 6, 1), dt.date(2024, 6, 30))
    new = Plan.objects.get(campaign=made)
    assert new.duties.count() == plan.duties.count()
    assert {duty.due_on for duty in new.duties.all()} == {dt.date(2024, 6, 16)}
    rows = {row.form: row for row in Asked.objects.filter(plan=new)}
    assert (rows["summary"].due_on, rows["summary"].unit_list.name) == (dt.date(2024, 7, 3), "各县（市）")
    weekly = rows["table:weekly"]
    assert (weekly.due_time, weekly.period_end) == (noon, dt.date(2024, 6, 8))
    assert set(weekly.unit_list.listed.values_list("unit", flat=True)) == {unit.pk for unit in units}
    assert (Task.objects.count(), ExpectedList.objects.count()) == (tasks, lists)  # nothing is out yet


@pytest.mark.django_db
def test_next_year_forgets_units_that_are_no_more(cast: Cast) -> None:
    campaign, by = campaign_of(cast), cast.operator.by
    cast.yongjing_bureau.closed_on, cast.yongjing_bureau.merged_into = dt.date(2023, 9, 1), cast.kangle_bureau
    cast.yongjing_bureau.save()
    made = actions.start_from(previous=campaign, by=by, at=on(12, 20))
    units = queries.listed(made)
    named = {row.name: [unit.pk for unit in units[row.pk]] for row in queries.unit_lists(made)}
    assert named["各县（市）"] == [cast.kangle_bureau.pk]
    assert not Plan.objects.filter(campaign=made).exists()  # there was none to take along


@pytest.mark.django_db
def test_the_page_of_the_year(cast: Cast) -> None:
    campaign = campaign_of(cast)
    desk, address = signed_in(cast.operator), reverse("campaigns:year", args=[campaign.pk])
    wish = {
        "key": KEY,
        "node": "fire-day",
        "title": "“119”消防日宣传",
        "names": cast.office.name,
        "due_on": "2033-11-09",
    }
    assert desk.post(address, wish | {"names": ""}).status_code == 422
    assert desk.post(address, wish).status_code == 302
    assert FollowUp.objects.get().unit == cast.office
    page = desk.get(address + "?year=2024").content.decode()
    assert "宪法宣传周" in page
    with CaptureQueriesContext(connection) as few:
        desk.get(address)
    for number in range(5):
        ask = asked(cast, key=f"{number}" * 32)
        actions.follow_up(campaign=campaign, ask=ask, by=cast.operator.by, at=on(7, 5))
    with CaptureQueriesContext(connection) as many:
        page = desk.get(address).content.decode()
    assert len(few) == len(many)
    assert page.count("“119”消防日宣传") >= 10
    assert "Constitution week" in desk.get(address, headers={"accept-language": "en"}).content.decode()
    assert signed_in(cast.kangle_liaison).post(address, wish).status_code == 404
    node = reverse("campaigns:year_node", args=[campaign.pk])
    assert desk.post(node, {"name": "防溺水周"}).status_code == 422
    wish = {"name": "防溺水周", "first": "2023-08-07", "source": "州安委要求"}
    assert desk.post(node, wish).status_code == 302
    assert "防溺水周" in desk.get(address).content.decode()
    answer = desk.post(reverse("campaigns:following_year", args=[campaign.pk]))
    made = Campaign.objects.get(follows=campaign)
    assert answer["location"].startswith(f"/campaigns/{made.pk}/plan/")

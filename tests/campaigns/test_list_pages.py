"""The pages of expected lists: issued, looked at, exempted, reminded, withdrawn; who sees whose lines."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast, signed_in
from cast import unit as new_unit
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from planned import campaign_of, on

from bihuan.campaigns import actions
from bihuan.campaigns.actions import ListWish
from bihuan.campaigns.models import Campaign, Exemption, Expected, ExpectedList, Receipt, Reminder
from bihuan.campaigns.receiving import ReceiptState
from bihuan.campaigns.refusals import PlanError
from bihuan.history.models import Entry
from bihuan.messages.models import Message
from bihuan.org.models import Unit
from bihuan.org.queries import subtree

pytestmark = pytest.mark.django_db
TREE, LISTS, REMIND = 19, 13, 20  # queries of pages
LATER = {"first": "2033-06-01", "last": "2033-06-30", "due_time": "12:00", "form": "progress", "units": "", "name": ""}


def issued(cast: Cast, campaign: Campaign, units: list[Unit] | None = None, *, day: int = 3) -> ExpectedList:
    wish = ListWish("summary", "总结报告", campaign.period, dt.date(2023, 7, day))
    units = units or [cast.kangle_bureau, cast.yongjing_bureau, cast.office]
    return actions.issue_lists(campaign=campaign, wishes=[wish], units=units, by=cast.operator.by, at=on(6, 1))[0]


def line(row: ExpectedList, unit: Unit) -> Expected:
    return Expected.objects.get(expected_list=row, unit=unit)


def url(name: str, row: ExpectedList) -> str:
    return reverse(f"campaigns:{name}", args=[row.campaign_id, row.pk])


def text(client: Client, address: str, language: str = "zh-hans") -> str:
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200, address
    return answer.content.decode()


def test_a_list_shows_its_numbers_its_tree_and_its_lines(cast: Cast) -> None:
    campaign = campaign_of(cast)
    row, by = issued(cast, campaign), cast.operator.by
    actions.mark(
        expected=line(row, cast.kangle_bureau), state=ReceiptState.SUBMITTED, subject=("submission", "7"),
        by=by, at=on(7, 2),
    )  # fmt: skip
    actions.mark(expected=line(row, cast.office), state=ReceiptState.SUBMITTED, by=by, at=on(7, 4))
    desk = signed_in(cast.operator)
    page = text(desk, url("expected_list", row))
    for words in ("66.7%", "33.3%", "迟报", "逾期未报", "已过期限，还差 1 家", "/submissions/7/", "康乐县", "永靖县"):
        assert words in page
    behind = text(desk, url("expected_list", row) + "?show=behind")
    assert cast.yongjing_bureau.name in behind
    assert cast.kangle_bureau.name not in behind
    kangle = text(desk, url("expected_list", row) + f"?region={cast.kangle.pk}")
    assert cast.kangle_bureau.name in kangle
    assert cast.yongjing_bureau.name not in kangle
    english = text(desk, url("expected_list", row), "en")
    assert "overdue: 1 still to come" in english
    assert "66.7%" in text(desk, reverse("campaigns:expected", args=[campaign.pk]))


def test_a_county_sees_the_whole_and_its_own_lines_alone(cast: Cast) -> None:
    row = issued(cast, campaign_of(cast))
    page = text(signed_in(cast.kangle_liaison), url("expected_list", row))
    assert cast.kangle_bureau.name in page
    assert cast.yongjing_bureau.name not in page
    assert "永靖县" not in page
    assert "去报送" in page
    assert f"/submissions/new/?line={line(row, cast.kangle_bureau).pk}" in page
    door = text(signed_in(cast.kangle_liaison), f"/submissions/new/?line={line(row, cast.kangle_bureau).pk}")
    assert "用于应报清单" in door
    other = signed_in(cast.kangle_liaison).get(f"/submissions/new/?line={line(row, cast.yongjing_bureau).pk}")
    assert other.status_code == 404
    assert signed_in(cast.kangle_liaison).post(url("expected_list", row)).status_code == 404


def test_lists_are_looked_at_before_they_are_issued_a_week_each(cast: Cast) -> None:
    campaign = campaign_of(cast, year=2033)
    desk, address = signed_in(cast.operator), reverse("campaigns:issue", args=[campaign.pk])
    counties = campaign.unit_lists.get(name="各县（市）")
    wish = LATER | {"rhythm": "weekly", "weekday": "3", "unit_lists": [str(counties.pk)], "step": "look"}
    page = desk.post(address, wish).content.decode()
    assert "共 4 份清单，每份应报 2 家" in page
    assert ExpectedList.objects.count() == 0
    assert desk.post(address, wish | {"step": "issue"}).status_code == 302
    lists = list(ExpectedList.objects.order_by("due_at"))
    assert [row.due_on.day for row in lists] == [9, 16, 23, 30]
    assert lists[0].name == "进展情况（6月1日—9日）"
    assert {row.due_at.astimezone().utctimetuple()[3] for row in lists} == {4}  # noon there
    assert desk.post(address, wish | {"step": "issue"}).status_code == 302  # a second click
    assert ExpectedList.objects.count() == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rhythm": "once"}, "请填报送期限"),
        ({"rhythm": "monthly"}, "请填次月几日"),
        ({"rhythm": "once", "due_on": "2033-07-03", "unit_lists": []}, "请选择应报单位"),
        ({"rhythm": "once", "due_on": "2033-07-03", "units": "没有的单位"}, "名录中没有"),
        ({"rhythm": "once", "due_on": "2033-05-03", "step": "issue"}, "早于所报时段的开始"),
        ({"rhythm": "once", "due_on": "2033-07-03", "last": "2033-05-30"}, "最后一天早于第一天"),
        ({"rhythm": "weekly", "form": "no-such"}, "no-such"),
    ],
)
def test_what_cannot_be_issued_is_answered(cast: Cast, change: dict[str, object], words: str) -> None:
    campaign = campaign_of(cast, year=2033)
    counties = campaign.unit_lists.get(name="各县（市）")
    wish = LATER | {"unit_lists": [str(counties.pk)], "step": "look"} | change
    answer = signed_in(cast.operator).post(reverse("campaigns:issue", args=[campaign.pk]), wish)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert ExpectedList.objects.count() == 0


def test_a_unit_is_exempted_and_a_paper_is_noted(cast: Cast) -> None:
    row = issued(cast, campaign_of(cast))
    desk = signed_in(cast.operator)
    one, other = line(row, cast.office), line(row, cast.kangle_bureau)
    wish = {"line": one.pk, "what": "exempt", "words": "本单位不承担"}
    assert desk.post(url("expected_list", row), wish).status_code == 302
    assert Exemption.objects.get().reason == "本单位不承担"
    wish = {"line": other.pk, "what": "paper", "words": "康安办〔2023〕5号"}
    assert desk.post(url("expected_list", row), wish).status_code == 302
    assert Receipt.objects.get(expected=other).subject_id == "康安办〔2023〕5号"
    page = text(desk, url("expected_list", row))
    assert "纸质：康安办〔2023〕5号" in page
    assert "另有 1 家免报" in page
    assert desk.post(url("expected_list", row), wish | {"words": ""}).status_code == 422
    assert desk.post(url("expected_list", row), wish | {"line": 2**61}).status_code == 404


def test_only_those_behind_are_reminded_once_a_day_and_three_times(cast: Cast) -> None:
    campaign = campaign_of(cast)
    row, by = issued(cast, campaign), cast.operator.by
    actions.mark(expected=line(row, cast.kangle_bureau), state=ReceiptState.SUBMITTED, by=by, at=on(7, 1))
    actions.exempt(expected=line(row, cast.office), reason="不承担", by=by, at=on(7, 1))
    with pytest.raises(PlanError, match="现在不催"):
        actions.remind(expected_list=row, by=by, at=on(6, 20))
    first = actions.remind(expected_list=row, by=by, at=on(7, 2))
    assert (first.units, first.people, first.spared) == (1, 1, 0)
    assert [message.recipient_id for message in Message.objects.all()] == [cast.yongjing_liaison.pk]
    again = actions.remind(expected_list=row, by=cast.checker.by, at=on(7, 2, 16))
    assert (again.units, again.spared) == (0, 1)
    for day in (3, 4):
        assert actions.remind(expected_list=row, by=by, at=on(7, day)).units == 1
    assert actions.remind(expected_list=row, by=by, at=on(7, 5)).units == 0
    assert Reminder.objects.count() == 3
    assert Entry.objects.filter(verb="campaigns.reminded").count() == 3


def test_a_unit_hears_once_a_day_of_all_that_it_owes(cast: Cast) -> None:
    campaign = campaign_of(cast)
    one, other = issued(cast, campaign), issued(cast, campaign, day=4)
    actions.remind(expected_list=one, by=cast.operator.by, at=on(7, 3))
    second = actions.remind(expected_list=other, by=cast.operator.by, at=on(7, 3))
    assert (second.units, second.spared) == (0, 3)


def test_the_text_to_paste_names_those_behind(cast: Cast) -> None:
    row = issued(cast, campaign_of(cast))
    actions.mark(expected=line(row, cast.kangle_bureau), state=ReceiptState.SUBMITTED, by=cast.operator.by, at=on(7, 1))
    desk = signed_in(cast.operator)
    page = text(desk, url("remind", row))
    assert "应报3家，已报1家" in page
    assert cast.yongjing_bureau.short_name or cast.yongjing_bureau.name in page
    answer = desk.post(url("remind", row))
    assert "已提醒 2 家单位" in answer.content.decode()
    assert "没有再提醒" in desk.post(url("remind", row)).content.decode()


def test_a_list_is_withdrawn_with_a_reason(cast: Cast) -> None:
    row = issued(cast, campaign_of(cast))
    desk = signed_in(cast.operator)
    assert desk.post(url("withdraw", row), {"reason": ""}).status_code == 422
    assert desk.post(url("withdraw", row), {"reason": "改由统计表报送"}).status_code == 302
    assert "改由统计表报送" in text(desk, url("expected_list", row))
    assert "总结报告" not in text(desk, reverse("campaigns:expected", args=[row.campaign_id]))


def test_what_a_unit_owes_waits_on_its_desk(cast: Cast) -> None:
    row = issued(cast, campaign_of(cast))
    client = signed_in(cast.kangle_liaison)
    page = text(client, "/desk/") if client.get("/desk/").status_code == 200 else text(client, "/")
    assert f"?line={line(row, cast.kangle_bureau).pk}" in page
    actions.mark(expected=line(row, cast.kangle_bureau), state=ReceiptState.SUBMITTED, by=cast.operator.by, at=on(7, 1))
    page = text(client, "/desk/") if client.get("/desk/").status_code == 200 else text(client, "/")
    assert f"?line={line(row, cast.kangle_bureau).pk}" not in page


def test_pages_take_as_many_queries_for_fifty_as_for_one(cast: Cast) -> None:
    campaign = campaign_of(cast)
    one = issued(cast, campaign, [cast.kangle_bureau])
    many = [new_unit(region, f"模型单位{number}") for number, region in enumerate([cast.kangle, cast.yongjing] * 30)]
    fifty = issued(cast, campaign, many, day=4)
    desk = signed_in(cast.operator)
    text(desk, url("expected_list", one))
    counts = []
    for row in (one, fifty):
        with CaptureQueriesContext(connection) as taken:
            text(desk, url("expected_list", row))
        counts.append(len(taken))
    assert counts[0] == counts[1]


def test_a_tree_of_all_townships_takes_as_many_queries_as_one_county(cast: Cast) -> None:
    """The prefecture's 119 townships, three lists: the tree is counted and added up, never asked for place by place."""
    campaign = campaign_of(cast)
    tree = subtree(cast.prefecture, campaign.edition).filter(region__level="township").select_related("region")
    places = [node.region for node in tree[:119]]
    assert len(places) == 119
    units = Unit.objects.bulk_create(
        Unit(region=region, name=f"模型单位{number}", book="example") for number, region in enumerate(places)
    )
    one = issued(cast, campaign, [cast.kangle_bureau])
    for day in (4, 5, 6):
        many = issued(cast, campaign, units, day=day)
    desk, other = signed_in(cast.operator), reverse("campaigns:expected", args=[campaign.pk])
    text(desk, url("expected_list", one))
    counts = []
    for row in (one, many):
        with CaptureQueriesContext(connection) as taken:
            page = text(desk, url("expected_list", row))
        counts.append(len(taken))
    assert counts == [TREE, TREE]
    assert page.count('class="depth-2"') == 119
    with CaptureQueriesContext(connection) as taken:
        text(desk, other)
    assert len(taken) == LISTS
    actions.remind(expected_list=many, by=cast.operator.by, at=on(7, 5))
    text(desk, url("remind", one))  # the calendar of working days is read once and kept
    with CaptureQueriesContext(connection) as taken:
        text(desk, url("remind", many))
    assert len(taken) == REMIND

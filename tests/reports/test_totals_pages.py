"""The pages of a campaign's totals: what they show to whom, as of when, and that each number opens to its source."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re

import pytest
from cast import AT, BY, Cast, make_cast, signed_in
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.figures import actions as figures
from bihuan.figures.actions import Content
from bihuan.figures.models import Figure, Occasion
from bihuan.figures.queries import row_text
from bihuan.figures.rules import Kind
from bihuan.history import actions as history
from bihuan.org.models import Region
from bihuan.reading.ranges import Range
from bihuan.reports.queries.campaigns import AsOf, row_of

JUNE = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
DAY = dt.date(2023, 6, 12)
LEAFLETS = "leaflets:份"


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return campaigns.open_campaign(
        region=cast.prefecture, name="2023年“安全生产月”", period=JUNE, book="example", by=BY, at=AT
    )


def said(
    region: Region,
    value: int,
    measure: str = "leaflets",
    unit: str = "份",
    *,
    day: dt.date = DAY,
    occasion: Occasion | None = None,
) -> Content:
    return Content(
        region=region,
        measures=(measure,),
        classifier=unit,
        value=Range.exact(value),
        printed=f"{value}{unit}",
        form="exact",
        period=(day, day),
        occasion=occasion,
    )


def file(kind: Kind, region: Region, value: int, *what: str, day: dt.date = DAY) -> Figure:
    return figures.file(kind=kind, content=said(region, value, *what, day=day), book="example", by=BY, at=AT)


def correct(figure: Figure, region: Region, value: int, *, by: str, at: dt.datetime = AT, reason: str = "错报") -> None:
    figures.correct(figure=figure, expected_version=1, content=said(region, value), by=by, at=at, reason=reason)


def joint(cast: Cast) -> None:
    """Seven leaflets on an occasion of both counties."""
    occasion = figures.open_occasion(
        name="两县联合启动仪式", period=(DAY, DAY), regions=[cast.kangle, cast.yongjing], book="example", by=BY, at=AT
    )
    content = said(cast.prefecture, 7, occasion=occasion)
    figures.file(kind=Kind.RECORD, content=content, book="example", by=BY, at=AT)


def text(client: object, url: str, **query: str) -> str:
    answer = client.get(url, query)  # type: ignore[attr-defined]
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def url_of(campaign: Campaign) -> str:
    return reverse("reports:campaign", args=[campaign.pk])


def test_the_three_numbers_stand_beside_each_other(cast: Cast, campaign: Campaign) -> None:
    file(Kind.STATEMENT, cast.prefecture, 80000)
    file(Kind.RECORD, cast.kangle, 300)
    file(Kind.RECORD, cast.yongjing, 200)
    page = text(signed_in(cast.operator), url_of(campaign))
    assert "80000份" in page
    assert "500份" in page
    assert "7.95万份" in page
    assert "模型数据" in page


def test_blank_zero_and_not_applicable_are_three_things(cast: Cast, campaign: Campaign) -> None:
    file(Kind.RECORD, cast.kangle, 0)
    file(Kind.RECORD, cast.kangle, 40, "drill_duration", "分钟")
    client = signed_in(cast.operator)
    by_place = text(client, url_of(campaign), row=LEAFLETS)
    cells = re.findall(r'data-label="记录合计">(?:<a[^>]*>)?\s*(?:<[^>]*>)*\s*([^<\s]+)', by_place)
    assert "0份" in cells
    assert "—" in cells
    assert "不适用" in text(client, url_of(campaign))


def test_a_number_opens_to_what_makes_it(cast: Cast, campaign: Campaign) -> None:
    for value in (111, 222):
        file(Kind.RECORD, cast.kangle, value)
    file(Kind.RECORD, cast.yongjing, 444)
    client = signed_in(cast.operator)
    page = text(client, url_of(campaign))
    making = reverse("reports:making", args=[campaign.pk, cast.prefecture.pk])
    assert f"{making}?row={LEAFLETS}" in page
    everything = text(client, making, row=LEAFLETS)
    assert all(f"{value}份" in everything for value in (111, 222, 444))
    kangle = text(client, reverse("reports:making", args=[campaign.pk, cast.kangle.pk]), row=LEAFLETS)
    assert "444份" not in kangle
    assert "333份" in kangle


def test_a_joint_occasion_is_explained_by_name(cast: Cast, campaign: Campaign) -> None:
    joint(cast)
    page = text(
        signed_in(cast.operator), reverse("reports:making", args=[campaign.pk, cast.prefecture.pk]), row=LEAFLETS
    )
    assert "两县联合启动仪式（康乐县、永靖县）" in page


# -- for whom --------------------------------------------------------------------------------------------------------


def test_a_county_sees_its_own_numbers_and_the_whole(cast: Cast, campaign: Campaign) -> None:
    file(Kind.RECORD, cast.kangle, 111)
    file(Kind.RECORD, cast.yongjing, 222)
    client = signed_in(cast.kangle_liaison)
    grid = text(client, url_of(campaign), number="total")
    assert "111份" in grid
    assert "333份" in grid
    assert "222份" not in grid
    assert "永靖县" not in grid
    assert "222份" not in text(client, reverse("reports:table", args=[campaign.pk]))
    own = client.get(reverse("reports:making", args=[campaign.pk, cast.kangle.pk]), {"row": LEAFLETS})
    other = client.get(reverse("reports:making", args=[campaign.pk, cast.yongjing.pk]), {"row": LEAFLETS})
    assert (own.status_code, other.status_code) == (200, 404)


def test_records_of_other_counties_are_counted_and_not_shown(cast: Cast, campaign: Campaign) -> None:
    file(Kind.RECORD, cast.kangle, 111)
    file(Kind.RECORD, cast.yongjing, 222)
    making = reverse("reports:making", args=[campaign.pk, cast.prefecture.pk])
    page = text(signed_in(cast.kangle_liaison), making, row=LEAFLETS)
    assert "111份" in page
    assert "333份" in page
    assert "222份" not in page
    assert "不在您的范围内：1<" in page
    assert "222份" in text(signed_in(cast.operator), making, row=LEAFLETS)
    answer = signed_in(cast.kangle_liaison).get(
        f"/api/v1/campaigns/{campaign.pk}/regions/{cast.prefecture.pk}?row={LEAFLETS}"
    )
    assert (answer.json()["count"], answer.json()["elsewhere"]) == (2, 1)
    assert [item["printed"] for item in answer.json()["records"]] == ["111份"]


def test_a_joint_occasion_is_shown_to_each_that_took_part(cast: Cast, campaign: Campaign) -> None:
    joint(cast)
    making = reverse("reports:making", args=[campaign.pk, cast.prefecture.pk])
    for person in (cast.kangle_liaison, cast.yongjing_liaison):
        assert "不在您的范围内" not in text(signed_in(person), making, row=LEAFLETS)


def test_a_correction_is_told_with_who_and_why(cast: Cast, campaign: Campaign) -> None:
    figure = file(Kind.RECORD, cast.kangle, 111)
    correct(figure, cast.kangle, 112, by=f"person:{cast.operator.pk}", reason="原数抄错")
    making = reverse("reports:making", args=[campaign.pk, cast.kangle.pk])
    page = text(signed_in(cast.operator), making, row=LEAFLETS)
    assert re.search(r"111份 → 112份</span>\s*<span[^>]*><span[^>]*>马拟稿 · 原数抄错", page)


@pytest.mark.parametrize("row", ["", "x", "nonsense:份", "leaflets", ":", "a" * 500 + ":", "leaflets\0:份"])
def test_a_row_that_is_none_is_not_there(cast: Cast, campaign: Campaign, row: str) -> None:
    making = reverse("reports:making", args=[campaign.pk, cast.kangle.pk])
    assert signed_in(cast.operator).get(making, {"row": row}).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        {"at": "x"},
        {"at": "9999-99-99T00:00"},
        {"number": "x"},
        {"row": "x:y"},
        {"q": "%\0'"},
        {"at": "0001-01-01T00:00"},
    ],
)
def test_nonsense_in_an_address_is_passed_over(cast: Cast, campaign: Campaign, query: dict[str, str]) -> None:
    file(Kind.RECORD, cast.kangle, 111)
    assert signed_in(cast.operator).get(url_of(campaign), query).status_code == 200


@given(
    st.lists(st.sampled_from("abc"), min_size=1, unique=True), st.lists(st.sampled_from(["条", "块", ""]), min_size=1)
)
def test_a_row_comes_back_from_its_address(codes: list[str], units: list[str]) -> None:
    row = row_of(f"{','.join(codes)}:{','.join(units)}")
    assert row is not None
    assert row_of(row_text(row)) == row


# -- as of a past moment ---------------------------------------------------------------------------------------------


def test_a_later_correction_does_not_change_the_past(fresh_database: dict[str, str]) -> None:
    cast = make_cast()
    campaign = campaigns.open_campaign(
        region=cast.prefecture, name="安全生产月", period=JUNE, book="example", by=BY, at=AT
    )
    figure = file(Kind.RECORD, cast.kangle, 300)
    noon = dt.datetime(2023, 7, 1, 4, 0, tzinfo=dt.UTC)  # 12 o'clock there
    history.seal(at=noon)
    correct(figure, cast.kangle, 999, by=BY, at=noon)
    history.seal(at=noon + dt.timedelta(hours=6))
    client = signed_in(cast.operator)
    assert AsOf.read("2023-07-01T11:59").position == 0
    assert AsOf.read("2023-07-01T11:59+22:00").position == 0  # an offset that the database would refuse
    past = text(client, url_of(campaign), at="2023-07-01T12:30")
    assert "300份" in past
    assert "999份" not in past
    assert "&amp;at=2023-07-01T12%3A30" in past or "&at=2023-07-01T12%3A30" in past
    assert "999份" in text(client, url_of(campaign))


# -- the file --------------------------------------------------------------------------------------------------------


def test_the_file_says_what_the_page_says(cast: Cast, campaign: Campaign) -> None:
    file(Kind.STATEMENT, cast.prefecture, 1000)
    file(Kind.RECORD, cast.kangle, 300)
    rows = list(
        csv.DictReader(
            io.StringIO(text(signed_in(cast.operator), reverse("reports:table", args=[campaign.pk])).lstrip("\ufeff"))
        )
    )
    whole = rows[0]
    assert (whole["指标"], whole["上报数"], whole["记录合计"], whole["未有记录"]) == (
        "宣传资料",
        "1000份",
        "300份",
        "700份",
    )
    assert {row["地区"] for row in rows} >= {"康乐县", "永靖县"}
    assert all(not value.startswith(("=", "+", "@")) for row in rows for value in row.values())


def test_the_file_of_one_row_is_offered_on_its_page(cast: Cast, campaign: Campaign) -> None:
    file(Kind.RECORD, cast.kangle, 300)
    file(Kind.RECORD, cast.kangle, 40, "banners", "条")
    client = signed_in(cast.operator)
    page = text(client, url_of(campaign), row=LEAFLETS, at="2999-01-01T00:00")
    (address,) = re.findall(r'href="(/campaigns/[^"]*table\.csv[^"]*)"', page)
    address = address.replace("&amp;", "&")
    assert "at=2999" in address
    lines = list(csv.DictReader(io.StringIO(text(client, address.replace("at=", "x=")).lstrip("\ufeff"))))
    assert {line["指标"] for line in lines} == {"宣传资料"}


def test_the_pages_ask_the_same_however_much_there_is(
    cast: Cast, campaign: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(cast.operator)
    making = reverse("reports:making", args=[campaign.pk, cast.prefecture.pk])
    measures = ["leaflets", "banners", "exhibition_boards", "participants"]
    for many in (1, 60):
        for number in range(many):
            for measure in measures[: 1 if many == 1 else 4]:
                file(Kind.RECORD, [cast.kangle, cast.yongjing][number % 2], number, measure)
        with django_assert_num_queries(20):
            text(client, url_of(campaign), number="total")
        with django_assert_num_queries(24):
            text(client, making, row=LEAFLETS)


def test_the_list_of_campaigns_asks_the_same_for_one_and_for_fifty(
    cast: Cast, campaign: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(cast.operator)
    for many in (1, 60):
        for number in range(1, many):
            first = JUNE[0] + dt.timedelta(days=number)
            campaigns.open_campaign(
                region=cast.prefecture, name=f"活动{number}", period=(first, first), book="example", by=BY, at=AT
            )
        with django_assert_num_queries(10):
            page = text(client, reverse("reports:campaigns"))
        assert page.count("/campaigns/") >= min(many, 50)


# -- doubts ----------------------------------------------------------------------------------------------------------


def test_a_round_number_is_asked_about_and_answered(cast: Cast, campaign: Campaign) -> None:
    file(Kind.STATEMENT, cast.kangle, 8000)
    client = signed_in(cast.operator)
    page = text(client, url_of(campaign))
    assert "像是估计的" in page
    assert 'name="text"' in page
    address = reverse("reports:answer_doubt", args=[campaign.pk, cast.kangle.pk])
    given = {"rule": "round_statement", "row": LEAFLETS, "seen": "8000", "text": "按签收单统计"}
    assert client.post(address, given).status_code == 302
    answered = text(client, url_of(campaign))
    assert "按签收单统计" in answered
    assert 'name="text"' not in answered
    assert client.post(address, given | {"text": ""}).status_code == 422
    assert client.post(address, given | {"row": "x"}).status_code == 404


def test_who_may_only_look_answers_nothing(cast: Cast, campaign: Campaign) -> None:
    file(Kind.STATEMENT, cast.kangle, 8000)
    page = text(signed_in(cast.leader), url_of(campaign))
    assert "像是估计的" in page
    assert 'name="text"' not in page


def test_all_that_is_asked_stands_on_a_page_of_its_own(cast: Cast, campaign: Campaign) -> None:
    population = said(cast.kangle, 25001, "population", "人", day=dt.date(2022, 12, 31))
    figures.file(kind=Kind.STATEMENT, content=population, book="example", by=BY, at=AT)
    file(Kind.RECORD, cast.kangle, 30123, "participants", "人")
    client = signed_in(cast.operator)
    doubts = reverse("reports:doubts", args=[campaign.pk])
    assert doubts in text(client, url_of(campaign))
    page = text(client, doubts)
    assert "参与人数超过常住人口" in page
    assert "30123 &gt; 25001" in page
    address = reverse("reports:answer_doubt", args=[campaign.pk, cast.kangle.pk])
    given = {"rule": "participants_within_population", "row": "participants:人", "seen": "30123 > 25001"}
    answered = client.post(address, given | {"text": "含外来务工人员", "from": "doubts"})
    assert answered.headers["Location"] == f"{doubts}#doubts"
    assert "含外来务工人员" in text(client, doubts)
    assert "请再看一眼" not in text(signed_in(cast.yongjing_liaison), doubts)  # another county's is not theirs

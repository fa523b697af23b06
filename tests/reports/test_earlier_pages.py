"""A campaign beside earlier years: the change, the record, what they rest on; and the pages where years are loaded."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import AT, BY, Cast, make_cast, member, reader, signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from past_tables import Row, table, take
from pytest_django import DjangoAssertNumQueries

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.figures import actions as figures
from bihuan.figures.actions import Content
from bihuan.figures.earlier import High
from bihuan.figures.models import Revision
from bihuan.figures.queries import RowKey
from bihuan.figures.rules import Kind
from bihuan.org.models import Region
from bihuan.org.rules import Role
from bihuan.reading.ranges import Range
from bihuan.reports.models import PastDraft
from bihuan.reports.queries.earlier import Compared, change_words, earlier_page

JUNE = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
LATER = dt.date(2023, 7, 10)
QUIZ = RowKey(("quiz_participants",), ("人",))
PAPER = "州安委办〔2022〕41号"
YEARS: tuple[Row, ...] = tuple(
    ("临夏州", "竞赛参与人数", year, "", value, "人", PAPER) for year, value in (("2021", "4万"), ("2022", "5.2万余"))
)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def campaign(cast: Cast) -> Campaign:
    return campaigns.open_campaign(
        region=cast.prefecture, name="2023年“安全生产月”", period=JUNE, book="example", by=BY, at=AT
    )


def file(
    kind: Kind,
    region: Region,
    printed: str,
    value: Range,
    period: tuple[dt.date, dt.date] = JUNE,
    what: tuple[str, str] = ("quiz_participants", "人"),
) -> None:
    content = Content(
        region=region, measures=(what[0],), classifier=what[1], value=value, printed=printed, form="more", period=period
    )
    figures.file(kind=kind, content=content, book="example", by=BY, at=AT)


def line(cast: Cast, campaign: Campaign, today: dt.date = LATER, region: Region | None = None) -> Compared:
    page = earlier_page(reader(cast.operator), campaign, region or cast.prefecture, today=today)
    (found,) = [item for item in page.lines if item.key == QUIZ]
    return found


MORE_THAN_60000 = Range(Range.exact(60000).low, Range.exact(70000).low, True, True)


def test_the_report_s_sixty_thousand_is_a_record_only_beside_earlier_years(cast: Cast, campaign: Campaign) -> None:
    file(Kind.STATEMENT, cast.prefecture, "6万余人", MORE_THAN_60000)
    alone = line(cast, campaign)
    assert (alone.high, alone.change, alone.rests_on) == (High.NO_YEARS, "", "")
    take(campaign, YEARS, cast.operator)
    found = line(cast, campaign)
    assert (found.high, found.rests_on) == (High.YES, "有记录以来（2021—2022年）")
    assert found.change == "增长13.2～34.6%"
    take(campaign, [("临夏州", "竞赛参与人数", "2020", "", "6.5万", "人", PAPER)], cast.operator)
    assert line(cast, campaign).high is High.UNPROVEN  # 6万余 may be 6.5万 or less
    take(campaign, [("临夏州", "竞赛参与人数", "2019", "", "7万", "人", PAPER)], cast.operator)
    assert line(cast, campaign).high is High.NO


def test_this_year_s_totals_are_next_year_s_earlier_ones(cast: Cast, campaign: Campaign) -> None:
    file(Kind.RECORD, cast.kangle, "100人", Range.exact(100), (JUNE[0], JUNE[0]))
    following = campaigns.start_from(previous=campaign, by=BY, at=AT)
    june = (dt.date(2024, 6, 3), dt.date(2024, 6, 3))
    file(Kind.RECORD, cast.kangle, "150人", Range.exact(150), june)
    found = line(cast, following, dt.date(2024, 7, 2))
    assert found.before is not None
    assert (found.before.printed, found.before.campaign, found.change) == ("100人", campaign.pk, "增长50.0%")
    assert found.because  # both by the records there are
    assert found.high is High.UNPROVEN
    figures.close_period(region=cast.prefecture, edition=campaign.edition, period=JUNE, book="example", by=BY, at=AT)
    assert line(cast, following, dt.date(2024, 7, 2)).high is High.YES


def test_a_running_campaign_is_held_against_the_same_days(cast: Cast, campaign: Campaign) -> None:
    following = campaigns.start_from(previous=campaign, by=BY, at=AT)
    for day, value in ((1, 100), (20, 900)):
        file(Kind.RECORD, cast.kangle, f"{value}人", Range.exact(value), (dt.date(2023, 6, day),) * 2)
    file(Kind.RECORD, cast.kangle, "120人", Range.exact(120), (dt.date(2024, 6, 2),) * 2)
    found = line(cast, following, dt.date(2024, 6, 10))
    assert found.change == "增长20.0%"
    assert found.high is not High.YES


def test_a_year_known_only_as_a_whole_is_no_match_for_some_days(cast: Cast, campaign: Campaign) -> None:
    take(campaign, YEARS, cast.operator)
    file(Kind.RECORD, cast.kangle, "7万人", Range.exact(70000), (JUNE[0], JUNE[0]))
    found = line(cast, campaign, dt.date(2023, 6, 10))
    assert (found.change, found.because) == ("", "上年没有按日的数，不能比同期")
    assert found.high is High.YES  # above the whole of each year already


def test_changes_in_words() -> None:
    def said(low: str, high: str, *, rate: bool = False) -> str:
        from decimal import Decimal

        return change_words(Range(Decimal(low), Decimal(high)), rate=rate)

    assert said("33.3333", "33.3334") == "增长33.3%"
    assert said("-12", "-12") == "下降12.0%"
    assert said("0", "0") == "持平"
    assert said("-5", "7.25") == "−5.0～+7.3%"
    assert said("-9", "-2") == "下降2.0～9.0%"
    assert said("1.5", "1.5", rate=True) == "增长1.5个百分点"


# -- pages -----------------------------------------------------------------------------------------------------------


def test_numbers_open_down_to_the_file_and_the_paper(cast: Cast, campaign: Campaign) -> None:
    take(campaign, YEARS, cast.operator)
    file(Kind.STATEMENT, cast.prefecture, "6万余人", MORE_THAN_60000)
    client = signed_in(cast.operator)
    totals = client.get(reverse("reports:campaign", args=[campaign.pk])).content.decode()
    address = reverse("reports:earlier", args=[campaign.pk])
    assert address in totals
    page = client.get(address).content.decode()
    assert "创历史新高" in page
    assert "有记录以来（2021—2022年）" in page
    row = reverse("reports:earlier_row", args=[campaign.pk, cast.prefecture.pk]) + "?row=quiz_participants:人"
    assert row in page
    opened = client.get(row).content.decode()
    for told in ("往年.csv", "CSV!2", "CSV!3", PAPER, "5.2万余人", "4万人"):
        assert told in opened


def test_an_office_loads_on_the_page_and_settles_what_differs(cast: Cast, campaign: Campaign) -> None:
    take(campaign, YEARS, cast.operator)
    client = signed_in(cast.operator)
    rows = [
        ("临夏州", "竞赛参与人数", "2022", "", "5.3万", "人", "更正"),
        ("康乐县", "宣传资料", "22", "", "5", "份", ""),
    ]
    here = reverse("reports:past", args=[campaign.pk])
    sent = client.post(here, {"file": SimpleUploadedFile("更正.csv", table(rows))})
    draft = PastDraft.objects.get()
    preview = reverse("reports:past_preview", args=[campaign.pk, draft.pk])
    assert sent.headers["Location"] == preview
    shown = client.get(preview, {"state": "all"}).content.decode()
    assert "5.2万余人" in shown
    assert "CSV!C3" in shown
    settle = reverse("reports:past_settle", args=[campaign.pk, draft.pk])
    assert client.post(settle, {"take": "CSV!2"}).status_code == 302
    digest = client.get(preview).context["preview"].plan.digest
    taken = client.post(reverse("reports:past_take", args=[campaign.pk, draft.pk]), {"shown": digest})
    assert taken.headers["Location"] == f"{here}?new=0&changed=1"
    page = client.get(f"{here}?new=0&changed=1").content.decode()
    assert "5.3万人" in page
    assert "更正.csv" in page
    item = Revision.objects.get(printed="5.3万人")
    withdraw = reverse("reports:past_withdraw", args=[campaign.pk, item.figure_id])
    assert client.post(withdraw, {"version": "1", "reason": "看错"}).status_code == 409
    assert client.post(withdraw, {"version": "2", "reason": "看错"}).status_code == 302
    assert "5.3万人" not in client.get(here).content.decode()


def test_a_county_s_office_loads_its_own_and_sees_no_other_s(cast: Cast, campaign: Campaign) -> None:
    take(campaign, [*YEARS, ("永靖县", "宣传资料", "2022", "", "5", "份", PAPER)], cast.operator)
    client = signed_in(member("康拟稿", cast.kangle_bureau, Role.OPERATOR, cast.kangle))
    here = reverse("reports:past", args=[campaign.pk])
    page = client.get(here).content.decode()
    assert "5.2万余人" in page  # the whole is everyone's
    assert "永靖县" not in page
    rows = [("康乐县", "宣传资料", "2022", "", "5", "份", PAPER), ("永靖县", "横幅", "2022", "", "5", "条", PAPER)]
    client.post(here, {"file": SimpleUploadedFile("县.csv", table(rows))})
    preview = client.get(reverse("reports:past_preview", args=[campaign.pk, PastDraft.objects.get().pk]))
    assert preview.context["preview"].plan.counts == {"new": 1, "fault": 1}


def test_queries_stay_as_many_however_much_is_in_store(
    cast: Cast, campaign: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    take(campaign, YEARS[:1], cast.operator)
    client = signed_in(cast.operator)
    past, earlier = (reverse(f"reports:{name}", args=[campaign.pk]) for name in ("past", "earlier"))
    with django_assert_num_queries(15):
        client.get(past)
    with django_assert_num_queries(30):
        client.get(earlier)
    take(
        campaign, [("临夏州", "宣传资料", str(year), "", "5", "份", PAPER) for year in range(1995, 2023)], cast.operator
    )
    take(campaign, [("临夏州", "横幅", str(year), "", "5", "条", PAPER) for year in range(1995, 2023)], cast.operator)
    with django_assert_num_queries(15):
        client.get(past)
    with django_assert_num_queries(30):
        client.get(earlier)

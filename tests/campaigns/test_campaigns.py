"""Campaigns: opened once, covering what is below, seen by those whom they concern."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast, make_cast, reader

from bihuan.campaigns import access, actions, queries
from bihuan.campaigns.models import Campaign
from bihuan.campaigns.rules import safety_month, safety_month_name
from bihuan.history.models import Entry
from bihuan.org.access import NotThere
from bihuan.org.models import Region

JUNE = safety_month(2023)
AT = dt.datetime(2023, 5, 8, 1, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def opened(region: Region, *, name: str = safety_month_name(2023), book: str = "") -> Campaign:
    return actions.open_campaign(region=region, name=name, period=JUNE, book=book, by="system:tests", at=AT)


def test_a_month_is_opened_once_a_place_and_book(cast: Cast) -> None:
    first = opened(cast.prefecture)
    assert opened(cast.prefecture, name="another name") == first
    assert opened(cast.prefecture, book="example") != first
    assert opened(cast.kangle) != first
    assert first.edition.as_of <= JUNE[1]
    assert Entry.objects.filter(verb="campaigns.opened").count() == 3


@pytest.mark.parametrize(
    ("name", "period", "code"),
    [
        ("  ", JUNE, "campaign-name"),
        ("长" * 61, JUNE, "campaign-name"),
        ("月", JUNE[::-1], "campaign-period"),
        ("月", (dt.date(2023, 1, 1), dt.date(2024, 1, 2)), "campaign-period"),
    ],
)
def test_what_is_no_campaign_is_refused(cast: Cast, name: str, period: tuple[dt.date, dt.date], code: str) -> None:
    with pytest.raises(actions.CampaignError) as caught:
        actions.open_campaign(region=cast.prefecture, name=name, period=period, by="system:tests", at=AT)
    assert caught.value.code == code
    assert not Campaign.objects.exists()


def test_a_county_takes_part_in_its_own_month_or_in_the_one_above(cast: Cast) -> None:
    assert queries.covering(cast.kangle, JUNE) is None
    above = opened(cast.prefecture)
    assert queries.covering(cast.kangle, JUNE) == above
    own = opened(cast.kangle)
    assert queries.covering(cast.kangle, JUNE) == own
    assert queries.covering(cast.yongjing, JUNE) == above
    assert queries.covering(cast.yongjing, JUNE, book="example") is None


def test_people_see_the_campaigns_that_concern_them(cast: Cast) -> None:
    above, kangle, yongjing = (opened(place) for place in (cast.prefecture, cast.kangle, cast.yongjing))
    seen = {
        name: set(access.campaigns(reader(person)).values_list("pk", flat=True))
        for name, person in cast.everyone().items()
    }
    everything = {above.pk, kangle.pk, yongjing.pk}
    assert seen["operator"] == seen["leader"] == seen["inspector"] == everything
    assert seen["kangle_liaison"] == {above.pk, kangle.pk}
    assert seen["yongjing_liaison"] == {above.pk, yongjing.pk}
    assert seen["safety_officer"] == {above.pk, kangle.pk}
    assert seen["idle"] == seen["system_admin"] == set()
    assert access.campaign(reader(cast.kangle_liaison), above.pk) == above
    for pk in (yongjing.pk, 999_999, 9**40):
        with pytest.raises(NotThere):
            access.campaign(reader(cast.kangle_liaison), pk)

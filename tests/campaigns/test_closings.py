"""Closed periods on pages: who closes, what is refused, how the office corrects under an erratum, who sees what."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast, signed_in
from days import JUNE, file
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from planned import campaign_of

from bihuan.activities import queries as activities
from bihuan.activities.models import Activity
from bihuan.campaigns import actions
from bihuan.campaigns.models import Campaign
from bihuan.campaigns.refusals import ClosedRecordError
from bihuan.figures import actions as figures
from bihuan.figures.models import Closing, Erratum, Revision
from bihuan.figures.queries import Scope, total
from bihuan.history.models import Entry
from bihuan.org.models import Region
from bihuan.org.queries import current_edition
from bihuan.reading.ranges import Range

pytestmark = pytest.mark.django_db
LATER = dt.datetime(2023, 7, 3, 2, 0, tzinfo=dt.UTC)


def close(cast: Cast, region: Region | None = None) -> Closing:
    return figures.close_period(
        region=region or cast.prefecture, edition=current_edition(), period=JUNE, book="example", by=cast.operator.by,
        at=LATER,
    )  # fmt: skip


def page(client: Client, url: str, status: int = 200, **data: object) -> str:
    answer = client.post(url, data) if data else client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def attendance(cast: Cast) -> Range | None:
    wanted = Scope.of(
        region=cast.prefecture, measures=["participants"], classifiers=["人"], period=JUNE, book="example"
    )
    return total(wanted).range


def participants(found: Activity) -> Revision:
    return next(item.revision for item in activities.standing(found) if item.asked.measures == ("participants",))


def as_form(found: Activity, **more: object) -> dict[str, object]:
    """What the form of a consultation day sends for the record as it stands."""
    return {
        "key": str(found.key), "region": found.region_id, "place_words": found.place_words, "start": found.start_on,
        "unit": found.unit_id, "title": found.title, "who": found.who, "mode": found.mode, "version": found.version,
        "hosts": "州安委办、临夏州应急管理局", "joint": "康乐县安委办、康乐县应急管理局", "n0": "2000余", **more,
    }  # fmt: skip


def test_the_office_closes_a_period_of_its_campaign_once_it_is_over(cast: Cast) -> None:
    campaign = campaign_of(cast)
    desk = signed_in(cast.operator)
    said = {"campaign": campaign.pk, "first": JUNE[0], "last": JUNE[1], "sure": "on"}
    assert "须在活动时段内" in page(desk, "/closings/new/", 422, **(said | {"first": "2023-05-01"}))
    assert page(desk, "/closings/new/", 422, **(said | {"sure": ""}))
    assert not Closing.objects.exists()
    assert desk.post("/closings/new/", said).status_code == 302
    assert desk.post("/closings/new/", said).status_code == 302  # a second click
    row = Closing.objects.get()
    assert (row.region, row.book) == (cast.prefecture, "example")
    shown = page(desk, "/closings/")
    assert cast.operator.name in shown
    assert f"/closings/{row.pk}/" in shown
    assert signed_in(cast.kangle_liaison).get("/closings/new/").status_code == 404
    coming: Campaign = campaign_of(cast, year=2033)
    early = said | {"campaign": coming.pk, "first": "2033-06-01", "last": "2033-06-30"}
    assert "结束后再关账" in page(desk, "/closings/new/", 422, **early)


def test_a_liaison_is_told_and_shown_the_way(cast: Cast) -> None:
    found = file(cast)
    row = close(cast)
    county = signed_in(cast.kangle_liaison)
    url = reverse("activities:correct", args=[found.pk])
    before = Entry.objects.count()
    for text in (page(county, url), page(county, url, 409, **as_form(found, n0="2100余"))):
        assert "时段已关账" in text
        assert f"/closings/{row.pk}/" in text
        assert "勘误的理由" not in text
    # One who names the closing all the same is not its office.
    forged = as_form(found, n0="2100余", closing=row.pk, erratum="我说了算")
    assert county.post(url, forged).status_code == 404
    withdrawn = county.post(reverse("activities:withdraw", args=[found.pk]), {"version": 1, "reason": "重复"})
    assert withdrawn.status_code == 409
    assert (Entry.objects.count(), Erratum.objects.count()) == (before, 0)
    way = page(county, f"/closings/{row.pk}/")
    assert "请联系关账地区的安委会办公室" in way
    assert "凭勘误更正" not in way
    record = participants(found)
    assert county.get(f"/closings/{row.pk}/records/{record.figure_id}/").status_code == 404


def test_the_office_corrects_an_activity_under_an_erratum_in_one_go(cast: Cast) -> None:
    found = file(cast)
    row = close(cast)
    desk = signed_in(cast.operator)
    url = reverse("activities:correct", args=[found.pk])
    assert "勘误的理由" in page(desk, url)
    wish = as_form(found, n0="2300余", closing=row.pk)
    assert "请写明勘误的理由" in page(desk, url, 422, **(wish | {"erratum": " "}))
    same = as_form(found, closing=row.pk, erratum="重复登记")
    assert "未出具勘误" in page(desk, url, 422, **same)
    assert not Erratum.objects.exists()
    assert desk.post(url, wish | {"erratum": "现场签到表多出一页"}).status_code == 302
    assert participants(found).printed == "2300余人"
    held = attendance(cast)
    assert held is not None
    assert held.low == 2300
    chain = page(desk, f"/closings/{row.pk}/")
    for words in ("现场签到表多出一页", "2000余人", "2300余人", cast.operator.name):
        assert words in chain
    erratum = Erratum.objects.get()
    assert Entry.objects.filter(txid=erratum.entry.txid, verb="activities.corrected").count() == 1
    told = page(desk, reverse("activities:activity", args=[found.pk]))
    assert "现场签到表多出一页" in told
    # Kangle sees what was changed there, Yongjing only that there was something.
    assert "2300余人" in page(signed_in(cast.kangle_liaison), f"/closings/{row.pk}/")
    elsewhere = page(signed_in(cast.yongjing_liaison), f"/closings/{row.pk}/")
    assert "2300余人" not in elsewhere
    assert "不在您的范围内" in elsewhere


def test_the_office_corrects_or_withdraws_any_record(cast: Cast) -> None:
    found = file(cast)
    row = close(cast)
    desk = signed_in(cast.operator)
    record = participants(found)
    listed = page(desk, f"/closings/{row.pk}/?q=康乐县+2000余人")
    url = f"/closings/{row.pk}/records/{record.figure_id}/"
    assert url in listed
    assert url not in page(desk, f"/closings/{row.pk}/?q=永靖县")
    said = {"version": record.version, "value": "2400余人", "reason": "漏计一个会场"}
    assert "没有读出数来" in page(desk, url, 422, **(said | {"value": "很多"}))
    assert "没有读出数来" in page(desk, url, 422, **(said | {"value": "2400场"}))
    assert "数没有变" in page(desk, url, 422, **(said | {"value": "2000余人"}))
    assert page(desk, url, 422, **(said | {"reason": ""}))
    assert not Erratum.objects.exists()
    assert desk.post(url, said).status_code == 302
    assert participants(found).printed == "2400余人"
    assert desk.post(url, said).status_code == 409  # another one has corrected it
    assert desk.post(url, {"version": 2, "value": "", "reason": "另有一条"}).status_code == 302
    assert desk.get(url).status_code == 404  # it stands there no more
    chain = page(desk, f"/closings/{row.pk}/")
    assert chain.count("<article") == 2
    assert "作废" in chain
    assert "漏计一个会场" in page(desk, reverse("activities:activity", args=[found.pk]))


def test_what_comes_late_is_filed_by_the_office_under_an_erratum(cast: Cast) -> None:
    row = close(cast)
    desk = signed_in(cast.operator)
    form = {
        "key": "9b2f7c1e-0000-4000-8000-0000000000aa", "region": cast.kangle.pk, "unit": cast.kangle_bureau.pk,
        "start": "2023-06-12", "place_words": "广场", "n0": "300", "mode": "on_site",
    }  # fmt: skip
    url = reverse("activities:report", args=["consultation"])
    assert "勘误的理由" in page(desk, url, 409, **form)
    assert not Activity.objects.exists()
    assert desk.post(url, form | {"closing": row.pk, "erratum": "迟报"}).status_code == 302
    assert Activity.objects.count() == 1
    assert "迟报" in page(desk, f"/closings/{row.pk}/")


def test_a_county_office_corrects_its_own_closing_not_the_prefectures(cast: Cast) -> None:
    """Rights follow the region that was closed, and reach down, never up or aside."""
    found = file(cast)
    own = close(cast, cast.kangle)
    record = participants(found)
    assert signed_in(cast.operator).get(f"/closings/{own.pk}/records/{record.figure_id}/").status_code == 200
    assert signed_in(cast.yongjing_liaison).get(f"/closings/{own.pk}/").status_code == 404
    assert signed_in(cast.leader).get(f"/closings/{own.pk}/records/{record.figure_id}/").status_code == 404


def test_the_list_takes_as_many_queries_for_fifty(cast: Cast) -> None:
    desk = signed_in(cast.operator)
    counted = []
    for days in (range(1), range(1, 50)):
        for day in days:
            last = JUNE[0] - dt.timedelta(days=day)
            figures.close_period(
                region=cast.kangle, edition=current_edition(), period=(last, last), by="system:t", at=LATER
            )
        with CaptureQueriesContext(connection) as caught:
            page(desk, "/closings/")
        counted.append(len(caught))
    assert counted[0] == counted[1]


def test_days_out_of_order_close_nothing(cast: Cast) -> None:
    with pytest.raises(ClosedRecordError):
        actions.close_campaign_period(campaign=campaign_of(cast), period=(JUNE[1], JUNE[0]), by="system:t", at=LATER)

"""Pages of coverage and the map: numbers lead to places, nobody sees another county's by name."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
from cast import AT, BY, Cast, signed_in
from days import kind
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from test_coverage import add, campaign, entry

from bihuan.activities.mapping import HEIGHT, WIDTH, Point, draw
from bihuan.activities.models import Activity
from bihuan.lib.workbook import read_workbook
from bihuan.places import actions as places
from bihuan.places.actions import About


def said(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url, headers={"accept-language": "zh-hans"})
    assert answer.status_code == status, url
    return answer.content.decode()


def asked(client: Client, url: str) -> int:
    said(client, url)
    with CaptureQueriesContext(connection) as seen:
        said(client, url)
    return len(seen)


@pytest.mark.django_db
def test_numbers_lead_to_those_who_were_not_reached(cast: Cast) -> None:
    june = campaign(cast)
    one, _two, _far = add(cast.kangle, "甲村"), add(cast.kangle, "乙村"), add(cast.yongjing, "永靖村")
    entry(cast, one)
    client = signed_in(cast.operator)
    page = said(client, f"/campaigns/{june.pk}/coverage/")
    link = f"/campaigns/{june.pk}/coverage/{cast.kangle.pk}/village/"
    assert f'href="{link}">1/2</a>' in page
    assert "50%" in page
    assert "模型数据" in page
    missed = said(client, link)
    assert "乙村" in missed
    assert "甲村" not in missed
    reached = said(client, f"{link}?show=reached")
    assert "甲村" in reached
    assert "2023-06-12" in reached
    said(client, f"/campaigns/{june.pk}/coverage/{cast.kangle.pk}/nothing/", 404)
    said(client, f"/campaigns/{june.pk}/coverage/999999999999999999999999/village/", 404)
    said(client, f"/campaigns/{june.pk}/coverage/?region=x")


@pytest.mark.django_db
def test_another_county_is_not_shown(cast: Cast) -> None:
    june = campaign(cast)
    one = add(cast.kangle, "康乐村")
    add(cast.yongjing, "永靖村")
    entry(cast, one)
    client = signed_in(cast.yongjing_liaison)
    page = said(client, f"/campaigns/{june.pk}/coverage/")
    assert "康乐县" not in page
    assert "1/2" in page  # the whole campaign's number is everyone's
    assert "康乐村" not in said(client, f"/campaigns/{june.pk}/coverage/{cast.prefecture.pk}/village/?show=reached")
    assert "永靖村" in said(client, f"/campaigns/{june.pk}/coverage/{cast.prefecture.pk}/village/")
    said(client, f"/campaigns/{june.pk}/coverage/{cast.kangle.pk}/village/", 404)
    said(client, f"/campaigns/{june.pk}/map/?region={cast.kangle.pk}", 404)
    assert "进农村" not in said(client, f"/campaigns/{june.pk}/map/")


@pytest.mark.django_db
def test_who_was_not_reached_is_a_workbook_and_a_text_to_paste(cast: Cast) -> None:
    june = campaign(cast)
    one = add(cast.kangle, "康乐村")
    add(cast.kangle, "=附城村")
    add(cast.yongjing, "永靖村")
    event = entry(cast, one)
    address = f"/campaigns/{june.pk}/coverage/{cast.prefecture.pk}/village/"
    client = signed_in(cast.operator)
    page = said(client, address)
    assert f"{cast.kangle.name}：=附城村\n{cast.yongjing.name}：永靖村" in page
    assert "可直接粘贴" not in said(client, f"{address}?show=reached")
    (sheet,) = read_workbook(client.get(f"{address}table/").content)
    assert [row[1] for row in sheet.rows] == ["名称", "=附城村", "永靖村"]  # as text, no formula
    (sheet,) = read_workbook(client.get(f"{address}table/?show=reached").content)
    assert sheet.rows[1][1:2] + sheet.rows[1][4:] == ["康乐村", "是", f"{event.start_on} {event.title}"]
    other = signed_in(cast.yongjing_liaison)  # sees the number of all, the names of their own
    assert "附城村" not in said(other, address)
    (sheet,) = read_workbook(other.get(f"{address}table/").content)
    assert [row[1] for row in sheet.rows[1:]] == ["永靖村"]
    assert other.get(f"/campaigns/{june.pk}/coverage/{cast.kangle.pk}/village/table/").status_code == 404


@pytest.mark.django_db
def test_in_english_a_column_of_activities_is_called_so(cast: Cast) -> None:
    june = campaign(cast)
    place = add(cast.kangle, "甲村")
    places.amend_place(
        place=place,
        about=About(point=(Decimal("103.71"), Decimal("35.37"))),
        expected_version=1,
        on=dt.date(2023, 6, 1),
        by=BY,
        at=AT,
    )
    entry(cast, place)
    client = signed_in(cast.operator)
    for address in (f"coverage/{cast.prefecture.pk}/village/?show=reached", "map/"):
        page = client.get(f"/campaigns/{june.pk}/{address}", headers={"accept-language": "en"}).content.decode()
        heads = re.findall(r'<th scope="col">([^<]*)</th>', page)
        assert "Activities" in heads
        assert "Campaigns" not in heads


@pytest.mark.django_db
def test_the_map_shows_what_has_a_point(cast: Cast) -> None:
    june = campaign(cast)
    place, bare = add(cast.kangle, "甲村"), add(cast.kangle, "乙村")
    about = About(point=(Decimal("103.71"), Decimal("35.37")))
    places.amend_place(place=place, about=about, expected_version=1, on=dt.date(2023, 6, 1), by=BY, at=AT)
    for at in (place, place, bare):
        entry(cast, at)
    page = said(signed_in(cast.leader), f"/campaigns/{june.pk}/map/")
    assert page.count("<circle") == 1
    assert "康乐县</text>" in page
    assert "没有位置、未画在图上的活动" in page


@pytest.mark.django_db
def test_pages_ask_as_often_for_one_place_as_for_sixty(cast: Cast) -> None:
    june = campaign(cast)
    first = entry(cast, add(cast.kangle, "零村"))
    client = signed_in(cast.operator)
    whole = f"/campaigns/{june.pk}/coverage/"
    listed = f"{whole}{cast.prefecture.pk}/village/"
    pages = (whole, listed, f"{listed}?show=reached", f"/campaigns/{june.pk}/map/")
    few = [asked(client, url) for url in pages]
    for number in range(60):
        place = add(cast.kangle if number % 2 else cast.yongjing, f"{number}村")
        if number < 55:
            row = Activity.objects.get(pk=first.pk)
            row.pk, row.key, row.place, row.region, row.kind = (
                None,
                uuid.uuid4(),
                place,
                place.region,
                kind("entry_rural"),
            )
            row._state.adding = True
            row.save()
    assert [asked(client, url) for url in pages] == few
    assert max(few) <= 32, few


DEGREES = st.floats(-180, 180, allow_nan=False), st.floats(-90, 90, allow_nan=False)


@given(spots=st.lists(st.tuples(*DEGREES, st.sampled_from(("康乐县", "永靖县"))), max_size=40))
def test_every_point_is_in_the_picture_once(spots: list[tuple[float, float, str]]) -> None:
    picture = draw([Point(key, lon, lat, area) for key, (lon, lat, area) in enumerate(spots)])
    assert sorted(key for dot in picture.dots for key in dot.keys) == list(range(len(spots)))
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= HEIGHT for dot in picture.dots)
    assert {label.words for label in picture.labels} == {area for _lon, _lat, area in spots}

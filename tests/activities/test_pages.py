"""The pages of activities, as a browser gets them."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from cast import BY, Cast, reader, signed_in
from days import DAY, EVENING, JUNE, SENTENCE, TITLE, WHO, file, kangle_day, kind
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from example import village
from planned import campaign_of, planned, published
from pytest_django import DjangoAssertNumQueries

from bihuan.activities import actions, queries
from bihuan.activities.access import own_units, regions_of
from bihuan.activities.forms import Offered, RecordForm
from bihuan.activities.models import Activity, SafetyPlan
from bihuan.campaigns import actions as campaigns
from bihuan.components.paging import ROWS
from bihuan.figures.models import Figure
from bihuan.places.fields import place_option

pytestmark = pytest.mark.django_db
LIST, RECORD = 17, 19  # queries


def written(cast: Cast, **more: Any) -> dict[str, Any]:
    """The report's day as the phone's page sends it."""
    return {
        "key": uuid.uuid4(),
        "unit": cast.kangle_bureau.pk,
        "region": cast.kangle.pk,
        "place_words": "胭脂湖公园百姓大舞台",
        "start": DAY.isoformat(),
        "hosts": "州安委办、州应急局",
        "joint": "康乐县安委办、康乐县应急管理局",
        "who": WHO,
        "title": TITLE,
        "mode": "on_site",
        "n0": "2000余",
        **more,
    }


@pytest.fixture
def kangle(cast: Cast) -> Client:
    return signed_in(cast.kangle_liaison)


NEW = "/activities/new/consultation/"


def test_a_consultation_day_asks_for_eight_fields_at_most(cast: Cast, kangle: Client) -> None:
    text = kangle.get(NEW).text
    top = text.split('<details class="record-more')[0].split("data-record")[1]
    fields = re.findall(r"<(?:input|select|textarea)(?![^>]*type=\"hidden\")", top)
    assert 5 <= len(fields) <= 8


def test_the_day_in_kangle_by_the_page(cast: Cast, kangle: Client) -> None:
    answer = kangle.post(NEW, written(cast), follow=True)
    assert "已报送" in answer.text
    assert SENTENCE in answer.text
    activity = Activity.objects.get()
    assert [item.unit for item in queries.units_of([activity])[activity.pk]] == [
        None,
        cast.office,
        None,
        cast.kangle_bureau,
    ]
    assert TITLE in kangle.get("/activities/").text


def test_sent_twice_it_is_there_once(cast: Cast, kangle: Client) -> None:
    data = written(cast)
    first = kangle.post(NEW, data)
    count = Figure.objects.count()
    again = kangle.post(NEW, data)
    assert first.status_code == again.status_code == 302
    assert again["Location"].endswith("?done=there")
    assert (Activity.objects.count(), Figure.objects.count()) == (1, count)


def test_what_looks_like_yesterdays_is_shown_and_asked_about_but_not_blocked(cast: Cast, kangle: Client) -> None:
    kangle.post(NEW, written(cast))
    asked = kangle.post(NEW, written(cast, start="2023-06-13"))
    assert asked.status_code == 409
    assert "可能已经报过" in asked.text
    assert TITLE in asked.text
    assert Activity.objects.count() == 1
    assert kangle.post(NEW, written(cast, start="2023-06-13", again="on")).status_code == 302
    assert Activity.objects.count() == 2


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"n0": "-1"}, "负数"),
        ({"n0": "1e30"}, "看不懂"),
        ({"n1": "8万余", "n6": "5万"}, "同一个数"),
        ({"start": "2099-01-01"}, "办完再报"),
        ({"start": "昨天"}, "日期"),
        ({"key": "x"}, ""),
        ({"title": "长" * 101}, "100"),
    ],
)
def test_what_cannot_be_comes_back_with_what_was_written(
    cast: Cast, kangle: Client, more: dict[str, str], words: str
) -> None:
    answer = kangle.post(NEW, written(cast, **more))
    assert answer.status_code == 422
    assert words in answer.text
    assert "胭脂湖公园百姓大舞台" in answer.text
    assert not Activity.objects.exists()


def test_a_county_cannot_choose_another(cast: Cast, kangle: Client) -> None:
    assert kangle.post(NEW, written(cast, region=cast.yongjing.pk)).status_code == 422
    assert kangle.post(NEW, written(cast, unit=cast.yongjing_bureau.pk)).status_code == 422
    assert not Activity.objects.exists()


def test_it_is_repeated_corrected_withdrawn(cast: Cast, kangle: Client) -> None:
    kangle.post(NEW, written(cast))
    activity = Activity.objects.get()
    assert f"?like={activity.pk}" in kangle.get("/activities/new/").text
    again = kangle.get(f"{NEW}?like={activity.pk}").text
    assert "胭脂湖公园百姓大舞台" in again
    assert "2000余" not in again.split('name="n0"')[1][:80]
    form = kangle.get(f"/activities/{activity.pk}/correct/").text
    assert 'value="2000余"' in form
    change = written(cast, n0="2137", version=1, reason="核实签到")
    assert kangle.post(f"/activities/{activity.pk}/correct/", change).status_code == 302
    assert kangle.post(f"/activities/{activity.pk}/correct/", change).status_code == 409
    page = kangle.get(f"/activities/{activity.pk}/").text
    assert "2137人" in page
    assert "核实签到" in page
    gone = kangle.post(f"/activities/{activity.pk}/withdraw/", {"version": 2, "reason": "报重了"}, follow=True)
    assert "不计入合计" in gone.text
    assert TITLE not in kangle.get("/activities/").text
    assert TITLE in kangle.get("/activities/?withdrawn=on").text


def test_a_crowd_asks_for_its_safety_plan(cast: Cast, kangle: Client) -> None:
    kangle.post(NEW, written(cast, expected_attendance="2000"))
    activity = Activity.objects.get()
    way = f"/activities/{activity.pk}/safety-plan/"
    assert "还缺安全工作方案" in kangle.get(f"/activities/{activity.pk}/").text
    assert "还缺安全工作方案" in kangle.get("/").text
    assert kangle.post(way, {"version": 0}).status_code == 422
    items = {f"item_{code}": "已定" for code in ("what", "staff", "fire", "capacity", "buffer", "entrance", "vehicles")}
    assert kangle.post(way, {"version": 0, "by_government": "临夏州人民政府", **items}).status_code == 302
    assert kangle.post(way, {"version": 0, "permit": "1号"}).status_code == 409
    assert "还缺安全工作方案" in kangle.get(f"/activities/{activity.pk}/").text
    items |= {"item_order": "已定", "item_emergency": "已定"}
    kangle.post(way, {"version": 1, "by_government": "临夏州人民政府", **items})
    assert "还缺安全工作方案" not in kangle.get(f"/activities/{activity.pk}/").text
    assert SafetyPlan.objects.get().version == 2


def test_others_do_not_see_it(cast: Cast) -> None:
    activity = file(cast, kangle_day(cast, units=()))
    assert signed_in(cast.yongjing_liaison).get(f"/activities/{activity.pk}/").status_code == 404
    assert TITLE not in signed_in(cast.yongjing_liaison).get("/activities/").text
    assert signed_in(cast.inspector).get(f"/activities/{activity.pk}/correct/").status_code == 404


def test_who_took_part_sees_it_and_changes_nothing(cast: Cast) -> None:
    activity = file(cast)  # the office is a host
    office = signed_in(cast.liaison)
    assert office.get(f"/activities/{activity.pk}/").status_code == 200
    assert office.get(f"/activities/{activity.pk}/correct/").status_code == 404


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    office = signed_in(cast.operator)
    file(cast)
    with django_assert_num_queries(LIST):
        office.get("/activities/")
    for number in range(ROWS):
        file(cast, kangle_day(cast, title=f"第{number}次"))
    with django_assert_num_queries(LIST):
        page = office.get("/activities/")
    assert "after=" in page.text
    activity = Activity.objects.earliest("pk")
    with django_assert_num_queries(RECORD):
        office.get(f"/activities/{activity.pk}/")


def test_the_calendar_shows_each_day(cast: Cast, kangle: Client) -> None:
    campaign = campaigns.open_campaign(
        region=cast.prefecture, name="2023年“安全生产月”", period=JUNE, book="example", by=BY, at=EVENING
    )
    file(cast)
    page = kangle.get(reverse("activities:calendar", args=[campaign.pk]))
    assert "6月12日，1条" in page.text
    day = kangle.get(reverse("activities:calendar", args=[campaign.pk]) + "?day=2023-06-12")
    assert TITLE in day.text
    assert kangle.get(reverse("activities:calendar", args=[campaign.pk]) + "?day=x").status_code == 200


def test_every_kind_has_its_page_in_both_languages(cast: Cast, kangle: Client) -> None:
    for code in Activity._meta.get_field("kind").related_model.objects.values_list("code", flat=True):
        assert kangle.get(f"/activities/new/{code}/").status_code == 200
    assert kangle.get("/activities/new/no-such/").status_code == 404
    page = kangle.get(NEW, headers={"accept-language": "en"}).text
    assert "Held together with" in page


def test_a_form_knows_every_field_that_it_shows(cast: Cast) -> None:
    me = reader(cast.kangle_liaison)
    units = own_units(me)
    form = RecordForm(kind=kind("consultation"), offered=Offered(units, regions_of(me, units), {}))
    shown = [field.name for field in (*form.first(), *form.numbers(), *form.more())]
    assert len(shown) == len(set(shown))
    assert set(shown) | {"key", "task", "again"} == set(form.fields)


def test_a_task_of_the_plan_is_the_start(cast: Cast) -> None:
    campaign = campaign_of(cast)
    published(cast, planned(cast, campaign))
    liaison = signed_in(cast.kangle_liaison)
    page = liaison.get("/activities/new/").text
    assert "照方案报" in page
    way = re.search(r'href="(/activities/new/launch/\?task=\d+)"', page)
    assert way
    assert "举办启动仪式" in liaison.get(way[1]).text
    data = written(cast, title="", n0="", task=way[1].rpartition("=")[2])
    assert liaison.post("/activities/new/launch/", data).status_code == 302
    activity = Activity.objects.get()
    assert activity.task is not None
    assert activity.campaign == campaign
    assert timezone.is_aware(activity.filed_at)
    assert actions.withdraw_activity(
        activity=activity, expected_version=1, reason="试", by=cast.kangle_liaison.by, at=EVENING
    )


def test_a_correction_is_told_in_words_and_not_by_names_of_columns() -> None:
    from bihuan.activities.moments import moment
    from bihuan.history.models import Entry

    changed = {"figures": [["参与人数：2000余人"], ["参与人数：2013人", "横幅：3条"]], "place": ["", "胭脂湖公园"]}
    values = {"version": 2, "changed": changed, "reason": "清点后更正"}
    told = moment(Entry(verb="activities.corrected", subject_kind="activity", subject_id="1", values=values), {})
    assert told.detail == "数：参与人数：2000余人 → 参与人数：2013人、横幅：3条，地点：— → 胭脂湖公园，理由：清点后更正"
    filed = Entry(
        verb="activities.filed", subject_kind="activity", subject_id="1", values={"title": "进学校", "figures": []}
    )
    assert moment(filed, {}).detail == "进学校"


def test_the_plan_may_come_as_a_paper(cast: Cast, kangle: Client) -> None:
    kangle.post(NEW, written(cast, expected_attendance="2000"))
    activity = Activity.objects.get()
    way = f"/activities/{activity.pk}/safety-plan/"
    film = SimpleUploadedFile("方案.pdf", b"\0\0\0\x18ftypmp42" + b"\0" * 40)
    refused = kangle.post(way, {"version": 0, "permit": "1号", "paper": film})
    assert refused.status_code == 422
    assert "是视频" in refused.text
    assert not SafetyPlan.objects.exists()
    paper = SimpleUploadedFile("安全工作方案.pdf", b"%PDF-1.4 \n%%EOF")
    assert kangle.post(way, {"version": 0, "permit": "1号", "paper": paper}).status_code == 302
    page = kangle.get(f"/activities/{activity.pk}/").text
    assert "还缺安全工作方案" not in page
    assert "安全工作方案.pdf" in page
    assert "还缺安全工作方案" not in kangle.get("/").text
    assert "安全工作方案.pdf" in kangle.get(way).text


def test_a_place_is_chosen_from_the_register_or_written_freely(cast: Cast, kangle: Client) -> None:
    place = village(cast)
    url = reverse("activities:report", args=["entry_rural"])
    page = kangle.get(url).text
    assert "/places/options/" in page
    assert f'<option value="{place.name}">' in page
    offered = kangle.get(
        "/places/options/", {"field": "place_words", "place_words": place.name, "kinds": "village"}
    ).text
    assert place_option(place) in offered
    assert place_option(place) not in kangle.get(
        "/places/options/", {"field": "place_words", "place_words": place.name, "kinds": "school"}
    ).text  # fmt: skip
    said = written(cast, place_words=place_option(place))
    assert kangle.post(url, said).status_code == 302
    first = Activity.objects.latest("pk")
    assert (first.place, first.place_words, first.region) == (place, "", place.region)
    words = said | {"key": str(uuid.uuid4()), "place_words": "村口大槐树下", "again": "on"}
    assert kangle.post(url, words).status_code == 302
    assert Activity.objects.latest("pk").place_words == "村口大槐树下"
    gone = said | {"key": str(uuid.uuid4()), "place_words": "某村（某镇） #999999", "again": "on"}
    assert kangle.post(url, gone).status_code == 422
    # Corrected without a word about the place, it stays where it was.
    form = kangle.get(reverse("activities:correct", args=[first.pk])).context["form"]
    assert form.initial["place_words"] == place_option(place)

"""The pages of what is laid to activities: what they show to whom, what is said where something is refused."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from cast import BY, Cast, signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from doings import AT, DAY, a_roster, an_activity, photo
from pytest_django.fixtures import DjangoAssertNumQueries

from bihuan.activities import actions, queries
from bihuan.activities.actions import Listed, Offered, Paper, Place
from bihuan.activities.attachment_rules import AttachmentKind
from bihuan.activities.models import Activity, Attachment, TrainingRoster
from bihuan.figures import actions as figures
from bihuan.loop.days import local_day

pytestmark = pytest.mark.django_db
SCREEN = Place("outdoor_screen", 12, "康乐县中心广场", "公益广告", DAY, DAY)


@pytest.fixture
def liaison(cast: Cast) -> Client:
    figures.load_catalogue(by=BY, at=AT)
    return signed_in(cast.kangle_liaison)


def page(client: Client, activity: Activity, more: str = "") -> str:
    answer = client.get(f"/activities/{activity.pk}/materials/{more}")
    assert answer.status_code == 200
    return answer.content.decode()


def send(client: Client, activity: Activity, verb: str, **given: Any) -> Any:
    return client.post(f"/activities/{activity.pk}/materials/{verb}/", given)


def a_photo(activity: Activity, seed: int = 0) -> Attachment:
    files = [Offered(f"{seed}.jpg", photo(seed))]
    return actions.attach(activity=activity, kind=AttachmentKind.PHOTO, files=files, by=BY, at=AT)[0]


def jpg(seed: int = 0, name: str = "现场.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo(seed))


def test_photos_are_asked_for_only_where_a_reason_is_given(cast: Cast, liaison: Client) -> None:
    asked = page(liaison, an_activity(cast, "screens"))
    assert "要照片的理由" in asked
    assert "只有屏幕画面能说明播放过什么" in asked
    free = page(liaison, an_activity(cast, "consultation"))
    assert "这类活动不要求照片" in free
    assert "自愿附照片" in free
    assert "要照片的理由" not in free


def test_a_photo_is_laid_and_shown_by_its_bare_copy(cast: Cast, liaison: Client) -> None:
    activity = an_activity(cast, "screens")
    answer = send(liaison, activity, "photos", pieces=[jpg(1), jpg(2)], caption="中心广场")
    assert answer.status_code == 302
    (one, _two) = queries.attachments(activity)
    shown = page(liaison, activity)
    assert f"/activities/photos/{one.pk}/small.jpg" in shown
    assert one.sha256 not in shown
    copy = liaison.get(f"/activities/photos/{one.pk}/large.jpg")
    assert copy["Content-Type"] == "image/jpeg"
    assert "sandbox" in copy["Content-Security-Policy"]
    assert b"Ma Yangli" not in copy.content
    assert b"Ma Yangli" in liaison.get(f"/activities/{activity.pk}/files/{one.pk}/").content
    other = signed_in(cast.leader)  # sees the activity; did not file it
    assert other.get(f"/activities/photos/{one.pk}/large.jpg").status_code == 200
    assert other.get(f"/activities/{activity.pk}/files/{one.pk}/").status_code == 404
    assert liaison.get(f"/activities/photos/{one.pk}/huge.jpg").status_code == 404


def test_what_is_no_photo_is_said_on_the_page_with_what_was_typed(cast: Cast, liaison: Client) -> None:
    activity = an_activity(cast, "screens")
    film = SimpleUploadedFile("启动.mp4", b"\x00\x00\x00\x20ftypisom" + b"\0" * 2000)
    answer = send(liaison, activity, "photos", pieces=[film], caption="启动仪式全景")
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "是视频，这里只收照片" in words
    assert "启动仪式全景" in words
    assert send(liaison, activity, "photos", caption="x").status_code == 422
    assert send(liaison, activity, "photos", pieces=[jpg(n) for n in range(11)]).status_code == 422
    assert not Attachment.objects.exists()


def test_a_script_that_sends_one_file_after_another_is_answered_in_its_own_form(cast: Cast, liaison: Client) -> None:
    activity = an_activity(cast, "screens")
    address, more = f"/activities/{activity.pk}/materials/photos/", {"headers": {"accept": "application/json"}}
    answer = liaison.post(address, {"pieces": [jpg(1)], "caption": "广场"}, **more)  # type: ignore[arg-type]
    assert answer.json() == {"to": f"/activities/{activity.pk}/materials/?done=photos#photos"}
    answer = liaison.post(address, {"pieces": [SimpleUploadedFile("a.jpg", b"<svg>")]}, **more)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "不是照片" in answer.json()["said"]
    answer = liaison.post(address, {}, **more)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert answer.json()["said"]
    assert Client().post(address, {"pieces": [jpg(2)]}, **more).status_code == 401  # type: ignore[arg-type]


def test_what_was_typed_stays_where_it_was_refused(cast: Cast, liaison: Client) -> None:
    activity = an_activity(cast, "screens")
    row = a_photo(activity)
    shown = send(liaison, activity, "remove", line=row.pk, reason="拍到群众正脸" * 40).content.decode()
    assert "拍到群众正脸" in shown
    assert "0.jpg" in shown  # which one
    long = {"line": row.pk, "caption": "广场大屏" * 30}
    assert "广场大屏" in send(signed_in(cast.operator), activity, "release", **long).content.decode()
    roster = a_roster(cast)
    address = f"/activities/rosters/{roster.pk}/"
    one = queries.entries(roster).order_by("order")[0]
    given = {"line": one.pk, "name": "合格证", "number": "甘A7", "issuer": "州应急局", "issued_on": "2023-05-01"}
    shown = liaison.post(f"{address}certify/?show=there", given | {"valid_until": "2022-01-01"}).content.decode()
    assert "有效期止早于发证日期" in shown
    for value in ("合格证", "甘A7", "州应急局", "2023-05-01", "2022-01-01", str(one.pk)):
        assert f'value="{value}"' in shown
    assert "马一" in shown
    shown = liaison.post(f"{address}off/", {"line": one.pk, "reason": "调离" * 200}).content.decode()
    assert "调离调离" in shown
    stranger = {"line": 10**17, "reason": "调离"}
    assert liaison.post(f"{address}off/", stranger).status_code == 404


def test_papers_are_downloaded_and_pictures_looked_at(cast: Cast, liaison: Client) -> None:
    activity = an_activity(cast, expected_attendance=2000)
    assert "添加安全工作方案" in page(liaison, activity)
    plain = SimpleUploadedFile("签到表.txt", "马一".encode())
    assert send(liaison, activity, "papers", pieces=[plain]).status_code == 302
    assert send(liaison, activity, "plan", pieces=[SimpleUploadedFile("方案.pdf", b"%PDF-1.7")]).status_code == 302
    paper, plan = queries.attachments(activity)
    shown = signed_in(cast.leader).get(f"/activities/{activity.pk}/files/{paper.pk}/")
    assert shown["Content-Type"] == "application/octet-stream"
    assert "attachment" in shown["Content-Disposition"]
    assert liaison.get(f"/activities/{activity.pk}/files/{plan.pk}/")["Content-Type"] == "application/pdf"


def test_others_find_nothing_there(cast: Cast, liaison: Client) -> None:
    activity = an_activity(cast, "screens")
    row = a_photo(activity)
    for client in (signed_in(cast.yongjing_liaison), signed_in(cast.system_admin), signed_in(cast.idle)):
        assert client.get(f"/activities/{activity.pk}/materials/").status_code == 404
        assert client.get(f"/activities/photos/{row.pk}/small.jpg").status_code == 404
        assert send(client, activity, "photos", pieces=[jpg()]).status_code == 404
    assert send(signed_in(cast.leader), activity, "photos", pieces=[jpg()]).status_code == 404  # looks only
    assert send(liaison, activity, "moon").status_code == 404
    assert send(liaison, activity, "remove", line=row.pk + 99, reason="x").status_code == 404
    assert liaison.get(f"/activities/{activity.pk}/materials/photos/").status_code == 302
    assert liaison.get(f"/activities/{10**25}/materials/").status_code == 404


def test_the_public_sees_what_an_operator_released(cast: Cast, liaison: Client) -> None:
    activity = an_activity(cast, "screens")
    row, anybody, operator = a_photo(activity), Client(), signed_in(cast.operator)
    assert anybody.get(f"/photos/{row.pk}/large.jpg").status_code == 404
    assert send(liaison, activity, "release", line=row.pk).status_code == 404
    assert send(operator, activity, "release", line=row.pk).status_code == 302
    assert anybody.get(f"/photos/{row.pk}/large.jpg").status_code == 200
    assert f"/photos/{row.pk}/small.jpg" in anybody.get("/photos/").content.decode()
    assert send(operator, activity, "take-back", line=row.pk).status_code == 302
    assert anybody.get(f"/photos/{row.pk}/large.jpg").status_code == 404
    assert "还没有公开的照片" in anybody.get("/photos/").content.decode()
    answer = send(operator, activity, "take-back", line=row.pk)
    assert answer.status_code == 409
    assert "刚刚被他人改动" in answer.content.decode()
    assert send(liaison, activity, "remove", line=row.pk, reason="重拍").status_code == 302
    assert page(liaison, activity).count("<img") == 0


def test_the_wall_costs_the_same_for_one_photo_and_for_many(
    cast: Cast, liaison: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    activity = an_activity(cast, "screens")
    a_photo(activity)
    liaison.get("/activities/photos/")
    with django_assert_num_queries(11):
        assert liaison.get("/activities/photos/").content.count(b"<img") == 1
    for number in range(3):
        a_photo(an_activity(cast, "banners"), number)
    rows = [a_photo(activity, number) for number in range(1, 30)]
    Attachment.objects.bulk_create(
        Attachment(
            **{f.attname: getattr(rows[0], f.attname) for f in Attachment._meta.fields if f.name != "id"}
            | {"sha256": f"{number:064}"}
        )
        for number in range(30)
    )
    with django_assert_num_queries(11):
        answer = liaison.get("/activities/photos/")
    assert answer.content.count(b"<img") == 48
    following = re.search(rb'href="(\?after=[^"]+)"', answer.content)
    assert following
    assert liaison.get("/activities/photos/" + following[1].decode()).content.count(b"<img") == 15


def test_placements_are_entered_and_the_figure_follows(cast: Cast, liaison: Client) -> None:
    activity = an_activity(cast, "screens")
    given = {"carrier": "outdoor_screen", "count": "12", "place": "中心广场", "content": "公益广告"}
    days = {"start_on": "2023-06-01", "end_on": "2023-06-30"}
    assert send(liaison, activity, "place", **given, **days).status_code == 302
    answer = send(liaison, activity, "place", **given | {"count": "-1"}, **days)
    assert answer.status_code == 422
    assert 'value="-1"' in answer.content.decode()
    answer = send(liaison, activity, "place", **given, start_on="2023-06-30", end_on="2023-06-01")
    assert "起止日期颠倒" in answer.content.decode()
    (figure,) = queries.standing(activity)
    assert figure.revision.printed == "12块"
    (row,) = queries.placements(activity)
    assert send(liaison, activity, "unplace", line=row.pk).status_code == 302
    assert queries.standing(activity) == []


def test_works_and_their_views_over_time(cast: Cast, liaison: Client) -> None:
    activity = an_activity(cast, "media_work")
    given = {
        "platform": "douyin",
        "title": "安全三十秒",
        "address": "https://v.douyin.com/1",
        "published_on": "2023-06-16",
    }
    assert send(liaison, activity, "work", **given, views="").status_code == 302
    assert "不算 0" in page(liaison, activity)
    ((work, _none),) = queries.works_with_views(activity)
    assert send(liaison, activity, "views", line=work.pk, day="2023-06-18", views="700").status_code == 302
    assert send(liaison, activity, "views", line=work.pk, day="2023-06-20", views="2600").status_code == 302
    shown = page(liaison, activity)
    assert "700" in shown
    assert "2600" in shown
    assert "比上次多 1900" in shown
    assert '<polyline points="0,44 300,0 ">' in shown
    answer = send(liaison, activity, "views", line=work.pk, day="2023-06-01", views="5")
    assert answer.status_code == 422
    assert "日期须在发布之后" in answer.content.decode()
    assert send(liaison, activity, "work", **given).status_code == 422  # the same address
    assert {item.revision.printed for item in queries.standing(activity)} == {"1条", "2600次"}
    assert send(liaison, activity, "unwork", line=work.pk).status_code == 302


def test_placements_that_end_soon_come_first(
    cast: Cast, liaison: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    activity, today = an_activity(cast, "screens"), local_day(timezone.now())
    for name, first, last in (("快到期", -9, 3), ("长期", -9, 60), ("过了", -9, -1), ("还没有", 5, 9), ("今天", 0, 0)):
        days = today + dt.timedelta(days=first), today + dt.timedelta(days=last)
        actions.place(activity=activity, said=Place("banner", 1, f"{name}广场", "标语", *days), by=BY, at=AT)
    liaison.get("/activities/placements/")
    with django_assert_num_queries(12):
        shown = liaison.get("/activities/placements/").content.decode()
    assert shown.index("今天广场") < shown.index("快到期广场")
    assert "还有 3 天到期" in shown
    assert "长期广场" not in shown
    assert "长期广场" in liaison.get("/activities/placements/?show=up").content.decode()
    assert "过了广场" in liaison.get("/activities/placements/?show=over").content.decode()
    assert "过了" not in signed_in(cast.yongjing_liaison).get("/activities/placements/?show=over").content.decode()
    many = [("banner", 1, f"{number}路", "标语", today, today) for number in range(60)]
    for said in many:
        actions.place(activity=activity, said=Place(*said), by=BY, at=AT)
    with django_assert_num_queries(12):
        assert "下一页" in liaison.get("/activities/placements/").content.decode()


def test_a_typed_figure_and_its_lines_are_shown_beside_each_other(cast: Cast, liaison: Client) -> None:
    from bihuan.activities.models import ActivityFigure
    from bihuan.figures.rules import Kind
    from bihuan.reading.ranges import Range

    activity = an_activity(cast, "screens")
    content = figures.Content(
        region=cast.kangle, measures=("screens",), classifier="块", value=Range.exact(50), printed="50块", form="exact",
        period=(DAY, DAY), occasion=activity.occasion,
    )  # fmt: skip
    figure = figures.file(kind=Kind.RECORD, content=content, by=BY, at=AT)
    ActivityFigure.objects.create(activity=activity, figure=figure, order=1)
    actions.place(activity=activity, said=SCREEN, by=BY, at=AT)
    shown = page(liaison, activity)
    assert "记录里填的是 50块，下面的明细合计 12" in shown


# -- rosters ---------------------------------------------------------------------------------------------------------


def test_a_roster_is_begun_filled_and_shows_who_is_missing(cast: Cast, liaison: Client) -> None:
    given = {"name": "四类重点人员", "target": "officials", "unit": cast.kangle_bureau.pk, "campaign": ""}
    answer = liaison.post("/activities/rosters/", given)
    assert answer.status_code == 302
    address = answer["Location"]
    people = "马一\t康乐县应急局\t局长\n马二，康乐县住建局\n马三"
    assert liaison.post(address + "people/", {"people": people}).status_code == 302
    answer = liaison.post(address + "people/", {"people": "马四\n，缺姓名"})
    assert answer.status_code == 422
    assert "第 2 行姓名" in answer.content.decode()
    assert "马四" in answer.content.decode()
    roster = TrainingRoster.objects.get()
    session = an_activity(cast, "training", book=roster.book)
    one = queries.entries(roster).order_by("order")[0]
    assert "马一" in page(liaison, session)
    given = {"roster": roster.pk, "entries": [one.pk]}
    assert send(liaison, session, "attend", **given).status_code == 302
    shown = liaison.get(address).content.decode()
    assert "33.3%" in shown
    assert "马一" not in shown  # of those who are missing
    assert "马二" in shown
    there = liaison.get(address + "?show=there").content.decode()
    assert session.title in there
    assert "33.3%" in liaison.get("/activities/rosters/").content.decode()
    assert send(liaison, session, "absent", line=one.pk).status_code == 302
    assert send(liaison, session, "attend", roster=roster.pk, entries=[10**9]).status_code == 422


def test_certificates_and_taking_off(cast: Cast, liaison: Client) -> None:
    roster = a_roster(cast)
    address = f"/activities/rosters/{roster.pk}/"
    one, two, _three = queries.entries(roster).order_by("order")
    today = local_day(timezone.now())
    soon = today + dt.timedelta(days=20)
    given = {"line": one.pk, "name": "安全管理人员合格证", "number": "甘A7", "issued_on": "2023-01-01"}
    assert liaison.post(address + "certify/", given | {"valid_until": soon.isoformat()}).status_code == 302
    assert "即将到期" in liaison.get(address).content.decode()
    assert liaison.post(address + "certify/", given).status_code == 422
    late = Paper("特种作业操作证", "T1", DAY, valid_until=DAY)
    actions.certify(entry=two, said=late, by=BY, at=AT)
    assert "已过期" in liaison.get(address).content.decode()
    assert liaison.post(address + "off/", {"line": two.pk, "reason": ""}).status_code == 422
    assert liaison.post(address + "off/", {"line": two.pk, "reason": "退休"}).status_code == 302
    assert "马二" not in liaison.get(address).content.decode()
    roster.refresh_from_db()
    assert liaison.post(address + "close/", {"version": roster.version - 1}).status_code == 409
    assert liaison.post(address + "close/", {"version": roster.version}).status_code == 302
    assert "已封存" in liaison.get(address).content.decode()


def test_rosters_are_their_keepers(cast: Cast, liaison: Client) -> None:
    roster = a_roster(cast)
    address = f"/activities/rosters/{roster.pk}/"
    assert signed_in(cast.operator).get(address).status_code == 200
    assert signed_in(cast.leader).get(address).status_code == 200
    assert signed_in(cast.leader).post(address + "people/", {"people": "马四"}).status_code == 404
    for person in (cast.yongjing_liaison, cast.inspector, cast.idle, cast.system_admin):
        assert signed_in(person).get(address).status_code == 404
    mine = {"name": "越界", "target": "officials", "unit": cast.yongjing_bureau.pk}
    assert liaison.post("/activities/rosters/", mine).status_code == 422
    session = an_activity(cast, "training", region=cast.yongjing, unit=cast.yongjing_bureau)
    one = queries.entries(roster)[0]
    assert send(liaison, session, "attend", roster=roster.pk, entries=[one.pk]).status_code == 404
    stranger = signed_in(cast.yongjing_liaison)
    assert send(stranger, session, "attend", roster=roster.pk, entries=[one.pk]).status_code in (404, 422)
    assert not queries.attendance(session).exists()


def test_pages_of_rosters_cost_the_same_for_few_and_for_many(
    cast: Cast, liaison: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    roster = a_roster(cast)
    address = f"/activities/rosters/{roster.pk}/?show=all"
    liaison.get(address)
    with django_assert_num_queries(17):
        liaison.get(address)
    people = [Listed(f"人{number}", "康乐县应急局") for number in range(70)]
    actions.list_people(roster=roster, people=people, by=BY, at=AT)
    rows = list(queries.entries(roster))
    actions.attended(activity=an_activity(cast, "training"), entries=rows[:40], by=BY, at=AT)
    with django_assert_num_queries(17):
        liaison.get(address)
    with django_assert_num_queries(14):
        liaison.get("/activities/rosters/")
    for _ in range(3):
        a_roster(cast)
    with django_assert_num_queries(14):
        liaison.get("/activities/rosters/")

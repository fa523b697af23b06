"""Placements and works: the figures follow them, each once, and never over what a person typed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

import pytest
from cast import BY, Cast
from django.db import DatabaseError, transaction
from doings import AT, DAY, an_activity

from bihuan.activities import actions, queries
from bihuan.activities.actions import Place, Said, Work
from bihuan.activities.materials import GoneError, MaterialError
from bihuan.activities.models import Activity, ActivityFigure, ActivityKind, MediaViews
from bihuan.activities.publicity_rules import carriers, is_address, placed, published
from bihuan.figures import actions as figures
from bihuan.figures.queries import check_codes, records
from bihuan.figures.queries.standing import Scope
from bihuan.figures.rules import Kind
from bihuan.lib.refusals import Refusal
from bihuan.org.models import Edition

SCREEN = Place("outdoor_screen", 12, "康乐县中心广场", "安全生产月公益广告", DAY, DAY + dt.timedelta(days=14))
FILM = Work("douyin", "安全出行三十秒", "https://www.douyin.com/video/1", DAY)


def numbers(activity: Activity) -> dict[str, int]:
    """What the activity's figures say."""
    return {row.measures[0]: int(row.value.low or 0) for row in (item.revision for item in queries.standing(activity))}


def test_what_is_asked_of_carriers_is_measured() -> None:
    assert {"outdoor_screen", "banner"} <= set(carriers())
    assert placed([("outdoor_screen", 3), ("vehicle_screen", 4), ("banner", 5), ("loudspeaker", 6)]) == {
        "screens:块": 7,
        "banners:条": 5,
    }


@pytest.mark.django_db
def test_the_measures_of_carriers_are_in_the_catalogue(cast: Cast) -> None:
    figures.load_catalogue(by=BY, at=AT)
    check_codes([item.asked.partition(":")[0] for item in carriers().values() if item.asked])


def test_views_are_known_only_where_somebody_read_them_off() -> None:
    asked = ["media_posts:条", "media_views:次"]
    assert published(asked, [None, None]) == {"media_posts:条": 2}
    assert published(asked, [None, 700]) == {"media_posts:条": 2, "media_views:次": 700}
    assert published(asked, [0]) == {"media_posts:条": 1, "media_views:次": 0}
    assert published(asked, []) == {}
    assert published(["media_reports:篇"], [500]) == {"media_reports:篇": 1}


@pytest.mark.parametrize(("text", "good"), [
    ("https://mp.weixin.qq.com/s/abc", True), ("http://www.linxia.gov.cn/", True), ("javascript:alert(1)", False),
    ("https://", False), ("www.linxia.gov.cn", False), ("ftp://a.cn/", False), ("https://a@b.cn/", False),
    ("https://[::1", False), ("https://localhost/", False),
])  # fmt: skip
def test_an_address_is_one_of_a_page(text: str, good: bool) -> None:
    assert is_address(text) is good


@pytest.mark.django_db
def test_the_figure_of_a_carrier_is_the_sum_of_its_placements(cast: Cast) -> None:
    activity = an_activity(cast, "screens")
    first = actions.place(activity=activity, said=SCREEN, by=BY, at=AT)
    assert numbers(activity) == {"screens": 12}
    actions.place(activity=activity, said=replace(SCREEN, carrier="vehicle_screen", count=30), by=BY, at=AT)
    actions.place(activity=activity, said=replace(SCREEN, carrier="loudspeaker"), by=BY, at=AT)  # counts for nothing
    assert numbers(activity) == {"screens": 42}
    assert activity.figures.count() == 1  # one figure, corrected
    scope = Scope.of(region=cast.prefecture, measures=["screens"], classifiers=["块"], period=(DAY, DAY))
    assert [row.value.low for row in records(scope)] == [42]
    actions.remove_placement(placement=first, by=BY, at=AT)
    assert numbers(activity) == {"screens": 30}
    with pytest.raises(GoneError):
        actions.remove_placement(placement=first, by=BY, at=AT)
    for row in queries.placements(activity):
        actions.remove_placement(placement=row, by=BY, at=AT)
    assert numbers(activity) == {}
    actions.place(activity=activity, said=replace(SCREEN, count=1), by=BY, at=AT)
    assert numbers(activity) == {"screens": 1}


@pytest.mark.django_db
def test_what_a_person_typed_is_not_written_over(cast: Cast) -> None:
    activity = an_activity(cast, "screens")
    content = figures.Content(
        region=cast.kangle,
        measures=("screens",),
        classifier="块",
        value=_exact(50),
        printed="50块",
        form="exact",
        period=(DAY, DAY),
        occasion=activity.occasion,
    )
    typed = figures.file(kind=Kind.RECORD, content=content, by=BY, at=AT)
    ActivityFigure.objects.create(activity=activity, figure=typed, order=1)
    actions.place(activity=activity, said=SCREEN, by=BY, at=AT)
    assert numbers(activity) == {"screens": 50}
    assert activity.figures.count() == 1


def _exact(number: int):  # type: ignore[no-untyped-def]
    from bihuan.reading.ranges import Range

    return Range.exact(Decimal(number))


@pytest.mark.django_db
@pytest.mark.parametrize("wrong", [
    {"carrier": "moon"}, {"count": 0}, {"count": -1}, {"count": 10**9}, {"place": " "}, {"content": "字" * 201},
    {"end_on": DAY - dt.timedelta(days=1)}, {"end_on": DAY + dt.timedelta(days=900)},
])  # fmt: skip
def test_a_placement_that_cannot_be_is_refused(cast: Cast, wrong: dict[str, object]) -> None:
    activity = an_activity(cast, "screens")
    with pytest.raises(MaterialError):
        actions.place(activity=activity, said=replace(SCREEN, **wrong), by=BY, at=AT)  # type: ignore[arg-type]
    assert queries.placements(activity) == []
    assert numbers(activity) == {}


@pytest.mark.django_db
def test_only_kinds_that_have_such_lines_take_them(cast: Cast) -> None:
    with pytest.raises(MaterialError, match="不登记宣传阵地"):
        actions.place(activity=an_activity(cast), said=SCREEN, by=BY, at=AT)
    with pytest.raises(MaterialError, match="不登记作品"):
        actions.publish(activity=an_activity(cast), said=FILM, by=BY, at=AT)


@pytest.mark.django_db
def test_views_are_the_sum_of_the_last_day_of_each_work(cast: Cast) -> None:
    activity = an_activity(cast, "media_work", end_on=DAY + dt.timedelta(days=14))
    later = AT + dt.timedelta(days=7)
    film = actions.publish(activity=activity, said=FILM, by=BY, at=AT)
    assert numbers(activity) == {"media_posts": 1}  # views: not known, which is not 0
    page = replace(FILM, platform="wechat", address="https://mp.weixin.qq.com/s/1", title="致全州企业的一封信")
    letter = actions.publish(activity=activity, said=page, views=300, by=BY, at=AT)
    assert numbers(activity) == {"media_posts": 2, "media_views": 300}
    actions.read_views(work=film, day=DAY, views=5000, by=BY, at=AT)
    actions.read_views(work=film, day=DAY, views=5200, by=BY, at=AT)  # a slip of the hand, put right
    actions.read_views(work=film, day=DAY + dt.timedelta(days=7), views=86_000, by=BY, at=later)
    actions.read_views(work=film, day=DAY + dt.timedelta(days=3), views=20_000, by=BY, at=later)  # entered late
    assert numbers(activity) == {"media_posts": 2, "media_views": 86_300}
    ((_film, series), _letter) = queries.works_over_time(activity)
    assert [(row.day - DAY, row.views) for row in series] == [
        (dt.timedelta(0), 5200),
        (dt.timedelta(3), 20_000),
        (dt.timedelta(7), 86_000),
    ]
    actions.remove_work(work=letter, by=BY, at=later)
    assert numbers(activity) == {"media_posts": 1, "media_views": 86_000}
    with pytest.raises(GoneError):
        actions.read_views(work=letter, day=DAY, views=1, by=BY, at=later)


@pytest.mark.django_db
def test_a_count_of_views_that_cannot_be_is_refused(cast: Cast) -> None:
    film = actions.publish(activity=an_activity(cast, "media_work"), said=FILM, by=BY, at=AT)
    for views, day in [(-1, DAY), (10**30, DAY), (5, DAY - dt.timedelta(days=1)), (5, DAY + dt.timedelta(days=1))]:
        with pytest.raises(MaterialError):
            actions.read_views(work=film, day=day, views=views, by=BY, at=AT)
    assert not MediaViews.objects.exists()


@pytest.mark.django_db
def test_counts_of_views_are_only_added(cast: Cast) -> None:
    film = actions.publish(activity=an_activity(cast, "media_work"), said=FILM, views=3, by=BY, at=AT)
    with pytest.raises(DatabaseError), transaction.atomic():
        MediaViews.objects.filter(work=film)._raw_delete("default")


@pytest.mark.django_db
def test_an_address_is_entered_once(cast: Cast) -> None:
    activity = an_activity(cast, "media_work")
    work = actions.publish(activity=activity, said=FILM, by=BY, at=AT)
    with pytest.raises(MaterialError, match="已经登记过"):
        actions.publish(activity=activity, said=FILM, by=BY, at=AT)
    for wrong in ({"platform": "moon"}, {"title": ""}, {"address": "javascript:alert(1)"}):
        with pytest.raises(MaterialError):
            actions.publish(activity=activity, said=replace(FILM, **wrong), by=BY, at=AT)
    actions.remove_work(work=work, by=BY, at=AT)
    actions.publish(activity=activity, said=FILM, by=BY, at=AT)
    assert numbers(activity) == {"media_posts": 1}


@pytest.mark.django_db
def test_a_correction_leaves_what_follows_the_lines(cast: Cast) -> None:
    actions.load_kinds(by=BY, at=AT)
    figures.load_catalogue(by=BY, at=AT)
    said = Said(
        kind=ActivityKind.objects.get(code="media_work"),
        unit=cast.kangle_bureau,
        region=cast.kangle,
        start=DAY,
        end=DAY,
        title="安全短片",
    )
    activity = actions.file_activity(said=said, key=uuid.uuid4(), by=BY, at=AT)
    assert numbers(activity) == {"media_posts": 1}  # the work itself
    for number in range(3):
        film = replace(FILM, address=f"https://www.douyin.com/video/{number}")
        actions.publish(activity=activity, said=film, views=100, by=BY, at=AT)
    assert numbers(activity) == {"media_posts": 3, "media_views": 300}
    activity = actions.correct_activity(
        activity=activity, expected_version=1, said=replace(said, title="安全短片三则"), by=BY, at=AT
    )
    assert numbers(activity) == {"media_posts": 3, "media_views": 300}
    typed = replace(said, numbers={"media_views:次": "5000"})
    activity = actions.correct_activity(activity=activity, expected_version=2, said=typed, by=BY, at=AT)
    assert numbers(activity) == {"media_posts": 3, "media_views": 5000}
    (first, _views), *_rest = queries.works_with_views(activity)
    actions.remove_work(work=first, by=BY, at=AT)
    assert numbers(activity) == {"media_posts": 2, "media_views": 5000}  # typed by a person: theirs
    for work, _latest in queries.works_with_views(activity):
        actions.remove_work(work=work, by=BY, at=AT)
    assert numbers(activity) == {"media_posts": 1, "media_views": 5000}


@pytest.mark.django_db
def test_lines_of_a_closed_period_change_no_more_and_nothing_is_half_written(cast: Cast) -> None:
    activity = an_activity(cast, "screens")
    row = actions.place(activity=activity, said=SCREEN, by=BY, at=AT)
    edition = Edition.objects.latest("as_of")
    figures.close_period(region=cast.prefecture, edition=edition, period=(DAY, DAY), by=BY, at=AT)
    for change in (
        lambda: actions.place(activity=activity, said=SCREEN, by=BY, at=AT),
        lambda: actions.remove_placement(placement=row, by=BY, at=AT),
    ):
        with pytest.raises(Refusal) as refused:
            change()
        assert refused.value.code == "period-closed"
    assert queries.placements(activity) == [row]
    assert numbers(activity) == {"screens": 12}

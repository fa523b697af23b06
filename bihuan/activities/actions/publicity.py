"""Enter where something was put up and what was published; the activity's figures follow."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from bihuan.activities import queries
from bihuan.activities.actions.following import follow
from bihuan.activities.actions.materials import held, note, there
from bihuan.activities.materials import MaterialError, line
from bihuan.activities.models import Activity, MediaViews, MediaWork, Placement
from bihuan.activities.publicity_rules import (
    MOST_LINES,
    MOST_OF_ONE,
    MOST_VIEWS,
    carriers,
    is_address,
    placed,
    platforms,
    published,
)
from bihuan.loop.days import local_day

PLACEMENTS, WORKS = "placements", "works"  # the lines that figures follow
LONGEST_DAYS = 400  # of a placement
_NO_PLACEMENT = MaterialError("kind", "这类活动不登记宣传阵地", "this kind of activity has no placements")
_NO_WORK = MaterialError("kind", "这类活动不登记作品", "this kind of activity has no media works")


@dataclass(frozen=True, slots=True)
class Place:
    """A placement as it is said."""

    carrier: str
    count: int
    place: str
    content: str
    start_on: dt.date
    end_on: dt.date


@dataclass(frozen=True, slots=True)
class Work:
    """A media work as it is said."""

    platform: str
    title: str
    address: str
    published_on: dt.date


def place(*, activity: Activity, said: Place, by: str, at: dt.datetime) -> Placement:
    """Enter a placement; the figure of its carrier follows, unless a person typed that figure.

    Raises:
        MaterialError: an unknown carrier, no number, days turned round, too many lines, a kind without placements.
        WithdrawnError: the activity was withdrawn.
        Refusal: its period is closed.
    """
    row = Placement(activity=activity, by=by, at=at, **_placement(said))
    with transaction.atomic():
        held_one = held(activity)
        if "placement" not in held_one.kind.needs:
            raise _NO_PLACEMENT
        _refuse_more(Placement.objects.filter(activity=activity, removed_at=None).count())
        row.save()
        values: dict[str, Any] = {
            "carrier": row.carrier,
            "count": row.count,
            "place": row.place,
            "content": row.content,
        }
        note(held_one, "placed", by, at, **values, days=[row.start_on.isoformat(), row.end_on.isoformat()])
        _follow_placements(held_one, by, at)
    return row


def _placement(said: Place) -> dict[str, Any]:
    if said.carrier not in carriers():
        raise MaterialError("carrier", "请选择载体", "choose a carrier")
    if not 1 <= said.count <= MOST_OF_ONE:
        zh, en = f"数量须在 1 到 {MOST_OF_ONE} 之间", f"the number lies between 1 and {MOST_OF_ONE:,}"
        raise MaterialError("count", zh, en)
    if said.end_on < said.start_on or (said.end_on - said.start_on).days > LONGEST_DAYS:
        zh = f"起止日期颠倒，或超过 {LONGEST_DAYS} 天"
        raise MaterialError("days", zh, f"the days are turned round, or more than {LONGEST_DAYS}")
    return {
        "carrier": said.carrier,
        "count": said.count,
        "place": line(said.place, ("放置地点", "where"), most=100),
        "content": line(said.content, ("内容", "what it says"), most=200),
        "start_on": said.start_on,
        "end_on": said.end_on,
    }


def remove_placement(*, placement: Placement, by: str, at: dt.datetime) -> None:
    """Take a placement out: it was entered by mistake. The figure follows.

    Raises:
        GoneError: it was taken out already.
        WithdrawnError: the activity was withdrawn.
    """
    with transaction.atomic():
        activity = held(placement.activity)
        row = there(placement)
        row.removed_by, row.removed_at = by, at
        row.save()
        note(activity, "placement_removed", by, at, carrier=row.carrier, count=row.count, place=row.place)
        _follow_placements(activity, by, at)


def _follow_placements(activity: Activity, by: str, at: dt.datetime) -> None:
    follow(activity, PLACEMENTS, placed(queries.placed_lines(activity)), by=by, at=at)


def publish(*, activity: Activity, said: Work, views: int | None = None, by: str, at: dt.datetime) -> MediaWork:
    """Enter a work that was published, with its views on the day of `at` where they were read off.

    Raises:
        MaterialError: an unknown platform, no title, an address that is none or was entered already, too many, a kind
            without works.
        WithdrawnError: the activity was withdrawn.
        Refusal: its period is closed.
    """
    row = MediaWork(activity=activity, by=by, at=at, **_work(said))
    with transaction.atomic():
        held_one = held(activity)
        if "media" not in held_one.kind.needs:
            raise _NO_WORK
        standing = MediaWork.objects.filter(activity=activity, removed_at=None)
        _refuse_more(standing.count())
        if row.address and standing.filter(address=row.address).exists():
            raise MaterialError("twice", "这个网址已经登记过", "this address was entered already")
        row.save()
        values: dict[str, Any] = {"platform": row.platform, "work": row.title, "address": row.address}
        note(held_one, "published", by, at, **values, day=row.published_on.isoformat())
        if views is not None:
            _read_off(row, local_day(at), views, by, at)
        _follow_works(held_one, by, at)
    return row


def _work(said: Work) -> dict[str, Any]:
    if said.platform not in platforms():
        raise MaterialError("platform", "请选择平台", "choose a platform")
    address = said.address.strip()
    if address and not is_address(address):
        zh = "网址须以 http:// 或 https:// 开头，且不超过 500 字"
        raise MaterialError("address", zh, "an address begins with http:// or https:// and has at most 500 characters")
    return {
        "platform": said.platform,
        "title": line(said.title, ("标题", "title"), most=100),
        "address": address,
        "published_on": said.published_on,
    }


def remove_work(*, work: MediaWork, by: str, at: dt.datetime) -> None:
    """Take a work out: it was entered by mistake, or is not to be seen any more. The figures follow.

    Raises:
        GoneError: it was taken out already.
        WithdrawnError: the activity was withdrawn.
    """
    with transaction.atomic():
        activity = held(work.activity)
        row = there(work)
        row.removed_by, row.removed_at = by, at
        row.save()
        note(activity, "work_removed", by, at, work=row.title, address=row.address)
        _follow_works(activity, by, at)


def read_views(*, work: MediaWork, day: dt.date, views: int, by: str, at: dt.datetime) -> MediaViews:
    """Enter how often a work was seen by a day, as the platform says. The row stays; a later one of the day holds. The
    figure of views is the sum of each work's last day.

    Raises:
        MaterialError: a number that cannot be, a day before it was published or after `at`.
        GoneError: the work was taken out.
        WithdrawnError: the activity was withdrawn.
        Refusal: its period is closed.
    """
    with transaction.atomic():
        activity = held(work.activity)
        row = _read_off(there(work), day, views, by, at)
        note(activity, "views_read", by, at, work=work.title, day=day.isoformat(), views=views)
        _follow_works(activity, by, at)
    return row


def _read_off(work: MediaWork, day: dt.date, views: int, by: str, at: dt.datetime) -> MediaViews:
    if not 0 <= views <= MOST_VIEWS:
        raise MaterialError(
            "views", "阅读播放量须为 0 或正整数，且不能大得离谱", "views are a whole number, not absurd"
        )
    if not work.published_on <= day <= local_day(at):
        raise MaterialError("day", "日期须在发布之后、今天之前", "the day lies between publishing and today")
    return MediaViews.objects.create(work=work, day=day, views=views, by=by, at=at)


def _follow_works(activity: Activity, by: str, at: dt.datetime) -> None:
    latest = [last for _work, last in queries.works_with_views(activity)]
    sums = published([activity.kind.counts, *activity.kind.suggests], [item.views if item else None for item in latest])
    follow(activity, WORKS, sums, by=by, at=at)


def _refuse_more(count: int) -> None:
    if count >= MOST_LINES:
        zh, en = f"一次活动最多登记 {MOST_LINES} 条", f"at most {MOST_LINES} of one activity"
        raise MaterialError("too-many", zh, en)

"""Activities for tests of what is laid to them."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

from cast import BY, Cast
from django.db.models import Model
from PIL import Image

from bihuan.activities import actions, queries
from bihuan.activities.actions import Listed, Offered, Paper, Place, Work
from bihuan.activities.attachment_rules import AttachmentKind
from bihuan.activities.models import Activity, ActivityKind, TrainingRoster
from bihuan.figures import actions as figures

DAY = dt.date(2023, 6, 16)
AT = dt.datetime(2023, 6, 16, 9, 0, tzinfo=dt.UTC)  # 17 o'clock there


def an_activity(cast: Cast, kind: str = "consultation", **more: Any) -> Activity:
    """What the Kangle bureau did on a day, without figures."""
    actions.load_kinds(by=BY, at=AT)
    key = uuid.uuid4()
    region = more.pop("region", cast.kangle)
    book = more.get("book", "")
    days = (more.get("start_on", DAY), more.get("end_on", DAY))
    title = more.pop("title", "安全宣传咨询日活动")
    occasion = figures.open_occasion(name=title, period=days, regions=[region], key=str(key), book=book, by=BY, at=AT)
    columns: dict[str, Any] = {"unit": cast.kangle_bureau, "start_on": days[0], "end_on": days[1]}
    return Activity.objects.create(
        key=key,
        kind=ActivityKind.objects.get(code=kind),
        title=title,
        region=region,
        occasion=occasion,
        filed_by=BY,
        filed_at=AT,
        **columns | more,
    )


def a_roster(cast: Cast) -> TrainingRoster:
    """Three people whom the Kangle bureau is to reach."""
    unit, region, name = cast.kangle_bureau, cast.kangle, "四类重点人员"
    roster = actions.open_roster(unit=unit, region=region, target="officials", name=name, by=BY, at=AT)
    people = [Listed("马一", "康乐县应急局", "局长"), Listed("马二", "康乐县住建局"), Listed("马三", "康乐水泥厂")]
    actions.list_people(roster=roster, people=people, by=BY, at=AT)
    return roster


def with_materials(cast: Cast) -> dict[str, Model]:
    """One of each thing that is laid to activities, all of the Kangle bureau."""
    session, media, roster = an_activity(cast, "training"), an_activity(cast, "media_work"), a_roster(cast)
    files = [Offered("现场.jpg", photo())]
    (row,) = actions.attach(activity=session, kind=AttachmentKind.PHOTO, files=files, by=BY, at=AT)
    film = Work("douyin", "安全三十秒", "https://v.douyin.com/1", DAY)
    work = actions.publish(activity=media, said=film, by=BY, at=AT)
    entry = queries.entries(roster).earliest("order")
    paper = actions.certify(entry=entry, said=Paper("合格证", "甘A1", DAY), by=BY, at=AT)
    screens = an_activity(cast, "screens")
    place = actions.place(activity=screens, said=Place("banner", 3, "广场", "标语", DAY, DAY), by=BY, at=AT)
    return {
        "session": session,
        "photo": row,
        "media": media,
        "work": work,
        "roster": roster,
        "entry": entry,
        "certificate": paper,
        "screens": screens,
        "placement": place,
    }


def photo(seed: int = 0, size: tuple[int, int] = (60, 40)) -> bytes:
    """A photo that tells where it was taken, and by whom; another for each seed."""
    exif = Image.Exif()
    exif[0x013B], exif[0x010E] = "Ma Yangli", f"photo {seed}"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (35.0, 22.0, 12.0), "E", (103.0, 42.0, 30.0)
    out = io.BytesIO()
    Image.new("RGB", size, (seed % 256, 80, 120)).save(out, "JPEG", exif=exif)
    return out.getvalue()

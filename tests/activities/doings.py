"""Activities for tests of what is laid to them."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

from cast import BY, Cast
from PIL import Image

from bihuan.activities import actions
from bihuan.activities.models import Activity, ActivityKind
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


def photo(seed: int = 0, size: tuple[int, int] = (60, 40)) -> bytes:
    """A photo that tells where it was taken, and by whom; another for each seed."""
    exif = Image.Exif()
    exif[0x013B] = "马样例"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (35.0, 22.0, 12.0), "E", (103.0, 42.0, 30.0)
    out = io.BytesIO()
    Image.new("RGB", size, (seed % 256, 80, 120)).save(out, "JPEG", exif=exif)
    return out.getvalue()

"""What tests of activities share: the report's day in Kangle, and short words for filing."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from cast import Cast

from bihuan.activities import actions
from bihuan.activities.actions import Said, Taking
from bihuan.activities.models import Activity, ActivityKind
from bihuan.activities.rules import Part

DAY = dt.date(2023, 6, 12)
EVENING = dt.datetime(2023, 6, 12, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
JUNE = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
WHO = "州县分管领导、安委会成员单位、部分企业负责人以及周边群众、媒体记者"
TITLE = "临夏州2023年“安全生产月”宣传咨询日活动"
# The report's own sentence (linxia-2023-summary.txt, 二、四是), without 隆重.
SENTENCE = (
    "6月12日，州安委办、州应急局联合康乐县安委办、康乐县应急管理局在康乐县胭脂湖公园百姓大舞台举行了临夏州2023年“安全生产月”"
    "宣传咨询日活动，州县分管领导、安委会成员单位、部分企业负责人以及周边群众、媒体记者2000余人参加了活动。"
)


def kind(code: str) -> ActivityKind:
    return ActivityKind.objects.get(code=code)


def kangle_day(cast: Cast, **more: Any) -> Said:
    """The report's day, as Kangle's liaison says it."""
    wanted: dict[str, Any] = {
        "kind": kind("consultation"),
        "unit": cast.kangle_bureau,
        "region": cast.kangle,
        "start": DAY,
        "end": DAY,
        "title": TITLE,
        "place_words": "胭脂湖公园百姓大舞台",
        "who": WHO,
        "units": (
            Taking(Part.HOST, words="州安委办"),
            Taking(Part.HOST, cast.office),
            Taking(Part.JOINT, words="康乐县安委办"),
            Taking(Part.JOINT, cast.kangle_bureau),
        ),
        "numbers": {"participants:人": "2000余"},
        **more,
    }
    return Said(**wanted)


def file(cast: Cast, said: Said | None = None, *, key: uuid.UUID | None = None, at: dt.datetime = EVENING) -> Activity:
    """File it as Kangle's liaison."""
    said = said or kangle_day(cast)
    return actions.file_activity(said=said, key=key or uuid.uuid4(), by=cast.kangle_liaison.by, at=at)

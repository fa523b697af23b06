"""A campaign with tasks in many states in June 2023, for tests of bulletins."""

from __future__ import annotations

import datetime as dt
from itertools import count

from cast import Cast
from django.db import connection
from rounds import act, on, seal_all

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.loop import actions as loop
from bihuan.loop.actions import Said, Wanted
from bihuan.loop.models import Matter
from bihuan.org.models import Person, Region, Unit
from bihuan.supervision import actions
from bihuan.supervision.bulletin_rules import Month
from bihuan.supervision.models import Bulletin

JUNE, MAY = Month(dt.date(2023, 6, 1)), Month(dt.date(2023, 5, 1))
CUT_OFF = on(6, 30, 18)
_numbers = count(1)


def campaign(cast: Cast, *, book: str = "example") -> Campaign:
    period = (dt.date(2023, 5, 1), dt.date(2023, 7, 31))
    return campaigns.open_campaign(
        region=cast.prefecture, name="2023年“安全生产月”", period=period, book=book, by=cast.operator.by, at=on(4, 20)
    )


def duty(
    found: Campaign, keeper: Unit, unit: Unit, owner: Person, due: dt.date, at: dt.datetime, title: str = ""
) -> Matter:
    """A key task of the campaign in the hands of a unit."""
    number = next(_numbers)
    said = Said(unit=unit, owner=owner, due_on=due)
    name = title or f"重点工作第{number}项"
    wanted = Wanted(f"duty:{number}", "task", name, keeper, scope=f"campaign:{found.pk}", book=found.book, said=said)
    return loop.register(wanted=wanted, by="system:tests", at=at)


def finished(matter: Matter, cast: Cast, doer: Person, at: dt.datetime) -> None:
    act(matter, "sign_for", doer, at)
    act(matter, "answer", doer, at, text="已办结")
    act(matter, "accept", cast.checker, at)
    act(matter, "close", cast.checker, at)


def busy_june(cast: Cast) -> tuple[Campaign, dict[str, Matter]]:
    """Kangle: done in time, done late, overdue with an account, behind; Yongjing: not started, answered, extended."""
    found = campaign(cast)
    start, june = on(5, 22), dt.date(2023, 6, 16)

    def kangle(due: dt.date, title: str) -> Matter:
        return duty(found, cast.office, cast.kangle_bureau, cast.kangle_liaison, due, start, title)

    def yongjing(due: dt.date, title: str) -> Matter:
        return duty(found, cast.office, cast.yongjing_bureau, cast.yongjing_liaison, due, start, title)

    made = {
        "done": kangle(june, "举办宣传咨询日活动"),
        "late": kangle(june, "开展应急演练"),
        "overdue": kangle(june, "排查消防通道"),
        "behind": kangle(dt.date(2023, 7, 14), "修订应急预案"),
        "waiting": yongjing(dt.date(2023, 7, 28), "组织知识竞赛"),
        "answered": yongjing(dt.date(2023, 6, 30), "播放警示教育片"),
        "extended": yongjing(june, "检查旅游景区"),
    }
    finished(made["done"], cast, cast.kangle_liaison, on(6, 15))
    act(made["overdue"], "sign_for", cast.kangle_liaison, on(5, 23))
    act(made["overdue"], "report", cast.kangle_liaison, on(6, 12), text="物业配合不到位", progress=50)
    act(made["behind"], "sign_for", cast.kangle_liaison, on(5, 24))
    act(made["behind"], "report", cast.kangle_liaison, on(6, 20), text="专家未到", progress=40)
    act(made["extended"], "sign_for", cast.yongjing_liaison, on(5, 24))
    act(
        made["extended"], "ask_extension", cast.yongjing_liaison, on(6, 14), text="景区停业", due_on=dt.date(2023, 7, 7)
    )
    act(made["extended"], "grant_extension", cast.operator, on(6, 15))
    loop.sweep(at=on(6, 20))
    finished(made["late"], cast, cast.kangle_liaison, on(6, 21))
    act(made["answered"], "sign_for", cast.yongjing_liaison, on(6, 21))
    act(made["answered"], "answer", cast.yongjing_liaison, on(6, 28), text="已播放")
    return found, made


def bulletin(found: Campaign, *, month: Month = JUNE, cut_off: dt.datetime = CUT_OFF, region: Region | None = None,
             at: dt.datetime | None = None, **more: str) -> Bulletin:  # fmt: skip
    """Freeze one, everything sealed: as in use where each change is committed, else as far as a test can."""
    as_of = seal_all() if connection.in_atomic_block else None
    return actions.freeze(
        campaign=found, region=region or found.region, month=month, cut_off=cut_off, as_of=as_of,
        by="system:tests", at=at or on(7, 3), **more,  # type: ignore[arg-type]
    )  # fmt: skip

"""THE TABLE: what plugs into what, by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings

from bihuan.activities import actions as activities
from bihuan.campaigns import actions as campaign_actions
from bihuan.campaigns import queries as campaigns
from bihuan.campaigns.closing_way import closing_way_out
from bihuan.campaigns.flow import TASK
from bihuan.components.refused import Way
from bihuan.documents.vouching import Voucher
from bihuan.exchange import jobs as exchange
from bihuan.figures import actions as figures
from bihuan.history import actions as history
from bihuan.loop import actions as loop
from bihuan.loop.flows import Flow
from bihuan.loop.following import Follower
from bihuan.loop.scopes import Namer
from bihuan.messages.jobs import outgoing
from bihuan.org import actions as org
from bihuan.places import actions as places
from bihuan.reports import verification as reports
from bihuan.statistics import actions as statistics
from bihuan.supervision import actions as supervision
from bihuan.supervision import verification as bulletins
from bihuan.supervision.flow import NOTICE, NOTICE_FLOW, OBJECTION, OBJECTION_FLOW
from bihuan.supervision.queries import mandates_named
from bihuan.workdays import actions as workdays


class Seed(Protocol):
    """Loads what ships with the program where it is missing; returns whether it changed anything."""

    def __call__(self, *, by: str, at: dt.datetime) -> bool: ...


class Job(Protocol):
    """Does a piece of periodic work; returns whether more of it waits already."""

    def __call__(self, *, at: dt.datetime) -> bool: ...


@dataclass(frozen=True, slots=True)
class Periodic:
    """A job and for how many seconds it rests when nothing waits.

    `lane`: jobs of one lane wait for each other, those of two lanes do not. What speaks to servers out there has a lane
    of its own: one of them that does not answer holds up no sweep.
    """

    job: Job
    every: float
    lane: str = ""


def _seal(*, at: dt.datetime) -> bool:
    return history.seal(at=at, limit=history.SEALED_AT_ONCE) == history.SEALED_AT_ONCE


def _fold(*, at: dt.datetime) -> bool:
    return figures.fold(limit=_PIECE) == _PIECE


def _forget(*, at: dt.datetime) -> bool:
    org.forget_expired(at=at)
    return False


def _sweep(*, at: dt.datetime) -> bool:
    return loop.sweep(at=at, still=STILL).matters == loop.AT_ONCE


def _light(*, at: dt.datetime) -> bool:
    supervision.light_up(at=at, still=STILL)
    return False


def _remind(*, at: dt.datetime) -> bool:
    return campaign_actions.remind_due(at=at, still=STILL, limit=_LISTS) == _LISTS


def _retime(*, at: dt.datetime) -> bool:
    loop.propose_retiming(at=at)
    return False


def _count(*, at: dt.datetime) -> bool:
    return loop.fold(limit=_PIECE) == _PIECE


def _carry_receipts(*, at: dt.datetime) -> bool:
    return supervision.carry_receipts(at=at, limit=_RECEIPTS) == _RECEIPTS


_RECEIPTS = 200  # at once
_LISTS = 20  # at once
STILL = tuple(settings.STILL)  # books that tell of days long over: the wall clock moves nothing in them
_PIECE = 1000  # deltas at once
FLOWS: tuple[Flow, ...] = (
    TASK,
    NOTICE_FLOW,
    OBJECTION_FLOW,
)  # the kinds of loops; `settings.FLOWS` names this table to the engine
# What subjects do in the transaction of a step of their own loops, by flow.
FOLLOWERS: dict[str, Follower] = {NOTICE: supervision.follow_notice, OBJECTION: supervision.follow_objection}
# For the bound numbers of papers, by the word of their tags; `settings.VOUCHERS` names this table.
VOUCHERS: dict[str, Voucher] = {"fact": reports.FACTS, "bulletin": bulletins.BULLETINS}
SCOPES: dict[str, Namer] = {
    "campaign": campaigns.named,
    "mandate": mandates_named,
}  # what matters belong to; `settings.SCOPES` names this table
# Where a line of an expected list is handed in: by its form, or what that begins with ("table:"); {line}, {form}.
# `settings.DOORS` names this table.
DOORS: dict[str, str] = {
    "summary": "/submissions/new/?line={line}",
    "progress": "/submissions/new/?line={line}",
    "table:": "/forms/{form}/hand-in/?line={line}",
}
# Where what came for a line can be looked at, by its kind; `settings.SUBJECT_PAGES` names this table.
SUBJECT_PAGES: dict[str, str] = {"submission": "/submissions/{}/", "form_return": "/forms/returns/{}/"}
# Where a refusal is put right, by its code; `settings.WAYS_OUT` names this table.
WAYS_OUT: dict[str, Callable[[Any], Way]] = {"period-closed": closing_way_out}
SEEDS: dict[str, Seed] = {
    "工作日历 / calendar": workdays.load_shipped,
    "行政区划 / regions": org.load_divisions,
    "场所类别 / kinds of places": places.load_kinds,
    "指标目录 / measures": figures.load_catalogue,
    "合计 / totals": figures.keep_all,
    "活动类别 / kinds of activities": activities.load_kinds,
    "督办层级 / ladders": loop.load_ladders,
    "示例统计表 / example forms": statistics.load_examples,
}
# Reads are right without them: they add what is not folded yet. Only a paper waits for the seal.
PERIODIC: dict[str, Periodic] = {
    "封存历史 / seal": Periodic(_seal, 2),
    "汇总合计 / fold": Periodic(_fold, 10),
    "核对汇总 / recount": Periodic(figures.check_tonight, 900, lane="recount"),
    "到期检查 / sweep": Periodic(_sweep, 5),
    "按规则亮灯 / lights": Periodic(_light, 4 * 3600),  # by the day; more often finds what was reported meanwhile
    "自动催报 / reminders": Periodic(_remind, 900),  # in working hours; a day that was missed is made good
    "新日历提请核定时限 / retiming": Periodic(_retime, 3600),
    "汇总事项 / count": Periodic(_count, 10),
    "督办通知签收 / receipts": Periodic(_carry_receipts, 5),
    "清理过期会话与名册 / forget": Periodic(_forget, 3600),
    "对外发送消息 / outgoing": Periodic(outgoing, 2, lane="outside"),
    "上报数据定稿 / freeze reports": Periodic(exchange.freeze, 5, lane="bundles"),
    "询问上级来函 / knock": Periodic(exchange.knock, 300, lane="bundles"),
    "发送上报包 / bundles": Periodic(exchange.outgoing, 5, lane="bundles"),
}

"""What tests of plans share: a campaign with its lists and a plan over the cast's units."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from cast import Cast

from bihuan.campaigns import actions
from bihuan.campaigns.actions import DutySaid, ListWish, OnPaper, Published, Wanted
from bihuan.campaigns.models import Campaign, Duty, Expected, Plan
from bihuan.campaigns.rules import safety_month, safety_month_name
from bihuan.loop import actions as loop
from bihuan.org.models import Unit

ZONE = ZoneInfo("Asia/Shanghai")
JUNE = safety_month(2023)
DUE = dt.date(2023, 6, 16)


def on(month: int, day: int, hour: int = 10) -> dt.datetime:
    """A moment of 2023 by the clock of the campaign."""
    return dt.datetime(2023, month, day, hour, tzinfo=ZONE)


def campaign_of(cast: Cast, *, year: int = 2023) -> Campaign:
    """A campaign that is described, with two lists of units."""
    loop.load_ladders(by="system:tests", at=on(1, 1))
    by, at = cast.operator.by, on(5, 8)
    made = actions.open_campaign(
        region=cast.prefecture,
        name=safety_month_name(year),
        period=safety_month(year),
        theme="人人讲安全、个个会应急",
        book="example",
        by=by,
        at=at,
    )
    made = actions.describe(
        campaign=made,
        expected_version=1,
        theme=made.theme,
        times=22,
        basis=("2023年甘肃省“安全生产月”活动方案", "甘安办发〔2023〕20号"),
        issuer=cast.office,
        working_body=cast.office,
        by=by,
        at=at,
    )
    counties = [cast.kangle_bureau, cast.yongjing_bureau]
    actions.set_unit_list(campaign=made, name="各县（市）", group="counties", units=counties, by=by, at=at)
    actions.set_unit_list(campaign=made, name="各成员单位", group="members", units=[cast.office], by=by, at=at)
    return made


def said(title: str, unit: Unit | None, **more: Any) -> DutySaid:
    return replace(DutySaid(title, unit=unit, due_on=DUE), **more)


def planned(cast: Cast, campaign: Campaign | None = None) -> Plan:
    """A plan of two paragraphs that give something to do: one to each county, one to the office."""
    campaign = campaign or campaign_of(cast)
    by, at = cast.operator.by, on(5, 8)
    plan = actions.new_plan(campaign=campaign, source="empty", by=by, at=at)
    launch, day = (
        actions.add_paragraph(plan=plan, key=actions.new_key(), heading=name, text=text, tasked=True, by=by, at=at)
        for name, text in (("举办启动仪式", "层层动员。"), ("宣传咨询日活动", "设置咨询台。"))
    )
    counties = [cast.kangle_bureau, cast.yongjing_bureau]
    wanted = [
        *actions.for_each("1" * 32, launch, said("举办启动仪式", None, requirement="层层动员部署。"), counties),
        Wanted("2" * 32, day, said("举办宣传咨询日活动", cast.office, owner=cast.liaison)),
    ]
    actions.add_duties(plan=plan, wanted=wanted, by=by, at=at)
    return Plan.objects.get(pk=plan.pk)


def published(cast: Cast, plan: Plan, *, at: dt.datetime | None = None) -> Published:
    """Publish it as one that went out on paper."""
    plan = Plan.objects.get(pk=plan.pk)
    paper = OnPaper("已以纸质文件印发", "临州安办〔2023〕9号")
    at = at or on(5, 20)
    return actions.publish(plan=plan, expected_version=plan.version, on_paper=paper, by=cast.operator.by, at=at)


def duty_of(plan: Plan, unit: Unit) -> Duty:
    return Duty.objects.get(plan=plan, unit=unit)


def expected_of(cast: Cast, campaign: Campaign) -> Expected:
    """The line of Kangle's bureau on a list of its own."""
    wish = ListWish("progress", "进展情况", campaign.period, campaign.period_end)
    units = [cast.kangle_bureau, cast.yongjing_bureau]
    by = cast.operator.by
    (made,) = actions.issue_lists(campaign=campaign, wishes=[wish], units=units, by=by, at=on(6, 1))
    return Expected.objects.get(expected_list=made, unit=cast.kangle_bureau)

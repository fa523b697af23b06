"""The 2023 campaign of Linxia as model data: its committee, its division of work, and the month that passed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from bihuan.demonstration import committee as units
from bihuan.demonstration import division_table, registers
from bihuan.demonstration.activities import Activities
from bihuan.demonstration.bulletins import Bulletins
from bihuan.demonstration.materials import Materials
from bihuan.demonstration.month import Month
from bihuan.demonstration.office import Office
from bihuan.demonstration.papers import write, write_out
from bihuan.demonstration.plan import Planning
from bihuan.demonstration.receipts import Receipts
from bihuan.demonstration.rounds import Rounds
from bihuan.demonstration.story import Story, moment
from bihuan.demonstration.supervision import Supervision
from bihuan.demonstration.tables import Tables
from bihuan.demonstration.upward import Upward
from bihuan.installation import Progress
from bihuan.lib.words import say
from bihuan.loop import actions as loop

if TYPE_CHECKING:
    from bihuan.org.models import Region

PAPERS = ("plan", "notice", "task-division")  # 方案、通知、分工


def show(*, home: Region, office: Office, out: Path, now: dt.datetime, progress: Progress) -> list[str]:
    """Make the campaign and let its month pass. Again it changes nothing; cut short it goes on where it stopped.

    Args:
        now: when the accounts of model people are lent; all else has its moment in 2023.

    Returns:
        What to print of the people who sign in, and of where to look first.
    """
    progress(say("示例活动:单位、分工、事项(模型数据)", "the example campaign: units, division, matters (model data)"))
    began = moment(5, 4)
    committee = units.convene(home=home, office=office, at=began)
    registers.keep(at=began)
    planning = Planning(home, office, committee)
    campaign = planning.campaign()
    given = planning.publish(campaign)
    progress(say("一个月过去:签收、反馈、审核、督办", "a month passes: signing for, answering, checking, supervising"))
    story = Story()
    month = Month(office, given)
    month.put(story)
    bulletins = Bulletins(office, committee, campaign)
    bulletins.put(story)
    matters = {(item.duty.number, item.duty.short): item.matter for item in given}
    supervision = Supervision(office, committee, matters)
    supervision.put(story)
    Rounds(office, committee, supervision.standing).put(story)
    registers.put(story, committee=committee)
    Receipts(office, committee, campaign).put(story)
    Activities(office, campaign).put(story)
    Materials(office, campaign).put(story)
    Tables(office, committee).put(story)
    upward = Upward(office, campaign)
    upward.put(story)
    story.tell()
    while loop.fold():
        pass
    _write_out(out, planning, bulletins, progress)
    upward.write_out(out, progress)
    told = units.lend(committee, password=office.password, at=now) if office.password else []
    return [*told, *_first_looks(len(given))]


def _write_out(out: Path, planning: Planning, bulletins: Bulletins, progress: Progress) -> None:
    """The papers of the campaign, beside the table that the division of work was read from."""
    write(out / division_table.NAME, division_table.word_table())
    progress(say(f"  {out / division_table.NAME}  分工表（读入的）", f"  {out / division_table.NAME}  as it was read"))
    named = dict(zip(PAPERS, planning.papers, strict=False))
    named |= {f"bulletin-{month}": paper for month, paper in bulletins.papers.items()}
    for name, paper in named.items():
        docx, _pdf = write_out(paper, out, name)
        progress(f"  {docx} .pdf  {paper.number}")


def _first_looks(duties: int) -> list[str]:
    looks = [
        (f"/matters/ 台账：{duties} 项事项，八县市和37个成员单位", f"/matters/ the ledger: {duties} matters"),
        ("/places/ 场所底册；活动页的“五进覆盖”", "/places/ registers of places; a campaign's coverage of them"),
        ("/supervision/bulletins/ 五月、六月通报，每个数都能点开", "/supervision/bulletins/ every number opens"),
        ("/exchange/ 上报：第一周已关账签发", "/exchange/ reporting upward: the first week, closed and signed"),
        ("/activities/ 活动记录：6月12日康乐县的一天", "/activities/ the day in Kangle, 12 June"),
        (
            "/activities/photos/ 照片墙（示例图片）；/activities/rosters/ 培训名册",
            "/activities/photos/ the wall of (drawn) photos; /activities/rosters/ a roster of training",
        ),
        (
            "/matters/mine/ 我的事项：用 kangle、jiaotong、hegao 各看一次",
            "/matters/mine/ as kangle, jiaotong and hegao",
        ),
    ]
    return [say("先看:", "look first at:"), *(f"  {say(*look)}" for look in looks)]

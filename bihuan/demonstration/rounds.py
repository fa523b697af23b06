"""Rounds of supervision in the demonstration (动态督办、跟进督办), a conclusion, and the objection that changed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bihuan.demonstration.committee import Committee
from bihuan.demonstration.office import Office
from bihuan.demonstration.story import Story, moment
from bihuan.supervision import actions, queries
from bihuan.supervision.rules import ReviewOutcome

if TYPE_CHECKING:
    from bihuan.supervision.models import Conclusion, Mandate, Objection, Round

PLACE = "积石山县政府"
FOUND = "抽查的两个乡镇未悬挂宣传标语"
FIRST, SECOND = "第一轮督查：启动部署和宣传氛围（示例）", "第二轮督查：问题跟进和隐患排查（示例）"
ROUNDS: dict[str, tuple[Sequence[tuple[str, str]], str]] = {  # title → what is looked at where, the summary
    FIRST: (
        ((PLACE, "启动活动和宣传氛围"), ("康乐县政府", "宣传咨询日主会场准备"), ("州住建局", "建筑施工领域排查准备")),
        "总体部署到位；积石山县部分乡镇宣传氛围不浓，下一轮跟进。",
    ),
    SECOND: ((("州市场监管局", "餐饮场所燃气安全排查"),), "上一轮问题已整改到位；本轮发现的问题下一轮跟进。"),
}
SEEN = {PLACE: "启动活动已开展，抽查乡镇4个", "康乐县政府": "场地、安保方案齐备", "州住建局": "排查方案已印发"}
LEFT = "两家餐饮场所未安装燃气报警装置，尚未建立整改台账"


@dataclass
class Rounds:
    """`mandate`: gives the one under which they go, once it is there."""

    office: Office
    committee: Committee
    mandate: Callable[[], Mandate]

    def put(self, story: Story) -> None:
        """Two rounds, a conclusion of the first, and what its unit had to say."""
        for title, day in ((FIRST, 8), (SECOND, 20)):
            story.put(moment(6, day - 2, 9), partial(self._plan, title, dt.date(2023, 6, day)))
            story.put(moment(6, day - 2, 15), partial(self._approve, title))
            story.put(moment(6, day, 9), partial(self._begin, title))
            story.put(moment(6, day, 16), partial(self._look, title))
            story.put(moment(6, day + 1, 17), partial(self._end, title))
        story.put(moment(6, 12, 10), self._conclude)
        story.put(moment(6, 16, 10), self._object)
        story.put(moment(6, 19, 10), self._name_reviewer)
        story.put(moment(6, 21, 10), self._review)
        story.put(moment(6, 26, 9), self._approve_review)
        story.put(moment(6, 26, 11), self._reply)

    # -- rounds -----------------------------------------------------------------------------------------------------

    def _round(self, title: str, state: str) -> Round | None:
        rounds = queries.rounds_under(self.mandate())
        return next((row for row in rounds if row.title == title and row.state == state), None)

    def _plan(self, title: str, first: dt.date, at: dt.datetime) -> None:
        if any(row.title == title for row in queries.rounds_under(self.mandate())):
            return
        looks, _summary = ROUNDS[title]
        plan = actions.Plan(
            title=title,
            leader=self.office.checker,
            members=(self.office.drafter,),
            plan="不发通知、不打招呼，查阅资料、现场查看；一个单位半天，不要求汇报材料。",
            days=(first, first + dt.timedelta(1)),
            looks=[(self.committee[short].unit, what, None) for short, what in looks],
        )
        actions.plan_round(mandate=self.mandate(), plan=plan, by=self.office.drafter.by, at=at)

    def _approve(self, title: str, at: dt.datetime) -> None:
        if row := self._round(title, "planned"):
            actions.approve_round(round=row, expected_version=row.version, by=self.office.signer.by, at=at)

    def _begin(self, title: str, at: dt.datetime) -> None:
        if row := self._round(title, "approved"):
            actions.begin_round(round=row, expected_version=row.version, by=self.office.checker.by, at=at)

    def _look(self, title: str, at: dt.datetime) -> None:
        row = self._round(title, "under_way")
        if row is None:
            return
        by = self.office.checker.by
        shorts = {member.unit.pk: short for short, member in (self.committee.counties | self.committee.members).items()}
        for look in queries.round_page(row).looks:
            short = shorts[look.unit_id]
            if look.follow_up_of is not None:
                actions.look(look=look, seen="抽查的两个乡镇已补挂标语", by=by, at=at)
                actions.settle(finding=look.follow_up_of, text="已补挂到位，现场核实", by=by, at=at)
                continue
            actions.look(look=look, seen=SEEN.get(short, "查阅台账，现场抽查3处"), by=by, at=at)
            if short == PLACE:
                actions.find(look=look, text=FOUND, by=by, at=at)
            elif title == SECOND:
                actions.find(look=look, text=LEFT, by=by, at=at)

    def _end(self, title: str, at: dt.datetime) -> None:
        if row := self._round(title, "under_way"):
            summary = ROUNDS[title][1]
            actions.end_round(
                round=row, summary=summary, expected_version=row.version, by=self.office.checker.by, at=at
            )

    # -- a conclusion, and the objection to it ----------------------------------------------------------------------

    def _conclusion(self) -> Conclusion | None:
        """The one that was made on the round, not the one that replaced it."""
        rows = queries.conclusions_under(self.mandate())
        return next((row for row in rows if row.replaces_id is None), None)

    def _conclude(self, at: dt.datetime) -> None:
        row = self._round(FIRST, "ended")
        if row is None or self._conclusion() is not None:
            return
        actions.conclude(
            mandate=self.mandate(),
            unit=self.committee[PLACE].unit,
            title="积石山县宣传氛围督查结论（示例）",
            text="积石山县启动活动如期开展；抽查的4个乡镇中两个未悬挂宣传标语，宣传氛围营造不到位，请于6月16日前整改。",
            round=row,
            by=self.office.checker.by,
            at=at,
        )

    def _object(self, at: dt.datetime) -> None:
        row = self._conclusion()
        if row is not None and queries.objection_to(row) is None:
            grounds = "其中一个乡镇的标语于6月7日因大风脱落，当日已报备、次日补挂，有记录，请予核实。"
            actions.object_to(conclusion=row, grounds=grounds, by=self.committee[PLACE].doer.by, at=at)

    def _objection(self, state: str) -> Objection | None:
        row = self._conclusion()
        found = queries.objection_to(row) if row is not None else None
        return found if found is not None and found.matter.state == state else None

    def _name_reviewer(self, at: dt.datetime) -> None:
        """By a leader, and of a person, who took no part in the conclusion."""
        if row := self._objection("lodged"):
            version = row.matter.version
            actions.name_reviewer(
                objection=row,
                reviewer=self.office.liaison,
                expected_version=version,
                by=self.committee.second_leader.by,
                at=at,
            )

    def _review(self, at: dt.datetime) -> None:
        if row := self._objection("reviewing"):
            text = "经核实报备记录属实，一个乡镇标语脱落事出有因并已补挂；另一个乡镇情况属实。建议变更结论。"
            version, by = row.matter.version, self.office.liaison.by
            actions.review(
                objection=row, outcome=ReviewOutcome.CHANGED, text=text, expected_version=version, by=by, at=at
            )

    def _approve_review(self, at: dt.datetime) -> None:
        if row := self._objection("reviewed"):
            version, by = row.matter.version, self.committee.second_leader.by
            actions.decide_review(objection=row, agreed=True, expected_version=version, by=by, at=at)

    def _reply(self, at: dt.datetime) -> None:
        if row := self._objection("approved"):
            version, by = row.matter.version, self.committee.second_leader.by
            actions.reply(objection=row, expected_version=version, by=by, at=at)

"""The plan of the demonstration: from the shipped template, its division of work read from a Word table, its three
papers through three people's hands, published, and the matters that came of it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bihuan.campaigns import actions, queries
from bihuan.campaigns.rules import OUT_STATES, PlanState, safety_month, safety_month_name
from bihuan.demonstration import division_table
from bihuan.demonstration.committee import OFFICE_SHORT, Committee, Member
from bihuan.demonstration.courses import PUBLISHED, Duty
from bihuan.demonstration.lists import rows
from bihuan.demonstration.office import BOOK, Office
from bihuan.demonstration.papers import issued
from bihuan.demonstration.story import moment

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign, Plan
    from bihuan.campaigns.models import Duty as PlannedDuty
    from bihuan.documents.models import Document
    from bihuan.loop.models import Matter
    from bihuan.org.models import Region

THEME, TIMES = "人人讲安全、个个会应急", 22
BASIS = "2023年甘肃省“安全生产月”活动方案"  # of 省安委办 and 省应急管理厅, as the summary names it; without a number
OPENED, WRITTEN, SIGNED = moment(5, 8), moment(5, 10), moment(5, 16, 15)
# The office writes the template anew along its report: what it leaves out, calls otherwise, and adds.
LEFT_OUT = ("开展“五个一”活动", "推动企业主要负责人“五带头”", "开展警示教育和公开课")
RENAMED = {
    "开展隐患曝光和举报奖励": "开展重点行业领域隐患排查和曝光",
    "开展应急演练": "开展应急演练“展赛评”",
}
ADDED = "开展安全生产“五大体系”宣贯"
ADDED_TEXT = (
    "紧紧围绕活动主题，深入宣传贯彻安全生产“五大体系”，将建设意义标语化、建设任务条目化、建设进度经验化。建立“不定期、"
    "分时段”的动态督办机制，实行“动态督办+跟进督办”，及时更新重点工作任务台账，以月为单位公示推进完成情况，对未能如期"
    "完成的及时下达督办通知。"
)
ADDED_AFTER = "举办启动仪式"
ADDED_KEY = "demo-five-systems"


@dataclass(frozen=True)
class Given:
    """A duty, the member that got it, and its matter."""

    duty: Duty
    member: Member
    matter: Matter


@dataclass
class Planning:
    """Who plans with whom; `papers`: 方案, 通知, 分工, once they are issued."""

    home: Region
    office: Office
    committee: Committee
    papers: list[Document] = field(default_factory=list)

    def campaign(self) -> Campaign:
        """The campaign with what it stands on: theme, which one it is, the upper paper, two names of one office."""
        by = self.office.drafter.by
        opened = actions.open_campaign(
            region=self.home, name=safety_month_name(PUBLISHED.year), theme=THEME, period=safety_month(PUBLISHED.year),
            book=BOOK, by=by, at=OPENED,
        )  # fmt: skip
        if opened.issuer is not None:  # described before, perhaps otherwise since
            return opened
        return actions.describe(
            campaign=opened,
            expected_version=opened.version,
            theme=THEME,
            times=TIMES,
            basis=(BASIS, ""),
            issuer=self.committee.body,
            working_body=self.office.unit,
            by=by,
            at=OPENED,
        )

    def publish(self, campaign: Campaign) -> list[Given]:
        """The plan from its template to its matters; what is done of it stays done."""
        plan = queries.plans(campaign).last() or actions.new_plan(campaign=campaign, by=self._by, at=OPENED)
        if plan.state == PlanState.DRAFT:
            self._list_units(campaign)
            self._write(plan)
            self._divide(plan)
            plan = actions.prepare(plan=plan, expected_version=self._fresh(plan).version, by=self._by, at=WRITTEN)
        self.papers = [issued(paper.document, self.office, at=SIGNED) for paper in queries.papers(plan)]
        if plan.state not in OUT_STATES:
            at = dt.datetime.combine(PUBLISHED, dt.time(9), SIGNED.tzinfo)
            actions.publish(plan=plan, expected_version=plan.version, by=self._by, at=at)
        return self._given(campaign)

    @property
    def _by(self) -> str:
        return self.office.drafter.by

    def _fresh(self, plan: Plan) -> Plan:
        return queries.plans(plan.campaign).get(pk=plan.pk)

    def _list_units(self, campaign: Campaign) -> None:
        have = {row.name for row in queries.unit_lists(campaign)}
        lists = {
            "各县（市）": ("counties", self.committee.counties),
            "各成员单位": ("members", self.committee.members),
        }
        for name, (group, members) in lists.items():
            if name not in have:
                units = [member.unit for member in members.values()]
                actions.set_unit_list(campaign=campaign, name=name, units=units, group=group, by=self._by, at=OPENED)

    # -- paragraphs ------------------------------------------------------------------------------------------------

    def _write(self, plan: Plan) -> None:
        """The paragraphs, along the report that the month ends with."""
        found = {part.paragraph.heading: part.paragraph for part in queries.parts(plan, with_duties=False)}
        for heading in LEFT_OUT:
            if there := found.get(heading):
                actions.drop_paragraph(paragraph=there, expected_version=there.version, by=self._by, at=WRITTEN)
        for heading, name in RENAMED.items():
            if there := found.get(heading):
                actions.write_paragraph(
                    paragraph=there, expected_version=there.version, heading=name, text=there.text,
                    level=there.level, tasked=True, by=self._by, at=WRITTEN,
                )  # fmt: skip
        actions.add_paragraph(
            plan=plan, key=ADDED_KEY, heading=ADDED, text=ADDED_TEXT, level=2, tasked=True,
            after=found[ADDED_AFTER], by=self._by, at=WRITTEN,
        )  # fmt: skip

    # -- division of work ------------------------------------------------------------------------------------------

    def _divide(self, plan: Plan) -> None:
        """Take the division in from its Word table, name the people of each unit, say what is to be handed in."""
        if not queries.duties(plan).exists():
            content, name = division_table.word_table(), division_table.NAME
            draft = actions.keep_division(plan=plan, content=content, file_name=name, by=self._by, at=WRITTEN)
            standing = queries.division_draft(draft.pk, by=self._by)
            assert standing is not None
            seen = actions.shown(queries.read_draft(standing))
            actions.take_division(draft=standing, expected=seen, by=self._by, at=WRITTEN)
        for duty in queries.duties(plan).filter(owner=None):
            self._name_people(duty)
        lists = {row.name: row for row in queries.unit_lists(plan.campaign)}
        actions.ask(
            plan=plan,
            form="summary",
            due_on=dt.date(2023, 7, 3),
            unit_list=lists["各县（市）"],
            by=self._by,
            at=WRITTEN,
        )
        actions.ask(plan=plan, form="progress", due_on=dt.date(2023, 6, 20), by=self._by, at=WRITTEN)

    def _name_people(self, duty: PlannedDuty) -> None:
        """有人管、有人抓、有人办: the leader in charge, the section, the person in charge."""
        member = self._member(duty.unit_id)
        leader = duty.leader or (self.office.signer if member.short == OFFICE_SHORT else member.leader)
        said = actions.DutySaid(
            title=duty.title,
            requirement=duty.requirement,
            unit=duty.unit,
            section=duty.section or member.section,
            leader=leader,
            owner=member.doer,
            first_on=duty.first_on,
            due_on=duty.due_on,
            limit_words=duty.limit_words,
            assisting=tuple(duty.assisting.all()),
            assisting_words=duty.assisting_words,
            remark=duty.remark,
        )
        actions.write_duty(duty=duty, expected_version=duty.version, said=said, by=self._by, at=WRITTEN)

    def _member(self, unit: int | None) -> Member:
        both = [*self.committee.members.values(), *self.committee.counties.values()]
        return next(member for member in both if member.unit.pk == unit)

    # -- what came of it -------------------------------------------------------------------------------------------

    def _given(self, campaign: Campaign) -> list[Given]:
        numbers = {row["task"]: row["number"] for row in rows("division.csv")}
        seen: Counter[str] = Counter()
        found = []
        tasks = sorted(queries.tasks(campaign).values(), key=lambda task: task.duty.order)
        for task in tasks:
            number, member = numbers.get(task.duty.title), self._member(task.duty.unit_id)
            if number is None or task.duty.due_on is None:
                continue  # of a later version, that somebody made since
            duty = Duty(number, member.short, seen[number], task.duty.due_on)
            seen[number] += 1
            found.append(Given(duty, member, task.matter))
        return found

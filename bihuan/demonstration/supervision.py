"""Supervision in the demonstration: a mandate, notices, rounds with their follow-up, a talk that was refused, an
objection that changed a conclusion.

Each step is taken only where the thing stands before it, so that telling the story again takes none twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from bihuan.demonstration.committee import Committee
from bihuan.demonstration.courses import PUBLISHED
from bihuan.demonstration.office import Office
from bihuan.demonstration.papers import issued
from bihuan.demonstration.story import Deed, Story, moment
from bihuan.loop.actions import Offer, Said
from bihuan.org.access import reader_of, within
from bihuan.supervision import actions, queries
from bihuan.supervision.access import MANDATES, SEE, TALKS
from bihuan.supervision.actions import Empowerment, Order
from bihuan.supervision.rules import MandateKind, Method, SupervisedState, Urgency

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from bihuan.loop.models import Matter
    from bihuan.supervision.models import Mandate, Notice, Talk

TITLE = "2023年“安全生产月”重点工作督办（示例）"
LED, LEDGER, SWEEP = ("20", "州交通运输局"), ("5", "州粮食和储备局"), ("15", "州交通运输局")
POST = ("5", "州邮政管理局")


@dataclass
class Supervision:
    """`matters`: those of the division, by the number of the task and the unit's short name."""

    office: Office
    committee: Committee
    matters: Mapping[tuple[str, str], Matter]

    def put(self, story: Story) -> None:
        """All that supervision does, from the end of May to the beginning of July."""
        story.put(moment(5, 25), self.mandate)
        self._first_notice(story)
        self._second_notice(story)
        story.put(moment(7, 6, 15), partial(self._propose, SWEEP, "隐患排查逾期5个工作日，进度仅35%"))
        story.put(moment(7, 4, 15), self._propose_talk)
        story.put(moment(7, 5, 10), self._refuse_talk)

    def mandate(self, at: dt.datetime) -> Mandate:
        """By what authority matters are supervised: a document of the committee."""
        reader = reader_of(self.office.drafter, day=PUBLISHED)
        there = within(reader, SEE, MANDATES).filter(title=TITLE, body=self.committee.body).first()
        return there or actions.enter_mandate(
            body=self.committee.body,
            said=Empowerment(
                title=TITLE,
                kind=MandateKind.ROUTINE,
                basis="committee",
                scope="活动方案和重点工作任务分工所列事项，不含企业内部事务",
                valid_from=PUBLISHED,
                empowered_by="临夏州安全生产委员会（示例）",
                paper_number="示例文号〔2023〕1号",
                methods=(Method.DOCUMENTS, Method.VISIT, Method.TALK),
            ),
            by=self.office.drafter.by,
            at=at,
        )

    @cached_property
    def _mandate(self) -> Mandate:
        return self.mandate(moment(5, 25))

    def standing(self) -> Mandate:
        """The mandate, once it was entered."""
        return self._mandate

    # -- what comes under supervision ---------------------------------------------------------------------------

    def _propose(self, about: tuple[str, str], reason: str, at: dt.datetime) -> None:
        matter = self.matters[about]
        if not any(row.matter_id == matter.pk for row in queries.supervised_under(self._mandate)):
            actions.propose(
                matter=matter,
                mandate=self._mandate,
                reason=reason,
                source="每周工作调度（示例）",
                by=self.office.drafter.by,
                at=at,
            )

    def _agree(self, about: tuple[str, str], at: dt.datetime) -> None:
        row = next(row for row in queries.supervised_under(self._mandate) if row.matter_id == self.matters[about].pk)
        if row.state == SupervisedState.PROPOSED:
            actions.decide(supervised=row, agreed=True, expected_version=row.version, by=self.office.signer.by, at=at)

    def _end(self, about: tuple[str, str], at: dt.datetime) -> None:
        row = next(row for row in queries.supervised_under(self._mandate) if row.matter_id == self.matters[about].pk)
        if row.state == SupervisedState.OPEN:
            actions.end_supervision(
                supervised=row,
                reason="督办通知已销号，事项已办结",
                expected_version=row.version,
                by=self.office.drafter.by,
                at=at,
            )

    # -- notices ------------------------------------------------------------------------------------------------

    def _first_notice(self, story: Story) -> None:
        """Its whole life: issued, signed for, answered with evidence, checked by another, struck off."""
        order = Order(
            title="公共汽车、出租车车载LED屏循环播放安全提示",
            unit=self.committee[LED[1]].unit,
            source="2023年“安全生产月”重点工作任务分工第20项",
            demand="完成全部公共汽车、出租车车载LED屏内容更新，每天循环播放。\n书面反馈办理结果，附更新车辆清单。",
            due_on=dt.date(2023, 6, 21),
            category="逾期未完成",
            urgency=Urgency.URGENT,
            section=self.committee[LED[1]].section,
            leader=self.committee[LED[1]].leader,
            owner=self.committee[LED[1]].doer,
            feedback="办结即报",
        )
        story.put(moment(6, 14, 9), partial(self._propose, LED, "逾期7个工作日，催办后仍未反馈"))
        story.put(moment(6, 14, 15), partial(self._agree, LED))
        story.put(moment(6, 15, 11), partial(self._issue, "led", LED, order), alone=True)
        steps: list[tuple[dt.datetime, Deed]] = [
            (moment(6, 15, 15), self._sign_for),
            (moment(6, 20, 11), self._answer),
            (moment(6, 20, 16, 30), self._accept),
            (moment(6, 21, 10), self._strike_off),
            (moment(6, 26, 10), partial(self._end, LED)),
        ]
        for at, deed in steps:
            story.put(at, deed)

    def _second_notice(self, story: Story) -> None:
        """Issued in July, and nobody has signed for it yet."""
        unit = self.committee[LEDGER[1]]
        order = Order(
            title="“五大体系”建设重点工作任务台账更新",
            unit=unit.unit,
            source="2023年“安全生产月”重点工作任务分工第5项",
            demand="更新本单位重点工作任务台账，报送推进完成情况，说明未按期完成的原因。",
            due_on=dt.date(2023, 7, 12),
            category="逾期未完成",
            section=unit.section,
            owner=unit.doer,
        )
        story.put(moment(6, 29, 9), partial(self._propose, LEDGER, "逾期5个工作日，进度35%"))
        story.put(moment(6, 30, 10), partial(self._agree, LEDGER))
        story.put(moment(7, 3, 16), partial(self._issue, "ledger", LEDGER, order), alone=True)

    def _issue(self, key: str, about: tuple[str, str], order: Order, at: dt.datetime) -> None:
        notice = self._draft(key, about, order, at - dt.timedelta(hours=3))
        if notice.matter.state == "registered":
            assert notice.paper is not None
            issued(notice.paper, self.office, at=at)
            version = notice.matter.version
            actions.issue_notice(notice=notice, expected_version=version, by=self.office.drafter.by, at=at)

    def _draft(self, key: str, about: tuple[str, str], order: Order, at: dt.datetime) -> Notice:
        return actions.draft_notice(
            key=f"demo:{key}",
            mandate=self._mandate,
            order=order,
            about=self.matters[about],
            by=self.office.drafter.by,
            at=at,
        )

    def _first(self, state: str) -> Notice | None:
        """The first notice, where it stands in a state."""
        notices = queries.notices_under(self._mandate)
        return next(
            (row for row in notices if row.about_id == self.matters[LED].pk and row.matter.state == state), None
        )

    def _sign_for(self, at: dt.datetime) -> None:
        if row := self._first("assigned"):
            by = self.committee[LED[1]].doer.by
            actions.sign_for_notice(notice=row, expected_version=row.matter.version, by=by, at=at)

    def _answer(self, at: dt.datetime) -> None:
        if row := self._first("doing"):
            lines = "车辆类别\t更新数\t核查人\n公共汽车\t全部\t示例·交通运输丙\n出租车\t全部\t示例·交通运输丙\n"
            evidence = (Offer("file", name="车载LED屏更新清单（示例）.txt", content=lines.encode()),)
            text = "已完成全部公共汽车、出租车车载LED屏内容更新，每天循环播放；更新清单附后。"
            said = Said(text=text, evidence=evidence)
            by = self.committee[LED[1]].doer.by
            actions.answer_notice(notice=row, said=said, expected_version=row.matter.version, by=by, at=at)

    def _accept(self, at: dt.datetime) -> None:
        if row := self._first("answered"):
            version, by = row.matter.version, self.office.checker.by
            actions.check_notice(
                notice=row, agreed=True, text="抽查属实，同意审结", expected_version=version, by=by, at=at
            )

    def _strike_off(self, at: dt.datetime) -> None:
        if row := self._first("accepted"):
            version, by = row.matter.version, self.office.drafter.by
            verdict, number = "整改到位，反馈及时", "示例-督办-2023-001"
            actions.strike_off(
                notice=row, verdict=verdict, archive_number=number, expected_version=version, by=by, at=at
            )

    # -- a talk ---------------------------------------------------------------------------------------------------

    def _propose_talk(self, at: dt.datetime) -> None:
        if self._talks().exists():
            return
        said = actions.Proposal(
            title="约谈州邮政管理局有关负责人（示例）",
            unit=self.committee[POST[1]].unit,
            grounds="重点工作任务台账逾期10个工作日未签收、未反馈",
            about=self.matters[POST],
        )
        actions.propose_talk(mandate=self._mandate, said=said, by=self.office.drafter.by, at=at)

    def _talks(self) -> QuerySet[Talk]:
        reader = reader_of(self.office.drafter, day=PUBLISHED)
        return within(reader, SEE, TALKS).filter(mandate=self._mandate)

    def _refuse_talk(self, at: dt.datetime) -> None:
        if row := self._talks().filter(state="proposed").first():
            reason = "先电话核实联络员是否到位，再下督办通知；仍不办理的再行约谈"
            actions.decide_proposal(
                proposal=row, agreed=False, reason=reason, expected_version=row.version, by=self.office.signer.by, at=at
            )

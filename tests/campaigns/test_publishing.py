"""Publishing a plan, and its versions: matters made, changed, withdrawn; who is told and who is not."""

from __future__ import annotations

import datetime as dt
import os
import time

import pytest
from cast import Cast
from cast import unit as new_unit
from django.db import IntegrityError, connection, transaction
from django.db.utils import InternalError
from django.test.utils import CaptureQueriesContext
from planned import DUE, campaign_of, duty_of, on, planned, published, said

from bihuan.campaigns import actions, queries
from bihuan.campaigns.actions import OnPaper, Wanted
from bihuan.campaigns.models import Campaign, Duty, Expected, ExpectedList, Paragraph, Plan, Task
from bihuan.campaigns.refusals import ClosedPlanError, PapersError, PlanError, StalePlanError, UnfitPlanError
from bihuan.campaigns.rules import PlanState
from bihuan.documents import actions as documents
from bihuan.documents.fonts import discover
from bihuan.documents.models import Delivery
from bihuan.history.models import Entry
from bihuan.lib.refusals import Refusal
from bihuan.loop import actions as loop
from bihuan.loop.actions import Said
from bihuan.loop.flows import Hand
from bihuan.loop.models import Assisting, Matter
from bihuan.loop.queries import differences
from bihuan.messages.models import Message

MANY = int(os.environ.get("BIHUAN_MANY", "1500"))

pytestmark = pytest.mark.django_db


def told() -> dict[int, int]:
    """How many messages each person has."""
    found: dict[int, int] = {}
    for message in Message.objects.all():
        found[message.recipient_id] = found.get(message.recipient_id, 0) + 1
    return found


def again(plan: Plan, cast: Cast, day: int = 25) -> Plan:
    return actions.new_version(plan=plan, by=cast.operator.by, at=on(5, day))


def rewritten(duty: Duty, cast: Cast, **more: object) -> None:
    same = {name: getattr(duty, name) for name in ("requirement", "owner", "due_on", "first_on")}
    words = said(duty.title, duty.unit, **same)
    changed = {name: getattr(words, name) for name in words.__dataclass_fields__} | more
    actions.write_duty(
        duty=duty, expected_version=duty.version, said=type(words)(**changed), by=cast.operator.by, at=on(5, 26)
    )


# -- the first time ----------------------------------------------------------------------------------------------------


def test_each_duty_becomes_a_matter_of_its_unit(cast: Cast) -> None:
    plan = planned(cast)
    done = published(cast, plan)
    assert (done.made, done.amended, done.moved, done.withdrawn) == (3, 0, 0, 0)
    matters = {matter.unit_id: matter for matter in Matter.objects.all()}
    assert set(matters) == {cast.office.pk, cast.kangle_bureau.pk, cast.yongjing_bureau.pk}
    one = matters[cast.kangle_bureau.pk]
    assert (one.title, one.demand, one.due_on, one.keeper_id) == ("举办启动仪式", "层层动员部署。", DUE, cast.office.pk)
    assert (one.scope, one.flow, one.book) == (f"campaign:{plan.campaign_id}", "task", "example")
    assert all(differences(matter) == [] for matter in matters.values())
    assert set(told()) == {cast.kangle_liaison.pk, cast.yongjing_liaison.pk, cast.liaison.pk}
    row = Plan.objects.get(pk=plan.pk)
    assert (row.state, row.issued_as, len(row.digest)) == (PlanState.PUBLISHED, "临州安办〔2023〕9号", 64)
    assert row.digest == queries.digest(row)


def test_a_second_click_does_nothing_more(cast: Cast) -> None:
    plan = planned(cast)
    published(cast, plan)
    paper = OnPaper("已以纸质文件印发")
    before = (Matter.objects.count(), Entry.objects.count(), Message.objects.count())
    again = actions.publish(plan=plan, expected_version=plan.version, on_paper=paper, by=cast.operator.by, at=on(5, 20))
    assert again.made == 0
    assert (Matter.objects.count(), Entry.objects.count(), Message.objects.count()) == before
    with pytest.raises(ClosedPlanError):
        actions.publish(plan=plan, expected_version=plan.version, on_paper=paper, by=cast.checker.by, at=on(5, 20))


def test_it_waits_for_its_papers_or_for_a_reason(cast: Cast) -> None:
    plan = planned(cast)
    by, at = cast.operator.by, on(5, 12)
    with pytest.raises(PapersError):
        actions.publish(plan=plan, expected_version=plan.version, by=by, at=at)
    with pytest.raises(PapersError):
        actions.publish(plan=plan, expected_version=plan.version, on_paper=OnPaper("  "), by=by, at=at)
    plan = actions.prepare(plan=plan, expected_version=plan.version, by=by, at=at)
    papers = queries.papers(plan)
    assert [paper.kind for paper in papers] == ["plan", "notice", "task_division"]
    with pytest.raises(PapersError) as caught:
        actions.publish(plan=plan, expected_version=plan.version, on_paper=OnPaper("等不及"), by=by, at=at)
    assert "活动方案" in caught.value.zh
    assert not Matter.objects.exists()
    fonts = discover()
    for paper in papers:
        document = documents.check(document=paper.document, by=cast.checker.by, at=at)
        documents.sign_off(document=document, day=at.date(), fonts=fonts, by=cast.leader.by, at=at)
    done = actions.publish(plan=plan, expected_version=plan.version, by=by, at=at)
    assert done.made == 3
    assert Delivery.objects.count() == 9  # three papers, three units


def test_prepared_twice_drafts_once_and_nothing_is_written_in_it(cast: Cast) -> None:
    plan = planned(cast)
    first = actions.prepare(plan=plan, expected_version=plan.version, by=cast.operator.by, at=on(5, 12))
    assert actions.prepare(plan=plan, expected_version=plan.version, by=cast.operator.by, at=on(5, 12)) == first
    duty = plan.duties.all()[0]
    with pytest.raises(ClosedPlanError) as caught:
        rewritten(duty, cast, title="别的")
    assert "正在办理" in caught.value.zh
    back = actions.take_back(
        plan=first, expected_version=first.version, reason="还要改", by=cast.operator.by, at=on(5, 13)
    )
    assert back.state == PlanState.DRAFT
    rewritten(duty, cast, title="别的")
    row = Plan.objects.get(pk=plan.pk)
    actions.prepare(plan=row, expected_version=row.version, by=cast.operator.by, at=on(5, 14))
    assert len(queries.papers(row)) == 3


def test_what_is_checked_already_is_not_taken_back(cast: Cast) -> None:
    plan = planned(cast)
    plan = actions.prepare(plan=plan, expected_version=plan.version, by=cast.operator.by, at=on(5, 12))
    documents.check(document=queries.papers(plan)[2].document, by=cast.checker.by, at=on(5, 12))
    with pytest.raises(PapersError):
        actions.take_back(plan=plan, expected_version=plan.version, reason="改", by=cast.operator.by, at=on(5, 13))
    assert len(queries.papers(plan)) == 3
    assert {paper.document.state for paper in queries.papers(plan)} == {"draft", "checked"}


def test_a_published_plan_never_changes_whoever_asks(cast: Cast) -> None:
    plan = planned(cast)
    published(cast, plan)
    duty = duty_of(plan, cast.office)
    with pytest.raises(ClosedPlanError):
        rewritten(duty, cast, title="别的")
    for change in (
        lambda: Duty.objects.filter(pk=duty.pk).update(title="别的"),
        lambda: Paragraph.objects.filter(plan=plan).delete(),
        lambda: duty.assisting.add(cast.school),
        lambda: Duty.objects.filter(pk=duty.pk).delete(),
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            change()


def test_nothing_is_half_published(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    from bihuan.campaigns.actions import publishing

    def fails(*_args: object, **_more: object) -> None:
        raise RuntimeError("cut off")

    plan = planned(cast)
    before = (Entry.objects.count(), Message.objects.count())
    monkeypatch.setattr(publishing, "_freeze_lists", fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        published(cast, plan)
    assert not Matter.objects.exists()
    assert (Entry.objects.count(), Message.objects.count()) == before
    assert Plan.objects.get(pk=plan.pk).state == PlanState.DRAFT


# -- versions ----------------------------------------------------------------------------------------------------------


def test_a_new_version_with_nothing_new_moves_and_tells_nobody(cast: Cast) -> None:
    plan = planned(cast)
    published(cast, plan)
    before = told(), {matter.pk: matter.version for matter in Matter.objects.all()}
    second = again(plan, cast)
    assert second.number == 2
    done = published(cast, second, at=on(5, 27))
    assert (done.same, done.made, done.amended) == (3, 0, 0)
    assert (told(), {matter.pk: matter.version for matter in Matter.objects.all()}) == before
    assert Plan.objects.get(pk=plan.pk).state == PlanState.REPLACED


def test_only_those_whose_duties_changed_are_told(cast: Cast) -> None:
    plan = planned(cast)
    published(cast, plan)
    second = again(plan, cast)
    rewritten(duty_of(second, cast.kangle_bureau), cast, due_on=dt.date(2023, 6, 20), assisting=(cast.school,))
    before = Message.objects.count()
    events = {message.pk: message.newest_at for message in Message.objects.all()}
    done = published(cast, second, at=on(5, 27))
    assert (done.same, done.amended) == (2, 1)
    changed = [message for message in Message.objects.all() if events.get(message.pk) != message.newest_at]
    assert {message.recipient_id for message in changed} == {cast.kangle_liaison.pk}
    assert Message.objects.count() - before <= 1
    matter = Matter.objects.get(unit=cast.kangle_bureau)
    assert (matter.due_on, matter.original_due_on) == (dt.date(2023, 6, 20), DUE)
    assert [row.unit for row in Assisting.objects.filter(matter=matter)] == [cast.school]
    assert matter.cycle == 2
    assert differences(matter) == []


def test_another_unit_gets_a_matter_of_its_own(cast: Cast) -> None:
    plan = planned(cast)
    published(cast, plan)
    second = again(plan, cast)
    rewritten(duty_of(second, cast.office), cast, unit=cast.school, owner=None)
    Message.objects.all().delete()
    done = published(cast, second, at=on(5, 27))
    assert (done.same, done.moved) == (2, 1)
    old, new = (Matter.objects.get(unit=unit) for unit in (cast.office, cast.school))
    assert (old.end, new.end, new.raised_from) == ("withdrawn", "", old)
    assert set(told()) == {cast.liaison.pk, cast.safety_officer.pk}
    assert differences(old) == differences(new) == []
    assert Task.objects.filter(current=True).count() == 3
    assert Task.objects.get(matter=new).run == 2


def test_what_is_taken_out_is_withdrawn_with_the_reason(cast: Cast) -> None:
    plan = planned(cast)
    published(cast, plan)
    second = again(plan, cast)
    duty = duty_of(second, cast.yongjing_bureau)
    actions.drop_duty(duty=duty, expected_version=duty.version, by=cast.operator.by, at=on(5, 26))
    Message.objects.all().delete()
    done = published(cast, second, at=on(5, 27))
    assert done.withdrawn == 1
    assert set(told()) == {cast.yongjing_liaison.pk}
    matter = Matter.objects.get(unit=cast.yongjing_bureau)
    assert matter.end == "withdrawn"
    assert "方案第2版调整" in matter.steps.get(verb="withdraw").text


def test_what_was_answered_stays_as_it_is_until_it_can_be_changed(cast: Cast) -> None:
    plan = planned(cast)
    published(cast, plan)
    matter = Matter.objects.get(unit=cast.kangle_bureau)
    for verb, words in (("sign_for", Said()), ("answer", Said(text="已办"))):
        version = Matter.objects.get(pk=matter.pk).version
        doer, by = frozenset({Hand.DOER}), cast.kangle_liaison.by
        loop.act(matter=matter, verb=verb, hands=doer, expected_version=version, said=words, by=by, at=on(5, 22))
    second = again(plan, cast)
    rewritten(duty_of(second, cast.kangle_bureau), cast, requirement="另有要求")
    done = published(cast, second, at=on(5, 27))
    assert (done.waiting, done.amended, done.same) == (1, 0, 2)
    assert Matter.objects.get(pk=matter.pk).demand == "层层动员部署。"
    third = again(Plan.objects.get(pk=second.pk), cast, 28)
    found = queries.consequences(third)
    assert [change.fields for change in found.waiting] == [("requirement",)]  # it is not forgotten


def test_nobody_amends_a_task_by_hand(cast: Cast) -> None:
    published(cast, planned(cast))
    matter = Matter.objects.get(unit=cast.kangle_bureau)
    with pytest.raises(Refusal) as caught:
        loop.act(
            matter=matter,
            verb="amend",
            hands=frozenset({Hand.KEEPER, Hand.DOER}),
            expected_version=matter.version,
            said=Said(text="改"),
            by=cast.operator.by,
            at=on(5, 22),
        )
    assert caught.value.code == "not-your-hand"


def test_one_version_is_written_at_a_time(cast: Cast) -> None:
    plan = planned(cast)
    published(cast, plan)
    second = again(plan, cast)
    assert again(plan, cast) == second
    assert actions.new_version(plan=Plan.objects.get(pk=plan.pk), by=cast.checker.by, at=on(5, 26)) == second


# -- what is refused -----------------------------------------------------------------------------------------------


def test_a_plan_that_is_not_fit_is_not_published(cast: Cast) -> None:
    plan = planned(cast)
    rewritten(duty_of(plan, cast.office), cast, due_on=None)
    plan = Plan.objects.get(pk=plan.pk)
    with pytest.raises(UnfitPlanError) as caught:
        published(cast, plan)
    assert "没有完成时限" in caught.value.zh
    assert not Matter.objects.exists()


def test_a_stale_page_publishes_nothing(cast: Cast) -> None:
    plan = planned(cast)
    seen = plan.version
    rewritten(duty_of(plan, cast.office), cast, title="宣传咨询日")
    paper = OnPaper("纸质")
    with pytest.raises(StalePlanError):
        actions.publish(plan=plan, expected_version=seen, on_paper=paper, by=cast.operator.by, at=on(5, 20))
    assert not Matter.objects.exists()


# -- expected lists ----------------------------------------------------------------------------------------------------


def test_expected_lists_freeze_with_the_units_of_the_plan(cast: Cast) -> None:
    plan = planned(cast)
    by, at = cast.operator.by, on(5, 9)
    counties = plan.campaign.unit_lists.get(group="counties")
    actions.ask(plan=plan, form="summary", due_on=dt.date(2023, 7, 5), by=by, at=at)
    actions.ask(plan=plan, form="progress", due_on=dt.date(2023, 6, 15), unit_list=counties, by=by, at=at)
    published(cast, plan)
    lists = {row.form: row for row in ExpectedList.objects.all()}
    assert {row.unit_id for row in lists["progress"].rows.all()} == {cast.kangle_bureau.pk, cast.yongjing_bureau.pk}
    assert lists["summary"].rows.count() == 3
    row = Expected.objects.filter(expected_list=lists["summary"]).first()
    assert row is not None
    made = actions.exempt(expected=row, reason="本单位不承担", by=by, at=on(6, 1))
    assert actions.exempt(expected=row, reason="本单位不承担", by=by, at=on(6, 1)) == made
    with pytest.raises(PlanError):
        actions.exempt(expected=row, reason="别的原因", by=by, at=on(6, 1))
    with pytest.raises(PlanError):
        actions.exempt(expected=row, reason=" ", by=by, at=on(6, 1))
    second = again(plan, cast)
    published(cast, second, at=on(5, 27))
    assert ExpectedList.objects.count() == 2  # the same again: it stands
    third = again(Plan.objects.get(pk=second.pk), cast)
    actions.set_unit_list(
        campaign=plan.campaign,
        name="各县（市）",
        group="counties",
        units=[cast.kangle_bureau],
        expected_version=counties.version,
        by=by,
        at=on(5, 28),
    )
    published(cast, third, at=on(5, 29))
    assert ExpectedList.objects.filter(form="progress").count() == 2
    assert ExpectedList.objects.get(form="progress", replaced=False).rows.count() == 1


# -- size ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_very_many_duties_are_published_in_a_few_seconds(cast: Cast) -> None:
    """`make bench` takes five thousand, `make test` fewer."""
    campaign: Campaign = campaign_of(cast)
    plan = actions.new_plan(campaign=campaign, source="empty", by=cast.operator.by, at=on(5, 8))
    part = actions.add_paragraph(
        plan=plan, key="a" * 32, heading="重点工作", tasked=True, by=cast.operator.by, at=on(5, 8)
    )
    units = [*(new_unit(cast.prefecture, f"示例单位{at}") for at in range(47)), cast.kangle_bureau, cast.office]
    wanted = [
        Wanted(f"{at:032x}", part, said(f"任务{at}", units[at % len(units)], assisting=(cast.school,)))
        for at in range(MANY)
    ]
    began = time.process_time()
    actions.add_duties(plan=plan, wanted=wanted, by=cast.operator.by, at=on(5, 8))
    added = time.process_time() - began
    began = time.process_time()
    with CaptureQueriesContext(connection) as caught:
        assert published(cast, plan).made == MANY
    took = time.process_time() - began
    assert Matter.objects.count() == MANY
    assert len(caught) < 100 + MANY / 10
    second = again(plan, cast)
    changed = Duty.objects.filter(plan=second)
    Duty.objects.filter(pk__in=changed.values("pk")[: MANY // 2]).update(due_on=dt.date(2023, 6, 20))
    began = time.process_time()
    assert published(cast, second, at=on(5, 27)).amended == MANY // 2
    print(f"added {added:.1f} s, published {took:.1f} s, amended {time.process_time() - began:.1f} s")
    assert took < 30 * MANY / 5000

"""Taking a division of work in from a file: nothing is lost, nothing is guessed, nothing is written twice."""

from __future__ import annotations

import pytest
from cast import Cast
from division_layouts import key_tasks
from division_papers import pasted, sheet, word_table
from planned import campaign_of, on, planned

from bihuan.campaigns import actions, queries
from bihuan.campaigns.models import DivisionDraft, Duty, Plan
from bihuan.campaigns.refusals import ClosedPlanError, PlanError, StalePlanError
from bihuan.lib.refusals import Refusal
from bihuan.org import actions as org

pytestmark = pytest.mark.django_db

HEAD = ["序号", "工作任务", "工作措施", "牵头单位", "配合单位", "分管领导", "责任科室", "责任人", "完成时限"]


@pytest.fixture
def plan(cast: Cast) -> Plan:
    return actions.new_plan(campaign=campaign_of(cast), source="empty", by=cast.operator.by, at=on(5, 8))


def kept(cast: Cast, plan: Plan, *rows: list[str], name: str = "分工.xlsx") -> DivisionDraft:
    content = sheet([HEAD, *rows])
    return actions.keep_division(plan=plan, content=content, file_name=name, by=cast.operator.by, at=on(5, 9))


def row(task: str = "举办启动仪式", lead: str = "州应急局", due: str = "6月1日", **more: str) -> list[str]:
    cells = {
        "no": "1",
        "task": task,
        "measures": "",
        "lead": lead,
        "assist": "",
        "leader": "",
        "office": "",
        "owner": "",
    }
    return [*(cells | more).values(), due]


def taken(cast: Cast, draft: DivisionDraft) -> list[Duty]:
    draft = DivisionDraft.objects.select_related("plan__campaign__region").get(pk=draft.pk)
    word = actions.shown(queries.read_draft(draft))
    return actions.take_division(draft=draft, expected=word, by=cast.operator.by, at=on(5, 9))


def test_a_row_becomes_a_duty_with_its_unit_people_and_day(cast: Cast, plan: Plan) -> None:
    org.open_section(unit=cast.office, name="宣传科", by=cast.system_admin.by, at=on(5, 1))
    draft = kept(cast, plan, row(measures="中心广场举行", leader="王签发", owner="周联络", office="宣传科"))
    assert Duty.objects.count() == 0
    (duty,) = taken(cast, draft)
    duty.refresh_from_db()
    assert (duty.title, duty.requirement, duty.unit) == ("举办启动仪式", "中心广场举行", cast.office)
    assert (duty.leader, duty.owner, duty.section and duty.section.name) == (cast.leader, cast.liaison, "宣传科")
    assert duty.due_on is not None
    assert duty.due_on.isoformat() == "2023-06-01"
    assert duty.paragraph.tasked
    assert not DivisionDraft.objects.exists()


def test_a_group_is_given_to_each_unit_of_the_list_that_it_means(cast: Cast, plan: Plan) -> None:
    draft = kept(cast, plan, row(lead="各县市"))
    found = queries.read_draft(DivisionDraft.objects.get(pk=draft.pk))
    assert found.makes == 2
    assert {duty.unit for duty in taken(cast, draft)} == {cast.kangle_bureau, cast.yongjing_bureau}


def test_a_name_that_means_no_unit_is_kept_as_printed_until_somebody_chooses(cast: Cast, plan: Plan) -> None:
    draft = kept(cast, plan, row(lead="州某某局", owner="陌生人"), row(task="另一项"))
    found = queries.read_draft(DivisionDraft.objects.get(pk=draft.pk))
    assert [item.name for item in found.names if not item.sure] == ["州某某局"]
    assert found.unsure[0].place == 0
    chosen = actions.choose(draft=draft, names={"州某某局": f"unit:{cast.school.pk}"})
    assert queries.read_draft(chosen).lines[0].units == (cast.school.pk,)
    actions.choose(draft=draft, names={"州某某局": "words"})
    first, second = taken(cast, draft)
    assert (first.unit, first.unit_words, first.owner_words) == (None, "州某某局", "陌生人")
    assert second.unit == cast.office
    errors = [item.code for item in queries.check(Plan.objects.get(pk=plan.pk), day=on(5, 9).date()) if item.error]
    assert errors == ["duty-without-unit"]


def test_rows_can_be_left_out_and_taken_back_in(cast: Cast, plan: Plan) -> None:
    draft = kept(cast, plan, row(task="甲"), row(task="乙"), row(task="丙"))
    actions.choose(draft=draft, leave=[0, 1])
    actions.choose(draft=draft, want=[1])
    assert [duty.title for duty in taken(cast, draft)] == ["乙", "丙"]


def test_the_same_file_twice_gives_each_duty_once(cast: Cast, plan: Plan) -> None:
    content = sheet([HEAD, row(), row(task="另一项", lead="各县市")])

    def sent() -> DivisionDraft:
        by, at = cast.operator.by, on(5, 9)
        return actions.keep_division(plan=plan, content=content, file_name="分工.xlsx", by=by, at=at)

    first = sent()
    assert sent().pk == first.pk
    assert len(taken(cast, first)) == 3
    assert taken(cast, sent()) == []
    assert Duty.objects.count() == 3


def test_what_was_shown_is_what_is_taken(cast: Cast, plan: Plan) -> None:
    draft = kept(cast, plan, row(lead="各县市"))
    word = actions.shown(queries.read_draft(DivisionDraft.objects.get(pk=draft.pk)))
    actions.choose(draft=draft, names={"各县市": "words"})
    with pytest.raises(StalePlanError):
        actions.take_division(draft=draft, expected=word, by=cast.operator.by, at=on(5, 9))
    assert not Duty.objects.exists()


def test_a_second_click_says_that_it_is_done(cast: Cast, plan: Plan) -> None:
    draft = kept(cast, plan, row())
    word = actions.shown(queries.read_draft(DivisionDraft.objects.get(pk=draft.pk)))
    taken(cast, draft)
    with pytest.raises(StalePlanError):
        actions.take_division(draft=draft, expected=word, by=cast.operator.by, at=on(5, 9))
    assert Duty.objects.count() == 1


def test_headings_become_paragraphs_and_the_same_ones_are_used_again(cast: Cast) -> None:
    plan = planned(cast)
    name, content = key_tasks()
    draft = actions.keep_division(plan=plan, content=content, file_name=name, by=cast.operator.by, at=on(5, 9))
    added = taken(cast, draft)
    assert {duty.paragraph.heading for duty in added} == {"启动仪式", "宣传咨询"}
    assert len(added) >= 3


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.xlsx"),
        (b"PK\x03\x04 broken", "a.xlsx"),
        (b"\x00\x01\x02" * 50, "a.docx"),
        ("没有表格".encode(), "a.txt"),
    ],
)
def test_a_file_that_is_no_table_gets_a_sentence(cast: Cast, plan: Plan, content: bytes, name: str) -> None:
    with pytest.raises(Refusal) as caught:
        actions.keep_division(plan=plan, content=content, file_name=name, by=cast.operator.by, at=on(5, 9))
    assert caught.value.zh
    assert not DivisionDraft.objects.exists()


def test_a_cell_that_is_too_long_leaves_nothing_half_written(cast: Cast, plan: Plan) -> None:
    draft = kept(cast, plan, row(), row(task="另一项", owner="长" * 61))
    with pytest.raises(PlanError) as caught:
        taken(cast, draft)
    assert "60 字" in caught.value.zh
    assert not Duty.objects.exists()
    assert DivisionDraft.objects.exists()


def test_a_published_plan_takes_nothing_in(cast: Cast) -> None:
    from planned import published

    plan = planned(cast)
    draft = kept(cast, plan, row())
    published(cast, plan)
    with pytest.raises(ClosedPlanError):
        taken(cast, draft)


def test_word_and_pasted_text_are_read_alike(cast: Cast, plan: Plan) -> None:
    rows = [HEAD, row()]
    for content, name in ((word_table(rows), "a.docx"), (pasted(rows), "a.txt")):
        draft = actions.keep_division(plan=plan, content=content, file_name=name, by=cast.operator.by, at=on(5, 9))
        assert queries.read_draft(DivisionDraft.objects.get(pk=draft.pk)).makes == 1


@pytest.mark.slow
def test_five_thousand_rows_are_taken_in(cast: Cast, plan: Plan) -> None:
    draft = kept(cast, plan, *(row(task=f"任务{number}") for number in range(5000)))
    assert len(taken(cast, draft)) == 5000


def test_the_workbook_of_a_plan_can_be_taken_in_again(cast: Cast) -> None:
    plan = planned(cast)
    content = queries.division_book(plan)
    draft = actions.keep_division(plan=plan, content=content, file_name="a.xlsx", by=cast.operator.by, at=on(5, 9))
    found = queries.read_draft(DivisionDraft.objects.get(pk=draft.pk))
    assert found.makes == plan.duties.count()
    assert found.unsure == []

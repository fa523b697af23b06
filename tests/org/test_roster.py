"""The roster: what a clerk's workbook says, what would come of it, what is written."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from cast import AT, BY, Cast
from django.db import transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rosters import HEAD, UNIT_HEAD, exported, people, planned, taken, workbook

from bihuan.history.models import Entry
from bihuan.org import actions
from bihuan.org.models import Account, Holding, Person, Post, RosterDraft, Section, Unit
from bihuan.org.refusals import OrgError, StaleError
from bihuan.org.roster.planned import Plan, State
from bihuan.org.roster.sheets import write_roster
from bihuan.org.roster.table import RosterError
from bihuan.org.rules import Role

NOW = dt.datetime(2023, 5, 9, 2, 0, tzinfo=dt.UTC)


def faults(plan: Plan) -> dict[str, str]:
    return {fault.cell: fault.zh for item in plan.rows for fault in item.faults}


def states(plan: Plan) -> list[State]:
    return [item.state for item in plan.rows]


def notes(plan: Plan) -> str:
    return "\n".join(note.zh for item in plan.rows for note in item.notes) + "\n".join(note.zh for note in plan.notes)


# -- reading ---------------------------------------------------------------------------------------------------------


def test_a_whole_roster_goes_in_and_again_changes_nothing(cast: Cast) -> None:
    content = workbook(
        单位=[
            ["临夏州2023年安全生产月名册"],
            UNIT_HEAD,
            ["康乐县", "康乐县教育局", "县教育局"],
            ["康乐", "康乐县应急管理局", "县应急局"],
            ["康乐县附城镇", "附城镇应急站", ""],
        ],
        人员=[
            ["序号", "姓名", "联系电话", "单位名称", "部门", "职务", "角色", "任用地区", "备注", "籍贯"],
            [1, "马一", 13800138001, "县教育局", "办公室", "科员", "联络员", None, "", "临夏"],
            [2, "马二", "138 0013 8002", "康乐县应急管理局", "", "副局长", "分管领导、检查员", "康乐县", "", ""],
            [3, "马三", "0930-6212345", "附城镇应急站", "", "", "安全员", "", "", ""],
            [4, "马二", "13800138002", "康乐县教育局", "", "", "", "", "", ""],
        ],
    )
    plan = planned(cast, content)
    assert faults(plan) == {}
    assert states(plan) == [State.NEW, State.CHANGED, State.NEW, State.NEW, State.NEW, State.NEW, State.NEW]
    assert "籍贯" in notes(plan)
    assert "备注" not in notes(plan)
    result = taken(cast, content, at=NOW)
    assert result.counts["new"] == 6
    first = Person.objects.get(phone="13800138001")
    post = Post.objects.get(person=first)
    assert (post.unit.name, post.section and post.section.name, post.title) == ("康乐县教育局", "办公室", "科员")
    assert Unit.objects.get(name="康乐县应急管理局").short_name == "县应急局"
    second = Person.objects.get(phone="13800138002")
    assert Post.objects.filter(person=second).count() == 2
    held = Holding.objects.filter(post__person=second).values_list("role", "region__name")
    assert set(held) == {("leader", "康乐县"), ("inspector", "康乐县")}
    assert set(states(planned(cast, content))) == {State.SAME}
    with pytest.raises(OrgError, match="没有可写入"):
        taken(cast, content, at=NOW)
    verbs = list(Entry.objects.filter(by=cast.system_admin.by).values_list("verb", flat=True))
    assert verbs.count("org.person_added") == 3
    assert verbs.count("org.appointed") == 4
    assert verbs.count("org.role_granted") == 4
    assert verbs.count("org.roster_taken") == 1
    assert not any("马一" in str(entry.values) for entry in Entry.objects.all())  # names are personal


def test_one_sheet_may_have_it_all(cast: Cast) -> None:
    plan = planned(
        cast,
        people(
            ["李一", "13900139001", "康乐县", "康乐县示范中学", "", "校长", "安全管理人员", "", ""],
            ["李二", "13900139002", "康乐县", "康乐县示范中学", "", "", "", "", ""],
            ["李三", "13900139003", "", "康乐县无名中学", "", "", "", "", ""],
        ),
    )
    assert plan.new_units == ["康乐县示范中学"]
    assert list(faults(plan)) == ["人员任职!D4"]
    assert "与已有的“康乐县示范小学”名称相近" in notes(plan)


def test_faults_are_named_by_their_cells(cast: Cast) -> None:
    plan = planned(
        cast,
        people(
            ["", "13900139001", "康乐县", "康乐县应急管理局", "", "", "", "", ""],
            ["张二", 620123199001011234, "康乐县", "康乐县应急管理局", "", "", "", "", ""],
            ["张三", 9306212345, "康乐县", "康乐县应急管理局", "", "", "", "", ""],
            ["张四", "", "临夏", "某单位", "", "", "", "", ""],
            ["张五", "", "康乐县", "康乐县应急管理局", "", "", "局长", "", ""],
            ["张六", "", "康乐县", "康乐县应急管理局", "", "", "系统管理员", "", ""],
            ["张七", "", "兰州市", "某单位", "", "", "", "", ""],
            [dt.date(2023, 1, 1), "", "康乐县", "康乐县应急管理局", "", "", "", "", ""],
            ["张九\x07", "", "康乐县", "康乐县应急管理局", "长" * 61, "", "", "", ""],
            ["张十", "", "康乐县", "", "", "", "", "", ""],
            ["康联络", "", "康乐县", "康乐县应急管理局", "", "", "分管领导", "永靖", ""],
            ["审管理", "", "临夏州", "临夏州应急管理局", "", "", "检查员", "", ""],
            [17, "", "康乐县", "康乐县应急管理局", "", "", "", "不存在县", ""],
        ),
    )
    found = faults(plan)
    assert {cell.removeprefix("人员任职!") for cell in found} == {
        "A2", "B3", "B4", "C5", "G6", "G7", "C8", "A9", "A10", "E10", "D11", "G13", "A14",
    }  # fmt: skip
    assert "丢掉末几位" in found["人员任职!B3"]
    assert "区号开头的 0" in found["人员任职!B4"]
    assert "临夏回族自治州" in found["人员任职!C5"]
    assert "临夏市" in found["人员任职!C5"]
    assert "安全管理员" in found["人员任职!G7"]
    assert "范围" in found["人员任职!C8"]
    assert "61 个字" in found["人员任职!E10"]
    assert plan.rows[10].state == State.CHANGED


def test_a_merged_unit_leads_to_its_successor_and_a_former_name_is_known(cast: Cast) -> None:
    on = dt.date(2023, 5, 1)
    actions.rename_unit(
        unit=cast.kangle_bureau, name="康乐县应急局", short_name="", expected_version=1, on=on, by=BY, at=AT
    )
    actions.merge_unit(unit=cast.school, into=cast.kangle_bureau, expected_version=1, on=on, by=BY, at=AT)
    content = people(
        ["新一", "", "", "康乐县应急管理局", "", "", "", "", ""],
        ["新二", "", "", "康乐县示范小学", "", "", "", "", ""],
        ["祁安全", "", "康乐县", "康乐县示范小学", "", "副校长", "安全管理人员", "", ""],
    )
    plan = planned(cast, content)
    assert faults(plan) == {}
    assert "原名" in notes(plan)
    assert "已并入" in notes(plan)
    assert plan.rows[2].state == State.SAME
    taken(cast, content, at=NOW)
    assert set(Post.objects.filter(person__name__startswith="新").values_list("unit", flat=True)) == {
        cast.kangle_bureau.pk
    }


def test_people_are_known_by_telephone_then_by_name_and_unit(cast: Cast) -> None:
    first = people(
        ["马明", "13700000001", "康乐县", "康乐县应急管理局", "", "", "", "", ""],
        ["马明", "13700000002", "康乐县", "康乐县应急管理局", "", "", "", "", ""],
        ["马亮", "", "康乐县", "康乐县应急管理局", "", "", "", "", ""],
    )
    taken(cast, first, at=NOW)
    assert Person.objects.filter(name="马明").count() == 2
    plan = planned(
        cast,
        people(
            ["马明", "", "康乐县", "康乐县应急管理局", "", "", "", "", ""],  # which of the two?
            ["马亮", "13700000003", "康乐县", "康乐县应急管理局", "", "", "", "", ""],  # has one now
            ["牛亮", "13700000001", "康乐县", "康乐县应急管理局", "", "", "", "", ""],  # whose number?
            ["羊一", "13700000009", "康乐县", "康乐县应急管理局", "", "", "", "", ""],
            ["羊二", "13700000009", "康乐县", "康乐县应急管理局", "", "", "", "", ""],
        ),
    )
    assert list(faults(plan)) == ["人员任职!A2", "人员任职!B4", "人员任职!B6"]
    assert plan.rows[1].does == [("手机号 — → 13700000003", "telephone — → 13700000003")]


def test_nobody_changes_themself_by_a_roster(cast: Cast) -> None:
    plan = planned(cast, people(["系管理", "", "临夏州", "临夏州应急管理局", "办公室", "主任", "", "", ""]))
    assert list(faults(plan)) == ["人员任职!A2"]


def test_whom_the_reader_does_not_manage_is_out_of_reach(cast: Cast) -> None:
    """A county's administrator can neither take over somebody of the prefecture nor grant a role above the county."""
    from bihuan.org.access import MANAGE_PEOPLE, UNITS, may

    boss = actions.add_person(name="县管理", by=BY, at=AT)
    actions.appoint(
        person=boss, unit=cast.kangle_bureau, on=AT.date(), roles=[(Role.SYSTEM_ADMIN, cast.kangle)], by=BY, at=AT
    )
    actions.change_person(person=cast.leader, name="王签发", phone="13511112222", expected_version=1, by=BY, at=AT)
    from cast import reader

    assert not may(reader(boss), MANAGE_PEOPLE, cast.office)
    county = type(cast)(**{**vars(cast), "system_admin": boss})
    plan = planned(
        county,
        people(
            ["王签发", "13511112222", "", "康乐县应急管理局", "", "", "", "", ""],
            ["新人", "", "", "康乐县应急管理局", "", "", "工作人员", "临夏回族自治州", ""],
            ["新人", "", "", "临夏州应急管理局", "", "", "", "", ""],
            ["新人", "", "永靖县", "永靖县某局", "", "", "", "", ""],
        ),
    )
    assert list(faults(plan)) == ["人员任职!B2", "人员任职!H3", "人员任职!D4", "人员任职!C5"]
    assert UNITS


def test_merged_cells_are_filled_and_columns_twice_are_refused(cast: Cast) -> None:
    import io

    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("人员")
    sheet.merge_range("A1:D1", "名册")
    sheet.write_row(1, 0, ["单位", "地区", "姓名", "职务"])
    sheet.merge_range("A3:A5", "康乐县应急管理局")
    sheet.merge_range("B3:B5", "康乐县")
    for at, name in enumerate(["甲某", "乙某", "丙某"], 2):
        sheet.write_string(at, 2, name)
    book.close()
    plan = planned(cast, out.getvalue())
    assert faults(plan) == {}
    assert {item.row["unit"] for item in plan.rows} == {"康乐县应急管理局"}
    assert "合并" in notes(plan)
    with pytest.raises(RosterError, match="只留一列"):
        planned(cast, workbook(人员=[["姓名", "单位", "手机", "电话"], ["甲", "乙", "", ""]]))


@pytest.mark.parametrize(
    ("sheets", "code"),
    [
        ({"人员": [["甲", "乙"], ["1", "2"]]}, "roster-no-header"),
        ({"人员": [HEAD]}, "roster-empty"),
        ({"空": []}, "roster-no-header"),
    ],
)
def test_what_is_no_roster_is_refused_as_a_whole(cast: Cast, sheets: dict[str, list[list[str]]], code: str) -> None:
    with pytest.raises(RosterError) as refused:
        planned(cast, workbook(**sheets))
    assert refused.value.code == code


# -- taking in -------------------------------------------------------------------------------------------------------


def test_chosen_rows_alone_are_written_and_faults_never(cast: Cast) -> None:
    content = workbook(
        单位=[UNIT_HEAD, ["康乐县", "甲局", ""], ["康乐县", "乙局", ""]],
        人员任职=[
            HEAD,
            ["张一", "", "", "甲局", "", "", "", "", ""],
            ["张二", "", "", "乙局", "", "", "", "", ""],
            ["张三", "x", "", "甲局", "", "", "", "", ""],
        ],
    )
    plan = planned(cast, content, left_out=["单位!3"])
    assert states(plan) == [State.NEW, State.LEFT, State.NEW, State.FAULT, State.FAULT]
    taken(cast, content, at=NOW, left_out=["单位!3"])
    assert set(Unit.objects.filter(name__in=["甲局", "乙局"]).values_list("name", flat=True)) == {"甲局"}
    assert set(Person.objects.filter(name__startswith="张").values_list("name", flat=True)) == {"张一"}


def test_what_changed_after_the_preview_is_not_written(cast: Cast) -> None:
    from cast import reader
    from rosters import scope

    from bihuan.org.rules import Accounts

    by, where = cast.system_admin.by, scope(reader(cast.system_admin))
    content = people(["张一", "13700000005", "康乐县", "康乐县应急管理局", "", "", "", "", ""])
    draft = actions.keep_roster(content=content, file_name="a.xlsx", by=by, at=NOW)
    shown = actions.roster_plan(draft, **where).digest
    somebody = actions.add_person(name="张一", phone="13700000005", by=BY, at=AT)
    actions.appoint(person=somebody, unit=cast.kangle_bureau, on=AT.date(), by=BY, at=AT)
    wish = {"shown": shown, "accounts": Accounts.NONE, "on": NOW.date(), "by": by, "at": NOW, **where}
    with pytest.raises(StaleError):
        actions.take_roster(draft=draft, **wish)
    assert Person.objects.filter(name="张一").count() == 1
    RosterDraft.objects.all().delete()
    with pytest.raises(StaleError):  # taken in already: a second click
        actions.take_roster(draft=draft, **wish)


def test_accounts_are_opened_for_those_who_were_chosen(cast: Cast) -> None:
    content = people(
        ["张一", "13700000005", "康乐县", "康乐县应急管理局", "", "", "联络员", "", ""],
        ["张二", "13700000006", "康乐县", "康乐县应急管理局", "", "", "检查员", "", ""],
        ["张三", "", "康乐县", "康乐县应急管理局", "", "", "联络员", "", ""],
        ["张四", "", "康乐县", "康乐县应急管理局", "", "", "", "", ""],
    )
    result = taken(cast, content, at=NOW, accounts="liaisons")
    assert {once.account.person.name for once in result.accounts} == {"张一", "张三"}
    assert len({once.password for once in result.accounts}) == 2
    once = next(item for item in result.accounts if item.account.person.name == "张一")
    assert once.account.name == "13700000005"
    account = actions.sign_in(name="13700000005", password=once.password, address=None, at=NOW)
    assert account.must_change
    assert not Entry.objects.filter(values__icontains=once.password).exists()
    again = taken(cast, content, at=NOW, accounts="all")  # the rows are there; accounts alone are opened
    assert {item.account.person.name for item in again.accounts} == {"张二"}
    assert Account.objects.filter(person__name__startswith="张").count() == 3


def test_half_a_roster_is_never_written(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    content = people(["张一", "13700000005", "康乐县", "新开局", "", "", "联络员", "", ""])

    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr("bihuan.org.actions.roster.history.record_many", fail)
    before = (Unit.objects.count(), Person.objects.count(), Post.objects.count(), Entry.objects.count())
    with pytest.raises(RuntimeError), transaction.atomic():
        taken(cast, content, at=NOW)
    assert (Unit.objects.count(), Person.objects.count(), Post.objects.count(), Entry.objects.count()) == before


# -- out and in again ------------------------------------------------------------------------------------------------


def test_the_template_is_understood_and_its_examples_are_not_rows(cast: Cast) -> None:
    with pytest.raises(RosterError) as refused:
        planned(cast, write_roster(regions=["康乐县"]))
    assert refused.value.code == "roster-empty"


def test_an_export_of_the_cast_changes_nothing(cast: Cast) -> None:
    plan = planned(cast, exported(cast))
    assert set(states(plan)) == {State.SAME}, faults(plan)
    assert len(plan.rows) == 4 + 12


_ROLES = [Role.OPERATOR, Role.LEADER, Role.INSPECTOR, Role.LIAISON, Role.SAFETY_OFFICER]


@given(data=st.data())
@hypothesis_settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_export_taken_in_changes_nothing(cast: Cast, data: st.DataObject) -> None:
    """Whatever people, namesakes, posts, sections, roles, merged and renamed units there are."""
    with transaction.atomic():
        units = [cast.office, cast.kangle_bureau, cast.yongjing_bureau, cast.school]
        for number in range(data.draw(st.integers(1, 4))):
            name = data.draw(st.sampled_from(["马明", "马 明", "M. Ali", "=1+1", "马明" * 20]))
            phone = data.draw(st.sampled_from(["", f"1380013800{number}", f"0930-621234{number}"]))
            person = actions.add_person(name=name, phone=phone, by=BY, at=AT)
            for _post in range(data.draw(st.integers(1, 3))):
                unit = data.draw(st.sampled_from(units))
                section = data.draw(st.sampled_from([None, "办公室", "应急 指挥科"]))
                roles = data.draw(st.sets(st.sampled_from(_ROLES), max_size=3))
                region = data.draw(st.sampled_from([cast.prefecture, cast.kangle]))
                actions.appoint(
                    person=person,
                    unit=unit,
                    section=actions.open_section(unit=unit, name=section, by=BY, at=AT) if section else None,
                    title=data.draw(st.sampled_from(["", "科员", "副局长"])),
                    roles=[(role, None if role in (Role.LIAISON, Role.SAFETY_OFFICER) else region) for role in roles],
                    on=AT.date(),
                    by=BY,
                    at=AT,
                )
        if data.draw(st.booleans()):
            wish = {"expected_version": 1, "on": AT.date(), "by": BY, "at": AT}
            actions.rename_unit(unit=cast.kangle_bureau, name="康乐县局", short_name="县局", **wish)
        if data.draw(st.booleans()):
            wish = {"expected_version": 1, "on": AT.date(), "by": BY, "at": AT}
            actions.merge_unit(unit=cast.school, into=cast.kangle_bureau, **wish)
        plan = planned(cast, exported(cast))
        assert set(states(plan)) == {State.SAME}, [(item.row.values, item.faults, item.does) for item in plan.rows]
        transaction.set_rollback(True)


# -- many rows -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_five_thousand_rows_with_faults(cast: Cast) -> None:
    rows = [
        [
            f"人{number}" if number % 50 else "",
            f"13{number:09d}" if number % 70 else "x",
            "康乐县",
            f"康乐县第{number % 300}单位",
            f"科室{number % 7}",
            "科员",
            "联络员" if number % 3 else "检查员",
            "",
            "",
        ]
        for number in range(5000)
    ]
    content = people(*rows)
    from django.db import connection

    began = time.process_time()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        plan = planned(cast, content)
    looked = time.process_time() - began
    assert len(asked) < 20
    assert plan.counts["fault"] == len(faults(plan)) - sum(1 for n in range(5000) if n % 50 == 0 and n % 70 == 0)
    began = time.process_time()
    with CaptureQueriesContext(connection) as asked:
        result = taken(cast, content, at=NOW)
    took = time.process_time() - began
    print(f"plan {looked:.2f} s, take in {took:.2f} s, {len(asked)} queries")
    assert result.counts["new"] == 5000 - result.counts["fault"]
    assert Section.objects.count() > 1000
    assert looked < 3
    assert took < 30
    assert len(asked) < 200

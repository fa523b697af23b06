"""Rosters and attendance from tables that people filled in: shown row by row, then written at once; certificates and
lists as workbooks."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import pytest
from cast import BY, Cast, signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from doings import AT, DAY, a_roster, an_activity
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoAssertNumQueries

from bihuan.activities import actions, queries
from bihuan.activities.actions import Listed, Paper
from bihuan.activities.actions.sheets import Plan, State
from bihuan.activities.materials import GoneError, MaterialError
from bihuan.activities.models import Activity, Attendance, RosterEntry, RosterSheet, TrainingRoster
from bihuan.activities.roster_rows import read_rows
from bihuan.activities.training_rules import Coverage, missing_text
from bihuan.lib.refusals import Refusal
from bihuan.lib.workbook import read_workbook
from bihuan.org.gate import local_day

HEADS = ("序号", "姓名", "单位", "职务", "签到")


def workbook(rows: Sequence[Sequence[Any]], heads: Sequence[str] = HEADS) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("签到表")
    sheet.write(0, 0, "关于举办培训班的签到表")
    for number, row in enumerate((heads, *rows), 1):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.close()
    return out.getvalue()


def cells(content: bytes) -> list[list[Any]]:
    (sheet,) = read_workbook(content)
    return sheet.rows


def planned(roster: TrainingRoster, content: bytes, activity: Activity | None = None) -> tuple[RosterSheet, Plan]:
    sheet = actions.keep_sheet(roster=roster, activity=activity, content=content, file_name="签到.xlsx", by=BY, at=AT)
    return sheet, actions.sheet_plan(sheet)


def states(plan: Plan) -> list[State]:
    return [item.state for item in plan.rows]


SESSION = [
    (1, "马　一", "康乐县应急局", "局长", "马一"),  # as tables set short names
    (2, "马二", "", "", True),
    (3, "马三", "康乐水泥厂", "", "请假"),
    (4, "马四", "康乐县应急局", "", "√"),
    (5, "马一", "永靖县应急局", "", "√"),
    (6, "", "康乐县应急局", "", "√"),
    (7, "马二", "康乐县住建局", "", "√"),
]


@pytest.mark.django_db
def test_who_came_is_taken_from_a_filled_sheet(cast: Cast) -> None:
    roster, session = a_roster(cast), an_activity(cast, "training")
    sheet, plan = planned(roster, workbook(SESSION), session)
    F, N, A, S = State.FAULT, State.NEW, State.ABSENT, State.SAME
    assert states(plan) == [N, N, A, F, F, F, S]
    told = [item.row.faults[0] for item in plan.rows if item.row.faults]
    assert [fault.cell for fault in told] == ["签到表!B6", "签到表!C7", "签到表!B8"]
    assert "名册上没有“马四”" in told[0].zh
    assert "康乐县应急局" in told[1].zh
    assert not Attendance.objects.exists()
    assert actions.take_sheet(sheet=sheet, shown=plan.digest, by=BY, at=AT) == 2
    assert [row.name for row in queries.attendance(session)] == ["马一", "马二"]
    assert not RosterSheet.objects.exists()
    again, plan = planned(roster, workbook(SESSION), session)
    assert states(plan) == [S, S, A, F, F, F, S]
    with pytest.raises(MaterialError, match="没有可写入"):
        actions.take_sheet(sheet=again, shown=plan.digest, by=BY, at=AT)
    assert queries.coverage([roster])[roster.pk] == Coverage(2, 3)  # absence takes nothing out


@pytest.mark.django_db
def test_two_of_one_name_are_told_apart_by_unit_and_duty(cast: Cast) -> None:
    roster, session = a_roster(cast), an_activity(cast, "training")
    twins = [Listed("马一", "康乐县应急局", "科员"), Listed("马一", "康乐县住建局")]
    actions.list_people(roster=roster, people=twins, by=BY, at=AT)
    rows = [("马一",), ("马一", "康乐县应急局"), ("马一", "康乐县应急局", "科员"), ("马一", "康乐县住建局", "主任")]
    _sheet, plan = planned(roster, workbook(rows, heads=("姓名", "单位", "职务")), session)
    assert states(plan) == [State.FAULT, State.FAULT, State.NEW, State.NEW]
    assert "3 个“马一”" in plan.rows[0].row.faults[0].zh


@pytest.mark.django_db
def test_a_roster_is_filled_from_a_table(cast: Cast) -> None:
    roster = a_roster(cast)
    rows = (
        "姓名,单位,职务",
        "马一,康乐县应急局,局长",
        "马七,康乐县教育局,",
        "马七,康乐县教育局,",
        ",没有姓名,",
        "=cmd(),,",
    )
    text = "\r\n".join(rows)
    sheet, plan = planned(roster, text.encode("gb18030"))
    assert states(plan) == [State.SAME, State.NEW, State.SAME, State.FAULT, State.NEW]
    assert actions.take_sheet(sheet=sheet, shown=plan.digest, by=BY, at=AT) == 2
    assert [row.name for row in queries.entries(roster).order_by("order")][3:] == ["马七", "=cmd()"]
    with pytest.raises(GoneError):
        actions.take_sheet(sheet=sheet, shown=plan.digest, by=BY, at=AT)


@pytest.mark.django_db
def test_what_is_written_is_what_was_shown(cast: Cast) -> None:
    roster, session = a_roster(cast), an_activity(cast, "training")
    sheet, plan = planned(roster, workbook(SESSION), session)
    actions.attended(activity=session, entries=[queries.entries(roster).get(name="马一")], by=BY, at=AT)
    with pytest.raises(GoneError):
        actions.take_sheet(sheet=sheet, shown=plan.digest, by=BY, at=AT)
    assert Attendance.objects.count() == 1
    with pytest.raises(MaterialError, match="不对名册签到"):
        planned(roster, workbook(SESSION), an_activity(cast, "screens"))
    people, plan = planned(roster, workbook([(1, "马九")]))
    roster.refresh_from_db()
    actions.close_roster(roster=roster, expected_version=roster.version, day=DAY, by=BY, at=AT)
    with pytest.raises(GoneError):
        actions.take_sheet(sheet=people, shown=plan.digest, by=BY, at=AT)
    roster.refresh_from_db()
    with pytest.raises(GoneError):
        planned(roster, workbook([(1, "马十")]))
    assert RosterEntry.objects.count() == 3


@pytest.mark.parametrize(("content", "code"), [
    (b"", "people-no-header"),
    (workbook([(1, "马一")], heads=("序号", "人")), "people-no-header"),
    (workbook([]), "people-empty"),
    (b"PK\x03\x04rubbish", "workbook-unreadable"),
    (b"\xd0\xcf\x11\xe0old", "workbook-locked"),
    (b"\x81\xff\xff", "table-encoding"),
    (("姓名\n" + "马\n" * 100_000).encode(), "people-too-long"),
])  # fmt: skip
def test_what_is_no_table_of_people_is_told_so(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_rows(content)
    assert refused.value.code == code


@given(content=st.binary(max_size=300) | st.text(max_size=200).map(lambda said: f"姓名,签到\n{said}".encode()))
def test_no_file_is_a_traceback(content: bytes) -> None:
    try:
        rows = read_rows(content)
    except Refusal:
        return
    assert rows


def test_who_is_missing_is_said_by_unit() -> None:
    text = missing_text("四类人员", Coverage(1, 4), [("甲局", "马一"), ("", "马三"), ("甲局", "马二")], DAY)
    assert text.splitlines()[1:3] == ["甲局（2 人）：马一、马二", "未写单位（1 人）：马三"]
    assert "应训 4 人，已训 1 人，还有 3 人" in text


# -- pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def liaison(cast: Cast) -> Client:
    return signed_in(cast.kangle_liaison)


def send(client: Client, address: str, content: bytes) -> Any:
    return client.post(address, {"file": SimpleUploadedFile("签到.xlsx", content)})


@pytest.mark.django_db
def test_a_sheet_goes_by_its_preview(
    cast: Cast, liaison: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    roster, session = a_roster(cast), an_activity(cast, "training")
    address = f"/activities/rosters/{roster.pk}/sheet/?activity={session.pk}"
    assert "下载签到表" in liaison.get(address).content.decode()
    answer = send(liaison, address, b"%PDF-1.7")
    assert answer.status_code == 422
    assert "没有找到表头" in answer.content.decode()
    answer = send(liaison, address, workbook(SESSION))
    assert answer.status_code == 302
    with django_assert_num_queries(15):
        shown = liaison.get(answer["Location"]).content.decode()
    assert "签到表!B6" in shown
    assert "只写入无误的 2 行" in shown
    (sheet,) = RosterSheet.objects.all()
    other = signed_in(cast.operator)  # keeps the roster too, but it is not theirs
    assert other.get(answer["Location"]).status_code == 404
    assert liaison.post(f"{answer['Location']}take/", {"shown": "other"}).status_code == 409
    digest = actions.sheet_plan(sheet).digest
    taken = liaison.post(f"{answer['Location']}take/", {"shown": digest})
    assert taken["Location"].startswith(f"/activities/{session.pk}/materials/")
    assert liaison.get(answer["Location"]).status_code == 404
    again = send(liaison, f"/activities/rosters/{roster.pk}/sheet/", workbook([(1, "马八", "教育局")]))
    assert "马八" in liaison.get(again["Location"]).content.decode()
    assert liaison.post(f"{again['Location']}drop/").status_code == 302
    assert not RosterSheet.objects.exists()
    hidden = an_activity(cast, "training", region=cast.yongjing, unit=cast.yongjing_bureau)
    for asked in (str(hidden.pk), "x", "9" * 30):
        assert liaison.get(f"/activities/rosters/{roster.pk}/sheet/?activity={asked}").status_code == 404
    assert signed_in(cast.leader).get(address).status_code == 404


@pytest.mark.django_db
def test_a_sign_in_sheet_that_was_downloaded_can_be_taken_in_again(cast: Cast, liaison: Client) -> None:
    roster, session = a_roster(cast), an_activity(cast, "training")
    actions.list_people(roster=roster, people=[Listed("=1+1", "@SUM")], by=BY, at=AT)
    content = liaison.get(f"/activities/rosters/{roster.pk}/table/?sign=1").content
    assert cells(content)[0] == ["序号", "姓名", "单位", "职务", "签到"]
    assert cells(content)[4][1:3] == ["=1+1", "@SUM"]  # as text
    assert states(planned(roster, content, session)[1]) == [State.ABSENT] * 4
    one = queries.entries(roster).earliest("order")
    actions.attended(activity=session, entries=[one], by=BY, at=AT)
    reached = cells(liaison.get(f"/activities/rosters/{roster.pk}/table/").content)
    assert [row[4] for row in reached] == ["参训", "是", "否", "否", "否"]
    assert reached[1][5] == f"2023-06-16 {session.title}"
    assert (
        states(planned(roster, liaison.get(f"/activities/rosters/{roster.pk}/table/").content, session)[1])[0]
        == State.SAME
    )
    shown = liaison.get(f"/activities/rosters/{roster.pk}/").content.decode()
    assert "康乐县住建局（1 人）：马二" in shown


@pytest.mark.django_db
def test_certificates_are_listed_by_when_they_end(
    cast: Cast, liaison: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    roster, today = a_roster(cast), local_day(timezone.now())
    one, two, three = queries.entries(roster).order_by("order")
    for number, (entry, ends) in enumerate([(one, 20), (two, -3), (three, 400), (one, None)]):
        until = None if ends is None else today + dt.timedelta(days=ends)
        paper = Paper("合格证", f"甘A{number}", DAY - dt.timedelta(days=900), "州应急局", until)
        actions.certify(entry=entry, said=paper, by=BY, at=AT)
    address = "/activities/rosters/certificates/"
    soon = liaison.get(address).content.decode()
    assert "甘A0" in soon
    assert "甘A1" not in soon
    assert "甘A1" in liaison.get(f"{address}?show=over").content.decode()
    with django_assert_num_queries(13):
        whole = liaison.get(f"{address}?roster={roster.pk}").content.decode()
    assert all(f"甘A{number}" in whole for number in range(4))
    rows = cells(liaison.get(f"{address}table/?show=all").content)
    assert [row[5] for row in rows] == ["证书编号", "甘A0", "甘A3", "甘A1", "甘A2"]  # in the roster's order
    assert [row[9] for row in rows[1:]] == ["即将到期", "有效", "已过期", "有效"]
    stranger = signed_in(cast.yongjing_liaison)
    assert "甘A" not in stranger.get(f"{address}?show=all").content.decode()
    assert len(cells(stranger.get(f"{address}table/?show=all").content)) == 1
    assert stranger.get(f"{address}?roster={roster.pk}").status_code == 404
    for paper_row in queries.certificates(TrainingRoster.objects.all()).filter(number="甘A0"):
        actions.remove_certificate(certificate=paper_row, by=BY, at=AT)
    assert "甘A0" not in liaison.get(address).content.decode()

"""The ledger as a workbook: what is filtered is what is written, and nothing in it runs."""

from __future__ import annotations

import datetime as dt
import re
import sys

import pytest
from cast import Cast, signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rosters import workbook

from bihuan.lib.workbook import read_workbook
from bihuan.loop import actions
from bihuan.loop.actions import Said, Wanted
from bihuan.loop.flows import Hand
from bihuan.loop.ledger_workbook import HEADS
from bihuan.loop.models import LedgerDraft, Matter, Step
from bihuan.messages.models import Message
from bihuan.org import actions as org
from bihuan.org.gate import local_day
from bihuan.org.models import Person

pytestmark = pytest.mark.django_db


def given(cast: Cast, *titles: str) -> None:
    actions.load_ladders(by="system:tests", at=timezone.now())
    due = local_day(timezone.now()) + dt.timedelta(days=9)
    said = Said(unit=cast.kangle_bureau, owner=cast.kangle_liaison, due_on=due, assisting=(cast.school,))
    wanted = [
        Wanted(f"w:{number}", "task", title, cast.office, book="example", said=said)
        for number, title in enumerate(titles)
    ]
    actions.register_many(wanted=wanted, by=cast.operator.by, at=timezone.now())


def taken(cast: Cast, query: str = "") -> list[list[object]]:
    answer = signed_in(cast.operator).get(f"/matters/ledger.xlsx{query}")
    assert answer.status_code == 200
    assert ".xlsx" in answer["Content-Disposition"]
    (sheet,) = read_workbook(answer.content)
    return list(sheet.rows)


def test_what_is_filtered_is_written(cast: Cast) -> None:
    given(cast, "检查消防通道", "=1+1", "举办咨询日")
    rows = taken(cast)
    assert rows[0] == [words for words, _width in HEADS]
    assert [row[1] for row in rows[1:]] == ["检查消防通道", "=1+1", "举办咨询日"]
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["编号"], first["承办单位"], first["配合单位"]) == ("w:0", "康乐县应急管理局", "康乐县示范小学")
    assert (first["状态"], first["灯"], first["数据"], first["进度"]) == ("待签收", "绿灯", "模型数据", 0)
    assert [row[1] for row in taken(cast, "?words=消防")[1:]] == ["检查消防通道"]
    assert len(taken(cast, "?state=closed")) == 1


def test_too_many_are_refused_in_words(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    given(cast, "一", "二", "三")
    monkeypatch.setattr(sys.modules["bihuan.loop.views.ledger"], "MOST_ROWS", 2)
    answer = signed_in(cast.operator).get("/matters/ledger.xlsx")
    assert answer.status_code == 422
    assert "请按时限、单位或状态缩小范围" in answer.content.decode()


# -- taken in --------------------------------------------------------------------------------------------------------

HEAD = ["编号", "事项", "办理要求", "承办单位", "责任科室", "经办人", "配合单位", "办结时限", "进度", "进展情况"]


def sent(who: Person, *rows: list[object], content: bytes | None = None, head: list[str] = HEAD) -> HttpResponse:
    """The page after an upload: the preview, or the upload with what is wrong."""
    file = SimpleUploadedFile("台账.xlsx", content or workbook(台账=[head, *rows]))
    answer = signed_in(who).post("/matters/import/", {"file": file}, follow=True)
    assert isinstance(answer, HttpResponse)
    return answer


def take(who: Person, page: HttpResponse) -> HttpResponse:
    html = page.content.decode()
    pk = LedgerDraft.objects.latest("pk").pk
    shown = re.search(r'name="shown" value="(\w+)"', html)
    assert shown, html[-3000:]
    answer = signed_in(who).post(f"/matters/import/{pk}/take/", {"shown": shown[1]}, follow=True)
    assert isinstance(answer, HttpResponse)
    return answer


def soon(days: int = 9) -> str:
    return (local_day(timezone.now()) + dt.timedelta(days=days)).isoformat()


def test_rows_become_matters_once(cast: Cast) -> None:
    actions.load_ladders(by="system:tests", at=timezone.now())
    rows: list[list[object]] = [
        ["A-1", "检查消防通道", "逐栋检查", "康乐县应急管理局", "", "康联络", "康乐县示范小学", soon(), "", ""],
        ["", "待分的事", "", "", "", "", "", "", "", ""],
    ]
    page = sent(cast.operator, *rows)
    assert "写入 2 行" in page.content.decode()
    assert not Matter.objects.exists()
    assert "新增 2 项" in take(cast.operator, page).content.decode()
    assert not LedgerDraft.objects.exists()
    first, second = Matter.objects.order_by("pk")
    assert (first.key, first.state, first.owner, first.keeper) == (
        f"unit:{cast.office.pk}:A-1", "assigned", cast.kangle_liaison, cast.office,
    )  # fmt: skip
    assert (second.state, second.unit, first.book) == ("registered", None, "example")
    assert Message.objects.filter(recipient=cast.kangle_liaison).count() == 1
    again = sent(cast.operator, *rows)
    assert "新增 1" in again.content.decode()  # the one without a number, which this workbook's own digest knows
    take(cast.operator, again)
    assert Matter.objects.filter(title="检查消防通道").count() == 1


def test_faults_are_named_by_cell_and_the_rest_can_be_taken(cast: Cast) -> None:
    actions.load_ladders(by="system:tests", at=timezone.now())
    org.merge_unit(
        unit=cast.yongjing_bureau, into=cast.kangle_bureau, expected_version=cast.yongjing_bureau.version,
        on=local_day(timezone.now()) - dt.timedelta(days=1), by="system:tests", at=timezone.now(),
    )  # fmt: skip
    page = sent(
        cast.operator,
        ["1", "好的", "", "康乐县应急管理局", "", "", "", soon(), "", ""],
        ["2", "过期", "", "康乐县应急管理局", "", "", "", "2023-06-01", "", ""],
        ["3", "撤并", "", "永靖县应急管理局", "", "", "", soon(), "", ""],
        ["4", "没有", "", "没有这个单位", "", "", "", soon(), "", ""],
        ["5", "没人", "", "康乐县应急管理局", "没有科室", "没有这人", "", soon(), "", ""],
        ["1", "重号", "", "康乐县应急管理局", "", "", "", soon(), "", ""],
        ["7", "", "", "康乐县应急管理局", "", "", "", soon(), "", ""],
        ["8", "日期", "", "康乐县应急管理局", "", "", "", "下周五", "150", ""],
        ["9", "缺时限", "", "康乐县应急管理局", "", "", "", "", "", ""],
    )
    html = page.content.decode()
    for cell, words in (
        ("台账!H3", "已经过去"), ("台账!D4", "请改为“康乐县应急管理局”"), ("台账!D5", "名录里没有"),
        ("台账!F6", "里没有"),
        ("台账!E6", "没有“没有科室”"), ("台账!A7", "重复"), ("台账!B8", "缺少事项名称"), ("台账!H9", "看不懂这个日期"),
        ("台账!I9", "0 到 100"), ("台账!H10", "须有办结时限"),
    ):  # fmt: skip
        assert cell in html, cell
        assert words in html, words
    assert "只写入无误的 1 行" in html
    take(cast.operator, page)
    assert [row.title for row in Matter.objects.all()] == ["好的"]


def test_an_export_comes_back_as_progress(cast: Cast) -> None:
    given(cast, "检查消防通道", "举办咨询日")
    matter = Matter.objects.get(key="w:0")
    for verb in ("sign_for",):
        actions.act(
            matter=matter, verb=verb, hands=frozenset(Hand), expected_version=matter.version,
            by=cast.kangle_liaison.by, at=timezone.now(),
        )  # fmt: skip
    answer = signed_in(cast.kangle_liaison).get("/matters/ledger.xlsx")
    rows = [list(row) for row in read_workbook(answer.content)[0].rows]
    assert [row[0] for row in rows[1:]] == ["w:0", "w:1"]
    rows[1][10], rows[1][11] = 60, "已查 6 栋"
    rows[2][11] = "还没签收"
    content = workbook(台账=rows)
    page = sent(cast.kangle_liaison, content=content)
    html = page.content.decode()
    assert "填报进展 1" in html, re.findall(r'cell-fault">(.*?)</p>|<td.*?state--.*?>(.*?)<', html, re.S)
    assert "不能填报进展" in html  # the other is not signed for yet
    take(cast.kangle_liaison, page)
    assert Matter.objects.get(key="w:0").progress == 60
    assert Step.objects.filter(matter=matter, text="已查 6 栋").count() == 1
    again = sent(cast.kangle_liaison, content=content)
    assert "不变 1" in again.content.decode()  # said already
    foreign = sent(cast.yongjing_liaison, content=content)
    assert "新增事项须由督办单位导入" in foreign.content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no workbook at all", "不是可以读的 Excel 工作簿"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, "旧版 .xls"),
        (b"", "不是可以读的"),
    ],
)
def test_what_is_no_workbook_is_said(cast: Cast, content: bytes, words: str) -> None:
    file = SimpleUploadedFile("台账.xlsx", content)
    answer = signed_in(cast.operator).post("/matters/import/", {"file": file})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not LedgerDraft.objects.exists()


def test_what_changed_since_the_preview_is_not_written(cast: Cast) -> None:
    actions.load_ladders(by="system:tests", at=timezone.now())
    page = sent(cast.operator, ["1", "好的", "", "康乐县应急管理局", "", "", "", soon(), "", ""])
    unit, day = cast.kangle_bureau, local_day(timezone.now())
    org.merge_unit(
        unit=unit,
        into=cast.yongjing_bureau,
        expected_version=unit.version,
        on=day,
        by="system:tests",
        at=timezone.now(),
    )
    answer = take(cast.operator, page)
    assert answer.status_code == 422
    assert "预览已更新" in answer.content.decode()
    assert not Matter.objects.exists()
    other = signed_in(cast.checker).get(f"/matters/import/{LedgerDraft.objects.get().pk}/")
    assert other.status_code == 404


def test_a_row_is_left_out(cast: Cast) -> None:
    actions.load_ladders(by="system:tests", at=timezone.now())
    rows = [[str(n), f"事{n}", "", "", "", "", "", "", "", ""] for n in range(3)]
    sent(cast.operator, *rows)
    pk = LedgerDraft.objects.get().pk
    page = signed_in(cast.operator).post(f"/matters/import/{pk}/rows/", {"leave": "台账!3"}, follow=True)
    take(cast.operator, page)
    assert [row.title for row in Matter.objects.order_by("pk")] == ["事0", "事2"]


@pytest.mark.slow
def test_five_thousand_rows(cast: Cast) -> None:
    actions.load_ladders(by="system:tests", at=timezone.now())
    rows = [[str(n), f"事{n}", "", "康乐县应急管理局", "", "康联络", "", soon(n % 90), "", ""] for n in range(5000)]
    with CaptureQueriesContext(connection) as made:
        page = sent(cast.operator, *rows)
    assert len(made) < 50
    assert "写入 5000 行" in page.content.decode()
    take(cast.operator, page)
    assert Matter.objects.count() == 5000
    assert Message.objects.filter(recipient=cast.kangle_liaison).count() == 1
    assert "5000 行" in sent(cast.operator, *rows, ["x", "多一行", "", "", "", "", "", "", "", ""]).content.decode()

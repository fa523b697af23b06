"""The ledger as a workbook: what is filtered is what is written, and nothing in it runs."""

from __future__ import annotations

import datetime as dt
import sys

import pytest
from cast import Cast, signed_in
from django.utils import timezone

from bihuan.lib.workbook import read_workbook
from bihuan.loop import actions
from bihuan.loop.actions import Said, Wanted
from bihuan.loop.ledger_workbook import HEADS

pytestmark = pytest.mark.django_db


def given(cast: Cast, *titles: str) -> None:
    actions.load_ladders(by="system:tests", at=timezone.now())
    due = timezone.localdate() + dt.timedelta(days=9)
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

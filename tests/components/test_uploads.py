"""Uploaded tables: one's own, kept a while, chosen from; and their preview by states and pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import pytest
from django.http import QueryDict

from bihuan.components import uploads
from bihuan.components.downloads import csv_download
from bihuan.components.previewing import ROWS, preview
from bihuan.loop.models import LedgerDraft

AT = dt.datetime(2023, 6, 1, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(days=2)


def kept(content: bytes = b"one", by: str = "person:1", at: dt.datetime = AT) -> LedgerDraft:
    return uploads.keep(LedgerDraft, content=content, file_name="x" * 300 + ".xlsx", by=by, at=at)


@pytest.mark.django_db
def test_the_same_file_again_keeps_what_was_chosen_on_it() -> None:
    first = kept()
    assert first.file_name.endswith(".xlsx")
    uploads.leave_out(first, ["a", "b"], out=True)
    uploads.leave_out(first, ["a"], out=False)
    assert kept().left_out == ["b"]
    assert kept(by="person:2").left_out == []
    assert kept(b"two").left_out == []


@pytest.mark.django_db
def test_one_sees_ones_own_and_old_ones_go() -> None:
    first, other = kept(), kept(by="person:2")
    assert uploads.own(LedgerDraft, first.pk, by="person:1") == first
    assert uploads.own(LedgerDraft, first.pk, by="person:2") is None
    assert uploads.waiting(LedgerDraft, by="person:2") == [other]
    kept(b"new", at=LATER)
    assert uploads.own(LedgerDraft, first.pk, by="person:1") is None
    uploads.leave_out(first, ["a"], out=True)  # gone meanwhile: nothing happens
    uploads.drop(first)


class State(StrEnum):
    FAULT = "fault"
    NEW = "new"


@dataclass
class Row:
    state: State


@dataclass
class Plan:
    rows: list[Row]
    digest: str = "d"

    @property
    def acting(self) -> list[Row]:
        return [row for row in self.rows if row.state is State.NEW]


WORDS = {State.FAULT: ("有误", "at fault", "bad"), State.NEW: ("新增", "new", "good")}


@pytest.mark.parametrize(
    ("address", "rows", "page"),
    [
        ("", 3, 0),
        ("state=all", ROWS, 0),
        ("state=all&page=2", ROWS, 2),
        ("state=all&page=99", 13, 3),
        ("state=nothing", 3, 0),
        ("state=new&page=-1", ROWS, 0),
        ("state=new&page=\u0663", ROWS, 0),
    ],
)
def test_a_preview_shows_faults_first_and_never_a_page_that_is_not(address: str, rows: int, page: int) -> None:
    plan = Plan([Row(State.FAULT)] * 3 + [Row(State.NEW)] * (3 * ROWS + 10))
    shown = preview(QueryDict(address), plan, WORDS)
    assert (len(shown.rows), shown.faults, shown.acting) == (rows, 3, 3 * ROWS + 10)
    assert shown.back.endswith(f"page={page}")
    assert [tab.count for tab in shown.tabs] == [len(plan.rows), 3, 3 * ROWS + 10]
    assert sum(tab.current for tab in shown.tabs) == 1


def test_an_empty_table_and_a_full_last_page() -> None:
    assert preview(QueryDict("page=7"), Plan([]), WORDS).rows == []
    full = preview(QueryDict("state=new&page=1"), Plan([Row(State.NEW)] * 2 * ROWS), WORDS)
    assert (len(full.rows), full.next_url) == (ROWS, "")
    assert preview(QueryDict("state=new&page=9"), Plan([Row(State.NEW)] * 2 * ROWS), WORDS).back.endswith("page=1")


def test_no_text_becomes_a_formula() -> None:
    answer = csv_download([["=1+1", "@x", -1, None]], "表.csv")
    assert answer.content.decode() == "\ufeff'=1+1,'@x,-1,\r\n"
    assert "filename*=utf-8''" in answer["Content-Disposition"]

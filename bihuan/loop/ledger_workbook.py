"""The ledger as a workbook: what an export writes, row by row, in memory that does not grow with it. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import IO, Any

MOST_ROWS = 100_000  # of one export; more is narrowed down first
SHEET = "台账"


@dataclass(frozen=True, slots=True)
class Line:
    """A matter in the order of the columns. `said` is empty in an export: who sends it back writes there."""

    key: str
    title: str
    demand: str
    keeper: str
    unit: str
    section: str
    owner: str
    leader: str
    assisting: str
    due_on: dt.date | None
    progress: int | None
    said: str
    kind: str
    scope: str
    original_due_on: dt.date | None
    state: str
    light: str
    book: str


HEADS = (
    ("编号", 22), ("事项", 40), ("办理要求", 40), ("交办单位", 24), ("承办单位", 24), ("责任科室", 14), ("经办人", 10),
    ("分管领导", 10), ("配合单位", 24), ("办结时限", 12), ("进度", 8), ("进展情况", 30), ("类别", 12), ("所属", 24),
    ("原定时限", 12), ("状态", 10), ("灯", 8), ("数据", 10),
)  # fmt: skip
READ = 12  # so many of them are read from a workbook that comes back


def write_ledger(lines: Iterable[Line], into: IO[bytes], *, columns: int = len(HEADS)) -> int:
    """Write a workbook into an open file; returns how many rows. What stands in a cell is never a formula."""
    from xlsxwriter import Workbook

    book = Workbook(into, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E4EDEB", "border": 1})
    looks = {"text": book.add_format({"num_format": "@"}), "day": book.add_format({"num_format": "yyyy-mm-dd"})}
    sheet = book.add_worksheet(SHEET)
    sheet.freeze_panes(1, 2)
    for index, (words, width) in enumerate(HEADS[:columns]):
        sheet.set_column(index, index, width)
        sheet.write_string(0, index, words, head)
    row = 0
    for row, line in enumerate(lines, 1):
        for index, value in enumerate(astuple(line)[:columns]):
            _write(sheet, row, index, value, looks)
    sheet.autofilter(0, 0, max(row, 1), columns - 1)
    book.close()
    return row


def _write(sheet: Any, row: int, index: int, value: object, looks: dict[str, Any]) -> None:
    if isinstance(value, dt.date):
        sheet.write_datetime(row, index, dt.datetime.combine(value, dt.time()), looks["day"])
    elif isinstance(value, int):
        sheet.write_number(row, index, value)
    elif value:
        sheet.write_string(row, index, str(value)[:32_000], looks["text"])

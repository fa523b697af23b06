"""A register as a workbook: what an export writes, in memory that does not grow with it, and the template. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import IO, Any

SHEET = "场所底册"
HEADS = (
    ("类别", 14), ("名称", 36), ("编码", 20), ("县市", 22), ("乡镇", 22), ("管理单位", 30), ("经度", 12), ("纬度", 12),
    ("启用日期", 12), ("注销日期", 12), ("数据", 10),
)  # fmt: skip
FILLED_IN = 9  # columns that an import reads


@dataclass(frozen=True, slots=True)
class Line:
    """A place in the order of the columns."""

    kind: str
    name: str
    code: str
    county: str
    town: str
    unit: str
    lon: Decimal | None
    lat: Decimal | None
    opened: dt.date
    closed: dt.date | None
    book: str


def write_register(lines: Iterable[Line], into: IO[bytes], *, kinds: Iterable[str], template: bool = False) -> int:
    """Write a register into an open file; returns how many rows. What stands in a cell is never a formula.

    Args:
        kinds: what may stand under 类别; offered as a list there.
        template: the columns to fill in alone.
    """
    from xlsxwriter import Workbook

    book = Workbook(into, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E4EDEB", "border": 1})
    looks = {"text": book.add_format({"num_format": "@"}), "day": book.add_format({"num_format": "yyyy-mm-dd"})}
    sheet = book.add_worksheet(SHEET)
    sheet.freeze_panes(1, 2)
    columns = FILLED_IN if template else len(HEADS)
    for index, (words, width) in enumerate(HEADS[:columns]):
        sheet.set_column(index, index, width, looks["text"] if index < 6 else None)
        sheet.write_string(0, index, words, head)
    sheet.data_validation(1, 0, 20_000, 0, {"validate": "list", "source": list(kinds), "error_type": "warning"})
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
    elif isinstance(value, Decimal):
        sheet.write_number(row, index, float(value))
    elif value:
        sheet.write_string(row, index, str(value)[:32_000], looks["text"])

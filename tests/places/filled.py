"""Registers as people fill them in."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

HEADS = ("类别", "名称", "编码", "县市", "乡镇", "管理单位", "经度", "纬度", "启用日期")


def workbook(rows: Sequence[Sequence[Any]], heads: Sequence[str] = HEADS, sheet: str = "底册") -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True})
    at = book.add_worksheet(sheet)
    for number, row in enumerate((heads, *rows)):
        for column, cell in enumerate(row):
            at.write(number, column, cell)
    book.close()
    return out.getvalue()


def text(rows: Sequence[Sequence[str]], heads: Sequence[str] = HEADS) -> str:
    return "\r\n".join(",".join(row) for row in (heads, *rows)) + "\r\n"

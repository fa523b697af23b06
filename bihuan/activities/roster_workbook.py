"""Rosters and certificates as workbooks: what was reached, a sheet to sign on, certificates and when they end. Pure."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence

PEOPLE = (("序号", 6), ("姓名", 14), ("单位", 36), ("职务", 20))
SIGN = (("签到", 14),)
REACHED = (("参训", 8), ("期次", 60))
CERTIFICATES = (
    ("名册", 30), ("姓名", 14), ("单位", 36), ("职务", 20), ("证书名称", 30), ("证书编号", 22), ("发证机关", 26),
    ("发证日期", 12), ("有效期至", 12), ("状态", 10),
)  # fmt: skip


def write_table(heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[object]], *, sheet: str) -> bytes:
    """A workbook of one sheet: `heads` with the width of each column, then the rows. What stands in a cell is never a
    formula."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E4EDEB", "border": 1})
    text, day = book.add_format({"num_format": "@"}), book.add_format({"num_format": "yyyy-mm-dd"})
    page = book.add_worksheet(sheet[:31])
    page.freeze_panes(1, 2)
    for column, (words, width) in enumerate(heads):
        page.set_column(column, column, width)
        page.write_string(0, column, words, head)
    number = 0
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, dt.date):
                page.write_datetime(number, column, dt.datetime.combine(value, dt.time()), day)
            elif isinstance(value, int):
                page.write_number(number, column, value)
            elif value:
                page.write_string(number, column, str(value)[:32_000], text)
    page.autofilter(0, 0, max(number, 1), len(heads) - 1)
    book.close()
    return out.getvalue()

"""The empty table of earlier years' values to fill in. Pure."""

from __future__ import annotations

import io
from collections.abc import Iterable

SHEET, NAMES = "往年数据", "指标与量词"
HEADS = (("地区", 22), ("指标", 26), ("年份", 8), ("时段", 22), ("数值", 14), ("量词", 10), ("来源", 50))


def write_template(measures: Iterable[tuple[str, str]]) -> bytes:
    """The workbook: what to fill in, and beside it which measures there are, each with its classifiers."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E4EDEB", "border": 1})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(SHEET)
    sheet.freeze_panes(1, 0)
    for index, (words, width) in enumerate(HEADS):
        sheet.set_column(index, index, width, text)
        sheet.write_string(0, index, words, head)
    names = book.add_worksheet(NAMES)
    names.set_column(0, 1, 30)
    for index, words in enumerate(("指标名称", "可用的量词")):
        names.write_string(0, index, words, head)
    row = 0
    for row, (name, units) in enumerate(measures, 1):
        names.write_string(row, 0, name)
        names.write_string(row, 1, units)
    if row:
        sheet.data_validation(
            1, 1, 5000, 1, {"validate": "list", "source": f"='{NAMES}'!$A$2:$A${row + 1}", "error_type": "warning"}
        )
    book.close()
    return out.getvalue()

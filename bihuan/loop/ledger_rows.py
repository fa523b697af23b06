"""A ledger as somebody filled it in: what stands in each cell, what is wrong there. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bihuan.lib.filled import Columns, FilledRow, header, lines
from bihuan.lib.refusals import Refusal
from bihuan.lib.workbook import Cell, Sheet

MOST = 5000  # rows of one import
COLUMNS: Columns = {
    "key": (("编号", "事项编号", "序号编号"), 60),
    "title": (("事项", "事项名称", "工作任务", "重点工作"), 200),
    "demand": (("办理要求", "要求", "工作要求", "目标要求"), 2000),
    "unit": (("承办单位", "牵头单位", "责任单位"), 100),
    "section": (("责任科室", "科室"), 60),
    "owner": (("经办人", "责任人", "联系人"), 60),
    "leader": (("分管领导", "责任领导"), 60),
    "assisting": (("配合单位", "协办单位"), 600),
    "due_on": (("办结时限", "完成时限", "时限", "完成时间"), 40),
    "progress": (("进度", "完成进度"), 10),
    "said": (("进展情况", "进展", "办理情况", "完成情况"), 5000),
}


class State(StrEnum):
    """What would come of a row."""

    FAULT = "fault"
    NEW = "new"
    REPORT = "report"
    SAME = "same"
    LEFT = "left"


class LedgerRowsError(Refusal):
    """The workbook as a whole is no ledger."""


@dataclass
class Row(FilledRow):
    """One filled row."""

    due_on: dt.date | None = None
    progress: int | None = None


def read_rows(sheets: Sequence[Sheet]) -> list[Row]:
    """The rows of a ledger.

    Raises:
        LedgerRowsError: no sheet has a column for the matter's name, nothing stands below it, or there are too many.
    """
    rows: list[Row] = []
    headed = False
    for sheet in sheets:
        found = header(sheet, COLUMNS, "title")
        if found is None:
            continue
        headed = True
        at, columns = found
        for number, given in lines(sheet, at, columns):
            if any(_there(cell) for cell in given.values()):
                rows.append(_row(Row(sheet.name, number, columns), given))
        if len(rows) > MOST:
            zh, en = f"表格超过 {MOST} 行，请分几次导入", f"more than {MOST} rows: import them in parts"
            raise LedgerRowsError("ledger-too-long", zh, en)
    if not headed:
        zh = "没有找到表头：至少要有“事项”一列。请下载模板对照"
        raise LedgerRowsError("ledger-no-header", zh, "no header row: a column 事项 is needed; see the template")
    if not rows:
        raise LedgerRowsError("ledger-empty", "表头下面没有内容", "there is nothing below the header row")
    _twice(rows)
    return rows


def _there(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _row(row: Row, given: Mapping[str, Cell]) -> Row:
    for name, cell in given.items():
        if name == "due_on":
            row.due_on = _day(row, cell)
        elif name == "progress":
            row.progress = _percent(row, cell)
        else:
            row.values[name] = _text(row, name, cell)
    if not row["title"] and not row.faults:
        row.fault("title", "缺少事项名称", "the name of the matter is missing")
    return row


def _text(row: Row, name: str, cell: Cell) -> str:
    if isinstance(cell, float) and name == "key" and cell.is_integer():
        cell = str(int(cell))
    if not isinstance(cell, str):
        if _there(cell):
            row.fault(name, "应填文字；请把单元格格式设为“文本”后重填", "it should be text: format the cell as text")
        return ""
    text = unicodedata.normalize("NFC", cell).strip()
    if any(not (char.isprintable() or char in "\n\r\t") for char in text):
        row.fault(name, "有看不见的控制字符，请删去重填", "there are invisible control characters: type it anew")
        return ""
    longest = COLUMNS[name][1]
    if len(text) > longest:
        row.fault(name, f"太长：共 {len(text)} 个字，最多 {longest} 个字", f"too long: at most {longest} characters")
        return ""
    return " ".join(text.split()) if name not in ("demand", "said") else text


_DAY = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:[ T]0{1,2}:00(?::00)?)?")


def _day(row: Row, cell: Cell) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if not _there(cell):
        return None
    if isinstance(cell, float) and 30_000 < cell < 80_000:  # a day whose cell lost its look: days since 1899-12-30
        return dt.date(1899, 12, 30) + dt.timedelta(days=int(cell))
    found = _DAY.fullmatch(cell.strip()) if isinstance(cell, str) else None
    try:
        if found:
            return dt.date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    row.fault("due_on", "看不懂这个日期，请写成 2026-06-16", "no date that can be read: write 2026-06-16")
    return None


def _percent(row: Row, cell: Cell) -> int | None:
    if not _there(cell):
        return None
    number = cell
    if isinstance(cell, str):
        found = re.fullmatch(r"(\d{1,3})\s*[%％]?", cell.strip())
        number = float(found[1]) if found else None
    elif isinstance(cell, float) and 0 < cell < 1:  # a cell formatted as percent
        number = round(cell * 100)
    if isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number <= 100:
        return int(number)
    row.fault("progress", "进度请填 0 到 100 的整数", "progress is a whole number from 0 to 100")
    return None


def _twice(rows: Sequence[Row]) -> None:
    """The same number, or the same matter of the same unit, twice in one workbook."""
    seen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        mark = ("key", row["key"]) if row["key"] else ("title", row["title"], row["unit"], str(row.due_on))
        first = seen.setdefault(mark, row)
        if first is not row:
            column = "key" if row["key"] else "title"
            row.fault(column, f"与 {first.key} 重复", f"the same as {first.key}")

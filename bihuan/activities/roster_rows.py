"""People in a table that somebody filled in (XLSX or CSV): for a roster, or who of one came. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.lib.filled import Columns, FilledRow, header, lines, sheets
from bihuan.lib.refusals import Refusal
from bihuan.lib.workbook import EXACT, Cell

MOST = 5000  # rows of one table: as many as a roster holds
COLUMNS: Columns = {
    "name": (("姓名", "人员姓名", "参训人员", "参会人员", "名字"), 60),
    "unit": (("单位", "单位名称", "工作单位", "所在单位", "单位及部门"), 100),
    "duty": (("职务", "职务职级", "岗位", "职务岗位", "岗位职务", "身份"), 60),
    "came": (("签到", "参训", "到训", "是否参训", "是否到训", "到会", "出勤", "参加情况"), 30),
}
# What in the column 签到 says that somebody did not come; whatever else stands there is a mark or a signature.
ABSENT = frozenset(("", *"否无缺×xX✗0-—/", "缺席", "未到", "未参训", "请假", "no", "No"))
_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def name_key(name: str) -> str:
    """A name as it is compared: tables set names of two characters apart (马　一).

    >>> name_key("马 一"), name_key("Ali Ma")
    ('马一', 'Ali Ma')
    """
    return _GAP.sub("", name)


class RosterRowsError(Refusal):
    """The file as a whole names nobody. Codes: people-no-header, people-empty, people-too-long."""


@dataclass
class Row(FilledRow):
    """One filled row. `came`: whether it says that they came; a table without such a column lists those who did."""

    came: bool = True


def read_rows(content: bytes) -> list[Row]:
    """The rows of a table of people.

    Raises:
        bihuan.lib.workbook.WorkbookError, bihuan.lib.filled.TableError: the file is no table.
        RosterRowsError: no sheet has a column 姓名, nothing stands below it, or there are too many rows.
    """
    rows: list[Row] = []
    headed = False
    for sheet in sheets(content, most=MOST):
        found = header(sheet, COLUMNS, "name")
        if found is None:
            continue
        headed = True
        at, columns = found
        for number, given in lines(sheet, at, columns):
            if any(_text(given[name]) for name in ("name", "unit", "duty") if name in given):
                rows.append(_row(Row(sheet.name, number, columns), given))
            if len(rows) > MOST:
                raise RosterRowsError("people-too-long", f"表格超过 {MOST} 人，请分册", f"more than {MOST} people")
    if not headed:
        zh = "没有找到表头：至少要有“姓名”一列。请下载模板对照"
        raise RosterRowsError("people-no-header", zh, "no header row: a column for names is needed; see the template")
    if not rows:
        raise RosterRowsError("people-empty", "表头下面没有内容", "there is nothing below the header row")
    return rows


def _text(cell: Cell) -> str:
    if isinstance(cell, bool) or cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return str(int(cell))
    return " ".join(str(cell).split())


def _row(row: Row, given: Mapping[str, Cell]) -> Row:
    for name, cell in given.items():
        text, longest = _text(cell), COLUMNS[name][1]
        if len(text) > longest or not text.isprintable():
            zh = f"最多 {longest} 个字，不含控制字符"
            row.fault(name, zh, f"{longest} characters at most, none of them a control character")
        else:
            row.values[name] = name_key(text) if name == "name" else text
    if not _text(given.get("name", "")):
        row.fault("name", "没有姓名", "there is no name")
    # A box that is ticked is kept as a truth value.
    ticked = given.get("came")
    row.came = "came" not in row.columns or ticked is True or row["came"] not in ABSENT
    return row

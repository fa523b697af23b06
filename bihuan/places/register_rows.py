"""A register as somebody filled it in (XLSX or CSV): what stands in each cell, what is wrong there. Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bihuan.lib.filled import Columns, FilledRow, header, lines, sheets
from bihuan.lib.refusals import Refusal
from bihuan.lib.workbook import EXACT, Cell
from bihuan.places.rules import LONGEST_CODE, LONGEST_NAME, degrees, fits, on_calendar, plain

MOST = 20_000  # rows of one import
COLUMNS: Columns = {
    "kind": (("类别", "场所类别", "类型"), 30),
    "name": (("名称", "场所名称", "学校名称", "村名", "企业名称", "单位名称"), LONGEST_NAME),
    "code": (("编码", "代码", "统一编码", "学校代码", "统一社会信用代码"), LONGEST_CODE),
    "county": (("县市", "县", "县区", "县市区", "所在县"), 60),
    "town": (("乡镇", "乡镇街道", "街道", "所在乡镇"), 60),
    "unit": (("管理单位", "所属单位", "主管单位"), 100),
    "lon": (("经度",), 30),
    "lat": (("纬度",), 30),
    "opened": (("启用日期", "设立日期", "成立日期"), 30),
}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


class RegisterError(Refusal):
    """The file as a whole is no register."""


@dataclass
class Row(FilledRow):
    """One filled row."""

    point: tuple[Decimal, Decimal] | None = None
    opened: dt.date | None = None


def read_register(content: bytes) -> list[Row]:
    """The rows of a register; of a sheet without a column 类别 the sheet's name says the kind.

    Raises:
        bihuan.lib.workbook.WorkbookError, bihuan.lib.filled.TableError: it is neither a workbook nor a table as text.
        RegisterError: no sheet has a column for names, nothing stands below it, or there are too many rows.
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
            if any(_text(cell) for cell in given.values()):
                rows.append(_row(Row(sheet.name, number, columns), given))
            if len(rows) > MOST:
                zh, en = f"表格超过 {MOST} 行，请按县市或类别分几次导入", f"more than {MOST} rows: import them in parts"
                raise RegisterError("register-too-long", zh, en)
    if not headed:
        zh = "没有找到表头：至少要有“名称”一列。请下载模板对照"
        raise RegisterError("register-no-header", zh, "no header row: a column 名称 is needed; see the template")
    if not rows:
        raise RegisterError("register-empty", "表头下面没有内容", "there is nothing below the header row")
    return rows


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return str(int(cell))
    return "" if cell is None else plain(str(cell))


def _row(row: Row, given: Mapping[str, Cell]) -> Row:
    for name, cell in given.items():
        text, longest = _text(cell), COLUMNS[name][1]
        if name == "code" and isinstance(cell, float) and abs(cell) >= EXACT:
            zh = "长编码被表格当成了数字，末几位可能已变成零。请把这一列设为文本后重填"
            row.fault(name, zh, "the code was kept as a number and has lost digits: make the column text")
        elif name == "opened":
            row.opened = _opened(row, cell, text)
        elif text and not fits(text, longest):
            zh = f"最多 {longest} 个字，不含控制字符"
            row.fault(name, zh, f"{longest} characters at most, none of them a control character")
        else:
            row.values[name] = text
    if not _text(given.get("name", "")):
        row.fault("name", "没有名称", "there is no name")
    _point(row)
    return row


def _point(row: Row) -> None:
    lon, lat = row["lon"], row["lat"]
    if not lon and not lat:
        return
    values = []
    for name, text, most, zh in (("lon", lon, 180, "经度"), ("lat", lat, 90, "纬度")):
        value = degrees(text, most)
        if value is None:
            told = f"{zh}须是 -{most} 到 {most} 之间的度数，如 103.210000；经纬度都填或都不填"
            row.fault(name, told, f"degrees within ±{most}, such as 103.21; both or neither")
        values.append(value)
    if values[0] is not None and values[1] is not None:
        row.point = (values[0], values[1])


def _opened(row: Row, cell: Cell, text: str) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        day: dt.date | None = cell.date()
    elif isinstance(cell, dt.date):
        day = cell
    elif not text:
        return None
    else:
        found = _DATE.fullmatch(text)
        try:
            day = dt.date(*map(int, found.groups())) if found else None
        except ValueError:
            day = None
    if day is None or not on_calendar(day):
        row.fault("opened", "不是日期，请写成 2020-01-01 这样", "no date: write it as 2020-01-01")
        return None
    return day

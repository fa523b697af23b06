"""Values of earlier years (往年值) as somebody filled them in (XLSX or CSV): what stands in each cell. Pure."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bihuan.figures.rules import FigureError, check_value
from bihuan.lib.filled import Columns, FilledRow, header, lines, sheets
from bihuan.lib.refusals import Refusal
from bihuan.lib.workbook import EXACT, Cell
from bihuan.reading.numerals import flatten
from bihuan.reading.quantities import read_quantity
from bihuan.reading.ranges import Range

MOST = 5_000  # rows of one table
FIRST_YEAR, LAST_YEAR = 1949, 2100
LONGEST_PAPER, LONGEST_VALUE = 200, 40
Days = tuple[dt.date, dt.date]
COLUMNS: Columns = {
    "region": (("地区", "县市", "县区", "单位", "区划代码", "代码"), 60),
    "measure": (("指标", "指标名称", "项目"), 120),
    "year": (("年份", "年度", "年"), 10),
    "period": (("时段", "时期", "起止日期", "期间"), 40),
    "value": (("数值", "数", "值", "完成数"), LONGEST_VALUE),
    "unit": (("量词", "单位名称", "计量单位"), 20),
    "paper": (("来源", "依据", "来源文件", "出处"), LONGEST_PAPER),
}
_NEEDED = ("region", "measure", "year", "value", "paper")
_HEADS = {"region": "地区", "measure": "指标", "year": "年份", "value": "数值", "paper": "来源"}
_YEAR = re.compile(r"([0-9]{4})\s*年?")
_MONTH = re.compile(r"([0-9]{1,2})\s*月份?")
_QUARTER = re.compile(r"第?([一二三四1-4])季度")
_WITH_UNIT = re.compile(r"([^（(]+)[（(]([^（）()0-9]{1,3})[)）]")
_DAY = r"(?:([0-9]{4})\s*[-/.年]\s*)?([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?"
_DAYS = re.compile(rf"{_DAY}\s*(?:至|到|—+|–|~|～|-)\s*{_DAY}")


class PastError(Refusal):
    """The table as a whole holds no values of earlier years, or cannot be taken in now."""


@dataclass(frozen=True, slots=True)
class Read:
    """A value as it was written. `classifier`: the unit that stands in it."""

    value: Range
    printed: str
    form: str
    classifier: str


@dataclass
class PastRow(FilledRow):
    """One filled row. `days` is None where only the year is given."""

    year: int | None = None
    days: Days | None = None
    read: Read | None = None
    names: tuple[str, ...] = field(default=())  # of measures


def read_past(content: bytes) -> list[PastRow]:
    """The rows of a table of earlier years' values.

    Raises:
        bihuan.lib.workbook.WorkbookError, bihuan.lib.filled.TableError: it is no table that can be read.
        PastError: no sheet has the columns, nothing stands below them, or there are too many rows.
    """
    rows: list[PastRow] = []
    headed = False
    for sheet in sheets(content, most=MOST):
        found = header(sheet, COLUMNS, "value")
        if found is None or not {*_NEEDED} <= found[1].keys():
            continue
        headed = True
        at, columns = found
        for number, given in lines(sheet, at, columns):
            if any(_text(cell) for cell in given.values()):
                rows.append(_row(PastRow(sheet.name, number, columns), given))
        if len(rows) > MOST:
            zh, en = f"表格超过 {MOST} 行，请分几次载入", f"more than {MOST} rows: load them in parts"
            raise PastError("past-too-long", zh, en)
    if not headed:
        zh = f"没有找到表头：要有{'、'.join(_HEADS.values())}各一列。请下载模板对照"
        raise PastError("past-no-header", zh, "no header row: see the template for the columns")
    if not rows:
        raise PastError("past-empty", "表头下面没有内容", "there is nothing below the header row")
    return rows


def given_row(values: Mapping[str, str], number: int) -> PastRow:
    """A row that a program sends, read by the same rules; `number` from 0."""
    return _row(PastRow("values", number, {}), values)


def _text(cell: Cell) -> str:
    if isinstance(cell, bool) or cell is None:
        return ""
    if isinstance(cell, float):
        whole = cell.is_integer() and abs(cell) < EXACT
        return str(int(cell)) if whole else repr(cell)
    return " ".join(str(cell).split())


def _row(row: PastRow, given: Mapping[str, Cell]) -> PastRow:
    for name, cell in given.items():
        text = _text(cell)
        if "\0" in text or len(text) > COLUMNS[name][1]:
            zh, en = f"最多 {COLUMNS[name][1]} 个字", f"{COLUMNS[name][1]} characters at most"
            row.fault(name, zh, en)
            text = ""
        row.values[name] = text
    told = {item.cell for item in row.faults}
    for name in _NEEDED:
        if not row[name] and row.cell(name) not in told:
            row.fault(name, f"没有填{_HEADS[name]}", "it is empty")
    if (found := _WITH_UNIT.fullmatch(row["measure"])) and not row["unit"]:  # as our own tables print it
        row.values["measure"], row.values["unit"] = found[1], found[2]
    row.names = tuple(part for part in re.split(r"[、，,]", row["measure"]) if part)
    _read_days(row, given.get("year", ""))
    _read_value(row, given.get("value", ""))
    return row


def _read_days(row: PastRow, cell: Cell) -> None:
    text = str(cell.year) if isinstance(cell, dt.date) else row["year"]
    found = _YEAR.fullmatch(flatten(text))
    if not text:
        return
    if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        row.fault("year", "请写四位年份，如 2022", "write a year of four digits, such as 2022")
        return
    row.year = int(found[1])
    if row["period"]:
        row.days = days_of(row["period"], row.year)
        if row.days is None:
            zh = "看不懂这个时段，请写 全年、6月、上半年、二季度 或 6月1日至6月30日"
            row.fault("period", zh, "not understood: write 全年, 6月, 上半年, 二季度 or 6月1日至6月30日")


def days_of(text: str, year: int) -> Days | None:
    """The days that words mean in a year; None where they mean none.

    >>> days_of("6月", 2022)
    (datetime.date(2022, 6, 1), datetime.date(2022, 6, 30))
    """
    plain = "".join(flatten(text).split())
    halves = {"全年": (1, 12), "年度": (1, 12), "上半年": (1, 6), "下半年": (7, 12)}
    if plain in halves:
        return _months(year, *halves[plain])
    if (found := _QUARTER.fullmatch(plain)) is not None:
        number = "一二三四1234".index(found[1]) % 4
        return _months(year, number * 3 + 1, number * 3 + 3)
    if (found := _MONTH.fullmatch(plain)) is not None:
        return _months(year, int(found[1]), int(found[1])) if 1 <= int(found[1]) <= 12 else None
    if (found := _DAYS.fullmatch(plain)) is None:
        return None
    y1, m1, d1, y2, m2, d2 = found.groups()
    try:
        first, last = dt.date(int(y1 or year), int(m1), int(d1)), dt.date(int(y2 or y1 or year), int(m2), int(d2))
    except ValueError:
        return None
    return (first, last) if first <= last and year in (first.year, last.year) else None


def _months(year: int, first: int, last: int) -> Days:
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def _read_value(row: PastRow, cell: Cell) -> None:
    text = "".join(flatten(row["value"]).split())
    if not text:
        return
    if isinstance(cell, float) and abs(cell) >= EXACT:
        row.fault("value", "数太大，存不下，请核对", "it is too large: check it")
        return
    if text[0] in "-−﹣－负":
        row.fault("value", "不能是负数，请核对", "it cannot be below zero: check it")
        return
    unit = "".join(row["unit"].split())
    if isinstance(cell, float) and unit == "%" and cell <= 1:  # 97 % as a spreadsheet keeps it: 0.97
        row.fault("value", "百分数请写成文字，如 97.5%", "write a percentage as text, such as 97.5%")
        return
    whole = text if unit and text.endswith(unit) else text + unit
    found = read_quantity(whole)
    if found is None or (found.start, found.end) != (0, len(whole)):
        zh = f"看不懂“{row['value']}”，请写成 2000、2000余、近1.5万"
        row.fault("value", zh, f"“{row['value']}” is not understood: write 2000, 2000余, 近1.5万")
        return
    try:
        check_value(found.range)
    except FigureError:
        row.fault("value", "数太大，存不下，请核对", "it is too large: check it")
        return
    row.read = Read(found.range, whole, found.form, found.unit_norm)

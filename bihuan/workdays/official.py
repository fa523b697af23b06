"""An official list as a file: an Excel table with 日期, 类型 (放假, 上班) and 名称. Pure."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bihuan.lib.refusals import Refusal
from bihuan.lib.workbook import Cell, Sheet, cell_name, read_workbook
from bihuan.workdays.rules import Special

HEADINGS = ("日期", "类型", "名称")
MOST_ROWS = 200  # days of one year that are special
_OFF = {"放假", "休", "休息", "off", "holiday"}
_ON = {"上班", "补班", "班", "调休上班", "on", "workday"}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


class OfficialError(Refusal):
    """The file is no list of days off and on."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a cell."""

    where: str
    zh: str
    en: str


@dataclass(frozen=True)
class OfficialList:
    """What was read: the days in their order, what is wrong, what is only odd."""

    year: int
    days: tuple[Special, ...]
    faults: tuple[Fault, ...] = ()
    hints: tuple[Fault, ...] = field(default=())


def read_official(content: bytes) -> OfficialList:
    """Read an official list from an XLSX file.

    Raises:
        bihuan.lib.workbook.WorkbookError: it is no workbook. OfficialError: there is no such table in it.
    """
    for sheet in read_workbook(content):
        for number, row in enumerate(sheet.rows[:20]):
            names = [str(cell).strip() for cell in row]
            if "日期" in names and "类型" in names:
                columns = {name: names.index(name) for name in HEADINGS if name in names}
                return _read(sheet, number + 1, columns)
    zh = "表中没有“日期”“类型”两列。请按模板填写：日期、类型（放假或上班）、名称"
    raise OfficialError("calendar-headings", zh, "there is no table with the columns 日期 and 类型: use the template")


def _read(sheet: Sheet, first: int, columns: dict[str, int]) -> OfficialList:
    rows = [(number, row) for number, row in enumerate(sheet.rows) if number >= first and any(map(_text, row))]
    if not rows:
        raise OfficialError("calendar-empty", "表中没有日期，请填写后再传", "the table has no days: fill it in")
    if len(rows) > MOST_ROWS:
        zh = f"一年的放假调休安排不会超过 {MOST_ROWS} 天，请核对文件"
        raise OfficialError("calendar-too-long", zh, f"no year has more than {MOST_ROWS} special days: check the file")
    faults: list[Fault] = []
    found: dict[dt.date, tuple[Special, str]] = {}
    for number, row in rows:
        where = {name: cell_name(sheet.name, number, column) for name, column in columns.items()}
        day = _day(row[columns["日期"]])
        off = _kind(row[columns["类型"]])
        name = _text(row[columns["名称"]])[:40] if "名称" in columns else ""
        if day is None:
            faults.append(Fault(where["日期"], "这不是日期，请写成 2027-01-01 这样", "no date: write it as 2027-01-01"))
        if off is None:
            faults.append(Fault(where["类型"], "请填“放假”或“上班”", "write 放假 (off) or 上班 (worked)"))
        if day is not None and day in found:
            faults.append(Fault(where["日期"], f"{day} 写了两次，请删去一行", f"{day} stands twice: delete one row"))
        elif day is not None and off is not None:
            found[day] = (Special(day, off, name), where["日期"])
    return _of_one_year(found, faults)


def _of_one_year(found: dict[dt.date, tuple[Special, str]], faults: list[Fault]) -> OfficialList:
    years = sorted({day.year for day in found}, key=lambda year: -sum(day.year == year for day in found))
    year = years[0] if years else 0
    hints, days = [], []
    for day in sorted(found):
        special, where = found[day]
        if day.year != year:
            zh = f"这一天不在 {year} 年。请把各年分开，一年一个文件"
            faults.append(Fault(where, zh, f"this day is not in {year}: one file a year"))
        else:
            days.append(special)
        if special.off == (day.weekday() > 4):
            zh = "周末本来休息" if special.off else "这一天本来上班"
            en = "nobody works on this day anyway" if special.off else "a working day anyway"
            hints.append(Fault(where, f"{zh}，写不写都一样", en))
    return OfficialList(year, tuple(days), tuple(faults), tuple(hints))


def _text(cell: Cell) -> str:
    return str(cell).strip()


def _day(cell: Cell) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    parts = _DATE.fullmatch(_text(cell))
    try:
        return dt.date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def _kind(cell: Cell) -> bool | None:
    word = _text(cell).lower()
    return True if word in _OFF else False if word in _ON else None


def write_official(days: Iterable[Special]) -> bytes:
    """The table of such a list, with its headings: the template, and what is held."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("放假安排")
    head, plain = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1}), book.add_format({"border": 1})
    date = book.add_format({"num_format": "yyyy-mm-dd", "border": 1})
    sheet.set_column(0, 2, 16)
    sheet.write_row(0, 0, HEADINGS, head)
    sheet.freeze_panes(1, 0)
    sheet.data_validation(1, 1, MOST_ROWS, 1, {"validate": "list", "source": ["放假", "上班"]})
    for number, item in enumerate(days, 1):
        sheet.write_datetime(number, 0, dt.datetime.combine(item.day, dt.time()), date)
        sheet.write_string(number, 1, "放假" if item.off else "上班", plain)
        sheet.write_string(number, 2, item.name, plain)
    book.close()
    return out.getvalue()

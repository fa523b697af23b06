"""An official list as a file: a table with 日期, 类型 (放假, 上班), 名称 and 依据, as a workbook or CSV. Pure.

The yearly notice now and then begins with days of the December before (2019: 30 December 2018; 2023: 31 December 2022);
they belong to the list of that year, and are taken into it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bihuan.lib.filled import sheets
from bihuan.lib.refusals import Refusal
from bihuan.lib.workbook import Cell, Sheet, cell_name
from bihuan.workdays.rules import FIRST_YEAR, LAST_YEAR, Special

HEADINGS = ("日期", "类型", "名称", "依据")
MOST_ROWS = 200  # days of one year that are special
LONGEST_NAME, LONGEST_SOURCE = 40, 200
_WITHIN = 20  # rows in which the headings are looked for
_OFF = {"放假", "休", "休息", "off", "holiday"}
_ON = {"上班", "补班", "班", "调休上班", "on", "workday"}
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
# 全国年节及纪念日放假办法, article 2: what is a holiday by its date in each year.
_ALWAYS = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))


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
    """What was read: the days in their order, the December before among them; what is wrong, what is only odd; the
    paper that the file names."""

    year: int
    days: tuple[Special, ...]
    faults: tuple[Fault, ...] = ()
    hints: tuple[Fault, ...] = ()
    source: str = ""


def read_official(content: bytes) -> OfficialList:
    """Read an official list from an XLSX or a CSV file.

    Raises:
        bihuan.lib.workbook.WorkbookError, bihuan.lib.filled.TableError: it cannot be read.
        OfficialError: there is no such table in it.
    """
    for sheet in sheets(content, most=20 * MOST_ROWS):
        for number, row in enumerate(sheet.rows[:_WITHIN]):
            names = [_text(cell).rstrip("*＊") for cell in row]
            if "日期" in names and "类型" in names:
                columns = {name: names.index(name) for name in HEADINGS if name in names}
                return _read(sheet, number + 1, columns)
    zh = "表中没有“日期”“类型”两列。请按模板填写：日期、类型（放假或上班）、名称"
    raise OfficialError("calendar-headings", zh, "there is no table with the columns 日期 and 类型: use the template")


def _read(sheet: Sheet, first: int, columns: dict[str, int]) -> OfficialList:
    used = columns.values()
    rows = [
        (number, row)
        for number, row in enumerate(sheet.rows)
        if number >= first and any(_text(row[index]) for index in used)
    ]
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
        name = _printable(row[columns["名称"]])[:LONGEST_NAME] if "名称" in columns else ""
        if day is None:
            faults.append(Fault(where["日期"], "这不是日期，请写成 2027-01-01 这样", "no date: write it as 2027-01-01"))
        if off is None:
            faults.append(Fault(where["类型"], "请填“放假”或“上班”", "write 放假 (off) or 上班 (worked)"))
        if day is not None and day in found:
            faults.append(Fault(where["日期"], f"{day} 写了两次，请删去一行", f"{day} stands twice: delete one row"))
        elif day is not None and off is not None:
            found[day] = (Special(day, off, name), where["日期"])
    named = [_printable(row[columns["依据"]]) for _, row in rows] if "依据" in columns else []
    return _of_one_year(found, faults, next((text for text in named if text), "")[:LONGEST_SOURCE])


def _of_one_year(found: dict[dt.date, tuple[Special, str]], faults: list[Fault], source: str) -> OfficialList:
    year = _year(sorted(found))
    hints, days = [], []
    for day in sorted(found):
        special, where = found[day]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            zh = f"年份应在 {FIRST_YEAR} 到 {LAST_YEAR} 之间"
            faults.append(Fault(where, zh, f"the year should be between {FIRST_YEAR} and {LAST_YEAR}"))
        elif not belongs(day, year):
            zh = f"这一天不在 {year} 年。请把各年分开，一年一个文件"
            faults.append(Fault(where, zh, f"this day is not in {year}: one file a year"))
        else:
            days.append(special)
        if not special.off and day.weekday() < 5:
            hints.append(Fault(where, "这一天本来上班，写不写都一样", "a working day anyway"))
        elif day.year == year - 1:
            zh = f"这一天在 {year - 1} 年，会并入 {year - 1} 年的安排"
            hints.append(Fault(where, zh, f"this day is in {year - 1}: it is taken into the list of that year"))
    if found and not faults:
        hints += _missing(year, {item.day for item in days if item.off})
    return OfficialList(year, tuple(days), tuple(faults), tuple(hints), source)


def _year(days: list[dt.date]) -> int:
    """The last year, where all others are of the December before it; else the one of the most days."""
    if not days or all(belongs(day, days[-1].year) for day in days):
        return days[-1].year if days else 0
    return Counter(day.year for day in days).most_common(1)[0][0]


def belongs(day: dt.date, year: int) -> bool:
    """Whether a day may stand in the list of a year: it is in it, or in the December before."""
    return day.year == year or (day.year == year - 1 and day.month == 12)


def _missing(year: int, off: set[dt.date]) -> list[Fault]:
    days = [day for day in (dt.date(year, *item) for item in _ALWAYS) if day.weekday() < 5 and day not in off]
    if not days:
        return []
    zh, en = "、".join(f"{day.month}月{day.day}日" for day in days), ", ".join(day.isoformat() for day in days)
    return [
        Fault(
            str(year),
            f"{zh}是法定节假日，表中没有写放假。这份表会取代 {year} 年现有的全部安排，请核对是否完整",
            f"{en}: statutory holidays that are not in the list, which takes the place of all of {year}: is it whole?",
        )
    ]


def _text(cell: Cell) -> str:
    return str(cell).strip()


def _printable(cell: Cell) -> str:
    text = unicodedata.normalize("NFC", _text(cell))
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _day(cell: Cell) -> dt.date | None:
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    parts = _DATE.fullmatch(unicodedata.normalize("NFKC", _text(cell)))
    try:
        return dt.date(*map(int, parts.groups())) if parts else None
    except ValueError:
        return None


def _kind(cell: Cell) -> bool | None:
    word = _text(cell).lower()
    return True if word in _OFF else False if word in _ON else None


def write_official(days: Iterable[Special], source: str = "") -> bytes:
    """The table of such a list, with its headings: the template, and what is held."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("放假安排")
    head, plain = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1}), book.add_format({"border": 1})
    date = book.add_format({"num_format": "yyyy-mm-dd", "border": 1})
    sheet.set_column(0, 2, 16)
    sheet.set_column(3, 3, 60)
    sheet.write_row(0, 0, HEADINGS, head)
    sheet.freeze_panes(1, 0)
    sheet.data_validation(1, 1, MOST_ROWS, 1, {"validate": "list", "source": ["放假", "上班"]})
    for number, item in enumerate(days, 1):
        sheet.write_datetime(number, 0, dt.datetime.combine(item.day, dt.time()), date)
        sheet.write_string(number, 1, "放假" if item.off else "上班", plain)
        sheet.write_string(number, 2, item.name, plain)
        sheet.write_string(number, 3, source if number == 1 else "", plain)
    book.close()
    return out.getvalue()

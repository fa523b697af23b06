"""The sheets of a workbook as grids: values as a person sees them, merged cells, what is hidden and what is missing."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from bihuan.lib.workbook import EXACT, Sheet, cell_name, column_name, read_workbook
from bihuan.reading.division.duty import Doubt
from bihuan.reading.division.grid import MOST_ROWS, Grid, Slot, plain
from bihuan.reading.division.word import too_many_rows

MOST_COLUMNS = 200
_ROW = re.compile(rb"<(?:[\w.-]+:)?row\s[^<>]*?\bhidden=\"(?:1|true)\"[^<>]*>")
_COLUMN = re.compile(rb"<(?:[\w.-]+:)?col\s[^<>]*?\bhidden=\"(?:1|true)\"[^<>]*>")
_ERROR = re.compile(rb"<(?:[\w.-]+:)?c\s(?=[^<>]*\bt=\"e\")[^<>]*?\br=\"([A-Z]{1,3}[0-9]{1,7})\"[^<>]*>")
_EMPTY_FORMULA = re.compile(
    rb"<(?:[\w.-]+:)?c\s[^<>]*?\br=\"([A-Z]{1,3}[0-9]{1,7})\"[^<>]*>\s*<(?:[\w.-]+:)?f(?:\s[^<>]*)?"
    rb"(?:/>|>[^<]*</(?:[\w.-]+:)?f>)\s*(?:<(?:[\w.-]+:)?v>\s*</(?:[\w.-]+:)?v>|<(?:[\w.-]+:)?v\s*/>)?\s*</"
)
_STYLED = re.compile(rb"<(?:[\w.-]+:)?c\s(?=[^<>]*\bs=\"([0-9]{1,5})\")[^<>]*?\br=\"([A-Z]{1,3}[0-9]{1,7})\"[^<>]*>")
_MONTHS = frozenset((17, 27, 36, 50, 52, 57))  # number formats that Excel has built in and that show no day


@dataclass
class Looks:
    """What the values of a sheet do not tell: hidden rows and columns (from 0), cells in error or never computed."""

    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    empty: dict[str, Doubt] = field(default_factory=dict)
    months: set[str] = field(default_factory=set)  # dates of which the sheet shows only the month
    hidden: bool = False


def book_sheets(content: bytes) -> list[Grid]:
    """The sheets of an XLSX that hold anything.

    Raises:
        WorkbookError: it is none, is locked, or too large.
        DivisionError: it has too many rows.
    """
    sheets = read_workbook(content)
    filled = sum(any(_there(cell) for cell in row) for sheet in sheets for row in sheet.rows)
    if filled > MOST_ROWS:
        raise too_many_rows()
    looks = _looks(content)
    return [sheet_grid(sheet, looks.get(sheet.name, Looks())) for sheet in sheets]


def sheet_grid(sheet: Sheet, looks: Looks) -> Grid:
    """One sheet, its merged cells spread out."""
    rows: list[list[Slot | None]] = []
    for number, cells in enumerate(sheet.rows):
        line: list[Slot | None] = []
        for column, cell in enumerate(cells[:MOST_COLUMNS]):
            name = f"{column_name(column)}{number + 1}"
            text = _shown(cell, only_month=name in looks.months)
            doubts = (looks.empty[name],) if not text and name in looks.empty else ()
            line.append(Slot(text, f"{sheet.name}!{name}", number, column, doubts=doubts) if text or doubts else None)
        rows.append(line)
    _merge(sheet, rows)
    grid = Grid(sheet.name, rows, [f"{sheet.name} 第{number + 1}行" for number in range(len(rows))])
    grid.notes += _notes(sheet, looks)
    return grid


def _merge(sheet: Sheet, rows: list[list[Slot | None]]) -> None:
    spread = 0
    for top, left, bottom, right in sheet.merged:
        last, width = min(bottom, len(rows) - 1), max((len(row) for row in rows[top : top + 1]), default=0)
        spread += max(0, last - top + 1) * max(0, min(right, width) - left + 1)
        if top >= len(rows) or left >= width or spread > 2_000_000:
            continue
        slot = rows[top][left] or Slot("", cell_name(sheet.name, top, left), top, left)
        slot.height, slot.width = bottom - top + 1, right - left + 1
        for row in rows[top : last + 1]:
            for column in range(left, min(right, len(row) - 1) + 1):
                under = row[column]
                if under is None or under is slot or not under.text:
                    row[column] = slot


def _there(cell: object) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _shown(cell: object, *, only_month: bool) -> str:
    """A value as a person sees it."""
    if isinstance(cell, str):
        return plain(cell)
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float | int):
        return str(int(cell)) if float(cell).is_integer() and abs(cell) < EXACT else f"{cell:.15g}"
    if isinstance(cell, dt.datetime | dt.date):
        shown = f"{cell.year}年{cell.month}月" + ("" if only_month else f"{cell.day}日")
        if isinstance(cell, dt.datetime) and (cell.hour or cell.minute) and not only_month:
            shown += f"{cell.hour}时" + (f"{cell.minute}分" if cell.minute else "")
        return shown
    return "" if cell is None else plain(str(cell))


def _notes(sheet: Sheet, looks: Looks) -> list[Doubt]:
    name, notes = sheet.name, []
    rows = sorted(row + 1 for row in looks.rows if row < len(sheet.rows) and any(map(_there, sheet.rows[row])))
    if looks.hidden:
        notes.append(Doubt(f"工作表“{name}”是隐藏的，也读了", f"sheet “{name}” is hidden, and was read too"))
    if rows:
        which = "、".join(map(str, rows[:10])) + ("等" if len(rows) > 10 else "")
        zh = f"“{name}”有 {len(rows)} 个隐藏的行（第 {which} 行），也读了"
        notes.append(Doubt(zh, f"“{name}” has {len(rows)} hidden rows ({which.replace('、', ', ')}), read too"))
    width = max((len(row) for row in sheet.rows), default=0)
    columns = [column_name(column) for column in sorted(looks.columns) if column < width]
    if columns:
        which = "、".join(columns[:10])
        zh = f"“{name}”有 {len(columns)} 个隐藏的列（{which}），也读了"
        notes.append(Doubt(zh, f"“{name}” has {len(columns)} hidden columns ({which.replace('、', ', ')}), read too"))
    return notes


def _looks(content: bytes) -> dict[str, Looks]:
    """By the names of the sheets. What cannot be found out is left out: the values were read already."""
    found: dict[str, Looks] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = set(package.namelist())
        try:
            sheets = _parts(package)
            months = _month_styles(package) if "xl/styles.xml" in names else frozenset()
        except (KeyError, expat.ExpatError, zipfile.BadZipFile, ValueError):
            return found
        for name, part, hidden in sheets:
            looks = found[name] = Looks(hidden=hidden)
            if part in names:
                _look(package.read(part), looks, months)
    return found


def _look(xml: bytes, looks: Looks, months: frozenset[int]) -> None:
    for tag in _ROW.finditer(xml):
        if number := re.search(rb'\br="([0-9]{1,7})"', tag[0]):
            looks.rows.add(int(number[1]) - 1)
    for tag in _COLUMN.finditer(xml):
        ends = [re.search(rb"\b" + end + rb'="([0-9]{1,5})"', tag[0]) for end in (b"min", b"max")]
        if ends[0] and ends[1]:
            looks.columns |= set(range(int(ends[0][1]) - 1, min(int(ends[1][1]), MOST_COLUMNS)))
    if months:
        looks.months = {tag[2].decode() for tag in _STYLED.finditer(xml) if int(tag[1]) in months}
    for tag in _ERROR.finditer(xml):
        zh = "单元格里是错误值（如 #REF!），没有内容可读"
        looks.empty[tag[1].decode()] = Doubt(
            zh, "the cell holds an error value (such as #REF!): there is nothing to read"
        )
    for tag in _EMPTY_FORMULA.finditer(xml):
        zh = "单元格里是没有算出结果的公式，请在 Excel 里打开保存一次，或改填文字"
        en = "a formula without its result: open and save the file in Excel, or type the text"
        looks.empty.setdefault(tag[1].decode(), Doubt(zh, en))


def _parts(package: zipfile.ZipFile) -> list[tuple[str, str, bool]]:
    """Each sheet's name, its part of the package, and whether it is hidden."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str, bool]] = []

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name.endswith("Relationship"):
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            linked = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            hidden = attributes.get("state", "visible") != "visible"
            sheets.append((attributes.get("name", ""), targets.get(linked, ""), hidden))

    _parse(package, "xl/_rels/workbook.xml.rels", relation)
    _parse(package, "xl/workbook.xml", sheet)
    return sheets


def _month_styles(package: zipfile.ZipFile) -> frozenset[int]:
    """The styles of cells that show of a date its month and no day."""
    formats = set(_MONTHS)
    found: list[int] = []
    inside = False

    def style(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        name = name.rpartition(":")[2]
        number = attributes.get("numFmtId", "")
        if name in ("cellXfs", "cellStyleXfs", "cellStyles", "dxfs"):
            inside = name == "cellXfs"
        elif name == "numFmt" and number.isdecimal():
            code = re.sub(r"\"[^\"]*\"|\\.|\[[^\]]*\]", "", attributes.get("formatCode", "").lower())
            if "m" in code and "d" not in code and "h" not in code and "s" not in code:
                formats.add(int(number))
            else:
                formats.discard(int(number))
        elif name == "xf" and inside:
            found.append(int(number) if number.isdecimal() else 0)

    _parse(package, "xl/styles.xml", style)
    return frozenset(at for at, number in enumerate(found) if number in formats)


def _parse(package: zipfile.ZipFile, part: str, handler: Callable[[str, dict[str, str]], None]) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_document_type
    parser.StartElementHandler = handler
    parser.Parse(package.read(part), True)


def _no_document_type(*_: object) -> None:
    raise ValueError("a part declares a document type")

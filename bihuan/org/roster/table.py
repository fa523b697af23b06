"""A roster as somebody filled it in: which sheets and columns count, what stands in each cell, what is wrong there."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from bihuan.lib.filled import FilledRow
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.lib.workbook import EXACT, Cell, Sheet, cell_name
from bihuan.org.rules import phone_number, plain_name

MOST = 20_000  # rows of one roster
HEADER_WITHIN = 30  # rows from the top
GUIDE = ("填写说明", "选项")  # our own sheets that hold no rows


class RosterError(Refusal):
    """The workbook as a whole is no roster."""


class Kind(StrEnum):
    UNIT = "unit"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: how we head it, what else it may be headed, how long its text may be."""

    key: str
    head: str
    others: tuple[str, ...]
    longest: int


COLUMNS = {
    Kind.UNIT: (
        Column("region", "地区", ("行政区划", "所在地区", "所属地区", "县市", "县区"), 60),
        Column("unit", "单位名称", ("单位", "单位全称", "工作单位"), 100),
        Column("short", "简称", ("单位简称",), 60),
    ),
    Kind.PERSON: (
        Column("name", "姓名", ("名字",), 60),
        Column("phone", "手机号", ("手机", "手机号码", "联系电话", "电话", "联系方式", "电话号码"), 40),
        Column("region", "地区", ("行政区划", "所在地区", "所属地区", "县市", "县区"), 60),
        Column("unit", "单位", ("单位名称", "工作单位", "所在单位", "单位全称"), 100),
        Column("section", "科室", ("部门", "处室", "股室", "所在科室"), 60),
        Column("title", "职务", ("岗位", "职务职级", "职位"), 60),
        Column("roles", "角色", ("系统角色", "平台角色"), 100),
        Column("at", "任用地区", ("负责地区", "管辖地区", "角色地区"), 60),
        Column("number", "人员编号", ("编号",), 20),
    ),
}
QUIET = {"序号", "备注"}  # columns that everybody has and nobody misses


@dataclass(frozen=True, slots=True)
class Note:
    """What was done with something that was not as expected, without harm."""

    zh: str
    en: str

    @property
    def said(self) -> str:
        return say(self.zh, self.en)


@dataclass
class Row(FilledRow):
    """One filled row."""

    kind: Kind = Kind.PERSON


@dataclass(frozen=True)
class Table:
    """What was found in a workbook."""

    rows: list[Row]
    notes: list[Note]

    @property
    def unit_rows(self) -> list[Row]:
        return [row for row in self.rows if row.kind == Kind.UNIT]

    @property
    def person_rows(self) -> list[Row]:
        return [row for row in self.rows if row.kind == Kind.PERSON]


def read_table(sheets: list[Sheet]) -> Table:
    """The rows of a roster.

    Raises:
        RosterError: no sheet has the columns of one, a column is there twice, or there are too many rows or none.
    """
    rows: list[Row] = []
    notes: list[Note] = []
    headed = False
    for sheet in sheets:
        if sheet.name in GUIDE or not sheet.rows:
            continue
        found = _header(sheet)
        if found is None:
            notes.append(
                Note(
                    f"工作表“{sheet.name}”里没有找到表头，没有读",
                    f"sheet “{sheet.name}” has no header row that we know and was not read",
                )
            )
            continue
        headed = True
        kind, at, columns = found
        notes += _passed_over(sheet, at, columns)
        rows += _rows(sheet, kind, at, columns, notes)
        if len(rows) > MOST:
            raise RosterError(
                "roster-too-long",
                f"名册超过 {MOST} 行，请按县市分几次导入",
                f"the roster has more than {MOST} rows: import it in parts",
            )
    if not headed:
        raise RosterError(
            "roster-no-header",
            "没有找到表头：人员表须有“姓名”和“单位”两列，单位表须有“地区”和“单位名称”两列。请下载模板对照",
            "no header row: people need the columns 姓名 and 单位, units need 地区 and 单位名称; see the template",
        )
    if not rows:
        raise RosterError("roster-empty", "表头下面没有内容", "there is nothing below the header row")
    return Table(rows, notes)


def _plain_head(text: object) -> str:
    return re.sub(r"[\s*＊:：]|[（(].*?[）)]", "", unicodedata.normalize("NFC", str(text)))


def _header(sheet: Sheet) -> tuple[Kind, int, dict[str, int]] | None:
    """The kind of rows, the header's row, and the column of each key."""
    for at, cells in enumerate(sheet.rows[:HEADER_WITHIN]):
        heads = [_plain_head(cell) if isinstance(cell, str) else "" for cell in cells]
        for kind, needed in ((Kind.PERSON, {"name", "unit"}), (Kind.UNIT, {"region", "unit"})):
            columns: dict[str, int] = {}
            for column in COLUMNS[kind]:
                places = [index for index, head in enumerate(heads) if head in (column.head, *column.others)]
                if len(places) > 1 and needed <= _keys(kind, heads):
                    raise _twice(sheet, at, places, column)
                if places:
                    columns[column.key] = places[0]
            if needed <= columns.keys():
                return kind, at, columns
    return None


def _keys(kind: Kind, heads: list[str]) -> set[str]:
    return {column.key for column in COLUMNS[kind] if {column.head, *column.others} & set(heads)}


def _twice(sheet: Sheet, at: int, places: list[int], column: Column) -> RosterError:
    first, second = (cell_name(sheet.name, at, place) for place in places[:2])
    zh = f"{first} 与 {second} 都是“{column.head}”列，请只留一列"
    return RosterError("roster-column-twice", zh, f"{first} and {second} are both the column {column.head}: keep one")


def _passed_over(sheet: Sheet, at: int, columns: dict[str, int]) -> list[Note]:
    used = set(columns.values())
    extra = [
        str(cell)[:20]
        for index, cell in enumerate(sheet.rows[at])
        if index not in used and str(cell).strip() and _plain_head(cell) not in QUIET
    ]
    if not extra:
        return []
    named = "、".join(extra[:8])
    return [Note(f"“{sheet.name}”的这些列没有读：{named}", f"columns of “{sheet.name}” that were not read: {named}")]


def _rows(sheet: Sheet, kind: Kind, at: int, columns: dict[str, int], notes: list[Note]) -> list[Row]:
    filled = _merged(sheet, at)
    used = columns.values()
    found = []
    unfolded = False
    for number in range(at + 1, len(sheet.rows)):
        cells = sheet.rows[number]
        if not any(_there(cells[index]) for index in used if index < len(cells)):
            continue
        row = Row(sheet.name, number, columns, kind=kind)
        for column in COLUMNS[kind]:
            if (index := columns.get(column.key)) is None:
                continue
            cell = cells[index] if index < len(cells) else ""
            if not _there(cell) and (number, index) in filled:
                cell, unfolded = filled[number, index], True
            row.values[column.key] = _value(row, column, cell)
        found.append(row)
    if unfolded:
        zh = f"“{sheet.name}”有合并的单元格，已按首格的内容填到它的每一行"
        notes.append(Note(zh, f"“{sheet.name}” has merged cells: the text of the first one was taken for each row"))
    return found


def _there(cell: Cell) -> bool:
    return bool(cell.strip()) if isinstance(cell, str) else cell is not None


def _merged(sheet: Sheet, at: int) -> dict[tuple[int, int], Cell]:
    """What the cells below the first one of a merged block stand for. Side by side nothing is filled in."""
    filled: dict[tuple[int, int], Cell] = {}
    for top, left, bottom, _right in sheet.merged:
        if top <= at or bottom == top or len(filled) > 10 * MOST:
            continue
        for number in range(top + 1, min(bottom, len(sheet.rows) - 1) + 1):
            filled[number, left] = sheet.rows[top][left]
    return filled


def _value(row: Row, column: Column, cell: Cell) -> str:
    """The cell's text, or "" with a fault."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return _digits(row, column, float(cell))
    if not isinstance(cell, str):
        if _there(cell):
            zh = f"“{column.head}”里是日期或是非值，应填文字；请把单元格格式设为“文本”后重填"
            row.fault(column.key, zh, f"{column.head} holds a date or a truth value: it should be text")
        return ""
    text = plain_name(unicodedata.normalize("NFC", cell))
    if not text.isprintable():
        row.fault(column.key, "有看不见的控制字符，请删去重填", "there are invisible control characters: type it anew")
        return ""
    if len(text) > column.longest:
        zh = f"太长：“{text[:12]}……”共 {len(text)} 个字，“{column.head}”最多 {column.longest} 个字"
        row.fault(column.key, zh, f"too long: {len(text)} characters, {column.head} takes {column.longest}")
        return ""
    return _phone(row, text) if column.key == "phone" else text


def _digits(row: Row, column: Column, number: float) -> str:
    if column.key not in ("phone", "number"):
        row.fault(column.key, f"“{column.head}”里是数字，应填文字", f"{column.head} holds a number: it should be text")
        return ""
    if abs(number) >= EXACT or not number.is_integer():
        zh = "数字太长或带小数，Excel 已丢掉末几位；请把单元格格式设为“文本”后重填"
        row.fault(column.key, zh, "a long number in which digits were lost: make the cell text and type it anew")
        return ""
    return _phone(row, str(int(number))) if column.key == "phone" else str(int(number))


def _phone(row: Row, text: str) -> str:
    number = phone_number(unicodedata.normalize("NFKC", text))
    if number is None:
        zh = f"“{text[:24]}”不是手机号或带区号的固定电话"
        if re.fullmatch(r"[1-9]\d{8,10}", text) and text[0] != "1":
            zh += "（区号开头的 0 可能被 Excel 去掉了，请把单元格格式设为“文本”）"
        row.fault("phone", zh, f"“{text[:24]}” is neither a mobile number nor one with its area code")
        return ""
    return number

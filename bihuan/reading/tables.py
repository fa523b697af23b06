"""Tables pasted as text: a row of headings and rows of values, cells apart by tabs, bars or two and more spaces.

    单位    横幅（条）    展板（块）
    康乐县    120    35

Each cell that is a number takes its unit and measure from the heading above it and its place from the first cell of
its row. A heading is a noun, with its unit in brackets where it has one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from bihuan.lib.regions import names

_GAP = re.compile(r"[ ]*(?:\t|\|)[ \t|]*| {2,}")
_NUMBER = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?[万亿]?%?")
_VALUE = re.compile(rf"({_NUMBER.pattern})((?:[一-龥]{{1,3}}(?:\([一-龥]\))?)?)")
_BLANK = re.compile(r"[-/—–一无 ]{0,3}")
_UNIT = re.compile(r"^(.{1,20}?) ?\(([^()\n]{1,6})\)$")
_RULE = re.compile(r"[-=:|+ \t]+")  # the line below the headings of a Markdown table
_FIRST = re.compile(r"序号|编号|单位|县市|县区|县\(市\)|县市区|地区|名称|乡镇|部门|区域|市州|填报")
_NO_COUNT = re.compile(r"序号|编号|年份|年度|备注|日期|时间|邮编|.*电话|.*号码?")
_TOTALS = frozenset(("合计", "总计", "小计", "共计", "全州", "全市", "全县", "全省", "总数"))
_MOST_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a table: where it stands, the heading's noun and unit, the row's own name (its first
    cell that is no number), and the number as printed."""

    start: int
    end: int
    noun: str
    unit: str
    row: str
    number: str


def find_cells(flat: str) -> dict[int, Cell]:
    """The numbers of all tables of a flat text, by offset. A line without a gap ends a table."""
    found: dict[int, Cell] = {}
    if "\t" not in flat and "  " not in flat and "|" not in flat:
        return found
    headings: list[tuple[str, str]] = []
    start = 0
    for line in flat.split("\n"):
        cells = _split(line)
        if len(cells) < 2 or len(cells) > _MOST_COLUMNS:
            headings = []
        elif headings and _RULE.fullmatch(line):
            pass
        elif _are_headings(cells):
            headings = [_heading(text) for _, text in cells]
        elif headings and len(cells) <= len(headings):
            found.update((cell.start, cell) for cell in _row(cells, headings, start))
        start += len(line) + 1
    return found


def _split(line: str) -> list[tuple[int, str]]:
    """The cells of a line with their offsets; bars at both ends are no cells."""
    if "\t" not in line and "  " not in line and "|" not in line:
        return []
    first = len(line) - len(line.lstrip(" |"))
    last = len(line.rstrip(" |\t"))
    cells = []
    position = first
    for gap in _GAP.finditer(line, first, last):
        # Two tabs are an empty cell between them.
        cells.append((position, line[position : gap.start()]))
        cells += [(gap.end(), "")] * (max(gap[0].count("\t"), gap[0].count("|")) - 1)
        position = gap.end()
    cells.append((position, line[position:last]))
    return cells


def _are_headings(cells: list[tuple[int, str]]) -> bool:
    """Headings: no cell is a number, none is a sentence, and one names a unit or the first names the rows."""
    texts = [text for _, text in cells]
    if any(len(text) > 24 or _NUMBER.fullmatch(text) or re.search(r"[,。;:]", text) for text in texts):
        return False
    return any(_UNIT.match(text) for text in texts[1:]) or bool(_FIRST.match(texts[0]))


def _heading(text: str) -> tuple[str, str]:
    match = _UNIT.match(text)
    return (match[1], match[2]) if match else (text, "")


def _row(cells: list[tuple[int, str]], headings: list[tuple[str, str]], start: int) -> list[Cell]:
    named = next((text for _, text in cells if text and not _VALUE.fullmatch(text)), "")
    found, strange = [], 0
    for (at, text), (noun, unit) in zip(cells, headings, strict=False):
        value = _VALUE.fullmatch(text)
        if value is None:
            strange += not _BLANK.fullmatch(text)
        elif not _NO_COUNT.fullmatch(noun):
            found.append(Cell(start + at, start + at + len(text), noun, value[2] or unit, named, value[1]))
    return found if strange <= 3 else []


@lru_cache(maxsize=256)
def place_of_row(row: str, own: str | None) -> str | None:
    """The full name of the division that a row is named after; a row of totals is the report's own place."""
    label = row.strip().replace(" ", "")
    if label in _TOTALS:
        return own
    for name in (label, label + "县", label + "市", label + "区", label + "镇", label + "乡"):
        group = names().get(name)
        if group and (name == label or len(label) > 1):
            return group[0].name
    return None

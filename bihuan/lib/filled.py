"""Tables as people fill them in: which row holds the headings, what stands in a row, what is wrong in which cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bihuan.lib.words import say
from bihuan.lib.workbook import Cell, Sheet, cell_name

WITHIN = 20  # rows from the top, in which the headings are looked for

# A column: how its heads may read, how long its text may be.
Columns = Mapping[str, tuple[tuple[str, ...], int]]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a cell (台账!C17), in both languages."""

    cell: str
    zh: str
    en: str

    @property
    def said(self) -> str:
        return say(self.zh, self.en)


@dataclass
class FilledRow:
    """One filled row: the text of each column that the sheet has, and what is wrong with it."""

    sheet: str
    number: int  # from 0
    columns: Mapping[str, int]
    values: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    @property
    def key(self) -> str:
        """What names this row in its file: 台账!17."""
        return f"{self.sheet}!{self.number + 1}"

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def cell(self, column: str) -> str:
        """The name of a cell of this row; of the row, where the sheet has no such column."""
        if column not in self.columns:
            return self.key
        return cell_name(self.sheet, self.number, self.columns[column])

    def fault(self, column: str, zh: str, en: str) -> None:
        """Say what is wrong with a cell."""
        self.faults.append(Fault(self.cell(column), zh, en))


def header(sheet: Sheet, columns: Columns, needed: str) -> tuple[int, dict[str, int]] | None:
    """The row of the headings and the place of each column that it names; None where no row names the `needed` one."""
    for at, cells in enumerate(sheet.rows[:WITHIN]):
        heads = [re.sub(r"[\s*＊:：、]|[（(].*?[）)]", "", cell) if isinstance(cell, str) else "" for cell in cells]
        found = {
            name: next(index for index, head in enumerate(heads) if head in names)
            for name, (names, _longest) in columns.items()
            if set(heads) & set(names)
        }
        if needed in found:
            return at, found
    return None


def lines(sheet: Sheet, at: int, columns: Mapping[str, int]) -> Iterator[tuple[int, dict[str, Cell]]]:
    """The rows below the headings, each with its number (from 0) and the cells of the columns that it reaches."""
    for number in range(at + 1, len(sheet.rows)):
        cells = sheet.rows[number]
        yield number, {name: cells[index] for name, index in columns.items() if index < len(cells)}

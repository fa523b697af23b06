"""Tables as people fill them in: which row holds the headings, what stands in a row, what is wrong in which cell."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Generic, Protocol, TypeVar

from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.lib.workbook import LARGEST_FILE, Cell, Sheet, cell_name, read_workbook

WITHIN = 20  # rows from the top, in which the headings are looked for


class TableError(Refusal):
    """The file is no table that can be read."""


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


class Judged(Protocol):
    """A row with what would come of it."""

    @property
    def state(self) -> StrEnum: ...


J = TypeVar("J", bound=Judged)


@dataclass(frozen=True)
class TablePlan(Generic[J]):
    """What would come of each row of a table. `digest`: of what was shown, so that nothing else is written.

    `ACTS`: the states in which a row writes something."""

    ACTS: ClassVar[frozenset[StrEnum]] = frozenset()

    rows: list[J]
    digest: str

    @property
    def counts(self) -> Counter[str]:
        """How many rows there are in each state."""
        return Counter(item.state.value for item in self.rows)

    @property
    def acting(self) -> list[J]:
        """The rows that would write something."""
        return [item for item in self.rows if item.state in self.ACTS]


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


def sheets(content: bytes, *, most: int) -> Sequence[Sheet]:
    """The sheets of a workbook, or the one of a table as text: UTF-8 or GB 18030, divided by commas or tabs.

    Args:
        most: rows to be read of a table as text, and a few more, so that it is seen that there are too many.

    Raises:
        bihuan.lib.workbook.WorkbookError: a workbook that cannot be read. TableError: a text that cannot.
    """
    if len(content) > LARGEST_FILE or content[:2] == b"PK" or content[:4] == b"\xd0\xcf\x11\xe0" or b"\0" in content:
        return read_workbook(content)  # which says what is wrong with it
    text = _decoded(content)
    if text is None:
        zh = "这个文件读不出文字，请用 WPS 或 Excel 另存为 .xlsx 或 UTF-8 的 CSV 后再传"
        raise TableError("table-encoding", zh, "the file has no text that can be read: save it as .xlsx")
    divided = "\t" if "\t" in text.partition("\n")[0] else ","
    rows: list[list[Cell]] = []
    try:
        for line in csv.reader(io.StringIO(text), delimiter=divided):
            rows.append(list(line))
            if len(rows) > most + WITHIN:
                break
    except csv.Error as error:
        zh = "这个 CSV 文件读不出来，请用 WPS 或 Excel 另存为 .xlsx 后再传"
        raise TableError("table-csv", zh, "the CSV file cannot be read: save it as .xlsx") from error
    width = max(map(len, rows), default=0)
    return [Sheet("CSV", [[*row, *[""] * (width - len(row))] for row in rows])]


def _decoded(content: bytes) -> str | None:
    """The text of a file as spreadsheets save it: UTF-8, or GB 18030 by those that are set to Chinese."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None

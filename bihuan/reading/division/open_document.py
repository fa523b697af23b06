"""The sheets of an ODS as grids, streamed; empty rows and cells that repeat a million times are not laid out."""

from __future__ import annotations

import io
import zipfile

from bihuan.lib.workbook import column_name
from bihuan.reading.division.duty import DivisionError, Doubt
from bihuan.reading.division.grid import MOST_ROWS, Grid, Slot, plain
from bihuan.reading.division.word import MAX_ELEMENTS, MAX_XML, too_many_rows
from bihuan.reading.source_package import BROKEN, Attributes, checked_names, parse
from bihuan.reading.unreadable import MAX_CHARACTERS, UnreadableError

MOST_COLUMNS = 200
_CONTENT, _MANIFEST = "content.xml", "META-INF/manifest.xml"


def open_sheets(content: bytes) -> list[Grid]:
    """The sheets of an ODS.

    Raises:
        UnreadableError: it is locked, or unpacks to too much.
        DivisionError: it is broken or has too many rows.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = checked_names(package)
            if _MANIFEST in names and b"encryption-data" in package.read(_MANIFEST)[:1_000_000]:
                raise UnreadableError("encrypted", "文件加了密码，请解除后再交", "the file is protected by a password")
            book = _Book()
            parse(
                package, _CONTENT, book.start, book.end, book.characters,
                most_bytes=MAX_XML, most_elements=MAX_ELEMENTS,
            )  # fmt: skip
            return book.grids
    except (UnreadableError, DivisionError):
        raise
    except BROKEN:
        zh = "文件已损坏或不完整，无法读取。请另存为 .xlsx 后再传"
        raise DivisionError("division-broken", zh, "the file is damaged: save it as .xlsx and send that") from None


class _Book:
    """Collects the sheets while the document streams by."""

    def __init__(self) -> None:
        self.grids: list[Grid] = []
        self.hidden: set[int] = set()
        self.row, self.column, self.repeats, self.times = 0, 0, 1, 1
        self.span = (1, 1)
        self.lines: list[str] | None = None
        self.in_text = self.skipping = self.length = 0
        self.is_hidden = False

    def start(self, name: str, attributes: Attributes) -> None:
        if self.skipping or name in ("annotation", "tracked-changes", "shapes"):
            self.skipping += 1
        elif name == "table":
            self.grids.append(Grid(attributes.get("name", ""), [], []))
            self.row, self.hidden = 0, set()
        elif name == "table-row":
            self.column, self.repeats = 0, _whole(attributes.get("number-rows-repeated"))
            self.is_hidden = attributes.get("visibility", "visible") != "visible"
        elif name in ("table-cell", "covered-table-cell"):
            self.times = _whole(attributes.get("number-columns-repeated"))
            rows, columns = (_whole(attributes.get(f"number-{side}-spanned")) for side in ("rows", "columns"))
            self.span, self.lines = (rows, columns), []
        elif name in ("p", "h") and self.lines is not None:
            self.lines.append("")
            self.in_text += 1
        elif self.in_text and self.lines:
            self.lines[-1] += {"s": " " * min(_whole(attributes.get("c")), 100), "tab": " ", "line-break": "\n"}.get(
                name, ""
            )

    def characters(self, data: str) -> None:
        if self.in_text and self.lines and not self.skipping:
            self.length += len(data)
            if self.length > MAX_CHARACTERS:
                zh = "文本超过 200 万字，未读取"
                raise UnreadableError("too_long", zh, "the text is longer than 2,000,000 characters")
            self.lines[-1] += data

    def end(self, name: str) -> None:
        if self.skipping:
            self.skipping -= 1
        elif name in ("p", "h"):
            self.in_text = max(0, self.in_text - 1)
        elif name in ("table-cell", "covered-table-cell") and self.grids:
            self._cell(covered=name != "table-cell")
        elif name == "table-row" and self.grids:
            self._row()
        elif name == "table" and self.grids:
            self._say_hidden(self.grids[-1])

    def _cell(self, *, covered: bool) -> None:
        text, self.lines = plain("\n".join(self.lines or [])), None
        grid = self.grids[-1]
        height, width = self.span
        if text or height > 1 or width > 1:
            line = self._line(grid, self.row)
            for column in range(self.column, min(self.column + self.times, MOST_COLUMNS)):
                self._put(grid, line, column, text, (height, width), covered=covered)
        self.column += self.times

    def _line(self, grid: Grid, row: int) -> list[Slot | None]:
        if row >= MOST_ROWS * 2:
            raise too_many_rows()
        while len(grid.rows) <= row:
            grid.rows.append([])
            grid.row_names.append(f"{grid.name} 第{len(grid.rows)}行")
        return grid.rows[row]

    def _put(
        self, grid: Grid, line: list[Slot | None], column: int, text: str, span: tuple[int, int], *, covered: bool
    ) -> None:
        line += [None] * (column + 1 - len(line))
        over = line[column]
        if covered and over is not None and over.row < self.row + 1:
            over.text = f"{over.text}\n{text}".strip()
            zh, en = "合并单元格里还藏有文字，已一并列出", "merged cells hid more text, which is shown too"
            over.doubts += (Doubt(zh, en),)
            return
        slot = Slot(text, f"{grid.name}!{column_name(column)}{self.row + 1}", self.row, column, *span)
        for row in range(self.row, self.row + min(span[0], MOST_ROWS)):
            other = self._line(grid, row)
            last = min(column + span[1], MOST_COLUMNS)
            other += [None] * (last - len(other))
            for at in range(column, last):
                other[at] = slot

    def _row(self) -> None:
        grid = self.grids[-1]
        filled = self.row < len(grid.rows) and any(slot and slot.row == self.row for slot in grid.rows[self.row])
        if filled and self.is_hidden:
            self.hidden.add(self.row)
        if filled and self.repeats > 1:
            self._repeat(grid)
        self.row += self.repeats

    def _repeat(self, grid: Grid) -> None:
        """A row that is said to stand several times: laid out as often."""
        first = grid.rows[self.row]
        for row in range(self.row + 1, self.row + self.repeats):
            line = self._line(grid, row)
            for column, slot in enumerate(first):
                line += [None] * (column + 1 - len(line))
                if slot is not None and slot.row == self.row and slot.column == column:
                    where = f"{grid.name}!{column_name(column)}{row + 1}"
                    line[column] = Slot(slot.text, where, row, column, 1, slot.width)
                elif slot is not None and slot.row == self.row:
                    line[column] = line[slot.column]

    def _say_hidden(self, grid: Grid) -> None:
        if self.hidden:
            which = "、".join(str(row + 1) for row in sorted(self.hidden)[:10])
            zh = f"“{grid.name}”有 {len(self.hidden)} 个隐藏的行（第 {which} 行），也读了"
            grid.notes.append(Doubt(zh, f"“{grid.name}” has {len(self.hidden)} hidden rows, read too"))


def _whole(value: str | None) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 9 else 1

"""The tables of a DOCX as grids: merged cells, tables in cells, numbers that Word writes, the lines above a table."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field

from bihuan.reading.division.duty import DivisionError, Doubt
from bihuan.reading.division.grid import MOST_ROWS, Grid, Slot, plain
from bihuan.reading.source_numbering import Numbering
from bihuan.reading.source_package import BROKEN, Attributes, checked_names, document_part, numbering, parse
from bihuan.reading.unreadable import MAX_CHARACTERS, UnreadableError

MAX_XML = 96 * 1024 * 1024  # a table's XML is nearly all about its looks
MAX_ELEMENTS = 3_000_000
MAX_DEPTH = 400
MOST_COLUMNS = 63  # Word's own limit
_ABOVE = 8  # paragraphs kept that stand above a table

_DROPPED = frozenset({"del", "moveFrom", "Fallback", "delText", "instrText", "sdtPr", "rPrChange", "pPrChange",
                      "tblPrEx", "tblPr", "tblGrid", "tcPrChange", "trPrChange"})  # fmt: skip
_BREAKS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


def word_tables(content: bytes) -> list[Grid]:
    """The tables of a DOCX in the order they begin; tables in cells are tables of their own.

    Raises:
        UnreadableError: the file is no sound DOCX, or unpacks to too much.
        DivisionError: the tables have too many rows.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = checked_names(package)
            document = document_part(package, names)
            body = _Body(numbering(package, names, document))
            parse(
                package, document, body.start, body.end, body.characters,
                most_bytes=MAX_XML, most_elements=MAX_ELEMENTS,
            )  # fmt: skip
            return [table.grid() for table in body.tables]
    except (UnreadableError, DivisionError):
        raise
    except BROKEN:
        zh = "DOCX 文件已损坏或不完整，无法读取"
        raise UnreadableError("broken", zh, "the DOCX file is damaged or incomplete") from None


@dataclass(slots=True)
class _Cell:
    span: int = 1
    down: str = ""  # "", restart, continue: merged with what is above
    across: str = ""  # the same with what is to the left (an old way)
    lines: list[str] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)


@dataclass(slots=True)
class _Row:
    before: int = 0
    cells: list[_Cell] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    number: int
    above: tuple[str, ...]
    rows: list[_Row] = field(default_factory=list)
    frame: bool = False

    def grid(self) -> Grid:
        """Lay the cells out; a cell merged upwards leads to the one it continues."""
        name = f"表{self.number}"
        rows: list[list[Slot | None]] = []
        for number, row in enumerate(self.rows):
            line: list[Slot | None] = [None] * row.before
            for cell in row.cells:
                if len(line) >= MOST_COLUMNS:
                    raise _odd()
                self._place(line, cell, number, rows[-1] if rows else [])
            rows.append(line)
        return Grid(name, rows, [f"{name} 第{number + 1}行" for number in range(len(rows))], self.above, self.frame)

    def _place(self, line: list[Slot | None], cell: _Cell, row: int, above: list[Slot | None]) -> None:
        text, at = plain("\n".join(cell.lines)), len(line)
        left = line[-1] if line else None
        if cell.across == "continue" and left is not None:
            self._grow(left, text, cell)
            left.width += cell.span if left.row == row else 0
            line += [left] * cell.span
            return
        over = above[at] if at < len(above) else None
        if cell.down == "continue" and over is not None and over.column == at:
            self._grow(over, text, cell)
            over.height = row - over.row + 1
            line += [over] * cell.span
            return
        where = f"表{self.number} 第{row + 1}行 第{at + 1}列"
        line += [Slot(text, where, row, at, 1, cell.span, tuple(cell.doubts))] * cell.span

    @staticmethod
    def _grow(slot: Slot, text: str, cell: _Cell) -> None:
        """What stands in a cell that was merged away is not shown by Word, yet is kept."""
        if text:
            slot.text = f"{slot.text}\n{text}" if slot.text else text
            slot.doubts += (
                Doubt("合并单元格里还藏有文字，已一并列出", "merged cells hid more text, which is shown too"),
            )
        slot.doubts += tuple(cell.doubts)


class _Paragraph:
    __slots__ = ("level", "number", "pieces", "style")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.style: str | None = None
        self.number: str | None = None
        self.level: str | None = None


class _Body:
    """Collects tables and the paragraphs between them while the document streams by."""

    def __init__(self, numbers: Numbering) -> None:
        self.numbers = numbers
        self.tables: list[_Table] = []
        self.inside: list[_Table] = []
        self.above: list[str] = []
        self.open: list[_Paragraph] = []
        self.path: list[str] = []
        self.skipping = self.length = self.rows = 0
        self.in_text = False

    def start(self, name: str, attributes: Attributes) -> None:
        if self.skipping:
            self.skipping += 1
            return
        parent = self.path[-1] if self.path else ""
        if name in _DROPPED and not (name == "del" and parent in ("rPr", "trPr")):
            self.skipping = 1
            return
        self.path.append(name)
        if len(self.path) > MAX_DEPTH:
            raise ValueError("elements nest too deep")
        if name == "t":
            self.in_text = True
        elif name == "p":
            self.open.append(_Paragraph())
        elif name in ("tbl", "tr", "tc"):
            self._begin(name)
        elif parent in ("tcPr", "trPr") and self.inside:
            self._measure(name, attributes.get("val", ""))
        elif self.open:
            self._inside(name, attributes, parent)

    def _begin(self, name: str) -> None:
        if name == "tbl":
            table = _Table(len(self.tables) + 1, tuple(self.above[-_ABOVE:]) if not self.inside else ())
            if self.inside and (cell := self._cell()) is not None:
                cell.lines.append(f"〔表{table.number}〕")
                self.inside[-1].frame = True
                zh, en = "单元格里套了一张表，单独读为", "a table stood inside the cell, read by itself as table"
                cell.doubts.append(Doubt(f"{zh}表{table.number}", f"{en} {table.number}"))
            self.tables.append(table)
            self.inside.append(table)
            self.above = []
        elif name == "tr" and self.inside:
            self.rows += 1
            if self.rows > MOST_ROWS:
                raise too_many_rows()
            self.inside[-1].rows.append(_Row())
        elif self.inside and self.inside[-1].rows:
            self.inside[-1].rows[-1].cells.append(_Cell())

    def _cell(self) -> _Cell | None:
        rows = self.inside[-1].rows if self.inside else []
        return rows[-1].cells[-1] if rows and rows[-1].cells else None

    def _measure(self, name: str, value: str) -> None:
        cell, rows = self._cell(), self.inside[-1].rows
        if name == "gridBefore" and rows:
            rows[-1].before = _whole(value)
        elif cell is None:
            return
        elif name == "gridSpan":
            cell.span = max(1, _whole(value))
        elif name == "vMerge":
            cell.down = "restart" if value == "restart" else "continue"
        elif name == "hMerge":
            cell.across = "restart" if value == "restart" else "continue"

    def _inside(self, name: str, attributes: Attributes, parent: str) -> None:
        paragraph = self.open[-1]
        if name in _BREAKS and parent != "tabs":
            paragraph.pieces.append(_BREAKS[name])
        elif name == "pStyle":
            paragraph.style = attributes.get("val")
        elif name == "numId" and parent == "numPr":
            paragraph.number = attributes.get("val")
        elif name == "ilvl" and parent == "numPr":
            paragraph.level = attributes.get("val")

    def characters(self, data: str) -> None:
        if self.in_text and not self.skipping and self.open:
            self.length += len(data)
            if self.length > MAX_CHARACTERS:
                zh = "文本超过 200 万字，未读取"
                raise UnreadableError("too_long", zh, "the text is longer than 2,000,000 characters")
            self.open[-1].pieces.append(data)

    def end(self, name: str) -> None:
        if self.skipping:
            self.skipping -= 1
            return
        self.path.pop()
        if name == "t":
            self.in_text = False
        elif name == "p" and self.open:
            self._paragraph(self.open.pop())
        elif name == "tbl" and self.inside:
            self.inside.pop()

    def _paragraph(self, paragraph: _Paragraph) -> None:
        words = "".join(paragraph.pieces)
        cell = self._cell()
        if words.strip() or cell is not None:  # a number may be all that a cell shows
            words = self.numbers.marker(paragraph.style, paragraph.number, paragraph.level) + words
        if cell is not None:
            cell.lines.append(words)
        elif words.strip() and not self.open:
            self.above.append(plain(words))


def _whole(value: str) -> int:
    if value.isdecimal() and len(value) < 4 and int(value) <= MOST_COLUMNS:
        return int(value)
    raise _odd()


def _odd() -> UnreadableError:
    zh = f"表格的列数超过 {MOST_COLUMNS} 列，无法读取"
    return UnreadableError("too_wide", zh, f"a table has more than {MOST_COLUMNS} columns")


def too_many_rows() -> DivisionError:
    """The refusal of a file with more rows than anybody divides work into."""
    zh = f"表格超过 {MOST_ROWS} 行，请删去多余的行，或分几次导入"
    return DivisionError("division-too-long", zh, f"more than {MOST_ROWS} rows: delete what is not needed, or split it")

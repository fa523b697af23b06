"""The text of a DOCX, in reading order, from a package that may be broken or hostile.

Kept are paragraphs, table rows (cells joined by tabs), text boxes, insertions, content controls and the
numbers that Word writes by itself; deletions, field codes and the fallback twins of text boxes are dropped.
"""

from __future__ import annotations

import io
import zipfile

from bihuan.reading.source_numbering import Numbering
from bihuan.reading.source_package import BROKEN, Attributes, checked_names, document_part, numbering, parse
from bihuan.reading.unreadable import MAX_CHARACTERS, UnreadableError

MAX_DEPTH = 400  # elements in elements; tables in tables in text boxes stay below a hundred


def docx_text(data: bytes) -> str:
    """The text of a DOCX, one line a paragraph or table row.

    Raises UnreadableError for what is no sound DOCX or unpacks to too much.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return _text(package)
    except UnreadableError:
        raise
    except BROKEN:
        raise UnreadableError(
            "broken", "DOCX 文件已损坏或不完整，无法读取", "the DOCX file is damaged or incomplete"
        ) from None


def _text(package: zipfile.ZipFile) -> str:
    names = checked_names(package)
    document = document_part(package, names)
    body = _Body(numbering(package, names, document))
    parse(package, document, body.start, body.end, body.characters)
    return body.text()


class _Paragraph:
    __slots__ = ("joins_next", "level", "number", "pieces", "style")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.style: str | None = None
        self.number: str | None = None
        self.level: str | None = None
        self.joins_next = False


_DROPPED = frozenset({"del", "moveFrom", "Fallback", "delText", "instrText", "sdtPr", "rPrChange", "pPrChange"})
_BREAKS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}


class _Body:
    """Collects the lines of the document while it streams by."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.lines: list[str] = []
        self.open: list[_Paragraph] = []  # text boxes nest paragraphs in paragraphs
        self.rows: list[list[list[str]]] = []  # for each open table: the cells of its row, each a list of lines
        self.waiting: list[str] = []  # lines of text boxes, put behind the paragraph that holds them
        self.carried = ""  # a paragraph whose mark was deleted runs on into the next
        self.path: list[str] = []
        self.skipping = 0
        self.in_text = False
        self.length = 0

    def start(self, name: str, attributes: Attributes) -> None:
        if self.skipping:
            self.skipping += 1
            return
        parent = self.path[-1] if self.path else ""
        if name in _DROPPED and not (name == "del" and parent == "rPr"):
            self.skipping = 1
            return
        self.path.append(name)
        if len(self.path) > MAX_DEPTH:
            raise ValueError("elements nest too deep")
        if name == "p":
            self.open.append(_Paragraph())
        elif name == "t":
            self.in_text = True
        elif name == "tbl":
            self.rows.append([])
        elif name == "tc" and self.rows:
            self.rows[-1].append([])
        elif self.open:
            self._inside(name, attributes, parent)

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
        elif name == "del" and self.path[-3:-1] == ["pPr", "rPr"]:
            paragraph.joins_next = True

    def characters(self, data: str) -> None:
        if self.in_text and not self.skipping and self.open:
            self.length += len(data)
            if self.length > MAX_CHARACTERS:
                raise UnreadableError(
                    "too_long", "文本超过 200 万字，未读取", "the text is longer than 2,000,000 characters"
                )
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
        elif name == "tr" and self.rows:
            row, self.rows[-1] = self.rows[-1], []
            self._line("\t".join(" ".join(line for line in cell if line.strip()) for cell in row))
        elif name == "tbl" and self.rows:
            self.rows.pop()

    def _paragraph(self, paragraph: _Paragraph) -> None:
        words = "".join(paragraph.pieces)
        if paragraph.joins_next and not self.open:
            self.carried += words
            return
        words, self.carried = (self.carried + words, "") if not self.open else (words, self.carried)
        if words.strip():
            words = self.numbering.marker(paragraph.style, paragraph.number, paragraph.level) + words
        if self.open:  # in a text box: behind the paragraph that holds it
            self.waiting.append(words)
            return
        self._line(words)
        waiting, self.waiting = self.waiting, []
        for line in waiting:
            self._line(line)

    def _line(self, words: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1].append(words.replace("\n", " ").replace("\t", " "))
        else:
            self.lines.append(words)

    def text(self) -> str:
        if self.carried:
            self.lines.append(self.carried)
        return "\n".join(self.lines) + "\n"

"""A DOCX that came back from a word processor, read as lines: words, content controls, tables, and what is neither.

Word and WPS split runs, lose styles, keep tracked changes, hang comments and pictures on the text. Tracked changes are
read as if all were accepted; what cannot become part of a paper's prose is listed in `asides`: a person is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from bihuan.documents.checking.numbering import Numbering
from bihuan.documents.checking.package import Package, w
from bihuan.documents.checking.styles import Styles
from bihuan.lib.refusals import Refusal

MAX_LINES: Final = 10_000
MAX_CHARACTERS: Final = 500_000
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_CODE: Final = re.compile(r"校验码\s*([0-9A-Za-z]{4}-[0-9A-Za-z]{4})")
_STRUCK_OUT: Final = {w(name) for name in ("del", "moveFrom", "rt")}
_SILENT: Final = {
    w(name) for name in ("pPr", "rPr", "sdtPr", "sdtEndPr", "instrText", "delText", "delInstrText", "tblPr", "tblGrid")
}
_DRAWN: Final = {w("drawing"), w("pict"), w("object")}


class TakenBackError(Refusal):
    """A file that cannot be taken back: too long, or another paper's."""


@dataclass(frozen=True, slots=True)
class Words:
    """A stretch of text; `style` is the name of its character style."""

    text: str
    bold: bool = False
    style: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A content control with a tag, and the text that stands in it now."""

    tag: str
    text: str


Piece = Words | Held


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph (`pieces`), or a table (`cells`, rows of cells of pieces); `style` is the name of its style, which
    editors keep where they change the id."""

    style: str
    pieces: tuple[Piece, ...] = ()
    cells: tuple[tuple[tuple[Piece, ...], ...], ...] = ()

    @property
    def text(self) -> str:
        """What is printed; cells divided by tabs, rows by line feeds."""
        if self.cells:
            return "\n".join("\t".join(said(cell) for cell in row) for row in self.cells)
        return said(self.pieces)

    @property
    def held(self) -> Iterator[Held]:
        """Its controls, cells included."""
        for pieces in (self.pieces, *(cell for row in self.cells for cell in row)):
            yield from (piece for piece in pieces if isinstance(piece, Held))


@dataclass(slots=True)
class EditedDocx:
    """`asides`: (kind, text) of what is no prose: comment, footnote, box, picture, hidden, struck, symbol, object.
    `revisions`: how many tracked changes. `codes`: check codes printed. `around`: lines of headers and footers.
    `properties`: custom properties, as the file's writer set them."""

    lines: list[Line] = field(default_factory=list)
    asides: list[tuple[str, str]] = field(default_factory=list)
    revisions: int = 0
    codes: set[str] = field(default_factory=set)
    around: list[str] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)


def said(pieces: tuple[Piece, ...]) -> str:
    """The bare text of pieces."""
    return "".join(piece.text for piece in pieces)


def read(data: bytes, tags: frozenset[str]) -> EditedDocx:
    """The lines of a DOCX. `tags`: of the controls that are ours; all others are looked through.

    Raises:
        bihuan.documents.checking.finding.CheckError: no DOCX that can be read, or a hostile one.
        TakenBackError: more than a paper can hold.
    """
    package = Package(data)
    root = package.part(package.main)
    body = root.find(w("body")) if root is not None else None
    reader = _Reader(package, tags)
    if body is not None:
        reader.blocks(body)
        reader.end()
        found = reader.found
        found.revisions = sum(1 for _ in body.iter(w("ins"), w("del"), w("moveFrom"), w("moveTo")))
    reader.beside()
    return reader.found


class _Reader:
    def __init__(self, package: Package, tags: frozenset[str]) -> None:
        self.package, self.tags = package, tags
        self.styles = Styles.read(package.related("styles"), package.related("theme"))
        self.numbering = Numbering.read(package.related("numbering"))
        self.found = EditedDocx()
        self.carried: list[Piece] = []  # a paragraph whose mark was deleted runs on into the next
        self.code_fields: list[bool] = []  # open fields: whether their code is being read
        self.seen = 0

    # --- blocks

    def blocks(self, parent: etree._Element) -> None:
        for child in parent:
            if child.tag == w("p"):
                self._paragraph(child)
            elif child.tag == w("tbl"):
                self._keep(Line("", cells=self._cells(child)))
            elif child.tag == w("sdt"):
                self._block_control(child)
            elif child.tag == w("altChunk"):
                self.found.asides.append(("object", ""))
            elif child.tag == _MC + "AlternateContent":
                self.blocks(_chosen(child))
            elif child.tag not in _STRUCK_OUT and child.tag not in _SILENT:
                self.blocks(child)

    def end(self) -> None:
        if self.carried:
            self._keep(Line("", tuple(self.carried)))

    def _block_control(self, control: etree._Element) -> None:
        """A control around whole paragraphs."""
        tag, content = _tag(control), control.find(w("sdtContent"))
        if content is None:
            return
        if tag not in self.tags or self._holds_ours(content):
            if tag:
                self._foreign(tag, content)
            self.blocks(content)
            return
        text = "\n".join(said(self._pieces(paragraph)) for paragraph in content.iter(w("p")))
        self._keep(Line("", (Held(tag, "" if _placeholder(control) else text),)))

    def _paragraph(self, paragraph: etree._Element) -> None:
        properties = paragraph.find(w("pPr"))
        pieces = [*self.carried, *self._pieces(paragraph)]
        self.carried = []
        if properties is not None and properties.find(f"{w('rPr')}/{w('del')}") is not None:
            self.carried = pieces
            return
        if said(tuple(pieces)).strip():
            place = self.styles.paragraph(properties, None, None).numbering
            if marker := self.numbering.marker(place):
                pieces.insert(0, Words(marker))
        self._keep(Line(self._style(properties, "pStyle"), tuple(pieces)))

    def _style(self, properties: etree._Element | None, name: str) -> str:
        style = self.styles.named.get(_value(properties, name))
        return style.name if style is not None else ""

    def _keep(self, line: Line) -> None:
        text = line.text
        if not text.strip() and not any(line.held):
            return
        self.seen += len(text)
        if self.seen > MAX_CHARACTERS or len(self.found.lines) >= MAX_LINES:
            zh, en = "文件里的文字过多，不像是一份公文，没有采纳", "more text than a paper holds; nothing was taken"
            raise TakenBackError("too-long", zh, en)
        self.found.lines.append(line)

    def _cells(self, table: etree._Element) -> tuple[tuple[tuple[Piece, ...], ...], ...]:
        rows = []
        for row in table.iter(w("tr")):
            if _owner(row, "tbl") is table and row.find(f"{w('trPr')}/{w('del')}") is None:
                cells = (cell for cell in row.iter(w("tc")) if _owner(cell, "tr") is row)
                rows.append(tuple(self._cell(cell) for cell in cells))
        return tuple(rows)

    def _cell(self, cell: etree._Element) -> tuple[Piece, ...]:
        control = next((item for item in cell.iterancestors(w("sdt")) if _tag(item) in self.tags), None)
        paragraphs = [self._pieces(paragraph) for paragraph in cell.iter(w("p"))]
        pieces = tuple(piece for one in paragraphs for piece in one)
        return (Held(_tag(control), said(pieces)),) if control is not None else pieces

    # --- runs

    def _pieces(self, paragraph: etree._Element) -> tuple[Piece, ...]:
        kept, self.code_fields = self.code_fields, []
        pieces = tuple(self._walk(paragraph, Words("")))
        self.code_fields = kept
        return pieces

    def _walk(self, element: etree._Element, look: Words) -> Iterator[Piece]:
        for child in element:
            if child.tag == w("sdt"):
                yield from self._control(child, look)
            elif child.tag == w("r"):
                yield from self._run(child)
            elif child.tag == _MC + "AlternateContent":
                yield from self._walk(_chosen(child), look)
            elif child.tag.startswith(_MATH):
                self.found.asides.append(("object", "".join(map(str, child.itertext()))[:80]))
            elif child.tag not in _STRUCK_OUT and child.tag not in _SILENT and child.tag != w("p"):
                yield from self._walk(child, look)

    def _control(self, control: etree._Element, look: Words) -> Iterator[Piece]:
        tag, content = _tag(control), control.find(w("sdtContent"))
        if content is None:
            return
        if tag in self.tags and not self._holds_ours(content):
            text = "" if _placeholder(control) else said(tuple(self._walk(content, look)))
            yield Held(tag, text)
            return
        if tag:
            self._foreign(tag, content)
        yield from self._walk(content, look)

    def _holds_ours(self, content: etree._Element) -> bool:
        """Whether a control of ours stands in another: then the outer one says nothing of its own."""
        return any(_tag(inner) in self.tags for inner in content.iter(w("sdt")))

    def _foreign(self, tag: str, content: etree._Element) -> None:
        kind = "nested" if tag in self.tags else "foreign"
        self.found.asides.append((kind, "".join(node.text or "" for node in content.iter(w("t")))[:80]))

    def _run(self, run: etree._Element) -> Iterator[Piece]:
        properties = run.find(w("rPr"))
        bold, style = _on(properties, "b"), self._style(properties, "rStyle")
        hidden, struck = _on(properties, "vanish"), _on(properties, "strike") or _on(properties, "dstrike")
        text = "".join(self._printed(run))
        if not text:
            return
        if hidden:
            self.found.asides.append(("hidden", text))
            return
        if struck:
            self.found.asides.append(("struck", text))
        yield Words(text, bold, style)

    def _printed(self, run: etree._Element) -> Iterator[str]:
        for child in run:
            if child.tag == w("fldChar"):
                self._field(child.get(w("fldCharType"), ""))
            elif child.tag in _DRAWN or child.tag == _MC + "AlternateContent":
                self._drawn(child)
            elif any(self.code_fields):
                continue
            elif child.tag == w("t"):
                yield child.text or ""
            elif child.tag == w("tab") or child.tag == w("ptab"):
                yield "\t"
            elif (child.tag == w("br") and child.get(w("type"), "textWrapping") == "textWrapping") or child.tag == w(
                "cr"
            ):
                yield "\n"
            elif child.tag == w("noBreakHyphen"):
                yield "-"
            elif child.tag == w("sym"):
                self.found.asides.append(("symbol", ""))

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self.code_fields.append(True)
        elif self.code_fields and kind == "separate":
            self.code_fields[-1] = False
        elif self.code_fields and kind == "end":
            self.code_fields.pop()

    def _drawn(self, element: etree._Element) -> None:
        """Text boxes and pictures: what they say is told, and not taken."""
        inside = _chosen(element) if element.tag == _MC + "AlternateContent" else element
        text = "\n".join(
            "".join(node.text or "" for node in paragraph.iter(w("t")))
            for content in inside.iter(w("txbxContent"))
            for paragraph in content.iter(w("p"))
        )
        self.found.asides.append(("box", text) if text.strip() else ("picture", ""))

    # --- what stands beside the text

    def beside(self) -> None:
        """Comments, notes, headers and footers, custom properties."""
        package, found = self.package, self.found
        for kind, name in sorted(package.relations(package.main).values()):
            if kind in ("comments", "footnotes", "endnotes"):
                found.asides.extend(_remarks(package.part(name), kind))
            elif kind in ("header", "footer"):
                found.around.extend(_plain_lines(package.part(name)))
        for line in [*found.around, *(item.text for item in found.lines)]:
            found.codes.update(code.upper() for code in _CODE.findall(line))
        for kind, name in package.relations("").values():
            if kind == "custom-properties":
                found.properties.update(_properties(package.part(name)))


def _remarks(root: etree._Element | None, kind: str) -> Iterator[tuple[str, str]]:
    for remark in root if root is not None else ():
        text = "".join(node.text or "" for node in remark.iter(w("t"))).strip()
        if text:
            author = remark.get(w("author"), "")
            yield kind.removesuffix("s"), f"{author}：{text}" if author else text


def _plain_lines(root: etree._Element | None) -> Iterator[str]:
    for paragraph in root.iter(w("p")) if root is not None else ():
        text = "".join(node.text or "" for node in paragraph.iter(w("t"))).strip()
        if text:
            yield text


def _properties(root: etree._Element | None) -> Iterator[tuple[str, str]]:
    for item in root if root is not None else ():
        yield item.get("name", ""), "".join(map(str, item.itertext())).strip()


def _chosen(element: etree._Element) -> etree._Element:
    """The first branch of alternatives: the newer one; an empty element where there is none."""
    choice = element.find(_MC + "Choice")
    chosen = choice if choice is not None else element.find(_MC + "Fallback")
    return chosen if chosen is not None else etree.Element("none")


def _tag(control: etree._Element) -> str:
    return _value(control.find(w("sdtPr")), "tag")


def _placeholder(control: etree._Element) -> bool:
    """Whether the control is empty and shows 单击此处输入文字."""
    properties = control.find(w("sdtPr"))
    return properties is not None and _on(properties, "showingPlcHdr")


def _value(properties: etree._Element | None, name: str) -> str:
    element = properties.find(w(name)) if properties is not None else None
    return "" if element is None else element.get(w("val"), "")


def _on(properties: etree._Element | None, name: str) -> bool:
    element = properties.find(w(name)) if properties is not None else None
    return element is not None and element.get(w("val"), "true") not in ("0", "false", "off", "none")


def _owner(element: etree._Element, name: str) -> etree._Element | None:
    return next(element.iterancestors(w(name)), None)

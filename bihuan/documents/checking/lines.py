"""A DOCX read as lines: every printed paragraph in order, with its place, its runs and their resolved look."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from lxml import etree

from bihuan.documents.checking.finding import CheckError
from bihuan.documents.checking.numbering import Numbering
from bihuan.documents.checking.package import Package, R, w
from bihuan.documents.checking.styles import Edge, ParagraphLook, RunLook, Slot, Styles, edge, number

Place = Literal["text", "table", "box", "header", "footer"]
MAX_LINES: Final = 50_000
MAX_CHARACTERS: Final = 2_000_000
_MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_VML: Final = "{urn:schemas-microsoft-com:vml}"
_WP: Final = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WRAPPERS: Final = {
    w(name) for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "hyperlink", "dir", "bdo")
}


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one look. ``field`` is the field code's first word (``PAGE``) where the text is a field's result."""

    text: str
    look: RunLook
    field: str = ""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line drawn as a shape: weight and width in mm, colour; ``offset`` in mm from ``origin``."""

    weight_mm: float
    width_mm: float
    color: str | None
    offset: float | None
    origin: str


@dataclass(slots=True)
class Cell:
    """Where in a table a line stands: which table, row and column, how many of each, and the lines above and below."""

    table: int
    row: int
    column: int
    columns: int
    rows: int
    top: Edge | None
    bottom: Edge | None
    floating: dict[str, str]


@dataclass(slots=True)
class Line:
    """One paragraph. ``text`` is what is printed (tabs and line breaks kept, automatic marker in ``marker``)."""

    index: int
    place: Place
    runs: list[Run]
    look: ParagraphLook
    section: int
    marker: str = ""
    cell: Cell | None = None
    strokes: list[Stroke] = field(default_factory=list)
    new_page: bool = False
    shaded: bool = False

    @property
    def text(self) -> str:
        return self.marker + "".join(run.text for run in self.runs)

    @property
    def words(self) -> str:
        """The text without white space at either end."""
        return self.text.strip(" \t\n\r\u3000\u00a0")

    @property
    def size(self) -> float:
        """The size in points that most characters have; the size of the empty paragraph's runs or 0 for none."""
        count: dict[float, int] = {}
        for run in self.runs:
            count[run.look.size] = count.get(run.look.size, 0) + len(run.text.strip())
        return max(count, key=lambda size: count[size]) if count else 0.0

    def characters(self) -> Iterator[tuple[str, Run]]:
        """Each printed character with its run, white space left out."""
        for run in self.runs:
            for character in run.text:
                if not character.isspace():
                    yield character, run


@dataclass(slots=True)
class Furniture:
    """A header or footer of a section: its kind (default, even, first), the part's name and its lines."""

    kind: str
    part: str
    lines: list[Line]


@dataclass(slots=True)
class Section:
    """Page set-up of one section; lengths in mm, pitches in points."""

    width: float
    height: float
    landscape: bool
    margins: dict[str, float]
    grid_type: str
    line_pitch: float
    char_space: float
    title_page: bool
    footers: list[Furniture]
    headers: list[Furniture]
    starts_page: bool = True


@dataclass(slots=True)
class Reading:
    """Everything the rules look at."""

    lines: list[Line]
    sections: list[Section]
    even_and_odd: bool
    mirrored: bool
    base_size: float


def font_slot(character: str, look: RunLook) -> Slot:
    """Which of a run's fonts prints a character (ISO 29500-1 §17.3.2.26, for Chinese text)."""
    code = ord(character)
    if code < 0x80:
        return "ascii"
    if 0x2E80 <= code <= 0xD7FF or 0xF900 <= code <= 0xFAFF or 0xFE30 <= code <= 0xFE6F or code >= 0xFF00:
        return "eastAsia"
    return "eastAsia" if look.east_asian_hint else "hAnsi"


def read(package: Package) -> Reading:
    """The whole paper. Raises CheckError when the main part has no body."""
    root = package.part(package.main)
    body = root.find(w("body")) if root is not None else None
    if body is None:
        raise CheckError("broken", "文件已损坏，没有正文", "damaged: the document has no body")
    if sum(1 for _ in itertools.islice(body.iter(w("p")), MAX_LINES + 1)) > MAX_LINES:
        raise _too_long()
    return _Reader(package).read(body)


class _Reader:
    def __init__(self, package: Package) -> None:
        self.package = package
        self.styles = Styles.read(package.related("styles"), package.related("theme"))
        self.numbering = Numbering.read(package.related("numbering"))
        self.settings = package.related("settings")
        self.relations = package.relations(package.main)
        self.lines: list[Line] = []
        self.sections: list[etree._Element] = []
        self.tables = 0
        self.seen = 0
        self.characters = 0
        self.break_pending = False
        self.open_fields: list[list[str]] = []

    def read(self, body: etree._Element) -> Reading:
        self._blocks(body, "text", None, None)
        last = body.find(w("sectPr"))
        if last is not None or not self.sections:
            self.sections.append(last if last is not None else etree.Element(w("sectPr")))
        for line in self.lines:
            line.section = min(line.section, len(self.sections) - 1)
        lines = self.lines
        sections: list[Section] = []
        for element in self.sections:
            sections.append(self._section(element, sections[-1] if sections else None))
        for earlier, later in itertools.pairwise(lines):
            if later.section != earlier.section and sections[later.section].starts_page:
                later.new_page = True
        base = self.styles.run(self.styles.default_id.get("paragraph"), None).size
        return Reading(lines, sections, self._setting("evenAndOddHeaders"), self._setting("mirrorMargins"), base)

    def _setting(self, name: str) -> bool:
        element = self.settings.find(w(name)) if self.settings is not None else None
        return element is not None and element.get(w("val"), "true") not in ("0", "false", "off")

    # --- blocks

    def _blocks(self, parent: etree._Element, place: Place, cell: Cell | None, table_style: str | None) -> None:
        for child in parent:
            if child.tag == w("p"):
                self._paragraph(child, place, cell, table_style)
            elif child.tag == w("tbl"):
                self._table(child, place)
            elif child.tag in _WRAPPERS:
                self._blocks(child, place, cell, table_style)
            elif child.tag == _MC + "AlternateContent":
                chosen = _chosen(child)
                if chosen is not None:
                    self._blocks(chosen, place, cell, table_style)

    def _table(self, table: etree._Element, place: Place) -> None:
        self.tables += 1
        identity = self.tables
        properties = table.find(w("tblPr"))
        style_element = properties.find(w("tblStyle")) if properties is not None else None
        style = style_element.get(w("val")) if style_element is not None else self.styles.default_id.get("table")
        borders = _table_borders(properties, self.styles, style)
        floating = properties.find(w("tblpPr")) if properties is not None else None
        anchor = {etree.QName(k).localname: str(v) for k, v in floating.attrib.items()} if floating is not None else {}
        rows = [row for row in table.iter(w("tr")) if _owner(row, "tbl") is table]
        for row_index, row in enumerate(rows):
            cells = [cell for cell in row.iter(w("tc")) if _owner(cell, "tr") is row]
            for column, element in enumerate(cells):
                top = borders.get("top") if row_index == 0 else borders.get("insideH")
                bottom = borders.get("bottom") if row_index == len(rows) - 1 else borders.get("insideH")
                own = element.find(f"{w('tcPr')}/{w('tcBorders')}")
                if own is not None:
                    top = edge(own.find(w("top"))) if own.find(w("top")) is not None else top
                    bottom = edge(own.find(w("bottom"))) if own.find(w("bottom")) is not None else bottom
                here = Cell(identity, row_index, column, len(cells), len(rows), top, bottom, anchor)
                self._blocks(element, "table" if place in ("text", "box", "table") else place, here, style)

    def _paragraph(self, element: etree._Element, place: Place, cell: Cell | None, table_style: str | None) -> None:
        self.seen += 1
        if self.seen > MAX_LINES:
            raise _too_long()
        properties = element.find(w("pPr"))
        look = self.styles.paragraph(properties, None, table_style)
        level = self.numbering.paragraph(look.numbering)
        if level is not None:
            look = self.styles.paragraph(properties, level, table_style)
        style = self.styles.paragraph_style(properties)
        line = Line(len(self.lines) + 1, place, [], look, len(self.sections), cell=cell)
        line.new_page = look.page_break_before or self.break_pending
        line.shaded = _shaded(properties)
        self.break_pending = False
        kept = self.open_fields
        self.open_fields = []
        self._runs(element, line, style, table_style)
        self.open_fields = kept
        if line.words or line.runs:
            line.marker = self.numbering.marker(look.numbering)
        if not line.runs:
            mark = properties.find(w("rPr")) if properties is not None else None
            line.runs.append(Run("", self.styles.run(style, mark, table_style)))
        line.index = len(self.lines) + 1
        self.lines.append(line)
        section = properties.find(w("sectPr")) if properties is not None else None
        if section is not None and place == "text":
            self.sections.append(section)

    # --- runs

    def _runs(self, parent: etree._Element, line: Line, style: str | None, table_style: str | None) -> None:
        for child in parent:
            if child.tag == w("r"):
                self._run(child, line, style, table_style)
            elif child.tag == w("fldSimple"):
                self.open_fields.append([child.get(w("instr"), ""), "result", ""])
                self._runs(child, line, style, table_style)
                self._close_field(line, self.styles.run(style, None, table_style))
            elif child.tag in _WRAPPERS:
                self._runs(child, line, style, table_style)
            elif child.tag == _MC + "AlternateContent":
                chosen = _chosen(child)
                if chosen is not None:
                    self._runs(chosen, line, style, table_style)

    def _run(self, run: etree._Element, line: Line, style: str | None, table_style: str | None) -> None:
        look = self.styles.run(style, run.find(w("rPr")), table_style)
        for child in run:
            name = etree.QName(child).localname
            if name == "fldChar":
                self._field_character(child, line, look)
            elif name == "instrText" and self.open_fields:
                self.open_fields[-1][0] += child.text or ""
            elif name == "AlternateContent" or name in ("drawing", "pict", "object"):
                self._drawn(child, line)
            elif name == "br" and child.get(w("type")) == "page":
                if line.words:
                    self.break_pending = True
                else:
                    line.new_page = True
            elif not look.hidden:
                text = _printed(child, name)
                if text:
                    self._add(line, text, look, "PAGE" if name == "pgNum" else "")

    def _add(self, line: Line, text: str, look: RunLook, code: str = "") -> None:
        for opened in self.open_fields:
            if opened[1] == "code":
                return
        if self.open_fields:
            opened = self.open_fields[-1]
            code = (opened[0].split() or [""])[0].upper()
            opened[2] = "printed"
        self.characters += len(text)
        if self.characters > MAX_CHARACTERS:
            raise _too_long()
        line.runs.append(Run(text, look, code))

    def _field_character(self, element: etree._Element, line: Line, look: RunLook) -> None:
        kind = element.get(w("fldCharType"))
        if kind == "begin":
            self.open_fields.append(["", "code", ""])
        elif kind == "separate" and self.open_fields:
            self.open_fields[-1][1] = "result"
        elif kind == "end" and self.open_fields:
            self._close_field(line, look)

    def _close_field(self, line: Line, look: RunLook) -> None:
        code, _, printed = self.open_fields.pop()
        word = (code.split() or [""])[0].upper()
        if word == "PAGE" and not printed:
            line.runs.append(Run("1", look, "PAGE"))  # a field that was never computed still prints a number

    def _drawn(self, element: etree._Element, line: Line) -> None:
        """Text boxes become lines before the paragraph that holds them; lines drawn become strokes of it."""
        if element.tag == _MC + "AlternateContent":
            chosen = _chosen(element)
            for child in chosen if chosen is not None else ():
                self._drawn(child, line)
            return
        for content in _outermost(element, w("txbxContent")):
            self._blocks(content, "box" if line.place in ("text", "table", "box") else line.place, None, None)
        line.strokes.extend(_strokes(element))

    # --- sections

    def _section(self, element: etree._Element, previous: Section | None) -> Section:
        def attribute(child_name: str, name: str, default: float) -> float:
            child = element.find(w(child_name))
            value = number(child.get(w(name))) if child is not None else None
            return default if value is None else value

        size, grid, kind = element.find(w("pgSz")), element.find(w("docGrid")), element.find(w("type"))
        millimetre = 25.4 / 1440
        margins = {
            name: attribute("pgMar", name, 0.0) * millimetre
            for name in ("top", "bottom", "left", "right", "gutter", "header", "footer")
        }
        starts = kind is None or kind.get(w("val")) != "continuous"
        return Section(
            width=attribute("pgSz", "w", 12240.0) * millimetre,
            height=attribute("pgSz", "h", 15840.0) * millimetre,
            landscape=size is not None and size.get(w("orient")) == "landscape",
            margins=margins,
            grid_type=grid.get(w("type"), "default") if grid is not None else "none",
            line_pitch=attribute("docGrid", "linePitch", 0.0) / 20,
            char_space=attribute("docGrid", "charSpace", 0.0) / 4096,
            title_page=element.find(w("titlePg")) is not None
            and element.find(w("titlePg")).get(w("val"), "true") not in ("0", "false", "off"),  # type: ignore[union-attr]
            footers=self._furniture(element, "footer", previous.footers if previous else []),
            headers=self._furniture(element, "header", previous.headers if previous else []),
            starts_page=starts,
        )

    def _furniture(self, section: etree._Element, kind: str, inherited: list[Furniture]) -> list[Furniture]:
        found = {item.kind: item for item in inherited}
        for reference in section.findall(w(f"{kind}Reference")):
            target = self.relations.get(reference.get(f"{{{R}}}id", ""), ("", ""))[1]
            root = self.package.part(target) if target else None
            if root is None:
                continue
            outer, self.lines = self.lines, []
            self._blocks(root, "footer" if kind == "footer" else "header", None, None)
            which = reference.get(w("type"), "default")
            found[which] = Furniture(which, target, self.lines)
            self.lines = outer
        return list(found.values())


def _too_long() -> CheckError:
    return CheckError(
        "too-long",
        f"文件超过 {MAX_LINES} 段或 {MAX_CHARACTERS} 字，不像一份公文",
        f"more than {MAX_LINES} paragraphs or {MAX_CHARACTERS} characters: this is no paper",
    )


def _printed(element: etree._Element, name: str) -> str:
    if name == "t":
        return element.text or ""
    return {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "sym": "\ufffd", "pgNum": "1"}.get(
        name, ""
    )


def _chosen(alternate: etree._Element) -> etree._Element | None:
    choice = alternate.find(_MC + "Choice")
    return choice if choice is not None else alternate.find(_MC + "Fallback")


def _owner(element: etree._Element, name: str) -> etree._Element | None:
    return next(element.iterancestors(w(name)), None)


def _outermost(element: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Descendants of this tag that lie in no other of the same tag, nor in the fallback of something already read."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag == _MC + "AlternateContent":
            chosen = _chosen(child)
            if chosen is not None:
                yield from _outermost(chosen, tag)
        else:
            yield from _outermost(child, tag)


def _shaded(properties: etree._Element | None) -> bool:
    shading = properties.find(w("shd")) if properties is not None else None
    return shading is not None and shading.get(w("fill"), "auto").lower() not in ("auto", "ffffff")


def _table_borders(properties: etree._Element | None, styles: Styles, style: str | None) -> dict[str, Edge]:
    found: dict[str, Edge] = {}
    sources = [styles.table_borders(style)]
    if properties is not None:
        sources.append(properties.find(w("tblBorders")))
    for source in sources:
        for child in source if source is not None else ():
            name, drawn = etree.QName(child).localname, edge(child)
            if drawn is None:
                found.pop(name, None)
            else:
                found[name] = drawn
    return found


def _strokes(drawing: etree._Element) -> Iterator[Stroke]:
    """Flat shapes: DrawingML anchors at most 3 mm high with a line, and VML lines."""
    for anchor in [*drawing.iter(_WP + "anchor"), *drawing.iter(_WP + "inline")]:
        extent = anchor.find(_WP + "extent")
        line = next(anchor.iter(_A + "ln"), None)
        if extent is None:
            continue
        width, height = (number(extent.get(side)) or 0.0 for side in ("cx", "cy"))
        if height > 3 * 36_000 or width < 10 * 36_000:
            continue
        color = next((c.get("val") for c in (line if line is not None else anchor).iter(_A + "srgbClr")), None)
        weight = (number(line.get("w")) if line is not None else None) or 9525.0
        vertical = anchor.find(_WP + "positionV")
        offset = number(vertical.findtext(_WP + "posOffset")) if vertical is not None else None
        origin = vertical.get("relativeFrom", "") if vertical is not None else "inline"
        yield Stroke(weight / 36_000, width / 36_000, color, offset / 36_000 if offset is not None else None, origin)
    for shape in [*drawing.iter(_VML + "line"), *drawing.iter(_VML + "rect")]:
        color = shape.get("strokecolor") or shape.get("fillcolor") or ""
        weight = number(shape.get("strokeweight")) or 15.0
        named = {"red": "FF0000"}.get(color.split(" ")[0].lower(), color.split(" ")[0].lstrip("#").upper())
        yield Stroke(weight / 1440 * 25.4, 156.0, named or None, None, "vml")

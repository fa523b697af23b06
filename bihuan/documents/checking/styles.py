"""What a run and a paragraph look like once styles are resolved: defaults → style chain → paragraph → run.

The order is ISO 29500-1 §17.7.2; fonts by script are §17.3.2.26.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from lxml import etree

from bihuan.documents.checking.package import A, w

Slot = Literal["ascii", "hAnsi", "eastAsia", "cs"]
SLOTS: Final[tuple[Slot, ...]] = ("ascii", "hAnsi", "eastAsia", "cs")
_OFF: Final = {"0", "false", "off", "none"}
_THEME_SLOT: Final = {
    "majorAscii": ("majorFont", "latin"),
    "majorHAnsi": ("majorFont", "latin"),
    "majorEastAsia": ("majorFont", "ea"),
    "majorBidi": ("majorFont", "cs"),
    "minorAscii": ("minorFont", "latin"),
    "minorHAnsi": ("minorFont", "latin"),
    "minorEastAsia": ("minorFont", "ea"),
    "minorBidi": ("minorFont", "cs"),
}


def number(text: str | None) -> float | None:
    """A length as the file writes it, or None when absent or no number: ``"567"``, ``"28.35pt"`` (in twips)."""
    if text is None:
        return None
    match = re.fullmatch(r"\s*(-?\d{1,9}(?:\.\d{1,6})?)(pt|mm|cm|in)?\s*", text)
    if match is None:
        return None
    value = float(match[1])
    return value * {"pt": 20.0, "mm": 1440 / 25.4, "cm": 1440 / 2.54, "in": 1440.0, None: 1.0}[match[2]]


def switched_on(element: etree._Element | None) -> bool:
    """Whether an on/off property that is present means on."""
    return element is not None and element.get(w("val"), "true") not in _OFF


@dataclass(frozen=True, slots=True)
class RunLook:
    """Resolved look of a run. Sizes and spacing in points; ``color`` as six hex digits, or None for automatic."""

    fonts: dict[Slot, str | None]
    size: float
    spacing: float
    color: str | None
    bold: bool
    hidden: bool
    east_asian_hint: bool
    snaps: bool


@dataclass(frozen=True, slots=True)
class Edge:
    """One border line: weight in millimetres, colour (hex or None), gap to the text in points, and its style."""

    weight_mm: float
    color: str | None
    space: float
    style: str


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """Resolved look of a paragraph. Indents in points, or in characters where the file gives characters."""

    align: str
    left: float
    right: float
    first: float
    left_chars: float | None
    right_chars: float | None
    first_chars: float | None
    before: float
    after: float
    line: float
    line_rule: str
    snaps: bool
    page_break_before: bool
    edges: dict[str, Edge]
    border_key: str
    tabs: tuple[tuple[float, str], ...]
    frame: dict[str, str]
    style_name: str
    outline: int | None
    numbering: tuple[str, int] | None


@dataclass(slots=True)
class _Style:
    name: str
    kind: str
    based_on: str | None
    run: etree._Element | None
    paragraph: etree._Element | None
    table: etree._Element | None


@dataclass(slots=True)
class Styles:
    """All styles of a package, with the theme's fonts."""

    named: dict[str, _Style] = field(default_factory=dict)
    defaults_run: etree._Element | None = None
    defaults_paragraph: etree._Element | None = None
    default_id: dict[str, str] = field(default_factory=dict)
    theme: dict[tuple[str, str], str] = field(default_factory=dict)
    _chains: dict[str, list[_Style]] = field(default_factory=dict)

    @classmethod
    def read(cls, styles: etree._Element | None, theme: etree._Element | None) -> Styles:
        """From the roots of styles.xml and theme1.xml, either of which may be missing."""
        made = cls()
        if theme is not None:
            made.theme = _theme_fonts(theme)
        if styles is None:
            return made
        made.defaults_run = styles.find(f"{w('docDefaults')}/{w('rPrDefault')}/{w('rPr')}")
        made.defaults_paragraph = styles.find(f"{w('docDefaults')}/{w('pPrDefault')}/{w('pPr')}")
        for element in styles.iter(w("style")):
            identity, kind = element.get(w("styleId"), ""), element.get(w("type"), "paragraph")
            name, parent = element.find(w("name")), element.find(w("basedOn"))
            made.named[identity] = _Style(
                name.get(w("val"), "") if name is not None else identity,
                kind,
                parent.get(w("val")) if parent is not None else None,
                element.find(w("rPr")),
                element.find(w("pPr")),
                element.find(w("tblPr")),
            )
            if element.get(w("default"), "0") not in _OFF:
                made.default_id.setdefault(kind, identity)
        return made

    def chain(self, identity: str | None) -> list[_Style]:
        """The style and what it is based on, from the root down; a circle of styles is cut where it closes."""
        if identity is None:
            return []
        if identity not in self._chains:
            found: list[_Style] = []
            seen: set[str] = set()
            current: str | None = identity
            while current is not None and current not in seen and current in self.named:
                seen.add(current)
                found.append(self.named[current])
                current = self.named[current].based_on
            self._chains[identity] = found[::-1]
        return self._chains[identity]

    def paragraph_style(self, properties: etree._Element | None) -> str | None:
        """The id of the style that a paragraph has, its own or the default one."""
        named = properties.find(w("pStyle")) if properties is not None else None
        identity = named.get(w("val")) if named is not None else None
        return identity if identity in self.named else self.default_id.get("paragraph")

    def paragraph(
        self, properties: etree._Element | None, numbered: etree._Element | None = None, table: str | None = None
    ) -> ParagraphLook:
        """The look of a paragraph with these ``w:pPr``, those of its list level, and its table's style."""
        identity = self.paragraph_style(properties)
        chain = self.chain(identity)
        layers = [
            self.defaults_paragraph,
            *(style.paragraph for style in self.chain(table)),
            *(style.paragraph for style in chain),
            numbered,
            properties,
        ]
        return _paragraph_look([layer for layer in layers if layer is not None], chain[-1].name if chain else "")

    def run(self, paragraph_style: str | None, properties: etree._Element | None, table: str | None = None) -> RunLook:
        """The look of a run with these ``w:rPr`` in a paragraph of this style, in a table of that style if any."""
        named = properties.find(w("rStyle")) if properties is not None else None
        layers = [
            self.defaults_run,
            *(style.run for style in self.chain(table)),
            *(style.run for style in self.chain(paragraph_style)),
            *(style.run for style in self.chain(named.get(w("val")) if named is not None else None)),
            properties,
        ]
        return self._run_look([layer for layer in layers if layer is not None])

    def table_borders(self, identity: str | None) -> etree._Element | None:
        """The ``w:tblBorders`` of a table style, its own or the nearest one that it is based on."""
        for style in reversed(self.chain(identity)):
            found = style.table.find(w("tblBorders")) if style.table is not None else None
            if found is not None:
                return found
        return None

    def _run_look(self, layers: list[etree._Element]) -> RunLook:
        fonts: dict[Slot, str | None] = dict.fromkeys(SLOTS)
        hint = False
        for fonts_element in _found(layers, "rFonts"):
            for slot in SLOTS:
                by_theme = fonts_element.get(w("cstheme" if slot == "cs" else f"{slot}Theme"))
                if by_theme is not None:
                    fonts[slot] = self.theme.get(_THEME_SLOT.get(by_theme, ("", ""))) or fonts_element.get(w(slot))
                elif fonts_element.get(w(slot)):
                    fonts[slot] = fonts_element.get(w(slot))
            if fonts_element.get(w("hint")) is not None:
                hint = fonts_element.get(w("hint")) == "eastAsia"
        color = _value(layers, "color")
        size, spacing = number(_value(layers, "sz")), number(_value(layers, "spacing"))
        return RunLook(
            fonts=fonts,
            size=10.0 if size is None else size / 2,
            spacing=(spacing or 0.0) / 20,
            color=color.upper() if color and re.fullmatch("[0-9A-Fa-f]{6}", color) else None,
            bold=switched_on(_last(layers, "b")),
            hidden=switched_on(_last(layers, "vanish")),
            east_asian_hint=hint,
            snaps=_last(layers, "snapToGrid") is None or switched_on(_last(layers, "snapToGrid")),
        )


def _theme_fonts(theme: etree._Element) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for group in ("majorFont", "minorFont"):
        element = next(iter(theme.iter(f"{{{A}}}{group}")), None)
        if element is None:
            continue
        for child in element:
            kind, face = etree.QName(child).localname, child.get("typeface", "")
            if kind in ("latin", "ea", "cs") and face:
                found[group, kind] = face
            elif kind == "font" and child.get("script") == "Hans" and face:
                found.setdefault((group, "ea"), face)
    return found


def _found(layers: Iterable[etree._Element], name: str) -> Iterator[etree._Element]:
    for layer in layers:
        element = layer.find(w(name))
        if element is not None:
            yield element


def _last(layers: list[etree._Element], name: str) -> etree._Element | None:
    return next(_found(reversed(layers), name), None)


def _value(layers: list[etree._Element], name: str, attribute: str = "val") -> str | None:
    """The value of the closest layer that gives this attribute; attributes of one element are inherited one by one."""
    for element in _found(reversed(layers), name):
        value = element.get(w(attribute))
        if value is not None:
            return value
    return None


def edge(element: etree._Element | None) -> Edge | None:
    """A border as drawn, or None for one that draws nothing. Weight is in eighths of a point in the file."""
    if element is None or element.get(w("val"), "nil") in ("nil", "none"):
        return None
    weight, space = number(element.get(w("sz"))), number(element.get(w("space")))
    color = element.get(w("color"))
    return Edge(
        weight_mm=(weight if weight is not None else 4) / 8 * 25.4 / 72,
        color=color.upper() if color and re.fullmatch("[0-9A-Fa-f]{6}", color) else None,
        space=space or 0.0,
        style=element.get(w("val"), ""),
    )


def _paragraph_look(layers: list[etree._Element], style_name: str) -> ParagraphLook:
    def twips(name: str, *attributes: str) -> float:
        for element in _found(reversed(layers), name):
            for attribute in attributes:
                value = number(element.get(w(attribute)))
                if value is not None:
                    return value / 20
        return 0.0

    def characters(*attributes: str) -> float | None:
        for element in _found(reversed(layers), "ind"):
            for attribute in attributes:
                value = number(element.get(w(attribute)))
                if value is not None:
                    return value / 100
        return None

    borders: dict[str, etree._Element] = {}
    for element in _found(layers, "pBdr"):
        borders.update({etree.QName(child).localname: child for child in element})
    edges = {name: drawn for name, child in borders.items() if (drawn := edge(child)) is not None}
    line_rule = _value(layers, "spacing", "lineRule") or "auto"
    line = number(_value(layers, "spacing", "line"))
    frame = _last(layers, "framePr")
    outline = number(_value(layers, "outlineLvl"))
    spacing = {side: _spacing(layers, side) for side in ("before", "after")}
    first, hanging = _first_line(layers)
    return ParagraphLook(
        align=_value(layers, "jc") or "both",
        left=twips("ind", "start", "left"),
        right=twips("ind", "end", "right"),
        first=first - hanging,
        left_chars=characters("startChars", "leftChars"),
        right_chars=characters("endChars", "rightChars"),
        first_chars=_first_line_characters(layers),
        before=spacing["before"],
        after=spacing["after"],
        line=(240.0 if line is None else line) / (240 if line_rule == "auto" else 20),
        line_rule=line_rule,
        snaps=_last(layers, "snapToGrid") is None or switched_on(_last(layers, "snapToGrid")),
        page_break_before=switched_on(_last(layers, "pageBreakBefore")),
        edges=edges,
        border_key=repr(sorted((name, sorted(child.attrib.items())) for name, child in borders.items())),
        tabs=_tabs(layers),
        frame={etree.QName(key).localname: str(value) for key, value in frame.attrib.items()}
        if frame is not None
        else {},
        style_name=style_name,
        outline=int(outline) if outline is not None else None,
        numbering=_numbering(layers),
    )


def _spacing(layers: list[etree._Element], side: str) -> float:
    for element in _found(reversed(layers), "spacing"):
        if element.get(w(f"{side}Autospacing"), "0") not in _OFF:
            return 14.0
        lines, points = number(element.get(w(f"{side}Lines"))), number(element.get(w(side)))
        if lines is not None and lines != 0:
            return lines / 100 * 12  # in lines of the grid; twelve points stand for one without it
        if points is not None:
            return points / 20
    return 0.0


def _first_line(layers: list[etree._Element]) -> tuple[float, float]:
    for element in _found(reversed(layers), "ind"):
        first, hanging = number(element.get(w("firstLine"))), number(element.get(w("hanging")))
        if first is not None or hanging is not None:
            return (0.0 if hanging else (first or 0.0) / 20), (hanging or 0.0) / 20
    return 0.0, 0.0


def _first_line_characters(layers: list[etree._Element]) -> float | None:
    """First-line indent in characters, hanging negative; zero means: use the length (ISO 29500-1 §17.3.1.12)."""
    for element in _found(reversed(layers), "ind"):
        first, hanging = number(element.get(w("firstLineChars"))), number(element.get(w("hangingChars")))
        if hanging:
            return -hanging / 100
        if first is not None:
            return first / 100 or None
        if element.get(w("firstLine")) is not None or element.get(w("hanging")) is not None:
            return None
    return None


def _tabs(layers: list[etree._Element]) -> tuple[tuple[float, str], ...]:
    stops: dict[float, str] = {}
    for element in _found(layers, "tabs"):
        for tab in element.iter(w("tab")):
            position, kind = number(tab.get(w("pos"))), tab.get(w("val"), "left")
            if position is None:
                continue
            if kind == "clear":
                stops.pop(position / 20, None)
            else:
                stops[position / 20] = kind
    return tuple(sorted(stops.items()))


def _numbering(layers: list[etree._Element]) -> tuple[str, int] | None:
    identity, level = None, 0
    for element in _found(layers, "numPr"):
        for child in element:
            if child.tag == w("numId"):
                identity = child.get(w("val"))
            elif child.tag == w("ilvl"):
                level = int(number(child.get(w("val"))) or 0)
    return (identity, min(max(level, 0), 8)) if identity not in (None, "0") else None

"""The numbers that a DOCX keeps in content controls, and the text around them: what a paper says after an edit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from bihuan.documents.checking.package import Package, w

STAND_IN = "\N{OBJECT REPLACEMENT CHARACTER}"  # where a control stood, so that the text on its two sides does not join


@dataclass(frozen=True, slots=True)
class Control:
    """One content control: its tag, and what is printed in it now."""

    tag: str
    text: str


@dataclass(slots=True)
class Controlled:
    """`controls` in the order of print; `outside`: the rest of the text, a paragraph a line, a stand-in per control."""

    controls: list[Control] = field(default_factory=list)
    outside: str = ""


def read(data: bytes) -> Controlled:
    """What stands in a DOCX's controls and outside them. Deleted text of tracked changes is not there any more.

    Raises:
        bihuan.documents.checking.finding.CheckError: it is no DOCX that can be read.
    """
    package = Package(data)
    body = package.part(package.main)
    found = Controlled()
    lines: list[str] = []
    if body is not None:
        for paragraph in body.iter(w("p")):
            # A control around a whole paragraph or cell holds that paragraph; its text was taken with the control.
            if not _inside_bound(paragraph):
                lines.append("".join(_walk(paragraph, found)))
            elif _first_of_bound(paragraph):
                control = next(item for item in paragraph.iterancestors(w("sdt")) if _tag(item))
                found.controls.append(Control(_tag(control), _text(control)))
                lines.append(STAND_IN)
    found.outside = "\n".join(lines)
    return found


def _walk(element: etree._Element, found: Controlled) -> Iterator[str]:
    for child in element:
        if child.tag == w("sdt") and (tag := _tag(child)):
            found.controls.append(Control(tag, _text(child)))
            yield STAND_IN
        elif child.tag in (w("del"), w("moveFrom"), w("p")):
            continue  # what was struck out; a paragraph in a text box comes by itself
        elif child.tag == w("t"):
            yield child.text or ""
        elif child.tag in (w("tab"), w("br")):
            yield "\t" if child.tag == w("tab") else "\n"
        else:
            yield from _walk(child, found)


def _tag(control: etree._Element) -> str:
    tag = control.find(f"{w('sdtPr')}/{w('tag')}")
    return "" if tag is None else tag.get(w("val"), "")


def _text(control: etree._Element) -> str:
    content = control.find(w("sdtContent"))
    return "" if content is None else "".join(_walk(content, Controlled())) or _of_paragraphs(content)


def _of_paragraphs(content: etree._Element) -> str:
    return "".join("".join(_walk(paragraph, Controlled())) for paragraph in content.iter(w("p")))


def _inside_bound(paragraph: etree._Element) -> bool:
    return any(_tag(item) for item in paragraph.iterancestors(w("sdt")))


def _first_of_bound(paragraph: etree._Element) -> bool:
    control = next(item for item in paragraph.iterancestors(w("sdt")) if _tag(item))
    return next(control.iter(w("p"))) is paragraph

"""Building WordprocessingML: elements by short names, and a package whose bytes depend on its content only."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any, Final

from lxml import etree

W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
_XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"
_MAIN: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PREFIXES: Final = {"w": W, "r": R}
#: The earliest moment a zip can carry.
_EPOCH: Final = datetime.date(1980, 1, 1)

Child = etree._Element | str | None


def w(name: str, /, *children: Child, **attributes: object) -> etree._Element:
    """An element of the main namespace. Attributes are of it too; `r_id` is a relation's; None leaves one out.

    A string child is text, and keeps its blanks.
    """
    element = etree.Element(f"{{{W}}}{name}", nsmap=_PREFIXES if name in _ROOTS else None)
    for key, value in attributes.items():
        if value is not None:
            space, local = (R, key[2:]) if key.startswith("r_") else (W, key.rstrip("_"))
            element.set(f"{{{space}}}{local}", str(value))
    for child in children:
        if isinstance(child, str):
            element.text = child
            element.set(_XML_SPACE, "preserve")
        elif child is not None:
            element.append(child)
    return element


_ROOTS: Final = ("document", "styles", "settings", "fonts", "hdr", "ftr")


def package(
    parts: dict[str, etree._Element],
    *,
    title: str,
    creator: str,
    day: datetime.date | None,
    custom: Mapping[str, str] | None = None,
) -> bytes:
    """A DOCX of the parts of the folder word/ (name → root); relations rId1 … follow their order, document.xml left
    out. `custom`: properties of the file by name.

    `day` dates the zip entries and the core properties, so that the same paper gives the same bytes.
    """
    related = [name for name in parts if name != "document.xml"]
    files = {
        "[Content_Types].xml": _content_types(parts, bool(custom)),
        "_rels/.rels": _package_relations(bool(custom)),
        "docProps/core.xml": _core(title, creator, day or _EPOCH),
        "word/document.xml": _bytes(parts["document.xml"]),
        "word/_rels/document.xml.rels": _relations((relation(name), _kind(name), name) for name in related),
        **{f"word/{name}": _bytes(parts[name]) for name in related},
        **({"docProps/custom.xml": _custom(custom)} if custom else {}),
    }
    stamp = max(day or _EPOCH, _EPOCH)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, (stamp.year, stamp.month, stamp.day, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            archive.writestr(info, data, compresslevel=6)
    return out.getvalue()


def relation(name: str) -> str:
    """The relation id of a part: its name, which is stable and unique."""
    return "rId_" + name.removesuffix(".xml")


def _kind(name: str) -> str:
    """The kind of a part, as content types and relations call it: its name without a number."""
    return name.removesuffix(".xml").rstrip("0123456789")


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _content_types(parts: Iterable[str], custom: bool) -> bytes:
    root = etree.Element(f"{{{_TYPES}}}Types", nsmap=_unprefixed(_TYPES))
    for extension, kind in (
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
    ):
        etree.SubElement(root, f"{{{_TYPES}}}Default", Extension=extension, ContentType=kind)
    for name in parts:
        kind = f"{_MAIN}.{'document.main' if name == 'document.xml' else _kind(name)}+xml"
        etree.SubElement(root, f"{{{_TYPES}}}Override", PartName=f"/word/{name}", ContentType=kind)
    core = "application/vnd.openxmlformats-package.core-properties+xml"
    etree.SubElement(root, f"{{{_TYPES}}}Override", PartName="/docProps/core.xml", ContentType=core)
    if custom:
        kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
        etree.SubElement(root, f"{{{_TYPES}}}Override", PartName="/docProps/custom.xml", ContentType=kind)
    return _bytes(root)


def _unprefixed(namespace: str) -> Any:
    """lxml takes None for the default namespace, which its stubs do not know."""
    return {None: namespace}


def _package_relations(custom: bool) -> bytes:
    root = etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap=_unprefixed(_RELATIONS))
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    etree.SubElement(
        root, f"{{{_RELATIONS}}}Relationship", Id="rId1", Type=f"{R}/officeDocument", Target="word/document.xml"
    )
    etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", Id="rId2", Type=core, Target="docProps/core.xml")
    if custom:
        kind = f"{R}/custom-properties"
        etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", Id="rId3", Type=kind, Target="docProps/custom.xml")
    return _bytes(root)


def _relations(rows: Iterable[tuple[str, str, str]]) -> bytes:
    root = etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap=_unprefixed(_RELATIONS))
    for identity, kind, target in rows:
        etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", Id=identity, Type=f"{R}/{kind}", Target=target)
    return _bytes(root)


def _custom(properties: Mapping[str, str]) -> bytes:
    """docProps/custom.xml: texts by name (ISO 29500-1 §22.3)."""
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
    values = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
    root = etree.Element(f"{{{namespace}}}Properties", nsmap=_unprefixed(namespace) | {"vt": values})
    for number, (name, text) in enumerate(properties.items(), 2):
        identity = {"fmtid": "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}", "pid": str(number), "name": name}
        item = etree.SubElement(root, f"{{{namespace}}}property", identity)
        etree.SubElement(item, f"{{{values}}}lpwstr").text = text
    return _bytes(root)


def _core(title: str, creator: str, day: datetime.date) -> bytes:
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    terms, elements, schema = (
        "http://purl.org/dc/terms/",
        "http://purl.org/dc/elements/1.1/",
        "http://www.w3.org/2001/XMLSchema-instance",
    )
    root = etree.Element(
        f"{{{core}}}coreProperties", nsmap={"cp": core, "dcterms": terms, "dc": elements, "xsi": schema}
    )
    for tag, text in (("title", title), ("creator", creator)):
        etree.SubElement(root, f"{{{elements}}}{tag}").text = text
    for tag in ("created", "modified"):
        stamp = etree.SubElement(root, f"{{{terms}}}{tag}", {f"{{{schema}}}type": "dcterms:W3CDTF"})
        stamp.text = f"{day.isoformat()}T00:00:00Z"
    return _bytes(root)

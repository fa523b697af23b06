"""A DOCX package that may be broken or hostile: which part is the document, and a part streamed through expat.

No document type (so no entities), no tree in memory, hard limits on what is unpacked.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

from bihuan.reading.source_numbering import Numbering, NumberingReader, StyleReader
from bihuan.reading.unreadable import UnreadableError

MAX_XML = 24 * 1024 * 1024  # bytes of one unpacked part; a report's words are a fraction of its XML
MAX_ELEMENTS = 500_000
MAX_RATIO = 400  # unpacked to packed; a real document stays far below
_DOCUMENT = "word/document.xml"
_CHUNK = 1 << 16

Attributes = dict[str, str]
BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, KeyError,
    struct.error, expat.ExpatError, IndexError, OverflowError, MemoryError,
)  # fmt: skip


def checked_names(package: zipfile.ZipFile) -> set[str]:
    """The names of a package's parts; refused where there are too many or some are encrypted."""
    entries = package.infolist()
    if len(entries) > 5_000:
        raise _too_much()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableError("encrypted", "文件加了密码，请解除后再交", "the file is protected by a password")
    return {entry.filename for entry in entries}


def document_part(package: zipfile.ZipFile, names: set[str]) -> str:
    """The name of the part that holds the text."""
    if _DOCUMENT in names:
        return _DOCUMENT
    found: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            found.append(attributes.get("Target", "").lstrip("/"))

    if "_rels/.rels" in names:
        parse(package, "_rels/.rels", start, lambda name: None, None)
    if found and found[0] in names and found[0].startswith("word/"):
        return found[0]
    if any(name.startswith(("xl/", "ppt/")) or name == "content.xml" for name in names):
        raise UnreadableError(
            "not_a_document", "这不是 Word 文档，请另存为 .docx", "this is not a Word document: save it as .docx"
        )
    raise UnreadableError(
        "not_a_document",
        "文件里没有 Word 正文（缺 word/document.xml）",
        "the file holds no Word text (word/document.xml is missing)",
    )


def numbering(package: zipfile.ZipFile, names: set[str], document: str) -> Numbering:
    """The counters of the numbers that Word writes by itself."""
    styles, numbers = StyleReader(), NumberingReader()
    folder = document.rpartition("/")[0]
    for part, reader in ((f"{folder}/styles.xml", styles), (f"{folder}/numbering.xml", numbers)):
        if part in names:
            parse(package, part, reader.start, reader.end, None)
    return Numbering(numbers.numbers(), styles.paragraph_styles())


def _too_much() -> UnreadableError:
    return UnreadableError("too_long", "文件解开后过大，未读取", "the file unpacks to too much and was not read")


def parse(
    package: zipfile.ZipFile,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    characters: Callable[[str], None] | None,
    *,
    most_bytes: int = MAX_XML,
    most_elements: int = MAX_ELEMENTS,
) -> None:
    """Stream one part through expat; elements are given by their local names, attributes too."""
    entry = package.getinfo(part)
    if entry.file_size > most_bytes or entry.file_size > max(entry.compress_size, 1) * MAX_RATIO + 1_000_000:
        raise _too_much()
    counted = 0
    local: dict[str, str] = {}

    def opened(name: str, attributes: Attributes) -> None:
        nonlocal counted
        counted += 1
        if counted > most_elements:
            raise _too_much()
        short = local.get(name)
        if short is None:
            short = local[name] = name.rpartition(" ")[2]
        start(short, {key.rpartition(" ")[2]: value for key, value in attributes.items()} if attributes else attributes)

    def refuse(*_: object) -> None:
        raise UnreadableError(
            "broken", "文件含有不允许的文档类型声明", "the file holds a document type, which is not allowed"
        )

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.StartElementHandler = opened
    parser.EndElementHandler = lambda name: end(local[name])
    if characters is not None:
        parser.CharacterDataHandler = characters
    unpacked = 0
    with package.open(entry) as stream:
        while chunk := stream.read(_CHUNK):
            unpacked += len(chunk)
            if unpacked > most_bytes:
                raise _too_much()
            parser.Parse(chunk, False)
    parser.Parse(b"", True)

"""Opening a DOCX that may be broken or hostile: limits first, then XML without entities or network."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping

from lxml import etree

from bihuan.documents.checking.finding import CheckError

MAX_PACKED = 20 * 1024 * 1024
MAX_UNPACKED = 100 * 1024 * 1024
MAX_XML_PART = 32 * 1024 * 1024  # a tree takes several times its text; a real 100-page paper has under 2 MB
MAX_ENTRIES = 10_000

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"

# ISO 29500 Strict writes the same elements under other names; they are read as the Transitional ones.
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W.encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/main", A.encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", R.encode()),
)


def w(name: str) -> str:
    """The full name of a WordprocessingML element or attribute: ``w("p")``."""
    return f"{{{W}}}{name}"


class Package:
    """The XML parts of one DOCX, read on demand under the limits above. Raises CheckError for whatever is wrong."""

    def __init__(self, data: bytes) -> None:
        self._archive = _open(data)
        self._left = MAX_UNPACKED
        names = {info.filename for info in self._archive.infolist()}
        self._names: Mapping[str, str] = {name.lower().lstrip("/"): name for name in names}
        self.main = self._main_part()

    def part(self, name: str) -> etree._Element | None:
        """The root element of a part, or None when the package has no such part."""
        stored = self._names.get(name.lower().lstrip("/"))
        if stored is None:
            return None
        return _parse(self._read(stored), name)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Relations of a part: id → (last word of the type, name of the part pointed to), outside targets left out."""
        folder, base = posixpath.split(name)
        root = self.part(posixpath.join(folder, "_rels", base + ".rels"))
        found: dict[str, tuple[str, str]] = {}
        if root is None:
            return found
        for relation in root.iter(f"{{{PACKAGE_RELATIONS}}}Relationship"):
            if relation.get("TargetMode") == "External":
                continue
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
            kind = relation.get("Type", "").rsplit("/", 1)[-1]
            found[relation.get("Id", "")] = (kind, target.lstrip("/"))
        return found

    def related(self, kind: str) -> etree._Element | None:
        """The root of the first part that the main part relates to by ``kind`` (styles, settings, numbering, theme)."""
        for found, target in self.relations(self.main).values():
            if found == kind:
                return self.part(target)
        return None

    def _main_part(self) -> str:
        for kind, target in self.relations("").values():
            if kind == "officeDocument":
                return target
        raise CheckError("not-docx", "压缩包内没有 Word 正文，不是 DOCX 文件", "no Word document inside the archive")

    def _read(self, stored: str) -> bytes:
        limit = min(self._left, MAX_XML_PART)
        try:
            with self._archive.open(stored) as stream:
                data = stream.read(limit + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            RuntimeError,
            NotImplementedError,
            EOFError,
            ValueError,
        ) as error:
            raise CheckError("broken", f"文件已损坏，读不出 {stored}", f"damaged: cannot read {stored}") from error
        if len(data) > limit:
            raise _too_large_unpacked()
        self._left -= len(data)
        return data


def _open(data: bytes) -> zipfile.ZipFile:
    if len(data) > MAX_PACKED:
        raise CheckError("too-large", "文件超过 20 MB", "the file is larger than 20 MB")
    if not data:
        raise CheckError("empty", "文件是空的", "the file is empty")
    if data.startswith(b"%PDF"):
        raise CheckError("pdf", "这是 PDF，不是 DOCX；请交可编辑的 DOCX", "a PDF, not a DOCX")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise CheckError(
            "doc",
            "这是旧版 DOC 或加密的文件，请另存为不加密的 DOCX",
            "an old DOC or an encrypted file; save it as a plain DOCX",
        )
    if not data.startswith(b"PK"):
        raise CheckError("not-docx", "不是 DOCX 文件", "not a DOCX file")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise CheckError("broken", "文件已损坏，压缩包打不开", "damaged: the archive cannot be opened") from error
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_large_unpacked()
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise CheckError("encrypted", "压缩包有密码，请去掉密码", "the archive has a password")
    return archive


def _too_large_unpacked() -> CheckError:
    return CheckError("bomb", "文件解开后过大（超过 100 MB）", "the file unpacks to more than 100 MB")


def _parse(data: bytes, name: str) -> etree._Element:
    # Entities have no place in OOXML; refusing every DTD, in any encoding, leaves nothing to expand.
    if b"<!DOCTYPE" in data.replace(b"\0", b"") or b"<!ENTITY" in data:
        raise CheckError("hostile", f"{name} 含有不允许的实体定义", f"{name} declares entities, which is not allowed")
    for strict, transitional in _STRICT:
        if strict in data:
            data = data.replace(strict, transitional)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CheckError(
            "broken", f"文件已损坏，{name} 不是合法的 XML", f"damaged: {name} is not well-formed"
        ) from error
    return root

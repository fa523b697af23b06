"""From a file to its text: UTF-8, UTF-16 with a mark, GB18030, DOCX; anything else is refused in one clear sentence."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from bihuan.reading.unreadable import MAX_BYTES, MAX_CHARACTERS, UnreadableError

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF8", "GIF"), (b"BM\x00", "BMP"),
    (b"II*\x00", "TIFF"), (b"MM\x00*", "TIFF"), (b"Rar!", "RAR"), (b"7z\xbc\xaf", "7z"), (b"\x1f\x8b", "gzip"),
    (b"\x7fELF", "ELF"), (b"MZ\x90", "EXE"), (b"{\\rtf", "RTF"), (b"SQLite format 3", "SQLite"),
)  # fmt: skip
_BREAKS = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n"})


@dataclass(frozen=True, slots=True)
class Source:
    """A text as it was handed in: `encoding` of the file, `kind` text or docx. Lines end in \\n."""

    text: str
    encoding: str
    kind: str


def load(given: str | Path | bytes) -> Source:
    """The text of a file (by its path) or of its bytes.

    Raises UnreadableError (codes: missing, folder, denied, empty, too_large, too_long, binary, old_word, encrypted,
    encoding, broken, not_a_document) and nothing else for whatever the file may hold.
    """
    data = given if isinstance(given, bytes) else _bytes(Path(given))
    if len(data) > MAX_BYTES:
        raise UnreadableError("too_large", "文件超过 20 MB，未读取", "the file is larger than 20 MB")
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadableError("empty", "文件是空的", "the file is empty")
    if data.startswith((_ZIP, b"PK\x05\x06")):
        from bihuan.reading.source_docx import docx_text  # the packages it opens are loaded only for a DOCX

        return _source(docx_text(data), "utf-8", "docx")
    _refuse_binary(data)
    text, encoding = _decode(data)
    return _source(text, encoding, "text")


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise UnreadableError("folder", "这是文件夹，不是文件", "this is a folder, not a file")
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        raise UnreadableError("missing", "文件不存在", "there is no such file") from None
    except PermissionError:
        raise UnreadableError("denied", "没有读取该文件的权限", "no permission to read the file") from None
    except (OSError, ValueError) as error:
        raise UnreadableError("broken", f"文件无法读取（{error}）", f"the file cannot be read ({error})") from None


def _source(text: str, encoding: str, kind: str) -> Source:
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS)
    if len(text) > MAX_CHARACTERS:
        raise UnreadableError("too_long", "文本超过 200 万字，未读取", "the text is longer than 2,000,000 characters")
    if not text.strip():
        raise UnreadableError("empty", "文件里没有文字", "there is no text in the file")
    return Source(text, encoding, kind)


def _refuse_binary(data: bytes) -> None:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UnreadableError("encrypted", "文件加了密码，请解除后再交", "the file is protected by a password")
        raise UnreadableError(
            "old_word",
            "这是旧版 Word（.doc）或 WPS 文件，请另存为 .docx",
            "this is an old Word (.doc) or WPS file: save it as .docx",
        )
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            hint = "请另存为 .docx 或 .txt"
            raise UnreadableError(
                "binary", f"这是 {name} 文件，{hint}", f"this is a {name} file: save it as .docx or .txt"
            )


def _decode(data: bytes) -> tuple[str, str]:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            try:
                return _text_only(data[len(mark) :].decode(name)), name.removesuffix("-le").removesuffix("-be")
            except UnicodeDecodeError as error:
                raise _damaged(name, error.start) from None
    if b"\x00" in data:
        raise UnreadableError("binary", "这不是文本文件（含有空字节）", "this is not a text file (it holds NUL bytes)")
    try:
        return _text_only(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError as error:
        if _mostly_utf8(data):
            raise _damaged("utf-8", error.start) from None
    try:
        return _text_only(data.decode("gb18030")), "gb18030"
    except UnicodeDecodeError as error:
        raise _damaged("gb18030", error.start) from None


def _damaged(encoding: str, place: int) -> UnreadableError:
    return UnreadableError(
        "encoding",
        f"文件不是完好的文本：第 {place + 1} 个字节处不是有效的 {encoding.upper()} 编码",
        f"the file is not sound text: byte {place + 1} is not valid {encoding.upper()}",
    )


def _mostly_utf8(data: bytes) -> bool:
    """Whether the file is UTF-8 with a few damaged places, and not another encoding: GB18030 read so is all holes."""
    sample = data[:200_000].decode("utf-8", errors="replace")
    beyond = sum(1 for char in sample if char > "\x7f")
    return beyond > 0 and sample.count("\ufffd") < beyond * 0.2


def _text_only(text: str) -> str:
    """The text itself, if it reads as text: hardly any control characters, private or unassigned codes."""
    sample = text[:100_000]
    odd = sum(1 for char in sample if (char < " " and char not in "\t\n\r\x0b\x0c\x1a") or char == "\x7f")
    odd += sum(1 for char in sample if "\ue000" <= char <= "\uf8ff" or char >= "\U00030000")
    if "\x00" in text or odd > max(2, len(sample) * 0.02):
        raise UnreadableError("binary", "这不是文本文件", "this is not a text file")
    return text

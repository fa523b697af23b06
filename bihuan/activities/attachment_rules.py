"""Files that are laid to an activity: what they are by their content, and how many. Pure."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from enum import StrEnum

from bihuan.components.arriving import is_video
from bihuan.lib.refusals import Refusal

MEGABYTE = 2**20
LARGEST = 20 * MEGABYTE  # of one file
MOST_FILES = 10  # at once
MOST_PHOTOS = 30  # of one activity
MOST_PAPERS = 20
MOST_UNPACKED = 500 * MEGABYTE  # of an office file
MOST_PARTS = 5000
_MOST_INFLATED = 8 * MEGABYTE  # of one stream of a PDF that is looked into
# What lets a PDF act by itself: programs, other programs started, films. ISO 32000-1, 12.6.4.
_ACTS = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia)\b")
_STREAM = re.compile(rb"/ObjStm\b[^\0]{0,400}?stream\r?\n", re.DOTALL)
_IN_A_ZIP = (  # what is in it → its media type
    ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("OFD.xml", "application/ofd"),
)
_BY_ENDING = {  # old office files say no more than that they are some
    "doc": "application/msword",
    "wps": "application/vnd.ms-works",
    "xls": "application/vnd.ms-excel",
    "et": "application/vnd.ms-excel",
    "ppt": "application/vnd.ms-powerpoint",
    "dps": "application/vnd.ms-powerpoint",
}
_PICTURES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"))


class AttachmentKind(StrEnum):
    PHOTO = "photo"
    PAPER = "paper"
    PLAN = "plan"


KIND_WORDS = {
    AttachmentKind.PHOTO: ("照片", "photo"),
    AttachmentKind.PAPER: ("材料", "paper"),
    AttachmentKind.PLAN: ("安全工作方案", "safety plan"),
}


class BadPaper(Refusal):
    """A file that cannot be taken. Codes: file-empty, file-large, file-video, file-kind, file-swollen, file-script."""


def nameless(text: str, names: Iterable[str]) -> str:
    """A text for everybody: each of these names of people is 某某 in it.

    >>> nameless("马样例主任讲话，马样在旁", ["马样", "马样例"])
    '某某主任讲话，某某在旁'
    """
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "某某")
    return text


def paper_type(content: bytes, name: str) -> str:
    """The media type of a paper, by its content: PDF, OFD, office files, a scanned picture, plain text.

    Raises:
        BadPaper: it is empty, too large, a film, or nothing that is taken: programs, archives, pages.
    """
    short = name if len(name) <= 40 else f"{name[:37]}…"
    head = content[:16]
    if not content:
        raise BadPaper("file-empty", f"“{short}”是空文件", f"{short} is empty")
    if is_video(head):
        zh = f"“{short}”是视频，不收；请登记到新媒体作品，填写它的网址"
        raise BadPaper("file-video", zh, f"{short} is a film: note its address as a media work instead")
    if len(content) > LARGEST:
        most = LARGEST // MEGABYTE
        raise BadPaper("file-large", f"“{short}”超过 {most} MB，请压缩后再传", f"{short} is larger than {most} MB")
    if found := _type(content, name):
        _refuse_harm(content, found, short)
        return found
    zh = f"“{short}”这种文件不收（按内容判断，不看扩展名）；请用 PDF、OFD、WPS/Office 文档、图片或文本"
    en = f"{short} is of a kind that is not taken, whatever its name says: PDF, OFD, office files, pictures, text"
    raise BadPaper("file-kind", zh, en)


def _refuse_harm(content: bytes, found: str, short: str) -> None:
    """Refuse what would harm whoever opens it. It is never opened here."""
    if found == "application/pdf" and any(_ACTS.search(part) for part in _written(content)):
        zh = f"“{short}”里带有脚本或自动运行的内容，没有保存；请用“打印为 PDF”重新生成后再传"
        en = f"{short} carries a script or starts something by itself and was not kept: print it to a new PDF"
        raise BadPaper("file-script", zh, en)
    if content.startswith(b"PK\x03\x04"):
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
        unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
        # Parts that overlap say together that they are larger than the file: so are bombs made.
        if unpacked > MOST_UNPACKED or packed > len(content) or len(parts) > MOST_PARTS:
            zh = f"“{short}”解开后大得不合常理，没有保存；请重新另存后再传"
            en = f"{short} would become absurdly large when opened and was not kept: save it anew"
            raise BadPaper("file-swollen", zh, en)


def _written(content: bytes) -> Iterator[bytes]:
    """A PDF as it is written (with its names spelled out), and its packed objects, each to a bound."""
    yield _spelled(content)
    for begin in _STREAM.finditer(content):
        try:
            yield _spelled(zlib.decompressobj().decompress(content[begin.end() :], _MOST_INFLATED))
        except zlib.error:
            continue


def _spelled(text: bytes) -> bytes:
    """Names of a PDF without their disguise: /J#61vaScript is /JavaScript. ISO 32000-1, 7.3.5."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text)


def _type(content: bytes, name: str) -> str:
    if content.startswith(b"%PDF-"):
        return "application/pdf"
    for start, kind in _PICTURES:
        if content.startswith(start):
            return kind
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _BY_ENDING.get(name.rpartition(".")[2].lower(), "application/x-ole-storage")
    if content.startswith(b"PK\x03\x04"):
        return _in_a_zip(content)
    return "text/plain" if _is_text(content) else ""


def _in_a_zip(content: bytes) -> str:
    try:
        inside = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    return next((kind for part, kind in _IN_A_ZIP if part in inside), "")


def _is_text(content: bytes) -> bool:
    if (
        b"\0" in content or content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
    ):  # a page or a drawing may carry a program
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            said = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return not any(char < " " and char not in "\t\r\n\f" for char in said)
    return False

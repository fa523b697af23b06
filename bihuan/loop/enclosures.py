"""Files that people lay on the table: what is taken, what it is by its first bytes. Pure."""

from __future__ import annotations

MEGABYTE = 2**20
LARGEST = 20 * MEGABYTE  # of one file
LARGEST_AT_ONCE = 38 * MEGABYTE  # of all files with one step; the whole request is held to 40 MB
MOST_FILES = 10  # in one field

# What a browser may show by itself; all else is only ever downloaded.
_SHOWN = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
_PHOTOS = ("jpg", "jpeg", "png", "webp", "heic", "heif")
_FILES = (
    *_PHOTOS, "pdf", "ofd", "doc", "docx", "wps", "xls", "xlsx", "et", "ppt", "pptx", "dps", "txt", "csv", "zip", "mp4",
)  # fmt: skip


def picture_type(head: bytes) -> str:
    """The media type of a picture that a browser shows, by its first bytes; "" for anything else."""
    for start, kind in _SHOWN:
        if head.startswith(start):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return ""


def _is_photo(head: bytes) -> bool:
    return bool(picture_type(head)) or head[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc", b"ftypmsf1")


def unfit(name: str, size: int, head: bytes, kind: str) -> tuple[str, str] | None:
    """Why a file cannot be taken as a "photo" or "file", in Chinese and English; None where it can.

    Args:
        head: its first sixteen bytes.
    """
    ending = name.rpartition(".")[2].lower()
    short = name if len(name) <= 40 else f"{name[:37]}…"
    if size == 0:
        return f"“{short}”是空文件", f"{short} is empty"
    if size > LARGEST:
        most = LARGEST // MEGABYTE
        return f"“{short}”超过 {most} MB，请压缩后再传", f"{short} is larger than {most} MB"
    if kind == "photo" and not _is_photo(head):
        zh = f"“{short}”不是照片（JPG、PNG、WebP、HEIC），请传到附件里"
        return zh, f"{short} is no photo (JPG, PNG, WebP, HEIC): send it as a file"
    if kind == "file" and ending not in _FILES:
        zh = f"“{short}”这种文件不收；请用 PDF、WPS/Office 文档、图片、文本、ZIP 或 MP4"
        return zh, f"{short} is of a kind that is not taken: PDF, office files, pictures, text, ZIP, MP4"
    return None

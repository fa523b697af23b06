"""What arrives with a form, held to a size while it arrives: too large a file is neither kept nor put on a disk.

A browser reads no answer before it has sent all it has, so the rest is taken off the line and thrown away, up to a
bound; then the line is cut.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest

from bihuan.lib.refusals import Refusal

MEGABYTE = 2**20
LARGEST_AT_ONCE = 40 * MEGABYTE  # of all files of one form
LONGEST_DRAINED = 1024 * MEGABYTE  # of what is thrown away
_NOTE = "_too_large"


class TooLargeUpload(Refusal):
    """Files that were refused while they arrived."""

    status = 413

    def __init__(self, name: str, *, video: bool) -> None:
        short = name if len(name) <= 40 else f"{name[:37]}…"
        most = LARGEST_AT_ONCE // MEGABYTE
        zh = f"“{short}”太大：一次上传合计不超过 {most} MB。"
        en = f"“{short}” is too large: at most {most} MB at once. "
        if video:
            zh += "视频请先发布或存放在本单位的平台上，这里登记它的网址即可。"
            en += "Publish or keep a video on your own platform and note its address here. "
        else:
            zh += "请压缩或分几次上传。"
            en += "Compress it, or send less at once. "
        super().__init__(
            "too-large",
            zh + "文件没有保存。",
            en + "The file was not kept.",
        )


def is_video(head: bytes) -> bool:
    """Whether a file that begins like this is a film: MP4, MOV, MKV, WebM, AVI, FLV, WMV, MPEG."""
    if head[4:8] == b"ftyp":
        return head[8:12] not in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
    starts = (b"\x1aE\xdf\xa3", b"FLV\x01", b"0&\xb2u\x8ef\xcf\x11", b"\x00\x00\x01\xba", b"\x00\x00\x01\xb3")
    return head.startswith(starts) or (head[:4] == b"RIFF" and head[8:12] == b"AVI ") or head[4:8] in (b"moov", b"mdat")


class Bounded(FileUploadHandler):
    """The first of the upload handlers: counts the bytes of all files of a request, and lets none pass beyond the
    bound."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.kept = 0  # bytes that went on to the other handlers
        self.head = b""
        self.left = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        self.left = content_length

    def new_file(self, *args: Any, **more: Any) -> None:
        super().new_file(*args, **more)
        self.head = b""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """The chunk, for the next handler.

        Raises:
            SkipFile: the file is too large; the rest of it is thrown away as it comes.
            StopUpload: even to throw it away would take too long.
        """
        self.head = self.head or raw_data[:16]
        self.kept += len(raw_data)
        if self.kept <= LARGEST_AT_ONCE:
            return raw_data
        self.kept -= len(raw_data) + start
        if self.request is not None and not hasattr(self.request, _NOTE):
            setattr(self.request, _NOTE, TooLargeUpload(self.file_name or "", video=is_video(self.head)))
        if self.left > LONGEST_DRAINED:
            raise StopUpload(connection_reset=True)
        raise SkipFile

    def file_complete(self, file_size: int) -> UploadedFile | None:
        return None


def too_large(request: HttpRequest) -> TooLargeUpload | None:
    """What a form with files that were too large is answered. Reads the form where nobody did."""
    if request.method == "POST" and request.content_type == "multipart/form-data":
        _ = request.POST
    found: TooLargeUpload | None = getattr(request, _NOTE, None)
    return found

"""A form with too large a file is answered, while it arrives, by one clear sentence; the file comes to no disk."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from bihuan.components import arriving
from bihuan.components.arriving import is_video, too_large
from bihuan.urls import urlpatterns as the_rest

MP4 = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00"
pytestmark = [pytest.mark.urls(__name__)]


def takes(request: HttpRequest) -> HttpResponse:
    """A page that takes files, and says how many bytes came."""
    return HttpResponse(",".join(str(file.size) for _field, file in sorted(request.FILES.items())))  # type: ignore[union-attr]


@csrf_exempt
def program(request: HttpRequest) -> HttpResponse:
    """An address for programs."""
    found = too_large(request)
    return HttpResponse(found.code if found else "fits", status=found.status if found else 200)


urlpatterns = [path("takes/", takes), path("program/", program), *the_rest]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "LARGEST_AT_ONCE", 3 * 2**20)


class Film(io.RawIOBase):
    """A form with one file of a size, made while it is read."""

    def __init__(self, size: int, head: bytes = MP4, name: str = "启动仪式.mp4") -> None:
        said = f'--edge\r\nContent-Disposition: form-data; name="photo"; filename="{name}"\r\n\r\n'
        self.parts: Iterator[bytes] = iter(
            [said.encode(), head, *[b"\0" * 2**16] * (size // 2**16), b"\r\n--edge--\r\n"]
        )
        self.size = len(said.encode()) + len(head) + size // 2**16 * 2**16 + len(b"\r\n--edge--\r\n")
        self.kept, self.read_so_far = b"", 0

    def read(self, size: int = -1) -> bytes:
        while len(self.kept) < size and (part := next(self.parts, b"")):
            self.kept += part
        given, self.kept = self.kept[:size], self.kept[size:]
        self.read_so_far += len(given)
        return given


def sent(film: Film, address: str = "/takes/") -> HttpResponse:
    extra = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": address,
        "CONTENT_TYPE": "multipart/form-data; boundary=edge",
        "CONTENT_LENGTH": str(film.size),
        "wsgi.input": film,
    }
    return Client().request(**extra)  # type: ignore[return-value]


def test_a_film_is_told_where_it_belongs_and_touches_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    film = Film(30 * 2**20)
    answer = sent(film)
    words = answer.content.decode()
    assert answer.status_code == 413
    assert "启动仪式.mp4" in words
    assert "登记它的网址" in words
    assert "没有改动任何数据" in words
    assert film.read_so_far == film.size  # a browser hears nothing before it has sent all
    assert not list(tmp_path.iterdir())


def test_what_would_take_too_long_to_throw_away_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "LONGEST_DRAINED", 8 * 2**20)
    film = Film(9 * 2**20)
    assert sent(film).status_code == 413
    assert film.read_so_far < 6 * 2**20


def test_a_large_file_that_is_no_film_is_told_to_shrink() -> None:
    words = sent(Film(4 * 2**20, b"%PDF-1.7", "方案.pdf")).content.decode()
    assert "请压缩或分几次上传" in words
    assert "网址" not in words


def test_files_within_the_bound_arrive_whole() -> None:
    files = {"a": SimpleUploadedFile("a.bin", b"1" * 2**20), "b": SimpleUploadedFile("b.bin", b"2" * 2**20)}
    assert Client().post("/takes/", files).content == b"1048576,1048576"


def test_many_files_are_held_to_the_bound_together() -> None:
    files = {name: SimpleUploadedFile(f"{name}.bin", b"1" * 2**20) for name in "abcd"}
    answer = Client().post("/takes/", files)
    assert answer.status_code == 413
    assert "d.bin" in answer.content.decode()


def test_a_program_reads_and_answers_by_itself() -> None:
    answer = sent(Film(4 * 2**20), "/program/")
    assert (answer.status_code, answer.content) == (413, b"too-large")


@pytest.mark.parametrize(
    ("head", "film"),
    [
        (MP4, True),
        (b"\x00\x00\x00\x14ftypqt  ", True),
        (b"\x1aE\xdf\xa3\x01\x00\x00\x00", True),
        (b"RIFF\x00\x00\x00\x00AVI LIST", True),
        (b"\x00\x00\x00\x18ftypheic", False),
        (b"\x00\x00\x00\x18ftypavif", False),
        (b"RIFF\x00\x00\x00\x00WEBP", False),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", False),
        (b"", False),
    ],
)
def test_films_are_known_by_their_first_bytes(head: bytes, film: bool) -> None:
    assert is_video(head) is film

"""Bytes that are no readable DOCX: one clear CheckError each, whatever they are."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from faults.clean import clean_document, edited, saved
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.documents.check import CheckError, check_docx, main


@pytest.fixture(scope="module")
def clean() -> bytes:
    return saved(clean_document())


def _zipped(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _relations(target: str = "word/document.xml") -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}" Target="{target}"/></Relationships>'
    ).encode()


def _with_document(content: bytes) -> bytes:
    return _zipped({"_rels/.rels": _relations(), "word/document.xml": content})


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<w:document xmlns:w="' + W.encode() + b'"><w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>'
)

UNREADABLE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("empty", lambda: b""),
    "a PDF": ("pdf", lambda: b"%PDF-1.7\n%\xe2\xe3"),
    "an old DOC": ("doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
    "text": ("not-docx", lambda: "关于开展活动的通知".encode()),
    "a broken zip": ("broken", lambda: b"PK\x03\x04" + bytes(200)),
    "a zip of other things": ("not-docx", lambda: _zipped({"a.txt": b"a"})),
    "a spreadsheet-like package without the part": (
        "broken",
        lambda: _zipped({"_rels/.rels": _relations("xl/workbook.xml")}),
    ),
    "too many bytes": ("too-large", lambda: b"PK" + bytes(20 * 1024 * 1024)),
    "a bomb": ("bomb", lambda: _with_document(bytes(101 * 1024 * 1024))),
    "one part too large": ("bomb", lambda: _with_document(bytes(40 * 1024 * 1024))),
    "entities": ("hostile", lambda: _with_document(LAUGHS)),
    "entities in UTF-16": ("hostile", lambda: _with_document(LAUGHS.decode().encode("utf-16"))),
    "no XML": ("broken", lambda: _with_document(b"not xml")),
    "an empty part": ("broken", lambda: _with_document(b"")),
    "a paper without end": (
        "too-long",
        lambda: _with_document(f'<w:document xmlns:w="{W}"><w:body>{"<w:p/>" * 60_000}</w:body></w:document>'.encode()),
    ),
    "a word without end": (
        "too-long",
        lambda: _with_document(
            (
                f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>'
                + "安" * 2_000_001
                + "</w:t></w:r></w:p></w:body></w:document>"
            ).encode()
        ),
    ),
    "no body": ("broken", lambda: _with_document(f'<w:document xmlns:w="{W}"/>'.encode())),
    "a bottomless tree": ("broken", lambda: _with_document(b"<a>" * 100_000)),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_bytes_give_one_error(name: str) -> None:
    code, make = UNREADABLE[name]
    data = make()
    began = time.perf_counter()
    with pytest.raises(CheckError) as caught:
        check_docx(data)
    assert caught.value.code == code
    assert caught.value.zh
    assert caught.value.en
    assert time.perf_counter() - began < 1.0


def test_size_that_lies_in_the_directory_is_still_bounded(clean: bytes) -> None:
    """An entry that claims to be small and unpacks to much more is refused, not unpacked."""
    bomb = _with_document(bytes(40 * 1024 * 1024))
    size = (40 * 1024 * 1024).to_bytes(4, "little")
    assert size in bomb
    with pytest.raises(CheckError):
        check_docx(bomb.replace(size, (100).to_bytes(4, "little")))


def test_encrypted_archive_is_named(clean: bytes) -> None:
    data = bytearray(clean)
    start = 0
    while (start := data.find(b"PK\x01\x02", start)) >= 0:
        data[start + 8] |= 1
        start += 4
    with pytest.raises(CheckError) as caught:
        check_docx(bytes(data))
    assert caught.value.code == "encrypted"


def test_styles_in_a_circle_end(clean: bytes) -> None:
    def circle(text: str) -> str:
        style = '<w:style w:type="paragraph" w:styleId="{}"><w:name w:val="{}"/><w:basedOn w:val="{}"/></w:style>'
        return text.replace("</w:styles>", style.format("A", "a", "B") + style.format("B", "b", "A") + "</w:styles>")

    spoiled = edited(clean, "word/styles.xml", circle)
    spoiled = edited(
        spoiled, "word/document.xml", lambda text: text.replace("<w:pStyle w:val=", '<w:pStyle w:val="A" w:x=', 1)
    )
    assert check_docx(spoiled)


@pytest.mark.parametrize("piece", ["安全", "临州安办〔", "安〔 ", "一、", "2023年", "（一）", "“", "\t", "附件：", " "])
def test_no_text_takes_long(clean: bytes, piece: str) -> None:
    """One paragraph of 100,000 characters of anything is judged within two seconds."""
    long = piece * (100_000 // len(piece))
    data = edited(clean, "word/document.xml", lambda text: text.replace("6月12日，", long, 1))
    began = time.perf_counter()
    check_docx(data)
    assert time.perf_counter() - began < 2.0


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_damage_gives_findings_or_a_check_error(clean: bytes, data: st.DataObject) -> None:
    damaged = bytearray(clean)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        check_docx(bytes(damaged[: data.draw(st.integers(len(damaged) // 2, len(damaged)))]))
        check_docx(bytes(damaged))
    except CheckError:
        pass


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["word/document.xml", "word/styles.xml", "word/footer1.xml", "word/settings.xml"]), st.data())
def test_any_attribute_may_hold_nonsense(clean: bytes, part: str, data: st.DataObject) -> None:
    """Values out of every range, in every attribute of a part in turn, raise nothing."""

    value = data.draw(st.sampled_from(["", "-1", "99999999999999999999", "abc", "１２", "1e9", "0.0.1", "none", "é"]))
    every = data.draw(st.integers(1, 7))
    seen = iter(range(1_000_000))

    def nonsense(text: str) -> str:
        def change(match: re.Match[str]) -> str:
            return f'{match[1]}="{value}"' if next(seen) % every == 0 else match[0]

        return re.sub(r'(w:\w+)="[^"]*"', change, text) + " "

    check_docx(edited(clean, part, nonsense))


def test_command_line(clean: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad, broken = tmp_path / "好.docx", tmp_path / "bad.docx", tmp_path / "broken.docx"
    good.write_bytes(clean)
    bad.write_bytes(edited(clean, "word/document.xml", lambda text: text.replace("〔2023〕15号", "[2023]15号")))
    broken.write_bytes(b"%PDF-")
    assert main([str(good)]) == 0
    assert capsys.readouterr().out == ""
    assert main([str(bad)]) == 1
    assert capsys.readouterr().out.splitlines()[0].startswith("number\terror\t¶2 ")
    for unreadable in (str(broken), str(tmp_path / "none.docx"), str(tmp_path), "\0"):
        assert main([unreadable]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert len(printed.err.splitlines()) == 1
    assert main([]) == 2

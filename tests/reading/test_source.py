"""Files to text: encodings, DOCX with all that Word hides in it, and one clear sentence for what cannot be read."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import docx
import pytest
from docx.enum.text import WD_BREAK

from bihuan.reading.source import load
from bihuan.reading.unreadable import UnreadableError

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TEXT = "一、安排部署\n全州参加人数近1.5万人，癿藏镇、枹罕镇发放资料8万余份。\n"


def package(body: str, *, head: str = "", parts: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(
            "word/document.xml",
            f'<?xml version="1.0" encoding="UTF-8"?>{head}<w:document {W}><w:body>{body}</w:body></w:document>',
        )
        for name, content in (parts or {}).items():
            file.writestr(name, content)
    return out.getvalue()


def paragraph(words: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>"


def refusal(data: bytes | Path) -> str:
    with pytest.raises(UnreadableError) as caught:
        load(data)
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.zh)
    assert caught.value.en.isascii()
    assert "\n" not in caught.value.zh + caught.value.en
    return caught.value.code


# -- text ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
        (TEXT.encode("gb18030"), "gb18030"),
        (TEXT.replace("\n", "\r\n").encode("gb18030"), "gb18030"),
    ],
)
def test_encodings(data: bytes, encoding: str, tmp_path: Path) -> None:
    source = load(data)
    assert (source.text, source.encoding, source.kind) == (TEXT, encoding, "text")
    path = tmp_path / "总结.txt"
    path.write_bytes(data)
    assert load(path) == source == load(str(path))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7\n...", "binary"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (b"\xff\xd8\xff\xe0JFIF", "binary"),
        (b"{\\rtf1 text}", "binary"),
        ("安全".encode() + b"\x00\x00", "binary"),
        (b"\x01\x02\x03\x04\x05\x06\x07\x08" * 50, "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "old_word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (TEXT.encode()[:40] + b"\xff\xfe\xff" + TEXT.encode(), "encoding"),
        (TEXT.encode()[:-3], "encoding"),
        (TEXT.encode("gb18030")[:-2] + b"\xff\xff", "encoding"),
        (b"PK\x03\x04" + b"\x00" * 50, "broken"),
        ("安全生产".encode() * 2_000_000, "too_large"),
        (b"a" * 2_000_001, "too_long"),
    ],
)
def test_what_cannot_be_read(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nothing.txt") == "missing"
    assert refusal(tmp_path) == "folder"
    assert refusal(Path("bad\x00name")) == "broken"


def test_old_word_is_told_what_to_do() -> None:
    with pytest.raises(UnreadableError, match=r"\.docx"):
        load(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)


# -- DOCX ---------------------------------------------------------------------------------------------


def test_paragraphs_tables_and_breaks_in_order() -> None:
    document = docx.Document()
    document.add_paragraph("一、安排部署")
    document.add_paragraph("第一行").add_run().add_break(WD_BREAK.LINE)
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip([c for row in table.rows for c in row.cells], ["项目", "数量", "横幅", "20条"], strict=True):
        cell.text = words
    document.add_paragraph("二、活动开展")
    out = io.BytesIO()
    document.save(out)
    source = load(out.getvalue())
    assert source.kind == "docx"
    assert [line for line in source.text.split("\n") if line] == [
        "一、安排部署", "第一行", "项目\t数量", "横幅\t20条", "二、活动开展",
    ]  # fmt: skip


def test_tracked_changes_controls_and_boxes() -> None:
    body = (
        "<w:p><w:r><w:t>参加</w:t></w:r><w:del><w:r><w:delText>1000</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>2000余人</w:t></w:r></w:ins>"
        "<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent><w:r><w:t>，合格</w:t></w:r></w:sdtContent></w:sdt></w:p>"
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><AlternateContent><Choice><w:txbxContent>"
        "<w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></Choice><Fallback><w:txbxContent>"
        "<w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent></Fallback></AlternateContent></w:r></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>前半</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>后半</w:t></w:r><w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    assert load(package(body)).text == "参加2000余人，合格\n正文\n框内\n前半后半\n"


def level(at: int, design: str, words: str) -> str:
    return f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{design}"/><w:lvlText w:val="{words}"/></w:lvl>'


def test_automatic_numbers_become_text() -> None:
    numbering = (
        f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{level(0, "chineseCounting", "%1、")}'
        f"{level(1, 'japaneseCounting', '（%2）')}{level(2, 'decimal', '%3.')}</w:abstractNum>"
        f'<w:abstractNum w:abstractNumId="1">{level(0, "bullet", "•")}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="2"><w:startOverride w:val="1"/>'
        "</w:lvlOverride></w:num></w:numbering>"
    )
    numbered = '<w:style w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    styles = f"<w:styles {W}>{numbered}</w:styles>"

    def listed(number: int, at: int) -> str:
        return f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{number}"/></w:numPr>'

    body = "".join(
        [
            paragraph("部署", '<w:pStyle w:val="H1"/>'), paragraph("组织", listed(1, 1)),
            paragraph("宣传", listed(1, 1)), paragraph("甲", listed(1, 2)), paragraph("乙", listed(1, 2)),
            paragraph("做法", '<w:pStyle w:val="H1"/>'),
            paragraph("培训", listed(1, 1)), paragraph("点", listed(2, 0)), paragraph("丙", listed(3, 2)),
            paragraph("无", '<w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr>'),
        ]
    )  # fmt: skip
    data = package(body, parts={"word/numbering.xml": numbering, "word/styles.xml": styles})
    assert load(data).text.split() == [
        "一、部署", "（一）组织", "（二）宣传", "1.甲", "2.乙", "二、做法", "（一）培训", "点", "1.丙", "无",
    ]  # fmt: skip


def test_hostile_and_broken_packages() -> None:
    good = package(paragraph("安全" * 400))
    assert refusal(good[: len(good) // 2]) == "broken"
    assert refusal(good[:60] + b"\xff" * 40 + good[100:]) == "broken"
    assert refusal(package(paragraph("未完")[:-6])) == "broken"
    entities = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    assert refusal(package(paragraph("&b;"), head=entities)) == "broken"
    assert refusal(package("")) == "empty"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("xl/workbook.xml", "<workbook/>")
    assert refusal(out.getvalue()) == "not_a_document"
    secret = bytearray(good)
    secret[6] |= 1
    central = secret.index(b"PK\x01\x02")
    secret[central + 8] |= 1
    assert refusal(bytes(secret)) == "encrypted"


@pytest.mark.parametrize(
    "body",
    [
        " " * 60_000_000,
        paragraph("安全生产" * 600_000),
        "<w:p/>" * 3_000_000,
        "<w:p>" * 1_000_000,
    ],
    ids=["bomb", "long", "many", "deep"],
)
def test_packages_that_unpack_to_too_much(body: str) -> None:
    data = package(body)
    assert len(data) < 2_000_000
    began = time.process_time()
    assert refusal(data) in {"too_long", "broken"}
    assert time.process_time() - began < 1


def test_memory_stays_small_on_the_largest_files(tmp_path: Path) -> None:
    """A fresh process, since only there the peak is the reading's own."""
    (tmp_path / "deep.docx").write_bytes(package("<w:p>" * 500_000))
    (tmp_path / "large.txt").write_bytes("安全".encode("gb18030") * 4_900_000)
    (tmp_path / "long.docx").write_bytes(package(paragraph("隐患排查整改" * 250_000)))
    code = (
        "import sys\n"
        "from bihuan.reading.source import load\nfrom bihuan.reading.unreadable import UnreadableError\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n        load(name)\n"
        "    except UnreadableError:\n        pass\n"
        "status = open('/proc/self/status').read()\n"
        "print(status.split('VmHWM:')[1].split()[0])\n"
    )
    names = [str(tmp_path / name) for name in ("deep.docx", "large.txt", "long.docx")]
    done = subprocess.run([sys.executable, "-c", code, *names], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 200 * 1024  # KiB

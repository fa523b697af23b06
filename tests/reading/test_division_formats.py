"""Divisions of work in the files of older and other programs: .xls (a real one, in gold/), ODS."""

from __future__ import annotations

import io
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.lib.refusals import Refusal
from bihuan.reading.division import old_book
from bihuan.reading.division.compound import MAGIC, Compound
from bihuan.reading.division.duty import DivisionRead
from bihuan.reading.division.read import read_division

XLS = (Path(__file__).parent / "gold/division.xls").read_bytes()
SPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


COVERED = "<table:covered-table-cell/>"


def tasks(read: DivisionRead) -> list[tuple[str, str, str, str]]:
    return [(duty.section, duty.number, duty.task, duty.due.printed) for duty in read.duties]


def test_an_old_workbook_is_read_with_its_merged_cells_dates_and_hidden_parts() -> None:
    read = read_division(XLS, "分工.xls", year=2023)
    assert tasks(read) == [
        ("宣传教育", "1", "主题宣讲", "2023年6月10日"),
        ("宣传教育", "2", "警示教育", "6月底前"),
        ("宣传教育", "3", "知识竞赛", "每月5日前"),
        ("应急演练", "4", "综合演练", "长期坚持"),
        ("", "", "演练", ""),
    ]
    assert read.duties[0].cells["leads"].where == "重点任务!E3"
    assert [note.zh for note in read.notes] == [
        "“重点任务”有 1 个隐藏的行（第 4 行），也读了",
        "“重点任务”有 1 个隐藏的列（G），也读了",
        "工作表“隐藏表”是隐藏的，也读了",
    ]


def refused(content: bytes, name: str) -> str:
    with pytest.raises(Refusal) as caught:
        read_division(content, name, year=2023)
    return caught.value.code


def patched(record: int, change: bytes, at: int) -> bytes:
    """The old workbook with a record's bytes changed: the first of its kind, `at` bytes into its data."""
    stream = Compound(XLS).stream("Workbook")
    start = XLS.index(stream[:64])
    offset = 0
    while struct.unpack_from("<H", stream, offset)[0] != record:
        offset += 4 + struct.unpack_from("<H", stream, offset + 2)[0]
    place = start + offset + 4 + at
    return XLS[:place] + change + XLS[place + len(change) :]


def test_a_cell_far_away_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_book, "_values", lambda content: pytest.fail("it was laid out"))
    assert refused(patched(0xFD, struct.pack("<HH", 65_535, 255), 0), "x.xls") == "division-too-long"


def test_a_locked_old_workbook_is_refused() -> None:
    window = patched(0x3D, b"", 0)  # WINDOW1 becomes FILEPASS
    stream = Compound(XLS).stream("Workbook")
    offset = 0
    while struct.unpack_from("<H", stream, offset)[0] != 0x3D:
        offset += 4 + struct.unpack_from("<H", stream, offset + 2)[0]
    place = XLS.index(stream[:64]) + offset
    assert refused(window[:place] + b"\x2f\x00" + window[place + 2 :], "x.xls") == "division-locked"


def test_old_word_files_are_told_from_old_workbooks() -> None:
    word = XLS.replace("Workbook".encode("utf-16-le") + b"\0\0", "WordDocu".encode("utf-16-le") + b"\0\0")
    assert refused(word, "x.doc") == "division-broken"
    full = bytearray(XLS)
    at = XLS.index("Workbook".encode("utf-16-le"))
    full[at : at + 24] = "WordDocument".encode("utf-16-le")
    struct.pack_into("<H", full, at + 64, 26)
    assert refused(bytes(full), "x.doc") == "division-old"


def test_a_chain_that_bites_its_tail_ends() -> None:
    looped = bytearray(XLS)
    table = struct.unpack_from("<I", XLS, 76)[0]
    at = (table + 1) * 512
    for number in range(128):
        struct.pack_into("<I", looped, at + 4 * number, 0)
    assert refused(bytes(looped), "x.xls") == "division-broken"


@settings(max_examples=60, deadline=None)
@given(st.integers(8, len(XLS) - 1), st.binary(min_size=1, max_size=4))
def test_a_damaged_old_workbook_is_read_or_refused(at: int, patch: bytes) -> None:
    with suppress(Refusal):
        read_division(XLS[:at] + patch + XLS[at + len(patch) :], "x.xls", year=2023)
    with suppress(Refusal):
        read_division(MAGIC + patch + XLS[8:at], "x.xls", year=2023)


def ods(rows: str, manifest: str = "<m/>") -> bytes:
    out = io.BytesIO()
    body = f'<office:spreadsheet><table:table table:name="分工">{rows}</table:table></office:spreadsheet>'
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("META-INF/manifest.xml", manifest)
        file.writestr("content.xml", f"<office:document {SPACES}><office:body>{body}</office:body></office:document>")
    return out.getvalue()


def cell(text: str, more: str = "") -> str:
    lines = "".join(f"<text:p>{line}</text:p>" for line in text.split("\n") if line)
    return f"<table:table-cell {more}>{lines}</table:table-cell>"


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


HEAD = row(*map(cell, ["类别", "任务", "责任单位", "时限"]))


def test_an_open_document_is_read() -> None:
    rows = [
        row(cell("分工表", 'table:number-columns-spanned="4"'), COVERED, COVERED, COVERED),
        HEAD,
        row(
            cell("宣传", 'table:number-rows-spanned="2"'),
            cell("咨询日<text:s text:c='2'/>活动"),
            cell("州应急局\n州教育局<office:annotation><text:p>批注</text:p></office:annotation>"),
            cell("6月16日"),
        ),
        row(COVERED, cell("竞赛"), cell("州应急局"), cell("6月底前"), more='table:visibility="collapse"'),
        row(cell("演练"), cell("综合演练"), cell("州消防救援支队", 'table:number-columns-repeated="1"'), cell("")),
        row('<table:table-cell table:number-columns-repeated="16384"/>', more='table:number-rows-repeated="1048000"'),
    ]  # fmt: skip
    read = read_division(ods("".join(rows)), "分工.ods", year=2023)
    assert tasks(read) == [
        ("宣传", "", "咨询日  活动", "6月16日"),
        ("宣传", "", "竞赛", "6月底前"),
        ("演练", "", "综合演练", ""),
    ]
    assert [named.name for named in read.duties[0].leads] == ["州应急局", "州教育局"]
    assert read.duties[1].cells["section"].shared
    assert read.duties[0].cells["due"].where == "分工!D3"
    assert [note.zh for note in read.notes] == ["“分工”有 1 个隐藏的行（第 4 行），也读了"]


def test_rows_said_to_repeat_are_all_there_and_too_many_are_refused() -> None:
    again = row(cell(""), cell("演练"), cell("州应急局"), cell("6月"), more='table:number-rows-repeated="3"')
    assert len(read_division(ods(HEAD + again), "x.ods", year=2023).duties) == 3
    million = again.replace('"3"', '"1048576"')
    assert refused(ods(HEAD + million), "x.ods") == "division-too-long"


def test_a_locked_or_broken_open_document_is_refused() -> None:
    assert refused(ods(HEAD, '<m><encryption-data xmlns="x"/></m>'), "x.ods") == "encrypted"
    assert refused(ods(HEAD + "<broken"), "x.ods") == "division-broken"

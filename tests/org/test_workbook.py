"""Files that are no rosters, or mean harm: a clear sentence, no traceback, little time and memory."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from rosters import people, workbook

from bihuan.lib.workbook import LARGEST_FILE, WorkbookError, cell_name, read_workbook

GOOD = people(["张一", "13700000005", "康乐县", "康乐县应急管理局", "", "", "", "", ""])


def changed(content: bytes, name: str, made: bytes) -> bytes:
    """The package with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(item.filename, made if item.filename == name else old.read(item))
    return out.getvalue()


def sheet(inner: bytes) -> bytes:
    return (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b"<sheetData>" + inner + b"</sheetData></worksheet>"
    )


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "workbook-unreadable"),
    "text": ("姓名,单位\n张三,某局".encode(), "workbook-unreadable"),
    "cut off": (GOOD[: len(GOOD) // 2], "workbook-unreadable"),
    "another package": (changed(GOOD, "xl/workbook.xml", b"not XML <<<"), "workbook-unreadable"),
    "old excel or locked": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000, "workbook-locked"),
    "too large": (b"PK\x03\x04" + b"\0" * LARGEST_FILE, "workbook-too-large"),
    "zip bomb": (changed(GOOD, "xl/sharedStrings.xml", b"\0" * 130_000_000), "workbook-swollen"),
    "two cells far apart": (
        changed(
            GOOD,
            "xl/worksheets/sheet1.xml",
            sheet(b'<row r="1"><c r="A1"><v>1</v></c></row><row r="9000"><c r="XFD9000"><v>1</v></c></row>'),
        ),
        "workbook-too-many-cells",
    ),
    **{
        f"far apart, hidden {number}": (
            changed(GOOD, "xl/worksheets/sheet1.xml", sheet(b'<row r="9000">' + cell + b"<v>1</v></c></row>")),
            code,
        )
        for number, (cell, code) in enumerate(
            (
                (b"<c r='XFD9000'>", "workbook-unreadable"),
                (b'<c r="&#88;FD9000">', "workbook-unreadable"),
                (b'<c\tr="xfd9000">', "workbook-unreadable"),
                (b"<c>", "workbook-unreadable"),
                (b'<c x=">" r="XFD9000">', "workbook-too-many-cells"),
                (b'<c s="' + b"1" * 3_000_000 + b'" r="XFD9000">', "workbook-too-many-cells"),
            )
        )
    },
    "far apart, in another order": (
        changed(GOOD, "xl/worksheets/sheet1.xml", sheet(b'<row r="9000"><c t="n" r="XFD9000"><v>1</v></c></row>')),
        "workbook-too-many-cells",
    ),
    "a cell in the last row": (
        changed(GOOD, "xl/worksheets/sheet1.xml", sheet(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')),
        "workbook-too-many-cells",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_with_a_sentence(name: str) -> None:
    content, code = HOSTILE[name]
    began = time.process_time()
    with pytest.raises(WorkbookError) as refused:
        read_workbook(content)
    assert refused.value.code == code
    assert len(refused.value.zh) > 10
    assert time.process_time() - began < 2


def test_a_million_empty_rows_do_no_harm() -> None:
    rows = b"".join(b'<row r="%d"><c r="D%d" s="0"/></row>' % (number, number) for number in range(1, 1_000_000, 7))
    began = time.process_time()
    found = read_workbook(changed(GOOD, "xl/worksheets/sheet1.xml", sheet(rows)))
    assert found[0].rows == []
    assert time.process_time() - began < 3


def test_a_truth_that_the_table_of_contents_hides() -> None:
    """A package that says of a part that it is small, and is not."""
    content = bytearray(changed(GOOD, "xl/worksheets/sheet1.xml", b"<" * 200_000_000))
    size = (200_000_000).to_bytes(4, "little")
    assert size in content
    content = bytearray(bytes(content).replace(size, (2000).to_bytes(4, "little")))
    with pytest.raises(WorkbookError):
        read_workbook(bytes(content))


@given(data=st.data())
@hypothesis_settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(WorkbookError):
        read_workbook(bytes(content))


def test_cells_are_called_as_in_a_spreadsheet() -> None:
    assert [cell_name("人员", 16, column) for column in (0, 2, 25, 26, 701, 702)] == [
        "人员!A17", "人员!C17", "人员!Z17", "人员!AA17", "人员!ZZ17", "人员!AAA17",
    ]  # fmt: skip


def test_text_that_looks_like_a_formula_stays_text() -> None:
    found = read_workbook(workbook(人员=[["=cmd|' /C calc'!A0", "https://example.org"]]))
    assert found[0].rows[0] == ["=cmd|' /C calc'!A0", "https://example.org"]

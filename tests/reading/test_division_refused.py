"""What is no division of work is refused in one sentence; what is large is read quickly or refused quickly."""

from __future__ import annotations

import io
import time
import zipfile
from contextlib import suppress

import docx
import pytest
from division_papers import add_table, book, pasted, saved, sheet, word_table
from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.lib.refusals import Refusal
from bihuan.reading.division.matching import KnownUnit, match_units
from bihuan.reading.division.read import read_division

HEADS = [
    "序号",
    "类别",
    "工作任务",
    "工作措施",
    "牵头单位",
    "配合单位",
    "分管领导",
    "责任科室",
    "责任人",
    "完成时限",
    "备注",
]
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
ROWS = [["序号", "工作任务", "牵头单位", "完成时限"], ["1", "启动仪式", "州应急局", "6月1日"]]


def refused(content: bytes, name: str) -> str:
    with pytest.raises(Refusal) as caught:
        read_division(content, name, year=2023)
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.zh)
    assert caught.value.en.isascii()
    assert "\n" not in caught.value.zh + caught.value.en
    return caught.value.code


def package(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "x.xlsx", "division-empty"),
        (b"\x00" * 200, "x.docx", "division-empty"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "x.xlsx", "binary"),
        (b"%PDF-1.7 ...", "x.pdf", "binary"),
        ("第一段，没有表格。\n第二段。".encode(), "x.txt", "division-no-table"),
        (word_table([["", ""]]), "x.docx", "division-no-table"),
        (saved(docx.Document()), "x.docx", "division-no-table"),
        (sheet([]), "x.xlsx", "division-no-table"),
        (package({"a.txt": b"x"}), "x.docx", "not_a_document"),
        (package({"xl/workbook.xml": b"<x/>"}), "x.xlsx", "workbook-unreadable"),
        (OLD + "WordDocument".encode("utf-16-le"), "x.doc", "division-old"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "x.docx", "division-locked"),
        (OLD, "x.xls", "division-broken"),
        (sheet(ROWS)[:300], "x.xlsx", "broken"),
        (word_table(ROWS)[:-400], "x.docx", "broken"),
    ],
    ids=[
        "empty", "zeros", "png", "pdf", "prose", "empty cells", "no table", "empty sheet", "zip", "no workbook", "doc",
        "locked", "zeros in an old file", "cut xlsx", "cut docx",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused(content: bytes, name: str, code: str) -> None:
    assert refused(content, name) == code


def test_bombs_are_not_unpacked() -> None:
    cell = b"<w:tbl><w:tr><w:tc><w:p><w:r><w:t>" + b"x" * 200_000_000 + b"</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    start = time.perf_counter()
    assert refused(package({"word/document.xml": cell}), "x.docx") == "too_long"
    name = {"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": b" " * 200_000_000}
    assert refused(package(name), "x.xlsx") == "workbook-swollen"
    assert time.perf_counter() - start < 5


def test_entities_are_refused() -> None:
    head = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    body = head + b'<w:document xmlns:w="w"><w:tbl/></w:document>'
    assert refused(package({"word/document.xml": body}), "x.docx") == "broken"


def test_a_table_of_too_many_columns_is_refused() -> None:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="99999"/></w:tcPr></w:tc>'
    body = f'<w:document xmlns:w="w"><w:tbl><w:tr>{cell}</w:tr></w:tbl></w:document>'
    assert refused(package({"word/document.xml": body.encode()}), "x.docx") == "too_wide"


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300), st.sampled_from(["x.xlsx", "x.docx", "x.csv", "x"]), st.sampled_from([b"", b"PK\x03\x04"])
)
def test_any_bytes_are_read_or_refused(content: bytes, name: str, start: bytes) -> None:
    with suppress(Refusal):
        read_division(start + content, name, year=2023)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 4000), st.binary(min_size=1, max_size=4), st.booleans())
def test_a_damaged_file_is_read_or_refused(at: int, patch: bytes, word: bool) -> None:
    content = bytearray(word_table(ROWS) if word else sheet(ROWS))
    at %= len(content)
    content[at : at + len(patch)] = patch
    with suppress(Refusal):
        read_division(bytes(content), "x.docx" if word else "x.xlsx", year=2023)


def test_a_meaning_that_there_is_not_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        read_division(pasted(ROWS), "x", year=2023, columns={(0, 0): "nonsense"})
    assert caught.value.code == "division-unknown-field"
    read = read_division(pasted(ROWS), "x", year=2023, columns={(7, 70): "task"}, headings={9: 2})
    assert len(read.duties) == 1


def large(count: int) -> list[list[str]]:
    return [HEADS] + [
        [str(at), "宣传", f"任务{at}", "开展宣传", f"州应急局、州第{at % 40}局", f"各县市、州第{at % 200}局和州司法局",
         "示例·甲", "办公室", "示例·乙", f"6月{1 + at % 30}日前", "无"]
        for at in range(count)
    ]  # fmt: skip


@pytest.mark.slow
def test_five_thousand_rows_are_read_at_once() -> None:
    for content, name in ((sheet(large(5000)), "x.xlsx"), (pasted(large(5000)), "x.txt")):
        start = time.process_time()
        read = read_division(content, name, year=2023)
        assert time.process_time() - start < 2
        assert len(read.duties) == 5000
        assert not read.unread


@pytest.mark.slow
def test_a_word_table_of_a_thousand_rows_is_read() -> None:
    document = docx.Document()
    add_table(document, large(20))
    document.tables[0]._tbl.extend([row for _ in range(60) for row in _copies(document)])
    start = time.process_time()
    read = read_division(saved(document), "x.docx", year=2023)
    assert time.process_time() - start < 2
    assert len(read.duties) == 20 + 60 * 20


def _copies(document: docx.document.Document) -> list[object]:
    from copy import deepcopy

    return [deepcopy(row) for row in list(document.tables[0]._tbl.tr_lst)[1:21]]


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_refused() -> None:
    rows = [["任务", "责任单位"]] + [["演练", "州应急局"]] * 100_000
    assert refused(pasted(rows), "x.txt") == "division-too-long"
    row = b"<w:tr><w:tc><w:p/></w:tc></w:tr>" * 20_001
    body = b'<w:document xmlns:w="w"><w:tbl>' + row + b"</w:tbl></w:document>"
    assert refused(package({"word/document.xml": body}), "x.docx") == "division-too-long"
    assert refused(sheet(rows), "x.xlsx") in ("division-too-long", "workbook-too-many-cells")


def test_cells_that_hold_no_value_say_so() -> None:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    made = Workbook(out, {"in_memory": True})
    page = made.add_worksheet()
    for row, texts in enumerate([*ROWS, ["2", "演练", "", ""], ["3", "总结", "", ""]]):
        page.write_row(row, 0, texts)
    page.write_formula("C3", "=VLOOKUP(1,Z:Z,1)", None, "#N/A")
    page.write_formula("C4", '="州"&"应急局"', None, "")
    page.write_formula("D4", '="6月底"', None, "6月底前")
    made.close()
    first, second, third = read_division(out.getvalue(), "x.xlsx", year=2023).duties
    assert first.sure
    assert "错误值" in second.cells["leads"].why
    assert "公式" in third.cells["leads"].why
    assert third.due.printed == "6月底前"


def test_a_sheet_that_is_hidden_is_read_and_said() -> None:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    made = Workbook(out, {"in_memory": True})
    for name in ("甲", "乙"):
        for row, texts in enumerate(ROWS):
            made.get_worksheet_by_name(name) or made.add_worksheet(name)
            made.get_worksheet_by_name(name).write_row(row, 0, texts)
    made.get_worksheet_by_name("乙").hide()
    made.close()
    read = read_division(out.getvalue(), "x.xlsx", year=2023)
    assert [note.zh for note in read.notes] == ["工作表“乙”是隐藏的，也读了"]
    assert [duty.where for duty in read.duties] == ["甲 第2行", "乙 第2行"]


def test_a_sheet_without_headings_does_not_hide_the_other() -> None:
    read = read_division(book({"说明": [["本表由各单位填写"]], "分工": ROWS}), "x.xlsx", year=2023)
    assert len(read.duties) == 1
    assert [line.text for line in read.unread] == ["本表由各单位填写"]


@pytest.mark.parametrize(
    "text",
    ["州应急局 " * 12_000, "6月1日、" * 12_000, "（" * 60_000, "(牵头单位：" * 12_000, "每月每周" * 12_000,
     "和" * 60_000, "1" * 60_000, "，" * 60_000, "州应急局牵头，" * 8_000, "一、" * 30_000],
    ids=["units", "dates", "brackets", "labels", "each", "and", "digits", "commas", "verbs", "numbers"],
)  # fmt: skip
def test_a_text_of_sixty_thousand_characters_in_a_cell_is_read_at_once(text: str) -> None:
    head = ["序号", "工作任务", "工作措施", "牵头单位", "配合单位", "责任人", "完成时限", "备注"]
    start = time.process_time()
    read = read_division(pasted([head, [text] * len(head), [text], ["1", "演练", *[text] * 6]]), "x", year=2023)
    assert time.process_time() - start < 2
    assert "".join(line.text for line in read.lines).count(text.strip()) == len(head) + 1 + 6
    match_units([named for duty in read.duties for named in duty.leads] + [text], [KnownUnit(1, "临夏州应急管理局")])
    assert time.process_time() - start < 3

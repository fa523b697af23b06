"""The DOCX: content controls, styles, determinism, and our own checker has nothing to say."""

import io
import zipfile

import docx
import pytest
from lxml import etree
from sample_papers import notice_paper, report_paper, text

from bihuan.documents.check import check_docx
from bihuan.documents.docx_writer import write_docx
from bihuan.documents.paper import Bound, Heading, Paper, Paragraph, Table, Text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def document(paper: Paper) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(write_docx(paper))) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


@pytest.mark.parametrize(
    "paper", [notice_paper(), report_paper(), notice_paper(sealed=True, annexes=report_paper().annexes)]
)
def test_the_checker_has_nothing_to_say(paper: Paper) -> None:
    assert check_docx(write_docx(paper)) == []


def test_each_bound_number_is_a_content_control_with_its_tag_and_text() -> None:
    controls = list(document(report_paper()).iter(f"{W}sdt"))
    found = [
        (control.find(f".//{W}tag").get(f"{W}val"), "".join(node.text for node in control.iter(f"{W}t")))
        for control in controls
    ]
    assert found == [(bound.tag, bound.text) for bound in report_paper().bounds()]
    assert controls[0].find(f".//{W}alias").get(f"{W}val") == "参加人数"
    identities = [control.find(f".//{W}id").get(f"{W}val") for control in controls]
    assert len(set(identities)) == len(identities)


def test_the_same_paper_gives_the_same_bytes() -> None:
    assert write_docx(report_paper()) == write_docx(report_paper())
    assert write_docx(report_paper()) != write_docx(notice_paper())


def test_the_clock_leaves_no_trace() -> None:
    with zipfile.ZipFile(io.BytesIO(write_docx(notice_paper()))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(2023, 5, 9, 0, 0, 0)}
        assert b"2023-05-09T00:00:00Z" in archive.read("docProps/core.xml")


def test_another_tool_reads_it_with_the_office_styles() -> None:
    opened = docx.Document(io.BytesIO(write_docx(report_paper())))
    names = {paragraph.style.name for paragraph in opened.paragraphs if paragraph.text}
    assert {"发文机关标志", "发文字号", "公文标题", "主送机关", "公文正文", "一级标题", "附件说明", "成文日期"} <= names
    assert opened.core_properties.title == report_paper().title


def test_all_words_of_the_paper_are_there() -> None:
    written = "".join(node.text or "" for node in document(report_paper()).iter(f"{W}t"))
    for where, piece in report_paper().pieces():
        if where not in ("标记", "校验码"):
            assert piece.replace("\t", "") in written, where


def test_hostile_text_stays_text() -> None:
    hostile = '<w:p/> & "x" ]]> &amp; \''
    written = "".join(
        node.text or "" for node in document(notice_paper(blocks=(Paragraph(text(hostile)),))).iter(f"{W}t")
    )
    assert hostile in written


def test_marks_that_latin_type_has_too_stay_in_the_chinese_font() -> None:
    runs = list(document(notice_paper(title="通知", blocks=(Paragraph(text("以“119”为契机——抓")),))).iter(f"{W}r"))
    for mark in "“", "”", "——":
        found = next(run for run in runs if "".join(node.text for node in run.iter(f"{W}t")) == mark)
        fonts = found.find(f".//{W}rFonts")
        assert fonts.get(f"{W}ascii") == fonts.get(f"{W}hAnsi") == fonts.get(f"{W}eastAsia") == "仿宋_GB2312"


def test_header_rows_repeat() -> None:
    rows = list(document(report_paper()).iter(f"{W}tr"))
    assert rows[0].find(f".//{W}tblHeader") is not None
    assert rows[1].find(f".//{W}tblHeader") is None


@pytest.mark.parametrize(
    "paper", [notice_paper(blocks=()), notice_paper(colophon=None, note="", addressees=(), date=None)]
)
def test_a_bare_paper_is_written(paper: Paper) -> None:
    docx.Document(io.BytesIO(write_docx(paper)))


def test_bold_and_empty_text_are_kept_apart() -> None:
    blocks = (
        Heading(1, (Text("一、"), Bound("fact:1", "两项"))),
        Paragraph((Text(""), Text("粗", bold=True), Text("细"))),
        Table((), (((Text("甲"),), ()),), (10.0, 10.0)),
    )
    runs = [run for run in document(notice_paper(blocks=blocks)).iter(f"{W}r") if run.find(f".//{W}b") is not None]
    assert ["".join(node.text for node in run.iter(f"{W}t")) for run in runs] == ["粗"]

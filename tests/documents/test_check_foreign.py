"""Papers that other tools made: python-docx as it comes, docxtpl, LibreOffice from HTML and from ODT."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docxtpl import DocxTemplate
from faults.clean import clean_document, edited, saved

from bihuan.documents.check import RULES, check_docx

TEXT = (
    "关于印发《2024年“安全生产月”活动方案》的通知",
    "各科室、各下属单位:",
    "现将《2024年“安全生产月”活动方案》印发给你们,请认真贯彻落实。",
    "一、总体要求",
    "(一)提高认识。各单位要高度重视。",
    "2、落实责任",
    "2024年05月28日",
)


def _rules(data: bytes) -> set[str]:
    findings = check_docx(data)
    assert all(finding.rule in RULES and finding.zh and finding.en for finding in findings)
    return {finding.rule for finding in findings}


def test_python_docx_as_it_comes() -> None:
    document = docx.Document()
    document.add_heading(TEXT[0], 0)
    for text in TEXT[1:]:
        document.add_paragraph(text)
    found = _rules(saved(document))
    assert {"page", "margins", "grid", "fonts", "punctuation", "mark", "number", "page-number", "colophon"} <= found
    assert {"headings", "date", "addressee", "indent"} <= found


def test_a_common_office_template_is_measured_rule_by_rule() -> None:
    """Habits seen in offices: margins 2.8/2.8/2.7/2.7 cm and 33 pt lines, 2-character indents by typed blanks."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(28)
    section.left_margin = section.right_margin = Mm(27)
    for text in TEXT[2:4]:
        paragraph = document.add_paragraph("　　" + text)
        paragraph.paragraph_format.line_spacing = Pt(33)
        paragraph.paragraph_format.space_after = Pt(0)
        for run in paragraph.runs:
            run.font.size = Pt(16)
            run.font.name = "仿宋_GB2312"
            run._r.rPr.rFonts.set(qn("w:eastAsia"), "仿宋_GB2312")
    findings = check_docx(saved(document))
    said = " ".join(finding.zh for finding in findings)
    assert "行距 33.00 磅" in said
    assert "左 27.0" not in said  # within a millimetre of 28
    assert "上 28.0" in said
    assert "indent" not in {finding.rule for finding in findings}


def test_docxtpl_fills_a_clean_template_and_keeps_it_clean() -> None:
    template = edited(
        saved(clean_document()),
        "word/document.xml",
        lambda text: text.replace("临州安办〔2023〕15号", "临州安办〔{{ year }}〕{{ number }}号").replace(
            "2000余人参加了", "{{ n }}参加了"
        ),
    )

    def filled(**values: str) -> bytes:
        tool, stream = DocxTemplate(io.BytesIO(template)), io.BytesIO()
        tool.render(values, autoescape=True)
        tool.save(stream)
        return stream.getvalue()

    assert _rules(filled(year="2023", number="15", n="2000余人")) == set()
    assert _rules(filled(year="23", number="015", n="2000余人")) == {"number"}


def test_automatic_numbering_counts_as_printed_markers() -> None:
    """Word's own lists print 一、 without storing it: the checker counts as Word does."""
    levels = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for level, (form, text) in enumerate((("chineseCounting", "%1、"), ("chineseCounting", "(%2)")))
    )
    document = clean_document()
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for paragraph in document.paragraphs:
        for prefix, level in (("一、", 0), ("二、", 0)):
            if paragraph.text.startswith(prefix):
                paragraph.runs[0].text = paragraph.text[2:]
                place = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
                paragraph._p.get_or_add_pPr().append(parse_xml(place))
    assert _rules(saved(document)) == set()
    for paragraph in document.paragraphs:
        if paragraph.text.startswith("（二）"):
            paragraph.runs[0].text = paragraph.text[3:]
            place = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="1"/><w:numId w:val="77"/></w:numPr>'
            paragraph._p.get_or_add_pPr().append(parse_xml(place))
    findings = check_docx(saved(document))
    assert {finding.rule for finding in findings} == {"headings"}
    assert any("“(一)”" in finding.zh for finding in findings)


def test_theme_fonts_are_resolved() -> None:
    """A style that names the theme's font gets the theme's font for simplified Chinese."""

    def themed(text: str) -> str:
        return text.replace('w:eastAsia="黑体"', 'w:eastAsiaTheme="minorEastAsia"')

    findings = check_docx(edited(saved(clean_document()), "word/styles.xml", themed))
    assert {finding.rule for finding in findings} == {"fonts"}
    assert all("宋体" in finding.zh for finding in findings)


def test_text_in_content_controls_and_insertions_is_read_and_deletions_are_not() -> None:
    def wrap(text: str) -> str:
        run = "<w:r><w:t>2.答题积分870万余分。</w:t></w:r>"
        assert run in text
        control = f'<w:sdt><w:sdtPr><w:tag w:val="fact:1"/></w:sdtPr><w:sdtContent>{run}</w:sdtContent></w:sdt>'
        deleted = '<w:del w:id="1" w:author="a"><w:r><w:delText>3、</w:delText></w:r></w:del>'
        return text.replace(run, deleted + control)

    data = edited(saved(clean_document()), "word/document.xml", wrap)
    assert _rules(data) == set()
    spoiled = edited(data, "word/document.xml", lambda text: text.replace("2.答题", "3.答题"))
    assert _rules(spoiled) == {"headings"}


HEAD = "<html><head><meta charset='utf-8'></head>"
HTML = HEAD + "<body><h1 align='center'>{}</h1>{}<ol><li>甲</li><li>乙</li></ol></body></html>"


@pytest.mark.slow
@pytest.mark.parametrize("through", [(), ("odt",)], ids=["from HTML", "from HTML through ODT"])
def test_libreoffice_papers(tmp_path: Path, through: tuple[str, ...], soffice: Callable[[Path, str], Path]) -> None:
    source = tmp_path / "paper.html"
    body = (
        "".join(f"<p>{text}</p>" for text in TEXT[1:]) + "<table border=1><tr><td>县市</td><td>人数</td></tr></table>"
    )
    source.write_text(HTML.format(TEXT[0], body), encoding="utf-8")
    for form in (*through, "docx"):
        source = soffice(source, form)
    found = _rules(source.read_bytes())
    assert {"margins", "grid", "fonts", "mark", "number", "headings", "date", "page-number", "colophon"} <= found


@pytest.mark.slow
def test_clean_paper_saved_again_by_libreoffice_loses_only_the_hint(
    tmp_path: Path, soffice: Callable[[Path, str], Path]
) -> None:
    """LibreOffice rewrites every style and part and drops w:hint: Word would print the quotes in the Latin font."""
    source = tmp_path / "clean.docx"
    source.write_bytes(saved(clean_document()))
    again = soffice(soffice(source, "odt"), "docx")
    assert _rules(again.read_bytes()) == {"punctuation"}


@pytest.fixture
def soffice(tmp_path: Path) -> Callable[[Path, str], Path]:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice (Debian: libreoffice-writer) is not installed")

    def convert(source: Path, form: str) -> Path:
        folder = tmp_path / f"as-{form}-{source.suffix[1:]}"
        filters = {"docx": "docx:MS Word 2007 XML", "odt": "odt:writer8"}
        command = [
            program,
            f"-env:UserInstallation=file://{tmp_path}/profile",
            "--headless",
            "--writer",
            "--convert-to",
        ]
        subprocess.run(
            [*command, filters[form], "--outdir", str(folder), str(source)],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return folder / f"{source.stem}.{form}"

    return convert

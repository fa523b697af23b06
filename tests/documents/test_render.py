"""LibreOffice renders the DOCX with the same lines on each page as the PDF, when it has the same fonts."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from sample_papers import LONG, TABLE, notice_paper, report_paper, text

from bihuan.documents.check import check_docx
from bihuan.documents.docx_styles import EDITOR_FONTS, LATIN
from bihuan.documents.docx_writer import write_docx
from bihuan.documents.fonts import FontSet, discover
from bihuan.documents.paper import Annex, Notice, Paper, Paragraph
from bihuan.documents.typst_writer import write_pdf

pytestmark = pytest.mark.slow
MM = 72 / 25.4
REPORT = Path(__file__).resolve().parents[3] / "shared" / "domain" / "linxia-2023-summary.txt"
WORD = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which LibreOffice has our fonts under the names of the offices' fonts."""
    for program, package in (("soffice", "libreoffice-writer"), ("pdftotext", "poppler-utils")):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is missing: install Debian's {package}")
    home = tmp_path_factory.mktemp("office")
    (home / "fonts.conf").write_text(font_configuration(discover(), home), encoding="utf-8")
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "FONTCONFIG_FILE": str(home / "fonts.conf")}


def font_configuration(fonts: FontSet, home: Path) -> str:
    """A fontconfig file that gives our faces the names that a DOCX asks for."""
    rules = []
    latin = fonts.face("latin") or fonts.face("fang")
    named = {name: fonts.face(role) for role, name in EDITOR_FONTS.items()} | {LATIN: latin}
    for name, face in named.items():
        assert face is not None
        weight = '<edit name="weight" mode="assign"><const>bold</const></edit>' if face.weight >= 600 else ""
        family = f'<edit name="family" mode="assign" binding="strong"><string>{face.family}</string></edit>'
        test = f'<test name="family"><string>{name}</string></test>'
        rules.append(f'<match target="pattern">{test}{family}{weight}</match>')
    folders = "".join(f"<dir>{folder}</dir>" for folder in fonts.folders())
    head = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
    return f"{head}<fontconfig>{folders}<cachedir>{home}/cache</cachedir>{''.join(rules)}</fontconfig>"


def through_libreoffice(paper: Paper, office: dict[str, str], folder: Path) -> bytes:
    (folder / "paper.docx").write_bytes(write_docx(paper))
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(folder / "paper.docx")]
    subprocess.run(command, env=office, check=True, capture_output=True, timeout=120)
    return (folder / "paper.pdf").read_bytes()


def page_words(pdf: bytes) -> list[list[tuple[float, float, float, str]]]:
    """Per page the words in the type area as (left, top, bottom, text)."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    pages = []
    for page in done.stdout.decode().split("<page ")[1:]:
        found = [(float(a), float(b), float(d), word) for a, b, _, d, word in WORD.findall(page)]
        pages.append([word for word in found if 34 * MM < word[1] < 264 * MM])
    return pages


def page_lines(pdf: bytes) -> list[list[str]]:
    """Per page the lines in the type area, without blanks."""
    pages = []
    for page in page_words(pdf):
        rows: dict[float, list[tuple[float, str]]] = {}
        for left, top, bottom, word in page:
            middle = (top + bottom) / 2
            place = next((row for row in rows if abs(row - middle) < 6), middle)
            rows.setdefault(place, []).append((left, word))
        pages.append(["".join(word for _, word in sorted(rows[place])) for place in sorted(rows)])
    return pages


@pytest.mark.parametrize(
    "paper",
    [
        notice_paper(),
        notice_paper(blocks=tuple(Paragraph(text(LONG)) for _ in range(4))),
        notice_paper(sealed=True, blocks=tuple(Paragraph(text(LONG[order:])) for order in range(15))),
    ],
)
def test_the_docx_has_the_lines_of_the_pdf(paper: Paper, office: dict[str, str], tmp_path: Path) -> None:
    assert page_lines(through_libreoffice(paper, office, tmp_path)) == page_lines(write_pdf(paper))


def test_tables_annexes_and_boxes_fall_on_the_same_pages(office: dict[str, str], tmp_path: Path) -> None:
    ours, theirs = (
        page_words(write_pdf(report_paper())),
        page_words(through_libreoffice(report_paper(), office, tmp_path)),
    )
    assert [sorted("".join(word[3] for word in page)) for page in theirs] == [
        sorted("".join(word[3] for word in page)) for page in ours
    ]


def test_remarks_and_tables_take_the_same_room(office: dict[str, str], tmp_path: Path) -> None:
    full, remark, bare = Paragraph(text("汉" * 28 * 22)), Notice("示例：以下为模型数据。"), replace(TABLE, caption="")
    between = Paragraph(text("之间一段。"))
    contents = (
        (remark, full),
        (Notice(LONG), full),
        (remark, between, remark, remark, full),
        (TABLE, full),
        (bare, full),
        (between, bare, remark, TABLE, full),
    )
    paper = notice_paper(annexes=tuple(Annex("统计表", blocks) for blocks in contents))
    theirs, ours = page_lines(through_libreoffice(paper, office, tmp_path)), page_lines(write_pdf(paper))
    assert [sorted("".join(page)) for page in theirs] == [sorted("".join(page)) for page in ours]


@pytest.mark.parametrize("paper", [notice_paper(), report_paper()])
def test_the_docx_is_still_right_when_libreoffice_has_saved_it(
    paper: Paper, office: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "paper.docx").write_bytes(write_docx(paper))
    (tmp_path / "saved").mkdir()
    command = ["soffice", "--headless", "--convert-to", "docx", "--outdir", str(tmp_path / "saved")]
    subprocess.run([*command, str(tmp_path / "paper.docx")], env=office, check=True, capture_output=True, timeout=120)
    assert check_docx((tmp_path / "saved" / "paper.docx").read_bytes()) == []


def test_a_full_page_of_the_docx_has_22_lines_of_28_characters(office: dict[str, str], tmp_path: Path) -> None:
    paper = notice_paper(blocks=(Paragraph(text("汉" * 28 * 60)),))
    page = page_lines(through_libreoffice(paper, office, tmp_path))[1]
    assert page == ["汉" * 28] * 22


def test_the_head_stands_where_the_pdf_has_it(office: dict[str, str], tmp_path: Path) -> None:
    for paper in (notice_paper(), report_paper()):
        ours, theirs = page_words(write_pdf(paper))[0], page_words(through_libreoffice(paper, office, tmp_path))[0]
        for start in (paper.number or "")[:4], paper.addressees[0][:3]:
            a, b = (next(word for word in page if word[3].startswith(start)) for page in (ours, theirs))
            assert (a[1] + a[2]) / 2 == pytest.approx((b[1] + b[2]) / 2, abs=1.5 * MM)
            assert a[0] == pytest.approx(b[0], abs=2.5)


def test_the_colophon_ends_at_the_foot_of_the_type_area(office: dict[str, str], tmp_path: Path) -> None:
    page = page_words(through_libreoffice(notice_paper(), office, tmp_path))[-1]
    printer = next(word for word in page if word[3].startswith("临夏州"))
    assert (printer[1] + printer[2]) / 2 == pytest.approx(262 * MM - 12, abs=1.5 * MM)


@pytest.mark.skipif(not REPORT.exists(), reason="the real report is not beside the checkout")
def test_the_real_report_has_the_same_lines(office: dict[str, str], tmp_path: Path) -> None:
    if discover().face("latin") is None:
        pytest.skip("only the fonts from pip are here: none is as wide as the offices' Latin font")
    # Its half-width marks are as the paper's composer would print them.
    wide = str.maketrans({",": "，", "(": "（", ")": "）"})
    lines = [line.translate(wide) for line in REPORT.read_text(encoding="utf-8").splitlines()[:13]]
    paper = notice_paper(blocks=tuple(Paragraph(text(line)) for line in lines if line.strip()))
    assert page_lines(through_libreoffice(paper, office, tmp_path)) == page_lines(write_pdf(paper))

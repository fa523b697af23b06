"""The PDF: grid, places, fonts, determinism; text never becomes markup."""

import datetime
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sample_papers import LONG, notice_paper, report_paper, row, text

from bihuan.documents import fonts as font_places
from bihuan.documents.fonts import discover
from bihuan.documents.glyphs import missing_glyphs
from bihuan.documents.paper import Annex, Colophon, Heading, Notice, Paper, PaperError, Paragraph, Table
from bihuan.documents.typst_writer import pictures, render, write_pdf

MM = 72 / 25.4


@pytest.fixture(scope="module", autouse=True)
def poppler() -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is missing: install Debian's poppler-utils")


def words(pdf: bytes) -> list[list[tuple[float, float, float, float, str]]]:
    """Per page the words as (left, top, right, bottom, text), in points."""
    done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    form = re.compile(r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>')
    pages = done.stdout.decode().split("<page ")[1:]
    return [[(*(float(n) for n in found[:4]), found[4]) for found in form.findall(page)] for page in pages]  # type: ignore[misc]


def find(page: list[tuple[float, float, float, float, str]], start: str) -> tuple[float, float, float, float, str]:
    return next(word for word in page if word[4].startswith(start))


def test_a_page_has_22_lines_of_28_characters() -> None:
    paper = notice_paper(blocks=(Paragraph(text("汉" * 28 * 60)),))
    page = words(write_pdf(paper))[1]
    lines = [word for word in page if word[4].startswith("汉")]
    assert [len(word[4]) for word in lines] == [28] * 22
    left, top, right, _, _ = lines[0]
    assert left == pytest.approx(28 * MM, abs=0.3)
    assert top == pytest.approx(37 * MM, abs=0.3)
    assert right == pytest.approx(184 * MM, abs=0.5)
    assert lines[21][1] - top == pytest.approx(21 / 22 * 225 * MM, abs=0.3)


def test_a_paragraph_may_be_divided_anywhere_so_that_pages_stay_full() -> None:
    blocks = tuple(Paragraph(text("汉" * 26 + "字" * 28 + "末" * 3)) for _ in range(30))
    pages = words(write_pdf(notice_paper(blocks=blocks)))[1:-2]
    assert pages
    assert {len([word for word in page if word[1] < 262 * MM]) for page in pages} == {22}


def test_number_title_and_addressee_stand_where_the_standard_has_them() -> None:
    page = words(write_pdf(report_paper()))[0]
    number, signer, addressee = find(page, "临州应急"), find(page, "签发人"), find(page, "省应急管理厅")
    assert number[0] == pytest.approx(28 * MM + 15.65, abs=0.5)
    assert signer[1] == pytest.approx(number[1], abs=0.2)
    assert addressee[0] == pytest.approx(28 * MM, abs=0.3)
    assert find(page, "秘密")[1] == pytest.approx(37 * MM + 28.99, abs=0.3)


def test_page_numbers_stand_outside_left_and_right() -> None:
    pages = words(write_pdf(notice_paper()))
    for order, page in enumerate(pages, 1):
        dashes = [word for word in page if word[4] == "—" and word[1] > 262 * MM]
        assert len(dashes) == 2, order
        assert (dashes[0][1] + dashes[0][3]) / 2 == pytest.approx(269 * MM, abs=2)
        if order % 2:
            assert dashes[1][2] == pytest.approx(184 * MM - 14, abs=1)
        else:
            assert dashes[0][0] == pytest.approx(28 * MM + 14, abs=1)


def test_the_colophon_stands_at_the_foot_of_an_even_page() -> None:
    for paragraphs in range(1, 9):
        rendered = render(notice_paper(blocks=tuple(Paragraph(text(LONG)) for _ in range(paragraphs))), discover())
        pages = words(rendered.pdf)
        assert len(pages) % 2 == 0
        assert find(pages[-1], "抄送")[3] == pytest.approx(262 * MM - 24 - 5, abs=1)
        blank = [page for page in pages if not page]
        assert len(blank) == (1 if rendered.colophon == "after-blank" else 0)


def test_no_signature_stands_on_a_page_without_text() -> None:
    for paragraphs in range(1, 12):
        blocks = tuple(Paragraph(text("在" + LONG[: 40 + 9 * order])) for order in range(paragraphs))
        pages = words(write_pdf(notice_paper(blocks=blocks, colophon=None)))
        last = [page for page in pages if any(word[4].startswith("（此件") for word in page)][-1]
        if paragraphs == 1:
            assert find(pages[0], "在"), "the first page must show text"
            continue
        text_words = [word for word in last if "安全生产月" in word[4] or "各" in word[4] or word[4].startswith("在")]
        assert text_words, paragraphs


def test_every_font_is_embedded_and_the_file_is_pdf_a_2b() -> None:
    pdf = write_pdf(report_paper())
    listed = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    rows = listed.splitlines()[2:]
    assert len(rows) >= len({face.family for _, face in discover().faces})
    assert all(re.search(r"\byes yes yes\b", row) for row in rows)
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in pdf


def test_rare_characters_are_printed() -> None:
    printed = "".join(word[4] for page in words(write_pdf(report_paper())) for word in page)
    assert "枹罕镇" in printed
    assert "马癿藏" in printed


RARE = "枹癿镕堃喆"


@pytest.mark.parametrize("folders", ["all", "pip"])
def test_rare_characters_are_printed_in_every_font(folders: str) -> None:
    fonts = discover() if folders == "all" else discover(folders=list(_pip()))
    blocks = (
        Heading(1, text(f"一、{RARE}")),
        Heading(2, text(f"（一）{RARE}")),
        Paragraph(text(RARE)),
        Table((row(RARE),), (row(RARE),), (10,), RARE),
        Notice(RARE),
    )
    mark, signer = f"{RARE}文件", RARE
    paper = report_paper(
        mark=mark, title=f"{RARE}报告", signer=signer, blocks=blocks, annexes=(Annex(RARE, ()),), signature=(RARE,)
    )
    assert missing_glyphs(paper, fonts) == []
    printed = "".join(word[4] for page in words(write_pdf(paper, fonts=fonts)) for word in page)
    assert printed.count(RARE) == sum(piece.count(RARE) for _, piece in paper.pieces())


def test_date_begins_two_characters_right_of_the_name() -> None:
    page = words(write_pdf(notice_paper(colophon=None)))[-1]
    name, date = find(page, "临夏州安全生产"), find(page, "2023")
    assert date[0] - name[0] == pytest.approx(2 * 15.65, abs=1)


def test_the_same_paper_gives_the_same_bytes() -> None:
    first = write_pdf(notice_paper())
    render.cache_clear()
    assert write_pdf(notice_paper()) == first
    assert write_pdf(notice_paper(note="")) != first


def test_text_is_never_taken_for_markup() -> None:
    hostile = '#panic("x") $a$ \\ [b] *c* <d> "e" // f'
    printed = words(write_pdf(notice_paper(blocks=(Paragraph(text(hostile)),))))[0]
    assert hostile.replace(" ", "") in "".join(word[4] for word in printed).replace("&lt;", "<").replace(
        "&gt;", ">"
    ).replace("&quot;", '"')


def test_a_draft_has_neither_number_nor_date() -> None:
    printed = "".join(word[4] for page in words(write_pdf(notice_paper(number=None, date=None))) for word in page)
    assert "15号" not in printed
    assert "〔" in printed


def test_a_missing_glyph_stops_the_paper() -> None:
    with pytest.raises(PaperError) as refused:
        write_pdf(notice_paper(blocks=(Paragraph(text("\U0001f600")),)))
    assert refused.value.code == "glyph"


def test_the_fonts_from_pip_alone_keep_the_grid() -> None:
    fonts = discover(folders=list(_pip()))
    page = words(write_pdf(notice_paper(blocks=(Paragraph(text("汉" * 28 * 60)),)), fonts=fonts))[1]
    assert [len(word[4]) for word in page if word[4].startswith("汉")] == [28] * 22


def test_long_copies_run_over_several_lines() -> None:
    copies = Colophon(("省安委会办公室",) * 12, "临夏州应急管理局办公室", datetime.date(2023, 12, 31))
    page = words(write_pdf(notice_paper(colophon=copies)))[-1]
    assert len({round(word[1]) for word in page if "省安委会" in word[4]}) >= 3


def _pip() -> Iterator[Path]:
    yield from font_places._pip_folder()


def test_where_to_check_it_stands_beside_the_code_and_moves_nothing() -> None:
    plain, told = report_paper(), report_paper(check_address="https://desk.example.gov.cn")
    fonts = discover()
    one, other = render(plain, fonts), render(told, fonts)
    assert (one.colophon, one.room) == (other.colophon, other.room)
    assert other.pdf == render(told, fonts).pdf
    assert "校验码 7F3K-92QD（https://desk.example.gov.cn/check/）" in told.text()
    assert Paper.from_dict(told.to_dict()) == told
    long = report_paper(check_address=f"https://{'x' * 60}.example.gov.cn")
    assert "校验码 7F3K-92QD\n" in long.text() + "\n"
    pages = [pictures(paper, fonts, ppi=20) for paper in (plain, told)]
    assert len(pages[0]) == len(pages[1])

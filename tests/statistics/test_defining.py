"""Forms defined through the pages: from a workbook, from rows and columns, anew; what cannot be is said in words."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from cast import AT, BY, Cast, signed_in
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from tables import CELLS, filed, form, laid_out, look, written

from bihuan.lib.workbook import column_name
from bihuan.statistics import actions, queries
from bihuan.statistics.asking import answers_of, cells_of
from bihuan.statistics.layout import Blank
from bihuan.statistics.models import Form, TemplateDraft
from bihuan.statistics.rules import Cell, Span

HEAD = {"name": "活动进展情况统计表", "code": "progress", "every": "month", "source": "州安委办通知"}
DAY = "day=2023-06-15"


def sent(browser: Client, content: bytes) -> str:
    """Where an upload leads; "" where it is refused."""
    answer = browser.post("/forms/new/", {"file": SimpleUploadedFile("表.xlsx", content)})
    return answer["Location"] if answer.status_code == 302 else ""


def fields(browser: Client, address: str) -> dict[str, str]:
    """What the page would send as it stands."""
    from html.parser import HTMLParser

    found: dict[str, str] = {}

    class Read(HTMLParser):
        select = ""

        def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
            about = dict(given)
            if tag == "input" and about.get("name") and about.get("type") != "submit":
                found[str(about["name"])] = about.get("value") or ""
            elif tag == "select":
                self.select = str(about.get("name"))
            elif tag == "option" and self.select and ("selected" in about or self.select not in found):
                found[self.select] = about.get("value") or ""
            elif tag == "datalist":
                self.select = ""

        def handle_endtag(self, tag: str) -> None:
            self.select = "" if tag == "select" else self.select

    Read().feed(browser.get(address).content.decode())
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


@pytest.mark.django_db
def test_a_form_from_a_workbook_comes_back_with_its_layout(cast: Cast, tmp_path: Path) -> None:
    browser = signed_in(cast.operator)
    address = sent(browser, laid_out())
    answer = browser.post(address, fields(browser, address) | HEAD | {"save": "1"})
    assert answer.status_code == 302
    made = Form.objects.get(code="progress")
    assert made.region == cast.prefecture
    held = {cell.at: (cell.measures, cell.classifiers, cell.span) for cell in queries.version_of(made).definition.cells}
    assert held == {cell.at: (cell.measures, cell.classifiers, cell.span) for cell in CELLS}
    assert not TemplateDraft.objects.exists()
    filed(cast.kangle, "leaflets", "份", 1500)
    filled = browser.get(f"/forms/{made.pk}/form.xlsx?{DAY}").content
    assert look(filled, "进展表") == look(laid_out(), "进展表")
    assert load_workbook(io.BytesIO(filled))["进展表"]["C5"].value == 1500
    opened_by_libreoffice(filled, tmp_path)


def opened_by_libreoffice(filled: bytes, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None or not Path(soffice).resolve().with_name("libsclo.so").exists():
        return  # tests/statistics/test_forms.py says so by a skip
    (tmp_path / "form.xlsx").write_bytes(filled)
    command = [soffice, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf",
               "--outdir", str(tmp_path), str(tmp_path / "form.xlsx")]  # fmt: skip
    subprocess.run(command, cwd=tmp_path, check=True, timeout=120, capture_output=True)
    assert (tmp_path / "form.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.django_db
def test_single_cells_may_differ_and_a_new_version_keeps_the_old(cast: Cast) -> None:
    version = form(cast)
    browser = signed_in(cast.operator)
    address = f"/forms/{version.form_id}/define/"
    page = fields(browser, address)
    changed = {"x0-at": "c5", "x0-counts": "横幅（幅）", "x1-at": "D6", "x1-counts": "-", "r3-kind": "launch"}
    assert browser.post(address, page | changed | {"save": "1"}).status_code == 302
    held = {cell.at: cell for cell in queries.version_of(Form.objects.get(code="progress")).definition.cells}
    assert (held["C5"].measures, held["C5"].classifiers) == (("banners",), ("幅",))
    assert "D6" not in held
    assert held["C4"].kinds == ("launch",)
    assert len(version.definition.cells) == 6
    assert browser.post(address, page | {"save": "1"}).status_code == 409
    again = fields(browser, address)
    assert (again["r4-counts"], again["x0-at"], again["x0-counts"]) == ("横幅（幅）", "D5", "宣传资料（份）")


@pytest.mark.django_db
def test_rows_and_columns_make_a_form_without_a_workbook(cast: Cast) -> None:
    browser = signed_in(cast.operator)
    lines = {
        "lines": "12",
        "l0-counts": "启动仪式（场）",
        "l0-group": "部署",
        "l2-counts": "横幅（条）",
        "l2-name": "悬挂横幅",
    }
    more = browser.post("/forms/new/lines/", HEAD | lines | {"more": "1", "spans": ["period"]})
    assert more.status_code == 200
    assert "启动仪式（场）" in more.content.decode()
    assert (
        browser.post("/forms/new/lines/", HEAD | lines | {"save": "1", "spans": ["period", "year"]}).status_code == 302
    )
    made = Form.objects.get(code="progress")
    filed(cast.kangle, "banners", "条", 12)
    at = load_workbook(io.BytesIO(browser.get(f"/forms/{made.pk}/form.xlsx?{DAY}").content)).active
    assert (at["B6"].value, at["C6"].value, at["D6"].value) == ("悬挂横幅（条）", 12, 12)
    assert "2023年6月" in at["C2"].value


def formulas_alone() -> bytes:
    book = Workbook()
    at = book.active
    at.append(["项目", "本期"])
    at.append(["合计", "=1+1"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BAD = {
    "no zip": b"nothing",
    "a broken zip": laid_out()[:900],
    "empty": b"",
    "filled in already": written(laid_out(), {f"{c}{r}": 1 for c in "CDE" for r in (4, 5, 6)}, "进展表"),
    "100,000 rows": written(laid_out(), {"A100000": "x"}, "进展表"),
    "too wide": written(laid_out(), {"CZ4": "x"}, "进展表"),
    "formulas alone": formulas_alone(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_what_is_no_empty_form_is_refused_in_words(cast: Cast, content: bytes) -> None:
    browser = signed_in(cast.operator)
    answer = browser.post("/forms/new/", {"file": SimpleUploadedFile("表.xlsx", content)})
    assert answer.status_code == 422
    assert "error" in answer.content.decode()
    assert not TemplateDraft.objects.exists()


@pytest.mark.django_db
def test_what_is_wrong_in_the_answers_is_said_and_nothing_is_written(cast: Cast) -> None:
    browser = signed_in(cast.operator)
    address = sent(browser, laid_out())
    page = fields(browser, address) | HEAD | {"save": "1"}
    for wrong, words in (
        ({"r3-counts": "不存在的指标"}, "没有“不存在的指标”这个指标"),
        ({"x0-at": "Z99", "x0-counts": "横幅（条）"}, "Z99"),
        ({"code": "大写"}, "代号"),
        ({name: "-" for name in page if name.startswith("r") and name.endswith("-counts")}, "至少"),
        ({"r3-kind": "\0", "every": "day"}, ""),
    ):
        answer = browser.post(address, page | wrong)
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert not Form.objects.filter(example=False).exists()
    assert browser.post(f"{address}drop/").status_code == 302
    assert browser.get(address).status_code == 404


@pytest.mark.django_db
def test_a_form_is_retired_and_used_again_by_those_who_keep_it(cast: Cast) -> None:
    version = form(cast)
    address = f"/forms/{version.form_id}/retire/"
    assert signed_in(cast.kangle_liaison).post(address).status_code == 404
    browser = signed_in(cast.operator)
    assert browser.post(address).status_code == 302
    assert browser.post(address).status_code == 409
    assert "不再使用" in browser.get(f"/forms/{version.form_id}/").content.decode()
    assert browser.post(address, {"restore": "1"}).status_code == 302
    actions.load_examples(by=BY, at=AT)
    shipped = Form.objects.get(code="safety-month-monthly")
    assert browser.post(f"/forms/{shipped.pk}/retire/").status_code == 404


MEASURES = st.sampled_from((("launches", "场"), ("leaflets", "份"), ("banners", "条"), ("banners", "幅")))


@st.composite
def definitions(draw: st.DrawFn) -> tuple[list[Blank], list[Cell]]:
    blanks = [Blank(f"{column_name(c)}{r}", f"r{r}", f"c{c}") for r in range(3, 7) for c in range(2, 5)]
    cells = []
    for blank in draw(st.lists(st.sampled_from(blanks), unique_by=lambda blank: blank.at)):
        several = draw(st.lists(MEASURES, min_size=1, max_size=2, unique_by=lambda pair: pair[0]))
        units = tuple(dict.fromkeys(unit for _, unit in several))
        measures = tuple(code for code, _ in several)
        kinds = draw(st.sampled_from(((), ("launch",), ("launch", "study"))))
        cells.append(Cell(blank.at, blank.row, blank.column, measures, units, draw(st.sampled_from(Span)), kinds))
    return blanks, cells


@given(definitions())
def test_what_is_asked_about_cells_makes_these_cells(made: tuple[list[Blank], list[Cell]]) -> None:
    blanks, cells = made
    again = cells_of(blanks, answers_of(blanks, cells))
    assert {cell.at: cell for cell in again} == {cell.at: cell for cell in cells}

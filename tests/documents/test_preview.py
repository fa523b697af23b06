"""The pages of a draft as it will print: as many as the PDF has, composed once, never another version's."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
from pytest_django import Settings
from sample_papers import notice_paper, report_paper

from bihuan.documents import preview
from bihuan.documents.fonts import discover
from bihuan.documents.paper import Paper, PaperError, Paragraph, Text
from bihuan.documents.typst_writer import render, write_pdf


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path


def pages_of(pdf: bytes) -> int:
    return max(int(count) for count in re.findall(rb"/Count (\d+)", pdf))


@pytest.mark.parametrize("paper", [notice_paper(), report_paper()])
def test_as_many_pages_as_the_pdf(paper: Paper) -> None:
    fonts = discover()
    shown = preview.preview(paper, fonts)
    assert shown.pages == pages_of(write_pdf(paper))
    for number in range(1, shown.pages + 1):
        picture = preview.page(shown.digest, number)
        assert picture is not None
        assert picture.startswith(b"\x89PNG")
        assert int.from_bytes(picture[16:20], "big") == pytest.approx(210 / 25.4 * preview.PPI, abs=1)
    assert preview.page(shown.digest, shown.pages + 1) is None
    assert preview.page("../../secret-key", 1) is None


def test_composed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts, made = discover(), []

    def counted(paper: Paper, *_: object, **__: object) -> tuple[bytes, ...]:
        made.append(paper)
        return (b"\x89PNG one", b"\x89PNG two")

    monkeypatch.setattr(preview, "pictures", counted)
    first = preview.preview(notice_paper(), fonts)
    assert preview.preview(notice_paper(), fonts) == first
    assert len(made) == 1
    assert preview.preview(notice_paper(title="另一个题目"), fonts).digest != first.digest
    assert len(made) == 2


def test_the_oldest_go(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(preview, "pictures", lambda *_, **__: (b"\x89PNG",))
    monkeypatch.setattr(preview, "KEPT", 3)
    for number in range(6):
        preview.preview(notice_paper(title=f"题目{number}"), discover())
    assert len(list((tmp_path / "previews").iterdir())) == 3


def test_a_draft_says_so_and_keeps_its_lines() -> None:
    paper = report_paper()
    draft = preview.as_draft(paper, 3)
    assert draft.marking == "草稿（第3版，未签发）　示例文稿·模型数据"
    one, other = render(paper, discover()), render(draft, discover())
    assert (one.colophon, one.room) == (other.colophon, other.room)
    assert pages_of(one.pdf) == pages_of(other.pdf)
    assert dataclasses.replace(draft, marking=paper.marking) == paper


def test_what_cannot_be_printed_is_said() -> None:
    with pytest.raises(PaperError) as caught:
        preview.preview(notice_paper(blocks=(Paragraph((Text("坏字\U0010fffd"),)),)), discover())
    assert caught.value.code in ("glyph", "control-character")

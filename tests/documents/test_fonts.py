"""Fonts: which wins, what is said of replacements, glyphs that no font has."""

import importlib.util
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from sample_papers import notice_paper, report_paper, text

from bihuan.documents.fonts import discover
from bihuan.documents.glyphs import missing_glyphs, require_glyphs
from bihuan.documents.paper import Heading, PaperError, Paragraph


def pip_folder() -> Path:
    spec = importlib.util.find_spec("pylopdf_fonts_zh_cn")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def small_font(path: Path, family: str, characters: str) -> None:
    """A font of one square glyph under some characters."""
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for point in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(point)
    pen.closePath()
    square = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "square"])
    builder.setupCharacterMap({ord(character): "square" for character in characters})
    builder.setupGlyf({".notdef": square, "square": square})
    builder.setupHorizontalMetrics({".notdef": (1000, 100), "square": (1000, 100)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": family, "styleName": "Regular", "psName": "OwnFont"})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120)
    builder.setupPost()
    builder.save(path)


def test_pip_fonts_alone_print_every_role() -> None:
    fonts = discover(folders=[pip_folder()])
    assert {role for role, _ in fonts.faces} == {"fang", "hei", "kai", "biaosong", "song"}
    assert "仿宋由 Noto Serif SC 代替" in fonts.replaced_zh()
    assert "小标宋 replaced by Noto Serif SC" in fonts.replaced_en()


def test_a_title_is_heavy_whatever_the_fonts() -> None:
    assert not discover(folders=[pip_folder()]).heavy("biaosong")  # so the writer draws it thicker
    assert not discover(folders=[pip_folder()]).latin("fang")


def test_heavy_type_keeps_its_own_digits() -> None:
    fonts = discover()
    assert fonts.latin("hei") is None
    assert fonts.latin("biaosong") is None


def test_the_offices_own_font_wins(tmp_path: Path) -> None:
    small_font(tmp_path / "own.ttf", "FZXiaoBiaoSong-B05S", "关于")
    fonts = discover(tmp_path, folders=[pip_folder()])
    face = fonts.face("biaosong")
    assert face is not None
    assert Path(face.path).parent == tmp_path
    assert fonts.heavy("biaosong")
    assert "小标宋" not in fonts.replaced_zh()
    # What it lacks still comes from the free ones.
    assert not missing_glyphs(notice_paper(), fonts)


def test_the_environment_names_the_offices_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_font(tmp_path / "own.ttf", "仿宋_GB2312", "关于")
    monkeypatch.setenv("BIHUAN_FONTS", str(tmp_path))
    face = discover(folders=[pip_folder()]).face("fang")
    assert face is not None
    assert face.path.endswith("own.ttf")


def test_a_file_that_is_no_font_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"not a font")
    assert discover(tmp_path, folders=[pip_folder()]).faces


@pytest.mark.parametrize("office", ["missing", None])
def test_no_folder_and_no_font_are_said_plainly(tmp_path: Path, office: str | None) -> None:
    with pytest.raises(PaperError) as refused:
        discover(tmp_path / office if office else None, folders=[tmp_path])
    assert refused.value.code == "font"


def test_rare_place_names_have_a_glyph() -> None:
    paper = notice_paper(blocks=(Paragraph(text("枹罕镇、癿藏镇、朱镕基、㎡、堃喆昇瑄祎玥珺")),))
    assert missing_glyphs(paper, discover()) == []


def test_each_element_is_checked_in_its_own_font(tmp_path: Path) -> None:
    small_font(tmp_path / "own.ttf", "仿宋_GB2312", "\ue001")
    fonts = discover(tmp_path)
    own, heading = Paragraph(text("\ue001")), Heading(1, text("一、\ue001"))
    assert missing_glyphs(notice_paper(blocks=(own,)), fonts) == []
    assert missing_glyphs(notice_paper(blocks=(own, heading)), fonts) == [("\ue001", "层次标题")]
    assert missing_glyphs(report_paper(signer="\ue001"), fonts) == [("\ue001", "签发人")]


def test_a_character_that_no_font_has_stops_the_paper_and_is_named() -> None:
    paper = notice_paper(blocks=(Paragraph(text("前面\U0001f600后面")),), note="\ue000")
    assert missing_glyphs(paper, discover()) == [("\U0001f600", "正文"), ("\ue000", "附注")]
    with pytest.raises(PaperError) as refused:
        require_glyphs(paper, discover())
    assert refused.value.code == "glyph"
    assert "U+1F600" in refused.value.zh
    assert "U+E000" in refused.value.en

"""The same elements laid out in the other ways of offices: shapes, text boxes, borders, turned pages."""

from __future__ import annotations

import re

import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from faults.clean import clean_document, edited, saved

from bihuan.documents.check import Finding, check_docx
from bihuan.documents.gb9704 import font_family, stands_for_biaosong

DOCUMENT = "word/document.xml"
STYLES = "word/styles.xml"
WPS = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
WP = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


@pytest.fixture(scope="module")
def clean() -> bytes:
    return saved(clean_document())


@pytest.fixture(scope="module")
def bare(clean: bytes) -> bytes:
    """The clean paper without its red rule."""
    return edited(
        clean, STYLES, lambda text: re.sub(r'<w:pBdr><w:bottom [^>]*w:color="FF0000"/></w:pBdr>', "", text, count=1)
    )


def _rules(findings: list[Finding]) -> set[str]:
    return {finding.rule for finding in findings}


def _after_number(data: bytes, xml: str) -> bytes:
    return edited(data, DOCUMENT, lambda text: text.replace("15号</w:t></w:r>", f"15号</w:t></w:r><w:r>{xml}</w:r>"))


def _drawn_rule(color: str, offset_mm: float, width_mm: float = 156) -> str:
    """A line shape hung from the number's paragraph, with the VML fallback that Word writes beside it."""
    return (
        f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="wps"><w:drawing><wp:anchor xmlns:wp="{WP}">'
        f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{int(offset_mm * 36000)}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{int(width_mm * 36000)}" cy="0"/><a:graphic xmlns:a="{A}"><a:graphicData uri="{WPS}">'
        f'<wps:wsp xmlns:wps="{WPS}"><wps:spPr><a:ln w="19050"><a:solidFill><a:srgbClr val="{color}"/></a:solidFill>'
        "</a:ln></wps:spPr></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
        '<mc:Fallback><w:pict><v:line xmlns:v="urn:schemas-microsoft-com:vml" strokecolor="black"/></w:pict>'
        "</mc:Fallback></mc:AlternateContent>"
    )


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (_drawn_rule("FF0000", 13.2), set()),
        (_drawn_rule("FF0000", 18.0), {"red-rule"}),
        (_drawn_rule("FF0000", 13.2, 100), {"red-rule"}),
        (_drawn_rule("000000", 13.2), {"red-rule"}),
        (
            '<w:pict><v:line xmlns:v="urn:schemas-microsoft-com:vml" strokecolor="red" strokeweight="1.5pt"/></w:pict>',
            set(),
        ),
        ('<w:pict><v:line xmlns:v="urn:schemas-microsoft-com:vml" strokecolor="#0000ff"/></w:pict>', {"red-rule"}),
    ],
    ids=["at 4 mm", "too low", "too narrow", "black", "VML", "VML blue"],
)
def test_red_rule_drawn_as_a_shape(bare: bytes, xml: str, expected: set[str]) -> None:
    assert _rules(check_docx(_after_number(bare, xml))) == expected


def test_red_rule_as_the_border_of_an_empty_paragraph(bare: bytes) -> None:
    for height, expected in ((227, set()), (900, {"red-rule"})):
        paragraph = (
            '<w:p><w:pPr><w:pBdr><w:bottom w:val="single" w:sz="12" w:space="0" w:color="E60012"/></w:pBdr>'
            f'<w:spacing w:before="0" w:after="0" w:line="{height}" w:lineRule="exact"/></w:pPr></w:p>'
        )
        data = edited(
            bare,
            DOCUMENT,
            lambda text, xml=paragraph: text.replace("15号</w:t></w:r></w:p>", f"15号</w:t></w:r></w:p>{xml}"),
        )
        assert _rules(check_docx(data)) == expected


def test_mark_in_a_text_box_is_found(clean: bytes) -> None:
    def boxed(text: str) -> str:
        mark = re.search(r"<w:p><w:pPr>(?:(?!</w:p>).)*办公室文件</w:t></w:r></w:p>", text)
        assert mark is not None
        box = f'<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>{mark[0]}'
        return text.replace(mark[0], f"<w:p><w:r>{box}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>")

    data = edited(clean, DOCUMENT, boxed)
    assert check_docx(data) == []
    black = edited(data, STYLES, lambda text: text.replace('<w:color w:val="FF0000"/>', ""))
    assert _rules(check_docx(black)) == {"mark"}


def _upward(signer: str, font: str, left: int = 100) -> bytes:
    document = clean_document()
    document.paragraphs[3].runs[0].text = "关于2023年“安全生产月”活动情况的报告"
    number = document.paragraphs[1]
    number.add_run("\t签发人：" if signer.endswith("：") else "\t签发人:")
    fonts = f'<w:rPr {nsdecls("w")}><w:rFonts w:eastAsia="{font}"/></w:rPr>'
    number._p.pPr.append(parse_xml(f'<w:ind {nsdecls("w")} w:firstLineChars="{left}" w:firstLine="{left * 3}"/>'))
    number._p.pPr.append(parse_xml(f'<w:jc {nsdecls("w")} w:val="left"/>'))
    run = number.add_run("马某某")
    run._r.insert(0, parse_xml(fonts))
    return saved(document)


def test_upward_paper_names_its_signer_in_kaiti() -> None:
    assert check_docx(_upward("签发人：", "楷体_GB2312")) == []
    assert _rules(check_docx(_upward("签发人：", "仿宋_GB2312"))) == {"signer"}
    assert _rules(check_docx(_upward("签发人：", "楷体_GB2312", 0))) == {"number"}
    assert _rules(check_docx(_upward("签发人:", "楷体_GB2312"))) == {"signer"}


def _bordered_colophon(outer: int, inner: int, *, same: bool) -> bytes:
    """The colophon as two paragraphs with borders: one box with ``between``, or each with its own lines."""

    def line(sz: int, side: str) -> str:
        return f'<w:{side} w:val="single" w:sz="{sz}" w:space="1" w:color="000000"/>'

    if same:
        borders = [line(outer, "top") + line(outer, "bottom") + line(inner, "between")] * 2
    else:
        borders = [line(outer, "top") + line(inner, "bottom"), line(outer, "bottom")]
    document = clean_document()
    table = document.tables[-1]
    style = document.styles["版记行"].style_id
    texts = ("抄送：州委办公室。", "临夏州安全生产委员会办公室\t2023年7月6日印发")
    for border, text in zip(borders, texts, strict=True):
        table._tbl.addprevious(
            parse_xml(
                f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{style}"/><w:pBdr>{border}</w:pBdr></w:pPr>'
                f"<w:r><w:t>{text}</w:t></w:r></w:p>"
            )
        )
    table._tbl.getparent().remove(table._tbl)
    return saved(document)


@pytest.mark.parametrize("same", [True, False])
def test_colophon_of_bordered_paragraphs(same: bool) -> None:
    assert check_docx(_bordered_colophon(8, 6, same=same)) == []
    assert _rules(check_docx(_bordered_colophon(4, 6, same=same))) == {"colophon"}
    assert _rules(check_docx(_bordered_colophon(8, 12, same=same))) == {"colophon"}


@pytest.mark.parametrize(
    ("name", "date", "right"),
    [
        ("200", "700", True),  # unsealed: the name begins 15 from the edge, the date, 6 wide, 13
        ("200", "200", False),
        ("50", "400", True),  # sealed
        ("400", "400", False),
    ],
)
def test_sealed_and_unsealed_signatures(name: str, date: str, right: bool) -> None:
    document = clean_document()
    for paragraph in document.paragraphs:
        for text, inset in (("临夏州安全生产委员会办公室", name), ("2023年7月5日", date)):
            if paragraph.text == text:
                for old in paragraph._p.pPr.findall(qn("w:ind")):
                    paragraph._p.pPr.remove(old)
                paragraph._p.pPr.append(parse_xml(f'<w:ind {nsdecls("w")} w:rightChars="{inset}"/>'))
    assert _rules(check_docx(saved(document))) == (set() if right else {"signature"})


def test_text_after_the_colophon_is_a_fault() -> None:
    document = clean_document()
    document.add_paragraph("编后语", style="正文段")
    assert _rules(check_docx(saved(document))) == {"colophon"}


def test_turned_page_keeps_the_type_area() -> None:
    for left, expected in ((35, set()), (20, {"margins"})):
        document = clean_document()
        section = document.add_section()
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin, section.bottom_margin = Mm(28), Mm(26)
        section.left_margin, section.right_margin = Mm(left), Mm(37)
        assert _rules(check_docx(saved(document))) == expected


def test_draft_blanks_are_no_fault(clean: bytes) -> None:
    draft = edited(
        clean,
        DOCUMENT,
        lambda text: text.replace("临州安办〔2023〕15号", "临州安办〔2023〕  号").replace(
            ">2023年7月5日<", ">2023年  月  日<"
        ),
    )
    assert check_docx(draft) == []


def test_families_of_fonts() -> None:
    """Names as offices, Windows, macOS and the free fonts write them; a stand-in counts as what it stands for."""
    families = {
        "仿宋": ("仿宋_GB2312", "FangSong", "STFangsong", "FandolFang R"),
        "楷体": ("楷体_GB2312", "KaiTi", "LXGW WenKai", "FandolKai"),
        "黑体": ("黑体", "SimHei", "Noto Sans CJK SC"),
        "宋体": ("宋体", "SimSun", "华文宋体", "Noto Serif CJK SC"),
        "小标宋": ("方正小标宋简体", "FZXiaoBiaoSong-B05S"),
    }
    for family, names in families.items():
        assert [font_family(name) for name in names] == [family] * len(names)
    assert [font_family(name) for name in ("Arial", "", None, "微软雅黑")] == [None] * 4
    assert stands_for_biaosong("Noto Serif CJK SC")
    assert not stands_for_biaosong("宋体")


def test_first_sentence_of_one_is_may_be_kaiti_but_not_the_rest() -> None:
    for lead, rest, expected in (
        ("楷体_GB2312", "仿宋_GB2312", set()),
        ("仿宋_GB2312", "仿宋_GB2312", set()),
        ("黑体", "仿宋_GB2312", {"fonts"}),
        ("楷体_GB2312", "楷体_GB2312", {"fonts"}),
    ):
        document = clean_document()
        paragraph = next(item for item in document.paragraphs if item.text.startswith("以“隐患"))
        paragraph.runs[0].text = ""
        for font, text in ((lead, "一是抓宣传。"), (rest, "全州各县市积极行动。")):
            run = paragraph.add_run(text)
            run._r.insert(0, parse_xml(f'<w:rPr {nsdecls("w")}><w:rFonts w:eastAsia="{font}"/></w:rPr>'))
        assert _rules(check_docx(saved(document))) == expected

"""A clean official paper, written element by element from the standard, and the means to spoil it.

It is built with python-docx and hand-written properties, not with the project's writer: the checker and the writer must
not share a mistake.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

LINE = 579  # twentieths of a point: 28.95 pt


def _fonts(element: object, east_asian: str, latin: str = "Times New Roman") -> None:
    fonts = element.get_or_add_rPr().get_or_add_rFonts()  # type: ignore[attr-defined]
    for name, value in (("ascii", latin), ("hAnsi", latin), ("eastAsia", east_asian), ("hint", "eastAsia")):
        fonts.set(qn(f"w:{name}"), value)
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)


def _style(document: Document, name: str, font: str, size: float, properties: str, run: str = "") -> None:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    _fonts(style.element, font)
    style.font.size = Pt(size)
    for child in parse_xml(f"<w:x {nsdecls('w')}>{properties}</w:x>"):
        style.element.get_or_add_pPr().append(child)
    for child in parse_xml(f"<w:x {nsdecls('w')}>{run}</w:x>"):
        style.element.get_or_add_rPr().append(child)


def _styles(document: Document) -> None:
    normal = document.styles["Normal"]
    _fonts(normal.element, "仿宋_GB2312")
    normal.font.size = Pt(16)
    exact = f'<w:spacing w:before="0" w:after="0" w:line="{LINE}" w:lineRule="exact"/>'
    body_run = '<w:spacing w:val="-5"/>'
    indented = exact + '<w:ind w:firstLineChars="200" w:firstLine="632"/><w:jc w:val="both"/>'
    _style(document, "正文段", "仿宋_GB2312", 16, indented, body_run)
    _style(document, "一级", "黑体", 16, indented, body_run)
    _style(document, "二级", "楷体_GB2312", 16, indented, body_run)
    _style(document, "主送", "仿宋_GB2312", 16, exact + '<w:ind w:firstLine="0"/>', body_run)
    _style(document, "标题行", "方正小标宋简体", 22, exact + '<w:jc w:val="center"/>')
    mark = '<w:spacing w:before="1900" w:after="0" w:line="800" w:lineRule="exact"/><w:jc w:val="center"/>'
    _style(document, "标志", "方正小标宋简体", 36, mark, '<w:color w:val="FF0000"/>')
    rule = '<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="11" w:color="FF0000"/></w:pBdr>'
    _style(document, "字号", "仿宋_GB2312", 16, rule + exact + '<w:jc w:val="center"/>')
    _style(
        document, "落款", "仿宋_GB2312", 16, exact + '<w:ind w:rightChars="400" w:right="1264"/><w:jc w:val="right"/>'
    )
    _style(document, "附件标识", "黑体", 16, exact)
    _style(document, "版记行", "仿宋_GB2312", 14, '<w:spacing w:line="440" w:lineRule="exact"/>')


def _footer(paragraph: Paragraph, align: str, side: str) -> None:
    paragraph._p.clear_content()
    xml = f"""<w:x {nsdecls("w")}>
      <w:pPr><w:spacing w:after="0" w:line="336" w:lineRule="exact"/><w:ind w:{side}Chars="100" w:{side}="280"/>
      <w:jc w:val="{align}"/></w:pPr>{_number_run('<w:t xml:space="preserve">— </w:t>')}
      {_number_run('<w:fldChar w:fldCharType="begin"/>')}
      {_number_run('<w:instrText xml:space="preserve"> PAGE </w:instrText>')}
      {_number_run('<w:fldChar w:fldCharType="separate"/>')}{_number_run("<w:t>1</w:t>")}
      {_number_run('<w:fldChar w:fldCharType="end"/>')}{_number_run('<w:t xml:space="preserve"> —</w:t>')}</w:x>"""
    existing = paragraph._p.pPr
    if existing is not None:
        paragraph._p.remove(existing)
    for child in parse_xml(xml):
        paragraph._p.append(child)


def _number_run(inside: str) -> str:
    fonts = '<w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/>'
    return f'<w:r><w:rPr>{fonts}<w:sz w:val="28"/></w:rPr>{inside}</w:r>'


def _page(document: Document) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    section._sectPr.append(parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{LINE}"/>'))
    document.settings.odd_and_even_pages_header_footer = True
    _footer(section.footer.paragraphs[0], "right", "right")
    _footer(section.even_page_footer.paragraphs[0], "left", "left")


def _colophon(document: Document) -> None:
    table = document.add_table(rows=2, cols=1)
    thick = 'w:val="single" w:sz="8" w:space="0" w:color="000000"'
    thin = 'w:val="single" w:sz="6" w:space="0" w:color="000000"'
    borders = f"<w:top {thick}/><w:bottom {thick}/><w:insideH {thin}/>"
    table._tbl.tblPr.append(parse_xml(f"<w:tblBorders {nsdecls('w')}>{borders}</w:tblBorders>"))
    table._tbl.tblPr.append(
        parse_xml(f'<w:tblpPr {nsdecls("w")} w:vertAnchor="margin" w:horzAnchor="margin" w:tblpYSpec="bottom"/>')
    )
    texts = ("抄送：州委办公室，州人大常委会办公室。", "临夏州安全生产委员会办公室\t2023年7月6日印发")
    for cell, text in zip(table.columns[0].cells, texts, strict=True):
        cell.paragraphs[0].style = document.styles["版记行"]
        cell.paragraphs[0].add_run(text)
    document.add_paragraph("")  # a floating table needs a paragraph to hang from


BODY = (
    ("主送", "各县市安全生产委员会，州直有关部门："),
    ("正文段", "2023年6月是第22个“安全生产月”。根据临州安办〔2023〕9号文件要求，现将有关情况通报如下——请认真阅读。"),
    ("一级", "一、活动开展情况"),
    ("二级", "（一）宣传咨询日。"),
    ("正文段", "6月12日，2000余人参加了活动，发放资料8万余份。"),
    ("二级", "（二）网络知识竞赛。"),
    ("正文段", "1.参与人数6万余人。"),
    ("正文段", "2.答题积分870万余分。"),
    ("正文段", "（1）各县市积极组织。"),
    ("一级", "二、下一步打算"),
    ("正文段", "以“隐患就是事故”的理念抓好排查治理。"),
    ("正文段", "附件：1.活动情况统计表"),
)


def clean_document() -> Document:
    """A notice of two pages with every element that the rules look at."""
    document = docx.Document()
    _styles(document)
    _page(document)
    document.add_paragraph("临夏州安全生产委员会办公室文件", style="标志")
    document.add_paragraph("临州安办〔2023〕15号", style="字号")
    document.add_paragraph("", style="标题行")
    document.add_paragraph("关于2023年“安全生产月”活动情况的通报", style="标题行")
    for style, text in BODY:
        document.add_paragraph(text, style=style)
    run_in = document.paragraphs[7]
    run_in.add_run("州安委办在胭脂湖公园举行活动。")
    _fonts(run_in.runs[-1]._r, "仿宋_GB2312")
    name = document.add_paragraph("临夏州安全生产委员会办公室", style="落款")
    # 13 characters centred above a date of 6 that ends 4 characters from the edge.
    name._p.get_or_add_pPr().append(parse_xml(f'<w:ind {nsdecls("w")} w:rightChars="50" w:right="158"/>'))
    document.add_paragraph("2023年7月5日", style="落款")
    heading = document.add_paragraph("附件1", style="附件标识")
    heading.paragraph_format.page_break_before = True
    document.add_paragraph("活动情况统计表", style="标题行")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("县市", "参加人数", "康乐县", "2000余人"), strict=True):
        cell.paragraphs[0].style = document.styles["主送"]
        cell.paragraphs[0].add_run(text)
    document.add_paragraph("")
    _colophon(document)
    return document


def saved(document: Document) -> bytes:
    """The document's bytes."""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def edited(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The same package with the text of one part changed. The change must change something."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            content = source.read(info.filename)
            if info.filename == part:
                before = content.decode("utf-8")
                after = change(before)
                assert after != before, f"the fault changed nothing in {part}"
                content = after.encode("utf-8")
            target.writestr(info, content)
    return result.getvalue()

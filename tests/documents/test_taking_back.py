"""A DOCX edited elsewhere and taken back: what it says is proposed, what was done to its numbers is told, nothing is
swallowed."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import io
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from sample_papers import notice_paper, report_paper

from bihuan.documents import editing, taking_back
from bihuan.documents.changes import changes
from bihuan.documents.checking.finding import CheckError
from bihuan.documents.docx_writer import write_docx
from bihuan.documents.edited_docx import TakenBackError
from bihuan.documents.paper import Annex, Bound, Heading, Notice, Paper, Paragraph, RunIn, Table, Text
from bihuan.documents.taking_back import Proposal
from bihuan.lib.refusals import Refusal

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PEOPLE = Bound("fact:a1", "近1.5万人", "参加人数")
BANNERS = Bound("fact:a2", "1500多条（块）")
LEAFLETS = Bound("fact:a3", "8万余份")
PLACE = Bound("fact:t1", "2000余人")
PAPER = Paper(
    kind="报告",
    issuer=("临夏州安全生产委员会办公室",),
    mark="临夏州安全生产委员会办公室文件",
    title="临夏州安全生产委员会办公室关于“安全生产月”活动开展情况的报告",
    signer="马某",
    upward=True,
    addressees=("甘肃省安全生产委员会办公室", "甘肃省应急管理厅"),
    blocks=(
        Heading(1, (Text("一、活动开展情况"),)),
        Paragraph((Text("全州参加人数"), PEOPLE, Text("，悬挂横幅、摆放展板"), BANNERS, Text("，营造了浓厚的氛围。"))),
        RunIn(2, (Text("一是组织开展宣传咨询日活动。"),), (Text("各县市发放资料"), LEAFLETS, Text("，群众反响良好。"))),
        Paragraph((Text("各级领导高度重视，层层压实责任，确保活动取得实效。"),)),
        Notice("原报告缺第六、第七项，此处照缺，未作补写。"),
        Heading(1, (Text("二、下一步工作打算"),)),
        Paragraph((Text("继续抓好隐患排查治理，巩固活动成果。"),)),
    ),
    annexes=(
        Annex(
            "主要数据及其来源",
            (
                Paragraph((Text("各数取自封存的历史记录，可用校验码核验。"),)),
                Table(
                    (((Text("县市"),), (Text("参加人数"),)),),
                    (((Text("康乐县"),), (PLACE,)), ((Text("积石山县"),), (Text("—"),))),
                    (8.0, 8.0),
                ),
            ),
        ),
    ),
    date=datetime.date(2026, 6, 30),
    check_code="7F3K-92QD",
    marking="示例文稿·模型数据",
)
NUMBERS = editing.numbers_of(PAPER)
PRINTED = write_docx(PAPER)

Change = Callable[[etree._Element], None]


def w(name: str) -> str:
    return f"{{{W}}}{name}"


def altered(change: Change, *, part: str = "word/document.xml", data: bytes = PRINTED) -> bytes:
    """The file with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given_file, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given_file.namelist():
            content = given_file.read(name)
            if name == part:
                root = etree.fromstring(content)
                change(root)
                content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            made.writestr(name, content)
    return out.getvalue()


def proposed(data: bytes, paper: Paper = PAPER, version: int = 1) -> Proposal:
    return taking_back.propose(data, paper=paper, numbers=editing.numbers_of(paper), version=version)


def back(change: Change) -> Proposal:
    return proposed(altered(change))


def kinds(proposal: Proposal) -> list[str]:
    return [finding.kind for finding in proposal.findings]


def words(paragraph: etree._Element) -> str:
    return "".join(node.text or "" for node in paragraph.iter(w("t")))


def paragraph_with(root: etree._Element, text: str) -> etree._Element:
    return next(item for item in root.iter(w("p")) if text in words(item))


def control(root: etree._Element, tag: str) -> etree._Element:
    return next(item for item in root.iter(w("sdt")) if item.find(f"{w('sdtPr')}/{w('tag')}").get(w("val")) == tag)


def says(element: etree._Element, text: str) -> None:
    """Write a text into the first run of an element; the others are emptied."""
    nodes = list(element.iter(w("t")))
    for node in nodes:
        node.text = ""
    nodes[0].text = text


def typed(root: etree._Element, old: str, new: str) -> None:
    """Type over words that stand in one run."""
    node = next(item for item in root.iter(w("t")) if old in (item.text or ""))
    node.text = node.text.replace(old, new)


def p(text: str, style: str = "") -> etree._Element:
    inner = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return etree.fromstring(f'<w:p xmlns:w="{W}">{inner}<w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>')


# -- untouched ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "paper",
    [PAPER, report_paper(), notice_paper(check_code="7F3K-92QD"), report_paper(number=None, date=None, signer=None)],
)
def test_an_untouched_file_changes_nothing(paper: Paper) -> None:
    result = proposed(write_docx(paper), paper)
    assert (result.edited.paper, result.findings, result.changes) == (paper, (), ())


def test_saved_by_another_program_changes_nothing() -> None:
    out = io.BytesIO()
    docx.Document(io.BytesIO(PRINTED)).save(out)
    result = proposed(out.getvalue())
    assert (result.edited.paper, result.findings) == (PAPER, ())


def test_runs_split_and_styles_lost_change_nothing() -> None:
    def split(root: etree._Element) -> None:
        for run in list(root.iter(w("r"))):
            texts = run.findall(w("t"))
            if len(texts) == 1 and len(texts[0].text or "") > 1 and run.find(w("rPr")) is not None:
                other = copy.deepcopy(run)
                node, second = texts[0], other.find(w("t"))
                node.text, second.text = node.text[:1], node.text[1:]
                run.addnext(other)
                run.addnext(etree.Element(w("proofErr")))

    def unstyled(root: etree._Element) -> None:
        split(root)
        for name in ("pStyle", "rStyle"):
            for element in list(root.iter(w(name))):
                element.getparent().remove(element)

    for change in (split, unstyled):
        result = back(change)
        assert (result.edited.paper, result.findings) == (PAPER, ())


# -- prose --------------------------------------------------------------------------------------------


def test_words_typed_around_a_number_are_taken_and_it_stays_bound() -> None:
    result = back(lambda root: typed(root, "全州参加人数", "全州各级各部门参加活动的人数"))
    assert result.findings == ()
    first = result.edited.paper.blocks[1]
    assert isinstance(first, Paragraph)
    assert first.inlines[:2] == (Text("全州各级各部门参加活动的人数"), PEOPLE)
    assert [(change.kind, change.where) for change in result.changes] == [("changed", "正文第2段")]


def test_paragraphs_added_removed_moved() -> None:
    def change(root: etree._Element) -> None:
        leaders = paragraph_with(root, "各级领导")
        heading = paragraph_with(root, "二、下一步")
        heading.addnext(p("（一）压实责任", "GWHeading2"))
        heading.addnext(p("新写的一段。"))
        heading.getnext().getnext().addnext(leaders)  # moved below the new ones
        gone = paragraph_with(root, "继续抓好")
        gone.getparent().remove(gone)

    result = back(change)
    assert result.edited.paper.blocks[4:] == (
        PAPER.blocks[5],
        Paragraph((Text("新写的一段。"),)),
        Heading(2, (Text("（一）压实责任"),)),
        PAPER.blocks[3],
    )
    assert result.findings == ()
    assert sorted(change.kind for change in result.changes) == ["added", "added", "moved", "removed"]


def test_headings_without_styles_are_known_by_their_markers() -> None:
    def change(root: etree._Element) -> None:
        last = paragraph_with(root, "继续抓好")
        for text in ("（2）小点", "1.要点", "（一）责任", "三、其他"):
            last.addnext(p(text))

    blocks = back(change).edited.paper.blocks
    assert [block.level for block in blocks[-4:] if isinstance(block, Heading)] == [1, 2, 3, 4]


def test_title_addressees_and_annex_title_are_taken() -> None:
    def change(root: etree._Element) -> None:
        says(paragraph_with(root, "甘肃省应急管理厅："), "省安委办：")
        title = next(item for item in root.iter(w("p")) if item.find(f".//{w('pStyle')}").get(w("val")) == "GWTitle")
        for node in list(title.iter(w("br"))):
            node.getparent().remove(node)
        says(title, "关于“安全生产月”活动开展情况的报告")
        says([item for item in root.iter(w("p")) if words(item) == "主要数据及其来源"][-1], "主要数据")

    result = back(change)
    paper = result.edited.paper
    assert (paper.title, paper.addressees) == ("关于“安全生产月”活动开展情况的报告", ("省安委办",))
    assert paper.annexes[0].title == "主要数据"
    assert kinds(result) == []


def test_a_line_break_divides_a_paragraph() -> None:
    def change(root: etree._Element) -> None:
        run = next(paragraph_with(root, "各级领导").iter(w("r")))
        run.append(etree.Element(w("br")))
        node = etree.SubElement(run, w("t"))
        node.text = "另起一段。"

    blocks = back(change).edited.paper.blocks
    assert blocks[3:5] == (PAPER.blocks[3], Paragraph((Text("另起一段。"),)))


def test_half_width_punctuation_becomes_full_width() -> None:
    result = back(lambda root: typed(root, "各级领导高度重视，", "各级领导,高度重视(含乡镇),"))
    assert result.edited.paper.blocks[3] == Paragraph(
        (Text("各级领导，高度重视（含乡镇），层层压实责任，确保活动取得实效。"),)
    )


# -- numbers ------------------------------------------------------------------------------------------


def test_a_number_changed_in_its_control_stands_and_is_told() -> None:
    result = back(lambda root: says(control(root, "fact:a1"), "近2万人"))
    assert result.edited.paper == PAPER
    (finding,) = result.findings
    assert (finding.kind, finding.old, finding.new, finding.must) == ("number-changed", "近1.5万人", "近2万人", True)
    assert "不采纳" in finding.zh


@pytest.mark.parametrize("now", ["115万人", "近1.5万人次以上1", "近1.5万余人", "9近1.5万人", "近1.5万人近1.5万人"])
def test_what_makes_it_another_number_is_a_change(now: str) -> None:
    result = back(lambda root: says(control(root, "fact:a1"), now))
    assert PEOPLE in result.edited.paper.bounds()
    assert kinds(result) in (["number-changed"], ["beside"]) if "次" in now else kinds(result) == ["number-changed"]


def test_words_typed_at_the_edge_of_a_control_are_moved_out() -> None:
    result = back(lambda root: says(control(root, "fact:a1"), "近1.5万人参加活动"))
    block = result.edited.paper.blocks[1]
    assert isinstance(block, Paragraph)
    assert block.inlines[1:3] == (PEOPLE, Text("参加活动，悬挂横幅、摆放展板"))
    assert kinds(result) == ["beside"]


def test_a_number_deleted_with_its_control_is_told() -> None:
    def change(root: etree._Element) -> None:
        gone = control(root, "fact:a2")
        gone.getparent().remove(gone)

    result = back(change)
    assert kinds(result) == ["number-removed"]
    assert result.findings[0].old == BANNERS.text
    assert result.edited.removed == (BANNERS,)


def test_an_emptied_control_is_a_number_removed() -> None:
    def placeholder(root: etree._Element) -> None:
        element = control(root, "fact:a2")
        element.find(w("sdtPr")).append(etree.Element(w("showingPlcHdr")))
        says(element, "单击或点击此处输入文字。")

    for change in (placeholder, lambda root: says(control(root, "fact:a2"), "")):
        result = back(change)
        assert kinds(result) == ["number-removed"]
        assert "单击" not in result.edited.paper.text()


def unwrap(element: etree._Element) -> None:
    """Delete a control and keep what stands in it, as 删除内容控件 does."""
    for run in reversed(list(element.find(w("sdtContent")))):
        element.addnext(run)
    element.getparent().remove(element)


def test_a_control_deleted_while_its_words_stay_is_bound_again() -> None:
    result = back(lambda root: unwrap(control(root, "fact:a1")))
    assert result.edited.paper == PAPER
    assert kinds(result) == ["rebound"]
    assert not result.findings[0].must


def test_every_control_lost_and_every_number_bound_again() -> None:
    def change(root: etree._Element) -> None:
        for element in list(root.iter(w("sdt"))):
            unwrap(element)

    result = back(change)
    assert result.edited.paper == PAPER
    assert kinds(result) == ["rebound"] * 3  # the table stands as it was


def test_a_control_lost_and_its_number_changed_is_told_twice() -> None:
    def change(root: etree._Element) -> None:
        unwrap(control(root, "fact:a3"))
        says(paragraph_with(root, "发放资料"), "一是组织开展宣传咨询日活动。各县市发放资料18万余份，群众反响良好。")

    result = back(change)
    assert sorted(kinds(result)) == ["number-loose", "number-removed"]
    assert LEAFLETS not in result.edited.paper.bounds()


def test_a_number_moved_with_its_control_stays_bound() -> None:
    def change(root: etree._Element) -> None:
        paragraph_with(root, "继续抓好").append(control(root, "fact:a1"))

    result = back(change)
    assert result.findings == ()
    last = result.edited.paper.blocks[-1]
    assert isinstance(last, Paragraph)
    assert last.inlines[-1] == PEOPLE


def test_a_control_copied_is_bound_in_both_places() -> None:
    def change(root: etree._Element) -> None:
        paragraph_with(root, "继续抓好").append(copy.deepcopy(control(root, "fact:a1")))

    result = back(change)
    assert kinds(result) == ["repeated"]
    assert result.edited.paper.bounds().count(PEOPLE) == 2


def test_a_number_typed_outside_the_controls_is_told() -> None:
    result = back(lambda root: typed(root, "确保活动取得实效。", "共组织演练120场次。"))
    assert kinds(result) == ["number-loose"]
    assert result.findings[0].new == "120场次"
    assert result.findings[0].must


def test_a_control_of_another_paper_is_plain_text() -> None:
    def change(root: etree._Element) -> None:
        other = copy.deepcopy(control(root, "fact:a1"))
        other.find(f"{w('sdtPr')}/{w('tag')}").set(w("val"), "fact:elsewhere")
        says(other, "9999人")
        paragraph_with(root, "继续抓好").append(other)

    result = back(change)
    assert {"foreign", "number-loose"} == set(kinds(result))
    assert set(result.edited.paper.bounds()) == set(NUMBERS)


def test_a_control_round_a_whole_paragraph_or_within_another() -> None:
    def whole(root: etree._Element) -> None:
        paragraph = paragraph_with(root, "各级领导")
        element = copy.deepcopy(control(root, "fact:a1"))
        content = element.find(w("sdtContent"))
        content.clear()
        paragraph.addnext(element)
        content.append(paragraph)

    result = back(whole)
    assert "number-changed" in kinds(result)
    assert any("各级领导" in finding.new for finding in result.findings)

    def within(root: etree._Element) -> None:
        outer, inner = control(root, "fact:a1"), control(root, "fact:a2")
        outer.find(w("sdtContent")).append(inner)

    result = back(within)
    assert sorted(kinds(result)) in (["nested", "rebound"], ["nested", "number-loose", "number-removed"])
    assert "近1.5万人" in result.edited.paper.text()


def test_tables_stand_and_what_was_typed_in_them_is_told() -> None:
    def change(root: etree._Element) -> None:
        says(control(root, "fact:t1"), "3000余人")
        says(paragraph_with(root, "积石山县"), "积石山")

    result = back(change)
    assert result.edited.paper == PAPER
    assert sorted(kinds(result)) == ["number-changed", "table"]
    assert all(finding.where.startswith("表格第") for finding in result.findings)


def test_rows_added_tables_added_and_tables_deleted() -> None:
    def grown(root: etree._Element) -> None:
        row = list(root.iter(w("tr")))[-1]
        row.addnext(copy.deepcopy(row))

    assert kinds(back(grown)) == ["table"]

    def another(root: etree._Element) -> None:
        table = copy.deepcopy(next(root.iter(w("tbl"))))
        says(next(table.iter(w("tr"))), "另一张表，内容很不一样")
        paragraph_with(root, "各级领导").addnext(table)

    result = back(another)
    assert "extra" in kinds(result)
    assert result.edited.paper == PAPER

    def gone(root: etree._Element) -> None:
        table = next(root.iter(w("tbl")))
        table.getparent().remove(table)

    result = back(gone)
    assert kinds(result) == ["number-removed"]
    assert result.edited.paper.annexes[0].blocks == PAPER.annexes[0].blocks[:1]


# -- what is not prose --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("was", "now", "name"),
    [
        ("临夏州安全生产委员会办公室文件", "临夏州人民政府文件", "发文机关标志"),
        ("签发人：", "签批人：", "发文字号"),
        ("附件：主要数据及其来源", "附件：主要数据", "附件说明"),
    ],
)
def test_lines_that_the_system_sets_are_not_taken(was: str, now: str, name: str) -> None:
    def change(root: etree._Element) -> None:
        if was == "签发人：":
            typed(root, was, now)
        else:
            says(paragraph_with(root, was), now)

    result = back(change)
    assert [(finding.kind, finding.where) for finding in result.findings] == [("head", name)]
    assert result.edited.paper == PAPER


def test_date_and_signature() -> None:
    def change(root: etree._Element) -> None:
        for paragraph in list(root.iter(w("p"))):
            style = paragraph.find(f".//{w('pStyle')}")
            if style is not None and style.get(w("val")) == "GWDate":
                says(paragraph, "2026年7月1日")
            elif style is not None and style.get(w("val")) == "GWSignature":
                paragraph.getparent().remove(paragraph)

    result = back(change)
    assert sorted(finding.where for finding in result.findings) == ["成文日期", "署名"]
    assert result.edited.paper == PAPER


def test_text_outside_the_text_is_told() -> None:
    def change(root: etree._Element) -> None:
        next(root.iter(w("p"))).addprevious(p("内部稿，请勿外传"))

    result = back(change)
    assert [(finding.kind, finding.new) for finding in result.findings] == [("extra", "内部稿，请勿外传")]


def test_an_annex_deleted_as_a_whole() -> None:
    def change(root: etree._Element) -> None:
        body = root.find(w("body"))
        start = next(place for place, item in enumerate(body) if item.tag == w("p") and words(item) == "附件")
        for item in list(body)[start:-1]:
            body.remove(item)

    result = back(change)
    assert result.edited.paper.annexes == ()
    assert {"annex-gone", "number-removed"} == set(kinds(result))


def test_tracked_changes_are_read_as_accepted() -> None:
    def change(root: etree._Element) -> None:
        run = next(item for item in root.iter(w("r")) if "各级领导" in words(item))
        inserted, deleted = etree.Element(w("ins")), etree.Element(w("del"))
        run.addprevious(inserted)
        new = copy.deepcopy(run)
        says(new, "全州上下高度重视，层层压实责任，确保活动取得实效。")
        inserted.append(new)
        run.addprevious(deleted)
        deleted.append(run)
        for node in run.iter(w("t")):
            node.tag = w("delText")
        element = control(root, "fact:a1").find(w("sdtContent"))
        for old in list(element):
            wrap = etree.SubElement(element, w("del"))
            wrap.append(old)
            for node in old.iter(w("t")):
                node.tag = w("delText")
        etree.SubElement(element, w("ins")).append(etree.fromstring(f'<w:r xmlns:w="{W}"><w:t>近3万人</w:t></w:r>'))

    result = back(change)
    assert result.edited.paper.blocks[3] == Paragraph((Text("全州上下高度重视，层层压实责任，确保活动取得实效。"),))
    assert [(finding.kind, finding.new) for finding in result.findings] == [
        ("number-changed", "近3万人"),
        ("revisions", ""),
    ]


def test_two_paragraphs_joined_by_a_tracked_deletion() -> None:
    def change(root: etree._Element) -> None:
        properties = paragraph_with(root, "各级领导").find(w("pPr"))
        etree.SubElement(etree.SubElement(properties, w("rPr")), w("del"))
        other = paragraph_with(root, "原报告缺")
        other.getparent().remove(other)
        paragraph_with(root, "各级领导").addnext(p("又一句。"))

    blocks = back(change).edited.paper.blocks
    assert Paragraph((Text("各级领导高度重视，层层压实责任，确保活动取得实效。又一句。"),)) in blocks


@pytest.mark.parametrize(
    ("xml", "kind", "says_so"),
    [
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏着的话</w:t></w:r>", "hidden", "藏着的话"),
        ("<w:r><w:rPr><w:strike/></w:rPr><w:t>划掉的话</w:t></w:r>", "struck", "划掉的话"),
        ("<w:r><w:drawing/></w:r>", "picture", ""),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', "symbol", ""),
        (
            "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>框里的话</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>",
            "box",
            "框里的话",
        ),
    ],
)
def test_what_cannot_be_prose_is_told(xml: str, kind: str, says_so: str) -> None:
    def change(root: etree._Element) -> None:
        paragraph_with(root, "继续抓好").append(etree.fromstring(f'<w:x xmlns:w="{W}">{xml}</w:x>')[0])

    result = back(change)
    assert [(finding.kind, finding.new) for finding in result.findings] == [(kind, says_so)]


def test_comments_and_footers_are_told() -> None:
    document = docx.Document(io.BytesIO(PRINTED))
    paragraph = next(item for item in document.paragraphs if "各级领导" in item.text)
    document.add_comment(paragraph.runs, text="这句太空", author="张某")
    out = io.BytesIO()
    document.save(out)
    result = proposed(out.getvalue())
    assert [(finding.kind, finding.new) for finding in result.findings] == [("comment", "张某：这句太空")]
    assert result.edited.paper == PAPER

    data = altered(lambda root: root.append(p("内部资料")), part="word/footer1.xml")
    assert [(finding.kind, finding.new) for finding in proposed(data).findings] == [("head", "内部资料")]


# -- whose file ---------------------------------------------------------------------------------------


def refused(data: bytes) -> str:
    with pytest.raises(Refusal) as caught:
        proposed(data)
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.zh)
    return caught.value.code


def test_a_file_of_another_paper_is_refused() -> None:
    assert refused(write_docx(dataclasses.replace(PAPER, check_code="AAAA-BBBB"))) == "another"
    out = io.BytesIO()
    docx.Document().save(out)
    assert refused(out.getvalue()) == "not-ours"


def test_a_file_without_its_code_is_known_by_its_numbers() -> None:
    def without(root: etree._Element) -> None:
        for node in root.iter(w("t")):
            node.text = re.sub("校验码.*", "", node.text or "")

    data = altered(without, part="word/footer1.xml")
    data = altered(without, part="word/footer2.xml", data=data)
    data = altered(lambda root: typed(root, "可用校验码核验", "可核验"), data=data)
    assert "no-code" in kinds(proposed(data))


def test_a_file_of_an_earlier_version_says_so() -> None:
    data = write_docx(PAPER, properties={taking_back.PROPERTY: "7F3K-92QD 2"})
    assert kinds(proposed(data, version=2)) == []
    (finding,) = proposed(data, version=5).findings
    assert (finding.kind, finding.old, finding.new, finding.must) == ("older", "2", "5", True)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "doc"),
        (b"GIF89a", "not-docx"),
        (PRINTED[: len(PRINTED) // 2], "broken"),
        (b"PK\x03\x04" + b"\x00" * 100, "broken"),
        (b"PK" + b"\x00" * (21 * 1024 * 1024), "too-large"),
    ],
)
def test_files_that_are_no_docx(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_hostile_packages() -> None:
    def bomb(name: str, content: bytes) -> bytes:
        out = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(PRINTED)) as given_file,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
        ):
            for item in given_file.namelist():
                made.writestr(item, content if item == name else given_file.read(item))
        return out.getvalue()

    assert refused(bomb("word/document.xml", b" " * 120_000_000)) == "bomb"
    entity = b'<!DOCTYPE a [<!ENTITY b "cc">]><w:document xmlns:w="' + W.encode() + b'">&b;</w:document>'
    assert refused(bomb("word/document.xml", entity)) == "hostile"
    many = altered(lambda root: root.find(w("body")).extend([p("字" * 100) for _ in range(6000)]))
    assert refused(many) == "too-long"


def test_a_long_paper_in_another_order_is_aligned_in_reasonable_time() -> None:
    blocks = tuple(Paragraph((Text(f"第{n}件事情办得很好，各方都满意，继续努力{n}。"),)) for n in range(300))
    paper = dataclasses.replace(PAPER, blocks=blocks)
    data = write_docx(dataclasses.replace(paper, blocks=blocks[::-1]))
    result = proposed(data, paper)
    assert set(result.edited.paper.blocks) == set(blocks)


# -- what always holds --------------------------------------------------------------------------------

EDITS = st.lists(
    st.tuples(
        st.sampled_from(["drop", "copy", "swap", "type", "control", "unwrap", "unstyle"]),
        st.integers(0, 200),
        st.text(alphabet="一二三，。近万人余1234567890", max_size=8),
    ),
    max_size=5,
)


@settings(max_examples=40, deadline=None)
@given(EDITS)
def test_no_edit_is_swallowed(edits: list[tuple[str, int, str]]) -> None:
    """Whatever is done to the file: every number of the paper is bound, or told of; every word is in the prose or in
    a finding."""

    def change(root: etree._Element) -> None:
        for kind, at, text in edits:
            body = root.find(w("body"))
            paragraphs = [item for item in body.iter(w("p")) if words(item)]
            controls = list(root.iter(w("sdt")))
            target = paragraphs[at % len(paragraphs)]
            if kind == "drop" and target.getparent().tag == w("body"):
                body.remove(target)
            elif kind == "copy":
                target.addnext(copy.deepcopy(target))
            elif kind == "swap" and target.getparent().tag == w("body"):
                other = paragraphs[(at * 7) % len(paragraphs)]
                if other.getparent().tag == w("body") and other is not target:
                    other.addnext(target)
            elif kind == "type":
                nodes = list(target.iter(w("t")))
                nodes[at % len(nodes)].text += text
            elif kind == "control" and controls:
                says(controls[at % len(controls)], text)
            elif kind == "unwrap" and controls:
                unwrap(controls[at % len(controls)])
            elif kind == "unstyle":
                for style in list(target.iter(w("pStyle"))):
                    style.getparent().remove(style)

    data = altered(change)
    result = proposed(data)
    bounds = set(result.edited.paper.bounds())
    assert bounds <= set(NUMBERS)
    told = {finding.old for finding in result.findings if finding.kind == "number-removed"}
    assert {bound.text for bound in set(NUMBERS) - bounds} == told
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        root = etree.fromstring(archive.read("word/document.xml"))
    heard = Counter(squeeze(result.edited.paper.text() + "".join(finding.new for finding in result.findings)))
    written = Counter(squeeze("".join(words(paragraph) for paragraph in root.iter(w("p")))))
    if all(kind != "copy" for kind, _, _ in edits):  # what is found twice is told once
        assert set(written - heard) <= set("，。")  # a stray mark behind an addressee is tidied away
    else:
        assert set(written) <= set(heard)
    # proposing again what was proposed changes nothing more
    again = proposed(write_docx(result.edited.paper), result.edited.paper)
    assert (again.edited.paper, again.findings) == (result.edited.paper, ())


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_changes_are_said_word_by_word() -> None:
    other = dataclasses.replace(
        PAPER, blocks=(*PAPER.blocks[:3], Paragraph((Text("各级领导重视，确保活动取得实效。"),)), *PAPER.blocks[4:])
    )
    (change,) = changes(PAPER, other)
    assert change.where == "正文第4段"
    assert "".join(text for kind, text in change.parts() if kind != "new") == change.old
    assert "".join(text for kind, text in change.parts() if kind != "old") == change.new


def test_refusals_are_ours() -> None:
    assert issubclass(TakenBackError, Refusal)
    assert issubclass(CheckError, Refusal)


@pytest.mark.slow
@pytest.mark.parametrize("by_way_of", ["docx", "odt"])
def test_saved_by_libreoffice(by_way_of: str, tmp_path: Path) -> None:
    """LibreOffice renames styles and, saving, drops controls; what was printed is still all there and still bound."""
    if shutil.which("soffice") is None:
        pytest.skip("soffice is missing: install Debian's libreoffice-writer")
    given_file = tmp_path / "paper.docx"
    given_file.write_bytes(PRINTED)
    for kind in (by_way_of, "docx"):
        home = f"-env:UserInstallation=file://{tmp_path}/home"
        command = [
            "soffice",
            "--headless",
            home,
            "--convert-to",
            kind,
            "--outdir",
            str(tmp_path / kind),
            str(given_file),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        given_file = tmp_path / kind / f"paper.{kind}"
    result = proposed(given_file.read_bytes())
    assert result.edited.paper == PAPER
    assert not [finding for finding in result.findings if finding.must]

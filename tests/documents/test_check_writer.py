"""The checker on papers of the project's own DOCX writer: clean as written, each seeded fault found by its own rule."""

from __future__ import annotations

import dataclasses
import datetime

import pytest
from faults.written import WRITTEN

from bihuan.documents.check import check_docx
from bihuan.documents.docx_writer import write_docx
from bihuan.documents.fonts import discover
from bihuan.documents.paper import Annex, Bound, Colophon, Heading, Notice, Paper, Paragraph, RunIn, Table, Text
from bihuan.documents.typst_writer import render

OFFICE = "临夏州安全生产委员会办公室"
DAY = datetime.date(2023, 7, 5)

PLAIN = Paper(
    kind="通报",
    issuer=(OFFICE,),
    mark=f"{OFFICE}文件",
    title="关于2023年“安全生产月”活动情况的通报",
    number="临州安办〔2023〕15号",
    addressees=("各县市安全生产委员会", "州直有关部门"),
    blocks=(
        Paragraph(
            (Text("2023年6月是第22个“安全生产月”。根据临州安办〔2023〕9号文件，现将有关情况通报如下——请认真阅读。"),)
        ),
        Heading(1, (Text("一、活动开展情况"),)),
        RunIn(2, (Text("（一）宣传咨询日。"),), (Text("6月12日，"), Bound("fact:1", "2000余人"), Text("参加了活动。"))),
        RunIn(2, (Text("（二）网络知识竞赛。"),), (Text("结果如下。"),)),
        Paragraph((Text("1.参与人数"), Bound("fact:2", "6万余人"), Text("。"))),
        Paragraph((Text("2.答题积分"), Bound("fact:3", "870万余分"), Text("。"))),
        Table(
            ((((Text("县市"),), (Text("人数"),))),),
            (((Text("康乐县"),), (Bound("fact:4", "2000余人"),)),),
            (10, 10),
            "表1",
        ),
        Notice("示例：以下为模型数据"),
        Heading(1, (Text("二、下一步打算"),)),
        Paragraph((Text("以“隐患就是事故”的理念抓好排查治理。"),)),
    ),
    annexes=(Annex("活动情况统计表", (Paragraph((Text("统计如下。"),)),)),),
    signature=(OFFICE,),
    date=DAY,
    note="此件公开发布",
    colophon=Colophon(("州委办公室", "州人大常委会办公室"), OFFICE, DAY),
)

VARIANTS = {
    "plain": {},
    "sealed": {"sealed": True},
    "marked": {"marking": "示例文稿·模型数据", "check_code": "AB12-CD34"},
    "upward": {"kind": "报告", "title": "关于2023年“安全生产月”活动情况的报告", "upward": True, "signer": "马某某"},
    "with corners": {"copy_number": "000001", "secrecy": "秘密★1年", "urgency": "特急"},
    "two annexes": {"annexes": (Annex("统计表", ()), Annex("名单", ()))},
    "short": {"annexes": (), "note": "", "addressees": ()},
    "draft": {"number": None, "date": None},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_written_papers_are_clean(name: str) -> None:
    assert check_docx(write_docx(dataclasses.replace(PLAIN, **VARIANTS[name]))) == []


def test_a_caption_under_an_annex_title_is_no_part_of_it() -> None:
    table = Table((((Text("县市"),),),), (((Text("康乐县"),),),), (10,), "表1　各县市情况")
    assert check_docx(write_docx(dataclasses.replace(PLAIN, annexes=(Annex("统计表", (table,)),)))) == []


def test_neither_a_blank_page_nor_the_colophon_behind_it_is_numbered() -> None:
    places = set()
    for lines in range(22, 32, 2):
        blocks = tuple(Paragraph((Text("在" * 20),)) for _ in range(lines))
        paper = dataclasses.replace(PLAIN, blocks=blocks, annexes=())
        places.add(render(paper, discover()).colophon)
        assert check_docx(write_docx(paper)) == [], lines
    assert "after-blank" in places


@pytest.mark.parametrize("rule", WRITTEN)
def test_fault_in_a_written_paper_is_found_by_its_own_rule_alone(rule: str) -> None:
    findings = check_docx(WRITTEN[rule](write_docx(PLAIN)))
    assert [finding.rule for finding in findings] == [rule], findings

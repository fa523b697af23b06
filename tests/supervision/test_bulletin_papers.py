"""Bulletins as papers: bound numbers that verify, nothing inside told outside, errata that refer."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from cast import Cast
from months import JUNE, MAY, bulletin, busy_june, campaign, duty, finished
from rounds import act, on

from bihuan.documents import actions as documents
from bihuan.documents import queries as papers
from bihuan.documents import vouching
from bihuan.documents.check import check_docx
from bihuan.documents.controls import Control
from bihuan.documents.docx_writer import write_docx
from bihuan.documents.fonts import discover
from bihuan.documents.models import Document
from bihuan.documents.paper import Bound
from bihuan.documents.rules import Format, Relation
from bihuan.history.models import Entry
from bihuan.loop import actions as loop
from bihuan.loop.models import Matter
from bihuan.reports.verification import verify
from bihuan.supervision import actions
from bihuan.supervision.bulletin_rules import Openness
from bihuan.supervision.models import Bulletin, BulletinPaper
from bihuan.supervision.verification import page


@pytest.fixture(autouse=True)
def ladders(db: None) -> None:
    loop.load_ladders(by="system:tests", at=on(1, 1))


@pytest.fixture
def june(cast: Cast) -> tuple[Bulletin, dict[str, Matter]]:
    found, made = busy_june(cast)
    return bulletin(found), made


def written(made: Bulletin, openness: Openness, cast: Cast) -> Document:
    return actions.write_paper(bulletin=made, openness=openness, by=cast.operator.by, at=on(7, 3))


def issued(document: Document, cast: Cast) -> Document:
    checked = documents.check(document=document, by=cast.checker.by, at=on(7, 3))
    day = dt.date(2023, 7, 3)
    return documents.sign_off(document=checked, day=day, fonts=discover(), by=cast.leader.by, at=on(7, 3))


def test_inside_paper(june: tuple[Bulletin, dict[str, Matter]], cast: Cast) -> None:
    made, _matters = june
    document = written(made, Openness.ON_REQUEST, cast)
    assert written(made, Openness.ON_REQUEST, cast) == document
    said = papers.paper(document)
    assert said.title == "临夏州安全生产委员会办公室关于2023年“安全生产月”重点工作6月份推进完成情况的通报"
    text = said.text()
    assert "截至2023年6月30日18时" in text
    assert "2个单位承担重点工作7项。6月份应完成4项，已完成2项（其中逾期完成1项），完成率50%。累计办结2项。" in text
    assert "按进度推进1项，进度滞后1项，逾期未完成1项，待审核1项，未启动1项；本月延期1项。亮红灯1项。" in text
    assert "物业配合不到位" in text
    assert "公开属性：依申请公开，依据：《中华人民共和国政府信息公开条例》第十三条第二款。" in text
    assert (said.note, said.marking, document.book) == ("此件依申请公开", "示例文稿·模型数据", "example")
    kept = BulletinPaper.objects.get(bulletin=made)
    assert (kept.document, kept.openness) == (document, "on_request")
    assert Entry.objects.filter(verb="supervision.bulletin_written", subject_id=str(made.pk)).count() == 1


def test_what_is_published_names_no_person_and_no_reason(june: tuple[Bulletin, dict[str, Matter]], cast: Cast) -> None:
    made, _matters = june
    said = papers.paper(written(made, Openness.OPEN, cast))
    text = said.text()
    assert said.title.endswith("推进完成情况的公示")
    assert said.note == "此件公开发布"
    assert "排查消防通道" in text
    people = [person.name for person in cast.everyone().values()]
    for inside in ("物业配合不到位", "专家未到", "景区停业", "落后", "原因", "异议", *people):
        assert inside not in text, inside


def test_paper_is_right_by_the_standard_and_every_number_verifies(
    june: tuple[Bulletin, dict[str, Matter]], cast: Cast
) -> None:
    made, _matters = june
    for openness in Openness:
        document = issued(written(made, openness, cast), cast)
        content = papers.printed(document, Format.DOCX)
        assert [(finding.rule, finding.zh) for finding in check_docx(content)] == []
        result = verify(content)
        assert (result.state, result.loose) == ("holds", ())
        assert len(result.facts) == len(papers.paper(document).bounds()) > 30
        assert all(page(bound.tag.partition(":")[2]) for bound in papers.paper(document).bounds())


def test_a_number_changed_by_hand_is_found(june: tuple[Bulletin, dict[str, Matter]], cast: Cast) -> None:
    made, _matters = june
    document = written(made, Openness.CLOSED, cast)
    said = papers.paper(document)
    late = next(bound for bound in said.bounds() if bound.tag.endswith(":all:overdue"))
    forged = said.to_dict()
    for block in forged["blocks"]:
        for inline in block.get("inlines", []):
            if inline.get("tag") == late.tag:
                inline["text"] = "0项"
    result = verify(write_docx(type(said).from_dict(forged)))
    assert (result.state, result.exit_code) == ("does not match", 2)
    (wrong,) = [item for item in result.facts if item.state == vouching.BROKEN]
    assert "“1”" in wrong.because[0]


NOTHING = ["bulletin:", "bulletin:x", "bulletin:1:all", "bulletin:999999:all:due", "bulletin:1:1:nothing"]


@pytest.mark.parametrize("tag", [*NOTHING, "bulletin:" + "9" * 40])
def test_tags_that_name_nothing(june: tuple[Bulletin, dict[str, Matter]], tag: str) -> None:
    (found,) = vouching.check([Control(tag, "1项")])
    assert found.state == vouching.BROKEN


def test_pages_behind_numbers() -> None:
    assert page("3:all:due") == "/supervision/bulletins/3/matters/?count=due"
    assert page("3:17:rate") == "/supervision/bulletins/3/matters/?unit=17&count=due"
    assert page("3:m9:days_late") == "/matters/9/"
    assert page("3:all") == page("javascript:alert(1)") == ""


def test_an_erratum_is_a_new_paper_that_refers_to_the_old(june: tuple[Bulletin, dict[str, Matter]], cast: Cast) -> None:
    made, matters = june
    first = issued(written(made, Openness.CLOSED, cast), cast)
    open_one = written(made, Openness.OPEN, cast)  # a draft only: nothing to put right
    before = (first.paper, papers.printed(first, Format.DOCX))
    act(matters["waiting"], "sign_for", cast.yongjing_liaison, on(6, 29))
    second = bulletin(made.campaign)
    erratum = written(second, Openness.CLOSED, cast)
    assert (erratum.refers_to, erratum.relation) == (first, Relation.ERRATUM)
    said = papers.paper(erratum)
    assert said.title.endswith("（更正）")
    assert f"{first.number}所载数据有误，现予更正，以本件为准。" in said.text()
    assert written(second, Openness.OPEN, cast).refers_to is None
    first.refresh_from_db()
    assert (first.paper, papers.printed(first, Format.DOCX)) == before
    old = verify(before[1])
    assert old.state == vouching.SUPERSEDED
    (changed, *_more) = [item for item in old.facts if item.state == vouching.SUPERSEDED]
    assert changed.because == ("第2版更正为“2”",) or "第2版更正为" in changed.because[0]
    assert open_one.state == "draft"


def test_trend_quotes_the_numbers_of_the_month_before(cast: Cast) -> None:
    found = campaign(cast)
    who = (found, cast.office, cast.kangle_bureau, cast.kangle_liaison)
    one, two = (duty(*who, dt.date(2023, 5, 19), on(5, 8)) for _ in range(2))
    finished(one, cast, cast.kangle_liaison, on(5, 18))
    may = bulletin(found, month=MAY, cut_off=on(5, 31, 18), at=on(6, 1))
    finished(two, cast, cast.kangle_liaison, on(6, 5))
    finished(duty(*who, dt.date(2023, 6, 16), on(6, 2)), cast, cast.kangle_liaison, on(6, 16))
    made = bulletin(found, month=JUNE, ranking_basis="甘安办〔2023〕15号")
    said = papers.paper(written(made, Openness.CLOSED, cast))
    assert "与上月相比，完成率由50%变为100%（提高50个百分点），逾期未完成事项由1项变为0项。" in said.text()
    assert "逾期，" not in re.sub("逾期未完成", "", said.text().split("三、")[1].split("四、")[0])
    assert "没有逾期未完成的事项" in said.text()
    assert "逾期事项已办结：康乐县应急管理局“重点工作" in said.text()
    assert "按照甘安办〔2023〕15号要求和重点工作任务按月通报制度" in said.text()
    tags = [bound.tag for bound in said.bounds()]
    assert f"bulletin:{may.pk}:all:rate" in tags
    assert verify(write_docx(replace(said))).state == "holds"
    moved = f"bulletin:{made.pk}:b{may.pk}:points"
    assert moved in tags
    assert page(moved.removeprefix("bulletin:")) == f"/supervision/bulletins/{made.pk}/matters/?count=due"
    texts = (("50个百分点", vouching.HOLDS), ("40个百分点", vouching.BROKEN), ("50.1个百分点", vouching.BROKEN))
    for text, state in texts:
        (checked,) = vouching.check([Control(moved, text)])
        assert checked.state == state
    assert all(isinstance(bound, Bound) for bound in said.bounds())

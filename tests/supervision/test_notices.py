"""A notice from its draft to its end, and its paper in step with it through whatever door."""

from __future__ import annotations

import datetime as dt

import pytest
from cast import Cast
from oversight import drafted, issued, mandate, order, signed, supervised
from rounds import act, on, task

from bihuan.documents import actions as documents
from bihuan.documents.models import Delivery, Document, Receipt
from bihuan.history.models import Entry
from bihuan.loop import actions as loop
from bihuan.loop.actions import Said
from bihuan.loop.models import Evidence, Matter, Step
from bihuan.loop.queries import differences
from bihuan.loop.refusals import EvidenceError, OwnLoopError, PastDueError, StaleMatterError
from bihuan.messages.models import Message
from bihuan.supervision import actions, queries
from bihuan.supervision.actions import Order
from bihuan.supervision.models import Notice, Urging
from bihuan.supervision.refusals import SupervisionError, TwiceError
from bihuan.supervision.rules import What


@pytest.fixture(autouse=True)
def ladders(db: None) -> None:
    loop.load_ladders(by="system:tests", at=on(1, 1))


def test_whole_life(cast: Cast) -> None:
    about = supervised(cast)
    notice = issued(cast, about)
    assert notice.paper is not None
    assert notice.paper.number == "州应急局督〔2023〕1号"
    assert (notice.matter.state, notice.matter.raised_from_id, notice.matter.due_on) == (
        "assigned", about.matter_id, dt.date(2023, 6, 30),
    )  # fmt: skip
    assert Evidence.objects.get(step__matter=notice.matter).paper == notice.paper.pk
    assert Message.objects.filter(recipient=cast.kangle_liaison, zh__contains="请签收").exists()
    notice = actions.sign_for_notice(notice=notice, expected_version=2, by=cast.kangle_liaison.by, at=on(6, 13))
    receipt = Receipt.objects.get(document=notice.paper)
    assert (receipt.by, receipt.at, receipt.delivery.unit) == (cast.kangle_liaison.by, on(6, 13), cast.kangle_bureau)
    with pytest.raises(EvidenceError):
        actions.answer_notice(notice=notice, said=Said(), expected_version=3, by=cast.kangle_liaison.by, at=on(6, 20))
    notice = actions.answer_notice(
        notice=notice, said=Said(text="已举办"), expected_version=3, by=cast.kangle_liaison.by, at=on(6, 20)
    )
    with pytest.raises(OwnLoopError):
        actions.check_notice(notice=notice, agreed=True, expected_version=4, by=cast.kangle_liaison.by, at=on(6, 21))
    notice = actions.check_notice(
        notice=notice, agreed=False, text="缺照片", expected_version=4, by=cast.checker.by, at=on(6, 21)
    )
    notice = actions.answer_notice(
        notice=notice, said=Said(text="补齐"), expected_version=5, by=cast.kangle_liaison.by, at=on(6, 22)
    )
    notice = actions.check_notice(notice=notice, agreed=True, expected_version=6, by=cast.checker.by, at=on(6, 23))
    notice = actions.strike_off(
        notice=notice, verdict="满意", archive_number="2023-督-1", expected_version=7, by=cast.operator.by, at=on(6, 24)
    )
    assert (notice.matter.end, notice.verdict, notice.archive_number) == ("closed", "满意", "2023-督-1")
    assert differences(notice.matter) == []
    assert queries.notices_issued([cast.kangle_bureau.pk], first=dt.date(2023, 6, 1), last=dt.date(2023, 6, 30),
                                  book="example") == {cast.kangle_bureau.pk: 1}  # fmt: skip


def test_nothing_goes_out_before_its_paper_is_issued(cast: Cast) -> None:
    notice = drafted(cast)
    before = (Step.objects.count(), Entry.objects.count())
    with pytest.raises(SupervisionError, match="签发"):
        actions.issue_notice(notice=notice, expected_version=1, by=cast.operator.by, at=on(6, 12))
    with pytest.raises(SupervisionError, match="签发"):  # through the loop's own door
        act(notice.matter, "assign", cast.operator, on(6, 12), unit=cast.kangle_bureau, due_on=dt.date(2023, 6, 30))
    assert (Step.objects.count(), Entry.objects.count()) == before
    assert Matter.objects.get(pk=notice.matter_id).state == "registered"
    signed(cast, notice.paper)
    with pytest.raises(SupervisionError, match="不能交给别的单位"):
        act(notice.matter, "assign", cast.operator, on(6, 12), unit=cast.yongjing_bureau, due_on=dt.date(2023, 6, 30))
    act(notice.matter, "assign", cast.operator, on(6, 12, 15), unit=cast.kangle_bureau, due_on=dt.date(2023, 6, 30))
    assert Delivery.objects.get(document=notice.paper).unit == cast.kangle_bureau
    assert Notice.objects.get(pk=notice.pk).issued_at == on(6, 12, 15)


def test_who_signs_for_the_paper_signs_for_the_notice_and_the_other_way_round(cast: Cast) -> None:
    one, two = issued(cast), issued(cast, supervised(cast, matter=task(cast), although="另一场"))
    act(one.matter, "sign_for", cast.kangle_liaison, on(6, 13))  # on the page of the matter
    assert Receipt.objects.get(document=one.paper).by == cast.kangle_liaison.by
    documents.receive(
        delivery=Delivery.objects.get(document=two.paper), by=cast.kangle_liaison.by, at=on(6, 13)
    )  # on the page of the paper
    assert actions.carry_receipts(at=on(6, 13, 11)) == 1
    assert actions.carry_receipts(at=on(6, 13, 12)) == 0
    row = Matter.objects.get(pk=two.matter_id)
    assert (row.state, Step.objects.get(matter=row, verb="sign_for").by) == ("doing", cast.kangle_liaison.by)
    assert differences(row) == []


def test_one_matter_one_notice(cast: Cast) -> None:
    about = supervised(cast)
    notice = drafted(cast, about, key="same")
    assert drafted(cast, about, key="same").pk == notice.pk
    with pytest.raises(SupervisionError, match="再批示"):
        drafted(cast, about, key="other")
    signed(cast, notice.paper)
    follower = actions.draft_notice(
        key="again", mandate=about.mandate, order=order(cast, order_text="务必本周办结"), follows=notice,
        by=cast.operator.by, at=on(6, 14),
    )  # fmt: skip
    assert (follower.about_id, follower.matter.raised_from_id) == (about.matter_id, about.matter_id)
    assert follower.paper is not None
    text = str(follower.paper.paper)
    assert "州应急局督〔2023〕1号" in text
    assert "务必本周办结" in text


def test_what_is_no_notice(cast: Cast) -> None:
    about = supervised(cast)
    with pytest.raises(PastDueError):
        drafted(cast, about, due_on=dt.date(2023, 6, 11))
    with pytest.raises(SupervisionError, match="一份通知只发一个承办单位"):
        drafted(cast, about, unit=cast.yongjing_bureau)
    with pytest.raises(SupervisionError, match="办理要求"):
        drafted(cast, about, demand="  ")
    with pytest.raises(SupervisionError, match="请选"):
        actions.draft_notice(key="x", mandate=about.mandate, order=order(cast), by=cast.operator.by, at=on(6, 12))
    free = task(cast)
    with pytest.raises(SupervisionError, match="立项"):
        actions.draft_notice(
            key="x", mandate=about.mandate, order=order(cast), about=free, by=cast.operator.by, at=on(6, 12)
        )
    assert Document.objects.count() == 0
    assert Notice.objects.count() == 0


def test_limit_of_notices(cast: Cast) -> None:
    actions.set_limit(
        what=What.NOTICES,
        days=30,
        most=1,
        valid_from=dt.date(2023, 6, 1),
        source="文件",
        by=cast.operator.by,
        at=on(6, 1),
    )
    issued(cast)
    about = supervised(cast, matter=task(cast), although="另一场")
    with pytest.raises(TwiceError, match="收到督办通知 1 次"):
        drafted(cast, about)
    assert drafted(cast, about, although="事关重大").although == "事关重大"


def test_further_matters_stand_in_an_annex(cast: Cast) -> None:
    other = task(cast)
    notice = drafted(cast, supervised(cast), lines=[other], assisting=[cast.school])
    assert notice.paper is not None
    assert "一并列明的其他事项" in str(notice.paper.paper)
    assert [line.matter_id for line in notice.lines.all()] == [other.pk]
    assert notice.matter.assisting.get().unit == cast.school


def test_stale_page_and_double_click(cast: Cast) -> None:
    notice = issued(cast)
    again = actions.issue_notice(notice=notice, expected_version=1, by=cast.operator.by, at=on(6, 12, 13))
    assert again.matter.version == 2
    with pytest.raises(StaleMatterError):
        actions.issue_notice(notice=notice, expected_version=1, by=cast.checker.by, at=on(6, 12, 13))
    assert Delivery.objects.count() == 1


def test_urging_in_writing(cast: Cast) -> None:
    matter = task(cast)
    row = actions.urge(matter=matter, text="请抓紧", expected_version=2, by=cast.operator.by, at=on(6, 14))
    urging = actions.urge_in_writing(
        matter=row, text="三日内反馈", until=dt.date(2023, 6, 19), expected_version=3, by=cast.operator.by, at=on(6, 15)
    )
    again = actions.urge_in_writing(
        matter=row,
        text="三日内反馈",
        until=dt.date(2023, 6, 19),
        expected_version=3,
        by=cast.operator.by,
        at=on(6, 15, 11),
    )
    assert (urging.number, again.pk, Urging.objects.count()) == (1, urging.pk, 1)
    text = str(urging.paper.paper)
    assert "三日内反馈" in text
    assert "6月14日10:00马拟稿催办：请抓紧" in text
    with pytest.raises(PastDueError):
        actions.urge_in_writing(
            matter=row, text="快", until=dt.date(2023, 6, 1), expected_version=4, by=cast.operator.by, at=on(6, 15)
        )


def test_a_notice_explains_itself(cast: Cast) -> None:
    from bihuan.loop.explaining import explained
    from bihuan.loop.queries.explained import account

    matter = task(cast)
    loop.sweep(at=on(6, 21))
    zh, en = explained(account(Matter.objects.get(pk=matter.pk), at=on(6, 21)))
    assert zh.startswith(
        "“举办宣传咨询日活动”由临夏州应急管理局于2023年6月5日交办康乐县应急管理局，办结时限2023年6月16日。工作日按日历版本“"
    )
    assert "依据“标准督办层级”，6月21日10:00" in zh
    assert "提醒康联络" in zh
    assert "改提醒" in zh  # nobody holds the leader's place
    assert zh.endswith("截至2023年6月21日，逾期3个工作日，待签收，尚未反馈。")
    assert "By 2023-06-21: 3 working days late, to be signed for, not answered." in en
    act(matter, "withdraw", cast.operator, on(6, 22), text="不办")
    assert explained(account(Matter.objects.get(pk=matter.pk), at=on(6, 22)))[0].endswith("事项已撤销。")


def test_an_order_names_its_matter_and_mandate_is_cited(cast: Cast) -> None:
    notice = drafted(cast, supervised(cast, mandate(cast)))
    assert isinstance(order(cast), Order)
    assert notice.paper is not None
    said = str(notice.paper.paper)
    for words in (
        "《中华人民共和国安全生产法》第九条",
        "临州安委〔2023〕3号",
        "州安委会第二次全体会议",
        "2023年6月30日",
    ):
        assert words in said

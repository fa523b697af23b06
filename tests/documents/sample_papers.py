"""Papers that the tests of model, writers and checker print."""

from __future__ import annotations

import datetime

from bihuan.documents.paper import Annex, Bound, Colophon, Heading, Notice, Paper, Paragraph, RunIn, Table, Text


def text(words: str) -> tuple[Text, ...]:
    return (Text(words),)


def row(*cells: str) -> tuple[tuple[Text, ...], ...]:
    return tuple(text(cell) for cell in cells)


LONG = (
    "在“安全生产月”期间，各县市、各部门通过悬挂横幅、摆放展板挂图、发放宣传资料、设置现场咨询台等多种形式，广泛宣传安全生产"
    "法律法规，大力普及交通安全、消防安全、校园安全、用电安全等方面知识和应急避险常识，耐心解答群众疑问，营造了浓厚的活动氛围。"
)
FIGURES = (
    Text("全州各县市组织参加人数"),
    Bound("fact:a1", "近1.5万人", "参加人数"),
    Text("，悬挂横幅、摆放展板"),
    Bound("fact:a2", "1500多条（块）"),
    Text("，发放各类宣传资料、宣传小礼品"),
    Bound("fact:a3", "8万余份"),
    Text("，宣传咨询日活动取得良好效果。以“119”消防日为契机——抓住重点……突出基层。"),
)
TABLE = Table(
    header=(row("县市", "参加人数", "横幅和展板（条、块）", "备注"),),
    rows=(
        (
            (Text("康乐县"),),
            (Bound("fact:t1", "2000余人"),),
            (Text("120"),),
            (Text("主会场，另有枹罕镇、癿藏镇同志到会观摩"),),
        ),
        row("积石山保安族东乡族撒拉族自治县", "800余人", "96", ""),
    ),
    widths=(8, 6, 8, 10),
    caption="表1　宣传咨询日活动情况",
)


def notice_paper(**changes: object) -> Paper:
    """A 通知 of a single issuer with everything but annexes; text on two pages."""
    given: dict[str, object] = {
        "kind": "通知",
        "issuer": ("临夏州安全生产委员会办公室",),
        "mark": "临夏州安全生产委员会办公室文件",
        "title": "临夏州安全生产委员会办公室关于组织开展2023年“安全生产月”暨应急演练“展赛评”活动的通知",
        "number": "临州安办〔2023〕15号",
        "addressees": ("各县（市）安委会", "州安委会各成员单位"),
        "blocks": (
            Paragraph(text("今年6月是我国第22个“安全生产月”，根据省安委办、省应急管理厅要求，现就有关事项通知如下。")),
            Heading(1, text("一、总体安排")),
            Paragraph(text(LONG)),
            Heading(2, text("（一）活动主题")),
            Paragraph(text(LONG * 2)),
            Heading(3, text("1.组织领导")),
            Heading(4, text("（1）职责")),
            RunIn(3, text("一是组织开展宣传咨询日活动。"), FIGURES),
            Paragraph(text(LONG)),
        ),
        "date": datetime.date(2023, 5, 9),
        "note": "此件公开发布",
        "colophon": Colophon(
            ("省安委会办公室，州委办公室，州人大常委会办公室",), "临夏州安全生产委员会办公室", datetime.date(2023, 5, 9)
        ),
    }
    return Paper(**{**given, **changes})  # type: ignore[arg-type]


def report_paper(**changes: object) -> Paper:
    """An upward 报告 with signer, table, notice, two annexes, marking and check code."""
    given: dict[str, object] = {
        "kind": "报告",
        "mark": "临夏州应急管理局文件",
        "issuer": ("临夏州应急管理局",),
        "title": "临夏州应急管理局关于2023年“安全生产月”活动开展情况的报告",
        "number": "临州应急〔2023〕7号",
        "signer": "马癿藏",
        "upward": True,
        "copy_number": "000012",
        "secrecy": "秘密★1年",
        "urgency": "特急",
        "addressees": ("省应急管理厅",),
        "blocks": (
            Heading(1, text("一、活动开展情况")),
            Paragraph(FIGURES),
            TABLE,
            Paragraph(text(LONG)),
            Notice("六、七两项没有收到材料，此处留空，不以推测代替；请在印发前补报或说明。"),
            Heading(1, text("二、下一步工作打算")),
            Paragraph(text(LONG * 2)),
        ),
        "annexes": (
            Annex("临夏州2023年“安全生产月”宣传咨询日活动任务分工及各县市完成情况汇总表", (Paragraph(text(LONG * 9)),)),
            Annex("宣传咨询日活动情况", (Paragraph(text(LONG)), TABLE)),
        ),
        "colophon": Colophon(("州委办公室，州政府办公室",), "临夏州应急管理局办公室", datetime.date(2023, 7, 5)),
        "marking": "示例文稿·模型数据",
        "check_code": "7F3K-92QD",
    }
    return notice_paper(**{**given, **changes})

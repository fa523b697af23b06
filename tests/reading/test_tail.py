"""The foreign tail: cut what web pages left behind, keep what rightly stands at the end of a report."""

from __future__ import annotations

import pytest

from bihuan.reading.tail import find_tail

BODY = (
    "全县安全生产月活动总结\n"
    "今年以来，县安委办组织各乡镇、各部门开展安全生产月活动，排查整治事故隐患，压实企业主体责任。\n"
    "一、主要做法\n一是组织开展应急演练，提升干部职工应急处置能力，全县共开展演练十二场次。\n"
    "二是深入企业、学校、社区开展宣传，发放宣传资料三千余份，群众安全意识明显增强。\n"
    "二、下一步打算\n下一步，我县将持续强化监管执法，推动隐患整改闭环，确保全县安全生产形势稳定。"
)
TEASERS = [
    "我家的阳台作文 篇1 我家有一个小小的阳台，春天一到，妈妈种的月季就开了，红的像火，粉的像霞，我每天...",
    "难忘的旅行 篇2 暑假里，爸爸带我去了海边，浪花一层一层地扑过来，我高兴极了，光着脚丫跑来跑去……",
    "雨后作文1 雨停了，树叶上挂满了亮晶晶的水珠，空气里有泥土的清香，小鸟又开始唱歌...",
]
WEB = [
    "相关阅读：",
    "2023年消防工作总结 2023-07-02",
    "乡镇安全生产月活动方案范文三篇 2023-06-11",
    "上一篇：某镇防汛工作汇报",
    "下一篇：没有了",
]
LEGITIMATE = [
    "附件：1.活动统计表\n　　　2.任务分工表",
    "康乐县应急管理局\n2023年7月5日",
    "（此件公开发布）",
    "联系人：马某，电话：0930-1234567",
    "抄送：县委办、县政府办。",
    "来源：县融媒体中心\n责任编辑：王五",
    "报名网址：https://example.org/quiz",
    "附件1\n成员名单\n张三 李四 王五 赵六\n马七 周八 吴九 郑十\n孙一 钱二 陈三 杨四",
    "附件：安全知识问答\n1.灭火器怎样使用？拔下保险销，握住喷管，对准火焰根部按下压把。\n2.地震来了怎么办？伏地、遮挡、手抓牢。",
]


def assert_cut(tail_lines: list[str], body: str = BODY) -> None:
    text = body + "\n" + "\n".join(tail_lines) + "\n"
    tail = find_tail(text)
    assert text[: tail.end] == body
    assert [text[a:b] for a, b in tail.spans] == tail_lines


def test_teasers_are_cut() -> None:
    assert_cut(TEASERS)
    for teaser in TEASERS:
        assert_cut([teaser])


def test_links_and_furniture_are_cut() -> None:
    assert_cut(WEB)
    assert_cut(["版权所有：某县人民政府 陇ICP备12345678号-1", "Copyright © 2023 All Rights Reserved"])
    assert_cut(["【打印本页】 【关闭窗口】"])
    assert_cut([*TEASERS, *WEB])
    assert_cut([*WEB[:2], "责任编辑：小王", *WEB[2:]])


def test_a_whole_essay_without_dots_is_cut() -> None:
    essay = "我的奶奶 1 我的奶奶今年七十岁了，她的头发白了，笑容却总是那样慈祥，每到傍晚，奶奶就坐在院子里给我讲故事。"
    assert_cut([essay])


@pytest.mark.parametrize("own", LEGITIMATE)
def test_what_belongs_to_a_report_stays(own: str) -> None:
    text = BODY + "\n" + own + "\n"
    tail = find_tail(text)
    assert tail.spans == ()
    assert tail.end == len(text)


@pytest.mark.parametrize("own", LEGITIMATE)
def test_foreign_lines_below_what_belongs(own: str) -> None:
    assert_cut(TEASERS, BODY + "\n" + own)


def test_a_report_that_breaks_off_is_left_whole() -> None:
    text = BODY + "\n三是加强安全生产宣传教育，组织企业职工开展应急演练和技能培训，督促各部门落实监管责任……"
    assert find_tail(text).spans == ()


@pytest.mark.parametrize("text", ["", "\n\n", "安全", TEASERS[0], "\n".join(TEASERS)])
def test_short_and_wholly_foreign_texts_are_left_whole(text: str) -> None:
    assert find_tail(text).spans == () or find_tail(text).end > 0
    assert find_tail("").end == 0

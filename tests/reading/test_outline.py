"""The outline: every style of heading, what is no heading, and each kind of fault with its numbers."""

from __future__ import annotations

import pytest

from bihuan.reading.outline import Outline, find_outline

LONG = "，围绕活动主题扎实推进各项工作，取得了良好成效，现将有关情况作一说明。"


def shape(outline: Outline) -> list[tuple[int, str, int]]:
    return [(h.level, h.style, h.number) for h in outline.headings]


def faults(text: str) -> list[tuple[str, int, str, int | None, int, list[int]]]:
    return [(i.kind, i.level, i.style, i.after, i.before, list(i.missing)) for i in find_outline(text).issues]


def test_all_styles_with_levels() -> None:
    text = (
        "一、总体情况\n（一）组织领导\n1.健全机制\n（1）分工到人\n（2）责任到岗\n2.压实责任\n（二）宣传发动\n"
        "二、主要做法\n（一）抓培训\n1、办班\n2、考核\n三、下一步打算\n一是加强宣传。\n二是加强检查。\n"
    )
    outline = find_outline(text)
    assert shape(outline) == [
        (1, "cn_dun", 1), (2, "cn_paren", 1), (3, "arabic", 1), (4, "arabic_paren", 1), (4, "arabic_paren", 2),
        (3, "arabic", 2), (2, "cn_paren", 2), (1, "cn_dun", 2), (2, "cn_paren", 1), (3, "arabic", 1),
        (3, "arabic", 2), (1, "cn_dun", 3), (2, "shi", 1), (2, "shi", 2),
    ]  # fmt: skip
    assert not outline.issues
    for heading in outline.headings:
        assert text[heading.start : heading.end].strip() == heading.marker


def test_decimal_and_ordinal_styles() -> None:
    text = "第一章 总则\n第一节 目的\n第二节 范围\n第二章 分则\n第一节 职责\n"
    assert shape(find_outline(text)) == [(1, "di", 1), (2, "di", 1), (2, "di", 2), (1, "di", 2), (2, "di", 1)]
    assert not faults(text)
    decimals = "1.概况\n1.1 机构\n1.2 人员\n2.做法\n2.1 培训\n2.1.1 师资\n2.1.2 教材\n2.2 演练\n"
    assert shape(find_outline(decimals)) == [
        (1, "arabic", 1), (2, "decimal", 1), (2, "decimal", 2), (1, "arabic", 2), (2, "decimal", 1),
        (3, "decimal", 1), (3, "decimal", 2), (2, "decimal", 2),
    ]  # fmt: skip
    assert not faults(decimals)


def test_the_order_of_styles_is_learnt_from_the_text() -> None:
    text = "1.安排\n（一）发文\n（二）开会\n2.行动\n（一）检查\n（二）演练\n3.打算\n"
    assert [level for level, _, _ in shape(find_outline(text))] == [1, 2, 2, 1, 2, 2, 1]
    assert not faults(text)


def test_inline_sequences() -> None:
    text = "三、打算\n下一步将持续努力。一是保持氛围。二是开展排查；三是完善预案。\n第一，讲安全。第二，会应急。\n"
    assert shape(find_outline(text)) == [
        (1, "cn_dun", 3), (2, "shi", 1), (2, "shi", 2), (2, "shi", 3), (2, "di", 1), (2, "di", 2),
    ]  # fmt: skip
    assert not faults(text)


def test_inline_items_below_items_of_their_own_style() -> None:
    text = (
        f"二、做法\n一是抓宣传{LONG}一是进企业。二是进学校。三是进社区。\n二是抓检查{LONG}\n"
        f"三是抓演练{LONG}一是练队伍，二是练预案。\n四是抓整改{LONG}\n"
    )
    levels = [level for level, _, _ in shape(find_outline(text))]
    assert levels == [1, 2, 3, 3, 3, 2, 2, 3, 3, 2]
    assert not faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.5万人参加活动\n2023年全县开展检查\n3.5公里道路\n12350热线\n第一时间处置\n第一责任人到位\n第一季度平稳\n",
        "一是一，二是二，实事求是。\n",
        "一、二级响应由县级启动。\n三、四月份为筹备期。\n",
        "我们始终坚持一是一的作风，第一时间赶到，获得第一，成绩喜人。\n",
        "全县共有这类企业，一是因为历史原因形成的，应当逐步化解并持续规范管理。\n",
        "第一、第二产业从业人员\n第一条生产线投产\n",
    ],
)
def test_numerals_in_running_text_are_no_headings(text: str) -> None:
    assert not find_outline(text).headings
    assert not faults(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("二、情况\n一是甲。\n二是乙。\n五是丙。\n", [("gap", 2, "shi", 2, 5, [3, 4])]),
        ("一、甲\n二、乙\n四、丙\n", [("gap", 1, "cn_dun", 2, 4, [3])]),
        ("一、甲\n（一）子\n（三）丑\n二、乙\n", [("gap", 2, "cn_paren", 1, 3, [2])]),
        ("一、甲\n（二）子\n（三）丑\n二、乙\n", [("gap", 2, "cn_paren", 0, 2, [1])]),
        ("一、甲\n1.1 子\n1.2 丑\n1.4 寅\n二、乙\n", [("gap", 2, "decimal", 2, 4, [3])]),
        (f"打算{LONG}一是甲。二是乙。四是丁。\n", [("gap", 1, "shi", 2, 4, [3])]),
        ("第一，甲。\n第二，乙。\n第四，丁。\n", [("gap", 1, "di", 2, 4, [3])]),
        ("全县工作总结\n二、甲\n三、乙\n", [("gap", 1, "cn_dun", 0, 2, [1])]),
        ("一、甲\n二、乙\n二、丙\n三、丁\n", [("duplicate", 1, "cn_dun", 2, 2, [])]),
        ("一、甲\n一、乙\n二、丙\n", [("duplicate", 1, "cn_dun", 1, 1, [])]),
        (f"打算{LONG}一是甲。一是乙。二是丙。\n", [("duplicate", 1, "shi", 1, 1, [])]),
        ("一、甲\n（二）乙\n三、丙\n", [("level", 1, "cn_paren", 1, 2, [])]),
        ("一、甲\n（一）子\n二、丑\n（三）寅\n二、乙\n", [("level", 2, "cn_dun", 1, 2, [])]),
        ("（一）子\n（二）丑\n一、甲\n二、乙\n", [("level", 1, "cn_paren", None, 1, [])]),
        ("1.子\n一、甲\n二、乙\n", [("level", 1, "arabic", None, 1, [])]),
        ("一、甲\n（一）子\n（二）丑\n（三）寅\n（一）卯\n（二）辰\n二、乙\n", [("restart", 2, "cn_paren", 3, 1, [])]),
        (f"一、甲\n{LONG}\n二、乙\n{LONG}\n一、丙\n{LONG}\n二、丁\n", [("restart", 1, "cn_dun", 2, 1, [])]),
    ],
)
def test_faults(text: str, expected: list[tuple[str, int, str, int | None, int, list[int]]]) -> None:
    assert faults(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"二是抓培训{LONG}\n三是抓演练{LONG}\n四是抓检查{LONG}\n三、打算\n一是甲。\n二是乙。\n",
        f"营造了浓厚的氛围。\n二是抓培训{LONG}\n三是抓演练{LONG}\n",
        f"（三）抓培训\n{LONG}\n（四）抓演练\n三、打算\n四、建议\n",
        f"目录\n一、安排部署……1\n二、活动开展……3\n三、打算……5\n一、安排部署\n{LONG}\n二、活动开展\n三、打算\n",
        f"总结\n一、安排部署\n二、活动开展\n三、打算\n一、安排部署\n{LONG}\n二、活动开展\n{LONG}\n三、打算\n{LONG}\n",
        f"一、甲\n1.子\n2.丑\n二、乙\n1.寅\n2.卯\n{LONG}\n1.辰\n2.巳\n",
        f"一、甲\n{LONG}\n二、乙\n{LONG}\n附件1\n方案\n一、总体要求\n{LONG}\n二、任务\n{LONG}\n附件2\n一、目的\n二、步骤\n",
        f"东城区情况\n一、甲\n{LONG}\n二、乙\n{LONG}\n西城区情况\n一、甲\n{LONG}\n二、乙\n{LONG}\n",
        "一、甲\n二、乙\n附件：1.活动方案\n　　　2.任务分工表\n　　　3.联络员名单\n",
        f"今年以来，一是抓宣传，二是抓检查{LONG}\n一、甲\n二、乙\n",
        "一、甲\n1.2023年工作\n2.6月12日举办咨询日\n3.其他\n二、乙\n",
    ],
)
def test_no_fault(text: str) -> None:
    assert faults(text) == []


def test_contents_list_is_not_counted_as_headings() -> None:
    body = f"一、安排部署\n{LONG}\n二、活动开展\n{LONG}\n"
    listed = "目  录\n一、安排部署\t1\n二、活动开展\t3\n"
    assert shape(find_outline(listed + body)) == shape(find_outline(body))


def test_only_the_text_before_the_end_is_read() -> None:
    text = "一、甲\n二、乙\n五、丙\n"
    assert not find_outline(text, end=text.index("五")).issues

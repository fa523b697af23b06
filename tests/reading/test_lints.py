"""Each lint finds its fault, with its place and severity, and keeps quiet on what only resembles one."""

from __future__ import annotations

import pytest

from bihuan.reading.figures import find_figures
from bihuan.reading.lints import Lint, find_lints
from bihuan.reading.outline import find_outline


def lints(text: str) -> list[Lint]:
    return find_lints(text, find_figures(text), find_outline(text))


def codes(text: str) -> list[tuple[str, str]]:
    return [(lint.code, lint.severity) for lint in lints(text)]


def found(text: str, code: str) -> list[str]:
    """The words each lint of this code points at."""
    return [text[lint.start : lint.end] for lint in lints(text) if lint.code == code]


def test_numbering_is_told_in_both_languages() -> None:
    text = "二、做法\n一是抓宣传。\n二是抓检查。\n五是抓演练。\n"
    (lint,) = lints(text)
    assert (lint.code, lint.severity, text[lint.start : lint.end]) == ("numbering_gap", "error", "五是")
    assert "二是" in lint.zh
    assert "三是、四是" in lint.zh
    assert "missing: 3, 4" in lint.en
    assert codes("一、甲\n二、乙\n二、丙\n") == [("numbering_duplicate", "error")]
    assert codes("（一）子\n（二）丑\n一、甲\n二、乙\n") == [("numbering_level", "warning")]
    restart = "一、甲\n（一）子\n（二）丑\n（三）寅\n（一）卯\n（二）辰\n"
    assert codes(restart) == [("numbering_restart", "warning")]


# -- rates ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "全县共排查隐患120处，整改118处，整改率100%。",
        "本月检查企业56家，发现问题隐患230项，已完成整改215项，整改率98.5%。",
        "共排查隐患80条。目前已整改70条。整改率达97.5%。",
        "全校教职工参加考试200人，合格180人，合格率95%。",
        "一般隐患120处，已整改118处，整改率98.3%；重大隐患8处，已整改6处，整改率100%。",
    ],
)
def test_a_wrong_rate(text: str) -> None:
    (printed,) = found(text, "rate")
    assert printed.endswith("%")
    assert [severity for code, severity in codes(text) if code == "rate"] == ["error"]


@pytest.mark.parametrize(
    "text",
    [
        "全县共排查隐患120处，整改118处，整改率98.3%。",
        "全县共排查隐患120处，整改118处，整改率98.33%。",
        "全县共排查隐患120处，整改118处，整改率98%。",
        "共排查隐患300处，整改299处，整改率99.66%。",  # cut off, not rounded
        "检查企业30家，发现隐患56条，整改隐患56条，整改率100%。",
        "共排查隐患120处，已整改100处，剩余20处正在整改，整改率83.3%。",
        "共排查隐患120处，其中重大隐患2处，已整改118处，整改率98.3%。",
        "共排查隐患120余处，整改118处，整改率98%。",  # 余: the number itself is not known
        "下一步，确保隐患整改率达到100%，共排查隐患120处，整改118处。",
        "排查隐患120处，整改率较去年提高5%。",
        "一般隐患120处，已整改118处，整改率98.3%；重大隐患8处，已整改8处，整改率100%。",
        "参训率95%以上，检查企业100家，整改90家。",
    ],
)
def test_a_right_or_unknowable_rate(text: str) -> None:
    assert found(text, "rate") == []


# -- parts and totals --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "共排查隐患120处，其中一般隐患118处、重大隐患5处。",
        "全县发放宣传资料5000份，其中手册3000份，折页2500份。",
        "悬挂横幅20条、制作标语30条，合计60条。",
        "出动检查人员60人，其中执法人员70人。",
    ],
)
def test_parts_that_do_not_fit(text: str) -> None:
    assert len(found(text, "parts_total")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "共排查隐患120处，其中一般隐患115处、重大隐患5处，已整改118处。",
        "共排查隐患120处，其中重大隐患5处。",
        "全县发放宣传资料5000余份，其中手册3000份，折页2500份。",
        "悬挂横幅20条、制作标语30条，合计50条。",
        "参训职工120人，其中女职工40人，35岁以下60人，大专以上学历80人。",
        "开展演练12场，参演人员500人，其中消防队员120人、企业职工380人。",
        "发现隐患40处，其中用电隐患10处；整改隐患38处。",
    ],
)
def test_parts_that_fit(text: str) -> None:
    assert found(text, "parts_total") == []


# -- forms and units -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("参加人数近10万余人。", "近10万余"),
        ("参加活动约300人左右。", "约300人左右"),
        ("检查企业不到20多家。", "不到20多"),
        ("发放资料4574多份。", "4574多"),
        ("培训职工约1000余人。", "约1000余"),
        ("开展宣传超过100余场次。", "超过100余"),
        ("合格率约95%左右。", "约95%左右"),
    ],
)
def test_forms_that_contradict(text: str, printed: str) -> None:
    assert found(text, "contradictory_form") == [printed]


@pytest.mark.parametrize(
    "text",
    [
        "近三年多来，全县安全形势平稳。",
        "走访附近30多户群众。",
        "节约资金10万余元，签约20余家。",
        "查找问题不足30余条。",
        "近1.5万人参加，约300人到场，2000余人答题，15余家企业报名。",
        "至少每季度组织1次，超过100家，1500多条(块)。",
    ],
)
def test_forms_that_are_sound(text: str) -> None:
    assert found(text, "contradictory_form") == []


def test_a_wrong_character_in_the_unit() -> None:
    text = "向群众发放宣传资料2000余分。"
    (lint,) = [lint for lint in lints(text) if lint.code == "unit_character"]
    assert "份" in lint.zh
    assert found("向群众发放宣传资料2000余份。", "unit_character") == []
    assert found("答题积分870万余分。", "unit_character") == []


# -- words ---------------------------------------------------------------------------------------------

SENTENCE = "县安委办组织各乡镇、各部门深入企业、学校、社区开展安全宣传，面对面讲解安全常识，受到群众欢迎。"


def test_text_pasted_twice() -> None:
    text = f"一、做法\n{SENTENCE}\n二、成效\n各项工作取得实效。{SENTENCE}\n"
    (lint,) = [lint for lint in lints(text) if lint.code == "duplicated_text"]
    assert text[lint.start : lint.end] == SENTENCE
    assert lint.start > text.index("二、")
    passage = (
        "围绕用电、用气、消防和交通等重点，组织专家进村入户讲解，发放明白纸，"
        "演示灭火器和逃生面罩，引导群众查找身边隐患，能改的当场改，改不了的列出清单，及时"
    )
    broken = f"东乡各村{passage}上报处理。\n\n西镇各社区{passage}整改到位。"
    assert len(found(broken, "duplicated_text")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "营造了浓厚的活动氛围。\n一、宣传\n营造了浓厚的活动氛围。",
        "按照《临夏州安全生产委员会办公室关于组织开展2023年“安全生产月”暨应急演练活动的通知》要求部署；"
        "落实《临夏州安全生产委员会办公室关于组织开展2023年“安全生产月”暨应急演练活动的通知》任务。",
        "目录\n一、关于全县安全生产月活动组织领导和动员部署工作的有关情况说明\n"
        "一、关于全县安全生产月活动组织领导和动员部署工作的有关情况说明\n已部署。",
    ],
)
def test_text_that_may_repeat(text: str) -> None:
    assert found(text, "duplicated_text") == []


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("参加活动XX人。", "XX"),
        ("X月X日，县政府召开会议。", "X"),
        ("出动人员××人次。", "××"),
        ("共发放资料____份。", "____"),
        ("时间：【】", "【】"),
        ("（此处填写主要做法）", "（此处填写主要做法）"),
        ("某某县安委办组织活动。", "某某"),
        ("县安办发〔2023〕 号", "〔2023〕 号"),
    ],
)
def test_placeholders(text: str, printed: str) -> None:
    assert found(text, "placeholder")[0] == printed


@pytest.mark.parametrize(
    "text",
    [
        "签字：________ 盖章：______",
        "当事人张××、王XX已处理。",
        "电话138XXXX1234、139****5678",
        "规格3×5米，LED屏XXL号",
        "【典型做法】压实责任。",
    ],
)
def test_blanks_that_are_meant(text: str) -> None:
    assert found(text, "placeholder") == []


def test_one_plan_under_two_names() -> None:
    text = "印发《某州2023年“安全生产月”活动方案》，按照《某州2023年“安全生产月”活动工作方案》推进。"
    assert found(text, "plan_named_two_ways") == ["《某州2023年“安全生产月”活动工作方案》"]


@pytest.mark.parametrize(
    "text",
    [
        '《某州2023年“安全生产月”活动方案》《某州2023年"安全生产月"活动方案》',
        "《2022年安全生产月活动方案》《2023年安全生产月活动方案》",
        "《2023年甘肃省“安全生产月”活动方案》《临夏州2023年“安全生产月”活动方案》",
        "《建设工程安全生产管理条例》《甘肃省安全生产条例》",
        "《应急管理局重点工作分工》《应急管理局咨询日任务分工》",
    ],
)
def test_papers_that_differ(text: str) -> None:
    assert found(text, "plan_named_two_ways") == []


# -- the contest's ceiling -------------------------------------------------------------------------------


def contest(year: str, heads: str, points: str) -> list[Lint]:
    text = f"{year}开展网络知识竞赛，全州参与人数{heads}人，答题积分{points}分。"
    return [lint for lint in lints(text) if lint.code == "ceiling"]


def test_points_per_head_near_the_ceiling() -> None:
    (lint,) = contest("2023年", "6万余", "870万余")
    assert lint.severity == "warning"
    for word in ("145", "150", "97%", "2023", "假定", "30 天"):
        assert word in lint.zh
    assert "Assumed" in lint.en


def test_points_per_head_above_and_below_the_ceiling() -> None:
    assert [lint.severity for lint in contest("2023年", "6万余", "960万余")] == ["error"]
    assert [lint.severity for lint in contest("2023年", "6万", "900万")] == ["warning"]  # 150 of 150
    assert contest("2023年", "6万余", "700万余") == []
    assert [lint.severity for lint in contest("2023年", "6万余", "810万余")] == ["warning"]  # exactly 90 %


def test_the_rule_follows_the_year() -> None:
    assert [lint.severity for lint in contest("2019年", "1万", "340万")] == ["warning"]  # 340 of 360
    assert contest("2019年", "1万", "200万") == []  # would be far above the rule of 2023
    assert contest("2024年", "6万余", "960万余") == []  # no rule known
    (unknown,) = contest("", "6万余", "960万余")
    assert unknown.severity == "warning"
    assert "未写年份" in unknown.zh


# -- clean reports -------------------------------------------------------------------------------------------


def test_messages_are_in_two_languages() -> None:
    text = "参加活动XX人，近10万余人。\n一、甲\n三、丙\n共排查隐患120处，整改118处，整改率100%。"
    assert len(lints(text)) == 4
    for lint in lints(text):
        assert any("\u4e00" <= char <= "\u9fff" for char in lint.zh)
        assert sum(char.isascii() and char.isalpha() for char in lint.en) > 8
        assert set(lint.as_dict()) == {"code", "severity", "start", "end", "message", "message_en"}

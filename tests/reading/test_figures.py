"""Figures of whole sentences and of the real report; numerals that are none; speed; nothing raises."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.reading.figures import Figure, find_figures

HERE = Path(__file__).resolve().parent
REPORT = HERE.parents[2] / "shared" / "domain" / "linxia-2023-summary.txt"
WORDS = (
    "近约超余多万亿百十几数两三一〇12，。、；：（）《》“”人次家份条块处场"
    "隐患整改演练培训参加发放宣传资料其中分别每同比%第年月日号县州市\n 0.5９"
)


def codes(text: str) -> dict[str, list[str]]:
    return {figure.text: list(figure.measures) for figure in find_figures(text)}


@pytest.mark.skipif(not REPORT.exists(), reason="the real report does not stand beside this checkout")
def test_the_real_report_has_its_six_figures() -> None:
    text = REPORT.read_text(encoding="utf-8")
    figures = find_figures(text, end=text.index("北京的秋天作文"))
    assert [(f.text, f.low, f.high, f.measures, f.place, f.role) for f in figures] == [
        ("2000余人", 2000, 3000, ("participants",), "康乐县", "result"),
        ("近1.5万人", 14000, 15000, ("participants",), "临夏回族自治州", "result"),
        ("1500多条(块)", 1500, 1600, ("banners", "exhibition_boards"), "临夏回族自治州", "result"),
        ("8万余份", 80000, 90000, ("leaflets", "gifts"), "临夏回族自治州", "result"),
        ("6万余人", 60000, 70000, ("quiz_participants",), "临夏回族自治州", "result"),
        ("870万余分", 8700000, 8800000, ("quiz_points",), "临夏回族自治州", "result"),
    ]
    assert figures[0].date == "2023-06-12"


def test_development_gold() -> None:
    sys.path.insert(0, str(HERE))
    from gold_score import load, score

    scores = score(load(HERE / "gold" / "dev.jsonl"), find_figures)
    assert not scores.errors


@pytest.mark.parametrize(
    "text",
    [
        "今年6月是第22个“安全生产月”。",
        "6月12日上午9时30分,14:30结束。",
        "一是加强领导。二是落实责任。（三）强化督导。",
        "根据安委办〔2023〕5号文件和《2023年活动方案》要求。",
        "落实“三管三必须”、四不两直、一岗双责,推进五进。",
        "举报电话12350,手机13800138000。",
        "《安全生产法》第四十一条,二级重大危险源,24小时值班。",
        "进一步提升,一系列活动,一定程度,千方百计。",
        "国务院安委会十五条硬措施,“119”消防日。",
        "近三年来,连续五年,十四五期间,3号楼2单元301室。",
    ],
)
def test_numerals_that_are_no_figures(text: str) -> None:
    assert [figure.text for figure in find_figures(text)] == []


def test_noun_before_after_shared_and_respectively() -> None:
    assert codes("宣传资料3000余份") == {"3000余份": ["leaflets"]}
    assert codes("发放3000余份宣传资料、20块展板") == {"3000余份": ["leaflets"], "20块": ["exhibition_boards"]}
    assert codes("悬挂横幅、摆放展板1500多条(块)") == {"1500多条(块)": ["banners", "exhibition_boards"]}
    assert codes("条幅、标语、展板分别为20条、30条、15块。") == {
        "20条": ["banners"], "30条": ["slogans"], "15块": ["exhibition_boards"]
    }  # fmt: skip


def test_deeds_and_parts() -> None:
    assert codes("排查隐患120处，整改118处，其余2处正在整改，罚款5.6万元。") == {
        "120处": ["hazards_found"], "118处": ["hazards_rectified"], "2处": ["hazards_outstanding"], "5.6万元": ["fines"]
    }  # fmt: skip
    assert codes("开展演练80场，其中县级30场。")["30场"] == ["drills"]
    assert codes("采购锦旗3面。") == {"3面": []}


def test_a_wrong_character_in_the_unit_is_mended() -> None:
    (figure,) = find_figures("发放宣传资料2000余分。")
    assert (figure.unit, figure.unit_norm, figure.measures) == ("分", "份", ("leaflets",))


def test_a_form_gives_the_unit_in_brackets() -> None:
    (figure,) = find_figures("横幅（条）：45；")
    assert (figure.text, figure.unit_norm, figure.measures) == ("45", "条", ("banners",))


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("力争年底前整改率达到100%。", "target"),
        ("事故起数同比下降15%。", "comparison"),
        ("每人每天答题1次。", "rule"),
        ("我市位列全省第三。", "rank"),
        ("已整改118处隐患。", "result"),
        ("重大隐患须在30日内整改完毕。", "rule"),
    ],
)
def test_roles(text: str, role: str) -> None:
    assert [figure.role for figure in find_figures(text)] == [role]


def _sound(text: str, figures: list[Figure]) -> None:
    position = 0
    for figure in figures:
        assert position <= figure.start < figure.end <= len(text)
        assert text[figure.start : figure.end] == figure.text
        assert figure.low is None or figure.high is None or figure.low <= figure.high
        position = figure.end
    json.dumps([figure.as_dict() for figure in figures])


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    _sound(text, find_figures(text))


@given(
    st.lists(st.sampled_from([*WORDS, "宣传资料", "同比下降", "全州", "康乐县", "6月12日", "发现隐患"]), max_size=60)
)
def test_any_text_of_report_words(words: list[str]) -> None:
    text = "".join(words)
    _sound(text, find_figures(text))


@pytest.mark.parametrize(
    "piece", ["近1万人", "1.1.", "三四百", "发放宣传资料3000余份，", "应急局、", "一、下一步\n", "《“（"]
)
def test_time_grows_with_length_only(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        best = 9.0
        for _ in range(2):
            began = time.process_time()
            find_figures(text)
            best = min(best, time.process_time() - began)
        return best

    assert seconds(40_000) < 25 * max(seconds(5_000), 0.01)  # eight times the text; what is quadratic takes 64 times


def test_a_long_report_is_read_fast() -> None:
    text = (
        "全县共排查隐患120处，整改118处，发放宣传资料3000余份，各级各部门高度重视，认真组织，扎实推进各项工作。\n" * 190
    )
    find_figures(text)
    began = time.process_time()
    find_figures(text)
    assert time.process_time() - began < 0.5  # some 0.1 s on one slow core, for 570 figures in 10,000 characters


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("暂扣许可证2家，配发手机12部。", ["2家", "12部"]),
        ("巡查管线百公里，惠及群众万人次。", ["百公里", "万人次"]),
        ("每百公里油耗下降，开展百日行动，万人签名。", []),
        ("开通95598短信服务平台，电话4421234。", []),
        ("出动宣传车9辆/72人次。", ["9辆", "72人次"]),
        ("符合标准5.1.2条的要求，全国第 17 个安全生产月。", []),
        ("疏散仅用时不到一分钟，给人一分钟准备。", ["不到一分钟"]),
    ],
)
def test_what_is_a_figure_near_codes_and_set_phrases(text: str, wanted: list[str]) -> None:
    assert [figure.text for figure in find_figures(text)] == wanted


def test_codes_of_many_dots_take_linear_time() -> None:
    def seconds(size: int) -> float:
        text = "1." * (size // 2)
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            find_figures(text)
            best = min(best, time.process_time() - began)
        return best

    assert seconds(16_000) < 10 * seconds(4_000) + 0.05

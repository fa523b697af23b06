"""Tables pasted as text: every number takes unit and measure from its heading, its place from its row."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.reading.figures import find_figures
from bihuan.reading.report import read
from bihuan.reading.tables import find_cells, place_of_row

TABLE = """临夏州安全生产月活动统计表
序号\t单位\t横幅（条）\t展板（块）\t宣传资料（万份）\t整改率（%）\t备注
1\t康乐县\t120\t35\t1.2\t98.5\t无
2\t永靖\t80\t—\t0.8\t100%\t
合计\t\t200\t35\t2\t99\t
以上共发放宣传资料2万份。
"""


def rows(text: str) -> list[tuple[str, str, tuple[str, ...], str | None]]:
    found = find_figures(text)
    assert all(text[f.start : f.end] == f.text for f in found)
    return [(f.text, f.unit, f.measures, f.place) for f in found]


def test_a_table_with_tabs() -> None:
    assert rows(TABLE) == [
        ("120", "条", ("banners",), "康乐县"),
        ("35", "块", ("exhibition_boards",), "康乐县"),
        ("1.2", "份", ("leaflets",), "康乐县"),
        ("98.5", "%", ("rectification_rate",), "康乐县"),
        ("80", "条", ("banners",), "永靖县"),
        ("0.8", "份", ("leaflets",), "永靖县"),
        ("100%", "%", ("rectification_rate",), "永靖县"),
        ("200", "条", ("banners",), "临夏回族自治州"),
        ("35", "块", ("exhibition_boards",), "临夏回族自治州"),
        ("2", "份", ("leaflets",), "临夏回族自治州"),
        ("99", "%", ("rectification_rate",), "临夏回族自治州"),
        ("2万份", "份", ("leaflets",), "临夏回族自治州"),
    ]


def test_units_of_the_heading_multiply() -> None:
    values = {f.text: f.low for f in find_figures("单位\t罚款（万元）\t宣传资料（万份）\n康乐县\t3.5\t1.2\n")}
    assert values == {"3.5": 35000, "1.2": 12000}


@pytest.mark.parametrize(
    "text",
    [
        "单位    应急演练（场）    检查企业（家次）\n和政县    12    60\n",
        "单位　　应急演练（场）　　检查企业（家次）\n和政县　　12　　60\n",
        "| 单位 | 应急演练（场） | 检查企业（家次） |\n|---|---|---|\n| 和政县 | 12 | 60 |\n",
    ],
)
def test_spaces_and_bars_part_cells_too(text: str) -> None:
    assert rows(text) == [
        ("12", "场", ("drills",), "和政县"),
        ("60", "家次", ("enterprises_inspected",), "和政县"),
    ]


def test_a_cell_may_print_its_own_unit() -> None:
    assert rows("县市\t横幅\t参与人数\n东乡县\t80条\t2,100\n") == [
        ("80条", "条", ("banners",), "东乡族自治县"),
        ("2,100", "", ("participants",), "东乡族自治县"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "一、工作开展情况\n  6月12日举办活动  2000余人参加。\n",  # prose with gaps, no headings
        "康乐县\t120\t35\n",  # values without headings
        "单位\t联系电话\t年份\n康乐县\t4421234\t2023\n",  # columns that count nothing
    ],
)
def test_what_is_no_table(text: str) -> None:
    assert find_cells(text) == {}


def test_rows_are_named_after_divisions() -> None:
    assert place_of_row("康乐", None) == "康乐县"
    assert place_of_row("合计", "临夏回族自治州") == "临夏回族自治州"
    assert place_of_row("某某公司", None) is None


@given(st.lists(st.lists(st.sampled_from(["单位", "横幅（条）", "12", "3.5万", "98%", "", "康乐县", "—"]), max_size=6)))
def test_cells_lie_where_they_say(table: list[list[str]]) -> None:
    text = "\n".join("\t".join(line) for line in table)
    assert all(text[f.start : f.end] == f.text for f in read(text).figures)


def test_time_is_linear_in_rows() -> None:
    def seconds(count: int) -> float:
        text = "单位\t横幅（条）\t展板（块）\n" + "康乐县\t120\t35\n" * count
        best = 9.0
        for _ in range(3):  # the collector may fall into any one of them
            began = time.process_time()
            find_figures(text)
            best = min(best, time.process_time() - began)
        return best

    seconds(10)
    assert seconds(4000) < 10 * seconds(1000) + 0.05

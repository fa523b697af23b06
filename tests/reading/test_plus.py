from __future__ import annotations

import pytest

from bihuan.reading.figures import find_figures


@pytest.mark.parametrize(
    ("text", "printed", "low", "unit"),
    [
        ("推文阅读量突破10万+，反响良好", "突破10万+", 100_000, ""),
        ("短视频播放量达5000+次", "5000+次", 5000, "次"),
        ("共有1000＋人参加活动", "1000＋人", 1000, "人"),
        ("举办活动20+场", "20+场", 20, "场"),
    ],
)
def test_a_plus_behind_a_number_says_at_least(text: str, printed: str, low: int, unit: str) -> None:
    (figure,) = find_figures(text)
    assert (figure.text, figure.range.low, figure.range.high) == (printed, low, None)
    assert (figure.form, figure.unit_norm) == ("at_least", unit)


@pytest.mark.parametrize("text", ["推行3+2方案", "“1+N”机制", "“5+网格”模式", "动态督办+跟进督办", "参加C+1班"])
def test_a_plus_that_joins_the_parts_of_a_name(text: str) -> None:
    assert find_figures(text) == []

"""Units and places that act themselves are not what was inspected or reached."""

from __future__ import annotations

import pytest

from bihuan.reading.figures import find_figures
from bihuan.reading.subjects import enters


@pytest.mark.parametrize(
    ("text", "measures"),
    [
        ("全县46个部门在人民广场开展宣传。", ("organisations",)),
        ("县公安局、县教育局等16个单位的咨询台有序摆开。", ("organisations",)),
        ("对46个部门在用设备进行检查。", ("enterprises_inspected",)),
        ("宣讲组在18个单位开展宣讲活动。", ()),
        ("6个乡镇供电所组织开展安全用电检查活动。", ()),
        ("对辖区6家供气站开展安全检查。", ("enterprises_inspected",)),
    ],
)
def test_who_acts(text: str, measures: tuple[str, ...]) -> None:
    (figure,) = find_figures(text)
    assert figure.measures == measures


def test_words_that_lead_into_a_place() -> None:
    assert enters("深入到全市17个县区", 0, 5)
    assert not enters("全市17个县区", 0, 2)

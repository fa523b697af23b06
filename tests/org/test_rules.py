from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.org.rules import path_of_parents, segment, short_names


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("积石山保安族东乡族撒拉族自治县", ("积石山县", "积石山")),
        ("东乡族自治县", ("东乡县", "东乡")),
        ("临夏回族自治州", ("临夏州", "临夏")),
        ("临夏市", ("临夏",)),
        ("临夏县", ("临夏",)),
        ("内蒙古自治区", ("内蒙古",)),
        ("新疆维吾尔自治区", ("新疆",)),
        ("伊犁哈萨克自治州", ("伊犁州", "伊犁")),
        ("双江拉祜族佤族布朗族傣族自治县", ("双江县", "双江")),
        ("鄂温克族自治旗", ("鄂温克旗", "鄂温克")),
        ("井沟东乡族乡", ("井沟乡", "井沟")),
        ("枹罕镇", ("枹罕",)),
        ("癿藏镇", ("癿藏",)),
        ("唐县", ()),  # one character is no name
        ("中华人民共和国", ()),
    ],
)
def test_short_names(name: str, forms: tuple[str, ...]) -> None:
    assert short_names(name) == forms


@given(st.integers(0, 36**4 - 1), st.integers(0, 36**4 - 1))
def test_segments_sort_as_numbers_do(one: int, other: int) -> None:
    assert (segment(one) < segment(other)) == (one < other)
    assert len(segment(one)) == 4


@pytest.mark.parametrize("number", [-1, 36**4])
def test_a_segment_that_does_not_fit_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="segment"):
        segment(number)


def test_path_of_parents() -> None:
    assert path_of_parents("000000010002") == ["00000001", "0000"]
    assert path_of_parents("0000") == []

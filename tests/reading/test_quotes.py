"""Quotation marks within quotation marks (GB/T 15834-2011)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.lib.punctuation import nested


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("““安全生产月”活动总结”已印发", "“‘安全生产月’活动总结”已印发"),
        ("“甲”和“乙”", "“甲”和“乙”"),
        ("“一“二“三”二”一”", "“一‘二“三”二’一”"),
        ("”未开，“未关", "”未开，“未关"),
        ("", ""),
    ],
)
def test_nested(text: str, written: str) -> None:
    assert nested(text) == written


@given(st.text("“”‘’甲乙", max_size=40))
def test_only_marks_change_and_once_is_enough(text: str) -> None:
    plain = str.maketrans("‘’", "“”")
    assert nested(text).translate(plain) == text.translate(plain)
    if "‘" not in text and "’" not in text:
        assert nested(nested(text)) == nested(text)

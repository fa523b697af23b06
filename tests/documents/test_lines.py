"""Line breaking and titles: what must hold for any text."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_papers import notice_paper

from bihuan.documents.fonts import discover
from bihuan.documents.geometry import head_of, mark_of
from bihuan.documents.lines import NOT_FIRST, NOT_LAST, breaks, gap_before
from bihuan.documents.titles import LIMIT, title_lines, title_width
from bihuan.documents.typesetting import Ruler, Run, name_and_date_indents, table_widths

prose = st.text("汉字安全，。、“”《》（）—…12 aB%-/", min_size=1, max_size=120)


@given(prose)
def test_lines_are_filled_keep_the_rules_and_lose_nothing(text: str) -> None:
    widths, gaps = [10.0] * len(text), [2.0 if gap_before(text, index) else 0.0 for index in range(len(text))]
    edges = [0, *breaks(text, widths, gaps, 80.0, 100.0), len(text)]
    assert edges == sorted(set(edges))
    for order, (start, end) in enumerate(pairwise(edges)):
        room = 100.0 if order else 80.0
        line = text[start:end].rstrip(" ")
        assert 10 * len(line) + sum(gaps[start + 1 : start + len(line)]) <= room + 0.1


def test_marks_stay_on_their_side_of_a_break() -> None:
    text = "汉字汉字汉，字“安全”。" * 9
    for start in breaks(text, [10.0] * len(text), [0.0] * len(text), 50.0, 50.0):
        assert text[start] not in NOT_FIRST
        assert text[start - 1] not in NOT_LAST


def test_a_number_is_not_divided() -> None:
    text = "汉字汉字汉字汉12345人"
    assert breaks(text, [10.0] * len(text), [0.0] * len(text), 90.0, 90.0) == [7]


def test_28_characters_fit_a_line_and_a_29th_does_not() -> None:
    ruler = Ruler(discover())
    lines = ruler.set([Run("汉" * 57, "fang")], 442.2, 442.2)
    assert [sum(len(run.text) for run in line) for line in lines] == [28, 28, 1]


def test_runs_keep_their_tags_across_a_break() -> None:
    lines = Ruler(discover()).set([Run("汉" * 27, "fang"), Run("两千余人", "fang", tag="fact:1")], 442.2, 442.2)
    assert [[(run.text, run.tag) for run in line] for line in lines] == [
        [("汉" * 27, None), ("两", "fact:1")],
        [("千余人", "fact:1")],
    ]


@given(st.text("关于开展安全生产月活动的通知《》“”2023年州", min_size=1, max_size=60))
def test_title_lines_fit_and_lose_nothing(title: str) -> None:
    lines = title_lines(title)
    assert "".join(lines) == title
    assert all(title_width(line) <= LIMIT for line in lines)


@given(st.text("关于开展安全生产月活动的通知州县办公室隐患排查情况", min_size=19, max_size=60))
def test_no_line_of_a_divided_title_has_one_or_two_characters(title: str) -> None:
    assert min(len(line) for line in title_lines(title)) >= 3


@given(st.text("安全生产2023年", min_size=1, max_size=300))
def test_a_chosen_line_that_is_too_wide_is_divided(title: str) -> None:
    lines = title_lines("关于\n" + title)
    assert "".join(lines) == "关于" + title
    assert all(title_width(line) <= LIMIT for line in lines)


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("督办通知", ("督办通知",)),
        ("关于开展\n活动的通知", ("关于开展", "活动的通知")),
        ("临夏州2023年“安全生产月”活动开展情况总结报告", ("临夏州2023年“安全生产月”", "活动开展情况总结报告")),
        (
            "临夏州安全生产委员会办公室关于2023年“安全生产月”活动开展情况的报告",
            ("临夏州安全生产委员会办公室关于2023年", "“安全生产月”活动开展情况的报告"),
        ),
        (
            "临夏州安全生产委员会关于调整州安全生产委员会组成人员的通知",
            ("临夏州安全生产委员会关于", "调整州安全生产委员会组成人员的通知"),
        ),
        ("关于开展2026年“安全生产月”活动的通知", ("关于开展2026年", "“安全生产月”活动的通知")),
    ],
)
def test_titles_break_at_sense(title: str, lines: tuple[str, ...]) -> None:
    assert title_lines(title) == lines


def test_the_mark_fits_the_type_area_and_is_as_large_as_may_be() -> None:
    long, short = mark_of("临夏州安全生产委员会办公室文件"), mark_of("康乐县文件")
    assert long.size * long.scale * 15 <= 442.2
    assert long.size >= 36
    assert (short.size, short.scale) == (54, 1.0)


def test_the_head_has_the_distances_of_the_standard() -> None:
    head = head_of(notice_paper())
    assert head.mark_top == pytest.approx(35 / 25.4 * 72)
    assert head.rule - head.number_top - 16 == pytest.approx(4 / 25.4 * 72)
    assert head.number_top - head.mark_top - head.mark.height == pytest.approx(2 * 28.99, abs=0.02)


def test_name_and_date_stand_as_the_standard_has_them() -> None:
    # Unsealed: the name two in, the date's first character two to the right of the name's.
    names, date = name_and_date_indents(["临夏州安全生产委员会办公室"], "2023年5月9日", sealed=False)
    assert (names, date) == ([2.0], 13 + 2 - 2 - 6.0)
    # A date longer than the name stands two in itself.
    assert name_and_date_indents(["州局"], "2023年12月31日", sealed=False) == ([9.0], 2.0)
    # What is printed counts, not what it should be: a date of 7 characters begins where one of 6 would.
    assert name_and_date_indents(["州应急管理局"], "2023年5月9日", sealed=False, width=lambda text: 7.0) == (
        [4.0],
        2.0,
    )
    # Sealed: the date four in, the name centred on it.
    assert name_and_date_indents(["康乐县安委办公室"], "2023年5月9日", sealed=True) == ([3.0], 4.0)


def test_tables_never_leave_the_type_area() -> None:
    assert sum(table_widths((20, 20, 20))) == pytest.approx(442.2, abs=0.1)
    assert sum(table_widths((7, 7))) == pytest.approx(221.1, abs=0.1)

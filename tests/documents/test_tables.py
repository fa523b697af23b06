"""Tables and remarks on the grid: columns that spare line breaks, whole lines for each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_papers import LONG, row

from bihuan.documents.fonts import discover
from bihuan.documents.gb9704 import LINE_PITCH_PT
from bihuan.documents.notices import ABOVE_PT, BELOW_PT, STROKE_PT, set_notice
from bihuan.documents.paper import Bound, Notice, Table, Text
from bihuan.documents.tables import SetTable, set_table
from bihuan.documents.typesetting import TYPE_WIDTH_PT

words = st.text("临夏州安全生产委员会1250万余人（块）", max_size=24)


def cells(table: SetTable) -> list[list[list[str]]]:
    """Per row and cell the lines as text."""
    return [[["".join(run.text for run in line) for line in cell] for cell in row] for row in table.rows]


def test_a_number_keeps_its_unit_when_another_column_has_room() -> None:
    bound = (Bound("fact:1", "1.1万－1.3万人"),)
    table = Table((row("数据", "范围", "差额"),), (((Text("人数"),), (Text("康乐县"),), bound),), (6, 17, 5))
    assert cells(set_table(table, discover()))[1] == [["人数"], ["康乐县"], ["1.1万－1.3万人"]]


def test_white_beside_a_narrow_table_is_used_first() -> None:
    ready = set_table(Table((), (row("临夏回族自治州", "120"),), (3, 5)), discover())
    assert cells(ready) == [[["临夏回族自治州"], ["120"]]]
    assert ready.widths[1] == pytest.approx(5 * TYPE_WIDTH_PT / 28)


def test_widths_stay_as_given_where_nothing_breaks() -> None:
    assert set_table(Table((), (row("甲", "乙"),), (8, 20)), discover()).widths == pytest.approx(
        (8 * TYPE_WIDTH_PT / 28, 20 * TYPE_WIDTH_PT / 28)
    )


@given(st.lists(st.tuples(words, words, words), min_size=1, max_size=4), st.tuples(*[st.integers(1, 30)] * 3))
def test_a_table_stays_in_the_type_area_and_takes_whole_lines(
    rows: list[tuple[str, str, str]], widths: tuple[int, int, int]
) -> None:
    table = Table((row("一", "二", "三"),), tuple(row(*one) for one in rows), widths)
    ready = set_table(table, discover())
    assert sum(ready.widths) <= TYPE_WIDTH_PT + 0.01
    assert min(ready.widths) > 0
    lines = (sum(ready.heights) + sum(ready.gaps)) / LINE_PITCH_PT
    assert lines == pytest.approx(round(lines))
    assert ["".join(cell) for one in cells(ready)[1:] for cell in one] == [word for one in rows for word in one]


def test_a_column_is_centred_only_when_all_its_cells_are_short() -> None:
    ready = set_table(Table((), (row("康乐县", "短"), row(LONG, "短")), (10, 10)), discover())
    assert ready.centred == (False, True)


def test_a_caption_of_several_lines_is_broken() -> None:
    ready = set_table(Table((row("甲"),), (), (10,), LONG[:60]), discover())
    assert len(ready.caption) == 3


@pytest.mark.parametrize("text", ["示例", LONG, LONG * 3])
def test_a_remark_takes_as_many_lines_as_it_has(text: str) -> None:
    ready = set_notice(Notice(text), discover())
    tall = ABOVE_PT + BELOW_PT + 2 * STROKE_PT + ready.inner
    assert tall == pytest.approx(len(ready.lines) * LINE_PITCH_PT)
    assert ready.pitch >= 16

"""The document model: JSON round trip, order of bound numbers, what it refuses."""

import datetime
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_papers import notice_paper, report_paper, text

from bihuan.documents.paper import (
    Annex,
    Bound,
    Colophon,
    Heading,
    Notice,
    Paper,
    PaperError,
    Paragraph,
    RunIn,
    Table,
    Text,
    chinese_date,
)

words = st.text(st.characters(codec="utf-8"), max_size=8)
inlines = st.lists(st.builds(Text, words, st.booleans()) | st.builds(Bound, words, words, words), max_size=3).map(tuple)
levels = st.integers(1, 4)
rows = st.lists(st.tuples(inlines, inlines), max_size=2).map(tuple)
widths = st.tuples(st.floats(0.1, 30), st.floats(0.1, 30))
blocks = st.lists(
    st.builds(Heading, levels, inlines)
    | st.builds(RunIn, levels, inlines, inlines)
    | st.builds(Paragraph, inlines)
    | st.builds(Table, rows, rows, widths, words)
    | st.builds(Notice, words),
    max_size=3,
).map(tuple)
names = st.lists(words, max_size=3).map(tuple)
papers = st.builds(
    Paper,
    kind=words,
    issuer=names,
    mark=words,
    title=words,
    number=st.none() | words,
    signer=st.none() | words,
    addressees=names,
    blocks=blocks,
    annexes=st.lists(st.builds(Annex, words, blocks), max_size=2).map(tuple),
    signature=names,
    date=st.none() | st.dates(),
    colophon=st.none() | st.builds(Colophon, names, words, st.none() | st.dates()),
    upward=st.booleans(),
    sealed=st.booleans(),
    check_code=st.none() | words,
)


@given(papers)
def test_a_paper_survives_json(paper: Paper) -> None:
    assert Paper.from_dict(json.loads(json.dumps(paper.to_dict()))) == paper


@given(papers)
def test_every_bound_number_is_listed_and_stands_in_the_text(paper: Paper) -> None:
    bounds = paper.bounds()
    assert len(bounds) == json.dumps(paper.to_dict()).count('"type": "bound"')
    assert all(bound.text in paper.text() for bound in bounds)


def test_bounds_come_in_the_order_of_print() -> None:
    assert [bound.tag for bound in report_paper().bounds()] == ["fact:a1", "fact:a2", "fact:a3", "fact:t1", "fact:t1"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": " "}, "empty"),
        ({"issuer": ()}, "empty"),
        ({"mark": ""}, "empty"),
        ({"note": "a\x00b"}, "control-character"),
        ({"blocks": (Paragraph(text("一\n二")),)}, "control-character"),
        ({"blocks": (Paragraph(text("\ud800")),)}, "control-character"),
        ({"blocks": (Heading(5, text("一")),)}, "level"),
        ({"blocks": (Paragraph((Bound("x" * 65, "1"),)),)}, "tag"),
        ({"blocks": (Paragraph((Bound("", "1"),)),)}, "tag"),
        ({"blocks": (Table((), ((text("一"),),), (3.0, 3.0)),)}, "table"),
        ({"blocks": (Table((), (), (3.0,)),)}, "table"),
        ({"blocks": (Table((), ((text("一"),),), (float("nan"),)),)}, "table"),
        ({"annexes": (Annex("一", (Heading(0, text("一")),)),)}, "level"),
    ],
)
def test_what_cannot_be_printed_is_refused(change: dict[str, object], code: str) -> None:
    with pytest.raises(PaperError) as refused:
        notice_paper(**change).check()
    assert refused.value.code == code
    assert refused.value.zh
    assert refused.value.en


def test_the_sample_papers_can_be_printed() -> None:
    notice_paper().check()
    report_paper().check()
    replace(notice_paper(), title="上一行\n下一行", mark="甲办公室\n乙局文件").check()


@pytest.mark.parametrize("data", [None, [], {}, {"kind": 1}, {**notice_paper().to_dict(), "more": 1}, "x"])
def test_stored_data_that_is_no_paper_is_refused(data: object) -> None:
    with pytest.raises(PaperError) as refused:
        Paper.from_dict(data)
    assert refused.value.code == "model"


def test_dates_are_not_padded() -> None:
    assert chinese_date(datetime.date(2023, 7, 5)) == "2023年7月5日"

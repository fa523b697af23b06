"""A paper's prose edited on the page: numbers stay bound, whatever is typed; what was not touched stays as it was."""

from __future__ import annotations

import dataclasses
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_papers import notice_paper, report_paper

from bihuan.documents import editing
from bihuan.documents.editing import EditAnnex, EditBlock, Kind, Prose
from bihuan.documents.inline_marks import ProseError, marked, number_mark, places, tidy, unmarked
from bihuan.documents.paper import (
    Annex,
    Block,
    Bound,
    Heading,
    Inlines,
    Notice,
    Paper,
    PaperError,
    Paragraph,
    RunIn,
    Table,
    Text,
)
from bihuan.lib.refusals import Refusal

PEOPLE = Bound("fact:a1", "近1.5万人", "参加人数")
BANNERS = Bound("fact:a2", "1500多条（块）")
LEAFLETS = Bound("fact:a3", "8万余份")
PAPER = Paper(
    kind="报告",
    issuer=("临夏州安全生产委员会办公室",),
    mark="临夏州安全生产委员会办公室文件",
    title="关于“安全生产月”活动开展情况的报告",
    addressees=("甘肃省安全生产委员会办公室",),
    blocks=(
        Heading(1, (Text("一、活动开展情况"),)),
        Paragraph((Text("参加人数"), PEOPLE, Text("，悬挂横幅"), BANNERS, Text("。"))),
        RunIn(2, (Text("一是组织开展宣传咨询日活动。"),), (Text("发放资料"), LEAFLETS, Text("。"))),
        Table((), (((Text("康乐县"),), (Bound("fact:t1", "2000余人"),)),), (6.0, 6.0)),
        Notice("原报告缺第六项，此处照缺。"),
    ),
    annexes=(Annex("主要数据及其来源", (Paragraph((Text("各数取自记录。"),)),)),),
)
NUMBERS = editing.numbers_of(PAPER)


def opened(paper: Paper = PAPER) -> Prose:
    return editing.prose_of(paper, editing.numbers_of(paper))


def edited(paper: Paper = PAPER, **changes: object) -> editing.Edited:
    prose = dataclasses.replace(opened(paper), **changes)  # type: ignore[arg-type]
    return editing.apply(prose, paper=paper, numbers=editing.numbers_of(paper))


def with_block(place: int, **changes: object) -> tuple[EditBlock, ...]:
    blocks = list(opened().blocks)
    blocks[place] = dataclasses.replace(blocks[place], **changes)  # type: ignore[arg-type]
    return tuple(blocks)


def refused(code: str, **changes: object) -> Refusal:
    with pytest.raises(Refusal) as caught:
        edited(**changes)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert any("\u4e00" <= char <= "\u9fff" for char in caught.value.zh)
    return caught.value


# -- what is typed ------------------------------------------------------------------------------------


def test_a_number_stands_as_a_mark() -> None:
    blocks = opened().blocks
    assert blocks[1].text == "参加人数⟦1:近1.5万人⟧，悬挂横幅⟦2:1500多条（块）⟧。"
    assert (blocks[2].head, blocks[2].text) == ("一是组织开展宣传咨询日活动。", "发放资料⟦3:8万余份⟧。")
    assert blocks[3] == EditBlock("0.3", Kind.TABLE)


def test_untouched_prose_is_the_same_paper() -> None:
    for paper in (PAPER, notice_paper(), report_paper()):
        assert editing.apply(opened(paper), paper=paper, numbers=editing.numbers_of(paper)).paper == paper


def test_words_around_a_number_are_edited_and_it_stays_bound() -> None:
    result = edited(blocks=with_block(1, text="全州共有⟦1:近1.5万人⟧参加,悬挂横幅⟦2:1500多条（块）⟧(含乡镇)。"))
    assert result.paper.blocks[1] == Paragraph(
        (Text("全州共有"), PEOPLE, Text("参加，悬挂横幅"), BANNERS, Text("（含乡镇）。"))
    )
    assert (result.removed, result.repeated, result.loose) == ((), (), ())
    assert result.paper.blocks[2:] == PAPER.blocks[2:]


def test_a_number_may_move_to_another_paragraph() -> None:
    blocks = list(with_block(1, text="悬挂横幅⟦2:1500多条（块）⟧。"))
    blocks[2] = dataclasses.replace(blocks[2], text="⟦1:近1.5万人⟧领到资料⟦3:8万余份⟧。")
    result = edited(blocks=tuple(blocks))
    assert Counter(result.paper.bounds()) == Counter(PAPER.bounds())
    assert result.removed == ()


def test_a_number_left_out_is_told() -> None:
    assert edited(blocks=with_block(1, text="活动顺利。")).removed == (PEOPLE, BANNERS)
    assert edited(blocks=opened().blocks[:3]).removed == (Bound("fact:t1", "2000余人"),)


def test_a_number_quoted_twice_is_bound_twice_and_told() -> None:
    result = edited(blocks=with_block(1, text="⟦1:近1.5万人⟧参加，⟦1:近1.5万人⟧受教育。"))
    assert result.repeated == (PEOPLE,)
    assert Counter(result.paper.bounds())[PEOPLE] == 2


def test_a_number_left_out_before_may_come_back() -> None:
    without = edited(blocks=with_block(1, text="活动顺利。")).paper
    numbers = editing.numbers_of(without, NUMBERS)
    prose = editing.prose_of(without, numbers)
    again = dataclasses.replace(prose.blocks[1], text="参加⟦1:近1.5万人⟧。")
    prose = dataclasses.replace(prose, blocks=(prose.blocks[0], again, *prose.blocks[2:]))
    assert PEOPLE in editing.apply(prose, paper=without, numbers=numbers).paper.bounds()


def test_a_number_typed_by_hand_is_told() -> None:
    result = edited(blocks=with_block(1, text="参加人数⟦1:近1.5万人⟧，发放宣传单2万份。"))
    assert [loose.text for loose in result.loose] == ["2万份"]
    assert "发放宣传单" in result.loose[0].around


def test_blocks_are_added_left_out_and_put_in_another_order() -> None:
    blocks = opened().blocks
    new = EditBlock("", Kind.PARAGRAPH, 0, "", "新写一段。")
    result = edited(blocks=(blocks[4], new, blocks[2], blocks[1]))
    assert result.paper.blocks == (PAPER.blocks[4], Paragraph((Text("新写一段。"),)), PAPER.blocks[2], PAPER.blocks[1])


def test_levels_and_kinds_change() -> None:
    assert edited(blocks=with_block(0, level=2)).paper.blocks[0] == Heading(2, (Text("一、活动开展情况"),))
    assert isinstance(edited(blocks=with_block(0, kind=Kind.PARAGRAPH, level=0)).paper.blocks[0], Paragraph)
    blocks = with_block(1, kind=Kind.RUN_IN, level=3, text="二是开展演练。参加⟦1:近1.5万人⟧。")
    assert edited(blocks=blocks).paper.blocks[1] == RunIn(
        3, (Text("二是开展演练。"),), (Text("参加"), PEOPLE, Text("。"))
    )


def test_a_line_feed_begins_a_paragraph_and_no_words_leave_one_out() -> None:
    result = edited(blocks=with_block(0, text="一、活动\r\n开展得好。\n\n　　很好。"))
    assert result.paper.blocks[:3] == (
        Heading(1, (Text("一、活动"),)),
        Paragraph((Text("开展得好。"),)),
        Paragraph((Text("很好。"),)),
    )
    assert edited(blocks=with_block(0, text=" 　")).paper.blocks == PAPER.blocks[1:]


def test_head_lines_and_annexes() -> None:
    annex = dataclasses.replace(opened().annexes[0], title="数据", blocks=())
    new = EditAnnex("", "新附件", (EditBlock("", Kind.PARAGRAPH, 0, "", "文字"),))
    head = {"title": "新题目(修订)\n第二行", "addressees": "省安委办\n 省应急管理厅： "}
    result = edited(**head, signer=" 马某 ", note="（此件公开发布）", annexes=(annex, new)).paper  # type: ignore[arg-type]
    assert result.title == "新题目（修订）\n第二行"
    assert result.addressees == ("省安委办", "省应急管理厅")
    assert (result.signer, result.note) == ("马某", "此件公开发布")
    assert result.annexes == (Annex("数据", ()), Annex("新附件", (Paragraph((Text("文字"),)),)))
    assert edited(annexes=(EditAnnex("1", "", ()),)).paper.annexes == ()
    refused("empty", annexes=(dataclasses.replace(opened().annexes[0], title=" "),))


def test_bold_and_brackets_of_the_text_itself_come_back() -> None:
    inlines = (Text("甲⟦乙⟧"), Text("粗", bold=True), PEOPLE, Text("⟦3:近⟧", bold=True))
    assert unmarked(marked(inlines, places(NUMBERS)), NUMBERS, "正文") == inlines


# -- what is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("参加⟦1:近2万人⟧", "number-changed"),
        ("参加⟦1:⟧", "number-changed"),
        ("参加⟦9:近1.5万人⟧", "number-unknown"),
        ("参加⟦999999:近1.5万人⟧", "number-unknown"),
        ("参加⟦0:近1.5万人⟧", "mark"),
        ("参加⟦-1:近1.5万人⟧", "mark"),
        ("参加⟦近1.5万人⟧", "mark"),
        ("参加⟦1:近1.5万人", "mark"),
        ("参加1:近1.5万人⟧", "mark"),
        ("⟦⟦1:近1.5万人⟧⟧", "mark"),
        ("坏\x07字", "control-character"),
        ("坏\x00字", "control-character"),
        ("坏\ud800字", "control-character"),
        ("制\t表", "control-character"),
        ("字" * 1_000_000, "too-long"),
    ],
)
def test_hostile_text(text: str, code: str) -> None:
    refused(code, blocks=with_block(1, text=text))


def test_a_refusal_names_the_place() -> None:
    assert refused("number-changed", blocks=with_block(1, text="⟦1:近2万人⟧")).zh.startswith("正文第2段")


def test_tables_are_neither_made_copied_nor_turned_into_text() -> None:
    table = opened().blocks[3]
    refused("form", blocks=(table, table))
    refused("table", blocks=(EditBlock("", Kind.TABLE),))
    refused("table", blocks=with_block(3, kind=Kind.PARAGRAPH, text="表"))
    refused("table", blocks=with_block(0, kind=Kind.TABLE))


@pytest.mark.parametrize("key", ["0.9", "7.0", "x", "0.03", "-1.0"])
def test_keys_of_another_paper(key: str) -> None:
    refused("form", blocks=(EditBlock(key, Kind.PARAGRAPH, 0, "", "甲"),))
    refused("form", annexes=(EditAnnex(key, "甲", ()),))


@pytest.mark.parametrize("level", [0, 5, -1, 99])
def test_levels_that_there_are_not(level: int) -> None:
    refused("form", blocks=with_block(0, level=level))


def test_too_much() -> None:
    refused("too-long", blocks=tuple(EditBlock("", Kind.PARAGRAPH, 0, "", "甲") for _ in range(2001)))
    refused("too-long", title="长" * 201)
    with pytest.raises(PaperError):
        edited(title=" ")


def test_a_remark_holds_no_number() -> None:
    refused("mark", blocks=with_block(4, text="缺⟦1:近1.5万人⟧"))


# -- what always holds --------------------------------------------------------------------------------

CHARACTERS = st.text(alphabet="一参加，,()（）：:安全⟦⟧1.5万人“”A ", max_size=12)
TEXTS = st.builds(Text, CHARACTERS, st.booleans())
BOUNDS = st.builds(Bound, st.sampled_from(["fact:a", "fact:b", "fact:c"]), st.sampled_from(["1人", "近2万人", "⟦3⟧"]))
INLINES: st.SearchStrategy[Inlines] = st.lists(TEXTS | BOUNDS, max_size=5).map(tuple)
LEVELS = st.integers(1, 4)
BLOCKS: st.SearchStrategy[Block] = st.one_of(
    st.builds(Heading, LEVELS, INLINES),
    st.builds(RunIn, LEVELS, INLINES, INLINES),
    st.builds(Paragraph, INLINES),
    st.builds(Notice, CHARACTERS),
    st.builds(lambda cell: Table((), ((cell,),), (5.0,)), INLINES),
)
PAPERS = st.builds(
    lambda blocks, annex: dataclasses.replace(PAPER, blocks=tuple(blocks), annexes=(Annex("附", tuple(annex)),)),
    st.lists(BLOCKS, max_size=6),
    st.lists(BLOCKS, max_size=3),
)


@given(PAPERS)
def test_paper_to_blocks_to_paper_is_the_identity(paper: Paper) -> None:
    assert editing.apply(opened(paper), paper=paper, numbers=editing.numbers_of(paper)).paper == paper


@given(INLINES)
def test_marks_say_the_inlines(inlines: Inlines) -> None:
    numbers = tuple(dict.fromkeys(inline for inline in inlines if isinstance(inline, Bound)))
    assert unmarked(marked(inlines, places(numbers)), numbers, "正文") == tidy(inlines)


@given(PAPERS, st.data())
def test_no_edit_unbinds_a_number_silently(paper: Paper, data: st.DataObject) -> None:
    numbers = editing.numbers_of(paper)
    prose = editing.prose_of(paper, numbers)
    blocks = list(prose.blocks)
    for _ in range(data.draw(st.integers(0, 4))):
        if not blocks:
            break
        place = data.draw(st.integers(0, len(blocks) - 1))
        match data.draw(st.sampled_from(["drop", "move", "cut", "type", "kind"])):
            case "drop":
                del blocks[place]
            case "move":
                blocks.insert(data.draw(st.integers(0, len(blocks) - 1)), blocks.pop(place))
            case "cut":
                text = blocks[place].text
                a, b = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
                blocks[place] = dataclasses.replace(blocks[place], text=text[:a] + text[b:])
            case "type":
                mark = number_mark(1, numbers[0]) if numbers else ""
                typed = data.draw(CHARACTERS) + mark
                blocks[place] = dataclasses.replace(blocks[place], text=blocks[place].text + typed)
            case "kind":
                kind, level = data.draw(st.sampled_from([(Kind.PARAGRAPH, 0), (Kind.HEADING, 2), (Kind.RUN_IN, 3)]))
                blocks[place] = dataclasses.replace(blocks[place], kind=kind, level=level)
    try:
        result = editing.apply(dataclasses.replace(prose, blocks=tuple(blocks)), paper=paper, numbers=numbers)
    except (ProseError, PaperError):
        return
    after = set(result.paper.bounds())
    assert after <= set(numbers), "a number came from nowhere"
    assert set(result.removed) == set(paper.bounds()) - after, "a number went silently"


@given(st.text(max_size=40))
def test_any_text_is_taken_or_refused(text: str) -> None:
    try:
        result = edited(blocks=with_block(1, text=text))
    except Refusal:
        return
    assert set(result.paper.bounds()) <= set(NUMBERS)

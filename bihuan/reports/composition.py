"""The summary as an official paper: the report's own sections, each number bound to its fact, nothing invented. Pure.

The prose is the unit's own; what the composer adds is the form (head, levels, punctuation), a remark wherever the
report's numbering shows that an item is missing, and an annex that sets each figure beside what the records add up to.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bihuan.documents.paper import (
    Annex,
    Block,
    Bound,
    Colophon,
    Heading,
    Inline,
    Notice,
    Paper,
    Paragraph,
    RunIn,
    Table,
    Text,
)
from bihuan.lib.punctuation import full_width
from bihuan.reading.outline import Heading as ReadHeading
from bihuan.reading.outline import OutlineIssue
from bihuan.reading.outline_marks import chinese
from bihuan.reading.report import Reading

_EXPLAINED = (
    "“上报数”是报告单位对全域的说法，不参与相加；“记录合计”由有时间、有地点的记录相加得出；"
    "“未有记录”是前者减后者。各数取自封存的历史记录，可用校验码核验。"
)
_REMARK = re.compile(r"【[^】]{1,10}】")  # 【示例】…: what stands before a report and is not part of it
SHORT_HEADING = 40  # characters: a longer line that starts like a heading is a paragraph with a run-in heading


@dataclass(frozen=True)
class Printed:
    """A fact as the paper prints it."""

    tag: str
    text: str
    label: str = ""


@dataclass(frozen=True)
class Row:
    """One line of the annex: what was stated, what the records add up to, and the difference nobody explained."""

    name: str
    place: str
    statement: Printed | None
    total: Printed | None
    remainder: Printed | None
    records: int


@dataclass(frozen=True)
class Source:
    """What a summary is composed from. `facts`: by the offset of the figure in the text; `unproven`: claims that the
    years in store do not prove, by their offset, with the names of what they are of."""

    text: str
    reading: Reading
    facts: Mapping[int, Printed]
    rows: tuple[Row, ...]
    year: int
    unproven: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Office:
    """Who writes to whom."""

    name: str  # 临夏州安全生产委员会办公室
    addressees: tuple[str, ...]
    signer: str
    day: dt.date
    marking: str = ""
    copies_to: tuple[str, ...] = field(default=())


def summary(source: Source, office: Office) -> Paper:
    """The upward report (报告, GB/T 9704-2012 with 签发人)."""
    return Paper(
        kind="报告",
        issuer=(office.name,),
        mark=f"{office.name}文件",
        title=f"{office.name}关于{source.year}年“安全生产月”活动开展情况的报告",
        signer=office.signer,
        upward=True,
        addressees=office.addressees,
        blocks=tuple(_blocks(source)),
        annexes=(Annex("主要数据及其来源", tuple(_annex(source.rows))),),
        signature=(office.name,),
        date=office.day,
        colophon=Colophon(office.copies_to, office.name, office.day),
        marking=office.marking,
    )


def _blocks(source: Source) -> Iterator[Block]:
    headings = {heading.start: heading for heading in source.reading.outline.headings if not heading.inline}
    gaps = [issue for issue in source.reading.outline.issues if issue.kind == "gap"]
    begun = False
    for start, end in _lines(source.text, source.reading.tail.end):
        words = source.text[start:end]
        if not begun and _REMARK.match(words):
            yield Notice(words)
            continue
        if not begun and start not in headings and _is_title(words):
            continue  # the paper has a title of its own
        begun = True
        for issue in gaps:
            if start <= issue.start < end:
                yield Notice(_missing(issue))
        for at, claim in sorted(source.unproven.items()):
            if start <= at < end:
                yield Notice(f"{claim}，未能由在库的往年数证实，请核对后再用。")
        yield _block(source, start, end, headings.get(start))


def _is_title(words: str) -> bool:
    return len(words) <= SHORT_HEADING and not words.endswith(("。", "：", ":")) and "，" not in words


def _lines(text: str, end: int) -> Iterator[tuple[int, int]]:
    """The non-empty lines of the report, as offsets without the white space around them."""
    for line in re.finditer(r"[^\n]+", text[:end]):
        words = line.group().strip()
        if words:
            start = line.start() + line.group().index(words)
            yield start, start + len(words)


def _block(source: Source, start: int, end: int, heading: ReadHeading | None) -> Block:
    if heading is None:
        return Paragraph(tuple(_inlines(source, start, end)))
    level = min(heading.level, 4)
    stop = source.text.find("。", start, end)
    if stop < 0 and end - start <= SHORT_HEADING:
        return Heading(level, tuple(_inlines(source, start, end)))
    if stop < 0 or stop - start > SHORT_HEADING * 2 or stop + 1 == end:
        return Paragraph(tuple(_inlines(source, start, end)))
    # 一是组织开展…活动。: the sentence that names the item, in the type of a second level.
    return RunIn(max(level, 2), tuple(_inlines(source, start, stop + 1)), tuple(_inlines(source, stop + 1, end)))


def _inlines(source: Source, start: int, end: int) -> Iterator[Inline]:
    prose, at = full_width(source.text), start
    for figure in source.reading.figures:
        printed = source.facts.get(figure.start)
        if printed is None or not start <= figure.start < end:
            continue
        if figure.start > at:
            yield Text(prose[at : figure.start])
        yield Bound(printed.tag, printed.text, printed.label)
        at = figure.end
    if at < end:
        yield Text(prose[at:end])


def _missing(issue: OutlineIssue) -> str:
    numbers = "、".join(f"第{chinese(number)}" for number in issue.missing)
    return f"原报告缺{numbers}项，此处照缺，未作补写。"


def _annex(rows: tuple[Row, ...]) -> Iterator[Block]:
    yield Paragraph((Text(_EXPLAINED),))
    header = tuple((Text(name),) for name in ("数据", "范围", "上报数", "记录合计", "未有记录"))
    lines = tuple(
        ((Text(row.name),), (Text(row.place),), _cell(row.statement), _cell(row.total), _cell(row.remainder))
        for row in rows
    )
    yield Table((header,), lines, (6.0, 7.0, 5.0, 5.0, 5.0))


def _cell(printed: Printed | None) -> tuple[Inline, ...]:
    return (Text("—") if printed is None else Bound(printed.tag, printed.text, printed.label),)

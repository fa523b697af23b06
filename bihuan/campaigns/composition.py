"""The papers that issue a plan (方案、通知、分工), composed from what it says. Pure; people may edit the drafts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bihuan.campaigns.rules import PaperKind, chinese
from bihuan.campaigns.task_division import Row
from bihuan.documents.paper import Annex, Block, Cell, Colophon, Heading, Paper, Paragraph, RunIn, Table, Text

SHORT = 40  # characters of a paragraph's text that stands on its heading's line
_COLUMNS = (  # in characters; a day such as 6月20日 stays on one line, and so does a leader's name with its section
    ("序号", 1.7),
    ("工作任务", 4.5),
    ("工作措施", 5.1),
    ("牵头单位", 3.8),
    ("配合单位", 4.0),
    ("责任人员", 5.4),
    ("时限", 4.2),
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of the plan with its mark: 一、, （一）, 1."""

    level: int
    mark: str
    heading: str
    text: str
    tasked: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """What is to be handed in, by whom, until when."""

    name: str
    whom: str
    due_on: dt.date


@dataclass(frozen=True)
class Told:
    """What the papers are composed from. `place`: as the office calls it: 临夏州."""

    place: str
    campaign: str
    theme: str
    times: int | None
    basis: tuple[str, str]
    period: tuple[dt.date, dt.date]
    issuer: str
    working_body: str
    addressees: tuple[str, ...]
    passages: Sequence[Passage]
    rows: Sequence[Row]
    duties: int
    asked: Sequence[Asking]
    day: dt.date
    version: int = 1
    marking: str = ""


def paper(kind: PaperKind, told: Told) -> Paper:
    """One of the papers of a plan."""
    return {PaperKind.PLAN: _plan, PaperKind.NOTICE: _notice, PaperKind.TASK_DIVISION: _division}[kind](told)


def _framed(
    told: Told, kind: str, title: str, blocks: tuple[Block, ...], *, office: str = "", annexes: tuple[Annex, ...] = ()
) -> Paper:
    issuer = office or told.issuer
    again = "" if told.version == 1 else f"（第{told.version}版）"
    return Paper(
        kind=kind,
        issuer=(issuer,),
        mark=f"{issuer}文件",
        title=title + again,
        addressees=told.addressees,
        blocks=blocks,
        annexes=annexes,
        signature=(issuer,),
        date=told.day,
        colophon=Colophon((), issuer, told.day),
        marking=told.marking,
    )


def _plan(told: Told) -> Paper:
    blocks = (_opening(told, "制定本方案"), *_passages(told))
    return _framed(told, "方案", f"{told.place}{told.campaign}活动方案", blocks)


def _opening(told: Told, end: str) -> Paragraph:
    title, number = told.basis
    named = f"《{title}》" if title and not title.startswith("《") else title
    basis = f"根据{named}{f'（{number}）' if number else ''}要求，" if title else ""
    times = f"{told.period[0].year}年是第{told.times}个全国“安全生产月”。" if told.times else ""
    return _said(f"{times}{basis}结合{told.place}实际，{end}。")


def _passages(told: Told) -> Iterator[Block]:
    for item in told.passages:
        words = item.text.split("\n")
        if item.level > 1 and len(words) == 1 and words[0]:
            yield RunIn(item.level, _text(f"{item.mark}{item.heading}。"), _text(words[0]))
            continue
        yield Heading(item.level, _text(f"{item.mark}{item.heading}"))
        yield from (_said(line) for line in words if line.strip())


def _notice(told: Told) -> Paper:
    first, last = told.period
    theme = f"活动主题：{told.theme}。" if told.theme else ""
    title = f"{told.issuer}关于组织开展{told.campaign}活动的通知"
    tasked = [item.heading for item in told.passages if item.tasked]
    blocks: list[Block] = [_opening(told, "现就组织开展活动有关事项通知如下")]
    sections: list[tuple[str, list[str]]] = [
        ("活动主题和时间", [f"{theme}活动时间：{_day(first)}至{_day(last)}。"]),
        ("重点工作", [f"各单位要按照活动方案，突出抓好以下工作：{'；'.join(tasked)}。"] if tasked else []),
        ("任务分工", [_division_words(told)]),
        ("情况报送", [f"{_day(item.due_on)}前报送{item.name}（{item.whom}）。" for item in told.asked]),
    ]
    for number, (heading, lines) in enumerate((item for item in sections if item[1]), 1):
        blocks.append(Heading(1, _text(f"{chinese(number)}、{heading}")))
        blocks += [_said(line) for line in lines]
    blocks.append(_said("已在系统中填报的数据不再另行索要；确需延期的，须在到期前提出并说明原因。"))
    return _framed(told, "通知", title, tuple(blocks))


def _division_words(told: Told) -> str:
    return (
        f"本次活动共布置重点工作{told.duties}项，各单位的任务、分管领导、责任科室和时限见"
        f"《{told.place}{told.campaign}重点工作分工》，请逐项落实，做到有人管、有人抓、有人办。"
    )


def _division(told: Told) -> Paper:
    name = f"{told.campaign}重点工作分工"
    office = told.working_body or told.issuer
    blocks = (
        _opening(told, "现将重点工作分工明确如下"),
        _said(f"共{told.duties}项，列于附件。牵头单位对完成情况负总责，配合单位按职责做好工作。"),
        _said("各牵头单位要明确分管领导、责任科室和责任人，按时限完成，完成后一次报送办理情况和佐证材料。"),
    )
    annex = Annex(f"{told.place}{name}表", (_table(told.rows),))
    return _framed(told, "通知", f"{told.place}{name}", blocks, office=office, annexes=(annex,))


def _table(rows: Sequence[Row]) -> Table:
    header: tuple[Cell, ...] = tuple(_text(name) for name, _width in _COLUMNS)
    return Table((header,), tuple(_cells(row) for row in rows), tuple(width for _name, width in _COLUMNS))


def _cells(row: Row) -> tuple[Cell, ...]:
    line = row.line
    cells = (str(row.number), line.title, line.requirement, row.units, line.helping, line.in_charge, line.limit)
    return tuple(_text(" ".join(text.split()) or "—") for text in cells)


def _said(words: str) -> Paragraph:
    return Paragraph(_text(words))


def _text(words: str) -> tuple[Text, ...]:
    return (Text(words),)


def _day(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

"""The papers of supervision: 督办通知, 催办通知, 通报. Pure.

Fields of a notice: facts §3.4. What a paper rests on is the paragraph in which its matter explains itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bihuan.documents.paper import (
    Annex,
    Block,
    Colophon,
    Heading,
    Paper,
    Paragraph,
    Row,
    Table,
    Text,
    chinese_date,
)


@dataclass(frozen=True, slots=True)
class Body:
    """Who issues it. `marking`: of model data."""

    name: str
    marking: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A further matter of the unit, in the annex."""

    title: str
    due_on: dt.date | None
    state: str


@dataclass(frozen=True, slots=True)
class NoticeSaid:
    """What a notice says; the fields are `models.Notice`'s, in words."""

    title: str
    unit: str
    source: str
    demand: str
    due_on: dt.date
    basis: str  # legal basis and mandate
    explained: str = ""  # the paragraph of the matter it is about
    order_text: str = ""
    category: str = ""
    urgency: str = ""  # "" where it is ordinary
    assisting: Sequence[str] = field(default=())
    section: str = ""
    leader: str = ""
    owner: str = ""
    contact: str = ""
    feedback: str = ""
    follows: str = ""  # the number of the notice that this one follows
    lines: Sequence[Listed] = field(default=())


def notice_paper(said: NoticeSaid, body: Body) -> Paper:
    """督办通知 as an official paper."""
    annexes = (Annex("一并列明的其他事项", (_lines(said.lines),)),) if said.lines else ()
    return Paper(
        kind="通知",
        issuer=(body.name,),
        mark=f"{body.name}文件",
        title=f"{body.name}关于督办“{said.title}”的通知",
        urgency=said.urgency,
        addressees=(said.unit,),
        blocks=tuple(_notice_blocks(said, body)),
        annexes=annexes,
        signature=(body.name,),
        colophon=Colophon(tuple(said.assisting), body.name),
        marking=body.marking,
    )


def _notice_blocks(said: NoticeSaid, body: Body) -> Iterator[Block]:
    source = f"，按照{said.source}" if said.source else ""
    yield _p(f"根据{said.basis}{source}，现对“{said.title}”予以督办，请认真办理。")
    yield Heading(1, (Text("一、督办依据和经过"),))
    if said.follows:
        yield _p(f"本通知接续{said.follows}，按照领导再次批示下发。")
    if said.explained:
        yield _p(said.explained)
    if said.order_text:
        yield _p(f"批示原文：{said.order_text}")
    if not (said.follows or said.explained or said.order_text):
        yield _p(f"本事项由{body.name}按上述依据立项督办。")
    yield Heading(1, (Text("二、办理要求"),))
    for line in said.demand.splitlines():
        if line.strip():
            yield _p(line.strip())
    yield Heading(1, (Text("三、承办与时限"),))
    yield _fields(said)
    yield Heading(1, (Text("四、签收与反馈"),))
    how = f"{said.feedback}。" if said.feedback else ""
    yield _p(
        f"请收到本通知后即行签收，于{chinese_date(said.due_on)}前办结，并按“一事一报”书面反馈办理结果，"
        f"附佐证材料。{how}确需延期的，须在到期前申请，写明原因、进展和预计完成日期。"
    )
    yield _p("对督查结论有异议的，可自收到结论之日起30日内申请复核。")


def _fields(said: NoticeSaid) -> Table:
    pairs = [
        ("事项标题", said.title),
        ("类　　别", said.category),
        ("紧急程度", said.urgency or "一般"),
        ("承办单位", said.unit),
        ("协办单位", "、".join(said.assisting)),
        ("责任科室", said.section),
        ("分管领导", said.leader),
        ("责 任 人", said.owner),
        ("联系方式", said.contact),
        ("办结时限", chinese_date(said.due_on)),
        ("反馈要求", said.feedback),
    ]
    rows = tuple(_row(name, value) for name, value in pairs if value)
    return Table((), rows, (6.0, 22.0))


def _lines(lines: Sequence[Listed]) -> Table:
    rows = tuple(
        _row(str(number), item.title, chinese_date(item.due_on) if item.due_on else "—", item.state)
        for number, item in enumerate(lines, 1)
    )
    return Table((_row("序号", "事项", "办结时限", "办理情况"),), rows, (3.0, 13.0, 7.0, 5.0))


def urging_paper(*, title: str, unit: str, number: int, explained: str, text: str, until: dt.date, body: Body) -> Paper:
    """催办通知: a matter is urged on in writing, for the `number`-th time."""
    again = f"（第{number}次）" if number > 1 else ""
    blocks = [_p(explained), *(_p(line.strip()) for line in text.splitlines() if line.strip())]
    blocks.append(_p(f"请于{chinese_date(until)}前反馈办理结果；未能办结的，一并说明原因、进展和预计完成日期。"))
    return Paper(
        kind="通知",
        issuer=(body.name,),
        mark=f"{body.name}文件",
        title=f"{body.name}关于催办“{title}”的通知{again}",
        addressees=(unit,),
        blocks=tuple(blocks),
        signature=(body.name,),
        colophon=Colophon((), body.name),
        marking=body.marking,
    )


@dataclass(frozen=True, slots=True)
class CircularSaid:
    """What a circular says."""

    title: str
    unit: str
    grounds: str
    praise: bool
    basis: str
    explained: str = ""
    correct_by: dt.date | None = None


def circular_paper(said: CircularSaid, body: Body) -> Paper:
    """通报表扬 or 通报批评 as an official paper."""
    blocks: list[Block] = [_p(f"根据{said.basis}，现通报如下。")]
    if said.explained:
        blocks.append(_p(said.explained))
    blocks += [_p(line.strip()) for line in said.grounds.splitlines() if line.strip()]
    if said.praise:
        blocks.append(_p(f"现对{said.unit}予以通报表扬。"))
    else:
        until = f"请于{chinese_date(said.correct_by)}前整改到位并书面报告。" if said.correct_by else ""
        blocks.append(_p(f"现对{said.unit}予以通报批评。{until}"))
    return Paper(
        kind="通报",
        issuer=(body.name,),
        mark=f"{body.name}文件",
        title=f"{body.name}{said.title}",
        addressees=(said.unit,),
        blocks=tuple(blocks),
        signature=(body.name,),
        colophon=Colophon((), body.name),
        marking=body.marking,
    )


def _p(words: str) -> Paragraph:
    return Paragraph((Text(" ".join(words.split("\n"))),))


def _row(*cells: str) -> Row:
    return tuple((Text(" ".join(cell.split())),) for cell in cells)

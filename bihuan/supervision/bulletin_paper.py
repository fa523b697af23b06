"""A bulletin as an official paper: the prose is a draft that people may edit, each number in it stays bound. Pure.

Two papers can be made of one bulletin. What is published (公示) names units and overdue matters and no more: no person,
no reason, no account of what stood in the way. What stays inside (通报) says these too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bihuan.documents.paper import Block, Bound, Cell, Colophon, Heading, Inline, Paper, Paragraph, Table, Text
from bihuan.supervision.bulletin_rules import CHANGES, NAMES, OPENNESS, Item, Month, Openness, Row, percent, points

WORD = "bulletin"  # with which the tags of its numbers begin
SINCE = "b"  # and the key of the bulletin of the month before: what changed since
ALL = "all"  # instead of a unit's key in a tag: the numbers of all together
MOST_NAMED = 20  # matters of one kind of change; the page of the bulletin names them all

# The columns of the table by unit, and how wide they are in characters.
COLUMNS: tuple[tuple[str, str, float], ...] = (
    ("total", "事项总数", 2.3),
    ("due", "本月应完成", 3.0),
    ("done", "已完成", 2.9),
    ("rate", "完成率", 3.3),
    ("on_schedule", "按期", 2.1),
    ("behind", "滞后", 2.1),
    ("overdue", "逾期", 2.1),
    ("answered", "待审核", 2.9),
    ("not_started", "未启动", 2.9),
)


@dataclass(frozen=True)
class Told:
    """What a paper is composed from.

    Args:
        key: of the bulletin; previous: of the one of the month before, None where there is none.
        lines: units by name, with their numbers; the order is the bulletin's.
        overdue: unit by name and matter.
        changes: by kind, unit by name and title of each matter.
        basis: what asks for the publication: the plan's paper, the rule of the office.
    """

    key: int
    previous: int | None
    campaign: str
    place: str
    month: Month
    version: int
    cut_off: dt.datetime  # in the campaign's zone
    lines: Sequence[tuple[str, Row]]
    all: Row
    before: Row | None
    overdue: Sequence[tuple[str, Item]]
    changes: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    ranked: bool = False
    ranking_basis: str = ""


@dataclass(frozen=True)
class Issue:
    """How it is issued: by whom, for whom, on what ground; `corrects`: the number of the paper that it puts right."""

    office: str
    openness: Openness
    basis: str
    day: dt.date
    addressees: tuple[str, ...] = ()
    marking: str = ""
    corrects: str = ""


def tag(bulletin: int, whose: int | None, count: str) -> str:
    """The tag of a number: bulletin:12:7:overdue of a unit, bulletin:12:all:overdue of all."""
    return f"{WORD}:{bulletin}:{ALL if whose is None else whose}:{count}"


def paper(told: Told, issue: Issue) -> Paper:
    """The paper (通报 or 公示, GB/T 9704-2012)."""
    public = issue.openness is Openness.OPEN
    name = f"关于{told.campaign}重点工作{told.month.first.month}月份推进完成情况的{'公示' if public else '通报'}"
    return Paper(
        kind="通报",
        issuer=(issue.office,),
        mark=f"{issue.office}文件",
        title=f"{issue.office}{name}" + ("（更正）" if issue.corrects else ""),
        addressees=() if public else issue.addressees,
        blocks=tuple(_blocks(told, issue, public)),
        signature=(issue.office,),
        date=issue.day,
        note={Openness.OPEN: "此件公开发布", Openness.ON_REQUEST: "此件依申请公开", Openness.CLOSED: "此件不予公开"}[
            issue.openness
        ],
        colophon=Colophon((), issue.office, issue.day),
        marking=issue.marking,
    )


def _blocks(told: Told, issue: Issue, public: bool) -> Iterator[Block]:
    if issue.corrects:
        yield Paragraph(_text(f"{issue.corrects}所载数据有误，现予更正，以本件为准。"))
    moment = f"{told.cut_off.year}年{told.cut_off.month}月{told.cut_off.day}日{told.cut_off.hour}时"
    what = "公示" if public else "通报"
    cited = f"按照{told.ranking_basis}要求和" if told.ranking_basis else "按照"
    named = f"现将{told.place}{told.campaign}重点工作截至{moment}的推进完成情况{what}如下。"
    yield Paragraph(_text(f"{cited}重点工作任务按月{what}制度，{named}"))
    yield Heading(1, _text("一、总体情况"))
    yield Paragraph(tuple(_overall(told)))
    yield Paragraph(tuple(_in_hand(told)))
    if told.before is not None and told.previous is not None:
        yield Paragraph(tuple(_trend(told, told.before, told.previous)))
    yield Heading(1, _text("二、各单位完成情况"))
    yield _by_unit(told)
    yield Paragraph(_text(_EXPLAINED))
    yield Heading(1, _text("三、逾期未完成事项"))
    yield from _overdue(told, public)
    if public:
        return
    if told.changes:
        yield Heading(1, _text("四、与上月相比的变化"))
        yield from _changed(told)
    yield Heading(1, _text(f"{'五' if told.changes else '四'}、有关要求"))
    yield Paragraph(_text(_DEMANDS))
    yield Paragraph(_text(f"公开属性：{OPENNESS[issue.openness][0]}，依据：{issue.basis}。"))


_EXPLAINED = (
    "“完成率”为本月应完成事项中已审核办结的比例，本月没有应完成事项的不计；“待审核”为已反馈、尚未审核的事项，不计入逾期。"
    "各数取自封存的历史记录，可用校验码核验。"
)
_DEMANDS = (
    "请各有关单位对照办结时限抓紧推进，逾期事项要明确责任人和完成时间，尽快反馈办理结果；确需延期的，须在到期前提出申请并"
    "说明原因。对本通报所列情况有异议的，请及时向本办公室反映。"
)


def _text(words: str) -> tuple[Text, ...]:
    return (Text(words),)


def _count(
    told: Told,
    count: str,
    classifier: str = "项",
    *,
    key: int | None = None,
    row: Row | None = None,
    name: str = "全部",
) -> Bound:
    whose = row or told.all
    number = whose.notices if count == "notices" else whose.counts[count]
    return Bound(tag(key or told.key, whose.unit, count), f"{number}{classifier}", f"{name}·{NAMES[count][0]}")


def _rate(told: Told, *, key: int | None = None, row: Row | None = None, name: str = "全部") -> Inline:
    whose = row or told.all
    printed = percent(whose.rate)
    if whose.rate is None:
        return Text(printed)
    return Bound(tag(key or told.key, whose.unit, "rate"), printed, f"{name}·{NAMES['rate'][0]}")


def _overall(told: Told) -> Iterator[Inline]:
    month = told.month.first.month
    units = Bound(tag(told.key, None, "units"), f"{len(told.lines)}个", "单位数")
    yield from (units, Text("单位承担重点工作"), _count(told, "total"))
    yield Text(f"。{month}月份应完成")
    yield _count(told, "due")
    if told.all.counts["due"]:
        yield from (Text("，已完成"), _count(told, "done"))
        if told.all.counts["done_late"]:
            yield from (Text("（其中逾期完成"), _count(told, "done_late"), Text("）"))
        yield from (Text("，完成率"), _rate(told))
    yield from (Text("。累计办结"), _count(told, "finished"), Text("。"))


def _in_hand(told: Told) -> Iterator[Inline]:
    said = (
        ("在办事项中，按进度推进", "on_schedule"),
        ("，进度滞后", "behind"),
        ("，逾期未完成", "overdue"),
        ("，待审核", "answered"),
        ("，未启动", "not_started"),
    )
    for words, count in said:
        yield from (Text(words), _count(told, count))
    if told.all.counts["suspended"]:
        yield from (Text("，暂停"), _count(told, "suspended"))
    yield from (Text("；本月延期"), _count(told, "extended"))
    lit = [("红灯", "red"), ("橙灯", "orange"), ("黄灯", "yellow")]
    shining = [pair for pair in lit if told.all.counts[pair[1]]]
    for number, (words, count) in enumerate(shining):
        yield from (Text(f"{'。亮' if number == 0 else '、'}{words}"), _count(told, count))
    yield Text("。")
    if told.all.notices:
        yield from (Text("本月下发督办通知"), _count(told, "notices", "份"), Text("。"))


def _trend(told: Told, before: Row, previous: int) -> Iterator[Inline]:
    moved = points(told.all.rate, before.rate)
    yield Text("与上月相比，")
    if moved is not None:
        yield from (Text("完成率由"), _rate(told, key=previous, row=before, name="上月"), Text("变为"), _rate(told))
        yield from _moved(told, moved, previous)
    yield from (Text("逾期未完成事项由"), _count(told, "overdue", key=previous, row=before, name="上月"), Text("变为"))
    yield from (_count(told, "overdue"), Text("。"))


def _moved(told: Told, moved: Decimal, previous: int) -> Iterator[Inline]:
    if moved == 0:
        yield Text("（持平），")
        return
    yield Text(f"（{'提高' if moved > 0 else '下降'}")
    number = f"{abs(moved).normalize():f}个百分点"
    yield Bound(f"{WORD}:{told.key}:{SINCE}{previous}:points", number, "完成率与上月相比")
    yield Text("），")


def _by_unit(told: Told) -> Table:
    header = (_text("单位"), *(_text(words) for _name, words, _width in COLUMNS))
    rows = [(_text(name), *_cells(told, row, name)) for name, row in told.lines]
    rows.append((_text("合计"), *_cells(told, told.all, "全部")))
    widths = (28 - sum(width for _name, _words, width in COLUMNS), *(width for _name, _words, width in COLUMNS))
    return Table((header,), tuple(rows), widths)


def _cells(told: Told, row: Row, name: str) -> Iterator[Cell]:
    for count, _words, _width in COLUMNS:
        if count == "rate":
            yield (_rate(told, row=row, name=name),)
        else:
            yield (_count(told, count, "", row=row, name=name),)


def _overdue(told: Told, public: bool) -> Iterator[Block]:
    if not told.overdue:
        yield Paragraph(_text("截至上述时点，没有逾期未完成的事项。"))
        return
    heads = ("责任单位", "事项", "办结时限", "逾期天数") + (() if public else ("原因及进展",))
    widths = (7.0, 12.0, 5.0, 4.0) if public else (5.6, 8.4, 4.6, 2.8, 6.6)
    rows = []
    for unit, item in told.overdue:
        due = item.due_on.strftime("%Y.%m.%d") if item.due_on else "—"
        late = Bound(f"{WORD}:{told.key}:m{item.matter}:days_late", str(item.days_late), f"{unit}·逾期天数")
        cells: list[Cell] = [_text(unit), _text(item.title), _text(due), (late,)]
        if not public:
            cells.append(_text(_one_line(item.account) or "未填报"))
        rows.append(tuple(cells))
    yield Table((tuple(_text(head) for head in heads),), tuple(rows), widths)
    yield Paragraph(_text("逾期天数按自然日计算，自办结时限次日起至上述时点止。"))


def _one_line(words: str) -> str:
    short = " ".join(words.split())
    return short if len(short) <= 60 else short[:59] + "…"


def _changed(told: Told) -> Iterator[Block]:
    for kind, named in told.changes:
        shown = "；".join(f"{unit}“{title}”" for unit, title in named[:MOST_NAMED])
        more = "等" if len(named) > MOST_NAMED else ""
        yield Paragraph(_text(f"{CHANGES[kind][0]}：{shown}{more}。"))

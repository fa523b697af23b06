"""Figures of a report: every number that counts something, with range, unit, measures, role, place, actor and date.

    figures = find_figures(text)

One linear pass: numerals and their units (`quantities`), the refusals (`refusals`), then sentence by sentence what each
number counts (`governing`), its role, and the scene (place, day, actor) it belongs to.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from bihuan.reading.dates import DateMention
from bihuan.reading.governing import Governed, Governing, topic_of
from bihuan.reading.nouns import Cue, find_cues
from bihuan.reading.numerals import Numeral, find_numerals, parse_numeral
from bihuan.reading.places import Survey, survey
from bihuan.reading.quantities import Quantity, in_column, quantity_at, read_quantity
from bihuan.reading.ranges import Range, printable
from bihuan.reading.refusals import Refusals
from bihuan.reading.roles import role_of
from bihuan.reading.scenes import Scene, Scenes
from bihuan.reading.tables import Cell, find_cells, place_of_row

_SENTENCE = re.compile(r"[^。!?！？\n]+[。!?！？]*|\n")
_PLANNED = re.compile(r"下一步|今后|打算|工作计划|努力方向|下步")
_HEADING_LINE = re.compile(
    r"(?:^|\n)[ \t]*(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\))[^\n。]{2,30}(?=\n|$)"
)
_BARE_BEFORE = re.compile(
    r"(?:人数|数量|总数|次数|场次|人次|总量|起数|户数|件数|个数|家数|积分|阅读量"
    r"|播放量|浏览量|点击量|数)(?:共|约|达到?|为|累计|合计|[:： \t]|总计|突破|超过?)*$"
)
_LONGEST = 600
_BARE_AFTER = frozenset(("person", "org", "place", "site", "thing", "hazard"))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: half-open span in the text given, what is printed, its range and form, unit as printed and canonical,
    measure codes, role (result, target, comparison, rule, rank), full name of the place, actor as printed, ISO date or
    start/end; None where the text does not tell."""

    start: int
    end: int
    text: str
    range: Range
    form: str
    unit: str
    unit_norm: str
    measures: tuple[str, ...]
    role: str
    place: str | None
    actor: str | None
    date: str | None

    @property
    def low(self) -> Decimal | None:
        """The lower printed bound, None where unknown."""
        return self.range.low

    @property
    def high(self) -> Decimal | None:
        """The upper printed bound, None where open."""
        return self.range.high

    def as_dict(self) -> dict[str, Any]:
        """The figure as the JSON of `bihuan read`."""
        return {
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "low": printable(self.range.low),
            "high": printable(self.range.high),
            "low_open": self.range.low_open,
            "high_open": self.range.high_open,
            "form": self.form,
            "unit": self.unit,
            "unit_norm": self.unit_norm,
            "measures": list(self.measures),
            "role": self.role,
            "place": self.place,
            "actor": self.actor,
            "date": self.date,
        }


def find_figures(
    text: str, *, end: int | None = None, outline: object | None = None, seen: Survey | None = None
) -> list[Figure]:
    """All figures of a text in order, disjoint; `end` cuts off what follows the report. Never raises on any text.

    `outline` is accepted for callers that have one; next-step sections are known by their headings here as well.
    `seen` is the survey of text[:end] where the caller has made it already.
    """
    del outline
    body = text if end is None else text[: max(end, 0)]
    flat, dates, places, own = survey(body) if seen is None else seen
    cells = find_cells(flat)
    quantities = _quantities(flat, dates, cells)
    scenes = Scenes(flat, places, own, dates)
    in_tables = [_of_cell(body, flat, cell, own.name if own else None) for cell in cells.values()]
    if not quantities:
        return in_tables
    found = list(_figures(body, flat, quantities, scenes))
    return sorted([*found, *in_tables], key=lambda figure: figure.start) if in_tables else found


@lru_cache(maxsize=512)
def _heading_says(noun: str, unit: str) -> tuple[tuple[str, ...], str, str]:
    """Measure codes, canonical unit and role of a table's column, read from its heading as from a sentence."""
    said = find_figures(f"{noun}25{unit}")
    if not said:
        return (), unit, "result"
    return said[-1].measures, said[-1].unit_norm, said[-1].role


def _of_cell(text: str, flat: str, cell: Cell, own: str | None) -> Figure:
    """The figure of one cell of a table: number and span its own, all else from heading and row."""
    unit = "%" if cell.number.endswith("%") else cell.unit
    codes, norm, role = _heading_says(cell.noun, unit)
    quantity = read_quantity(cell.number + ("" if unit == "%" else unit)) or read_quantity(cell.number)
    value = quantity.range if quantity else Range(None, None)
    unit = quantity.unit if quantity and quantity.unit else unit
    place = place_of_row(cell.row, own) or own
    return Figure(
        cell.start, cell.end, text[cell.start : cell.end], value, "exact", unit, norm, codes, role, place, None, None
    )


def _quantities(flat: str, dates: list[DateMention], cells: Mapping[int, Cell]) -> list[Quantity]:
    refusals = Refusals(flat, dates)
    ranks = dict(refusals.ranks())
    found: list[Quantity] = []
    numerals = list(find_numerals(flat))
    position = 0
    for index, numeral in enumerate(numerals):
        if numeral.start < position:
            continue
        if numeral.start in cells:
            position = cells[numeral.start].end
            continue
        if numeral.start - 1 in ranks or numeral.start - 2 in ranks:
            first = numeral.start - (1 if numeral.start - 1 in ranks else 2)
            found.append(_rank(flat, numeral, first, ranks[first]))
            position = ranks[first]
            continue
        following = numerals[index + 1] if index + 1 < len(numerals) else None
        quantity = in_column(flat, quantity_at(flat, numeral, following))
        if quantity.start < position or refusals.why(quantity) is not None:
            position = max(position, numeral.end)
            continue
        found.append(quantity)
        position = quantity.end
    return found


def _rank(flat: str, numeral: Numeral, start: int, end: int) -> Quantity:
    unit = flat[end - 1] if flat[end - 1] in "名位" else ""
    value = numeral.value
    alone = parse_numeral(flat[numeral.start : numeral.end])
    return Quantity(
        start,
        end,
        Range.exact(value),
        "exact",
        unit,
        unit,
        (unit,) if unit else (),
        "rank",
        alone or numeral,
        end,
        False,
    )


def _figures(text: str, flat: str, quantities: Sequence[Quantity], scenes: Scenes) -> Iterator[Figure]:
    starts = [q.start for q in quantities]
    planned_from = planned_parts(flat)
    topic: str | None = None
    for first, last in _sentences(flat):
        if flat[first] == "\n":
            topic = None
        low, high = bisect_left(starts, first), bisect_left(starts, last)
        own = quantities[low:high]
        cues = find_cues(flat, first, last) if own or last - first < 400 else []
        if own:
            kept = [q for q in own if _stands(flat, q, cues)]
            governed = Governing(flat, first, last, cues, topic).govern(kept)
            planned = is_planned(planned_from, first)
            yield from _made(text, flat, first, last, kept, governed, scenes, planned)
        scenes.leave(first, last)
        topic = _last_topic(cues) or topic


def _made(
    text: str, flat: str, first: int, last: int, kept: Iterable[Quantity], governed: Iterable[Governed],
    scenes: Scenes, planned: bool,
) -> Iterator[Figure]:  # fmt: skip
    for q, g in zip(kept, governed, strict=True):
        if not _counts(flat, q, g):
            continue
        scene: Scene = scenes.at(q.start, first, last)
        role = "rank" if q.kind == "rank" else role_of(flat, q, first, planned=planned)
        yield Figure(
            q.start,
            q.end,
            text[q.start : q.end],
            q.range,
            q.form,
            _unit(text, q),
            g.unit_norm,
            ("quiz_rank",) if q.kind == "rank" else g.codes,
            role,
            scene.place,
            scene.actor,
            scene.date,
        )


def _unit(text: str, q: Quantity) -> str:
    """The unit as the source prints it (its own brackets), without 左右 and the like."""
    at = text.find(q.unit[:1], q.numeral_end, q.end) if q.unit else -1
    return text[at : at + len(q.unit)] if at >= 0 else q.unit


def _sentences(flat: str) -> Iterator[tuple[int, int]]:
    """Sentences, and pieces of those that are too long to be any, cut behind a comma where there is one."""
    for match in _SENTENCE.finditer(flat):
        first, last = match.span()
        while last - first > _LONGEST:
            cut = max(flat.rfind(mark, first + 1, first + _LONGEST) for mark in ",;、 ") + 1 or first + _LONGEST
            yield first, cut
            first = cut
        yield first, last


def planned_parts(flat: str) -> list[tuple[int, int]]:
    """Stretches under headings on next steps."""
    heads = [m.span() for m in _HEADING_LINE.finditer(flat)]
    tops = [*(start for start, _ in heads), len(flat)]
    return [(start, tops[i + 1]) for i, (start, end) in enumerate(heads) if _PLANNED.search(flat, start, end)]


def is_planned(parts: list[tuple[int, int]], position: int) -> bool:
    """True when the offset lies in one of the parts (in order, disjoint) that `planned_parts` gave."""
    at = bisect_right(parts, position, key=lambda part: part[0]) - 1
    return at >= 0 and position < parts[at][1]


def _last_topic(cues: list[Cue]) -> str | None:
    return next((kind for cue in reversed(cues) if (kind := topic_of(cue))), None)


def _stands(flat: str, q: Quantity, cues: list[Cue]) -> bool:
    """A number without a unit is a figure only where a noun stands right after it or a word for number before it."""
    if q.unit or q.kind:
        return True
    if _BARE_BEFORE.search(flat, max(0, q.start - 12), q.start):
        return True
    if q.numeral.factor > 1 and (q.marked or q.numeral.arabic):
        return True
    at = q.end
    for cue in cues:
        if at <= cue.start <= at + (4 if q.marked else 0) and _BARE_AFTER & set(cue.sorts):
            return True
    return q.marked and q.numeral.arabic and q.numeral.value >= 10


# Units that, after a Chinese numeral, make names as often as counts (五个一, 三项制度).
_WEAK_UNITS = frozenset(
    (
        "个",
        "项",
        "条",
        "类",
        "种",
        "张",
        "把",
        "面",
        "本",
        "段",
        "道",
        "门",
        "口",
        "方",
        "片",
        "件",
        "分",
        "双",
        "节",
        "成",
        "批",
        "组",
        "队",
        "轮",
        "位",
        "座",
        "部",
    )
)


def _counts(flat: str, q: Quantity, g: Governed) -> bool:
    """Small Chinese numerals count only where something countable is near; 一 only where it is stressed or measured."""
    numeral = q.numeral
    if numeral.arabic or numeral.percent or q.kind in ("rank", "money", "percent", "points_pct"):
        return True
    if q.marked:
        return True
    if numeral.shape == "plain" and numeral.value == 1 and g.codes and g.by == "left" and _one_thing(flat, q):
        return True
    if numeral.shape == "plain" and numeral.value == 1:
        stressed = _ONE_STRESSED.search(flat, max(0, q.start - 4), q.start)
        return bool(g.codes and stressed) and g.by in ("right", "left", "deed") and q.unit_norm in _ONE_UNITS
    if q.unit_norm in _WEAK_UNITS and numeral.shape == "plain" and numeral.value <= 20:
        after_noun = flat[q.end : q.end + 1] in _STOPS and "一" <= flat[q.start - 1 : q.start] <= "龥"
        return (bool(g.codes) and g.by in ("left", "right", "respectively")) or after_noun
    return True


_AFTER_NOUN = frozenset("条块幅期场次份处起张台辆部家名人套支")


def _one_thing(flat: str, q: Quantity) -> bool:
    """横幅一条, 板报一块: one, right behind its noun."""
    return (
        q.unit_norm in _AFTER_NOUN
        and "一" < flat[q.start - 1 : q.start] <= "龥"
        and flat[q.end : q.end + 1] not in (q.unit, "一", "次", "个")
    )


_ONE_STRESSED = re.compile(r"(?:开展|举办|组织|召开|举行|发生|了|共|仅)$")
_ONE_UNITS = frozenset(("次", "场", "场次", "期", "起", "家", "人", "处"))
_STOPS = frozenset((",", "。", ";", "、", ""))

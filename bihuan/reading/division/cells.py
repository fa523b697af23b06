"""What the cells of one row say: names of units, time limits, what stands for what is above, and what is unsure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bihuan.reading.division.duty import Cell, Column, Doubt, DutyRead, Field, Limit, LimitKind, Named
from bihuan.reading.division.grid import Slot
from bihuan.reading.division.limits import LimitFound, read_limit
from bihuan.reading.division.unit_lists import Names, labelled, read_units

_DITTO = re.compile(r"(?:同上|同前|[〃″＂\"]|''|“|”)+")
_NONE = re.compile(r"[-—–－/／\\]{1,4}|无")  # says that there is none
_BRACKET = re.compile(r"[（(]([^（）()]*(?:[（(][^（）()]*[)）][^（）()]*)*)[)）]\s*[。.]?\s*$")
_WHO = (Field.LEADS, Field.ASSISTING, Field.LEADER, Field.OFFICE, Field.OWNER)
_LABELLED = (*_WHO, Field.DUE)
_TAIL = 400  # characters from the end of a text in which brackets may say who answers
_MAY_BE_NONE = frozenset((*_LABELLED, Field.SECTION, Field.START))
_LEADING, _HELPING = frozenset(("牵头", "主办", "主责")), frozenset(("配合", "协办", "协助", "参与"))
_STARS = frozenset("*★☆▲△●※＊")
_NAMES = (Field.LEADS, Field.ASSISTING)


@dataclass
class Filled:
    """One row with what stands in it, by field. `last`: the duty's row before it in the same table;
    `first_leads`: the table says that the unit named first leads the others."""

    table: int
    where: str
    row: int
    section: str
    year: int
    last: Filled | None
    first_leads: bool = False
    cells: dict[Field, Cell] = field(default_factory=dict)
    extra: dict[str, Cell] = field(default_factory=dict)

    def put(self, column: Column, slots: list[Slot]) -> None:
        """Take a column's slots. What stands under two slots of one column is joined, and marked."""
        text = "\n".join(slot.text for slot in slots if slot.text)
        where = slots[0].where if slots else ""
        doubts = tuple(doubt for slot in slots for doubt in slot.doubts)
        if len(slots) > 1:
            zh, en = "这一列下有几个单元格，已合在一起", "several cells stood below this heading and were joined"
            doubts += (Doubt(zh, en),)
        cell = Cell(text, where, doubts, shared=any(slot.row < self.row for slot in slots))
        if column.field == Field.OTHER:
            heading = column.heading or f"第{column.index + 1}列"
            while heading in self.extra:
                heading += "'"
            self.extra[heading] = cell
            return
        if column.field in _MAY_BE_NONE and _NONE.fullmatch(text):
            self.cells[column.field] = replace(cell, text="", none=True)
            return
        self.cells[column.field] = self._ditto(column.field, cell)

    def _ditto(self, field: Field, cell: Cell) -> Cell:
        if not cell.text or not _DITTO.fullmatch(cell.text):
            return cell
        above = self.last.cells.get(field) if self.last else None
        if above is None or not above.text:
            zh = f"写的是“{cell.text}”，上面却没有内容"
            return replace(cell, text="", doubts=(*cell.doubts, Doubt(zh, "it says “as above”, but nothing is above")))
        return replace(cell, text=above.text, shared=True)

    def text(self, field: Field) -> str:
        cell = self.cells.get(field)
        return cell.text if cell else ""

    def doubt(self, field: Field, zh: str, en: str) -> None:
        cell = self.cells.get(field, Cell("", self.where))
        self.cells[field] = replace(cell, doubts=(*cell.doubts, Doubt(zh, en)))


def duty_of(filled: Filled) -> tuple[DutyRead | None, Doubt | None]:
    """The duty of a row; None with the reason where it says nothing that one could do."""
    if not any(filled.text(field) for field in filled.cells if field not in (Field.NUMBER, Field.SECTION)):
        return None, Doubt("这一行没有任务内容，没有读", "this row names no task and was not read")
    doubt = _work(filled)
    if doubt is not None:
        return None, doubt
    _carry_section(filled)
    _part_labels(filled)
    names = {field: _names(filled, field) for field in _NAMES}
    names[Field.LEADS], helping = _who_leads(names[Field.LEADS], first=filled.first_leads)
    names[Field.ASSISTING] = tuple(dict.fromkeys((*helping, *names[Field.ASSISTING])))
    limit = _limit(filled)
    if Field.LEADS in filled.cells and not names[Field.LEADS] and not filled.cells[Field.LEADS].none:
        _say_no_lead(filled)
    return (
        DutyRead(
            number=re.sub(r"[、.．]$", "", _line(filled.text(Field.NUMBER))),
            section=_section(filled),
            task=filled.text(Field.TASK),
            measures=filled.text(Field.MEASURES),
            leads=names[Field.LEADS],
            assisting=names[Field.ASSISTING],
            leader=_line(filled.text(Field.LEADER)),
            section_office=_line(filled.text(Field.OFFICE)),
            owner=_line(filled.text(Field.OWNER)),
            due=limit,
            remark=filled.text(Field.REMARK),
            cells={str(field): cell for field, cell in filled.cells.items()},
            extra=dict(filled.extra),
            table=filled.table,
            where=filled.where,
        ),
        None,
    )


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _work(filled: Filled) -> Doubt | None:
    """See to it that the row says what is to be done: its own words, or those of the row above."""
    if filled.text(Field.TASK) or Field.TASK not in filled.cells:
        if filled.text(Field.TASK) or filled.text(Field.MEASURES):
            return None
        return Doubt("这一行没有任务内容，没有读", "this row names no task and was not read")
    above = filled.last.text(Field.TASK) if filled.last else ""
    own_number = filled.text(Field.NUMBER) and not filled.cells[Field.NUMBER].shared
    who = any(filled.text(field) for field in (*_WHO, Field.DUE))
    if own_number or not above or not (who or filled.text(Field.MEASURES)):
        if not filled.text(Field.MEASURES):
            return Doubt("这一行没有任务内容，没有读", "this row names no task and was not read")
        filled.doubt(Field.TASK, "任务是空白", "the task is blank")
        return None
    filled.cells[Field.TASK] = replace(filled.cells[Field.TASK], text=above)
    filled.doubt(Field.TASK, "任务是空白，按上一行的任务读", "the task is blank: that of the row above was taken")
    return None


def _carry_section(filled: Filled) -> None:
    """A blank below a section's name belongs to it, merged or not, as long as no spanning row came between."""
    cell = filled.cells.get(Field.SECTION)
    if cell is None or cell.text or cell.none or filled.last is None or filled.last.section != filled.section:
        return
    if above := filled.last.text(Field.SECTION):
        filled.cells[Field.SECTION] = replace(cell, text=above, shared=True)


def _section(filled: Filled) -> str:
    own = _line(filled.text(Field.SECTION))
    return f"{filled.section} / {own}" if own and filled.section else own or filled.section


def _part_labels(filled: Filled) -> None:
    """Deal out what a cell says of several: 牵头单位:州应急局 配合单位:各县市, in its own cell or behind the task."""
    for meaning in _WHO:
        cell = filled.cells.get(meaning)
        parts = labelled(cell.text) if cell is not None and cell.text else {}
        if cell is not None and parts:
            filled.cells[meaning] = replace(cell, text=parts.pop(meaning, ""))
            _deal(filled, parts, cell)
    if filled.text(Field.LEADS):
        return
    for meaning in (Field.MEASURES, Field.TASK):
        cell = filled.cells.get(meaning)
        bracket = _BRACKET.search(cell.text[-_TAIL:]) if cell is not None else None
        if cell is not None and bracket and (parts := labelled(bracket[1])):
            _deal(filled, parts, cell)
            return


def _deal(filled: Filled, parts: Mapping[Field, str], source: Cell) -> None:
    for meaning, text in parts.items():
        cell = filled.cells.get(meaning)
        if cell is None or not cell.text:
            filled.cells[meaning] = Cell(text, source.where, cell.doubts if cell else (), source.shared)
        else:
            zh = f"{source.where} 里也写了“{text}”"
            filled.cells[meaning] = replace(cell, text=f"{cell.text}、{text}")
            filled.doubt(meaning, zh, f"{source.where} names more: {text}")


def _names(filled: Filled, field: Field) -> tuple[Named, ...]:
    cell = filled.cells.get(field)
    if cell is None or not cell.text:
        return ()
    found: Names = read_units(cell.text)
    filled.cells[field] = replace(cell, doubts=(*cell.doubts, *found.doubts))
    return found.names


def _who_leads(names: tuple[Named, ...], *, first: bool) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """Those of a list that lead and those that assist, where it says so: 州应急局（牵头）、州教育局; ★州应急局."""
    marked = [named for named in names if named.detail in _LEADING or named.name[:1] in _STARS]
    helping = [named for named in names if named.detail in _HELPING]
    if not marked and not helping and first:
        marked = list(names[:1])
    if not marked and not helping:
        return names, ()
    leading = marked or [named for named in names if named not in helping]
    return tuple(map(_bare, leading)), tuple(_bare(named) for named in names if named not in leading)


def _bare(named: Named) -> Named:
    detail = "" if named.detail in _LEADING | _HELPING else named.detail
    return replace(named, name=named.name.lstrip("".join(_STARS)), detail=detail)


def _limit(filled: Filled) -> Limit:
    begins, ends = filled.cells.get(Field.START), filled.cells.get(Field.DUE)
    due = _found(filled, Field.DUE, ends)
    start = _found(filled, Field.START, begins)
    if start is None or not start.limit.printed:
        return due.limit if due else Limit()
    first = start.limit.first or start.limit.last
    if due is None or due.limit.kind in (LimitKind.UNKNOWN, LimitKind.EXACT, LimitKind.RANGE):
        last = due.limit.last if due else None
        printed = f"{start.limit.printed}—{due.limit.printed if due else ''}".strip("—")
        if first and last and last < first:
            filled.doubt(Field.DUE, "完成时间早于开始时间，请核对", "it ends before it begins")
        kind = LimitKind.RANGE if first or last else LimitKind.UNKNOWN
        return Limit(first, last, kind, printed)
    return due.limit


def _found(filled: Filled, field: Field, cell: Cell | None) -> LimitFound | None:
    if cell is None:
        return None
    found = read_limit(_line(cell.text), year=filled.year)
    filled.cells[field] = replace(cell, doubts=(*cell.doubts, *found.doubts))
    return found


def _say_no_lead(filled: Filled) -> None:
    if filled.cells[Field.LEADS].doubts:
        return
    above = filled.last.text(Field.LEADS) if filled.last else ""
    if above:
        short = above if len(above) <= 16 else above[:16] + "……"
        filled.doubt(
            Field.LEADS,
            f"没有牵头单位；上一行是“{short}”，是否同上？",
            "no lead unit: is it the same as in the row above?",
        )
    else:
        filled.doubt(Field.LEADS, "没有牵头单位", "no lead unit")

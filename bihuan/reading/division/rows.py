"""From a grid to duties: where the headings are, which rows are sections, notes and duties, and what each cell says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from bihuan.reading.division.cells import Filled, duty_of
from bihuan.reading.division.duty import Column, Doubt, DutyRead, Field, Line, LineKind, TableRead
from bihuan.reading.division.grid import Grid, Slot
from bihuan.reading.division.headings import LONGEST, guesses, is_heading_row, plain_heading, read_columns

MOST_HEADING_ROWS = 3
_CHINESE_NUMBER = r"[一二三四五六七八九十]{1,3}"
_NUMBERED = re.compile(
    rf"(?:{_CHINESE_NUMBER}[、.．]|[（(]{_CHINESE_NUMBER}[)）]|第{_CHINESE_NUMBER}(?:部分|阶段|章|节|类|项)|[0-9]{{1,2}}[、.．](?![0-9]))"
)
_CHINESE_NUMBERED = re.compile(rf"{_CHINESE_NUMBER}[、.．]|[（(]{_CHINESE_NUMBER}[)）]")
_SECTION_NUMBER = re.compile(rf"[（(]?({_CHINESE_NUMBER})[)）]?[、.．]?")
NOTE = re.compile(
    r"(?:备?注|说明|填表|制表|填报|审核|抄送|报送|联系电话|联系人)(?:[0-9]{0,2}[:：.、]|人[:：]|单位[:：]|说明[:：])|[*※]"
)
TOTAL = re.compile(r"(?:合|总|小|共)\s*计")
_FIRST_LEADS = re.compile(
    r"(?:排|列|居|位)[在于列]?(?:第一|首|最前|第1)[位个家名]?.{0,8}(?:牵头|主办)|第一(?:个|家|位)?单位.{0,6}(?:牵头|主办)"
)
_SENTENCE = re.compile(r"[。；;]|，.*，")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided of a table: columns by number → meaning, and how many of its rows are headings."""

    columns: Mapping[int, Field] = field(default_factory=dict)
    headings: int | None = None


@dataclass(frozen=True, slots=True)
class _Range:
    """Where a logical column lies in the grid: from `first` up to, not including, `end`."""

    first: int
    end: int
    levels: tuple[str, ...]


@dataclass
class Reading:
    """All that was read so far; grids are added one after the other."""

    year: int
    choices: Mapping[int, Choice]
    duties: list[DutyRead] = field(default_factory=list)
    tables: list[TableRead] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    headed: tuple[Column, ...] | None = None  # of the last table that had headings

    def add(self, grid: Grid) -> None:
        """Read one grid: cut where headings begin anew."""
        filled = [row for row in range(len(grid.rows)) if any(True for _ in grid.own(row))]
        if not filled:
            return
        start = 0
        for block in _blocks(grid, filled):
            rows = [row for row in filled[start:] if row < block.stop]
            start += len(rows)
            _Part(self, grid, rows, block.heading).read()


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows up to `stop` under the headings of `heading` (first row, number of rows); None where there are none."""

    heading: tuple[int, int] | None
    stop: int


def _blocks(grid: Grid, filled: list[int]) -> list[_Block]:
    """Cut a grid at its headings. Those printed again (on the next page) cut nothing; what stands above the first
    headings belongs to them, as a title."""
    starts: list[tuple[int, int, tuple[str, ...]]] = []
    after = -1
    for row in filled:
        if row <= after:
            continue
        texts = [slot.text for slot in grid.own(row)]
        if not is_heading_row(texts):
            continue
        count = _heading_rows(grid, row, filled)
        after = row + count - 1
        words = tuple(plain_heading(slot.text) for at in range(row, row + count) for slot in grid.own(at))
        if not starts or starts[-1][2] != words:
            starts.append((row, count, words))
    if not starts:
        return [_Block(None, len(grid.rows))]
    stops = [_title_start(grid, filled, row) for row, _count, _words in starts[1:]] + [len(grid.rows)]
    blocks = [_Block((row, count), stop) for (row, count, _words), stop in zip(starts, stops, strict=True)]
    before = [row for row in filled if row < starts[0][0] and _reads_like_values(grid, row, starts[0][2])]
    return [_Block(None, before[-1] + 1), *blocks] if before else blocks


def _reads_like_values(grid: Grid, row: int, headings: tuple[str, ...]) -> bool:
    """Whether a row above the headings is no title: the end of a table that goes on from the page before."""
    return len([slot for slot in grid.own(row) if slot.text]) >= max(3, (len(headings) + 1) // 2)


def _title_start(grid: Grid, filled: list[int], heading: int) -> int:
    """The row from which a later table of the same sheet begins: a title over it may stand apart by an empty row."""
    at = filled.index(heading)
    first = heading
    while at > 0 and len(list(grid.own(filled[at - 1]))) == 1 and heading - filled[at - 1] <= 3:
        slot = next(grid.own(filled[at - 1]))
        if slot.width < 2 or NOTE.match(slot.text) or _NUMBERED.match(slot.text):
            break
        at -= 1
        first = filled[at]
    gap = at > 0 and filled[at] - filled[at - 1] > 1
    return first if gap or first == heading else heading


def _heading_rows(grid: Grid, row: int, filled: list[int]) -> int:
    """How many rows the headings take that begin in a row."""
    count = 1
    while count < MOST_HEADING_ROWS and row + count < len(grid.rows):
        own = list(grid.own(row + count))
        if not own:  # wholly merged with what is above
            deeper = any(slot is not None and slot.row <= row and slot.text for slot in grid.rows[row + count])
            if not deeper or row + count not in range(row, row + MOST_HEADING_ROWS):
                break
            count += 1
            continue
        known = [bool(guesses(slot.text)) for slot in own]
        plain = all(slot.text and len(slot.text) <= 16 and not re.search(r"[0-9。；]", slot.text) for slot in own)
        above = [grid.at(row + count - 1, slot.column) for slot in own]
        under = all(slot is None or not slot.text or slot.width > 1 for slot in above)
        if not plain or not (under or sum(known) * 2 > len(own)) or not any(known):
            break
        if is_heading_row([slot.text for slot in own]) and not under:
            break
        count += 1
    return count


class _Part:
    """One table under one set of headings."""

    def __init__(self, reading: Reading, grid: Grid, rows: list[int], heading: tuple[int, int] | None) -> None:
        self.reading, self.grid, self.rows, self.heading = reading, grid, rows, heading
        self.index = len(reading.tables)
        self.choice = reading.choices.get(self.index, Choice())
        self.section = ""
        self.last: Filled | None = None
        self.noted = self.first_leads = False

    def read(self) -> None:
        body, title = self._head()
        ranges = self._ranges(body)
        columns, doubt = self._columns(ranges, body)
        read = any(column.field in (Field.TASK, Field.MEASURES) for column in columns)
        if not read and doubt is None:
            zh = "没有认出任务所在的列，整张表没有读；请指明各列的含义"
            doubt = Doubt(
                zh, "no column of tasks was recognised, nothing of the table was read: say what the columns are"
            )
        count = len(self.rows) - len(body)
        table = TableRead(self.index, self.grid.name, title, columns, count, read, doubt)
        self.reading.tables.append(table)
        if self.heading is not None and read:
            self.reading.headed = columns
        self.section = self._section_above()
        self.first_leads = self._first_leads(title, columns)
        if not read:
            for row in body:
                kind = LineKind.TITLE if self._frame() else LineKind.UNREAD
                self._line(kind, row, doubt=None if kind == LineKind.TITLE else doubt)
            return
        again = self._headings_again()
        for row in body:
            if row in again:
                self._line(LineKind.HEADING, row)
            else:
                self._row(row, ranges, columns)

    def _head(self) -> tuple[list[int], str]:
        """The rows below the headings, and the title; lines for the rows above and of the headings."""
        titles = list(self.grid.above) if self.index == 0 or not self._continues() else []
        chosen = self.choice.headings
        if self.heading is None:
            count = chosen or 0
            for row in self.rows[:count]:
                self._line(LineKind.HEADING, row)
            self.head_rows = self.rows[:count]
            return self.rows[count:], " ".join(titles)
        first, count = self.heading
        count = chosen if chosen is not None and chosen > 0 else count
        self.head_rows = [row for row in self.rows if first <= row < first + count]
        for row in self.rows:
            if row < first:
                self._line(LineKind.TITLE, row)
                titles.append(self.grid.text(row))
            elif row < first + count:
                self._line(LineKind.HEADING, row)
        return [row for row in self.rows if row >= first + count], " ".join(titles)

    def _first_leads(self, title: str, columns: tuple[Column, ...]) -> bool:
        """Whether the table says so: 责任单位（排在第一位的为牵头单位）, in a heading, the title or a note."""
        notes = [self.grid.text(row) for row in self.rows if len(list(self.grid.own(row))) == 1]
        found = any(_FIRST_LEADS.search(text) for text in (title, *notes, *(column.heading for column in columns)))
        if found:
            zh = "按表中说明，排在第一位的单位作牵头单位，其余作配合单位"
            self.grid.notes.append(Doubt(zh, "as the table says, the unit named first leads and the others assist"))
        return found

    def _frame(self) -> bool:
        """Whether the table only holds another one, for the look of it."""
        return self.grid.frame and all(len(list(self.grid.own(row))) == 1 for row in self.rows)

    def _continues(self) -> bool:
        return any(table.name == self.grid.name for table in self.reading.tables)

    def _section_above(self) -> str:
        above = self.grid.above[-1] if self.grid.above and not self._earlier_part() else ""
        return above if len(above) <= 40 and _NUMBERED.match(above) and not _SENTENCE.search(above) else ""

    def _earlier_part(self) -> bool:
        return any(table.name == self.grid.name for table in self.reading.tables[:-1])

    def _ranges(self, body: list[int]) -> list[_Range]:
        """The logical columns: as the lowest headings divide the grid; else the grid's own columns."""
        width = self.grid.width
        if not self.head_rows:
            used = {at for row in body for at, slot in enumerate(self.grid.rows[row]) if slot is not None and slot.text}
            starts = {slot.column for row in body for slot in self.grid.own(row)}
            return [_Range(at, at + 1, ()) for at in sorted(used & starts)]
        ranges: list[_Range] = []
        lowest, at = self.head_rows[-1], 0
        lowest = max(lowest, self.head_rows[0] + len(self.head_rows) - 1)
        while at < width:
            slot = self.grid.at(lowest, at)
            end = min(width, slot.column + slot.width) if slot is not None and slot.column <= at else at + 1
            levels: dict[str, None] = {}
            for row in self.head_rows:
                over = self.grid.at(row, at)
                if over is not None and over.text:
                    levels[re.sub(r"\s+", "", over.text)] = None
            ranges.append(_Range(at, max(end, at + 1), tuple(levels)))
            at = max(end, at + 1)
        filled = {column for row in body for column, slot in enumerate(self.grid.rows[row]) if slot and slot.text}
        return [part for part in ranges if part.levels or filled & set(range(part.first, part.end))]

    def _columns(self, ranges: list[_Range], body: list[int]) -> tuple[tuple[Column, ...], Doubt | None]:
        doubt = None
        columns = read_columns([part.levels for part in ranges])
        before = self.reading.headed
        if self.heading is None and not self.head_rows:
            if before is not None and len(before) == len(columns):
                columns = tuple(replace(column, index=index, doubt=None) for index, column in enumerate(before))
                zh = "这张表没有表头，按上一张表的列读，请核对"
                doubt = Doubt(zh, "this table has no headings: it was read like the one before it")
            else:
                zh = "没有认出表头，整张表没有读；请指明各列的含义"
                doubt = Doubt(
                    zh, "no headings were recognised, nothing of the table was read: say what the columns are"
                )
        if self.choice.columns:
            columns, doubt = _chosen(columns, self.choice.columns), None
        samples = [self._sample(part, body) for part in ranges]
        columns = tuple(replace(column, sample=sample) for column, sample in zip(columns, samples, strict=True))
        return _numbers(columns, self._texts(ranges[0], body) if ranges else []), doubt

    def _texts(self, part: _Range, body: list[int]) -> Iterator[str]:
        for row in body:
            slot = self.grid.at(row, part.first)
            if slot is not None and slot.text and slot.row == row:
                yield slot.text

    def _sample(self, part: _Range, body: list[int]) -> str:
        return next((text for text in self._texts(part, body)), "")[:60]

    def _headings_again(self) -> set[int]:
        """Rows below that print the headings once more, as on a new page."""
        if self.heading is None:
            return set()
        printed = {slot.text for row in self.head_rows for slot in self.grid.own(row)}
        words = {plain_heading(text) for text in printed}
        found: set[int] = set()
        for row in self.rows:
            texts = [slot.text for slot in self.grid.own(row)]
            if row <= self.head_rows[-1] or len(texts) < 2 or len(texts[0]) > LONGEST or texts[0].isdecimal():
                continue
            if {plain_heading(text) for text in texts} <= words:
                found.add(row)
        return found

    def _row(self, row: int, ranges: list[_Range], columns: tuple[Column, ...]) -> None:
        own = list(self.grid.own(row))
        parts = self._spread(row, ranges)
        shared = any(slot.row < row and slot.text for slots in parts for slot in slots)
        texts = [slot for slot in own if slot.text]
        if len(texts) == 1 and not shared:
            kind = self._alone(texts[0], ranges, columns)
            if kind is not None:
                self._say_alone(kind, row, texts[0].text)
                return
        self.noted = False
        if not shared and (section := _numbered_section(parts, columns)):
            self.section = section
            self._line(LineKind.SECTION, row)
            return
        where, year = self.grid.row_names[row], self.reading.year
        filled = Filled(self.index, where, row, self.section, year, self.last, self.first_leads)
        for column, slots in zip(columns, parts, strict=True):
            filled.put(column, slots)
        duty, doubt = duty_of(filled)
        if duty is None:
            self._line(LineKind.UNREAD, row, doubt=doubt)
            return
        self.last = filled
        self._line(LineKind.DUTY, row, duty=len(self.reading.duties))
        self.reading.duties.append(duty)

    def _alone(self, slot: Slot, ranges: list[_Range], columns: tuple[Column, ...]) -> LineKind | None:
        """What a row with one filled cell is; None where it may be a duty."""
        covered = [
            at for at, part in enumerate(ranges) if slot.column < part.end and part.first < slot.column + slot.width
        ]
        wide = len(covered) > 1 and len(covered) * 2 >= len(ranges)
        first = wide or covered[:1] == [0]
        if first and (NOTE.match(slot.text) or self.noted):
            return LineKind.NOTE
        if TOTAL.match(slot.text):
            return LineKind.UNREAD
        if wide or (_NUMBERED.match(slot.text) and covered[:1] == [0]):
            return LineKind.SECTION
        fields = {columns[at].field for at in covered}
        if fields == {Field.TASK} and len(columns) > 2 and _CHINESE_NUMBERED.match(slot.text):
            return LineKind.SECTION
        if fields == {Field.NUMBER} and not re.fullmatch(r"[0-9.、()（）]+", slot.text):
            return LineKind.SECTION
        return LineKind.UNREAD if not fields & {Field.TASK, Field.MEASURES} else None

    def _say_alone(self, kind: LineKind, row: int, text: str) -> None:
        doubt = None
        self.noted = kind == LineKind.NOTE
        if kind == LineKind.SECTION:
            self.section = re.sub(r"\s+", " ", text)
        elif kind == LineKind.UNREAD:
            doubt = Doubt("这一行没有任务内容，没有读", "this row names no task and was not read")
        self._line(kind, row, doubt=doubt)

    def _spread(self, row: int, ranges: list[_Range]) -> list[list[Slot]]:
        """The slots of a row by logical column: each belongs where it lies with most of its width."""
        parts: list[list[Slot]] = [[] for _ in ranges]
        cells = self.grid.rows[row]
        at = 0
        seen: Slot | None = None
        for column, slot in enumerate(cells):
            if slot is None or slot is seen or not (slot.text or slot.doubts):
                continue
            seen = slot
            end = max(slot.column + slot.width, column + 1)
            while at < len(ranges) - 1 and ranges[at].end <= column:
                at += 1
            best = at
            for other in range(at, len(ranges)):
                part = ranges[other]
                if part.first >= end:
                    break
                if _overlap(part, column, end) > _overlap(ranges[best], column, end):
                    best = other
            parts[best].append(slot)
        return parts

    def _line(self, kind: LineKind, row: int, *, duty: int | None = None, doubt: Doubt | None = None) -> None:
        where = self.grid.row_names[row]
        self.reading.lines.append(Line(kind, where, self.grid.text(row), self.index, duty, doubt))


def _overlap(part: _Range, first: int, end: int) -> int:
    return min(part.end, end) - max(part.first, first)


def _chosen(columns: tuple[Column, ...], chosen: Mapping[int, Field]) -> tuple[Column, ...]:
    """The columns as a person wants them; a meaning they gave to one is taken from the other."""
    given = set(chosen.values()) - {Field.OTHER}
    result = []
    for column in columns:
        if column.index in chosen:
            result.append(replace(column, field=chosen[column.index], certainty=1.0, doubt=None))
        elif column.field in given:
            result.append(replace(column, field=Field.OTHER, certainty=0.0, doubt=None))
        else:
            result.append(column)
    return tuple(result)


def _numbers(columns: tuple[Column, ...], texts: Iterator[str] | list[str]) -> tuple[Column, ...]:
    """A first column without a heading that counts 1, 2, 3 is the number."""
    if not columns or columns[0].heading or any(column.field == Field.NUMBER for column in columns):
        return columns
    found = list(texts)
    if found and all(re.fullmatch(r"[0-9]{1,4}[.、]?", text) for text in found):
        return (replace(columns[0], field=Field.NUMBER, certainty=0.9, doubt=None), *columns[1:])
    return columns


def _numbered_section(parts: list[list[Slot]], columns: tuple[Column, ...]) -> str:
    """一 | 启动仪式, with nothing else in the row: a section whose number stands in its own cell."""
    filled = [(column.field, slots[0].text) for column, slots in zip(columns, parts, strict=True) if slots]
    if (
        len(filled) != 2
        or filled[0][0] != Field.NUMBER
        or filled[1][0] not in (Field.TASK, Field.SECTION, Field.MEASURES)
    ):
        return ""
    number = _SECTION_NUMBER.fullmatch(filled[0][1])
    return f"{number[1]}、{filled[1][1]}" if number else ""

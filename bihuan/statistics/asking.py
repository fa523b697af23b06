"""What is asked about an empty form, and how few answers make all its cells: each row says what it counts, each column
of which days; what is different is said cell by cell. Pure.

An answer is text as a page sends it: `counts` is "launches:场", several joined by "+", "-" for what does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bihuan.statistics.layout import Blank
from bihuan.statistics.matching import guess
from bihuan.statistics.rules import Cell, Span, spot

OFF = "-"
REMARKS = ("备注", "说明", "联系", "电话", "负责人", "填表人", "审核", "序号", "签字", "时间", "地点")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of a row, a column or a cell. Of several kinds: "a|b"."""

    counts: str = ""
    span: str = ""
    kind: str = ""
    place: str = ""


@dataclass(frozen=True)
class Answers:
    """By row and column, counted from 0, and by address: an answer about a cell is the whole of it."""

    rows: Mapping[int, Answer] = field(default_factory=dict)
    columns: Mapping[int, Answer] = field(default_factory=dict)
    cells: Mapping[str, Answer] = field(default_factory=dict)

    def of(self, at: str) -> Answer:
        """What holds of a cell: its own answer; else its column's, and what that leaves open its row's."""
        if at in self.cells:
            return self.cells[at]
        row, column = spot(at)
        down, across = self.rows.get(row, Answer()), self.columns.get(column, Answer())
        if OFF in (down.counts, across.counts):
            return Answer(OFF)
        return Answer(*(getattr(across, name) or getattr(down, name) for name in ("counts", "span", "kind", "place")))


def cells_of(blanks: Iterable[Blank], answers: Answers) -> tuple[Cell, ...]:
    """The cells that count, by what was answered."""
    found = []
    for blank in blanks:
        said = answers.of(blank.at)
        if said.counts in ("", OFF):
            continue
        parts = [part.partition(":") for part in said.counts.split("+")]
        found.append(
            Cell(
                blank.at,
                blank.row,
                blank.column,
                tuple(dict.fromkeys(code for code, _, _ in parts)),
                tuple(dict.fromkeys(unit for _, _, unit in parts)),
                Span(said.span or Span.PERIOD),
                _several(said.kind),
                _several(said.place),
            )
        )
    return tuple(found)


def _several(text: str) -> tuple[str, ...]:
    return tuple(filter(None, text.split("|")))


def _answer(cell: Cell) -> Answer:
    """A cell as the answer that makes it. Each measure stands with a classifier, each classifier with a measure."""
    units = [*cell.classifiers, *cell.classifiers[-1:] * (len(cell.measures) - len(cell.classifiers))]
    codes = [*cell.measures, *cell.measures[-1:] * (len(units) - len(cell.measures))]
    counts = "+".join(f"{code}:{unit}" for code, unit in zip(codes, units, strict=True))
    return Answer(
        counts, "" if cell.span is Span.PERIOD else cell.span.value, "|".join(cell.kinds), "|".join(cell.places)
    )


def answers_of(blanks: Sequence[Blank], cells: Iterable[Cell]) -> Answers:
    """The fewest answers that make these cells: rows say what is counted, or columns do."""
    wanted = {cell.at: _answer(cell) for cell in cells}
    ways = [_by_rows(blanks, wanted), _by_columns(blanks, wanted)]
    return min((_excepted(blanks, wanted, way) for way in ways), key=lambda way: len(way.cells))


def _by_rows(blanks: Sequence[Blank], wanted: Mapping[str, Answer]) -> Answers:
    rows = _usual(blanks, wanted, 0, lambda said: replace(said, span=""))
    columns = _usual(blanks, wanted, 1, lambda said: Answer(span=said.span))
    held = {spot(at)[1] for at in wanted}
    return Answers(rows, {column: said if column in held else Answer(OFF) for column, said in columns.items()})


def _by_columns(blanks: Sequence[Blank], wanted: Mapping[str, Answer]) -> Answers:
    rows = _usual(blanks, wanted, 0, lambda said: Answer(kind=said.kind, place=said.place))
    columns = _usual(blanks, wanted, 1, lambda said: Answer(said.counts, said.span))
    held = {spot(at)[0] for at in wanted}
    return Answers({row: said if row in held else Answer(OFF) for row, said in rows.items()}, columns)


def _usual(
    blanks: Sequence[Blank], wanted: Mapping[str, Answer], side: int, part: Callable[[Answer], Answer]
) -> dict[int, Answer]:
    """Of each row (side 0) or column (1), what most of its cells say."""
    found: dict[int, Counter[Answer]] = {}
    for blank in blanks:
        held = found.setdefault(spot(blank.at)[side], Counter())
        if blank.at in wanted:
            held[part(wanted[blank.at])] += 1
    return {at: held.most_common(1)[0][0] if held else Answer() for at, held in sorted(found.items())}


def _excepted(blanks: Sequence[Blank], wanted: Mapping[str, Answer], way: Answers) -> Answers:
    odd = {}
    for blank in blanks:
        said, want = way.of(blank.at), wanted.get(blank.at)
        if want is None and said.counts not in ("", OFF):
            odd[blank.at] = Answer(OFF)
        elif want is not None and said != want:
            odd[blank.at] = want
    return Answers(way.rows, way.columns, odd)


def proposed(blanks: Sequence[Blank]) -> tuple[Cell, ...]:
    """The cells as their words seem to mean them."""
    found = []
    for blank in blanks:
        if any(word in blank.column for word in REMARKS):
            continue
        said = guess(blank.row, blank.column)
        if said.measure and said.classifier:
            found.append(Cell(blank.at, blank.row, blank.column, (said.measure,), (said.classifier,), said.span))
    return tuple(found)

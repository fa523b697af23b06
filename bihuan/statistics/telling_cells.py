"""The page on which an empty form is told what it counts: what was sent, what stands on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bihuan.lib.workbook import Sheet, column_name
from bihuan.statistics import layout
from bihuan.statistics.asking import OFF, Answer, Answers, answers_of, cells_of, proposed
from bihuan.statistics.layout import Blank
from bihuan.statistics.pages import Cellbox
from bihuan.statistics.queries import Countable
from bihuan.statistics.refusals import FormError
from bihuan.statistics.rules import ADDRESS, MOST_CELLS, Cell, spot
from bihuan.statistics.sheet import Grid, drawn

SPARE = 3  # lines for cells that differ
MOST_ODD = 60
_JOINT = "＋"


@dataclass(frozen=True)
class Labels:
    """What may be counted, by the words on the page and by what they mean."""

    countables: Sequence[Countable]
    by_label: Mapping[str, str] = field(init=False)
    by_counts: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_label", {_plain(item.label): item.counts for item in self.countables})
        object.__setattr__(self, "by_counts", {item.counts: item.label for item in self.countables})

    def read(self, text: str) -> str:
        """What a field means: launches:场, "-", or "" where it is empty.

        Raises:
            FormError: there is no such measure.
        """
        text = " ".join(text.split())
        if text in ("", OFF, "—"):
            return "" if not text else OFF
        found = [self.by_label.get(_plain(part)) for part in text.replace("+", _JOINT).split(_JOINT)]
        if None in found:
            zh = f"没有“{text[:40]}”这个指标，请从列表里选"
            raise FormError("form-measure", zh, f"there is no measure “{text[:40]}”: choose one of the list")
        return "+".join(filter(None, found))

    def said(self, counts: str) -> str:
        """The same in words."""
        if counts in ("", OFF):
            return counts
        return _JOINT.join(self.by_counts.get(part, part) for part in counts.split("+"))


def _plain(label: str) -> str:
    return label.replace(" ", "").replace("(", "（").replace(")", "）")


@dataclass(frozen=True, slots=True)
class Asked:
    """A row, a column or a cell on the page. `key`: of its fields."""

    key: str
    words: str
    answer: Answer
    label: str
    at: str = ""


@dataclass(frozen=True)
class Telling:
    """An empty form with what was said of it so far."""

    sheet: Sheet
    grid: Grid
    blanks: tuple[Blank, ...]
    answers: Answers
    labels: Labels
    faults: tuple[tuple[str, str], ...] = ()

    @property
    def cells(self) -> tuple[Cell, ...]:
        return cells_of(self.blanks, self.answers)

    def _words(self, side: int, at: int) -> str:
        found = (blank for blank in self.blanks if spot(blank.at)[side] == at)
        blank = next(found, None)
        return "" if blank is None else blank.column if side else blank.row

    def rows(self) -> list[Asked]:
        return [
            Asked(f"r{at}", self._words(0, at), said, self.labels.said(said.counts), str(at + 1))
            for at, said in sorted(self.answers.rows.items())
        ]

    def columns(self) -> list[Asked]:
        return [
            Asked(f"c{at}", self._words(1, at), said, self.labels.said(said.counts), column_name(at))
            for at, said in sorted(self.answers.columns.items())
        ]

    def odd(self) -> list[Asked]:
        """The cells that differ, and some empty lines for more."""
        held = [*sorted(self.answers.cells.items(), key=lambda item: spot(item[0])), *[("", Answer())] * SPARE]
        return [Asked(f"x{n}", "", said, self.labels.said(said.counts), at) for n, (at, said) in enumerate(held)]

    def drawing(self) -> Iterator[list[Cellbox]]:
        """The sheet with what each of its cells counts."""
        told = {cell.at: self.labels.said(self.answers.of(cell.at).counts) for cell in self.cells}
        waiting = {blank.at for blank in self.blanks}
        for row in self.grid.rows:
            yield [Cellbox(box, told=told.get(box.at, ""), waits=box.at in waiting) for box in row]


def sheets_of(content: bytes) -> dict[str, list[Blank]]:
    """The sheets of a workbook with their cells that may count; those with none are left out.

    Raises:
        FormError, WorkbookError: it is no workbook, or no form.
    """
    found = {}
    for sheet in layout.template_sheets(content):
        blanks = layout.blanks(sheet, drawn(content, sheet.name).formulas)
        if blanks:
            found[sheet.name] = blanks
    if not found:
        zh = "表里找不到等着填数的空格：空格的左边要有项目名，上面要有栏目名。请上传没有填过的空表"
        en = "no empty cells that wait for numbers: they need words to their left and above. Send the form empty"
        raise FormError("template-no-blanks", zh, en)
    return found


def telling(content: bytes, sheet: str, labels: Labels, *, cells: Iterable[Cell] | None = None) -> Telling:
    """A sheet as it is first shown: with the cells that a version has, or with those that its words propose."""
    found = sheets_of(content)
    name = sheet if sheet in found else max(found, key=lambda one: (len(proposed(found[one])), len(found[one])))
    blanks = found[name]
    held = tuple(proposed(blanks)) if cells is None else tuple(cells)
    known = {blank.at for blank in blanks}
    blanks = [*blanks, *(Blank(cell.at, cell.row, cell.column) for cell in held if cell.at not in known)]
    whole = next(one for one in layout.template_sheets(content) if one.name == name)
    return Telling(whole, drawn(content, name), tuple(blanks), answers_of(blanks, held), labels)


def answered(first: Telling, posted: Mapping[str, str]) -> Telling:
    """The same with what was sent. What cannot be read is a fault, and stays as it was."""
    faults: list[tuple[str, str]] = []

    def read(key: str, was: Answer) -> Answer:
        try:
            counts = first.labels.read(posted.get(f"{key}-counts", "")[:200])
        except FormError as error:
            faults.append((error.zh, error.en))
            counts = was.counts
        span, kind, place = (posted.get(f"{key}-{name}", "")[:200] for name in ("span", "kind", "place"))
        return Answer(counts, span if span in ("month", "year") else "", kind, place)

    rows = {at: read(f"r{at}", said) for at, said in first.answers.rows.items()}
    columns = {at: read(f"c{at}", said) for at, said in first.answers.columns.items()}
    cells = {}
    known = {blank.at: blank for blank in first.blanks}
    for number in range(MOST_ODD):
        at = posted.get(f"x{number}-at", "").strip().upper()[:8]
        if not at:
            continue
        if not ADDRESS.fullmatch(at) or at not in known:
            faults.append((f"{at} 不是这张表里等着填数的空格", f"{at} is no empty cell of this form"))
            continue
        cells[at] = read(f"x{number}", Answer())
    if len(first.blanks) > MOST_CELLS * 2:
        zh = f"空格太多（{len(first.blanks)} 个），一张表至多取 {MOST_CELLS} 个数"
        faults.append((zh, f"too many empty cells ({len(first.blanks)}): {MOST_CELLS} numbers at most"))
    return Telling(first.sheet, first.grid, first.blanks, Answers(rows, columns, cells), first.labels, tuple(faults))

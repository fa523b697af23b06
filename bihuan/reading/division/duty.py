"""What is read from a division of work: duties, their cells with what is unsure there, and every other row too."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say

LONGEST_TITLE = 60
_COUNT = r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})"


class DivisionError(Refusal):
    """The file as a whole cannot be read as a division of work."""


class Field(StrEnum):
    """What a column may mean. The values are the names of the attributes of `DutyRead`; `START` is a second column
    of the time limit. `OTHER`: kept and shown as it stands, with no meaning of ours."""

    NUMBER = "number"
    SECTION = "section"
    TASK = "task"
    MEASURES = "measures"
    LEADS = "leads"
    ASSISTING = "assisting"
    LEADER = "leader"
    OFFICE = "section_office"
    OWNER = "owner"
    START = "start"
    DUE = "due"
    REMARK = "remark"
    OTHER = ""


FIELD_WORDS: Mapping[Field, tuple[str, str]] = {
    Field.NUMBER: ("序号", "No."),
    Field.SECTION: ("工作类别", "Section"),
    Field.TASK: ("工作任务", "Task"),
    Field.MEASURES: ("工作措施", "Measures"),
    Field.LEADS: ("牵头单位", "Lead units"),
    Field.ASSISTING: ("配合单位", "Assisting units"),
    Field.LEADER: ("分管领导", "Leader in charge"),
    Field.OFFICE: ("责任科室", "Section in charge"),
    Field.OWNER: ("责任人", "Person in charge"),
    Field.START: ("开始时间", "Begins"),
    Field.DUE: ("完成时限", "Due"),
    Field.REMARK: ("备注", "Remarks"),
    Field.OTHER: ("其他（照录）", "Other (kept as it stands)"),
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why something is unsure, or what was done with something unexpected; in both languages."""

    zh: str
    en: str

    @property
    def said(self) -> str:
        return say(self.zh, self.en)


class NamedKind(StrEnum):
    UNIT = "unit"
    GROUP = "group"  # 各县市, 各成员单位: many units under one word
    UNKNOWN = "unknown"  # does not look like a unit: perhaps a person


@dataclass(frozen=True, slots=True)
class Named:
    """One name of a list of units, as printed. `group`: for a group, which one (see data/groups.csv; "" where the word
    is not known). `detail`: what stood in brackets behind a unit's name: 州公安局（交警支队）. `office`: of each
    of the group: 各县市安委办 is the 安委办 of counties."""

    name: str
    kind: NamedKind = NamedKind.UNIT
    group: str = ""
    detail: str = ""
    office: str = ""

    @property
    def printed(self) -> str:
        return f"{self.name}（{self.detail}）" if self.detail else self.name


class LimitKind(StrEnum):
    EXACT = "exact"  # a day: 6月16日; or until a day: 6月底前 (then `first` is None)
    RANGE = "range"  # from a day to a day: 6月1日—30日, 6月上旬
    MONTHLY = "monthly"  # once a month, on `day` or before it
    WEEKLY = "weekly"
    QUARTERLY = "quarterly"
    LASTING = "lasting"  # 长期坚持
    PERIOD = "period"  # 活动期间: the campaign's own period
    UNKNOWN = "unknown"  # not said, or not in a way that we can read


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit. `last` is the day it ends; both None where the kind is not of days. `day`: of each month or week
    (Monday 1), for what repeats. `printed`: the words of the paper."""

    first: dt.date | None = None
    last: dt.date | None = None
    kind: LimitKind = LimitKind.UNKNOWN
    printed: str = ""
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, where it stands (表1 第3行 第4列, Sheet1!D7), and what is unsure there. `shared`: it stands
    in a cell that was merged over several rows, or is a 同上. `none`: a dash or 无, which says that there is none."""

    text: str
    where: str
    doubts: tuple[Doubt, ...] = ()
    shared: bool = False
    none: bool = False

    @property
    def sure(self) -> bool:
        return not self.doubts

    @property
    def why(self) -> str:
        """What is unsure, in the reader's language; "" where nothing is."""
        return say("；", "; ").join(doubt.said for doubt in self.doubts)

    @property
    def where_said(self) -> str:
        return where_said(self.where)


def where_said(where: str) -> str:
    """The name of a place in a file, in the reader's language: 表1 第3行 第4列 → table 1, row 3, column 4."""
    english = re.sub(r"^表(\d+)", r"table \1", where)
    english = re.sub(r" ?第(\d+)行", r", row \1", english)
    return say(where, re.sub(r" ?第(\d+)列", r", column \1", english).lstrip(", "))


@dataclass(frozen=True, slots=True)
class DutyRead:
    """One duty of the division: what is to be done, by whom, until when.

    `cells`: by the name of the attribute, for the columns that there are; `extra`: columns of no meaning to us, by
    their headings. `table` counts the tables of `DivisionRead.tables` from 0; `where` names the row.
    """

    number: str = ""
    section: str = ""
    task: str = ""
    measures: str = ""
    leads: tuple[Named, ...] = ()
    assisting: tuple[Named, ...] = ()
    leader: str = ""
    section_office: str = ""
    owner: str = ""
    due: Limit = Limit()
    remark: str = ""
    cells: Mapping[str, Cell] = field(default_factory=dict)
    extra: Mapping[str, Cell] = field(default_factory=dict)
    table: int = 0
    where: str = ""

    @property
    def title(self) -> str:
        """What is to be done in one line of at most 60 characters: the first clause of the task, or of the measures."""
        first = re.split(r"[。；;\n]", self.task or self.measures, maxsplit=1)[0]
        first = re.sub(rf"^(?:[(（]{_COUNT}[)）]|{_COUNT}[、.．])\s*(?![0-9])", "", first).strip()
        return first if len(first) <= LONGEST_TITLE else first[: LONGEST_TITLE - 1] + "…"

    @property
    def unsure(self) -> tuple[tuple[str, Cell], ...]:
        """The cells that a person should look at, with the names of their attributes."""
        return tuple((name, cell) for name, cell in self.cells.items() if not cell.sure)

    @property
    def sure(self) -> bool:
        return not self.unsure


class LineKind(StrEnum):
    DUTY = "duty"
    SECTION = "section"  # 一、启动仪式, over all columns
    HEADING = "heading"  # the row or rows of headings, also where they are printed again
    TITLE = "title"  # above the headings
    NOTE = "note"  # below the duties: 注：……
    UNREAD = "unread"  # nothing of it was taken: see `doubt`


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the source that holds anything, and what became of it. `duty`: the place among the duties."""

    kind: LineKind
    where: str
    text: str
    table: int
    duty: int | None = None
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading, what it was taken to mean, how certain that is (0 to 1), and the first words
    below the heading."""

    index: int
    heading: str
    field: Field
    certainty: float = 1.0
    doubt: Doubt | None = None
    sample: str = ""

    @property
    def sure(self) -> bool:
        return self.doubt is None


@dataclass(frozen=True, slots=True)
class TableRead:
    """One table below one set of headings. `name` is what the file calls it (表2, or the sheet's name), `title` what
    stands above it. `doubt`: why none of it was read, or what is unsure of the whole."""

    index: int
    name: str
    title: str
    columns: tuple[Column, ...]
    headings: int
    read: bool
    doubt: Doubt | None = None


@dataclass(frozen=True, slots=True)
class DivisionRead:
    """All of a file: the duties, the tables with their columns, every filled row (`lines`), remarks on the whole."""

    duties: tuple[DutyRead, ...]
    tables: tuple[TableRead, ...]
    lines: tuple[Line, ...]
    notes: tuple[Doubt, ...]
    kind: str

    @property
    def unread(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.kind == LineKind.UNREAD)

    @property
    def sections(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(duty.section for duty in self.duties if duty.section))

"""A form put together on a page: lines of a group, a measure and a name, which the program draws as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bihuan.statistics.actions import from_lines
from bihuan.statistics.refusals import FormError
from bihuan.statistics.rules import Definition, Every, Span, spot
from bihuan.statistics.telling_cells import Labels

FIRST, MORE, MOST = 12, 10, 60


@dataclass(frozen=True, slots=True)
class Line:
    """As it was typed; `counts`: what `label` means."""

    number: int
    group: str = ""
    label: str = ""
    name: str = ""
    kind: str = ""
    place: str = ""
    counts: str = ""


@dataclass(frozen=True)
class Lines:
    """All lines of the page, the empty ones too."""

    shown: Sequence[Line]
    faults: Sequence[tuple[str, str]]

    @property
    def lines(self) -> list[Line]:
        return [line for line in self.shown if line.counts]


def read(posted: Mapping[str, str], labels: Labels) -> Lines:
    """What was sent; twelve empty lines where nothing was."""
    count = posted.get("lines", "")
    number = min(int(count), MOST) if count.isascii() and count.isdecimal() and len(count) < 4 else FIRST
    if "more" in posted:
        number = min(number + MORE, MOST)
    found: list[Line] = []
    faults: list[tuple[str, str]] = []
    for at in range(number):
        group, label, name, kind, place = (
            " ".join(posted.get(f"l{at}-{part}", "").split())[:60]
            for part in ("group", "counts", "name", "kind", "place")
        )
        counts = ""
        try:
            counts = labels.read(label)
        except FormError as error:
            faults.append((f"第 {at + 1} 行：{error.zh}", f"line {at + 1}: {error.en}"))
        found.append(Line(at, group, label, name, kind, place, "" if counts == "-" else counts))
    return Lines(found, faults)


def drawn(
    name: str, every: Every, lines: Sequence[Line], spans: Sequence[Span], *, source: str
) -> tuple[Definition, bytes]:
    """The form of these lines.

    Raises:
        FormError: there is no line, or one counts several measures at once.
    """
    if not lines:
        raise FormError("form-empty", "请至少选定一个指标", "choose one measure at least")
    if any("+" in line.counts for line in lines):
        zh = "这里一行只选一个指标；要合并计算，先建表再修订"
        raise FormError("form-joint", zh, "one measure a line: to join several, define the form first, then amend it")
    told = []
    for line in lines:
        measure, _, unit = line.counts.partition(":")
        told.append((line.group, line.name or line.label.partition("（")[0], measure, unit))
    body, book = from_lines(name=name, every=every, lines=told, spans=spans)
    cells = []
    for cell in body.cells:
        line = lines[spot(cell.at)[0] - 4]
        kinds, places = (tuple(filter(None, [word])) for word in (line.kind, line.place))
        cells.append(replace(cell, kinds=kinds, places=places))
    return replace(body, cells=tuple(cells), source=source), book

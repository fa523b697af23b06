"""What the page of a form shows: its sheet with the numbers in their places, the ways to other periods and regions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlencode

from django.http import HttpResponse

from bihuan.campaigns.access import campaigns, visible_regions
from bihuan.components.downloads import csv_download, download
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import Reader
from bihuan.statistics import access, layout, queries
from bihuan.statistics.models import Form, FormVersion
from bihuan.statistics.queries import FormPage, Known
from bihuan.statistics.rules import EARLIEST, LATEST, Every, Period, neighbours, period_name, period_of
from bihuan.statistics.sheet import Box, Grid, drawn

if TYPE_CHECKING:
    from bihuan.org.models import Region

EVERY: dict[Every, tuple[str, str]] = {
    Every.WEEK: ("周", "Week"),
    Every.MONTH: ("月", "Month"),
    Every.QUARTER: ("季度", "Quarter"),
    Every.YEAR: ("年", "Year"),
}


@dataclass(frozen=True, slots=True)
class Cellbox:
    """A box of the sheet; `known` where it counts. `head`: it heads a column ("col") or a row ("row")."""

    box: Box
    known: Known | None = None
    url: str = ""
    head: str = ""
    pinned: bool = False
    told: str = ""  # while it is being defined: what it counts
    waits: bool = False  # and that it could


@dataclass(frozen=True)
class Wish:
    """What an address asks for: a form in a version, a region, a period, in a book."""

    form: Form
    version: FormVersion
    region: Region
    every: Every  # the length of the periods, the form's own or a longer one
    period: Period
    book: str

    @property
    def own(self) -> bool:
        """Whether it is a period as the form has them."""
        return self.every is self.version.definition.every

    @property
    def period_name(self) -> str:
        return period_name(self.every, self.period)

    def query(self, **other: object) -> str:
        """The address's query with something else in it."""
        held = {"region": self.region.pk, "every": self.every.value, "day": self.period[0].isoformat()}
        return urlencode(held | other)


def asked(reader: Reader, form: Form, given: dict[str, str]) -> Wish:
    """What an address asks for. Where it names no region: the topmost of the reader; no day: the last one of the
    newest campaign, or today.

    Raises:
        NotThere: the region's numbers are not for the reader, or there is none.
    """
    version = queries.version_of(form)
    pk = given.get("region", "")
    named = pk.isascii() and pk.isdecimal() and len(pk) < 18
    region = access.region(reader, int(pk)) if named else access.home(reader)
    book = access.book(reader)
    every = version.definition.every
    if given.get("every") in longer(every):
        every = Every(given["every"])
    return Wish(form, version, region, every, period_of(every, _day(reader, given.get("day", ""), book)), book)


def longer(every: Every) -> list[Every]:
    """The lengths of periods in which a form can be shown: its own and those that are longer."""
    return list(Every)[list(Every).index(every) :]


def _day(reader: Reader, text: str, book: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text[:10])
    except ValueError:
        newest = campaigns(reader).filter(book=book).first()
        day = min(reader.day, newest.period_end) if newest else reader.day
    return min(max(day, EARLIEST), LATEST)


def page_of(reader: Reader, wish: Wish) -> FormPage:
    """The form filled from the records."""
    return queries.form_page(
        wish.version, region=wish.region, edition=reader.edition, period=wish.period, book=wish.book
    )


def grid_of(version: FormVersion) -> Grid:
    """The sheet of a version as it is drawn."""
    return drawn(bytes(version.workbook), version.definition.sheet)


def rows_of(wish: Wish, page: FormPage) -> Iterator[list[Cellbox]]:
    """The sheet with the numbers in their places."""
    places = [known.cell.place for known in page.cells.values()]
    top, left = min(row for row, _ in places), min(column for _, column in places)
    words = addressed(grid_of(wish.version), wish)
    for row in grid_of(wish.version).rows:
        yield [_shown(box, page.cells.get(box.at), words.get(box.at, box.text), wish, top, left) for box in row]


def _shown(box: Box, known: Known | None, text: str, wish: Wish, top: int, left: int) -> Cellbox:
    if known is not None:
        return Cellbox(box, known, f"cells/{box.at}/?{wish.query()}" if known.count or known.printed else "")
    if text != box.text:
        box = Box(box.at, box.row, box.column, text, box.across, box.down, box.align, box.bold)
    if not box.text or box.title or "：" in box.text:
        return Cellbox(box)
    if box.row < top:
        return Cellbox(box, head="col")
    if box.column < left and box.row >= top:
        name = box.column + box.across == left
        return Cellbox(box, head="row" if name else "", pinned=name and left > 0)
    return Cellbox(box)


_REGION = ("填报单位", "填报地区", "填表单位", "单位名称", "地区")
_PERIOD = ("统计期", "统计时间", "报告期", "填报周期", "统计时段", "时间")


def addressed(grid: Grid, wish: Wish) -> dict[str, str]:
    """The cells of a form that ask whose numbers they are and of which time, filled in: “填报单位：” and the like that
    end with a colon."""
    found = {}
    for box in grid.boxes():
        if not box.text.endswith("："):
            continue
        if box.text.startswith(_REGION):
            found[box.at] = f"{box.text}{wish.region.name}"
        elif box.text.startswith(_PERIOD):
            found[box.at] = f"{box.text}{wish.period_name}"
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """A way to the same form elsewhere."""

    words: str
    url: str
    current: bool = False


def periods(wish: Wish) -> tuple[list[Choice], Choice | None, Choice | None]:
    """The lengths of periods to choose from, the period before, the period after."""
    last = wish.period[1].isoformat()
    lengths = [
        Choice(say(*EVERY[each]), "?" + wish.query(every=each.value, day=last), each is wish.every)
        for each in longer(wish.version.definition.every)
    ]
    before, after = (
        Choice(period_name(wish.every, period_of(wish.every, day)), "?" + wish.query(day=day.isoformat()))
        if day
        else None
        for day in neighbours(wish.every, wish.period)
    )
    return lengths, before, after


def regions(reader: Reader, wish: Wish) -> tuple[list[Choice], list[Choice]]:
    """The regions in which this one lies, from the top, and those below it, as far as the reader sees their numbers."""
    above = org.ancestors(wish.region, reader.edition)
    seen = visible_regions(reader, (item.pk for item in above))
    up = [item for item in reversed(above) if item.pk in seen]
    return [_to(wish, item) for item in up], [_to(wish, item) for item in access.regions(reader, wish.region)]


def _to(wish: Wish, region: Region) -> Choice:
    return Choice(region.name, "?" + wish.query(region=region.pk))


def file_of(reader: Reader, wish: Wish, kind: Literal["xlsx", "csv"]) -> HttpResponse:
    """The filled form as a file: in the workbook that it was made from, or its table as a CSV, in which what was merged
    stands in the first cell."""
    page, grid = page_of(reader, wish), grid_of(wish.version)
    words = addressed(grid, wish)
    name = f"{wish.form.name} {wish.region.name} {wish.period_name}.{kind}".replace("/", "-")
    if kind == "xlsx":
        content = layout.filled(bytes(wish.version.workbook), wish.version.definition.sheet, page.values | words)
        return download(content, name)
    lines = [[""] * len(grid.widths) for _row in grid.rows]
    for box in grid.boxes():
        known = page.cells.get(box.at)
        lines[box.row][box.column] = known.printed if known else words.get(box.at, box.text)
    return csv_download(lines, name)

"""Forms as offices lay them out, and as units fill them in."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cast import AT, BY, Cast
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from bihuan.figures.actions import Content
from bihuan.figures.actions import file as file_figure
from bihuan.figures.models import Figure
from bihuan.figures.rules import Kind
from bihuan.org.models import Region
from bihuan.reading.ranges import Range
from bihuan.statistics import actions, queries
from bihuan.statistics.models import FormVersion
from bihuan.statistics.rules import Cell, Definition, Every, Span

JUNE = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
CELLS = tuple(
    Cell(f"{column}{row}", name, head, (measure,), (unit,), span)
    for row, (name, measure, unit) in enumerate(
        (("启动仪式", "launches", "场"), ("宣传资料", "leaflets", "份"), ("横幅", "banners", "条")), 4
    )
    for column, head, span in (("C", "本期", Span.PERIOD), ("D", "本年累计", Span.YEAR))
)


def form(cast: Cast) -> FormVersion:
    body = Definition("进展表", Every.MONTH, CELLS)
    made = actions.define(
        code="progress", name="活动进展情况统计表", region=cast.prefecture, body=body, workbook=laid_out(), by=BY, at=AT
    )
    return queries.version_of(made)


def filed(region: Region, measure: str, unit: str, value: int, day: dt.date = JUNE[1]) -> Figure:
    number = Decimal(value)
    content = Content(
        region=region,
        measures=(measure,),
        classifier=unit,
        value=Range(number, number),
        printed=f"{value}{unit}",
        form="exact",
        period=(day, day),
    )
    return file_figure(kind=Kind.RECORD, content=content, book="example", by=BY, at=AT)


def laid_out() -> bytes:
    """A form with merged heads, widths, a fill, a border and a note under it."""
    book = Workbook()
    book.active.title = "说明"
    book.active["A1"] = "请填写下一张表"
    at = book.create_sheet("进展表")
    at["A1"] = "活动进展情况统计表"
    at.merge_cells("A1:E1")
    at["A1"].font, at["A1"].alignment = Font(name="宋体", size=18, bold=True), Alignment(horizontal="center")
    at["A2"], at["C2"] = "项目", "数量"
    at.merge_cells("A2:B3")
    at.merge_cells("C2:D2")
    at["C3"], at["D3"], at["E2"] = "本期", "本年累计", "备注"
    at.merge_cells("E2:E3")
    for number, name in enumerate(("启动仪式（场）", "宣传资料（份）", "横幅（条）"), 4):
        at[f"B{number}"] = name
    at["A4"] = "宣传"
    at.merge_cells("A4:A6")
    at["A7"] = "填表人：        联系电话："
    at.column_dimensions["A"].width, at.column_dimensions["B"].width = 9.5, 27
    at.row_dimensions[1].height = 40
    line = Side(style="medium", color="FF0000")
    at["C4"].border, at["C4"].fill = Border(left=line), PatternFill("solid", fgColor="FFF2CC")
    at["C4"].number_format = "#,##0"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def written(content: bytes, values: Mapping[str, Any], sheet: str, merge: str = "") -> bytes:
    """The workbook with values in it."""
    book = load_workbook(io.BytesIO(content))
    for at, value in values.items():
        book[sheet][at] = value
    if merge:
        book[sheet].merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def look(content: bytes, sheet: str) -> dict[str, Any]:
    """All that makes a sheet look as it does, without its numbers."""
    at = load_workbook(io.BytesIO(content))[sheet]
    return {
        "merged": sorted(map(str, at.merged_cells.ranges)),
        "widths": {name: size.width for name, size in at.column_dimensions.items()},
        "heights": {name: size.height for name, size in at.row_dimensions.items() if size.height},
        "styles": {
            cell.coordinate: (cell.font.name, cell.font.sz, cell.font.b, cell.fill.fgColor.rgb, cell.border.left.style,
                              cell.number_format, cell.alignment.horizontal)
            for row in at.iter_rows() for cell in row
        },
        "words": {cell.coordinate: cell.value for row in at.iter_rows() for cell in row if isinstance(cell.value, str)},
    }  # fmt: skip

"""The division of work as a workbook in the official layout, or an empty one to be filled in; `read` takes it back."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bihuan.reading.division.duty import FIELD_WORDS, Cell, DutyRead, Field, Limit, LimitKind, Named
from bihuan.reading.division.limits import read_limit
from bihuan.reading.division.rows import NOTE, TOTAL

SHEET, GUIDE, CHOICES = "任务分工", "填写说明", "选项"
_OFFERED = "可选的单位（系统列出，请勿改动）"
_SPARE = 200  # empty rows of a template
_WEEK = "一二三四五六日"
_WIDTHS = {
    Field.NUMBER: 6, Field.SECTION: 14, Field.TASK: 26, Field.MEASURES: 40, Field.LEADS: 18, Field.ASSISTING: 22,
    Field.LEADER: 11, Field.OFFICE: 14, Field.OWNER: 11, Field.DUE: 16, Field.REMARK: 14,
}  # fmt: skip
_COLUMNS = (
    Field.NUMBER, Field.TASK, Field.MEASURES, Field.LEADS, Field.ASSISTING, Field.LEADER, Field.OFFICE, Field.OWNER,
    Field.DUE, Field.REMARK,
)  # fmt: skip
_MIDDLE = frozenset({Field.NUMBER, Field.LEADER, Field.OFFICE, Field.OWNER, Field.DUE})

_GUIDE = """\
怎么填
1. 在“任务分工”表里一行填一项任务；“工作任务”必填，其余能填就填。
2. “牵头单位”“配合单位”写单位的全称或规范简称，几个单位用顿号隔开；一组单位写“各县市”“各成员单位”“各有关部门”等。
3. “完成时限”写“6月16日”“6月底前”“6月1日—30日”“6月上旬”“每月5日前”“长期坚持”“活动期间”等。
4. 分段的标题（如“一、启动仪式”）单独占一行，横跨各列。
5. 可以增加列，也可以合并单元格：竖向合并的内容算到它的每一行；认不出的列照录，不会丢失。
6. 上传后先看预览：哪些读准了、哪些请核对，确认后才写入。"""
_EXAMPLES = (
    ("1", "举办“安全生产月”启动仪式", "在中心广场举行启动仪式", "州应急局", "州教育局、各县市政府", "示例·甲", "宣传科",
     "示例·乙", "6月1日", ""),
    ("2", "组织宣传咨询日活动", "设置咨询台，发放宣传资料", "州安委办", "各成员单位", "示例·甲", "办公室", "示例·丙",
     "6月16日", ""),
)  # fmt: skip


def write_division(
    duties: Iterable[DutyRead] = (), *, title: str = "任务分工表", guide: bool = False, units: Sequence[str] = ()
) -> bytes:
    """The XLSX: title, headings that stay in view and repeat on each page, a row for each duty, sections across.

    `guide`: with a sheet that says how to fill it in, and empty rows made ready. `units`: names offered for the leads.
    Reading the file gives the same duties, whatever they are; only where their cells stand is new.
    """
    from xlsxwriter import Workbook

    rows = list(duties)
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    looks = _looks(book)
    sheet = book.add_worksheet(SHEET)
    across = _sections_across(rows)
    _table(sheet, rows, title, looks, across=across)
    _paper(sheet)
    if guide:
        _guide(book, looks)
    if units:
        _offer(book, sheet, units, len(rows))
    book.close()
    return out.getvalue()


def limit_words(limit: Limit) -> str:
    """A limit in the words of a paper: its own where they still say so, else made from its days."""
    year = (limit.last or limit.first or dt.date(2000, 1, 1)).year
    if limit.printed:
        read = read_limit(limit.printed, year=year).limit
        if (read.first, read.last, read.kind, read.day) == (limit.first, limit.last, limit.kind, limit.day):
            return limit.printed
    first, last = _day(limit.first), _day(limit.last)
    if limit.kind in (LimitKind.EXACT, LimitKind.RANGE):
        if first and last:
            return first if first == last and limit.kind == LimitKind.EXACT else f"{first}至{last}"
        if last:
            return f"即日起至{last}" if limit.kind == LimitKind.RANGE else f"{last}前"
        return f"{first}起" if first else ""
    words = _AGAIN.get(limit.kind)
    return words(limit.day) if words else limit.printed


def _day(day: dt.date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _names(names: Sequence[Named]) -> str:
    return "、".join(named.printed for named in names)


_AGAIN: dict[LimitKind, Callable[[int | None], str]] = {
    LimitKind.MONTHLY: lambda day: f"每月{day}日前" if day else "每月",
    LimitKind.WEEKLY: lambda day: f"每周{_WEEK[day - 1]}前" if day else "每周",
    LimitKind.QUARTERLY: lambda day: "每季度",
    LimitKind.LASTING: lambda day: "长期坚持",
    LimitKind.PERIOD: lambda day: "活动期间",
}
_TEXTS: dict[Field, Callable[[DutyRead], str]] = {
    Field.NUMBER: lambda duty: duty.number,
    Field.SECTION: lambda duty: duty.section or "—",
    Field.TASK: lambda duty: duty.task,
    Field.MEASURES: lambda duty: duty.measures,
    Field.LEADS: lambda duty: _names(duty.leads),
    Field.ASSISTING: lambda duty: _names(duty.assisting),
    Field.LEADER: lambda duty: duty.leader,
    Field.OFFICE: lambda duty: duty.section_office,
    Field.OWNER: lambda duty: duty.owner,
    Field.DUE: lambda duty: limit_words(duty.due),
    Field.REMARK: lambda duty: duty.remark,
}


def _sections_across(rows: Sequence[DutyRead]) -> bool:
    """Whether rows across all columns can say the sections: once begun there is always one, and none reads like a
    note. Else they get a column."""
    begun = False
    for duty in rows:
        if not duty.section and begun:
            return False
        begun = begun or bool(duty.section)
        if NOTE.match(duty.section) or TOTAL.match(duty.section):
            return False
    return True


def _table(sheet: Any, rows: list[DutyRead], title: str, looks: dict[str, Any], *, across: bool) -> None:
    """Write title, headings and rows."""
    fields = list(_COLUMNS) if across else [Field.NUMBER, Field.SECTION, *_COLUMNS[1:]]
    extra = list(dict.fromkeys(heading for duty in rows for heading in duty.extra))
    last = len(fields) + len(extra) - 1
    sheet.merge_range(0, 0, 0, last, title, looks["title"])
    sheet.set_row(0, 34)
    for column, heading in enumerate([FIELD_WORDS[field][0] for field in fields] + extra):
        sheet.write_string(1, column, heading, looks["head"])
    for column, field in enumerate(fields):
        sheet.set_column(column, column, _WIDTHS[field])
    sheet.set_column(len(fields), max(last, len(fields)), 16)
    at, section = 2, ""
    for duty in rows:
        if across and duty.section != section:
            section = duty.section
            sheet.merge_range(at, 0, at, last, section, looks["section"])
            at += 1
        for column, field in enumerate(fields):
            look = looks["middle" if field in _MIDDLE else "text"]
            _write(sheet, at, column, _TEXTS[field](duty), look)
        for column, heading in enumerate(extra, len(fields)):
            _write(sheet, at, column, duty.extra.get(heading, Cell("", "")).text, looks["text"])
        at += 1
    for spare in range(at, at + (_SPARE if not rows else 0)):
        for column, field in enumerate(fields):
            sheet.write_blank(spare, column, None, looks["middle" if field in _MIDDLE else "text"])


def _write(sheet: Any, row: int, column: int, text: str, look: Any) -> None:
    if text:
        sheet.write_string(row, column, text, look)
    else:
        sheet.write_blank(row, column, None, look)


def _looks(book: Any) -> dict[str, Any]:
    cell = {
        "border": 1,
        "text_wrap": True,
        "valign": "vcenter",
        "num_format": "@",
        "font_name": "仿宋",
        "font_size": 11,
    }
    return {
        "title": book.add_format(
            {"bold": True, "font_size": 18, "align": "center", "valign": "vcenter", "font_name": "宋体"}
        ),
        "head": book.add_format(cell | {"bold": True, "align": "center", "font_name": "黑体", "bg_color": "#E4EDEB"}),
        "section": book.add_format(cell | {"bold": True, "font_name": "楷体"}),
        "text": book.add_format(cell),
        "middle": book.add_format(cell | {"align": "center"}),
        "words": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _paper(sheet: Any) -> None:
    """Landscape A4, one page wide, the headings on every page and in view."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.repeat_rows(1)
    sheet.set_footer("&C第 &P 页，共 &N 页")
    sheet.freeze_panes(2, 2)


def _guide(book: Any, looks: dict[str, Any]) -> None:
    sheet = book.add_worksheet(GUIDE)
    sheet.set_column(0, len(_COLUMNS) - 1, 15)
    title, *steps = _GUIDE.splitlines()
    sheet.write_string(0, 0, title, looks["title"])
    for row, step in enumerate(steps, 1):
        sheet.merge_range(row, 0, row, len(_COLUMNS) - 1, step, looks["words"])
        sheet.set_row(row, 16 * (1 + len(step) // 80))
    row = len(steps) + 2
    sheet.write_string(row, 0, "示例", looks["title"])
    for column, field in enumerate(_COLUMNS):
        sheet.write_string(row + 1, column, FIELD_WORDS[field][0], looks["head"])
    for at, example in enumerate(_EXAMPLES, row + 2):
        for column, text in enumerate(example):
            _write(sheet, at, column, text, looks["text"])


def _offer(book: Any, sheet: Any, units: Sequence[str], rows: int) -> None:
    """A list to choose a lead from; several may be typed all the same."""
    choices = book.add_worksheet(CHOICES)
    choices.write_string(0, 0, _OFFERED)
    choices.write_column(1, 0, units)
    choices.hide()
    rule = {"validate": "list", "source": f"={CHOICES}!$A$2:$A${len(units) + 1}", "error_type": "information"}
    rule |= {"error_title": "请核对", "error_message": "列表里没有这一项；几个单位用顿号隔开，确认无误可以保留。"}
    column = _COLUMNS.index(Field.LEADS)
    sheet.data_validation(2, column, 2 + max(rows, _SPARE), column, rule)


def is_ours(name: str, first: str) -> bool:
    """Whether a sheet is one of ours that holds no duties: the guide, or the list to choose from."""
    return (name, re.sub(r"\s", "", first)) in ((GUIDE, _GUIDE.split("\n", 1)[0]), (CHOICES, _OFFERED))

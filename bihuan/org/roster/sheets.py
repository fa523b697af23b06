"""The roster as a workbook to be filled in, and with what there is. One layout, so that an export can be taken in."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from bihuan.org.roster.table import COLUMNS, GUIDE, Kind
from bihuan.org.rules import ADMINISTRATORS, ROLE_WORDS

SHEETS = {Kind.UNIT: "单位", Kind.PERSON: "人员任职"}
_WIDTHS = {
    "name": 12, "phone": 16, "region": 22, "unit": 34, "section": 16, "title": 16, "roles": 18, "at": 22, "short": 18,
    "number": 10,
}  # fmt: skip
_NEEDED = {Kind.UNIT: {"region", "unit"}, Kind.PERSON: {"name", "unit"}}
_SPARE = 2000  # empty rows that are made ready

_GUIDE = """\
怎么填
1. 先填“单位”表，再填“人员任职”表；一人在几个单位任职、在几个地区有角色，就写几行。
2. 带 * 的列必填。其余列能填就填：有手机号的人，以手机号认人；没有手机号的，以姓名加单位认人。
3. “地区”写单位所在的行政区划，可写全称或通称（积石山县）；同名的前面加上级（康乐县城关镇）。
4. “角色”从下拉列表里选；一人有几个角色，用顿号隔开。联络员、安全管理人员在本单位任用，不填“任用地区”；\
其余角色不填“任用地区”时，就是单位所在地区。系统管理员、安全管理员、审计管理员不能由名册授予。
5. “人员编号”由导出时自动填写，用来认出改了名或换了号的人，请勿改动；新增人员留空。
6. 手机号按文本填写，长号码不会丢位。合并的单元格按首格的内容算。
7. 名册只增加、只更正：不在名册里的人不会被免职，没有写的角色不会被收回。
8. 上传后先看预览：哪些是新增、哪些有变化、哪一格有误，确认后才写入。同一份名册再传一次，什么都不会变。"""
_UNIT_EXAMPLES = [("康乐县", "康乐县应急管理局", "县应急局"), ("康乐县", "康乐县示范小学", "")]
_PERSON_EXAMPLES = [
    ("张示例", "13800138000", "康乐县", "康乐县应急管理局", "办公室", "科员", "联络员", "", ""),
    ("李示例", "0930-6212345", "临夏回族自治州", "临夏州应急管理局", "", "副局长", "分管领导", "临夏回族自治州", ""),
    ("王示例", "13900139000", "康乐县", "康乐县示范小学", "", "副校长", "安全管理人员", "", ""),
]


@dataclass(frozen=True, slots=True)
class UnitLine:
    region: str
    unit: str
    short: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """In the order of the columns."""

    name: str
    phone: str
    region: str
    unit: str
    section: str
    title: str
    roles: str
    at: str
    number: str


def write_roster(
    units: Iterable[UnitLine] = (), people: Iterable[PersonLine] = (), *, regions: Sequence[str] = ()
) -> bytes:
    """The workbook. `regions`: names offered in the lists to choose from."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    looks = {
        "head": book.add_format({"bold": True, "bg_color": "#E4EDEB", "border": 1, "text_wrap": True}),
        "text": book.add_format({"num_format": "@"}),
        "words": book.add_format({"text_wrap": True, "valign": "top"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
    }
    _guide(book, looks)
    lines = {Kind.UNIT: [astuple(line) for line in units], Kind.PERSON: [astuple(line) for line in people]}
    for kind, name in SHEETS.items():
        _sheet(book.add_worksheet(name), kind, lines[kind], looks, len(regions))
    choices = book.add_worksheet(GUIDE[1])
    choices.write_column(0, 0, [words[0] for role, words in ROLE_WORDS.items() if role not in ADMINISTRATORS])
    choices.write_column(0, 1, regions)
    choices.hide()
    book.get_worksheet_by_name(SHEETS[Kind.PERSON]).activate()
    book.close()
    return out.getvalue()


def _guide(book: Any, looks: dict[str, Any]) -> None:
    sheet = book.add_worksheet(GUIDE[0])
    sheet.set_column(0, 8, 17)
    title, *steps = _GUIDE.splitlines()
    sheet.write_string(0, 0, title, looks["title"])
    for row, step in enumerate(steps, 1):
        sheet.merge_range(row, 0, row, 8, step, looks["words"])
        sheet.set_row(row, 16 * (1 + len(step) // 76))
    row = len(steps) + 2
    for kind, examples in ((Kind.UNIT, _UNIT_EXAMPLES), (Kind.PERSON, _PERSON_EXAMPLES)):
        sheet.write_string(row, 0, f"示例：{SHEETS[kind]}", looks["title"])
        _heads(sheet, row + 1, kind, looks)
        for at, line in enumerate(examples, row + 2):
            for column, text in enumerate(line):
                sheet.write_string(at, column, text, looks["text"])
        row += len(examples) + 3


def _heads(sheet: Any, row: int, kind: Kind, looks: dict[str, Any]) -> None:
    for index, column in enumerate(COLUMNS[kind]):
        needed = " *" if column.key in _NEEDED[kind] else ""
        sheet.write_string(row, index, column.head + needed, looks["head"])


def _sheet(sheet: Any, kind: Kind, lines: list[tuple[str, ...]], looks: dict[str, Any], regions: int) -> None:
    _heads(sheet, 0, kind, looks)
    sheet.freeze_panes(1, 1)
    for index, column in enumerate(COLUMNS[kind]):
        sheet.set_column(index, index, _WIDTHS[column.key], looks["text"])
    for row, line in enumerate(lines, 1):
        for index, text in enumerate(line):
            if text:
                sheet.write_string(row, index, text, looks["text"])
    last = len(lines) + _SPARE
    for index, column in enumerate(COLUMNS[kind]):
        source = {"roles": f"={GUIDE[1]}!$A$1:$A$5", "region": _range(regions), "at": _range(regions)}.get(column.key)
        if source:
            rule = {"validate": "list", "source": source, "error_type": "information"}
            rule |= {"error_title": "请核对", "error_message": "列表里没有这一项；确认无误可以保留。"}
            sheet.data_validation(1, index, last, index, rule)
    if kind == Kind.PERSON:
        hint = {"validate": "any", "input_title": "人员编号", "input_message": "导出时自动填写，新增人员留空。"}
        sheet.data_validation(1, len(COLUMNS[kind]) - 1, last, len(COLUMNS[kind]) - 1, hint)
    sheet.autofilter(0, 0, max(len(lines), 1), len(COLUMNS[kind]) - 1)


def _range(regions: int) -> str:
    return f"={GUIDE[1]}!$B$1:$B${regions}" if regions else ""

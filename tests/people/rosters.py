"""Rosters as clerks write them, made by XlsxWriter."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from cast import Cast, reader

from bihuan.lib.workbook import read_workbook
from bihuan.org import actions, queries
from bihuan.org.access import MANAGE_PEOPLE, POSTS, REGIONS, SEE_DIRECTORY, UNITS, Reader, within
from bihuan.org.roster.plan import make_plan
from bihuan.org.roster.planned import Plan
from bihuan.org.roster.table import read_table

HEAD = ["姓名", "手机号", "地区", "单位", "科室", "职务", "角色", "任用地区", "人员编号"]
UNIT_HEAD = ["地区", "单位名称", "简称"]


def workbook(**sheets: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of these sheets; text goes in as text, a number as a number, None as an empty cell."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(at, column, value)
                elif value is not None:
                    sheet.write(at, column, value)
    book.close()
    return out.getvalue()


def people(*rows: Sequence[Any]) -> bytes:
    return workbook(人员任职=[HEAD, *rows])


def scope(asks: Reader) -> dict[str, Any]:
    """What the roster page hands to queries and actions for this reader."""
    return {
        "units": within(asks, MANAGE_PEOPLE, UNITS),
        "regions": within(asks, MANAGE_PEOPLE, REGIONS),
        "reader": asks.person.pk if asks.person else None,
    }


def planned(cast: Cast, content: bytes, *, left_out: Sequence[str] = ()) -> Plan:
    """What the system administrator of the cast would be shown."""
    table = read_table(read_workbook(content))
    return make_plan(table, queries.known_for(table, **scope(reader(cast.system_admin))), left_out=left_out)


def exported(cast: Cast) -> bytes:
    from bihuan.org.roster.sheets import write_roster

    asks = reader(cast.system_admin)
    units, lines = queries.roster_lines(
        units=within(asks, SEE_DIRECTORY, UNITS), posts=within(asks, SEE_DIRECTORY, POSTS)
    )
    return write_roster(units, lines)


def taken(cast: Cast, content: bytes, *, at: Any, accounts: Any = "none", left_out: Sequence[str] = ()) -> Any:
    """Take a roster in, as the system administrator does."""
    from bihuan.components import uploads
    from bihuan.org.gate import local_day
    from bihuan.org.rules import Accounts

    by, where = cast.system_admin.by, scope(reader(cast.system_admin))
    draft = actions.keep_roster(content=content, file_name="名册.xlsx", by=by, at=at)
    if left_out:
        uploads.leave_out(draft, left_out, out=True)
    draft.refresh_from_db()
    shown = actions.roster_plan(draft, **where).digest
    return actions.take_roster(
        draft=draft, shown=shown, accounts=Accounts(accounts), on=local_day(at), by=by, at=at, **where
    )

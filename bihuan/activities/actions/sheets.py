"""A filled-in table of people taken in: kept while its sender looks at it, planned row by row, then written at once.

For a roster it lists people; for a session it says who of a roster came. It takes nobody off and no attendance out:
whom a table leaves out, or marks as absent, stays as they are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from bihuan.activities.actions.training import Listed, attended, list_people
from bihuan.activities.materials import GoneError, MaterialError
from bihuan.activities.models import Activity, Attendance, RosterEntry, RosterSheet, TrainingRoster
from bihuan.activities.roster_rows import Row, name_key, read_rows
from bihuan.components import uploads
from bihuan.lib.filled import TablePlan


class State(StrEnum):
    """What would come of a row."""

    FAULT = "fault"
    NEW = "new"
    ABSENT = "absent"
    SAME = "same"


@dataclass
class Planned:
    """A row, and what would come of it. `entry`: the one of the roster whom it means."""

    row: Row
    state: State
    entry: RosterEntry | None = None


class Plan(TablePlan[Planned]):
    """All rows of a sheet."""

    ACTS = frozenset({State.NEW})


def keep_sheet(
    *,
    roster: TrainingRoster,
    activity: Activity | None = None,
    content: bytes,
    file_name: str,
    by: str,
    at: dt.datetime,
) -> RosterSheet:
    """Keep a table for its sender to look at; it goes when it is taken in, or after a day. Nothing else is written.

    Raises:
        WorkbookError, TableError, RosterRowsError: it can be no table of people.
        MaterialError: a session without rosters, or of another book.
        GoneError: people for a roster that is closed.
    """
    if activity is None and roster.closed_on is not None:
        raise GoneError
    if activity is not None and ("study" not in activity.kind.needs or activity.book != roster.book):
        raise MaterialError("kind", "这类活动不对名册签到", "this kind of activity has no roster")
    read_rows(content)
    return uploads.keep(
        RosterSheet, content=content, file_name=file_name, by=by, at=at, roster=roster, activity=activity
    )


def sheet_plan(sheet: RosterSheet) -> Plan:
    """What would come of each row as things stand. Three queries at most."""
    rows = read_rows(bytes(sheet.content))
    entries = list(RosterEntry.objects.filter(roster=sheet.roster, removed_at=None).order_by("order"))
    planned = _people(rows, entries) if sheet.activity is None else _session(sheet.activity, rows, entries)
    told = "\n".join(f"{item.row.key}|{item.state}|{item.entry and item.entry.pk}" for item in planned)
    return Plan(planned, hashlib.sha256(f"{sheet.digest}\n{told}".encode()).hexdigest())


def _people(rows: list[Row], entries: list[RosterEntry]) -> list[Planned]:
    known = {(name_key(item.name), item.unit_words, item.duty): item for item in entries}
    named: set[tuple[str, str, str]] = set()
    planned = []
    for row in rows:
        key = (row["name"], row["unit"], row["duty"])
        again = key in known or key in named
        state = State.FAULT if row.faults else State.SAME if again else State.NEW
        named.add(key)
        planned.append(Planned(row, state, known.get(key)))
    return planned


def _session(activity: Activity, rows: list[Row], entries: list[RosterEntry]) -> list[Planned]:
    named: dict[str, list[RosterEntry]] = defaultdict(list)
    for item in entries:
        named[name_key(item.name)].append(item)
    there = set(Attendance.objects.filter(activity=activity, entry__in=entries).values_list("entry", flat=True))
    planned = []
    for row in rows:
        found = None if row.faults else _meant(row, named[row["name"]])
        if found is None:
            state = State.FAULT
        elif not row.came:
            state = State.ABSENT
        else:
            state = State.SAME if found.pk in there else State.NEW
            there.add(found.pk)
        planned.append(Planned(row, state, found))
    return planned


def _meant(row: Row, found: list[RosterEntry]) -> RosterEntry | None:
    """The one of a name whom a row means; None where none or several fit: the row says so then. A unit or a duty that
    a row leaves out, or that the roster does not have, tells nobody apart."""
    if not found:
        row.fault("name", f"名册上没有“{row['name']}”", f"nobody on the roster is called {row['name']}")
        return None
    fits = [item for item in found if not (row["unit"] and item.unit_words) or item.unit_words == row["unit"]]
    if not fits:
        units = "、".join(dict.fromkeys(item.unit_words for item in found))
        row.fault("unit", f"名册上的“{row['name']}”是{units}的", f"on the roster they are of {units}")
        return None
    if len(fits) > 1:
        fits = [item for item in fits if item.unit_words == row["unit"] and item.duty == row["duty"]] or fits
    if len(fits) > 1:
        zh = f"名册上有 {len(fits)} 个“{row['name']}”，请填单位和职务"
        row.fault("name", zh, f"{len(fits)} of the roster are called so: say unit and duty")
        return None
    return fits[0]


def take_sheet(*, sheet: RosterSheet, shown: str, by: str, at: dt.datetime) -> int:
    """Write what was shown, all of it or nothing; the sheet is gone then. Rows at fault are left. Returns how many are
    new.

    Args:
        shown: the digest of the plan that was looked at.

    Raises:
        GoneError: the roster, or who came, has changed since; the roster is closed.
        MaterialError: nothing is to be written; the roster would become too long.
        WithdrawnError: the session was withdrawn.
    """
    with transaction.atomic():
        TrainingRoster.objects.select_for_update().get(pk=sheet.roster_id)
        held = RosterSheet.objects.select_for_update(of=("self",)).filter(pk=sheet.pk).first()
        plan = sheet_plan(held) if held else None
        if held is None or plan is None or plan.digest != shown:
            raise GoneError
        if not plan.acting:
            raise MaterialError("nothing", "没有可写入的行", "there is no row to be written")
        if held.activity is None:
            people = [Listed(item.row["name"], item.row["unit"], item.row["duty"]) for item in plan.acting]
            count = list_people(roster=held.roster, people=people, by=by, at=at)
        else:
            entries = [item.entry for item in plan.acting if item.entry is not None]
            count = attended(activity=held.activity, entries=entries, by=by, at=at)
        uploads.drop(held)
    return count

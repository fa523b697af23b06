"""Taking a filled-in ledger in: kept while its sender looks at it, planned row by row, then written all at once.

What an import may do: register new matters (and assign those whose unit is named), and report progress on matters that
are there and whose doer the sender is. What is there is never renamed, re-dated or given to others by a workbook: for
that each matter has its verbs, with their rights and reasons.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from bihuan.components import uploads
from bihuan.lib.filled import TablePlan
from bihuan.lib.workbook import read_workbook
from bihuan.loop import kinds
from bihuan.loop.actions.acting import act
from bihuan.loop.actions.known import Known, known_for
from bihuan.loop.actions.offers import Said
from bihuan.loop.actions.registering import Wanted, register_many
from bihuan.loop.days import local_day
from bihuan.loop.flows import Effect, Hand
from bihuan.loop.ledger_rows import Row, State, read_rows
from bihuan.loop.models import LedgerDraft, Matter
from bihuan.loop.refusals import MatterError
from bihuan.loop.rules import LONGEST_TERM
from bihuan.org.access import Reader
from bihuan.org.models import Unit


@dataclass
class Planned:
    """A row, and what would come of it."""

    row: Row
    state: State
    said: Said | None = None
    matter: Matter | None = None
    notes: list[tuple[str, str]] = field(default_factory=list)


class Plan(TablePlan[Planned]):
    """All rows of a draft."""

    ACTS = frozenset({State.NEW, State.REPORT})


def keep_ledger(*, content: bytes, file_name: str, by: str, at: dt.datetime) -> LedgerDraft:
    """Keep a workbook for its sender to look at; it goes when it is taken in, or after a day. Nothing else is written.

    Raises:
        WorkbookError, LedgerRowsError: it is no workbook, or no ledger.
    """
    read_rows(read_workbook(content))
    return uploads.keep(LedgerDraft, content=content, file_name=file_name, by=by, at=at)


def ledger_plan(draft: LedgerDraft, *, reader: Reader, keeper: Unit | None, at: dt.datetime) -> Plan:
    """What would come of each row.

    Args:
        keeper: the unit whose matters new ones become; None: the reader keeps none, and new rows are faults.
    """
    rows = read_rows(read_workbook(bytes(draft.content)))
    known = known_for(rows, reader=reader, keeper=keeper)
    today, left = local_day(at), set(draft.left_out)
    planned = []
    for row in rows:
        item = _planned(row, known, today)
        if item.state is not State.FAULT and row.key in left:
            item.state = State.LEFT
        planned.append(item)
    text = "\n".join(f"{item.row.key}|{item.state}|{item.said.digest() if item.said else ''}" for item in planned)
    return Plan(planned, hashlib.sha256(text.encode()).hexdigest())


def _planned(row: Row, known: Known, today: dt.date) -> Planned:
    matter = known.matter(row)
    item = _report(row, matter, known) if matter is not None else _new(row, known, today)
    if row.faults:
        item.state = State.FAULT
    return item


def _report(row: Row, matter: Matter, known: Known) -> Planned:
    text = row["said"]
    progress = row.progress if row.progress != matter.progress else None
    item = Planned(row, State.SAME, matter=matter)
    changed = [("事项", row["title"] not in ("", matter.title)), ("办结时限", row.due_on not in (None, matter.due_on))]
    for words, other in changed:
        if other:
            zh = f"“{words}”与台账不同，导入不改它；请在事项页办理"
            item.notes.append((zh, f"{words} differs from the ledger, which an import does not change"))
    if (progress is None and not text) or known.said_before(matter, text, progress):
        return item
    way = next((way for way in kinds.flow(matter.flow, matter.flow_version).from_state(matter.state)
                if way.effect is Effect.REPORT), None)  # fmt: skip
    if not known.does(matter):
        row.fault("said", "这一事项不由您承办，不能填报进展", "you are not the one who does this matter")
    elif way is None:
        row.fault("said", "事项现在的状态不能填报进展", "no progress is reported where the matter stands now")
    else:
        item.state, item.said = State.REPORT, Said(text=text, progress=progress)
    return item


def _new(row: Row, known: Known, today: dt.date) -> Planned:
    item = Planned(row, State.NEW)
    if known.keeper is None:
        row.fault("title", "台账里没有这一项；新增事项须由督办单位导入", "it is not in the ledger")
        return item
    if not row["unit"]:
        if row.due_on or row["owner"]:
            row.fault("unit", "填了时限或经办人，须同时填承办单位", "with a day or an owner, name the unit too")
        return item
    unit = known.unit(row, "unit", row["unit"])
    if row.due_on is None and not any(fault.cell.endswith(str(row.number + 1)) for fault in row.faults):
        row.fault("due_on", "交办须有办结时限", "to be assigned it needs a due day")
    elif row.due_on is not None and row.due_on < today:
        row.fault("due_on", f"时限 {row.due_on.isoformat()} 已经过去", f"the due day {row.due_on} is over")
    elif row.due_on is not None and (row.due_on - today).days > LONGEST_TERM:
        row.fault("due_on", "办结时限超过十年，请核对", "the due day is more than ten years off")
    if unit is None:
        return item
    helpers = [known.unit(row, "assisting", name) for name in _names(row["assisting"])]
    item.said = Said(
        unit=unit,
        section=known.section(row, unit),
        owner=known.person(row, "owner", unit),
        leader=known.person(row, "leader", unit),
        assisting=tuple(helper for helper in helpers if helper is not None),
        due_on=row.due_on,
    )
    return item


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.replace("，", "、").replace(",", "、").split("、") if part.strip()]


def take_ledger(
    *, draft: LedgerDraft, shown: str, reader: Reader, keeper: Unit | None, at: dt.datetime
) -> Counter[str]:
    """Write what was shown, all of it or nothing, in one transaction; the draft is gone then. Rows at fault and those
    left out are not written.

    Raises:
        MatterError: something has changed since it was shown. StaleMatterError: somebody moved a matter just now.
    """
    with transaction.atomic():
        plan = ledger_plan(draft, reader=reader, keeper=keeper, at=at)
        if plan.digest != shown:
            zh = "台账或名录刚有变化，预览已更新，请再看一遍再写入；什么都没有写入"
            raise MatterError("import-changed", zh, "things have changed since: look again; nothing was written")
        new = [_wanted(item, draft, keeper) for item in plan.rows if item.state is State.NEW and keeper]
        register_many(wanted=new, by=reader.by, at=at)
        for item in plan.rows:
            if item.state is State.REPORT and item.matter is not None:
                _take_report(item, item.matter, by=reader.by, at=at)
        LedgerDraft.objects.filter(pk=draft.pk).delete()
    return plan.counts


def _wanted(item: Planned, draft: LedgerDraft, keeper: Unit | None) -> Wanted:
    assert keeper is not None
    row = item.row
    number = row["key"] or hashlib.sha256(bytes(draft.content) + row.key.encode()).hexdigest()[:16]
    flow = kinds.newest()[0].name  # the plain kind; the others belong to subjects that register them
    return Wanted(
        own_key(keeper.pk, number), flow, row["title"], keeper, row["demand"], book=keeper.book, said=item.said
    )


def own_key(keeper: int, number: str) -> str:
    """The key of a matter that its keeper numbered: two keepers may use one number."""
    return f"unit:{keeper}:{number}"


def _take_report(item: Planned, matter: Matter, *, by: str, at: dt.datetime) -> None:
    ways: Sequence[str] = [
        way.verb
        for way in kinds.flow(matter.flow, matter.flow_version).from_state(matter.state)
        if way.effect is Effect.REPORT
    ]
    act(
        matter=matter,
        verb=ways[0],
        hands=frozenset({Hand.DOER}),
        expected_version=matter.version,
        said=item.said,
        by=by,
        at=at,
    )

"""Values of earlier years taken in: kept while their sender looks, planned row by row, then filed all at once.

Each becomes a statement (上报数) of its place for its own period, with the file, the row and the paper that it is cited
from. Statements never add up, so that a county's value and the prefecture's may both be loaded. The same again writes
nothing; another value for what is in store is written only where a person says so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from bihuan.campaigns.models import Campaign
from bihuan.components import uploads
from bihuan.figures import actions as figures
from bihuan.figures.actions import Content, Filing
from bihuan.figures.models import Figure, Revision
from bihuan.figures.rules import Kind, normal
from bihuan.history import actions as history
from bihuan.history.rules import canonical
from bihuan.lib.filled import TablePlan
from bihuan.org.models import Region
from bihuan.reports.models import PastDraft
from bihuan.reports.past_rows import Days, PastError, PastRow, read_past
from bihuan.reports.queries.past import PAST, Known, known_for, withdrawn_keys

_LOCK = 0x70617374  # one table at a time
_LOADED_ANEW = "重新载入时改用新值"
_TRIES = 20  # how often a value may be taken back and loaded again
LONGEST_REASON = 200


class State(StrEnum):
    """What would come of a row."""

    FAULT = "fault"
    CONFLICT = "conflict"  # another value is in store: a person says which holds
    NEW = "new"
    REPLACE = "replace"  # a conflict in which the table's value was chosen
    SAME = "same"


@dataclass
class Planned:
    """A row, and what would come of it. `there`: what is in store of the same."""

    row: PastRow
    state: State = State.FAULT
    region: Region | None = None
    days: Days | None = None
    measures: tuple[str, ...] = ()
    classifier: str = ""
    there: Revision | None = None

    @property
    def key(self) -> str:
        return self.row.key


class Plan(TablePlan[Planned]):
    """All rows of a table."""

    ACTS = frozenset({State.NEW, State.REPLACE})


@dataclass(frozen=True, slots=True)
class Source:
    """Which table values come from."""

    file: str
    sha256: str


def keep_past(*, campaign: Campaign, content: bytes, file_name: str, by: str, at: dt.datetime) -> PastDraft:
    """Keep a table for its sender to look at; it goes when it is taken in, or after a day. Nothing else is written.

    Raises:
        WorkbookError, TableError, PastError: it can be no table of earlier years' values.
    """
    read_past(content)
    return uploads.keep(PastDraft, content=content, file_name=file_name, by=by, at=at, campaign=campaign)


def settle(draft: PastDraft, keys: Iterable[str], *, take: bool) -> None:
    """Say of rows in conflict that the table's value is to hold, or that what is in store stays after all."""
    with transaction.atomic():
        held = PastDraft.objects.select_for_update().filter(pk=draft.pk).first()
        if held is not None:
            chosen = set(held.taken_over)
            held.taken_over = sorted(chosen | set(keys) if take else chosen - set(keys))
            held.save(update_fields=["taken_over"])


def past_plan(draft: PastDraft, *, regions: QuerySet[Region], today: dt.date) -> Plan:
    """What would come of each row, for one who may load for these regions."""
    rows = read_past(bytes(draft.content))
    return planned(rows, campaign=draft.campaign, regions=regions, taken_over=draft.taken_over, today=today)


def planned(
    rows: list[PastRow], *, campaign: Campaign, regions: QuerySet[Region], taken_over: Collection[str], today: dt.date
) -> Plan:
    """What would come of rows that were read. `taken_over`: keys of those whose value is to replace another."""
    known = known_for(rows, campaign=campaign, regions=regions)
    found = [_planned(row, known, today) for row in rows]
    _twice(found)
    for item in found:
        if item.row.faults:
            item.state = State.FAULT
        elif item.state is State.CONFLICT and item.key in taken_over:
            item.state = State.REPLACE
    told = [(item.key, item.state, item.there and (item.there.figure_id, item.there.version)) for item in found]
    values = "\n".join(f"{key}|{state}|{there}" for key, state, there in told)
    content = "\n".join(repr(sorted(item.row.values.items())) for item in found)
    return Plan(found, hashlib.sha256(f"{values}\n{content}".encode()).hexdigest())


def _planned(row: PastRow, known: Known, today: dt.date) -> Planned:
    measures = known.basket(row)
    item = Planned(row, region=known.region(row), days=known.days(row), measures=measures or ())
    classifier = known.classifier(row, measures) if measures else None
    if item.days is not None and item.days[1] >= today:
        row.fault("year", "这个时段还没有结束，不是往年的数", "that period is not over: it is no earlier one")
    if row.faults or item.region is None or item.days is None or classifier is None or row.read is None:
        return item
    item.classifier = classifier
    there = known.stated.get((item.region.pk, item.days, item.measures, classifier), [])
    item.there = there[0] if there else None
    if item.there is None:
        item.state = State.NEW
    else:
        item.state = State.SAME if item.there.value == normal(row.read.value) else State.CONFLICT
    return item


def _twice(rows: list[Planned]) -> None:
    """Of rows that say something of the same, only the first is none at fault."""
    seen: dict[tuple[Any, ...], str] = {}
    for item in rows:
        if item.row.faults or item.region is None:
            continue
        first = seen.setdefault((item.region.pk, item.days, item.measures, item.classifier), item.key)
        if first != item.key:
            item.row.fault("value", f"与 {first} 行说的是同一个数，请删去一行", f"the same as row {first}: delete one")


def take_past(
    *, draft: PastDraft, shown: str, regions: QuerySet[Region], today: dt.date, by: str, at: dt.datetime
) -> Counter[str]:
    """File what was shown, all of it or nothing; the draft is gone then. Rows at fault and conflicts that nobody
    settled are left.

    Returns:
        How many rows came to which state.

    Raises:
        PastError: nothing is to be written; what is in store has changed since the plan was shown.
    """
    with transaction.atomic():
        _one_at_a_time()
        held = PastDraft.objects.select_for_update(of=("self",)).select_related("campaign").filter(pk=draft.pk).first()
        plan = past_plan(held, regions=regions, today=today) if held else None
        if held is None or plan is None or plan.digest != shown:
            zh = "库里的数刚有变化，预览已更新，请再看一遍再写入；什么都没有写入"
            found = PastError("past-changed", zh, "things have changed since: look again; nothing was written")
            found.status = 409
            raise found
        counts = _take(plan, held.campaign, Source(held.file_name, held.digest), by=by, at=at)
        held.delete()
        return counts


def load_past(
    *,
    campaign: Campaign,
    rows: list[PastRow],
    source: str,
    taken_over: Collection[str],
    regions: QuerySet[Region],
    today: dt.date,
    by: str,
    at: dt.datetime,
) -> Plan:
    """File rows that a program sends, by the same rules: all those that are new or whose conflict it settles.

    Args:
        source: what the sender calls them: stands where a table has the name of its file.

    Raises:
        PastError: a row is at fault, then nothing is written.
    """
    with transaction.atomic():
        _one_at_a_time()
        plan = planned(rows, campaign=campaign, regions=regions, taken_over=taken_over, today=today)
        if wrong := [fault for item in plan.rows for fault in item.row.faults]:
            zh = "；".join(f"{fault.cell}：{fault.zh}" for fault in wrong[:10])
            raise PastError("past-rows", zh, "; ".join(f"{fault.cell}: {fault.en}" for fault in wrong[:10]))
        if plan.acting:
            digest = hashlib.sha256(canonical([sorted(row.values.items()) for row in rows])).hexdigest()
            _take(plan, campaign, Source(source, digest), by=by, at=at)
    return plan


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _take(plan: Plan, campaign: Campaign, source: Source, *, by: str, at: dt.datetime) -> Counter[str]:
    if not plan.acting:
        raise PastError("past-nothing", "没有可写入的行", "there is no row to be written")
    fresh = []
    for item in plan.acting:
        held = item.there
        if held is not None and (held.figure.key or "").startswith(PAST):
            now = _content(item, source)
            figures.correct(
                figure=held.figure, expected_version=held.version, content=now, by=by, at=at, reason=_LOADED_ANEW
            )
        else:  # beside what a report says of the same, which stays: the newer one counts
            fresh.append(item)
    keys = _keys(fresh, campaign.book)
    figures.file_many(
        [
            Filing(kind=Kind.STATEMENT, content=_content(item, source), key=key, book=campaign.book)
            for item, key in zip(fresh, keys, strict=True)
        ],
        by=by,
        at=at,
    )
    counts = plan.counts
    told = {"name": campaign.name, "file": source.file, "sha256": source.sha256, "book": campaign.book}
    told |= {"new": str(counts[State.NEW]), "changed": str(counts[State.REPLACE])}
    history.record(verb="reports.past_loaded", subject=("campaign", str(campaign.pk)), by=by, at=at, values=told)
    return counts


def _content(item: Planned, source: Source) -> Content:
    row = item.row
    assert item.region is not None
    assert item.days is not None
    assert row.read is not None
    printed = row.read.printed
    if item.classifier and not row.read.classifier:
        printed += item.classifier
    return Content(
        region=item.region,
        measures=item.measures,
        classifier=item.classifier,
        value=row.read.value,
        printed=printed,
        form=row.read.form,
        period=item.days,
        origin={"file": source.file, "sha256": source.sha256, "row": row.key, "paper": row["paper"]},
    )


def _keys(items: list[Planned], book: str) -> list[str]:
    """Under which values are filed: one for what each is of; another where it was filed and taken back."""
    stems = [_stem(item, book) for item in items]
    gone = withdrawn_keys(f"{stem}:{number}" for stem in stems for number in range(_TRIES))
    return [next(key for number in range(_TRIES + 1) if (key := f"{stem}:{number}") not in gone) for stem in stems]


def _stem(item: Planned, book: str) -> str:
    assert item.region is not None
    assert item.days is not None
    of = [book, str(item.region.key), *map(str, item.days), *item.measures, item.classifier]
    return PAST + hashlib.sha256(canonical(of)).hexdigest()[:40]


def withdraw_past(*, figure: Figure, expected_version: int, reason: str, by: str, at: dt.datetime) -> None:
    """Take a loaded value back. Its history stays; it may be loaded again.

    Raises:
        PastError: no reason, or a figure that was not loaded. bihuan.figures.actions.StaleError: see `withdraw`.
    """
    why = " ".join(reason.replace("\0", "").split())
    if not why or len(why) > LONGEST_REASON:
        zh = f"请说明为什么撤回（{LONGEST_REASON}字以内）"
        raise PastError("past-reason", zh, "say why it is taken back")
    if not (figure.key or "").startswith(PAST):
        raise PastError("past-other", "这个数不是载入的往年值", "that figure was not loaded")
    figures.withdraw(figure=figure, expected_version=expected_version, by=by, at=at, reason=why)

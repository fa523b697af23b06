"""Keep rosters of those who are to be taught, enter who came and who holds which certificate."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from bihuan.activities.actions.materials import held, note, there
from bihuan.activities.materials import GoneError, MaterialError, line
from bihuan.activities.models import Activity, Attendance, Certificate, RosterEntry, TrainingRoster
from bihuan.activities.rules import audiences
from bihuan.campaigns.models import Campaign
from bihuan.history import actions as history
from bihuan.org.models import Person, Region, Unit

MOST_ENTRIES = 5000  # of one roster
_ENTRY_FIELDS = ("name", "unit_words", "duty")


@dataclass(frozen=True, slots=True)
class Listed:
    """One who is to be reached, as they are said."""

    name: str
    unit_words: str = ""
    duty: str = ""
    person: Person | None = None
    unit: Unit | None = None


def open_roster(
    *,
    unit: Unit,
    region: Region,
    target: str,
    name: str,
    campaign: Campaign | None = None,
    book: str = "",
    by: str,
    at: dt.datetime,
) -> TrainingRoster:
    """Begin a roster of one target role.

    Raises:
        MaterialError: no name, an unknown role, a campaign of another book.
    """
    if target not in audiences():
        raise MaterialError("target", "请选择培训对象", "choose whom it lists")
    if campaign is not None and campaign.book != book:
        raise MaterialError("book", "名册与活动不在同一账本", "roster and campaign are of different books")
    said = line(name, ("名册名称", "name"), most=100)
    with transaction.atomic():
        row = TrainingRoster.objects.create(
            unit=unit, region=region, target=target, name=said, campaign=campaign, book=book, by=by, at=at
        )
        _noted(row, "roster_opened", by, at, target=target, unit=unit.pk, region=region.pk, book=book)
    return row


def list_people(*, roster: TrainingRoster, people: Sequence[Listed], by: str, at: dt.datetime) -> int:
    """Put people on a roster; returns how many are new. Who is on it already stays where they are.

    Raises:
        MaterialError: nobody, too many, a name that is missing or too long.
        GoneError: the roster is closed.
    """
    rows = [_entry(number, item) for number, item in enumerate(people, 1)]
    if not rows:
        raise MaterialError("missing", "请至少填写一人", "name at least one person")
    with transaction.atomic():
        found = _open(roster)
        standing = list(RosterEntry.objects.filter(roster=found, removed_at=None))
        known = {_words(row) for row in standing}
        persons = {row.person_id for row in standing if row.person_id}
        new: list[RosterEntry] = []
        order = RosterEntry.objects.filter(roster=found).aggregate(last=Max("order"))["last"] or 0
        for row in rows:
            if _words(row) in known or row.person_id in persons:
                continue
            known.add(_words(row))
            persons |= {row.person_id} if row.person_id else set()
            order += 1
            row.roster, row.order = found, order
            new.append(row)
        if len(standing) + len(new) > MOST_ENTRIES:
            zh, en = f"一个名册最多 {MOST_ENTRIES} 人，请分册", f"at most {MOST_ENTRIES} on one roster: begin another"
            raise MaterialError("too-many", zh, en)
        if new:
            RosterEntry.objects.bulk_create(new)
            _grown(found)
            names = {"people": [[getattr(row, name) for name in _ENTRY_FIELDS] for row in new]}
            _noted(found, "people_listed", by, at, personal=names, count=len(new))
    return len(new)


def _entry(number: int, said: Listed) -> RosterEntry:
    nth = f"第 {number} 行"
    return RosterEntry(
        person=said.person,
        unit=said.unit,
        name=line(said.name, (f"{nth}姓名", f"name in line {number}"), most=60),
        unit_words=line(said.unit_words, (f"{nth}单位", f"unit in line {number}"), most=100, needed=False),
        duty=line(said.duty, (f"{nth}职务", f"duty in line {number}"), most=60, needed=False),
    )


def _words(row: RosterEntry) -> tuple[str, str, str]:
    return row.name, row.unit_words, row.duty


def take_off(*, entry: RosterEntry, reason: str, by: str, at: dt.datetime) -> None:
    """Take someone off a roster: they are not to be reached any more. What they came to stays known.

    Raises:
        MaterialError: no reason: a rate must not be bettered in silence.
        GoneError: they were taken off already, or the roster is closed.
    """
    why = line(reason, ("移出的原因", "why"), most=200)
    with transaction.atomic():
        roster = _open(entry.roster)
        row = there(entry)
        row.removed_by, row.removed_at, row.removed_reason = by, at, why
        row.save()
        _grown(roster)
        _noted(roster, "taken_off", by, at, personal={"name": row.name}, entry=row.pk, reason=why)


def close_roster(*, roster: TrainingRoster, expected_version: int, by: str, at: dt.datetime, day: dt.date) -> None:
    """Close a roster: it changes no more, and its coverage stands.

    Raises:
        GoneError: it was changed or closed meanwhile.
    """
    with transaction.atomic():
        standing = TrainingRoster.objects.filter(pk=roster.pk, version=expected_version, closed_on=None)
        if not standing.update(closed_on=day, version=expected_version + 1):
            raise GoneError
        _noted(roster, "roster_closed", by, at)


def attended(*, activity: Activity, entries: Iterable[RosterEntry], by: str, at: dt.datetime) -> int:
    """Enter who came to a session; returns how many were not entered yet.

    Raises:
        MaterialError: a kind without rosters, an entry that was taken off, a roster of another book.
        WithdrawnError: the activity was withdrawn.
    """
    given = {row.pk: row for row in entries}
    with transaction.atomic():
        found = held(activity)
        if "study" not in found.kind.needs:
            raise MaterialError("kind", "这类活动不对名册签到", "this kind of activity has no roster")
        rows = list(RosterEntry.objects.filter(pk__in=given, removed_at=None).select_related("roster"))
        if len(rows) != len(given) or any(row.roster.book != found.book for row in rows):
            raise MaterialError("entry", "名册上没有这个人，请刷新后再选", "not on the roster: look again")
        known = set(Attendance.objects.filter(activity=found, entry__in=given).values_list("entry", flat=True))
        new = [Attendance(activity=found, entry=row, by=by, at=at) for row in rows if row.pk not in known]
        if new:
            Attendance.objects.bulk_create(new)
            note(found, "attended", by, at, entries=sorted(row.entry_id for row in new))
    return len(new)


def did_not_attend(*, activity: Activity, entry: RosterEntry, by: str, at: dt.datetime) -> None:
    """Take an error out: they did not come.

    Raises:
        GoneError: nobody said they did.
        WithdrawnError: the activity was withdrawn.
    """
    with transaction.atomic():
        found = held(activity)
        count, _rows = Attendance.objects.filter(activity=found, entry=entry).delete()
        if not count:
            raise GoneError
        note(found, "not_attended", by, at, entries=[entry.pk])


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate as it is said."""

    name: str
    number: str
    issued_on: dt.date
    issuer: str = ""
    valid_until: dt.date | None = None


def certify(*, entry: RosterEntry, said: Paper, by: str, at: dt.datetime) -> Certificate:
    """Enter a certificate that one of a roster holds.

    Raises:
        MaterialError: something is missing, days turned round, or that number was entered already.
        GoneError: they were taken off the roster.
    """
    if said.valid_until is not None and said.valid_until < said.issued_on:
        raise MaterialError("days", "有效期止早于发证日期", "it ends before it was issued")
    columns = {
        "name": line(said.name, ("证书名称", "certificate"), most=100),
        "number": line(said.number, ("证书编号", "number"), most=60),
        "issuer": line(said.issuer, ("发证机关", "issuer"), most=100, needed=False),
        "issued_on": said.issued_on,
        "valid_until": said.valid_until,
    }
    with transaction.atomic():
        roster = TrainingRoster.objects.select_for_update().get(pk=entry.roster_id)
        row = there(entry)
        same = Certificate.objects.filter(name=columns["name"], number=columns["number"], removed_at=None)
        if same.exists():
            raise MaterialError("twice", "这个编号的证书已经登记过", "a certificate of this number was entered already")
        found = Certificate.objects.create(entry=row, by=by, at=at, **columns)
        _noted(
            roster,
            "certified",
            by,
            at,
            personal={"name": row.name, "number": found.number},
            entry=row.pk,
            certificate=found.name,
        )
    return found


def remove_certificate(*, certificate: Certificate, by: str, at: dt.datetime) -> None:
    """Take a certificate out: it was entered by mistake.

    Raises:
        GoneError: it was taken out already.
    """
    with transaction.atomic():
        row = there(certificate)
        row.removed_by, row.removed_at = by, at
        row.save()
        _noted(row.entry.roster, "certificate_removed", by, at, entry=row.entry_id, certificate=row.name)


def _open(roster: TrainingRoster) -> TrainingRoster:
    found = TrainingRoster.objects.select_for_update().get(pk=roster.pk)
    if found.closed_on is not None:
        raise GoneError
    return found


def _grown(roster: TrainingRoster) -> None:
    roster.version += 1
    roster.save(update_fields=["version"])


def _noted(
    roster: TrainingRoster,
    verb: str,
    by: str,
    at: dt.datetime,
    *,
    personal: Mapping[str, object] | None = None,
    **values: object,
) -> None:
    history.record(
        verb=f"activities.{verb}",
        subject=("training_roster", str(roster.pk)),
        by=by,
        at=at,
        values={"title": roster.name, **values},
        personal=personal,
    )

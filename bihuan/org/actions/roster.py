"""The writers of rosters: keep an uploaded one while it is looked at, take it in as a whole or in chosen rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet

from bihuan.components import uploads
from bihuan.history import actions as history
from bihuan.history.actions import Change
from bihuan.lib.workbook import read_workbook
from bihuan.org import queries
from bihuan.org.actions.accounts import ONCE_DAYS, Once, once_password
from bihuan.org.models import Account, Holding, Person, Post, Region, RosterDraft, Section, Unit
from bihuan.org.refusals import OrgError, StaleError
from bihuan.org.roster.plan import make_plan
from bihuan.org.roster.planned import Match, Plan, Planned, UnitKey
from bihuan.org.roster.table import Kind, read_table
from bihuan.org.rules import Accounts, Role

_LOCK = 0x726F73746572  # one roster at a time
_BATCH = 1000


def keep_roster(*, content: bytes, file_name: str, by: str, at: dt.datetime) -> RosterDraft:
    """Keep an uploaded roster until it is taken in, a day at most. What cannot be read at all is not kept.

    Raises:
        WorkbookError: it is no workbook. RosterError: the workbook is no roster.
    """
    read_table(read_workbook(content))
    return uploads.keep(RosterDraft, content=content, file_name=file_name, by=by, at=at)


def roster_plan(draft: RosterDraft, *, units: QuerySet[Unit], regions: QuerySet[Region], reader: int | None) -> Plan:
    """What would come of an uploaded roster, for one who manages these units and regions."""
    table = read_table(read_workbook(bytes(draft.content)))
    known = queries.known_for(table, units=units, regions=regions, reader=reader)
    return make_plan(table, known, left_out=draft.left_out)


@dataclass(frozen=True)
class Taken:
    """What was written, and the one-time passwords to hand out: they are shown now and never again."""

    counts: dict[str, int]
    accounts: list[Once]


def take_roster(
    *,
    draft: RosterDraft,
    shown: str,
    accounts: Accounts,
    on: dt.date,
    units: QuerySet[Unit],
    regions: QuerySet[Region],
    reader: int | None,
    by: str,
    at: dt.datetime,
) -> Taken:
    """Take a roster in, in one transaction: every row that is new or changes something and was not left out.

    Args:
        shown: the digest of the plan that was looked at: what is written is what was shown.
        accounts: for whom accounts are opened.
        on: the day from which new posts are held.

    Raises:
        StaleError: the roster was taken in already, or people changed since it was looked at.
        OrgError: there is nothing to write.
    """
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            held = RosterDraft.objects.select_for_update().filter(pk=draft.pk).first()
            if held is None:
                raise StaleError(draft.file_name)
            plan = roster_plan(held, units=units, regions=regions, reader=reader)
            if plan.digest != shown:
                raise StaleError(draft.file_name)
            wanted = accounts != Accounts.NONE
            if not plan.acting and not wanted:
                raise OrgError("roster-nothing", "没有可写入的行", "there is no row to be written")
            writer = _Writer(plan, on=on, by=by, at=at)
            writer.write()
            opened = _open_accounts(writer.seated(accounts), by=by, at=at) if wanted else []
            values = {"file": held.file_name, "sha256": held.digest, "rows": plan.counts, "accounts": len(opened)}
            history.record(verb="org.roster_taken", subject=("roster", held.digest), by=by, at=at, values=values)
            held.delete()
            return Taken(plan.counts, opened)
    except IntegrityError as error:  # somebody entered the same unit or telephone by hand just now
        raise StaleError(draft.file_name) from error


class _Writer:
    """Writes a plan, kind by kind, with as few statements as there are kinds."""

    def __init__(self, plan: Plan, *, on: dt.date, by: str, at: dt.datetime) -> None:
        self.plan, self.rows = plan, plan.acting
        self.on, self.by, self.at = on, by, at
        self.changes: list[Change] = []
        self.units: dict[UnitKey, Unit] = {}
        self.sections: dict[tuple[int, str], Section] = {}
        self.people: dict[Match, Person] = {}
        self.posts: dict[tuple[Match, UnitKey, str, str], Post] = {}

    def write(self) -> None:
        self._units()
        self._people()
        people = [item for item in self.rows if item.row.kind == Kind.PERSON]
        self._sections([item for item in people if item.opens_post and item.row["section"]])
        self._posts([item for item in people if item.opens_post])
        self._holdings([item for item in people if item.roles])
        history.record_many(self.changes, by=self.by, at=self.at)

    def _note(self, verb: str, kind: str, pk: int, values: Mapping[str, Any], **personal: str) -> None:
        self.changes.append(Change(verb, (kind, str(pk)), values, personal))

    def _units(self) -> None:
        there = {item.unit for item in self.plan.rows if isinstance(item.unit, int)}
        self.units |= {unit.pk: unit for unit in Unit.objects.filter(pk__in=there).select_related("region")}
        fresh: dict[UnitKey, Unit] = {}
        for item in self.rows:
            if isinstance(item.unit, tuple):
                unit = fresh.setdefault(item.unit, Unit(region_id=item.unit[0], name=item.unit[1]))
                if item.row.kind == Kind.UNIT:
                    unit.short_name = item.row["short"]
            elif item.row.kind == Kind.UNIT and item.unit is not None:
                self._short_name(self.units[item.unit], item.row["short"])
        Unit.objects.bulk_create(fresh.values(), batch_size=_BATCH)
        self.units |= fresh
        names = dict(
            Region.objects.filter(pk__in={unit.region_id for unit in fresh.values()}).values_list("pk", "name")
        )
        for unit in fresh.values():
            values = {"name": unit.name, "short_name": unit.short_name, "region": names[unit.region_id], "book": ""}
            self._note("org.unit_opened", "unit", unit.pk, values)

    def _short_name(self, unit: Unit, short: str) -> None:
        old = {"name": unit.name, "short_name": unit.short_name}
        rows = Unit.objects.filter(pk=unit.pk, version=unit.version)
        if not rows.update(short_name=short, version=unit.version + 1):
            raise StaleError(unit.name)
        values = {"old": old, "new": old | {"short_name": short}, "on": self.on.isoformat()}
        self._note("org.unit_renamed", "unit", unit.pk, values)

    def _people(self) -> None:
        from pypinyin import lazy_pinyin

        there = {item.match.known for item in self.plan.rows if item.match and item.match.known}
        known = {person.pk: person for person in Person.objects.select_for_update().filter(pk__in=there)}
        fresh: dict[Match, Person] = {}
        changed: dict[int, list[str]] = {}
        for item in self.plan.rows:
            if item.match and item.match.known:
                self.people[item.match] = known[item.match.known]
        for item in self.rows:
            if item.match is None:
                continue
            if item.match.known is None:
                person = fresh.setdefault(item.match, Person(name=item.row["name"]))
                person.phone = person.phone or item.row["phone"]
            elif item.name or item.phone:
                person = known[item.match.known]
                changed.setdefault(person.pk, []).extend(
                    what for what, wish in (("name", item.name), ("phone", item.phone)) if wish
                )
                person.name, person.phone = item.name or person.name, item.phone or person.phone
        touched = [known[pk] for pk in changed]
        for person in (*fresh.values(), *touched):
            person.pinyin = " ".join(lazy_pinyin(person.name))[:200]
        for person in touched:
            person.version += 1
        Person.objects.bulk_create(fresh.values(), batch_size=_BATCH)
        Person.objects.bulk_update(touched, ["name", "phone", "pinyin", "version"], batch_size=_BATCH)
        self.people |= fresh
        for person in fresh.values():
            self._note("org.person_added", "person", person.pk, {"book": ""}, name=person.name, phone=person.phone)
        for person in touched:
            values = {"changed": changed[person.pk]}
            self._note("org.person_changed", "person", person.pk, values, name=person.name, phone=person.phone)

    def _sections(self, items: list[Planned]) -> None:
        wanted = {(self._unit(item).pk, item.row["section"]) for item in items}
        there = queries.sections_of({unit for unit, _name in wanted})
        fresh = [Section(unit_id=unit, name=name) for unit, name in sorted(wanted - there.keys())]
        closed = [there[key] for key in wanted & there.keys() if there[key].closed_on]
        Section.objects.bulk_create(fresh, batch_size=_BATCH)
        Section.objects.filter(pk__in=[section.pk for section in closed]).update(closed_on=None)
        self.sections = there | {(section.unit_id, section.name): section for section in fresh}
        for section in (*fresh, *closed):
            self._note("org.section_opened", "section", section.pk, {"name": section.name, "unit": section.unit_id})

    def _unit(self, item: Planned) -> Unit:
        assert item.unit is not None
        return self.units[item.unit]

    def _posts(self, items: list[Planned]) -> None:
        for item in items:
            assert item.match is not None
            unit = self._unit(item)
            section = self.sections.get((unit.pk, item.row["section"]))
            title = item.row["title"]
            self.posts[self._seat(item)] = Post(
                person=self.people[item.match], unit=unit, section=section, title=title, valid_from=self.on
            )
        Post.objects.bulk_create(self.posts.values(), batch_size=_BATCH)
        for post in self.posts.values():
            values = {"post": post.pk, "unit": post.unit_id, "section": post.section_id, "title": post.title}
            self._note("org.appointed", "person", post.person_id, values | {"on": self.on.isoformat()})

    def _seat(self, item: Planned) -> tuple[Match, UnitKey, str, str]:
        assert item.match is not None
        assert item.unit is not None
        return item.match, item.unit, item.row["section"], item.row["title"]

    def _holdings(self, items: list[Planned]) -> None:
        fresh = []
        for item in items:
            assert item.match is not None
            post = item.post or self.posts[self._seat(item)].pk
            person = self.people[item.match].pk
            fresh += [(person, Holding(post_id=post, role=role, region_id=region)) for role, region in item.roles]
        Holding.objects.bulk_create((holding for _person, holding in fresh), batch_size=_BATCH)
        regions = {holding.region_id for _person, holding in fresh if holding.region_id}
        names = dict(Region.objects.filter(pk__in=regions).values_list("pk", "name"))
        for person, holding in fresh:
            region = names[holding.region_id] if holding.region_id else None
            values = {"post": holding.post_id, "role": str(holding.role), "region": region}
            self._note("org.role_granted", "person", person, values)

    def seated(self, accounts: Accounts) -> list[Person]:
        """The people of the roster, without account yet, who hold a role for which accounts are wanted."""
        rows = [item for item in self.plan.rows if item.match and not item.faults and not item.left]
        people = {self.people[item.match].pk for item in rows if item.match in self.people}
        roles = [Role.LIAISON, Role.SAFETY_OFFICER] if accounts == Accounts.LIAISONS else list(Role)
        held = Holding.objects.filter(post__person__in=people, post__valid_to=None, role__in=roles)
        found = Person.objects.filter(pk__in=held.values("post__person"), account=None)
        return list(found.order_by("pinyin", "pk"))


def _open_accounts(people: list[Person], *, by: str, at: dt.datetime) -> list[Once]:
    names = {person.phone for person in people if person.phone}
    taken = set(Account.objects.filter(name__in=names).values_list("name", flat=True))
    passwords = [once_password() for _person in people]
    made = [
        Account(
            person=person,
            name=person.phone if person.phone and person.phone not in taken else f"u{person.pk}",
            password=make_password(password, hasher="once"),
            must_change=True,
            password_at=at,
            once_until=at + dt.timedelta(days=ONCE_DAYS),
        )
        for person, password in zip(people, passwords, strict=True)
    ]
    Account.objects.bulk_create(made, batch_size=_BATCH)
    notes = [Change("org.account_opened", ("account", str(item.pk)), {"person": item.person_id}) for item in made]
    history.record_many(notes, by=by, at=at)
    return [Once(account, password) for account, password in zip(made, passwords, strict=True)]

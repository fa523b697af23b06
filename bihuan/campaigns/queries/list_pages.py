"""What the pages of expected lists show: all of a campaign, one with its tree and its lines, what waits for a unit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models import Sum as Added
from django.utils.module_loading import import_string

from bihuan.campaigns import rules
from bihuan.campaigns.models import Campaign, Expected, ExpectedList, Reminder
from bihuan.campaigns.queries.expected import kept, light_of, subject_of
from bihuan.campaigns.queries.rates import Branch, fives
from bihuan.campaigns.receiving import BEHIND, LIGHT_WORDS, RECEIVED, Five, Light, Tone
from bihuan.history.models import Entry
from bihuan.lib.words import say
from bihuan.loop.days import today_in
from bihuan.org import queries as org
from bihuan.org.models import Unit


def now_in(book: str, now: dt.datetime) -> dt.datetime:
    """This moment, for a book: where time stands still on a day long over, the same hour of that day."""
    return now - (now.date() - today_in(book, now.date()))


def now_of(issued: ExpectedList, book: str, now: dt.datetime) -> dt.datetime:
    """This moment, for a list of a book: one that was issued after the day on which the book's time stands still lives
    on with us."""
    still = now_in(book, now)
    return now if issued.issued_at > still else still


@dataclass(frozen=True, slots=True)
class Sum:
    """One list in one line."""

    issued: ExpectedList
    five: Five
    exempt: int
    colour: str
    reason: str


def completeness(five: Five, *, due_at: dt.datetime, now: dt.datetime) -> tuple[str, str]:
    """The light of a list or a branch: (colour, reason). Green where all is there, yellow while there is time, red
    where there is none left and something is missing; grey where nothing is expected."""
    if five.expected == 0:
        return "grey", say("没有应报单位", "nothing is expected")
    if five.missing == 0:
        late = five.received - five.on_time
        return "green", say("已报齐", "complete") + (say(f"，迟报 {late} 家", f", {late} late") if late else "")
    waiting = say(f"还差 {five.missing} 家", f"{five.missing} still to come")
    return ("red", say(f"已过期限，{waiting}", f"overdue: {waiting}")) if now > due_at else ("yellow", waiting)


def sums(lists: Sequence[ExpectedList], book: str, *, now: dt.datetime) -> list[Sum]:
    """Lists with their five numbers and lights. One query."""
    numbers = fives(lists)
    found = []
    for item in lists:
        five, exempt = numbers.get(item.pk, (Five(), 0))
        here = now_of(item, book, now)
        found.append(Sum(item, five, exempt, *completeness(five, due_at=item.due_at, now=here)))
    return found


@dataclass(frozen=True, slots=True)
class Shown:
    """A branch as its row shows it; `depth`: how far below the campaign's own place."""

    branch: Branch
    depth: int
    colour: str
    reason: str


def shown(root: Branch, visible: Collection[int] | None, *, due_at: dt.datetime, now: dt.datetime) -> list[Shown]:
    """The rows of a tree, in its order; only the regions that are visible, the root always. None: all."""

    def walk(branch: Branch, depth: int) -> Iterator[Shown]:
        if depth == 0 or visible is None or branch.region.pk in visible:
            yield Shown(branch, depth, *completeness(branch.five, due_at=due_at, now=now))
        for child in branch.children:
            yield from walk(child, depth + 1)

    return list(walk(root, 0))


def regions_of(root: Branch) -> list[Branch]:
    """All branches of a tree, itself included."""
    return [root, *(below for child in root.children for below in regions_of(child))]


def lines(
    expected_list: ExpectedList, *, regions: Collection[int] | None, only_behind: bool, units: Collection[int] = ()
) -> QuerySet[Expected]:
    """The lines of a list in these regions, and those of `units` wherever they are; None: all."""
    rows = Expected.objects.filter(expected_list=expected_list)
    if regions is not None:
        rows = rows.filter(Q(region__in=regions) | Q(unit__in=units))
    if only_behind:
        came = sorted(state.value for state in RECEIVED)
        rows = rows.filter(exemption=None).exclude(receipt__state__in=came)
    return rows.select_related("unit", "region", "exemption", "receipt")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as a page shows it."""

    row: Expected
    light: Light
    words: str
    tone: Tone
    arrived_at: dt.datetime | None
    reason: str
    subject_url: str
    reminders: int
    door: str

    @property
    def behind(self) -> bool:
        return self.light in BEHIND


def told(
    expected_list: ExpectedList, rows: Sequence[Expected], *, own: Collection[int], now: dt.datetime
) -> list[Line]:
    """Lines, read with their receipts, said. One query.

    Args:
        own: units of the reader, to whose lines the way to hand in is given.
    """
    times: dict[int, int] = {}
    for pk in Reminder.objects.filter(expected__in=[row.pk for row in rows]).values_list("expected", flat=True):
        times[pk] = times.get(pk, 0) + 1
    return [_line(expected_list, row, now, times.get(row.pk, 0), row.unit_id in own) for row in rows]


def _line(issued: ExpectedList, row: Expected, now: dt.datetime, reminders: int, own: bool) -> Line:
    light, what = light_of(row, issued.due_at, now), kept(row)
    zh, en, tone = LIGHT_WORDS[light]
    exemption = getattr(row, "exemption", None)
    reason = exemption.reason if exemption is not None else what.reason
    kind, key = subject_of(row)
    if kind == rules.ON_PAPER and what.received:
        reason = say(f"纸质：{key}", f"on paper: {key}")
    page = _table(settings.SUBJECT_PAGES).get(kind, "").format(key)
    arrived = what.arrived_at if what.received else None
    way = door(issued, row) if own and light in BEHIND and not issued.replaced else ""
    return Line(row, light, say(zh, en), tone, arrived, reason, page, reminders, way)


@dataclass(frozen=True, slots=True)
class RemindedDay:
    """A day on which units were reminded of a list, and by whom."""

    day: dt.date
    by: str
    units: int
    people: int


def reminders(expected_list: ExpectedList) -> list[RemindedDay]:
    """When units were reminded of a list, the newest first. Two queries at most."""
    rows = Reminder.objects.filter(expected__expected_list=expected_list).order_by("-day", "by").values("day", "by")
    found = list(rows.annotate(units=Count("pk"), heard=Added("people")))
    names = org.names({row["by"] for row in found})
    return [RemindedDay(row["day"], names.get(row["by"], row["by"]), row["units"], row["heard"]) for row in found]


@dataclass(frozen=True, slots=True)
class Owed:
    """What a unit still has to hand in. `door`: the page where it is done, "" where there is none."""

    row: Expected
    issued: ExpectedList
    campaign: Campaign
    light: Light
    words: str
    tone: Tone
    door: str


SOON = dt.timedelta(14)  # before the due moment: earlier it waits for nobody


def owed(units: Collection[int], *, now: dt.datetime, most: int) -> list[Owed]:
    """What units still have to hand in, soon or since long, the most pressing first. One query."""
    came = sorted(state.value for state in RECEIVED)
    rows = Expected.objects.filter(unit__in=units, exemption=None, expected_list__replaced=False)
    rows = rows.exclude(receipt__state__in=came).select_related("expected_list__campaign", "unit", "receipt")
    found = []
    for row in rows.order_by("expected_list__due_at", "pk")[: most * 3]:
        issued = row.expected_list
        here = now_of(issued, issued.campaign.book, now)
        if issued.due_at - here > SOON:
            continue
        light = light_of(row, issued.due_at, here)
        zh, en, tone = LIGHT_WORDS[light]
        found.append(Owed(row, issued, issued.campaign, light, say(zh, en), tone, door(issued, row)))
    return found[:most]


def door(issued: ExpectedList, row: Expected) -> str:
    """The page where what a line asks for is handed in; "" where no room has one."""
    kind, colon, code = issued.form.partition(":")
    return _table(settings.DOORS).get(kind + colon, "").format(line=row.pk, form=code or kind)


def _table(name: str) -> Mapping[str, str]:
    """What the rooms above say of addresses, where `settings` names the table."""
    found: Mapping[str, str] = import_string(name)
    return found


def line_of(*, campaign: Campaign, unit: Unit, form: str, due_on: dt.date) -> Expected | None:
    """A unit's line of the standing list of a form and day. One query."""
    rows = Expected.objects.select_related("expected_list", "exemption", "receipt")
    return rows.filter(
        expected_list__campaign=campaign,
        expected_list__form=form,
        expected_list__due_on=due_on,
        expected_list__replaced=False,
        unit=unit,
    ).first()


def marked(campaign: Campaign) -> set[tuple[int, str, dt.datetime]]:
    """What was ever marked on the lists of a campaign: (line, state, moment)."""
    found = Entry.objects.filter(subject_kind="campaign", subject_id=str(campaign.pk))
    rows = found.filter(verb__startswith="campaigns.line_").values_list("values", "at")
    return {(values["expected"], values["state"], at) for values, at in rows}


def local(at: dt.datetime) -> dt.datetime:
    """A moment by the clock of the campaign."""
    return at.astimezone(ZoneInfo(settings.CAMPAIGN_ZONE))

"""What waits for a reader, from every room. Each room says what waits in it; here it becomes one list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from bihuan.activities import desk as activities
from bihuan.activities.access import FILE
from bihuan.campaigns import desk as lists
from bihuan.campaigns.queries import local as local_moment
from bihuan.documents import desk as papers
from bihuan.exchange import desk as exchange
from bihuan.lib.words import say
from bihuan.loop import desk as loop
from bihuan.loop.flows import Hand
from bihuan.messages import queries as messages
from bihuan.org.access import Reader, may
from bihuan.org.rules import ROLE_WORDS
from bihuan.reports import desk as reports
from bihuan.reports.access import HAND_IN
from bihuan.statistics import desk as tables
from bihuan.supervision import desk as supervision

if TYPE_CHECKING:
    from bihuan.messages.models import Message

NEWS = 5  # messages on the desk; the rest is in the inbox


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: `words` say what, `title` of which thing."""

    url: str
    title: str
    words: str
    tone: str
    book: str


@dataclass(frozen=True, slots=True)
class Action:
    url: str
    words: str


@dataclass(frozen=True)
class DeskPage:
    name: str
    unit: str
    roles: str
    actions: tuple[Action, ...]
    todo: tuple[Item, ...]
    news: tuple[Message, ...]


def desk_page(reader: Reader, *, at: dt.datetime) -> DeskPage:
    """All that the desk shows a reader."""
    person = reader.person.pk if reader.person else 0
    news = messages.inbox(person, at=at, unread_only=True).order_by("-newest_at", "-pk")[:NEWS]
    roles = say("、", ", ").join(sorted(say(*ROLE_WORDS[role]) for role in reader.roles))
    unit = reader.home_unit.name if reader.home_unit else ""
    return DeskPage(reader.name, unit, roles, tuple(_actions(reader)), tuple(_todo(reader, at)), tuple(news))


def _actions(reader: Reader) -> Iterator[Action]:
    if may(reader, FILE):
        yield Action(reverse("activities:choose"), say("报我们做了什么", "Report what we did"))
    if may(reader, HAND_IN):
        yield Action(reverse("reports:hand_in"), say("报送一份报告", "Hand in a report"))


def _todo(reader: Reader, at: dt.datetime) -> Iterator[Item]:
    for duty in loop.awaiting(reader):
        matter = duty.matter
        url = reverse("loop:matter", args=[matter.pk])
        whose = matter.unit.short_name or matter.unit.name if matter.unit and duty.hand is Hand.KEEPER else ""
        words = " · ".join(part for part in (duty.words, whose, duty.left) if part)
        yield Item(url, matter.title, words, duty.tone, matter.book)
    for waiting in supervision.awaiting(reader):
        yield Item(waiting.url, waiting.title, waiting.words, waiting.tone, waiting.book)
    for item in exchange.awaiting(reader):
        yield Item(item.url, item.title, item.words, item.tone, item.book)
    for line in lists.awaiting(reader, at=at):
        url = line.door or reverse("campaigns:expected_list", args=[line.campaign.pk, line.issued.pk])
        due = local_moment(line.issued.due_at)
        words = " · ".join((line.words, say(f"{due:%-m月%-d日%H:%M}前", f"by {due:%-d %b %H:%M}")))
        yield Item(url, line.issued.name, words, line.tone, line.campaign.book)
    for event in activities.awaiting(reader):
        url = reverse("activities:activity", args=[event.activity.pk])
        yield Item(url, event.activity.title, event.words, event.tone, event.activity.book)
    for report in reports.awaiting(reader):
        submission = report.submission
        url = reverse("reports:submission", args=[submission.pk])
        yield Item(url, submission.name, report.words, report.tone, submission.book)
    for table in tables.awaiting(reader):
        row = table.row
        title = f"{row.version.form.name} {row.unit.short_name or row.unit.name}"
        yield Item(reverse("statistics:form_return", args=[row.pk]), title, table.words, table.tone, row.book)
    for task in papers.awaiting(reader):
        document = task.document
        url = reverse("documents:paper", args=[document.pk])
        yield Item(url, document.title, task.words, "info", document.book)

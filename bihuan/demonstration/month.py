"""A month of the demonstration passes: what people did with their matters, day by day, and the sweep between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from bihuan.demonstration.courses import LAST, PUBLISHED, Deed, Who, course
from bihuan.demonstration.office import Office
from bihuan.demonstration.plan import Given
from bihuan.demonstration.story import Story, moment
from bihuan.lib.refusals import Refusal
from bihuan.loop import access
from bihuan.loop import actions as loop
from bihuan.loop import queries as matters
from bihuan.loop.actions import Said, Wanted
from bihuan.loop.days import days
from bihuan.org.access import Reader, reader_of

if TYPE_CHECKING:
    from bihuan.org.models import Person


@dataclass
class Month:
    """Puts the deeds of all matters into a story. `left`: matters that somebody moved by hand since, and that the
    story therefore leaves alone."""

    office: Office
    given: Sequence[Given]
    left: set[int] = field(default_factory=set)
    _done: set[tuple[int, str, dt.datetime]] = field(default_factory=set)
    _versions: dict[int, int] = field(default_factory=dict)

    def put(self, story: Story) -> None:
        """All deeds, and a sweep at the start and the close of business of every day."""
        self._done = matters.done([item.matter.pk for item in self.given])
        calendar = days()
        for item in self.given:
            for deed in course(item.duty, calendar):
                self._put(story, item, deed)
        day = PUBLISHED
        while day <= LAST:
            story.put(moment(day.month, day.day, 8, 30), _sweep)
            story.put(moment(day.month, day.day, 18, 0), _sweep)
            day += dt.timedelta(1)

        story.put(moment(7, 6, 16), self._one_more)

    def _one_more(self, at: dt.datetime) -> None:
        """A matter that was registered and belongs to nobody yet."""
        first = self.given[0].matter
        wanted = Wanted(
            key=f"demo:{first.scope}:follow-up",
            flow=first.flow,
            title="“119”消防日和宪法宣传周安全宣传安排",
            demand="以“119”消防日、宪法宣传周为契机持续开展安全宣传，承办单位待定。",
            keeper=first.keeper,
            scope=first.scope,
            book=first.book,
        )
        loop.register(wanted=wanted, by=self.office.drafter.by, at=at)

    def _put(self, story: Story, item: Given, deed: Deed) -> None:
        at = moment(deed.day.month, deed.day.day, deed.hour, item.duty.index)
        if (item.matter.pk, deed.verb, at) not in self._done:
            story.put(at, lambda at: self._act(item, deed, at))

    def _act(self, item: Given, deed: Deed, at: dt.datetime) -> None:
        if item.matter.pk in self.left:
            return
        person = self._person(item, deed)
        said: dict[str, Any] = dict(deed.said)
        if deed.to_second:
            said["to"] = item.member.second
        row = matters.the_one(item.matter.pk)
        try:
            loop.act(
                matter=row,
                verb=deed.verb,
                hands=access.hands(_reader(person), row),
                expected_version=row.version,
                said=Said(**said),
                by=person.by,
                at=at,
            )
        except Refusal:
            self.left.add(item.matter.pk)

    def _person(self, item: Given, deed: Deed) -> Person:
        if deed.who is Who.DOER:
            return item.member.doer
        return self.office.drafter if deed.who is Who.DRAFTER else self.office.checker


@cache
def _reader(person: Person) -> Reader:
    """Their posts are older than the story and outlast it."""
    return reader_of(person, day=PUBLISHED)


def _sweep(at: dt.datetime) -> None:
    while loop.sweep(at=at).matters == loop.AT_ONCE:
        pass

"""What the page of the ledger shows: the wish that an address says, tabs and lights with their counts, rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from django.http import QueryDict
from django.urls import reverse

from bihuan.lib.words import say
from bihuan.loop import kinds, queries, scopes
from bihuan.loop.flows import Light, State
from bihuan.loop.ledger_workbook import Line
from bihuan.loop.matter_page import state_words, time_left
from bihuan.loop.models import Matter
from bihuan.loop.queries.ledger import ENDED, OPEN, Found, Key

ALL = "all"
LIGHT_WORDS = {
    Light.RED: ("红灯", "Red"),
    Light.ORANGE: ("橙灯", "Orange"),
    Light.YELLOW: ("黄灯", "Yellow"),
    Light.BLUE: ("蓝灯", "Blue"),
    Light.GREEN: ("绿灯", "Green"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A way to narrow the list down, with the number behind it: "" where it is not counted, "500+" where it stops."""

    words: str
    url: str
    number: str
    current: bool
    light: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A matter in words, ready to be printed: a page has fifty of them. `first_due`: where it was moved since."""

    matter: Matter
    url: str
    state: str
    tone: str
    lamp: str
    due: str
    first_due: str
    left: str
    unit: str
    owner: str


@dataclass(frozen=True)
class Pages:
    """Where the neighbours of a page are: what the pager takes."""

    previous_url: str
    next_url: str


def read_key(text: str) -> Key | None:
    """The key that an address carries (2026-06-20.17), or None for one that nobody made here."""
    day, _, pk = text.partition(".")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    try:
        return dt.date.fromisoformat(day), int(pk)
    except ValueError:
        return None


def write_key(key: Key) -> str:
    return f"{key[0].isoformat()}.{key[1]}"


def states() -> dict[str, State]:
    """The states of all flows, in their order; of one name the first."""
    found: dict[str, State] = {}
    for flow in kinds.newest():
        for state in flow.states:
            found.setdefault(state.name, state)
    return found


def rows(matters: Iterable[Matter], day: dt.date) -> list[Row]:
    """Matters in words."""
    return [_row(item, day) for item in matters]


def _row(item: Matter, day: dt.date) -> Row:
    words, tone = state_words(kinds.flow(item.flow, item.flow_version), item.state)
    due, first = item.due_on, item.original_due_on
    return Row(
        item,
        reverse("loop:matter", args=[item.pk]),
        words,
        tone,
        say(*LIGHT_WORDS[Light(item.light)]) if item.light else "",
        due.isoformat() if due else "—",
        first.isoformat() if first and first != due else "",
        time_left(item, day),
        item.unit.name if item.unit else "—",
        item.owner.name if item.owner else "—",
    )


def lines(matters: Iterable[Matter]) -> Iterator[Line]:
    """Matters as an export has them; the names of what they belong to are asked for a thousand at a time."""
    for piece in batched(matters, 1000):
        belongs = scopes.named({item.scope for item in piece})
        helpers = queries.assisting_names([item.pk for item in piece])
        for item in piece:
            flow = kinds.flow(item.flow, item.flow_version)
            yield Line(
                key=item.key,
                title=item.title,
                demand=item.demand,
                keeper=item.keeper.name,
                unit=item.unit.name if item.unit else "",
                section=item.section.name if item.section else "",
                owner=item.owner.name if item.owner else "",
                leader=item.leader.name if item.leader else "",
                assisting="、".join(helpers.get(item.pk, ())),
                due_on=item.due_on,
                progress=item.progress,
                said="",
                kind=say(flow.zh, flow.en),
                scope=belongs[item.scope].name if item.scope else "",
                original_due_on=item.original_due_on,
                state=state_words(flow, item.state)[0],
                light=say(*LIGHT_WORDS[Light(item.light)]) if item.light else "",
                book=say("模型数据", "Model data") if item.book else "",
            )


def batched(items: Iterable[Matter], size: int) -> Iterator[list[Matter]]:
    """The items, so many at a time."""
    rest = iter(items)
    while piece := list(islice(rest, size)):
        yield piece


def _address(query: QueryDict, **changes: str) -> str:
    own = query.copy()
    for name in ("after", "before", *changes):
        own.pop(name, None)
    for name, value in changes.items():
        if value:
            own[name] = value
    return f"?{own.urlencode()}"


def pages(query: QueryDict, found: Found) -> Pages:
    """The addresses of the pages before and after."""
    return Pages(
        _address(query, before=write_key(found.before)) if found.before else "",
        _address(query, after=write_key(found.after)) if found.after else "",
    )


def _number(counted: tuple[int, bool] | None) -> str:
    return "" if counted is None else f"{counted[0]}+" if counted[1] else str(counted[0])


def tabs(query: QueryDict, found: Found, *, state: str, light: str) -> list[Tab]:
    """By state: what is open, what is over, all; then each state of which there is something."""
    return list(_tabs(query, found, state, light))


def _tabs(query: QueryDict, found: Found, state: str, light: str) -> Iterator[Tab]:
    wide = ((OPEN, ("在办", "Open")), (ENDED, ("已结", "Over")), ("", ("全部", "All")))
    for name, words in wide:
        number = _number(found.of(state=name, light=light))
        yield Tab(say(*words), _address(query, state=name or ALL), number, name == state)
    for name, item in states().items():
        counted = found.of(state=name, light=light)
        if counted is None or counted[0] or name == state:
            yield Tab(say(item.zh, item.en), _address(query, state=name), _number(counted), name == state)


def lamps(query: QueryDict, found: Found, *, state: str, light: str) -> list[Tab]:
    """By light, within the state that is shown."""
    made = []
    for lamp, words in LIGHT_WORDS.items():
        counted = found.of(state=state, light=lamp.value)
        if counted is None or counted[0] or lamp.value == light:
            current = lamp.value == light
            url = _address(query, light="" if current else lamp.value)
            made.append(Tab(say(*words), url, _number(counted), current, lamp.value))
    return made


def regions_within(choices: Iterable[tuple[int, str, int]], depths: int = 2) -> list[tuple[int, str, int]]:
    """Of a tree of regions the topmost levels: what can be chosen from in a list."""
    known = list(choices)
    top = min((depth for _pk, _name, depth in known), default=0)
    return [item for item in known if item[2] < top + depths]

"""The ledger (台账): rows and counts of very many matters, at any depth, in a handful of statements.

Rows come by due day. What a filter leaves may lie anywhere along that order (what is closed is old, what is overdue is
red), so no plan that walks the order and throws away is right for all filters; the planner cannot know. But the counts
say exactly which cells (state, light, and place, scope or unit) hold anything. Each of those is one ordered stretch of
an index: its first rows are read, the stretches are merged. A search by words or days is another matter: few matches
are all read, many are met soon on the way (docs/adr, "The counts choose the way").
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q

from bihuan.loop import kinds
from bihuan.loop.models import NEVER, Matter
from bihuan.loop.queries.tallies import Count, counts
from bihuan.org.models import Edition, Node

CAP = 500  # of a state and a light, where a search by days is counted
FEW = 5000  # matches of a search that are all read, so that they are counted
SMALL = 20_000  # rows that can be looked through one by one
DENSE = 0.01  # share of the rows that hold the words, from which on one meets them on the way
MOST_CELLS = 400
OPEN, ENDED = "open", "ended"  # instead of a state
_DUE = f"coalesce(m.due_on, date '{NEVER.isoformat()}')"
_KINDS = {"unit_id": "bigint", "place": "bigint"}
_COLUMNS = {"place": "coalesce(m.place_id, 0)"}  # as the index has it
_SHOWN = ("unit", "owner", "keeper")
_WHOLE = (*_SHOWN, "section", "leader")  # of an export

Mark = tuple[str, str]  # state, light
Cell = tuple[int, str, str]  # place (0: not assigned yet), state, light
Key = tuple[dt.date, int]  # due day, key of the row: where a page begins


@dataclass(frozen=True, slots=True)
class Reach:
    """What a reader sees (`access.reach`): matters of these units; of these regions as the keeper's or the unit's."""

    units: tuple[int, ...] = ()
    regions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Wish:
    """What the ledger is narrowed down by. `state`: a state, or OPEN, or ENDED. `regions`: a place and all below it."""

    scope: str = ""
    flow: str = ""
    state: str = ""
    light: str = ""
    unit: int | None = None
    regions: tuple[int, ...] = ()
    due_from: dt.date | None = None
    due_to: dt.date | None = None
    words: str = ""


@dataclass(frozen=True)
class Found:
    """A page of the ledger.

    Args:
        counts: of all that is found, by state and light, before `state` and `light` narrow it down; None where a search
            by words finds more than is counted.
        capped: of these there are more than `counts` says.
        before, after: where the neighbours begin.
    """

    rows: list[Matter]
    counts: dict[Mark, int] | None
    capped: frozenset[Mark]
    before: Key | None
    after: Key | None

    def of(self, *, state: str = "", light: str = "") -> tuple[int, bool] | None:
        """How many there are of a state (or OPEN, ENDED) and a light, and whether there are more than that."""
        if self.counts is None:
            return None
        marks = [mark for mark in self.counts if _fits(mark[0], state) and light in ("", mark[1])]
        return sum(self.counts[mark] for mark in marks), any(mark in self.capped for mark in marks)


def _ends() -> frozenset[str]:
    return frozenset(state.name for flow in kinds.newest() for state in flow.states if state.end)


def _fits(state: str, wanted: str) -> bool:
    if wanted in (OPEN, ENDED):
        return (state in _ends()) == (wanted == ENDED)
    return wanted in ("", state)


@dataclass
class _Where:
    """Conditions on a matter `m`, and their values in the same order."""

    parts: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, part: str, *values: Any) -> None:
        self.parts.append(part)
        self.values += values

    def sql(self) -> str:
        return " AND ".join(self.parts) or "true"


def ledger(
    reach: Reach | None,
    wish: Wish,
    *,
    start: Key | None = None,
    backwards: bool = False,
    size: int = 50,
    names: tuple[str, ...] = _SHOWN,
) -> Found:
    """One page. Two statements for the counts and two for the rows, whatever there is; a search takes one or two more.

    Args:
        reach: what the reader sees; None: everything.
        names: which foreign keys of the rows are read with them.
        start: where the page begins: the row before it, or with `backwards` the row behind it.
    """
    view = _View(start, backwards, wish.state == ENDED or wish.state in _ends(), size, names)
    cells: Counter[Cell] = Counter()
    for item in counts(_tallied(reach, wish), ["place", "state", "light"]):
        place, state, light = item.key
        cells[int(str(place or 0)), str(state), str(light)] += item.count
    there = [cell for cell, number in cells.items() if number > 0]
    known: Counter[Mark] = Counter()
    for _place, state, light in there:
        known[state, light] += cells[_place, state, light]
    if wish.words.strip():
        few = _few(reach, wish, sum(known.values()))
        if few is not None:
            marks = Counter((state, light) for _due, _pk, state, light in few)
            keys = view.of([(due, pk) for due, pk, state, light in few if _wanted(wish, state, light)])
            return _page(keys, dict(marks), frozenset(), view)
    narrow = [cell for cell in there if _wanted(wish, cell[1], cell[2])]
    keys = _merged(_Stretches(reach, wish, narrow), view)
    if wish.words.strip():
        return _page(keys, None, frozenset(), view)
    if wish.due_from or wish.due_to:
        known = _within_days(_Stretches(reach, wish, there))
        return _page(keys, dict(known), frozenset(mark for mark, number in known.items() if number >= CAP), view)
    return _page(keys, dict(known), frozenset(), view)


def _wanted(wish: Wish, state: str, light: str) -> bool:
    return _fits(state, wish.state) and wish.light in ("", light)


# -- conditions ------------------------------------------------------------------------------------------------------


def _placing(reach: Reach | None, wish: Wish) -> _Where:
    """Where a matter must be: what the reader sees, the place that is asked for."""
    where = _Where()
    if reach is not None:
        units, regions = list(reach.units), list(reach.regions)
        if not regions:
            where.add("m.unit_id = ANY(%s)", units)
        elif not units:
            where.add("(m.place_id = ANY(%s) OR m.region_id = ANY(%s))", regions, regions)
        else:
            parts = "m.unit_id = ANY(%s) OR m.place_id = ANY(%s) OR m.region_id = ANY(%s)"
            where.add(f"({parts})", units, regions, regions)
    if wish.regions:
        regions = list(wish.regions)
        where.add("(m.place_id = ANY(%s) OR (m.place_id IS NULL AND m.region_id = ANY(%s)))", regions, regions)
    return where


def _conditions(wish: Wish) -> _Where:
    """All else but state and light."""
    where = _Where()
    for column in ("scope", "flow"):
        if value := getattr(wish, column):
            where.add(f"m.{column} = %s", value)
    if wish.unit is not None:
        where.add("m.unit_id = %s", wish.unit)
    if wish.due_from:
        where.add(f"{_DUE} >= %s", wish.due_from)
    if wish.due_to:
        where.add(f"{_DUE} <= %s", wish.due_to)
    for word in _words(wish):
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        where.add("lower(m.title) LIKE %s", f"%{escaped}%")
    return where


def _words(wish: Wish) -> list[str]:
    return wish.words.lower().split()[:5]


def _tallied(reach: Reach | None, wish: Wish) -> Q:
    """The same conditions, as far as the counts know them."""
    found = Q()
    if reach is not None:
        if reach.regions:
            seen = Q(region__in=reach.regions) | Q(place__in=reach.regions)
            found &= seen | Q(unit__in=reach.units) if reach.units else seen
        else:
            found &= Q(unit__in=reach.units)
    for name in ("scope", "flow"):
        if value := getattr(wish, name):
            found &= Q((name, value))
    if wish.unit is not None:
        found &= Q(unit=wish.unit)
    if wish.regions:
        found &= Q(place__in=wish.regions) | Q(place=None, region__in=wish.regions)
    return found


# -- rows ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _View:
    """Which rows of an ordered list are looked at, and which way. `down`: the last due day first."""

    start: Key | None
    backwards: bool
    down: bool
    size: int
    names: tuple[str, ...]

    @property
    def falling(self) -> bool:
        """Whether the index is read from its end."""
        return self.down != self.backwards

    def of(self, rows: Sequence[Key]) -> list[Key]:
        """The next rows of all of them, one more than a page."""
        wanted = sorted(rows, reverse=self.falling)
        if self.start is not None:
            start = self.start
            wanted = [row for row in wanted if (row < start if self.falling else row > start)]
        return wanted[: self.size + 1]


class _Stretches:
    """The stretches of one index in which all that is wanted lies: by which columns they are told apart, and for each
    the values of these. `sure` are those of which every row is where it must be; of `others` that is looked at."""

    def __init__(self, reach: Reach | None, wish: Wish, cells: Sequence[Cell]) -> None:
        self.reach, self.wish = reach, wish
        self.columns: tuple[str, ...] = ("state", "light")
        self.sure: list[tuple[Any, ...]] = []
        self.others: list[tuple[Any, ...]] = []
        self.within = _conditions(wish)
        marks = sorted({(state, light) for _place, state, light in cells})
        units = [wish.unit] if wish.unit is not None else reach.units if reach and not reach.regions else None
        if units is not None:
            self._of_units(units, marks)
        elif wish.scope:
            self.columns = ("scope", "state", "light")
            self._take([(wish.scope, *mark) for mark in marks])
        elif (reach is not None or wish.regions) and len(cells) <= MOST_CELLS:
            self.columns = ("place", "state", "light")
            self.sure = [cell for cell in cells if self._inside(cell[0])]
            self.others = [cell for cell in cells if not self._inside(cell[0])]
        else:
            self._take(list(marks))

    def _of_units(self, units: Sequence[int], marks: list[Mark]) -> None:
        """A unit has few: what is left of them is looked at one by one."""
        if marks:
            self.columns = ("unit_id",)
            self._take([(unit,) for unit in units])
            states, lights = (list(part) for part in zip(*marks, strict=True))
            self.within.add("(m.state, m.light) IN (SELECT * FROM unnest(%s::text[], %s::text[]))", states, lights)

    def _take(self, values: list[tuple[Any, ...]]) -> None:
        everywhere = self.reach is None and not self.wish.regions
        self.sure, self.others = (values, []) if everywhere else ([], values)

    def _inside(self, place: int) -> bool:
        """Whether all that is in a place is seen, and asked for."""
        seen = self.reach is None or place in self.reach.regions
        return place > 0 and seen and (not self.wish.regions or place in self.wish.regions)

    def sql(self, select: str, inner: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
        """A statement that runs `inner` in each stretch, and its values. `inner` has a place for {where}."""
        placing = _placing(self.reach, self.wish)
        arrays = ", ".join(f"%s::{_KINDS.get(column, 'text')}[]" for column in self.columns)
        level = " AND ".join(f"{_COLUMNS.get(column, f'm.{column}')} = c.{column}" for column in self.columns)
        parts, given = [], []
        for stretches, more in ((self.sure, _Where()), (self.others, placing)):
            if stretches:
                where = _Where([*self.within.parts, *more.parts], [*self.within.values, *more.values])
                body = inner.replace("{where}", f"{level} AND {where.sql()}")
                names = ", ".join(self.columns)
                parts.append(f"SELECT {select} FROM unnest({arrays}) AS c ({names}) CROSS JOIN LATERAL ({body}) x")
                given += [*(list(column) for column in zip(*stretches, strict=True)), *where.values, *values]
        return " UNION ALL ".join(parts), given


def _merged(stretches: _Stretches, view: _View) -> list[Key]:
    """The next rows: the first of each stretch, merged. One statement."""
    way = "DESC" if view.falling else "ASC"
    beyond, values = "", []
    if view.start is not None:
        beyond, values = f" AND ({_DUE}, m.id) {'<' if view.falling else '>'} (%s, %s)", list(view.start)
    inner = f"SELECT {_DUE} AS due, m.id FROM loop_matter m WHERE {{where}}{beyond} ORDER BY {_DUE} {way}, m.id {way}"
    most = view.size + 1
    sql, given = stretches.sql("x.due, x.id", f"{inner} LIMIT %s", [*values, most])
    if not sql:
        return []
    return _along(f"SELECT due, id FROM ({sql}) y ORDER BY due {way}, id {way} LIMIT %s", [*given, most])


_ALONG = ("bitmapscan", "seqscan", "sort")


def _along(sql: str, values: list[Any]) -> list[Any]:
    """The rows of a statement that is only quick along an index, whatever the planner thinks of what is thrown away on
    the way (it knows neither how days and states hang together nor how often a word occurs)."""
    ways = {word: "; ".join(f"SET LOCAL enable_{name} = {word}" for name in _ALONG) for word in ("off", "on")}
    with connection.cursor() as cursor:
        # One message, so one transaction: the settings hold for this statement alone.
        cursor.execute(f"{ways['off']}; {sql}; {ways['on']}", values)
        for _ in _ALONG:
            cursor.nextset()
        rows: list[Any] = cursor.fetchall()
    return rows


def _within_days(stretches: _Stretches) -> Counter[Mark]:
    """The counts of a search by days: of each stretch up to CAP. One statement."""
    inner = "SELECT m.state, m.light FROM loop_matter m WHERE {where} LIMIT %s"
    sql, given = stretches.sql("x.state, x.light", inner, [CAP])
    found: Counter[Mark] = Counter()
    if sql:
        for state, light, number in _along(f"SELECT state, light, count(*) FROM ({sql}) y GROUP BY 1, 2", given):
            found[state, light] = number
    return found


def _few(reach: Reach | None, wish: Wish, base: int) -> list[tuple[dt.date, int, str, str]] | None:
    """All matches of a search by words as (due day, key, state, light), where they are few; else None."""
    words = _words(wish)
    if base > SMALL and _share(words) >= DENSE:
        return None
    found, placing = _conditions(wish), _placing(reach, wish)
    for word in words:
        if len(word) > 1:
            found.add("loop_pairs(m.title) @> loop_pairs(%s)", word)
    where = _Where([*found.parts, *placing.parts], [*found.values, *placing.values])
    sql = f"SELECT {_DUE}, m.id, m.state, m.light FROM loop_matter m WHERE {where.sql()} LIMIT %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*where.values, FEW + 1])
        rows: list[tuple[dt.date, int, str, str]] = cursor.fetchall()
    return rows if len(rows) <= FEW else None


def _share(words: Sequence[str]) -> float:
    """Which share of all matters holds the words, by a sample of a thousandth."""
    like = _conditions(Wish(words=" ".join(words)))
    sql = f"SELECT count(*) FILTER (WHERE {like.sql()}), count(*) FROM loop_matter m TABLESAMPLE SYSTEM (0.1)"
    with connection.cursor() as cursor:
        cursor.execute(sql, like.values)
        hits, seen = cursor.fetchone()
    return float(hits / seen) if seen else 0.0


def _page(keys: list[Key], known: dict[Mark, int] | None, capped: frozenset[Mark], view: _View) -> Found:
    more, keys = len(keys) > view.size, keys[: view.size]
    if view.backwards:
        keys.reverse()
    there = Matter.objects.select_related(*view.names).in_bulk([pk for _due, pk in keys])
    rows = [there[pk] for _due, pk in keys if pk in there]
    has_before = more if view.backwards else view.start is not None
    before = keys[0] if keys and has_before else None
    after = keys[-1] if keys and (view.backwards or more) else None
    return Found(rows, known, capped, before, after)


def tallied(reach: Reach | None, wish: Wish, by: Sequence[str]) -> list[Count]:
    """The counts of what a wish finds, but for its state, light, days and words, by some of their fields."""
    return counts(_tallied(reach, wish), by)


def below(region: int) -> tuple[int, ...]:
    """A region and all below it in the newest edition of the tree. Two queries."""
    edition = Edition.objects.latest("as_of")
    path = Node.objects.filter(edition=edition, region=region).values_list("path", flat=True).first()
    if path is None:
        return (region,)
    inside = Node.objects.filter(edition=edition, path__gte=path, path__lt=path + "~")
    return tuple(inside.order_by("path").values_list("region", flat=True))


def whole(reach: Reach | None, wish: Wish, *, size: int = 1000) -> Iterator[Matter]:
    """All that is found, row by row, in the ledger's order; for an export. So many statements as thousands of rows."""
    start: Key | None = None
    while True:
        page = ledger(reach, wish, start=start, size=size, names=_WHOLE)
        yield from page.rows
        if page.after is None:
            return
        start = page.after

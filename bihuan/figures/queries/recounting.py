"""A recount of whole trees: every node's totals from the figures themselves, beside those that are kept.

The server picks the figures that stand and hands over their numbers as columns, one set for each day, basket and
classifier; NumPy adds them up the tree. In the order of their paths the nodes below a node follow it without a gap, so
its total is a difference of two running sums. Everything is counted in whole numbers (thousand millions, units and
millionths apart), so nothing is rounded.

Figures, kept totals and deltas are read in one statement, so in one snapshot: writers and folding go on meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import psycopg
from django.db import connection, transaction
from psycopg.adapt import Loader
from psycopg.pq import Format

from bihuan.figures.models import WHOLE_BITS, Keeping
from bihuan.figures.rules import SUM_FIELDS, FigureError, Sum, credits, tidy
from bihuan.history.models import Entry
from bihuan.org.models import Edition, Region
from bihuan.org.queries import node
from bihuan.org.rules import SEGMENT

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from psycopg.abc import Buffer

    Column = NDArray[np.int64]

MOST_DAYS = 400  # of one recount

# The parts of a sum that are kept apart while counting: the two bounds in three whole numbers each, and the counts.
LIMBS = ("low_9", "low_0", "low_6", "high_9", "high_0", "high_6")
COUNTS = SUM_FIELDS[2:]
PARTS = (*LIMBS, *COUNTS)
_LIMB = ("div({0}, 1000000000)", "mod(trunc({0}), 1000000000)", "mod({0}, 1) * 1000000")  # all of one sign

# A plain row is one whole number, counted once: most are, and place and value go into one column of 28 and 35 bits. Any
# other comes as a row of all its parts. Keys are compared row by row: of a basket the first measure mostly says all.
_SPLIT = ", ".join(f"({limb.format(bound)})::bigint" for bound in ("low", "high") for limb in _LIMB)
_ROWS = f"""
    SELECT '{{source}}', day, coalesce(several, ARRAY[first])::text[] AS basket, classifier::text,
        array_agg(place << {WHOLE_BITS} | whole) FILTER (WHERE plain) AS plain,
        array_agg(ARRAY[place, {_SPLIT}, {", ".join(COUNTS)}]::bigint[]) FILTER (WHERE NOT plain) AS others
    FROM ({{rows}}) AS one GROUP BY day, first, several, classifier
"""
_SAID = """
    SELECT r.period_end AS day, {place} AS place, coalesce(r.low, 0) AS low, coalesce(r.high, 0) AS high,
        (r.low IS NULL)::int AS low_unbounded, (r.high IS NULL)::int AS high_unbounded,
        (r.low_open AND r.low IS NOT NULL)::int AS low_excluded,
        (r.high_open AND r.high IS NOT NULL)::int AS high_excluded, 1 AS count,
        r.whole IS NOT NULL AS plain, r.whole, r.measures[1] AS first,
        CASE WHEN cardinality(r.measures) > 1 THEN r.measures END AS several, r.classifier
    FROM {of}
    WHERE r.period_end = ANY (%(days)s) AND NOT r.withdrawn {inside}
"""
# Few figures are corrected, withdrawn, statements or of another book: only those are looked up (there is an index of
# them), and a revision whose figure is none of them holds. Still fewer are of a joint occasion: those are counted where
# they stand, and taken away again, found one by one.
_HOLDS = "f.version = r.version AND NOT f.withdrawn AND f.kind = 'record' AND f.book = %(book)s"
_ODD = "SELECT * FROM figures_figure f WHERE f.version > 1 OR f.withdrawn OR f.kind <> 'record' OR f.book <> ''"
_OF_REAL = f"figures_revision r LEFT JOIN ({_ODD}) AS f ON f.id = r.figure_id"
_OF_BOOK = f"figures_revision r JOIN ({_ODD}) AS f ON f.id = r.figure_id"
_JOINT = f"""
    figures_occasion o JOIN figures_revision r ON r.occasion_id = o.id AND o.joint
    JOIN figures_figure f ON f.id = r.figure_id AND {_HOLDS}
"""
_BELOW = "path >= %(path)s AND path < %(path)s || '~'"
# "IS TRUE" makes it a test of each row, not a join: how many rows a join would leave is guessed far too low.
_INSIDE = f"AND (region_id IN (SELECT region_id FROM org_node WHERE edition_id = %(edition)s AND {_BELOW})) IS TRUE"
_BASKET = "basket[1] AS first, CASE WHEN cardinality(basket) > 1 THEN basket END AS several, classifier"
_TOTALS = f"""
    SELECT day, region_id AS place, {", ".join(SUM_FIELDS)}, low::bigint AS whole,
        low = high AND low = trunc(low) AND low >= 0 AND low < {2**WHOLE_BITS} AND count = 1 AND low_unbounded = 0
            AND high_unbounded = 0 AND low_excluded = 0 AND high_excluded = 0 AS plain, {_BASKET}
    FROM figures_total WHERE edition_id = %(edition)s AND book = %(book)s AND day = ANY (%(days)s) {{inside}}
"""
_DELTAS = f"""
    SELECT day, n.region_id AS place, {", ".join(f"d.{name}" for name in SUM_FIELDS)}, 0::bigint AS whole,
        false AS plain, {_BASKET}
    FROM figures_delta d JOIN org_node n USING (edition_id, path)
    WHERE edition_id = %(edition)s AND d.book = %(book)s AND d.day = ANY (%(days)s) AND {_BELOW}
"""
# Where the joint occasions of those days took place.
_PLACES = f"""
    SELECT 'place', NULL, p.paths, NULL, p.places, NULL
    FROM (
        SELECT array_agg(n.path::text) AS paths, array_agg(ARRAY[w.occasion_id, w.region_id]) AS places
        FROM figures_occasion o JOIN figures_occasionregion w ON w.occasion_id = o.id
        JOIN org_node n ON n.edition_id = %(edition)s AND n.region_id = w.region_id AND {_BELOW}
        WHERE o.joint AND EXISTS (
            SELECT FROM figures_revision r WHERE r.occasion_id = o.id AND r.period_end = ANY (%(days)s)
        )
    ) AS p WHERE p.paths IS NOT NULL
"""


def _statement(inside: str, book: str, *, beside_kept: bool) -> str:
    of, holds = (_OF_BOOK, _HOLDS) if book else (_OF_REAL, f"(f.id IS NULL OR {_HOLDS})")
    rows = {
        "said": _SAID.format(place="r.region_id", of=of, inside=f"AND {holds} {inside}"),
        "elsewhere": _SAID.format(place="r.region_id", of=_JOINT, inside=inside),
        "joint": _SAID.format(place="r.occasion_id", of=_JOINT, inside=""),
    }
    if beside_kept:
        rows |= {"total": _TOTALS.format(inside=inside), "delta": _DELTAS}
    return " UNION ALL ".join([*(_ROWS.format(source=source, rows=some) for source, some in rows.items()), _PLACES])


def last_check() -> Entry | None:
    """What the history tells of the last comparison of all totals with all figures; its values say what it found."""
    return Entry.objects.filter(verb="figures.totals_checked", subject_id="all").order_by("-id").first()


@dataclass(frozen=True, slots=True, order=True)
class What:
    """What a column of totals counts."""

    day: dt.date
    basket: tuple[str, ...]
    classifier: str


class Columns:
    """Sums of many nodes: a column for each of PARTS that is not nothing throughout."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.held: dict[str, Column] = {}

    def add(self, part: str, places: Column, values: Column | int) -> None:
        """Add values at places; a place of -1 is none of ours."""
        if isinstance(values, int) or values.any():
            column = self.held.setdefault(part, np.zeros(self.size + 1, np.int64))  # the last one: of no place
            np.add.at(column, places, values)

    def take(self, other: Columns) -> None:
        for part, column in other.held.items():
            self.held[part] = self.held[part] - column if part in self.held else -column

    def roll(self, tree: Tree) -> Columns:
        """Make of what is at each node what is at and below it; only at inner nodes is anything below."""
        for column in self.held.values():
            np.cumsum(column[:-1], out=tree.running[1:])
            column[tree.inner] = tree.running[tree.ends] - tree.running[tree.inner]
            column[-1] = 0
        return self

    def at(self, place: int) -> Sum:
        """The sum at one node."""
        part = {name: int(column[place]) for name, column in self.held.items()}
        bounds = [
            part.get(f"{bound}_9", 0) * 10**9 + part.get(f"{bound}_0", 0) + Decimal(part.get(f"{bound}_6", 0)) / 10**6
            for bound in ("low", "high")
        ]
        low, high = (tidy(Decimal(bound)) for bound in bounds)
        return Sum(low, high, *(part.get(name, 0) for name in COUNTS))

    def something(self) -> Column:
        """The places that are not nothing. A bound is nothing where its three parts make up for each other."""
        found = np.zeros(self.size, bool)
        for name in COUNTS:
            if name in self.held:
                found |= self.held[name][:-1] != 0
        for bound in ("low", "high"):
            parts = [self.held.get(f"{bound}_{digits}") for digits in (9, 0, 6)]
            billions, units, millionths = (np.int64(0) if part is None else part[:-1] for part in parts)
            found |= (billions * 10**9 + units) * 10**6 + millionths != 0
            # What is past the 64 bits of that sum and a multiple of them is still seen in floating point.
            found |= np.abs(billions * 1e9 + units) > 1e12
        return np.flatnonzero(found)


@dataclass(frozen=True, slots=True)
class Counted:
    """The totals of one `What` at all nodes of a tree: as the figures say, and what the kept ones lack to be that."""

    what: What
    tree: Tree
    totals: Columns
    lacking: Columns | None  # None where kept totals were not asked for


class Tree:
    """The nodes of a region and all below it, in the order of their paths."""

    def __init__(self, region: Region, edition: Edition) -> None:
        self.edition = edition
        self.path = node(region, edition).path
        with _columns() as cursor:
            cursor.execute(
                "SELECT array_agg(region_id ORDER BY path), array_agg(depth::bigint ORDER BY path) FROM org_node"
                " WHERE edition_id = %(edition)s AND path >= %(path)s AND path < %(path)s || '~'",
                {"edition": edition.pk, "path": self.path},
            )
            row = cursor.fetchone()
        assert row is not None
        self.regions, depths = row
        self.size = len(self.regions)
        ends, self.parents = _shape(depths)
        self.inner = np.flatnonzero(ends > np.arange(self.size) + 1)
        self.ends = ends[self.inner]
        self.running = np.zeros(self.size + 1, np.int64)  # room to add up in: up to each node, itself left out
        self._ranks = np.full(int(self.regions.max()) + 2, -1, np.int64)
        self._ranks[self.regions] = np.arange(self.size)

    def ranks(self, regions: Column) -> Column:
        """The places of regions here; -1 for those that are not here."""
        found: Column = self._ranks.take(regions, mode="clip")
        return found


def _shape(depths: Column) -> tuple[Column, Column]:
    """Of nodes in the order of their paths: where what is below each one ends, and which one it is below (-1: none)."""
    ends, parents = np.full(len(depths), len(depths), np.int64), np.full(len(depths), -1, np.int64)
    for depth in np.unique(depths):
        here, upto, above = (np.flatnonzero(test) for test in (depths == depth, depths <= depth, depths == depth - 1))
        ends[here] = np.append(upto, len(depths))[np.searchsorted(upto, here, side="right")]
        if len(above):
            parents[here] = above[np.searchsorted(above, here) - 1]
    return ends, parents


def recount(
    *, edition: Edition, region: Region, days: Sequence[dt.date], book: str = "", beside_kept: bool = True
) -> Iterator[Counted]:
    """Count all figures of some days anew, at a region and at each node below it; in the order of day and basket.

    Args:
        beside_kept: also read the totals that are kept, with the deltas behind them.

    Raises:
        FigureError: no day or too many, or an edition whose totals are not kept.
    """
    if not 0 < len(days) <= MOST_DAYS:
        raise FigureError(f"重算一次须为1至{MOST_DAYS}天 / a recount is of 1 to {MOST_DAYS} days")
    if beside_kept and not Keeping.objects.filter(edition=edition).exists():
        raise FigureError(f"区划版本{edition.name}没有汇总 / no totals are kept for edition {edition.name}")
    tree = Tree(region, edition)
    inside = _INSIDE if len(tree.path) > SEGMENT else ""  # of the whole tree they all are
    sql = _statement(inside, book, beside_kept=beside_kept)
    values = {"days": list(days), "book": book, "edition": edition.pk, "path": tree.path}
    joint: dict[int, dict[int, int]] = {}
    found: dict[What, list[tuple[str, Column | None, Column | None]]] = defaultdict(list)
    with transaction.atomic(), _columns() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")
        for source, day, basket, classifier, plain, others in cursor.execute(sql, values):
            if source == "place":
                joint = _booked(tree, basket, plain)
            elif basket != [None]:  # of no measure
                found[What(day, tuple(basket), classifier)].append((source, plain, others))
    for what in sorted(found):
        yield _counted(what, found.pop(what), tree, joint, beside_kept=beside_kept)


def _counted(
    what: What,
    rows: Iterable[tuple[str, Column | None, Column | None]],
    tree: Tree,
    joint: Mapping[int, Mapping[int, int]],
    *,
    beside_kept: bool,
) -> Counted:
    own, kept, behind = Columns(tree.size), Columns(tree.size), Columns(tree.size)
    into = {"said": own, "elsewhere": own, "total": kept, "delta": behind}
    for source, plain, others in rows:
        for places, parts in _unpacked(plain, others):
            if source == "joint":
                _add_joint(own, places, parts, joint)
                continue
            ranks = tree.ranks(places)
            for name, column in parts.items():
                into[source].add(name, ranks, -column if source == "elsewhere" else column)
    totals = own.roll(tree)
    if not beside_kept:
        return Counted(what, tree, totals, None)
    lacking = Columns(tree.size)
    lacking.held = dict(totals.held)
    for known in (kept, behind.roll(tree)):
        lacking.take(known)
    return Counted(what, tree, totals, lacking)


def _unpacked(plain: Column | None, others: Column | None) -> Iterator[tuple[Column, dict[str, Column]]]:
    """Places, and the parts of what is there."""
    if plain is not None:
        values = plain & (2**WHOLE_BITS - 1)
        yield plain >> WHOLE_BITS, {"low_0": values, "high_0": values, "count": np.ones_like(values)}
    if others is not None:
        yield others[:, 0], dict(zip(PARTS, others.T[1:], strict=True))


def _booked(tree: Tree, paths: Sequence[str], places: Column) -> dict[int, dict[int, int]]:
    """By joint occasion: how often its figures are booked at which nodes. See `rules.credits`."""
    ranks: dict[str, int] = {}
    took_part: dict[int, list[str]] = defaultdict(list)
    for path, occasion, rank in zip(paths, places[:, 0].tolist(), tree.ranks(places[:, 1]).tolist(), strict=True):
        took_part[occasion].append(path)
        above = path
        while rank >= 0 and above not in ranks:
            ranks[above] = rank
            above, rank = above[:-SEGMENT], int(tree.parents[rank])
    return {
        occasion: {ranks[path]: times for path, times in credits(some).items() if path in ranks}
        for occasion, some in took_part.items()
    }


def _add_joint(
    into: Columns, occasions: Column, parts: Mapping[str, Column], joint: Mapping[int, Mapping[int, int]]
) -> None:
    bookings = [
        (row, rank, times)
        for row, occasion in enumerate(occasions.tolist())
        for rank, times in joint.get(occasion, {}).items()
    ]
    rows, ranks, times = np.array(bookings, np.int64).reshape(-1, 3).T
    for name, column in parts.items():
        into.add(name, ranks, column[rows] * times)


class _Int8s(Loader):
    """bigint[] of one or two dimensions as columns. No NULLs among them."""

    format = Format.BINARY

    def load(self, data: Buffer) -> Column:
        # dimensions, whether there are NULLs, type; per dimension its size and first index; per value its length and it
        (dimensions,) = np.frombuffer(data, ">i4", 1)
        sizes = np.frombuffer(data, ">i4", 2 * dimensions, offset=12)[::2]
        found = np.frombuffer(data, [("length", ">i4"), ("value", ">i8")], offset=12 + 8 * dimensions)["value"]
        column: Column = found.astype(np.int64).reshape(sizes)
        return column


def _columns() -> psycopg.Cursor[Any]:
    """A cursor that gives arrays of numbers as columns. Not a server-side one: for those nothing runs in parallel."""
    connection.ensure_connection()
    cursor = psycopg.Cursor(connection.connection)
    cursor.format = Format.BINARY
    cursor.adapters.register_loader(cursor.adapters.types["int8"].array_oid, _Int8s)
    return cursor

"""`bench filing`: activities of 20 figures by sixteen writers in one county, against the same rows written by hand.

Ours is `activities.actions.file_activity`, all of it: what was said is read and checked, closings are looked at, totals
are right at the next read. The floor knows all rows beforehand, and writes them by one prepared multi-row statement per
table, in one transaction per activity. Writers are processes with a connection of their own; they do either in turn.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import psycopg
from django.db import connection, connections

from bihuan.activities import actions as activities
from bihuan.activities.queries.reading import kind_called
from bihuan.bench.scratch import scratch_database
from bihuan.figures import actions as figures
from bihuan.figures import queries
from bihuan.figures.queries import Scope
from bihuan.org import actions as org
from bihuan.org import queries as places
from bihuan.reading.ranges import Range

if TYPE_CHECKING:
    from bihuan.activities.models import Activity
    from bihuan.org.models import Edition, Region

BY = "person:1"
DAY = dt.date(2023, 6, 16)
AT = dt.datetime(2023, 6, 16, 10, tzinfo=dt.UTC)
WRITERS, EACH, RUNS = 16, 15, 7
NUMBERS = {
    "participants:人": "2000余",
    "leaflets+gifts:份": "8000余",
    "banners+exhibition_boards:条(块)": "60余",
    "consultations:人次": "600余",
    "organisations:家": "28",
    "consultation_desks:个": "26",
    "publicity_vehicles:辆次": "4",
    "online_viewers:人次": "近1.5万",
    "posters:张": "120",
    "slogans:条": "35",
    "screens:块": "12",
    "broadcasts:次": "240",
    "sms:条": "30000余",
    "media_posts:条": "9",
    "media_views:次": "1.2万",
    "media_reports:篇": "3",
    "pledges:份": "150",
    "lectures:场": "2",
    "video_screenings:场": "5",
    "household_visits:户": "300",
}


def run(*, writers: int = WRITERS, each: int = EACH, runs: int = RUNS) -> dict[str, Any]:
    """The ratio of activities a second, and both rates.

    Raises:
        AssertionError: the two write different rows, or a node's total is not what was filed.
    """
    with scratch_database():
        towns, editions = _furnish()
        floors = []
        for town in towns:
            activity = file_one(said_in(town))
            floors.append(Floor(activity))
            figures.fold(limit=100_000)
        pairs, filed = [], len(towns)
        with _writers(towns, floors, writers, each) as phase:
            for number in range(-1, runs):  # the first warms up
                order = ("ours", "floor") if number % 2 else ("floor", "ours")
                seconds = {side: phase(side) for side in order}
                filed += 2 * writers * each
                _totals_are_right(towns[0], editions, filed)
                pairs.append((seconds["ours"], seconds["floor"]))
                while figures.fold(limit=100_000):
                    pass
                connection.close()
        pairs.pop(0)
        _same_rows(floors[0], filed)
    many = writers * each
    return {
        "ratio": round(statistics.median(floor / ours for ours, floor in pairs), 2),
        "ours": round(statistics.median(many / ours for ours, _floor in pairs), 1),
        "floor": round(statistics.median(many / floor for _ours, floor in pairs), 1),
        "unit": "activities/s",
        "worst_ratio": round(min(floor / ours for ours, floor in pairs), 2),
        "writers": writers,
        "figures": len(NUMBERS),
        "runs": runs,
        "method": "file_activity by processes in one county, against one prepared multi-row statement per table for "
        "the same rows, one transaction per activity, in turn; totals checked after each turn",
    }


def _furnish() -> tuple[list[Region], list[Edition]]:
    """A county's bureau, and the county with its towns."""
    county = places.the_one_called("康乐县")
    edition = places.edition_on(DAY)
    org.open_unit(region=county, name="康乐县应急管理局", book="bench", by=BY, at=AT)
    figures.keep_all(by=BY, at=AT)
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return [county, *places.children(county, edition)], list({edition, places.current_edition()})


# -- ours ------------------------------------------------------------------------------------------------------------


def said_in(town: Region) -> activities.Said:
    """What a liaison of the county's bureau says of a consultation day."""
    unit = places.unit_called("康乐县应急管理局", region=places.the_one_called("康乐县"))
    assert unit is not None
    return activities.Said(
        kind=kind_called("consultation"),
        unit=unit,
        region=town,
        start=DAY,
        end=DAY,
        title="安全宣传咨询日活动",
        place_words="新治街文化广场",
        audiences=("public",),
        numbers=NUMBERS,
    )


def file_one(said: activities.Said) -> Activity:
    """Ours."""
    return activities.file_activity(said=said, key=uuid.uuid4(), by=BY, at=AT)


# -- by hand ---------------------------------------------------------------------------------------------------------

_FIGURES = "SELECT figure_id FROM activities_activityfigure WHERE activity_id = %(activity)s"
# The tables that an activity writes, in order; its rows there; which of their columns hold keys that are drawn anew.
_TABLES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("figures_figure", f"id IN ({_FIGURES})", {"id": "figure"}),
    (
        "history_entry",
        f"""(subject_kind, subject_id) IN (SELECT 'activity', %(activity)s::text UNION ALL
            SELECT 'occasion', 'activity:' || %(key)s UNION ALL SELECT 'figure', f::text FROM ({_FIGURES}) AS x (f))""",
        {"id": "entry", "subject_id": "subject"},
    ),
    ("figures_occasion", "id = %(occasion)s", {"id": "occasion", "entry_id": "entry"}),
    ("figures_occasionregion", "occasion_id = %(occasion)s", {"occasion_id": "occasion"}),
    ("activities_activity", "id = %(activity)s", {"id": "activity", "occasion_id": "occasion"}),
    ("activities_activityunit", "activity_id = %(activity)s", {"activity_id": "activity"}),
    ("activities_activityfigure", "activity_id = %(activity)s", {"activity_id": "activity", "figure_id": "figure"}),
    (
        "figures_revision",
        f"figure_id IN ({_FIGURES})",
        {"figure_id": "figure", "entry_id": "entry", "occasion_id": "occasion"},
    ),
    ("figures_delta", "true", {}),  # read when all others are folded
)
_DRAWN = """
    SELECT ARRAY(SELECT nextval('figures_figure_id_seq') FROM generate_series(1, %(figures)s)),
        ARRAY(SELECT nextval('history_entry_id_seq') FROM generate_series(1, %(entries)s)),
        nextval('figures_occasion_id_seq'), nextval('activities_activity_id_seq')
"""


@dataclass
class _Table:
    """A statement, its columns as array literals, those that name new rows, and those that quote the activity."""

    insert: str
    columns: dict[str, str]
    drawn: list[tuple[str, str, list[str]]]
    quoting: list[str]
    rows: int


class Floor:
    """The rows of an activity that was filed, to be written again under new keys."""

    def __init__(self, activity: Activity) -> None:
        self.key, self.occasion = str(activity.key), activity.occasion_id
        self.values: dict[str, Any] = {"activity": activity.pk, "key": self.key, "occasion": self.occasion}
        self.tables = [self._learn(*table) for table in _TABLES]
        self.ids = {kind: self.tables[n].drawn[0][2] for n, kind in ((0, "figure"), (1, "entry"))}
        self.singles = {"occasion": str(self.occasion), "activity": str(activity.pk)}

    def _learn(self, table: str, where: str, drawn: dict[str, str]) -> _Table:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass"
                " AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attname <> 'txid' ORDER BY attnum",
                [table],
            )
            types = {name: kind for name, kind in cursor.fetchall() if name != "id" or "id" in drawn}
            # An array within an array would be one of two dimensions: it travels as text.
            wide = {name: "text" if kind.endswith("[]") else kind for name, kind in types.items()}
            read = ", ".join(f'array_agg("{name}"::{kind} ORDER BY id)::text' for name, kind in wide.items())
            cursor.execute(f"SELECT count(*), {read} FROM {table} WHERE {where}", self.values)
            rows, *texts = cursor.fetchone()
            columns = dict(zip(types, texts, strict=True))
            lists = {}
            for name in drawn:
                cursor.execute("SELECT %s::text[]", [columns[name]])
                lists[name] = cursor.fetchone()[0]
        names = ", ".join(f'"{name}"' for name in types)
        chosen = ", ".join(f'x."{name}"::{kind}' for name, kind in types.items())
        given = ", ".join(f"%({name})s::{kind}[]" for name, kind in wide.items())
        insert = f"INSERT INTO {table} ({names}) SELECT {chosen} FROM unnest({given}) AS x ({names})"
        quoting = [name for name, text in columns.items() if self.key in text and name not in drawn]
        return _Table(insert, columns, [(name, kind, lists[name]) for name, kind in drawn.items()], quoting, rows)

    def write(self) -> None:
        """One activity more."""
        connection.ensure_connection()
        key = str(uuid.uuid4())
        counts = {"figures": len(self.ids["figure"]), "entries": len(self.ids["entry"])}
        with psycopg.Cursor(connection.connection) as cursor:
            cursor.execute("BEGIN", prepare=True)
            drawn = cursor.execute(_DRAWN, counts, prepare=True).fetchone()
            assert drawn is not None
            figures_, entries, occasion, activity = drawn
            new = {
                "figure": dict(zip(self.ids["figure"], map(str, figures_), strict=True)),
                "entry": dict(zip(self.ids["entry"], map(str, entries), strict=True)),
                "occasion": {self.singles["occasion"]: str(occasion)},
                "activity": {self.singles["activity"]: str(activity)},
            }
            new["subject"] = {**new["activity"], f"activity:{self.key}": f"activity:{key}", **new["figure"]}
            said = (f'\\"occasion\\": {self.occasion},', f'\\"occasion\\": {occasion},')
            for table in self.tables:
                columns = dict(table.columns)
                for name, kind, old in table.drawn:
                    columns[name] = f"{{{','.join([new[kind][item] for item in old])}}}"
                for name in table.quoting:
                    columns[name] = columns[name].replace(self.key, key).replace(*said)
                cursor.execute(table.insert, columns, prepare=True)
            cursor.execute("COMMIT", prepare=True)


def _same_rows(floor: Floor, filed: int) -> None:
    """Both must have written the same rows, figures that are what the history says, or the measurement says nothing."""
    with connection.cursor() as cursor:
        for table, (name, _where, _drawn) in zip(floor.tables[:-1], _TABLES, strict=False):
            where = "subject_kind IN ('activity', 'occasion', 'figure')" if name == "history_entry" else "true"
            cursor.execute(f"SELECT count(*) FROM {name} WHERE {where}")
            assert cursor.fetchone() == (filed * table.rows,), name
    assert queries.departure() is None


# -- writers ---------------------------------------------------------------------------------------------------------


@contextmanager
def _writers(towns: list[Region], floors: list[Floor], many: int, each: int) -> Iterator[Callable[[str], float]]:
    """Processes that wait for a phase. Gives a function that lets them all do one, and tells its seconds."""
    context = multiprocessing.get_context("fork")
    connections.close_all()
    gate = context.Barrier(many + 1)
    side = context.Value("i", 0)

    def work(number: int) -> None:
        said, floor = said_in(towns[number % len(towns)]), floors[number % len(towns)]
        while True:
            gate.wait()
            if side.value == 2:
                return
            for _ in range(each):
                if side.value:
                    floor.write()
                else:
                    file_one(said)
            gate.wait()

    def phase(name: str) -> float:
        side.value = ("ours", "floor").index(name)
        gate.wait()
        began = time.perf_counter()
        gate.wait()
        return time.perf_counter() - began

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException:
            gate.abort()  # nobody waits for one who is not coming
            raise

    processes = [context.Process(target=guarded, args=(number,), daemon=True) for number in range(many)]
    for process in processes:
        process.start()
    try:
        yield phase
        side.value = 2
        gate.wait()
    finally:
        for process in processes:
            process.join(10)
            process.kill()


def _totals_are_right(county: Region, editions: list[Edition], filed: int) -> None:
    """At every node from the county up, in every edition, at the read after the last writer."""
    for edition in editions:
        for region in places.ancestors(county, edition, with_self=True):
            for measures, classifier, wanted in (
                ("participants", "人", Range(Decimal(2000) * filed, Decimal(3000) * filed, True, True)),
                ("publicity_vehicles", "辆次", Range.exact(4 * filed)),
            ):
                scope = Scope.of(
                    region=region, measures={measures}, classifiers={classifier}, period=(DAY, DAY), edition=edition,
                    book="bench",
                )  # fmt: skip
                found = queries.total(scope)
                assert (found.count, found.range) == (filed, wanted), (region.name, edition.name, found)

"""`bench rollup`: one day of the nation, counted anew at every node, against one scan of the same rows that sums them.

Ours gives the totals of some 660,000 nodes for thirty measures, from the figures as filing leaves them: corrected and
withdrawn ones, ranges and decimals among them. The floor adds up the two bounds of all revisions of that day and knows
of no tree. Both run in turn on the same server with its own settings; what ours hands to this process is counted.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable
from typing import Any

from bihuan.bench import national
from bihuan.bench.scratch import scratch_database
from bihuan.bench.timing import side_by_side
from bihuan.lib.words import say

TOWNSHIPS, VILLAGES, RUNS, DAYS = 14, 16, 5, 30  # a county, a township
PROVINCE = "甘肃省"


def run(*, townships: int = TOWNSHIPS, villages: int = VILLAGES, runs: int = RUNS, days: int = DAYS) -> dict[str, Any]:
    """The ratio of a full recount to a scan, of a recount beside the kept totals to a scan of both, and of 30 days of a
    province."""
    from django.db import transaction

    from bihuan.figures import actions as figures
    from bihuan.figures.queries import recounting
    from bihuan.org import queries as places

    with scratch_database():
        nation = national.grow(townships=townships, villages=villages)
        figures.keep(edition=nation.edition, by=national.BY, at=national.AT)  # where nothing is filed yet
        one = [national.DAY]
        filed = national.fill(nation, region=nation.region, days=one, progress=_tell)

        def recount(region: Any = nation.region, of: list[dt.date] = one) -> None:
            for _part in recounting.recount(
                edition=nation.edition, region=region, days=of, book=national.BOOK, beside_kept=False
            ):
                pass

        whole = side_by_side(recount, lambda: _scan("figures_revision", "period_end", one), runs=runs)
        began = time.perf_counter()
        with transaction.atomic():
            built = _beside(nation, nation.region, one, repair=True)
        building = time.perf_counter() - began
        _vacuum()

        def scans() -> None:
            _scan("figures_revision", "period_end", one)
            _scan("figures_total", "day", one)

        def compare() -> None:
            if _beside(nation, nation.region, one).wrong:
                raise AssertionError("the totals that were built are not those of the figures")

        both = side_by_side(compare, scans, runs=max(runs // 2, 1))
        province = places.the_one_called(PROVINCE, edition=nation.edition)
        month = [national.DAY + dt.timedelta(days=number) for number in range(1, days + 1)]
        more = national.fill(nation, region=province, days=month, progress=_tell)
        part = side_by_side(
            lambda: recount(province, month), lambda: _scan("figures_revision", "period_end", month), runs=runs
        )
    return {
        "ratio": round(whole[2], 2),
        "ours": round(whole[0] * 1000),
        "floor": round(whole[1] * 1000),
        "unit": "ms",
        "runs": runs,
        "nodes": nation.nodes,
        "measures": national.MEASURES,
        "figures": filed,
        "totals": built.totals,
        "compared": {"ratio": round(both[2], 2), "ours": round(both[0] * 1000), "floor": round(both[1] * 1000)},
        "built_from_nothing": round(building * 1000),
        "province": {
            "ratio": round(part[2], 2),
            "ours": round(part[0] * 1000),
            "floor": round(part[1] * 1000),
            "days": len(month),
            "figures": more,
        },
        "method": "totals of all nodes from the filed figures, against one scan and sum of the bounds of the same rows",
    }


def _beside(nation: national.Nation, region: Any, days: list[dt.date], *, repair: bool = False) -> Any:
    from bihuan.figures import actions as figures

    return figures.recount(
        edition=nation.edition,
        region=region,
        days=days,
        book=national.BOOK,
        repair=repair,
        by=national.BY,
        at=national.AT,
    )


def _scan(table: str, day: str, days: list[dt.date]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), sum(low), sum(high) FROM {table} WHERE {day} = ANY (%s)", [days])
        cursor.fetchone()


def _vacuum() -> None:
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE figures_total")


def _progress() -> Callable[[str], None]:
    began = time.monotonic()

    def tell(line: str) -> None:
        seconds = time.monotonic() - began
        print(say(f"{seconds:.0f} 秒 写入 {line}", f"{seconds:.0f} s writing {line}"), file=sys.stderr, flush=True)

    return tell


_tell = _progress()

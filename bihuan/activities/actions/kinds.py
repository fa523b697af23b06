"""The shipped kinds of activities, as rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection, transaction

from bihuan.activities.models import ActivityKind
from bihuan.activities.rules import Asked, shipped
from bihuan.figures.queries import check_codes
from bihuan.history import actions as history

_LOCK = 0x6269_6875_616E_0051  # two first starts at once load them once


def load_kinds(*, by: str, at: dt.datetime) -> bool:
    """Bring the kinds up to the shipped list; returns whether anything changed. A kind that is not shipped is left."""
    wanted = [_columns(number, row) for number, row in enumerate(shipped("kinds.csv"))]
    check_codes({code for row in wanted for asked in _asked(row) for code in asked.measures})
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        known = {item.code: item for item in ActivityKind.objects.all()}
        changed = [row for row in wanted if _differs(known.get(row["code"]), row)]
        if not changed:
            return False
        for row in changed:
            ActivityKind.objects.update_or_create(code=row["code"], defaults=row)
        history.record(
            verb="activities.kinds_loaded",
            subject=("activity_kinds", "shipped"),
            by=by,
            at=at,
            values={"kinds": [row["zh"] for row in changed]},
        )
    return True


def _columns(number: int, row: dict[str, str]) -> dict[str, Any]:
    lists = {name: [item for item in row[name].split("|") if item] for name in ("suggests", "place_kinds", "needs")}
    plain = {name: row[name] for name in ("code", "owner", "zh", "en", "group", "counts", "photo_reason", "source")}
    return {**plain, **lists, "year": int(row["year"]) if row["year"] else None, "order": number}


def _asked(row: dict[str, Any]) -> list[Asked]:
    return [Asked.of(text) for text in [row["counts"], *row["suggests"]] if text]


def _differs(known: ActivityKind | None, row: dict[str, Any]) -> bool:
    return known is None or any(getattr(known, name) != value for name, value in row.items())

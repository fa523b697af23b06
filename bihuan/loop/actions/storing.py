"""Writing many matters as they stand in memory: one statement for thousands, where `bulk_update` would build a CASE of
every row for each of forty columns."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from bihuan.loop.models import Matter

_COLUMNS = [
    (item.attname, connection.ops.quote_name(str(item.column)))
    for item in Matter._meta.concrete_fields
    if not item.primary_key and item.name not in ("key", "registered_by", "registered_at")
]
_SET = ", ".join(f"{column} = r.{column}" for _name, column in _COLUMNS)
_SQL = f"""
    UPDATE loop_matter m SET {_SET}
    FROM jsonb_populate_recordset(NULL::loop_matter, %s::jsonb) r WHERE m.id = r.id
"""
_BATCH = 1000


def store(rows: Sequence[Matter]) -> None:
    """Write all fields of matters that are locked, or that nobody else can see yet."""
    with connection.cursor() as cursor:
        for first in range(0, len(rows), _BATCH):
            values = [
                {"id": row.pk} | {name: getattr(row, name) for name, _column in _COLUMNS}
                for row in rows[first : first + _BATCH]
            ]
            cursor.execute(_SQL, [json.dumps(values, ensure_ascii=False, default=_plain)])


def _plain(value: Any) -> str:
    if isinstance(value, dt.date):  # a moment is one too
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be kept")

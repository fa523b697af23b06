"""Statements of a hot path, planned once a connection; what Django sends otherwise is planned anew each time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection


def prepared(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement with %(name)s in it, none where it gives none. The values go beside it, not within.

    Raises:
        django.db.DatabaseError: what the server refuses, as from any cursor of Django's.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(sql, values, prepare=True)
        rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
    if connection.queries_logged:  # whoever counts queries counts these too
        connection.queries_log.append({"sql": sql, "time": "0"})
    return rows

"""Statements of a hot path, planned once a connection; what Django sends otherwise is built and planned anew each time.

For writers whom many wait for. Everything else is written with the ORM, which is easier to read.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any, TypeVar

import psycopg
from django.db import connection, models, transaction

_M = TypeVar("_M", bound=models.Model)


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


def add(row: _M) -> _M:
    """Insert a row that has no key yet, as `save` would; gives it back with its key. No signals."""
    fields, sql = _insertion(type(row))
    values = {field.attname: field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields}
    ((row.pk,),) = prepared(sql, values)
    row._state.adding, row._state.db = False, connection.alias
    return row


def first(model: type[_M], where: str, values: Mapping[str, Any]) -> _M | None:
    """The first row of a model's table that a WHERE clause (and what follows it) finds."""
    fields, sql = _selection(model)
    found = prepared(f"{sql} WHERE {where} LIMIT 1", values)
    if not found:
        return None
    said = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, found[0], strict=True)
    ]
    return model.from_db(connection.alias, [field.attname for field in fields], said)


def together() -> AbstractContextManager[None]:
    """A transaction, or the one that is open: without a savepoint, for work that refuses before it writes."""
    return nullcontext() if connection.in_atomic_block else transaction.atomic()


@cache
def _insertion(model: type[models.Model]) -> tuple[list[Any], str]:
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    marks = ", ".join(f"%({field.attname})s" for field in fields)
    return fields, f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks}) RETURNING id"


@cache
def _selection(model: type[models.Model]) -> tuple[list[Any], str]:
    fields = list(model._meta.concrete_fields)
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    return fields, f"SELECT {names} FROM {model._meta.db_table}"

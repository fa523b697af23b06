"""The tables that the migrations make are those that the models describe, column by column."""

from __future__ import annotations

from typing import Any

import psycopg
from django.apps import apps
from django.db import connections

SHAPE = (
    """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
        replace(pg_get_expr(d.adbin, d.adrelid), %(space)s || '.', '')
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = %(space)s::regnamespace AND c.relkind = 'r'
    """,
    """
    SELECT replace(conrelid::regclass::text, %(space)s || '.', ''), conname, contype::text,
        replace(pg_get_constraintdef(oid), %(space)s || '.', '')
    FROM pg_constraint WHERE connamespace = %(space)s::regnamespace
    """,
    """
    SELECT tablename, indexname, replace(indexdef, ' ON ' || %(space)s || '.', ' ON ')
    FROM pg_indexes WHERE schemaname = %(space)s
    """,
)


def shape(link: psycopg.Connection[Any], space: str) -> set[tuple[Any, ...]]:
    rows = [row for query in SHAPE for row in link.execute(query, {"space": space}).fetchall()]
    return {row for row in rows if row[0] != "django_migrations"}


def test_migrations_make_what_the_models_describe(fresh_database: dict[str, str]) -> None:
    """With it, that `bihuan.migrating` leaves out nothing that Django would do."""
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("CREATE SCHEMA described; SET search_path = described, public")
    with owner.schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)
    with psycopg.connect(fresh_database["owner"]) as link:
        described, made = shape(link, "described"), shape(link, "public")
    assert len(described) > 2000
    assert made - described == set()
    assert described - made == set()

"""Tables that only grow: every one of them, for the application and for the owner."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest
from django.apps import apps
from django.db import connections

from bihuan.history import actions
from bihuan.history.append_only import FUNCTION, AppendOnly, AppendOnlyError, trigger_names
from bihuan.history.models import Entry

AT = dt.datetime(2023, 6, 16, 8, 0, tzinfo=dt.UTC)
MODELS = [model for model in apps.get_models(include_auto_created=True) if issubclass(model, AppendOnly)]
TABLES = [model._meta.db_table for model in MODELS]


def test_there_are_some() -> None:
    assert {"history_entry", "history_seal"} <= set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_each_table_has_its_triggers(db: None, table: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """
            SELECT t.tgname, t.tgtype::int, t.tgenabled FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
            WHERE t.tgrelid = %s::regclass AND p.proname = %s AND t.tgqual IS NULL
            """,
            [table, FUNCTION],
        )
        found = {name: (kind, enabled) for name, kind, enabled in cursor.fetchall()}
    before, row, delete, update, truncate = 2, 1, 8, 16, 32
    wanted = zip(trigger_names(table), (before | row | update, before | row | delete, before | truncate), strict=True)
    assert found == {name: (kind, "O") for name, kind in wanted}


@pytest.mark.parametrize("table", TABLES)
def test_the_application_has_no_right_to_change_it(db: None, table: str) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT right_name, has_table_privilege(%s, right_name) FROM unnest(%s::text[]) AS right_name",
            [table, ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER", "REFERENCES"]],
        )
        held = {name for name, has in cursor.fetchall() if has}
    assert held == {"SELECT", "INSERT"}


def _statements(table: str, column: str) -> list[str]:
    return [f'UPDATE {table} SET "{column}" = "{column}"', f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"]


def test_update_delete_and_truncate_are_refused_to_everyone(fresh_database: dict[str, str]) -> None:
    from django.db import transaction

    with transaction.atomic():
        entry = actions.record(verb="test.done", subject=("thing", "1"), by="system:test", at=AT, values={})
    actions.seal(at=AT)
    refused = {"app": psycopg.errors.InsufficientPrivilege, "owner": psycopg.errors.RestrictViolation}
    for role, error in refused.items():
        with psycopg.connect(fresh_database[role], autocommit=True) as link:
            for table, column in (("history_entry", "by"), ("history_seal", "algorithm")):
                for statement in _statements(table, column):
                    with pytest.raises(error):
                        link.execute(statement)
    assert Entry.objects.filter(pk=entry.pk).exists()


@pytest.mark.parametrize("model", MODELS)
def test_the_owner_cannot_truncate_either(module_database: dict[str, str], model: type[AppendOnly]) -> None:
    with (
        psycopg.connect(module_database["owner"], autocommit=True) as owner,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        owner.execute(f"TRUNCATE {model._meta.db_table} CASCADE")


def test_python_refuses_first_and_says_why(db: None) -> None:
    entry = actions.record(verb="test.done", subject=("thing", "1"), by="system:test", at=AT, values={})
    entry.by = "system:other"
    for change in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(by="system:other"),
        lambda: Entry.objects.bulk_update([entry], ["by"]),
    ):
        with pytest.raises(AppendOnlyError, match="只增不改"):
            change()

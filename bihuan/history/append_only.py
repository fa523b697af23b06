"""Tables that only grow: refused here in Python with a clear sentence, and by the database itself.

The database's refusal is plain SQL on purpose: a trigger library that a session may tell to look away would keep
nothing. The application's role gets SELECT and INSERT on such a table (`bihuan.installation.grant`); the triggers hold
the owner of the table to the same.
"""

from __future__ import annotations

from typing import Any, NoReturn, TypeVar

from django.db import migrations, models

FUNCTION = "history_refuse_change"
_M = TypeVar("_M", bound=models.Model, covariant=True)

# One function for all tables. It raises whatever was tried, so that a trigger on it needs no argument.
_MAKE_FUNCTION = f"""
CREATE FUNCTION public.{FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is refused on %: its rows are only added / 此表只增不改', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""


class AppendOnlyError(Exception):
    """A row of a table that only grows was to be changed or deleted."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} 只增不改 / {what} only grows: its rows are never changed or deleted")


class AppendOnlyQuerySet(models.QuerySet):
    """Rows to read, and to add with `create` and `bulk_create`."""

    def _refuse(self) -> NoReturn:
        raise AppendOnlyError(self.model._meta.label)

    def update(self, **_values: Any) -> NoReturn:
        self._refuse()

    def bulk_update(self, *_args: Any, **_options: Any) -> NoReturn:
        self._refuse()

    def delete(self) -> NoReturn:
        self._refuse()


class AppendOnlyManager(models.Manager[_M]):
    """Gives `AppendOnlyQuerySet`s, also to whoever comes by a relation."""

    def get_queryset(self) -> AppendOnlyQuerySet:
        return AppendOnlyQuerySet(self.model, using=self._db)


class AppendOnly(models.Model):
    """Base of every model whose rows are written once. Its table needs `append_only_table` in a migration."""

    objects = AppendOnlyManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        """Add the row.

        Raises:
            AppendOnlyError: it has been added before.
        """
        if not self._state.adding:
            raise AppendOnlyError(self._meta.label)
        options["force_insert"] = True  # a chosen primary key must not turn into an UPDATE
        super().save(*args, **options)

    def delete(self, *_args: Any, **_options: Any) -> NoReturn:
        raise AppendOnlyError(self._meta.label)


def append_only_function() -> migrations.RunSQL:
    """Migration operation: make the function that all append-only tables share. Used once, by this room."""
    return migrations.RunSQL(_MAKE_FUNCTION, f"DROP FUNCTION public.{FUNCTION}();")


def trigger_names(table: str) -> tuple[str, str, str]:
    """The triggers of an append-only table: against UPDATE, DELETE, TRUNCATE."""
    return f"{table}_no_update", f"{table}_no_delete", f"{table}_no_truncate"


def append_only_table(table: str) -> migrations.RunSQL:
    """Migration operation: the database refuses UPDATE, DELETE and TRUNCATE on `table`, whoever asks.

    Goes after the table's CreateModel in a migration that depends on history's first.
    """
    update, delete, truncate = trigger_names(table)
    call = f"EXECUTE FUNCTION public.{FUNCTION}()"
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {update} BEFORE UPDATE ON public.{table} FOR EACH ROW {call};
        CREATE TRIGGER {delete} BEFORE DELETE ON public.{table} FOR EACH ROW {call};
        CREATE TRIGGER {truncate} BEFORE TRUNCATE ON public.{table} FOR EACH STATEMENT {call};
        """,
        "".join(f"DROP TRIGGER {name} ON public.{table};" for name in (update, delete, truncate)),
    )

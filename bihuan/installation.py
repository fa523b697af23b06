"""What an installation needs before its first use: a database at hand, its tables up to date, its rights and seeds."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Progress = Callable[[str], None]


@contextmanager
def database(var: Path) -> Iterator[None]:
    """Name a running PostgreSQL in the environment while the block runs: the user's own, or the embedded one.

    Raises:
        bihuan.postgres.programs.ServerError: the embedded server cannot be had.
    """
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from bihuan.postgres.cluster import APP, OWNER, Cluster
    from bihuan.postgres.programs import wheel_programs
    from bihuan.postgres.session import running

    with running(Cluster(var / "pg", wheel_programs())) as cluster:
        named = {"DATABASE_URL": cluster.url(APP), "DATABASE_OWNER_URL": cluster.url(OWNER)}
        os.environ |= named
        try:
            yield
        finally:
            for name in named:
                os.environ.pop(name, None)


def connect() -> None:
    """Set Django up on the database that the environment names.

    Raises:
        django.db.OperationalError: nobody answers there.
    """
    import django
    from django.conf import settings
    from django.db import connections

    from bihuan.settings import database as described

    if not settings.configured:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    django.setup()
    url = os.environ["DATABASE_URL"]
    # Settings may have been read before the embedded server was up.
    connections["default"].settings_dict.update(described(url))
    connections["owner"].settings_dict.update(described(os.environ.get("DATABASE_OWNER_URL", url)))
    connections["default"].ensure_connection()


def disconnect() -> None:
    """Close every connection, so that a server that waits for its last user can stop at once."""
    from django.db import connections

    connections.close_all()


def prepare(*, progress: Progress = lambda _line: None) -> None:
    """Bring tables, rights and seeds up to date; nothing changes when they are. Django must be set up."""
    from django.core.management import call_command
    from django.db import connections

    owner = connections["owner"]
    call_command("migrate", database="owner", verbosity=0, interactive=False)
    app_role = connections["default"].settings_dict["USER"]
    if app_role and app_role != owner.settings_dict["USER"]:
        grant(app_role)
    seed(progress=progress)


def grant(role: str) -> None:
    """Give the application's role what it needs and no more: it reads and writes rows, it owns nothing.

    Append-only tables take new rows alone; no table may be truncated.
    """
    from django.apps import apps
    from django.db import connections

    from bihuan.history.models import AppendOnly

    owner = connections["owner"]
    name = owner.ops.quote_name(role)
    with owner.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}")
        cursor.execute(f"GRANT SELECT ON django_migrations TO {name}")
        for model in apps.get_models(include_auto_created=True):
            rights = "SELECT, INSERT" if issubclass(model, AppendOnly) else "SELECT, INSERT, UPDATE, DELETE"
            cursor.execute(f"GRANT {rights} ON {owner.ops.quote_name(model._meta.db_table)} TO {name}")


def seed(*, progress: Progress = lambda _line: None) -> None:
    """Load what ships with the program: the regions of China and the catalogue of measures."""
    from django.utils import timezone

    from bihuan import wiring

    for name, load in wiring.SEEDS.items():
        if load(by="system:installation", at=timezone.now()):
            progress(name)

"""What an installation needs before its first use: a database at hand, its tables up to date, its rights and seeds."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say

Progress = Callable[[str], None]

OLDEST_VERSION = 15
KEPT_SECONDS = 60
CONNECT_SECONDS = 5  # unless the address itself names a connect_timeout
_LOCK = 0x6269_6875_616E_0001  # one process at a time prepares a database


class UnusableDatabaseError(Refusal):
    """A database that cannot be reached or used."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__("database", zh, en)


def read_addresses() -> None:
    """Make sure that the addresses in the environment can be understood at all.

    Raises:
        UnusableDatabaseError: one of them cannot.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        try:
            conninfo_to_dict(os.environ.get(name, ""))
        except psycopg.ProgrammingError as error:
            # The message repeats part of the address; it is the user's own terminal.
            raise UnusableDatabaseError(
                f"{name} 不是 PostgreSQL 地址(应如 postgresql://用户:密码@主机/库):{error}",
                f"{name} is no PostgreSQL address (such as postgresql://user:password@host/database): {error}",
            ) from error


@contextmanager
def database(var: Path, *, meanwhile: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Name a running PostgreSQL in the environment while the block runs: the user's own, or the embedded one.

    Args:
        var: where the embedded server's files lie.
        meanwhile: work of the caller's that needs no server; done while the embedded one starts.

    Raises:
        bihuan.postgres.programs.ServerError: the embedded server cannot be had.
    """
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from bihuan.postgres.cluster import APP, OWNER, Cluster
    from bihuan.postgres.programs import wheel_programs
    from bihuan.postgres.session import running

    with running(Cluster(var / "pg", wheel_programs()), meanwhile=meanwhile) as cluster:
        named = {"DATABASE_URL": cluster.url(APP), "DATABASE_OWNER_URL": cluster.url(OWNER)}
        before = {name: os.environ.get(name) for name in named}
        os.environ |= named
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


def load() -> None:
    """Import and set up what commands on a database need; no database is asked."""
    import django
    from django.conf import settings

    if not settings.configured:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    django.setup()
    import django.db.migrations.executor

    import bihuan.wiring  # noqa: F401 - the seeds and all they use


def connect() -> None:
    """Set Django up on the database that the environment names.

    Raises:
        django.db.OperationalError: nobody answers there.
        UnusableDatabaseError: the server or the database cannot serve us.
    """
    from django.db import connections

    from bihuan.settings import database as described

    load()
    url = os.environ["DATABASE_URL"]
    # Settings may have been read before the embedded server was up.
    for alias, address in (("default", url), ("owner", os.environ.get("DATABASE_OWNER_URL") or url)):
        description = described(address)
        description["OPTIONS"].setdefault("connect_timeout", str(CONNECT_SECONDS))
        connections[alias].settings_dict.update(description)
    found = {alias: _found(connections[alias]) for alias in ("default", "owner")}
    refuse(*found["default"][:2])
    if found["default"] != found["owner"]:
        raise UnusableDatabaseError(
            "DATABASE_URL 与 DATABASE_OWNER_URL 不是同一个数据库",
            "DATABASE_URL and DATABASE_OWNER_URL are not the same database",
        )


def _found(connection: Any) -> tuple[int, str, int, str]:
    """Version (150004), encoding, and what tells this database of this server from any other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version_num')::int, pg_encoding_to_char(encoding), oid::bigint,"
            " pg_postmaster_start_time()::text FROM pg_database WHERE datname = current_database()"
        )
        row: tuple[int, str, int, str] = cursor.fetchone()
    return row


def refuse(version: int, encoding: str) -> None:
    """Raise UnusableDatabaseError for a server that is too old (`version` such as 150004), or without UTF-8."""
    if version < OLDEST_VERSION * 10_000:
        old = version // 10_000
        raise UnusableDatabaseError(
            f"PostgreSQL {old} 太旧,需要 {OLDEST_VERSION} 或更新版本",
            f"PostgreSQL {old} is too old: {OLDEST_VERSION} or later is needed",
        )
    if encoding != "UTF8":
        raise UnusableDatabaseError(
            f"数据库编码是 {encoding},需要 UTF8(createdb -E UTF8 -T template0)",
            f"the database's encoding is {encoding}, UTF8 is needed (createdb -E UTF8 -T template0)",
        )


def keep_connections() -> None:
    """Let each thread of this process keep its connection for the requests to come: a fresh one costs a page a third
    of its time. One that broke meanwhile is replaced before it is used. Django must be set up."""
    from django.db import connections

    connections["default"].settings_dict |= {"CONN_MAX_AGE": KEPT_SECONDS, "CONN_HEALTH_CHECKS": True}


def disconnect() -> None:
    """Close every connection, so that a server that waits for its last user can stop at once."""
    from django.db import connections

    connections.close_all()


def prepare(*, progress: Progress = lambda _line: None) -> None:
    """Bring tables, rights and seeds up to date; nothing changes when they are. Django must be set up.

    One process at a time: two first starts on an empty database both succeed.

    Raises:
        UnusableDatabaseError: the database does not allow it.
        django.db.OperationalError: the connection was lost.
    """
    from django.db import DatabaseError, OperationalError, connections
    from django.db.migrations.exceptions import InconsistentMigrationHistory

    from bihuan.migrating import migrate, migrated

    owner = connections["owner"]
    app_role = connections["default"].settings_dict["USER"]
    try:
        with _one_at_a_time(owner, progress):
            if not migrated(owner):
                migrate(owner)
            if app_role and app_role != owner.settings_dict["USER"]:
                grant(app_role)
            seed(progress=progress)
    except OperationalError:
        raise  # the connection was lost
    except (DatabaseError, InconsistentMigrationHistory) as error:
        said = str(error).strip()
        raise UnusableDatabaseError(
            f"数据库不允许建表或授权,请检查 DATABASE_OWNER_URL 的角色是否拥有此库:{said}",
            f"tables or rights cannot be set up; does the role of DATABASE_OWNER_URL own this database? {said}",
        ) from error


@contextmanager
def _one_at_a_time(owner: Any, progress: Progress) -> Iterator[None]:
    # Asked for again and again: a session that waits inside PostgreSQL keeps a snapshot, which holds up the sealing.
    told = False
    with owner.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            if cursor.fetchone()[0]:
                break
            if not told:
                progress(say("另一命令正在准备数据库,请稍候", "another command is preparing the database, please wait"))
                told = True
            time.sleep(0.05)
    try:
        yield
    finally:
        if owner.connection is not None and not owner.connection.closed:
            with owner.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def grant(role: str) -> None:
    """Give the application's role what it needs and no more: it reads and writes rows, it owns nothing.

    Append-only tables take new rows alone; no table may be truncated. Rights that are right are left alone; a change
    is one transaction, so that an application at work never stands without any.
    """
    from django.db import connections, transaction

    owner = connections["owner"]
    if _rights(owner, role) == _due(owner):
        return
    name = owner.ops.quote_name(role)
    with transaction.atomic(using="owner"), owner.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {name}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {name}")
        for table, rights in _due(owner).items():
            cursor.execute(f"GRANT {', '.join(sorted(rights))} ON {owner.ops.quote_name(table)} TO {name}")


def _due(owner: Any) -> dict[str, set[str]]:
    """The rights that the application's role should have, by table and sequence."""
    from django.apps import apps

    from bihuan.history.models import AppendOnly

    due = {"django_migrations": {"SELECT"}}
    for model in apps.get_models(include_auto_created=True):
        due[model._meta.db_table] = {"SELECT", "INSERT"}
        if not issubclass(model, AppendOnly):
            due[model._meta.db_table] |= {"UPDATE", "DELETE"}
    with owner.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'")
        return due | {name: {"USAGE", "SELECT"} for (name,) in cursor.fetchall()}


def _rights(owner: Any, role: str) -> dict[str, set[str]]:
    """The rights that the role has been given itself, on whole tables or on single columns."""
    given: dict[str, set[str]] = {}
    with owner.cursor() as cursor:
        cursor.execute(
            """
            WITH ours AS (
                SELECT oid, relname, relacl FROM pg_class WHERE relnamespace = 'public'::regnamespace
            ), acl AS (
                SELECT relname, relacl AS list FROM ours
                UNION ALL
                SELECT o.relname, a.attacl FROM ours o JOIN pg_attribute a ON a.attrelid = o.oid
                WHERE a.attacl IS NOT NULL
            )
            SELECT acl.relname, item.privilege_type FROM acl CROSS JOIN LATERAL aclexplode(acl.list) AS item
            WHERE item.grantee = (SELECT oid FROM pg_roles WHERE rolname = %s)
            """,
            [role],
        )
        for table, right in cursor.fetchall():
            given.setdefault(table, set()).add(right)
    return given


def seed(*, progress: Progress = lambda _line: None) -> None:
    """Load what ships with the program: the regions of China and the catalogue of measures."""
    from django.utils import timezone

    from bihuan import wiring

    for name, load_it in wiring.SEEDS.items():
        if load_it(by="system:installation", at=timezone.now()):
            zh, _, en = name.partition(" / ")
            progress(say(f"已载入{zh}", f"loaded: {en}"))

"""A real PostgreSQL for the tests: our own supervisor's, or the one BIHUAN_TEST_SERVER names.

Each test process works in a database of its own, copied from a template that was migrated once. Tests run as the
application's role, which owns nothing, just as in use.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from pytest_django import DjangoDbBlocker

if TYPE_CHECKING:
    from cast import Cast

PROJECT = Path(__file__).resolve().parent.parent
APP = "bihuan_app"

# How long one example takes says more of what else the machine does than of the code.
settings.register_profile("bihuan", deadline=None)
settings.load_profile("bihuan")
MEMORY = 2 * 2**30  # bytes; what is used is a quarter of it


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """A digest that is slow on purpose would only slow the tests."""
    from django.test import override_settings

    quick = ["django.contrib.auth.hashers.MD5PasswordHasher", "bihuan.org.hashers.OnceHasher"]
    with override_settings(PASSWORD_HASHERS=quick):
        yield


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """No test speaks the language that another has left behind."""
    from django.utils import translation

    with translation.override("zh-hans"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The fixed cast: people of every role, in three counties and the prefecture's own office."""
    from cast import make_cast

    return make_cast()


@pytest.fixture(scope="session")
def server() -> Iterator[dict[str, str]]:
    """Addresses of a running server: {"owner": url, "app": url}, both of the maintenance database."""
    named = os.environ.get("BIHUAN_TEST_SERVER")  # an owner's address; the application's role is made there
    if named:
        password = "test"
        with psycopg.connect(named, autocommit=True) as link, _one_at_a_time("role"):
            if not link.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
                link.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(APP), password))
        yield {"owner": named, "app": make_conninfo(named, user=APP, password=password)}
        return
    from bihuan.postgres.cluster import APP as app_role
    from bihuan.postgres.cluster import OWNER, Cluster
    from bihuan.postgres.programs import wheel_programs
    from bihuan.postgres.session import running

    programs = Path(os.environ["BIHUAN_TEST_PROGRAMS"]) if "BIHUAN_TEST_PROGRAMS" in os.environ else wheel_programs()
    with running(Cluster(_place(programs), programs, durable=False)) as cluster:
        yield {"owner": cluster.url(OWNER, "postgres"), "app": cluster.url(app_role, "postgres")}


def _place(programs: Path) -> Path:
    """Where the server keeps its data: in memory where there is room (`make clean` takes it away), else in var/.

    A test's own database is some 1,300 files, and ext4 goes through all that were lately deleted before it gives a new
    one its place: after a few such tests the next database takes a second instead of a tenth of one.
    """
    kind, memory = hashlib.sha256(str(programs).encode()).hexdigest()[:6], Path("/dev/shm")
    if os.access(memory, os.W_OK | os.X_OK) and shutil.disk_usage(memory).free > MEMORY:
        return memory / f"bihuan-tests-{hashlib.sha256(str(PROJECT).encode()).hexdigest()[:8]}-{kind}"
    return PROJECT / "var" / f"pg-test-{kind}"


@contextmanager
def _one_at_a_time(name: str) -> Iterator[None]:
    folder = PROJECT / "var"
    folder.mkdir(exist_ok=True)
    with (folder / f"test-{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _point(alias: str, url: str, name: str) -> None:
    from django.db import connections

    parts = conninfo_to_dict(url)
    connections[alias].close()
    connections[alias].settings_dict.update(
        NAME=name,
        USER=parts.get("user", ""),
        PASSWORD=parts.get("password", ""),
        HOST=parts.get("host", ""),
        PORT=parts.get("port", ""),
    )


def _code_digest() -> str:
    """Changes whenever a table or a seed may have changed, so that a stale template is never used."""
    digest = hashlib.sha256()
    for pattern in ("migrations/*.py", "data/*", "models.py", "actions.py", "actions/*.py", "append_only.py"):
        for path in sorted((PROJECT / "bihuan").rglob(pattern)):
            if path.is_file():
                digest.update(path.read_bytes())
    for name in ("installation.py", "migrating.py", "wiring.py"):
        digest.update((PROJECT / "bihuan" / name).read_bytes())
    return digest.hexdigest()[:12]


def _remove(link: psycopg.Connection[Any], name: str) -> None:
    """Drop a database once its last connections have ended: a DROP that still finds one sleeps a tenth of a second."""
    ending = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s"
    for _ in range(50):
        if link.execute(ending, [name]).fetchone() == (0,):
            break
        time.sleep(0.002)
    link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _create(owner: str, name: str, template: str | None = None) -> None:
    with psycopg.connect(owner, autocommit=True) as link:
        _remove(link, name)
        source = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template)) if template else sql.SQL("")
        link.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + source)


@pytest.fixture(scope="session")
def template(server: dict[str, str], django_db_blocker: DjangoDbBlocker) -> str:
    """The name of a migrated and seeded database, made once for each state of the code."""
    from django.db import connections

    from bihuan import installation

    name = f"bihuan_template_{_code_digest()}"
    with _one_at_a_time("template"), psycopg.connect(server["owner"], autocommit=True) as link:
        if link.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            return name
        # The last few stay: another run, of the code as it was a moment ago, may still copy from its own.
        stale = "SELECT datname FROM pg_database WHERE datname LIKE 'bihuan\\_template\\_%' ORDER BY oid DESC OFFSET 4"
        for (old,) in link.execute(stale).fetchall():
            link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(old)))
        making = name + "_new"
        _create(server["owner"], making)
        _point("owner", server["owner"], making)
        _point("default", server["app"], making)
        with django_db_blocker.unblock():
            installation.prepare()
            for alias in ("owner", "default"):
                connections[alias].close()
        link.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(making), sql.Identifier(name)))
    return name


@pytest.fixture(scope="session")
def django_db_setup(server: dict[str, str], template: str, request: pytest.FixtureRequest) -> Iterator[None]:
    """Instead of Django's test database: a copy of the template, used as the application's role."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"bihuan_test_{os.getpid()}_{worker}"
    _create(server["owner"], name, template)
    _point("default", server["app"], name)
    _point("owner", server["owner"], name)
    yield
    _drop(server, name)


@contextmanager
def own_database(
    server: dict[str, str], template: str, name: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, str]]:
    """A copy of the template in which commits are real, for as long as the block; gives {"owner": url, "app": url}."""
    from django.db import connections

    before = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
    _create(server["owner"], name, template)
    _point("default", server["app"], name)
    _point("owner", server["owner"], name)
    with django_db_blocker.unblock():
        yield {role: make_conninfo(server[role], dbname=name) for role in ("owner", "app")}
        for alias, settings in before.items():
            connections[alias].close()
            connections[alias].settings_dict.update(settings)
    _drop(server, name)


@pytest.fixture
def fresh_database(
    server: dict[str, str], template: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, str]]:
    """A database of the test's own in which commits are real; gives {"owner": url, "app": url}.

    For what one rolled-back transaction cannot show: sealing, concurrency, faults.
    """
    with own_database(server, template, f"bihuan_fresh_{os.getpid()}", django_db_blocker) as addresses:
        yield addresses


@pytest.fixture
def empty_database(
    server: dict[str, str], django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, str]]:
    """A database without any table yet; everyone works as its owner."""
    ours = {"owner": server["owner"], "app": server["owner"]}
    with own_database(ours, "template0", f"bihuan_empty_{os.getpid()}", django_db_blocker) as addresses:
        yield addresses


@pytest.fixture(scope="module")
def module_database(
    server: dict[str, str], template: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[dict[str, str]]:
    """The same for the tests of one module together."""
    with own_database(server, template, f"bihuan_module_{os.getpid()}", django_db_blocker) as addresses:
        yield addresses


def _drop(server: dict[str, str], name: str) -> None:
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
    with psycopg.connect(server["owner"], autocommit=True) as link:
        _remove(link, name)

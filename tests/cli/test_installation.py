"""Preparing a database: nothing needed is skipped, nothing right is changed; one's own server of version 15."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from bihuan import installation
from bihuan.postgres.cluster import OWNER, Cluster
from bihuan.postgres.session import running

if TYPE_CHECKING:
    from conftest import Installation

DEBIAN = Path("/usr/lib/postgresql/15/bin")


# -- preparing -------------------------------------------------------------------------------------------------------


def test_what_is_done_is_left_alone(fresh_database: dict[str, str]) -> None:
    with psycopg.connect(fresh_database["owner"], autocommit=True) as link:
        state = (
            "SELECT oid, xmin::text, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        installation.prepare()
        before = link.execute(state).fetchall()
        installation.prepare()
        assert link.execute(state).fetchall() == before
        here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"  # others test beside us
        held = f"SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND {here}"
        assert link.execute(held).fetchone() == (0,)


def test_a_migration_that_was_taken_back_is_applied_again(fresh_database: dict[str, str]) -> None:
    """With its seeds and rights. The last of all: Django takes back the others' states one by one."""
    from django.core.management import call_command

    call_command("migrate", "workdays", "zero", database="owner", verbosity=0)
    with psycopg.connect(fresh_database["owner"], autocommit=True) as link:
        there = "SELECT to_regclass('workdays_yearlist') IS NOT NULL"
        assert link.execute(there).fetchone() == (False,)
        installation.prepare()
        assert link.execute(there).fetchone() == (True,)
    with psycopg.connect(fresh_database["app"]) as link:
        assert link.execute("SELECT count(*) > 0 FROM workdays_yearlist").fetchone() == (True,)


@pytest.mark.parametrize(
    "change",
    [
        "GRANT UPDATE ON history_entry TO bihuan_app",
        "GRANT UPDATE (by) ON history_entry TO bihuan_app",
        "GRANT TRUNCATE ON org_region TO bihuan_app",
        "REVOKE INSERT ON figures_figure FROM bihuan_app",
        "REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM bihuan_app",
    ],
)
def test_rights_that_are_wrong_are_set_right(fresh_database: dict[str, str], change: str) -> None:
    from django.db import connections

    installation.prepare()
    owner = connections["owner"]
    assert installation._rights(owner, "bihuan_app") == installation._due(owner)
    with psycopg.connect(fresh_database["owner"], autocommit=True) as link:
        link.execute(change)
    assert installation._rights(owner, "bihuan_app") != installation._due(owner)
    installation.prepare()
    with psycopg.connect(fresh_database["owner"], autocommit=True) as link:
        asked = "SELECT has_any_column_privilege('bihuan_app', 'history_entry', 'UPDATE')"
        assert link.execute(asked).fetchone() == (False,)
    assert installation._rights(owner, "bihuan_app") == installation._due(owner)


def test_who_comes_second_waits(fresh_database: dict[str, str]) -> None:
    told: list[str] = []
    with psycopg.connect(fresh_database["owner"], autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [installation._LOCK])

        def let_go(line: str) -> None:
            told.append(line)
            other.execute("SELECT pg_advisory_unlock(%s)", [installation._LOCK])

        installation.prepare(progress=let_go)
    assert len(told) == 1


@pytest.mark.parametrize(("version", "encoding"), [(140_010, "UTF8"), (90_624, "UTF8"), (150_004, "SQL_ASCII")])
def test_a_server_that_will_not_do_is_refused(version: int, encoding: str) -> None:
    with pytest.raises(installation.UnusableDatabaseError, match=r"太旧|UTF8") as caught:
        installation.refuse(version, encoding)
    assert "15" in str(caught.value) or "UTF8" in str(caught.value)
    installation.refuse(150_000, "UTF8")


# -- one's own PostgreSQL 15 -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own(new_installation: Callable[[], Installation]) -> Iterator[tuple[Installation, Cluster]]:
    if not (DEBIAN / "postgres").exists():
        pytest.skip("PostgreSQL 15 is not installed (Debian: postgresql-15)")
    made = new_installation()
    with running(Cluster(made.folder / "own", DEBIAN, durable=False)) as cluster:
        yield made, cluster


def make(cluster: Cluster, database: str, *roles: str) -> list[str]:
    """A database that the first of new plain roles owns; gives the roles' addresses."""
    with psycopg.connect(cluster.url(OWNER, "postgres"), autocommit=True) as link:
        for role in roles:
            link.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'test'").format(sql.Identifier(role)))
        names = sql.Identifier(database), sql.Identifier(roles[0])
        link.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(*names))
    host = conninfo_to_dict(cluster.url(OWNER))["host"]
    return [f"postgresql://{role}:test@/{database}?host={host}" for role in roles]


def main_job(made: Installation, addresses: dict[str, str], out: str) -> None:
    ended = made("demo", "--once", "--out", out, **addresses)
    assert (ended.code, ended.out) == (0, ""), ended.err
    verified = made("verify", f"{out}/report.docx", "--json", **addresses)
    assert (verified.code, json.loads(verified.out)["state"]) == (0, "holds")
    history = json.loads(made("history", "verify", "--json", **addresses).out)
    assert history["broken"] is None
    assert history["pending"] == 0
    assert made("demo", "--once", "--out", out, **addresses).code == 0
    assert json.loads(made("history", "verify", "--json", **addresses).out)["length"] == history["length"]
    assert not (made.folder / "var" / "pg").exists(), "no server of our own beside the user's"


def test_owner_and_application_apart(own: tuple[Installation, Cluster]) -> None:
    made, cluster = own
    owner, app = make(cluster, "apart", "apart_owner", "apart_app")
    main_job(made, {"DATABASE_URL": app, "DATABASE_OWNER_URL": owner}, "apart")
    refusals = ((app, psycopg.errors.InsufficientPrivilege), (owner, psycopg.errors.RestrictViolation))
    for address, refusal in refusals:
        for statement in (
            "UPDATE history_entry SET verb = 'x'",
            "DELETE FROM history_entry",
            "TRUNCATE history_entry CASCADE",
        ):
            with psycopg.connect(address) as link, pytest.raises(refusal):
                link.execute(statement)


def test_one_role_for_all(own: tuple[Installation, Cluster]) -> None:
    made, cluster = own
    (single,) = make(cluster, "single", "single")
    main_job(made, {"DATABASE_URL": single}, "single")
    for table, column in (("history_entry", "verb"), ("history_seal", "algorithm")):
        for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}", f"TRUNCATE {table} CASCADE"):
            with psycopg.connect(single) as link, pytest.raises(psycopg.errors.RestrictViolation):
                link.execute(statement)


def test_two_first_starts_at_once_on_ones_own_server(own: tuple[Installation, Cluster]) -> None:
    made, cluster = own
    owner, app = make(cluster, "race", "race_owner", "race_app")
    started = [made.start("history", "verify", DATABASE_URL=app, DATABASE_OWNER_URL=owner) for _ in range(3)]
    ended = [(process.communicate(timeout=60)[1].decode(), process.returncode) for process in started]
    assert [code for _said, code in ended] == [0, 0, 0], ended


@pytest.mark.skipif("BIHUAN_TEST_PROGRAMS" in os.environ, reason="this process works with another PostgreSQL")
def test_the_environment_is_left_as_found(tmp_path: Path, new_installation: Callable[[], Installation]) -> None:
    made = new_installation()
    script = (
        "import os; from pathlib import Path; from bihuan import installation\n"
        "os.environ['DATABASE_OWNER_URL'] = 'postgresql:///mine'\n"
        "with installation.database(Path(os.environ['BIHUAN_VAR'])): assert 'DATABASE_URL' in os.environ\n"
        "assert 'DATABASE_URL' not in os.environ; print(os.environ['DATABASE_OWNER_URL'])"
    )
    python = made.command.parent / "python"
    done = subprocess.run([python, "-c", script], env=made.environment, capture_output=True, timeout=60, check=False)
    assert done.stdout == b"postgresql:///mine\n", done.stderr

"""Two installations, each with a database of its own in which commits are real."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from cast import Cast
from installations import Installation, Wire
from psycopg.conninfo import make_conninfo
from pytest_django import DjangoDbBlocker
from reported import AT, BY, Other

from bihuan.exchange import actions

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


@pytest.fixture
def county(cast: Cast) -> Other:
    """Kangle's own installation; its fingerprint was compared."""
    actions.make_identity(name=cast.office.name, by=BY, at=AT)
    other = Other("康乐县应急管理局")
    other.met(cast.kangle, upward=False)
    return other


@pytest.fixture(scope="module")
def installations(
    server: dict[str, str],
    template: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Installation, Installation]]:
    """The prefecture's and the province's."""
    from conftest import own_database

    folder = tmp_path_factory.mktemp("installations")
    with (
        own_database(server, template, f"bihuan_lower_{os.getpid()}", django_db_blocker) as lower,
        own_database(server, template, f"bihuan_upper_{os.getpid()}", django_db_blocker) as upper,
    ):
        yield Installation("prefecture", lower, folder / "lower"), Installation("province", upper, folder / "upper")


@pytest.fixture(scope="module")
def brittle(
    server: dict[str, str], template: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Installation, Installation]]:
    """The same two on a server of their own, that a test may kill; what is committed there is on disk."""
    from bihuan.postgres.cluster import APP, OWNER, Cluster
    from bihuan.postgres.programs import wheel_programs
    from bihuan.postgres.session import running

    with tempfile.TemporaryDirectory(prefix="bihuan-exchange-", dir="/tmp") as top:
        os.chmod(top, 0o755)  # the server's account must be able to pass
        programs = wheel_programs()
        with running(Cluster(Path(top) / "pg", programs)) as cluster, django_db_blocker.unblock():
            maker = cluster.url(OWNER, "postgres")
            made = []
            for name in ("lower", "upper"):
                urls = {"owner": cluster.url(OWNER, name), "app": cluster.url(APP, name)}
                if made:
                    _execute(maker, "CREATE DATABASE upper TEMPLATE lower")
                else:
                    _execute(maker, "CREATE DATABASE lower")
                    _copy(programs, make_conninfo(server["owner"], dbname=template), urls["owner"])
                made.append(Installation(name, urls, Path(top) / name))
            yield made[0], made[1]


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as link:
        link.execute(statement)  # type: ignore[call-overload]


def _copy(programs: Path, source: str, to: str) -> None:
    dumped = subprocess.run(
        [programs / "pg_dump", "--format=custom", "--compress=0", source], capture_output=True, check=True
    )
    subprocess.run([programs / "pg_restore", "--no-owner", "--exit-on-error", "--dbname", to], input=dumped.stdout,
                   check=True)  # fmt: skip


@pytest.fixture
def wires(installations: tuple[Installation, Installation]) -> Iterator[tuple[Wire, Wire]]:
    """From the prefecture to the province, and back."""
    lower, upper = installations
    with lower.served(), upper.served(), Wire(upper.port).laid() as up, Wire(lower.port).laid() as down:
        yield up, down

"""How the command ends when it is stopped: nothing of it is left, whatever the signal."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from bihuan.postgres.cluster import APP, OWNER, Cluster
from bihuan.postgres.programs import wheel_programs
from bihuan.serving import THREADS

if TYPE_CHECKING:
    from conftest import Installation


@pytest.fixture(scope="module")
def installed(new_installation: Callable[[], Installation]) -> Installation:
    made = new_installation()
    ended = made("demo", "--once")
    assert ended.code == 0, ended.err
    return made


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes(installed: Installation) -> list[str]:
    """Every process that works for the installation: the command, its workers, keeper and server."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            environment = (folder / "environ").read_bytes().decode(errors="replace")
        except OSError:
            continue
        if f"BIHUAN_VAR={installed.environment['BIHUAN_VAR']}" in environment or str(installed.folder) in words:
            found.append(f"{folder.name} {words}")
    return found


def gone(installed: Installation, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while processes(installed) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not processes(installed)


def serving(installed: Installation, port: int, command: str = "demo", **more: str) -> subprocess.Popen[bytes]:
    options = ["--out", f"out-{port}"] if command == "demo" else []
    process = installed.start(command, "--port", str(port), *options, **more)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                assert page.status == 200
                return process
        except OSError:
            assert process.poll() is None, process.communicate()[1].decode()
            time.sleep(0.05)
    raise AssertionError("no page")


@pytest.fixture(autouse=True)
def _nothing_left(installed: Installation) -> Iterator[None]:
    assert processes(installed) == []
    yield
    left = [] if gone(installed) else processes(installed)
    for line in left:  # what a failed test left behind would make the next ones fail too
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(line.split()[0]), signal.SIGKILL)
    assert left == []


@pytest.mark.parametrize("command", ["demo", "up"])
def test_ctrl_c_ends_it_cleanly(installed: Installation, command: str) -> None:
    port = free_port()
    process = serving(installed, port, command)
    os.killpg(process.pid, signal.SIGINT)  # the terminal sends it to the whole group
    _out, said = process.communicate(timeout=40)
    assert process.returncode in (0, 130)
    assert b"Traceback" not in said
    assert processes(installed) == [], "the command waits until its server has stopped"
    assert not (installed.folder / "var/pg/data-18/postmaster.pid").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL], ids=lambda number: number.name)
@pytest.mark.parametrize("command", ["demo", "up"])
def test_any_other_end_leaves_nothing(installed: Installation, number: signal.Signals, command: str) -> None:
    process = serving(installed, free_port(), command)
    process.send_signal(number)
    _out, said = process.communicate(timeout=40)
    assert b"Traceback" not in said
    assert gone(installed, 20), processes(installed)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
@pytest.mark.parametrize("delay", [0.1, 0.5, 1.0])
def test_stopped_at_work(installed: Installation, number: signal.Signals, delay: float) -> None:
    process = installed.start("demo", "--once")
    time.sleep(delay)
    os.killpg(process.pid, number)
    _out, said = process.communicate(timeout=40)
    assert process.returncode in (128 + number, -number), said.decode()
    assert b"Traceback" not in said, said.decode()


def test_two_at_once_and_another_command_meanwhile(installed: Installation) -> None:
    ports = free_port(), free_port()
    first = serving(installed, ports[0])
    second = serving(installed, ports[1])
    before = installed("history", "verify")
    assert before.code == 0
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=40)
    with urllib.request.urlopen(f"http://127.0.0.1:{ports[1]}/", timeout=5) as page:
        assert page.status == 200, "the other one's server stays up"
    taken = installed("demo", "--port", str(ports[1]))
    assert (taken.code, len(taken.lines)) == (2, 1), "a port that is taken is refused before anything is done"
    assert "--port" in taken.err
    second.send_signal(signal.SIGINT)
    second.communicate(timeout=40)


def test_again_adds_nothing_and_is_quicker(installed: Installation) -> None:
    length = installed("history", "verify", "--json").out
    began = time.monotonic()
    ended = installed("demo", "--once")
    took = time.monotonic() - began
    assert ended.code == 0
    assert "行政区划" not in ended.err
    assert installed("history", "verify", "--json").out == length
    assert took < 15


# -- the periodic jobs beside the pages ------------------------------------------------------------------------------


def jobs_of(installed: Installation) -> list[int]:
    """The processes that do the installation's periodic jobs."""
    found = [line.split(maxsplit=1) for line in processes(installed)]
    return [int(number) for number, words in found if words.strip().endswith("bihuan jobs")]


def until(holds: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_jobs_that_were_killed_are_started_again(installed: Installation) -> None:
    process = serving(installed, free_port(), "up")
    until(lambda: jobs_of(installed))
    (first,) = jobs_of(installed)
    os.kill(first, signal.SIGKILL)
    until(lambda: set(jobs_of(installed)) - {first})
    process.send_signal(signal.SIGTERM)
    _out, said = process.communicate(timeout=40)
    assert process.returncode == 0, said.decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_the_jobs_alone_seal_what_waits_and_end_when_told(installed: Installation, number: signal.Signals) -> None:
    process = installed.start("jobs")
    cluster = Cluster(installed.folder / "var/pg", wheel_programs())
    until(cluster.ready.exists)
    with psycopg.connect(cluster.url(APP), autocommit=True) as link:
        link.execute(
            'INSERT INTO history_entry (at, by, verb, subject_kind, subject_id, "values", commitments)'
            " VALUES (now(), 'system:tests', 'figures.withdrawn', 'figure', '1', '{}', '{}')"
        )
        until(lambda: link.execute("SELECT count(*) FROM history_pending").fetchone() == (0,))
    os.killpg(process.pid, number)
    _out, said = process.communicate(timeout=40)
    assert process.returncode == 0, said.decode()
    assert b"Traceback" not in said


def test_a_rush_keeps_few_connections_and_broken_ones_are_replaced(installed: Installation) -> None:
    port = free_port()
    process = serving(installed, port, "up")
    address = f"http://127.0.0.1:{port}/check/ABCDEFGH/"  # no such paper: the database is asked
    cluster = Cluster(Path(installed.environment["BIHUAN_VAR"]) / "pg", wheel_programs())

    def ask(_number: int) -> int:
        try:
            with urllib.request.urlopen(address, timeout=20) as page:
                return int(page.status)
        except urllib.error.HTTPError as refused:
            refused.close()
            return refused.code

    rest = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with psycopg.connect(cluster.url(OWNER), autocommit=True) as link, ThreadPoolExecutor(60) as crowd:
        before = len(link.execute(f"SELECT pid {rest}").fetchall())
        assert set(crowd.map(ask, range(240))) == {404}
        held = len(link.execute(f"SELECT pid {rest}").fetchall())
        assert before < held <= before + 2 * THREADS  # kept, and bounded: two workers
        assert len(link.execute(f"SELECT pg_terminate_backend(pid) {rest}").fetchall()) >= held - 1
        assert set(crowd.map(ask, range(240))) == {404}
    os.killpg(process.pid, signal.SIGINT)
    process.wait(20)

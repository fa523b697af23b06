"""What a command does to use the embedded server: find it running or have it started, and leave things as found."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from bihuan.postgres.cluster import OWNER, Cluster
from bihuan.postgres.programs import ServerError

WAIT_SECONDS = 320


@contextmanager
def running(cluster: Cluster, *, meanwhile: Callable[[], None] = lambda: None) -> Iterator[Cluster]:
    """Hold the server up while the block runs.

    The server is started when it is not running, and stopped when its last user leaves, also when that user was
    killed. Any number of processes may hold it at once.

    Args:
        meanwhile: called once before the block, while the server starts.

    Raises:
        ServerError: it cannot be started; the message says why.
    """
    try:
        cluster.root.mkdir(parents=True, exist_ok=True)
        users = os.open(cluster.lock("users"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ServerError(f"数据文件夹不能用:{error}", f"the data folder is of no use: {error}") from error
    started = False
    try:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits while a keeper is shutting down
        started = _ensure(cluster, meanwhile)
        yield cluster
    finally:
        os.close(users)
        if started:
            _wait_until_left(cluster)


def _ensure(cluster: Cluster, meanwhile: Callable[[], None]) -> bool:
    """Wait until the server answers; start a keeper whenever none is at work. Returns whether we started one."""
    deadline = time.monotonic() + WAIT_SECONDS
    keeper: subprocess.Popen[bytes] | None = None
    if not _kept(cluster):
        keeper = _start_keeper(cluster)
    meanwhile()
    while time.monotonic() < deadline:
        if _kept(cluster):
            if cluster.ready.exists() and _answers(cluster):
                return keeper is not None
        elif keeper is None:
            keeper = _start_keeper(cluster)
        elif keeper.poll() is not None:
            failed = cluster.root / "failed"
            if failed.exists():
                zh, en = json.loads(failed.read_text())
                raise ServerError(f"内置数据库无法启动:{zh}", f"the embedded PostgreSQL cannot start: {en}")
            keeper = None  # it gave way to another that has ended since
        time.sleep(0.02)
    raise ServerError("内置数据库没有应答", "the embedded PostgreSQL does not answer")


def _start_keeper(cluster: Cluster) -> subprocess.Popen[bytes]:
    (cluster.root / "failed").unlink(missing_ok=True)
    command = [sys.executable, "-m", "bihuan.postgres.keeper", str(cluster.place), str(cluster.programs)]
    # A session of its own: Ctrl-C at the command must not reach the server before the command has finished.
    return subprocess.Popen(
        [*command, "durable" if cluster.durable else "fast"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _kept(cluster: Cluster) -> bool:
    """Whether a keeper is at work: it holds its lock as long as it lives."""
    handle = os.open(cluster.lock("keeper"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _answers(cluster: Cluster) -> bool:
    try:
        psycopg.connect(cluster.url(OWNER), connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _wait_until_left(cluster: Cluster) -> None:
    """Return once the server has stopped, or at once where someone else still uses it."""
    deadline = time.monotonic() + 30
    while _kept(cluster) and time.monotonic() < deadline:
        if cluster.ready.exists() and _used_by_others(cluster):
            return
        time.sleep(0.02)


def _used_by_others(cluster: Cluster) -> bool:
    """Whether another command holds the server; a keeper that holds the lock to shut down is none."""
    handle = os.open(cluster.lock("users"), os.O_RDWR | os.O_CLOEXEC)
    try:
        if _taken(handle, fcntl.LOCK_EX):
            return False  # nobody at all
        return _taken(handle, fcntl.LOCK_SH)
    finally:
        os.close(handle)


def _taken(handle: int, kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

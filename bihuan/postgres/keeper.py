"""The keeper: one process that starts the server, keeps it up, and stops it when its last user has gone.

Every command that needs the database holds a shared lock on `users.lock` while it works (see `session`). The keeper
waits for an exclusive lock on the same file: it gets it only when no user is left, however the users ended, since the
kernel drops a dead process's locks. The server is the keeper's child and dies with it.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType

import psycopg
from psycopg import sql

from bihuan.lib.parent import die_with_parent
from bihuan.postgres.cluster import APP, DATABASE, ENVIRONMENT, OWNER, Cluster
from bihuan.postgres.programs import ServerError

START_SECONDS = 300  # crash recovery of a large database takes its time
STOP_SECONDS = 60
RESTARTS = 5  # in a row, each within a minute of the last, before the keeper gives up


def _die_with_parent() -> None:
    # Runs in the child after it has changed its user: a killed keeper must not leave a server behind.
    die_with_parent(signal.SIGINT)


def stop_orphan(cluster: Cluster) -> None:
    """Stop a server that a killed keeper left on our data, then clear lock files that no server holds.

    PostgreSQL believes a lock file while any process has its number: a recycled one, or a dead server that nobody has
    reaped. We look at what the process is.
    """
    for file in (cluster.data / "postmaster.pid", cluster.sockets / ".s.PGSQL.5432.lock"):
        try:
            pid = int(file.read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            continue
        if _serves(pid, cluster.data):
            os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while _serves(pid, cluster.data):
            if time.monotonic() > deadline:
                raise ServerError(
                    f"上次运行留下的 PostgreSQL(进程 {pid})停不下来",
                    f"a PostgreSQL of an earlier run (process {pid}) does not stop",
                )
            time.sleep(0.05)
        file.unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, IndexError):
        return False
    return state != "Z" and os.fsencode(data) in words


class Keeper:
    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.child: subprocess.Popen[bytes] | None = None
        self.stopping = threading.Event()

    def start(self) -> None:
        """Start the server and wait until it answers, with roles and database in place."""
        stop_orphan(self.cluster)
        with (self.cluster.log / "server.log").open("ab") as log:
            self.child = subprocess.Popen(
                self.cluster.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=ENVIRONMENT,
                process_group=0,
                preexec_fn=_die_with_parent,
                user=self.cluster.user,
                group=self.cluster.group,
                extra_groups=self.cluster.groups,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.stopping.is_set():
            if self.child.poll() is not None:
                last = _tail(self.cluster.log)
                raise ServerError(
                    f"PostgreSQL 启动时退出,最后的日志:{last}",
                    f"PostgreSQL ended while starting; its last words: {last}",
                )
            try:
                with psycopg.connect(self.cluster.url(OWNER, "postgres"), autocommit=True, connect_timeout=5) as link:
                    provision(link, self.cluster.password(APP))
                    break
            except psycopg.OperationalError as error:
                if time.monotonic() > deadline:
                    raise ServerError(f"PostgreSQL 没有应答:{error}", f"PostgreSQL does not answer: {error}") from error
                time.sleep(0.02)
        self.cluster.ready.write_text(f"{os.getpid()}\n")

    def stop(self) -> None:
        """Stop the server: sessions are ended, everything is written, nothing needs recovery."""
        self.stopping.set()
        self.cluster.ready.unlink(missing_ok=True)
        if self.child is None or self.child.poll() is not None:
            return
        for number in (signal.SIGINT, signal.SIGQUIT):
            self.child.send_signal(number)
            try:
                self.child.wait(STOP_SECONDS)
                return
            except subprocess.TimeoutExpired:
                continue

    def keep(self) -> None:
        """Until the last user has gone: start the server again whenever it ends by itself."""
        threading.Thread(target=self._wait_for_last_user, daemon=True).start()
        failures = 0
        while not self.stopping.is_set():
            began = time.monotonic()
            self.start()
            assert self.child is not None
            while self.child.poll() is None and not self.stopping.wait(0.05):
                pass
            if self.stopping.is_set():
                break
            self.cluster.ready.unlink(missing_ok=True)
            failures = failures + 1 if time.monotonic() - began < 60 else 1
            if failures > RESTARTS:
                last = _tail(self.cluster.log)
                raise ServerError(
                    f"PostgreSQL 一再退出,最后的日志:{last}",
                    f"PostgreSQL ends again and again; its last words: {last}",
                )
        self.stop()

    def _wait_for_last_user(self) -> None:
        # The lock stays held until this process ends: a user who comes meanwhile waits, then starts a new keeper.
        self.users = os.open(self.cluster.lock("users"), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self.users, fcntl.LOCK_EX)
        self.stopping.set()


def provision(link: psycopg.Connection, app_password: str) -> None:
    """Make the application's role and database where they are missing. The role owns nothing."""
    with link.cursor() as cursor:
        if not cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone():
            statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
            cursor.execute(statement.format(sql.Identifier(APP), sql.Literal(app_password)))
        if not cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _tail(folder: Path) -> str:
    try:
        lines = (folder / "server.log").read_text(errors="replace").splitlines()
    except OSError:
        return "(no log)"
    return " | ".join(lines[-5:])


def main(arguments: list[str]) -> int:
    place, programs, durable = arguments
    cluster = Cluster(Path(place), Path(programs), durable == "durable")
    only_one = os.open(cluster.lock("keeper"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(only_one, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return 0  # another keeper is at work
    keeper = Keeper(cluster)

    def end(_number: int, _frame: FrameType | None) -> None:
        keeper.stopping.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    cluster.ready.unlink(missing_ok=True)
    failed = cluster.root / "failed"
    failed.unlink(missing_ok=True)
    try:
        cluster.prepare()
        keeper.keep()
    except Exception as error:  # noqa: BLE001 - whatever it is, the waiting command must be told
        zh, en = (error.zh, error.en) if isinstance(error, ServerError) else (str(error), str(error))
        fresh = failed.with_suffix(f".{os.getpid()}")
        fresh.write_text(json.dumps([zh, en]))
        fresh.replace(failed)  # whole or not at all: the waiting command looks at any moment
        return 1
    finally:
        keeper.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

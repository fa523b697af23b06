"""Two real installations in one test: each its own database, secret key and server; between them a wire that can be
cut."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from django.test import override_settings
from psycopg.conninfo import conninfo_to_dict

_SERVE = """
import sys
from granian import Granian
from granian.constants import Interfaces
Granian("bihuan.wsgi:application", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.WSGI,
        workers=1, log_enabled=False).serve()
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Installation:
    """`urls`: of its database, by role. `secret`: its own secret key, of the server's process as of the test's."""

    name: str
    urls: dict[str, str]
    folder: Path
    port: int = field(default_factory=free_port)

    @property
    def secret(self) -> str:
        return f"{self.name}-" + "x" * 50

    @contextmanager
    def here(self) -> Iterator[None]:
        """Act as this installation: its database, its secret key."""
        before = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
        for alias, role in (("default", "app"), ("owner", "owner")):
            parts = conninfo_to_dict(self.urls[role])
            connections[alias].close()
            connections[alias].settings_dict.update(
                NAME=parts["dbname"], USER=parts.get("user", ""), PASSWORD=parts.get("password", ""),
                HOST=parts.get("host", ""), PORT=parts.get("port", ""),
            )  # fmt: skip
        try:
            with override_settings(SECRET_KEY=self.secret):
                yield
        finally:
            for alias, settings in before.items():
                connections[alias].close()
                connections[alias].settings_dict.update(settings)

    @contextmanager
    def served(self) -> Iterator[subprocess.Popen[bytes]]:
        """Its pages in a process of their own."""
        with self.process(_SERVE, str(self.port)) as process:
            _until_open(self.port, process)
            yield process

    @contextmanager
    def process(self, code: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Any code in a process of its own, with its database and its secret key; it and its children make a group."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "secret-key").write_text(self.secret)
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("BIHUAN_", "DATABASE_"))}
        environment = plain | {
            "DATABASE_URL": self.urls["app"],
            "DATABASE_OWNER_URL": self.urls["owner"],
            "BIHUAN_VAR": str(self.folder),
            "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
        }
        process = subprocess.Popen([sys.executable, "-c", code, *arguments], env=environment, start_new_session=True)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)


def killed(process: subprocess.Popen[bytes]) -> None:
    """A process and its children, gone from one moment to the next."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)


@dataclass
class Hold:
    """A hand on a table of a database: whoever wants to write there waits, in the middle of a transaction."""

    link: psycopg.Connection[Any]

    def waiter(self) -> int:
        """The process of the server that waits, as soon as one does."""
        deadline = time.monotonic() + 30
        asks = "SELECT pid FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database "
        asks += "WHERE datname = current_database())"
        while time.monotonic() < deadline:
            if found := self.link.execute(asks).fetchone():
                return int(found[0])
            time.sleep(0.01)
        raise AssertionError("nobody waits")


@contextmanager
def held(installation: Installation, table: str) -> Iterator[Hold]:
    """Nobody writes to a table until the block ends."""
    with psycopg.connect(installation.urls["owner"], autocommit=False) as link:
        link.execute(f"LOCK TABLE {table} IN SHARE MODE")  # type: ignore[arg-type]
        yield Hold(link)
        with suppress(psycopg.OperationalError):  # the server may be gone
            link.rollback()


def _until_open(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.05)
    raise AssertionError("no server")


@dataclass
class Wire:
    """What lies between two installations. `cut`: "" lets all pass; "at once"; "request": after so many bytes of it;
    "answer": the request arrives whole, nothing comes back."""

    to: int
    port: int = field(default_factory=free_port)
    cut: str = ""
    after: int = 700
    passed: int = 0  # connections that reached the other side

    @contextmanager
    def laid(self) -> Iterator[Wire]:
        with socket.create_server(("127.0.0.1", self.port)) as server:
            threading.Thread(target=self._accept, args=[server], daemon=True).start()
            yield self

    def _accept(self, server: socket.socket) -> None:
        with suppress(OSError):
            while True:
                link, _where = server.accept()
                threading.Thread(target=self._carry, args=[link], daemon=True).start()

    def _carry(self, link: socket.socket) -> None:
        with link, suppress(OSError):
            if self.cut == "at once":
                return
            with socket.create_connection(("127.0.0.1", self.to)) as far:
                self.passed += 1
                there = threading.Thread(target=self._pump, args=[link, far, self.cut == "request"], daemon=True)
                there.start()
                if self.cut == "answer":
                    far.recv(65536)  # the other side has done its part
                    for end in (link, far):  # to close them is not enough while another thread reads
                        end.shutdown(socket.SHUT_RDWR)
                    return
                self._pump(far, link, False)

    def _pump(self, source: socket.socket, to: socket.socket, cutting: bool) -> None:
        sent = 0
        with suppress(OSError):
            while content := source.recv(65536):
                if cutting and sent + len(content) > self.after:
                    to.sendall(content[: max(self.after - sent, 0)])
                    break
                to.sendall(content)
                sent += len(content)
        for end in (source, to):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

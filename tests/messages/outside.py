"""Servers out there, for tests: one for HTTP that behaves as its paths say, one that takes mail."""

from __future__ import annotations

import json
import socket
import socketserver
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Web:
    """What was asked of the server. Paths: /ok, /fail (500), /no (404), /away (302), /reset, /hang, /slow, /robot."""

    port: int = 0
    bodies: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    robot: dict[str, Any] = field(default_factory=dict)  # what it answers as a robot
    came: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)  # lets go of those that hang
    fails: int = 0  # how often /ok fails first

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@contextmanager
def web() -> Iterator[Web]:
    found = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.bodies.append(json.loads(body))
            found.paths.append(self.path)
            found.came.set()
            what = self.path.partition("?")[0].strip("/").split("/")[0]
            if what == "hang":
                found.go.wait(30)
            if what == "slow":
                time.sleep(1)
            if what == "reset":
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                return
            status = {"fail": 500, "no": 404, "away": 302}.get(what, 200)
            if what == "ok" and found.fails:
                found.fails, status = found.fails - 1, 503
            answer = json.dumps(found.robot).encode()
            try:
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", found.url("/ok"))
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
            except OSError:
                pass  # the other side has gone

        def log_message(self, *_given: object) -> None:
            pass

    with _served(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        found.port = port
        yield found
        found.go.set()


@dataclass
class Mail:
    """The letters that came. `refuse`: the command at which the server says no."""

    port: int = 0
    letters: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refuse: str = ""
    drop: bool = False  # the connection, once it has the letter


@contextmanager
def mail() -> Iterator[Mail]:
    found = Mail()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 here")
            while line := self.rfile.readline():
                words = line.decode().strip()
                command = words.partition(" ")[0].partition(":")[0].upper()
                if command == found.refuse:
                    self._say("550 not here")
                elif command == "DATA":
                    self._say("354 go on")
                    if not self._take():
                        return
                    self._say("250 taken")
                elif command == "QUIT":
                    self._say("221 bye")
                    return
                else:
                    if command == "RCPT":
                        found.recipients.append(words)
                    self._say("250 well")

        def _take(self) -> bool:
            lines = []
            while (line := self.rfile.readline().decode()) != ".\r\n":
                lines.append(line)
            found.letters.append("".join(lines))
            return not found.drop

        def _say(self, words: str) -> None:
            self.wfile.write(f"{words}\r\n".encode())

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with _served(Server(("127.0.0.1", 0), Handler)) as port:
        found.port = port
        yield found


@contextmanager
def _served(server: socketserver.TCPServer) -> Iterator[int]:
    server.daemon_threads = True  # type: ignore[attr-defined]
    server.block_on_close = False  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[misc]
    finally:
        server.shutdown()
        server.server_close()

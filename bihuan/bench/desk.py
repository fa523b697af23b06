"""Whole requests without the network, and the time that they take inside PostgreSQL."""

from __future__ import annotations

import io
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bihuan.org.models import Person


class Desk:
    """A browser of somebody who is signed in, without the network."""

    def __init__(self, person: Person) -> None:
        from django.conf import settings
        from django.core.wsgi import get_wsgi_application

        account = person.account
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        now = int(time.time())
        session.update({"account": account.pk, "digest": account.get_session_auth_hash(), "since": now, "touched": now})
        session.set_expiry(3600)
        session.save()
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
        self.application = get_wsgi_application()

    def get(self, path: str, query: str) -> tuple[float, str]:
        """Seconds of the whole request, and the page."""
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "HTTP_COOKIE": self.cookie,
            "HTTP_ACCEPT_LANGUAGE": "zh-CN",
            "wsgi.input": io.BytesIO(),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
        }
        said: list[str] = []

        def start(status: str, _headers: Any, _fault: Any = None, /) -> Any:
            said.append(status)

        began = time.perf_counter()
        answer = self.application(environ, start)
        html = b"".join(answer).decode()
        answer.close()
        taken = time.perf_counter() - began
        assert said == ["200 OK"], said
        return taken, html


class Meter:
    """Seconds that the server itself counts as spent on statements of this database (pg_stat_database.active_time).

    A session hands its count in when it is told to. The page and the statements by hand go through the one kept
    connection of this process, as they would in use, so neither pays for a fresh session.
    """

    def read(self) -> float:
        """All seconds so far. Asking costs both sides the same two short statements."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_force_next_flush()")
            cursor.execute("SELECT active_time FROM pg_stat_database WHERE datname = current_database()")
            row: tuple[float] = cursor.fetchone()
        return row[0] / 1000

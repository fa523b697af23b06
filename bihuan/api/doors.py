"""Who asks: the holder of a personal token, or the browser of someone who is signed in. Either has the rights of that
person and no others."""

from __future__ import annotations

import math
from typing import Any, ClassVar, cast

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security.base import AuthBase
from ninja.throttling import BaseThrottle
from ninja.utils import check_csrf

from bihuan.api.refusals import BadToken, CsrfMissing, MustChangePassword, NotSignedIn
from bihuan.api.rules import PER_MINUTE, STRANGERS_PER_MINUTE, Meter, seconds_left
from bihuan.org import actions, queries
from bihuan.org.access import NotThere, Reader, Verb, may, reader_of
from bihuan.org.actions.accounts import token_digest
from bihuan.org.gate import DeskRequest, local_day

__all__ = ["NotSignedIn", "Session", "Throttle", "Token"]


class _Door(AuthBase):
    """`verbs`: one of which the reader must have somewhere; what they may of which thing is `access.the`'s business."""

    def __init__(self, *verbs: Verb) -> None:
        super().__init__()
        self.verbs = verbs

    def admit(self, reader: Reader) -> Reader:
        account = reader.account
        if account is None or queries.must_change(account, reader.policy, at=timezone.now()):
            raise MustChangePassword
        if self.verbs and not any(may(reader, verb) for verb in self.verbs):
            raise NotThere
        return reader


class Token(_Door):
    """A personal token in the Authorization header. A wrong one is refused even where a session would do."""

    openapi_type: ClassVar[str] = "http"
    openapi_scheme: ClassVar[str] = "bearer"
    openapi_description: ClassVar[str] = "A personal token, made on the page of one's account (/me/)"

    def __call__(self, request: HttpRequest) -> Reader | None:
        said = request.headers.get("Authorization")
        if said is None:
            return None
        scheme, _, secret = said.partition(" ")
        now = timezone.now()
        held = queries.token_holder(token_digest(secret.strip()), at=now) if scheme.lower() == "bearer" else None
        account = getattr(held[1], "account", None) if held else None
        if held is None or account is None:
            raise BadToken
        token, person = held
        reader = reader_of(person, day=local_day(now), account=account, policy=queries.policy())
        request.reader = reader  # type: ignore[attr-defined]
        self.admit(reader)
        if token.used_on != reader.day:
            actions.use_token(token=token, on=reader.day, by=reader.by, at=now)
        return reader


class Session(_Door):
    """The session of a signed-in browser; a write needs the CSRF token, as a form does."""

    openapi_type: ClassVar[str] = "apiKey"
    openapi_in: ClassVar[str] = "cookie"
    openapi_name: ClassVar[str] = settings.SESSION_COOKIE_NAME
    openapi_description: ClassVar[str] = "The session of a signed-in browser; a write needs X-CSRFToken, as a form does"

    def __call__(self, request: HttpRequest) -> Reader | None:
        reader = cast(DeskRequest, request).reader
        if not reader.known:
            return None
        if check_csrf(request):
            raise CsrfMissing
        return self.admit(reader)


class Throttle(BaseThrottle):
    """So many requests a minute for each person, and for each address of strangers."""

    def __init__(self) -> None:
        self.meter = Meter()

    def allow_request(self, request: Any) -> bool:
        """Whether this one is still within the bound."""
        now = timezone.now()
        if request.reader.known:
            return self.meter.takes(request.reader.by, PER_MINUTE, at=now)
        return self.meter.takes(f"address:{request.META.get('REMOTE_ADDR', '')}", STRANGERS_PER_MINUTE, at=now)

    def wait(self) -> float:
        """Seconds until the next minute."""
        return math.ceil(seconds_left(timezone.now()))

"""What stands round every page: who is signed in, where they may go, how much is unread."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from bihuan.components.shell import NavigationEntry, Shell
from bihuan.messages import queries as messages
from bihuan.org.access import NOBODY, Reader
from bihuan.web.navigation import ENTRIES


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `shell` and `navigation`. Asks the database nothing for someone who is not signed in."""
    reader: Reader = getattr(request, "reader", NOBODY)
    if reader.person is None:
        here = Shell(home_url="/", language_url=reverse("web:language"), sign_in_url=reverse("org:sign_in"))
        return {"shell": here, "navigation": ()}
    return {
        "shell": Shell(
            language_url=reverse("web:language"),
            sign_in_url=reverse("org:sign_in"),
            sign_out_url=reverse("org:sign_out"),
            account_url=reverse("org:me"),
            inbox_url=reverse("messages:inbox"),
            person=reader.name,
            reader=str(reader.person.pk),
            unit=reader.home_unit.name if reader.home_unit else "",
            unread=messages.unread_count(reader.person.pk, at=timezone.now()),
        ),
        "navigation": navigation(reader, request.path),
    }


def navigation(reader: Reader, path: str) -> tuple[NavigationEntry, ...]:
    """The entries that are for this reader; the one that fits `path` best is the current one."""
    mine = [entry for entry in ENTRIES if entry.shown(reader)]
    fits = {entry.route: len(part) for entry in mine for part in entry.below if path.startswith(part)}
    best = max(fits, key=fits.__getitem__) if fits else ("web:desk" if path == "/" else "")
    return tuple(
        NavigationEntry(str(entry.title), reverse(entry.route), entry.icon, current=entry.route == best)
        for entry in mine
    )

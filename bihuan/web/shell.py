"""What stands around every page: a context processor, because each page shows it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from bihuan.components.shell import Shell


def shell(request: HttpRequest) -> dict[str, Any]:
    """Addresses of the shell and the reader's name."""
    reader = getattr(request, "reader", None)
    name = reader.name if reader else ""
    return {
        "shell": Shell(
            home_url=reverse("web:index"),
            language_url=reverse("web:language"),
            sign_in_url=reverse("org:sign_in"),
            sign_out_url=reverse("org:sign_out") if name else "",
            account_url=reverse("org:me") if name else "",
            person=name,
        )
    }

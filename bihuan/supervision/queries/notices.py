"""Reads of notices and of what was urged on in writing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count

from bihuan.loop.models import Matter
from bihuan.supervision.models import Mandate, Notice, Urging
from bihuan.supervision.rules import bases


def cited(mandate: Mandate) -> str:
    """A mandate as papers name it: its legal basis, and the paper that empowers."""
    number = f"（{mandate.paper_number}）" if mandate.paper_number and mandate.empowered_by else mandate.paper_number
    given = f"{mandate.empowered_by}授权{number}" if mandate.empowered_by else number
    return bases()[mandate.basis].cite + (f"、{given}" if given else "")


def notice_of(matter: int) -> Notice | None:
    """The notice whose loop a matter is, or None."""
    rows = Notice.objects.select_related("matter", "paper", "unit", "mandate__body", "about")
    return rows.filter(matter=matter).first()


def open_notices(about: int) -> list[Notice]:
    """The notices about a matter whose loops are not over."""
    rows = Notice.objects.filter(about=about, matter__end="").select_related("paper")
    return list(rows.order_by("pk"))


def notices_issued(
    units: Collection[int], *, first: dt.date, last: dt.date, book: str = "", until: dt.datetime | None = None
) -> dict[int, int]:
    """How many notices were issued to each of some units from a day to a day, up to a moment where one is named. One
    query; a unit without any is left out."""
    zone = ZoneInfo(settings.CAMPAIGN_ZONE)
    begin = dt.datetime.combine(first, dt.time(), zone)
    end = dt.datetime.combine(last + dt.timedelta(1), dt.time(), zone)
    rows = Notice.objects.filter(unit__in=list(units), issued_at__gte=begin, issued_at__lt=end, book=book)
    if until is not None:
        rows = rows.filter(issued_at__lte=until)
    return dict(rows.values_list("unit").annotate(n=Count("pk")).order_by())


def written_urgings(matter: Matter) -> list[Urging]:
    """The urgings of a matter in writing, the first first."""
    return list(Urging.objects.filter(matter=matter).select_related("paper").order_by("number"))

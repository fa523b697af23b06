"""Reads of expected lists: what should come, from whom, by when, and what came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from bihuan.campaigns.models import Campaign, Expected, ExpectedList, Receipt
from bihuan.campaigns.receiving import RECEIVED, Kept, Light, light
from bihuan.org.models import Unit

_NAMED = ("unit__region", "unit__merged_into", "exemption", "receipt")


@dataclass(frozen=True)
class ListPage:
    """A standing list with its units; `exempt`: how many need not hand it in."""

    expected_list: ExpectedList
    rows: Sequence[Expected]

    @property
    def exempt(self) -> int:
        return sum(hasattr(row, "exemption") for row in self.rows)

    @property
    def due(self) -> int:
        return len(self.rows) - self.exempt


def expected_lists(campaign: Campaign) -> list[ListPage]:
    """The standing lists of a campaign, by day, with every line. Two queries."""
    rows = Expected.objects.select_related(*_NAMED).order_by("unit__region__level", "unit__name", "pk")
    found = standing_lists(campaign).prefetch_related(Prefetch("rows", rows))
    return [ListPage(item, list(item.rows.all())) for item in found]


def standing_lists(campaign: Campaign) -> QuerySet[ExpectedList]:
    """The standing lists of a campaign, by the moment at which they are due."""
    return ExpectedList.objects.filter(campaign=campaign, replaced=False).order_by("due_at", "pk")


def expected(campaign: Campaign, pk: int) -> Expected | None:
    """A line of a standing list of a campaign, or None."""
    found = Expected.objects.select_related("expected_list", *_NAMED)
    return found.filter(pk=pk, expected_list__campaign=campaign, expected_list__replaced=False).first()


def expected_of(
    *, campaign: Campaign, unit: Unit, form: str, subjects: Sequence[tuple[str, str]] = ()
) -> Expected | None:
    """The line of a standing list that something of a form, from a unit or one merged into it, belongs to: the one
    that one of `subjects` came for; else the first that has not come yet; else the last. None where none is asked.
    One query.

    Args:
        subjects: what came, and what it takes the place of: ("submission", "17").
    """
    own = Q(unit=unit) | Q(unit__merged_into=unit)
    lines = Expected.objects.filter(
        own, expected_list__campaign=campaign, expected_list__form=form, expected_list__replaced=False
    )
    rows = list(lines.select_related("expected_list", "receipt", "exemption").order_by("expected_list__due_at", "pk"))
    for row in rows:
        if hasattr(row, "receipt") and (row.receipt.subject_kind, row.receipt.subject_id) in subjects:
            return row
    open_ = [row for row in rows if not hasattr(row, "exemption") and not kept(row).received]
    return next(iter([*open_, *reversed(rows)]), None)


def kept(row: Expected) -> Kept:
    """What is kept of a line that was read with its receipt."""
    receipt: Receipt | None = getattr(row, "receipt", None)
    return receipt.kept if receipt is not None else Kept()


def light_of(row: Expected, due_at: dt.datetime, now: dt.datetime) -> Light:
    """How a line is shown that was read with its receipt and exemption."""
    return light(kept(row), exempt=hasattr(row, "exemption"), due_at=due_at, now=now)


def subject_of(row: Expected) -> tuple[str, str]:
    """What came for a line; ("", "") for nothing."""
    receipt: Receipt | None = getattr(row, "receipt", None)
    return (receipt.subject_kind, receipt.subject_id) if receipt is not None else ("", "")


def behind(expected_list: ExpectedList) -> QuerySet[Expected]:
    """The lines that a list still waits for: nothing came, or what came was returned; none that is exempt."""
    came = sorted(state.value for state in RECEIVED)
    rows = Expected.objects.filter(expected_list=expected_list, exemption=None).exclude(receipt__state__in=came)
    return rows.select_related(*_NAMED).order_by("unit__region__level", "unit__name", "pk")

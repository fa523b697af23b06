"""Reads of expected lists: what should come, from whom, by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from bihuan.campaigns.models import Campaign, Expected, ExpectedList


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
    """The standing lists of a campaign, by day. Two queries."""
    rows = Expected.objects.select_related("unit", "exemption").order_by("unit__region__level", "unit__name", "pk")
    found = ExpectedList.objects.filter(campaign=campaign, replaced=False).prefetch_related(Prefetch("rows", rows))
    return [ListPage(item, list(item.rows.all())) for item in found.order_by("due_on", "pk")]


def expected(campaign: Campaign, pk: int) -> Expected | None:
    """A line of a standing list of a campaign, or None."""
    found = Expected.objects.select_related("unit", "expected_list")
    return found.filter(pk=pk, expected_list__campaign=campaign, expected_list__replaced=False).first()

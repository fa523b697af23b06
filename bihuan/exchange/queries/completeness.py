"""Whether what was expected of a campaign's units in a period has come and was accepted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from bihuan.campaigns import queries as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.campaigns.receiving import ReceiptState


@dataclass(frozen=True, slots=True)
class Missing:
    """A unit of an expected list that has not handed in, or is not accepted."""

    unit: str
    name: str  # of the list
    state: str


@dataclass(frozen=True, slots=True)
class Completeness:
    """What was due by the end of a period: how much was expected (without the exempt), and what is still open."""

    expected: int
    open: tuple[Missing, ...]

    @property
    def accepted(self) -> int:
        return self.expected - len(self.open)

    def as_json(self) -> dict[str, Any]:
        missing = [[item.unit, item.name, item.state] for item in self.open]
        return {"expected": self.expected, "accepted": self.accepted, "open": missing}


def completeness(campaign: Campaign, period: tuple[dt.date, dt.date]) -> Completeness:
    """Of the standing lists of a campaign that tell of days up to one in the period."""
    expected, missing = 0, []
    for page in campaigns.expected_lists(campaign):
        if not period[0] <= page.expected_list.period_end <= period[1]:
            continue
        for row in page.rows:
            if hasattr(row, "exemption"):
                continue
            expected += 1
            state = campaigns.kept(row).state
            if state is not ReceiptState.ACCEPTED:
                missing.append(Missing(row.unit.name, page.expected_list.name, state.value))
    return Completeness(expected, tuple(missing))

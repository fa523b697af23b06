"""Whether what was expected of a campaign's units in a period has come and was accepted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from bihuan.campaigns import queries as campaigns
from bihuan.campaigns.models import Campaign


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
    """Of the standing lists of a campaign whose day lies in the period, or that tell of days in it."""
    expected, missing = 0, []
    for page in campaigns.expected_lists(campaign):
        if not period[0] <= page.expected_list.due_on <= period[1]:
            continue
        for row in page.rows:
            if hasattr(row, "exemption"):
                continue
            expected += 1
            receipt = getattr(row, "receipt", None)
            state = str(receipt.state) if receipt else "missing"
            if state != "accepted":
                missing.append(Missing(row.unit.name, page.expected_list.name, state))
    return Completeness(expected, tuple(missing))

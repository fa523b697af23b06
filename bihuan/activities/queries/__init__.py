"""Reads of what was done."""

from bihuan.activities.queries.evidence import attachment, attachments, released, wall
from bihuan.activities.queries.publicity import placed_lines, placements, works_over_time, works_with_views
from bihuan.activities.queries.reading import Standing, campaign_of, standing, standing_on, units_of
from bihuan.activities.queries.training import (
    attendance,
    certificate,
    coverage,
    ending,
    entries,
    entry,
    missing,
    not_yet,
    open_rosters,
    reach,
    with_sessions,
)

__all__ = [
    "Standing",
    "attachment",
    "attachments",
    "attendance",
    "campaign_of",
    "certificate",
    "coverage",
    "ending",
    "entries",
    "entry",
    "missing",
    "not_yet",
    "open_rosters",
    "placed_lines",
    "placements",
    "reach",
    "released",
    "standing",
    "standing_on",
    "units_of",
    "wall",
    "with_sessions",
    "works_over_time",
    "works_with_views",
]

"""Reads of what was done."""

from bihuan.activities.queries.reading import Standing, campaign_of, standing, standing_on, units_of

__all__ = ["Standing", "campaign_of", "standing", "standing_on", "units_of"]

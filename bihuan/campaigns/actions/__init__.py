"""The writers of campaigns."""

from bihuan.campaigns.actions.campaigns import CampaignError, open_campaign

__all__ = ["CampaignError", "open_campaign"]

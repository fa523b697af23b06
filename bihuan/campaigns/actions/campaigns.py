"""The writers of campaigns."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bihuan.campaigns import rules
from bihuan.campaigns.models import Campaign
from bihuan.history import actions as history
from bihuan.lib.refusals import Refusal
from bihuan.org import queries as org
from bihuan.org.models import Edition, Region


class CampaignError(Refusal):
    """A campaign that cannot be opened as asked."""


def open_campaign(
    *,
    region: Region,
    name: str,
    period: tuple[dt.date, dt.date],
    theme: str = "",
    edition: Edition | None = None,
    book: str = "",
    by: str,
    at: dt.datetime,
) -> Campaign:
    """A new campaign, or the one of that region, period and book that was opened before.

    Args:
        edition: of the tree that it is counted in; the one in force on its last day, unless given.

    Raises:
        CampaignError: no name, or a period that ends before it starts or is longer than a year.
        bihuan.org.models.Node.DoesNotExist: the region is not part of that edition.
    """
    plain = " ".join(name.split())
    if not plain or len(plain) > 60:
        raise CampaignError("campaign-name", "请写活动名称(60字以内)", "name the campaign, in 60 characters at most")
    if not 0 <= (period[1] - period[0]).days < rules.LONGEST:
        zh, en = "活动的截止日期须晚于起始日期,且不超过一年", "a campaign ends after it starts, within a year"
        raise CampaignError("campaign-period", zh, en)
    with transaction.atomic():
        tree = edition or org.edition_on(period[1])
        org.node(region, tree)
        campaign, made = Campaign.objects.get_or_create(
            region=region,
            period_start=period[0],
            period_end=period[1],
            book=book,
            defaults={"edition": tree, "name": plain, "theme": theme, "opened_by": by, "opened_at": at},
        )
        if made:
            values = {
                "name": plain,
                "theme": theme,
                "region": region.name,
                "edition": tree.name,
                "period": [day.isoformat() for day in period],
                "book": book,
            }
            history.record(verb="campaigns.opened", subject=("campaign", str(campaign.pk)), by=by, at=at, values=values)
    return campaign

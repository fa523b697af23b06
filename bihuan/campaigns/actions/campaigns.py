"""The writers of campaigns."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bihuan.campaigns import rules
from bihuan.campaigns.models import Campaign
from bihuan.campaigns.refusals import CampaignError, StalePlanError
from bihuan.history import actions as history
from bihuan.org import queries as org
from bihuan.org.models import Edition, Region, Unit


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


def describe(
    *,
    campaign: Campaign,
    expected_version: int,
    theme: str = "",
    times: int | None = None,
    basis: tuple[str, str] = ("", ""),
    issuer: Unit | None = None,
    working_body: Unit | None = None,
    by: str,
    at: dt.datetime,
) -> Campaign:
    """Say what a campaign stands on: its theme, which one it is, the upper paper (title and number), who issues it and
    which office does the work. The same again changes nothing.

    Raises:
        StalePlanError: somebody else did meanwhile.
        CampaignError: something is too long, or a unit is no more.
    """
    values = {"theme": " ".join(theme.split()), "times": times}
    values |= {"basis_title": " ".join(basis[0].split()), "basis_number": "".join(basis[1].split())}
    for name, longest in (("theme", 60), ("basis_title", 200), ("basis_number", 60)):
        if len(str(values[name])) > longest:
            zh = f"主题、依据名称、依据文号中有一项超过 {longest} 字，请精简"
            raise CampaignError(f"campaign-{name.replace('_', '-')}", zh, f"at most {longest} characters: shorten it")
    for unit in (issuer, working_body):
        if unit is not None and unit.closed_on is not None:
            zh = f"“{unit.name}”已撤并，请选现有单位"
            raise CampaignError("unit-merged", zh, f"{unit.name} is no more: choose another unit")
    with transaction.atomic():
        row = Campaign.objects.select_for_update().get(pk=campaign.pk)
        new = values | {"issuer_id": issuer and issuer.pk, "working_body_id": working_body and working_body.pk}
        changed = {name: value for name, value in new.items() if getattr(row, name) != value}
        if not changed:
            return row
        if row.version != expected_version:
            raise StalePlanError
        for name, value in changed.items():
            setattr(row, name, value)
        row.version += 1
        row.save()
        subject = ("campaign", str(row.pk))
        noted = {"name": row.name, "set": changed}
        history.record(verb="campaigns.described", subject=subject, by=by, at=at, values=noted)
    return row

"""Lists of units that papers call by one word."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from bihuan.campaigns.models import Asked, Campaign, Listed, UnitList
from bihuan.campaigns.refusals import PlanError, StalePlanError
from bihuan.history import actions as history
from bihuan.org.models import Unit


def set_unit_list(
    *,
    campaign: Campaign,
    name: str,
    units: Sequence[Unit],
    group: str = "",
    expected_version: int | None = None,
    by: str,
    at: dt.datetime,
) -> UnitList:
    """Make a list of units of a campaign, or set what an existing one of that name holds. The same again changes
    nothing.

    Args:
        group: which word of a division of work means it: "counties", "members" (`rules.GROUPS`).
        expected_version: of the list, as the person saw it; None for a new one.

    Raises:
        StalePlanError: the list is there already, or was changed meanwhile.
        PlanError: no name, or a unit that is no more.
    """
    plain = " ".join(name.split())
    if not plain or len(plain) > 40:
        raise PlanError("list-name", "请写名单名称（40字以内）", "name the list, in 40 characters at most")
    day = at.date()
    for unit in units:
        if unit.closed_on is not None and unit.closed_on <= day:
            raise PlanError(
                "unit-merged", f"“{unit.name}”已撤并，请从名单中去掉", f"{unit.name} is no more: leave it out"
            )
    keys = list(dict.fromkeys(unit.pk for unit in units))
    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        row = UnitList.objects.filter(campaign=campaign, name=plain).first()
        had = list(row.listed.order_by("order").values_list("unit", flat=True)) if row else None
        if row is not None and had == keys and row.group == group:
            return row
        if (row.version if row else None) != expected_version:
            raise StalePlanError
        if row is None:
            order = UnitList.objects.filter(campaign=campaign).count()
            row = UnitList.objects.create(campaign=campaign, name=plain, group=group, order=order)
        else:
            row.version += 1
            row.group = group
            row.save()
            row.listed.all().delete()
        Listed.objects.bulk_create([Listed(unit_list=row, unit_id=key, order=at) for at, key in enumerate(keys)])
        subject = ("campaign", str(campaign.pk))
        values = {"name": campaign.name, "list": plain, "group": group, "units": keys}
        history.record(verb="campaigns.list_set", subject=subject, by=by, at=at, values=values)
    return row


def drop_unit_list(*, unit_list: UnitList, by: str, at: dt.datetime) -> None:
    """Take a list away that no plan asks anything of. Raises PlanError: one does."""
    with transaction.atomic():
        row = UnitList.objects.select_for_update().filter(pk=unit_list.pk).first()
        if row is None:
            return
        if Asked.objects.filter(unit_list=row).exists():
            zh, en = (
                f"“{row.name}”已用于应报清单，不能删除",
                f"{row.name} is used for what is to be handed in: it stays",
            )
            raise PlanError("list-in-use", zh, en)
        subject, values = ("campaign", str(row.campaign_id)), {"list": row.name}
        row.delete()
        history.record(verb="campaigns.list_dropped", subject=subject, by=by, at=at, values=values)

"""Freezing a monthly bulletin, and writing it as a paper."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection, transaction

from bihuan.campaigns.models import Campaign
from bihuan.history import actions as history
from bihuan.history import queries as history_queries
from bihuan.org import queries as org
from bihuan.org.models import Node, Region
from bihuan.supervision.bulletin_rules import COUNTS, BulletinError, Month
from bihuan.supervision.models import Bulletin, BulletinItem, BulletinRow
from bihuan.supervision.queries.bulletins import FLOWS, Asked, Computed, compute, frame_of, month_before, zone
from bihuan.supervision.queries.lights import rules_at

_BATCH = 1000


def asked(
    *, campaign: Campaign, region: Region, month: Month, cut_off: dt.datetime, at: dt.datetime,
    flows: tuple[str, ...] = FLOWS,
) -> Asked:  # fmt: skip
    """What a bulletin of that month is asked of, by the light rules in force at its cut-off.

    Raises:
        BulletinError: a cut-off that is still to come or before the month, a region that has no part in the campaign.
    """
    if cut_off > at:
        zh = "截止时点还没有到，不能定稿"
        raise BulletinError("cut-off-to-come", zh, "the cut-off is still to come: nothing can be frozen yet")
    day = cut_off.astimezone(zone()).date()
    if day < month.first:
        zh = f"截止时点早于{month.first.year}年{month.first.month}月，请核对"
        raise BulletinError("cut-off-before", zh, f"the cut-off is before {month}: check it")
    if region.pk != campaign.region_id and not _inside(campaign, region):
        zh = f"“{region.name}”不在这一活动的范围内"
        raise BulletinError("region-outside", zh, f"{region.name} has no part in this campaign")
    return Asked(campaign, region, month, cut_off, rules_at(region, day), flows)


def _inside(campaign: Campaign, region: Region) -> bool:
    try:
        return org.subtree(campaign.region, campaign.edition).filter(region=region).exists()
    except Node.DoesNotExist:
        return False


def freeze(
    *,
    campaign: Campaign,
    region: Region,
    month: Month,
    cut_off: dt.datetime,
    ranking_basis: str = "",
    as_of: int | None = None,
    by: str,
    at: dt.datetime,
) -> Bulletin:
    """Freeze the bulletin of a month: what had been done by the cut-off, as far as it is sealed. Where nothing is
    different from the newest version with that cut-off, that one is given and nothing written.

    Args:
        ranking_basis: the upper paper that asks for a ranking, cited; "" for none, which is the rule (facts §11.5).
        as_of: a position of the chain; without it what waits is sealed first, and all of it counts. That needs a
            connection without an open transaction.

    Raises:
        BulletinError: as `asked` does; or there is no matter to tell of; or no such seal.
    """
    wanted = asked(campaign=campaign, region=region, month=month, cut_off=cut_off, at=at)
    if as_of is None:
        history.seal(at=at)
        as_of, _digest = history_queries.head()
    as_of_digest = history_queries.digest_at(as_of)
    if as_of_digest is None:
        raise BulletinError("no-seal", f"没有第{as_of}号封印", f"there is no seal {as_of}")
    said = compute(wanted, as_of=as_of)
    if not said.items:
        zh = "截至该时点没有已交办的重点工作，没有可通报的内容"
        raise BulletinError("bulletin-empty", zh, "no key task had been assigned by then: there is nothing to tell of")
    basis = " ".join(ranking_basis.split())
    if len(basis) > 200:
        raise BulletinError("basis-too-long", "排名依据不能超过200字", "name the paper in 200 characters at most")
    content = said.digest(settings.HISTORY_HASH)
    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=campaign.pk)  # one version after the other
        newest = _newest(wanted)
        if newest and (newest.digest, newest.cut_off, newest.ranking_basis) == (content, cut_off, basis):
            return newest
        bulletin = Bulletin(
            campaign=campaign,
            region=region,
            book=campaign.book,
            month=month.first,
            version=newest.version + 1 if newest else 1,
            flows=list(wanted.flows),
            cut_off=cut_off,
            as_of=as_of,
            as_of_digest=as_of_digest,
            rules=wanted.rules.as_json(),
            previous=month_before(wanted),
            unassigned=said.unassigned,
            ranking_basis=basis,
            digest=content,
            by=by,
            at=at,
        )
        _write(bulletin, said, by=by, at=at)
    return bulletin


def _newest(wanted: Asked) -> Bulletin | None:
    found = Bulletin.objects.filter(campaign=wanted.campaign, region=wanted.region, month=wanted.month.first)
    return found.order_by("-version").first()


def _write(bulletin: Bulletin, said: Computed, *, by: str, at: dt.datetime) -> None:
    """The rows of a bulletin, in the transaction of its entry in the history."""
    with connection.cursor() as cursor:  # its key stands in the entry, and the entry's in it
        cursor.execute("SELECT nextval(pg_get_serial_sequence('supervision_bulletin', 'id'))")
        (bulletin.pk,) = cursor.fetchone()
    bulletin.entry = history.record(
        verb="supervision.bulletin_frozen",
        subject=("bulletin", str(bulletin.pk)),
        by=by,
        at=at,
        values=frame_of(bulletin) | {"name": bulletin.campaign.name, "place": bulletin.region.name},
    )
    bulletin.save()
    BulletinRow.objects.bulk_create(
        [
            BulletinRow(
                bulletin=bulletin,
                unit_id=row.unit,
                place_id=row.place,
                notices=row.notices,
                **{name: row.counts[name] for name in COUNTS},
            )
            for row in said.rows
            if row.unit is not None and row.place is not None
        ]
    )
    BulletinItem.objects.bulk_create(
        [
            BulletinItem(
                bulletin=bulletin,
                matter_id=item.matter,
                unit_id=item.unit,
                place_id=item.place,
                title=item.title,
                stage=item.stage.value,
                due_on=item.due_on,
                original_due_on=item.original_due_on,
                answered_on=item.answered_on,
                light=item.light.value,
                reason=item.reason,
                progress=item.progress,
                days_late=item.days_late,
                account=item.account,
                counted=list(item.counted),
            )
            for item in said.items
        ],
        batch_size=_BATCH,
    )

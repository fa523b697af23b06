"""Issue expected lists (应报清单), with a plan or on their own; say that a unit need not; withdraw a list."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from bihuan.campaigns.actions.planning import BATCH
from bihuan.campaigns.models import Campaign, Exemption, Expected, ExpectedList, Plan, Receipt
from bihuan.campaigns.refusals import PlanError
from bihuan.history import actions as history
from bihuan.loop.days import local_day
from bihuan.org.models import Node, Unit
from bihuan.workdays.rules import CLOSE_OF_BUSINESS

MOST_LISTS = 60  # issued at once: two a week for half a year
_RECEIPT = (
    "state", "reason", "arrived_at", "first_at", "returned_at", "subject_kind", "subject_id", "by", "at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """One list to issue: what, for which days, by when."""

    form: str
    name: str
    period: tuple[dt.date, dt.date]
    due_on: dt.date
    due_time: dt.time = CLOSE_OF_BUSINESS

    @property
    def due_at(self) -> dt.datetime:
        return dt.datetime.combine(self.due_on, self.due_time, ZoneInfo(settings.CAMPAIGN_ZONE))


def issue_lists(
    *,
    campaign: Campaign,
    wishes: Sequence[Wish],
    units: Iterable[Unit],
    reminds: bool = False,
    by: str,
    at: dt.datetime,
) -> list[ExpectedList]:
    """Issue lists on their own, frozen from now on: one a form and due day, all from the same units. All or none; those
    that stand with the same units and periods are given as they are.

    Args:
        reminds: whether they remind those behind by themselves.

    Raises:
        PlanError: nothing or too much is asked, nobody is asked, a unit is no more, a name that is none, a due moment
            that is over, or a list of that form and day that stands with other units or another period.
    """
    day = local_day(at)
    chosen = list({unit.pk: unit for unit in units}.values())
    _fit(campaign, wishes, chosen, day)
    with transaction.atomic():
        held = Campaign.objects.select_for_update(of=("self",)).select_related("edition").get(pk=campaign.pk)
        keys, digest = digested(chosen)
        made, fresh = [], []
        for wish in wishes:
            standing = ExpectedList.objects.filter(campaign=held, form=wish.form, due_on=wish.due_on, replaced=False)
            there = standing.first()
            if there is None:
                there = freeze(held, wish, chosen, plan=None, reminds=reminds, by=by, at=at)
                fresh.append(there)
            elif (there.digest, there.period, there.due_at) != (digest, wish.period, wish.due_at):
                zh = f"“{wish.name}”{wish.due_on.isoformat()}的清单已经下发，内容与这次不同；要改请先收回原清单"
                raise PlanError("list-stands", zh, f"a list of {wish.due_on.isoformat()} stands with other contents")
            made.append(there)
        if fresh:
            values = {
                "name": held.name, "list": fresh[0].name, "count": len(fresh), "units": keys,
                "lists": [row.pk for row in fresh], "due": [row.due_at.isoformat() for row in fresh],
                "reminds": reminds,
            }  # fmt: skip
            _record("lists_issued", held.pk, values, by=by, at=at)
    return made


def _fit(campaign: Campaign, wishes: Sequence[Wish], units: Sequence[Unit], day: dt.date) -> None:
    if not wishes or len(wishes) > MOST_LISTS:
        raise PlanError(
            "list-count", f"一次下发1到{MOST_LISTS}份清单", f"issue between 1 and {MOST_LISTS} lists at once"
        )
    if not units:
        raise PlanError("list-empty", "请选择应报单位", "choose the units that are to report")
    for unit in units:
        if unit.closed_on is not None and unit.closed_on <= day:
            raise PlanError(
                "unit-merged", f"“{unit.name}”已撤并，请从名单中去掉", f"{unit.name} is no more: leave it out"
            )
        if unit.book != campaign.book:
            zh = "模型单位与真实单位不能列入同一份清单"
            raise PlanError("other-book", zh, "model and real units do not mix")
    for wish in wishes:
        if not wish.name.strip() or len(wish.name) > 60 or not wish.form or len(wish.form) > 40:
            raise PlanError("list-name", "请写清单名称（60字以内）", "name the list, in 60 characters at most")
        if wish.period[1] < wish.period[0]:
            raise PlanError("list-period", "时段的截止早于开始", "the period ends before it begins")
        if wish.due_on < wish.period[0]:
            zh = f"报送期限 {wish.due_on.isoformat()} 早于所报时段的开始"
            raise PlanError("list-due", zh, f"{wish.due_on.isoformat()} is before what is reported begins")
        if wish.due_on < day:
            zh = f"报送期限 {wish.due_on.isoformat()} 已过，请改为今天或以后"
            raise PlanError("list-over", zh, f"{wish.due_on.isoformat()} is over: name today or a later day")


def digested(units: Iterable[Unit]) -> tuple[list[int], str]:
    """The keys of units in their order, and one word for them."""
    keys = sorted({unit.pk for unit in units})
    return keys, hashlib.sha256(",".join(map(str, keys)).encode()).hexdigest()


def freeze(
    campaign: Campaign, wish: Wish, units: Sequence[Unit], *, plan: Plan | None, reminds: bool = False, by: str,
    at: dt.datetime,
) -> ExpectedList:  # fmt: skip
    """Write one list with the place of each unit, inside the caller's transaction. What stands of that form and day
    gives way; what had come on it counts on."""
    keys, digest = digested(units)
    before = ExpectedList.objects.filter(campaign=campaign, form=wish.form, due_on=wish.due_on, replaced=False).first()
    if before is not None:
        ExpectedList.objects.filter(pk=before.pk).update(replaced=True)
    made = ExpectedList.objects.create(
        campaign=campaign, plan=plan, edition=campaign.edition, form=wish.form, name=wish.name,
        period_start=wish.period[0], period_end=wish.period[1], due_on=wish.due_on, due_at=wish.due_at,
        digest=digest, reminds=reminds or (before is not None and before.reminds), issued_by=by, issued_at=at,
    )  # fmt: skip
    places = _places(campaign, {unit.pk: unit.region_id for unit in units})
    Expected.objects.bulk_create(
        [Expected(expected_list=made, unit_id=key, region_id=places[key]) for key in keys], batch_size=BATCH
    )
    if before is not None:
        _carry(before, made)
    return made


def _places(campaign: Campaign, regions: dict[int, int]) -> dict[int, int]:
    """Where in the campaign's tree each unit counts: its own place, or the campaign's where that does not have it."""
    own = Node.objects.filter(edition=campaign.edition, region=campaign.region).values_list("path", flat=True).first()
    within = Node.objects.filter(edition=campaign.edition, region__in=set(regions.values()))
    if own is not None:
        within = within.filter(path__gte=own, path__lt=own + "~")
    known = set(within.values_list("region_id", flat=True))
    return {unit: region if region in known else campaign.region_id for unit, region in regions.items()}


def _carry(before: ExpectedList, made: ExpectedList) -> None:
    rows = {row.unit_id: row for row in Expected.objects.filter(expected_list=made)}
    came = Receipt.objects.filter(expected__expected_list=before, expected__unit__in=rows).select_related("expected")
    Receipt.objects.bulk_create(
        [
            Receipt(expected=rows[row.expected.unit_id], **{name: getattr(row, name) for name in _RECEIPT})
            for row in came
        ],
        batch_size=BATCH,
    )
    free = Exemption.objects.filter(expected__expected_list=before, expected__unit__in=rows).select_related("expected")
    Exemption.objects.bulk_create(
        [Exemption(expected=rows[row.expected.unit_id], reason=row.reason, by=row.by, at=row.at) for row in free],
        batch_size=BATCH,
    )


def withdraw_list(*, expected_list: ExpectedList, reason: str, by: str, at: dt.datetime) -> ExpectedList:
    """Take a list back that was issued on its own: nobody owes it any more; what came stays where it is kept.

    Raises:
        PlanError: no reason; or the list is a plan's, which only a new version of the plan changes.
    """
    plain = _reason(reason, "请写明收回的原因（200字以内）")
    with transaction.atomic():
        row = ExpectedList.objects.select_for_update(of=("self",)).get(pk=expected_list.pk)
        if row.replaced:
            return row
        if row.plan_id is not None:
            zh = "这份清单随方案下发，要改请另立方案版本"
            raise PlanError("list-of-plan", zh, "this list came with the plan: make a new version of the plan")
        row.replaced, row.withdrawn_reason = True, plain
        row.save(update_fields=["replaced", "withdrawn_reason"])
        _record("list_withdrawn", row.campaign_id, {"list": str(row), "reason": plain}, by=by, at=at)
    return row


def exempt(*, expected: Expected, reason: str, by: str, at: dt.datetime) -> Exemption:
    """Say that a unit need not hand something in after all. The list itself stays as it was issued.

    Raises:
        PlanError: no reason, or one of more than 200 characters; or it is exempt already, for another reason.
    """
    plain = _reason(reason, "请写明免报的原因（200字以内）")
    try:
        with transaction.atomic():
            made = Exemption.objects.create(expected=expected, reason=plain, by=by, at=at)
            values = {"unit": expected.unit.name, "list": str(expected.expected_list), "reason": plain}
            _record("exempted", expected.expected_list.campaign_id, values, by=by, at=at)
    except IntegrityError as error:
        there = Exemption.objects.get(expected=expected)
        if (there.reason, there.by) == (plain, by):
            return there
        raise PlanError("exempt-already", "该单位已免报", "that unit is exempt already") from error
    return made


def _reason(reason: str, zh: str) -> str:
    plain = " ".join(reason.split())
    if not plain or len(plain) > 200:
        raise PlanError("reason-missing", zh, "say why, in 200 characters at most")
    return plain


def _record(verb: str, campaign: int, values: Mapping[str, object], *, by: str, at: dt.datetime) -> None:
    history.record(verb=f"campaigns.{verb}", subject=("campaign", str(campaign)), by=by, at=at, values=values)

"""Keep the safety plan of an event with a thousand people or more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from bihuan.activities.actions.evidence import Offered, attach
from bihuan.activities.attachment_rules import AttachmentKind
from bihuan.activities.models import Activity, SafetyPlan
from bihuan.activities.refusals import ActivityError, StaleActivityError
from bihuan.activities.rules import PLAN_ITEMS
from bihuan.history import actions as history


def write_safety_plan(
    *,
    activity: Activity,
    expected_version: int,
    items: Mapping[str, str],
    permit: str = "",
    by_government: str = "",
    paper: Offered | None = None,
    by: str,
    at: dt.datetime,
) -> SafetyPlan:
    """Keep what was written; blanks may follow later.

    Args:
        expected_version: of the plan that was seen; 0 where there was none.
        paper: the plan as a file, kept beside those that there are.

    Raises:
        StaleActivityError: somebody wrote it meanwhile.
        ActivityError: nothing written, or an item that the law does not name.
        BadPaper, MaterialError: a file that is not taken.
    """
    if unknown := set(items) - set(PLAN_ITEMS):
        raise ActivityError("safety-plan", "没有这一项", f"there is no such item: {', '.join(sorted(unknown))}")
    if not (items or permit or by_government or paper):
        raise ActivityError("safety-plan", "请至少填写一项", "write at least one of them")
    with transaction.atomic():
        Activity.objects.select_for_update(no_key=True).get(pk=activity.pk)
        known = SafetyPlan.objects.filter(activity=activity).first()
        if (known.version if known else 0) != expected_version:
            raise StaleActivityError
        plan = known or SafetyPlan(activity=activity, version=0)
        plan.items, plan.permit, plan.by_government = dict(items), permit.strip(), by_government.strip()
        plan.version, plan.by, plan.at = plan.version + 1, by, at
        plan.save()
        if paper:
            attach(activity=activity, kind=AttachmentKind.PLAN, files=[paper], by=by, at=at)
        history.record(
            verb="activities.safety_planned",
            subject=("activity", str(activity.pk)),
            by=by,
            at=at,
            values={
                "title": activity.title,
                "items": dict(items),
                "permit": plan.permit,
                "by_government": plan.by_government,
            },
        )
    return plan

"""拟稿 of the papers that issue a plan, and taking a plan back from there."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bihuan.campaigns.actions.planning import hold, touched
from bihuan.campaigns.composition import paper
from bihuan.campaigns.models import Plan, PlanPaper
from bihuan.campaigns.queries.checks import check
from bihuan.campaigns.queries.plans import papers
from bihuan.campaigns.queries.told import told
from bihuan.campaigns.refusals import ClosedPlanError, PapersError, StalePlanError, UnfitPlanError
from bihuan.campaigns.rules import PaperKind, PlanState
from bihuan.documents import actions as documents
from bihuan.documents.rules import State as PaperState
from bihuan.loop.days import local_day
from bihuan.org import queries as org


def fit(plan: Plan, day: dt.date) -> None:
    """Refuse a plan in which the check finds errors. Raises UnfitPlanError: it says how many, and the first."""
    errors = [item for item in check(plan, day=day) if item.error]
    if errors:
        raise UnfitPlanError(len(errors), (errors[0].zh, errors[0].en))


def prepare(*, plan: Plan, expected_version: int, by: str, at: dt.datetime) -> Plan:
    """Draft the papers that issue a plan. From now on nothing in the plan changes; the papers go their ordinary way.
    The same person's second click does nothing more.

    Raises:
        UnfitPlanError: the check finds errors.
        StalePlanError, ClosedPlanError: it was changed since it was seen; it is out already.
        bihuan.documents.paper.PaperError: something in it cannot be printed; the message names the place.
    """
    with transaction.atomic():
        standing = Plan.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=plan.pk)
        if standing.state == PlanState.PREPARED and standing.prepared_by == by:
            return standing
        row = hold(standing, expected_version=expected_version)
        fit(row, local_day(at))
        campaign, said = row.campaign, told(row, day=local_day(at))
        place = org.everyday(campaign.region)
        for kind in PaperKind:
            document = documents.draft(
                key=f"plan:{row.pk}:{row.version}:{kind}",
                paper=paper(kind, said),
                prefix=f"{place}{'应急' if kind is PaperKind.TASK_DIVISION and said.working_body else '安办'}",
                region=campaign.region,
                book=campaign.book,
                by=by,
                at=at,
            )
            PlanPaper.objects.create(plan=row, kind=kind.value, document=document)
        row.state, row.prepared_by, row.prepared_at = PlanState.PREPARED.value, by, at
        touched(row, "plan_prepared", by=by, at=at, papers=[kind.value for kind in PaperKind])
    return row


def take_back(*, plan: Plan, expected_version: int, reason: str, by: str, at: dt.datetime) -> Plan:
    """Take a plan back to be written in again: its drafts are given up, with the reason.

    Raises:
        StalePlanError, ClosedPlanError: it was changed meanwhile; it is out already.
        PapersError: one of its papers is checked or issued already.
        bihuan.documents.actions.ReasonError: no reason.
    """
    with transaction.atomic():
        row = Plan.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=plan.pk)
        if row.state == PlanState.DRAFT:
            return row
        if row.state != PlanState.PREPARED:
            raise ClosedPlanError(published=True)
        if row.version != expected_version:
            raise StalePlanError
        for item in papers(row):
            document = item.document
            if document.state not in (PaperState.DRAFT, PaperState.VOID):
                zh = f"《{document.title}》已核稿或已印发，请先退回该文；已印发的请发布后另立新版本"
                en = f"“{document.title}” is checked or issued: send it back first, or publish and make a new version"
                raise PapersError(zh, en)
            if document.state == PaperState.DRAFT:
                documents.discard(document=document, reason=reason, by=by, at=at)
        PlanPaper.objects.filter(plan=row).delete()
        row.state, row.prepared_by, row.prepared_at = PlanState.DRAFT.value, "", None
        touched(row, "plan_taken_back", by=by, at=at, reason=reason.strip())
    return row

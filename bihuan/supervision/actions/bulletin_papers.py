"""A frozen bulletin written as a paper."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from bihuan.campaigns.models import Campaign
from bihuan.documents import actions as documents
from bihuan.documents.models import Document
from bihuan.documents.rules import Relation
from bihuan.documents.rules import State as PaperState
from bihuan.history import actions as history
from bihuan.org import queries as org
from bihuan.supervision.bulletin_paper import Issue, Told, paper
from bihuan.supervision.bulletin_rules import BASES, BulletinError, Month, Openness
from bihuan.supervision.models import Bulletin, BulletinPaper
from bihuan.supervision.queries.bulletins import Table, asked_of, stored, table, versions, zone

MARKING = "示例文稿·模型数据"


def write_paper(*, bulletin: Bulletin, openness: Openness, basis: str = "", by: str, at: dt.datetime) -> Document:
    """Open a bulletin as a draft paper, for the public or for the inside by its 公开属性. The same again gives the
    paper that stands. Where a paper of an earlier version of the month was issued, this one is its erratum: papers that
    are out never change.

    Args:
        basis: the article on which the openness rests; the usual one unless given.

    Raises:
        BulletinError: a ground of more than 200 characters.
        bihuan.documents.paper.PaperError: something in it cannot be printed.
    """
    ground = " ".join(basis.split()) or BASES[openness]
    if len(ground) > 200:
        raise BulletinError(
            "basis-too-long", "公开属性的依据不能超过200字", "name the ground in 200 characters at most"
        )
    with transaction.atomic():
        Campaign.objects.select_for_update().get(pk=bulletin.campaign_id)
        standing = BulletinPaper.objects.filter(bulletin=bulletin, openness=openness).select_related("document").first()
        if standing is not None:
            return standing.document
        corrected = _corrected(bulletin, openness)
        document = documents.draft(
            key=f"bulletin:{bulletin.pk}:{openness}",
            paper=paper(_told(bulletin), _issue(bulletin, openness, ground, at, corrected)),
            prefix=f"{org.everyday(bulletin.region)}安办",
            region=bulletin.region,
            book=bulletin.book,
            refers_to=corrected,
            relation=Relation.ERRATUM if corrected else None,
            by=by,
            at=at,
        )
        BulletinPaper.objects.create(
            bulletin=bulletin, openness=openness, basis=ground, document=document, by=by, at=at
        )
        values = {"name": bulletin.campaign.name, "month": f"{bulletin.month:%Y-%m}", "version": bulletin.version}
        values |= {"openness": openness.value, "basis": ground, "document": document.pk}
        subject = ("bulletin", str(bulletin.pk))
        history.record(verb="supervision.bulletin_written", subject=subject, by=by, at=at, values=values)
    return document


def _corrected(bulletin: Bulletin, openness: Openness) -> Document | None:
    """The issued paper of an earlier version of the month, the newest."""
    earlier = versions(bulletin).filter(version__lt=bulletin.version)
    found = BulletinPaper.objects.filter(
        bulletin__in=earlier, openness=openness, document__state=PaperState.ISSUED
    ).select_related("document")
    last = found.order_by("-bulletin__version").first()
    return last.document if last else None


def _issue(bulletin: Bulletin, openness: Openness, basis: str, at: dt.datetime, corrected: Document | None) -> Issue:
    return Issue(
        office=f"{org.everyday(bulletin.region)}安全生产委员会办公室",
        openness=openness,
        basis=basis,
        day=at.astimezone(zone()).date(),
        addressees=("各县（市）安全生产委员会、有关成员单位",),
        marking=MARKING if bulletin.book else "",
        corrects=corrected.number if corrected else "",
    )


def _told(bulletin: Bulletin) -> Told:
    said = stored(bulletin)
    laid = table(asked_of(bulletin), said, bulletin.previous, ranked=bool(bulletin.ranking_basis))
    names = {key: unit.short_name or unit.name for key, unit in laid.units.items()}
    overdue = [item for item in said.items if "overdue" in item.counted]
    return Told(
        key=bulletin.pk,
        previous=bulletin.previous_id,
        campaign=bulletin.campaign.name,
        place=org.everyday(bulletin.region),
        month=Month(bulletin.month),
        version=bulletin.version,
        cut_off=bulletin.cut_off.astimezone(zone()),
        lines=[(names[line.unit.pk], line.row) for line in laid.lines if line.unit],
        all=laid.all.row,
        before=laid.all.before,
        overdue=[(names[item.unit], item) for item in sorted(overdue, key=lambda item: (-item.days_late, item.matter))],
        changes=_named(laid, names),
        ranking_basis=bulletin.ranking_basis,
    )


def _named(laid: Table, names: dict[int, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What became of matters, but for those that are still overdue: their list says so."""
    return [
        (kind, [(names[change.unit], change.title) for change in changes])
        for kind, changes in laid.changed
        if kind != "still"
    ]

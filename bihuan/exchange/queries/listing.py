"""Reads for the pages of reporting upward."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from bihuan.campaigns.models import Campaign
from bihuan.exchange import bundle as bundles_
from bihuan.exchange.bundle import Account, Line
from bihuan.exchange.models import (
    Bundle,
    Identity,
    Intake,
    Issue,
    Peer,
    Received,
    ReceivedLine,
    Remark,
    Reporting,
)
from bihuan.exchange.queries.compiling import differences, printed
from bihuan.exchange.rules import IssueState, Reception, Sending
from bihuan.figures import queries as figures
from bihuan.figures.models import Measure, Revision
from bihuan.lib.refusals import Refusal
from bihuan.org.models import Region
from bihuan.org.queries import ancestors, authority, children, current_edition, subtree


def own() -> Identity | None:
    """Who this installation is, or None before that was said."""
    return Identity.objects.first()


def peers() -> QuerySet[Peer]:
    """The other installations, those above first."""
    return Peer.objects.select_related("region").order_by("-upward", "pk")


def any_peer() -> bool:
    """Whether this installation knows any other: most do not."""
    return Peer.objects.exists()


def peers_above() -> list[Peer]:
    """The installations that are reported to."""
    return [peer for peer in peers().filter(upward=True) if peer.stands]


def peer(pk: int) -> Peer | None:
    return Peer.objects.select_related("region").filter(pk=_pk(pk)).first()


def closing() -> Issue | None:
    """The oldest report whose numbers are not frozen yet."""
    return Issue.objects.filter(state=IssueState.CLOSING).select_related("entry").order_by("pk").first()


def reportings() -> QuerySet[Reporting]:
    """What was reported upward, with how far its last report is: `last` is the number of issues."""
    issues = Issue.objects.select_related("bundle").order_by("number")
    return (
        Reporting.objects.select_related("campaign", "peer", "region")
        .annotate(last=Max("issues__number"))
        .prefetch_related(Prefetch("issues", issues))
    )


def received() -> QuerySet[Received]:
    """What was reported to us."""
    return Received.objects.select_related("peer", "region").annotate(count=Count("lines"))


def intakes() -> QuerySet[Intake]:
    """All that came, bundle by bundle."""
    return Intake.objects.select_related("peer", "received").defer("payload")


def held() -> QuerySet[Intake]:
    """What waits for a decision."""
    return intakes().filter(state=Reception.HELD)


def intake(pk: int) -> Intake | None:
    return Intake.objects.select_related("peer__region", "received").filter(pk=_pk(pk)).first()


def bundle(pk: int) -> Bundle | None:
    return Bundle.objects.select_related("peer", "issue").filter(pk=_pk(pk)).first()


def refused() -> QuerySet[Bundle]:
    """What the other side does not take."""
    return Bundle.objects.filter(state=Sending.REFUSED).select_related("peer").defer("payload")


def issue(pk: int) -> Issue | None:
    return Issue.objects.select_related("reporting").filter(pk=_pk(pk)).first()


def frozen() -> QuerySet[Issue]:
    """What waits for a signature."""
    return Issue.objects.filter(state=IssueState.FROZEN).select_related("reporting__campaign", "reporting__peer")


def open_questions() -> QuerySet[Remark]:
    """Questions of others that nobody has answered."""
    return Remark.objects.filter(ours=False, answers=None, answer=None).select_related("peer")


def question(pk: int) -> Remark | None:
    return Remark.objects.select_related("peer").filter(pk=_pk(pk)).first()


def campaigns_to_report(region: Region) -> list[Campaign]:
    """The campaigns of the whole installation, the newest first."""
    found = Campaign.objects.filter(region=region).select_related("region", "edition")
    return list(found.order_by("-period_start", "-pk")[:50])


def reporting_of(key: uuid.UUID) -> Reporting | None:
    return Reporting.objects.filter(key=key).first()


def received_of(peer: Peer, key: uuid.UUID) -> Received | None:
    return Received.objects.filter(peer=peer, key=key).first()


# -- lines in words --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """One line as a page shows it. `was`: what it was, of an erratum; None where it is new or not an erratum's."""

    key: str
    name: str
    printed: str
    statement: bool
    records: int
    parts: Sequence[tuple[str, str]]  # place, number
    fact: str
    was: str = ""
    gone: bool = False
    sequence: int = 0
    figure: int = 0
    pk: int = 0
    corrected: bool = False


def names_of(lines: Iterable[Sequence[str]]) -> Mapping[str, str]:
    """The names of all measures of some baskets, in one query."""
    codes = {code for measures in lines for code in measures}
    return dict(Measure.objects.filter(code__in=codes).values_list("code", "name"))


def _named(names: Mapping[str, str], measures: Sequence[str]) -> str:
    return "、".join(names.get(code, code) for code in measures)


def account_of(row: Issue) -> Account | None:
    """What an issue says; None before it is frozen."""
    return bundles_.account(row.body) if row.body else None


def shown(lines: Sequence[Line]) -> list[Shown]:
    """Lines of a bundle in words."""
    names = names_of([line.measures for line in lines])
    return [
        Shown(
            line.key, _named(names, line.measures), line.printed, line.kind == "statement", line.records,
            [(part.name, part.printed) for part in line.parts], line.fact,
            was=printed(line.was, line.classifier) if line.was else "", gone=line.value is None,
        )
        for line in lines
    ]  # fmt: skip


def received_lines(row: Received) -> list[Shown]:
    """The lines of a report as they stand here, each with the bundle that said it last."""
    lines = list(row.lines.select_related("figure", "intake").defer("intake__payload").order_by("order", "pk"))
    standing = {
        item.figure_id: item
        for item in Revision.objects.filter(figure__in=[line.figure_id for line in lines]).order_by("version")
    }
    names = names_of([item.measures for item in standing.values()])
    return [
        Shown(
            line.key, _named(names, standing[line.figure_id].measures), standing[line.figure_id].printed,
            line.figure.kind == "statement", line.records, [(name, said) for _key, name, said in line.parts],
            line.fact, sequence=line.intake.sequence, figure=line.figure_id, pk=line.pk,
            corrected=line.figure.version > 1,
        )
        for line in lines
    ]  # fmt: skip


def received_line(row: Received, pk: int) -> ReceivedLine | None:
    return row.lines.select_related("figure").filter(pk=_pk(pk)).first()


@dataclass(frozen=True, slots=True)
class Talk:
    """A question and its answer."""

    question: Remark
    answer: Remark | None


def talks(about: uuid.UUID, *, peer: Peer) -> list[Talk]:
    """What was asked about a report and answered, in the order of asking. Two queries."""
    rows = list(Remark.objects.filter(peer=peer, about=about).order_by("at", "pk"))
    answers = {row.answers_id: row for row in rows if row.answers_id}
    return [Talk(row, answers.get(row.pk)) for row in rows if row.answers_id is None]


def bundle_counts() -> dict[int, int]:
    """How many bundles to each peer have not arrived."""
    rows = Bundle.objects.exclude(state=Sending.ARRIVED).values("peer").annotate(n=Count("pk"))
    return {row["peer"]: row["n"] for row in rows}


def questions_about(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many open questions there are about each report."""
    rows = Remark.objects.filter(Q(about__in=list(keys)), ours=False, answers=None, answer=None)
    return {row["about"]: row["n"] for row in rows.values("about").annotate(n=Count("pk"))}


def to_export(sequence: int, peer: Peer) -> Bundle | None:
    """The bundle of that number to a peer."""
    return Bundle.objects.select_related("peer").filter(peer=peer, sequence=sequence).first()


# -- for single pages ------------------------------------------------------------------------------------------------


def _pk(pk: int) -> int:
    return pk if pk < 2**63 else 0  # a key that no row can have


def reporting(pk: int) -> Reporting | None:
    """One reporting with its issues and their bundles."""
    issues = Issue.objects.select_related("bundle").order_by("number")
    found = Reporting.objects.select_related("campaign__edition", "peer__region", "region")
    return found.prefetch_related(Prefetch("issues", issues)).filter(pk=_pk(pk)).first()


def the_received(pk: int) -> Received | None:
    return Received.objects.select_related("peer", "region").filter(pk=_pk(pk)).first()


def bundles() -> QuerySet[Bundle]:
    """All bundles of ours."""
    return Bundle.objects.select_related("peer").defer("payload", "receipt")


def line_of(row: Reporting, key: str) -> Line | None:
    """A line of the last report that is frozen."""
    for item in reversed(list(row.issues.all())):
        if account := account_of(item):
            return next((line for line in account.lines if line.key == key), None)
    return None


def records_of(row: Reporting, line: Line) -> list[Revision]:
    """The figures behind a line of ours, as they stand now."""
    found = figures.revisions(as_of=None).filter(
        figure__kind=line.kind,
        figure__book=row.book,
        period_end__range=row.period,
        measures=list(line.measures),
        classifier=line.classifier,
    )
    inside = {item.region_id for item in subtree(row.region, row.campaign.edition)} if line.kind == "record" else set()
    rows = found.select_related("figure", "region", "occasion", "unit").order_by("region__pinyin", "figure")[:500]
    return [item for item in rows if line.kind != "record" or item.region_id in inside]


def changes(row: Issue) -> list[Line]:
    """What an erratum brings against the report before it, as it stands frozen."""
    sent = Issue.objects.filter(reporting=row.reporting_id, number__lt=row.number, bundle__isnull=False)
    earlier = list(sent.exclude(bundle__outcome=Reception.RETURNED).order_by("number"))
    now = account_of(row)
    before = account_of(earlier[-1]) if earlier else None
    return differences(before.lines, now.lines) if now and before else []


def _content(payload: str) -> bundles_.Bundle | None:
    try:
        return bundles_.read(json.loads(payload))
    except Refusal:
        return None


def lines_of(payload: str) -> list[Line]:
    """The lines of a report or an erratum; of other bundles none."""
    said = _content(payload)
    return list(said.content.lines) if said and isinstance(said.content, Account) else []


@dataclass(frozen=True, slots=True)
class Words:
    """What a bundle says beside its lines."""

    by: str
    name: str = ""
    region: str = ""
    period: str = ""
    text: str = ""
    book: str = ""


def words_of(payload: str) -> Words:
    """What a bundle says, in the words of its sender."""
    said = _content(payload)
    if said is None:
        return Words("")
    content = said.content
    if isinstance(content, Account):
        days = " – ".join(day.isoformat() for day in content.period)
        return Words(said.by, content.name, content.region_name, days, content.reason, content.book)
    return Words(said.by, text=content.reason if isinstance(content, bundles_.Ruling) else content.text)


def reporting_about(payload: str) -> Reporting | None:
    """Our report that a question or an answer is about."""
    said = _content(payload)
    remark = said.content if said else None
    return reporting_of(remark.about) if isinstance(remark, bundles_.Remark) else None


def regions_around(region: Region) -> tuple[list[Region], list[Region]]:
    """The regions that an authority's peers can answer for: those above its own, and those directly below."""
    tree = current_edition()
    return ancestors(region, tree), children(region, tree)


def campaign_to_report(pk: int) -> Campaign | None:
    """A campaign of the whole installation."""
    found = Campaign.objects.filter(pk=_pk(pk)).select_related("region", "edition").first()
    top = authority()
    return found if found is not None and top is not None and found.region_id == top.region_id else None

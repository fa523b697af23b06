"""Reads for the pages of reporting upward."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from bihuan.campaigns.models import Campaign
from bihuan.exchange import bundle as bundles
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
from bihuan.exchange.queries.compiling import printed
from bihuan.exchange.rules import IssueState, Reception, Sending
from bihuan.figures.models import Measure, Revision
from bihuan.org.models import Region


def own() -> Identity | None:
    """Who this installation is, or None before that was said."""
    return Identity.objects.first()


def peers() -> QuerySet[Peer]:
    """The other installations, those above first."""
    return Peer.objects.select_related("region").order_by("-upward", "pk")


def peers_above() -> list[Peer]:
    """The installations that are reported to."""
    return [peer for peer in peers().filter(upward=True) if peer.stands]


def peer(pk: int) -> Peer | None:
    return Peer.objects.select_related("region").filter(pk=pk).first()


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
    return Intake.objects.select_related("peer__region", "received").filter(pk=pk).first()


def bundle(pk: int) -> Bundle | None:
    return Bundle.objects.select_related("peer", "issue").filter(pk=pk).first()


def bundles_on_their_way() -> QuerySet[Bundle]:
    """What was signed and has not arrived."""
    return Bundle.objects.exclude(state=Sending.ARRIVED).select_related("peer").defer("payload")


def issue(pk: int) -> Issue | None:
    return Issue.objects.select_related("reporting").filter(pk=pk).first()


def frozen() -> QuerySet[Issue]:
    """What waits for a signature."""
    return Issue.objects.filter(state=IssueState.FROZEN).select_related("reporting__campaign", "reporting__peer")


def open_questions() -> QuerySet[Remark]:
    """Questions of others that nobody has answered."""
    return Remark.objects.filter(ours=False, answers=None, answer=None).select_related("peer")


def question(pk: int) -> Remark | None:
    return Remark.objects.select_related("peer").filter(pk=pk).first()


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
    return bundles.account(row.body) if row.body else None


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
    return row.lines.select_related("figure").filter(pk=pk).first()


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

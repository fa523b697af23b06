"""Reads of rounds: what they look at, what earlier ones found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from bihuan.supervision.models import Finding, Look, Member, Round
from bihuan.supervision.rules import RoundState


def open_findings(mandate: int) -> list[Finding]:
    """What rounds under a mandate found and nobody settled, the oldest first."""
    rows = Finding.objects.filter(look__round__mandate=mandate, settled_at=None)
    return list(rows.select_related("look__round", "unit").order_by("pk"))


@dataclass(frozen=True)
class RoundPage:
    """A round: `looks` in order, each with `findings`; `earlier`: what earlier rounds of the mandate found."""

    round: Round
    members: Sequence[Member]
    looks: Sequence[Look]
    earlier: Sequence[Finding]

    @property
    def found(self) -> list[Finding]:
        return [finding for look in self.looks for finding in look.findings.all()]


def round_page(row: Round) -> RoundPage:
    """All that the page of a round shows. Four queries."""
    findings = Prefetch("findings", Finding.objects.order_by("pk"))
    looks = Look.objects.filter(round=row).select_related("unit", "matter", "follow_up_of__look__round")
    earlier = Finding.objects.filter(look__round__mandate=row.mandate_id, look__round__number__lt=row.number)
    return RoundPage(
        row,
        list(Member.objects.filter(round=row).select_related("person").order_by("pk")),
        list(looks.prefetch_related(findings).order_by("unit", "pk")),
        list(earlier.select_related("look__round", "unit").order_by("settled_at", "pk")[:200]),
    )


def running_rounds(rows: object) -> list[Round]:
    """Of rounds, those that are not over, the next first."""
    over = [RoundState.ENDED, RoundState.CANCELLED]
    found = rows.exclude(state__in=over)  # type: ignore[attr-defined]
    return list(found.select_related("mandate", "leader").order_by("first_day", "pk")[:50])

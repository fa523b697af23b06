"""What the pages of reporting upward say of things: states in words, and where a report stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.components.steps import Step
from bihuan.exchange.models import Bundle, Intake, Issue, Reporting
from bihuan.exchange.rules import BundleKind, IssueState, Reception, Sending, Way
from bihuan.lib.words import say

Said = tuple[str, Any]  # words and tone
KINDS: dict[str, tuple[str, str]] = {
    BundleKind.REPORT: ("首报", "report"),
    BundleKind.ERRATUM: ("更正", "erratum"),
    BundleKind.QUESTION: ("问询", "question"),
    BundleKind.ANSWER: ("答复", "answer"),
    BundleKind.RULING: ("处理意见", "decision"),
}
WAYS: dict[str, tuple[str, str]] = {Way.NETWORK: ("网络", "network"), Way.FILE: ("文件", "file")}
_ISSUES: dict[str, tuple[str, str, str]] = {
    IssueState.CLOSING: ("正在定稿", "being frozen", "info"),
    IssueState.FROZEN: ("待签发", "to be signed", "warn"),
    IssueState.SIGNED: ("已签发", "signed", "info"),
    IssueState.DROPPED: ("已撤回", "dropped", "plain"),
}
_OUTCOMES: dict[str, tuple[str, str, str]] = {
    Reception.TAKEN: ("对方已收下", "taken in", "good"),
    Reception.HELD: ("对方暂存待处理", "held by the other side", "warn"),
    Reception.RETURNED: ("对方退回", "given back", "bad"),
}
_SENDINGS: dict[str, tuple[str, str, str]] = {
    Sending.WAITING: ("待送达", "on its way", "info"),
    Sending.REFUSED: ("对方拒收", "refused", "bad"),
    Sending.ARRIVED: ("已送达", "arrived", "good"),
}
_RECEPTIONS: dict[str, tuple[str, str, str]] = {
    Reception.TAKEN: ("已收下", "taken in", "good"),
    Reception.HELD: ("暂存待处理", "held", "warn"),
    Reception.RETURNED: ("已退回", "given back", "bad"),
}
_RECEIPTS: dict[str, tuple[str, str]] = {
    "missing": ("未报", "not handed in"),
    "draft": ("起草中", "draft"),
    "submitted": ("待审核", "to be accepted"),
    "returned": ("已退回", "returned"),
}


def _said(row: tuple[str, str, str]) -> Said:
    return say(row[0], row[1]), row[2]


def kind_words(kind: str) -> str:
    return say(*KINDS[kind])


def way_words(way: str) -> str:
    return say(*WAYS[way])


def receipt_words(state: str) -> str:
    """The state of a line of an expected list."""
    return say(*_RECEIPTS[state]) if state in _RECEIPTS else state


def bundle_state(row: Bundle) -> Said:
    """How far a bundle of ours is."""
    return _said(_OUTCOMES[row.outcome] if row.outcome else _SENDINGS[row.state])


def intake_state(row: Intake) -> Said:
    """What became of a bundle that came."""
    return _said(_RECEPTIONS[row.state])


def issue_state(row: Issue) -> Said:
    """Where a report or an erratum stands, on its way too."""
    bundle = getattr(row, "bundle", None)
    return bundle_state(bundle) if bundle else _said(_ISSUES[row.state])


def why(row: Bundle | Intake) -> str:
    """What the last try, or the other side, said of it."""
    return say(row.zh, row.en) if row.zh else ""


@dataclass(frozen=True, slots=True)
class ReportingLine:
    """A reporting as a list shows it: its last issue and where that stands."""

    row: Reporting
    issue: Issue | None
    state: Said
    questions: int


def reporting_lines(rows: Sequence[Reporting], questions: dict[Any, int]) -> list[ReportingLine]:
    """Reportings whose issues were read along."""
    found = []
    for row in rows:
        last = list(row.issues.all())[-1:]
        state = issue_state(last[0]) if last else ("—", "plain")
        found.append(ReportingLine(row, last[0] if last else None, state, questions.get(row.key, 0)))
    return found


def stops(row: Issue) -> tuple[Step, ...]:
    """关账 → 定稿 → 签发 → 送达."""
    bundle = getattr(row, "bundle", None)
    done = [
        True,
        row.state in (IssueState.FROZEN, IssueState.SIGNED),
        row.state == IssueState.SIGNED,
        bundle is not None and bundle.state == Sending.ARRIVED,
    ]
    names = (("关账", "closed"), ("定稿", "frozen"), ("签发", "signed"), ("送达", "arrived"))
    moments = (row.at, row.frozen_at, row.signed_at, bundle.arrived_at if bundle else None)
    current = done.index(False) if False in done else len(done)
    return tuple(
        Step(say(*name), "done" if place < current else "now" if place == current else "todo", when=moment)
        for place, (name, moment) in enumerate(zip(names, moments, strict=True))
    )

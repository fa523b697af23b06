"""What the reading page shows: the text with its figures marked, beside what was taken from each, and what its reader
may do."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.urls import reverse

from bihuan.components.steps import Step
from bihuan.figures.queries import RowKey, row_text
from bihuan.figures.rules import classifiers_of
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import Reader, may
from bihuan.reports import access, queries
from bihuan.reports.models import Proposal, Said, Submission
from bihuan.reports.queries import Known
from bihuan.reports.queries.claims import unproven
from bihuan.reports.queries.wording import range_words
from bihuan.reports.rules import MARK_WORDS, REPLACED_WORDS, STATE_WORDS, Mark, Standing, State

if TYPE_CHECKING:
    from bihuan.documents.models import Document

KIND_WORDS = {Standing.RECORD: ("记录", "record"), Standing.STATEMENT: ("上报数", "statement")}
ROLE_WORDS = {
    "result": ("没有对应的指标", "no measure for it"),
    "target": ("目标，不是已办的事", "a target, not what was done"),
    "comparison": ("对比，不是本期的数", "a comparison, not this period's number"),
    "rule": ("规则，不是已办的事", "a rule, not what was done"),
    "rank": ("名次", "a rank"),
}
SEVERITIES = {"error": ("错误", "Error"), "warning": ("提醒", "Warning")}
_HAN = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef"
_CHINESE = re.compile(f"[{_HAN}]")
_RUNS = re.compile(f"[{_HAN}]+|[^{_HAN}]+")
_TONES = {Mark.CONFIRMED: "good", Mark.CORRECTED: "good", Mark.KNOWN: "good", Mark.PENDING: "warn"}


@dataclass(frozen=True)
class OnRecord:
    """A record that stands beside what a report says, in words. `page`: what is behind it."""

    printed: str
    value: str
    place: str
    days: str
    occasion: str
    others: int
    agrees: bool
    page: str


@dataclass(frozen=True)
class Row:
    """One figure: what was read or meant, in words, and what became of it."""

    proposal: Proposal
    said: Said
    value: str
    measures: str
    days: str
    kind: str  # in words; "" where nobody knows yet
    state: str
    tone: str
    who: str
    why_not: str  # why it is not counted
    fact: str = ""  # under which a paper prints it
    known: OnRecord | None = None  # the same on record already, or something else of the same

    @property
    def mark(self) -> str:
        """The class by which its place in the text is drawn."""
        item = self.proposal
        if item.state in (Mark.REFUSED, Mark.NOT_COUNTED):
            return str(item.state)
        return str(self.said.kind) if self.said.kind else "asked"

    @property
    def undecided(self) -> bool:
        return self.proposal.state == Mark.PENDING

    @property
    def asks(self) -> bool:
        """Whether a person must say record or statement before anything else."""
        return self.undecided and self.said.kind is None

    @property
    def conflicts(self) -> bool:
        """Whether a record says something else of the same, so that a person must say which holds."""
        return self.undecided and self.known is not None and not self.known.agrees

    @property
    def corrected(self) -> bool:
        return self.proposal.state == Mark.CORRECTED

    @property
    def not_counted(self) -> bool:
        return self.proposal.state == Mark.NOT_COUNTED


@dataclass(frozen=True)
class Finding:
    """A lint, in words, and its number on the page."""

    number: int
    severity: str
    label: str
    words: str
    start: int

    @property
    def runs(self) -> list[tuple[str, bool]]:
        """The words in pieces, each with whether it is Chinese: an English sentence quotes the report."""
        return [(part, bool(_CHINESE.match(part))) for part in _RUNS.findall(self.words)]


@dataclass(frozen=True)
class Piece:
    """A stretch of the text: plain, a figure's place, or the place of a lint."""

    text: str
    row: Row | None = None
    finding: Finding | None = None


@dataclass(frozen=True)
class TextParagraph:
    pieces: tuple[Piece, ...]
    findings: tuple[Finding, ...]  # those that stand in it


@dataclass(frozen=True)
class Progress:
    """How far one is: `counted` figures, of which `decided`; `asked` of the others need more than a yes."""

    counted: int
    decided: int
    asked: int

    @property
    def left(self) -> int:
        return self.counted - self.decided

    @property
    def plain(self) -> int:
        """Those that can be confirmed all at once."""
        return self.left - self.asked


@dataclass(frozen=True)
class Rights:
    """What the reader may do with the report as it stands; `not_own`: why they may not accept it."""

    decide: bool
    accept: bool
    not_own: bool
    give_back: bool
    compose: bool


class ReadingPage:
    """All that the page shows of a submission; each part is read once, when it is asked for."""

    def __init__(self, submission: Submission, reader: Reader) -> None:
        self.submission = submission
        self.reader = reader

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """Every figure that was read, in the order of the text."""
        facts = queries.facts_by_figure(self.papers) if self.papers else {}
        return tuple(rows(self.submission, self._read, facts, self._known))

    @cached_property
    def _read(self) -> list[Proposal]:
        return queries.proposals_of(self.submission)

    @cached_property
    def _known(self) -> dict[int, Known]:
        """What is on record: of what is undecided as it is now, of the rest as it was decided."""
        known = queries.known_records(self.submission, [item for item in self._read if item.state == Mark.PENDING])
        if any(item.known_id for item in self._read):
            known |= {item.pk: Known(row, 0, agrees=True) for item, row in queries.known_of(self.submission)}
        return known

    @cached_property
    def papers(self) -> list[Document]:
        """The papers that were made of it."""
        return queries.papers_of(self.submission)

    def row(self, proposal: Proposal) -> Row:
        """One of them, as it stands now."""
        return next(rows(self.submission, [proposal], known=self._known))

    @cached_property
    def progress(self) -> Progress:
        counted = [item for item in self._read if item.state != Mark.NOT_COUNTED]
        left = [item for item in counted if item.state == Mark.PENDING]
        known = self._known
        asked = sum(not item.kind or (item.pk in known and not known[item.pk].agrees) for item in left)
        return Progress(len(counted), len(counted) - len(left), asked)

    @cached_property
    def current(self) -> int | None:
        """The figure to begin with: the first undecided one."""
        return next((row.proposal.pk for row in self.rows if row.undecided), None)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The lints, as they were found when the report came; and what it claims to be the highest ever, and the years
        in store do not prove as they are now."""
        told = [(lint["severity"], lint["start"], lint["zh"], lint["en"]) for lint in self.submission.lints]
        claims = unproven(self.submission, self._read, today=self.reader.day)
        told += [("warning", item.start, item.zh, item.en) for item in claims]
        return tuple(
            Finding(number, severity, say(*SEVERITIES.get(severity, ("提示", "Hint"))), say(zh, en), start)
            for number, (severity, start, zh, en) in enumerate(told, 1)
        )

    @cached_property
    def paragraphs(self) -> tuple[TextParagraph, ...]:
        """The report's own text."""
        return tuple(_paragraphs(self.submission.text, 0, self.submission.text_end, self.rows, self.findings))

    @cached_property
    def tail(self) -> tuple[TextParagraph, ...]:
        """What stands behind the report's end and was not read."""
        text = self.submission.text
        return tuple(_paragraphs(text, self.submission.text_end, len(text), (), self.findings))

    @property
    def language(self) -> str:
        """Of the interface: for words of ours that stand within the report's own text."""
        return say("zh-Hans", "en")

    @cached_property
    def rights(self) -> Rights:
        item, reader = self.submission, self.reader
        stands = item.replaced_by_id is None
        open_, confirmed = stands and item.state == State.HANDED_IN, stands and item.state == State.CONFIRMED
        own = reader.known and reader.by in item.hands
        accepts = confirmed and may(reader, access.ACCEPT, item)
        return Rights(
            decide=open_ and may(reader, access.DECIDE, item),
            accept=accepts and not own,
            not_own=accepts and own,
            give_back=(open_ or confirmed) and may(reader, access.RETURN, item),
            compose=stands and item.state in (State.CONFIRMED, State.ACCEPTED) and may(reader, access.COMPOSE, item),
        )

    @cached_property
    def names(self) -> Mapping[str, str]:
        item = self.submission
        return org.names({item.received_by, item.confirmed_by, item.accepted_by, item.returned_by} - {""})

    @cached_property
    def steps(self) -> list[Step]:
        """报送 → 确认 → 采用."""
        item, names = self.submission, self.names
        done = [
            (say("报送", "Handed in"), item.received_by, item.received_at),
            (say("确认", "Confirmed"), item.confirmed_by, item.confirmed_at),
            (say("采用", "Accepted"), item.accepted_by, item.accepted_at),
        ]
        found: list[Step] = []
        now = item.state != State.RETURNED and not item.replaced_by_id
        for label, by, at in done:
            if at:
                found.append(Step(label, "done", names.get(by, ""), at))
            else:
                found.append(Step(label, "now" if now else "todo"))
                now = False
        return found

    @property
    def returned_by(self) -> str:
        return self.names.get(self.submission.returned_by, "")

    @cached_property
    def state(self) -> tuple[str, str]:
        """The state in words, and its tone."""
        return state_of(self.submission)


def state_of(submission: Submission) -> tuple[str, str]:
    """A submission's state in words, and its tone."""
    if submission.replaced_by_id:
        return say(*REPLACED_WORDS), "plain"
    tones = {State.HANDED_IN: "warn", State.CONFIRMED: "info", State.ACCEPTED: "good", State.RETURNED: "bad"}
    return say(*STATE_WORDS[State(submission.state)]), tones[State(submission.state)]


def rows(
    submission: Submission,
    proposals: Sequence[Proposal],
    facts: Mapping[int, str] | None = None,
    known: Mapping[int, Known] | None = None,
) -> Iterator[Row]:
    """Figures in words; the names that they need come in two queries, however many they are."""
    said = [item.said for item in proposals]
    measures = queries.names_of_measures({code for one in said for code in one.measures})
    people = org.names({item.decided_by for item in proposals} - {""})
    whole = (submission.period_start, submission.period_end)
    for item, one in zip(proposals, said, strict=True):
        mark = Mark(item.state)
        empty = one.value.low is None and one.value.high is None
        yield Row(
            proposal=item,
            said=one,
            value="" if empty else range_words(one.value),
            measures="、".join(measures[code] for code in one.measures if code in measures),
            days=_days(one.period, whole),
            kind=say(*KIND_WORDS[one.kind]) if one.kind else "",
            state=say(*MARK_WORDS[mark]),
            tone=_TONES.get(mark, "plain"),
            who=people.get(item.decided_by, ""),
            why_not=say(*ROLE_WORDS.get(item.role, ROLE_WORDS["result"])) if mark is Mark.NOT_COUNTED else "",
            fact=(facts or {}).get(item.figure_id or item.known_id or 0, ""),
            known=_on_record(submission, item, (known or {}).get(item.pk)),
        )


def _on_record(submission: Submission, item: Proposal, known: Known | None) -> OnRecord | None:
    if known is None:
        return None
    record = known.record
    row = row_text(RowKey(tuple(record.measures), tuple(sorted(classifiers_of(record.classifier)))))
    page = reverse("reports:making", args=[submission.campaign_id, item.said.region.pk])
    return OnRecord(
        record.printed,
        range_words(record.value),
        record.region.name,
        _days((record.period_start, record.period_end), (submission.period_start, submission.period_end)),
        record.occasion.name if record.occasion else "",
        known.others,
        known.agrees,
        f"{page}?{urlencode({'row': row})}",
    )


def _days(period: tuple[dt.date, dt.date], whole: tuple[dt.date, dt.date]) -> str:
    if period == whole:
        return say("活动期间", "during the campaign")
    first, last = period
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"


def _paragraphs(
    text: str, start: int, end: int, own: Sequence[Row], findings: Sequence[Finding]
) -> Iterator[TextParagraph]:
    """The lines between two offsets, with the figures and lints that begin in each."""
    stops: list[tuple[int, int, Any]] = [(row.proposal.start, 1, row) for row in own]
    stops += [(finding.start, 0, finding) for finding in findings]
    stops.sort(key=lambda stop: stop[:2])
    places = [stop[0] for stop in stops]
    at = start
    for line in text[start:end].split("\n"):
        stop = at + len(line)
        if line.strip():
            within = stops[bisect_left(places, at) : bisect_left(places, stop)]
            found = tuple(item for _place, _order, item in within if isinstance(item, Finding))
            yield TextParagraph(tuple(_pieces(text, at, stop, within)), found)
        at = stop + 1


def _pieces(text: str, start: int, stop: int, within: Sequence[tuple[int, int, Any]]) -> Iterator[Piece]:
    at = start
    for place, _order, item in within:
        if place > at:
            yield Piece(text[at:place])
            at = place
        if isinstance(item, Finding):
            yield Piece("", finding=item)
        else:
            yield Piece(text[item.proposal.start : item.proposal.end], row=item)
            at = item.proposal.end
    yield Piece(text[at:stop])

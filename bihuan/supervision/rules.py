"""What supervision may be, how often, and by when it is objected to. Pure.

Sources: 政府督查工作条例 (in force 2021-02-01) by article; facts §3.1, §3.2. What an authority sets for itself is data:
`models.Limit` overrides the limits here for a place from a day on.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise
from pathlib import Path

from bihuan.lib.words import say


class MandateKind(StrEnum):
    """督查类型 (art. 14)."""

    GENERAL = "general"
    SPECIAL = "special"
    INCIDENT = "incident"
    ROUTINE = "routine"
    LEAD = "lead"


class Method(StrEnum):
    """督查方式: the eight of art. 12."""

    SELF_CHECK = "self_check"
    REPORT = "report"
    VISIT = "visit"
    SURVEY = "survey"
    DOCUMENTS = "documents"
    LEADS = "leads"
    TALK = "talk"
    INTERNET = "internet"


class Urgency(StrEnum):
    """紧急程度 of a notice (GB/T 9704-2012 §7.2.3)."""

    PLAIN = ""
    URGENT = "urgent"
    MOST_URGENT = "most_urgent"


class SupervisedState(StrEnum):
    """Where a matter stands under supervision (督办)."""

    PROPOSED = "proposed"  # 立项待审批
    OPEN = "open"  # 督办中
    REFUSED = "refused"
    ENDED = "ended"  # 解除督办


class RoundState(StrEnum):
    """Where a round stands."""

    PLANNED = "planned"  # its plan waits for approval (art. 15)
    APPROVED = "approved"
    UNDER_WAY = "under_way"
    ENDED = "ended"
    CANCELLED = "cancelled"


class ProposalState(StrEnum):
    """Where a proposed talk or circular stands (art. 21: only after the chief's approval)."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"
    DONE = "done"  # held, or issued


class ReviewOutcome(StrEnum):
    """What a review decides on a conclusion (art. 17)."""

    UPHELD = "upheld"
    CHANGED = "changed"
    REVOKED = "revoked"


class What(StrEnum):
    """What is counted for a unit (art. 15: strict control of frequency)."""

    SUPERVISED = "supervised"  # matters put under supervision
    VISITED = "visited"  # rounds that looked at it
    NOTICES = "notices"
    TALKS = "talks"


# (zh, en): what people read. Each text is data of the trade, one place for pages, papers and the API.
KINDS: dict[MandateKind, tuple[str, str]] = {
    MandateKind.GENERAL: ("综合督查", "General supervision"),
    MandateKind.SPECIAL: ("专项督查", "Special supervision"),
    MandateKind.INCIDENT: ("事件调查", "Inquiry into an incident"),
    MandateKind.ROUTINE: ("日常督办", "Day-to-day supervision"),
    MandateKind.LEAD: ("线索核查", "Check of a lead"),
}
METHODS: dict[Method, tuple[str, str]] = {
    Method.SELF_CHECK: ("要求自查、说明情况", "Self-check and account"),
    Method.REPORT: ("听取汇报", "Hear reports"),
    Method.VISIT: ("检查、访谈、暗访", "Check, interview, unannounced visit"),
    Method.SURVEY: ("座谈、听证、统计、评估", "Seminar, hearing, statistics, evaluation"),
    Method.DOCUMENTS: ("调阅、复制资料", "Read and copy documents"),
    Method.LEADS: ("信函、电话、媒体等渠道收集线索", "Leads by letter, telephone, media"),
    Method.TALK: ("约谈", "Talk with those in charge"),
    Method.INTERNET: ("“互联网+督查”", "Internet plus supervision"),
}
URGENCIES: dict[Urgency, tuple[str, str]] = {
    Urgency.PLAIN: ("一般", "Ordinary"),
    Urgency.URGENT: ("加急", "Urgent"),
    Urgency.MOST_URGENT: ("特急", "Most urgent"),
}
STANDINGS: dict[SupervisedState, tuple[str, str, str]] = {
    SupervisedState.PROPOSED: ("立项待审批", "Proposed", "warn"),
    SupervisedState.OPEN: ("督办中", "Under supervision", "info"),
    SupervisedState.REFUSED: ("未准立项", "Refused", "bad"),
    SupervisedState.ENDED: ("已解除督办", "Ended", "plain"),
}
ROUND_STATES: dict[RoundState, tuple[str, str, str]] = {
    RoundState.PLANNED: ("方案待审批", "Plan to be approved", "warn"),
    RoundState.APPROVED: ("待进行", "Approved", "info"),
    RoundState.UNDER_WAY: ("进行中", "Under way", "info"),
    RoundState.ENDED: ("已结束", "Ended", "good"),
    RoundState.CANCELLED: ("已取消", "Cancelled", "plain"),
}
PROPOSAL_STATES: dict[ProposalState, tuple[str, str, str]] = {
    ProposalState.PROPOSED: ("待批准", "To be approved", "warn"),
    ProposalState.APPROVED: ("已批准", "Approved", "info"),
    ProposalState.REFUSED: ("未批准", "Refused", "bad"),
    ProposalState.DONE: ("已办", "Done", "good"),
}
OUTCOMES: dict[ReviewOutcome, tuple[str, str]] = {
    ReviewOutcome.UPHELD: ("维持原结论", "The conclusion stands"),
    ReviewOutcome.CHANGED: ("变更原结论", "The conclusion is changed"),
    ReviewOutcome.REVOKED: ("撤销原结论", "The conclusion is revoked"),
}
WHATS: dict[What, tuple[str, str]] = {
    What.SUPERVISED: ("新列入督办", "newly under supervision"),
    What.VISITED: ("接受督查", "visits by rounds"),
    What.NOTICES: ("收到督办通知", "notices"),
    What.TALKS: ("被约谈", "talks"),
}

# 条例第十七条: within 30 days of receiving the conclusion, and 30 days to decide; 日, not 工作日: days of the calendar.
OBJECTION_DAYS = 30
REVIEW_DAYS = 30
# Of those the reviewers leave so many for the one who approves: our own, so that the decision itself is in time.
APPROVAL_DAYS = 5
LONGEST_TITLE, LONGEST_LINE, LONGEST_TEXT = 200, 100, 5000


@dataclass(frozen=True, slots=True)
class Bound:
    """So many of one thing for one unit in so many days; more needs a reason, which the approving leader reads."""

    what: What
    days: int
    most: int
    source: str


# 条例第十五条 asks for strict control and names no number; 中办《关于统筹规范督查检查考核工作的通知》(2018) has one
# general supervision a year. The others are our own, to be set by each authority.
BOUNDS: tuple[Bound, ...] = (
    Bound(What.SUPERVISED, 30, 10, "政府督查工作条例第十五条；数值为系统默认"),
    Bound(What.VISITED, 365, 4, "政府督查工作条例第十五条；中办2018年统筹规范督查检查考核工作的通知；数值为系统默认"),
    Bound(What.NOTICES, 30, 5, "政府督查工作条例第十五条；数值为系统默认"),
    Bound(What.TALKS, 365, 2, "政府督查工作条例第十五条；数值为系统默认"),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """How often it was done to a unit, beside what is allowed."""

    bound: Bound
    count: int

    @property
    def full(self) -> bool:
        """Whether one more is more than is allowed."""
        return self.count >= self.bound.most

    @property
    def words(self) -> str:
        zh, en = WHATS[self.bound.what]
        bound = self.bound
        return say(
            f"近{bound.days}天{zh} {self.count} 次，上限 {bound.most} 次",
            f"{self.count} {en} in {bound.days} days, at most {bound.most}",
        )


@dataclass(frozen=True, slots=True)
class Basis:
    """A legal basis (督查依据). `designated`: only whom a government named may go by it (条例第七条): it needs who
    empowered, the paper's number and a period. `cite`: how a paper names it."""

    code: str
    zh: str
    en: str
    designated: bool
    source: str
    cite: str


@cache
def bases() -> Mapping[str, Basis]:
    """The legal bases that are known, by code; data/bases.json."""
    rows = json.loads((Path(__file__).parent / "data" / "bases.json").read_text("utf-8"))
    return {row["code"]: Basis(**row) for row in rows}


def objection_until(received: dt.date) -> dt.date:
    """The last day on which a conclusion can be objected to."""
    return received + dt.timedelta(OBJECTION_DAYS)


def review_until(lodged: dt.date) -> dt.date:
    """The last day on which an objection can be decided."""
    return lodged + dt.timedelta(REVIEW_DAYS)


_FILLERS = str.maketrans("", "", " 　，。、；：“”‘’（）()《》〈〉—-·")


def likeness(one: str, other: str) -> float:
    """How alike two titles are, from 0 to 1: the share of pairs of neighbouring characters that they have in common
    (Dice)."""
    left, right = (_pairs(text.translate(_FILLERS)) for text in (one, other))
    if not left or not right:
        return float(one.strip() == other.strip())
    return 2 * len(left & right) / (len(left) + len(right))


ALIKE = 0.5  # from here on two titles of one unit may mean one thing, and a person is asked


def _pairs(text: str) -> set[str]:
    return {one + two for one, two in pairwise(text)}


def alike(title: str, others: Iterable[tuple[int, str]]) -> list[int]:
    """The keys of those whose titles may mean the same thing, the likest first."""
    graded = [(likeness(title, other), key) for key, other in others]
    return [key for grade, key in sorted(graded, key=lambda item: (-item[0], item[1])) if grade >= ALIKE]

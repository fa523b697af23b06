"""What the operations of supervision say and take."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from bihuan.api.fields import ActorOut, Day, Flag, In, Key, Line, Listing, NamedOut, SeenIn
from bihuan.supervision.rules import (
    MandateKind,
    Method,
    ProposalState,
    ReviewOutcome,
    RoundState,
    SupervisedState,
    Urgency,
    What,
)

Words = Annotated[str, StringConstraints(max_length=5000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Maybe = Annotated[str, StringConstraints(max_length=5000, pattern=r"^[^\x00]*$")]
ClientKey = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_\-]{1,40}$"), Field(description="Made by you: sent again, it is one")
]


class MandateOut(BaseModel):
    """By what authority a body supervises."""

    id: int
    version: int
    title: str
    body: NamedOut
    kind: MandateKind
    basis: str = Field(description="regulation, work-safety-41, committee")
    empowered_by: str
    paper_number: str
    scope: str
    methods: list[Method]
    valid_from: dt.date
    valid_to: dt.date | None
    ended: bool
    model: bool = Field(description="Model data, not real ones")


class MandateListing(Listing[MandateOut]):
    pass


class MandateIn(In):
    body: Key = Field(description="The unit that supervises")
    title: Line
    kind: MandateKind
    basis: Line
    scope: Words
    valid_from: Day
    valid_to: Day | None = None
    empowered_by: Line = ""
    paper_number: Line = ""
    methods: list[Method] = Field(default_factory=list, max_length=8)


class ReasonedIn(SeenIn):
    reason: Words


class ApprovalIn(SeenIn):
    agreed: Flag
    reason: Maybe = Field(default="", description="Needed where it is not agreed to")


class SupervisedOut(BaseModel):
    """A matter under supervision, or proposed for it."""

    id: int
    version: int
    state: SupervisedState
    mandate: int
    matter: int
    unit: NamedOut
    title: str
    reason: str
    although: str = Field(description="Why, where something alike or a full limit spoke against it")
    since: dt.date | None
    proposed_by: ActorOut | None
    decided_by: ActorOut | None


class ProposeIn(In):
    matter: Key
    mandate: Key
    reason: Words
    source: Line = ""
    although: Maybe = ""


class FrequencyCountOut(BaseModel):
    """How often it was done to a unit, beside the limit."""

    what: What
    days: int
    count: int
    most: int
    full: bool
    source: str


class FrequencyOut(BaseModel):
    unit: NamedOut
    counts: list[FrequencyCountOut]


class LimitIn(In):
    what: What
    region: Key
    days: Annotated[int, Field(ge=1, le=3660)]
    most: Annotated[int, Field(ge=1, le=1000)]
    valid_from: Day
    source: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]


class RoundFindingOut(BaseModel):
    """What a round found; open until it is settled."""

    id: int
    unit: int
    text: str
    found_by: ActorOut | None
    found_at: dt.datetime
    settled: bool
    settled_text: str


class LookOut(BaseModel):
    """What a round looks at."""

    id: int
    unit: NamedOut
    what: str
    matter: int | None
    follow_up_of: int | None = Field(description="The finding of an earlier round")
    seen: str
    looked_by: ActorOut | None
    findings: list[RoundFindingOut]


class RoundOut(BaseModel):
    """A round with all that it looks at, and what earlier rounds of its mandate found."""

    id: int
    version: int
    state: RoundState
    mandate: int
    number: int
    title: str
    leader: NamedOut
    members: list[NamedOut]
    plan: str
    first_day: dt.date
    last_day: dt.date
    summary: str
    looks: list[LookOut]
    earlier: list[RoundFindingOut]


class LookIn(In):
    unit: Key
    what: Line
    matter: Key | None = None


class RoundIn(In):
    mandate: Key
    title: Line
    leader: Key
    members: list[Key] = Field(default_factory=list, max_length=30)
    plan: Words
    first_day: Day
    last_day: Day
    looks: list[LookIn] = Field(default_factory=list, max_length=200)


class SummaryIn(SeenIn):
    summary: Words


class WrittenIn(In):
    text: Words


class NoticeOut(BaseModel):
    """A notice: its paper, and where its loop stands."""

    id: int
    version: int = Field(description="Of its loop: what `expected_version` names")
    state: str = Field(description="registered, assigned, doing, answered, accepted, closed, suspended, withdrawn")
    matter: int
    mandate: int
    about: int | None
    follows: int | None
    unit: NamedOut
    title: str
    number: str
    paper: int | None = Field(description="Its paper, where you see it: /papers/{id}")
    source: str
    order_text: str
    category: str
    urgency: Urgency
    demand: str
    due_on: dt.date
    feedback: str
    contact: str
    light: str
    issued_at: dt.datetime | None
    verdict: str
    archive_number: str
    explained: str = Field(description="How it stands, in one paragraph")
    model: bool


class NoticeLineOut(BaseModel):
    """One notice in a list."""

    id: int
    version: int
    state: str
    unit: NamedOut
    title: str
    number: str
    due_on: dt.date
    issued_at: dt.datetime | None
    model: bool


class NoticeListing(Listing[NoticeLineOut]):
    pass


class NoticeIn(In):
    """About one of: a matter under supervision (`supervised`), a `finding`, an earlier notice that it `follows`."""

    key: ClientKey
    supervised: Key | None = None
    finding: Key | None = None
    follows: Key | None = None
    title: Line
    source: Line
    demand: Words
    due_on: Day
    order_text: Maybe = ""
    category: Annotated[str, StringConstraints(max_length=30, pattern=r"^[^\x00-\x1f]*$")] = ""
    urgency: Urgency = Urgency.PLAIN
    assisting: list[Key] = Field(default_factory=list, max_length=30)
    leader: Key | None = None
    owner: Key | None = None
    contact: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f]*$")] = ""
    feedback: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f]*$")] = ""
    lines: list[Key] = Field(default_factory=list, max_length=50, description="Further matters of the unit")
    although: Maybe = ""


class AnswerIn(SeenIn):
    text: Maybe


class CheckIn(SeenIn):
    agreed: Flag
    text: Maybe = ""
    due_on: Day | None = Field(default=None, description="Sent back after the due day: until when")


class StrikeIn(SeenIn):
    verdict: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")] = ""
    archive_number: Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")] = ""


class UrgeIn(SeenIn):
    text: Maybe = ""


class UrgingIn(SeenIn):
    text: Words
    until: Day


class UrgingOut(BaseModel):
    """A written urging, as a draft paper."""

    id: int
    number: int
    matter: int
    paper: int


class CensureOut(BaseModel):
    """A proposed talk or circular."""

    id: int
    version: int
    state: ProposalState
    mandate: int
    about: int | None
    unit: NamedOut
    title: str
    grounds: str
    proposed_by: ActorOut | None
    decided_by: ActorOut | None
    decided_reason: str
    held_on: dt.date | None = Field(description="Of a talk")
    record: str
    praise: bool | None = Field(description="Of a circular")
    correct_by: dt.date | None
    paper: int | None


class TalkIn(In):
    mandate: Key
    unit: Key
    about: Key | None = None
    title: Line
    grounds: Words
    although: Maybe = ""


class CircularIn(TalkIn):
    praise: Flag
    correct_by: Day | None = None


class HeldIn(SeenIn):
    held_on: Day
    place: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]
    attended: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
    record: Words


class ObjectionOut(BaseModel):
    """An objection and its review."""

    id: int
    version: int = Field(description="Of the review's loop: what `expected_version` names")
    state: str = Field(description="lodged, reviewing, reviewed, approved, replied, withdrawn")
    matter: int
    grounds: str
    lodged_at: dt.datetime
    decide_by: dt.date
    outcome: ReviewOutcome | None
    decision: str = Field(description="For the unit: once it was replied")


class ConclusionOut(BaseModel):
    """A conclusion on a unit, and the objection to it."""

    id: int
    mandate: int
    unit: NamedOut
    title: str
    text: str
    made_by: ActorOut | None
    made_at: dt.datetime
    received_at: dt.datetime | None
    objections_until: dt.date | None
    barred: list[ActorOut] = Field(description="Who took part, and recuses in a review")
    replaced_by: int | None
    objection: ObjectionOut | None


class ConclusionIn(In):
    """On a matter under supervision (`supervised`), or on a `unit` that a `round` looked at."""

    supervised: Key | None = None
    round: Key | None = None
    unit: Key | None = None
    title: Line
    text: Words


class ReviewerIn(SeenIn):
    reviewer: Key


class ReviewIn(SeenIn):
    outcome: ReviewOutcome
    text: Words

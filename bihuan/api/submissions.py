"""Reports that units hand in: the list, one report with what was read from it, and its way to the paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from django.db.models import Q
from django.utils import timezone
from ninja import File, Form, Query, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, Field, StringConstraints, WithJsonSchema
from pydantic.json_schema import SkipJsonSchema

from bihuan.api.answers import operation
from bihuan.api.fields import (
    ActorOut,
    Day,
    In,
    Key,
    Line,
    Listing,
    NamedOut,
    RangeOut,
    SeenIn,
    Stretch,
    Text,
    actors,
    listed,
    named,
    range_out,
)
from bihuan.api.papers import ReasonIn
from bihuan.api.refusals import BadCorrection
from bihuan.campaigns.access import campaign as the_campaign
from bihuan.lib.words import say
from bihuan.org import queries as org
from bihuan.org.access import UNITS, NotThere, Verb, the, within
from bihuan.org.gate import DeskRequest
from bihuan.reading.source import load
from bihuan.reading.unreadable import MAX_BYTES
from bihuan.reports import access, actions, queries
from bihuan.reports.forms import CorrectionForm
from bihuan.reports.reading_page import ReadingPage
from bihuan.reports.rules import LONGEST_TEXT, Decision, Mark, Standing, State

if TYPE_CHECKING:
    from bihuan.reports.models import Proposal, Submission
    from bihuan.reports.reading_page import Row

router = Router()
# Inline: papers have a State of their own, and a description knows one schema a name.
SubmissionState = Annotated[State, WithJsonSchema({"type": "string", "enum": [item.value for item in State]})]


class SubmissionOut(BaseModel):
    """One report in a list."""

    id: int
    version: int
    state: SubmissionState
    replaced_by: int | None = Field(description="The later report that took its place")
    name: str
    unit: NamedOut | None
    region: NamedOut
    campaign: NamedOut
    model: bool = Field(description="Model data, not real ones")
    received_by: ActorOut | None
    received_at: dt.datetime
    confirmed_at: dt.datetime | None
    accepted_at: dt.datetime | None
    returned_reason: str


class SubmissionListing(Listing[SubmissionOut]):
    pass


class SaidOut(BaseModel):
    """What a figure says."""

    printed: str
    value: RangeOut
    measures: list[str]
    classifier: str
    region: NamedOut
    first: dt.date
    last: dt.date
    kind: Standing | None = Field(description="record or statement; null: a person must say")


class ReadingOut(BaseModel):
    """读数: what is taken from one place of the text, and what was decided about it."""

    id: int
    number: int = Field(description="In the order of the text, from 1")
    version: int
    start: int = Field(description="Where it stands in the text, in characters")
    end: int
    state: Mark
    asked: bool = Field(description="The text does not decide whether it is a record or a statement")
    read: SaidOut
    meant: SaidOut | None = Field(description="What it means where it was corrected")
    note: str
    decided_by: ActorOut | None
    on_record: str | None = Field(description="What a record of the same place and days says, where one stands")
    differs: bool = Field(description="The record says something else: somebody must say which holds")


class LintOut(BaseModel):
    """Something in the report that wants a second look."""

    severity: str
    message: str
    start: int


class ReportRightsOut(BaseModel):
    """What you may do with the report as it stands."""

    decide: bool
    accept: bool
    not_own: bool = Field(description="You had a hand in it: somebody else must accept it")
    give_back: bool
    compose: bool


class WholeSubmissionOut(SubmissionOut):
    """A report with its text and all that was read from it."""

    text: str
    text_end: int = Field(description="What stands behind is not part of the report")
    lints: list[LintOut]
    readings: list[ReadingOut]
    rights: ReportRightsOut
    papers: list[int] = Field(description="Papers that were made of it")


class TextIn(In):
    """A report as text."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$")]
    name: Annotated[Line, Field(description="What the report is called in lists")]
    unit: Key = Field(description="The unit that hands it in: one of yours")
    campaign: Key | None = Field(default=None, description="Left out: by the year that the text names")


class MeantIn(In):
    """What a figure means, where the reading or the report has it wrong."""

    value: Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[^\x00]*$")] = Field(
        description="As a paper would print it: 近1.5万, 8万余, 14862"
    )
    measures: list[Annotated[str, StringConstraints(pattern=r"^[0-9a-z_]{1,60}$")]] = Field(min_length=1, max_length=8)
    region: Key
    first: Day
    last: Day
    kind: Standing


class DecisionIn(SeenIn):
    """`kind`: where the text does not decide it. `meant`: of a correction."""

    decision: Decision
    kind: Standing | None = None
    meant: MeantIn | None = None
    note: Annotated[Text, Field(max_length=500)] = ""


class SignerIn(In):
    signer: Line = Field(description="The name of one who may sign the paper")


class SubmissionsFilter(Stretch):
    state: SubmissionState | SkipJsonSchema[None] = None
    region: Key | SkipJsonSchema[None] = None
    words: Line = Field(default="", description="Part of the report's or the unit's name")


class ComposedOut(BaseModel):
    paper: int = Field(description="The key of the draft")


# -- reads -----------------------------------------------------------------------------------------------------------


@router.get(
    "/submissions",
    **operation(
        "reports.submissions",
        "报送列表",
        "The reports you see",
        gives=SubmissionListing,
        needs=(access.SEE_SUBMISSION,),
    ),
)
def submissions(request: DeskRequest, wish: Query[SubmissionsFilter]) -> dict[str, Any]:
    """The newest first. With `state` those that were replaced are left out."""
    found = queries.listed(within(request.reader, access.SEE_SUBMISSION, access.SUBMISSIONS))
    if wish.state:
        found = found.filter(state=wish.state, replaced_by=None)
    if wish.region:
        found = found.filter(region=wish.region)
    if words := wish.words.strip():
        found = found.filter(Q(name__icontains=words) | Q(unit__name__icontains=words))
    return listed(found, "-pk", stretch=wish, out=_submissions)


def _submissions(rows: list[Submission]) -> Iterator[SubmissionOut]:
    names = actors(row.received_by for row in rows)
    for row in rows:
        yield SubmissionOut(**_head(row), received_by=names[row.received_by])


def _head(row: Submission) -> dict[str, Any]:
    return {
        "id": row.pk,
        "version": row.version,
        "state": row.state,
        "replaced_by": row.replaced_by_id,
        "name": row.name,
        "unit": named(row.unit) if row.unit else None,
        "region": named(row.region),
        "campaign": named(row.campaign),
        "model": bool(row.book),
        "received_at": row.received_at,
        "confirmed_at": row.confirmed_at,
        "accepted_at": row.accepted_at,
        "returned_reason": row.returned_reason,
    }


# Before the address of one report, which would take "files" for its key.
@router.post(
    "/submissions/files",
    **operation(
        "reports.hand_in_file",
        "报送文件",
        "Hand in a file",
        gives=WholeSubmissionOut,
        needs=(access.HAND_IN,),
        writes=True,
        file=True,
    ),
)
def hand_in_file(
    request: DeskRequest,
    file: File[UploadedFile],
    unit: Form[Key],
    campaign: Form[Key | SkipJsonSchema[None]] = None,
) -> WholeSubmissionOut:
    """A report as a text file or DOCX."""
    source = load(file.read(MAX_BYTES + 1)).text
    return _handed_in(request, source, file.name or "", unit=unit, campaign=campaign)


@router.get(
    "/submissions/{pk}",
    **operation(
        "reports.submission",
        "一份报送",
        "One report",
        gives=WholeSubmissionOut,
        needs=(access.SEE_SUBMISSION,),
    ),
)
def submission(request: DeskRequest, pk: Key) -> WholeSubmissionOut:
    """A report with its text and all that was read from it."""
    return _whole(request, _found(request, access.SEE_SUBMISSION, pk))


def _found(request: DeskRequest, verb: Verb, pk: int) -> Submission:
    rows = access.SUBMISSIONS.all().select_related("region", "unit", "campaign__edition", "replaced_by")
    return the(request.reader, verb, access.SUBMISSIONS, rows, pk=pk)


def _whole(request: DeskRequest, item: Submission) -> WholeSubmissionOut:
    page = ReadingPage(item, request.reader)
    names = actors([item.received_by, *(row.proposal.decided_by for row in page.rows)])
    return WholeSubmissionOut(
        **_head(item),
        received_by=names[item.received_by],
        text=item.text,
        text_end=item.text_end,
        lints=[LintOut(severity=lint.severity, message=lint.words, start=lint.start) for lint in page.findings],
        readings=[_reading(row, names[row.proposal.decided_by]) for row in page.rows],
        rights=ReportRightsOut.model_validate(page.rights, from_attributes=True),
        papers=[paper.pk for paper in queries.papers_of(item)],
    )


def _reading(row: Row, who: ActorOut | None) -> ReadingOut:
    item = row.proposal
    return ReadingOut(
        id=item.pk,
        number=item.number,
        version=item.version,
        start=item.start,
        end=item.end,
        state=Mark(item.state),
        asked=item.asked,
        read=_said(item.read),
        meant=_said(item.said) if row.corrected else None,
        note=item.note,
        decided_by=who,
        on_record=row.known.printed if row.known else None,
        differs=row.conflicts,
    )


def _said(said: Any) -> SaidOut:
    return SaidOut(
        printed=said.printed,
        value=range_out(said.value),
        measures=list(said.measures),
        classifier=said.classifier,
        region=named(said.region),
        first=said.period[0],
        last=said.period[1],
        kind=said.kind,
    )


# -- steps -----------------------------------------------------------------------------------------------------------


def _step(name: str, zh: str, en: str, *verbs: Verb, gives: type = WholeSubmissionOut) -> dict[str, Any]:
    return operation(name, zh, en, gives=gives, needs=verbs, writes=True)


@router.post("/submissions", **_step("reports.hand_in", "报送文字", "Hand in a text", access.HAND_IN))
def hand_in(request: DeskRequest, wish: TextIn) -> WholeSubmissionOut:
    """The same text again gives the report that stands."""
    source = load(wish.text.encode("utf-8", "replace")).text
    return _handed_in(request, source, wish.name or say("文字", "text"), unit=wish.unit, campaign=wish.campaign)


def _handed_in(request: DeskRequest, text: str, name: str, *, unit: int, campaign: int | None) -> WholeSubmissionOut:
    reader = request.reader
    sender = within(reader, access.HAND_IN, UNITS).filter(closed_on=None, pk=unit).select_related("region").first()
    if sender is None:
        raise NotThere
    found = the_campaign(reader, campaign) if campaign else None
    made = actions.hand_in(text=text, name=name, campaign=found, unit=sender, by=reader.by, at=timezone.now())
    return _whole(request, made)


@router.post(
    "/submissions/{pk}/readings/{reading}",
    **_step("reports.decide", "逐项确认", "Decide one figure", access.DECIDE, gives=ReadingOut),
)
def decide(request: DeskRequest, pk: Key, reading: Key, wish: DecisionIn) -> ReadingOut:
    """Confirm, correct, refuse, or open it again."""
    item = _found(request, access.DECIDE, pk)
    one = queries.proposal(item, reading)
    if one is None:
        raise NotThere
    decided = actions.decide(
        proposal=one,
        decision=wish.decision,
        expected_version=wish.expected_version,
        kind=wish.kind,
        meant=_meant(item, one, wish.meant, wish.note) if wish.meant else None,
        note=wish.note,
        by=request.reader.by,
        at=timezone.now(),
    )
    row = ReadingPage(item, request.reader).row(decided)
    return _reading(row, actors([decided.decided_by])[decided.decided_by])


def _meant(item: Submission, one: Proposal, wish: MeantIn, note: str) -> actions.Meant:
    """What a correction means, read and checked as the page's form does it."""
    data = {
        "value": wish.value,
        "measure": "+".join(wish.measures),
        "place": str(wish.region),
        "first": wish.first.isoformat(),
        "last": wish.last.isoformat(),
        "kind": wish.kind.value,
        "note": note,
    }
    places = [item.region, *org.children(item.region, item.campaign.edition)]
    form = CorrectionForm(data, proposal=one, places=places, measures=queries.names_of_measures())
    if not form.is_valid():
        raise BadCorrection([str(error) for errors in form.errors.values() for error in errors])
    return form.meant()


@router.post(
    "/submissions/{pk}/decide-all",
    **_step("reports.decide_all", "全部确认", "Confirm all that the text decides", access.DECIDE),
)
def decide_all(request: DeskRequest, pk: Key, seen: SeenIn) -> WholeSubmissionOut:
    """What is asked stays to be decided."""
    item = _found(request, access.DECIDE, pk)
    actions.decide_all(submission=item, expected_version=seen.expected_version, by=request.reader.by, at=timezone.now())
    return _whole(request, _found(request, access.DECIDE, pk))


@router.post("/submissions/{pk}/confirm", **_step("reports.confirm", "提交确认", "Confirm a report", access.DECIDE))
def confirm(request: DeskRequest, pk: Key, seen: SeenIn) -> WholeSubmissionOut:
    """Its figures are filed."""
    item = _found(request, access.DECIDE, pk)
    actions.confirm(submission=item, expected_version=seen.expected_version, by=request.reader.by, at=timezone.now())
    return _whole(request, _found(request, access.DECIDE, pk))


@router.post("/submissions/{pk}/accept", **_step("reports.accept", "采用", "Accept a report", access.ACCEPT))
def accept(request: DeskRequest, pk: Key, seen: SeenIn) -> WholeSubmissionOut:
    """采用: by someone who had no hand in it."""
    item = _found(request, access.ACCEPT, pk)
    actions.accept(submission=item, expected_version=seen.expected_version, by=request.reader.by, at=timezone.now())
    return _whole(request, _found(request, access.ACCEPT, pk))


@router.post("/submissions/{pk}/return", **_step("reports.return", "退回报送", "Return a report", access.RETURN))
def give_back(request: DeskRequest, pk: Key, wish: ReasonIn) -> WholeSubmissionOut:
    """退回, with a reason; what was filed from it is withdrawn."""
    item = _found(request, access.RETURN, pk)
    actions.return_(
        submission=item,
        expected_version=wish.expected_version,
        reason=wish.reason,
        by=request.reader.by,
        at=timezone.now(),
    )
    return _whole(request, _found(request, access.RETURN, pk))


@router.post(
    "/submissions/{pk}/compose",
    **_step("reports.compose", "组成公文", "Make a paper of a report", access.COMPOSE, gives=ComposedOut),
)
def compose(request: DeskRequest, pk: Key, wish: SignerIn) -> ComposedOut:
    """The summary as a draft, each number bound to its fact; again, the draft that stands."""
    item = _found(request, access.COMPOSE, pk)
    at = timezone.now()
    if wish.signer not in access.signers(item, at=at):
        raise NotThere
    marking = say("示例文稿·模型数据", "Example · model data") if item.book else ""
    people = actions.People(signer=wish.signer, marking=marking)
    document = actions.compose(submission=item, people=people, by=request.reader.by, at=at)
    return ComposedOut(paper=document.pk)

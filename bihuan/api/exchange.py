"""Reporting upward: what was closed and reported, what others reported to us, closing, signing, asking, taking in."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

from django.utils import timezone
from ninja import File, Query, Router
from ninja.files import UploadedFile
from pydantic import BaseModel, Field, StringConstraints

from bihuan.api.answers import operation
from bihuan.api.fields import Day, DoneOut, In, Key, Listing, NamedOut, SeenIn, Stretch, listed, named
from bihuan.api.supervision_fields import Words
from bihuan.exchange import actions, queries
from bihuan.exchange.access import REPORT, SEE, SIGN, over_all
from bihuan.exchange.refusals import TooLargeError
from bihuan.exchange.rules import LARGEST, BundleKind, IssueState, Reception, Sending
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bihuan.exchange.models import Intake, Received, Reporting

router = Router()
_SEES, _REPORTS, _SIGNS = (SEE,), (REPORT,), (SIGN,)
Maybe = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]


class ReportIssueOut(BaseModel):
    """One report or erratum of a period."""

    id: int
    number: int
    version: int
    state: IssueState
    reason: str
    bundle: int | None = Field(description="The number of the bundle that it became")
    sending: Sending | None = None
    outcome: Reception | None = Field(None, description="What the other side made of it; null: not known yet")


class ReportingOut(BaseModel):
    """A period that was closed to be reported."""

    id: int
    campaign: NamedOut
    peer: NamedOut
    first: dt.date
    last: dt.date
    model: bool
    issues: list[ReportIssueOut]


class ReportedLineOut(BaseModel):
    """One number of a report that came."""

    id: int
    name: str
    printed: str
    statement: bool
    records: int = Field(description="On how many records it stands, over there")
    parts: list[tuple[str, str]] = Field(description="Of which: place and number")
    fact: str = Field(description="The fact that it was frozen as, over there")
    bundle: int = Field(description="The number of the bundle that said it last")
    figure: int = Field(description="The figure that it is here")


class ReceivedOut(BaseModel):
    """A report of another installation as it stands here."""

    id: int
    peer: NamedOut
    name: str
    region: NamedOut
    first: dt.date
    last: dt.date
    model: bool


class ReceivedWhole(ReceivedOut):
    """With its lines."""

    lines: list[ReportedLineOut]


class IntakeOut(BaseModel):
    """A bundle that came, and what became of it."""

    id: int
    version: int
    peer: NamedOut
    number: int
    kind: BundleKind
    state: Reception
    code: str = Field(description="Why it is held")
    digest: str


class ClosePeriodIn(In):
    """Which period is closed, and to whom it is reported."""

    campaign: Key
    peer: Key
    first: Day
    last: Day
    although: Maybe = ""


class ErratumIn(In):
    """A reason."""

    reason: Words


class AskBackIn(In):
    """A question about a report, or about one line of it."""

    line: Key | None = None
    text: Words


class DecideIntakeIn(SeenIn):
    """What becomes of a bundle that is held. `reason`: of the erratum, or why it is given back."""

    take: bool
    reason: Maybe = ""


Reportings, ReceivedListing, Intakes = Listing[ReportingOut], Listing[ReceivedOut], Listing[IntakeOut]


def _reporting(row: Reporting) -> ReportingOut:
    issues = []
    for item in row.issues.all():
        bundle = getattr(item, "bundle", None)
        issues.append(
            ReportIssueOut(
                id=item.pk, number=item.number, version=item.version, state=IssueState(item.state), reason=item.reason,
                bundle=bundle.sequence if bundle else None, sending=Sending(bundle.state) if bundle else None,
                outcome=Reception(bundle.outcome) if bundle and bundle.outcome else None,
            )
        )  # fmt: skip
    return ReportingOut(
        id=row.pk, campaign=named(row.campaign), peer=named(row.peer), first=row.period_start, last=row.period_end,
        model=bool(row.book), issues=issues,
    )  # fmt: skip


def _received(row: Received) -> dict[str, Any]:
    return {
        "id": row.pk, "peer": named(row.peer), "name": row.name, "region": named(row.region),
        "first": row.period_start, "last": row.period_end, "model": bool(row.book),
    }  # fmt: skip


def _intake(row: Intake) -> IntakeOut:
    return IntakeOut(
        id=row.pk, version=row.version, peer=named(row.peer), number=row.sequence, kind=BundleKind(row.kind),
        state=Reception(row.state), code=row.code, digest=row.digest,
    )  # fmt: skip


@router.get(
    "/reportings", **operation("exchange.reportings", "上报列表", "What we report", gives=Reportings, needs=_SEES)
)
def reportings(request: DeskRequest, stretch: Query[Stretch]) -> dict[str, Any]:
    """The newest first."""
    over_all(request.reader, SEE)
    return listed(queries.reportings(), "-pk", stretch=stretch, out=lambda rows: map(_reporting, rows))


@router.get(
    "/reportings/{pk}", **operation("exchange.reporting", "一项上报", "One report", gives=ReportingOut, needs=_SEES)
)
def reporting(request: DeskRequest, pk: Key) -> ReportingOut:
    """With its errata, and how far each is on its way."""
    over_all(request.reader, SEE)
    return _reporting(_found(queries.reporting(pk)))


@router.post(
    "/reportings",
    **operation("exchange.close", "关账上报", "Close a period", gives=ReportingOut, needs=_REPORTS, writes=True),
)
def close(request: DeskRequest, wish: ClosePeriodIn) -> ReportingOut:
    """Its records change from now on by errata alone. Where expected lists are open, say why it closes all the same."""
    over_all(request.reader, REPORT)
    issue = actions.close_period(
        campaign=_found(queries.campaign_to_report(wish.campaign)), peer=_found(queries.peer(wish.peer)),
        period=(wish.first, wish.last), although=wish.although, by=request.reader.by, at=timezone.now(),
    )  # fmt: skip
    return _reporting(_found(queries.reporting(issue.reporting_id)))


@router.post(
    "/reportings/{pk}/errata",
    **operation("exchange.erratum", "提出更正", "Begin an erratum", gives=ReportingOut, needs=_REPORTS, writes=True),
)
def erratum(request: DeskRequest, pk: Key, wish: ErratumIn) -> ReportingOut:
    """Report again what has changed in a closed period."""
    over_all(request.reader, REPORT)
    row = _found(queries.reporting(pk))
    actions.begin_erratum(reporting=row, reason=wish.reason, by=request.reader.by, at=timezone.now())
    return _reporting(_found(queries.reporting(pk)))


@router.post(
    "/issues/{pk}/sign",
    **operation("exchange.sign", "签发上报", "Sign a report", gives=DoneOut, needs=_SIGNS, writes=True),
)
def sign(request: DeskRequest, pk: Key, wish: SeenIn) -> DoneOut:
    """It becomes the next bundle to the installation above. Who closed it cannot sign it."""
    over_all(request.reader, SIGN)
    actions.sign_issue(
        issue=_found(queries.issue(pk)), version=wish.expected_version, name=request.reader.name,
        by=request.reader.by, at=timezone.now(),
    )  # fmt: skip
    return DoneOut(done=True)


@router.get(
    "/received",
    **operation("exchange.received", "来报列表", "What others report", gives=ReceivedListing, needs=_SEES),
)
def received(request: DeskRequest, stretch: Query[Stretch]) -> dict[str, Any]:
    """The newest first."""
    over_all(request.reader, SEE)

    def out(rows: list[Received]) -> Iterator[ReceivedOut]:
        return (ReceivedOut(**_received(row)) for row in rows)

    return listed(queries.received(), "-pk", stretch=stretch, out=out)


@router.get(
    "/received/{pk}",
    **operation("exchange.received_one", "一项来报", "One report that came", gives=ReceivedWhole, needs=_SEES),
)
def received_one(request: DeskRequest, pk: Key) -> ReceivedWhole:
    """Each number with where it came from."""
    over_all(request.reader, SEE)
    row = _found(queries.the_received(pk))
    lines = [
        ReportedLineOut(
            id=item.pk, name=item.name, printed=item.printed, statement=item.statement, records=item.records,
            parts=list(item.parts), fact=item.fact, bundle=item.sequence, figure=item.figure,
        )
        for item in queries.received_lines(row)
    ]  # fmt: skip
    return ReceivedWhole(**_received(row), lines=lines)


@router.post(
    "/received/{pk}/questions",
    **operation("exchange.ask", "问询", "Ask about a report", gives=DoneOut, needs=_REPORTS, writes=True),
)
def ask(request: DeskRequest, pk: Key, wish: AskBackIn) -> DoneOut:
    """It goes to the other installation as a bundle."""
    over_all(request.reader, REPORT)
    row = _found(queries.the_received(pk))
    line = _found(queries.received_line(row, wish.line)) if wish.line else None
    words = next((f"{item.name} {item.printed}" for item in queries.received_lines(row) if item.pk == wish.line), "")
    reader = request.reader
    actions.ask(received=row, line=line, words=words, text=wish.text, name=reader.name, by=reader.by, at=timezone.now())
    return DoneOut(done=True)


@router.post(
    "/questions/{pk}/answer",
    **operation("exchange.answer", "答复问询", "Answer a question", gives=DoneOut, needs=_REPORTS, writes=True),
)
def answer(request: DeskRequest, pk: Key, wish: ErratumIn) -> DoneOut:
    """Each once."""
    over_all(request.reader, REPORT)
    row = _found(queries.question(pk))
    if row.ours:
        raise NotThere
    actions.answer(question=row, text=wish.reason, name=request.reader.name, by=request.reader.by, at=timezone.now())
    return DoneOut(done=True)


@router.get("/intakes", **operation("exchange.intakes", "收到的包", "Bundles that came", gives=Intakes, needs=_SEES))
def intakes(request: DeskRequest, stretch: Query[Stretch]) -> dict[str, Any]:
    """The newest first."""
    over_all(request.reader, SEE)
    return listed(queries.intakes(), "-pk", stretch=stretch, out=lambda rows: map(_intake, rows))


@router.post(
    "/intakes",
    **operation("exchange.take", "收一个文件", "Take in a file", gives=DoneOut, needs=_REPORTS, writes=True, file=True),
)
def take(request: DeskRequest, file: File[UploadedFile]) -> DoneOut:
    """A bundle that was carried here by hand, or the receipt of one of ours."""
    over_all(request.reader, REPORT)
    if (file.size or 0) > LARGEST:
        raise TooLargeError
    actions.take_file(content=file.read(), by=request.reader.by, at=timezone.now())
    return DoneOut(done=True)


@router.post(
    "/intakes/{pk}/decide",
    **operation("exchange.decide", "处理暂存的包", "Decide on a bundle", gives=IntakeOut, needs=_REPORTS, writes=True),
)
def decide(request: DeskRequest, pk: Key, wish: DecideIntakeIn) -> IntakeOut:
    """Take in what is held, or give it back. It stays held where it still cannot be filed."""
    over_all(request.reader, REPORT)
    act = actions.take_held if wish.take else actions.return_
    row = _found(queries.intake(pk))
    done = act(intake=row, version=wish.expected_version, reason=wish.reason, by=request.reader.by, at=timezone.now())
    return _intake(done)


def _found(row: Any) -> Any:
    if row is None:
        raise NotThere
    return row

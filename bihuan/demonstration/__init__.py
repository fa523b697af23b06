"""What `make demo` runs: the main job from a report to the official paper, then the page that shows it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bihuan.installation import Progress
from bihuan.lib.words import say

if TYPE_CHECKING:
    from bihuan.demonstration.office import Office
    from bihuan.documents.models import Document
    from bihuan.reports.models import Submission

EXAMPLE = Path(__file__).resolve().parent.parent / "reading" / "data" / "example-report.txt"
COUNTY_EXAMPLE = Path(__file__).resolve().parent / "data" / "example-county.txt"
EXAMPLE_BOOK = "example"


def run(
    *, report: Path | None, region: str | None = None, out: Path, campaign: bool = False, progress: Progress
) -> None:
    """Read a report, file its figures, compose and sign the paper, write it to `out`. Repeating it adds nothing.

    Args:
        report: the file; None for the shipped example, whose figures go into a book of model data.
        region: name of the place whose report it is; read from the text where it is not given.
        campaign: whether the month that the shipped report sums up is shown before it, from the plan to the bulletin.

    Raises:
        bihuan.reading.source.UnreadableError: the file cannot be read.
        bihuan.reports.actions.UnplacedReportError: it does not say which place or year it is about.
    """
    from django.utils import timezone

    from bihuan.demonstration.office import BY, furnish
    from bihuan.history import actions as history
    from bihuan.org import queries as org
    from bihuan.reading.source import load
    from bihuan.reports import actions as reports
    from bihuan.reports.rules import home_named

    path = report or EXAMPLE
    now = timezone.now()
    progress(say(f"读取 {path.name}", f"reading {path.name}"))
    book = "" if report else EXAMPLE_BOOK
    text = load(path).text
    named = region or home_named(text)
    if named is None:
        reports.hand_in(text=text, name=path.name, book=book, by=BY, at=now)  # says what is missing
        raise AssertionError("a report that names no place was taken in")
    home = org.the_one_called(named)
    office = furnish(home=home, at=now)
    shown: list[str] = []
    if campaign:
        from bihuan.demonstration import safety_month

        shown = safety_month.show(home=home, office=office, out=out, now=now, progress=progress)
    hands_in = office.liaison.by
    submission = reports.hand_in(
        text=text, name=path.name, book=book, region=home, unit=office.unit, by=hands_in, at=now
    )
    submission = reports.confirm_as_read(submission=submission, by=hands_in, at=now)
    if book:
        _leave_a_report(office, book, at=now)
    document = _signed(submission, office, book, at=now, progress=progress)
    history.seal(at=now)
    _write_out(out, document, progress)
    for line in [*office.lines(), *shown]:
        progress(line)
    progress(say(f"{document.number},校验码 {document.check_code}", f"{document.number}, code {document.check_code}"))


def _leave_a_report(office: Office, book: str, *, at: dt.datetime) -> None:
    """A county's report that nobody has decided on: something for a newcomer to do."""
    from bihuan.reports import actions as reports

    text = COUNTY_EXAMPLE.read_text(encoding="utf-8")
    name, unit, by = COUNTY_EXAMPLE.name, office.county_unit, office.county_liaison.by
    reports.hand_in(text=text, name=name, book=book, unit=unit, by=by, at=at)


def _signed(submission: Submission, office: Office, book: str, *, at: dt.datetime, progress: Progress) -> Document:
    """The paper of a report, through the hands of three people."""
    from django.utils import timezone

    from bihuan.documents import actions as documents
    from bihuan.documents.fonts import discover
    from bihuan.documents.rules import State
    from bihuan.figures import actions as figures
    from bihuan.reports import actions as reports

    while figures.fold():
        pass
    progress(say("组成公文", "composing the paper"))
    marking = (
        say("示例文稿·模型数据", "Example · model data")
        if book
        else say("演示文稿·办理人员为模型", "Demonstration · model signatories")
    )
    people = reports.People(signer=office.signer.name, marking=marking)
    document = reports.compose(submission=submission, people=people, by=office.drafter.by, at=at)
    fonts = discover()
    for zh, en in fonts.replaced:
        progress(say(f"  字体:{zh}", f"  fonts: {en}"))
    if document.state == State.DRAFT:
        document = documents.check(document=document, by=office.checker.by, at=at)
    if document.state == State.CHECKED:
        progress(say("核稿、签发、排印", "checking, signing, printing"))
        day = timezone.localtime(at, timezone.get_fixed_timezone(480)).date()
        document = documents.sign_off(document=document, day=day, fonts=fonts, by=office.signer.by, at=at)
    return document


def _write_out(out: Path, document: Document, progress: Progress) -> None:
    from bihuan.demonstration.papers import write, write_out

    write_out(document, out, "report")
    facts = json.dumps(facts_of(document.paper), ensure_ascii=False, indent=2)
    write(out / "facts.json", facts.encode() + b"\n")
    for name in ("report.docx", "report.pdf", "facts.json"):
        progress(f"  {out / name}")


def facts_of(paper: dict[str, Any]) -> list[dict[str, Any]]:
    """Every fact of a paper with the records behind it, in the order of print."""
    from bihuan.documents.paper import Paper
    from bihuan.figures import queries as figures
    from bihuan.figures.queries.facts import fact_body
    from bihuan.reports import queries as reports

    found = []
    for bound in Paper.from_dict(paper).bounds():
        fact = figures.fact_called(bound.tag.partition(":")[2])
        if fact is None:
            continue
        behind = reports.behind(figures.records_behind(fact))
        found.append(
            {
                **fact_body(fact),
                "digest": fact.digest,
                "records": [
                    {
                        "printed": item.printed,
                        "kind": item.kind,
                        "place": item.place,
                        "days": item.days,
                        "source": item.quote and item.quote.before + item.quote.text + item.quote.after,
                    }
                    for item in behind
                ],
            }
        )
    return found

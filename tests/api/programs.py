"""What tests of the API share: programs that act by a token, and papers at every stage."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cast import Cast
from desk import hand_in
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from sample_papers import report_paper

from bihuan.documents import actions as documents
from bihuan.documents.fonts import FontSet
from bihuan.documents.models import Document
from bihuan.documents.paper import Paper
from bihuan.documents.rules import Format
from bihuan.figures.models import Fact
from bihuan.loop import actions as loop
from bihuan.loop.actions import Offer, Said, Wanted
from bihuan.loop.flows import Hand
from bihuan.loop.models import Matter
from bihuan.org import actions
from bihuan.org.models import Person
from bihuan.reports import actions as reports
from bihuan.reports.models import Submission

AT = dt.datetime(2023, 7, 5, 2, tzinfo=dt.UTC)
PAPER = report_paper(number=None, date=None, secrecy="", copy_number="", urgency="", signer=None)


class Program:
    """Acts by a personal token; without a person by none."""

    def __init__(self, person: Person | None, language: str = "en") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"Accept-Language": language}
        if person is not None:
            now = timezone.now()
            self.token, self.secret = actions.make_token(person=person, name="t", days=30, by=person.by, at=now)
            self.headers["Authorization"] = f"Bearer {self.secret}"

    def ask(self, method: str, path: str, body: Any = None, **options: Any) -> HttpResponse:
        sent = {"data": body, "content_type": "application/json"} if body is not None else {}
        return getattr(self.client, method)(f"/api/v1{path}", headers=self.headers, **{**sent, **options})  # type: ignore[no-any-return]

    def get(self, path: str, **options: Any) -> HttpResponse:
        return self.ask("get", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> HttpResponse:
        return self.ask("post", path, {} if body is None and not options else body, **options)


def drafted(people: Cast, key: str = "k", paper: Paper = PAPER) -> Document:
    return documents.draft(
        key=key, paper=paper, prefix="临州安办", region=people.prefecture, book="example", by=people.operator.by, at=AT
    )


def checked(people: Cast, key: str = "k") -> Document:
    return documents.check(document=drafted(people, key), by=people.checker.by, at=AT)


def issued(people: Cast, key: str = "k") -> Document:
    return documents.sign_off(
        document=checked(people, key),
        day=AT.date(),
        fonts=FontSet.__new__(FontSet),
        by=people.leader.by,
        at=AT,
        printer=_prints,
    )


def _prints(paper: Paper, _fonts: FontSet) -> dict[Format, bytes]:
    return {Format.DOCX: b"PK docx " + str(paper.number).encode(), Format.PDF: b"%PDF " + str(paper.number).encode()}


def filed(people: Cast) -> Submission:
    """A report of the office, its figures confirmed and filed."""
    report = hand_in(people)
    return reports.confirm_as_read(submission=report, by=people.liaison.by, at=AT)


def composed(report: Submission, people: Cast) -> str:
    """A fact of the paper that was composed of a report."""
    signer = reports.People(signer=people.leader.name)
    reports.compose(submission=report, people=signer, by=people.operator.by, at=AT)
    return Fact.objects.order_by("pk")[0].public_id


def matter_given(people: Cast, key: str = "api:1") -> Matter:
    """A task of the Kangle bureau, due in ten days."""
    loop.load_ladders(by="system:tests", at=AT)
    now = timezone.now()
    due = now.date() + dt.timedelta(days=10)
    said = Said(unit=people.kangle_bureau, owner=people.kangle_liaison, due_on=due)
    wanted = Wanted(key, "task", "举办宣传咨询日活动", people.office, said=said, book="example")
    return loop.register(wanted=wanted, by=people.operator.by, at=now)


def matter_begun(people: Cast) -> Matter:
    """The same, signed for, with a file on the table."""
    matter, by = matter_given(people), people.kangle_liaison.by
    report = Said(text="场地已定", evidence=(Offer("file", "方案.txt", content=b"x"),))
    for verb, said in (("sign_for", Said()), ("report", report)):
        seen, hands = matter.version, frozenset(Hand)
        matter = loop.act(
            matter=matter, verb=verb, hands=hands, expected_version=seen, said=said, by=by, at=timezone.now()
        )
    return matter

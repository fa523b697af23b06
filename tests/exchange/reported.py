"""One thing of each kind of reporting upward, for tests of doors and pages: this installation is the prefecture's, and
both the one above and one below are played by keys of the test."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from cast import AT, BY, Cast
from rounds import seal_all
from scenes import JUNE, known

from bihuan.campaigns.models import Campaign
from bihuan.exchange import actions
from bihuan.exchange.actions import Card
from bihuan.exchange.bundle import FORMAT
from bihuan.exchange.envelope import Envelope, new_key, signed
from bihuan.exchange.models import Bundle, Peer, Reporting
from bihuan.exchange.rules import Way, fingerprint
from bihuan.org.models import Region


@dataclass
class Other:
    """Another installation, as far as this one sees it: it signs bundles, one after the other."""

    name: str
    sequence: int = 0
    previous: str = ""
    installation: uuid.UUID = field(default_factory=uuid.uuid4)
    keys: tuple[str, str] = field(default_factory=new_key)

    @property
    def card(self) -> Card:
        return Card(self.installation, self.name, self.keys[1])

    @property
    def fingerprint(self) -> str:
        import base64

        return fingerprint(base64.b64decode(self.keys[1]))

    def met(self, place: Region, *, upward: bool, address: str = "") -> Peer:
        """This installation has its card and has compared its fingerprint."""
        return known(self.card, self.fingerprint, place=place, upward=upward, address=address)

    def body(self, kind: str, content: dict[str, Any], **other: Any) -> dict[str, Any]:
        """The next bundle to this installation."""
        own = actions.identity()
        body = {
            "format": FORMAT, "kind": kind, "from": str(self.installation), "to": str(own.installation),
            "sequence": self.sequence + 1, "previous": self.previous, "made_at": "2023-07-03T01:00:00+00:00",
            "by": "王某", kind: content,
        }  # fmt: skip
        return body | other

    def sealed(self, body: dict[str, Any]) -> Envelope:
        return signed(self.installation, self.keys[0], body)

    def sends(self, kind: str, content: dict[str, Any]) -> actions.Taken:
        """The next bundle, taken in here."""
        envelope = self.sealed(self.body(kind, content))
        taken = actions.take(content=envelope.text().encode(), way=Way.NETWORK, by="system:exchange", at=AT)
        self.sequence, self.previous = self.sequence + 1, envelope.digest
        return taken


def account(place: Region, lines: list[dict[str, Any]], definitions: dict[str, str], **other: Any) -> dict[str, Any]:
    """A report of June as JSON."""
    body: dict[str, Any] = {
        "key": str(uuid.uuid4()), "name": "2023年安全生产月", "region": [str(place.key), place.name],
        "edition": "2023", "period": [day.isoformat() for day in JUNE], "book": "example",
        "definitions": [list(item) for item in definitions.items()], "lines": lines,
        "expected": {"expected": 2, "accepted": 2, "open": [], "although": ""}, "chain": [7, "ab"], "reason": "",
        "corrects": "",
    }  # fmt: skip
    return body | other


def line(measure: str, unit: str, value: int, **other: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "kind": "record", "measures": [measure], "classifier": unit, "value": [str(value), str(value), False, False],
        "printed": f"{value}{unit}", "form": "", "records": 3, "parts": [], "fact": "abc", "was": None,
    }  # fmt: skip
    return body | other


def hashes(*codes: str) -> dict[str, str]:
    from bihuan.figures.queries import definitions

    return {code: item.sha256 for code, item in definitions(codes).items()}


def upward(cast: Cast, campaign: Campaign) -> dict[str, Any]:
    """A frozen report to the province, a bundle, a question about it; a report of Kangle's own installation."""
    from scenes import filed, region

    actions.make_identity(name=cast.office.name, by=BY, at=AT)
    province, county = Other("甘肃省应急管理厅"), Other("康乐县应急管理局")
    above = province.met(region("甘肃省"), upward=True)
    county.met(cast.kangle, upward=False)
    leaflets = hashes("leaflets")
    report = account(cast.kangle, [line("leaflets", "份", 30)], leaflets, key=str(uuid.uuid4()))
    intake = county.sends("report", report).intake
    filed(cast.yongjing, "leaflets", "份", 20, book="example")
    issue = actions.close_period(
        campaign=campaign, peer=above, period=JUNE, although="等不及", by=cast.operator.by, at=LATER
    )
    as_frozen(issue)
    question = {"key": str(uuid.uuid4()), "about": str(Reporting.objects.get().key), "line": "", "text": "准吗？",
                "answers": None}  # fmt: skip
    province.sends("question", question)
    asked = actions.ask(received=intake.received, line=None, words="", text="准吗？", name="马", by=BY, at=AT)
    from bihuan.exchange import queries

    issue.refresh_from_db()
    found = queries.account_of(issue)
    assert found
    return {
        "upward_peer": above,
        "issue": issue,
        "line_key": found.lines[0].key,
        "intake": intake,
        "received": intake.received,
        "question": queries.open_questions().get(),
        "upward_bundle": Bundle.objects.get(peer=asked.peer),
    }


def as_frozen(issue: Any) -> None:
    """What the job does, in a test's transaction that nothing can be sealed behind: see `rounds.seal_all`."""
    from bihuan.exchange.actions import closing

    seal_all()
    closing.freeze_sealed(issue=issue, by=BY, at=LATER)


LATER = AT.replace(month=7, day=3)

"""Short words for what both sides of a report do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.exchange import actions
from bihuan.exchange.models import Bundle, Issue, Peer, Reporting
from bihuan.figures import actions as figures
from bihuan.figures.actions import Content
from bihuan.figures.models import Figure
from bihuan.figures.rules import Kind
from bihuan.org import queries as org
from bihuan.org.models import Region
from bihuan.reading.ranges import Range

AT = dt.datetime(2023, 7, 3, 1, 0, tzinfo=dt.UTC)
JUNE = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
CLERK, LEADER, KEEPER = "system:clerk", "system:leader", "system:keeper"


def region(name: str) -> Region:
    return org.the_one_called(name)


def filed(place: Region, measure: str, unit: str, value: int, *, kind: Kind = Kind.RECORD, book: str = "") -> Figure:
    """A figure of the sixteenth of June."""
    said = Content(
        region=place,
        measures=(measure,),
        classifier=unit,
        value=Range.exact(Decimal(value)),
        printed=f"{value}{unit}",
        form="exact",
        period=(dt.date(2023, 6, 16), dt.date(2023, 6, 16)),
    )
    return figures.file(kind=kind, content=said, book=book, by=CLERK, at=AT)


def corrected(reporting: Reporting, figure: Figure, value: str) -> Figure:
    """The figure of a closed period with another value."""
    return actions.correct_closed(
        reporting=reporting, figure=figure, expected_version=figure.version, value=value, reason="重复", by=CLERK, at=AT
    )


def month(place: Region, *, book: str = "") -> Campaign:
    return campaigns.open_campaign(region=place, name="2023年安全生产月", period=JUNE, book=book, by=CLERK, at=AT)


def known(card: actions.Card, fingerprint: str, *, place: Region, upward: bool, address: str = "") -> Peer:
    """Another installation, entered and trusted."""
    peer = actions.enter_peer(card=card, region=place, upward=upward, address=address, by=KEEPER, at=AT)
    return actions.trust(peer=peer, said=fingerprint.lower(), version=peer.version, by=KEEPER, at=AT)


def signed(issue: Issue) -> Bundle:
    """The issue frozen and signed."""
    frozen = actions.freeze_issue(issue=issue, by=CLERK, at=AT)
    return actions.sign_issue(issue=frozen, version=frozen.version, name="王签发", by=LEADER, at=AT)


def closed(campaign: Campaign, peer: Peer) -> Issue:
    return actions.close_period(campaign=campaign, peer=peer, period=JUNE, although="", by=CLERK, at=AT)


def erratum(reporting: Reporting, reason: str = "康乐县重复计数") -> Issue:
    return actions.begin_erratum(reporting=reporting, reason=reason, by=CLERK, at=AT)

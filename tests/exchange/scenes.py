"""Short words for what both sides of a report do."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from installations import Installation

from bihuan.campaigns import actions as campaigns
from bihuan.campaigns.models import Campaign
from bihuan.exchange import actions
from bihuan.exchange.models import Bundle, Issue, Peer, Reporting
from bihuan.figures import actions as figures
from bihuan.figures import queries as figure_queries
from bihuan.figures.actions import Content
from bihuan.figures.models import Figure
from bihuan.figures.queries import Scope
from bihuan.figures.rules import Kind
from bihuan.org import queries as org
from bihuan.org.models import Region
from bihuan.reading.ranges import Range

AT = dt.datetime(2023, 7, 3, 1, 0, tzinfo=dt.UTC)
JUNE = (dt.date(2023, 6, 1), dt.date(2023, 6, 30))
Both = tuple[Installation, Installation]
CLERK, LEADER, KEEPER = "system:clerk", "system:leader", "system:keeper"


def region(name: str) -> Region:
    return org.the_one_called(name)


def filed(
    place: Region, measure: str, unit: str, value: int, *, kind: Kind = Kind.RECORD, book: str = "", day: int = 16
) -> Figure:
    """A figure of the sixteenth of June, or another day."""
    said = Content(
        region=place,
        measures=(measure,),
        classifier=unit,
        value=Range.exact(Decimal(value)),
        printed=f"{value}{unit}",
        form="exact",
        period=(dt.date(2023, 6, day), dt.date(2023, 6, day)),
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


def closed(campaign: Campaign, peer: Peer, period: tuple[dt.date, dt.date] = JUNE) -> Issue:
    return actions.close_period(campaign=campaign, peer=peer, period=period, although="", by=CLERK, at=AT)


def acquainted(both: Both, *, up: int, down: int) -> None:
    """Each has the other's card and has compared its fingerprint; `up`, `down`: the ports where they are reached."""
    lower, upper = both
    with lower.here():
        mine = actions.make_identity(name="临夏州应急管理局", by=KEEPER, at=AT)
        low_card, low_print = actions.card_of(mine), mine.fingerprint
    with upper.here():
        theirs = actions.make_identity(name="甘肃省应急管理厅", by=KEEPER, at=AT)
        high_card, high_print = actions.card_of(theirs), theirs.fingerprint
        known(low_card, low_print, place=region("临夏回族自治州"), upward=False, address=f"http://127.0.0.1:{down}")
    with lower.here():
        known(high_card, high_print, place=region("甘肃省"), upward=True, address=f"http://127.0.0.1:{up}")


def total(place: str, measure: str, unit: str) -> Decimal | None:
    """What the totals page shows of June."""
    scope = Scope.of(region=region(place), measures=[measure], classifiers=[unit], period=JUNE)
    found = figure_queries.total(scope).range
    return found.low if found else None


def later(hours: int) -> dt.datetime:
    return dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours)


def erratum(reporting: Reporting, reason: str = "康乐县重复计数") -> Issue:
    return actions.begin_erratum(reporting=reporting, reason=reason, by=CLERK, at=AT)

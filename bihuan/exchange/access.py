"""Who may do what in reporting upward. An installation reports as a whole: all of it is for roles over all of it."""

from __future__ import annotations

from bihuan.exchange.models import Bundle, Identity, Intake, Issue, Peer, Received, Remark, Reporting
from bihuan.org.access import NotThere, Reader, Things, Verb
from bihuan.org.rules import Role

SEE = Verb("exchange.see", Role.OPERATOR, Role.LEADER)
REPORT = Verb("exchange.report", Role.OPERATOR)  # close a period, send an erratum, take in, ask, answer
SIGN = Verb("exchange.sign", Role.LEADER)  # what another closed
SEE_PEERS = Verb("exchange.see_peers", Role.OPERATOR, Role.LEADER, Role.SECURITY_ADMIN)
KEEP_PEERS = Verb("exchange.keep_peers", Role.SECURITY_ADMIN)  # keys and whom to trust

IDENTITIES = Things(Identity)
PEERS = Things(Peer, region="region")
REPORTINGS = Things(Reporting, region="region")
ISSUES = Things(Issue, region="reporting__region")
BUNDLES = Things(Bundle, region="peer__region")
RECEIVED = Things(Received, region="region")
INTAKES = Things(Intake, region="peer__region")
REMARKS = Things(Remark, region="peer__region")


def over_all(reader: Reader, verb: Verb) -> None:
    """Let in those who may `verb` over the whole installation.

    Raises:
        NotThere: the reader may not, or only in a part of it.
    """
    if not reader.at_top(verb):
        raise NotThere

"""The first week of June, closed and reported upward: a bundle for an installation of the province that is a model.

The week alone: June itself stays open, so that a newcomer can report and correct in it.
"""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bihuan.campaigns.rhythm import weekly
from bihuan.demonstration.office import BY, Office
from bihuan.demonstration.papers import write
from bihuan.demonstration.receipts import THURSDAY
from bihuan.demonstration.story import Story, moment
from bihuan.exchange import actions, queries
from bihuan.exchange.actions import Card
from bihuan.exchange.envelope import new_key
from bihuan.exchange.rules import fingerprint
from bihuan.installation import Progress
from bihuan.lib.words import say
from bihuan.org.queries import ancestors

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign
    from bihuan.exchange.models import Bundle, Peer

NAME = "bundle-1.json"
_ABOVE = uuid.UUID("6b8f4f0c-4d8e-5f0e-8c1f-0d3a1b7c9e52")  # the id of the model installation


@dataclass
class Upward:
    """Reports the week; nothing of it where the installation serves a real authority, or no province is above."""

    office: Office
    campaign: Campaign
    bundle: Bundle | None = None

    def put(self, story: Story) -> None:
        if self.office.password and self._above:
            story.put(moment(6, 9, 11), self._report, alone=True)

    @property
    def _above(self) -> list[object]:
        return list(ancestors(self.campaign.region, self.campaign.edition))

    def _report(self, at: dt.datetime) -> None:
        peer = self._peer(at)
        self.bundle = queries.to_export(1, peer)
        if self.bundle is not None:
            return
        term = weekly(*self.campaign.period, THURSDAY)[0]
        issue = actions.close_period(
            campaign=self.campaign, peer=peer, period=(term.first, term.last), by=self.office.drafter.by, at=at
        )
        issue = actions.freeze_issue(issue=issue, by=BY, at=at)
        signer = self.office.signer
        later = at + dt.timedelta(hours=1)
        self.bundle = actions.sign_issue(issue=issue, version=issue.version, name=signer.name, by=signer.by, at=later)

    def _peer(self, at: dt.datetime) -> Peer:
        """The model installation above: its private key is kept by nobody, so nothing can come from it."""
        for known in queries.peers():
            if known.installation == _ABOVE:
                return known
        region = ancestors(self.campaign.region, self.campaign.edition)[0]
        actions.make_identity(name=self.office.unit.name, by=BY, at=at)
        _private, public = new_key()
        card = Card(_ABOVE, f"{region.name}应急管理厅（示例）", public)
        peer = actions.enter_peer(card=card, region=region, upward=True, by=BY, at=at)
        said = fingerprint(base64.b64decode(public))
        return actions.trust(peer=peer, said=said, version=peer.version, by=BY, at=at)

    def write_out(self, out: Path, progress: Progress) -> None:
        """The bundle as a file, checked as the command does it."""
        if self.bundle is None:
            return
        path = out / NAME
        write(path, actions.envelope_of(self.bundle).text().encode())
        found = queries.checked(path.read_bytes())
        lines = len(queries.lines_of(self.bundle.payload))
        zh = f"  {path}  上报包第{found.sequence}号，{lines} 个数，签名相符（bihuan bundle verify {path}）"
        en = f"  {path}  bundle {found.sequence}, {lines} numbers, its signature holds (bihuan bundle verify {path})"
        progress(say(zh, en))

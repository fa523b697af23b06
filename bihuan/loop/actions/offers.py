"""What a person says and lays on the table with a step."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, fields
from typing import Any

from django.db.models import Model

from bihuan.files import store
from bihuan.loop.flows import Light
from bihuan.loop.models import Evidence, Step
from bihuan.loop.refusals import MatterError
from bihuan.loop.rules import LONGEST_TEXT, MOST_EVIDENCE
from bihuan.org.models import Person, Section, Unit


@dataclass(frozen=True, slots=True)
class Offer:
    """A piece of evidence: kind "text" with `text`; "file" or "photo" with `content`; "paper" with a document's key."""

    kind: str
    name: str = ""
    text: str = ""
    content: bytes = b""
    paper: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """All that a person can say with a step; which of it a step takes is its effect's business.

    Args:
        text: the account, the reason, the remark.
        due_on: the day by which it is to be done; with ASK the day wished for.
        to, on: who takes the duty over, on which day.
        progress: percent.
        light, rule: the colour, and the rule that lights it.
        signed: the unit's own leader who signed a wish for more time.
        title, demand: other words for the matter, where it is amended.
    """

    text: str = ""
    unit: Unit | None = None
    section: Section | None = None
    owner: Person | None = None
    leader: Person | None = None
    assisting: tuple[Unit, ...] = ()
    due_on: dt.date | None = None
    to: Person | None = None
    on: dt.date | None = None
    progress: int | None = None
    light: Light = Light.NONE
    rule: str = ""
    signed: str = ""
    title: str = ""
    demand: str = ""
    evidence: tuple[Offer, ...] = ()

    def digest(self) -> str:
        """What was said, as one short word: the same said again is known by it."""
        parts = [f"{item.name}={_plain(getattr(self, item.name))}" for item in fields(self)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    def checked(self) -> Said:
        """Itself. Raises MatterError: a text too long, too many pieces, an empty one, percent beyond 100."""
        if len(self.text) > LONGEST_TEXT:
            zh = f"文字不能超过 {LONGEST_TEXT} 字，请精简或作为附件上传"
            raise MatterError("text-too-long", zh, f"at most {LONGEST_TEXT} characters: shorten it, or attach a file")
        if len(self.evidence) > MOST_EVIDENCE:
            zh = f"一次最多提交 {MOST_EVIDENCE} 份佐证材料"
            raise MatterError("too-much-evidence", zh, f"at most {MOST_EVIDENCE} pieces of evidence at once")
        for offer in self.evidence:
            if not (offer.text.strip() or offer.content or offer.paper):
                raise MatterError("evidence-empty", "有一份佐证材料是空的", "a piece of evidence is empty")
        if self.progress is not None and not 0 <= self.progress <= 100:
            raise MatterError("progress", "进度请填 0 到 100 的整数", "progress is a whole number from 0 to 100")
        return self


def _plain(value: Any) -> str:
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, tuple):
        return "[" + ",".join(_plain(item) for item in value) + "]"
    if isinstance(value, Offer):
        content = hashlib.sha256(value.content).hexdigest() if value.content else ""
        return f"{value.kind}|{value.name}|{value.text}|{content}|{value.paper}"
    return str(value)


def lay(step: Step, offers: tuple[Offer, ...]) -> None:
    """Keep the evidence of a step. Files are on disk before the row is written."""
    rows = []
    for offer in offers:
        sha256 = store.put(offer.content) if offer.content else ""
        name = (offer.name or offer.text.strip().split("\n")[0])[:200]
        size = len(offer.content)
        rows.append(
            Evidence(
                step=step, kind=offer.kind, name=name, text=offer.text, sha256=sha256, size=size, paper=offer.paper
            )
        )
    Evidence.objects.bulk_create(rows)

"""What differs between two versions of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bihuan.campaigns.models import Duty, Paragraph, Plan
from bihuan.campaigns.queries.plans import COMPARED, changed, duties
from bihuan.campaigns.queries.told import line_of
from bihuan.lib.words import say


@dataclass(frozen=True, slots=True)
class Differs:
    """One field of a thing that both versions have."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class Changed:
    """A paragraph or duty of both versions, with its fields that differ."""

    title: str
    unit: str
    fields: Sequence[Differs]


@dataclass(frozen=True)
class Difference:
    """Paragraphs and duties that came, went, and changed."""

    added_paragraphs: Sequence[Paragraph]
    dropped_paragraphs: Sequence[Paragraph]
    changed_paragraphs: Sequence[Changed]
    added: Sequence[Duty]
    dropped: Sequence[Duty]
    changed: Sequence[Changed]

    @property
    def anything(self) -> bool:
        parts = (self.added_paragraphs, self.dropped_paragraphs, self.changed_paragraphs)
        return any((*parts, self.added, self.dropped, self.changed))


def difference(old: Plan, new: Plan) -> Difference:
    """What differs, by the keys of paragraphs and duties. Six queries, however long they are."""
    before = {row.key: row for row in old.paragraphs.order_by("order")}
    after = {row.key: row for row in new.paragraphs.order_by("order")}
    was, now = ({row.key: row for row in duties(plan)} for plan in (old, new))
    return Difference(
        [row for key, row in after.items() if key not in before],
        [row for key, row in before.items() if key not in after],
        [
            Changed(row.heading, "", fields)
            for key, row in after.items()
            if key in before and (fields := _texts(before[key], row))
        ],
        [row for key, row in now.items() if key not in was],
        [row for key, row in was.items() if key not in now],
        [_duty(was[key], row) for key, row in now.items() if key in was and changed(was[key], row)],
    )


def _texts(old: Paragraph, new: Paragraph) -> list[Differs]:
    names = {"heading": ("标题", "Heading"), "text": ("内容", "Text"), "level": ("层级", "Level")}
    return [
        Differs(say(*words), str(getattr(old, name)), str(getattr(new, name)))
        for name, words in names.items()
        if getattr(old, name) != getattr(new, name)
    ]


def _duty(old: Duty, new: Duty) -> Changed:
    said = [_words(duty) for duty in (old, new)]
    fields = [Differs(say(*COMPARED[name]), said[0][name], said[1][name]) for name in changed(old, new)]
    return Changed(new.title, said[1]["unit"], fields)


def _words(duty: Duty) -> dict[str, str]:
    line = line_of(duty)
    return {
        "title": duty.title,
        "requirement": duty.requirement,
        "unit": line.unit,
        "section": line.office,
        "leader": line.leader,
        "owner": line.owner,
        "due_on": duty.due_on.isoformat() if duty.due_on else "—",
        "evidence_asked": duty.evidence_asked,
        "assisting": "、".join(line.assisting),
    }

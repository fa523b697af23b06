"""What is different between two versions of a paper, paragraph by paragraph, for people to read. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain
from typing import Final

from bihuan.documents.paper import Block, Notice, Paper, Table, addressee_line, copies_line, inlines_of, plain

ADDED: Final = "added"
REMOVED: Final = "removed"
CHANGED: Final = "changed"
MOVED: Final = "moved"
#: Two paragraphs with less in common are one that went and one that came.
_ALIKE: Final = 0.35
#: Longer paragraphs are shown whole, old and new, instead of word by word.
_COMPARED: Final = 4_000


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `kind` is added, removed, changed or moved; `where` as people call the place."""

    kind: str
    where: str
    old: str
    new: str

    def gist(self, around: int = 8) -> tuple[str, str]:
        """Old and new cut down to where they differ, with a few characters around it."""
        old, new = self.old, self.new
        if self.kind != CHANGED:
            return old, new
        start = _shared(old, new)
        end = _shared(old[start:][::-1], new[start:][::-1])
        first, last = max(start - around, 0), max(end - around, 0)
        cut = [text[first : len(text) - last] for text in (old, new)]
        before, behind = "…" if first else "", "…" if last else ""
        return f"{before}{cut[0]}{behind}", f"{before}{cut[1]}{behind}"

    def parts(self) -> Iterator[tuple[str, str]]:
        """The two texts woven together: ("same" | "old" | "new", text)."""
        if self.old == self.new or len(self.old) > _COMPARED or len(self.new) > _COMPARED:
            yield from (("same", self.old),) if self.old == self.new else (("old", self.old), ("new", self.new))
            return
        matcher = SequenceMatcher(None, self.old, self.new, autojunk=False)
        for operation, a, b, c, d in matcher.get_opcodes():
            if operation == "equal":
                yield "same", self.old[a:b]
                continue
            if a < b:
                yield "old", self.old[a:b]
            if c < d:
                yield "new", self.new[c:d]


def _shared(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def changes(old: Paper, new: Paper) -> tuple[Change, ...]:
    """Every difference that a reader of the two papers would see, head lines first."""
    return tuple(chain(_head(old, new), _blocks(old.blocks, new.blocks, "正文"), _annexes(old, new)))


def _head(old: Paper, new: Paper) -> Iterator[Change]:
    pairs = (
        ("标题", old.title, new.title),
        ("主送机关", _addressees(old), _addressees(new)),
        ("签发人", old.signer or "", new.signer or ""),
        ("附注", old.note, new.note),
        ("抄送", _copies(old), _copies(new)),
    )
    for where, before, after in pairs:
        if before != after:
            yield Change(CHANGED if before and after else ADDED if after else REMOVED, where, before, after)


def _addressees(paper: Paper) -> str:
    return addressee_line(paper.addressees) if paper.addressees else ""


def _copies(paper: Paper) -> str:
    return copies_line(paper.colophon) if paper.colophon and paper.colophon.copies_to else ""


def _annexes(old: Paper, new: Paper) -> Iterator[Change]:
    titles = [annex.title for annex in old.annexes], [annex.title for annex in new.annexes]
    matcher = SequenceMatcher(None, *titles, autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        for step in range(max(b - a, d - c)):
            before = old.annexes[a + step] if a + step < b else None
            after = new.annexes[c + step] if c + step < d else None
            where = f"附件{c + step + 1 if after else a + step + 1}"
            if operation != "equal":
                kind = CHANGED if before and after else ADDED if after else REMOVED
                yield Change(kind, f"{where}标题", before.title if before else "", after.title if after else "")
            yield from _blocks(before.blocks if before else (), after.blocks if after else (), where)


def _blocks(old: Sequence[Block], new: Sequence[Block], where: str) -> Iterator[Change]:
    before, after = [_text(block) for block in old], [_text(block) for block in new]
    keys = [_key(block) for block in old], [_key(block) for block in new]
    removed: list[Change] = []
    found: list[Change] = []
    matcher = SequenceMatcher(None, *keys, autojunk=False)
    for operation, a, b, c, d in matcher.get_opcodes():
        if operation == "equal":
            continue
        partner = _partners(before[a:b], after[c:d])
        gone = set(range(a, b)) - {a + place for place in partner.values()}
        removed += [Change(REMOVED, f"{where}第{place + 1}段", before[place], "") for place in sorted(gone)]
        for place in range(c, d):
            label = f"{where}第{place + 1}段"
            if place - c in partner:
                found.append(Change(CHANGED, label, before[a + partner[place - c]], after[place]))
            else:
                found.append(Change(ADDED, label, "", after[place]))
    yield from _with_moves(found, removed)


def _partners(before: Sequence[str], after: Sequence[str]) -> dict[int, int]:
    """new place → old place, in order, for paragraphs that are one paragraph edited."""
    if len(before) == len(after) == 1:
        return {0: 0}
    found: dict[int, int] = {}
    start = 0
    for place, text in enumerate(after):
        for other in range(start, min(start + 20, len(before))):
            matcher = SequenceMatcher(None, before[other], text, autojunk=False)
            if matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
                found[place], start = other, other + 1
                break
    return found


def _with_moves(found: list[Change], removed: list[Change]) -> Iterator[Change]:
    """What went in one place and came in another with the same words has moved."""
    gone: dict[str, list[Change]] = {}
    for change in removed:
        gone.setdefault(change.old, []).append(change)
    for change in found:
        if change.kind == ADDED and gone.get(change.new):
            gone[change.new].pop()
            yield Change(MOVED, change.where, change.new, change.new)
        else:
            yield change
    yield from chain.from_iterable(gone.values())


def _key(block: Block) -> tuple[str, str]:
    level = getattr(block, "level", "")
    return f"{type(block).__name__}{level}", _text(block)


def _text(block: Block) -> str:
    match block:
        case Notice():
            return block.text
        case Table():
            return "〔表〕" + "；".join("，".join(plain(cell) for cell in row) for row in (*block.header, *block.rows))
        case _:
            return plain(inlines_of(block))

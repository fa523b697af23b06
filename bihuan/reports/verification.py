"""Verify a paper: each number in it is computed again, from the DOCX that someone holds in hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.documents import controls, vouching
from bihuan.documents.checking.finding import CheckError
from bihuan.documents.vouching import BROKEN, HOLDS, SUPERSEDED, Checked, Voucher
from bihuan.figures import queries as figures
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.reading.figures import find_figures

__all__ = ["BROKEN", "FACTS", "HOLDS", "SUPERSEDED", "Checked", "UnreadablePaperError", "Verification", "verify"]

PREFIX = "fact:"
EXIT = {HOLDS: 0, SUPERSEDED: 1, BROKEN: 2}
WORDS = {HOLDS: "相符", SUPERSEDED: "当时相符,后来有更正", BROKEN: "不符"}


class UnreadablePaperError(Refusal):
    """The file is no DOCX that can be read, or no paper of this kind."""


@dataclass(frozen=True)
class Verification:
    """`loose`: numbers that stand outside the controls and are vouched for by nobody."""

    facts: tuple[Checked, ...]
    loose: tuple[str, ...]

    @property
    def state(self) -> str:
        """The worst of all."""
        return max((item.state for item in self.facts), key=EXIT.__getitem__, default=HOLDS)

    @property
    def exit_code(self) -> int:
        return EXIT[self.state]

    def as_dict(self) -> dict[str, Any]:
        return {"state": self.state, "facts": [item.as_dict() for item in self.facts], "loose": list(self.loose)}

    def lines(self) -> Iterator[str]:
        """For people: one line a number."""
        for item in self.facts:
            because = "".join(f"\n    {line}" for line in item.because)
            yield f"{say(WORDS[item.state], item.state)}\t{item.printed}\t{item.fact}{because}"
        for text in self.loose:
            yield say(f"未绑定\t{text}", f"not bound\t{text}")


def verify(content: bytes) -> Verification:
    """Compute every number of a DOCX again.

    Raises:
        UnreadablePaperError: it cannot be read, or holds no number of ours.
    """
    try:
        found = controls.read(content)
    except CheckError as error:
        raise UnreadablePaperError(error.code, error.zh, error.en) from error
    checked = vouching.check(found.controls)
    if not checked:
        zh, en = "文中没有绑定的数,不是本系统出具的公文", "no bound numbers: not a paper of ours"
        raise UnreadablePaperError("no-facts", zh, en)
    others = [item.text for item in found.controls if not vouching.vouched(item.tag)]
    loose = [figure.text for text in (found.outside, *others) for figure in find_figures(text)]
    return Verification(tuple(checked), tuple(loose))


def _check_all(found: Sequence[controls.Control]) -> list[Checked]:
    return [_check(item) for item in found]


def _page(name: str) -> str:
    """Of a fact; what is no name of one leads nowhere."""
    return f"/facts/{name}/" if name.isalnum() else ""


def _check(control: controls.Control) -> Checked:
    public_id = control.tag.removeprefix(PREFIX)
    fact = figures.fact_called(public_id)
    if fact is None:
        reason = say("没有此事实,或属于另一处安装", "no such fact here, or it is another installation's")
        return Checked(public_id, control.text, BROKEN, (reason,))
    if fact.printed != control.text:
        reason = say(f"原印“{fact.printed}”,现为“{control.text}”", f"printed “{fact.printed}”, now “{control.text}”")
        return Checked(public_id, control.text, BROKEN, (reason,))
    verdict = figures.check(fact)
    if verdict.state == "broken":
        return Checked(public_id, control.text, BROKEN, (say(verdict.zh, verdict.en),))
    if verdict.state == "superseded":
        return Checked(public_id, control.text, SUPERSEDED, tuple(_words(change) for change in verdict.changes))
    return Checked(public_id, control.text, HOLDS, ())


def _words(change: figures.Change) -> str:
    old, new = change.old or say("(无)", "(none)"), change.new or say("(撤回)", "(withdrawn)")
    day = f"{change.at:%Y-%m-%d %H:%M}"
    return say(
        f"数{change.figure}:{old} → {new},{change.by},{day}",
        f"figure {change.figure}: {old} → {new}, {change.by}, {day}",
    )


FACTS = Voucher(check=_check_all, page=_page)

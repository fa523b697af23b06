"""What the checker says: a finding in a paper, or the error that no paper could be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bihuan.lib.refusals import Refusal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a paper breaks.

    ``rule`` is the rule's id (see ``check.RULES``); ``where`` names the first place in a form that needs no language:
    ``¶12 “一、……”`` (12th paragraph of the text), ``§2`` (2nd section), a part's name, and ``×5`` when there are more.
    """

    rule: str
    severity: Severity
    zh: str
    en: str
    where: str = ""


class CheckError(Refusal, ValueError):
    """The bytes are no DOCX that can be read."""

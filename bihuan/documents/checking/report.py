"""Collecting findings: one a rule and fault, with the first place and how many places there are."""

from __future__ import annotations

from bihuan.documents.checking.finding import Finding, Severity
from bihuan.documents.checking.lines import Line


class Report:
    """What the rules write into. The same fault in many lines becomes one finding."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str, Severity], tuple[str, int]] = {}

    def add(self, rule: str, zh: str, en: str, where: Line | str = "", *, severity: Severity = "error") -> None:
        """Note one fault. ``where`` is the line, or a name for what is no line (``§2``, a part's name)."""
        key = (rule, zh, en, severity)
        first, count = self._found.get(key, (place(where), 0))
        self._found[key] = (first, count + 1)

    def findings(self) -> list[Finding]:
        """All findings in the order in which they were first noted."""
        return [
            Finding(rule, severity, zh, en, first if count == 1 else f"{first} ×{count}".strip())
            for (rule, zh, en, severity), (first, count) in self._found.items()
        ]


def place(where: Line | str) -> str:
    """A line as people find it: its number in the text and its first words."""
    if isinstance(where, str):
        return where
    words = " ".join(where.words.split())
    shown = words if len(words) <= 16 else words[:16] + "…"
    return f"¶{where.index} “{shown}”"

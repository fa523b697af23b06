"""What a lint is, and what the lints need to know of a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol


class FigureLike(Protocol):
    """The part of a figure that the lints look at (see `figures.Figure`)."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def low(self) -> Decimal | None: ...
    @property
    def high(self) -> Decimal | None: ...
    @property
    def form(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def unit_norm(self) -> str: ...
    @property
    def measures(self) -> Sequence[str]: ...
    @property
    def role(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Lint:
    """One finding: `severity` is error, warning or info; `start`/`end` are offsets; `zh`/`en` say it to a reader."""

    code: str
    severity: str
    start: int
    end: int
    zh: str
    en: str

    def as_dict(self) -> dict[str, object]:
        """The lint as JSON; `message` is the Chinese sentence."""
        return {
            "code": self.code, "severity": self.severity, "start": self.start, "end": self.end,
            "message": self.zh, "message_en": self.en,
        }  # fmt: skip


def printed_value(figure: FigureLike) -> Decimal | None:
    """The number as it is printed, without what its qualifier says: 8万余 → 80000, 近1.5万 → 15000; None if unknown."""
    if figure.form in ("almost", "under"):
        return figure.high
    if figure.form == "about" and figure.low is not None and figure.high is not None:
        return (figure.low + figure.high) / 2
    return figure.low if figure.low is not None else figure.high


def plain(value: Decimal) -> str:
    """A number for a message: no exponent, no trailing zeros, at most two decimals."""
    text = f"{value:.2f}"
    return text.rstrip("0").rstrip(".")

"""What happened, one line after the other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Moment:
    """`who` did `words` at `at`. `detail`: what was written with it, as data; `url` leads to the thing."""

    at: dt.datetime
    words: str
    who: str = ""
    detail: str = ""
    url: str = ""
    tone: Literal["plain", "info", "good", "warn", "bad"] = "plain"

"""The steps of something that people pass on: 拟稿 → 核稿 → 签发 → 印发."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `who` and `when` of what was done; of the step at hand, `who` is expected to do it."""

    label: str
    state: Literal["done", "now", "todo"]
    who: str = ""
    when: dt.datetime | None = None

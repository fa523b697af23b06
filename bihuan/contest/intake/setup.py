"""What the intake is told of a contest: its days, rules and pool, as they are stored by the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from bihuan.contest.rules import ContestState, Rules, TakingPart


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a pool. `told`, `explained`: as JSON, made once; the first never holds what is right."""

    version: int  # ItemVersion
    key: int
    told: bytes
    explained: bytes


def asked(version: int, kind: str, stem: str, options: Sequence[str], key: int, explanation: str, basis: str) -> Asked:
    """A question made ready to be sent."""
    told = {"n": version, "kind": kind, "stem": stem, "options": list(options)}
    explained = {"n": version, "key": key, "explanation": explanation, "basis": basis}
    return Asked(version, key, msgspec.json.encode(told), msgspec.json.encode(explained))


@dataclass(frozen=True, slots=True)
class PoolSetup:
    """What sheets are drawn from."""

    number: int
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class UnitSetup:
    """A unit that takes part. `county`: the region it is counted for."""

    number: int
    county: int
    name: str
    headcount: int = 0
    sector: str = ""
    password: str = ""
    minors: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class ContestSetup:
    """One contest as the intake knows it. `rules`, `pools`: each version by its number, since a sheet that is under way
    keeps those it was given out by; days are counted from 1970-01-01."""

    id: int
    code: str
    name: str
    secret: bytes = field(repr=False)
    state: ContestState
    first_day: int
    last_day: int
    taking_part: TakingPart
    ranked: bool
    rules_number: int
    rules: dict[int, Rules]
    pool_number: int
    pools: dict[int, PoolSetup]
    units: dict[int, UnitSetup]
    counties: dict[int, str]
    change: int = 0

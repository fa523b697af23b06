"""A contest for tests, as the intake is told of it; no database."""

from __future__ import annotations

from bihuan.contest.intake.hall import Hall, Outbox
from bihuan.contest.intake.setup import ContestSetup, PoolSetup, UnitSetup, asked
from bihuan.contest.rules import ContestState, Rules, TakingPart

FIRST, LAST = 20_000, 20_029  # days since 1970
DAY = 86_400_000
SECRET = b"s" * 32
JUNE = Rules(sheets=1, questions=5, seconds=150)


def setup_of(by: Rules = JUNE, **changed: object) -> ContestSetup:
    """A contest with twelve questions, whose right answer is always A, and three units in two counties."""
    questions = tuple(asked(n, "single", f"题{n}", ["一", "二"], 1, "", "") for n in range(100, 112))
    values: dict[str, object] = {
        "id": 7,
        "code": "june",
        "name": "竞赛",
        "secret": SECRET,
        "state": ContestState.OPEN,
        "first_day": FIRST,
        "last_day": LAST,
        "taking_part": TakingPart.OPEN,
        "ranked": True,
        "rules_number": 1,
        "rules": {1: by},
        "pool_number": 1,
        "pools": {1: PoolSetup(1, questions)},
        "units": {
            1: UnitSetup(1, county=10, name="甲", password="开门"),
            2: UnitSetup(2, county=10, name="乙"),
            3: UnitSetup(3, county=20, name="丙", closed=True),
            4: UnitSetup(4, county=20, name="丁"),
        },
        "counties": {10: "康乐县", 20: "临夏县"},
    }
    return ContestSetup(**{**values, **changed})  # type: ignore[arg-type]


def hall_of(by: Rules = JUNE, **changed: object) -> Hall:
    return Hall(setup_of(by, **changed), Outbox())


def noon(day: int) -> int:
    """A moment of a day, as the intake counts."""
    return day * DAY + DAY // 2

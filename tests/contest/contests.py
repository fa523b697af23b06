"""A contest for tests as it stands in the database, and an intake on it."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings

from bihuan.contest.intake.clock import Clock
from bihuan.contest.intake.process import Intake
from bihuan.contest.models import Contest, ContestUnit, Item, ItemVersion, Pool, RulesVersion
from bihuan.contest.rules import ContestState, Rules, body
from bihuan.contest.secret import BYTES, seal
from bihuan.org import queries as org

AT = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
FIRST, LAST = dt.date(2026, 6, 1), dt.date(2099, 6, 30)
NOON = dt.datetime(2026, 6, 10, 4, tzinfo=dt.UTC).timestamp()
RULES = Rules(sheets=2, questions=5, seconds=150)


T = TypeVar("T")


class Hands:
    """The hands of two clocks, which a test turns."""

    def __init__(self) -> None:
        self.wall = NOON
        self.steady = 1000.0

    def go(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


def make_contest(rules: Rules = RULES) -> Contest:
    """A contest of thirty questions (the right answer is always the first) with two units in two counties."""
    region = org.the_one_called("临夏回族自治州")
    contest = Contest.objects.create(
        region=region,
        code="june",
        name="竞赛",
        state=ContestState.OPEN.value,
        first_day=FIRST,
        last_day=LAST,
        secret=seal([settings.SECRET_KEY]).seal(b"s" * BYTES),
        pool=1,
    )
    RulesVersion.objects.create(contest=contest, number=1, first_day=FIRST, body=body(rules), by="system:test", at=AT)
    versions = []
    for number in range(30):
        item = Item.objects.create(
            code=str(number), book="example", kind="single", difficulty="easy", author="system:test"
        )
        version = ItemVersion.objects.create(
            item=item, number=1, stem=f"题{number}", options=["一", "二"], key=1, digest="", by="system:test", at=AT
        )
        versions.append(version.pk)
    Pool.objects.create(contest=contest, number=1, versions=versions, digest="", by="system:test", at=AT)
    for number, county in enumerate(("康乐县", "临夏县"), start=1):
        place = org.the_one_called(county)
        ContestUnit.objects.create(contest=contest, number=number, region=place, county=place, name=f"{county}一小")
    return contest


def intake_on(url: str, hands: Hands) -> Intake:
    """An intake that has not begun."""
    clock = Clock(ZoneInfo(settings.CAMPAIGN_ZONE), lambda: hands.wall, lambda: hands.steady)
    return Intake(url, clock, seal([settings.SECRET_KEY]).open)


def done(work: Coroutine[object, object, T]) -> T:
    """Do work in a loop and a thread of its own: a browser that other tests keep open has a loop in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@asynccontextmanager
async def at_work(url: str, hands: Hands) -> AsyncIterator[Intake]:
    """An intake that writes until the block ends."""
    intake = intake_on(url, hands)
    await intake.begin()
    writing = asyncio.create_task(intake.write_on())
    try:
        yield intake
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await intake.end()


class Phone:
    """A device: what it sends, and sends again with the same key."""

    def __init__(self, intake: Intake, number: int, unit: int = 1) -> None:
        self.intake, self.unit, self.number = intake, unit, number
        self.token = ""
        self.sheet = ""
        self.sent = 0

    async def send(self, what: str, **said: object) -> tuple[int, dict[str, object]]:
        status, answer = await self.intake.answer(f"/intake/{what}", json.dumps(said).encode(), "10.0.0.1")
        return status, json.loads(answer)

    async def enter(self) -> int:
        status, said = await self.send("enter", contest="june", unit=self.unit, key=f"{self.number:032x}")
        self.token = str(said.get("token", ""))
        return status

    async def start(self) -> tuple[int, dict[str, object]]:
        status, said = await self.send("start", token=self.token)
        self.sheet = str(said.get("sheet", self.sheet))
        return status, said

    async def hand_in(self, right: int = 5, *, again: bool = False) -> tuple[int, dict[str, object]]:
        self.sent += not again
        key = f"{self.number * 1000 + self.sent + 1:032x}"
        answers = [1] * right + [2] * (5 - right)
        return await self.send("hand-in", token=self.token, sheet=self.sheet, answers=answers, key=key)

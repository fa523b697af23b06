"""The intake at work: requests decided in memory, stored a batch at a time, answered when they are stored.

While one batch is written the next one gathers: there is no waiting for it to be full. Whatever a request decided is
in the database before its answer goes out; when the database is away, what was decided waits for it, and what comes on
top of too much of that is told to come again.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import psycopg

from bihuan.contest.intake import loading, refused, store, wire
from bihuan.contest.intake.clock import Clock
from bihuan.contest.intake.hall import Given, Hall, Outbox, Taken
from bihuan.contest.intake.refused import Refused
from bihuan.contest.intake.tokens import contest_of, participant_of
from bihuan.contest.secret import seal

MOST_WAITING = 20_000  # decisions that may wait to be stored
LOOK_SECONDS = 1.0  # between two looks at what the pages have changed
_log = logging.getLogger("bihuan.intake")


class ReplacedError(Exception):
    """Another intake has begun: what is in memory here is no longer what stands in the database."""


class Intake:
    """All contests of an installation."""

    def __init__(self, url: str, clock: Clock, unseal: Callable[[str], bytes]) -> None:
        self._url, self._clock, self._unseal = url, clock, unseal
        self.outbox = Outbox()
        self.halls: dict[int, Hall] = {}
        self.codes: dict[str, Hall] = {}
        self._waiting: list[asyncio.Future[None]] = []
        self._wake = asyncio.Event()
        self._writing: Outbox | None = None
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._term = 0
        self.batches = 0
        self.corrected = 0  # the last correction that is in memory

    # beginning

    async def begin(self) -> None:
        """Take the pen and read what stands there. Waits as long as another intake holds it."""
        self._connection = await self._connect()
        row = await (
            await self._connection.execute(
                "INSERT INTO contest_term AS t (id, number) VALUES (1, 1)"
                " ON CONFLICT (id) DO UPDATE SET number = t.number + 1 RETURNING number"
            )
        ).fetchone()
        assert row is not None
        self._term = row[0]
        await self._load()

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        await connection.execute("SET TIME ZONE 'UTC'")
        await connection.execute("SELECT pg_advisory_lock(%s)", (store.LOCK,))
        return connection

    async def _load(self) -> None:
        assert self._connection is not None
        self.corrected = await loading.last_correction(self._connection)
        today = self._clock.day(self._clock.now())
        for setup in await loading.setups(self._connection, self._unseal):
            hall = self.halls.get(setup.id)
            if hall is None:
                hall = await loading.hall(self._connection, setup, self.outbox, today, self.corrected)
                self.halls[setup.id] = hall
            hall.setup = setup
            self.codes[setup.code] = hall

    # writing

    async def write_on(self) -> None:
        """Store what is decided, batch after batch, for ever. Raises ReplacedError, and what a batch is refused for."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._waiting, waiting = self._take(), [], self._waiting
            try:
                if batch:
                    await self._store(batch)
                    self.batches += 1
            except BaseException:
                for each in waiting:
                    each.cancel()
                raise
            self._writing = None
            for each in waiting:
                if not each.done():
                    each.set_result(None)

    def _take(self) -> Outbox:
        box = self.outbox
        batch = Outbox(box.participants, box.starts, box.sheets)
        box.participants, box.starts, box.sheets = [], [], []
        self._writing = batch
        return batch

    async def _store(self, batch: Outbox) -> None:
        sure = True
        pause = 0.02
        while True:
            try:
                if self._connection is None:
                    self._connection = await self._again()
                if not sure and await store.stored(self._connection, batch):
                    return
                await store.write(self._connection, batch)
                return
            except (psycopg.OperationalError, psycopg.InterfaceError, OSError):
                sure = False
                await self.let_go()
                await asyncio.sleep(pause)
                pause = min(pause * 2, 1.0)

    async def _again(self) -> psycopg.AsyncConnection[Any]:
        connection = await self._connect()
        row = await (await connection.execute("SELECT number FROM contest_term WHERE id = 1")).fetchone()
        if row is None or row[0] != self._term:
            await connection.close()
            raise ReplacedError
        return connection

    async def end(self) -> None:
        """Lay the pen down. What is not stored by now was not acknowledged."""
        await self.let_go()

    async def let_go(self) -> None:
        """Let the connection go, and with it the lock; the next batch takes both up again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def settled(self) -> None:
        """Return when all that was decided until now is stored."""
        if self.outbox or self._writing is not None:
            stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(stored)
            self._wake.set()
            await stored

    # deciding

    async def answer(self, path: str, body: bytes, address: str) -> tuple[int, bytes]:
        """Status and body of the answer to a POST."""
        if len(self.outbox) > MOST_WAITING:
            return refused.BUSY.status, refused.BUSY.body
        try:
            decided = self._decide(path, body, address)
        except msgspec.MsgspecError:
            decided = refused.UNREADABLE
        if isinstance(decided, Refused):
            return decided.status, decided.body
        try:
            await self.settled()
        except asyncio.CancelledError:
            return refused.BUSY.status, refused.BUSY.body
        return 200, decided

    def _decide(self, path: str, body: bytes, address: str) -> bytes | Refused:
        if path == "/intake/hand-in":
            return self._hand_in(wire.read_hand_in(body))
        if path == "/intake/start":
            return self._start(wire.read_start(body))
        if path == "/intake/enter":
            return self._enter(wire.read_enter(body), address)
        return refused.UNKNOWN_PATH

    def _enter(self, asked: wire.Enter, address: str) -> bytes | Refused:
        hall = self.codes.get(asked.contest)
        if hall is None:
            return refused.NO_CONTEST
        key = wire.key_of(asked.key)
        if key is None:
            return refused.UNREADABLE
        now = self._clock.now()
        entered = hall.enter(
            unit=asked.unit,
            password=asked.password,
            key=key,
            address=0,
            device=0,
            now=now,
            day=self._clock.day(now),
        )
        return entered if isinstance(entered, Refused) else wire.entered(entered)

    def _who(self, token: str) -> tuple[Hall, int] | Refused:
        contest = contest_of(token)
        hall = self.halls.get(contest) if contest is not None else None
        who = participant_of(hall.setup.secret, token) if hall is not None else None
        if hall is None or who is None or not 0 < who <= hall.people:
            return refused.BAD_TOKEN
        return hall, who

    def _start(self, asked: wire.Start) -> bytes | Refused:
        who = self._who(asked.token)
        if isinstance(who, Refused):
            return who
        now = self._clock.now()
        sheet = who[0].start(who[1], now, self._clock.day(now))
        return wire.given(sheet) if isinstance(sheet, Given) else sheet

    def _hand_in(self, asked: wire.HandIn) -> bytes | Refused:
        who = self._who(asked.token)
        if isinstance(who, Refused):
            return who
        key, answers = wire.key_of(asked.key), wire.answers_of(asked.answers)
        if key is None or answers is None:
            return refused.BAD_ANSWERS
        sheet = who[0].hand_in(who[1], asked.sheet, answers, key, self._clock.now())
        return wire.taken(sheet) if isinstance(sheet, Taken) else sheet

    # looking

    async def look_on(self) -> None:
        """Follow what the pages change, and the wall clock, for ever."""
        reader: psycopg.AsyncConnection[Any] | None = None
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if jumped := self._clock.settle():
                _log.warning("the clock jumped by %d ms", jumped)
            try:
                if reader is None:
                    reader = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
                await self.look(reader)
            except (psycopg.OperationalError, psycopg.InterfaceError, OSError):
                if reader is not None:
                    await reader.close()
                reader = None

    async def look(self, reader: psycopg.AsyncConnection[Any]) -> None:
        """Take over what the pages have changed: contests, their rules, pools and units; corrections."""
        known = {key: hall.setup.change for key, hall in self.halls.items()}
        if await loading.changes(reader) != known:
            today = self._clock.day(self._clock.now())
            for setup in await loading.setups(reader, self._unseal):
                hall = self.halls.get(setup.id)
                if hall is None:  # opened since: nobody can have entered it but through here
                    hall = self.halls[setup.id] = await loading.hall(reader, setup, self.outbox, today, self.corrected)
                hall.setup = setup
                self.codes[setup.code] = hall
        for number, contest, who, points in await loading.corrections(reader, self.corrected):
            self.corrected = number
            if contest in self.halls:
                self.halls[contest].credit(who, points, first=False)


class Application:
    """What the page server calls: RSGI."""

    def __init__(self, make: Callable[[], Intake]) -> None:
        self._make = make
        self._ready: asyncio.Task[Intake] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._ready = loop.create_task(self._begin())

    async def _begin(self) -> Intake:
        intake = self._make()
        await intake.begin()
        for work in (intake.write_on(), intake.look_on()):
            task = asyncio.create_task(work)
            task.add_done_callback(_end)
            self._tasks.append(task)
        return intake

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request; only the small ones are read at all."""
        assert self._ready is not None
        intake = self._ready.result() if self._ready.done() else await asyncio.shield(self._ready)
        if scope.method != "POST":
            protocol.response_bytes(404, _JSON, refused.UNKNOWN_PATH.body)
            return
        length = scope.headers.get("content-length")
        if length is None or not length.isdigit() or int(length) > wire.LARGEST:
            protocol.response_bytes(413, _JSON, refused.TOO_LARGE.body)
            return
        status, body = await intake.answer(scope.path, await protocol(), scope.client)
        protocol.response_bytes(status, _JSON, body)


_JSON = [("content-type", "application/json"), ("cache-control", "no-store")]


def _end(task: asyncio.Task[None]) -> None:
    """Memory that may be wrong must not answer: the process ends, and the next one reads what stands there."""
    if not task.cancelled():
        _log.critical("the intake ends: %r", task.exception())
        os._exit(75)


def made() -> Intake:
    """The intake of this installation, as its environment names it."""
    from bihuan import settings

    keys = [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", [])]
    return Intake(os.environ["DATABASE_URL"], Clock(ZoneInfo(settings.CAMPAIGN_ZONE)), seal(keys).open)


application = Application(made)

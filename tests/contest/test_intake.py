"""The intake on a real database: what it acknowledged is there once, whatever broke meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from contests import Hands, Phone, at_work, done, intake_on, make_contest
from django.db import connection
from django.db.models import Sum
from halls import FIRST, hall_of, noon

from bihuan.contest.intake import loading, store
from bihuan.contest.intake.clock import Clock
from bihuan.contest.intake.hall import Hall, Outbox
from bihuan.contest.intake.process import Intake, ReplacedError
from bihuan.contest.models import Correction, Participant, Sheet, Start, UnitPoints


@pytest.fixture
def url(fresh_database: dict[str, str]) -> str:
    make_contest()
    connection.close()
    return fresh_database["app"]


async def stored_hall(intake: Intake, url: str) -> Hall:
    """The contest as another intake would find it."""
    hall = next(iter(intake.halls.values()))
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        last = await loading.last_correction(connection)
        return await loading.hall(connection, hall.setup, Outbox(), hall.today, last)


def ledger_is_kept() -> None:
    """Units have what their sheets and corrections count."""
    kept = {row.unit: (row.sheets, row.right, row.points, row.people) for row in UnitPoints.objects.all()}
    for unit, (sheets, right, points, people) in kept.items():
        rows = Sheet.objects.filter(unit=unit)
        assert rows.count() == sheets
        assert (rows.aggregate(all=Sum("right"))["all"], rows.aggregate(all=Sum("counted"))["all"]) == (right, points)
        assert rows.filter(ended=1).values("participant").distinct().count() == people
    assert sum(line[0] for line in kept.values()) == Sheet.objects.count()


def test_a_day_of_twenty_people_stands_in_the_database_as_in_memory(url: str) -> None:
    hands = Hands()

    async def one(phone: Phone) -> None:
        assert await phone.enter() == 200
        idle = phone.number % 5 == 0  # never hands in, and so keeps its first sheet
        for turn in range(3):
            status, _said = await phone.start()
            assert status == (200 if turn < 2 or idle else 409)
            if status == 200 and not idle:
                answers = [await phone.hand_in(phone.number % 6), await phone.hand_in(phone.number % 6, again=True)]
                assert answers[0] == answers[1]
                assert answers[0][0] == 200

    async def day() -> None:
        async with at_work(url, hands) as intake:
            phones = [Phone(intake, number, 1 + number % 2) for number in range(1, 21)]
            await asyncio.gather(*map(one, phones[:10]))
            hands.go(200)
            await asyncio.gather(*map(one, phones[10:]))
            await phones[4].start()  # its sheet of this morning is over
            await intake.settled()
            (hall,) = intake.halls.values()
            assert loading.differing(hall, await stored_hall(intake, url)) == []
            hands.go(86_400)
            assert (await phones[0].start())[0] == 200
            assert loading.differing(hall, await stored_hall(intake, url)) == []
        async with at_work(url, hands) as later:
            (again,) = later.halls.values()
            assert loading.differing(hall, again) == []

    done(day())
    assert Participant.objects.count() == 20
    ledger_is_kept()


def test_what_was_acknowledged_is_there_after_all_connections_were_cut(
    url: str, fresh_database: dict[str, str]
) -> None:
    killed = 0

    async def cut() -> None:
        nonlocal killed
        async with await psycopg.AsyncConnection.connect(fresh_database["owner"], autocommit=True) as owner:
            for _time in range(3):
                await asyncio.sleep(0.02)
                ended = await owner.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                killed += ended.rowcount

    async def one(phone: Phone) -> None:
        assert await phone.enter() == 200
        assert (await phone.start())[0] == 200
        await asyncio.sleep(0.001 * phone.number)
        assert (await phone.hand_in(3))[0] == 200

    async def day() -> None:
        async with at_work(url, Hands()) as intake:
            await asyncio.gather(cut(), *(one(Phone(intake, number)) for number in range(1, 81)))

    done(day())
    assert killed >= 2
    assert Sheet.objects.count() == 80
    assert UnitPoints.objects.get().points == 240
    ledger_is_kept()


def test_a_batch_whose_answer_was_lost_is_not_written_again(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = store.write
    lost = 0

    async def forgetful(connection: psycopg.AsyncConnection[Any], batch: Outbox) -> None:
        nonlocal lost
        await written(connection, batch)
        lost += 1
        raise psycopg.OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr(store, "write", forgetful)

    async def day() -> None:
        async with at_work(url, Hands()) as intake:
            phone = Phone(intake, 1)
            assert await phone.enter() == 200
            assert (await phone.start())[0] == 200
            assert (await phone.hand_in(4))[0] == 200

    done(day())
    assert lost == 3
    assert (Participant.objects.count(), Start.objects.count(), Sheet.objects.count()) == (1, 1, 1)
    assert UnitPoints.objects.get().points == 4


def test_an_intake_that_was_replaced_ends(url: str) -> None:
    async def day() -> None:
        hands = Hands()
        first = intake_on(url, hands)
        await first.begin()
        await first.let_go()
        async with at_work(url, hands) as second:
            assert (await Phone(second, 2).enter()) == 200
        sent = asyncio.create_task(Phone(first, 1).enter())
        with pytest.raises(ReplacedError):
            await asyncio.wait_for(first.write_on(), 10)
        assert await sent == 503

    done(day())
    assert Participant.objects.count() == 1


def test_no_answer_goes_out_before_its_batch_is_stored(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    held = asyncio.Event()
    written = store.write

    async def slow(connection: psycopg.AsyncConnection[Any], batch: Outbox) -> None:
        await held.wait()
        await written(connection, batch)

    async def waits(sent: Callable[[], Awaitable[object]]) -> None:
        task = asyncio.ensure_future(sent())
        await asyncio.sleep(0.05)
        assert not task.done()

    async def day() -> None:
        async with at_work(url, Hands()) as intake:
            phone = Phone(intake, 1)
            await phone.enter()
            await phone.start()
            monkeypatch.setattr(store, "write", slow)
            first = asyncio.create_task(phone.hand_in(5))
            await asyncio.sleep(0)
            await waits(lambda: phone.hand_in(5, again=True))
            assert not first.done()
            held.set()
            assert (await first)[0] == 200

    done(day())


def test_a_correction_reaches_the_totals(url: str) -> None:
    async def day() -> None:
        async with at_work(url, Hands()) as intake:
            phone = Phone(intake, 1)
            await phone.enter()
            await phone.start()
            await phone.hand_in(5)
            await asyncio.to_thread(_strike_out)
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as reader:
                await intake.look(reader)
                await intake.look(reader)
            (hall,) = intake.halls.values()
            assert (hall.total[1], dict(hall.spread)[0]) == (0, 1)
            assert loading.differing(hall, await stored_hall(intake, url)) == []

    done(day())


def _strike_out() -> None:
    sheet = Sheet.objects.get()
    Correction.objects.create(
        contest_id=sheet.contest_id,
        participant=sheet.participant,
        day=sheet.day,
        ordinal=sheet.ordinal,
        unit=sheet.unit,
        right=-sheet.right,
        points=-sheet.counted,
        reason="两部手机互答",
        by="person:1",
        at=sheet.started_at,
    )
    connection.close()


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("start", b"", "unreadable"),
        ("start", b"{", "unreadable"),
        ("start", b'{"token":1}', "unreadable"),
        ("start", b'{"token":"x","more":1}', "unreadable"),
        ("start", b"\xff\xfe", "unreadable"),
        ("start", b'{"token":"x"}', "bad-token"),
        ("enter", b'{"contest":"none","unit":1,"key":"0"}', "no-contest"),
        ("enter", b'{"contest":"june","unit":1,"key":"zz"}', "unreadable"),
        ("enter", b'{"contest":"june","unit":-1,"key":"%032x"}' % 1, "no-unit"),
        ("hand-in", b'{"token":"x","sheet":"y","answers":[1],"key":"%032x"}' % 1, "bad-token"),
        ("nothing", b"{}", "not-there"),
    ],
)
def test_what_cannot_be_read_gets_a_code(path: str, body: bytes, code: str) -> None:
    clock = Clock(ZoneInfo("UTC"), lambda: noon(FIRST) / 1000, lambda: 0.0)
    intake = Intake("", clock, lambda _text: b"")
    hall = hall_of()
    intake.halls[7] = intake.codes["june"] = hall

    status, answer = done(intake.answer(f"/intake/{path}", body, ""))
    assert status >= 400
    assert f'"code":"{code}"'.encode() in answer
    assert not hall.outbox

"""Killed in the middle: the receiving side, the sending side, the database. Real processes, real databases.

Each time the bundle is in the end there once and whole, and its sender knows it, by nothing but its next try.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import time
from contextlib import suppress

import psycopg
import pytest
from installations import held, killed
from scenes import Both, acquainted, closed, filed, later, month, region, signed, total

from bihuan.exchange import actions, jobs
from bihuan.exchange.models import Bundle, Intake, Peer, Received
from bihuan.exchange.rules import LEASE, Reception, Sending
from bihuan.figures.models import Figure
from bihuan.history import queries as history

pytestmark = pytest.mark.slow

# One turn of the sending job, as `bihuan jobs` does it, so many hours from now.
SEND = """
import datetime as dt, sys
from bihuan import installation
installation.read_addresses(); installation.load()
from bihuan.exchange import jobs
jobs.outgoing(at=dt.datetime.now(dt.UTC) + dt.timedelta(hours=int(sys.argv[1])))
"""


@pytest.fixture(scope="module")
def both(brittle: Both) -> Both:
    lower, upper = brittle
    acquainted(brittle, up=upper.port, down=lower.port)
    with lower.here():
        month(region("临夏回族自治州"))
    return brittle


def bundle(both: Both, day: int, leaflets: int) -> Bundle:
    """A report of one day of June, signed, on its way."""
    from bihuan.campaigns.models import Campaign

    with both[0].here():
        filed(region("康乐县"), "leaflets", "份", leaflets, day=day)
        span = (dt.date(2023, 6, day), dt.date(2023, 6, day))
        return signed(closed(Campaign.objects.get(), Peer.objects.get(), span))


def here(both: Both) -> tuple[int, ...]:
    """What the province has: bundles, reports, figures."""
    with both[1].here():
        return Intake.objects.count(), Received.objects.count(), Figure.objects.count()


def arrives_once(both: Both, row: Bundle, *, hours: int, tries: int, before: tuple[int, ...]) -> None:
    """The next try brings it, or learns that it was brought."""
    with both[0].here():
        jobs.outgoing(at=later(hours))
        row.refresh_from_db()
        assert (row.state, row.outcome, row.tries) == (Sending.ARRIVED, Reception.TAKEN, tries)
    assert here(both) == tuple(count + 1 for count in before)
    with both[1].here():
        assert Intake.objects.latest("pk").digest == row.digest
        assert history.verify().broken is None


def test_the_receiving_side_is_killed_in_the_middle(both: Both) -> None:
    lower, upper = both
    row, before = bundle(both, 1, 100), here(both)
    with upper.served() as server, held(upper, "exchange_receivedline") as hold:
        with lower.process(SEND, "1") as sender:
            hold.waiter()  # its figures are written, its lines are not
            killed(server)
            assert sender.wait(20) == 0
        with lower.here():
            row.refresh_from_db()
            assert (row.state, row.code) == (Sending.WAITING, "unreachable")
    assert here(both) == before
    with upper.served():
        arrives_once(both, row, hours=3, tries=2, before=before)
    with upper.here():
        assert total("甘肃省", "leaflets", "份") == 100


def test_the_sending_side_is_killed_while_it_waits_for_the_answer(both: Both) -> None:
    lower, upper = both
    row, before = bundle(both, 2, 20), here(both)
    with upper.served():
        with held(upper, "exchange_receivedline") as hold, lower.process(SEND, "1") as sender:
            hold.waiter()
            killed(sender)
        deadline = time.monotonic() + 20
        while here(both) == before and time.monotonic() < deadline:  # the other side goes on without it
            time.sleep(0.05)
        with lower.here():
            row.refresh_from_db()
            assert (row.state, row.code) == (Sending.WAITING, "")
            assert row.next_at is not None
            moment = row.next_at
            assert actions.begin(at=moment - dt.timedelta(seconds=1)) == []  # for so long it is left alone
            assert moment < later(1) + LEASE
        arrives_once(both, row, hours=3, tries=2, before=before)


def test_the_sending_side_is_killed_while_it_writes_the_answer_down(both: Both) -> None:
    lower, upper = both
    row, before = bundle(both, 3, 3), here(both)
    with upper.served():
        with held(lower, "history_entry") as hold, lower.process(SEND, "1") as sender:
            hold.waiter()  # the receipt is in its hands
            killed(sender)
        with lower.here():
            row.refresh_from_db()
            assert (row.state, row.receipt) == (Sending.WAITING, "")
        arrives_once(both, row, hours=3, tries=2, before=before)


def test_the_database_is_killed_in_the_middle(both: Both) -> None:
    """Both sides lose it at once: the one in its transaction, the other before it can write down what came of it."""
    lower, upper = both
    row, before = bundle(both, 4, 4000), here(both)
    with upper.served():
        with held(upper, "exchange_receivedline") as hold, lower.process(SEND, "1") as sender:
            os.kill(hold.waiter(), signal.SIGKILL)  # takes all the others along
            sender.wait(60)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with suppress(psycopg.OperationalError), psycopg.connect(lower.urls["app"]):
                break
            time.sleep(0.05)
        assert here(both) == before
        arrives_once(both, row, hours=3, tries=2, before=before)  # the same server goes on
    with upper.here():
        assert total("甘肃省", "leaflets", "份") == 4123

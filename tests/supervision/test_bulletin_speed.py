"""A bulletin of very many matters in seconds; `make bench` takes five thousand, `make test` fewer."""

from __future__ import annotations

import datetime as dt
import os
import time

import pytest
from cast import Cast, unit
from months import CUT_OFF, JUNE, campaign
from rounds import on, seal_all

from bihuan.loop import actions as loop
from bihuan.loop.actions import Said, Wanted
from bihuan.supervision import actions, queries
from bihuan.supervision.models import BulletinItem, BulletinRow

MATTERS, UNITS = int(os.environ.get("BIHUAN_MANY", "1500")), 45
SECONDS = 20 * MATTERS / 5000


@pytest.mark.slow
def test_very_many_matters_are_frozen_in_seconds(cast: Cast) -> None:
    """Each with its due day over and most of its ladder reached: seven steps a matter."""
    loop.load_ladders(by="system:tests", at=on(1, 1))
    found = campaign(cast)
    units = [unit(cast.kangle, f"单位{number}") for number in range(UNITS)]
    wanted = []
    for number in range(MATTERS):
        said = Said(unit=units[number % UNITS], due_on=dt.date(2023, 6, 5 + number % 20))
        name = f"重点工作第{number}项"
        scope = f"campaign:{found.pk}"
        wanted.append(Wanted(f"many:{number}", "task", name, cast.office, scope=scope, book=found.book, said=said))
    loop.register_many(wanted=wanted, by="system:tests", at=on(5, 22))
    while loop.sweep(at=on(6, 29)).matters:
        pass
    as_of = seal_all()
    began = time.perf_counter()
    made = actions.freeze(
        campaign=found, region=cast.prefecture, month=JUNE, cut_off=CUT_OFF, as_of=as_of, by="system:t", at=on(7, 3)
    )
    took = time.perf_counter() - began
    assert BulletinRow.objects.filter(bulletin=made).count() == UNITS
    assert BulletinItem.objects.filter(bulletin=made).count() == MATTERS
    began = time.perf_counter()
    assert queries.broken(made) is None
    again = time.perf_counter() - began
    print(f"frozen in {took:.1f} s, computed again in {again:.1f} s")
    assert took < SECONDS, took
    assert again < SECONDS, again

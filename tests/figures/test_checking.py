"""The nightly comparison of all totals with all figures: what is damaged is found, put right and told."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from contextlib import nullcontext

import pytest
from django.db.models import F
from small_tree import AT, BY, DAY, Tree, record, span

from bihuan.cli import parser, totals
from bihuan.cli.terminal import FINDINGS, WELL, BadInputError
from bihuan.figures import actions, queries
from bihuan.figures.models import Total
from bihuan.figures.moments import check_words
from bihuan.history.models import Entry
from bihuan.wiring import PERIODIC

NIGHT = dt.datetime(2023, 6, 16, 19, 0, tzinfo=dt.UTC)  # three in the morning of the 17th by the campaign's clock


def spoil(tree: Tree) -> None:
    record(tree["附城"], span(100, 100))
    record(tree["广河"], span(7, 7), day=DAY + dt.timedelta(days=40))
    while actions.fold():
        pass
    Total.objects.filter(region=tree["康乐"]).update(low=F("low") + 5)


def test_a_check_tells_and_changes_nothing(tree: Tree) -> None:
    spoil(tree)
    found = actions.check_totals(by=BY, at=AT)
    ((edition, difference),) = found.differences
    assert (found.wrong, len(found.days), edition) == (1, 2, tree.edition.name)
    assert (difference.region, difference.kept.low, difference.counted.low) == (tree["康乐"].pk, 105, 100)
    assert queries.last_check() is None
    assert actions.check_totals(by=BY, at=AT).wrong == 1


def test_a_part_can_be_checked_alone(tree: Tree) -> None:
    spoil(tree)
    assert actions.check_totals(region=tree["广河"], by=BY, at=AT).wrong == 0
    assert actions.check_totals(period=(DAY, DAY), by=BY, at=AT).wrong == 1
    after = DAY + dt.timedelta(days=1)
    assert actions.check_totals(period=(after, dt.date.max), by=BY, at=AT).wrong == 0


def test_each_night_what_is_wrong_is_put_right_and_told(tree: Tree) -> None:
    spoil(tree)
    job = PERIODIC["核对汇总 / recount"].job
    assert job(at=NIGHT) is False
    told = queries.last_check()
    assert told is not None
    assert (told.values["wrong"], told.values["days"]) == (1, 2)
    assert "1 处不符" in check_words(told)
    assert Entry.objects.filter(verb="figures.recounted").count() == 1
    assert actions.check_totals(by=BY, at=AT).wrong == 0
    job(at=NIGHT + dt.timedelta(hours=3))  # the same night
    assert queries.last_check() == told
    job(at=NIGHT + dt.timedelta(hours=22))  # one in the morning: too early
    assert queries.last_check() == told
    job(at=NIGHT + dt.timedelta(days=1))
    again = queries.last_check()
    assert again is not None
    assert again != told
    assert "全部相符" in check_words(again)


def test_a_part_put_right_by_hand_does_not_stand_for_the_night(tree: Tree) -> None:
    spoil(tree)
    actions.check_totals(period=(DAY, DAY), repair=True, by=BY, at=NIGHT)
    actions.check_totals(region=tree["广河"], repair=True, by=BY, at=NIGHT)
    assert queries.last_check() is None
    assert Entry.objects.filter(verb="figures.totals_checked").count() == 2
    actions.check_tonight(at=NIGHT)
    assert queries.last_check() is not None


def test_the_night_is_told_with_real_commits(real_tree: Tree) -> None:
    """Outside a test's own transaction a history row needs one that is opened for it."""
    record(real_tree["附城"], span(100, 100))
    actions.check_tonight(at=NIGHT)
    told = queries.last_check()
    assert told is not None
    assert told.values["wrong"] == 0


def test_where_nothing_is_filed_nothing_is_told(tree: Tree) -> None:
    actions.check_tonight(at=NIGHT)
    assert queries.last_check() is None


def command(*words: str) -> argparse.Namespace:
    return parser().parse_args(["recount", *words])


def test_the_command_tells_and_puts_right(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setattr(totals, "django", nullcontext)
    spoil(tree)
    assert totals.recount(command()) == FINDINGS
    said = capfdbinary.readouterr()
    assert "康乐" in said.out.decode()
    assert "105–100 (1) → 100–100 (1)" in said.out.decode()
    assert "--repair" in said.err.decode()
    assert totals.recount(command("--repair", "--json")) == WELL
    found = json.loads(capfdbinary.readouterr().out)
    assert (found["wrong"], found["repaired"], found["first"][0]["kept"]["low"]) == (1, True, "105")
    assert totals.recount(command("--from", "2023-06-12", "--to", "2023-06-12")) == WELL
    with pytest.raises(BadInputError):
        totals.recount(command("--from", "12 June"))

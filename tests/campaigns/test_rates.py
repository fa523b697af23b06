"""The five numbers up the tree: the same as counted by hand, and the same after the tree has changed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter

import pytest
from cast import Cast
from cast import unit as new_unit
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from planned import campaign_of, on

from bihuan.campaigns import actions, queries
from bihuan.campaigns.actions import ListWish
from bihuan.campaigns.models import Campaign, Exemption, Expected, ExpectedList
from bihuan.campaigns.queries import Branch
from bihuan.campaigns.receiving import RECEIVED, Five, ReceiptState
from bihuan.org.models import Edition, Node, Unit

pytestmark = pytest.mark.django_db
STATES = [*ReceiptState, None]  # None: exempt from here on


def branches(root: Branch) -> dict[str, Five]:
    found = {root.region.name: root.five}
    for child in root.children:
        found |= branches(child)
    return found


def issue(campaign: Campaign, cast: Cast, units: list[Unit]) -> ExpectedList:
    wish = ListWish("summary", "总结报告", campaign.period, dt.date(2023, 7, 3))
    return actions.issue_lists(campaign=campaign, wishes=[wish], units=units, by=cast.operator.by, at=on(6, 1))[0]


def by_hand(issued: ExpectedList) -> Five:
    rows = Expected.objects.filter(expected_list=issued).select_related("receipt", "exemption")
    count: Counter[str] = Counter()
    for row in rows:
        if hasattr(row, "exemption"):
            continue
        count["expected"] += 1
        if hasattr(row, "receipt") and row.receipt.state in RECEIVED:
            count["received"] += 1
            count["on_time"] += row.receipt.arrived_at <= issued.due_at
    return Five(count["expected"], count["received"], count["on_time"])


steps = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(STATES), st.integers(1, 9)), min_size=1, max_size=12)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_numbers_add_up_after_any_marks_and_no_later_tree_changes_them(
    cast: Cast, walk: list[tuple[int, ReceiptState | None, int]]
) -> None:
    campaign = campaign_of(cast) if not Campaign.objects.exists() else Campaign.objects.get()
    units = [cast.kangle_bureau, cast.yongjing_bureau, cast.office, cast.school]
    more = Unit.objects.filter(name="康乐县交通局（模型）").first()
    units.append(more or new_unit(cast.kangle, "康乐县交通局（模型）"))
    ExpectedList.objects.filter(campaign=campaign).update(replaced=True)
    issued = issue(campaign, cast, units)
    lines = {row.unit_id: row for row in issued.rows.all()}
    by = cast.operator.by
    for which, state, day in walk:
        line = lines[units[which].pk]
        if state is not None:
            actions.mark(expected=line, state=state, reason="数不对", by=by, at=on(7, day))
        elif not Exemption.objects.filter(expected=line).exists():
            actions.exempt(expected=line, reason="不承担", by=by, at=on(7, day))
    root = queries.tree(issued)
    before = branches(root)
    assert root.five == by_hand(issued)
    for branch in (root, *root.children):
        below = sum((child.five for child in branch.children), branch.own)
        assert below == branch.five
        assert branch.five.rate is None or branch.five.rate <= 100
    assert queries.fives([issued])[issued.pk][0] == root.five
    _turn_the_tree_over(cast)
    assert branches(queries.tree(issued)) == before
    _put_it_back(cast)


def _turn_the_tree_over(cast: Cast) -> None:
    """A newer edition in which Kangle lies in Yongjing; a unit that moved; one that is no more."""
    newer = Edition.objects.create(name=uuid.uuid4().hex[:20], as_of=dt.date(2030, 1, 1), source="test")
    home = Node.objects.get(edition=Edition.objects.earliest("as_of"), region=cast.yongjing)
    Node.objects.create(edition=newer, region=cast.kangle, parent=cast.yongjing, path=home.path + "0000", depth=9)
    Unit.objects.filter(pk=cast.kangle_bureau.pk).update(region=cast.yongjing)
    Unit.objects.filter(pk=cast.school.pk).update(closed_on=dt.date(2023, 7, 1))


def _put_it_back(cast: Cast) -> None:
    Edition.objects.filter(as_of=dt.date(2030, 1, 1)).delete()
    Unit.objects.filter(pk=cast.kangle_bureau.pk).update(region=cast.kangle)
    Unit.objects.filter(pk=cast.school.pk).update(closed_on=None)


def test_the_tree_takes_as_many_queries_for_one_unit_as_for_fifty(cast: Cast) -> None:
    campaign = campaign_of(cast)
    few = issue(campaign, cast, [cast.kangle_bureau])
    with CaptureQueriesContext(connection) as one:
        assert queries.tree(few).five == Five(1, 0, 0)
    many = [new_unit(region, f"模型单位{number}") for number, region in enumerate([cast.kangle, cast.yongjing] * 25)]
    actions.withdraw_list(expected_list=few, reason="换", by=cast.operator.by, at=on(6, 2))
    issued = issue(campaign, cast, many)
    with CaptureQueriesContext(connection) as fifty:
        assert queries.tree(issued).five == Five(50, 0, 0)
    assert len(fifty) == len(one) == 4


def test_a_unit_outside_of_the_campaigns_tree_counts_at_its_top(cast: Cast) -> None:
    campaign = campaign_of(cast)
    province = Node.objects.get(edition=campaign.edition, region=campaign.region).parent
    assert province is not None
    outside = new_unit(province, "省级单位（模型）")
    root = queries.tree(issue(campaign, cast, [outside, cast.kangle_bureau]))
    assert root.own == Five(1, 0, 0)
    assert branches(root) == {cast.prefecture.name: Five(2, 0, 0), cast.kangle.name: Five(1, 0, 0)}

"""Figures that were changed past the history are named."""

from __future__ import annotations

import psycopg
import pytest
from small_tree import AT, BY, DAY, Tree, content, record, span, statement

from bihuan.figures import actions, queries
from bihuan.figures.models import Figure


@pytest.fixture
def corrected(real_tree: Tree) -> Figure:
    """The second of three figures, corrected once; the third is withdrawn."""
    day = actions.open_occasion(name="咨询日", period=(DAY, DAY), regions=[real_tree["广河"]], by=BY, at=AT)
    statement(real_tree["州"], span(14000, 15000, "high"), key="s")
    figure = record(real_tree["广河"], span(5, 5), occasion=day)
    gone = record(real_tree["永靖"], span(None, 9))
    actions.correct(figure=figure, expected_version=1, content=content(real_tree["广河"], span(6, 7)), by=BY, at=AT)
    actions.withdraw(figure=gone, expected_version=1, by=BY, at=AT)
    return figure


def test_what_was_filed_is_what_the_history_says(corrected: Figure) -> None:
    assert queries.departure() is None


@pytest.mark.parametrize(
    ("change", "version"),
    [
        ("UPDATE figures_revision SET high = 8 WHERE figure_id = %s AND version = 2", 2),
        ("UPDATE figures_revision SET printed = 'x' WHERE figure_id = %s AND version = 1", 1),
        ("UPDATE figures_revision SET occasion_id = NULL WHERE figure_id = %s", 1),
        ("UPDATE figures_revision SET entry_id = entry_id - 1 WHERE figure_id = %s AND version = 1", 1),
        ("UPDATE figures_revision SET withdrawn = true WHERE figure_id = %s AND version = 2", 2),
        ("DELETE FROM figures_revision WHERE figure_id = %s AND version = 2", 2),
        ("DELETE FROM figures_revision WHERE figure_id = %s", 2),
        ("UPDATE figures_figure SET version = 1 WHERE id = %s", 1),
        ("UPDATE figures_figure SET withdrawn = true WHERE id = %s", 2),
        ("UPDATE figures_figure SET kind = 'statement' WHERE id = %s", 1),
        ("UPDATE figures_figure SET book = 'example' WHERE id = %s", 1),
    ],
)
def test_what_was_changed_past_it_is_named(
    corrected: Figure, fresh_database: dict[str, str], change: str, version: int
) -> None:
    with psycopg.connect(fresh_database["owner"]) as owner:
        owner.execute("SET session_replication_role = replica")
        owner.execute(change, [corrected.pk])
    found = queries.departure()
    assert found is not None
    assert (found.figure, found.version) == (corrected.pk, version)

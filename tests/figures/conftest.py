"""The small tree, as fixtures."""

from __future__ import annotations

import pytest
from small_tree import AT, BY, Tree, load_measures

from bihuan.figures import actions


@pytest.fixture
def tree(db: None) -> Tree:
    """The small tree, its totals kept, in a transaction that is rolled back."""
    load_measures()
    tree = Tree()
    actions.keep(edition=tree.edition, by=BY, at=AT)
    return tree


@pytest.fixture
def real_tree(fresh_database: dict[str, str]) -> Tree:
    """The same with real commits, in a database of the test's own."""
    load_measures()
    tree = Tree()
    actions.keep(edition=tree.edition, by=BY, at=AT)
    return tree

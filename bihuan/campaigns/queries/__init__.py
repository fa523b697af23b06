"""Reads of campaigns."""

from bihuan.campaigns.queries.campaigns import covering, named
from bihuan.campaigns.queries.checks import check, places
from bihuan.campaigns.queries.consequences import Consequences, consequences
from bihuan.campaigns.queries.differences import Difference, difference
from bihuan.campaigns.queries.dividing import DivisionPage, division_book, division_page, empty_book
from bihuan.campaigns.queries.expected import (
    ListPage,
    expected,
    expected_lists,
    expected_of,
    kept,
    light_of,
    standing_lists,
    subject_of,
)
from bihuan.campaigns.queries.importing import division_draft, read_draft, units_for
from bihuan.campaigns.queries.plans import (
    COMPARED,
    asked,
    changed,
    digest,
    duties,
    listed,
    papers,
    parts,
    plan_before,
    plans,
    tasks,
    unit_lists,
)
from bihuan.campaigns.queries.rates import Branch, fives, tree
from bihuan.campaigns.queries.told import printed_rows, told

__all__ = [
    "COMPARED",
    "Branch",
    "Consequences",
    "Difference",
    "DivisionPage",
    "ListPage",
    "asked",
    "changed",
    "check",
    "consequences",
    "covering",
    "difference",
    "digest",
    "division_book",
    "division_draft",
    "division_page",
    "duties",
    "empty_book",
    "expected",
    "expected_lists",
    "expected_of",
    "fives",
    "kept",
    "light_of",
    "listed",
    "named",
    "papers",
    "parts",
    "places",
    "plan_before",
    "plans",
    "printed_rows",
    "read_draft",
    "standing_lists",
    "subject_of",
    "tasks",
    "told",
    "tree",
    "unit_lists",
    "units_for",
]

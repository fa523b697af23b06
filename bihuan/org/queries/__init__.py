"""Reads of regions, units, people and accounts."""

from bihuan.org.queries.accounts import (
    OwnPage,
    account_called,
    account_with_person,
    address_is_busy,
    locked_until,
    must_change,
    own_page,
    policy,
    token_holder,
)
from bihuan.org.queries.people import authority, holder_of, name_of, names
from bihuan.org.queries.regions import (
    UnknownPlaceError,
    ancestors,
    by_code,
    called,
    children,
    current_edition,
    edition_on,
    node,
    subtree,
    the_one_called,
    unit_called,
)

__all__ = [
    "OwnPage",
    "UnknownPlaceError",
    "account_called",
    "account_with_person",
    "address_is_busy",
    "ancestors",
    "authority",
    "by_code",
    "called",
    "children",
    "current_edition",
    "edition_on",
    "holder_of",
    "locked_until",
    "must_change",
    "name_of",
    "names",
    "node",
    "own_page",
    "policy",
    "subtree",
    "the_one_called",
    "token_holder",
    "unit_called",
]

"""The tables of contests."""

from bihuan.contest.models.bank import Item, ItemVersion
from bihuan.contest.models.contests import Contest, ContestUnit, DaySeed, Pool, RulesVersion
from bihuan.contest.models.ledger import Correction, Participant, Sheet, Start, Term, UnitPoints

__all__ = [
    "Contest",
    "ContestUnit",
    "Correction",
    "DaySeed",
    "Item",
    "ItemVersion",
    "Participant",
    "Pool",
    "RulesVersion",
    "Sheet",
    "Start",
    "Term",
    "UnitPoints",
]

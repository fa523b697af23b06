"""The writers of matters: register, act, sweep."""

from bihuan.loop.actions.acting import act
from bihuan.loop.actions.acting_many import Wish, act_many
from bihuan.loop.actions.handing_over import HandedOver, hand_over_all
from bihuan.loop.actions.importing import (
    Plan,
    Planned,
    keep_ledger,
    ledger_plan,
    take_ledger,
)
from bihuan.loop.actions.ladders import load_ladders, set_ladder
from bihuan.loop.actions.offers import Offer, Said
from bihuan.loop.actions.registering import Wanted, register, register_many
from bihuan.loop.actions.retiming import Counted, propose_retiming, retime
from bihuan.loop.actions.sweeping import AT_ONCE, sweep
from bihuan.loop.actions.tallying import fold

__all__ = [
    "AT_ONCE",
    "Counted",
    "HandedOver",
    "Offer",
    "Plan",
    "Planned",
    "Said",
    "Wanted",
    "Wish",
    "act",
    "act_many",
    "fold",
    "hand_over_all",
    "keep_ledger",
    "ledger_plan",
    "load_ladders",
    "propose_retiming",
    "register",
    "register_many",
    "retime",
    "set_ladder",
    "sweep",
    "take_ledger",
]

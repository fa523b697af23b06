"""The only writers of reporting upward."""

from bihuan.exchange.actions.calling import Reply, come_in, knocks, take_file
from bihuan.exchange.actions.closing import (
    begin_erratum,
    close_period,
    correct_closed,
    drop_issue,
    freeze_issue,
    sign_issue,
)
from bihuan.exchange.actions.identity import card_of, close_peer, enter_peer, make_identity, renew_keys, trust
from bihuan.exchange.actions.posting import Answer, Parcel, begin, envelope_of, exported, finish, identity, send_again
from bihuan.exchange.actions.remarks import answer, ask
from bihuan.exchange.actions.taking import Taken, receipt_of, return_, take, take_held
from bihuan.exchange.card import Card

__all__ = [
    "Answer",
    "Card",
    "Parcel",
    "Reply",
    "Taken",
    "answer",
    "ask",
    "begin",
    "begin_erratum",
    "card_of",
    "close_peer",
    "close_period",
    "come_in",
    "correct_closed",
    "drop_issue",
    "enter_peer",
    "envelope_of",
    "exported",
    "finish",
    "freeze_issue",
    "identity",
    "knocks",
    "make_identity",
    "receipt_of",
    "renew_keys",
    "return_",
    "send_again",
    "sign_issue",
    "take",
    "take_file",
    "take_held",
    "trust",
]

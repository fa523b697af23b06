"""The writers of official papers: from the draft to the receipt."""

from bihuan.documents.actions.drafting import draft, edit, redraft, take_back
from bihuan.documents.actions.issuing import (
    Render,
    check,
    deliver,
    discard,
    print_again,
    receive,
    render,
    send_back,
    sign_for,
    sign_off,
)
from bihuan.documents.actions.steps import NotSeenError, SamePersonError, StaleDocumentError

__all__ = [
    "NotSeenError",
    "Render",
    "SamePersonError",
    "StaleDocumentError",
    "check",
    "deliver",
    "discard",
    "draft",
    "edit",
    "print_again",
    "receive",
    "redraft",
    "render",
    "send_back",
    "sign_for",
    "sign_off",
    "take_back",
]

"""The writers of official papers: draft, edit, take back, check, send back, sign off, print again, sign for."""

from bihuan.documents.actions.drafting import draft, edit, redraft, take_back
from bihuan.documents.actions.issuing import Render, check, print_again, render, send_back, sign_for, sign_off
from bihuan.documents.actions.steps import NotSeenError, SamePersonError, StaleDocumentError

__all__ = [
    "NotSeenError",
    "Render",
    "SamePersonError",
    "StaleDocumentError",
    "check",
    "draft",
    "edit",
    "print_again",
    "redraft",
    "render",
    "send_back",
    "sign_for",
    "sign_off",
    "take_back",
]

"""What the pages of this room have in common: a form that is one action, and the sentence after it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from bihuan.components.timeline import Moment
from bihuan.history import queries as history
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org import moments, queries
from bihuan.org.gate import DeskRequest

TOLD = 20  # changes that the page of a thing shows; the rest is in the history
DONE: dict[str, tuple[str, str]] = {
    "opened": ("单位已新建。", "The unit is open."),
    "renamed": ("已更名，原名保留在曾用名里。", "The unit has its new name; the old one is kept."),
    "merged": ("已并入，原有资料由承接单位查看。", "Merged: what it left is the successor's to see."),
    "closed": ("单位已撤销。", "The unit is closed."),
    "section": ("科室已新建。", "The section is open."),
    "entered": ("人员已登记。", "The person is entered."),
    "changed": ("已保存。", "Saved."),
    "appointed": ("任职已登记。", "The post is entered."),
    "ended": ("任职已结束，角色已收回。", "The post has ended, and its roles with it."),
    "handed-over": ("已交接，角色一并移交。", "Handed over, together with the roles."),
    "granted": ("角色已授予。", "The role is granted."),
    "revoked": ("角色已收回。", "The role is taken away."),
    "account-closed": ("账号已停用，已登录的会话随即结束。", "The account is closed and its sessions end."),
    "account-reopened": ("账号已启用。", "The account is open again."),
    "unlocked": ("账号已解锁。", "The account is unlocked."),
    "policy": ("新规则已生效。", "The new rules hold from now on."),
    "dropped": ("这份名册没有写入，已丢弃。", "The roster was dropped; nothing was written."),
}


@dataclass(frozen=True, slots=True)
class Said:
    """The notice on top of a page."""

    tone: str
    words: str


def done(request: DeskRequest) -> Said | None:
    """What the address says was just done (?done=renamed); None for words that nobody wrote here."""
    words = DONE.get(request.GET.get("done", ""))
    return Said("good", say(*words)) if words else None


def told(kind: str, pk: int) -> list[Moment]:
    """The newest changes of a thing, in words, the newest first."""
    entries = list(history.feed(subject=(kind, str(pk))).order_by("-pk")[:TOLD])
    names = queries.names(who for entry in entries for who in moments.identities(entry))
    return [moments.moment(entry, names) for entry in entries]


def answered(
    request: DeskRequest,
    form: Form,
    act: Callable[[dict[str, Any]], str],
    *,
    template: str = "org/form.html",
    **context: Any,
) -> HttpResponse:
    """The page of a form that is one action. `act` gets what was filled in and gives the address to go on to; its
    refusal stands on the form, which keeps what was filled in. A stale one is an answer of its own (409)."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return HttpResponseRedirect(act(form.cleaned_data))
            except Refusal as refusal:
                if refusal.status != 422:
                    raise
                form.add_error(None, refusal.said())
    return render(request, template, {"form": form, **context}, status=status)

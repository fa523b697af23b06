"""What the pages of plans have in common: the sentence after something was done, and what a refusal shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from bihuan.campaigns import access, queries
from bihuan.campaigns.rules import STATE_WORDS, PlanState
from bihuan.lib.words import say
from bihuan.org.access import PEOPLE, SEE_DIRECTORY, UNITS, Reader, may, within

if TYPE_CHECKING:
    from django.forms import Form

    from bihuan.campaigns.models import Campaign, Plan
    from bihuan.org.gate import DeskRequest

DONE: dict[str, tuple[str, str]] = {
    "described": ("已保存。", "Saved."),
    "list": ("名单已保存。", "The list is saved."),
    "made": ("方案已新建，可以逐段修改。", "The plan is there: write it paragraph by paragraph."),
    "version": ("新版本已建立；发布之前原版本仍然有效。", "The new version is there; the old one holds until then."),
    "saved": ("已保存。", "Saved."),
    "dropped": ("已删除。", "Taken out."),
    "added": ("任务已加入分工。", "The duties are in the division of work."),
    "taken": ("分工已写入方案。", "The division of work is in the plan."),
    "prepared": ("公文已拟好，核稿、签发后再发布。", "The papers are drafted: have them checked and signed."),
    "back": ("方案已撤回到起草，公文草稿已作废。", "The plan is being written again; the drafts were given up."),
    "published": ("方案已发布：任务已交办，公文已分发。", "Published: tasks are assigned, papers delivered."),
    "exempted": ("已准予免报。", "The unit is exempt."),
    "issued": ("应报清单已下发，从现在起不再改动。", "Issued: from now on the list stays as it is."),
    "paper": ("已登记收到纸质材料。", "The paper is noted."),
    "followed": ("已交办，事项已进入台账。", "Assigned: the matters are in the ledger."),
    "node": ("节点已增加。", "The node is there."),
    "started": ("下一年活动已建立，请修改方案后发布。", "Next year's campaign is there: write its plan."),
    "reminds": ("已开启自动催报。", "The list reminds by itself from now on."),
    "reminds_not": ("已关闭自动催报。", "The list reminds by itself no more."),
    "withdrawn": ("清单已收回。", "The list is withdrawn."),
}  # fmt: skip


def done(request: DeskRequest) -> str:
    """What the address says was just done (?done=saved); "" for words that nobody wrote here."""
    words = DONE.get(request.GET.get("done", ""))
    return say(*words) if words else ""


def to(name: str, *args: Any, done: str = "", anchor: str = "") -> HttpResponseRedirect:
    """On to a page of this room."""
    query = f"?done={done}" if done else ""
    return HttpResponseRedirect(reverse(f"campaigns:{name}", args=args) + query + (f"#{anchor}" if anchor else ""))


def frame(request: DeskRequest, plan: Plan) -> dict[str, Any]:
    """What every page of a version shows: whose it is, where it stands, and what the reader may do with it."""
    state = STATE_WORDS[PlanState(plan.state)]
    writes = may(request.reader, access.WRITE_PLAN, plan)
    return {
        "plan": plan,
        "campaign": plan.campaign,
        "state": (say(*state[:2]), state[2]),
        "writes": writes,
        "open": writes and plan.open,
        "drafts": may(request.reader, access.READ_DRAFTS, plan),
        "newest": not access.plans(request.reader, plan.campaign).filter(number__gt=plan.number).exists(),
        "done": done(request),
    }


def lists_of(campaign: Campaign) -> list[Any]:
    """The lists of units of a campaign."""
    return queries.unit_lists(campaign)


def units_to_choose(reader: Reader) -> Any:
    """The standing units from which a reader chooses."""
    return within(reader, SEE_DIRECTORY, UNITS).filter(closed_on=None).select_related("region")


def people_to_choose(reader: Reader) -> Any:
    """The people from whom a reader chooses."""
    return within(reader, SEE_DIRECTORY, PEOPLE)


def shown_form(request: DeskRequest, context: dict[str, Any], form: Form, *, status: int = 200) -> HttpResponse:
    """A page that is one form."""
    return render(request, "campaigns/form.html", context | {"form": form}, status=status)

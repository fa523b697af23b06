"""Expected lists (应报清单): all of a campaign, one with its tree, issuing, exemptions, papers, reminders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.campaigns import access, actions, queries, reminding
from bihuan.campaigns.forms_lists import IssueForm, LineForm, WithdrawForm
from bihuan.campaigns.views.answers import done, lists_of, to, units_to_choose
from bihuan.components.paging import paged
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.loop.days import local_day
from bihuan.org.access import NotThere, may
from bihuan.org.gate import DeskRequest, needs
from bihuan.workdays import queries as workdays

if TYPE_CHECKING:
    from bihuan.campaigns.models import Campaign, ExpectedList

_NAMED = 60  # units that a page names in one line


@never_cache
@require_safe
@needs(access.SEE_CAMPAIGN)
def expected(request: DeskRequest, pk: int) -> HttpResponse:
    """The standing lists of a campaign with their five numbers."""
    campaign = access.campaign(request.reader, pk)
    page = paged(request, queries.standing_lists(campaign), "due_at", "pk")
    context = {
        "campaign": campaign,
        "page": page,
        "sums": queries.sums(page.rows, campaign.book, now=timezone.now()),
        "issues": may(request.reader, access.ISSUE_LISTS, campaign),
        "done": done(request),
    }
    return render(request, "campaigns/expected.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.ISSUE_LISTS)
def issue(request: DeskRequest, pk: int) -> HttpResponse:
    """Issue lists on their own: first they are shown, then frozen."""
    campaign = access.campaign_to(request.reader, access.ISSUE_LISTS, pk)
    wanted = (request.GET.get("form", "")[:40], request.GET.get("name", "")[:40])
    form = IssueForm(
        request.POST or None,
        campaign=campaign,
        lists=lists_of(campaign),
        units=units_to_choose(request.reader),
        wanted=wanted,
    )
    context: dict[str, Any] = {"campaign": campaign, "form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            units = _units(campaign, form)
            wishes = form.wishes()
            names = "、".join(unit.name for unit in units[:_NAMED]) + ("……" if len(units) > _NAMED else "")
            context |= {"wishes": wishes, "units": units, "unit_names": names}
            if request.POST.get("step") != "issue":
                return render(request, "campaigns/issue.html", context)
            try:
                made = actions.issue_lists(
                    campaign=campaign, wishes=wishes, units=units, reminds=form.cleaned_data["reminds"],
                    by=request.reader.by, at=timezone.now(),
                )  # fmt: skip
                if len(made) == 1:
                    return to("expected_list", pk, made[0].pk, done="issued")
                return to("expected", pk, done="issued")
            except Refusal as refusal:
                status = refusal.status
                form.add_error(None, refusal.said())
                context.pop("wishes")
    return render(request, "campaigns/issue.html", context, status=status)


def _units(campaign: Campaign, form: IssueForm) -> list[Any]:
    by_list = queries.listed(campaign)
    chosen = [unit for key in form.cleaned_data["unit_lists"] for unit in by_list.get(int(key), [])]
    found = {unit.pk: unit for unit in (*chosen, *form.cleaned_data["units"])}
    return list(found.values())


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.SEE_CAMPAIGN)
def expected_list(request: DeskRequest, pk: int, chosen: int) -> HttpResponse:
    """One list: its numbers up the tree, and its lines with what came."""
    campaign = access.campaign(request.reader, pk)
    issued = access.expected_list(request.reader, campaign, chosen)
    issues = may(request.reader, access.ISSUE_LISTS, campaign)
    form, status = LineForm(request.POST or None), 200
    if request.method == "POST":
        if not issues:
            raise NotThere
        status = 422
        if form.is_valid():
            answer = _done_to_line(request, campaign, issued, form)
            if answer is not None:
                return answer
            status = 409
    return render(request, "campaigns/expected_list.html", _list_page(request, issued, form, issues), status=status)


def _done_to_line(
    request: DeskRequest, campaign: Campaign, issued: ExpectedList, form: LineForm
) -> HttpResponse | None:
    wish = form.cleaned_data
    row = queries.expected(campaign, wish["line"])
    if row is None or row.expected_list_id != issued.pk:
        raise NotThere
    by, at = request.reader.by, timezone.now()
    try:
        if wish["what"] == "exempt":
            actions.exempt(expected=row, reason=wish["words"], by=by, at=at)
            return to("expected_list", campaign.pk, issued.pk, done="exempted")
        actions.mark_on_paper(expected=row, number=wish["words"], by=by, at=at)
        return to("expected_list", campaign.pk, issued.pk, done="paper")
    except Refusal as refusal:
        form.add_error(None, refusal.said())
        return None


def _list_page(request: DeskRequest, issued: ExpectedList, form: LineForm, issues: bool) -> dict[str, Any]:
    reader, campaign = request.reader, issued.campaign
    now = queries.now_of(issued, campaign.book, timezone.now())
    root = queries.tree(issued)
    branches = queries.regions_of(root)
    visible = {region.pk for region in access.visible_parts(reader, campaign, [item.region for item in branches])}
    whole = len(visible) == len(branches)
    wanted = request.GET.get("region", "")
    at = next((item for item in branches if str(item.region.pk) == wanted and item.region.pk in visible), None)
    inside = {item.region.pk for item in queries.regions_of(at)} & visible if at is not None else visible
    behind = request.GET.get("show") == "behind"
    own = access.own_units(reader)
    rows = queries.lines(
        issued, regions=None if whole and at is None else inside, only_behind=behind, units=() if at else own
    )
    page = paged(request, rows, "pk")
    return {
        "campaign": campaign,
        "issued": issued,
        "five": root.five,
        "exempt": root.exempt,
        "light": queries.shown(root, (), due_at=issued.due_at, now=now)[0],
        "tree": queries.shown(root, visible, due_at=issued.due_at, now=now),
        "at": at,
        "behind": behind,
        "page": page,
        "lines": queries.lines_told(issued, page.rows, own=own, now=now),
        "form": form,
        "issues": issues and not issued.replaced,
        "withdrawable": issues and not issued.replaced and issued.plan_id is None,
        "withdraw_form": WithdrawForm(auto_id="withdraw_%s"),
        "may_remind": issues and not issued.replaced and root.five.missing > 0,
        "done": done(request),
    }


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.ISSUE_LISTS)
def remind(request: DeskRequest, pk: int, chosen: int) -> HttpResponse:
    """Whom a list still waits for, the text to paste, and the reminder within the system."""
    campaign = access.campaign_to(request.reader, access.ISSUE_LISTS, pk)
    issued = access.expected_list(request.reader, campaign, chosen)
    now = queries.now_of(issued, campaign.book, timezone.now())
    context: dict[str, Any] = {"campaign": campaign, "issued": issued}
    status = 200
    if request.method == "POST":
        try:
            reminded = actions.remind(expected_list=issued, by=request.reader.by, at=timezone.now())
            context |= {"reminded": reminded, "unheard": "、".join(reminded.unheard[:_NAMED])}
        except Refusal as refusal:
            status, context["refused"] = refusal.status, refusal.said()
    five = queries.tree(issued).five
    behind = list(queries.behind(issued))
    names = [row.unit.short_name or row.unit.name for row in behind]
    context |= {
        "five": five,
        "rows": behind[:200],
        "more": max(len(behind) - 200, 0),
        "text": reminding.text(
            name=issued.name, due_at=queries.local(issued.due_at), now=queries.local(now), five=five, behind=names
        ),
        "may_remind": bool(behind) and not issued.replaced and reminding.may_remind(issued.due_on, local_day(now)),
        "most": reminding.MOST_A_LINE,
        "days": reminding.automatic_days(issued.due_on, workdays.calendar()),
        "still": campaign.book in settings.STILL,
        "reminded_before": queries.reminders(issued),
        "done": done(request),
        "too_early": say(
            f"离期限还有{reminding.FROM_DAYS}天以上，现在不催。", f"It is due in more than {reminding.FROM_DAYS} days."
        ),
    }
    return render(request, "campaigns/remind.html", context, status=status)


@require_POST
@needs(access.ISSUE_LISTS)
def reminding_by_itself(request: DeskRequest, pk: int, chosen: int) -> HttpResponse:
    """Let a list remind those behind by itself, or no more."""
    campaign = access.campaign_to(request.reader, access.ISSUE_LISTS, pk)
    issued = access.expected_list(request.reader, campaign, chosen)
    on = request.POST.get("on") == "1"
    actions.set_reminding(expected_list=issued, on=on, by=request.reader.by, at=timezone.now())
    return to("remind", pk, chosen, done="reminds" if on else "reminds_not")


@require_POST
@needs(access.ISSUE_LISTS)
def withdraw(request: DeskRequest, pk: int, chosen: int) -> HttpResponse:
    """Take a list back that was issued on its own."""
    campaign = access.campaign_to(request.reader, access.ISSUE_LISTS, pk)
    issued = access.expected_list(request.reader, campaign, chosen)
    form = WithdrawForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    actions.withdraw_list(expected_list=issued, reason=reason, by=request.reader.by, at=timezone.now())
    return to("expected", pk, done="withdrawn")

"""Writing a plan: one paragraph, one duty at a time."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from bihuan.campaigns import access, actions, queries
from bihuan.campaigns.forms import DutyForm, ParagraphForm
from bihuan.campaigns.views.answers import people_to_choose, shown_form, to, units_to_choose
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org.gate import DeskRequest, needs


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.WRITE_PLAN)
def paragraph(request: DeskRequest, pk: int, number: int, key: str = "") -> HttpResponse:
    """One paragraph: a new one behind another, or what an existing one says."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    row = access.paragraph_of(plan, key) if key else None
    form = ParagraphForm(request.POST or None, paragraph=row, key=actions.new_key())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            wish = form.cleaned_data
            said = {name: wish[name] for name in ("heading", "text", "level", "tasked")}
            by, at = request.reader.by, timezone.now()
            try:
                if row is not None:
                    actions.write_paragraph(paragraph=row, expected_version=wish["version"], by=by, at=at, **said)
                else:
                    after = access.paragraph_of(plan, request.GET["after"]) if request.GET.get("after") else None
                    actions.add_paragraph(plan=plan, key=wish["key"], after=after, by=by, at=at, **said)
                return to("plan", pk, number, done="saved", anchor=f"p-{wish['key']}")
            except Refusal as refusal:
                status = refusal.status
                form.add_error(None, refusal.said())
    title = say("修改段落", "A paragraph") if row else say("增加段落", "A new paragraph")
    context: dict[str, Any] = {"campaign": plan.campaign, "title": title, "back": _back(pk, number)}
    if row is not None:
        context |= {"drop": reverse("campaigns:drop_paragraph", args=[pk, number, key]), "version": row.version}
        context["drop_words"] = say("删除这一段？", "Take this paragraph out?")
    return shown_form(request, context, form, status=status)


def _back(pk: int, number: int) -> str:
    return reverse("campaigns:plan", args=[pk, number])


@require_POST
@needs(access.WRITE_PLAN)
def move(request: DeskRequest, pk: int, number: int, key: str) -> HttpResponse:
    """Change places with the paragraph before or behind."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    row = access.paragraph_of(plan, key)
    up = request.POST.get("way") == "up"
    actions.move_paragraph(paragraph=row, up=up, by=request.reader.by, at=timezone.now())
    return to("plan", pk, number, anchor=f"p-{key}")


def _version(request: DeskRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0


@require_POST
@needs(access.WRITE_PLAN)
def drop_paragraph(request: DeskRequest, pk: int, number: int, key: str) -> HttpResponse:
    """Take a paragraph out."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    row = access.paragraph_of(plan, key)
    actions.drop_paragraph(paragraph=row, expected_version=_version(request), by=request.reader.by, at=timezone.now())
    return to("plan", pk, number, done="dropped")


# -- duties ----------------------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.WRITE_PLAN)
def duty(request: DeskRequest, pk: int, number: int, key: str = "") -> HttpResponse:
    """One duty: a new one for a unit or for each unit of a list, or what an existing one says."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    row = access.duty_of(plan, key) if key else None
    parts = queries.parts(plan, with_duties=False)
    rows = {part.paragraph.key: part.paragraph for part in parts}
    lists = queries.unit_lists(plan.campaign)
    wanted = request.GET.get("paragraph", "")
    form = DutyForm(
        request.POST or None,
        paragraphs=[(part.paragraph.key, f"{part.mark}{part.paragraph.heading}") for part in parts],
        lists=lists,
        units=units_to_choose(request.reader),
        people=people_to_choose(request.reader),
        duty=row,
        first={"key": actions.new_key(), "paragraph": wanted, "title": _heading(rows, wanted)},
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            wish, by, at = form.cleaned_data, request.reader.by, timezone.now()
            part = rows[wish["paragraph"]]
            try:
                if row is not None:
                    version = wish["version"]
                    said = form.said()
                    actions.write_duty(duty=row, expected_version=version, said=said, paragraph=part, by=by, at=at)
                else:
                    chosen = next((item for item in lists if str(item.pk) == wish.get("unit_list")), None)
                    units = queries.listed(plan.campaign).get(chosen.pk, []) if chosen else []
                    made = actions.for_each(wish["key"], part, form.said(), units)
                    alone = [actions.Wanted(wish["key"], part, form.said())]
                    actions.add_duties(plan=plan, wanted=made if chosen else alone, by=by, at=at)
                return to("plan", pk, number, done="saved" if row else "added", anchor=f"p-{part.key}")
            except Refusal as refusal:
                status = refusal.status
                form.add_error(None, refusal.said())
    title = say("修改任务", "A duty") if row else say("增加任务", "A new duty")
    context: dict[str, Any] = {"campaign": plan.campaign, "title": title, "back": _back(pk, number)}
    if row is not None:
        context |= {"drop": reverse("campaigns:drop_duty", args=[pk, number, key]), "version": row.version}
        context["drop_words"] = say("删除这项任务？", "Take this duty out?")
        context["printed"] = [
            text for text in (row.unit_words, row.leader_words, row.owner_words, row.assisting_words) if text
        ]
    return shown_form(request, context, form, status=status)


def _heading(rows: dict[str, Any], wanted: str) -> str:
    return rows[wanted].heading if wanted in rows else ""


@require_POST
@needs(access.WRITE_PLAN)
def drop_duty(request: DeskRequest, pk: int, number: int, key: str) -> HttpResponse:
    """Take a duty out."""
    plan = access.plan_to(request.reader, access.WRITE_PLAN, pk, number)
    row = access.duty_of(plan, key)
    actions.drop_duty(duty=row, expected_version=_version(request), by=request.reader.by, at=timezone.now())
    return to("plan", pk, number, done="dropped", anchor=f"p-{row.paragraph.key}")

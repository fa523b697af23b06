"""What is entered anew: mandates, proposals, rounds, notices, talks and circulars, conclusions, limits, urgings."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.loop.access import KEEP_MATTER, hands, matters, the_matter
from bihuan.loop.explaining import explained
from bihuan.loop.flows import Hand
from bihuan.loop.queries.explained import account
from bihuan.org.access import PEOPLE, REGIONS, SEE_DIRECTORY, UNITS, NotThere, within
from bihuan.org.gate import DeskRequest, needs
from bihuan.supervision import actions, queries
from bihuan.supervision.access import (
    LOOK,
    PROPOSE,
    SUPERVISED,
    bodies,
    mandates_in_force,
    the_office,
    the_open_finding,
)
from bihuan.supervision.forms.entries import (
    Choices,
    ConclusionForm,
    LimitForm,
    MandateForm,
    NoticeForm,
    ProposalForm,
    ProposeForm,
    RoundForm,
    UrgingForm,
)
from bihuan.supervision.models import Finding, Mandate, Notice, Round, Supervised
from bihuan.supervision.rules import BOUNDS, WHATS, What

if TYPE_CHECKING:
    from bihuan.loop.models import Matter
    from bihuan.org.models import Unit


def _key(request: DeskRequest, name: str) -> int:
    """A key that the address names; 0 where it names none."""
    said = request.GET.get(name, "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else 0


def _choices(request: DeskRequest, **more: Any) -> Choices:
    reader = request.reader
    units = within(reader, SEE_DIRECTORY, UNITS).filter(closed_on=None).select_related("region")
    return Choices(units=units, people=within(reader, SEE_DIRECTORY, PEOPLE), **more)


def _entered(
    request: DeskRequest, template: str, form: Any, enter: Callable[[], str], context: dict[str, Any]
) -> HttpResponse:
    """The page of a form; a valid one is entered, and the browser goes to what was made."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return HttpResponseRedirect(enter())
            except Refusal as refusal:
                form.add_error(None, refusal.said())
                status = refusal.status
    return render(request, template, context | {"form": form}, status=status)


def _sent(request: DeskRequest) -> Any:
    return request.POST if request.method == "POST" else None


@never_cache
@require_http_methods(["GET", "POST"])
@needs(PROPOSE)
def mandate(request: DeskRequest) -> HttpResponse:
    """Enter a mandate."""
    form = MandateForm(_sent(request), choices=_choices(request, bodies=list(bodies(request.reader)[:300])))

    def enter() -> str:
        row = actions.enter_mandate(body=form.body(), said=form.said(), by=request.reader.by, at=timezone.now())
        return reverse("supervision:mandate", args=[row.pk])

    return _entered(request, "supervision/enter_mandate.html", form, enter, {})


@never_cache
@require_http_methods(["GET", "POST"])
@needs(PROPOSE)
def propose(request: DeskRequest) -> HttpResponse:
    """Propose a matter for supervision; without one, find it first."""
    reader, pk = request.reader, _key(request, "matter")
    if not pk:
        words = request.GET.get("words", "").strip()[:60]
        found = queries.matters_found(matters(reader), words=words)[:50]
        return render(request, "supervision/choose_matter.html", {"rows": found, "words": words})
    matter = _kept(request, pk)
    basis = [item for item in mandates_in_force(reader, reader.day) if item.book == matter.book]
    first = {"mandate": _key(request, "mandate") or None}
    form = ProposeForm(_sent(request), choices=_choices(request, mandates=basis), initial=first)

    def enter() -> str:
        given = form.cleaned_data
        row = actions.propose(
            matter=matter,
            mandate=form.mandate(),
            reason=given["reason"],
            source=given["source"],
            although=given["although"],
            by=reader.by,
            at=timezone.now(),
        )
        return f"{reverse('supervision:mandate', args=[row.mandate_id])}#supervised-{row.pk}"

    context = {"matter": matter, "mandates": basis, "against": _against(request, matter)}
    return _entered(request, "supervision/propose.html", form, enter, context)


def _kept(request: DeskRequest, pk: int) -> Matter:
    """A matter of the reader's own keeping that has a unit.

    Raises:
        NotThere: there is none, or it is another's.
    """
    matter = the_matter(request.reader, pk)
    if matter.unit is None or Hand.KEEPER not in hands(request.reader, matter):
        raise NotThere
    return matter


def _against(request: DeskRequest, matter: Matter) -> queries.Repeats | None:
    """What speaks against supervising it: shown before anything new is opened (条例第十五条)."""
    if matter.unit is None:
        return None
    day, region = request.reader.day, matter.region_id
    return queries.repeats(
        unit=matter.unit, title=matter.title, what=What.SUPERVISED, region=region, day=day, besides=[matter.pk]
    )


@never_cache
@require_http_methods(["GET", "POST"])
@needs(PROPOSE)
def round_(request: DeskRequest) -> HttpResponse:
    """Plan a round under a mandate."""
    reader = request.reader
    basis = the_office(reader, PROPOSE, Mandate, _key(request, "mandate"))
    chosen = queries.under_supervision(within(reader, PROPOSE, SUPERVISED), basis)
    form = RoundForm(_sent(request), choices=_choices(request, mandates=[basis], matters=chosen))

    def enter() -> str:
        row = actions.plan_round(mandate=basis, plan=form.said(), by=reader.by, at=timezone.now())
        return reverse("supervision:round", args=[row.pk])

    context = {"mandate": basis, "open": queries.open_findings(basis.pk)}
    return _entered(request, "supervision/plan_round.html", form, enter, context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(PROPOSE)
def notice(request: DeskRequest) -> HttpResponse:
    """Draft a notice: about a matter under supervision, a finding, or following an earlier notice."""
    reader = request.reader
    about, finding, follows, unit, basis = _occasion(request)
    others = [item for item in queries.under_supervision(within(reader, PROPOSE, SUPERVISED), basis) if item != about]
    own = [item for item in others if item.unit_id == unit.pk]
    first = {
        "key": secrets.token_hex(8),
        "mandate": basis.pk,
        "title": about.title if about else follows.title if follows else finding.text[:60] if finding else "",
        "demand": about.demand if about else "",
        "source": follows.source if follows else "",
    }
    choices = _choices(request, mandates=[basis], matters=own)
    form = NoticeForm(_sent(request), choices=choices, unit=unit, initial=first)

    def enter() -> str:
        row = actions.draft_notice(
            key=f"{reader.by}:{form.cleaned_data['key']}",
            mandate=basis,
            order=form.said(),
            about=about if follows is None else None,
            finding=finding,
            follows=follows,
            by=reader.by,
            at=timezone.now(),
        )
        return reverse("supervision:notice", args=[row.pk])

    counts = queries.counted(unit, reader.day, region=basis.region_id)
    context = {"about": about, "finding": finding, "follows": follows, "unit": unit, "mandate": basis, "counts": counts}
    return _entered(request, "supervision/draft_notice.html", form, enter, context)


def _occasion(request: DeskRequest) -> tuple[Matter | None, Finding | None, Notice | None, Unit, Mandate]:
    reader = request.reader
    if pk := _key(request, "follows"):
        earlier = the_office(reader, PROPOSE, Notice, pk)
        return earlier.about, None, earlier, earlier.unit, earlier.mandate
    if pk := _key(request, "finding"):
        finding = the_open_finding(reader, PROPOSE, pk)
        return finding.look.matter, finding, None, finding.unit, finding.look.round.mandate
    row = the_office(reader, PROPOSE, Supervised, _key(request, "supervised"))
    return row.matter, None, None, row.unit, row.mandate


@never_cache
@require_http_methods(["GET", "POST"])
@needs(PROPOSE)
def censure(request: DeskRequest, kind: str) -> HttpResponse:
    """Propose a talk or a circular."""
    reader, circular = request.reader, kind == "circulars"
    pk = _key(request, "matter")
    about = _kept(request, pk) if pk else None
    basis = mandates_in_force(reader, reader.day)
    basis = [item for item in basis if about is None or item.book == about.book]
    choices = _choices(request, mandates=basis)
    form = ProposalForm(_sent(request), choices=choices, circular=circular, unit=about.unit if about else None)

    def enter() -> str:
        action = actions.propose_circular if circular else actions.propose_talk
        row = action(mandate=form.mandate(), said=form.said(about), by=reader.by, at=timezone.now())
        return reverse("supervision:circular" if circular else "supervision:talk", args=[row.pk])

    counts = queries.counted(about.unit, reader.day, region=about.region_id) if about and about.unit else []
    context = {"about": about, "circular": circular, "mandates": basis, "counts": counts}
    return _entered(request, "supervision/propose_censure.html", form, enter, context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(PROPOSE)
def conclude(request: DeskRequest) -> HttpResponse:
    """Make a conclusion: on a matter under supervision, or on a unit that a round looked at."""
    reader = request.reader
    round_, row = None, None
    if pk := _key(request, "round"):
        round_ = the_office(reader, LOOK, Round, pk)
        basis: Mandate = round_.mandate
    else:
        row = the_office(reader, PROPOSE, Supervised, _key(request, "supervised"))
        basis = row.mandate
    unit = row.unit if row else None
    form = ConclusionForm(_sent(request), choices=_choices(request, mandates=[basis]), unit=unit)

    def enter() -> str:
        made = actions.conclude(
            mandate=basis,
            unit=unit or form.cleaned_data["unit"],
            title=form.cleaned_data["title"],
            text=form.cleaned_data["text"],
            matter=row.matter if row else None,
            round=round_,
            by=reader.by,
            at=timezone.now(),
        )
        return reverse("supervision:conclusion", args=[made.pk])

    return _entered(
        request, "supervision/conclude.html", form, enter, {"mandate": basis, "supervised": row, "round": round_}
    )


@never_cache
@require_http_methods(["GET", "POST"])
@needs(KEEP_MATTER)
def urge(request: DeskRequest, pk: int) -> HttpResponse:
    """催办通知 of a matter."""
    reader = request.reader
    matter = _kept(request, pk)
    form = UrgingForm(_sent(request), initial={"version": matter.version})

    def enter() -> str:
        row = actions.urge_in_writing(
            matter=matter,
            text=form.cleaned_data["text"],
            until=form.cleaned_data["until"],
            expected_version=form.cleaned_data["version"],
            by=reader.by,
            at=timezone.now(),
        )
        return reverse("documents:paper", args=[row.paper_id])

    paragraph = say(*explained(account(matter, at=timezone.now())))
    context = {"matter": matter, "before": queries.written_urgings(matter), "explained": paragraph}
    return _entered(request, "supervision/urge.html", form, enter, context)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(PROPOSE)
def limits(request: DeskRequest) -> HttpResponse:
    """How often units may be supervised: what holds, and setting another limit."""
    reader = request.reader
    regions = list(within(reader, PROPOSE, REGIONS).order_by("pk")[:300])
    form = LimitForm(_sent(request), whats=WHATS, regions=regions)

    def enter() -> str:
        given = form.cleaned_data
        actions.set_limit(
            what=What(given["what"]),
            days=given["days"],
            most=given["most"],
            valid_from=given["valid_from"],
            source=given["source"],
            region=form.regions[given["region"]],
            by=reader.by,
            at=timezone.now(),
        )
        return reverse("supervision:limits")

    home = reader.home_region
    bounds = queries.bounds(home.pk, reader.day) if home else BOUNDS
    held = [(say(*WHATS[bound.what]), bound) for bound in bounds]
    return _entered(request, "supervision/limits.html", form, enter, {"held": held})

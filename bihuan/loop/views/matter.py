"""One matter: where it stands, its line of steps, and each verb as a form that is one action."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.files import store
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.loop import actions, queries
from bihuan.loop.access import the_matter
from bihuan.loop.enclosures import picture_type
from bihuan.loop.flows import Effect, Transition
from bihuan.loop.forms import Choices, StepForm
from bihuan.loop.matter_page import MatterPage
from bihuan.loop.models import Evidence
from bihuan.org.access import PEOPLE, SEE_DIRECTORY, UNITS, NotThere, within
from bihuan.org.gate import DeskRequest, signed_in

# A stored file is somebody's: it runs nothing, loads nothing, and is not put into a page of others.
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


@never_cache
@require_safe
@signed_in
def matter(request: DeskRequest, pk: int) -> HttpResponse:
    """One matter."""
    page = MatterPage(the_matter(request.reader, pk), request.reader, timezone.now())
    return _shown(request, page)


@never_cache
@require_http_methods(["GET", "POST"])
@signed_in
def act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one verb. What was refused is said on the page, with what was typed."""
    reader = request.reader
    item = the_matter(reader, pk)
    page = MatterPage(item, reader, timezone.now())
    way = page.flow.transition(verb, item.state) or next((w for w in page.flow.transitions if w.verb == verb), None)
    if way is None:
        raise NotThere
    if request.method != "POST":
        return HttpResponseRedirect(reverse("loop:matter", args=[pk]))
    form = StepForm(request.POST, request.FILES, way=way, matter=item, choices=_choices(page, way))
    if not form.is_valid():
        return _shown(request, page, form, status=422)
    try:
        actions.act(
            matter=item,
            verb=verb,
            hands=page.hands,
            expected_version=form.cleaned_data["version"],
            said=form.said(),
            by=reader.by,
            at=page.at,
        )
    except Refusal as refusal:
        form.add_error(None, refusal.said())
        form.data = form.data.copy()  # type: ignore[attr-defined]
        fresh = MatterPage(the_matter(reader, pk), reader, page.at)  # as it stands by now
        form.data["version"] = fresh.matter.version  # type: ignore[index]
        return _shown(request, fresh, form, status=refusal.status)
    return HttpResponseRedirect(f"{reverse('loop:matter', args=[pk])}?done={verb}")


def _shown(request: DeskRequest, page: MatterPage, tried: StepForm | None = None, *, status: int = 200) -> HttpResponse:
    forms = []
    for offer in page.offers:
        same = tried is not None and tried.way.verb == offer.way.verb and not offer.because
        own = tried if same else None
        form = own or StepForm(way=offer.way, matter=page.matter, choices=_choices(page, offer.way))
        forms.append((offer, form, own is not None))
    orphan = tried if tried is not None and not any(own for _offer, _form, own in forms) else None
    context = {"page": page, "matter": page.matter, "forms": forms, "orphan": orphan, "done": _done(request, page)}
    return render(request, "loop/matter.html", context, status=status)


def _done(request: DeskRequest, page: MatterPage) -> str:
    """What the address says was just done, where the last step is that."""
    verb = request.GET.get("done", "")
    last = page.line[0] if page.line else None
    if not verb or last is None or last.step.verb != verb:
        return ""
    return say(f"已{last.words}。", f"Done: {last.words}.")


def _choices(page: MatterPage, way: Transition) -> Choices:
    reader, day = page.reader, page.day
    if way.effect is Effect.ASSIGN:
        units = within(reader, SEE_DIRECTORY, UNITS).filter(closed_on=None).select_related("region")
        return Choices(units=units, people=within(reader, SEE_DIRECTORY, PEOPLE), day=day)
    if way.effect is Effect.HAND_OVER:
        owner = page.matter.owner_id
        people = [person for person in queries.colleagues([page.matter.unit_id or 0], day) if person.pk != owner]
        return Choices(colleagues=people, day=day)
    return Choices(asked=page.asked if way.effect is Effect.GRANT else None, day=day)


@require_safe
@signed_in
def evidence(request: DeskRequest, pk: int, piece: int) -> HttpResponse:
    """A file that was laid on the table: pictures to look at, all else to keep."""
    found = queries.piece(the_matter(request.reader, pk), piece)
    if found is None or not found.sha256:
        raise NotThere
    return file_answer(found)


def file_answer(found: Evidence) -> HttpResponse:
    """The answer that carries a piece of evidence.

    Raises:
        NotThere: the file is not kept any more, or was changed on disk.
    """
    try:
        content = store.get(found.sha256)
    except store.MissingFileError as error:
        raise NotThere from error
    kind = picture_type(content[:16])
    answer = HttpResponse(content, content_type=kind or "application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(not kind, found.name or "file") or "attachment"
    answer["Content-Security-Policy"] = FILE_POLICY
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer

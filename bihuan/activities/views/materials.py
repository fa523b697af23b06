"""What is laid to an activity: its page, each verb as a form that is one action, the files."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.activities.access import activity
from bihuan.activities.material_access import (
    CORRECT,
    KEEP_ROSTER,
    RELEASE_PHOTO,
    SEE_ACTIVITY,
    the_attachment,
    the_photo,
    the_released,
)
from bihuan.activities.material_page import WAYS, MaterialPage
from bihuan.activities.models import Attachment
from bihuan.files import store
from bihuan.lib.refusals import Refusal
from bihuan.lib.words import say
from bihuan.org.access import NotThere, may
from bihuan.org.gate import DeskRequest, needs, open_to_all

# A stored file is somebody's: it runs nothing, loads nothing, and is not put into a page of others.
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_SHOWN = ("image/jpeg", "image/png", "image/webp", "application/pdf")  # by browsers; all else is downloaded


@never_cache
@require_safe
@needs(SEE_ACTIVITY)
def materials(request: DeskRequest, pk: int) -> HttpResponse:
    """All that is laid to an activity."""
    found = activity(request.reader, pk)
    page = MaterialPage(found, request.reader, timezone.now(), asked=request.GET.get("roster", ""))
    return _shown(request, page)


@never_cache
@require_http_methods(["GET", "POST"])
@needs(CORRECT, RELEASE_PHOTO, KEEP_ROSTER)
def act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Do one verb. What was refused is said on the page, with what was typed."""
    reader, at = request.reader, timezone.now()
    found = activity(reader, pk)
    way = WAYS.get(verb)
    # Who keeps a roster says who of it came, also to a session of others; the rosters themselves are the reader's own.
    if way is None or not may(reader, way.needs, None if way.needs is KEEP_ROSTER else found):
        raise NotThere
    asked = request.POST.get("roster", "")
    page = MaterialPage(found, reader, at, asked=asked)
    address = reverse("materials:materials", args=[pk])
    if request.method != "POST":
        return HttpResponseRedirect(address)
    form = way.form(request.POST, request.FILES, verb=verb, day=page.day, line=_line(request), **way.more(page))
    told = request.headers.get("Accept") == "application/json"  # a script that sends one file after another
    status = 422
    if form.is_valid():
        try:
            way.run(page, form)
        except NotThere:
            raise
        except Refusal as refusal:
            form.add_error(None, refusal.said())
            status = refusal.status
        else:
            more = f"&roster={asked}" if asked.isdecimal() else ""
            to = f"{address}?done={verb}{more}#{verb}"
            return JsonResponse({"to": to}) if told else HttpResponseRedirect(to)
    if told:
        return JsonResponse(
            {"said": " ".join(str(words) for found in form.errors.values() for words in found)}, status=status
        )
    return _shown(request, MaterialPage(found, reader, at, asked=asked, tried=(verb, form)), status=status)


def _line(request: DeskRequest) -> int | None:
    said = request.POST.get("line", "")
    return int(said) if said.isdecimal() and len(said) < 19 else None


def _shown(request: DeskRequest, page: MaterialPage, *, status: int = 200) -> HttpResponse:
    way = WAYS.get(request.GET.get("done", ""))
    done = say(f"已办：{way.zh}。", f"Done: {way.en.lower()}.") if way else ""
    context = {"page": page, "activity": page.activity, "done": done}
    return render(request, "activities/materials.html", context, status=status)


@require_safe
@needs(SEE_ACTIVITY)
def file(request: DeskRequest, pk: int, piece: int) -> HttpResponse:
    """A file as it came."""
    found = the_attachment(request.reader, activity(request.reader, pk), piece)
    return _sent(found.sha256, found.media_type, found.name)


@require_safe
@needs(SEE_ACTIVITY)
def photo(request: DeskRequest, pk: int, size: str) -> HttpResponse:
    """The copy of a photo that says nothing but the picture."""
    return _copy(the_photo(request.reader, pk), size)


@require_safe
@open_to_all
def public_photo(request: DeskRequest, pk: int, size: str) -> HttpResponse:
    """The same for everybody, of photos that were released."""
    return _copy(the_released(pk), size)


def _copy(found: Attachment, size: str) -> HttpResponse:
    digest = {"small": found.small_sha256, "large": found.public_sha256}.get(size)
    if not digest:
        raise NotThere
    return _sent(digest, "image/jpeg", f"photo-{found.pk}.jpg")


def _sent(digest: str, media_type: str, name: str) -> HttpResponse:
    """The answer that carries a stored file. Raises NotThere: it is kept no more, or was changed on the disk."""
    try:
        content = store.get(digest)
    except store.MissingFileError as error:
        raise NotThere from error
    shown = media_type in _SHOWN
    answer = HttpResponse(content, content_type=media_type if shown else "application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(not shown, name) or "attachment"
    answer["Content-Security-Policy"] = FILE_POLICY
    answer["Cache-Control"] = "private, max-age=3600"  # not for good: a photo may be taken off
    return answer

"""The public check: whether a paper with a code was issued here, and whether a file is the one that was."""

from __future__ import annotations

import hashlib
import re

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.documents import queries
from bihuan.documents.forms import CodeForm, FileForm
from bihuan.documents.rules import State
from bihuan.org.gate import DeskRequest, open_to_all

_CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")
_MOST = 40 * 1024 * 1024  # a file is read once and not kept


@never_cache
@csrf_exempt  # it writes nothing, and strangers come without a cookie
@require_http_methods(["GET", "POST"])
@open_to_all
def index(request: DeskRequest) -> HttpResponse:
    """Type a code, or drop a file."""
    if request.method == "POST":
        return _of_file(request)
    code = _typed(request.GET.get("code", ""))
    if _CODE.fullmatch(code):
        return HttpResponseRedirect(reverse("documents:checked", args=[code]))
    form = CodeForm({"code": request.GET["code"]}) if "code" in request.GET else CodeForm()
    context = {"form": form, "file_form": FileForm(), "wrong": "code" in request.GET}
    return render(request, "documents/check.html", context, status=422 if context["wrong"] else 200)


def _typed(text: str) -> str:
    """A code as people type it: small letters, blanks, without its hyphen."""
    bare = re.sub(r"[^0-9A-Z]", "", text.upper())[:9]
    return f"{bare[:4]}-{bare[4:]}" if len(bare) == 8 else text.strip().upper()


def _of_file(request: DeskRequest) -> HttpResponse:
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        context = {"form": CodeForm(), "file_form": form}
        return render(request, "documents/check.html", context, status=422)
    given: UploadedFile = form.cleaned_data["file"]
    digest = hashlib.sha256()
    for chunk in given.chunks():
        digest.update(chunk)
    document = queries.by_digest(digest.hexdigest()) if (given.size or 0) <= _MOST else None
    checked = queries.checked(document) if document is not None and document.state == State.ISSUED else None
    shown = {"checked": checked, "sha256": digest.hexdigest(), "of_file": True, "name": given.name}
    return render(request, "documents/checked.html", {"form": CodeForm(), "file_form": FileForm(), **shown})


@never_cache
@require_safe
@open_to_all
def checked(request: DeskRequest, code: str) -> HttpResponse:
    """What was issued under a code. A draft is not there."""
    document = queries.by_check_code(code)
    found = queries.checked(document) if document is not None and document.state == State.ISSUED else None
    context = {"code": code.upper(), "checked": found, "form": CodeForm(), "file_form": FileForm()}
    return render(request, "documents/checked.html", context, status=200 if found else 404)

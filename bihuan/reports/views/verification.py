"""The public check of a paper: every number in an uploaded DOCX is computed again. Nothing is kept."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from bihuan.documents.checking.package import MAX_PACKED
from bihuan.lib.words import say
from bihuan.org.gate import open_to_all
from bihuan.reports import verification
from bihuan.reports.forms import VerifyForm


@never_cache
@open_to_all
@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Upload a paper; see number by number whether it holds."""
    form = VerifyForm(*(request.POST, request.FILES) if request.method == "POST" else ())
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            result = verification.verify(file.read(MAX_PACKED + 1))
        except verification.UnreadablePaperError as error:
            form.add_error("file", error.said())
        else:
            zh = {"holds": "各数与记录相符", "superseded": "出具时相符，后来有更正", "does not match": "有数与记录不符"}
            en = {
                "holds": "Every number agrees with the records",
                "superseded": "The numbers held when the paper was made; some were corrected since",
                "does not match": "Some numbers do not agree with the records",
            }
            tones = {"holds": "good", "superseded": "warn", "does not match": "bad"}
            context |= {
                "result": result,
                "name": file.name,
                "verdict": say(zh[result.state], en[result.state]),
                "tone": tones[result.state],
                "rows": [
                    (item, say(verification.WORDS[item.state], item.state), tones[item.state]) for item in result.facts
                ],
            }
    status = 422 if form.errors else 200
    return render(request, "reports/verify.html", context, status=status)

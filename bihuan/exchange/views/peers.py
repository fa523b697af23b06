"""Who we are and whom we know: our card, the other installations, their fingerprints."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from bihuan.exchange import access, actions, queries
from bihuan.exchange.forms import NameForm, PeerForm, ReasonForm, TrustForm
from bihuan.lib.refusals import Refusal
from bihuan.org import queries as org
from bihuan.org.access import NotThere
from bihuan.org.gate import DeskRequest, needs


@never_cache
@require_safe
@needs(access.SEE_PEERS)
def peers(request: DeskRequest) -> HttpResponse:
    """Our own card and all other installations."""
    access.over_all(request.reader, access.SEE_PEERS)
    return _peers(request)


def _peers(
    request: DeskRequest, *, name: NameForm | None = None, trust: tuple[int, TrustForm] | None = None
) -> HttpResponse:
    own, waiting = queries.own(), queries.bundle_counts()
    rows = list(queries.peers())
    names = org.names({row.trusted_by for row in rows if row.trusted_by})
    authority = org.authority()
    initial = {"name": authority.unit.name} if authority else {}
    context = {
        "own": own,
        "card": actions.card_of(own).text() if own else "",
        "name_form": name or NameForm(initial=initial),
        "rows": [
            (
                row,
                names.get(row.trusted_by, ""),
                waiting.get(row.pk, 0),
                trust[1] if trust and trust[0] == row.pk else TrustForm(initial={"version": row.version}),
            )
            for row in rows
        ],
        "reason_form": ReasonForm(),
        "keeps": request.reader.at_top(access.KEEP_PEERS),
        "sees": request.reader.at_top(access.SEE),
        "tab": "peers",
    }
    status = 422 if name or trust else 200
    return render(request, "exchange/peers.html", context, status=status)


@require_POST
@needs(access.KEEP_PEERS)
def identity(request: DeskRequest) -> HttpResponse:
    """Give this installation its keys, or others."""
    access.over_all(request.reader, access.KEEP_PEERS)
    own = queries.own()
    by, now = request.reader.by, timezone.now()
    if own is not None and "renew" in request.POST:
        given = request.POST["renew"]
        version = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
        actions.renew_keys(identity=own, version=version, by=by, at=now)
        return HttpResponseRedirect(reverse("exchange:peers"))
    form = NameForm(request.POST)
    if not form.is_valid():
        return _peers(request, name=form)
    actions.make_identity(name=form.cleaned_data["name"], by=by, at=now)
    return HttpResponseRedirect(reverse("exchange:peers"))


@never_cache
@require_http_methods(["GET", "POST"])
@needs(access.KEEP_PEERS)
def new_peer(request: DeskRequest) -> HttpResponse:
    """Write down another installation."""
    access.over_all(request.reader, access.KEEP_PEERS)
    authority = org.authority()
    above, below = queries.regions_around(authority.region) if authority else ([], [])
    form = PeerForm(request.POST if request.method == "POST" else None, above=above, below=below)
    if request.method == "POST" and form.is_valid():
        try:
            card = actions.Card.read(form.cleaned_data["card"])
            actions.enter_peer(card=card, **form.wish(), by=request.reader.by, at=timezone.now())
            return HttpResponseRedirect(reverse("exchange:peers"))
        except Refusal as refusal:
            form.add_error("address" if refusal.code == "peer-address" else "card", refusal.said())
    status = 422 if form.errors else 200
    return render(request, "exchange/new_peer.html", {"form": form, "tab": "peers"}, status=status)


@require_POST
@needs(access.KEEP_PEERS)
def peer_act(request: DeskRequest, pk: int, verb: str) -> HttpResponse:
    """Trust an installation by its fingerprint, or close it."""
    access.over_all(request.reader, access.KEEP_PEERS)
    row = queries.peer(pk)
    if row is None or verb not in ("trust", "close"):
        raise NotThere
    by, now = request.reader.by, timezone.now()
    if verb == "close":
        given = request.POST.get("version", "")
        version = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
        actions.close_peer(peer=row, version=version, reason=request.POST.get("reason", ""), by=by, at=now)
        return HttpResponseRedirect(reverse("exchange:peers"))
    form = TrustForm(request.POST)
    if form.is_valid():
        try:
            actions.trust(peer=row, **form.cleaned_data, by=by, at=now)
            return HttpResponseRedirect(reverse("exchange:peers"))
        except Refusal as refusal:
            if refusal.status == 409:
                raise
            form.add_error("said", refusal.said())
    return _peers(request, trust=(pk, form))

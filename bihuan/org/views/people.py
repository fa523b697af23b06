"""Pages of people: the list, one person, entering one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from bihuan.components.paging import paged
from bihuan.lib.words import say
from bihuan.org import actions, queries
from bihuan.org.access import (
    MANAGE_PEOPLE,
    PEOPLE,
    REGIONS,
    SEE_DIRECTORY,
    SEE_SIGN_INS,
    UNITS,
    keeping,
    may,
    the,
    the_kept,
    within,
)
from bihuan.org.fields import person_option, unit_option
from bihuan.org.forms.entries import NewPersonForm, PersonForm, RegionFilter, today
from bihuan.org.gate import DeskRequest, needs
from bihuan.org.models import Region
from bihuan.org.rules import ADMINISTRATORS, Role
from bihuan.org.views.answers import answered, done, told

BUSINESS = [role for role in Role if role not in ADMINISTRATORS]


@require_safe
@needs(SEE_DIRECTORY)
def people(request: DeskRequest) -> HttpResponse:
    """The people that the reader sees, to search and to narrow down."""
    reader = request.reader
    form = RegionFilter(request.GET, regions=queries.region_choices(within(reader, SEE_DIRECTORY, REGIONS)))
    wish = form.wish()
    found = queries.people_found(within(reader, SEE_DIRECTORY, PEOPLE), day=reader.day, **wish)
    context = {
        "form": form,
        "page": paged(request, found, "pinyin", "pk"),
        "searched": any(wish.values()),
        "manages": may(reader, MANAGE_PEOPLE),
        "administrates": reader.administrator,
        "notice": done(request),
    }
    return render(request, "org/people.html", context)


@never_cache
@require_safe
@needs(SEE_DIRECTORY)
def person(request: DeskRequest, pk: int) -> HttpResponse:
    """One person: posts now and before, roles, and for those who keep them the account."""
    reader = request.reader
    found = the(reader, SEE_DIRECTORY, PEOPLE, pk=pk)
    keeps = keeping(reader, found)
    audits = may(reader, SEE_SIGN_INS, found)
    page = queries.person_page(found, day=reader.day, at=timezone.now(), with_account=keeps.any or audits)
    context = {
        "page": page,
        "keeps": keeps,
        "audits": audits,
        "notice": done(request),
        "oneself": found == reader.person,
    }
    if keeps.any or audits:
        context["told"] = told("person", found.pk)
    return render(request, "org/person.html", context)


@require_http_methods(["GET", "POST"])
@needs(MANAGE_PEOPLE)
def new_person(request: DeskRequest) -> HttpResponse:
    """Enter a person with their first post."""
    reader = request.reader
    units = within(reader, MANAGE_PEOPLE, UNITS).filter(closed_on=None).select_related("region")
    regions = queries.region_choices(within(reader, MANAGE_PEOPLE, REGIONS))
    wanted = request.GET.get("unit", "")
    chosen = units.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 19 else None
    start = today(reader.day) | ({"unit": unit_option(chosen)} if chosen else {})
    form = NewPersonForm(request.POST or None, initial=start, units=units, roles=BUSINESS, regions=regions)

    def act(wish: dict[str, Any]) -> str:
        roles = [(wish["role"], _region(request, wish["region"]))] if wish["role"] else []
        made = actions.enter_person(
            name=wish["name"],
            phone=wish["phone"],
            unit=wish["unit"],
            section=wish["section"],
            title=wish["title"],
            roles=roles,
            on=wish["on"],
            by=reader.by,
            at=timezone.now(),
        )
        return reverse("org:person", args=[made.pk]) + "?done=entered"

    return answered(
        request,
        form,
        act,
        title=say("登记人员", "Enter a person"),
        lead=say("人多时请用名册一次导入。", "For many people at once, take in a roster."),
        button_text=say("登记", "Enter"),
        back_url=reverse("org:people"),
        back_text=say("人员名录", "People"),
    )


def _region(request: DeskRequest, pk: int | None) -> Region | None:
    return None if pk is None else the(request.reader, MANAGE_PEOPLE, REGIONS, pk=pk)


@require_http_methods(["GET", "POST"])
@needs(SEE_DIRECTORY)
def change_person(request: DeskRequest, pk: int) -> HttpResponse:
    """Correct a name or a telephone number."""
    person = the_kept(request.reader, pk)
    start = {"name": person.name, "phone": person.phone, "version": person.version}
    form = PersonForm(request.POST or None, initial=start)

    def act(wish: dict[str, Any]) -> str:
        actions.change_person(
            person=person,
            name=wish["name"],
            phone=wish["phone"],
            expected_version=wish["version"],
            by=request.reader.by,
            at=timezone.now(),
        )
        return reverse("org:person", args=[person.pk]) + "?done=changed"

    return answered(
        request,
        form,
        act,
        title=say("更正姓名、手机号", "Correct name and telephone"),
        button_text=say("保存", "Save"),
        back_url=reverse("org:person", args=[person.pk]),
        back_text=say("人员", "The person"),
        subject=person.name,
    )


@require_safe
@needs(SEE_DIRECTORY)
def person_options(request: DeskRequest) -> HttpResponse:
    """What a field for a person offers while one types."""
    text = request.GET.get(request.GET.get("field", ""), "").replace("\0", "").strip()[:60]
    seen = within(request.reader, SEE_DIRECTORY, PEOPLE)
    found = queries.people_like(seen, text, day=request.reader.day) if text else []
    return render(request, "org/options.html", {"options": [person_option(item) for item in found]})

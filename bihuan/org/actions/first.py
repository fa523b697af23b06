"""The very first people of an installation: whom it serves, and its three administrators."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from bihuan.org.actions.accounts import Once, open_account
from bihuan.org.actions.people import add_person, appoint
from bihuan.org.actions.units import open_unit, set_authority
from bihuan.org.models import Authority, Holding, Region
from bihuan.org.refusals import OrgError
from bihuan.org.rules import ADMINISTRATORS, ROLE_WORDS, Role

SIGN_IN_NAMES = {Role.SYSTEM_ADMIN: "system", Role.SECURITY_ADMIN: "security", Role.AUDIT_ADMIN: "audit"}


def first_administrators(
    *, region: Region, unit: str, names: Mapping[Role, str], on: dt.date, by: str, at: dt.datetime
) -> list[Once]:
    """Set the authority and open accounts for one administrator of each kind, three people.

    Args:
        unit: the name of the authority. names: of the people; one without is called by the role.

    Raises:
        OrgError: there are administrators already, the installation serves another authority, or two of the three
            have the same name.
    """
    called = {role: names.get(role) or ROLE_WORDS[role][0] for role in SIGN_IN_NAMES}
    if len(set(called.values())) < len(called):
        raise OrgError("same-person", "三类管理员须是三个人", "the three administrators are three people")
    with transaction.atomic():
        Authority.objects.select_for_update().first()
        held = Holding.objects.filter(role__in=ADMINISTRATORS, post__valid_to=None, post__person__book="")
        if held.exists():
            zh = "本安装已有管理员，请由他们在网页上办理"
            raise OrgError("has-administrators", zh, "there are administrators already: they do the rest on the pages")
        office = open_unit(region=region, name=unit, by=by, at=at)
        set_authority(unit=office, region=region, by=by, at=at)
        opened = []
        for role, sign_in_name in SIGN_IN_NAMES.items():
            person = add_person(name=called[role], by=by, at=at)
            title = ROLE_WORDS[role][0]
            appoint(person=person, unit=office, title=title, on=on, roles=[(role, region)], by=by, at=at)
            opened.append(open_account(person=person, name=sign_in_name, by=by, at=at))
    return opened

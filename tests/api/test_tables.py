"""Whole tables sent by programs: told what would come of each row, then taken in, all that was shown or nothing."""

from __future__ import annotations

import pytest
from cast import BY, Cast
from django.core.files.uploadedfile import SimpleUploadedFile
from doings import AT, DAY, a_roster, an_activity, photo
from programs import Program

from bihuan.activities import actions, queries
from bihuan.activities.actions import Offered
from bihuan.activities.attachment_rules import AttachmentKind
from bihuan.places import queries as places
from bihuan.places.models import Place

pytestmark = pytest.mark.django_db


def sent(text: str) -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile("表.csv", text.encode())}


def test_who_came_is_sent_as_a_table(cast: Cast) -> None:
    roster, session = a_roster(cast), an_activity(cast, "training")
    program = Program(cast.kangle_liaison)
    path = f"/rosters/{roster.pk}/sheets"
    table = "姓名,签到\n马一,√\n马二,请假\n马九,√\n"
    told = program.ask("post", f"{path}?session={session.pk}", data=sent(table)).json()
    assert (told["rows"], told["new"], told["absent"], told["faults"]) == (3, 1, 1, 1)
    assert told["told"][0]["cell"] == "CSV!A4"
    assert program.ask("post", f"{path}/{told['id']}/take", body={"shown": "x"}).json()["code"] == "stale"
    other = Program(cast.operator)
    assert other.ask("post", f"{path}/{told['id']}/take", body={"shown": told["shown"]}).status_code == 404
    assert program.ask("post", f"{path}/{told['id']}/take", body={"shown": told["shown"]}).json() == {"new": 1}
    (came,) = program.ask("get", f"/activities/{session.pk}/attendance").json()["items"]
    assert (came["name"], came["reached"]) == ("马一", True)
    gone = f"/activities/{session.pk}/attendance/{came['id']}/remove"
    assert program.ask("post", gone).status_code == 200
    assert program.ask("post", gone).status_code == 409
    told = program.ask("post", path, data=sent("姓名\n马八\n")).json()
    assert program.ask("post", f"{path}/{told['id']}/take", body={"shown": told["shown"]}).json() == {"new": 1}
    assert program.ask("post", path, data=sent("谁\n马八\n")).json()["code"] == "people-no-header"


def test_a_register_is_sent_as_a_table(cast: Cast) -> None:
    from bihuan.places import actions as keeping

    keeping.load_kinds(by=BY, at=AT)
    program = Program(cast.kangle_liaison)
    table = f"类别,名称,县市\n村,附城村,{cast.kangle.name}\n村,越界村,{cast.yongjing.name}\n"
    told = program.ask("post", "/registers", data=sent(table)).json()
    assert (told["rows"], told["new"], told["faults"]) == (2, 1, 1)
    wish = {"shown": told["shown"], "on": "2023-01-01"}
    path = f"/registers/{told['id']}/take"
    assert Program(cast.operator).ask("post", path, body=wish).status_code == 404
    assert not Place.objects.exists()
    assert program.ask("post", path, body=wish).json() == {"new": 1, "changed": 0}
    assert Place.objects.get().kind == places.kind("village")
    assert program.ask("post", path, body=wish).status_code == 404


def test_photos_go_to_the_public_and_back_and_certificates_are_kept(cast: Cast) -> None:
    activity = an_activity(cast, "screens")
    files = [Offered("马一.jpg", photo())]
    (row,) = actions.attach(activity=activity, kind=AttachmentKind.PHOTO, files=files, by=BY, at=AT)
    roster = a_roster(cast)
    one = queries.entries(roster).earliest("order")
    operator, liaison = Program(cast.operator), Program(cast.kangle_liaison)
    path = f"/activities/{activity.pk}/attachments/{row.pk}"
    assert liaison.ask("post", f"{path}/release", body={}).status_code == 404
    (shown,) = operator.ask("post", f"{path}/release", body={"caption": "马一在广场"}).json()["attachments"]
    assert (shown["released"], shown["public_caption"]) == (True, "某某在广场")
    (shown,) = operator.ask("post", f"{path}/take-back").json()["attachments"]
    assert not shown["released"]
    given = {"name": "合格证", "number": "甘A9", "issued_on": "2023-06-01", "valid_until": DAY.isoformat()}
    made = liaison.ask("post", f"/rosters/{roster.pk}/people/{one.pk}/certificates", body=given).json()
    assert (made["person"], made["state"]) == ("马一", "expired")
    (held,) = liaison.ask("get", f"/rosters/{roster.pk}/certificates").json()["items"]
    assert held == made
    assert liaison.ask("post", f"/rosters/{roster.pk}/certificates/{made['id']}/remove").status_code == 200
    assert liaison.ask("get", f"/rosters/{roster.pk}/certificates").json()["items"] == []

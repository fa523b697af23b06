"""Who may call what: each operation × each of the cast, by token. A new operation without a row fails."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from cast import Cast
from programs import Program, checked, drafted, issued

from bihuan.api.assembly import described
from bihuan.documents import actions as documents

OFFICE = "operator checker leader"
SIGNING_FOR = "liaison kangle_liaison yongjing_liaison safety_officer"
ADMINISTRATORS = "system_admin security_admin audit_admin"
ALL = f"{OFFICE} {SIGNING_FOR} {ADMINISTRATORS} inspector idle"


@dataclass(frozen=True)
class Row:
    """`open`: whom the door lets in, a list with nothing of theirs included; `theirs`: who gets at the thing itself.
    The thing is the prefecture's: a paper that was delivered to Kangle's bureau."""

    method: str
    path: str
    theirs: str
    open: str = ""
    body: Any = None


TABLE = {
    "me.get": Row("get", "/me", ALL),
    "documents.list": Row("get", "/papers", f"{OFFICE} {SIGNING_FOR}"),
    "documents.awaiting": Row("get", "/papers/awaiting", f"{OFFICE} {SIGNING_FOR}"),
    "documents.get": Row("get", "/papers/{issued}", f"{OFFICE} kangle_liaison"),
    "documents.file": Row("get", "/papers/{issued}/files/pdf", f"{OFFICE} kangle_liaison"),
    "documents.check": Row("post", "/papers/{draft}/check", OFFICE, body={"expected_version": 9}),
    "documents.send_back": Row(
        "post", "/papers/{draft}/send-back", OFFICE, body={"expected_version": 9, "reason": "再改"}
    ),
    "documents.sign": Row("post", "/papers/{checked}/sign", "leader", body={"expected_version": 9}),
    "documents.print_again": Row("post", "/papers/{draft}/print", OFFICE),
    "documents.deliver": Row("post", "/papers/{issued}/deliveries", "operator checker", body={"units": []}),
    "documents.receive": Row("post", "/papers/{issued}/receipts/{unit}", "kangle_liaison"),
}
PUBLIC: set[str] = set()


def operations() -> dict[str, dict[str, Any]]:
    return {
        found["operationId"]: {**found, "path": path, "method": method}
        for path, methods in described()["paths"].items()
        for method, found in methods.items()
    }


def test_each_operation_has_a_row() -> None:
    assert set(operations()) == set(TABLE)
    for name, found in operations().items():
        row = TABLE[name]
        assert found["method"] == row.method
        assert found["path"].removeprefix("/api/v1").count("/") == row.path.count("/"), name
        assert ("security" in found) == (name not in PUBLIC), name


def test_each_operation_says_what_it_is() -> None:
    for name, found in operations().items():
        assert found["summary"].isascii(), name
        assert not found["x-summary-zh"].isascii(), name
        declared = set(found["responses"])
        assert {200, 400, 404, 405, 422, 429} <= declared, name
        assert name in PUBLIC or {401, 403} <= declared, name
        if found["method"] != "get":
            assert {413, 415} <= declared, name


@pytest.mark.django_db
@pytest.mark.parametrize("name", TABLE)
def test_rights(cast: Cast, name: str) -> None:
    row = TABLE[name]
    delivered = issued(cast, "issued")
    documents.deliver(document=delivered, units=[cast.kangle_bureau], by=cast.operator.by, at=delivered.drafted_at)
    things = {
        "issued": delivered.pk,
        "draft": drafted(cast, "draft").pk,
        "checked": checked(cast, "checked").pk,
        "unit": cast.kangle_bureau.pk,
    }
    found = {}
    for who, person in cast.everyone().items():
        sent = {} if row.body is None else {"body": row.body}
        found[who] = Program(person).ask(row.method, row.path.format(**things), **sent).status_code
    assert {who for who, status in found.items() if status != 404} == set(row.theirs.split()), found
    assert set(found.values()) <= {200, 404, 409, 422}
    nobody = Program(None).ask(row.method, row.path.format(**things), **sent).status_code
    assert nobody == 401 or name in PUBLIC

"""The API held against its own description by schemathesis: every operation, wrong and right data, sequences."""

from __future__ import annotations

import os
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread

import pytest
import schemathesis
from cast import BY, PASSWORD, SINCE, make_cast
from desk import hand_in
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone
from doings import with_materials
from example import village
from months import bulletin, busy_june
from oversight import overseen
from programs import checked, composed, drafted, filed, issued, matter_given
from reported import upward
from schemathesis.config import SchemathesisConfig
from schemathesis.config._checks import POSITIVE_DATA_ACCEPTANCE_EXPECTED_STATUSES
from schemathesis.engine import events, from_schema

from bihuan.api import doors
from bihuan.api.assembly import ROUTERS
from bihuan.org import actions
from bihuan.org.rules import ADMINISTRATORS, OF_A_UNIT, Role

EXAMPLES = int(os.environ.get("BIHUAN_FUZZ", "4"))  # random examples of each operation and mode; `make fuzz` takes more

CONFIG = {
    "seed": 20230601,
    "continue-on-failure": True,
    "cache": {"enabled": False},
    "workers": 1,
    "dictionaries": {"small": {"values": [1, 2, 3, 4, 5]}},  # keys and versions that there are
    "generation": {
        "max-examples": EXAMPLES,
        "mode": "all",
        "deterministic": True,
        "database": "none",
        "dictionaries": {"integer": {"dictionary": "small", "probability": 0.7}},
    },
    "phases": {"stateful": {"enabled": True, "generation": {"max-examples": EXAMPLES}}},
    "warnings": False,
    "checks": {"positive_data_acceptance": {"expected-statuses": [*POSITIVE_DATA_ACCEPTANCE_EXPECTED_STATUSES, "422"]}},
}


@schemathesis.check
def invalid_means_invalid(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """A request that fits the schema is never called `invalid`. That a rule of the office refuses it (422 with its own
    code: the drafter does not check) no schema can say, so 422 as such is expected of right data."""
    if case.meta is None or not case.meta.generation.mode.is_positive or response.status_code != 422:
        return
    if response.json()["code"] == "invalid":
        raise AssertionError(f"data that fits was called invalid: {response.json()['detail']}")


class _Quiet(WSGIRequestHandler):
    disable_nagle_algorithm = True  # 40 ms an answer

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(fresh_database: dict[str, str]) -> Iterator[str]:
    """Where the API answers by HTTP. Not in process: there schemathesis 4.32's check that no door is left open fails of
    itself (it hands an option of `requests` to werkzeug). A thread keeps its connection."""
    connections["default"].settings_dict["CONN_MAX_AGE"] = None  # `fresh_database` puts it back
    server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
    server.daemon_threads = True
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/api/v1/openapi.json"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def secrets(fresh_database: dict[str, str], request: pytest.FixtureRequest) -> dict[str, str]:
    """Tokens: of someone with every role in the office, and of one who keeps its people. Papers at every stage."""
    cast = make_cast()
    now = timezone.now()
    person = actions.add_person(name="总负责", book="example", by=BY, at=now)
    roles = [(role, None if role in OF_A_UNIT else cast.prefecture) for role in Role if role not in ADMINISTRATORS]
    actions.appoint(person=person, unit=cast.office, on=SINCE, title="负责人", roles=roles, by=BY, at=now)
    actions.lend_account(person=person, name="everyman", password=PASSWORD, by=BY, at=now)
    drafted(cast, "a"), checked(cast, "b"), issued(cast, "c")
    composed(filed(cast), cast)
    for key in ("x", "y", "z"):
        matter_given(cast, key)
    hand_in(cast, unit=cast.kangle_bureau)
    campaign = busy_june(cast)[0]
    bulletin(campaign)
    overseen(cast)
    with_materials(cast)
    village(cast)
    if "exchange" in request.node.callspec.params["tags"]:  # it closes the period
        upward(cast, campaign)
    return {
        name: actions.make_token(person=who, name="fuzz", days=1, by=who.by, at=now)[1]
        for name, who in (("office", person), ("keeper", cast.system_admin), ("auditor", cast.audit_admin))
    }


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
@pytest.mark.parametrize(
    ("who", "tags"),
    [
        ("office", ["papers"]),
        ("office", ["me", "inbox", "check", "history", "campaigns", "workdays"]),
        ("office", ["submissions"]),
        ("office", ["activities"]),
        ("office", ["supervision"]),
        ("office", ["exchange"]),
        ("office", ["matters"]),
        ("office", ["places", "forms"]),
        ("keeper", ["org"]),
        ("auditor", ["org"]),  # only what the keeper does not see
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value),
)
def test_the_api_is_what_it_says(
    address: str, secrets: dict[str, str], who: str, tags: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part of it by someone who may do what is in it. `make fuzz` takes more examples."""
    monkeypatch.setattr(doors, "PER_MINUTE", 10**9)
    monkeypatch.setattr(doors, "STRANGERS_PER_MINUTE", 10**9)
    config = SchemathesisConfig.from_dict({**CONFIG, "headers": {"Authorization": f"Bearer {secrets[who]}"}})
    schema = schemathesis.openapi.from_url(address, config=config)
    audits = {"path_regex": "sign-ins$"}
    schema = schema.include(tag=tags, **audits) if who == "auditor" else schema.include(tag=tags).exclude(**audits)
    run = Run()
    for event in from_schema(schema).execute():
        run.take(event)
    print(who, tags, dict(run.cases), dict(run.statuses))
    assert not run.found, "\n\n".join(f"{name}\n{text}" for name, text in run.found.items())
    assert sum(run.cases.values()) > 30
    assert run.statuses[200] > 10


def test_every_operation_is_held_against_the_description() -> None:
    """The parts above leave no tag out."""
    assert {tag for tag, _router in ROUTERS} == {
        "papers",
        "me",
        "inbox",
        "workdays",
        "places",
        "forms",
        "check",
        "history",
        "campaigns",
        "matters",
        "activities",
        "submissions",
        "supervision",
        "exchange",
        "org",
    }


@dataclass
class Run:
    """What a run of schemathesis comes to."""

    cases: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    found: dict[str, str] = field(default_factory=dict)

    def take(self, event: events.EngineEvent) -> None:
        if isinstance(event, events.FatalError):
            raise event.exception
        if isinstance(event, events.NonFatalError):
            trace = "".join(traceback.format_exception(event.value)[-6:])
            self.found[f"{event.phase} {event.label}: {event.value!r}"] = trace
        if isinstance(event, events.ScenarioFinished):
            recorder = event.recorder
            self.cases[str(event.phase)] += len(recorder.cases)
            self.statuses.update(item.response.status_code for item in recorder.interactions.values() if item.response)
            for check in (check for checks in recorder.checks.values() for check in checks):
                if check.failure_info:
                    failure = check.failure_info.failure
                    text = f"{failure.message}\n{check.failure_info.code_sample}"
                    self.found[f"{failure.operation}: {failure.title}"] = text

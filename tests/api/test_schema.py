"""The API held against its own description by schemathesis: every operation, wrong and right data, sequences."""

from __future__ import annotations

import os
import traceback
from collections import Counter
from collections.abc import Iterator
from threading import Thread

import pytest
import schemathesis
from cast import SINCE, make_cast
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from programs import checked, drafted, issued
from schemathesis.config import SchemathesisConfig
from schemathesis.config._checks import POSITIVE_DATA_ACCEPTANCE_EXPECTED_STATUSES
from schemathesis.engine import events, from_schema

from bihuan.api import doors
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
    itself (it hands an option of `requests` to werkzeug)."""
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
def everyman(fresh_database: dict[str, str]) -> Iterator[str]:
    """The secret of a token of someone who may everything everywhere, beside papers at every stage."""
    cast = make_cast()
    person = actions.add_person(name="总负责", book="example", by="system:tests", at=timezone.now())
    roles = [(role, None if role in OF_A_UNIT else cast.prefecture) for role in Role if role not in ADMINISTRATORS]
    actions.appoint(
        person=person, unit=cast.office, on=SINCE, title="负责人", roles=roles, by="system:tests", at=timezone.now()
    )
    actions.lend_account(person=person, name="everyman", password="Gansu-2023", by="system:tests", at=timezone.now())
    drafted(cast, "a"), checked(cast, "b"), issued(cast, "c")
    _token, secret = actions.make_token(person=person, name="fuzz", days=1, by=person.by, at=timezone.now())
    return secret


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_the_api_is_what_it_says(address: str, everyman: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "PER_MINUTE", 10**9)
    monkeypatch.setattr(doors, "STRANGERS_PER_MINUTE", 10**9)
    config = SchemathesisConfig.from_dict({**CONFIG, "headers": {"Authorization": f"Bearer {everyman}"}})
    schema = schemathesis.openapi.from_url(address, config=config)
    counted: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    found: dict[str, str] = {}
    for event in from_schema(schema).execute():
        if isinstance(event, events.FatalError):
            raise event.exception
        if isinstance(event, events.NonFatalError):
            found[f"{event.phase} {event.label}: {event.value!r}"] = "".join(
                traceback.format_exception(event.value)[-6:]
            )
        if isinstance(event, events.ScenarioFinished):
            counted[str(event.phase)] += len(event.recorder.cases)
            statuses.update(i.response.status_code for i in event.recorder.interactions.values() if i.response)
            for checks in event.recorder.checks.values():
                for check in checks:
                    if check.failure_info:
                        failure = check.failure_info.failure
                        found[f"{failure.operation}: {failure.title}"] = (
                            f"{failure.message}\n{check.failure_info.code_sample}"
                        )
    print(dict(counted), dict(statuses))
    assert not found, "\n\n".join(f"{name}\n{text}" for name, text in found.items())
    assert sum(counted.values()) > 100

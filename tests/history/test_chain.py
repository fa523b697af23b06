"""Recording, sealing and erasing, with real commits."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.history import actions, queries, rules
from bihuan.history.models import Entry, Pending, Seal, Secret

AT = dt.datetime(2023, 6, 16, 8, 0, tzinfo=dt.UTC)
INSERT = """
    INSERT INTO history_entry (at, by, verb, subject_kind, subject_id, "values", commitments)
    VALUES (now(), 'system:test', 'test.done', 'thing', %s, '{}', '{}') RETURNING id
"""


def write(name: str = "1", **values: Any) -> Entry:
    with transaction.atomic():
        return actions.record(
            verb="test.done", subject=("thing", name), by="person:17 马某", at=AT, values=values or {"new": "甲"}
        )


def order() -> list[int]:
    return list(Seal.objects.order_by("position").values_list("entry_id", flat=True))


@pytest.fixture(params=["sha256", "sm3"])
def algorithm(request: pytest.FixtureRequest, settings: Any) -> str:
    settings.HISTORY_HASH = request.param
    return str(request.param)


def test_a_row_needs_the_transaction_of_its_change(fresh_database: dict[str, str]) -> None:
    with pytest.raises(actions.NoTransactionError):
        actions.record(verb="test.done", subject=("thing", "1"), by="system:test", at=AT, values={})
    assert not Entry.objects.filter(verb="test.done").exists()


def test_a_row_refuses_what_has_no_exact_form(db: None) -> None:
    wrong_values: list[Any] = [{"x": 1.5}, {"x": AT}, {1: "x"}]
    for values in wrong_values:
        with pytest.raises(TypeError), transaction.atomic():
            actions.record(verb="test.done", subject=("thing", "1"), by="system:test", at=AT, values=values)
    for text in ("\0", "\ud800"):
        with pytest.raises(ValueError):
            write(text=text)
    for wrong in ({"at": AT.replace(tzinfo=None)}, {"by": ""}):
        with pytest.raises(ValueError):
            actions.record(
                **{"verb": "test.done", "subject": ("thing", "1"), "by": "system:test", "at": AT, "values": {}} | wrong
            )


def test_sealing_links_rows_in_order(fresh_database: dict[str, str], algorithm: str) -> None:
    actions.seal(at=AT)
    start, digest = queries.head()
    written = [write(str(number)) for number in range(5)]
    assert queries.verify().pending == 5
    assert actions.seal(at=AT, limit=2) == 2
    assert actions.seal(at=AT) == 3
    assert actions.seal(at=AT) == 0
    assert order()[start:] == [entry.pk for entry in written]
    assert queries.position_of(written[0]) == start + 1
    assert queries.head() == (start + 5, queries.digest_at(start + 5))
    assert queries.digest_at(start) == digest
    verdict = queries.verify(chunk=2)
    assert (verdict.length, verdict.pending, verdict.broken) == (start + 5, 0, None)
    assert Seal.objects.get(position=start + 5).algorithm == algorithm


def test_the_digest_can_be_computed_from_the_description_alone(fresh_database: dict[str, str], algorithm: str) -> None:
    import hashlib
    import json

    actions.seal(at=AT)
    _start, before = queries.head()
    entry = write("Z", text="8万余", list=[1, None, True], nested={"b": "2", "a": '"'})
    entry.refresh_from_db()
    actions.seal(at=AT)
    text = json.dumps(
        {
            "id": entry.pk,
            "txid": entry.txid,
            "at": int(AT.timestamp()) * 1_000_000,
            "by": "person:17 马某",
            "verb": "test.done",
            "subject": ["thing", "Z"],
            "values": {"text": "8万余", "list": [1, None, True], "nested": {"b": "2", "a": '"'}},
            "commitments": {},
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    assert queries.head()[1] == hashlib.new(algorithm, bytes.fromhex(before) + text.encode()).hexdigest()


def test_a_mixed_chain_verifies(fresh_database: dict[str, str], settings: Any) -> None:
    for name in ("sha256", "sm3", "sha256"):
        settings.HISTORY_HASH = name
        write(name)
        actions.seal(at=AT)
    assert set(Seal.objects.values_list("algorithm", flat=True)) == {"sha256", "sm3"}
    assert queries.verify().whole


def test_a_hash_that_is_none_is_refused(fresh_database: dict[str, str], settings: Any) -> None:
    write()
    settings.HISTORY_HASH = "md5"
    with pytest.raises(rules.UnknownHashError):
        actions.seal(at=AT)
    assert Pending.objects.exists()


def test_sealing_is_a_transaction_of_its_own(fresh_database: dict[str, str]) -> None:
    write()
    with transaction.atomic(), pytest.raises(RuntimeError):
        actions.seal(at=AT)


def test_nothing_overtakes_an_open_transaction(fresh_database: dict[str, str]) -> None:
    actions.seal(at=AT)
    start = queries.head()[0]
    before = write("before").pk
    with psycopg.connect(fresh_database["app"]) as slow:
        (first,) = slow.execute(INSERT, ["slow"]).fetchone() or (0,)
        later = write("later").pk
        assert actions.seal(at=AT) == 1, "only what was there before the open transaction"
        assert order()[start:] == [before]
        slow.commit()
        assert actions.seal(at=AT) == 2
    assert order()[start:] == [before, first, later]
    assert queries.verify().whole


def test_an_open_transaction_without_rows_holds_back_too(fresh_database: dict[str, str]) -> None:
    """It has its number already: rows it adds later come before the rows of younger transactions."""
    actions.seal(at=AT)
    start = queries.head()[0]
    with psycopg.connect(fresh_database["app"]) as slow:
        slow.execute("SELECT pg_current_xact_id()")
        later = write("later").pk
        assert actions.seal(at=AT) == 0
        (first,) = slow.execute(INSERT, ["slow"]).fetchone() or (0,)
        slow.rollback()
        assert actions.seal(at=AT) == 1
    assert order()[start:] == [later]
    assert first not in order()


def test_another_database_of_the_server_holds_nothing_up(
    fresh_database: dict[str, str], server: dict[str, str]
) -> None:
    with psycopg.connect(server["app"]) as neighbour:
        neighbour.execute("SELECT pg_current_xact_id()")
        entry = write("near")
        actions.seal(at=AT)
        assert queries.position_of(entry) is not None


def test_rows_restored_from_another_server_are_sealed(fresh_database: dict[str, str]) -> None:
    actions.seal(at=AT)
    with psycopg.connect(fresh_database["owner"], autocommit=True) as owner:
        owner.execute("ALTER TABLE history_entry DISABLE TRIGGER history_entry_stamp")
        owner.execute("""
            INSERT INTO history_entry (txid, at, by, verb, subject_kind, subject_id, "values", commitments)
            VALUES ('9000000000', now(), 'system:test', 'test.done', 'thing', 'far', '{}', '{}')
        """)
        owner.execute("ALTER TABLE history_entry ENABLE TRIGGER history_entry_stamp")
    near = write("near")
    assert actions.seal(at=AT) == 2
    assert order()[-2] == near.pk
    assert queries.verify().whole


def test_two_sealers_at_once_make_one_chain(fresh_database: dict[str, str]) -> None:
    from django.db import connection

    actions.seal(at=AT)
    start = queries.head()[0]
    for number in range(60):
        write(str(number))
    done: list[int] = []
    failed: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(12):
                done.append(actions.seal(at=AT, limit=3))
        except Exception as error:  # noqa: BLE001 (told to the main thread)
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not failed
    assert sum(done) == 60
    verdict = queries.verify()
    assert (verdict.length, verdict.broken) == (start + 60, None)


def test_a_writer_does_not_wait_for_a_sealer(fresh_database: dict[str, str]) -> None:
    write("first")
    with psycopg.connect(fresh_database["app"]) as sealer, psycopg.connect(fresh_database["app"]) as writer:
        # What a sealer does, left open: the lock, a seal, the queue's row taken away.
        sealer.execute("SELECT pg_advisory_xact_lock(%s)", [rules.SEAL_LOCK])
        position = queries.head()[0] + 1
        sealer.execute(
            """
            INSERT INTO history_seal (position, entry_id, digest, algorithm, sealed_at)
            SELECT %s, entry_id, 'x'::bytea, 'sha256', now() FROM history_pending ORDER BY entry_id LIMIT 1
            """,
            [position],
        )
        sealer.execute("DELETE FROM history_pending")
        writer.execute("SET lock_timeout = '200ms'")
        writer.execute(INSERT, ["free"])
        writer.commit()
        sealer.rollback()
    actions.seal(at=AT)
    assert queries.verify().whole


def test_the_database_stamps_the_transaction_not_the_client(fresh_database: dict[str, str]) -> None:
    with psycopg.connect(fresh_database["app"]) as client:
        found = client.execute("""
            INSERT INTO history_entry (txid, at, by, verb, subject_kind, subject_id, "values", commitments)
            VALUES ('3', now(), 'system:test', 'test.done', 'thing', '1', '{}', '{}')
            RETURNING txid = pg_current_xact_id()
        """).fetchone()
    assert found == (True,)


def test_erasing_forgets_the_value_and_leaves_the_chain_whole(fresh_database: dict[str, str], algorithm: str) -> None:
    with transaction.atomic():
        entry = actions.record(
            verb="quiz.joined",
            subject=("person", "17"),
            by="system:test",
            at=AT,
            values={"county": "康乐县"},
            personal={"name": "马某", "phone": "138"},
        )
    assert "马某" not in str(Entry.objects.filter(pk=entry.pk).values().get())
    actions.seal(at=AT)
    assert queries.verify().whole
    assert actions.erase(subject=("person", "17"), by="person:1", at=AT, reason="本人申请") == 2
    assert actions.erase(subject=("person", "17"), by="person:1", at=AT, reason="本人申请") == 0
    assert not Secret.objects.exists()
    assert queries.verify().whole
    actions.seal(at=AT)
    assert queries.verify().whole
    erased = queries.about(("person", "17"))[-1]
    assert erased.verb == "history.erased"
    assert erased.values == {"entries": {str(entry.pk): ["name", "phone"]}, "reason": "本人申请"}


def test_erasing_one_entry_leaves_the_others(db: None) -> None:
    entries = [
        actions.record(
            verb="t.t", subject=("p", "1"), by="system:test", at=AT, values={}, personal={"name": str(number)}
        )
        for number in range(2)
    ]
    assert actions.erase(entry=entries[0], by="system:test", at=AT, reason="x") == 1
    assert [secret.entry_id for secret in Secret.objects.all()] == [entries[1].pk]
    with pytest.raises(ValueError):
        actions.erase(by="system:test", at=AT, reason="x")


def test_equal_personal_values_have_different_commitments() -> None:
    first, second = (rules.commit(django_settings.HISTORY_HASH, "马某") for _ in range(2))
    assert first.commitment != second.commitment


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["write", "write", "commit", "rollback", "seal", "seal one"])),
        max_size=25,
    )
)
def test_no_order_of_writers_and_sealers_changes_what_is_sealed(
    fresh_database: dict[str, str], script: list[tuple[int, str]]
) -> None:
    """Three writers, each in a transaction that may stay open, and a sealer in between."""
    sealed = order()
    written: set[int] = set(Pending.objects.values_list("entry_id", flat=True))
    links = [psycopg.connect(fresh_database["app"]) for _ in range(3)]
    under_way: list[set[int]] = [set(), set(), set()]
    try:
        for who, what in [*script, *((number, "commit") for number in range(3)), (0, "seal")]:
            if what == "write":
                (entry,) = links[who].execute(INSERT, ["x"]).fetchone() or (0,)
                under_way[who].add(entry)
            elif what in ("commit", "rollback"):
                getattr(links[who], what)()
                written |= under_way[who] if what == "commit" else set()
                under_way[who] = set()
            else:
                actions.seal(at=AT, limit=1 if what == "seal one" else None)
                now = order()
                assert now[: len(sealed)] == sealed, "what was sealed stays in its place"
                sealed = now
    finally:
        for link in links:
            link.close()
    assert written <= set(sealed)
    assert not Pending.objects.exists()
    numbers = [Entry.objects.get(pk=entry).txid for entry in sealed]
    assert numbers == sorted(numbers), "the chain runs in the order of the transactions"
    assert queries.verify().whole

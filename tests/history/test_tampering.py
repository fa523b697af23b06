"""Each way to change the past behind the triggers' back, and that `verify` names the first row it broke."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest
from django.db import transaction

from bihuan.history import actions, queries

AT = dt.datetime(2023, 6, 16, 8, 0, tzinfo=dt.UTC)


class Owner:
    """The owner of the tables, with the triggers out of the way."""

    def __init__(self, url: str, first: int, entries: list[int]) -> None:
        self.url, self.first, self.entries = url, first, entries

    def run(self, statement: str, *values: object) -> None:
        with psycopg.connect(self.url) as link:
            link.execute("SET session_replication_role = replica")
            link.execute(statement, values)


@pytest.fixture(params=["sha256", "sm3"])
def chain(request: pytest.FixtureRequest, fresh_database: dict[str, str], settings: object) -> Owner:
    settings.HISTORY_HASH = request.param  # type: ignore[attr-defined]
    actions.seal(at=AT)
    start = queries.head()[0]
    entries = []
    for number in range(6):
        with transaction.atomic():
            entry = actions.record(
                verb="test.done",
                subject=("thing", str(number)),
                by="system:test",
                at=AT,
                values={"new": {"printed": "2000余", "low": "2000"}, "n": number},
                personal={"name": "马某"},
            )
        entries.append(entry.pk)
    actions.seal(at=AT)
    return Owner(fresh_database["owner"], start + 1, entries)


CHANGES = {
    "value": """UPDATE history_entry SET "values" = jsonb_set("values", '{new,printed}', '"3000余"') WHERE id = %s""",
    "number": """UPDATE history_entry SET "values" = jsonb_set("values", '{n}', '2.0') WHERE id = %s""",
    "key": """UPDATE history_entry SET "values" = "values" - 'n' WHERE id = %s""",
    "doer": "UPDATE history_entry SET by = 'system:other' WHERE id = %s",
    "verb": "UPDATE history_entry SET verb = 'test.undone' WHERE id = %s",
    "subject": "UPDATE history_entry SET subject_id = 'x' WHERE id = %s",
    "kind": "UPDATE history_entry SET subject_kind = 'x' WHERE id = %s",
    "moment": "UPDATE history_entry SET at = at + interval '1 microsecond' WHERE id = %s",
    "infinity": "UPDATE history_entry SET at = 'infinity' WHERE id = %s",
    "long ago": "UPDATE history_entry SET at = '4000-01-01 BC' WHERE id = %s",
    "commitments": "UPDATE history_entry SET commitments = '{}' WHERE id = %s",
    "transaction": "UPDATE history_entry SET txid = '1' WHERE id = %s",
    "digest": "UPDATE history_seal SET digest = sha256('x') WHERE entry_id = %s",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_row_is_named(chain: Owner, change: str) -> None:
    assert queries.verify().whole
    chain.run(CHANGES[change], chain.entries[3])
    chain.run(CHANGES[change], chain.entries[4])
    verdict = queries.verify(chunk=2)
    assert verdict.broken is not None
    assert (verdict.broken.position, verdict.broken.entry) == (chain.first + 3, chain.entries[3])
    assert "改动" in verdict.broken.zh
    assert verdict.length == chain.first + 2


def test_a_missing_row_is_named(chain: Owner) -> None:
    chain.run("DELETE FROM history_entry WHERE id = %s", chain.entries[2])
    broken = queries.verify().broken
    assert broken is not None
    assert (broken.position, broken.entry) == (chain.first + 2, chain.entries[2])
    assert "缺失" in broken.zh


def test_a_gap_in_the_seals_is_named(chain: Owner) -> None:
    chain.run("DELETE FROM history_seal WHERE entry_id = %s", chain.entries[2])
    broken = queries.verify().broken
    assert broken is not None
    assert broken.position == chain.first + 2
    assert "封印缺失" in broken.zh


def test_a_row_cut_out_and_the_rest_moved_up_is_named(chain: Owner) -> None:
    chain.run("DELETE FROM history_seal WHERE entry_id = %s", chain.entries[2])
    chain.run("DELETE FROM history_secret WHERE entry_id = %s", chain.entries[2])
    chain.run("DELETE FROM history_entry WHERE id = %s", chain.entries[2])
    for number in range(3, 6):
        chain.run("UPDATE history_seal SET position = position - 1 WHERE entry_id = %s", chain.entries[number])
    broken = queries.verify().broken
    assert broken is not None
    assert (broken.position, broken.entry) == (chain.first + 2, chain.entries[3])


def test_two_rows_that_changed_places_are_named(chain: Owner) -> None:
    for step in (
        "UPDATE history_seal SET entry_id = -1 WHERE entry_id = %(a)s",
        "UPDATE history_seal SET entry_id = %(a)s WHERE entry_id = %(b)s",
        "UPDATE history_seal SET entry_id = %(b)s WHERE entry_id = -1",
    ):
        with psycopg.connect(chain.url) as link:
            link.execute("SET session_replication_role = replica")
            link.execute(step, {"a": chain.entries[1], "b": chain.entries[2]})
    broken = queries.verify().broken
    assert broken is not None
    assert broken.position == chain.first + 1


def test_a_wrong_algorithm_is_named(chain: Owner) -> None:
    chain.run(
        """UPDATE history_seal SET algorithm = CASE algorithm WHEN 'sm3' THEN 'sha256' ELSE 'sm3' END
           WHERE entry_id = %s""",
        chain.entries[2],
    )
    broken = queries.verify().broken
    assert broken is not None
    assert broken.position == chain.first + 2
    assert "算法" in broken.zh
    chain.run("ALTER TABLE history_seal ALTER algorithm TYPE text")
    chain.run("UPDATE history_seal SET algorithm = 'md5' WHERE entry_id = %s", chain.entries[2])
    broken = queries.verify().broken
    assert broken is not None
    assert "md5" in broken.en


def test_an_entry_outside_chain_and_queue_is_named(chain: Owner) -> None:
    with transaction.atomic():
        lost = actions.record(verb="t.t", subject=("x", "1"), by="system:test", at=AT, values={})
    chain.run("DELETE FROM history_pending WHERE entry_id = %s", lost.pk)
    broken = queries.verify().broken
    assert broken is not None
    assert (broken.position, broken.entry) == (None, lost.pk)


def test_a_waiting_entry_that_is_gone_is_named(chain: Owner) -> None:
    with transaction.atomic():
        lost = actions.record(verb="t.t", subject=("x", "1"), by="system:test", at=AT, values={})
    chain.run("DELETE FROM history_entry WHERE id = %s", lost.pk)
    broken = queries.verify().broken
    assert broken is not None
    assert broken.entry == lost.pk


def test_an_end_cut_off_shows_against_an_anchor(chain: Owner) -> None:
    anchor = queries.head()
    assert queries.verify(anchors=[anchor]).whole
    for number in (4, 5):
        chain.run("DELETE FROM history_seal WHERE entry_id = %s", chain.entries[number])
        chain.run("DELETE FROM history_secret WHERE entry_id = %s", chain.entries[number])
        chain.run("DELETE FROM history_entry WHERE id = %s", chain.entries[number])
    assert queries.verify().whole, "cut off neatly, the chain alone cannot tell"
    broken = queries.verify(anchors=[anchor]).broken
    assert broken is not None
    assert broken.position == chain.first + 4


def test_a_chain_written_again_shows_against_an_anchor(chain: Owner) -> None:
    anchor = (chain.first + 3, queries.digest_at(chain.first + 3) or "")
    chain.run("UPDATE history_entry SET by = 'system:other' WHERE id = %s", chain.entries[1])
    chain.run("INSERT INTO history_pending SELECT entry_id FROM history_seal")
    chain.run("DELETE FROM history_seal")
    actions.seal(at=AT)
    assert queries.verify().whole
    broken = queries.verify(anchors=[anchor]).broken
    assert broken is not None
    assert (broken.position, broken.entry) == (chain.first + 3, chain.entries[3])


def test_a_false_personal_value_is_named(chain: Owner) -> None:
    chain.run("""UPDATE history_secret SET value = '"王某"' WHERE entry_id = %s""", chain.entries[2])
    broken = queries.verify(chunk=2).broken
    assert broken is not None
    assert (broken.position, broken.entry) == (chain.first + 2, chain.entries[2])
    assert "name" in broken.en


def test_a_personal_value_nobody_committed_to_is_named(chain: Owner) -> None:
    chain.run("UPDATE history_secret SET name = 'phone' WHERE entry_id = %s", chain.entries[2])
    broken = queries.verify().broken
    assert broken is not None
    assert broken.entry == chain.entries[2]


def test_verify_tells_how_far_it_is(chain: Owner) -> None:
    seen: list[int] = []
    verdict = queries.verify(seen.append, chunk=3)
    assert seen == sorted(seen)
    assert seen[-1] == verdict.length == chain.first + 5

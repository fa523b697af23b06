"""An installation of before the desk: its papers find the region and the book of the submission they were made from."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest
from django.core.management import call_command

from bihuan.org import queries as org
from bihuan.reports import actions as reports

pytestmark = pytest.mark.slow


def test_papers_of_before_find_their_region(fresh_database: dict[str, str]) -> None:
    home = org.the_one_called("临夏回族自治州")
    text = "临夏州2023年“安全生产月”活动总结\n全州参加2000余人。"
    at = dt.datetime(2023, 7, 1, tzinfo=dt.UTC)
    submission = reports.hand_in(text=text, name="总结.txt", book="example", region=home, by="system:tests", at=at)
    call_command("migrate", "documents", "0001", database="owner", verbosity=0)
    with psycopg.connect(fresh_database["owner"]) as link:
        link.execute(
            "INSERT INTO documents_document (key, state, version, title, paper, prefix, number, check_code, drafted_by,"
            " drafted_at, checked_by, signed_by, void_reason, relation)"
            " VALUES (%s, 'draft', 1, '题', '{}', '临州安办', '', 'AAAA-BBBB', '甲', now(), '', '', '', '')",
            [f"summary:{submission.pk}"],
        )
    call_command("migrate", "documents", database="owner", verbosity=0)
    with psycopg.connect(fresh_database["owner"]) as link:
        found = link.execute("SELECT region_id, book, writers FROM documents_document").fetchone()
    assert found == (home.pk, "example", ["甲"])

"""An installation of before the desk: its papers find the region and the book of the submission they were made from."""

from __future__ import annotations

import uuid

import psycopg
from django.db import connections

from bihuan.migrating import migrate

REGION = """
    INSERT INTO org_region (key, name, level, pinyin) VALUES (%s, %s, 'prefecture', '') RETURNING id
"""
SUBMISSION = """
    INSERT INTO reports_submission (book, period_start, period_end, name, text, sha256, received_by, received_at,
        region_id)
    VALUES ('example', '2023-06-01', '2023-06-30', '总结.txt', '全州参加2000余人。', %s, '甲', now(), %s) RETURNING id
"""
PAPER = """
    INSERT INTO documents_document (key, state, version, title, paper, prefix, number, check_code, drafted_by,
        drafted_at, checked_by, signed_by, void_reason, relation)
    VALUES (%s, 'draft', 1, '题', '{}', '临州安办', '', 'AAAA-BBBB', '甲', now(), '', '', '', '')
"""


def test_papers_of_before_find_their_region(empty_database: dict[str, str]) -> None:
    migrate(connections["owner"], ("reports", "0001_submissions"), ("documents", "0001_papers"))
    with psycopg.connect(empty_database["owner"]) as link:
        link.execute(REGION, [uuid.uuid4(), "康乐县"])
        (home,) = link.execute(REGION, [uuid.uuid4(), "临夏回族自治州"]).fetchone() or ()
        (submission,) = link.execute(SUBMISSION, ["0" * 64, home]).fetchone() or ()
        link.execute(PAPER, [f"summary:{submission}"])
    migrate(connections["owner"], ("documents", "0002_papers_on_the_desk"))
    with psycopg.connect(empty_database["owner"]) as link:
        found = link.execute("SELECT region_id, book, writers FROM documents_document").fetchone()
    assert found == (home, "example", ["甲"])

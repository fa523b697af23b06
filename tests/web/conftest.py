"""The demo done once for a whole module, with real commits: the shipped example and a longer report of many records."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg
import pytest
from cast import signed_in
from django.conf import settings
from django.db import connections
from django.test import Client
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from pytest_django import DjangoDbBlocker

COUNTIES = ["临夏市", "临夏县", "康乐县", "永靖县", "广河县", "和政县", "东乡族自治县", "积石山县"]
DAYS = range(1, 9)
SCRIPT = "<script>alert('x')</script>"


def long_report() -> str:
    """64 records of leaflets, eight in each county, and what an attacker would write between them."""
    lines = ["临夏州2023年“安全生产月”活动情况总结", f"2023年6月，各县市开展了活动{SCRIPT}。"]
    for day in DAYS:
        for number, county in enumerate(COUNTIES):
            lines.append(f"6月{day}日，{county}开展宣传{SCRIPT}，发放宣传资料{100 * day + number + 1}份。")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def done(
    server: dict[str, str],
    template: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, int]]:
    """Both reports read, filed and issued as papers, in a database of the module's own. Gives their primary keys:
    "few" has the example's six figures, "many" the 64 of `long_report`."""
    from bihuan import demonstration
    from bihuan.reports.models import Submission

    folder, var = tmp_path_factory.mktemp("web"), settings.VAR
    name = f"bihuan_web_{os.getpid()}"
    before = {alias: dict(connections[alias].settings_dict) for alias in ("default", "owner")}
    with psycopg.connect(server["owner"], autocommit=True) as link:
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        link.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        for alias, role in (("default", "app"), ("owner", "owner")):
            parts = conninfo_to_dict(server[role])
            connections[alias].close()
            connections[alias].settings_dict.update(
                NAME=name,
                USER=parts.get("user", ""),
                PASSWORD=parts.get("password", ""),
                HOST=parts.get("host", ""),
                PORT=parts.get("port", ""),
            )
        settings.VAR = folder / "var"
        with django_db_blocker.unblock():
            written = folder / "<i>长报告.txt"
            written.write_text(long_report(), encoding="utf-8")
            for report in (None, written):
                demonstration.run(report=report, out=folder / "out", progress=lambda _line: None)
            books = {"few": demonstration.EXAMPLE_BOOK, "many": ""}
            yield {name: Submission.objects.filter(book=book).earliest("pk").pk for name, book in books.items()}
            for alias, described in before.items():
                connections[alias].close()
                connections[alias].settings_dict.update(described)
        settings.VAR = var
        link.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def client(done: dict[str, int]) -> Client:
    """A browser of the demonstration's operator, who may see everything there."""
    from bihuan.org import queries

    account = queries.account_called("nigao")
    assert account is not None
    return signed_in(account.person)

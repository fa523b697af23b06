"""Two installations, each with a database of its own in which commits are real."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from installations import Installation, Wire
from pytest_django import DjangoDbBlocker

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


@pytest.fixture(scope="module")
def installations(
    server: dict[str, str],
    template: str,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Installation, Installation]]:
    """The prefecture's and the province's."""
    from conftest import own_database

    folder = tmp_path_factory.mktemp("installations")
    with (
        own_database(server, template, f"bihuan_lower_{os.getpid()}", django_db_blocker) as lower,
        own_database(server, template, f"bihuan_upper_{os.getpid()}", django_db_blocker) as upper,
    ):
        yield Installation("prefecture", lower, folder / "lower"), Installation("province", upper, folder / "upper")


@pytest.fixture
def wires(installations: tuple[Installation, Installation]) -> Iterator[tuple[Wire, Wire]]:
    """From the prefecture to the province, and back."""
    lower, upper = installations
    with lower.served(), upper.served(), Wire(upper.port).laid() as up, Wire(lower.port).laid() as down:
        yield up, down

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from bihuan.files import store


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.VAR = tmp_path


def test_what_is_put_is_got(tmp_path: Path) -> None:
    digest = store.put("安全".encode())
    assert store.get(digest) == "安全".encode()
    assert store.put("安全".encode()) == digest
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_a_file_changed_on_disk_is_not_given_out(tmp_path: Path) -> None:
    digest = store.put(b"one")
    place = next(path for path in tmp_path.rglob("*") if path.is_file())
    place.write_bytes(b"two")
    with pytest.raises(store.MissingFileError):
        store.get(digest)


def test_a_file_that_was_never_kept() -> None:
    with pytest.raises(store.MissingFileError):
        store.get("0" * 64)

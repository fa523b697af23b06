"""Numbers of papers and the rooms that vouch for them: each for its own tags, in the paper's order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from django.test import override_settings

from bihuan.documents import vouching
from bihuan.documents.controls import Control
from bihuan.documents.vouching import Checked, Voucher

ASKED: list[int] = []


def check(controls: Sequence[Control]) -> list[Checked]:
    ASKED.append(len(controls))
    return [Checked(item.tag, item.text, vouching.HOLDS, ()) for item in controls]


TABLE = {name: Voucher(check, lambda rest, name=name: f"/{name}/{rest}/") for name in ("one", "two")}


@pytest.fixture(autouse=True)
def plugged() -> Iterator[None]:
    ASKED.clear()
    with override_settings(VOUCHERS=f"{__name__}.TABLE"):
        yield


def test_each_room_is_asked_once_for_its_own() -> None:
    tags = ["one:a", "two:b", "three:c", "one:d", "onelike:e", "plain"]
    found = vouching.check([Control(tag, tag.upper()) for tag in tags])
    assert [item.fact for item in found] == ["one:a", "two:b", "one:d"]
    assert sorted(ASKED) == [1, 2]
    assert [tag for tag in tags if vouching.vouched(tag)] == ["one:a", "two:b", "one:d"]


def test_pages() -> None:
    assert [vouching.page(tag) for tag in ("one:a", "two:b:c", "one:", "three:c", "")] == [
        "/one/a/", "/two/b:c/", "", "", "",
    ]  # fmt: skip

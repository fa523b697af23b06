"""The first administrators of an installation, by the real command."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Installation

FIRST = ("people", "first", "--region", "临夏州", "--unit", "临夏州应急管理局")
LINE = re.compile(r"(\S+)\t(\S+)\t(\w+)\t([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})")


@pytest.mark.slow
def test_the_three_administrators_are_opened_once(new_installation: Callable[[], Installation]) -> None:
    bihuan = new_installation()
    wrong = bihuan("people", "first", "--region", "临夏", "--unit", "某局")
    assert wrong.code == 2
    assert "请写全称" in wrong.err
    same = bihuan(*FIRST, "--system", "马某", "--audit", "马某")
    assert same.code == 2
    assert "三个人" in same.err
    done = bihuan(*FIRST, "--system", "马某")
    assert done.code == 0, done.err
    found = LINE.findall(done.out)
    assert [(role, name, sign_in) for role, name, sign_in, _password in found] == [
        ("系统管理员", "马某", "system"),
        ("安全管理员", "安全管理员", "security"),
        ("审计管理员", "审计管理员", "audit"),
    ]
    assert len({password for *_rest, password in found}) == 3
    again = bihuan(*FIRST)
    assert again.code == 2
    assert "已有管理员" in again.err
    assert again.out == ""
    back = bihuan("people", "reset", "security")
    assert back.code == 0
    assert re.search(r"security\t[a-z0-9-]{14}", back.out)
    assert bihuan("people", "reset", "nobody").code == 2

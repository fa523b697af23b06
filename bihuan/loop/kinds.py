"""The flows that are plugged in: `settings.FLOWS` names the table, the engine knows no subject."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from bihuan.loop.flows import Flow, check_all


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, int], Flow]:
    flows: tuple[Flow, ...] = import_string(settings.FLOWS)
    check_all(flows)
    return {(flow.name, flow.version): flow for flow in flows}


def flow(name: str, version: int | None = None) -> Flow:
    """The flow of that name, in that version or the newest.

    Raises:
        KeyError: there is none.
    """
    found = _table()
    if version is not None:
        return found[name, version]
    newest = max((number for other, number in found if other == name), default=None)
    if newest is None:
        raise KeyError(name)
    return found[name, newest]


def newest() -> tuple[Flow, ...]:
    """Each kind of loop in its newest version, in the order of the table."""
    return tuple(flow(name) for name in dict.fromkeys(name for name, _version in _table()))


def every() -> tuple[Flow, ...]:
    """Each kind of loop in all its versions."""
    return tuple(_table().values())


def forget() -> None:
    """Read the table anew; for tests that plug in a flow."""
    _table.cache_clear()

"""Django on a running database, for the commands that need one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from bihuan.cli.terminal import reason, tell


@contextmanager
def django() -> Iterator[None]:
    """Django on a running database, its tables up to date, for the length of the block.

    Raises:
        bihuan.installation.UnusableDatabaseError: there is none, or it cannot be used.
        bihuan.postgres.programs.ServerError: the embedded server cannot be started.
    """
    from bihuan import installation

    installation.read_addresses()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")
    try:
        from bihuan.settings import VAR
    except OSError as error:
        raise installation.UnusableDatabaseError(
            f"数据文件夹(BIHUAN_VAR)不能用:{reason(error)}",
            f"the data folder (BIHUAN_VAR) is of no use: {reason(error)}",
        ) from error
    with installation.database(VAR, meanwhile=installation.load):
        try:
            installation.connect()
            installation.prepare(progress=tell)
            yield
        finally:
            installation.disconnect()

"""A database that is made for one measurement and thrown away: never the user's own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def scratch_database() -> Iterator[None]:
    """Django on an empty, prepared database of an embedded server of its own, as in use (it waits for the disk).

    Whatever DATABASE_URL names is left alone.
    """
    from bihuan import installation
    from bihuan.postgres.cluster import APP, OWNER, Cluster
    from bihuan.postgres.programs import wheel_programs
    from bihuan.postgres.session import running

    folder = Path(tempfile.mkdtemp(prefix="bihuan-bench-"))
    folder.chmod(0o711)
    names = ("DATABASE_URL", "DATABASE_OWNER_URL")
    before = {name: os.environ.get(name) for name in names}
    cluster = Cluster(folder / "pg", wheel_programs())
    try:
        with running(cluster):
            os.environ |= dict(zip(names, (cluster.url(APP), cluster.url(OWNER)), strict=True))
            installation.connect()
            installation.prepare()
            try:
                yield
            finally:
                installation.disconnect()
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        root = cluster.root
        shutil.rmtree(root, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)

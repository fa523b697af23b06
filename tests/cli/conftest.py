"""The real command in a real process, with an installation of its own that the server's account can enter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).parent / "bihuan"
# Runs a command and tells what it took. Measured from a small process: a child of this one would be charged for it.
MEASURE = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    json.dump({"seconds": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}, file)
sys.exit(done.returncode)
"""


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What was said on stderr, by lines."""
        return self.err.splitlines()


@dataclass(frozen=True)
class Installation:
    """A folder for the files of tests, and the environment that makes the command keep its data below it."""

    folder: Path
    environment: dict[str, str]
    command: Path = COMMAND

    def __call__(self, *arguments: str | Path, stdin: bytes = b"", timeout: float = 180, **more: str) -> Ended:
        done = subprocess.run(
            [COMMAND, *arguments],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env=self.environment | more,
            timeout=timeout,
            check=False,
        )
        out, err = done.stdout.decode(), done.stderr.decode()
        assert "Traceback" not in err, err
        return Ended(done.returncode, out, err)

    def measured(self, *arguments: str | Path) -> tuple[Ended, dict[str, float]]:
        """The command, and the processor's seconds and the megabytes that it took."""
        used = self.folder / "used.json"
        done = subprocess.run(
            [sys.executable, "-S", "-c", MEASURE, used, COMMAND, *arguments],
            capture_output=True,
            cwd=self.folder,
            env=self.environment,
            timeout=30,
            check=False,
        )
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode()), json.loads(used.read_text())

    def start(self, *arguments: str | Path, **more: str) -> subprocess.Popen[bytes]:
        """The command in a session of its own, as from a terminal: its process group is its own."""
        return subprocess.Popen(
            [COMMAND, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=self.environment | more,
            start_new_session=True,
        )


@pytest.fixture(scope="session")
def new_installation() -> Iterator[Callable[[], Installation]]:
    """Makes installations without any data yet; all are removed at the end."""
    with tempfile.TemporaryDirectory(prefix="bihuan-cli-", dir="/tmp") as top:
        os.chmod(top, 0o755)  # the server's account must be able to pass
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("BIHUAN_", "DATABASE_"))}
        count = iter(range(1000))

        def make() -> Installation:
            folder = Path(top) / f"i{next(count)}"
            folder.mkdir(mode=0o755)
            return Installation(folder, plain | {"BIHUAN_VAR": str(folder / "var"), "BIHUAN_LANG": "zh"})

        yield make


@pytest.fixture(scope="session")
def bihuan(new_installation: Callable[[], Installation]) -> Installation:
    """The command without a database of its own: for what needs none."""
    return new_installation()

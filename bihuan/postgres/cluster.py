"""One data folder of the embedded PostgreSQL: where things lie, how it is made, how it is started."""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from bihuan.postgres import programs as server_programs
from bihuan.postgres.programs import ServerError

OWNER = "bihuan_owner"
APP = "bihuan_app"
DATABASE = "bihuan"
SOCKET_PATH_LIMIT = 103  # bytes a unix socket's path may have, less the closing zero
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL of our own in the folder `place`.

    `place` is what the caller names; where the server's account cannot reach it (a checkout below a private home,
    run by root), the data lie under /var/lib/bihuan instead and `place` keeps a note of it.
    """

    place: Path
    programs: Path
    durable: bool = True  # False: no fsync, for tests only

    @cached_property
    def account(self) -> pwd.struct_passwd | None:
        """The account the server runs under; None: our own."""
        return server_programs.server_account()

    @cached_property
    def root(self) -> Path:
        """The folder that holds data, passwords, sockets and logs."""
        self.place.mkdir(parents=True, exist_ok=True)
        if server_programs.reachable(self.place / "x", self.account):
            return self.place
        # Never open a user's private folder: the data go where system services keep theirs.
        name = self.place / "id"
        if not name.exists():
            name.write_text(secrets.token_hex(8) + "\n")
        root = server_programs.SYSTEM_FOLDER / name.read_text().strip()
        root.mkdir(parents=True, exist_ok=True)
        (self.place / "README").write_text(
            f"The PostgreSQL account {server_programs.SERVER_USER} may not pass through the folders above this one.\n"
            f"The data are in {root}\n"
        )
        return root

    @cached_property
    def bin(self) -> Path:
        return server_programs.reachable_programs(self.programs, self.account)

    @cached_property
    def version(self) -> int:
        return server_programs.version(self.programs)

    @property
    def data(self) -> Path:
        return self.root / f"data-{self.version}"

    @property
    def ready(self) -> Path:
        """Exists while the server takes connections; holds the keeper's process id."""
        return self.root / "ready"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @cached_property
    def sockets(self) -> Path:
        """The folder of the server's socket; outside `root` where the path cannot be a socket's.

        That is a path that is too long, or one with a comma, which for server and clients ends a name in a list.
        Not in TMPDIR: every command must find the same folder.
        """
        inside = self.root / "run"
        if len(os.fsencode(inside / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT and "," not in str(inside):
            return inside
        return Path("/tmp") / f"bihuan-pg-{os.getuid()}-{secret_name(self.root)}"

    def lock(self, name: str) -> Path:
        return self.root / f"{name}.lock"

    def password(self, role: str) -> str:
        return (self.root / f"{role}.password").read_text().strip()

    def url(self, role: str, database: str = DATABASE) -> str:
        """A connection address for `role`, over the server's unix socket."""
        return f"postgresql://{role}:{self.password(role)}@/{database}?host={quote(str(self.sockets), safe='')}"

    def prepare(self) -> None:
        """Make folders, passwords and the data folder where they are missing. A half-made data folder never stays."""
        self.root.chmod(0o711)
        self._folder(self.sockets, 0o700)
        self._folder(self.log, 0o700)
        for role in (OWNER, APP):
            path = self.root / f"{role}.password"
            if not path.exists():
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(handle, "w") as file:
                    file.write(secrets.token_urlsafe(24) + "\n")
        if not (self.data / "PG_VERSION").exists():
            self._initdb()

    def _folder(self, path: Path, mode: int) -> None:
        path.mkdir(parents=True, exist_ok=True)
        owner = path.stat().st_uid
        if owner not in (os.geteuid(), self.account.pw_uid if self.account else os.geteuid()):
            raise ServerError(f"{path} 属于另一用户", f"{path} belongs to another user")
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)
        path.chmod(mode)

    def _initdb(self) -> None:
        fresh = self.root / f"data-{self.version}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._folder(fresh, 0o700)
        # PostgreSQL's full-text and trigram code reads the character type: without UTF-8 it drops Chinese.
        locale = ["--encoding=UTF8", "--locale=C", "--lc-ctype=C.UTF-8"]
        if self.version >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        with tempfile.TemporaryDirectory(dir=self.sockets) as folder:
            password = Path(folder) / "password"
            password.write_text(self.password(OWNER) + "\n")
            if self.account is not None:
                for path in (Path(folder), password):
                    os.chown(path, self.account.pw_uid, self.account.pw_gid)
            done = self.run(
                "initdb",
                f"--pgdata={fresh}",
                *locale,
                "--data-checksums",
                f"--username={OWNER}",
                f"--pwfile={password}",
                "--auth-local=scram-sha-256",
                "--auth-host=scram-sha-256",
                *([] if self.durable else ["--no-sync"]),
            )
        if done.returncode != 0:
            said = done.stderr.strip()[-2000:]
            raise ServerError(f"initdb 失败:{said}", f"initdb failed: {said}")
        fresh.rename(self.data)

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the server's programs under its account and wait for it."""
        return subprocess.run(
            [str(self.bin / program), *arguments],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=ENVIRONMENT,
            user=self.user,
            group=self.group,
            extra_groups=self.groups,
        )

    @property
    def user(self) -> int | None:
        """The user a child of ours changes to; None: stay who we are."""
        return self.account.pw_uid if self.account else None

    @property
    def group(self) -> int | None:
        return self.account.pw_gid if self.account else None

    @property
    def groups(self) -> list[int] | None:
        """Further groups of the child: none at all for an account of its own."""
        return [] if self.account else None

    def command(self) -> list[str]:
        """The server in the foreground, reachable by its unix socket alone."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
            "max_connections": "100",
            "jit": "off",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
            settings |= {"min_wal_size": "64MB", "max_wal_size": "256MB"}  # it may lie in memory
            # What a test writes is not committed: counted just then, full tables would be planned for as empty ones.
            settings |= {"autovacuum": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.bin / "postgres"), "-D", str(self.data), *options]


def secret_name(path: Path) -> str:
    """A short name for `path`, the same at each call."""

    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]

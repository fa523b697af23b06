"""The embedded server under the faults it is meant to survive. Real processes, real kills."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bihuan.postgres.cluster import APP, OWNER, Cluster
from bihuan.postgres.programs import ServerError, reachable, wheel_programs
from bihuan.postgres.session import running

PROGRAMS = Path(os.environ["BIHUAN_TEST_PROGRAMS"]) if "BIHUAN_TEST_PROGRAMS" in os.environ else wheel_programs()
HOLD = """
import sys, time
from pathlib import Path
from bihuan.postgres.cluster import Cluster
from bihuan.postgres.session import running
with running(Cluster(Path(sys.argv[1]), Path(sys.argv[2]))):
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    # pytest's own folders are private; the server's account must be able to pass.
    folder = Path("/tmp") / f"bihuan-test-{os.getpid()}"
    folder.mkdir(mode=0o755)
    yield folder
    subprocess.run(["rm", "-rf", str(folder)], check=True)


@pytest.fixture(scope="module")
def cluster(place: Path) -> Cluster:
    return Cluster(place / "pg", PROGRAMS)


def server_pid(cluster: Cluster) -> int:
    return int((cluster.data / "postmaster.pid").read_text().split()[0])


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def gone(pid: int, seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def holder(cluster: Cluster) -> subprocess.Popen[str]:
    """Another command that uses the server, in its own process."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(cluster.place), str(cluster.programs)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def write(cluster: Cluster, value: int) -> None:
    with psycopg.connect(cluster.url(OWNER)) as link:
        link.execute("CREATE TABLE IF NOT EXISTS kept (value integer)")
        link.execute("INSERT INTO kept VALUES (%s)", [value])


def kept(cluster: Cluster) -> list[int]:
    with psycopg.connect(cluster.url(OWNER)) as link:
        return [value for (value,) in link.execute("SELECT value FROM kept ORDER BY value")]


def test_started_for_the_block_and_stopped_after_it(cluster: Cluster) -> None:
    with running(cluster):
        pid = server_pid(cluster)
        write(cluster, 1)
    assert gone(pid, 1)
    assert not (cluster.data / "postmaster.pid").exists()
    with running(cluster):
        assert 1 in kept(cluster)


def test_a_second_user_keeps_it_up_and_leaves_it_as_found(cluster: Cluster) -> None:
    other = holder(cluster)
    pid = server_pid(cluster)
    with running(cluster):
        assert server_pid(cluster) == pid
    assert alive(pid), "the other command still uses it"
    other.terminate()
    other.wait(10)
    assert gone(pid)


def test_a_killed_command_leaves_no_server_behind(cluster: Cluster) -> None:
    other = holder(cluster)
    pid = server_pid(cluster)
    write(cluster, 5)
    other.kill()
    other.wait(10)
    assert gone(pid)
    with running(cluster):
        assert 5 in kept(cluster)


def test_a_killed_server_comes_back_with_everything_committed(cluster: Cluster) -> None:
    with running(cluster):
        write(cluster, 2)
        pid = server_pid(cluster)
        os.kill(pid, signal.SIGKILL)
        assert gone(pid)
        with running(cluster):  # waits until the keeper has it up again
            assert 2 in kept(cluster)
            assert server_pid(cluster) != pid


def test_a_killed_keeper_takes_the_server_along(cluster: Cluster) -> None:
    with running(cluster):
        write(cluster, 3)
        pid, keeper = server_pid(cluster), int(cluster.ready.read_text())
        os.kill(keeper, signal.SIGKILL)
        assert gone(pid)
        with running(cluster):
            assert 3 in kept(cluster)


def test_server_and_keeper_killed_at_once(cluster: Cluster) -> None:
    with running(cluster):
        write(cluster, 4)
        pid, keeper = server_pid(cluster), int(cluster.ready.read_text())
        os.kill(keeper, signal.SIGKILL)
        os.kill(pid, signal.SIGKILL)
        assert gone(pid)
    with running(cluster):
        assert 4 in kept(cluster)


def test_a_lock_file_with_a_recycled_process_number_is_no_obstacle(cluster: Cluster) -> None:
    with running(cluster):
        write(cluster, 6)
    stranger = subprocess.Popen(["sleep", "60"], user=cluster.user)
    lock = cluster.data / "postmaster.pid"
    lock.write_text(f"{stranger.pid}\n{cluster.data}\n1\n5432\n{cluster.sockets}\n\n")
    try:
        with running(cluster):
            assert 6 in kept(cluster)
        assert stranger.poll() is None, "the stranger must not be touched"
    finally:
        stranger.kill()


def test_a_half_made_data_folder_is_made_again(place: Path) -> None:
    cluster = Cluster(place / "half", PROGRAMS, durable=False)
    (cluster.root / f"data-{cluster.version}.new").mkdir(parents=True)
    with running(cluster), psycopg.connect(cluster.url(APP)) as link:
        assert link.execute("SELECT 1").fetchone() == (1,)


def test_chinese_text_is_understood_whatever_the_locale(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("LANG", "C")
    with running(cluster), psycopg.connect(cluster.url(OWNER)) as link:
        link.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        found = link.execute("SELECT show_trgm('安全生产')").fetchone()
    assert found is not None
    assert len(found[0]) == 5


def test_only_our_own_user_reaches_it(cluster: Cluster) -> None:
    with running(cluster):
        assert stat.S_IMODE(cluster.sockets.stat().st_mode) == 0o700
        assert stat.S_IMODE(cluster.data.stat().st_mode) == 0o700
        assert stat.S_IMODE((cluster.root / f"{OWNER}.password").stat().st_mode) == 0o600
        with psycopg.connect(cluster.url(OWNER)) as link:
            assert link.execute("SHOW listen_addresses").fetchone() == ("",)
        wrong = cluster.url(APP).replace(cluster.password(APP), "wrong")
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(wrong)


def test_the_application_owns_nothing(cluster: Cluster) -> None:
    with running(cluster), psycopg.connect(cluster.url(APP)) as link, pytest.raises(psycopg.errors.Error):
        link.execute("CREATE TABLE mine (x integer)")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it under another account")
def test_a_private_folder_keeps_its_permissions(place: Path) -> None:
    private = place / "private"
    private.mkdir(mode=0o700)
    cluster = Cluster(private / "pg", PROGRAMS, durable=False)
    try:
        with running(cluster), psycopg.connect(cluster.url(APP)) as link:
            assert link.execute("SELECT 1").fetchone() == (1,)
        assert stat.S_IMODE(private.stat().st_mode) == 0o700
        assert not reachable(cluster.place / "x", cluster.account)
        assert str(cluster.root) in (cluster.place / "README").read_text()
    finally:
        subprocess.run(["rm", "-rf", str(cluster.root)], check=True)


def test_a_server_that_cannot_start_says_why(place: Path) -> None:
    cluster = Cluster(place / "broken", PROGRAMS, durable=False)
    with running(cluster):
        pass
    (cluster.data / "postgresql.conf").write_text("nonsense nonsense\n")
    with pytest.raises(ServerError, match=r"postgresql\.conf") as caught, running(cluster):
        pass
    assert "无法启动" in caught.value.zh
    assert "cannot start" in caught.value.en


@pytest.mark.parametrize("name", ["with,comma", "with space", "中文", 'quo"te', "long" * 30])
def test_a_folder_of_any_name(place: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster(place / name, PROGRAMS, durable=False)
    with running(cluster), psycopg.connect(cluster.url(APP)) as link:
        assert link.execute("SELECT 1").fetchone() == (1,)
    monkeypatch.setenv("TMPDIR", str(place))  # another command may have another one
    assert Cluster(place / name, PROGRAMS).sockets == cluster.sockets
    if cluster.root not in cluster.sockets.parents:
        cluster.sockets.rmdir()


def test_the_last_user_waits_until_the_server_has_stopped(cluster: Cluster) -> None:
    for _ in range(5):
        with running(cluster):
            keeper = int(cluster.ready.read_text())
        assert not cluster.ready.exists()
        assert gone(keeper, 1)
        assert not (cluster.data / "postmaster.pid").exists()


def test_work_is_done_while_the_server_starts(cluster: Cluster) -> None:
    seen = []
    with running(cluster, meanwhile=lambda: seen.append(cluster.ready.exists())):
        assert seen == [False], "called once, before the server answers"
        with running(cluster, meanwhile=lambda: seen.append(True)):
            pass
    assert seen == [False, True]

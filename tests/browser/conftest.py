"""A real browser on a real server: Debian's chromium by Playwright, the pages served by our own server as in use."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

PROJECT = Path(__file__).resolve().parent.parent.parent
SHOTS = PROJECT / "docs" / "screenshots"
SIZES = {"pc": {"width": 1360, "height": 900}, "phone": {"width": 390, "height": 844}}
# The machine's network is closed to what a browser would like to fetch for itself.
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Its loop runs in this thread while a test does; Django takes that for an asynchronous caller, which none is.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as made:
        yield made
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    program = shutil.which("chromium")
    assert program, "make setup installs Debian's chromium"
    browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
    yield browser
    browser.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def site(fresh_database: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of a server process on a database of the test's own."""
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": fresh_database["app"],
        "DATABASE_OWNER_URL": fresh_database["owner"],
        "BIHUAN_VAR": str(tmp_path / "var"),
        "BIHUAN_LANG": "zh",
        "DJANGO_SETTINGS_MODULE": "bihuan.settings",
        "PYTHONPATH": str(PROJECT),
    }
    fonts = PROJECT / "var" / "fonts"
    (tmp_path / "var").mkdir()
    if fonts.exists():
        (tmp_path / "var" / "fonts").symlink_to(fonts)
    log = (tmp_path / "server.log").open("w")
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "bihuan.wsgi:application"], env=environment, cwd=PROJECT, stdout=log, stderr=log
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(10)
        log.close()
        said = (tmp_path / "server.log").read_text()
        assert "Traceback" not in said, said[-3000:]


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert server.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(f"{address}/sign-in/", timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    """pc and phone: each walk is done on both."""
    name: str = request.param
    return name


@pytest.fixture
def context(chromium: Browser, site: str, size: str) -> Iterator[BrowserContext]:
    made = chromium.new_context(
        viewport=SIZES[size],  # type: ignore[arg-type]
        base_url=site,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        accept_downloads=True,
        has_touch=size == "phone",
        is_mobile=size == "phone",
    )
    made.set_default_timeout(15_000)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page; what goes wrong in its scripts, or is refused by the content policy, fails the test."""
    made = context.new_page()
    wrong: list[str] = []
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on(
        "console",
        lambda said: wrong.append(said.text) if said.type == "error" and "status of 4" not in said.text else None,
    )
    yield made
    assert wrong == []


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[Any]]:
    """What axe-core finds wrong with a page as it stands: the rule, how grave, where."""
    source = (Path(__file__).parent / "vendored" / "axe.js").read_text()

    def run(page: Page) -> list[Any]:
        page.evaluate(source)
        found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
        return [
            (item["id"], item["impact"], [node["target"] for node in item["nodes"]]) for item in found["violations"]
        ]

    return run

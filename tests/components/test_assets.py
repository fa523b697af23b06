"""What browsers load: only ours or vendored to the byte, nothing from elsewhere, nothing written into pages."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from bihuan.components import assets, icons
from bihuan.components.middleware import CONTENT_POLICY

PROJECT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((PROJECT / "bihuan").rglob("templates/**/*.html"))
OWN = ["desk.css", "desk.js", "htmx.js", "icons.svg", "mark.svg"]
ROOMS = ["editor.js", "papers.css", "reading.css", "reading.js", "record.js", "sending.js", "worker.js"]  # of one room
FILES = sorted(OWN + ROOMS)


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor", PROJECT / "scripts" / "vendor.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


vendor = load()
MANIFESTS = [PROJECT / name for name in vendor.MANIFESTS]


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.parts[-4])
def test_vendored_files_are_what_the_manifest_says(manifest: Path) -> None:
    entries = json.loads(manifest.read_text())
    assert vendor.wrong(manifest) == [], "python scripts/vendor.py"
    for entry in entries:
        assert {"name", "version", "licence", "file", "sha512"} <= set(entry)
        assert entry["licence"] in ("0BSD", "ISC AND MIT", "MPL-2.0")


def test_a_changed_or_added_file_is_noticed(tmp_path: Path) -> None:
    entry = {"name": "a", "version": "1", "licence": "MIT", "file": "a.js", "sha512": vendor.digest(b"a")}
    (tmp_path / "manifest.json").write_text(json.dumps([entry]))
    assert vendor.wrong(tmp_path / "manifest.json") == ["a.js"]
    (tmp_path / "a.js").write_bytes(b"a")
    assert vendor.wrong(tmp_path / "manifest.json") == []
    (tmp_path / "a.js").write_bytes(b"b")
    (tmp_path / "b.js").write_bytes(b"b")
    assert vendor.wrong(tmp_path / "manifest.json") == ["b.js", "a.js"]


def test_the_licences_stand_beside_what_they_cover() -> None:
    words = (PROJECT / "bihuan/components/vendored/LICENCES.md").read_text()
    for entry in json.loads(MANIFESTS[0].read_text()):
        assert entry["name"] in words


@pytest.mark.parametrize("file", FILES)
def test_no_asset_names_another_host(file: str) -> None:
    text = assets.asset(file).content.decode()
    hosts = set(re.findall(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+", text))
    assert hosts <= {"http://www.w3.org"}, "an XML namespace is a name, nothing is loaded from it"
    assert "sourceMappingURL" not in text
    assert "@import" not in text
    assert re.findall(r"url\((?!#)", text) == []


def test_these_are_all_assets() -> None:
    assert sorted(assets._all()) == FILES
    for file in FILES:
        assert assets.served_as(assets.asset(file).name) is assets.asset(file)
    assert assets.served_as("desk.css") is None


def test_the_style_sheet_is_whole() -> None:
    text = assets.asset("desk.css").content.decode()
    assert text.count("{") == text.count("}") > 200
    named = set(re.findall(r"var\((--[\w-]+)", text))
    assert named - set(re.findall(r"(--[\w-]+):", text)) == set(), "a name that stands for nothing"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_neither_style_nor_script(path: Path) -> None:
    text = path.read_text()
    assert re.findall(r"<[^>{]*\s(?:style|on\w+)\s*=", text) == []
    assert "<style" not in text
    assert "hx-on" not in text
    assert "javascript:" not in text
    for script in re.findall(r"<script.*?</script>", text, re.S):
        assert re.fullmatch(r'<script src="{% asset_url "[\w.]+" %}" defer></script>', script)
    assert re.findall(r'(?:src|href)="(?:https?:)?//', text) == []


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    for part in CONTENT_POLICY.split("; "):
        word, _, allowed = part.partition(" ")
        assert allowed in ("'self'", "'none'"), word


def test_icons_have_plain_names() -> None:
    assert 30 <= len(icons.names()) <= 80
    assert {"check", "house", "arrow-left"} <= icons.names()


def test_scripts_say_nothing_themselves() -> None:
    """Words stand in templates, where they are translated."""
    assert re.findall(r"[\u4e00-\u9fff]", assets.asset("desk.js").content.decode()) == []
    asked = set(re.findall(r"words\.(\w+)", assets.asset("desk.js").content.decode()))
    given = set(re.findall(r"data-(\w+)=", (assets.ROOM / "templates/components/spoken.html").read_text()))
    assert asked - given == set()
    assert len(assets.asset("desk.js").content.decode().splitlines()) < 300

"""Bring what others wrote for the browser into the repository, each file named with licence and digest in a manifest.

    python scripts/vendor.py            fetch again what the manifests name, in the versions they name, and write it
    python scripts/vendor.py --check    exit 1 and name each file that is not what its manifest says

Fetching asks npm's own client (`npm pack`) and whatever registry it is set to. To take a newer version, change it in
the manifest and run this. An `icons` entry joins the listed icons of a package into one sprite.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
MANIFESTS = ("bihuan/components/vendored/manifest.json", "tests/browser/vendored/manifest.json")
# A browser would ask for a map that is not there, and its address may name another host.
_MAP = re.compile(rb"\n?(//[#@]\s*sourceMappingURL=[^\n]*|/\*[#@]\s*sourceMappingURL=[^*]*\*/)\s*$")


def digest(content: bytes) -> str:
    """As npm and browsers write it: sha512-<base64>."""
    return "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()


def packed(name: str, version: str) -> dict[str, bytes]:
    """The files of a package, by their paths in it."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", f"{name}@{version}"], cwd=folder, check=True, capture_output=True)
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as tar:
            members = [member for member in tar.getmembers() if member.isfile()]
            found = {}
            for member in members:
                file = tar.extractfile(member)
                assert file
                found[member.name.removeprefix("package/")] = file.read()
            return found


def sprite(files: dict[str, bytes], icons: list[str]) -> bytes:
    """One SVG with a symbol for each icon; size and stroke are the page's own style."""
    symbols = []
    for icon in sorted(icons):
        text = re.sub(r"<!--.*?-->", "", files[f"icons/{icon}.svg"].decode(), flags=re.S)
        match = re.search(r"<svg[^>]*>(.*)</svg>", text, re.S)
        assert match, icon
        shapes = re.sub(r"\s+", " ", match[1]).replace("> <", "><").strip()
        symbols.append(f'<symbol id="{icon}" viewBox="0 0 24 24">{shapes}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def fetched(entry: dict[str, Any]) -> bytes:
    """The content of one manifest entry, from its package."""
    files = packed(entry["name"], entry["version"])
    if "icons" in entry:
        return sprite(files, entry["icons"])
    return _MAP.sub(b"\n", files[entry["source"]])


def refresh(manifest: Path) -> None:
    entries = json.loads(manifest.read_text(encoding="utf-8"))
    for entry in entries:
        content = fetched(entry)
        (manifest.parent / entry["file"]).write_bytes(content)
        entry["sha512"] = digest(content)
        print(f"{entry['name']} {entry['version']} → {entry['file']}")
    manifest.write_text(json.dumps(entries, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def wrong(manifest: Path) -> list[str]:
    """Files of a manifest's folder that are not what it says, or that it does not name."""
    entries = {entry["file"]: entry for entry in json.loads(manifest.read_text(encoding="utf-8"))}
    present = {path.name for path in manifest.parent.iterdir() if path.name not in ("manifest.json", "LICENCES.md")}
    found = sorted(present ^ set(entries))
    for name in sorted(present & set(entries)):
        if digest((manifest.parent / name).read_bytes()) != entries[name]["sha512"]:
            found.append(name)
    return found


def main(arguments: list[str]) -> int:
    status = 0
    for name in MANIFESTS:
        manifest = PROJECT / name
        if not manifest.exists():
            continue
        if "--check" in arguments:
            for file in wrong(manifest):
                print(manifest.parent.relative_to(PROJECT) / file)
                status = 1
        else:
            refresh(manifest)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

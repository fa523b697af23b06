"""Make the .mo files that Django reads from the .po files that people write; needs nothing but Python.

    python scripts/messages.py           write them
    python scripts/messages.py --check   exit 1 and name those that are not what their .po gives

Source of both forms: the GNU gettext manual, "The Format of PO Files" and "The Format of GNU MO Files". Left out, and
refused: plural forms and contexts, which no message here needs.
"""

from __future__ import annotations

import ast
import re
import struct
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MAGIC = 0x950412DE
_LINE = re.compile(r'(?:(msgid|msgstr) )?("(?:[^"\\]|\\.)*")')


class MessageError(ValueError):
    """A .po file that cannot be taken; the message names file and line."""


def parse(text: str, *, name: str = "messages") -> dict[str, str]:
    """Messages and their translations; the header stands under "". Comments and blank lines are passed over.

    Raises:
        MessageError: a line of another form, a message twice, or one without a translation.
    """
    entries: list[tuple[int, list[str]]] = []
    part = 0  # of the entry that is being read: 0 msgid, 1 msgstr
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#, ") and "fuzzy" in line:
            raise MessageError(f"{name}:{number}: unsure translations are not shipped")
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if found is None or (found[1] is None and not entries):
            raise MessageError(f"{name}:{number}: neither msgid, msgstr nor a string")
        if found[1] == "msgid":
            entries.append((number, [""]))
            part = 0
        elif found[1] == "msgstr":
            if not entries or len(entries[-1][1]) != 1:
                raise MessageError(f"{name}:{number}: msgstr without msgid")
            entries[-1][1].append("")
            part = 1
        entries[-1][1][part] += ast.literal_eval(found[2])
    messages: dict[str, str] = {}
    for number, entry in entries:
        if len(entry) != 2 or not entry[1]:
            raise MessageError(f"{name}:{number}: no translation")
        if entry[0] in messages:
            raise MessageError(f"{name}:{number}: the message stands there twice")
        messages[entry[0]] = entry[1]
    if "charset=UTF-8" not in messages.get("", ""):
        raise MessageError(f"{name}: the header must say charset=UTF-8")
    return messages


def compiled(messages: dict[str, str]) -> bytes:
    """The .mo file: two tables of lengths and offsets, messages in the order of their bytes, then the texts."""
    pairs = sorted((key.encode(), text.encode()) for key, text in messages.items())
    count, start = len(pairs), 7 * 4
    at = start + 2 * 8 * count
    tables, texts = [], b""
    for column in (0, 1):
        for pair in pairs:
            tables.append(struct.pack("<2I", len(pair[column]), at + len(texts)))
            texts += pair[column] + b"\0"
    return struct.pack("<7I", MAGIC, 0, count, start, start + 8 * count, 0, at) + b"".join(tables) + texts


def catalogues() -> list[Path]:
    """What people write: one catalogue a room and language, each in the room's own locale/."""
    return sorted((PROJECT / "bihuan").glob("**/locale/*/LC_MESSAGES/*.po"))


def main(arguments: list[str]) -> int:
    stale = []
    for path in catalogues():
        content = compiled(parse(path.read_text(encoding="utf-8"), name=str(path)))
        target = path.with_suffix(".mo")
        if not target.exists() or target.read_bytes() != content:
            stale.append(target)
            if "--check" not in arguments:
                target.write_bytes(content)
    for target in stale:
        print(target.relative_to(PROJECT))
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except MessageError as error:
        sys.exit(str(error))

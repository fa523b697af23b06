"""read, lint, phrase, help and wrong arguments: what needs no database and must not start one."""

from __future__ import annotations

import argparse
import ctypes
import io
import json
import os
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import docx
import pytest

from bihuan.cli import parser

if TYPE_CHECKING:
    from conftest import Installation

COMMANDS = ["", "demo", "read", "lint", "phrase", "documents", "documents check", "verify", "history", "bench"]
SENTENCE = "全州共有2000余人参加活动,发放宣传资料8万余份。"


@pytest.fixture(autouse=True)
def _no_database(bihuan: Installation) -> Iterator[None]:
    yield
    assert not (bihuan.folder / "var" / "pg").exists(), "no server is needed for this"


def write(bihuan: Installation, name: str, content: bytes | str) -> Path:
    path = bihuan.folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def word(*paragraphs: str) -> bytes:
    made = docx.Document()
    for text in paragraphs:
        made.add_paragraph(text)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


# -- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [("u.txt", SENTENCE.encode()), ("g.txt", SENTENCE.encode("gb18030")), ("w.docx", word(SENTENCE))],
)
def test_read_gives_one_json_value(bihuan: Installation, name: str, content: bytes) -> None:
    ended = bihuan("read", write(bihuan, name, content), "--json")
    value = json.loads(ended.out)
    assert (ended.code, ended.err) == (0, "")
    assert set(value) == {"figures", "outline", "activities", "lints"}
    assert [(figure["text"], figure["low"], figure["high"]) for figure in value["figures"]] == [
        ("2000余人", 2000, 3000),
        ("8万余份", 80000, 90000),
    ]
    assert {"start", "end", "form", "unit", "unit_norm", "measures", "role", "place", "actor", "date"} <= set(
        value["figures"][0]
    )


def test_read_for_people_is_a_line_a_figure(bihuan: Installation) -> None:
    ended = bihuan("read", write(bihuan, "p.txt", SENTENCE))
    assert [line.split("\t")[:2] for line in ended.out.splitlines()] == [
        ["2000余人", "2,000–3,000"],
        ["8万余份", "80,000–90,000"],
    ]


def test_json_is_utf_8_in_any_locale(bihuan: Installation) -> None:
    path = write(bihuan, "l.txt", SENTENCE)
    ended = bihuan("read", path, "--json", PYTHONIOENCODING="ascii")
    assert json.loads(ended.out)["figures"][0]["text"] == "2000余人"
    assert bihuan("read", path, PYTHONIOENCODING="ascii").code == 0


def test_jsonl_answers_each_line_and_names_the_bad_ones(bihuan: Installation) -> None:
    lines = [
        json.dumps({"id": 1, "text": SENTENCE}).encode(),
        b"not json",
        b'{"id": "x"}',
        b'{"id": 7, "text": 5}',
        b"[1]",
        b'{"id": 8, "text": "\xff\xfe"}',
        b'{"id": 9, "text": "' + b"a" * 2_000_001 + b'"}',
        b'{"id": 10, "text": NaN}',
        json.dumps({"id": "last", "text": SENTENCE}).encode(),
    ]
    ended = bihuan("read", "--jsonl", stdin=b"\n".join(lines))
    answers = [json.loads(line) for line in ended.out.splitlines()]
    assert (ended.code, ended.err) == (0, "")
    assert [answer["id"] for answer in answers] == [1, None, "x", 7, None, 8, 9, None, "last"]
    assert [("error" in answer) for answer in answers] == [False, *[True] * 7, False]
    assert len(answers[-1]["figures"]) == 2


def test_jsonl_survives_a_line_without_end(bihuan: Installation) -> None:
    ended = bihuan(
        "read", "--jsonl", stdin=b'{"id":1,"text":"' + b"a" * 70_000_000 + b'\n{"id":2,"text":"2000\\u4f59\\u4eba"}'
    )
    first, second = (json.loads(line) for line in ended.out.splitlines())
    assert "error" in first
    assert second["figures"][0]["text"] == "2000余人"


def test_jsonl_streams(bihuan: Installation) -> None:
    process = bihuan.start("read", "--jsonl")
    assert process.stdin is not None
    assert process.stdout is not None
    for number in range(3):
        process.stdin.write(json.dumps({"id": number, "text": SENTENCE}).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == number
    process.communicate()
    assert process.returncode == 0


def test_a_reader_that_goes_away_is_no_error(bihuan: Installation) -> None:
    line = json.dumps({"id": 1, "text": SENTENCE})
    script = f"for i in $(seq 300); do echo '{line}'; done | {bihuan.command} read --jsonl | head -n 1"
    done = subprocess.run(["sh", "-c", script], capture_output=True, cwd=bihuan.folder, timeout=30, check=False)
    assert json.loads(done.stdout)["id"] == 1
    assert b"Traceback" not in done.stderr
    assert b"Error" not in done.stderr


def test_lint_is_a_line_each_and_fails_on_an_error(bihuan: Installation) -> None:
    clean = bihuan("lint", write(bihuan, "clean.txt", "全县共有2000余人参加活动。\n"))
    assert (clean.code, clean.out) == (0, "")
    text = "今年共排查隐患100处,整改90处,整改率为95%。参加人数近10万余人。XX县开展活动。\n"
    faulty = bihuan("lint", write(bihuan, "faulty.txt", text))
    codes = [line.split(" ")[2].rstrip(":") for line in faulty.out.splitlines()]
    assert codes
    assert faulty.code == (1 if " error " in faulty.out else 0)
    assert " error " in faulty.out
    english = bihuan("lint", "faulty.txt", BIHUAN_LANG="en").out
    assert english != faulty.out
    assert [item["code"] for item in json.loads(bihuan("lint", "faulty.txt", "--json").out)] == codes


# -- what cannot be read -----------------------------------------------------------------------------------------------


def bomb() -> bytes:
    """A DOCX whose text unpacks to 300 MB."""
    parts = _parts(word("MARK"))
    before, after = parts.pop("word/document.xml").split(b"MARK")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
        with package.open("word/document.xml", "w") as part:
            part.write(before)
            for _ in range(300):
                part.write(b"a" * 1_000_000)
            part.write(after)
    return out.getvalue()


def entities() -> bytes:
    """A DOCX whose text grows without end when its entities are expanded."""
    lines = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(12))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "人">{lines}]>'.encode()
    parts = _parts(word("MARK"))
    body = parts["word/document.xml"].split(b"?>", 1)[1].replace(b"MARK", b"&e12;")
    return _package(parts | {"word/document.xml": head + body})


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _package(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


BAD_FILES: dict[str, Callable[[], bytes]] = {
    "empty": lambda: b"",
    "blank.txt": lambda: b" \n\r\n\t",
    "binary": lambda: os.urandom(5000) + b"\0",
    "large.txt": lambda: b"a" * (21 * 1024 * 1024),
    "long.txt": lambda: ("安" * 2_000_001).encode(),
    "cut.docx": lambda: word(SENTENCE)[:2000],
    "no-part.docx": lambda: _package({"nothing.xml": b"<x/>"}),
    "not-xml.docx": lambda: _package(_parts(word("x")) | {"word/document.xml": b"<w:p"}),
    "old.doc": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 3000,
    "bomb.docx": bomb,
    "entities.docx": entities,
    "paper.pdf": lambda: b"%PDF-1.7\n" + b"x" * 100,
}


@pytest.mark.parametrize("name", BAD_FILES)
@pytest.mark.parametrize("command", ["read --json", "lint", "documents check --json", "verify --json", "demo --report"])
def test_a_bad_file_gets_one_line_fast_and_small(bihuan: Installation, name: str, command: str) -> None:
    path = bihuan.folder / name
    if not path.exists():
        path.write_bytes(BAD_FILES[name]())
    ended, took = bihuan.measured(*command.split(), path)
    assert (ended.code, ended.out, len(ended.lines)) == (2, "", 1), ended.err
    assert ended.err.startswith(f"{path}: ")
    assert re.search("[一-鿿]", ended.err)
    assert took["seconds"] < 1, took
    assert took["megabytes"] < 200, took


@pytest.mark.parametrize("command", ["read", "lint", "documents check", "verify", "demo --report"])
def test_no_file_a_folder_a_strange_name(bihuan: Installation, command: str) -> None:
    for name in ("no-such-file", ".", "x" * 300, "clean.txt/x", os.fsdecode(b"\xff\xfe")):
        ended = bihuan(*command.split(), name)
        assert (ended.code, ended.out, len(ended.lines)) == (2, "", 1), (name, ended.err)


def test_a_file_without_permission(bihuan: Installation) -> None:
    path = write(bihuan, "secret.txt", SENTENCE)
    path.chmod(0)
    prctl = ctypes.CDLL(None).prctl

    def give_up_rights() -> None:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: with them root reads everything
            prctl(24, capability, 0, 0, 0)

    for command in (["read"], ["lint"], ["documents", "check"], ["verify"]):
        done = subprocess.run(
            [bihuan.command, *command, path],
            preexec_fn=give_up_rights,
            capture_output=True,
            env=bihuan.environment,
            timeout=30,
            check=False,
        )
        said = done.stderr.decode()
        assert done.returncode == 2
        assert "权限" in said
        assert said.count("\n") == 1


# -- phrase ----------------------------------------------------------------------------------------------------------


def test_phrase_gives_text_and_rule(bihuan: Installation) -> None:
    ended = bihuan("phrase", "14862", "--unit", "人")
    text, rule = ended.out.rstrip("\n").split("\t")
    assert (ended.code, text) == (0, "近1.5万人")
    assert "14862" in rule
    value = json.loads(bihuan("phrase", "14,862", "--unit", "人", "--json", BIHUAN_LANG="en").out)
    assert (value["text"], value["form"]) == ("近1.5万人", "almost")
    assert "14862" in value["rule"]


@pytest.mark.parametrize(
    "value", ["-5", "-0.1", "-1e5", "nan", "sNaN", "inf", "-inf", "abc", "", "1e999999999", "1e-999999999", "9" * 6000]
)
def test_phrase_refuses_what_is_no_count(bihuan: Installation, value: str) -> None:
    ended = bihuan("phrase", value, "--unit", "人")
    assert (ended.code, ended.out, len(ended.lines)) == (2, "", 1), ended
    assert len(ended.err) < 300


# -- arguments and help ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        "bogus",
        "documents",
        "documents bogus",
        "history",
        "read",
        "read a b",
        "read a --jsonl",
        "read --jso a",
        "lint",
        "phrase",
        "phrase 5 --unit",
        "bench",
        "bench bogus",
        "demo --port 0",
        "demo --port 70000",
        "demo --port x",
        "demo extra",
        "verify",
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_wrong_arguments_get_one_line(bihuan: Installation, arguments: str, language: str) -> None:
    ended = bihuan(*arguments.split(), BIHUAN_LANG=language)
    assert (ended.code, ended.out, len(ended.lines)) == (2, "", 1), ended.err
    assert bool(re.search("[一-鿿]", ended.err)) is (language == "zh")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_speaks_one_language(bihuan: Installation, command: str) -> None:
    chinese = bihuan(*command.split(), "--help")
    english = bihuan(*command.split(), "-h", BIHUAN_LANG="en")
    assert chinese.code == english.code == 0
    assert not re.search(r"usage|options|positional|show this|choose|default", chinese.out)
    assert "用法:bihuan" in chinese.out
    assert "usage: bihuan" in english.out
    assert not re.search("[一-鿿]", re.sub("人|份", "", english.out)), english.out


def test_help_leaves_nothing_unsaid() -> None:
    def walk(one: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.Action]]:
        assert one.description, one.prog
        for action in one._actions:
            if isinstance(action, argparse._SubParsersAction):
                for name in action.choices.values():
                    yield from walk(name)
            else:
                yield one.prog, action

    found = list(walk(parser()))
    assert len(found) > 25
    assert [(prog, action.dest) for prog, action in found if not action.help] == []

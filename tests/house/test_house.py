"""The house rules that a tool can hold: sizes, names, words, locks, migrations, documents."""

from __future__ import annotations

import ast
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
PACKAGE = PROJECT / "bihuan"
FILE_LINES, FUNCTION_LINES = 800, 75
# A place that may be longer, with the reason.
LONGER: dict[str, str] = {}


def tracked() -> list[Path]:
    out = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
    return [PROJECT / name for name in out.decode().split("\0") if name and (PROJECT / name).is_file()]


def code() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]


def test_files_stay_short() -> None:
    long = {str(path.relative_to(PROJECT)): len(path.read_text().splitlines()) for path in code()}
    assert {name: lines for name, lines in long.items() if lines > FILE_LINES and name not in LONGER} == {}


def test_functions_stay_short() -> None:
    long = {}
    for path in code():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name = f"{path.relative_to(PROJECT)}:{node.name}"
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES and name not in LONGER:
                    long[name] = lines
    assert long == {}


def test_no_drawer_for_odds_and_ends() -> None:
    names = {"utils", "core", "common", "helpers", "util", "helper", "misc", "extras"}
    assert [path for path in PACKAGE.rglob("*") if path.stem in names] == []


def words() -> list[tuple[str, str, str, str]]:
    rows = re.findall(r"^\| (\S+) \| (\w+) \| (\w+) \| (.+?) \|$", (PROJECT / "docs/words.md").read_text(), re.M)
    return [row for row in rows if row[0] not in ("term", "---")]


def test_each_term_has_one_word_and_each_word_one_term() -> None:
    rows = words()
    assert len(rows) > 40
    for column in (0, 1):
        counted = Counter(row[column] for row in rows)
        assert [word for word, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("row", words(), ids=lambda row: row[1])
def test_a_word_is_used_where_the_table_says(row: tuple[str, str, str, str]) -> None:
    _term, word, room, meaning = row
    folder = PACKAGE / room
    if meaning.strip() == "*later*":
        made = "".join(part.capitalize() for part in word.split("_"))
        code = "\n".join(path.read_text() for path in folder.rglob("*.py"))
        assert f"class {made}(" not in code, f"{made} stands in {room}: say what {word} means there"
        return
    text = "\n".join(path.read_text() for path in folder.rglob("*.py"))
    assert re.search(rf"\b{word}", text, re.I), f"{word} does not occur in {room}"


def test_no_day_is_taken_from_the_wrong_zone() -> None:
    """Days are days of the campaign's zone (`org.gate.local_day`); Django's own are UTC's, eight hours elsewhere."""
    wrong = re.compile(r"\blocaldate\(|\bnow\(\)\.date\(|\bdate\.today\(")
    code = [path for path in tracked() if path.suffix == ".py" and path != Path(__file__)]
    assert [str(path) for path in code if wrong.search(path.read_text())] == []


def test_no_index_address_anywhere() -> None:
    hosts = re.compile(
        r"(files\.pythonhosted|pypi\.org|registry\.npmjs|index-url|--find-links|npmmirror|tuna\.tsinghua)"
    )
    found = []
    for path in tracked():
        if path == Path(__file__) or path.suffix in {".png", ".docx", ".pdf", ".otf"}:
            continue
        if path.name.endswith((".lock", ".toml", ".txt", ".cfg", ".json", ".py", "Makefile", "run")):
            text = path.read_text(errors="replace").replace("--no-emit-index-url", "")
            found += [str(path)] if hosts.search(text) else []
    assert found == []


def test_every_locked_line_has_a_hash() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        entries = re.split(r"\n(?=\S)", (PROJECT / name).read_text().strip())
        assert len(entries) > 15
        assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_every_direct_dependency_gives_its_reason() -> None:
    lines = (PROJECT / "pyproject.toml").read_text().split("[project.scripts]")[0].splitlines()
    named = [line for line in lines if re.match(r'\s+"[\w\[\],.-]+(\[|>=|<|==|",)', line)]
    assert len(named) > 15
    assert [line for line in named if not re.search(r"#\s+\w+", line) and "bihuan[embedded]" not in line] == []


def test_every_setting_read_from_the_environment_is_documented() -> None:
    documented = (PACKAGE / "settings.py").read_text().split('"""')[1] + (PROJECT / "README.md").read_text()
    read = set()
    for path in code():
        read |= set(re.findall(r"environ(?:\.get\(|\[)\"((?:BIHUAN|DATABASE)\w*)\"", path.read_text()))
    assert {"DATABASE_URL", "BIHUAN_VAR"} <= read
    assert {name for name in read if name not in documented} == set()


def test_no_path_of_a_machine() -> None:
    own = re.compile(r"(?<![\w.])/(?:root|home|work|Users|mnt)/\w")
    texts = (path for path in tracked() if path.suffix in {".py", ".md", ".toml", ".sh", ".html", ".typ"})
    assert [str(path) for path in texts if own.search(path.read_text())] == []


@pytest.mark.django_db
def test_no_migration_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_import_no_rules_of_the_house_that_move() -> None:
    allowed = ("django", "bihuan.history", "__future__", "uuid", "datetime", "decimal")
    found = []
    for path in PACKAGE.rglob("migrations/0*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom | ast.Import):
                module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
                if not (module or "").startswith(allowed):
                    found.append(f"{path.name}: {module}")
    assert found == []


def test_only_writers_and_readers_open_another_rooms_tables() -> None:
    """A view, a job or a command uses a room's actions and queries, never its models, but to say what type it gets."""
    may = {"models.py", "queries.py", "actions.py", "access.py"}  # access.py says of tables where their rows are
    found = []
    for path in code():
        room = path.relative_to(PACKAGE).parts[0]
        tree = ast.parse(path.read_text())
        types = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)]
        only_types = {id(inner) for node in types for inner in ast.walk(node)}
        for node in ast.walk(tree):
            named = re.fullmatch(r"bihuan\.(\w+)\.models", getattr(node, "module", None) or "")
            if not isinstance(node, ast.ImportFrom) or named is None or id(node) in only_types:
                continue
            inside = {path.name, f"{path.parent.name}.py"}  # actions.py, or a file of the folder actions/
            if named[1] not in (room, "history") and not inside & may:
                found.append(f"{path.relative_to(PROJECT)} → {named[1]}.models")
    assert found == []

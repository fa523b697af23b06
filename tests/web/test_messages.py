"""Every message of each room has its English, and the compiled files are what the written ones give."""

from __future__ import annotations

import ast
import gettext
import importlib.util
import re
from collections import defaultdict
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
PACKAGE = PROJECT / "bihuan"
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'
GETTEXT = {"_", "gettext", "gettext_lazy"}


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", PROJECT / "scripts" / "messages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = load()
CATALOGUES = messages.catalogues()


def of_template(text: str) -> set[str]:
    """{% translate "…" %}, _("…") within another tag, {% blocktranslate %}…{% endblocktranslate %}."""
    found = set(re.findall(r'{% translate "(.*?)"', text))
    for tag in re.findall(r"{%.*?%}|{{.*?}}", text, re.S):
        found |= set(re.findall(r'_\("(.*?)"\)', tag))
    for options, block in re.findall(r"{% blocktranslate(.*?)%}(.*?){% endblocktranslate %}", text, re.S):
        if " trimmed" in options:
            block = " ".join(line.strip() for line in block.strip().splitlines())
        found.add(re.sub(r"{{ (\w+) }}", r"%(\1)s", block))
    return found


def of_code(text: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT and node.args:
            assert isinstance(node.args[0], ast.Constant), f"line {node.lineno}: gettext wants the words themselves"
            found.add(node.args[0].value)
    return found


def asked_for() -> dict[str, set[str]]:
    """What each room says through the catalogues."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in TEMPLATES:
        found[path.relative_to(PACKAGE).parts[0]] |= of_template(path.read_text())
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text()
        if "django.utils.translation" in text:
            found[path.relative_to(PACKAGE).parts[0]] |= of_code(text)
    return found


def written() -> dict[str, dict[str, str]]:
    found = {}
    for path in CATALOGUES:
        texts = messages.parse(path.read_text(), name=str(path))
        found[path.relative_to(PACKAGE).parts[0]] = {key: text for key, text in texts.items() if key}
    return found


ROOMS = sorted(room for room, said in asked_for().items() if said)


@pytest.mark.parametrize("room", ROOMS)
def test_every_message_is_translated_and_none_is_left_over(room: str) -> None:
    """A room's words are in its own catalogue; what the shell says too (取消, 上一页) need not be written again."""
    own, shared = set(written().get(room, {})), set(written()["components"])
    said = asked_for()[room]
    assert said - own - shared == set(), "not translated"
    assert own - said == set(), "left over"


def test_a_message_is_translated_in_one_way() -> None:
    """The catalogues are read as one: two translations of a message would depend on the order of the rooms."""
    ways: dict[str, set[str]] = defaultdict(set)
    for texts in written().values():
        for key, text in texts.items():
            ways[key].add(text)
    assert {key: texts for key, texts in ways.items() if len(texts) > 1} == {}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.relative_to(PACKAGE).parts[0])
def test_no_translation_still_speaks_chinese(path: Path) -> None:
    texts = messages.parse(path.read_text())
    assert {key: text for key, text in texts.items() if CHINESE.search(text)} == {}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.relative_to(PACKAGE).parts[0])
def test_a_translation_names_what_its_message_names(path: Path) -> None:
    named = re.compile(r"%\(\w+\)s")
    texts = messages.parse(path.read_text())
    assert [key for key, text in texts.items() if sorted(named.findall(key)) != sorted(named.findall(text))] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_say_nothing_past_the_translation(path: Path) -> None:
    text = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}|{#.*?#}", "", path.read_text(), flags=re.S)
    for tag in re.findall(r"{%.*?%}", text, re.S):
        assert CHINESE.findall(re.sub(r'_\(".*?"\)', "", re.sub(r'{% translate ".*?"', "", tag))) == []
    plain = re.sub(r"{%.*?%}", "", text, flags=re.S)
    assert CHINESE.findall(plain.replace(">中文</button>", "")) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.relative_to(PACKAGE).parts[0])
def test_the_compiled_file_is_what_the_written_one_gives(path: Path) -> None:
    texts = messages.parse(path.read_text())
    compiled = path.with_suffix(".mo")
    assert compiled.read_bytes() == messages.compiled(texts), "run python scripts/messages.py"
    with compiled.open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert {key: read.gettext(key) for key in texts if key} == {key: text for key, text in texts.items() if key}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (HEADER + 'msgid "甲"\nmsgstr ""\n', "no translation"),
        (HEADER + 'msgid "甲"\n', "no translation"),
        (HEADER + 'msgid "甲"\nmsgstr "a"\nmsgid "甲"\nmsgstr "b"\n', "twice"),
        (HEADER + '#, fuzzy\nmsgid "甲"\nmsgstr "a"\n', "unsure"),
        (HEADER + 'msgid "甲"\nmsgid_plural "甲"\n', "neither"),
        (HEADER + 'msgstr "a"\n', "without msgid"),
        ('"a"\n', "neither"),
        ('msgid "甲"\nmsgstr "a"\n', "charset"),
    ],
)
def test_what_is_not_whole_is_refused(text: str, reason: str) -> None:
    with pytest.raises(messages.MessageError, match=reason):
        messages.parse(text)


def test_nothing_turns_escaping_off() -> None:
    words = re.compile(r"\|\s*safe\b|autoescape off|autoescape=False|mark_safe|SafeString\(|SafeText\(|__html__")
    paths = [*TEMPLATES, *PACKAGE.rglob("*.py")]
    assert [path.name for path in paths if words.search(path.read_text())] == []

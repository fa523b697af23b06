"""Every message of the pages has its English, and the compiled file is what the written one gives."""

from __future__ import annotations

import gettext
import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parent.parent.parent
FOLDER = PROJECT / "bihuan" / "locale" / "en" / "LC_MESSAGES"
TEMPLATES = sorted((PROJECT / "bihuan").rglob("templates/**/*.html"))
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n'


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", PROJECT / "scripts" / "messages.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


messages = load()


def asked_for() -> set[str]:
    found: set[str] = set()
    for path in TEMPLATES:
        found |= set(re.findall(r'{% translate "(.*?)" ?%}', path.read_text()))
    return found


def test_every_message_is_translated_and_none_is_left_over() -> None:
    written = messages.parse((FOLDER / "django.po").read_text())
    assert len(TEMPLATES) > 5
    assert set(written) - {""} == asked_for()


def test_no_translation_still_speaks_chinese() -> None:
    written = messages.parse((FOLDER / "django.po").read_text())
    assert {key: text for key, text in written.items() if CHINESE.search(text)} == {}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_say_nothing_past_the_translation(path: Path) -> None:
    plain = re.sub(r"{%.*?%}", "", path.read_text(), flags=re.S)
    assert CHINESE.findall(plain.replace(">中文</button>", "")) == []


def test_the_compiled_file_is_what_the_written_one_gives() -> None:
    written = messages.parse((FOLDER / "django.po").read_text())
    assert (FOLDER / "django.mo").read_bytes() == messages.compiled(written), "run python scripts/messages.py"
    with (FOLDER / "django.mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert {key: read.gettext(key) for key in written if key} == {key: text for key, text in written.items() if key}


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
    room = PROJECT / "bihuan" / "web"
    words = re.compile(r"\|\s*safe\b|autoescape|mark_safe|SafeString|__html__")
    paths = [*TEMPLATES, *room.rglob("*.py")]
    assert [path.name for path in paths if words.search(path.read_text())] == []

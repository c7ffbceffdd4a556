"""Texts: extracted from templates and Python, merged from parts, and refused when something is missing."""

import gettext
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATE = """{% load i18n %}
{# not this #}
    <p title="{% translate 'Open it' %}">{% blocktranslate count n=total trimmed %}
        {{ n }} person
    {% plural %}
        {{ n }} people
    {% endblocktranslate %}</p>{% translate "May" context "month" %}{% translate variable %}
"""
PYTHON = """from django.utils.translation import gettext_lazy as _, ngettext
def label(name, n):
    "Not this one."
    return _("Hello %(name)s") % {"name": name}, ngettext("%(n)d day", "%(n)d days", n), _(name)
"""
HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
TEXTS = """
msgid "Open it"
msgstr "Abrirlo"

msgid "%(n)s person"
msgid_plural "%(n)s people"
msgstr[0] "%(n)s persona"
msgstr[1] "%(n)s personas"

msgctxt "month"
msgid "May"
msgstr "mayo"

msgid "Hello %(name)s"
msgstr "Hola, %(name)s"

msgid "%(n)d day"
msgid_plural "%(n)d days"
msgstr[0] "un día"
msgstr[1] "%(n)d días"
"""
PART = HEAD + TEXTS


@pytest.fixture
def messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script over a package of one template and one module."""
    spec = importlib.util.spec_from_file_location("messages_script", ROOT / "scripts" / "messages.py")
    assert spec
    assert spec.loader
    script = importlib.util.module_from_spec(spec)
    sys.modules["messages_script"] = script
    spec.loader.exec_module(script)
    package = tmp_path / "src" / "corredor"
    (package / "templates").mkdir(parents=True)
    (package / "templates" / "page.html").write_text(TEMPLATE)
    (package / "label.py").write_text(PYTHON)
    (package / "languages" / "es" / "messages").mkdir(parents=True)
    (package / "languages" / "es" / "language.toml").write_text('plural = "nplurals=2; plural=(n != 1);"')
    script.ROOT, script.PACKAGE = tmp_path, package
    monkeypatch.setattr(sys, "argv", ["messages.py"])
    return script


def put(script: ModuleType, name: str, text: str) -> None:
    (script.PACKAGE / "languages" / "es" / "messages" / name).write_text(text)


def test_finds_every_text_and_nothing_else(messages: ModuleType) -> None:
    assert set(messages.gather()) == {
        (None, "Open it"),
        (None, "%(n)s person"),
        ("month", "May"),
        (None, "Hello %(name)s"),
        (None, "%(n)d day"),
    }


def test_compiles_what_gettext_can_read(messages: ModuleType) -> None:
    put(messages, "one.po", PART)
    assert messages.main() == 0
    spanish = gettext.translation("django", messages.PACKAGE / "languages", ["es"])
    assert spanish.gettext("Open it") == "Abrirlo"
    assert spanish.pgettext("month", "May") == "mayo"
    assert spanish.ngettext("%(n)s person", "%(n)s people", 2) == "%(n)s personas"


def test_a_missing_text_fails_by_name(messages: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    put(messages, "one.po", PART.replace('msgid "Open it"\nmsgstr "Abrirlo"\n', ""))
    assert messages.main() == 1
    assert "no translation of 'Open it' (src/corredor/templates/page.html:3)" in capsys.readouterr().err


def test_parts_must_agree(messages: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    put(messages, "one.po", PART)
    put(messages, "two.po", HEAD + '\nmsgid "Open it"\nmsgstr "Ábralo"\n')
    assert messages.main() == 1
    assert "two.po and one.po disagree about 'Open it'" in capsys.readouterr().err


def test_the_same_words_twice_are_fine(messages: ModuleType) -> None:
    put(messages, "one.po", PART)
    put(messages, "two.po", HEAD + '\nmsgid "Open it"\nmsgstr "Abrirlo"\n')
    assert messages.main() == 0


def test_a_lost_placeholder_fails(messages: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    put(messages, "one.po", PART.replace("Hola, %(name)s", "Hola, %(nombre)s"))
    assert messages.main() == 1
    assert "a placeholder differs" in capsys.readouterr().err


def test_lenient_reports_and_goes_on(messages: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["messages.py", "--lenient"])
    assert messages.main() == 0

"""The docs match the tree: files, tests, database rules, and the words on screen."""

from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps

from corredor.incidents.enums import Status
from corredor.kit.db_rules import guards_of

from .repository import PACKAGE, ROOT, bare, list_tracked, parse, read_doc, read_table, show

PAGES = sorted(show(path) for path in list_tracked() if path.suffix == ".md" and "packs" not in path.parts)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_NAMED = re.compile(r"`([\w./-]+\.(?:py|toml|md|js|css|svg|json))(?:::(\w+))?`")
_MADE = {"live.json"}  # while the program runs


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    folder = (ROOT / page).parent
    targets = [target for target in _LINK.findall((ROOT / page).read_text()) if "://" not in target]

    assert [target for target in targets if not (folder / target).exists() and not target.startswith("mailto:")] == []


@pytest.mark.parametrize("page", ["docs/flow.md", "docs/threat-model.md", "docs/decisions.md", "docs/operate.md"])
def test_files_and_tests_named_in_a_page_exist(page):
    missing = []
    for name, test in _NAMED.findall((ROOT / page).read_text()):
        found = _find_file(name)
        if not found and name.rpartition("/")[2] not in _MADE:
            missing.append(name)
        if test and not any(test in _list_functions(path) for path in found):
            missing.append(f"{name}::{test}")
    assert missing == []


def test_every_rule_of_the_database_is_told():
    kept = {guard.name for config in _stages() for guard in guards_of(config.label)}
    kept |= {rule.name for config in _stages() for model in config.get_models() for rule in model._meta.constraints}
    written = [bare(row[0]) for row in read_table("flow.md", "## Rules kept by the database")]

    assert sorted(written) == sorted(kept)


def test_status_words_are_those_on_screen():
    from babel.messages.pofile import read_po

    spanish = {}
    for part in (PACKAGE / "languages/es/messages").glob("*.po"):
        with part.open("rb") as file:
            spanish |= {message.id: message.string for message in read_po(file) if isinstance(message.id, str)}
    on_screen = [[status.value, str(status.label), spanish[str(status.label)]] for status in Status]

    assert [[bare(cell) for cell in row[:3]] for row in read_table("flow.md", "### Status")] == on_screen


def test_the_change_log_begins_with_the_present_version():
    from corredor import __version__

    first = re.search(r"(?m)^## (\S+)", read_doc("CHANGELOG.md"))
    assert first is not None
    assert first[1] == __version__


def _stages():
    return [config for config in apps.get_app_configs() if config.name.startswith("corredor.")]


def _find_file(name: str) -> list:
    """Files of the repository that a page may mean: whole paths, or their last parts."""
    return [path for path in list_tracked() if f"/{show(path)}".endswith(f"/{name.removeprefix('./')}")]


def _list_functions(path) -> set[str]:
    return {node.name for node in ast.walk(parse(path)) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}

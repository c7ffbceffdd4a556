"""Every environment variable that the program reads is documented in docs/operate.md, with its default."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from corredor.channels.catalogue import get_provider, list_providers

from .repository import PACKAGE, bare, list_python, parse, read_table, show

_READERS = {"text", "flag", "number", "words", "choice", "amounts"}  # of config/environment.py
# Outside config/: drills make a home of their own (as all benches do), packs and languages are read without Django,
# Django is told its settings.
_ALSO_READ = {
    "src/corredor/commands/drill.py",
    "src/corredor/commands/main.py",
    "src/corredor/commands/output.py",
    "src/corredor/channels/catalogue.py",
    "src/corredor/places/pack.py",
    "src/corredor/kit/languages.py",
}


def test_the_table_names_what_is_read_with_its_default():
    read = {}
    for path in [
        *sorted((PACKAGE / "config").glob("*.py")),
        PACKAGE / "places" / "pack.py",
        PACKAGE / "kit" / "languages.py",
    ]:
        read |= dict(_list_variables(parse(path)))
    read |= dict(_list_provider_variables())
    written = {bare(row[0]): bare(row[1]) for row in read_table("operate.md", "## Settings")}

    assert set(written) == set(read)
    assert {name: written[name] for name, default in read.items() if default is not None} == {
        name: default for name, default in read.items() if default is not None
    }


def test_only_config_reads_the_environment():
    readers = {
        show(path)
        for path in list_python("src")
        if path.parent.name != "config" and "os.environ" in path.read_text(encoding="utf-8")
        if not path.is_relative_to(PACKAGE / "bench")
    }
    assert readers <= _ALSO_READ


def _list_provider_variables() -> Iterator[tuple[str, str | None]]:
    """What the channels declare, with defaults as written in the table; None for a list."""
    for name in list_providers():
        for field in get_provider(name).fields:
            if field.variable and "/" not in field.variable:
                yield field.variable, None if isinstance(field.default, tuple) else str(field.default)
    yield "CORREDOR_EXTRA_CHANNELS", None
    yield "SMS_GATEWAY_INBOUND_TOKEN", None


def _list_variables(tree: ast.Module) -> Iterator[tuple[str, str | None]]:
    """(name, default as written in the table); None where the default is no plain value."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        owner, method = ast.unparse(node.func.value), node.func.attr
        name = node.args[0].value if isinstance(node.args[0], ast.Constant) else None
        if not isinstance(name, str):
            continue
        if owner == "environment" and method in _READERS:
            yield name, _default(node, method)
        elif owner == "os.environ" and method == "get":
            yield name, None


def _default(call: ast.Call, method: str) -> str | None:
    given = call.args[1] if len(call.args) > 1 else next((k.value for k in call.keywords if k.arg == "default"), None)
    if given is None:
        return "no" if method == "flag" else ""
    if not isinstance(given, ast.Constant):
        return None
    return {True: "yes", False: "no"}[given.value] if method == "flag" else str(given.value)

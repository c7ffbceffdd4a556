"""Production requirements are imported by the program, or the list says why they are needed."""

from __future__ import annotations

import ast
import re
from importlib.metadata import packages_distributions

from .repository import ROOT, list_python, parse

_LINE = re.compile(r"(?P<name>[A-Za-z0-9._-]+)[^#]*(?P<reason>#.*)?")


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _list_imported() -> set[str]:
    """Distributions whose modules ``src`` or ``scripts`` import or name in a text (INSTALLED_APPS, backends)."""
    tops: set[str] = set()
    for path in list_python("src", "scripts"):
        for node in ast.walk(parse(path)):
            if isinstance(node, ast.Import):
                tops |= {name.name.partition(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                tops.add(node.module.partition(".")[0])
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isascii():
                tops.add(node.value.partition(".")[0])
    owners = packages_distributions()
    return {_canonical(name) for top in tops for name in owners.get(top, ())}


def test_every_requirement_is_imported_or_says_why_it_is_there():
    imported, idle = _list_imported(), set()
    for line in (ROOT / "requirements" / "base.in").read_text(encoding="utf-8").splitlines():
        found = _LINE.fullmatch(line.strip())
        if found and not found["reason"] and _canonical(found["name"]) not in imported:
            idle.add(found["name"])

    assert idle == set()

"""A language is a folder: outside `languages/` no code, template or script names a language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from corredor.kit.languages import CODES

from .repository import PACKAGE, list_python, list_tracked, parse, show

# What the place engine reads is grammar of English and Spanish, and benches send a fixed load.
_APART = ("src/corredor/engines/textlocate/", "src/corredor/bench/", "src/corredor/kit/languages.py")
_PAGES = {".html", ".txt", ".svg", ".webmanifest", ".js"}
_CODES = "|".join(CODES)
_IN_PAGE = re.compile(rf"""[!=]==?\s*["'](?:{_CODES})["']|\b[a-z]+_(?:{_CODES})\b""")
_NAMED = re.compile(rf"[A-Za-z]\w*_(?:{_CODES})", re.IGNORECASE)


def find_known(tree: ast.Module) -> Iterator[int]:
    """Lines that compare with a language, hold two of them, or are named for one."""
    for node in ast.walk(tree):
        if (
            (isinstance(node, ast.Compare) and _codes_in([node.left, *node.comparators]))
            or (isinstance(node, ast.Tuple | ast.List | ast.Set) and len(_codes_in(node.elts)) > 1)
            or (isinstance(node, ast.Dict) and len(_codes_in(node.keys)) > 1)
        ):
            yield node.lineno
        elif any(_NAMED.fullmatch(name) for name in _names_in(node)) or _asks_by_name(node):
            yield getattr(node, "lineno", getattr(getattr(node, "value", None), "lineno", 0))


def _codes_in(nodes: list[ast.expr | None] | list[ast.expr]) -> set[object]:
    return {node.value for node in nodes if isinstance(node, ast.Constant)} & set(CODES)


def _names_in(node: ast.AST) -> Iterator[str]:
    for field in ("id", "attr", "arg", "name"):
        if isinstance(name := getattr(node, field, None), str):
            yield name


def _asks_by_name(node: ast.AST) -> bool:
    """getattr(place, f"label_{language}")."""
    is_asked = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr"
    return is_asked and any("language" in ast.unparse(one) for one in node.args if isinstance(one, ast.JoinedStr))


def _is_apart(path: Path) -> bool:
    return show(path).startswith(_APART)


def test_no_python_knows_which_languages_there_are():
    found = [
        f"{show(path)}:{line}" for path in list_python("src") if not _is_apart(path) for line in find_known(parse(path))
    ]

    assert found == []


def test_no_page_or_script_knows_which_languages_there_are():
    pages = [path for path in list_tracked() if path.is_relative_to(PACKAGE) and path.suffix in _PAGES]
    found = [
        f"{show(path)}: {match}"
        for path in pages
        if not _is_apart(path)
        for match in _IN_PAGE.findall(path.read_text(encoding="utf-8"))
    ]

    assert len(pages) > 50
    assert found == []


def test_every_way_of_knowing_one_is_found():
    wrong = [
        'a = 1 if language == "es" else 2',
        'b = ("es", "en")',
        'c = {"en": 1, "es": 2}',
        "d = place.label_es",
        "e = Pin(area_en=1)",
        "def f(name_es): ...",
        'g = getattr(place, f"label_{language}")',
    ]
    right = ['a = names["es"]', 'b = ("es",)', 'c = {"en": 1}', "d = is_open", "e = language in CODES"]

    assert [list(find_known(ast.parse(code))) for code in wrong] == [[1]] * len(wrong)
    assert [list(find_known(ast.parse(code))) for code in right] == [[]] * len(right)
    assert _IN_PAGE.search('{% if language == "es" %}')
    assert _IN_PAGE.search("{{ place.label_es }}")
    assert not _IN_PAGE.search("{{ places_essential }}")

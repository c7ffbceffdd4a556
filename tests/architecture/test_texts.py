"""Extraction of translated texts works with every supported Python's tokenizer."""

from __future__ import annotations

import ast
from typing import TypeGuard

from .repository import list_python, parse, show


def _name(call: ast.Call) -> str:
    function = call.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _is_translation(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and (_name(node) == "_" or "gettext" in _name(node))


def find_in_f_strings(tree: ast.Module) -> set[ast.Call]:
    """Translation calls inside f-strings.

    Python 3.12 gives the tokens inside an f-string, 3.11 does not, so the texts found would depend on the version.
    """
    strings = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
    return {node for string in strings for node in ast.walk(string) if _is_translation(node)}


def test_no_translation_is_called_inside_an_f_string():
    found = {f"{show(path)}:{call.lineno}" for path in list_python("src") for call in find_in_f_strings(parse(path))}

    assert found == set()


def test_calls_inside_f_strings_are_found():
    code = "f'{_(1)}', f'{a + (b if gettext_lazy(2) else translation.pgettext(3))}', f'{a:{ngettext(4)}}', _(5), f'{b}'"

    assert len(find_in_f_strings(ast.parse(code))) == 4

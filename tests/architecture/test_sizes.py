"""Limits on the length of files and functions."""

from __future__ import annotations

import ast
import tomllib

import pytest

from .repository import ROOT, list_python, parse, show

LONGEST_FILE = 400
LONGEST_FUNCTION = 50
MOST_COMPLEX = 10

FILES = list_python("src", "tests", "scripts")


def test_there_is_something_to_measure():
    assert len(FILES) > 300


@pytest.mark.parametrize("folder", ["src", "tests", "scripts"])
def test_no_file_is_too_long(folder):
    lengths = {show(path): len(path.read_text(encoding="utf-8").splitlines()) for path in list_python(folder)}

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


@pytest.mark.parametrize("folder", ["src", "tests", "scripts"])
def test_no_function_is_too_long(folder):
    assert {name: n for path in list_python(folder) for name, n in _measure(path) if n > LONGEST_FUNCTION} == {}


def test_every_module_says_what_it_is():
    silent = [show(path) for path in list_python("src", "scripts") if not ast.get_docstring(parse(path))]

    assert silent == []


def test_ruff_keeps_functions_simple():
    ruff = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]

    assert "C90" in ruff["select"]
    assert ruff["mccabe"]["max-complexity"] <= MOST_COMPLEX
    assert not {"C90", "C901"}.intersection(ruff["ignore"])
    exempt = [rules for rules in ruff["per-file-ignores"].values() if {"C90", "C901"}.intersection(rules)]
    assert exempt == []


def test_nobody_waves_a_complex_function_through():
    waved = [
        show(path)
        for path in list_python("src", "scripts")
        if any("noqa" in line and "C901" in line for line in path.read_text(encoding="utf-8").splitlines())
    ]
    assert waved == []


def _measure(path):
    for node in ast.walk(parse(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{show(path)}:{node.name}", node.end_lineno - node.lineno + 1

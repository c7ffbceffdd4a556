"""docs/flow.md lists every folder of the program, with the folder's own docstring."""

from __future__ import annotations

import ast

from .repository import PACKAGE, bare, list_tracked, parse, read_table

_PURPOSE = "## The folders"


def _list_folders() -> set[str]:
    """Folders that hold tracked files, as src/corredor sees them; migrations and locale's inside apart."""
    found = set()
    for path in list_tracked():
        if not path.is_relative_to(PACKAGE):
            continue
        for folder in path.relative_to(PACKAGE).parents:
            found.add(folder.as_posix())
    return {name for name in found - {"."} if "migrations" not in name.split("/")}


def _is_package(name: str) -> bool:
    return (PACKAGE / name / "__init__.py").is_file()


def _top_data(names: set[str]) -> set[str]:
    """Folders of data, without those inside another folder of data."""
    data = {name for name in names if not _is_package(name)}
    return {name for name in data if not any(name.startswith(f"{other}/") for other in data)}


def test_every_package_stands_in_the_table_with_its_own_purpose():
    folders = {name for name in _list_folders() if _is_package(name)}
    written = {bare(row[0]): row[1] for row in read_table("flow.md", _PURPOSE) if _is_package(bare(row[0]))}
    own = {name: _purpose(name) for name in folders}

    assert written == own


def test_every_folder_of_data_stands_in_the_table():
    written = {bare(row[0]) for row in read_table("flow.md", _PURPOSE)}

    assert {name for name in written if not _is_package(name)} == _top_data(_list_folders())


def _purpose(name: str) -> str:
    text = ast.get_docstring(parse(PACKAGE / name / "__init__.py")) or ""
    return text.split("\n\n")[0].replace("\n", " ").strip()

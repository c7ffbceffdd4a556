"""Every process uses the SQLite library that kit/sqlite_library.py chooses; no other code chooses one."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator

import pytest

from .repository import PACKAGE, ROOT, list_python, parse, show

_LIBRARIES = {"sqlite3", "pysqlite3", "apsw", "sqlean"}
_CHOOSER = "src/corredor/kit/sqlite_library.py"
_SAY_WHICH = """
import sys, sqlite3
from corredor.kit import sqlite_library
assert "django.db" not in sys.modules or sys.modules["django.db.backends.sqlite3.base"].Database is sqlite3.dbapi2
assert sqlite3 is sqlite_library.sqlite3
print(sqlite3.sqlite_version)
"""


def _list_imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_only_one_module_imports_a_sqlite_library():
    importers = {
        show(path) for path in list_python("src", "scripts") if _LIBRARIES.intersection(_list_imports(parse(path)))
    }
    assert importers == {_CHOOSER}


@pytest.mark.parametrize(
    "entry",
    [
        "import corredor.commands.main",
        "import corredor.config.wsgi; from django.db import connection; connection.ensure_connection()",
        "import corredor.server.supervisor",
        "import tests.settings",
        "import corredor.kit.ids",
    ],
)
def test_every_entry_point_comes_by_the_chosen_library(entry, tmp_path):
    from corredor.kit import sqlite_library

    said = subprocess.run(
        [sys.executable, "-c", f"{entry}\n{_SAY_WHICH}"],
        env={"PYTHONPATH": f"{PACKAGE.parent}:{ROOT}", "CORREDOR_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stdout.strip() == sqlite_library.VERSION, said.stderr

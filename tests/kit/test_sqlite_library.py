"""The SQLite versions without the WAL-reset fault, and the choice of the library."""

import sys
from types import SimpleNamespace

import pytest

from corredor.kit import sqlite_library


@pytest.mark.parametrize(
    ("version", "sound"),
    [
        ((3, 7, 0), False),
        ((3, 34, 1), False),  # Debian 11
        ((3, 37, 2), False),  # Ubuntu 22.04
        ((3, 40, 1), False),  # Debian 12
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 1), False),  # Ubuntu 24.04
        ((3, 46, 1), False),  # Debian 13
        ((3, 50, 4), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 0), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((3, 53, 4), True),
        ((4, 0, 0), True),
    ],
)
def test_sound_versions(version, sound):
    assert sqlite_library.is_sound(version) is sound


def test_a_bundled_library_is_taken_only_when_it_is_sound(monkeypatch):
    standard = SimpleNamespace(sqlite_version_info=(3, 40, 1))
    monkeypatch.setitem(sys.modules, "sqlite3", standard)
    for version in ((3, 51, 2), (3, 51, 3)):
        bundled = SimpleNamespace(sqlite_version_info=version)
        monkeypatch.setitem(sys.modules, "pysqlite3", bundled)
        assert sqlite_library.choose() is (bundled if version == (3, 51, 3) else standard)
    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    assert sqlite_library.choose() is standard


def test_this_process_uses_one_library():
    import sqlite3

    from django.db.backends.sqlite3 import base

    assert sqlite3 is sqlite_library.sqlite3
    assert base.Database is sqlite_library.sqlite3.dbapi2


def test_django_must_not_have_taken_another_library_before():
    with pytest.raises(RuntimeError, match="before Django"):
        sqlite_library.substitute()

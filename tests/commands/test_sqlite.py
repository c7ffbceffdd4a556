"""The SQLite library of an installation, and the rollback journal if only an affected version is available."""

import contextlib
import os
import shutil
import sqlite3
from pathlib import Path

import pytest

from .installation import Installation

_AFFECTED = Path(__file__).parent / "affected_sqlite"
_WAL = b"\x02\x02"  # file format for writing and reading, bytes 18 and 19 of the database
_ROLLBACK_JOURNAL = b"\x01\x01"


@pytest.fixture
def installation(set_up, tmp_path):
    """A copy of an installation that was set up with the sound library."""
    shutil.copytree(set_up[0].home, tmp_path / "home")
    return Installation(tmp_path / "home")


def _with_affected_library(installation):
    path = os.pathsep.join([str(_AFFECTED), installation.environment["PYTHONPATH"]])
    return Installation(installation.home, PYTHONPATH=path)


def _format(installation):
    return (installation.home / "corredor.sqlite3").read_bytes()[18:20]


def _find_sqlite(installation):
    findings = installation.ask("check")["findings"]
    return next((finding["level"], finding["words"]) for finding in findings if finding["code"] == "SQLITE")


def test_the_sound_library_keeps_a_write_ahead_log(installation):
    assert _format(installation) == _WAL
    level, words = _find_sqlite(installation)
    assert (level, sqlite3.sqlite_version in words) == ("GOOD", True)


def test_an_affected_library_sets_up_a_rollback_journal(tmp_path):
    affected = _with_affected_library(Installation(tmp_path / "home"))
    assert affected.run("init", "--defaults").returncode == 0
    assert _format(affected) == _ROLLBACK_JOURNAL
    level, words = _find_sqlite(affected)
    assert (level, "3.40.1" in words) == ("LOOK", True)


def test_an_affected_library_takes_a_database_out_of_wal_mode(installation):
    affected = _with_affected_library(installation)
    assert _find_sqlite(affected)[0] == "LOOK"
    assert _format(affected) == _ROLLBACK_JOURNAL
    assert not list(installation.home.glob("corredor.sqlite3-*"))

    assert _find_sqlite(installation)[0] == "GOOD"
    assert _format(installation) == _WAL


def test_an_affected_library_is_refused_beside_a_process_in_wal_mode(installation):
    affected = _with_affected_library(installation)
    with contextlib.closing(sqlite3.connect(installation.home / "corredor.sqlite3")) as beside:
        beside.execute("SELECT COUNT(*) FROM people_user").fetchone()
        answer = affected.run("check", "--json")
        assert answer.returncode == 1
        assert "The database cannot be reached (OperationalError)." in answer.stdout
    assert _format(installation) == _WAL

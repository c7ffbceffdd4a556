"""After a power cut at any of a thousand moments the database is intact and holds every acknowledged report."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.commands.installation import Installation

from .recording import DATABASE, Recording, record

_AFFECTED = Path(__file__).parents[1] / "commands" / "affected_sqlite"
_SEED = 20261130

pytestmark = pytest.mark.xdist_group("power_cut")  # the recording is made once


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    """An installation just set up."""
    installation = Installation(tmp_path_factory.mktemp("power") / "home")
    assert installation.run("init", "--defaults").returncode == 0
    return installation


def _record_copy(fresh: Installation, folder: Path, *, reports: int, **environment: str) -> Recording:
    shutil.copytree(fresh.home, folder / "home")
    return record(Installation(folder / "home", **environment), reports=reports)


@pytest.fixture(scope="module")
def recorded(fresh, tmp_path_factory):
    """Ninety reports: enough for a checkpoint among the commits."""
    return _record_copy(fresh, tmp_path_factory.mktemp("recorded"), reports=90)


def _cut(recording: Recording, *, times: int) -> Iterator[tuple[dict[str, bytes], set[str]]]:
    """The folder after a power cut at so many moments, and the reports that were acknowledged by then."""
    luck = random.Random(_SEED)
    moments = Counter(luck.randint(0, len(recording.calls)) for _ in range(times))
    disk = recording.new_disk()
    for done in range(len(recording.calls) + 1):
        until = recording.calls[done].at if done < len(recording.calls) else max(recording.acknowledged.values()) + 1
        acknowledged = {words for words, at in recording.acknowledged.items() if at < until}
        for turn in range(moments[done]):
            yield disk.after_cut(luck if turn % 2 or luck.random() < 0.5 else None), acknowledged
        if done < len(recording.calls):
            disk.apply(recording.calls[done])


def _find_fault(folder: Path, files: dict[str, bytes], acknowledged: set[str]) -> str:
    """What is wrong with a database after a power cut; empty when nothing is."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    with contextlib.closing(sqlite3.connect(folder / DATABASE)) as database:
        try:
            database.execute("PRAGMA synchronous=OFF")  # for this look alone: closing it checkpoints
            found = database.execute("PRAGMA integrity_check").fetchall()
            if found != [("ok",)]:
                return f"integrity_check: {found[0][0]}"
            kept = {text for (text,) in database.execute("SELECT text FROM intake_report")}
        except sqlite3.DatabaseError as error:
            return str(error)
    missing = acknowledged - kept
    return f"{len(missing)} acknowledged reports are missing" if missing else ""


def _find_faults(recording: Recording, folder: Path, *, times: int) -> Counter[str]:
    return Counter(
        fault
        for files, acknowledged in _cut(recording, times=times)
        if (fault := _find_fault(folder, files, acknowledged))
    )


def _names_written(recording: Recording, *, before: int | None = None) -> set[str]:
    written = (call for call in recording.calls if call.name == "pwrite64" and (before is None or call.at < before))
    return {Path(call.path).name for call in written}


def test_a_power_cut_loses_no_acknowledged_report(recorded, tmp_path):
    last = max(recorded.acknowledged.values())
    assert _names_written(recorded, before=last) == {DATABASE, f"{DATABASE}-wal"}, "a checkpoint among the commits"
    assert not _find_faults(recorded, tmp_path / "cut", times=1000)


def test_without_syncs_reports_would_be_missing(recorded, tmp_path):
    unsynced = replace(recorded, calls=[call for call in recorded.calls if not call.is_sync])
    faults = _find_faults(unsynced, tmp_path / "cut", times=50)
    assert any("are missing" in fault for fault in faults)


def test_nor_with_the_rollback_journal_of_an_affected_library(fresh, tmp_path):
    """From the moment on at which the affected library takes the database out of WAL mode."""
    path = os.pathsep.join([str(_AFFECTED), fresh.environment["PYTHONPATH"]])
    recording = _record_copy(fresh, tmp_path, reports=15, PYTHONPATH=path)
    assert _names_written(recording) >= {DATABASE, f"{DATABASE}-journal"}
    assert not _find_faults(recording, tmp_path / "cut", times=200)

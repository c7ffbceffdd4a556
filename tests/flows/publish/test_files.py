"""Published files: two processes, torn writes, and a disk that fills up between a file and its compressed copy."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import os
from datetime import timedelta

import pytest

from corredor.flows.publish import snapshot
from corredor.flows.publish.files import PublishedFiles
from corredor.flows.publish.snapshot import open_files, write_snapshot
from tests.factories import NOW, make_confirmed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PUBLIC_SNAPSHOT = tmp_path / "public"
    return settings.PUBLIC_SNAPSHOT


def list_files(folder):
    return [path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")]


def test_every_file_has_a_compressed_twin_and_is_open_to_any_web_server(folder, desk):
    make_confirmed(desk)
    write_snapshot(now=NOW)
    files = [path for path in list_files(folder) if path.suffix != ".gz"]
    assert len(files) == 5
    for path in files:
        assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == path.read_bytes()
        assert path.stat().st_mode & 0o777 == 0o644
        assert path.parent.stat().st_mode & 0o777 == 0o755


def test_a_disk_that_fills_up_half_way_is_caught_up_with(folder, desk, monkeypatch):
    write_snapshot(now=NOW)
    make_confirmed(desk)
    real, calls = snapshot._replace, []

    def fill_up(path, body):
        calls.append(path.name)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        real(path, body)

    monkeypatch.setattr(snapshot, "_replace", fill_up)
    with pytest.raises(OSError, match="No space"):
        write_snapshot(now=NOW)
    assert json.loads((folder / "live.json").read_bytes())["confirmed"] == []
    monkeypatch.setattr(snapshot, "_replace", real)
    write_snapshot(now=NOW)
    assert len(json.loads((folder / "live.json").read_bytes())["confirmed"]) == 1
    assert gzip.decompress((folder / "live.json.gz").read_bytes()) == (folder / "live.json").read_bytes()


def test_what_changes_nothing_leaves_every_feed_untouched(folder, desk):
    make_confirmed(desk)
    write_snapshot(now=NOW)
    before = {path: path.stat().st_ino for path in list_files(folder)}
    write_snapshot(now=NOW + timedelta(minutes=2))
    assert {path: path.stat().st_ino for path in list_files(folder)} == before


def _replace_often(folder: str, number: int) -> None:
    from pathlib import Path

    for turn in range(200):
        snapshot._write_if_changed(Path(folder) / "feeds" / "es.atom", (f"{number}" * (1000 + turn % 7)).encode())


def test_two_processes_that_write_leave_no_reader_with_a_torn_file(folder):
    (folder / "feeds").mkdir(parents=True)
    snapshot._write_if_changed(folder / "feeds" / "es.atom", b"1" * 1000)
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_replace_often, args=(str(folder), number)) for number in (1, 2)]
    for writer in writers:
        writer.start()
    files, seen = PublishedFiles(str(folder)), set()
    while any(writer.is_alive() for writer in writers):
        found = files.find("feeds/es.atom")
        assert found is not None
        assert len(set(found.body)) == 1
        assert 1000 <= len(found.body) < 1007
        assert gzip.decompress(found.zipped) == found.body
        seen.add(found.etag)
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert sorted(path.name for path in (folder / "feeds").iterdir()) == ["es.atom", "es.atom.gz"]


def test_memory_follows_the_disk(folder, desk):
    write_snapshot(now=NOW)
    first = open_files().find("live.json")
    assert open_files().find("live.json") is first, "not read again while it is the same"
    make_confirmed(desk)
    write_snapshot(now=NOW)
    assert open_files().find("live.json") != first


def test_messages_are_forgotten_as_files_after_a_month_once_they_left_the_page(folder, desk):
    (folder / "feeds" / "cap").mkdir(parents=True)
    old = folder / "feeds" / "cap" / "old1234567.xml"
    old.write_bytes(b"x")
    os.utime(old, (NOW.timestamp(), NOW.timestamp()))
    write_snapshot(now=NOW + timedelta(days=29))
    assert old.exists()
    write_snapshot(now=NOW + timedelta(days=31))
    assert not old.exists()

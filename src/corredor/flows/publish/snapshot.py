"""Public snapshot: the public view as static files that any web server or CDN can serve to a million readers.

Written after every committed change; readers leave no trace on this server.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import logging
import os
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from corredor.flows.publish.partner_news import queue_events
from corredor.kit.languages import CODES
from corredor.people.queries import get_network

from .atom import encode_atom, encode_cap_index
from .cap import encode_cap
from .files import Published, PublishedFiles, is_published, prepare
from .geojson import encode_geojson
from .json import describe_view
from .view import NothingPublic, PublicView, public_alert, public_view

__all__ = [
    "PublicView",
    "get_published",
    "get_snapshot",
    "open_files",
    "public_view",
    "publish",
    "write_snapshot",
]

log = logging.getLogger(__name__)

LIVE = "live.json"
MESSAGES_KEPT = timedelta(days=30)
CHECK_AGAIN_S = 20.0  # maximum age of the file before a request re-checks it


def publish(*, now: datetime) -> tuple[PublicView, tuple[int, ...]]:
    """Write the files, then queue partner events for what is new. Return the view, and its files' stamp."""
    _, view, stamp = _write_files(now)
    queue_events(view, now=now)
    return view, stamp


def write_snapshot(*, now: datetime) -> bytes:
    """Write every file that changed; return the bytes of live.json."""
    return _write_files(now)[0]


def _write_files(now: datetime) -> tuple[bytes, PublicView, tuple[int, ...]]:
    """Write under a file lock, reading the database only inside it, so that the last writer has the newest data."""
    folder = Path(settings.PUBLIC_SNAPSHOT)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # public files are readable by any web server of this computer
    with (folder / ".live.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        view = public_view(now=now)
        body = encode(view)
        _write_if_changed(folder / LIVE, body)
        os.utime(folder / LIVE)  # mtime records the last check
        for name, content in _feeds(view, folder):
            _write_if_changed(folder / name, content)
        _delete_old_messages(folder / "feeds/cap", now)
        stamp = stamp_snapshot()
    return body, view, stamp


def get_snapshot(*, now: datetime) -> bytes:
    """Return live.json, re-checked first when older than CHECK_AGAIN_S: denials disappear by age alone.

    If that fails (database or disk unusable), the last file is returned.
    """
    path = snapshot_path()
    body = _read(path)
    if body is None or time.time() - path.stat().st_mtime > CHECK_AGAIN_S:
        try:
            return write_snapshot(now=now)
        except Exception:
            if body is None:
                raise
            log.exception("snapshot could not be looked over")
    return body


def get_published(*, name: str, now: datetime) -> Published | None:
    """Return a published file, fresh; CAP messages also after their incident has left the front page.

    None if there is no such file, or it is not public.
    """
    if not is_published(name):
        return None
    get_snapshot(now=now)
    if found := open_files().find(name):
        return found
    return _write_old_message(name.removeprefix("feeds/cap/").removesuffix(".xml"), name, now=now)


def open_files() -> PublishedFiles:
    """Return this process's file cache."""
    return _open_files(str(settings.PUBLIC_SNAPSHOT))


def snapshot_path() -> Path:
    """Return the path of live.json, for a web server; the feeds are in ``feeds`` next to it."""
    return Path(settings.PUBLIC_SNAPSHOT) / LIVE


def stamp_snapshot() -> tuple[int, ...]:
    """Return what changes whenever any process writes or checks the files; empty before the first time."""
    try:
        found = snapshot_path().stat()
    except FileNotFoundError:
        return ()
    return found.st_mtime_ns, found.st_ino, found.st_size


def encode(view: PublicView) -> bytes:
    """Encode the view as JSON."""
    return json.dumps(describe_view(view), ensure_ascii=False, separators=(",", ":")).encode()


def _feeds(view: PublicView, folder: Path) -> Iterator[tuple[str, bytes]]:
    network = get_network()
    for row in (*view.confirmed, *view.denied, *view.ended):
        for alert in row.alerts:
            name = f"feeds/cap/{alert.slug}.xml"
            if not (folder / name).exists():  # CAP messages are immutable
                yield name, encode_cap(alert, row, network)
    yield "feeds/incidents.geojson", encode_geojson(view, network.city)
    for language in CODES:
        yield f"feeds/{language}.atom", encode_atom(view, name=network.name, language=language)
    yield "feeds/cap.atom", encode_cap_index(view, name=network.name)  # last: the files it links to exist by then


def _write_old_message(slug: str, name: str, *, now: datetime) -> Published | None:
    try:
        alert, incident = public_alert(slug=slug, now=now)
    except NothingPublic:
        return None
    return prepare(name, encode_cap(alert, incident, get_network()))


def _delete_old_messages(folder: Path, now: datetime) -> None:
    """Delete CAP files MESSAGES_KEPT after they were written; until then references to them resolve."""
    oldest = now.timestamp() - MESSAGES_KEPT.total_seconds()
    for path in folder.glob("*.xml*") if folder.is_dir() else ():
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)


@lru_cache(maxsize=4)
def _open_files(folder: str) -> PublishedFiles:
    return PublishedFiles(folder)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write_if_changed(path: Path, body: bytes) -> None:
    """Write a file and its gzip twin if changed. The twin first: if the second write fails, the next writer still sees
    a difference and writes both.
    """
    if _read(path) == body:
        return
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True)
        for folder in (path.parent, path.parent.parent):
            folder.chmod(0o755)
    _replace(path.with_name(f"{path.name}.gz"), gzip.compress(body, 9, mtime=0))
    _replace(path, body)


def _replace(path: Path, body: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    draft.write_bytes(body)
    draft.chmod(0o644)
    draft.replace(path)

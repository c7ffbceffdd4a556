"""The public view as small files that any web server or CDN can carry to a million readers.

Written on every change after the change is committed; who reads it leaves no trace here.
"""

from __future__ import annotations

import fcntl
import gzip
import json
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction

from corredor.flows.publish.partner_news import queue_news
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
    "publish_after_commit",
    "withhold_publication",
    "write_snapshot",
]

log = logging.getLogger(__name__)

LIVE = "live.json"
MESSAGES_KEPT = timedelta(days=30)
CHECK_AGAIN_S = 20.0  # how old the file may grow before a reader's request has it looked over

_withheld: ContextVar[bool] = ContextVar("withheld", default=False)


@contextmanager
def withhold_publication() -> Iterator[None]:
    """Inside, no change is published: a drill has a clock of its own and nothing for the public."""
    token = _withheld.set(True)
    try:
        yield
    finally:
        _withheld.reset(token)


def publish_after_commit(*, now: datetime) -> None:
    """Have the snapshot written once the running transaction is safe; a full disk is logged, not raised."""
    if _withheld.get():
        return

    def write() -> None:  # Django names it in the log when it fails, which a partial has no name for
        publish(now=now)

    transaction.on_commit(write, robust=True)


def publish(*, now: datetime) -> None:
    """Write the files, then put on its way to partners what is new in them."""
    _, view = _write_files(now)
    queue_news(view, now=now)


def write_snapshot(*, now: datetime) -> bytes:
    """Write every file that would change; returns the bytes of live.json."""
    return _write_files(now)[0]


def _write_files(now: datetime) -> tuple[bytes, PublicView]:
    """Writers queue, and each reads the database when its turn has come, so that the last to write is never
    the one who knew least.
    """
    folder = Path(settings.PUBLIC_SNAPSHOT)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # what is public may be read by any web server of this computer
    with (folder / ".live.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        view = public_view(now=now)
        body = encode(view)
        _put(folder / LIVE, body)
        os.utime(folder / LIVE)  # somebody has looked it over
        for name, content in _feeds(view, folder):
            _put(folder / name, content)
        _forget_messages(folder / "feeds/cap", now)
    return body, view


def get_snapshot(*, now: datetime) -> bytes:
    """live.json as it is, looked over first when nobody has for a while: a denial leaves by age alone.

    When that fails, because the database or the disk cannot be used, the last file is still served.
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
    """A published file, fresh; a CAP message also when its incident has long left the front page.

    None when there is no such file, or none that the public may see.
    """
    if not is_published(name):
        return None
    get_snapshot(now=now)
    if found := open_files().find(name):
        return found
    return _write_old_message(name.removeprefix("feeds/cap/").removesuffix(".xml"), name, now=now)


def open_files() -> PublishedFiles:
    """The published files of this process."""
    return _open_files(str(settings.PUBLIC_SNAPSHOT))


def snapshot_path() -> Path:
    """Where live.json lies, for a web server to be pointed at; the feeds lie in ``feeds`` beside it."""
    return Path(settings.PUBLIC_SNAPSHOT) / LIVE


def encode(view: PublicView) -> bytes:
    """The view as JSON."""
    return json.dumps(describe_view(view), ensure_ascii=False, separators=(",", ":")).encode()


def _feeds(view: PublicView, folder: Path) -> Iterator[tuple[str, bytes]]:
    network = get_network()
    for row in (*view.confirmed, *view.denied, *view.ended):
        for alert in row.alerts:
            name = f"feeds/cap/{alert.slug}.xml"
            if not (folder / name).exists():  # what was said under an identifier is never said otherwise
                yield name, encode_cap(alert, row, network)
    yield "feeds/incidents.geojson", encode_geojson(view, network.city)
    for language in CODES:
        yield f"feeds/{language}.atom", encode_atom(view, name=network.name, language=language)
    yield "feeds/cap.atom", encode_cap_index(view, name=network.name)  # last: what it names is there


def _write_old_message(slug: str, name: str, *, now: datetime) -> Published | None:
    try:
        alert, incident = public_alert(slug=slug, now=now)
    except NothingPublic:
        return None
    return prepare(name, encode_cap(alert, incident, get_network()))


def _forget_messages(folder: Path, now: datetime) -> None:
    """Messages are kept as files for a while after they were written, for whoever follows a reference."""
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


def _put(path: Path, body: bytes) -> None:
    """Write a file and its compressed twin if it would change. The twin comes first: when the second write
    fails, the next writer still sees a difference and does both again.
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
